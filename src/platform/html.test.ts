import assert from "node:assert/strict";
import test from "node:test";
import { attributes, encode, html, render } from "./html.ts";

test("text is escaped in content and in attributes", () => {
  const name = `"><script>alert('x')</script>`;
  assert.equal(render(html`<p title="${name}">${name}</p>`).includes("<script>"), false);
});

test("nested markup and lists are kept, nothing leaves nothing", () => {
  const rows = [1, 2].map((row) => html`<li>${row}</li>`);
  assert.equal(render(html`<ul>${rows}${null}${undefined}${false}</ul>`), "<ul><li>1</li><li>2</li></ul>");
});

test("a page leaves as the UTF-8 of its text, half a character as the sign for one that is lost", () => {
  for (const text of ["", "plain", "Zoë – 5 µg · “daily”", "👍🏽 日本"]) assert.equal(encode(html`${text}`).toString("utf8"), render(html`${text}`));
  assert.equal(encode(html`a\ud83db`).toString("utf8"), "a\ufffdb");
  assert.equal(encode(html`${"a\ud83d"}`).toString("utf8"), "a\ufffd");
});

test("an unquoted attribute is a defect, found at the first use", () => {
  assert.throws(() => html`<p title=${"x"}>`);
  assert.throws(() => html`<p class="a" title=${"x"}>`);
  assert.throws(() => html`<p class="${"a"}" title= ${"x"}>`);
});

test("an equals sign inside a quoted value is no unquoted attribute", () => {
  assert.equal(render(html`<a href="/office/quarantine?feed=${"a&b"}&amp;before=${"c"}">x</a>`), '<a href="/office/quarantine?feed=a&amp;b&amp;before=c">x</a>');
});

test("attributes drop what is false, and refuse handlers, style and addresses that run code", () => {
  assert.equal(attributes({ id: "a", hidden: true, title: null, lang: false }).text, ` id="a" hidden`);
  assert.throws(() => attributes({ onclick: "x" }));
  assert.throws(() => attributes({ style: "x" }));
  assert.throws(() => attributes({ href: "javascript:x" }));
  assert.throws(() => attributes({ href: "//elsewhere" }));
});
