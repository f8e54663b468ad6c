/** Deliveries on a real database, through the real intake: who gets what, and what MESH makes of it. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { createAccess } from "#access";
import { applyMessages, followStored, Inbox, type StoredFollower } from "#feeds";
import { isRegionFaults, loadRegion, type Region } from "#governance";
import { decideReview, readOpenReviews, relink, sayNotSame } from "#identity";
import type { MeshClient, MeshReport, StandInMesh } from "#national";
import { takeStep } from "#objections";
import { objected, OFFICER } from "#test/objected.ts";
import { folderStore, isRefusal, openPool, uuidv7, type DocumentStore, type Pool } from "#platform";
import { keepDocumentsIn } from "#record";
import { validateResource } from "#standards";
import { freshDatabase } from "#test/database.ts";
import { bundleOf, documentResource, patientResource } from "#test/fhir-patient.ts";
import { meshOfRegion, meshOverlay, OURS, partner, PRACTICE } from "#test/mesh-region.ts";
import { deliverDocuments, readInbox, readSent, reportUndelivered, sendDeliveries, trackDeliveries, type MailRoom, type SentDelivery } from "./index.ts";

const database = await freshDatabase("mailbox");
let overlay: ReturnType<typeof meshOverlay>;
let region: Region;
let intake: Pool;
let pages: Pool;
let owner: Pool;
let mesh: StandInMesh;
let ours: MeshClient;
let surgery: MeshClient;
let ahead = 0;
let room: MailRoom;
let folder: string;
/** The store of documents, with a fault on demand. */
let storeIsAway = false;
let documents: Pick<DocumentStore, "get">;

before(async () => {
  if (database === null) return;
  overlay = meshOverlay();
  const loaded = loadRegion("regions/kent-medway", [overlay.folder]);
  assert.ok(!isRegionFaults(loaded), JSON.stringify(loaded));
  region = loaded;
  [intake, pages, owner] = [openPool(database.address, "kmcr_intake", 4), openPool(database.address, "kmcr_pages", 2), openPool(database.address, undefined, 1)];
  mesh = await meshOfRegion();
  [ours, surgery] = [partner(mesh, OURS), partner(mesh, PRACTICE)];
  folder = mkdtempSync(join(tmpdir(), "kmcr-mailbox-"));
  const store = folderStore(folder);
  keepDocumentsIn(store);
  documents = { get: async (hash) => (storeIsAway ? Promise.reject(new Error("away")) : store.get(hash)) };
  room = { region, access: createAccess(region), intake, documents, mesh: ours, publicUrl: "https://record.example", clock: { now: () => new Date(Date.now() + ahead) }, trackEveryMs: 3_600_000 };
  followStored(deliverDocuments);
});
after(async () => {
  ours?.close();
  surgery?.close();
  await mesh?.close();
  await Promise.all([intake?.end(), pages?.end(), owner?.end()]);
  await database?.drop();
  overlay?.remove();
  keepDocumentsIn(null);
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
});

let serial = 0;
/** Valid NHS numbers of the range kept for tests. */
const NUMBERS = ["9990000018", "9990000026", "9990000034", "9990000042", "9990000050", "9990000069", "9990000077", "9990000085", "9990000093", "9990000107", "9990000115", "9990000123", "9990000131", "9990000158", "9990000166", "9990000174", "9990000182", "9990000190", "9990000204", "9990000212"];

/** Keeps and applies one bundle of a feed. */
async function receive(feed: string, body: string): Promise<void> {
  const kept = await new Inbox(intake).keep({ feed, format: "fhir-r4", controlId: `m${++serial}`, hasOwnId: true, kind: "Bundle collection", laneKeys: ["x"], bytes: Buffer.from(body), state: "kept", acknowledged: "200", ack: "" });
  const [applied] = await intake.transaction((sql) => applyMessages(sql, region, [{ feed, messageId: kept.messageId, received: new Date(), format: "fhir-r4", controlId: `m${serial}`, kind: "Bundle collection", lane: 0, otherLanes: [], attempts: 0, bytes: Buffer.from(body) }]));
  assert.equal(applied!.state, "applied", JSON.stringify(applied!.marks));
}

/** A person registered at the practice with the mailbox, and known to the hospital. */
async function registered(): Promise<{ nhsNumber: string; hospitalId: string }> {
  const nhsNumber = NUMBERS.shift()!;
  const hospitalId = `h-${nhsNumber}`;
  await receive("mail-fhir", bundleOf(patientResource({ id: `p-${nhsNumber}`, nhsNumber, practice: "X-MAIL" })));
  await receive("rvv-mesh", bundleOf(patientResource({ id: hospitalId, nhsNumber })));
  return { nhsNumber, hospitalId };
}
const letter = (of: { nhsNumber: string; hospitalId: string }, id: string, title = "Discharge summary", more: object = {}): Promise<void> => receive("rvv-mesh", bundleOf(patientResource({ id: of.hospitalId, nhsNumber: of.nhsNumber }), documentResource(of.hospitalId, id, title, `Dear colleague: ${title}`, more)));
const sent = (limit = 100): Promise<SentDelivery[]> => readSent(pages, "RVV", { limit });
const personOf = async (nhsNumber: string): Promise<string> => (await owner.query<{ person_id: string }>("select person_id from identity.source_patient where nhs_number = $1 limit 1", [nhsNumber])).rows[0]!.person_id;
/** What waits for the surgery at MESH, taken and acknowledged. */
async function fetched(): Promise<{ identifier: string; title: string; body: Record<string, any>; messageId: string }[]> {
  const ids = await surgery.inbox();
  assert.ok(!isRefusal(ids));
  const all = [];
  for (const messageId of ids) {
    const message = await surgery.download(messageId);
    assert.ok(!isRefusal(message) && message.kind === "data");
    const body = JSON.parse(message.bytes.toString()) as Record<string, any>;
    all.push({ identifier: body["identifier"].value, title: body["entry"][1].resource.description, body, messageId });
    await surgery.acknowledge(messageId);
  }
  return all;
}
const later = (ms: number): void => void (ahead += ms);

describe("deliveries", { skip: database === null && "no test database: run npm test" }, () => {
  it("a provider's document is delivered once to the practice where the person is registered, and again when it says something new", async () => {
    const of = await registered();
    await letter(of, "d1");
    await letter(of, "d1");
    assert.deepEqual((await sent()).map((each) => [each.sender, each.recipient, each.mesh?.state]), [["RVV", "X-MAIL", "waiting"]]);
    await letter(of, "d1", "Discharge summary, corrected");
    assert.equal((await sent()).length, 2);
    assert.equal((await readInbox(pages, "X-MAIL", { limit: 10 })).length, 2);
    assert.equal((await readInbox(pages, "G82060", { limit: 10 })).length, 0);
    assert.equal(await sendDeliveries(room), 2);
    assert.equal((await fetched()).length, 2);
  });

  it("a document that could not be stored has no delivery, and a delivery that could not be written keeps the document out", async () => {
    const of = await registered();
    const before = (await sent()).length;
    let fails = true;
    const broken: StoredFollower = async () => {
      if (fails) throw new Error("the follower failed");
    };
    followStored(broken);
    await assert.rejects(letter(of, "d2"), /the follower failed/);
    fails = false;
    assert.equal((await sent()).length, before);
    assert.equal((await owner.query("select 1 from record.resource where source_key = 'd2'")).rows.length, 0);
    await letter(of, "d2");
    assert.equal((await sent()).length, before + 1);
    await sendDeliveries(room);
    await fetched();
  });

  it("nothing is delivered where nobody names a practice of the region, from the practice to itself, or of another practice's record", async () => {
    const before = (await readInbox(pages, "X-MAIL", { limit: 500 })).length;
    const nhsNumber = NUMBERS.shift()!;
    await receive("rvv-mesh", bundleOf(patientResource({ id: `h-${nhsNumber}`, nhsNumber, practice: "Z99999" }), documentResource(`h-${nhsNumber}`, "d3", "Letter", "x")));
    const of = await registered();
    await receive("mail-fhir", bundleOf(patientResource({ id: `p-${of.nhsNumber}`, nhsNumber: of.nhsNumber, practice: "X-MAIL" }), documentResource(`p-${of.nhsNumber}`, "d4", "Own letter", "x")));
    assert.equal((await readInbox(pages, "X-MAIL", { limit: 500 })).length, before);
  });

  it("what travels is a FHIR R4 message that names the delivery, the patient by number and birth, and no address", async () => {
    const of = await registered();
    await letter(of, "d5", "Clinic letter");
    await sendDeliveries(room);
    const [message] = await fetched();
    const { entry, ...shell } = message!.body as { entry: { fullUrl: string; resource: any }[] };
    assert.deepEqual(validateResource({ ...shell, resourceType: "Bundle" } as never, "Bundle"), []);
    for (const { resource } of entry) assert.deepEqual(validateResource(resource), [], resource.resourceType);
    assert.equal(entry[0]!.resource.resourceType, "MessageHeader");
    assert.equal(entry[0]!.resource.focus[0].reference, entry[1]!.fullUrl);
    assert.equal(Buffer.from(entry[1]!.resource.content[0].attachment.data, "base64").toString(), "Dear colleague: Clinic letter");
    assert.deepEqual([entry[2]!.resource.identifier[0].value, entry[2]!.resource.birthDate, entry[2]!.resource.address], [of.nhsNumber, "1940-05-07", undefined]);
    const { rows } = await owner.query<{ action: string; shown: string }>("select action, shown from audit.entry where person_id = $1 and action = 'deliver'", [await personOf(of.nhsNumber)]);
    assert.equal(rows.length, 1);
    assert.equal(JSON.parse(rows[0]!.shown).delivery, message!.identifier);
  });

  it("nothing leaves where an objection in force, a label that the practice's role lacks, or a missing registration forbids it, and it leaves once that ends", async () => {
    const objecting = await registered();
    const personId = await personOf(objecting.nhsNumber);
    const { objectionId } = await objected(owner, personId, [{ kind: "organisation", odsCode: "RVV" }], "upheld");
    await letter(objecting, "d6", "Objected letter");
    const labelled = await registered();
    // The region pack's practice nurse does not hold this label, its GP does.
    await letter(labelled, "d7", "Sensitive letter", { meta: { security: [{ system: "https://kmcr.org.uk/CodeSystem/label", code: "criminal-offence" }] } });
    const labels = (await owner.query<{ labels: string[] }>("select labels from record.resource where source_key = 'd7'")).rows[0]!.labels;
    assert.ok(labels.some((label) => !(region.role("practice-nurse")!.labels as readonly string[]).includes(label)), `labels ${labels.join()} against the role's`);
    const nhsNumber = NUMBERS.shift()!;
    await receive("rvv-mesh", bundleOf(patientResource({ id: `h-${nhsNumber}`, nhsNumber, practice: "X-MAIL" }), documentResource(`h-${nhsNumber}`, "d8", "Not registered yet", "x")));
    assert.equal(await sendDeliveries(room), 0);
    assert.deepEqual(await fetched(), []);
    assert.deepEqual((await sent(3)).map((each) => each.mesh?.state), ["withheld", "withheld", "withheld"]);
    assert.equal((await owner.query("select 1 from audit.entry where action = 'deliver' and person_id = $1", [personId])).rows.length, 0);
    await receive("mail-fhir", bundleOf(patientResource({ id: `p-${nhsNumber}`, nhsNumber, practice: "X-MAIL" })));
    await takeStep(owner, personId, objectionId, { step: "withdrawn", how: "seen in person", words: "withdrawn" }, OFFICER, new Date());
    assert.equal(await sendDeliveries(room), 0, "asked again once a day");
    later(86_400_001);
    assert.equal(await sendDeliveries(room), 2);
    assert.deepEqual((await fetched()).map((each) => each.title).sort(), ["Not registered yet", "Objected letter"]);
  });

  it("MESH away holds everything back in its order and loses nothing; a lost answer sends nothing twice", async () => {
    const of = await registered();
    await letter(of, "d9", "First");
    await letter(of, "d10", "Second");
    mesh.fail("POST", 503, 4);
    assert.equal(await sendDeliveries(room), 0);
    assert.equal(await sendDeliveries(room), 0, "the first waits for its next try, and the second behind it");
    later(31_000);
    mesh.fail("POST", "lost");
    assert.equal(await sendDeliveries(room), 2);
    assert.deepEqual((await fetched()).map((each) => each.title), ["First", "Second"]);
  });

  it("tracking tells accepted from acknowledged, and is asked no oftener than set", async () => {
    await trackDeliveries(room);
    const of = await registered();
    await letter(of, "d11", "Tracked");
    await sendDeliveries(room);
    const mine = async (): Promise<string | undefined> => (await sent(1))[0]!.mesh?.state;
    const asks = (): number => mesh.asked.filter((each) => each.path.includes("tracking")).length;
    const from = asks();
    await trackDeliveries(room);
    assert.equal(asks(), from);
    later(3_600_001);
    await trackDeliveries(room);
    assert.equal(await mine(), "accepted");
    await fetched();
    await trackDeliveries(room);
    assert.equal(await mine(), "accepted", "not asked again yet");
    later(3_600_001);
    await trackDeliveries(room);
    assert.equal(await mine(), "acknowledged");
  });

  it("a report marks the message undelivered; it is sent again after a wait, three times in all, and a report that comes again changes nothing", async () => {
    const of = await registered();
    await letter(of, "d12", "Nobody fetches it");
    const report = async (): Promise<MeshReport> => {
      const [id] = (await ours.inbox()) as string[];
      const message = await ours.download(id!);
      assert.ok(!isRefusal(message) && message.kind === "report");
      await ours.acknowledge(id!);
      return message;
    };
    for (let time = 1; time <= 3; time++) {
      assert.equal(await sendDeliveries(room), 1, `send ${time}`);
      mesh.expire(((await surgery.inbox()) as string[])[0]!);
      const message = await report();
      await reportUndelivered(room, message);
      await reportUndelivered(room, message);
      const [mine] = await sent(1);
      assert.deepEqual([mine!.mesh?.state, mine!.mesh?.sends], ["undelivered", time]);
      assert.match(mine!.mesh!.why!, /not delivered/);
      assert.equal(await sendDeliveries(room), 0, "not at once");
      later(3_600_001 * 2 ** time);
    }
    assert.equal(await sendDeliveries(room), 0, "three times and no more");
  });

  it("a large document travels whole from its store, and waits while the store is away", async () => {
    const of = await registered();
    const text = "A long letter. ".repeat(2000);
    await letter(of, "d14", "Long letter", { content: [{ attachment: { contentType: "text/plain", title: "Long letter", data: Buffer.from(text).toString("base64") } }] });
    storeIsAway = true;
    assert.equal(await sendDeliveries(room), 0);
    storeIsAway = false;
    later(31_000);
    assert.equal(await sendDeliveries(room), 1);
    const [message] = await fetched();
    assert.equal(Buffer.from(message!.body["entry"][1].resource.content[0].attachment.data, "base64").toString(), text);
    for (const { resource } of message!.body["entry"]) assert.deepEqual(validateResource(resource), [], resource.resourceType);
  });

  it("what MESH does not take is not sent again, and says why", async () => {
    const of = await registered();
    await letter(of, "d13", "Not taken");
    mesh.fail("POST", 417);
    assert.equal(await sendDeliveries(room), 0);
    later(86_400_000);
    assert.equal(await sendDeliveries(room), 0);
    assert.equal((await sent(1))[0]!.mesh?.state, "refused");
  });

  it("a record that is said to be somebody else's is delivered to nobody until that is decided", async () => {
    const of = await registered();
    await letter(of, "d90", "Doubted letter");
    const { rows } = await owner.query<{ source_patient_id: string }>("select source_patient_id from identity.source_patient where organisation = 'RVV' and nhs_number = $1", [of.nhsNumber]);
    const by = { actor: "test", reason: "it is about somebody else", at: new Date() };
    const said = await intake.transaction(async (sql) => sayNotSame(sql, { ...by, personId: await personOf(of.nhsNumber), sourcePatientId: rows[0]!.source_patient_id }));
    assert.ok(!isRefusal(said), JSON.stringify(said));
    assert.equal(await sendDeliveries(room), 0);
    assert.equal((await sent(1))[0]!.mesh?.state, "withheld");
    const [review] = await readOpenReviews(intake, { organisation: null, kind: "said-not-same", limit: 1 });
    await intake.transaction((sql) => decideReview(sql, { ...by, one: review!.one.sourcePatientId, other: review!.other.sourcePatientId, what: "link" }));
    later(86_400_001);
    assert.equal(await sendDeliveries(room), 1);
    assert.deepEqual((await fetched()).map((each) => each.title), ["Doubted letter"]);
  });

  it("a delivery follows the source patient to another person without a write", async () => {
    const { rows } = await owner.query<{ source_patient_id: string; person_id: string }>("select d.source_patient_id, s.person_id from mailbox.delivery d join identity.source_patient s using (source_patient_id) limit 1");
    const before = (await owner.query("select * from mailbox.delivery order by delivery_id")).rows;
    const to = uuidv7();
    await owner.transaction((sql) => relink(sql, { sourcePatientId: rows[0]!.source_patient_id, from: rows[0]!.person_id, to, act: "merge", reason: "test", evidence: [], actor: "test", at: new Date() }));
    assert.deepEqual((await owner.query("select * from mailbox.delivery order by delivery_id")).rows, before);
  });
});
