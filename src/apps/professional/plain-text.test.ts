import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { html, render } from "#platform";
import { documentView } from "./document.ts";
import { plainText } from "./plain-text.ts";
import { factsOf, resourceTable } from "./resource-table.ts";

test("text of a web page: breaks stay, code goes, entities are read once", () => {
  assert.equal(plainText("<style>p{}</style><p>One</p><p>Two<br>Three</p><script>alert(1)</script>"), "One\n\nTwo\nThree");
  assert.equal(plainText("&amp;lt;b&amp;gt; &#65;&#x42; &nbsp;5 &micro;g"), "&lt;b&gt; AB  5 µg");
  assert.equal(plainText("Potassium <5 and >3"), "Potassium <5 and >3");
  assert.equal(plainText("<!-- hidden --><table><tr><td>a</td><td>b</td></tr></table>"), "a    b");
});

test("whatever the markup, the page holds no tag of it, and it takes no longer than its length allows", () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom("<", ">", "script", "<script>", "</script>", "<!--", "-->", "&lt;", "&#60;", "img onerror=x", "/", " ", "a")), (parts) => {
      assert.doesNotMatch(render(html`${plainText(parts.join(""))}`), /</);
    }),
  );
  const start = performance.now();
  plainText("<script>".repeat(100_000));
  plainText("<".repeat(300_000));
  plainText("<script></script>".repeat(30_000));
  assert.ok(performance.now() - start < 2000);
});

test("a file is shown by what it is, not by what it says", () => {
  const bytes = (text: string): Uint8Array => Buffer.from(text);
  assert.deepEqual(documentView({ contentType: "application/pdf", bytes: bytes("%PDF-1.7 x"), title: "" }), { as: "file", contentType: "application/pdf" });
  assert.equal(documentView({ contentType: "application/pdf", bytes: bytes("<html>"), title: "" }).as, "nothing");
  assert.equal(documentView({ contentType: "image/svg+xml", bytes: bytes("<svg/>"), title: "" }).as, "nothing");
  assert.equal(documentView({ contentType: "text/html; charset=nonsense", bytes: bytes("<p>x"), title: "" }).as, "text");
  assert.equal(documentView({ contentType: "text/plain", bytes: bytes(""), title: "" }).as, "nothing");
});

test("every leaf of a resource is in its table, as text", () => {
  const { facts } = factsOf({ resourceType: "X", name: [{ family: "A<b>" }, { family: "B" }], code: { system: "s", code: "1", display: "One" }, valueQuantity: { value: 0.1, unit: "mg" }, deep: { a: { b: { c: true } } } });
  assert.deepEqual(
    facts.map(({ label, value }) => `${label}: ${value}`),
    ["Resource type: X", "Name 1 › Family: A<b>", "Name 2 › Family: B", "Code: One (1, s)", "Value quantity: 0.1 mg", "Deep › A › B › C: true"],
  );
  assert.doesNotMatch(render(resourceTable({ a: "<b>x</b>" })), /<b>x/);
  let nested: unknown = "x";
  for (let depth = 0; depth < 5000; depth++) nested = { a: nested };
  assert.ok(factsOf(nested).facts.length === 1);
  assert.ok(factsOf({ list: Array.from({ length: 1000 }, () => "x") }).more === 600);
});
