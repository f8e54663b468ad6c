import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { html, refuse, render } from "#platform";
import { detectKind } from "#standards";
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

test("a file is shown by what it is, not by what it says", async () => {
  const view = async (statedType: string, content: string): Promise<{ as: string; lies: boolean }> => {
    const bytes = Buffer.from(content);
    const { show, typeLies } = await documentView({ statedType, kind: detectKind(bytes), size: bytes.length, title: null, text: { state: "waiting", why: null, pages: [] }, bytes: async () => bytes });
    return { as: show.as, lies: typeLies !== null };
  };
  assert.deepEqual(await view("application/pdf", "%PDF-1.7 x"), { as: "file", lies: false });
  assert.deepEqual(await view("application/pdf", "<html>x"), { as: "readable", lies: true });
  assert.deepEqual(await view("image/svg+xml", '<svg xmlns="http://www.w3.org/2000/svg" onload="x"/>'), { as: "readable", lies: true });
  assert.deepEqual(await view("text/html; charset=nonsense", "<p>x"), { as: "readable", lies: false });
  assert.deepEqual(await view("text/plain", ""), { as: "nothing", lies: false });
  assert.deepEqual(await view("application/pdf", "MZ\u0000\u0001"), { as: "nothing", lies: true });
});

test("a document that the store cannot give is said to be so, and no other words are shown in its place", async () => {
  const { show } = await documentView({ statedType: "text/plain", kind: "text", size: 3, title: null, text: { state: "waiting", why: null, pages: [] }, bytes: async () => refuse("unavailable", "record.document-store", "The store of documents does not answer.") });
  assert.deepEqual(show, { as: "nothing", why: "The store of documents does not answer." });
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
