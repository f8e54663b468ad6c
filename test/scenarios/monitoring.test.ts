/** The monitoring office from outside: a look that nothing explains becomes an alert, a case, an outcome and evidence that others can check; samples, plan, controls and reports beside it. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import type { Browser } from "playwright-core";
import { storyNhsNumber } from "#synthetic";
import { admission, sendAll } from "#test/admission.ts";
import { launchBrowser } from "#test/browser.ts";
import { keepsAccessible } from "#test/keeps.ts";
import { STAFF } from "#test/people.ts";
import { startProduct, type Product } from "#test/product.ts";
import { rowsOf, WebReader, type Page } from "#test/web-reader.ts";

let product: Product;
let officer: WebReader;
let community: WebReader;
let doctor: WebReader;
const number = (index: number): string => storyNhsNumber(740 + index);

before(async () => {
  product = await startProduct({ env: { KMCR_MONITORING_SECONDS: "1" } });
  [officer, community, doctor] = await Promise.all([WebReader.signIn(product, STAFF.hospitalPrivacyOfficer), WebReader.signIn(product, STAFF.privacyOfficer), WebReader.signIn(product, STAFF.edDoctor)]);
  // Of another trust, so that nothing ties them to the doctor's employer. The first has the doctor's surname and postcode.
  await sendAll(
    product.mllpPort,
    admission("RN7", "kin", { nhsNumber: number(0), name: "Okafor^Ada", birth: "19520301", postcode: "CT1 9XK", street: "90 Other Street", traced: true }),
    admission("RN7", "stranger", { nhsNumber: number(1), name: "Unrelated^Bo", birth: "19610711", postcode: "DA9 9VK", traced: true }),
    admission("RN7", "next", { nhsNumber: number(3), name: "Nextdoor^Dee", birth: "19700102", postcode: "CT1 9XK", street: "91 Other Street", traced: true }),
    admission("RN7", "late", { nhsNumber: number(4), name: "Lately^Eve", birth: "19330405", postcode: "DA7 9VK", traced: true, died: "20250101" }),
    admission("RVV", "own", { nhsNumber: number(2), name: "Lawful^Cleo", birth: "19440909", postcode: "DA8 9VK", traced: true }),
  );
});
after(() => product?.stop());

async function open(reader: WebReader, index: number): Promise<string> {
  for (const end = Date.now() + 15_000; ; await sleep(100)) {
    const [id] = await reader.find({ nhsNumber: number(index) });
    if (id !== undefined) {
      assert.equal((await reader.open(id)).status, 200);
      return id;
    }
    assert.ok(Date.now() < end, "the admission did not arrive");
  }
}
/** The queue once it holds such an alert; its address. */
async function alertAbout(reader: WebReader, person: string): Promise<string> {
  const code = person.slice(-4);
  for (const end = Date.now() + 20_000; ; await sleep(200)) {
    const page = await reader.get("/office/privacy");
    assert.equal(page.status, 200, page.text.slice(0, 300));
    const row = [...page.html.matchAll(/<tr>[\s\S]*?<\/tr>/g)].map((each) => each[0]).find((each) => each.includes(`…${code}`));
    if (row !== undefined) return /href="(\/office\/privacy\/alerts\/[0-9a-f-]{36})/.exec(row)![1]!;
    assert.ok(Date.now() < end, `no alert about …${code}: ${page.text.slice(0, 1500)}`);
  }
}
/** A page once it says something: an alert may come of the reason that was given, a round of judging before the opening that followed. */
async function saying(reader: WebReader, href: string, words: RegExp): Promise<Page> {
  for (const end = Date.now() + 60_000; ; await sleep(500)) {
    const page = await reader.get(href);
    if (words.test(page.text) || Date.now() > end) return page;
  }
}
const decide = async (reader: WebReader, href: string, fields: Record<string, string>): Promise<Page> => reader.post(href, await reader.get(href), fields);

describe("the monitoring office", () => {
  let kin: string;
  let stranger: string;
  let alert: string;
  let caseHref: string;
  let openAlert: string;

  it("AUD-02 a relative's record raises an alert that says why in words, an admission to the own house raises none, and only the employer's officer sees it", async () => {
    kin = await open(doctor, 0);
    const lawful = await open(doctor, 2);
    alert = await alertAbout(officer, kin);
    const queue = await saying(officer, "/office/privacy", /record openings/);
    assert.match(queue.text, /record openings · \d+ explained/);
    assert.match(queue.text, /Family: 1/);
    assert.ok(!queue.text.includes(`…${lawful.slice(-4)}`), "what care explains is no alert");
    const page = await saying(officer, alert, /opened the record/);
    assert.match(page.text, /Tom Okafor/);
    assert.match(page.text, /Shares the surname and the place of living/);
    assert.match(page.text, /No registration, appointment, admission/);
    assert.match(page.text, /gave a reason: I am treating this person in an emergency: called by her daughter/);
    assert.match(page.text, /opened the record/);
    assert.match(page.text, /Would explain it/);
    assert.equal((await community.get(alert)).status, 404, "another employer's officer");
    assert.ok(!(await community.get("/office/privacy")).text.includes(`…${kin.slice(-4)}`));
    assert.equal((await doctor.get("/office/privacy")).status, 403);
  });

  it("AUD-02 break-glass waits for its own review with an owner and a due time", async () => {
    const queue = await saying(officer, "/office/privacy?glass=1", /Break-glass to review: [1-9]/);
    assert.match(queue.text, /Break-glass to review: [1-9]/);
    assert.match(queue.text, /nobody's yet, due/);
    const taken = await decide(officer, alert, { what: "taken" });
    assert.match(taken.text, /Took it Sunita Rao/);
    assert.match((await officer.get("/office/privacy?glass=1")).text, /Sunita Rao, due/);
    assert.match(queue.text, /Break-glass.*due \d\d-?\s?\w{3}/);
  });

  it("who it is about stays masked until it is revealed with a reason, and the reveal is on record", async () => {
    const before = await officer.get(alert);
    assert.doesNotMatch(before.html, /OKAFOR, Ada|Ada/);
    assert.ok(!before.html.includes(number(0)));
    assert.equal((await officer.post(alert, before, { what: "reveal", note: "" })).status, 400);
    const after = await officer.post(alert, before, { what: "reveal", note: "to compare with the rota" });
    assert.match(after.text, /OKAFOR, Ada/);
    assert.match(after.text, /Revealed who it is about.*to compare with the rota/);
    const trail = await officer.get(`/office/privacy/person?person=${kin}&purpose=audit`);
    assert.match(trail.text, /Dealt with an alert or a case.*to compare with the rota/);
    assert.doesNotMatch(trail.text, /Opened the record/, "PUR-18: narrowed to one purpose of use");
    assert.match((await officer.get(`/office/privacy/person?person=${kin}`)).text, /Opened the record/);
  });

  it("AUD-03 an alert becomes a case: the manager is asked and answers, the breach starts its 72 hours, the outcome goes to the employer, and each step stands in the journal", async () => {
    await decide(officer, alert, { what: "ask-manager", whom: "Ward manager", note: "Was he asked to look at her?" });
    assert.match((await officer.get(alert)).text, /Asked the manager.*To Ward manager: Was he asked/);
    await decide(officer, alert, { what: "answered", whom: "Ward manager", note: "Nobody asked him; she was never here." });
    const opened = await decide(officer, alert, { what: "open-case", note: "no reason was found for it" });
    assert.match(opened.url, /\/office\/privacy\/cases\/[0-9a-f-]{36}$/);
    caseHref = new URL(opened.url).pathname;
    assert.match(opened.text, /From Ward manager: Nobody asked him/);
    await decide(officer, caseHref, { what: "breach", words: "she is a relative and did not know" });
    assert.match((await officer.get(caseHref)).text, /Breach. Aware since .* to be reported to the regulator by .* in (2|3) days/);
    await decide(officer, caseHref, { what: "referred", words: "letter to the medical director" });
    assert.equal((await decide(officer, caseHref, { what: "close", outcome: "nothing", words: "as agreed with HR" })).status, 400);
    await decide(officer, caseHref, { what: "close", outcome: "disciplinary", words: "as agreed with HR" });
    const closed = await officer.get(caseHref);
    assert.match(closed.text, /Closed: Referred to the employer: disciplinary/);
    for (const words of ["Opened a case", "Took it for a breach", "Referred to the employer", "Closed"]) assert.ok(closed.text.includes(words), words);
    assert.equal((await decide(officer, caseHref, { what: "close", outcome: "training", words: "once more" })).status, 409);
    assert.equal((await community.get(caseHref)).status, 404);
  });

  it("AUD-03 the evidence of a case stands without the product: its verifier checks it, and finds a changed name", async () => {
    const from = await officer.get(caseHref);
    let text = "";
    for (const end = Date.now() + 20_000; text === ""; await sleep(300)) {
      const made = await officer.post(`${caseHref}/evidence`, from, {});
      if (made.status === 200) text = made.html;
      else assert.ok(made.status === 503 && Date.now() < end, `${made.status} ${made.text}`);
    }
    const evidence = JSON.parse(text) as { logKeys: string[]; entries: { entry: Record<string, unknown> }[] };
    assert.ok(evidence.entries.length >= 1 && JSON.stringify(evidence.entries).includes("Tom Okafor"));
    const folder = mkdtempSync(join(tmpdir(), "kmcr-case-"));
    const verify = (content: string): ReturnType<typeof spawnSync> => {
      writeFileSync(join(folder, "case.json"), content);
      return spawnSync(process.execPath, ["kmcr-verify/kmcr-verify.mjs", "bundle", join(folder, "case.json"), "--key", evidence.logKeys[0]!], { timeout: 120_000, killSignal: "SIGKILL" });
    };
    const right = verify(text);
    assert.equal(right.status, 0, String(right.stderr));
    assert.notEqual(verify(text.replace("Tom Okafor", "Tim Okafor")).status, 0);
    rmSync(folder, { recursive: true });
  });

  it("what is found to be justified leaves the queue with its ground, and stays decided", async () => {
    stranger = await open(doctor, 1);
    const href = await alertAbout(officer, stranger);
    const page = await officer.get(href);
    assert.match(page.html, /name="what"/);
    await decide(officer, href, { what: "justified", ground: "contact", note: "" });
    assert.match((await officer.get(href)).text, /It was found to be justified/);
    assert.equal((await decide(officer, href, { what: "justified", ground: "care", note: "" })).status, 409);
  });

  it("AUD-04 a plan has size, period and owner; its sample is drawn by a seed that an outsider can use again, judged, and only then signed off", async () => {
    const today = new Date().toISOString().slice(0, 10);
    const planPage = await officer.get("/office/privacy/plan");
    assert.equal((await officer.post("/office/privacy/plan", planPage, { what: "plan", since: today, until: today, size: "0", owner: "Sunita Rao" })).status, 400);
    await officer.post("/office/privacy/plan", planPage, { what: "plan", since: today, until: today, size: "3", owner: "Sunita Rao" });
    const plan = /name="plan"[^>]*>[\s\S]*?value="([0-9a-f-]{36})"/.exec((await officer.get("/office/privacy/samples")).html)![1]!;
    assert.match((await officer.get("/office/privacy/plan")).text, /0 drawn, 0 judged.*when all of it is judged/);
    const drawn = await officer.post("/office/privacy/samples", await officer.get("/office/privacy/samples"), { size: "3", since: today, until: today, seed: "lottery 22 November", plan });
    assert.match(drawn.text, /Seed lottery 22 November/);
    const ids = [...drawn.html.matchAll(/name="entry" value="([0-9a-f-]{36})"/g)].map((each) => each[1]!);
    assert.equal(ids.length, 3);
    // Drawn again by hand, from the ids that the export gives.
    const exported = await officer.post("/office/privacy/reports/export", await officer.get("/office/privacy/reports"), {});
    const shown = exported.html.trim().split("\r\n").slice(1).map((line) => line.split(",").map((each) => each.replaceAll('"', ""))).filter((cells) => ["open", "section", "item", "document", "print", "download"].includes(cells[8]!) && cells[9] === "allowed");
    const before = shown.map((cells) => cells[0]!);
    const digest = (id: string): string => createHash("sha256").update(`lottery 22 November\n${id}`).digest("hex");
    const again = before.toSorted((a, b) => (digest(a) < digest(b) ? -1 : 1)).slice(0, 3);
    assert.deepEqual(ids, again);
    for (const [at, entry] of ids.entries()) await officer.post(drawn.url, drawn, { entry, outcome: at === 0 ? "question" : "appropriate" });
    const judged = await officer.get("/office/privacy/plan");
    assert.match(judged.text, /3 drawn, 3 judged, 1 with a question/);
    await officer.post("/office/privacy/plan", judged, { what: "sign", plan, result: "one question, answered by the ward" });
    assert.match((await officer.get("/office/privacy/plan")).text, /Sunita Rao, .*one question, answered by the ward/);
  });

  it("AUD-05 the policy stands in the library with version and date, and a concern is linked to the case that looks into it", async () => {
    const page = await officer.get("/office/privacy/plan");
    assert.match(page.text, /Data Protection and Confidentiality Policy/);
    assert.match((await officer.get("/office/privacy/plan/policy/data-protection-and-confidentiality")).text, /Version 1\.0, in force from 22 November 2026/);
    await officer.post("/office/privacy/plan", page, { what: "concern", receivedOn: new Date().toISOString().slice(0, 10), raisedBy: "citizen", words: "A neighbour knew of an appointment" });
    const concern = await officer.get("/office/privacy/plan");
    assert.match(concern.text, /A citizen A neighbour knew of an appointment no case is open/);
    await open(doctor, 3);
    const opened = await decide(officer, await alertAbout(officer, await open(doctor, 3)), { what: "open-case", note: "the neighbour's concern" });
    const caseId = opened.url.slice(-36);
    const linking = await officer.get("/office/privacy/plan");
    await officer.post("/office/privacy/plan", linking, { what: "link", concern: /name="concern" value="([0-9a-f-]{36})"/.exec(linking.html)![1]!, case: caseId });
    assert.ok((await officer.get("/office/privacy/plan")).html.includes(`/office/privacy/cases/${caseId}">The case`));
    assert.match((await officer.get(`/office/privacy/cases/${caseId}`)).text, /Linked a concern/);
  });

  it("AUD-06 ACC-06 each partner has its own report and export; reasons and purposes are counted; neither names another organisation's staff", async () => {
    const report = await officer.get("/office/privacy/reports");
    assert.match(report.text, /Record openings [1-9]/);
    assert.match(report.text, /Cases 1 open, 1 referred to the employer|Cases 1 referred to the employer: disciplinary, 1 open/);
    assert.match(report.text, /Need to know: reasons that were stated/);
    assert.ok(rowsOf(report.html).some((cells) => cells[0]?.startsWith("Direct care")), report.text);
    const csv = (await officer.post("/office/privacy/reports/export", report, {})).html;
    assert.match(csv, /^entry,recorded,professional,name,role,organisation,person,purpose,action,outcome,sections\r\n/);
    assert.ok(csv.includes('"Tom Okafor"') && !csv.includes("Margaret Stone"));
    assert.match((await community.get("/office/privacy/reports")).text, /Cases none/);
  });

  it("AUD-07 controls are assessed with evidence and dates, and the next one is due by itself", async () => {
    const page = await officer.get("/office/privacy/plan");
    assert.match(page.text, /never checked/);
    assert.equal((await officer.post("/office/privacy/plan", page, { what: "control", control: "log-verified", state: "met", evidence: "" })).status, 400);
    await officer.post("/office/privacy/plan", page, { what: "control", control: "log-verified", state: "met", evidence: "verifier run kept in the IG folder" });
    const row = rowsOf((await officer.get("/office/privacy/plan")).html).find((cells) => cells[0]?.startsWith("The audit log was checked"))!;
    assert.ok(row[1] === "Met" && row[2] === "verifier run kept in the IG folder" && row[3]!.includes("Sunita Rao") && /^\d{4}-\d{2}-\d{2}$/.test(row[4]!), row.join(" | "));
  });

  it("its pages keep the rules of accessibility, at 1280 and at 390", async () => {
    let browser: Browser | null = null;
    try {
      openAlert = await alertAbout(officer, await open(doctor, 4));
      browser = await launchBrowser();
      const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
      await context.addCookies(officer.browserCookies);
      const page = await context.newPage();
      for (const [what, path] of [["alerts", "/office/privacy?state=justified"], ["alert", alert], ["alert-open", openAlert], ["case", caseHref], ["cases", "/office/privacy/cases"], ["person", `/office/privacy/person?person=${kin}`], ["staff", "/office/privacy/staff"], ["samples", "/office/privacy/samples"], ["reports", "/office/privacy/reports"], ["plan", "/office/privacy/plan"]] as const) {
        await page.goto(`${product.base}${path}`);
        await keepsAccessible(page, `monitoring-${what}`);
      }
    } finally {
      await browser?.close();
    }
  });
});
