/** The gate, through the product's outside: launch, reason, role, refusal, objection, search, session. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { People, STAFF, storyOf } from "#test/people.ts";
import { startProduct, type Product } from "#test/product.ts";
import { rowsOf, textOf, WebReader } from "#test/web-reader.ts";

let product: Product;
let people: People;

/** A launch link as a host system makes it, by the demonstration host's own form. */
async function launchLink(profile: string, key: string, host = "demo-gp-system", dateOfBirth = storyOf(key).dateOfBirth): Promise<string> {
  const answer = await fetch(`http://localhost:${product.standInPort}/stand-in/host`, { method: "POST", redirect: "manual", body: new URLSearchParams({ host, profile, nhsNumber: storyOf(key).nhsNumber!, dateOfBirth }) });
  assert.equal(answer.status, 303, await answer.text());
  return answer.headers.get("location")!;
}

/** A browser that nobody has signed in with. */
const stranger = (): WebReader => new (WebReader as unknown as new (base: string) => WebReader)(product.base);

/** What the privacy officer of the community trust reads of a person's record. */
async function trail(key: string): Promise<string[]> {
  const officer = await people.as("privacyOfficer");
  const page = await officer.get(`/office/privacy/person?person=${await people.id(key)}`);
  return rowsOf(page.html).map((cells) => cells.join(" | "));
}

const GP_PROFILE = "gp";
async function profileOf(uid: string): Promise<string> {
  const page = await (await fetch(`http://localhost:${product.standInPort}/stand-in/host`)).text();
  const options = [...page.matchAll(/<option value="([^"]+)"[^>]*>([^<]*)/g)];
  const name = uid === GP_PROFILE ? "Anil Desai" : uid;
  return options.find((each) => each[2]!.includes(name))?.[1] ?? assert.fail(`${name} is not on the host's page`);
}

describe("the gate", () => {
  before(async () => {
    product = await startProduct({ people: 60 });
    people = new People(product);
  });
  after(() => product?.stop());

  it("ACC-01 a signed launch link lands on the person's summary with no sign-in and no further click, once", async () => {
    const link = await launchLink(await profileOf(GP_PROFILE), "hospice-anticipatory");
    const reader = stranger();
    const page = await reader.get(link);
    assert.equal(page.status, 200, page.text);
    assert.match(new URL(page.url).pathname, /^\/person\/[0-9a-f-]{36}$/);
    assert.match(page.text, /SOLLEY, Kenneth/);
    assert.match(page.text, /Anil Desai General practitioner/);
    const again = await stranger().get(link);
    assert.equal(again.status, 410);
    assert.match(again.text, /launch\.used/);
    assert.doesNotMatch(again.text, /SOLLEY/);
  });

  it("PUR-17 a host's line says how many sources, alerts and changes its reader would see, once for a token, is on record, and says nothing of who does not open", async () => {
    const ask = async (profile: string, key: string, host?: string): Promise<{ status: number; body: Record<string, unknown>; token: string }> => {
      const token = new URL(await launchLink(profile, key, host)).searchParams.get("token")!;
      const answer = await fetch(`${product.base}/launch/digest`, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ token }) });
      return { status: answer.status, body: (await answer.json()) as Record<string, unknown>, token };
    };
    const profile = await profileOf(GP_PROFILE);
    const first = await ask(profile, "hospice-anticipatory");
    assert.equal(first.status, 200, JSON.stringify(first.body));
    assert.match(String(first.body["line"]), /^\d+ of \d+ sources, \d+ alerts?, (not opened here before|(\d+ changes?|500 or more changes) since \d\d-\w{3}-\d{4})$/);
    assert.deepEqual(Object.keys(first.body), ["line", "sources", "alerts", "changes"]);
    const again = await fetch(`${product.base}/launch/digest`, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ token: first.token }) });
    assert.equal(again.status, 410);
    const [closed] = [await ask(profile, "objection")];
    assert.deepEqual([closed.status, Object.keys(closed.body)], [404, ["code"]]);
    const hospital = await ask(await profileOf("Tom Okafor"), "heavy", "demo-hospital-system");
    assert.equal(hospital.status, 200, JSON.stringify(hospital.body));
    const officer = await people.as("hospitalPrivacyOfficer");
    const page = await officer.get(`/office/privacy/person?person=${await people.id("heavy")}`);
    assert.ok(rowsOf(page.html).some((cells) => cells.join(" | ").includes("Tom Okafor") && cells.includes("Their own system showed the line of the record")), page.text.slice(0, 1500));
  });

  it("ACC-01 a launch whose date of birth does not agree, a changed link and a link without a token open nothing", async () => {
    const profile = await profileOf(GP_PROFILE);
    const wrong = await stranger().get(await launchLink(profile, "hospice-anticipatory", "demo-gp-system", "1950-09-15"));
    assert.equal(wrong.status, 404);
    assert.match(wrong.text, /launch\.patient-mismatch/);
    const link = new URL(await launchLink(profile, "hospice-anticipatory"));
    const token = link.searchParams.get("token")!;
    link.searchParams.set("token", `${token.slice(0, -6)}${token.endsWith("AAAAAA") ? "BBBBBB" : "AAAAAA"}`);
    const changed = await stranger().get(link.href);
    assert.equal(changed.status, 403);
    assert.match(changed.text, /launch\.wrong-signature/);
    assert.equal((await stranger().get("/launch")).status, 400);
  });

  it("ACC-01 a launch opens no second person: another one asks for a reason or a relationship", async () => {
    const reader = stranger();
    await reader.get(await launchLink(await profileOf(GP_PROFILE), "hospice-anticipatory"));
    const other = await reader.get(`/person/${await people.id("heavy")}`);
    assert.match(other.url, /\/reason$/);
  });

  it("ACC-05 ACC-06 a reason is asked only where nothing connects, is kept for the session, and stands in the audit", async () => {
    const nurse = await people.as("communityNurse");
    const known = await nurse.get(`/person/${await people.id("virtual-ward")}`);
    assert.equal(known.status, 200);
    assert.doesNotMatch(known.url, /\/reason$/, "on the caseload: no reason asked");
    assert.match(known.text, /Why you may see this/);

    const id = await people.id("mha-section-136");
    const asked = await nurse.get(`/person/${id}`);
    assert.match(asked.url, /\/reason$/);
    assert.doesNotMatch(asked.text, /sertraline|section 136|Depress/i, "nothing of the record before the reason");
    const empty = await nurse.post(asked.url, asked, {});
    assert.equal(empty.status, 400);
    assert.match(empty.text, /Select why you need to open this record/);
    const kind = /name="kind" value="([^"]+)"/.exec(asked.html)![1]!;
    const short = await nurse.post(asked.url, asked, { kind, words: "x" });
    assert.equal(short.status, 400);
    const given = await nurse.post(asked.url, asked, { kind, words: "rang our hub, wound dressing due" });
    assert.equal(given.status, 200);
    assert.match(given.text, /TAPSELL, Kieran/);
    assert.match(given.text, /rang our hub, wound dressing due/);
    assert.equal((await nurse.get(`/person/${id}/medicines`)).url, `${product.base}/person/${id}/medicines`, "not asked again");
    const rows = await trail("mha-section-136");
    assert.ok(rows.some((row) => row.includes("Marcus Bell") && row.includes("Gave a reason") && row.includes("rang our hub, wound dressing due")), rows.join("\n"));
    assert.ok(rows.some((row) => row.includes("Opened the record") && row.includes("rang our hub, wound dressing due")), rows.join("\n"));
  });

  it("ACC-05 a role that may not give reasons is refused where nothing connects, with the policy's name", async () => {
    const clerk = await people.as("wardClerk");
    const page = await clerk.get(`/person/${await people.id("heavy")}`);
    assert.equal(page.status, 403);
    assert.match(page.text, /may not open records by giving a reason/);
    assert.match(page.text, /no-relationship-no-reason-allowed/);
    assert.doesNotMatch(page.text, /WHIBLEY/);
    assert.equal((await clerk.get(`/person/${await people.id("heavy")}/reason`)).status, 403);
  });

  it("ACC-03 ACC-04 a section that the role may not see says so, and holds nothing", async () => {
    const page = await people.page("pharmacist", "safeguarding-adult", "/safeguarding");
    assert.match(page.text, /role/i);
    assert.match(page.text, /not shown|may not|withheld|refused/i);
    assert.doesNotMatch(page.text, /financial abuse/);
    await people.row("adultSocialWorker", "safeguarding-adult", "/safeguarding", "Concern about financial abuse by a relative");
  });

  it("ACC-02 ACC-07 the role is chosen among several, stands on every page, and decides what is seen", async () => {
    const emergency = await WebReader.signIn(product, STAFF.edDoctor, "Emergency department doctor");
    const hospital = await WebReader.signIn(product, STAFF.edDoctor, "Hospital doctor");
    for (const path of ["/", "/find", "/help"]) {
      assert.match((await emergency.get(path)).text, /Tom Okafor Emergency department doctor, East Kent/);
      assert.match((await hospital.get(path)).text, /Tom Okafor Hospital doctor, East Kent/);
    }
    const id = await people.id("deaf");
    assert.match((await emergency.open(id)).text, /Tom Okafor Emergency department doctor/);
    const officer = await people.as("hospitalPrivacyOfficer");
    const rows = rowsOf((await officer.get(`/office/privacy/person?person=${id}`)).html).map((cells) => cells.join(" | "));
    assert.ok(rows.some((row) => row.includes("Tom Okafor Emergency department doctor, East Kent") && row.includes("Opened the record")), rows.join("\n"));
  });

  it("ACC-11 lapsed training refuses search and record, and says why", async () => {
    const lapsed = await people.as("lapsed");
    const form = await lapsed.get("/find");
    const found = await lapsed.post("/find", form, { nhsNumber: storyOf("heavy").nhsNumber! });
    assert.equal(found.status, 403);
    assert.match(found.text, /training in data security and protection is out of date/);
    const page = await lapsed.get(`/person/${await people.id("heavy")}`);
    assert.equal(page.status, 403);
    assert.match(page.text, /training-lapsed/);
    assert.doesNotMatch(page.text, /WHIBLEY/);
  });

  it("ACC-03 a commissioner finds and opens no person", async () => {
    const commissioner = await people.as("commissioner");
    const found = await commissioner.post("/find", await commissioner.get("/find"), { nhsNumber: storyOf("heavy").nhsNumber! });
    assert.equal(found.status, 403);
    const page = await commissioner.get(`/person/${await people.id("heavy")}`);
    assert.equal(page.status, 403);
    assert.doesNotMatch(found.text + page.text, /WHIBLEY|Hopgarden/);
  });

  it("OPT-09 an upheld objection closes the record to everyone, offers no reason, and says so in words", async () => {
    for (const staff of ["gp", "paramedic", "edDoctor"] as const) {
      const reader = await people.as(staff);
      const id = await people.id("objection");
      const page = await reader.get(`/person/${id}`);
      assert.equal(page.status, 403);
      assert.match(page.text, /objection to sharing is in force\. The record is not shared, in emergencies either/);
      assert.doesNotMatch(page.html, /href="[^"]*\/reason"/);
      const reason = await reader.get(`/person/${id}/reason`);
      assert.equal(reason.status, 403);
      assert.doesNotMatch(reason.text, /ELDRIDGE|Ramipril/i);
    }
  });

  it("PUR-01 ACC-05 find-a-person wants an NHS number, or family name and date of birth; shows few fields; says when nothing matches", async () => {
    const gp = await people.as("gp");
    const form = await gp.get("/find");
    const nameOnly = await gp.post("/find", form, { family: "Clarke" });
    assert.match(nameOnly.text, /Enter the date of birth/);
    assert.doesNotMatch(nameOnly.text, /CLARKE/);
    const dateOnly = await gp.post("/find", form, { day: "9", month: "9", year: "1955" });
    assert.match(dateOnly.text, /Enter the family name/);
    const wrong = await gp.post("/find", form, { nhsNumber: "9990000442" });
    assert.match(wrong.text, /last digit does not fit/);
    const both = await gp.post("/find", form, { family: "Clarke", day: "9", month: "9", year: "1955" });
    assert.ok(rowsOf(both.html).filter((row) => row[0]?.includes("CLARKE, David")).length >= 2);
    assert.deepEqual(rowsOf(both.html)[0], ["Name", "Born", "Sex", "NHS number", "Postcode area"]);
    assert.doesNotMatch(both.text, /warfarin|07700 900/i);
    const none = await gp.post("/find", form, { family: "Nobodyhasthisname", day: "9", month: "9", year: "1955" });
    assert.match(none.text, /No match/);
  });

  it("a protected person's area of living is not in find-a-person", async () => {
    const gp = await people.as("gp");
    const found = await gp.post("/find", await gp.get("/find"), { nhsNumber: storyOf("s-flag").nhsNumber! });
    const row = rowsOf(found.html).find((cells) => cells[0]?.includes("VERRALL"))!;
    assert.equal(row[4], "not shown");
  });

  it("ACC-08 signing out ends the session for good, and no page of a record opens without one", async () => {
    const reader = await WebReader.signIn(product, STAFF.gp);
    const id = await people.id("hospice-anticipatory");
    const page = await reader.open(id);
    assert.match(page.text, /SOLLEY/);
    const out = await reader.post("/sign-out", page, {});
    assert.match(out.text, /You are signed out/);
    for (const path of ["", "/medicines", "/sources"]) {
      const after = await reader.get(`/person/${id}${path}`);
      assert.doesNotMatch(after.text, /SOLLEY/);
      assert.match(after.url, /\/sign-in$/, "back at the sign-in");
    }
  });

  it("a form without its token does nothing", async () => {
    const nurse = await people.as("communityNurse");
    const id = await people.id("research");
    const page = await nurse.get(`/person/${id}`);
    const forged = await nurse.post(page.url, { ...page, html: "" }, { kind: "emergency", words: "a reason from elsewhere" });
    assert.ok(forged.status >= 400);
    assert.doesNotMatch(textOf(forged.html), /WEBB, Helen/);
  });
});
