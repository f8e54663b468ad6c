/** Files of councils and others, from outside: layouts as data, faults back to the sender, full loads, deletes. */
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import type { FileReport } from "#feeds";
import { FeedClient, listed } from "../support/feed-command.ts";
import { STAFF } from "../support/people.ts";
import { startProduct, type Product } from "../support/product.ts";
import { ADMINISTRATOR, WebReader } from "../support/web-reader.ts";

type Receipt = { messageId: string; state: string; created: number; updated: number; unchanged: number; removed: number; marks?: { why: string }[]; report: FileReport };

const HEADING = "record_type,record_id,action,person_id,nhs_number,nhs_number_status,family_name,given_names,date_of_birth,gender,type,description,detail,outcome,start_date,end_date,review_date,recorded_at,worker_name,worker_role,team,worker_phone,provider,funding,channel,active_status,episode_status,plan_status";
const NAMES = HEADING.split(",");
/** A row by the names of its columns. */
const row = (cells: Record<string, string>): string => NAMES.map((name) => (/,/.test(cells[name] ?? "") ? `"${cells[name]}"` : (cells[name] ?? ""))).join(",");
const file = (...rows: Record<string, string>[]): string => `${[HEADING, ...rows.map(row)].join("\r\n")}\r\n`;

/** A feed of a kind that the product has never seen: tests of home equipment by a voluntary organisation's own names of columns. */
const OVERLAY = {
  feeds: [{
    id: "lifeline-visits", organisation: "X-KCC", format: "csv", title: "Falls pendant checks", transport: { http: { clientId: "lifeline-visits" } }, supplies: ["person-demographics", "equipment", "assessments"], expectedEveryMinutes: 1440, agreementRequired: true,
    options: { layout: "pendant-checks", load: "full", mostRemovedPercent: "40" },
  }],
  layout: {
    id: "pendant-checks", title: "Falls pendant checks", delimiter: ";", quote: null, encoding: "windows-1252", recordColumn: "check", required: ["check", "client"],
    person: { localId: "client", nhsNumberText: "nhs", family: "surname", given: "forename", birthDate: "born" },
    columns: {
      check: {}, client: {}, nhs: { format: "nhs-number" }, surname: {}, forename: {}, born: { format: "date", dates: ["dd.mm.yyyy"] }, checked: { format: "date", dates: ["dd.mm.yyyy"], aliases: ["checked_on"] }, working: { format: "boolean", values: { ja: "true", nein: "false" } },
      state: { format: "code", values: { ok: "Pendant works", flat: "Battery flat" } }, signal: { format: "decimal" },
    },
    kinds: { check: { required: ["checked", "state"], resources: [{ resourceType: "Observation", meta: { tag: [{ system: "https://kmcr.org.uk/CodeSystem/prsb-section", code: "equipment" }] }, status: "final", code: { text: "Falls pendant check: {{state}}" }, effectiveDateTime: "{{checked}}", valueString: "{{state}}", note: [{ text: "Signal {{signal}}" }] }] } },
  },
};

let product: Product;
let overlay: string;
let council: FeedClient;
let children: FeedClient;
let pendants: FeedClient;
before(async () => {
  overlay = mkdtempSync(join(tmpdir(), "kmcr-overlay-"));
  mkdirSync(join(overlay, "layouts"));
  writeFileSync(join(overlay, "feeds.json"), JSON.stringify(OVERLAY.feeds));
  writeFileSync(join(overlay, "layouts", "pendant-checks.json"), JSON.stringify(OVERLAY.layout));
  product = await startProduct({ overlays: [overlay] });
  [council, children, pendants] = ["kcc-adult-csv", "kcc-children-csv", "lifeline-visits"].map((feed) => new FeedClient(product, feed)) as [FeedClient, FeedClient, FeedClient];
});
after(async () => {
  await product?.stop();
  rmSync(overlay, { recursive: true, force: true });
});

async function send(client: FeedClient, text: string | Uint8Array, query = "", status = 200): Promise<Receipt> {
  const answer = await client.post(`/csv${query}`, text, "text/csv");
  assert.equal(answer.status, status, answer.text.slice(0, 400));
  return JSON.parse(answer.text) as Receipt;
}

async function page(uid: string, family: string, dateOfBirth: string, path: string): Promise<string> {
  const reader = await WebReader.signIn(product, uid);
  const [id] = await reader.find({ family, dateOfBirth });
  assert.ok(id, `${family} is found`);
  const opened = await reader.open(id, path);
  assert.equal(opened.status, 200, `${path}: ${opened.text.slice(0, 300)}`);
  return opened.text;
}

const adult = { person_id: "A-1", family_name: "Orchardson", given_names: "Ivy", date_of_birth: "1941-02-03", gender: "F" };
const child = { person_id: "C-1", family_name: "Meadowcroft", given_names: "Sam", date_of_birth: "2014-05-06", gender: "M" };

describe("social care, each kind in its section of the record", () => {
  it("EXC-05 adults: assessments, care packages, safeguarding concerns, professionals involved and contacts", async () => {
    const receipt = await send(council, file(
      { ...adult, record_type: "assessment", record_id: "AS1", type: "Care Act assessment", outcome: "Eligible needs", start_date: "2026-05-01", worker_name: "Kay Shaw" },
      { ...adult, record_type: "package", record_id: "PK1", type: "Home care four times a day", start_date: "2026-05-20", provider: "Willow Home Care", episode_status: "open", worker_name: "Kay Shaw" },
      { ...adult, record_type: "safeguarding", record_id: "SG1", description: "Concern about neglect", detail: "Section 42 enquiry", start_date: "2026-06-01", active_status: "open", worker_name: "Kay Shaw" },
      { ...adult, record_type: "worker", record_id: "WK1", worker_name: "Kay Shaw", worker_role: "Social worker", team: "Adults East", worker_phone: "01622000000", active_status: "active", start_date: "2026-05-01" },
      { ...adult, record_type: "contact", record_id: "CT1", type: "Review visit", description: "Six week review", recorded_at: "2026-07-01 14:00", channel: "home visit", worker_name: "Kay Shaw" },
    ));
    assert.deepEqual([receipt.report.rows, receipt.report.taken, receipt.report.faults], [5, 5, []]);
    const seen = (path: string): Promise<string> => page(STAFF.adultSocialWorker, adult.family_name, adult.date_of_birth, `/section/${path}`);
    assert.match(await seen("assessments"), /Care Act assessment[\s\S]*Eligible needs/);
    assert.match(await seen("services"), /Home care four times a day/);
    assert.match(await seen("safeguarding"), /Concern about neglect/);
    assert.match(await seen("professional-contacts"), /Kay Shaw/);
    assert.match(await seen("contacts"), /Review visit/);
  });

  it("EXC-05 children: looked-after status, child protection plans, safeguarding, assessments, services, professionals and contacts", async () => {
    const receipt = await send(children, file(
      { ...child, record_type: "looked-after", record_id: "LA1", description: "Looked after, section 20", start_date: "2026-01-10", active_status: "active", worker_name: "Lee Park" },
      { ...child, record_type: "child-protection-plan", record_id: "CP1", description: "Child protection plan: emotional harm", start_date: "2026-02-10", review_date: "2026-08-10", active_status: "active" },
      { ...child, record_type: "safeguarding", record_id: "SG1", description: "Concern from school", start_date: "2026-01-05", active_status: "closed" },
      { ...child, record_type: "assessment", record_id: "AS1", type: "Child and family assessment", outcome: "Plan needed", start_date: "2026-01-20" },
      { ...child, record_type: "package", record_id: "PK1", type: "Short breaks", start_date: "2026-03-01", episode_status: "open" },
      { ...child, record_type: "worker", record_id: "WK1", worker_name: "Lee Park", worker_role: "Children's social worker", team: "Children West", active_status: "active" },
      { ...child, record_type: "contact", record_id: "CT1", type: "School visit", recorded_at: "2026-03-03 10:30", channel: "school" },
    ));
    assert.deepEqual([receipt.report.taken, receipt.report.faults], [7, []]);
    const seen = (path: string): Promise<string> => page(STAFF.childrensSocialWorker, child.family_name, child.date_of_birth, `/section/${path}`);
    const safeguarding = await seen("safeguarding");
    for (const words of ["Looked after, section 20", "Child protection plan: emotional harm", "Concern from school"]) assert.ok(safeguarding.includes(words), `${words}: ${safeguarding.slice(-900)}`);
    assert.match(await seen("assessments"), /Child and family assessment/);
    assert.match(await seen("services"), /Short breaks/);
    assert.match(await seen("professional-contacts"), /Lee Park/);
    assert.match(await seen("contacts"), /School visit/);
  });
});

describe("what was wrong goes back to the sender", () => {
  const broken = file(
    { ...adult, record_type: "assessment", record_id: "AS2", type: "Review", start_date: "31/02/2026" },
    { ...adult, record_type: "wish", record_id: "W1" },
    { ...adult, record_type: "assessment", record_id: "AS3", type: "Review", start_date: "2026-08-01", nhs_number: "=1+1", outcome: "ok" },
  );

  it("EXC-05 row, column, code, words and value of each fault, as JSON, as a file, and again by the message's id", async () => {
    const receipt = await send(council, broken, "?file=faults.csv");
    assert.deepEqual(receipt.report.faults.map((each) => [each.row, each.column, each.code, each.severity, each.value]), [[2, "start_date", "no-such-day", "error", "31/02/2026"], [3, "record_type", "kind-unknown", "error", "wish"], [4, "nhs_number", "nhs-number", "warning", "=1+1"]]);
    assert.deepEqual([receipt.report.rows, receipt.report.taken, receipt.state], [3, 1, "applied"]);
    const again = await council.get(`/messages/${receipt.messageId}/report`);
    assert.deepEqual(JSON.parse(again.text), { messageId: receipt.messageId, report: receipt.report });
    const asFile = await council.get(`/messages/${receipt.messageId}/report`, { accept: "text/csv" });
    assert.match(asFile.headers.get("content-type") ?? "", /^text\/csv/);
    assert.deepEqual(asFile.text.split("\r\n"), ["\ufeffrow,column,code,severity,words,value", '2,"start_date",no-such-day,error,"no such day in the calendar","31/02/2026"', '3,"record_type",kind-unknown,error,"unknown kind of record","wish"', `4,"nhs_number",nhs-number,warning,"not a valid NHS number: kept as written, links nobody","'=1+1"`, ""]);
    const repeated = await send(council, broken, "?file=faults.csv");
    assert.deepEqual([repeated.report, created(repeated)], [receipt.report, 0]);
    assert.equal((await children.get(`/messages/${receipt.messageId}/report`, { feed: "kcc-adult-csv" })).status, 403, "another client");
    assert.equal((await children.get(`/messages/${receipt.messageId}/report`)).status, 404, "another feed's message");
  });

  it("a heading without a required column: what is expected and what was found, and nothing is read", async () => {
    const receipt = await send(council, "record_type,person_id\r\nassessment,A-1\r\n", "?file=heading.csv", 422);
    assert.deepEqual([receipt.state, receipt.report.heading], ["quarantined", { expected: ["record_type", "record_id", "person_id", "family_name", "date_of_birth"], found: ["record_type", "person_id"] }]);
  });

  it("a load that is neither full nor incremental is refused before it is kept", async () => {
    const before = (await listed(product, "kcc-adult-csv")).length;
    assert.equal((await council.post("/csv?load=half", file(), "text/csv")).status, 400);
    assert.equal((await listed(product, "kcc-adult-csv")).length, before);
  });
});

const created = (receipt: Receipt): number => receipt.created + receipt.updated + receipt.removed;

describe("full and incremental loads, and deletes", () => {
  const many = (count: number, from = 1): Record<string, string>[] => Array.from({ length: count }, (_, index) => ({ ...adult, person_id: "L-1", family_name: "Loadwell", date_of_birth: "1938-01-09", record_type: "assessment", record_id: `L${from + index}`, type: `Assessment number ${from + index}.`, start_date: "2026-01-01" }));
  const seen = (): Promise<string> => page(STAFF.adultSocialWorker, "Loadwell", "1938-01-09", "/section/assessments");

  it("EXC-05 an incremental file adds, changes and deletes what it names, and touches nothing else", async () => {
    await send(council, file(...many(5)));
    const receipt = await send(council, file({ ...many(1)[0]!, action: "delete" }, { ...many(1, 2)[0]!, action: "update", type: "Assessment corrected." }, { ...many(1, 6)[0]!, action: "add" }, { ...many(1, 99)[0]!, action: "delete" }));
    assert.deepEqual([receipt.created, receipt.updated, receipt.removed, receipt.report.deleted], [1, 1, 1, 2]);
    assert.deepEqual(receipt.report.faults.map((each) => [each.row, each.code, each.severity]), [[5, "delete-unknown", "warning"]]);
    const text = await seen();
    for (const words of ["Assessment corrected.", "Assessment number 3.", "Assessment number 6."]) assert.ok(text.includes(words), words);
    for (const words of ["Assessment number 1.", "Assessment number 2."]) assert.ok(!text.includes(words), words);
  });

  it("a removed entry's own page says that its source has taken it back", async () => {
    const reader = await WebReader.signIn(product, STAFF.adultSocialWorker);
    const [id] = await reader.find({ family: "Loadwell", dateOfBirth: "1938-01-09" });
    const item = /href="(\/person\/[^"]+\/item\/[^"#]+)"[^>]*>Assessment number 3\./.exec((await reader.open(id!, "/section/assessments")).html)![1]!;
    await send(council, file({ ...many(1, 3)[0]!, action: "delete" }));
    const gone = await reader.get(item);
    assert.equal(gone.status, 410);
    assert.match(gone.text, /source has taken this entry back/);
  });

  it("EXC-05 a full file is the whole: what it lacks goes, what stands in a bad row stays", async () => {
    const receipt = await send(pendants, checks(10), "?file=one.csv");
    assert.deepEqual([receipt.report.load, receipt.report.taken, receipt.removed], ["full", 10, 0]);
    const text = checks(8).replace(/^(K7;.*)ok;/m, "$1broken;");
    const second = await send(pendants, text, "?file=two.csv");
    assert.deepEqual([second.report.removed, second.removed, second.report.faults.map((each) => [each.row, each.column, each.code])], [2, 2, [[8, "state", "not-a-code"]]]);
    assert.match(await page(STAFF.adultSocialWorker, "Pendantry7", "1931-01-07", "/section/equipment"), /Falls pendant check/);
  });

  it("EXC-05 a full file that would remove much waits for a person, and removes nothing until then", async () => {
    const receipt = await send(pendants, checks(3), "?file=three.csv", 422);
    assert.equal(receipt.state, "quarantined");
    assert.match(receipt.marks?.[0]?.why ?? "", /would remove 5 of 8 records \(more than 40 %\)/);
    assert.match(await page(STAFF.adultSocialWorker, "Pendantry8", "1931-01-08", "/section/equipment"), /Falls pendant check/);
    const officer = await WebReader.signIn(product, ADMINISTRATOR);
    assert.match((await officer.get("/office/quarantine?feed=lifeline-visits")).text, /would remove 5 of 8 records/);
  });

  it("a full file of which a row cannot be told apart removes nothing, and says so", async () => {
    const receipt = await send(pendants, `${checks(7)}K8;\r\n`, "?file=four.csv");
    assert.deepEqual([receipt.state, receipt.removed], ["applied", 0]);
    assert.ok(receipt.marks?.some((mark) => /nothing is removed by this load; 1 records are not in it/.test(mark.why)), JSON.stringify(receipt.marks));
  });
});

/** A file of the overlay's own layout: other names, delimiter, dates and encoding. */
const checks = (count: number): string => ["Check;Client;NHS;Surname;Forename;Born;Checked on;Working;State;Signal", ...Array.from({ length: count }, (_, index) => `K${index + 1};P${index + 1};;Pendantry${index + 1};Zoe;0${(index % 9) + 1}.01.193${index < 9 ? 1 : 2};20.11.2026;ja;ok;0.${index}0`), ""].join("\r\n");

describe("a feed that the product has never seen", () => {
  it("PUR-09 is files of a pack alone: a layout and a feed, and its content stands in the record", async () => {
    await send(pendants, Buffer.from(checks(9).replace("Pendantry2", "Pendantrý2"), "latin1"), "?load=incremental&file=new.csv");
    const text = await page(STAFF.adultSocialWorker, "Pendantrý2", "1931-01-02", "/section/equipment");
    assert.match(text, /Falls pendant check: Pendant works/);
    assert.match(text, /20-Nov-2026/);
  });
});
