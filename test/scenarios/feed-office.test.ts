/** The feed office as its officers use it: what is wrong at one look, a message opened with a reason, put right, and who may do that. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { FeedClient, listed, untilApplied } from "#test/feed-command.ts";
import { STAFF } from "#test/people.ts";
import { MllpLine } from "#test/mllp-line.ts";
import { startProduct, type Product } from "#test/product.ts";
import { ADMINISTRATOR, DATA_QUALITY_OFFICER, PARAMEDIC, PRIVACY_OFFICER, rowsOf, WebReader, type Page } from "#test/web-reader.ts";

/** A feed that is configuration alone: of an organisation whose agreement has ended, and of one that may give contacts only. */
const FEEDS = [
  { id: "new-fhir", organisation: "X-NEW", format: "fhir-r4", title: "A new partner", transport: { http: { clientId: "new-fhir" } }, supplies: ["person-demographics", "gp-practice", "contacts"], expectedEveryMinutes: 60, agreementRequired: true },
  { id: "unsigned-fhir", organisation: "X-UNSIGNED", format: "fhir-r4", title: "A partner whose agreement has ended", transport: { http: { clientId: "unsigned-fhir" } }, supplies: ["person-demographics"], expectedEveryMinutes: 60, agreementRequired: true },
];
const organisation = (odsCode: string, name: string, agreement: unknown) => ({
  odsCode, odsCodeVerified: false, name, aliases: [], type: "voluntary", phone: null, dataProtectionOfficer: null, history: [], plays: ["source"], memberOf: [], units: [], agreement, onboarding: null, mayView: false, mayViewDataOf: [], serviceLimit: null,
});
const SIGNED = { kind: "JCA", signedOn: "2024-01-01", validTo: null, purposes: ["direct-care"], sections: "all" };

let product: Product;
let folder: string;
let administrator: WebReader;
let officer: WebReader;
let privacy: WebReader;

before(async () => {
  folder = mkdtempSync(join(tmpdir(), "kmcr-overlay-"));
  writeFileSync(join(folder, "feeds.json"), JSON.stringify(FEEDS));
  writeFileSync(join(folder, "organisations.json"), JSON.stringify([organisation("X-NEW", "New Partner", SIGNED), organisation("X-UNSIGNED", "Unsigned Partner", { ...SIGNED, validTo: "2025-12-31" })]));
  product = await startProduct({ overlays: [folder] });
  [administrator, officer, privacy] = await Promise.all([ADMINISTRATOR, DATA_QUALITY_OFFICER, STAFF.hospitalPrivacyOfficer].map((uid) => WebReader.signIn(product, uid))) as [WebReader, WebReader, WebReader];
});
after(async () => {
  await product?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const adt = (id: string, { facility = "RVV", trigger = "A01", birth = "19480312", family = "Deskworthy", patient = "OFFICE1" } = {}): string =>
  `MSH|^~\\&|PAS|${facility}|KMCR|KMCR|20261121093000||ADT^${trigger}|${id}|P|2.4\rEVN|${trigger}|20261121093000\rPID|1||${patient}^^^${facility}^MR~9990012346^^^NHS^NH||${family}^Nell||${birth}|F\rPV1|1|I|WARD1^^^${facility}||||||||||||||||V-${id}\r`;

async function send(...messages: string[]): Promise<string[]> {
  const line = await MllpLine.open(product.mllpPort);
  const codes: string[] = [];
  for (const message of messages) codes.push((await line.send(message)).code);
  line.close();
  return codes;
}
const lineOf = (page: Page, feed: string): string[] => rowsOf(page.html).find((cells) => cells[1] === feed) ?? assert.fail(`no line of ${feed}:\n${page.text}`);
const messageOf = async (feed: string, controlId: string): Promise<string> => `/office/messages/${feed}/${(await listed(product, feed)).find((each) => each.controlId === controlId)!.messageId}`;

async function until(what: string, look: () => Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 30_000; !(await look()); await sleep(150)) if (Date.now() > end) assert.fail(`${what}: not within 30 s`);
}

describe("the wall", () => {
  it("EXC-01 EXC-06 each feed stands with its organisation, its last message, its state, push or pull, and its agreement", async () => {
    assert.deepEqual(await send(adt("wall-1")), ["AA"]);
    await untilApplied(product, "rvv-adt");
    const wall = await administrator.get("/office/feeds");
    const line = lineOf(wall, "rvv-adt");
    assert.match(line[0]!, /East Kent/);
    assert.match(line[3]!, /^\d minutes? ago/);
    assert.match(line[2]!, /^On time expected hourly/);
    assert.equal(line[9], "1");
    assert.match(line[10]!, /HL7 v2, MLLP, push/);
    assert.equal(line[11], "In force");
    assert.match(lineOf(wall, "gp-g82002")[10]!, /GP Connect, HTTP, pull/);
    assert.match(lineOf(wall, "rwf-adt")[2]!, /^Never sent/);
  });

  for (const [row, feed, provider, visit] of [["EXC-02", "ryy-fhir", "Kent Community Health", "Community nursing visit"], ["EXC-03", "rxy-fhir", "Kent and Medway NHS and Social Care Partnership", "Crisis team contact"]] as const) {
    it(`${row} ${provider}: what its feed sends stands on the wall as received, and on the record under its name`, async () => {
      assert.match(lineOf(await administrator.get("/office/feeds"), feed)[2]!, /^Never sent/);
      const family = `Feed${row.replace("-", "").toLowerCase()}`;
      const bundle = { resourceType: "Bundle", type: "transaction", entry: [
        { fullUrl: "urn:uuid:8a3f6f0e-0000-4000-8000-000000000001", resource: { resourceType: "Patient", id: `${feed}-p`, name: [{ family, given: ["Ada"] }], birthDate: "1961-05-06", gender: "female" }, request: { method: "PUT", url: `Patient/${feed}-p` } },
        { fullUrl: "urn:uuid:8a3f6f0e-0000-4000-8000-000000000002", resource: { resourceType: "Encounter", id: `${feed}-e`, status: "finished", class: { system: "http://terminology.hl7.org/CodeSystem/v3-ActCode", code: "HH" }, subject: { reference: `Patient/${feed}-p` }, period: { start: "2026-11-02T10:00:00Z", end: "2026-11-02T10:30:00Z" }, type: [{ text: visit }] }, request: { method: "PUT", url: `Encounter/${feed}-e` } },
      ] };
      const answer = await new FeedClient(product, feed).post("/fhir", JSON.stringify(bundle));
      assert.equal(answer.status, 200, answer.text);
      assert.match(lineOf(await administrator.get("/office/feeds"), feed)[2]!, /^On time/);
      const reader = await WebReader.signIn(product, STAFF.gp);
      const [personId] = await reader.find({ family, dateOfBirth: "1961-05-06" });
      const contacts = await reader.open(personId!, "/section/contacts");
      assert.match(contacts.text, new RegExp(visit));
      assert.match(contacts.text, new RegExp(provider));
    });
  }

  it("EXC-13 LAW-11 a feed whose agreement has ended is an alarm, and what it sends has no effect", async () => {
    assert.match(lineOf(await administrator.get("/office/feeds?state=agreement"), "unsigned-fhir")[11]!, /^Ended$/);
    const answer = await new FeedClient(product, "unsigned-fhir").post("/fhir", JSON.stringify({ resourceType: "Patient", id: "u1", name: [{ family: "Unsigned", given: ["Ursula"] }], birthDate: "1960-01-01" }));
    assert.equal(answer.status, 422);
    assert.match(answer.text, /no data sharing agreement in force \(ended\)/);
    const paramedic = await WebReader.signIn(product, PARAMEDIC);
    assert.deepEqual(await paramedic.find({ family: "Unsigned", dateOfBirth: "1960-01-01" }), []);
  });

  it("the wall is sifted by organisation and by state", async () => {
    const own = rowsOf((await administrator.get("/office/feeds?organisation=RVV")).html).filter((cells) => /-adt|-fhir|-csv/.test(cells[1] ?? ""));
    assert.deepEqual([...new Set(own.map((cells) => cells[1]))], ["rvv-adt"]);
    assert.doesNotMatch((await administrator.get("/office/feeds?state=never")).html, /data-feed="rvv-adt"/);
  });

  it("PUR-09 a new feed is configuration: it takes messages, stands on the wall, its entries on the record, and its growth by day on its page", async () => {
    assert.match(lineOf(await administrator.get("/office/feeds"), "new-fhir")[2]!, /^Never sent/);
    const bundle = { resourceType: "Bundle", type: "collection", entry: [
      { resource: { resourceType: "Patient", id: "n1", name: [{ family: "Newfeed", given: ["Nora"] }], birthDate: "1951-02-03", gender: "female" } },
      { resource: { resourceType: "Encounter", id: "e1", status: "finished", class: { system: "http://terminology.hl7.org/CodeSystem/v3-ActCode", code: "AMB" }, subject: { reference: "Patient/n1" }, period: { start: "2026-11-01T10:00:00Z" }, type: [{ text: "Visit by the new partner" }] } },
      { resource: { resourceType: "AllergyIntolerance", id: "a1", clinicalStatus: { coding: [{ system: "http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical", code: "active" }] }, patient: { reference: "Patient/n1" }, code: { text: "Peanut" } } },
    ] };
    assert.equal((await new FeedClient(product, "new-fhir").post("/fhir", JSON.stringify(bundle))).status, 200);
    assert.match(lineOf(await administrator.get("/office/feeds"), "new-fhir")[2]!, /^On time/);
    const page = await administrator.get("/office/feeds/new-fhir");
    assert.ok(rowsOf(page.html).some(([day, received]) => /^\d{4}-\d\d-\d\d$/.test(day!) && received === "1"), page.text);
    const paramedic = await WebReader.signIn(product, PARAMEDIC);
    const [personId] = await paramedic.find({ family: "Newfeed", dateOfBirth: "1951-02-03" });
    assert.match((await paramedic.open(personId!, "/section/contacts")).text, /Visit by the new partner/);
    assert.doesNotMatch((await paramedic.open(personId!, "/allergies")).text, /Peanut/, "the feed may not give allergies");
    const sources = await paramedic.open(personId!, "/sources");
    assert.match(sources.text, /Sends to us, expected hourly/, "EXC-06 the record says which is which");
  });

  it("REC-34 an item outside a feed's remit stands in quarantine under its organisation, with section and place", async () => {
    const rows = rowsOf((await administrator.get("/office/quarantine?organisation=X-NEW&code=feeds.out-of-remit")).html).slice(1);
    assert.equal(rows.length, 1);
    assert.match(rows[0]![4]!, /does not supply "Allergies and adverse reactions"/);
    assert.equal(rows[0]![3], "AllergyIntolerance a1");
  });
});

describe("connections", () => {
  it("EXC-12 a plain connection is named plainly, and what came by HTTP through a proxy on this machine as encrypted", async () => {
    const secret = new FeedClient(product, "new-fhir");
    const plain = rowsOf((await administrator.get("/office/connections")).html).find((cells) => cells[1] === "rvv-adt")!;
    assert.match(plain[3]!, /^Plain, not encrypted from this machine itself/);
    const answer = await fetch(`${product.base}/feeds/new-fhir/fhir`, { method: "POST", headers: { authorization: `Bearer ${await secret.token()}`, "content-type": "application/fhir+json", "x-forwarded-proto": "https", "x-forwarded-for": "203.0.113.9" }, body: JSON.stringify({ resourceType: "Patient", id: "n2", name: [{ family: "Proxied" }] }) });
    assert.equal(answer.status, 200);
    await until("the connection is written", async () => /Encrypted https by the proxy/.test(rowsOf((await administrator.get("/office/connections")).html).find((cells) => cells[1] === "new-fhir")![3]!));
  });
});

describe("a message", () => {
  it("without a reason shows its envelope alone, and nothing that names a person", async () => {
    assert.deepEqual(await send(adt("bad-birth", { birth: "19481399", patient: "OFFICE2", family: "Maskwell" })), ["AA"]);
    await untilApplied(product, "rvv-adt");
    const page = await officer.get(await messageOf("rvv-adt", "bad-birth"));
    assert.equal(page.status, 200);
    assert.match(page.text, /SHA-256 [0-9a-f]{64}/);
    assert.match(page.text, /"•••" is not a date/);
    assert.doesNotMatch(page.text, /Maskwell|MASKWELL|19481399|OFFICE2|9990012346/);
    assert.doesNotMatch((await officer.get("/office/quarantine")).text, /19481399/);
  });

  it("with a reason shows bytes, tree, what it became and its acknowledgement, and stands in the person's access history", async () => {
    const address = await messageOf("rvv-adt", "wall-1");
    const closed = await officer.get(address);
    const short = await officer.post(address, closed, { reason: "" });
    assert.deepEqual([short.status, /Deskworthy/.test(short.text)], [400, false]);
    const open = await officer.post(address, closed, { reason: "the ward says that the admission is missing" });
    assert.equal(open.status, 200);
    assert.match(open.text, /Deskworthy\^Nell/, "bytes");
    assert.ok(rowsOf(open.html).some(([field, name, value]) => field === "PID-5" && name === "Name" && value === "Deskworthy^Nell"), "tree");
    assert.ok(rowsOf(open.html).some(([section, , type]) => section === "Admission details" && type === "Encounter"), `what it became: ${rowsOf(open.html).filter((cells) => cells.length === 5).join(" / ")}`);
    assert.match(open.text, /MSA\|AA\|wall-1/, "its acknowledgement");
    const link = /href="(\/person\/[^"]+\/item\/[^"]+)"/.exec(open.html)![1]!;
    const record = await officer.get(link);
    assert.match(record.url, /\/reason$/, "the link opens nothing that the record's own gate does not open");
    assert.doesNotMatch(record.text, /Admission|Encounter/);
    const form = await privacy.get("/office/privacy");
    const trail = await privacy.post("/office/privacy", form, { nhsNumber: "9990012346" });
    const entry = rowsOf(trail.html).find((cells) => /Read a message of a feed/.test(cells[3] ?? ""));
    assert.ok(entry, trail.text);
    assert.match(entry.join(" "), /Liam Carver.*the ward says that the admission is missing/);
  });

  it("that could not be used is put right: the change is looked at, replayed by name, and its finding is dealt with", async () => {
    assert.deepEqual(await send(adt("wrong-event", { trigger: "A99", patient: "OFFICE3", family: "Fixwell", birth: "19520405" })), ["AA"]);
    await until("it waits in quarantine", async () => (await listed(product, "rvv-adt")).some((each) => each.controlId === "wrong-event" && each.state === "quarantined"));
    const address = await messageOf("rvv-adt", "wrong-event");
    const open = await officer.post(address, await officer.get(address), { reason: "the event was mistyped" });
    const text = adt("wrong-event", { patient: "OFFICE3", family: "Fixwell", birth: "19520405" }).replaceAll("\r", "\r\n");
    const look = await officer.post(`${address}/fix`, open, { text, reason: "the event was mistyped, says the ward", step: "look" });
    assert.equal(look.status, 200);
    assert.match(look.html, /<del>EVN\|A99/);
    assert.match(look.html, /<ins>EVN\|A01/);
    const replay = await officer.post(`${address}/fix`, look, { text, reason: "the event was mistyped, says the ward", step: "replay" });
    assert.equal(replay.status, 200, replay.text);
    assert.notEqual(new URL(replay.url).pathname, address, "the page leads to the replay");
    assert.match(replay.text, /Replay of [0-9a-f-]+ ?, by Liam Carver \(555000001020\): the event was mistyped, says the ward/);
    await untilApplied(product, "rvv-adt");
    assert.match((await officer.get(new URL(replay.url).pathname)).text, /State Used/);
    assert.match((await officer.get(address)).text, /Replayed .* by Liam Carver/);
    const paramedic = await WebReader.signIn(product, PARAMEDIC);
    assert.equal((await paramedic.find({ family: "Fixwell", dateOfBirth: "1952-04-05" })).length, 1);
  });

  it("is replayed as it is, or its findings are closed with a reason", async () => {
    const address = await messageOf("rvv-adt", "bad-birth");
    const page = await officer.get(address);
    const replay = await officer.post(`${address}/replay`, page, { reason: "after the map was changed" });
    assert.match(replay.text, /Replay of .*after the map was changed/);
    await untilApplied(product, "rvv-adt");
    const again = new URL(replay.url).pathname;
    const closed = await officer.post(`${again}/close`, replay, { reason: "the source has no better date" });
    assert.match(closed.text, /Closed .* by Liam Carver.*the source has no better date/);
  });

  it("a time of messages is replayed: first what it would do, then really", async () => {
    const page = await officer.get("/office/feeds/rvv-adt");
    const form = { from: "2020-01-01T00:00", to: "2099-01-01T00:00", states: "applied", reason: "to see that nothing changes" };
    const tried = await officer.post("/office/feeds/rvv-adt/replay", page, { ...form, step: "try" });
    const row = rowsOf(tried.html).find((cells) => cells[0]?.includes("wall-1") && cells.length === 7);
    assert.ok(row, tried.text);
    assert.deepEqual([row[1], row[2], row[3]], ["Used", "0", "0"], "nothing is created or updated");
    const before = (await listed(product, "rvv-adt")).length;
    assert.equal((await listed(product, "rvv-adt")).length, before, "a look keeps nothing");
    const done = await officer.post("/office/feeds/rvv-adt/replay", tried, { ...form, step: "replay" });
    assert.match(done.text, /\d+ messages? (was|were) taken up again/);
  });
});

describe("who may", () => {
  it("a data quality officer reads and acts on the own organisation's feeds alone, the administrator on all, the privacy officer only reads", async () => {
    assert.deepEqual(await send(adt("other-trust", { facility: "RN7", birth: "19481399", family: "Elsewhere", patient: "OFFICE9" })), ["AA"]);
    await untilApplied(product, "rn7-adt");
    const address = await messageOf("rn7-adt", "other-trust");
    for (const path of [address, "/office/feeds/rn7-adt"]) assert.equal((await officer.get(path)).status, 404, path);
    const own = await officer.get("/office/feeds/rvv-adt");
    for (const path of [address, `${address}/fix`, `${address}/replay`, `${address}/close`, "/office/feeds/rn7-adt/replay"]) {
      const answer = await officer.post(path, own, { reason: "a reason that must not help", text: "x", step: "replay" });
      assert.equal(answer.status, 404, path);
      assert.doesNotMatch(answer.text, /Elsewhere/);
    }
    assert.doesNotMatch((await officer.get("/office/quarantine")).html, /rn7-adt/);
    assert.doesNotMatch((await officer.get("/office/quarantine?feed=rn7-adt")).html, /\/office\/messages\/rn7-adt/);
    assert.equal((await administrator.get(address)).status, 200);

    const mine = await messageOf("rvv-adt", "wall-1");
    const page = await privacy.get(mine);
    assert.equal(page.status, 200);
    for (const act of ["fix", "replay", "close"]) assert.equal((await privacy.post(`${mine}/${act}`, page, { reason: "a reason that must not help", text: "x", step: "replay" })).status, 403, act);
    const opened = await privacy.post(mine, page, { reason: "an access is being looked into" });
    assert.match(opened.text, /Deskworthy/);
    assert.doesNotMatch(opened.html, /\/fix"/);
    assert.equal((await (await WebReader.signIn(product, PRIVACY_OFFICER)).get(mine)).status, 404, "another organisation's privacy officer");
  });

  it("a form without its token does nothing", async () => {
    const address = await messageOf("rvv-adt", "wall-1");
    const help = { ...(await administrator.get(address)), html: "" };
    for (const path of [address, `${address}/replay`, `${address}/close`, "/office/feeds/rvv-adt/replay", "/office/playground"]) {
      const answer = await administrator.post(path, help, { reason: "a reason that must not help", feed: "rvv-adt", text: adt("x") });
      assert.equal(answer.status, 400, path);
      assert.doesNotMatch(answer.text, /It would be answered|9990012346\^\^\^NHS.*As it was received|taken up again/);
    }
  });
});

describe("the playground", () => {
  const tried = async (feed: string, text: string): Promise<Page> => administrator.post("/office/playground", await administrator.get("/office/playground"), { feed, text });

  it("PUR-09 shows the acknowledgement, the findings with their place, the FHIR and the record lines of a message, and stores nothing", async () => {
    const before = await listed(product, "rn7-adt");
    const good = await tried("rn7-adt", adt("tried-1", { facility: "RN7", family: "Tryout" }).replaceAll("\r", "\n"));
    assert.match(good.text, /Test data only/);
    assert.match(good.text, /It would be answered AA/);
    assert.match(good.text, /MSA\|AA\|tried-1/);
    assert.ok(rowsOf(good.html).some((cells) => cells[1] === "Admission details"), rowsOf(good.html).join(" / "));
    assert.match(good.html, /&quot;resourceType&quot;: &quot;Encounter&quot;/);
    const bad = await tried("ryy-fhir", JSON.stringify({ resourceType: "Patient", birthDate: "yesterday" }));
    assert.match(bad.text, /It would be answered 422/);
    assert.ok(rowsOf(bad.html).some((cells) => cells[0]?.includes("birthDate")), bad.text);
    assert.match((await tried("ryy-fhir", "<Patient xmlns=\"http://hl7.org/fhir\"><id value=\"x1\"/><name><family value=\"Exam\"/></name></Patient>")).text, /It would be answered 200/);
    assert.match((await tried("kcc-adult-csv", "a,b\n1,2\n")).text, /required column is missing/);
    assert.deepEqual(await listed(product, "rn7-adt"), before);
    const paramedic = await WebReader.signIn(product, PARAMEDIC);
    assert.deepEqual(await paramedic.find({ family: "Tryout", dateOfBirth: "1948-03-12" }), []);
  });
});
