/**
 * Objections where something goes wrong or is told to: a breach that the nightly report must find, a link that
 * carries an objection to another person, and a region that lets life be protected against one.
 */
import assert from "node:assert/strict";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { createAccess, type AccessFacts } from "#access";
import { AuditWriter } from "#audit";
import { accessPolicyDigest, isRegionFaults, loadRegion } from "#governance";
import { embeddedSocketDir, openPool, uuidv7, type Pool } from "#platform";
import { storyNhsNumber } from "#synthetic";
import { admission, sendAll } from "#test/admission.ts";
import { kmcr } from "#test/feed-command.ts";
import { caseOf, lodgeAtRecord, referenceIn, type CaseOutside } from "#test/objections-outside.ts";
import { STAFF } from "#test/people.ts";
import { installationKey, startProduct, type Product } from "#test/product.ts";
import { actor, decisionFor } from "#test/sample-person.ts";
import { WebReader } from "#test/web-reader.ts";
import { checkCompliance } from "../../src/apps/objections/compliance-run.ts";

let folder: string;
let product: Product;
let pages: Pool;
let officer: WebReader;
let clinician: WebReader;
let gp: WebReader;
let paramedic: WebReader;
const number = (index: number): string => storyNhsNumber(760 + index);

before(async () => {
  folder = mkdtempSync(join(tmpdir(), "kmcr-region-"));
  cpSync("regions/kent-medway", folder, { recursive: true });
  const rules = JSON.parse(readFileSync(join(folder, "region.json"), "utf8")) as { objections: Record<string, unknown> };
  Object.assign(rules.objections, { emergencies: "vital-interests", emergencyWords: "If your life is in danger and you cannot be asked, your record can be opened. You will be told." });
  writeFileSync(join(folder, "region.json"), JSON.stringify(rules));
  // Whoever changes the policy lets a named person approve it as it stands.
  const changed = loadRegion(folder);
  assert.ok(!isRegionFaults(changed));
  writeFileSync(join(folder, "policies", "approval.json"), JSON.stringify({ ...changed.approval, digest: accessPolicyDigest(changed) }));
  product = await startProduct({ env: { KMCR_REGION: folder } });
  pages = openPool({ kind: "socket", socketDir: embeddedSocketDir(product.dataDir), user: "", password: "", database: "postgres", roleKey: installationKey(product) }, "kmcr_pages", 2);
  [officer, clinician, gp, paramedic] = await Promise.all([STAFF.objectionsOfficer, STAFF.rochesterGp, STAFF.gp, STAFF.paramedic].map((uid) => WebReader.signIn(product, uid))) as [WebReader, WebReader, WebReader, WebReader];
});
after(async () => {
  await pages?.end();
  await product?.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function known(index: number, name: string, ...facilities: readonly string[]): Promise<string> {
  await sendAll(product.mllpPort, ...facilities.map((each) => admission(each, `${name}${each}`, { nhsNumber: number(index), name: `${name}^Robin`, birth: "19600102", traced: true })));
  for (const end = Date.now() + 15_000; ; await sleep(100)) {
    const found = await gp.find({ nhsNumber: number(index) });
    if (found.length === 1) return found[0]!;
    assert.ok(Date.now() < end, `${name} is not there`);
  }
}
async function upheld(personId: string, scope: Readonly<Record<string, string>>): Promise<CaseOutside> {
  const objection = await caseOf(officer, referenceIn(await lodgeAtRecord(gp, personId, scope)));
  await objection.toReview(officer, STAFF.rochesterGp);
  await objection.decide(clinician, "upheld");
  return objection;
}
const report = async (): Promise<{ code: number | null; text: string; json: { breaches: { found: string; personId: string; who: string }[]; inForce: number; decisionsChecked: number; overrides: number; carriedWaiting: number; longestSecondsToEffect: number } }> => {
  const done = await kmcr(product, "objections", "report", "--json");
  return { code: done.code, text: done.stderr, json: JSON.parse(done.stdout.toString("utf8")) as never };
};

describe("where the region lets life be protected against an objection", () => {
  let personId: string;
  before(async () => {
    personId = await known(1, "Vitalis", "RVV");
    await upheld(personId, { everything: "yes" });
  });

  it("OPT-09 the record is closed, break-glass too, and the refusal leads to an act of its own", async () => {
    const closed = await paramedic.get(`/person/${personId}`);
    assert.equal(closed.status, 403);
    assert.match(closed.html, new RegExp(`href="/person/${personId}/objection/override"`));
    assert.equal((await paramedic.get(`/person/${personId}/reason`)).status, 403);
    assert.doesNotMatch(closed.text, /VITALIS/i);
  });

  it("the letter has said so beforehand", async () => {
    const objection = await caseOf(officer, /OBJ-[0-9A-Z]{4}-[0-9A-Z]{4}/.exec((await officer.get("/office/objections?show=decided")).text)![0]);
    assert.match((await objection.done(officer, "letter", { kind: "upheld" })).text, /If your life is in danger and you cannot be asked, your record can be opened. You will be told/);
  });

  it("it wants a danger to life and words; opened, it says why on the page, stands in the office's list, and closes again for everybody else", async () => {
    const form = await paramedic.get(`/person/${personId}/objection/override`);
    assert.equal(form.status, 200);
    assert.equal((await paramedic.post(`/person/${personId}/objection/override`, form, { words: "unconscious, bleeding heavily" })).status, 400);
    assert.equal((await paramedic.post(`/person/${personId}/objection/override`, form, { life: "yes", words: "help" })).status, 400);
    assert.equal((await paramedic.get(`/person/${personId}`)).status, 403);
    const opened = await paramedic.post(`/person/${personId}/objection/override`, form, { life: "yes", words: "unconscious, bleeding heavily" });
    assert.equal(opened.status, 200, opened.text.slice(0, 300));
    assert.match(opened.text, /to protect life, against the person's objection: unconscious, bleeding heavily/);
    assert.equal((await gp.get(`/person/${personId}`)).status, 403);
    assert.match((await officer.get("/office/objections")).text, /Opened against an objection, to protect life .*Priya Nair, Paramedic.*unconscious, bleeding heavily/);
    const clerk = await WebReader.signIn(product, STAFF.wardClerk);
    assert.equal((await clerk.get(`/person/${personId}/objection/override`)).status, 403, "a role that may give no reason");
  });

  it("OPT-13 the report counts it, and does not call it a breach", async () => {
    const { code, json } = await report();
    assert.deepEqual([code, json.breaches, json.overrides], [0, [], 1]);
  });
});

describe("held back while it is considered", () => {
  it("OPT-09 each organisation still sees what it wrote itself, and that there may be more; nobody sees what another wrote", async () => {
    const personId = await known(4, "Meanham", "RVV", "RN7");
    const [east, north] = await Promise.all([WebReader.signIn(product, STAFF.edDoctor, "Emergency department doctor"), WebReader.signIn(product, STAFF.midwife)]);
    for (const reader of [east, north]) for (const local of ["MeanhamRVV", "MeanhamRN7"]) assert.ok((await reader.open(personId, "/details")).text.includes(local), `${local} before`);
    await lodgeAtRecord(gp, personId, { everything: "yes" }, "document");
    for (const [reader, own, other] of [[east, "MeanhamRVV", "MeanhamRN7"], [north, "MeanhamRN7", "MeanhamRVV"]] as const) {
      const page = await reader.get(`/person/${personId}/details`);
      assert.equal(page.status, 200, page.text.slice(0, 300));
      assert.ok(page.text.includes(own) && !page.text.includes(other), page.text);
      assert.match(page.text, /The person has asked that some of this record is not shared/);
      const sources = await reader.get(`/person/${personId}/sources`);
      assert.ok(!sources.text.includes(other));
      assert.doesNotMatch(sources.text, /does not know this person/, "of no source is it said that it does not know the person");
    }
    for (const reader of [gp, paramedic]) assert.equal((await reader.get(`/person/${personId}`)).status, 403);
    assert.deepEqual((await report()).json.breaches, [], "authors who look at their own are no breach");
  });
});

describe("the compliance report", () => {
  it("OPT-13 finds what a gate that forgot objections would show now, for every kind of part", async () => {
    const parts: Readonly<Record<string, string>>[] = [{ everything: "yes" }, { organisation0: "RVV" }, { viewer0: "RVV" }, { section0: "results" }];
    const persons: string[] = [];
    for (const [index, part] of parts.entries()) {
      const personId = await known(10 + index, `Gateham${"ABCD"[index]}`, "RVV", "RN7");
      await upheld(personId, part);
      persons.push(personId);
    }
    const region = loadRegion(folder);
    assert.ok(!isRegionFaults(region));
    const forgetful = { decideDelivery: (to: { organisation: string }, facts: AccessFacts) => decisionFor({ personId: facts.personId, actor: { ...actor, organisation: to.organisation }, sourcePatientIds: facts.sourcePatients.map((each) => each.sourcePatientId) }) };
    const found = await checkCompliance({ region, pages, access: forgetful }, new Date());
    for (const [index, personId] of persons.entries()) assert.ok(found.breaches.some((each) => each.found === "present" && each.personId === personId), `${Object.keys(parts[index]!)[0]} is not missed`);
    assert.ok((await checkCompliance({ region, pages, access: createAccess(region) }, new Date())).breaches.every((each) => each.found !== "present"), "the gate itself keeps to all of them");
  });

  it("OPT-13 finds what was shown after an objection took effect, names who, and ends with a fault", async () => {
    const personId = await known(2, "Breachham", "RVV", "RN7");
    await upheld(personId, { organisation0: "RVV" });
    assert.equal((await report()).code, 0);
    // A door that forgot to ask: what it showed stands in the audit trail like everything else.
    const { rows } = await pages.query<{ source_patient_id: string; organisation: string }>("select source_patient_id, organisation from identity.source_patient where person_id = $1", [personId]);
    const leaking = new AuditWriter(pages);
    const actor = { id: STAFF.midwife, name: "Naomi Clarke", role: "midwife", roleName: "Midwife", sourceRole: "", organisation: "RN7", organisationName: "Dartford and Gravesham", sessionId: uuidv7() };
    await leaking.write({ personId, actor, purpose: "direct-care", action: "open", outcome: "allowed", relationship: "w", reason: null, policy: "care-admission", route: "GET /forgotten", requestId: uuidv7(), sourcePatients: rows.map((each) => each.source_patient_id), shown: { sections: ["allergies"] } });
    const { code, json } = await report();
    assert.equal(code, 1);
    assert.deepEqual(json.breaches.map((each) => [each.found, each.personId, each.who]), [["trail", personId, "Naomi Clarke, Dartford and Gravesham"]]);
    assert.ok(json.longestSecondsToEffect >= 1);
    const page = await officer.get("/office/objections/report");
    assert.match(page.text, /1 breach found/);
    assert.match(page.text, /open by GET \/forgotten, against the objection to organisation/);
    const words = await kmcr(product, "objections", "report");
    assert.match(words.stdout.toString("utf8"), /^1 breach found: \d+ objections in force/);
  });

  it("OPT-13 is made every night by itself", async () => {
    for (const end = Date.now() + 5000; ; await sleep(100)) {
      const { rows } = await pages.query("select 1 from objections.compliance_run where run_for <> 'asked'");
      // Before the region's hour nothing is owed yet.
      if (rows.length === 1 || new Date().getUTCHours() < 3) break;
      assert.ok(Date.now() < end, "no nightly run");
    }
  });
});

describe("an objection that a link carries", () => {
  it("holds on both sides at once, and a named officer says for whom it is", async () => {
    const one = await known(3, "Carryham", "RVV", "RN7");
    await upheld(one, { everything: "yes" });
    const { rows } = await pages.query<{ source_patient_id: string }>("select source_patient_id from identity.source_patient where person_id = $1 and organisation = 'RN7'", [one]);
    const split = await kmcr(product, "identity", "split", one, rows[0]!.source_patient_id, "--reason", "two people under one number");
    assert.equal(split.code, 0, split.stderr);
    const { rows: now } = await pages.query<{ person_id: string }>("select person_id from identity.source_patient where source_patient_id = $1", [rows[0]!.source_patient_id]);
    const other = now[0]!.person_id;
    assert.notEqual(other, one);
    for (const personId of [one, other]) assert.equal((await paramedic.get(`/person/${personId}`)).status, 403, "nobody's record opened by taking records apart");
    assert.equal((await report()).json.carriedWaiting, 1);
    const list = await officer.get("/office/objections");
    assert.match(list.text, /carried here by a link: look/);
    const href = new RegExp(`/office/objections/case/${other}/[0-9a-f-]{36}`).exec(list.html)![0];
    const page = await officer.get(href);
    assert.match(page.text, /does it hold for this person\?/);
    assert.match(page.html, new RegExp(`/office/objections/case/${one}/`), "the other side is one click away");
    assert.equal((await officer.post(`${href}/carry-ended`, page, { words: "" })).status, 400, "words are wanted");
    assert.equal((await officer.post(`${href}/carry-ended`, page, { words: "asked both: the other one objected" })).status, 200);
    assert.equal((await paramedic.get(`/person/${one}`)).status, 403);
    assert.equal((await paramedic.open(other)).status, 200);
    assert.equal((await report()).json.carriedWaiting, 0);
  });
});
