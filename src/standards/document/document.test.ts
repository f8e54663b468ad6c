import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { cda, cdaSections, CDA_LETTER, GIF, pdf, PNG, RTF_LETTER } from "#test/sample-documents.ts";
import { blocksText, decodeText, detectKind, isCdaFault, readCda, readDocument, readHtml, readNarrative, readRtf, typeAgrees, type Block, type Readable } from "./index.ts";

const bytes = (text: string, encoding: BufferEncoding = "utf8"): Buffer => Buffer.from(text, encoding);
const text = (readable: Readable): string => blocksText(readable.blocks);
const kinds = (blocks: readonly Block[]): string[] => blocks.map((block) => block.kind);

test("the kind of a document is told by its bytes", () => {
  const cases: [string, Buffer | Uint8Array][] = [
    ["empty", Buffer.alloc(0)], ["pdf", pdf(["x"])], ["pdf", Buffer.concat([bytes("\n\n"), pdf(["x"])])], ["rtf", bytes(RTF_LETTER)], ["cda", bytes(CDA_LETTER)], ["cda", bytes(`\ufeff${CDA_LETTER}`)], ["png", PNG], ["gif", GIF],
    ["jpeg", Uint8Array.of(0xff, 0xd8, 0xff, 0xe0, 0)], ["tiff", bytes("II*\u0000abc", "latin1")], ["tiff", bytes("MM\u0000*abc", "latin1")],
    ["html", bytes("<!DOCTYPE html><p>x")], ["html", bytes("  <!-- x --><div>x</div>")], ["html", bytes('<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"/>')],
    ["xml", bytes('<?xml version="1.0"?><letter/>')], ["xml", bytes('<Bundle xmlns="http://hl7.org/fhir"/>')], ["text", bytes("<5 mmol/L")], ["text", bytes("Dear Dr")], ["text", bytes("Caf\u00e9", "latin1")], ["text", bytes("\ufeffDear", "utf16le")],
    ["docx", bytes("PK\u0003\u0004..[Content_Types].xml..word/document.xml", "latin1")], ["zip", bytes("PK\u0003\u0004..", "latin1")], ["ole", Uint8Array.of(0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1)], ["unknown", bytes("MZ\u0090\u0000\u0003", "latin1")], ["unknown", bytes("a\u0000b", "latin1")],
  ];
  for (const [kind, content] of cases) assert.equal(detectKind(content), kind, Buffer.from(content.subarray(0, 30)).toString("latin1"));
});

test("markup that hides a PDF header behind it is markup, not a PDF", () => {
  assert.equal(detectKind(bytes("<script>alert(1)</script>%PDF-1.4")), "html");
});

test("a stated type lies where the bytes say something else, and claims nothing where it is general", () => {
  for (const [stated, kind] of [["application/pdf", "pdf"], ["text/plain; charset=utf-8", "text"], ["text/xml", "cda"], ["application/octet-stream", "pdf"], ["", "rtf"], ["application/msword", "rtf"], ["image/jpeg", "jpeg"], ["application/dicom", "unknown"]] as const) assert.ok(typeAgrees(stated, kind), `${stated} ${kind}`);
  for (const [stated, kind] of [["application/pdf", "html"], ["image/png", "jpeg"], ["text/plain", "pdf"], ["application/pdf", "unknown"], ["text/html", "rtf"]] as const) assert.ok(!typeAgrees(stated, kind), `${stated} ${kind}`);
});

test("CDA: who, for whom, when, and each section's narrative with its lists, tables, styles and images", () => {
  const read = readCda(bytes(CDA_LETTER));
  assert.ok(!isCdaFault(read));
  assert.deepEqual({ ...read, body: undefined }, {
    title: "Discharge summary", effectiveTime: "202601311530+0000", patient: { name: "Mrs Robin Example", birthTime: "19400507", identifiers: ["9990000441"] }, authors: ["Dr Ada Writer, Consultant physician, Example Hospital"],
    custodian: "Example NHS Trust", recipients: ["Gail Practice, Example Surgery"], inside: null, body: undefined,
  });
  assert.equal(text(read.body), ["Diagnoses", "At discharge", "Community acquired pneumonia", "Type 2 diabetes", "Medicines", "Medicine\tDose", "Doxycycline\t100 mg < 2 daily", "Amoxicillin stopped: rash", "Course", "Admitted with cough.\nImproved on antibiotics, H2O given.", "Leaflet (https://example.org/leaflet) Press", "Chest film", "Plan", "Review in six weeks.", "Allergies", "The document has no text in this section."].join("\n"));
  const [heading, caption, list, , table] = read.body.blocks;
  assert.deepEqual([heading!.kind, caption!.kind], ["heading", "paragraph"]);
  assert.ok(list?.kind === "list" && list.ordered);
  assert.deepEqual(list.items[0]![0], { kind: "paragraph", runs: [{ text: "Community acquired " }, { text: "pneumonia", bold: true }] });
  assert.ok(table?.kind === "table");
  assert.deepEqual(table.rows.map((row) => row.map((cell) => [cell.header, cell.columns])), [[[true, 1], [true, 1]], [[false, 1], [false, 1]], [[false, 2]]]);
  assert.deepEqual(read.body.images, [{ type: "image/png", bytes: PNG }]);
  assert.ok(read.body.blocks.some((block) => block.kind === "heading" && block.level === 2 && block.runs[0]!.text === "Plan"));
});

test("CDA: what runs or loads is not shown and not fetched; a picture that is no picture is left out and said", () => {
  const read = readCda(bytes(cda(cdaSections(`<text><script>alert(1)</script>seen<renderMultiMedia referencedObject="a b"/></text><entry><observationMedia ID="a"><value mediaType="image/png" representation="B64">${bytes("<svg onload=alert(1)>").toString("base64")}</value></observationMedia></entry>`))));
  assert.ok(!isCdaFault(read));
  assert.equal(text(read.body), "seen");
  assert.deepEqual(read.body.leftOut, ["an attached object that is no safe image"]);
  assert.deepEqual(read.body.images, []);
});

test("CDA: entities, too deep and broken documents are faults with their place, in time", () => {
  const fault = (content: string): string => {
    const read = readCda(bytes(content));
    assert.ok(isCdaFault(read));
    return read.why;
  };
  assert.match(fault(`<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><ClinicalDocument xmlns="urn:hl7-org:v3">&a;</ClinicalDocument>`), /line 1, column \d+: a DOCTYPE is not allowed/);
  assert.match(fault(cda(`<structuredBody>${"<component><section>".repeat(200)}`)), /more than 100 deep/);
  assert.match(fault(cda("<structuredBody>").slice(0, -20)), /line \d+/);
  assert.match(fault('<ClinicalDocument xmlns="urn:else"/>'), /its root is ClinicalDocument|not ClinicalDocument/);
});

test("CDA without XML inside: the document that it carries, by what it is", () => {
  const carried = (content: Buffer, type: string): string => cda(`<nonXMLBody><text mediaType="${type}" representation="B64">${content.toString("base64")}</text></nonXMLBody>`);
  const read = readDocument(bytes(carried(pdf(["x"]), "application/pdf")));
  assert.ok(read.as === "bytes" && read.kind === "pdf" && read.cda?.title === "Discharge summary");
  const rtf = readDocument(bytes(carried(bytes(RTF_LETTER), "text/rtf")));
  assert.ok(rtf.as === "readable" && rtf.kind === "rtf" && text(rtf.readable).includes("Dear Dr Practice"));
  const again = readDocument(bytes(carried(bytes(CDA_LETTER), "text/xml")));
  assert.ok(again.as === "faulty");
  const plain = readDocument(bytes(cda('<nonXMLBody><text mediaType="text/plain">Words &amp; more</text></nonXMLBody>')));
  assert.ok(plain.as === "readable" && text(plain.readable) === "Words & more");
});

test("HTML: words and structure stay, scripts, styles, forms, frames and remote images go and are said", () => {
  const read = readHtml(`<!DOCTYPE html><html><head><title>T</title><style>p{}</style></head><body onload="alert(1)"><h1>Clinic <i>letter</i></h1><p style="position:fixed" onclick='x()'>BP <b>120/80</b> &amp; K<sup>+</sup> &lt;5<br>next<script>alert("</p>")</script>
<ul><li>one<li>two <a href="javascript:alert(1)">x</a> <a href="http://example.org/a">y</a></ul><table><tr><th>A<th>B<tr><td rowspan=9999>1<td>2</table><img src="http://example.org/track.gif" alt="logo"><img src="data:image/png;base64,${PNG.toString("base64")}" alt="graph"><img src="data:image/svg+xml;base64,${bytes("<svg/>").toString("base64")}"><iframe src="//example.org">inside</iframe><form><input name=q><button>Go</button></form><svg><script>1</script></svg>`);
  assert.deepEqual(kinds(read.blocks), ["heading", "paragraph", "list", "table", "paragraph", "image", "paragraph"]);
  assert.equal(text(read), "Clinic letter\nBP 120/80 & K+ <5\nnext\none\ntwo x y (http://example.org/a)\nA\tB\n1\t2\n[image not loaded: logo]\ngraph\n[image not loaded]");
  assert.deepEqual([...read.leftOut].sort(), ["a drawing", "a form field", "an embedded page", "an image that lies elsewhere"]);
  assert.ok(read.blocks[3]!.kind === "table" && read.blocks[3]!.rows[1]![0]!.rows === 50);
  assert.doesNotMatch(JSON.stringify(read.blocks), /alert|javascript|onclick|position/);
});

test("HTML: values with a less-than sign are values; a tag that never ends keeps its words", () => {
  assert.equal(text(readHtml("<p>Troponin <5 ng/L, eGFR < 60</p>")), "Troponin <5 ng/L, eGFR < 60");
  assert.equal(text(readHtml("<p>CRP falling, Hb <low end")), "CRP falling, Hb\n<low end".replace("\n", " "));
});

test("HTML of any depth and size is read in time that grows with its size", () => {
  const began = performance.now();
  for (const piece of ["<div>", "<table><tr><td>", "<b", '<a href="', "<!--", "<ul><li>", "&", "</p>", "<p>x", "<script>", "<a b='", "{\\rtf"]) readHtml(piece.repeat(100_000));
  for (const piece of ["{", "{\\b x", "\\'", "\\u1", "\\par x", "{\\pict 00", "\\cell", "}", "{\\*\\x "]) readRtf(bytes(`{\\rtf1 ${piece.repeat(100_000)}`));
  assert.ok(performance.now() - began < 20_000, `${performance.now() - began} ms`);
  assert.ok(readHtml("<p>x".repeat(100_000)).cut, "what is not shown is said to be cut");
});

test("RTF: paragraphs, tables, styles, code pages, pictures; hidden words, fields' instructions and objects go", () => {
  const read = readRtf(bytes(RTF_LETTER));
  assert.equal(text(read), "Example Hospital\nDear Dr Practice,\nCaf\u00e9 visit, temperature 38.5\u00b0C, \u0159 and \u20ac5 {brace}\nnext line\nDrug\tDose\nDoxycycline\t100 mg\nthe leaflet\nYours");
  assert.deepEqual(kinds(read.blocks), ["paragraph", "paragraph", "paragraph", "table", "paragraph", "image", "paragraph"]);
  assert.deepEqual(read.images, [{ type: "image/png", bytes: PNG }]);
  assert.deepEqual(read.leftOut, ["an embedded object"]);
  assert.ok(read.blocks[1]!.kind === "paragraph" && read.blocks[1]!.runs.some((run) => run.text === "Practice" && run.bold));
});

test("RTF: a picture in another format is said, an \\'hh letter of two bytes is one letter, negative \\u works", () => {
  assert.deepEqual(readRtf(bytes(String.raw`{\rtf1 a{\pict\wmetafile8 0100}b\par}`)).leftOut, ["a picture in a format that is not drawn here"]);
  assert.equal(text(readRtf(bytes(String.raw`{\rtf1\ansicpg932 \'93\'fa\'96\'7b\par}`))), "日本");
  assert.equal(text(readRtf(bytes(String.raw`{\rtf1\uc2 \u-10179??x\par}`))).endsWith("x"), true);
});

test("plain text: the character set that is stated, else what the bytes are", () => {
  assert.equal(decodeText(bytes("caf\u00e9", "latin1"), "iso-8859-1"), "caf\u00e9");
  assert.equal(decodeText(bytes("caf\u00e9", "latin1")), "caf\u00e9");
  assert.equal(decodeText(bytes("caf\u00e9")), "caf\u00e9");
  assert.equal(decodeText(bytes("\ufeffcaf\u00e9", "utf16le")), "caf\u00e9");
  assert.equal(decodeText(bytes("caf\u00e9"), "no-such-set"), "caf\u00e9");
  const read = readDocument(bytes("one\r\ntwo"), "text/plain");
  assert.ok(read.as === "readable");
  assert.deepEqual(read.readable.blocks, [{ kind: "preformatted", text: "one\ntwo" }]);
});

test("FHIR narrative is read the same way, whether it is XHTML or not", () => {
  assert.equal(text(readNarrative('<div xmlns="http://www.w3.org/1999/xhtml"><p>Seen <b>well</b></p><script>x</script></div>')), "Seen well");
  assert.equal(text(readNarrative("<div><p>Seen<br>well</div>")), "Seen\nwell");
  assert.doesNotMatch(JSON.stringify(readNarrative('<div><a href="javascript:x">y</a><img src=x onerror=alert(1)></div>')), /javascript|onerror/);
});

test("whatever the bytes are, reading ends with a value", () => {
  const start = fc.constantFrom("", "{\\rtf1 ", "<html>", "<p>", CDA_LETTER.slice(0, 900), '<?xml version="1.0"?>', "%PDF-1.4 ");
  fc.assert(fc.property(start, fc.oneof(fc.string({ unit: "binary" }), fc.string({ unit: fc.constantFrom("<", ">", "/", "\\", "{", "}", "'", '"', "=", "a", "p", "&", ";", "#", "-", "!", " ", "*", "u", "1") })), (head, rest) => {
    const read = readDocument(bytes(head + rest));
    assert.ok(["readable", "bytes", "faulty"].includes(read.as));
  }), { numRuns: 500 });
});
