/** The pages without a browser: what they say, what they keep back, and what is on record before bytes leave. */
import assert from "node:assert/strict";
import test from "node:test";
import { gzipSync } from "node:zlib";
import { sampleEntries } from "#test/sample-person.ts";
import { PEOPLE, sampleApp } from "#test/sample-app.ts";
import { loadAssets } from "#platform";
import { SECTIONS } from "#standards";
import { CATEGORIES, categoryOfSection, OWN_PAGES, pageOfSection } from "./categories.ts";
import { readFind, EMPTY } from "./find-form.ts";
import { readReason } from "./reason-page.ts";

type Answer = { status: number; body: string; location: string | undefined; headers: Record<string, unknown> };

async function get(app: ReturnType<typeof sampleApp>["app"], url: string): Promise<Answer> {
  const answer = await app.inject({ method: "GET", url });
  return { status: answer.statusCode, body: answer.body, location: answer.headers.location, headers: answer.headers };
}

async function post(app: ReturnType<typeof sampleApp>["app"], url: string, fields: Record<string, string>): Promise<Answer> {
  const answer = await app.inject({ method: "POST", url, headers: { "content-type": "application/x-www-form-urlencoded" }, payload: new URLSearchParams({ _csrf: "form-token", ...fields }).toString() });
  return { status: answer.statusCode, body: answer.body, location: answer.headers.location, headers: answer.headers };
}

const heavy = `/person/${PEOPLE.heavy}`;
const text = (body: string): string => body.replace(/<[^>]+>/g, " ").replace(/\s+/g, " ");

test("REC-01 to REC-22 each have a page that opens, with one h1, captions and a state of every source", async () => {
  const { app } = sampleApp();
  const pages = [...CATEGORIES, ...OWN_PAGES];
  for (let number = 1; number <= 22; number++) {
    const id = `REC-${String(number).padStart(2, "0")}`;
    const page = pages.find(({ recIds }) => (recIds as readonly string[]).includes(id));
    assert.ok(page !== undefined, id);
    const { status, body } = await get(app, `${heavy}/${page.slug}`);
    assert.equal(status, 200, id);
    assert.equal(body.match(/<h1/g)?.length, 1, id);
    assert.match(body, /data-state="/, id);
    assert.equal(body.match(/<table/g)?.length ?? 0, body.match(/<caption/g)?.length ?? 0, id);
  }
});

test("each of the sections has a page of its own, and its best page exists", async () => {
  const { app } = sampleApp();
  for (const { id } of SECTIONS) {
    for (const slug of [categoryOfSection(id).slug, pageOfSection(id)]) assert.equal((await get(app, `${heavy}/${slug}`)).status, 200, slug);
  }
});

test("U3 every entry of the record can be reached from the list of its section, and opens", async () => {
  const { app } = sampleApp();
  const lists = new Map<string, string>();
  for (const entry of sampleEntries()) {
    const slug = categoryOfSection(entry.section).slug;
    if (!lists.has(slug)) lists.set(slug, (await get(app, `${heavy}/${slug}`)).body);
  }
  for (const [slug, body] of lists) {
    const section = slug.replace("section/", "");
    const linked = new Set([...body.matchAll(/\/item\/([\w.-]+)"/g)].map((found) => found[1]));
    const own = sampleEntries().filter((entry) => entry.section === section);
    // Ids are made anew for each sample; the count of distinct entries is what must agree.
    const banner = section === "allergies" || section === "individual-requirements" ? 0 : sampleEntries().filter((entry) => entry.section === "individual-requirements").length;
    assert.equal(linked.size - banner, own.length + (section === "allergies" ? sampleEntries().filter((entry) => entry.section === "individual-requirements").length : 0), slug);
    const [first] = linked;
    assert.equal((await get(app, `${heavy}/item/${first}`)).status, 200, slug);
  }
});

test("the title names no person: initials, page, service", async () => {
  const { app } = sampleApp();
  const { body } = await get(app, heavy);
  assert.match(body, /<title>Summary – J\.S\. – Shared Care Record<\/title>/);
  const item = /\/item\/([\w.-]+)"/.exec(body)![1]!;
  for (const page of ["/medicines", "/details", `/item/${item}`]) {
    const title = /<title>(.*?)<\/title>/.exec((await get(app, `${heavy}${page}`)).body)![1]!;
    assert.doesNotMatch(title, /smith|999|apixaban|penicillin/i);
    assert.match(title, /J\.S\. – Shared Care Record$/);
  }
});

test("the summary comes in its fixed order on screen", async () => {
  const { app } = sampleApp();
  const { body } = await get(app, heavy);
  const order = ['aria-label="Person"', 'aria-label="Sources"', 'id="allergies"', 'id="escalation"', 'id="alerts"', 'id="medicines"', 'id="changed"', 'id="now"', 'id="problems"', 'id="results"', 'id="documents"', 'id="about"'].map((mark) => body.indexOf(mark));
  assert.ok(order.every((at) => at > 0));
  assert.deepEqual(order, order.toSorted((a, b) => a - b));
});

test("U4 seeded disagreements are marked on the summary, with every value and its source", async () => {
  const { app } = sampleApp();
  const body = text((await get(app, `/person/${PEOPLE.conflict}`)).body);
  assert.match(body, /Sources disagree: Downs Community Trust records no known allergies, 01-Oct-2026/);
  assert.match(body, /Two decisions on record – check the signed form/);
  assert.match(body, /Bisoprolol .*3\.75 mg.*Differs.*Elm Surgery 2\.5 mg/);
  assert.match(body, /Chronic kidney disease stage 3b .*Differs.*past.*active/);
  assert.match(body, /Sources disagree on 4 details/);
});

test("U2 with no data, no page says that there is nothing", async () => {
  const { app } = sampleApp();
  for (const { id } of SECTIONS) {
    const body = text((await get(app, `/person/${PEOPLE.quiet}/section/${id}`)).body);
    assert.match(body, /This does not mean there|No known allergies – recorded by|unknown: no source|does not share|No allergy information/, id);
  }
});

test("a section kept back by role is drawn the same whatever it holds, and its rows are not even asked for", async () => {
  const { app } = sampleApp();
  const { body } = await get(app, `/person/${PEOPLE.limited}/medicines`);
  assert.match(text(body), /Not shown for your role/);
  assert.doesNotMatch(body, /apixaban|18 of|of 18/i);
  const summary = text((await get(app, `/person/${PEOPLE.limited}`)).body);
  assert.match(summary, /Some kinds of information are not shown for your role/);
  assert.match(summary, /No allergy information recorded by any of 3 sources\..*Held apart.*Some information may not be shown for your role/);
  assert.doesNotMatch(summary, /Safeguarding enquiry|bisoprolol/i);
});

test("an entry of a section that the role may not see is not found, like one that does not exist", async () => {
  const { app } = sampleApp();
  const hidden = await get(app, `/person/${PEOPLE.limited}`);
  assert.equal(hidden.status, 200);
  const one = await get(app, `${heavy}/item/none`);
  assert.equal(one.status, 404);
});

test("no page leaves without its audit entry, which names what the bytes show", async () => {
  const { app, kept } = sampleApp();
  const { body } = await get(app, heavy);
  assert.equal(kept.answers.length, 1);
  const [answer] = kept.answers;
  assert.equal(answer!.page, "summary");
  assert.deepEqual(answer!.personIds, [PEOPLE.heavy]);
  assert.equal(Buffer.from(kept.bytes[0]!).toString(), body);
  const inPage = new Set([...body.matchAll(/\/(?:item|test)\/([\w.-]+)"/g)].map((found) => found[1]!));
  for (const id of inPage) assert.ok(answer!.entryIds.includes(id), id);
  assert.ok(answer!.states.some(({ state, organisation }) => state === "no-answer" && organisation === "RXD04"));
  assert.ok(answer!.states.some(({ state }) => state === "identity-doubt"));
});

test("when the audit entry can't be kept, no person data leaves", async () => {
  const { app } = sampleApp({ auditFails: true });
  for (const url of [heavy, `${heavy}/medicines`, `/person/${PEOPLE.reason}/reason`, "/"]) {
    const { status, body } = await get(app, url);
    assert.equal(status, 500, url);
    assert.doesNotMatch(body, /smith|read-only/i, url);
  }
  const found = await post(app, "/find", { nhsNumber: "9434765919" });
  assert.equal(found.status, 500);
  assert.doesNotMatch(found.body, /smith/i);
});

test("RET-01 what sources took back is said once a source, without its words; each one's page is on record like any other", async () => {
  const { app, kept } = sampleApp();
  const { body } = await get(app, `/person/${PEOPLE.long}/documents`);
  assert.match(text(body), /1 entry was removed by its source \(Elm Surgery\) on [^;]+; it is no longer shown\..*25 entries were removed by their source \([^)]+\), the last on/);
  assert.doesNotMatch(body, /Letter taken back/);
  assert.equal([...body.matchAll(/\/item\/removed-\d+"/g)].length, 21, "the only one, and the newest twenty of the others");
  assert.match(text(body), /The newest 20 of 25\./);
  assert.equal(kept.answers.at(-1)!.entryIds.filter((id) => id.startsWith("removed-")).length, 21);
  const gone = await get(app, `/person/${PEOPLE.long}/item/removed-3`);
  assert.equal(gone.status, 410);
  assert.match(gone.body, /Letter taken back 3/);
  assert.deepEqual([kept.answers.at(-1)!.page, kept.answers.at(-1)!.entryIds.includes("removed-3")], ["removed-item", true]);
  assert.doesNotMatch((await get(app, `/person/${PEOPLE.long}/problems`)).body, /removed by/);
});

test("finding a person: few fields, limited, counted, and on record", async () => {
  const { app, kept } = sampleApp();
  const many = await post(app, "/find", { family: "Smith", day: "14", month: "7", year: "1945" });
  assert.match(text(many.body), /More than 9 matches, narrow the search/);
  assert.deepEqual(kept.answers.at(-1)!.action, "search");
  assert.equal(kept.answers.at(-1)!.personIds.length, 9);
  const none = await post(app, "/find", { nhsNumber: "9990000018" });
  assert.match(text(none.body), /No match/);
  assert.match(text(none.body), /A person can be known to an organisation and not be here/);
});

test("faults of the find form are said in words beside their field, and what was typed stays", async () => {
  const faults = (fields: Partial<typeof EMPTY>): readonly string[] => {
    const read = readFind({ ...EMPTY, ...fields });
    return "faults" in read ? read.faults.map((fault) => fault.text) : [];
  };
  assert.deepEqual(faults({}), ["Enter an NHS number, or a family name and date of birth"]);
  assert.deepEqual(faults({ nhsNumber: "943 476 5918" }), ["Check the NHS number: its last digit does not fit the others"]);
  assert.deepEqual(faults({ nhsNumber: "12" }), ["NHS number must be 10 digits, like 999 123 4560"]);
  assert.deepEqual(faults({ family: "Smith" }), ["Enter the date of birth"]);
  assert.deepEqual(faults({ family: "Smith", day: "31", month: "2", year: "1945" }), ["Date of birth must be a real date"]);
  assert.deepEqual(faults({ family: "Smith", day: "14", month: "7", year: "45" }), ["Year of birth must have 4 numbers"]);
  assert.deepEqual(readFind({ ...EMPTY, family: "Smith", day: "4", month: "7", year: "1945", postcode: "zz99  4ab" }), { query: { by: "name", family: "Smith", given: "", dateOfBirth: "1945-07-04", postcode: "ZZ99 4AB" } });
  const { app } = sampleApp();
  const { status, body } = await post(app, "/find", { family: `"><b>x`, day: "40", month: "7", year: "1945" });
  assert.equal(status, 400);
  assert.match(body, /<title>Error: /);
  assert.match(body, /value="&quot;&gt;&lt;b&gt;x"/);
});

test("ACC-05 no relationship leads to a reason; the reason needs a choice and words", async () => {
  const { app } = sampleApp();
  assert.equal((await get(app, `/person/${PEOPLE.reason}`)).location, `/person/${PEOPLE.reason}/reason`);
  const asked = await get(app, `/person/${PEOPLE.reason}/reason`);
  assert.match(text(asked.body), /Why do you need to open this record/);
  const empty = await post(app, `/person/${PEOPLE.reason}/reason`, { words: "x" });
  assert.equal(empty.status, 400);
  assert.match(text(empty.body), /Select why you need to open this record/);
  assert.equal((await post(app, `/person/${PEOPLE.reason}/reason`, { kind: "emergency", words: "breathless at home" })).location, `/person/${PEOPLE.reason}`);
  assert.ok("faults" in readReason(null, []));
});

test("ACC-03 a refusal names its policy in plain words; errors give nothing away", async () => {
  const { app } = sampleApp();
  const refused = await get(app, `/person/${PEOPLE.refused}`);
  assert.equal(refused.status, 403);
  assert.match(text(refused.body), /outside your team's caseload|outside your team&#39;s caseload/);
  assert.match(text(refused.body), /caseload-only/);
  const broken = await get(app, `/person/${PEOPLE.broken}`);
  assert.equal(broken.status, 500);
  assert.doesNotMatch(broken.body, /hunter2|Error:|at .*\.ts/);
  assert.equal((await get(app, "/person/../etc")).status, 404);
  assert.equal((await get(app, `${heavy}/no-such-page`)).status, 404);
  assert.equal((await get(app, `${heavy}/section/no-such-section`)).status, 404);
  assert.equal((await get(app, `${heavy}/documents?before=${"x".repeat(400)}`)).status, 400);
});

test("a form without our token changes nothing", async () => {
  const { app, kept } = sampleApp();
  const answer = await app.inject({ method: "POST", url: "/find", headers: { "content-type": "application/x-www-form-urlencoded" }, payload: "nhsNumber=9434765919&_csrf=wrong" });
  assert.equal(answer.statusCode, 400);
  assert.equal(kept.answers.length, 0);
  assert.doesNotMatch(answer.body, /smith/i);
});

test("a document is read in the page as text, or drawn by the browser; nothing of it runs, nothing is forced to download", async () => {
  const { app } = sampleApp();
  const documents = (await get(app, `${heavy}/documents`)).body;
  const idOf = (title: string): string => new RegExp(`/documents/([\\w.-]+)">${title}<`).exec(documents)![1]!;
  const html = await get(app, `${heavy}/item/${idOf("Referral letter to cardiology")}`);
  assert.match(html.body, /<h3>Discharge summary<\/h3><p>Admitted 08-Nov-2026 with breathlessness\.<br>Potassium &lt; 6\.<\/p>/);
  assert.doesNotMatch(html.body, /alert\(1\)/);
  const plain = await get(app, `${heavy}/item/${idOf("Discharge summary")}`);
  assert.match(plain.body, /&lt;b&gt;This is text, not markup\.&lt;\/b&gt;/);
  const pdf = await get(app, `${heavy}/item/${idOf("Cardiology clinic letter")}/document`);
  assert.equal(pdf.headers["content-type"], "application/pdf");
  assert.equal(pdf.headers["content-disposition"], "inline");
  assert.equal(pdf.headers["x-content-type-options"], "nosniff");
});

test("an entry with several documents shows each by its content: a CDA document with its header, a letter whose type lies, an image", async () => {
  const { app, kept } = sampleApp();
  const id = /\/documents\/([\w.-]+)">Ambulance patient care record</.exec((await get(app, `${heavy}/documents`)).body)![1]!;
  const { body } = await get(app, `${heavy}/item/${id}`);
  for (const words of ["Document 1 of 3", "Mrs Robin Example, 9990000441", "Dr Ada Writer, Consultant physician, Example Hospital", "Example NHS Trust", "<h3>Diagnoses</h3>", "<strong>pneumonia</strong>", '<th scope="col">Dose</th>', '<td colspan="2"><del>Amoxicillin</del> stopped: rash</td>', "<h4>Plan</h4>", "The document has no text in this section.", "The source says that this document is PDF. It is not", "Not shown here: an embedded object"]) assert.ok(body.includes(words), words);
  assert.doesNotMatch(body, /javascript:|steal\.xsl|<script>alert/);
  const images = [...body.matchAll(/<img class="doc__image" src="([^"]+)"/g)].map((each) => each[1]!.replaceAll("&amp;", "&"));
  assert.equal(images.length, 3);
  const before = kept.answers.length;
  for (const address of images) {
    const image = await get(app, address);
    assert.deepEqual([image.status, image.headers["content-type"], image.headers["content-disposition"], image.headers["content-security-policy"]], [200, "image/png", "inline", "default-src 'none'; sandbox; frame-ancestors 'none'"]);
  }
  assert.equal(kept.answers.length, before + 3, "each image is an answer of its own in the audit");
  for (const query of ["?part=9", "?part=x", "?part=0&image=7", "?part=2&image=0", "?part=-1", "?part=0&image=__proto__"]) assert.equal((await get(app, `${heavy}/item/${id}/document${query}`)).status, 404, query);
});

test("an entry's page has its source, message and versions, and everything sent, as text", async () => {
  const { app } = sampleApp();
  const id = /\/item\/([\w.-]+)"/.exec((await get(app, `${heavy}/allergies`)).body.split('id="s-allergies"')[1]!)![1]!;
  const { body } = await get(app, `${heavy}/item/${id}`);
  for (const words of ["Where it came from", "MSG00042", "Earlier versions", "Recorded date", "Second note &lt;b&gt;not bold&lt;/b&gt;", "First note"]) assert.ok(body.includes(words), words);
  assert.doesNotMatch(body, /alert\(1\)/);
});

test("REC-16 a test's page has every value in time order with unit and range", async () => {
  const { app } = sampleApp();
  const results = (await get(app, `${heavy}/results`)).body;
  const id = /\/test\/([\w.-]+)">Creatinine/.exec(results)![1]!;
  assert.match((await get(app, `${heavy}/test/${id}`)).body, /Showing 5 of 6 values, filter on: last 1 year/);
  const { body } = await get(app, `${heavy}/test/${id}?period=all`);
  const values = [...body.slice(body.indexOf("<tbody>")).matchAll(/<strong>(\d+)<\/strong> µmol\/L/g)].map((found) => found[1]);
  assert.deepEqual(values, ["128", "110", "99", "101", "95", "92"]);
  // Latest and previous stand large above the chart.
  assert.match(body, /latest__value[^µ]*128[^µ]*µmol\/L[\s\S]*?before[^µ]*110/);
  assert.match(body, /45–84/);
  assert.match(body, /<polyline/);
});

test("ACC-13 AUD-08 the values of a test leave as a file only after the entry with their reason is durable", async () => {
  const store = { auditFails: false };
  const { app, kept } = sampleApp(store);
  const id = /\/test\/([\w.-]+)">Creatinine/.exec((await get(app, `/person/${PEOPLE.native}/results`)).body)![1]!;
  const file = (): Promise<{ statusCode: number; body: string }> => app.inject({ method: "POST", url: `/person/${PEOPLE.native}/test/${id}/values`, headers: { "content-type": "application/x-www-form-urlencoded" }, payload: new URLSearchParams({ _csrf: "form-token", period: "all", reason: "handover", words: "to the renal clinic" }).toString() });
  const given = await file();
  assert.equal(given.statusCode, 200);
  const entry = kept.answers.at(-1)!;
  assert.deepEqual([entry.action, entry.page, entry.reason], ["download", "test-values", "Handover to another service: to the renal clinic"]);
  assert.equal(entry.entryIds.length, 6);
  assert.equal(given.body, Buffer.from(kept.bytes.at(-1)!).toString(), "what left is what was kept");
  store.auditFails = true;
  const refused = await file();
  assert.equal(refused.statusCode, 500);
  assert.doesNotMatch(refused.body, /Creatinine/);
});

test("budgets: page, stylesheet and script by weight", async () => {
  const { app } = sampleApp();
  const { body } = await get(app, heavy);
  const { files, stylesheet, script } = loadAssets();
  const weight = (address: string): number => files.get(address.replace("/assets/", ""))!.gzip.length;
  assert.ok(gzipSync(body).length <= 60_000, `page ${gzipSync(body).length}`);
  assert.ok(weight(stylesheet) <= 35_000, `css ${weight(stylesheet)}`);
  assert.ok(weight(script) <= 4000, `js ${weight(script)}`);
});

test("an item of the shared record itself says so, with its controller, in lists and on its page; a partner's item does not", async () => {
  const { app } = sampleApp();
  const list = await get(app, `/person/${PEOPLE.native}/documents`);
  const row = [...list.body.matchAll(/<tr[^>]*>[\s\S]*?<\/tr>/g)].map(([each]) => text(each)).find((each) => each.includes("Care plan written here"))!;
  assert.match(row, /Created in the shared record, The Shared Record/);
  assert.equal(list.body.match(/Created in the shared record/g)?.length, 1, "no other row says it");
  const own = /href="([^"]+\/item\/[^"]+)"[^>]*>Created in the shared record/.exec(list.body)![1]!;
  const page = text((await get(app, own)).body);
  assert.match(page, /Created Created in the shared record Controller The Shared Record/);
  const others = [...list.body.matchAll(/href="([^"]+\/item\/[^"]+)"/g)].map((each) => each[1]!).filter((each) => each !== own);
  const partner = (await get(app, others[0]!)).body;
  assert.doesNotMatch(partner, /Created in the shared record/);
  assert.match(text(partner), /Organisation /);
  await app.close();
});
