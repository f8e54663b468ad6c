/** PDS and its change events on the whole product: traced in the background, told by MNS through MESH, shown to who looks. */
import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { EVENTS_TO_SUBSCRIBE, startStandInApis, type StandInApis, type StandInMesh, type StandInPdsPerson } from "#national";
import { isRefusal } from "#platform";
import { FeedClient } from "#test/feed-command.ts";
import { bundleOf, patientResource } from "#test/fhir-patient.ts";
import { GP_OF_PRACTICE, meshEnvironment, meshOfRegion, meshOverlay, OURS } from "#test/mesh-region.ts";
import { MllpLine } from "#test/mllp-line.ts";
import { startProduct, type Product } from "#test/product.ts";
import { PARAMEDIC, WebReader } from "#test/web-reader.ts";

const [IDA, IDA_AFTER] = ["9990000441", "9990000573"];
const start = "1990-01-01";
const ida: StandInPdsPerson = {
  nhsNumber: IDA, names: [{ use: "usual", period: { start }, prefix: ["Mrs"], given: ["Ida"], family: "Carew" }], birthDate: "1940-05-07", gender: "female", practice: "X-MAIL",
  addresses: [{ use: "home", period: { start }, lines: ["4 Bramley Close", "Testham"], postcode: "TS23 4AB" }],
};

describe("PDS and its change events", () => {
  const folder = mkdtempSync(join(tmpdir(), "kmcr-pds-"));
  let overlay: ReturnType<typeof meshOverlay>;
  let mesh: StandInMesh;
  let apis: StandInApis;
  let product: Product;
  let gp: WebReader;

  const until = async (what: string, holds: () => Promise<boolean> | boolean, patienceMs = 60_000): Promise<void> => {
    for (const end = Date.now() + patienceMs; !(await holds()); await sleep(200)) if (Date.now() > end) assert.fail(`${what}: not within ${patienceMs} ms\n${product.printed().slice(-2000)}`);
  };
  const hospital = (id: string, number: string, localId = "rvv-77"): string =>
    [`MSH|^~\\&|PAS|RVV|KMCR|KMCR|20261121093000||ADT^A28^ADT_A05|${id}|P|2.4`, "EVN|A28|20261121093000", `PID|1||${localId}^^^RVV^MR${number === "" ? "" : `~${number}^^^NHS`}||CAREW^Ida||19400507|F|||4 Bramley Close^^Testham^^TS23 4AB${"|".repeat(21)}${number === "" ? "" : "NSTS02"}`, ""].join("\r");

  before(async () => {
    overlay = meshOverlay();
    mesh = await meshOfRegion();
    const keys = generateKeyPairSync("rsa", { modulusLength: 2048, privateKeyEncoding: { type: "pkcs8", format: "pem" }, publicKeyEncoding: { type: "spki", format: "pem" } });
    writeFileSync(join(folder, "key.pem"), keys.privateKey, { mode: 0o600 });
    const started = await startStandInApis({ mode: "demo", port: 0, applications: [{ apiKey: "kmcr-test", keyId: "k-1", publicKey: keys.publicKey }], people: () => [ida], callsPerSecond: 5, deliver: (event) => void mesh.deliver({ from: "MNS", to: event.mailbox, workflowId: event.workflowId, chunks: [event.bytes], fileName: "event.json" }) });
    apis = isRefusal(started) ? assert.fail(started.message) : started;
    product = await startProduct({
      overlays: [overlay.folder],
      env: { ...meshEnvironment(mesh), KMCR_PDS_URL: apis.pdsUrl, KMCR_PDS_TOKEN_URL: apis.tokenUrl, KMCR_PDS_API_KEY: "kmcr-test", KMCR_PDS_KEY_ID: "k-1", KMCR_PDS_KEY: join(folder, "key.pem"), KMCR_PDS_ODS_CODE: "X26", KMCR_MNS_URL: apis.mnsUrl, KMCR_PDS_CALLS_PER_SECOND: "4" },
    });
    gp = await WebReader.signIn(product, GP_OF_PRACTICE);
    const practice = await new FeedClient(product, "mail-fhir").post("/fhir", bundleOf(patientResource({ id: "p-1", nhsNumber: IDA, practice: "X-MAIL" })));
    assert.equal(practice.status, 200, practice.text);
  });
  after(async () => {
    await product?.stop();
    await apis?.close();
    await mesh?.close();
    overlay?.remove();
    rmSync(folder, { recursive: true, force: true });
  });

  it("DQU-04 every number is asked of PDS once its source patient is known, within the calls that PDS allows", async () => {
    const line = await MllpLine.open(product.mllpPort);
    await line.send(hospital("pds-1", IDA));
    line.close();
    await until("asked of PDS", () => apis.asked.filter((each) => each.path.endsWith(`/Patient/${IDA}`)).length >= 2);
    assert.ok(apis.asked.every((each) => !each.path.includes("/Patient") || each.headers["nhsd-end-user-organisation-ods"] === "X26"));
    const at = apis.asked.filter((each) => each.method === "GET" && each.path.includes("/Patient")).map((each) => each.at);
    for (const from of at) assert.ok(at.filter((each) => each >= from && each < from + 1000).length <= 5);
    // The hospital's number was not traced by itself (02): PDS has verified it, and the two are one person.
    await until("one person of both", async () => (await gp.find({ nhsNumber: IDA })).length === 1 && (await gp.open((await gp.find({ nhsNumber: IDA }))[0]!, "/sources")).text.includes("rvv-77"));
  });

  it("our mailbox is subscribed to every event that leads to a trace, once", async () => {
    const subscribed = (): string[] => apis.asked.filter((each) => each.method === "POST" && each.path.endsWith("/subscriptions")).map((each) => each.path);
    await until("subscribed", () => subscribed().length >= EVENTS_TO_SUBSCRIBE.length);
    apis.heartbeat();
    await until("the test event was taken from the mailbox", () => mesh.waiting(OURS).length === 0);
    assert.equal(subscribed().length, EVENTS_TO_SUBSCRIBE.length);
  });

  it("a number that PDS replaced is heard of: the old and the new one find the same person, who stays who they were", async () => {
    const [before] = await gp.find({ nhsNumber: IDA });
    await apis.change({ ...ida, nhsNumber: IDA_AFTER, version: 2 }, "pds-record-change-2");
    await apis.change({ ...ida, supersededBy: IDA_AFTER, version: 2 }, "nhs-number-change-2");
    await until("the new number finds her", async () => (await gp.find({ nhsNumber: IDA_AFTER })).length === 1);
    assert.deepEqual([await gp.find({ nhsNumber: IDA_AFTER }), await gp.find({ nhsNumber: IDA })], [[before], [before]]);
  });

  it("somebody whom PDS now restricts loses the address on every page, and nothing that was held is gone", async () => {
    // A paramedic: a GP's role may see a protected address.
    const paramedic = await WebReader.signIn(product, PARAMEDIC);
    const [personId] = await paramedic.find({ nhsNumber: IDA_AFTER });
    assert.match((await paramedic.open(personId!, "/details")).text, /TS23 4AB/);
    await apis.change({ ...ida, nhsNumber: IDA_AFTER, version: 3, restriction: "R" }, "pds-record-change-2");
    await until("the address is gone", async () => !(await paramedic.open(personId!, "/details")).text.includes("TS23 4AB"));
    for (const path of ["", "/details", "/sources", "/section/person-demographics"]) assert.doesNotMatch((await paramedic.open(personId!, path)).text, /TS23|Bramley Close/, path);
    assert.match((await paramedic.open(personId!)).text, /CAREW, Ida/i);
    assert.match((await gp.open(personId!, "/details")).text, /TS23 4AB/, "kept, for who may see it");
  });
});
