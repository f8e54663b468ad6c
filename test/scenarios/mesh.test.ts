/** Feeds and deliveries by MESH, on the whole product against a stand-in of MESH: what partners, a practice and a sending hospital see. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import type { Browser, Page as BrowserPage } from "playwright-core";
import type { MeshClient, StandInMesh } from "#national";
import { takeStep } from "#objections";
import { embeddedSocketDir, isRefusal, openPool } from "#platform";
import { follow, launchBrowser } from "#test/browser.ts";
import { counts, feedCommand, FeedClient, keptBytes, listed, untilApplied } from "#test/feed-command.ts";
import { bundleOf, documentResource, patientResource } from "#test/fhir-patient.ts";
import { brokenRules } from "#test/keeps.ts";
import { COUNCIL, GP_OF_PRACTICE, HOSPITAL, meshEnvironment, meshOfRegion, meshOverlay, OURS, partner, PRACTICE, RECEPTION_OF_PRACTICE } from "#test/mesh-region.ts";
import { MllpLine } from "#test/mllp-line.ts";
import { ADMINISTRATOR, DATA_QUALITY_OFFICER, PARAMEDIC, rowsOf, WebReader } from "#test/web-reader.ts";
import { objected, OFFICER } from "#test/objected.ts";
import { installationKey, startProduct, type Product } from "#test/product.ts";
import { killPart } from "../faults/victims.ts";

const NHS_NUMBER = "9990000441";
let overlay: ReturnType<typeof meshOverlay>;
let mesh: StandInMesh;
let product: Product;
let surgery: MeshClient;
let browser: Browser;

async function until(what: string, holds: () => Promise<boolean> | boolean, patienceMs = 60_000): Promise<void> {
  for (const end = Date.now() + patienceMs; !(await holds()); await sleep(150)) if (Date.now() > end) assert.fail(`${what}: not within ${patienceMs} ms\n${product.printed().slice(-2000)}`);
}

const HEADING = "record_type,record_id,person_id,nhs_number,nhs_number_status,family_name,given_names,date_of_birth,gender,type,outcome,start_date,recorded_at,channel";
const councilFile = (id: string, outcome: string): Buffer => Buffer.from(`${HEADING}\r\nassessment,${id},K-1,${NHS_NUMBER},01,Carew,Ida,07/05/1940,Female,Care Act assessment,${outcome},01/02/2026,01/02/2026 09:30,\r\n`);
/** Cut at places that fall into the middle of cells. */
const inThree = (bytes: Buffer): Buffer[] => [bytes.subarray(0, 37), bytes.subarray(37, bytes.length - 20), bytes.subarray(bytes.length - 20)];
const assessments = async (reader: WebReader): Promise<string> => {
  const [personId] = await reader.find({ nhsNumber: NHS_NUMBER });
  return (await reader.open(personId!, "/section/assessments")).text;
};

/** A letter of the hospital, over MLLP. */
function letter(id: string, title: string, text: string): string {
  return [
    `MSH|^~\\&|PAS|RVV|KMCR|KMCR|20261121093000||MDM^T02^MDM_T02|${id}|P|2.4`, "EVN|T02|20261121093000",
    `PID|1||rvv-77^^^RVV^MR~${NHS_NUMBER}^^^NHS||CAREW^Ida||19400507|F${"|".repeat(24)}NSTS01`,
    "PV1|1|O", `TXA|1|Discharge summary|TX|20261121090000||20261121090000||||||DOC-${id}||||${title}|AU||AV`, `OBX|1|TX|DOC^${title}^L||${text}||||||F`, "",
  ].join("\r");
}

before(async () => {
  overlay = meshOverlay();
  mesh = await meshOfRegion();
  surgery = partner(mesh, PRACTICE);
  product = await startProduct({ overlays: [overlay.folder], env: meshEnvironment(mesh) });
  const practice = await new FeedClient(product, "mail-fhir").post("/fhir", bundleOf(patientResource({ id: "p-1", nhsNumber: NHS_NUMBER, practice: "X-MAIL" })));
  assert.equal(practice.status, 200, practice.text);
});
after(async () => {
  await browser?.close();
  surgery?.close();
  await product?.stop();
  await mesh?.close();
  overlay?.remove();
});

describe("feeds by MESH", () => {
  it("EXC-05 a council's CSV that comes by MESH in three chunks stands on the record, byte for byte as it was sent", async () => {
    const file = councilFile("A-1", "Eligible for support");
    const id = mesh.deliver({ from: COUNCIL, to: OURS, workflowId: "KMCR_CSV", chunks: inThree(file).map((each) => gzipSync(each)), compressed: true, fileName: "adults.csv" });
    await until("acknowledged to MESH", () => mesh.stateOf(id) === "acknowledged");
    await untilApplied(product, "kcc-mesh");
    assert.deepEqual(await keptBytes(product, "kcc-mesh", id), file);
    assert.match(await assessments(await WebReader.signIn(product, GP_OF_PRACTICE)), /Eligible for support/);
  });

  it("killed between the commit and its acknowledgement to MESH, the message comes again and has no second effect", async () => {
    const before = await counts(product, "kcc-mesh");
    mesh.fail("/status/acknowledged", "silent");
    const from = mesh.asked.length;
    const id = mesh.deliver({ from: COUNCIL, to: OURS, workflowId: "KMCR_CSV", chunks: inThree(councilFile("A-2", "Reablement at home")) });
    await until("kept", () => mesh.asked.slice(from).some((each) => each.path.endsWith(`${id}/status/acknowledged`)));
    assert.equal((await listed(product, "kcc-mesh")).filter((each) => each.controlId === id).length, 1, "kept before MESH is told");
    killPart(product, "worker");
    await until("acknowledged at last", () => mesh.stateOf(id) === "acknowledged");
    assert.ok(mesh.asked.slice(from).filter((each) => each.path.endsWith(`inbox/${id}`)).length >= 2, "downloaded again");
    await untilApplied(product, "kcc-mesh");
    assert.equal((await listed(product, "kcc-mesh")).filter((each) => each.controlId === id).length, 1);
    const now = await counts(product, "kcc-mesh");
    assert.equal(now.earlierVersions, before.earlierVersions);
    assert.equal(now.messages["applied"], (before.messages["applied"] ?? 0) + 1);
    assert.match(await assessments(await WebReader.signIn(product, GP_OF_PRACTICE)), /Reablement at home/);
  });

  it("FHIR and batches of HL7 v2 come by MESH too; a faulty one waits in quarantine and holds nothing up", async () => {
    const adt = (id: string, family: string): string => `MSH|^~\\&|PAS|RPA|KMCR|KMCR|20261121093000||ADT^A31|${id}|P|2.4\rEVN|A31|20261121093000\rPID|1||${id}^^^RPA^MR||${family}^Robin||19700101|M\r`;
    const hospital = partner(mesh, HOSPITAL);
    const send = async (workflowId: string, localId: string, body: string): Promise<string> => {
      const sent = await hospital.send({ to: OURS, workflowId, fileName: "x.dat", localId, bytes: Buffer.from(body) });
      assert.ok(!isRefusal(sent));
      return sent.messageId;
    };
    const broken = await send("KMCR_FHIR", "h-1", '{"resourceType": "Bundle", "type":');
    const good = await send("KMCR_FHIR", "h-2", bundleOf(patientResource({ id: "h-9", nhsNumber: "9990000018", family: "Bundle" })));
    const batch = await send("KMCR_HL7", "h-3", `BHS|^~\\&|PAS|RPA\r${adt("b-1", "Batchone")}${adt("b-2", "Batchtwo")}BTS|2\r`);
    await until("all acknowledged", () => [broken, good, batch].every((id) => mesh.stateOf(id) === "acknowledged"));
    await untilApplied(product, "rvv-mesh");
    await untilApplied(product, "rpa-mesh");
    assert.deepEqual((await listed(product, "rvv-mesh")).map((each) => [each.controlId, each.state]), [[broken, "quarantined"], [good, "applied"]]);
    assert.deepEqual((await listed(product, "rpa-mesh")).map((each) => [each.controlId, each.kind, each.state]), [[`${batch}.1`, "ADT^A31", "applied"], [`${batch}.2`, "ADT^A31", "applied"]]);
    hospital.close();
  });

  it("a workflow or sender that no feed names is kept, quarantined with its place, and acknowledged", async () => {
    const id = mesh.deliver({ from: "STRANGER1", to: OURS, workflowId: "SOMETHING", chunks: [Buffer.from("who knows")] });
    await until("acknowledged", () => mesh.stateOf(id) === "acknowledged");
    assert.equal((await keptBytes(product, "unknown", id)).toString(), "who knows");
    const quarantine = await (await WebReader.signIn(product, ADMINISTRATOR)).get("/office/quarantine?feed=unknown");
    assert.match(quarantine.text, /no feed is registered for workflow "SOMETHING" from mailbox "STRANGER1"/);
  });

  it("the mailbox is validated, and every request is signed with a nonce of its own", () => {
    assert.ok(mesh.asked.some((each) => each.method === "GET" && each.path === OURS));
    const nonces = mesh.asked.map((each) => /:([0-9a-f-]{36}):/.exec(each.authorization)?.[1]);
    assert.equal(new Set(nonces).size, nonces.length);
  });

  it("settings that do not fit are all said before a port opens", async () => {
    const done = await feedCommand({ ...product, env: { ...product.env, KMCR_MESH_PASSWORD: "", KMCR_MESH_CERTIFICATE: "x.pem", KMCR_MESH_URL: "https://mesh.example", KMCR_MESH_POLL_SECONDS: "10" } }, "list", "kcc-mesh");
    assert.notEqual(done.code, 0);
    assert.match(done.stderr, /KMCR_MESH_PASSWORD[\s\S]*KMCR_MESH_CERTIFICATE and KMCR_MESH_KEY[\s\S]*KMCR_MESH_POLL_SECONDS must be 300 or more/);
  });
});

describe("documents into the practice's inbox", () => {
  let gp: WebReader;
  const inbox = async (path = "/inbox"): Promise<string[][]> => rowsOf((await gp.get(path)).html).slice(1);
  const formOf = (html: string, title: string, what: string): string => new RegExp(`action="(/inbox/[^"]+/${what})">(?:(?!</form>)[\\s\\S])*?${title}`).exec(html)?.[1] ?? assert.fail(`no button ${what} for ${title}`);

  before(async () => {
    gp = await WebReader.signIn(product, GP_OF_PRACTICE);
    const line = await MllpLine.open(product.mllpPort);
    assert.equal((await line.send(letter("letter-1", "Discharge after fall", "Admitted after a fall, no fracture."))).code, "AA");
    assert.equal((await line.send(letter("letter-2", "Clinic letter", "Seen in the heart failure clinic."))).code, "AA");
    line.close();
    await untilApplied(product, "rvv-adt");
  });

  it("EXC-11 a hospital's letter lies in the inbox of the practice where the person is registered, is opened on the record, and is acknowledged by name", async () => {
    assert.deepEqual((await inbox()).map((cells) => [/CAREW, Ida/.test(cells[1]!), /Clinic letter|Discharge after fall/.exec(cells[2]!)?.[0], /East Kent/.test(cells[3]!), cells[4]]), [[true, "Clinic letter", true, "New"], [true, "Discharge after fall", true, "New"]]);
    let page = await gp.get("/inbox");
    const opened = await gp.post(formOf(page.html, "Discharge after fall", "open"), page, {});
    assert.match(opened.url, /\/person\/[0-9a-f-]+\/item\//);
    assert.match(opened.text, /Admitted after a fall, no fracture/);
    assert.match((await inbox())[1]![4]!, /^Read .* by Nell Carey, General practitioner$/);
    page = await gp.get("/inbox");
    const after = await gp.post(formOf(page.html, "Discharge after fall", "acknowledge"), page, {});
    assert.match(after.text, /Acknowledged\. The sender can see that you have it/);
    assert.equal((await inbox()).length, 1, "what is acknowledged leaves the list");
    assert.match((await inbox("/inbox?show=all"))[1]![4]!, /^Acknowledged .* by Nell Carey/);
  });

  it("EXC-11 the sending organisation sees that it was delivered, read and acknowledged, and by whom, without a word about the person", async () => {
    const office = await (await WebReader.signIn(product, DATA_QUALITY_OFFICER)).get("/office/deliveries");
    assert.equal(office.status, 200, office.text);
    const rows = rowsOf(office.html).slice(1);
    const first = rows.find((cells) => cells[2]!.includes("letter-1"))!;
    assert.match(first[1]!, /Mailbox Surgery/);
    assert.match(first[3]!, /by Nell Carey/);
    assert.match(first[4]!, /by Nell Carey/);
    assert.match(rows.find((cells) => cells[2]!.includes("letter-2"))![4]!, /Not yet/);
    assert.doesNotMatch(office.html, /carew|ida\b|9990000441|Discharge after fall/i);
  });

  it("EXC-11 the letter also reaches the practice's own system by MESH, and the sender sees when it was fetched, or that nobody fetched it", async () => {
    await until("two messages for the surgery", () => mesh.waiting(PRACTICE).length >= 2);
    const [first, second] = mesh.waiting(PRACTICE);
    const message = await surgery.download(first!);
    assert.ok(!isRefusal(message) && message.kind === "data");
    assert.equal(message.workflowId, "KMCR_DOCUMENT");
    const body = JSON.parse(message.bytes.toString()) as { type: string; entry: { resource: any }[] };
    assert.equal(body.type, "message");
    assert.match(Buffer.from(body.entry.find((each) => each.resource.resourceType === "DocumentReference")!.resource.content[0].attachment.data, "base64").toString(), /Admitted after a fall/);
    await surgery.acknowledge(first!);
    const officer = await WebReader.signIn(product, DATA_QUALITY_OFFICER);
    const byMesh = async (letter: string): Promise<string> => rowsOf((await officer.get("/office/deliveries")).html).find((cells) => cells[2]?.includes(letter))![5]!;
    await until("the sender sees it fetched", async () => /Fetched by the practice's system/.test(await byMesh("letter-1")));
    mesh.expire(second!);
    await until("the sender sees it undelivered or sent again", async () => /Undelivered|sent 2 times/.test(await byMesh("letter-2")));
    await until("sent again", () => mesh.waiting(PRACTICE).length === 1);
    const again = await surgery.download(mesh.waiting(PRACTICE)[0]!);
    assert.ok(!isRefusal(again) && again.kind === "data");
    assert.match(again.bytes.toString(), new RegExp(`"value":"${JSON.parse(again.bytes.toString()).identifier.value}"`));
    await surgery.acknowledge(mesh.waiting(PRACTICE)[0]!);
  });

  it("nobody else has the inbox: other organisations are refused, and a role without the label sees no gap and no number", async () => {
    for (const [who, status] of [[PARAMEDIC, 403], [DATA_QUALITY_OFFICER, 403], [GP_OF_PRACTICE, 200]] as const) assert.equal((await (await WebReader.signIn(product, who)).get("/inbox")).status, status, who);
    const community = await new FeedClient(product, "ryy-fhir").post("/fhir", bundleOf(patientResource({ id: "c-1", nhsNumber: NHS_NUMBER }), documentResource("c-1", "secret-1", "Sensitive letter", "not for everybody", { meta: { security: [{ system: "https://kmcr.org.uk/CodeSystem/label", code: "criminal-offence" }] } })));
    assert.equal(community.status, 200, community.text);
    assert.match((await gp.get("/inbox")).text, /Sensitive letter/);
    const nurse = await WebReader.signIn(product, RECEPTION_OF_PRACTICE);
    const page = await nurse.get("/inbox");
    assert.equal(page.status, 200);
    assert.doesNotMatch(page.text, /Sensitive letter|withheld|hidden/i);
    assert.match(page.text, /Clinic letter/);
    const hidden = formOf((await gp.get("/inbox")).html, "Sensitive letter", "open");
    for (const address of [hidden, hidden.replace("open", "acknowledge"), "/inbox/x/open", "/inbox/01a200fb-f9de-7001-bef9-b795301205b7.01a200fb-f9de-7001-bef9-b795301205b7/acknowledge"]) assert.equal((await nurse.post(address, page, {})).status, 404, address);
    assert.equal((await nurse.post(formOf(page.html, "Clinic letter", "acknowledge"), { ...page, html: "" }, {})).status, 400, "a form that is not ours changes nothing");
    assert.match((await inbox())[1]![4]!, /New/);
  });

  it("OPT-09 an objection takes a letter out of the inbox within 60 s, and it is back when that ends", async () => {
    const pages = openPool({ kind: "socket", socketDir: embeddedSocketDir(product.dataDir), user: "", password: "", database: "postgres", roleKey: installationKey(product) }, "kmcr_pages", 1);
    const [personId] = await gp.find({ nhsNumber: NHS_NUMBER });
    const before = await gp.get("/inbox");
    const open = formOf(before.html, "Clinic letter", "open");
    const { objectionId } = await objected(pages, personId!, [{ kind: "organisation", odsCode: "RVV" }], "interim");
    const at = Date.now();
    const closed = await gp.get("/inbox");
    assert.ok(Date.now() - at < 60_000);
    assert.doesNotMatch(closed.text, /Clinic letter|withheld/);
    assert.equal((await gp.post(open, before, {})).status, 404);
    await takeStep(pages, personId!, objectionId, { step: "withdrawn", how: "in person", words: "taken back" }, OFFICER, new Date());
    assert.match((await gp.get("/inbox")).text, /Clinic letter/);
    await pages.end();
  });

  it("both pages keep WCAG 2.2 AA and fit a phone, and the inbox is worked by keyboard alone", async () => {
    browser = await launchBrowser();
    const as = async (uid: string): Promise<BrowserPage> => {
      const page = await (await browser.newContext({ viewport: { width: 1280, height: 800 } })).newPage();
      await page.goto(`${product.base}/sign-in/cis2`);
      await follow(page, () => page.locator(`button[value="${uid}"]`).click());
      return page;
    };
    const keepsTheRules = async (page: BrowserPage, path: string): Promise<void> => {
      await page.goto(`${product.base}${path}`);
      for (const width of [1280, 390]) {
        await page.setViewportSize({ width, height: 844 });
        assert.deepEqual(await brokenRules(page), [], `${path} at ${width}`);
        assert.ok(await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), `${path} is wider than ${width}`);
        const folder = process.env["SCREENSHOTS"];
        if (folder !== undefined) await page.screenshot({ path: `${folder}/${path.replace(/\W+/g, "-")}-${width}.png`, fullPage: true });
      }
    };
    const practice = await as(GP_OF_PRACTICE);
    await keepsTheRules(practice, "/inbox");
    await keepsTheRules(practice, "/inbox?show=all");
    await keepsTheRules(await as(DATA_QUALITY_OFFICER), "/office/deliveries");
    await practice.setViewportSize({ width: 1280, height: 800 });
    await practice.goto(`${product.base}/inbox`);
    const isReached = (): Promise<boolean> => practice.evaluate(`document.activeElement.textContent.startsWith("Acknowledge: Clinic letter")`);
    for (let presses = 0; presses < 40 && !(await isReached()); presses++) await practice.keyboard.press("Tab");
    assert.ok(await isReached(), "the button is reached by Tab");
    await practice.keyboard.press("Enter");
    await practice.waitForURL(/done=acknowledged/);
    assert.equal(await practice.getByRole("button", { name: "Acknowledge: Clinic letter, CAREW, Ida" }).count(), 0);
  });
});
