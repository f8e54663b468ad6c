/** Text from anywhere as a page can carry it, and the press that makes pages of it: hostile text, limits, faults. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { after, test } from "node:test";
import fc from "fast-check";
import { readPdf } from "#test/read-pdf.ts";
import { isRefusal } from "../problem.ts";
import { Drawing } from "./drawing.ts";
import { pdfPress, type PdfPress } from "./press.ts";

const require = createRequire(import.meta.url);
const drawing = new Drawing(["DejaVuSansCondensed.ttf", "DejaVuSansCondensed-Bold.ttf"].map((file) => readFileSync(require.resolve(`dejavu-fonts-ttf/ttf/${file}`))));
const now = new Date("2026-11-21T14:31:00Z");
/** Each text of the data a paragraph. */
const TEMPLATE = `#set document(title: "Test")
#set text(font: "DejaVu Sans", stretch: 75%, fallback: false, lang: "en", region: "GB")
#for each in json(bytes(sys.inputs.data)) { par(text(each)) }`;

const press = pdfPress();
after(() => press.end());

async function made(by: PdfPress, data: unknown, template = TEMPLATE): Promise<Uint8Array> {
  const pdf = await by.make({ template, data, at: now });
  assert.ok(!isRefusal(pdf), JSON.stringify(pdf));
  return pdf;
}

test("a character that the font lacks, and one that would turn the order of others, is written as its code, not left out", () => {
  assert.equal(drawing.text("Zoë Ólafsdóttir, Łódź, Ωmega, Привет, שלום, مرحبا, ½ ≥ µ → €"), "Zoë Ólafsdóttir, Łódź, Ωmega, Привет, שלום, مرحبا, ½ ≥ µ → €");
  assert.equal(drawing.text("中 💊 \u0007"), "[U+4E2D] [U+1F48A] [U+0007]");
  assert.equal(drawing.text("10\u202e05"), "10[U+202E]05");
  assert.equal(drawing.text("a\ud800b"), "a\ufffdb");
});

test("line ends stay line ends, other white space becomes a space, joiners without a shape go", () => {
  assert.equal(drawing.text("a\r\nb\u2028c\td\u200de\ufeff"), "a\nb\nc de");
});

test("a word longer than a cell gets places to break and loses no character", () => {
  const word = "W".repeat(10_000);
  const drawn = drawing.text(`x ${word} y`);
  assert.equal(drawn.replaceAll("\u200b", ""), `x ${word} y`);
  assert.ok(drawn.split(/[ \u200b]/).every((piece) => piece.length <= 12));
  assert.equal(drawing.text("中".repeat(4)), Array.from({ length: 4 }, () => "[U+4E2D]").join("\u200b"), "codes stay whole");
  assert.equal(drawing.text("999 000 1234 hydroxychloroquine"), "999 000 1234 hydroxychloroquine");
});

test("text is made drawable once: what came out goes in again unchanged", () => {
  fc.assert(fc.property(fc.string({ unit: "binary", maxLength: 60 }), (text) => assert.equal(drawing.text(drawing.text(text)), drawing.text(text))));
});

test("structures keep their shape and their keys", () => {
  assert.deepEqual(drawing.all({ a: ["中", 1, null, true], "中": "\u0001" }), { a: ["[U+4E2D]", 1, null, true], "中": "[U+0001]" });
});

const HOSTILE = [
  "#panic(1) #read(\"/etc/passwd\") #{1 + 1}", "\\ \\u{41} \\#", "*bold* _it_ `raw` $x^2$", "@ref <label> = Head", "- item + item / term: x", "// comment /* c */", "\"quoted\" 'single' &amp; <b>", "'; drop --", "~ --- ... ",
  "مرحبا 12 שלום", "👩‍⚕️💊", "\u0000\u0007\u001b[31m", "a\u202eb\u2066c", "\ud800", "\u2028\u2029\u0085", "\ufffe\uffff\u{10ffff}",
];

test("text that looks like the template's language is set as it was written, and any text at all can be set", async () => {
  const { pages, universalAccess } = await readPdf(await made(press, HOSTILE));
  const text = pages.join("\n");
  for (const said of HOSTILE.slice(0, 8)) assert.ok(text.includes(said.trim()), `${said} in ${text}`);
  assert.equal(universalAccess, "1");
  assert.doesNotMatch(text, /root:/);
});

test("any characters make a file that keeps to PDF/UA-1, which refuses what it cannot draw", async () => {
  const samples = fc.sample(fc.string({ unit: "binary", maxLength: 400 }), { numRuns: 60, seed: 20261122 });
  assert.equal((await readPdf(await made(press, samples))).universalAccess, "1");
});

test("10,000 characters without a space stay on the page", async () => {
  const { pages } = await readPdf(await made(press, ["W".repeat(10_000)]));
  assert.equal(pages.join("").match(/W/g)?.length, 10_000);
  assert.ok(pages.length > 1);
});

test("a document that is too large, too slow or faulty is a refusal that says which, and the next one is made", async () => {
  const small = pdfPress({ seconds: 2, megabytes: 0.001, waiting: 2, idleMinutes: 1 });
  try {
    await made(small, ["warm"]);
    const code = async (template: string, data: unknown): Promise<string> => {
      const answer = await small.make({ template, data, at: now });
      return isRefusal(answer) ? answer.code : "made";
    };
    assert.equal(await code(TEMPLATE, ["x".repeat(2000)]), "platform.pdf-too-large");
    assert.equal(await code("#let n = 0\n#for a in range(100000) { for b in range(100000) { n += calc.rem(a * b, 7) } }", []), "platform.pdf-too-slow");
    assert.equal(await code("#panic(\"what the record said\")", []), "platform.pdf-failed");
    assert.equal(await code(TEMPLATE, ["again"]), "made");
    const [, , third] = await Promise.all([code(TEMPLATE, ["1"]), code(TEMPLATE, ["2"]), code(TEMPLATE, ["3"])]);
    assert.equal(third, "platform.pdf-busy");
  } finally {
    small.end();
  }
});

test("documents do not mix: many at once each hold their own", async () => {
  const many = await Promise.all(Array.from({ length: 6 }, (_, index) => made(press, [`only ${index}`])));
  for (const [index, pdf] of many.entries()) assert.match((await readPdf(pdf)).pages.join(""), new RegExp(`^only ${index}$`));
});
