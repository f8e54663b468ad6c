/** Who may sign in and stay: the duty of confidentiality, training, registration, and the offices that show it, from the outside. */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import type { Browser } from "playwright-core";
import { launchBrowser } from "#test/browser.ts";
import { keepsAccessible } from "#test/keeps.ts";
import { embeddedSocketDir, openPool } from "#platform";
import { People, STAFF } from "#test/people.ts";
import { installationKey, startProduct, type Product } from "#test/product.ts";
import { rowsOf, WebReader, type Page } from "#test/web-reader.ts";

const ADDED = { neverAccepted: "555000009001", acceptedLongAgo: "555000009002", unregistered: "555000009003", untrainedContractor: "555000009004", otherBody: "555000009005", lapsedEmployer: "555000009006" } as const;

/** Doctors of one hospital, each with one thing wrong. */
function overlay(): string {
  const folder = mkdtempSync(join(tmpdir(), "kmcr-staff-"));
  const doctor = (uid: string, name: string, more: object): object => ({
    uid, name, registration: { body: "GMC", number: `9${uid.slice(-6)}` }, contractor: false, confidentialityAcceptedDaysAgo: 20, trainedDaysAgo: 20, ownNhsNumber: null,
    profiles: [{ id: uid.replace("0000", "0002"), organisation: "RVV", sourceRole: "S8000:G8000:R0050", sourceRoleName: "Consultant", role: "hospital-doctor", national: true }], ...more,
  });
  writeFileSync(join(folder, "professionals.json"), JSON.stringify([
    doctor(ADDED.neverAccepted, "Nadia Frost", { confidentialityAcceptedDaysAgo: null }),
    doctor(ADDED.unregistered, "Lena Marlow", { registration: null }),
    doctor(ADDED.otherBody, "Piers Oakley", { registration: { body: "HCPC", number: "PA90005" } }),
    doctor(ADDED.lapsedEmployer, "Iris Vale", { profiles: [{ id: "555000299006", organisation: "X-LAPSED", sourceRole: "S8000:G8000:R0050", sourceRoleName: "Consultant", role: "hospital-doctor", national: true }] }),
    doctor(ADDED.untrainedContractor, "Rafe Quill", { contractor: true, trainedDaysAgo: 366 }),
    doctor(ADDED.acceptedLongAgo, "Owen Birch", { confidentialityAcceptedDaysAgo: 366 }),
  ]));
  const [hospital] = JSON.parse(readFileSync("regions/kent-medway/organisations.json", "utf8")) as [{ onboarding: object }];
  const onboarding = { ...hospital.onboarding, rbac: { evidence: "A policy of long ago", checkedOn: "2021-06-01", validTo: "2022-06-01" } };
  writeFileSync(join(folder, "organisations.json"), JSON.stringify([{ ...hospital, odsCode: "X-LAPSED", name: "Hospital of Lapsed Evidence", aliases: [], onboarding }]));
  return folder;
}

const OFFICE_PAGES = ["staff", "onboarding"];

let product: Product;
let people: People;
let folder: string;
before(async () => {
  folder = overlay();
  product = await startProduct({ people: 60, overlays: [folder] });
  people = new People(product);
});
after(async () => {
  await product?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const said = (page: Page, ...words: readonly (string | RegExp)[]): void => {
  for (const each of words) assert.ok(typeof each === "string" ? page.text.includes(each) : each.test(page.text), `no ${each} on:\n${page.text.slice(0, 3000)}`);
};
/** Today and in so many days, as pages write it; two days are taken, since midnight may pass in between. */
function dayIn(days: number): RegExp {
  const text = (at: number): string => new Intl.DateTimeFormat("en-GB", { timeZone: "Europe/London", day: "2-digit", month: "short", year: "numeric" }).format(at).replace("Sept", "Sep").replaceAll(" ", "-");
  const then = Date.now() + days * 86_400_000;
  return new RegExp(`${text(then)}|${text(then - 86_400_000)}`);
}

describe("the duty of confidentiality", () => {
  it("ACC-11 ONB-08 at first sign-in it is shown with its three duties and has to be accepted before anything opens", async () => {
    const personId = await people.id("heavy");
    const doctor = await WebReader.signIn(product, ADDED.neverAccepted);
    const asked = await doctor.get(`/person/${personId}`);
    assert.match(asked.url, /\/confidentiality\?return=/);
    said(asked, "Protect", "Inform", "Allow choice", "section 170");
    assert.match((await doctor.get("/find")).url, /\/confidentiality\?/);
    const unticked = await doctor.post(asked.url, asked, { version: "2026-1" });
    assert.equal(unticked.status, 400);
    said(unticked, "Tick the box");
    const otherWords = await doctor.post(asked.url, asked, { version: "2025-1", accept: "yes" });
    assert.equal(otherWords.status, 400);
    assert.match((await doctor.get(`/person/${personId}`)).url, /\/confidentiality\?/, "nothing was accepted by either");
    const forged = await doctor.post(asked.url, { ...asked, html: "" }, { version: "2026-1", accept: "yes" });
    assert.equal(forged.status, 403);

    const accepted = await doctor.post(asked.url, asked, { version: "2026-1", accept: "yes" });
    assert.match(accepted.url, new RegExp(`/person/${personId}`), "back to what was asked for");
    const opened = await doctor.open(personId, "/access");
    said(opened, "Duty of confidentiality accepted until", dayIn(365));
  });
  it("ACC-11 ONB-09 it is asked again after a year, holds in every later session, and is kept in the trail", async () => {
    const doctor = await WebReader.signIn(product, ADDED.acceptedLongAgo);
    const asked = await doctor.get("/find");
    assert.match(asked.url, /\/confidentiality\?return=%2Ffind$/);
    const accepted = await doctor.post(asked.url, asked, { version: "2026-1", accept: "yes" });
    assert.match(accepted.url, /\/find$/);
    assert.match((await (await WebReader.signIn(product, ADDED.acceptedLongAgo)).get("/find")).url, /\/find$/);
    const trail = await (await people.as("hospitalPrivacyOfficer")).get("/office/privacy/staff");
    const rows = rowsOf(trail.html).map((cells) => cells.join(" | "));
    assert.ok(rows.some((row) => row.includes("Owen Birch") && row.includes("Accepted the duty of confidentiality")), rows.slice(0, 8).join("\n"));
  });
  it("ACC-11 who has accepted it within the year is not asked", async () => {
    assert.match((await (await people.as("gp")).get("/find")).url, /\/find$/);
  });
});

describe("the register of staff", () => {
  it("ACC-12 a role that needs a professional registration opens nothing without one, nor with one of another body", async () => {
    const personId = await people.id("heavy");
    for (const uid of [ADDED.unregistered, ADDED.otherBody]) {
      const page = await (await WebReader.signIn(product, uid)).get(`/person/${personId}`);
      assert.equal(page.status, 403);
      said(page, "needs a professional registration", "registration-missing");
    }
  });
  it("ONB-06 ORG-24 a contractor whose training is a day over a year old opens nothing, as anybody else", async () => {
    const page = await (await WebReader.signIn(product, ADDED.untrainedContractor)).get(`/person/${await people.id("heavy")}`);
    assert.equal(page.status, 403);
    said(page, "training in data security and protection is out of date");
  });
  it("ONB-06 ONB-07 ORG-24 ACC-12 shows an officer each professional of the own organisation, why somebody is blocked, and that all are trained or blocked", async () => {
    const officer = await people.as("hospitalPrivacyOfficer");
    const page = await officer.get("/office/staff");
    assert.equal(page.status, 200, page.text.slice(0, 500));
    said(page, "100 % trained or blocked", "1 are not and are blocked; 0 are not and still get in");
    const rows = rowsOf(page.html).map((cells) => cells.join(" | "));
    const row = (name: string): string => rows.find((each) => each.startsWith(name)) ?? assert.fail(`${name} is not among:\n${rows.join("\n")}`);
    assert.match(row("Rafe Quill"), /Contractor.*Blocked.*training/);
    assert.match(row("Lena Marlow"), /Missing.*Member of staff.*Blocked.*registration/);
    assert.match(row("Tom Okafor"), /Emergency department doctor.*GMC 0000002.*until .*Open/);
    assert.match(row("Kevin Thorpe"), /None needed.*Open/);
    assert.ok(!rows.some((each) => each.startsWith("Peter Lowe")), "somebody of another organisation");
    assert.equal((await (await people.as("gp")).get("/office/staff")).status, 403);
    const trail = rowsOf((await officer.get("/office/privacy/staff")).html).map((cells) => cells.join(" | "));
    assert.ok(trail.some((each) => each.includes("Sunita Rao") && each.includes("staff register")), trail.slice(0, 5).join("\n"));
  });
});

describe("evidence of role-based access", () => {
  it("ACC-10 where an organisation's evidence has run out its staff open nothing, and the offices see why and until when", async () => {
    const refused = await (await WebReader.signIn(product, ADDED.lapsedEmployer)).get(`/person/${await people.id("heavy")}`);
    assert.equal(refused.status, 403);
    said(refused, "evidence of its own role-based access has lapsed", "organisation-not-onboarded");
    const all = await (await people.as("administrator")).get("/office/onboarding");
    const rows = rowsOf(all.html).map((cells) => cells.join(" | "));
    assert.match(rows[1]!, /^Hospital of Lapsed Evidence.*A policy of long ago.*01-Jun-2022.*Closed.*has run out/, "what is closed stands first");
    assert.ok(rows.length > 20);
    const own = rowsOf((await (await people.as("hospitalPrivacyOfficer")).get("/office/onboarding")).html).map((cells) => cells.join(" | "));
    assert.equal(own.length, 2, "the heading and the own organisation");
    assert.match(own[1]!, /^East Kent Hospitals.*In force.*31-Mar-2036.*In date/);
  });
});

describe("its pages in a browser", () => {
  let browser: Browser;
  before(async () => void (browser = await launchBrowser()));
  after(() => browser?.close());
  it("break no rule of WCAG 2.2 AA and fit a phone", async () => {
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.setViewportSize({ width: 1280, height: 800 });
    const signed = await WebReader.signIn(product, ADDED.acceptedLongAgo);
    await context.addCookies(signed.browserCookies);
    await page.goto(`${product.base}/confidentiality`);
    await keepsAccessible(page, "confidentiality");
    const officer = await people.as("hospitalPrivacyOfficer");
    await context.addCookies(officer.browserCookies);
    for (const name of OFFICE_PAGES) {
      await page.goto(`${product.base}/office/${name}`);
      await keepsAccessible(page, name);
    }
    await page.goto(`${product.base}/help/sign-in-policy`);
    await keepsAccessible(page, "sign-in-policy");
    await context.close();
  });
});

// Last: it keeps this address from signing in for ten minutes.
describe("signing in again", () => {
  /** Lets the sessions of one professional have begun so many hours ago, as if they had stayed. */
  async function hoursPass(uid: string, hours: number): Promise<void> {
    const password = readFileSync(join(product.dataDir, "postgres-owner"), "utf8").trim();
    const owner = openPool({ kind: "socket", socketDir: embeddedSocketDir(product.dataDir), user: "kmcr_owner", password, database: "postgres", roleKey: installationKey(product) }, undefined, 1);
    await owner.query("update platform.session set started_at = started_at - make_interval(hours => $2) where professional_id = $1", [uid, hours]);
    await owner.end();
  }
  const asksWho = (page: Page): boolean => new URL(page.url).port === String(product.standInPort);

  it("ACC-07 an office is closed to a session that began hours ago, until its officer has signed in again", async () => {
    const officer = await WebReader.signIn(product, STAFF.privacyOfficer);
    const before = await officer.get("/office/staff");
    assert.ok(before.status === 200 && !asksWho(before), before.url);
    await hoursPass(STAFF.privacyOfficer, 3);
    assert.ok(asksWho(await officer.get("/office/staff")));
    const after = await (await WebReader.signIn(product, STAFF.privacyOfficer)).get("/office/staff");
    assert.ok(after.status === 200 && !asksWho(after), after.url);
  });
  it("ACC-07 breaking the glass asks for it too; an ordinary reason does not", async () => {
    const paramedic = await WebReader.signIn(product, STAFF.paramedic);
    const [one, other] = [await people.id("twin-noah"), await people.id("twin-leo")];
    await hoursPass(STAFF.paramedic, 5);
    const asked = await paramedic.get(`/person/${one}`);
    assert.match(asked.url, /\/reason$/);
    assert.ok(asksWho(await paramedic.post(asked.url, asked, { kind: "emergency", words: "unconscious at the roadside" })));
    const again = await paramedic.get(`/person/${other}`);
    const opened = await paramedic.post(again.url, again, { kind: "call", words: "called by the mother, fever" });
    assert.equal(opened.status, 200);
    assert.match(opened.url, new RegExp(`/person/${other}$`));
  });
});

describe("having to wait", () => {
  const bare = (path: string, cookies = "", body?: Record<string, string>): Promise<Response> => fetch(new URL(path, product.base), { redirect: "manual", headers: { origin: product.base, ...(cookies !== "" && { cookie: cookies }) }, ...(body && { method: "POST", body: new URLSearchParams(body) }) });
  /** The status of each of so many requests, some at a time. */
  async function statuses(times: number, ask: () => Promise<Response>): Promise<number[]> {
    const found: number[] = [];
    for (let at = 0; at < times; at += 20) found.push(...(await Promise.all(Array.from({ length: Math.min(20, times - at) }, async () => { const answer = await ask(); await answer.text(); return answer.status; }))));
    return found;
  }

  it("ACC-07 ACC-08 the policy in force is a page that everybody can read: methods, strength, both ends of a session, waits, no passwords and no shared accounts", async () => {
    const page = await (await people.as("gp")).get("/help/sign-in-policy");
    said(page, "assurance level 2 of 3", "15 minutes without use", "12 hours after you signed in", "300 refused sign-ins", "There are no passwords here", "no shared accounts", "Demonstration GP system");
    assert.equal((await bare("/help/sign-in-policy")).status, 200);
    const signedIn = await (await people.as("gp")).get("/find");
    said(signedIn, "Anil Desai", "General practitioner");
  });
  it("ACC-08 a session that searches faster than anybody types waits, is told how long, and is in the trail; its open record stays open and others go on", async () => {
    const personId = await people.id("heavy");
    const doctor = await people.as("edDoctor", "Emergency department doctor");
    assert.equal((await doctor.open(personId)).status, 200);
    const answered = await statuses(140, () => bare("/find", doctor.cookies, { nhsNumber: "9990000441" }));
    assert.ok(!answered.slice(0, 100).includes(429));
    assert.ok(answered.includes(429));
    const last = await bare("/find", doctor.cookies, { nhsNumber: "9990000441" });
    assert.equal(last.status, 429);
    const seconds = Number(last.headers.get("retry-after"));
    assert.ok(seconds > 0 && seconds <= 60, String(seconds));
    assert.match(await last.text(), /Wait \d+ seconds.*In an emergency do not wait/);
    assert.equal((await doctor.get(`/person/${personId}`)).status, 200);
    const gp = await people.as("gp");
    assert.equal((await gp.post("/find", await gp.get("/find"), { nhsNumber: "9990000441" })).status, 200);
    const trail = rowsOf((await (await people.as("hospitalPrivacyOfficer")).get("/office/privacy/staff")).html).map((cells) => cells.join(" | "));
    assert.equal(trail.filter((each) => each.includes("sign-in.must-wait")).length, 1, "once a span, not once a request");
  });
  it("ACC-08 after many refused attempts an address waits before it signs in again, and whoever is signed in goes on working", async () => {
    const gp = await people.as("gp");
    const answered = await statuses(320, () => bare("/launch?token=guessed"));
    assert.deepEqual([answered.slice(0, 280).includes(429), answered.at(-1)], [false, 429]);
    const callback = await bare("/sign-in/callback?code=x&state=y");
    assert.equal(callback.status, 429);
    const seconds = Number(callback.headers.get("retry-after"));
    assert.ok(seconds > 500 && seconds <= 600, String(seconds));
    assert.match(await callback.text(), /Wait \d+ minutes/);
    assert.equal((await gp.open(await people.id("heavy"))).status, 200, "care goes on");
  });
});
