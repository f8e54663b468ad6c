/** Prints and downloads without a browser: one model, said alike on paper and in the file, and read by a machine. */
import assert from "node:assert/strict";
import { after, test } from "node:test";
import type { FastifyRequest } from "fastify";
import { readPdf } from "#test/read-pdf.ts";
import { PEOPLE, sampleApp } from "#test/sample-app.ts";
import { entry } from "#test/sample-person.ts";
import { html, isRefusal, pdfPress, refuse, trusted } from "#platform";
import type { Entry } from "#record";
import type { SectionId } from "#standards";
import { inputsOf, type RowsPage } from "./deps.ts";
import { contextOf } from "./record-context.ts";
import { printDocument } from "./print-page.ts";
import { printOrder } from "./print-pdf.ts";
import { printModel, type PrintModel } from "./print-model.ts";
import { plainWords, printWords, textOf, wordsHtml } from "./print-words.ts";

const { app, kept, deps } = sampleApp();
after(async () => {
  deps.pdf.end();
  await app.close();
});

const path = `/person/${PEOPLE.native}/print`;
const WHOLE: Readonly<Record<string, string>> = { ...Object.fromEntries(["allergies", "alerts", "medicines", "problems", "results", "care-plan", "end-of-life"].map((section) => [`section-${section}`, "yes"])), compare: "yes" };
const post = (own: ReturnType<typeof sampleApp>["app"], fields: Readonly<Record<string, string>>) =>
  own.inject({ method: "POST", url: path, headers: { "content-type": "application/x-www-form-urlencoded" }, payload: new URLSearchParams({ _csrf: "form-token", reason: "handover", words: "to the night team", ...fields }).toString() });

test("what a cell says on paper is what it says on screen, without links, icons and words for screen readers", () => {
  const cell = html`<a href="/x?a=1&b=2"><strong>${'Penicillin "V" <500 & more>'}</strong></a><span class="vh"> hidden</span> — ${trusted('<svg class="i"><use href="#i-up"/></svg>')}rash<br><span class="dim">severe <span class="vh">x <b>y</b></span>now</span> <span class="tag tag--differs">Differs</span>`;
  assert.deepEqual(printWords(cell), [{ text: 'Penicillin "V" <500 & more>', strong: true }, { text: " — rash\nsevere now ", strong: false }, { text: "[Differs]", strong: true }]);
  assert.deepEqual(printWords("<b>as text</b> &amp;"), [{ text: "<b>as text</b> &amp;", strong: false }]);
  assert.deepEqual([printWords(null), printWords("  "), printWords(html`<svg></svg>`)], [[], [], []]);
  assert.equal(wordsHtml(printWords(cell)).text, html`<strong>${'Penicillin "V" <500 & more>'}</strong> — rash<br>severe now <strong>[Differs]</strong>`.text);
});

test("ACC-13 the file and the print say the same: every cell, headline and caution of one is in the other", async () => {
  const [paper, file] = [await post(app, { ...WHOLE, as: "print" }), await post(app, { ...WHOLE, as: "download" })];
  assert.deepEqual([paper.statusCode, file.statusCode], [200, 200]);
  const said = (await readPdf(file.rawPayload)).tagged.join(" ").normalize("NFKC").replace(/\s/g, "");
  const body = paper.body.slice(paper.body.indexOf("<header>"));
  const pieces = [...body.matchAll(/>([^<>]+)</g)].map(([, text]) => text!.replace(/&amp;/g, "&").replace(/&#39;/g, "'").replace(/&quot;/g, '"').replace(/&lt;/g, "<").replace(/&gt;/g, ">").normalize("NFKC").replace(/\s/g, "")).filter((text) => text !== "" && text !== "Printedby");
  assert.ok(pieces.length > 100, `${pieces.length} pieces`);
  assert.deepEqual(pieces.filter((piece) => !said.includes(piece)), []);
});

test("ACC-13 the file is read out as a document: title, language, headings, tables with headers, and no head, foot or watermark in between", async () => {
  const file = await post(app, { ...WHOLE, as: "download" });
  const read = await readPdf(file.rawPayload);
  assert.deepEqual([read.title, read.language, read.marked, read.universalAccess], ["Record of SM – Shared Care Record", "en-GB", true, "1"]);
  const roles = read.roles.flat();
  assert.equal(roles.filter((role) => role === "H1").length, 1);
  assert.equal(roles.filter((role) => role === "H2").length, 8);
  assert.ok(roles.includes("TH") && roles.includes("THead") && roles.indexOf("H1") < roles.indexOf("H2"));
  for (const [index, page] of read.pages.entries()) {
    const flat = page.replace(/\s+/g, " ");
    assert.ok(flat.includes(`SMITH, Jane (Mrs) born 14-Jul-1945 NHS No. 999 123 4560 Page ${index + 1} of ${read.pages.length}`), `head of page ${index + 1}: ${flat.slice(-400)}`);
    assert.match(flat, /Downloaded by Dr Priya Osei, .*21-Nov-2026 14:31\. Handover to another service: to the night team\. Valid at time of printing\./, `foot of page ${index + 1}`);
    assert.doesNotMatch(read.tagged[index]!, /Page \d|Valid at time of printing|·/, "head, foot and watermark are not read out");
  }
  assert.match(read.tagged[0]!, /\d of \d sources answered\..*Chosen: .*Nothing else of the record is in this document/, "source strip and what was chosen stand on the first page");
});

test("ACC-13 a file leaves as a file, kept nowhere, after its audit entry", async () => {
  const before = kept.answers.length;
  const { headers, rawPayload } = await post(app, { ...WHOLE, as: "download" });
  assert.deepEqual([headers["content-type"], headers["content-disposition"], headers["cache-control"], headers["x-content-type-options"]], ["application/pdf", 'attachment; filename="care-record.pdf"', "no-store", "nosniff"]);
  assert.match(String(headers["content-security-policy"]), /default-src 'none'/);
  const [answer] = kept.answers.slice(before);
  assert.deepEqual([kept.answers.length - before, answer!.action, answer!.reason], [1, "download", "Handover to another service: to the night team"]);
  assert.ok(answer!.entryIds.length > 20);
  assert.deepEqual(Buffer.from(kept.bytes.at(-1)!), rawPayload, "the digest on record is of these bytes");
});

test("no file leaves without its audit entry, and none is on record that was not made", async () => {
  const unsaid = sampleApp({ auditFails: true });
  const kept503 = await post(unsaid.app, { ...WHOLE, as: "download" });
  assert.ok(kept503.statusCode >= 500 && !kept503.rawPayload.includes("%PDF"), `${kept503.statusCode}`);
  unsaid.deps.pdf.end();
  await unsaid.app.close();
  const own = sampleApp({ pdf: { ...pdfPress(), make: async () => refuse("unavailable", "platform.pdf-too-slow", "The document took longer than 30 seconds to make.") } });
  const answer = await post(own.app, { ...WHOLE, as: "download" });
  assert.equal(answer.statusCode, 503);
  assert.match(answer.body, /The file could not be made, and nothing was handed out\. The document took longer than 30 seconds to make\. Choose fewer kinds of information, or make the print instead/);
  assert.equal(own.kept.answers.length, 0);
  assert.equal((await post(own.app, { ...WHOLE, as: "print" })).statusCode, 200, "the print does not need the press");
  await own.app.close();
});

test("rows that no longer hold stand in a table of their own, under words that say so", async () => {
  const { body } = await post(app, { ...WHOLE, as: "print" });
  assert.match(body, /<h3>Past, stopped or not active<\/h3><table>/);
});

test("a plan that another one replaces, a row of a record in doubt and the severest allergy are marked and placed on paper as on screen", async () => {
  const request = {} as FastifyRequest;
  const person = await deps.openPerson(request, PEOPLE.native);
  assert.ok(!isRefusal(person));
  const inputs = inputsOf(person, deps.now());
  const older = entry("additional-plans", "RXA01", "Escalation plan", {}, { type: "CarePlan" });
  const newer = entry("additional-plans", "RXA01", "Escalation plan, revised", { replaces: [`CarePlan/${older.id}`] }, { type: "CarePlan" });
  const mild = entry("allergies", "G82001", "Elastoplast", { criticality: "low", severity: "Mild" });
  const severe = entry("allergies", "RXA01", "Penicillin", { criticality: "high", severity: "Severe", reaction: "Anaphylaxis" });
  const page = (section: SectionId, entries: readonly Entry[]): RowsPage => ({ section, total: entries.length, entries, newest: null, heldBy: [], next: null });
  const doubted = [{ sourcePatientId: mild.sourcePatientId, organisation: "G82001", organisationName: "Elm Surgery", localId: "1", why: "another person", due: deps.now() }];
  const context = { ...contextOf(deps, deps.shell(request), person, inputs, { allergies: null, needs: [] }), doubted };
  const { sections } = printModel(context, inputs, { sections: ["additional-plans", "allergies"], comparison: null, reason: deps.printReasons[0]!, words: "", as: "print" }, [page("additional-plans", [older, newer]), page("allergies", [mild, severe])], null);
  const [plans, allergies] = sections.map(({ tables }) => tables.map(({ heading, rows }) => [heading, ...rows.map((cells) => cells.map(textOf).join(" | "))]));
  assert.deepEqual(plans!.map(([heading]) => heading), [null, "Superseded, ended or withdrawn"]);
  assert.match(plans![0]![1]!, /^Escalation plan, revised/);
  assert.match(plans![1]![1]!, /^Escalation plan \[.*\] .*Escalation plan, revised/);
  assert.match(allergies![0]![1]!, /^Penicillin — Anaphylaxis/);
  assert.match(allergies![0]![2]!, /^Elastoplast .*\[doubtful.*\].*Elm Surgery \(.*doubt/i);
  assert.ok([older, newer, mild, severe].every(({ id }) => context.shown.done().entryIds.includes(id)), "all of it is on record as shown");
});

test("medicines side by side stand behind what protects, and can be printed with nothing else", async () => {
  const headings = async (fields: Readonly<Record<string, string>>): Promise<string[]> => [...(await post(app, { ...fields, as: "print" })).body.matchAll(/<h2>([^<]+)</g)].map(([, title]) => title!);
  assert.deepEqual(await headings({ "section-problems": "yes", "section-allergies": "yes", compare: "yes" }), ["Allergies and adverse reactions", "Medicines of several sources side by side", "Problem list"]);
  const alone = await post(app, { compare: "yes", as: "print" });
  assert.match(alone.body, /Chosen: Medicines of several sources side by side\. Nothing else/);
  assert.match((await post(app, { as: "print" })).body, /Choose what to print/);
  const ten = Object.fromEntries(["allergies", "alerts", "problems", "results", "care-plan", "end-of-life", "about-me", "vaccinations", "documents", "procedures"].map((section) => [`section-${section}`, "yes"]));
  assert.deepEqual([(await post(app, { ...ten, words: "", as: "print" })).statusCode, (await post(app, { ...ten, compare: "yes", words: "", as: "print" })).statusCode], [200, 400], "medicines side by side are a kind of information like any other");
});

const model = (rows: PrintModel["sections"][number]["tables"][number]["rows"]): PrintModel => ({
  title: "Record of SJ – Test", service: "Test", name: "SMITH, Jane", person: "SMITH, Jane   born 14-Jul-1945", maker: "Printed by A. Valid at time of printing.", mark: "A · ", facts: [{ term: "Born", words: "14-Jul-1945" }],
  strip: plainWords("1 of 1 sources answered."), chosen: "Chosen: all.", end: "End.",
  sections: [{ title: "Medicines", headline: plainWords("A caution.", true), shortened: null, told: ["Told."], tables: [{ heading: null, isEven: false, columns: ["What", "Status", "Date", "Source"].map((title, index) => ({ title, narrow: index === 1 || index === 2 })), rows }] }],
});

const HOSTILE = ["#panic(1) #{2 + 2}", "\\*a_ $x$ @b <c> `d`", "'\"</td><script>alert(1)</script>", "مرحبا 12", "💊中", "a\u0000b\u202ec", "\n\n= Head\n- item", ""];

test("hostile text of a record is text on paper and in the file", async () => {
  const hostile = model([HOSTILE.slice(0, 4).map((text) => plainWords(text)), HOSTILE.slice(4).map((text) => plainWords(text, true)), ["x".repeat(10_000), "Active", "2026", "A"].map((text) => plainWords(text))]);
  const pdf = await deps.pdf.make(printOrder(hostile, deps.now()));
  assert.ok(!isRefusal(pdf));
  const said = (await readPdf(pdf)).tagged.join("").replace(/[\s\u200b]/g, "");
  for (const text of [...HOSTILE.slice(0, 3), "[U+1F48A][U+4E2D]", "a[U+0000]b[U+202E]c"]) assert.ok(said.includes(text.replace(/\s/g, "")), text);
  assert.ok((said.match(/x/g)?.length ?? 0) >= 10_000, "a cell longer than a page goes on over it");
  const paper = printDocument(hostile).html.text;
  assert.doesNotMatch(paper, /<script/);
  assert.ok(paper.includes("&#39;&quot;&lt;/td&gt;&lt;script&gt;"));
});

test("600 rows become a file; how long it took is told, not judged", async (t) => {
  const run = (text: string) => plainWords(text);
  const rows = (round: number) => Array.from({ length: 600 }, (_, index) => [run(`Medicine ${index}.${round} tablets — Dose 500 mg — oral`), run("Active"), run("12-May-2026"), run(`Elm Surgery ${index % 20}, Dr A. Khan, 12-May-2026`)]);
  let pdf = await deps.pdf.make(printOrder(model(rows(0)), deps.now()));
  const started = performance.now();
  pdf = await deps.pdf.make(printOrder(model(rows(1)), deps.now()));
  t.diagnostic(`600 rows in ${Math.round(performance.now() - started)} ms`);
  assert.ok(!isRefusal(pdf));
  const { pages, roles } = await readPdf(pdf);
  assert.match(pages.at(-1)!.replace(/\s+/g, " "), new RegExp(`Page ${pages.length} of ${pages.length}`));
  assert.match(pages.join(" "), /Medicine 599\.1/);
  assert.equal(Math.max(...roles.map((page) => page.filter((role) => role === "TR").length)), 601, "one table, one row of headers");
  assert.equal(textOf(rows(1)[0]![1]!), "Active");
});
