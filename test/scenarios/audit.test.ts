/** Every look leaves an entry, at once, before the first byte: read on the privacy officer's page and counted in the trail itself. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { embeddedSocketDir, openPool, type Pool } from "#platform";
import { People, storyOf } from "#test/people.ts";
import { installationKey, startProduct, type Product } from "#test/product.ts";
import { rowsOf, type Page } from "#test/web-reader.ts";

const PATHS = ["", "/sources", "/details", "/results", "/medicines", "/allergies", "/problems", "/documents", "/plans", "/end-of-life", "/services", "/alerts", "/emergency-contacts", "/section/risks"];

describe("the audit trail", () => {
  let product: Product;
  let people: People;
  let owner: Pool;

  const entries = async (personId: string): Promise<{ action: string; outcome: string; actor: string; shown: Record<string, unknown> }[]> =>
    (await owner.query("select action, outcome, actor_name as actor, shown from audit.entry where person_id = $1 order by recorded, entry_id", [personId])).rows as never;

  before(async () => {
    product = await startProduct({ people: 60 });
    people = new People(product);
    const password = readFileSync(join(product.dataDir, "postgres-owner"), "utf8").trim();
    owner = openPool({ kind: "socket", socketDir: embeddedSocketDir(product.dataDir), user: "kmcr_owner", password, database: "postgres", roleKey: installationKey(product) }, undefined, 1);
  });
  after(async () => {
    await owner?.end();
    await product?.stop();
  });

  const officerRows = async (key: string, staff: "privacyOfficer" | "hospitalPrivacyOfficer" = "privacyOfficer"): Promise<string[]> =>
    rowsOf((await (await people.as(staff)).get(`/office/privacy/person?person=${await people.id(key)}`)).html).slice(1).map((cells) => cells.join(" | "));

  it("AUD-01 an access stands at once on the privacy officer's page: who, role, organisation, when, what sections, why", async () => {
    await people.page("communityNurse", "virtual-ward");
    await people.page("communityNurse", "virtual-ward", "/medicines");
    const rows = await officerRows("virtual-ward");
    const opened = rows.find((row) => row.includes("Opened the record"));
    assert.ok(opened, rows.join("\n"));
    assert.match(opened, /^\d{2} \w+ \d{4}, \d{2}:\d{2}:\d{2} \| Marcus Bell Community nurse, Kent Community Health NHS Foundation Trust \| KEMSLEY, Alan/);
    assert.match(opened, /seen at Kent Community Health NHS Foundation Trust/, "why");
    assert.match(opened, /Medications|Medicines/i, "which sections");
    assert.match(opened, /\d+ items/);
    assert.ok(rows.some((row) => row.includes("Looked at a section")), rows.join("\n"));
  });

  it("AUD-01 AUD-09 no page of a person's data leaves without an entry of its own", async () => {
    const id = await people.id("heavy");
    const addresses = [...PATHS];
    await people.page("gp", "heavy");
    const document = /href="\/person\/[0-9a-f-]{36}\/documents\/([^"#/?]+)[^"]*"[^>]*>Discharge summary/.exec((await people.page("gp", "heavy", "/documents")).html);
    assert.ok(document, "a document");
    const test = /href="\/person\/[0-9a-f-]{36}(\/test\/[^"#/]+)"/.exec((await people.page("gp", "heavy", "/results")).html);
    assert.ok(test, "a test's own page");
    addresses.push(`/documents/${document[1]}`, `/item/${document[1]}`, `/item/${document[1]}/document`, test[1]!, "/timeline", "/changed?since=1y", "/observations", "/medicines/compare", "/people");
    for (const path of addresses) {
      const earlier = await entries(id);
      const page = await people.page("gp", "heavy", path);
      assert.equal(page.status, 200, path);
      const later = await entries(id);
      assert.equal(later.length, earlier.length + 1, `${path} leaves one entry`);
      assert.equal(later.at(-1)!.actor, "Anil Desai");
      assert.equal(later.at(-1)!.outcome, "allowed");
    }
  });

  it("AUD-01 who comes up in find-a-person is in the trail, and so is a search that finds nobody, and a refusal", async () => {
    const id = await people.id("deaf");
    const count = async (): Promise<number> => (await entries(id)).length;
    const earlier = await count();
    await (await people.as("paramedic")).find({ nhsNumber: storyOf("deaf").nhsNumber! });
    assert.equal(await count(), earlier + 1);
    assert.equal((await entries(id)).at(-1)!.action, "found");
    const nobody = async (): Promise<number> => Number((await owner.query("select count(*) as n from audit.entry where action = 'search'")).rows[0]!["n"]);
    const searches = await nobody();
    assert.deepEqual(await (await people.as("paramedic")).find({ family: "Nobodyhasthisname", dateOfBirth: "1950-01-01" }), []);
    assert.equal(await nobody(), searches + 1);
    const refused = await people.id("objection");
    const refusals = (await entries(refused)).length;
    assert.equal((await (await people.as("gp")).get(`/person/${refused}`)).status, 403);
    const after = await entries(refused);
    assert.equal(after.length, refusals + 1);
    assert.equal(after.at(-1)!.outcome, "refused");
  });

  it("AUD-06 privacy officers see their own organisation only, and their reading is in the trail too", async () => {
    await people.page("gp", "virtual-ward");
    const rows = await officerRows("virtual-ward");
    assert.ok(rows.length > 0);
    for (const row of rows) assert.match(row, /Kent Community Health NHS Foundation Trust/);
    assert.ok(!rows.some((row) => row.includes("Anil Desai")), "the practice's own business");
    assert.ok(!(await officerRows("virtual-ward", "hospitalPrivacyOfficer")).some((row) => /Marcus Bell|Anil Desai/.test(row)));
    const own = await entries(await people.id("virtual-ward"));
    assert.ok(own.some((entry) => entry.action === "audit-read" && entry.actor === "Margaret Stone"));
    assert.ok(own.some((entry) => entry.action === "audit-read" && entry.actor === "Sunita Rao"));
  });

  it("AUD-01 a clinician may not read the trail; the refusal is kept", async () => {
    const page = await (await people.as("gp")).get("/office/privacy");
    assert.equal(page.status, 403);
    assert.doesNotMatch(page.text, /Marcus Bell/);
    const { rows } = await owner.query("select outcome from audit.entry where actor_name = 'Anil Desai' and route like '%/office/privacy' order by recorded desc limit 1");
    assert.equal(rows[0]!["outcome"], "refused");
  });

  it("AUD-09 the trail can't be changed or emptied by the product's own roles", async () => {
    for (const statement of ["update audit.entry set actor_name = 'nobody'", "delete from audit.entry", "truncate audit.entry"]) {
      // The pool has one connection, so these are one after another.
      await owner.query("begin");
      try {
        await owner.query("set local role kmcr_pages");
        await assert.rejects(owner.query(statement), /permission denied/, statement);
      } finally {
        await owner.query("rollback");
      }
    }
  });

  it("AUD-09 when the entry can't be kept, nothing is shown: not a page, not a document, not a search hit, not the trail itself", async () => {
    const gp = await people.as("gp");
    const officer = await people.as("privacyOfficer");
    const id = await people.id("heavy");
    const documents = await people.page("gp", "heavy", "/documents");
    const document = `/person/${id}/item/${/href="\/person\/[0-9a-f-]{36}\/documents\/([^"#/?]+)[^"]*"[^>]*>Discharge summary/.exec(documents.html)![1]!}`;
    const form = await gp.get("/find");
    await owner.query("revoke insert on audit.entry from kmcr_pages");
    try {
      const answers: [string, Page][] = [];
      for (const path of PATHS) answers.push([path, await gp.get(`/person/${id}${path}`)]);
      answers.push(["document", await gp.get(`${document}/document`)], ["find", await gp.post("/find", form, { nhsNumber: storyOf("heavy").nhsNumber! })], ["trail", await officer.get(`/office/privacy/person?person=${id}`)]);
      for (const [what, page] of answers) {
        assert.ok(page.status >= 500, `${what} answered ${page.status}`);
        assert.doesNotMatch(page.html, /WHIBLEY|Whibley|999 000 0441|%PDF|Marcus Bell|\bat .*\.ts:\d+/, what);
      }
    } finally {
      await owner.query("grant insert on audit.entry to kmcr_pages");
    }
    assert.equal((await gp.get(`/person/${id}`)).status, 200, "and back to work as soon as entries are kept");
  });
});
