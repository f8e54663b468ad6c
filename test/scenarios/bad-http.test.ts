/** What a broken or careless sender over HTTP gets: the fault with its place, nothing half-stored, no word of our insides. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { counts, FeedClient, feedCommand, feedSecret, listed, type Answer } from "#test/feed-command.ts";
import { startProduct, type Product } from "#test/product.ts";
import { ADMINISTRATOR, rowsOf, WebReader } from "#test/web-reader.ts";

const FEED = "outside-fhir";
const CSV = "kcc-adult-csv";
const MOST_MB = 2;
let product: Product;
let fhir: FeedClient;
let folder: string;
/** Every answer of this file: none of them may tell of our insides. */
const answers: { what: string; text: string }[] = [];

before(async () => {
  product = await startProduct({ overlays: ["regions/outside"], env: { KMCR_MAX_BODY_MB: String(MOST_MB) } });
  fhir = new FeedClient(product, FEED);
  folder = mkdtempSync(join(tmpdir(), "kmcr-csv-"));
});
after(async () => {
  await product?.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function post(path: string, body: string | Uint8Array, type?: string, token?: string): Promise<Answer> {
  const answer = await fhir.post(path, body, type, token);
  answers.push({ what: path, text: answer.text });
  return answer;
}

type Outcome = { resourceType: string; issue: { severity: string; code: string; diagnostics: string; expression?: string[] }[] };

/** The answer is an OperationOutcome with this status; gives its issues. */
function outcomeOf(answer: Answer, status: number): Outcome["issue"] {
  assert.equal(answer.status, status, answer.text);
  assert.match(answer.headers.get("content-type") ?? "", /^application\/fhir\+json/);
  const outcome = JSON.parse(answer.text) as Outcome;
  assert.equal(outcome.resourceType, "OperationOutcome");
  assert.ok(outcome.issue.length > 0 && outcome.issue.every(({ severity }) => severity === "error"));
  return outcome.issue;
}

const patient = (id: string): object => ({ resourceType: "Patient", id, name: [{ family: "Httptest", given: ["Ann"] }], birthDate: "1950-03-01", gender: "female" });
const condition = (id: string, of: string, more: object = {}): object => ({ resourceType: "Condition", id, subject: { reference: `Patient/${of}` }, code: { text: `Condition ${id}` }, clinicalStatus: { coding: [{ system: "http://terminology.hl7.org/CodeSystem/condition-clinical", code: "active" }] }, ...more });
const bundle = (...resources: object[]): string => JSON.stringify({ resourceType: "Bundle", type: "transaction", entry: resources.map((resource) => ({ resource, request: { method: "PUT", url: `${(resource as { resourceType: string }).resourceType}/${(resource as { id: string }).id}` } })) });

const nothingStored = async (): Promise<void> => {
  const stored = await counts(product, FEED);
  assert.deepEqual([stored.resources, stored.directory], [{}, {}]);
};

describe("FHIR faults, before anything good was sent", () => {
  for (const [title, body, status, expression, why] of [
    ["a bundle with one bad entry among good ones", bundle(patient("h1"), condition("c1", "h1"), condition("c2", "h1", { recordedDate: "yesterday" })), 422, "Bundle.entry[2].resource.recordedDate", /yesterday/],
    ["a resource without what it requires", bundle(patient("h1"), { resourceType: "Observation", id: "o1", subject: { reference: "Patient/h1" }, code: { text: "x" } }), 422, "Bundle.entry[1].resource.status", /required/],
    ["a code that the binding does not know", bundle({ ...patient("h1"), gender: "woman" }), 422, "Bundle.entry[0].resource.gender", /woman/],
    ["an element that the resource does not have", bundle({ ...patient("h1"), nickname: "Annie" }), 422, "Bundle.entry[0].resource.nickname", /./],
    ["a resource type that does not exist", bundle({ resourceType: "Person2", id: "x" }), 422, "Bundle.entry[0].resource", /./],
    ["a bundle that a feed may not send", JSON.stringify({ resourceType: "Bundle", type: "history", entry: [] }), 422, "Bundle.type", /history/],
    ["a body that is a list", "[]", 422, "$this", /must be a FHIR resource/],
    ["a resource that names no patient", bundle(condition("c1", "h1", { subject: undefined })), 422, "Bundle.entry[0].resource.subject", /required/],
    ["malformed JSON", '{"resourceType": "Patient",', 400, "$this", /is not JSON/],
    ["text that is no JSON at all", "MSH|^~\\&|", 400, "$this", /is not JSON/],
  ] as const) {
    it(`${title}: ${status} with an OperationOutcome at ${expression}, and none of it is stored`, async () => {
      const issues = outcomeOf(await post("/fhir", body), status);
      const issue = issues.find((each) => each.expression?.some((path) => path.startsWith(expression)));
      assert.ok(issue, `no issue at ${expression}: ${JSON.stringify(issues)}`);
      assert.match(issue.diagnostics, why);
    });
  }

  it("all faults of a bundle are said at once", async () => {
    const issues = outcomeOf(await post("/fhir", bundle({ ...patient("h1"), gender: "woman", birthDate: "1.3.1950" }, condition("c1", "h1", { recordedDate: "x" }))), 422);
    const places = issues.map(({ expression }) => expression?.[0]);
    for (const place of ["Bundle.entry[0].resource.gender", "Bundle.entry[0].resource.birthDate", "Bundle.entry[1].resource.recordedDate"]) assert.ok(places.includes(place), `${place} is missing in ${places.join(", ")}`);
  });

  it("an empty body is 400", async () => {
    outcomeOf(await post("/fhir", ""), 400);
  });

  it("a body above the limit is 413, one just under it is read", async () => {
    const issues = outcomeOf(await post("/fhir", Buffer.alloc(MOST_MB * 1_048_576 + 1, " ")), 413);
    assert.equal(issues[0]!.code, "too-long");
    outcomeOf(await post("/fhir", Buffer.alloc(MOST_MB * 1_048_576 - 1, " ")), 400);
  });

  it("none of these bundles stored anything, not even their good entries", nothingStored);

  it("what was refused is kept, and stands in quarantine with reason and place", async () => {
    const kept = await listed(product, FEED);
    assert.ok(kept.length >= 10 && kept.every(({ state }) => state === "rejected"), JSON.stringify(kept));
    const officer = await WebReader.signIn(product, ADMINISTRATOR);
    const rows = rowsOf((await officer.get(`/office/quarantine?feed=${FEED}`)).html);
    const row = rows.find((cells) => cells[3] === "Bundle.entry[2].resource.recordedDate");
    assert.ok(row, rows.map((cells) => cells[3]).join("\n"));
    assert.match(row[4]!, /•••/, "what was sent is masked until the message is opened");
    assert.match(row[5]!, /Refused, answered 422/);
  });
});

describe("who may send", () => {
  const token = (form: Record<string, string>, headers: Record<string, string> = {}): Promise<Response> => fetch(`${product.base}/oauth2/token`, { method: "POST", headers, body: new URLSearchParams(form) });

  it("a wrong secret, an unknown client and a secret of another feed get 401 alike", async () => {
    const others = await feedSecret(product, CSV);
    const texts: string[] = [];
    for (const [id, secret] of [[FEED, "wrong"], ["nobody", "wrong"], [FEED, others]] as const) {
      const answer = await token({ grant_type: "client_credentials", client_id: id, client_secret: secret });
      assert.equal(answer.status, 401);
      texts.push(await answer.text());
    }
    assert.equal(new Set(texts).size, 1, "the answer does not tell which of the two is wrong");
    answers.push({ what: "token", text: texts[0]! });
  });

  it("another grant type is 400, and a header that is no text is no fault of ours", async () => {
    assert.equal((await token({ grant_type: "password", client_id: FEED, client_secret: "x" })).status, 400);
    const odd = await token({ grant_type: "client_credentials" }, { authorization: `Basic ${Buffer.from(`${FEED}:%E0%A4%A`).toString("base64")}` });
    answers.push({ what: "odd basic", text: await odd.text() });
    assert.equal(odd.status, 401, "credentials that cannot be read are wrong credentials");
  });

  it("no token, a wrong one and a broken one get 401", async () => {
    for (const wrong of ["", "x", "eyJhbGciOiJub25lIn0.eyJzdWIiOiJvdXRzaWRlLWZoaXIifQ.", `${(await fhir.token()).slice(0, -4)}AAAA`]) outcomeOf(await post("/fhir", bundle(patient("h1")), undefined, wrong), 401);
    const none = await fetch(`${product.base}/feeds/${FEED}/fhir`, { method: "POST", body: bundle(patient("h1")) });
    assert.equal(none.status, 401);
  });

  it("a feed of another client is 403, whether there is such a feed or not", async () => {
    const mine = await fhir.token();
    for (const feed of [CSV, "rxy-fhir", "no-such-feed"]) {
      const other = new FeedClient(product, feed);
      outcomeOf(await other.post(feed === CSV ? "/csv" : "/fhir", bundle(patient("h1")), undefined, mine), 403);
    }
  });

  it("a format that the feed does not take is 415", async () => {
    outcomeOf(await post("/csv", "a,b\n", "text/csv"), 415);
    outcomeOf(await post("/gp-connect", "{}"), 415);
    outcomeOf(await post("/nonsense", "{}"), 415);
  });

  it("an address that does not exist is 404, another method too", async () => {
    for (const [path, method] of [[`/feeds/${FEED}`, "POST"], [`/feeds/${FEED}/fhir`, "GET"], ["/fhir/R4/Nonsense/x", "GET"]] as const) {
      const answer = await fetch(`${product.base}${path}`, { method });
      answers.push({ what: path, text: await answer.text() });
      assert.equal(answer.status, 404, path);
    }
  });

  it("none of that stored anything", nothingStored);
});

describe("a good bundle after all the bad ones", () => {
  it("is stored, a second time changes nothing, and a changed entry makes one new version", async () => {
    const good = bundle(patient("h1"), condition("c1", "h1"));
    assert.equal((await post("/fhir", good)).status, 200);
    const once = await counts(product, FEED);
    assert.deepEqual([once.resources, once.earlierVersions], [{ Condition: 1, Patient: 1 }, 0]);
    assert.equal((await post("/fhir", good)).status, 200);
    assert.deepEqual(await counts(product, FEED), once);
    assert.equal((await post("/fhir", JSON.stringify(JSON.parse(good), null, 2))).status, 200);
    const again = await counts(product, FEED);
    assert.deepEqual({ ...again, messages: null }, { ...once, messages: null }, "the same statements in other bytes change nothing");
    assert.equal((await post("/fhir", bundle(patient("h1"), condition("c1", "h1", { code: { text: "Changed" } })))).status, 200);
    const changed = await counts(product, FEED);
    assert.deepEqual([changed.resources, changed.earlierVersions], [once.resources, 1]);
  });

  it("what was said before and unsaid since, said again in the same bytes, is true again", async () => {
    // A source that goes back to an earlier statement sends the earlier bytes: they must not be taken for a repeat of long ago.
    assert.equal((await post("/fhir", bundle(patient("h1"), condition("c1", "h1")))).status, 200);
    const reader = await WebReader.signIn(product, "555000001001");
    const [personId] = await reader.find({ family: "Httptest", dateOfBirth: "1950-03-01" });
    const problems = await reader.open(personId!, "/problems");
    assert.match(problems.text, /Condition c1/);
    assert.doesNotMatch(problems.text, /Changed/);
  });
});

describe("a council's CSV", () => {
  const heading = "record_type,record_id,person_id,nhs_number,family_name,given_names,date_of_birth,gender,postcode";
  const file = [
    heading,
    "client,C-1,K-1,,Goodrow,Ann,1950-03-01,female,TN1 1AA",
    "client,C-2,K-2,,Badbirth,Ann,31/02/1950,female,TN1 1AA",
    "client,C-3,K-3,,Badsex,Ann,1950-03-01,sometimes,TN1 1AA",
    "wish,C-4,K-4,,Badkind,Ann,1950-03-01,female,TN1 1AA",
    "client,C-5,K-5,,Shortrow,Ann",
    "client,C-6,K-6,,Alsogood,Bob,1951-04-02,male,TN1 1AA",
    "",
  ].join("\r\n");

  it("EXC-05 a council's file sent by the command line: the good rows go in, the bad ones are listed with row and column", async () => {
    const path = join(folder, "clients.csv");
    writeFileSync(path, file);
    const done = await feedCommand(product, "send", CSV, path);
    const printed = done.stdout.toString("utf8");
    answers.push({ what: "feeds send", text: printed + done.stderr });
    assert.equal(done.code, 1, "a file with faults ends with a fault");
    for (const fault of [/^row 3, column date_of_birth: .*31\/02\/1950/m, /^row 4, column gender: .*sometimes/m, /^row 5, column record_type: .*wish/m, /^row 6, column ?: 6 cells where the heading has 9/m]) assert.match(printed, fault);
    assert.match(printed, /4 faults/);
    assert.equal((await counts(product, CSV)).resources["Patient"], 2);
    const reader = await WebReader.signIn(product, "555000001009");
    assert.equal((await reader.find({ family: "Goodrow", dateOfBirth: "1950-03-01" })).length, 1);
    assert.equal((await reader.find({ family: "Alsogood", dateOfBirth: "1951-04-02" })).length, 1);
    assert.equal((await reader.find({ family: "Badsex", dateOfBirth: "1950-03-01" })).length, 0);
  });

  it("the bad rows stand in quarantine with row and column", async () => {
    const officer = await WebReader.signIn(product, ADMINISTRATOR);
    const rows = rowsOf((await officer.get(`/office/quarantine?feed=${CSV}`)).html);
    assert.deepEqual(rows.slice(1).map((cells) => cells[3]), ["row 3, column date_of_birth", "row 4, column gender", "row 5, column record_type", "row 6, column"]);
  });

  it("the same file again changes nothing and says so", async () => {
    const once = await counts(product, CSV);
    const done = await feedCommand(product, "send", CSV, join(folder, "clients.csv"));
    assert.match(done.stdout.toString("utf8"), /sent before, nothing changed/);
    assert.deepEqual(await counts(product, CSV), once);
  });

  it("a file of which no row can be used is kept and waits in quarantine", async () => {
    const path = join(folder, "useless.csv");
    writeFileSync(path, "not,a,council,file\r\n1,2,3,4\r\n");
    const done = await feedCommand(product, "send", CSV, path);
    assert.equal(done.code, 1);
    assert.match(done.stdout.toString("utf8"), /^row 1, column record_type: required column is missing/m);
    assert.equal((await listed(product, CSV)).at(-1)!.state, "quarantined");
  });

  it("more findings than a page holds are all reached page by page", async () => {
    const bad = [heading, ...Array.from({ length: 130 }, (_, index) => `client,D-${index},D-${index},,Toomany,Ann,never,female,TN1 1AA`), ""].join("\r\n");
    const sender = new FeedClient(product, CSV);
    const answer = await sender.post("/csv?file=many.csv", bad, "text/csv");
    answers.push({ what: "many", text: answer.text });
    const officer = await WebReader.signIn(product, ADMINISTRATOR);
    const seen = new Set<string>();
    let address: string | undefined = `/office/quarantine?feed=${CSV}`;
    for (let pages = 0; address !== undefined && pages < 5; pages++) {
      const page = await officer.get(address);
      for (const cells of rowsOf(page.html).slice(1)) if (/^row (?!1,)\d+, column date_of_birth$/.test(cells[3]!)) seen.add(cells[3]!);
      address = /href="([^"]+)">Older findings/.exec(page.html)?.[1]?.replaceAll("&amp;", "&");
    }
    assert.equal(seen.size, 130);
  });
});

it("no answer tells of our insides: no stack trace, no file, no SQL", () => {
  assert.ok(answers.length > 25);
  for (const { what, text } of answers) assert.doesNotMatch(text, /\.ts:|\.js:|\bat [\w.<>]+ \(|node:internal|node_modules|select .* from|insert into/i, what);
});
