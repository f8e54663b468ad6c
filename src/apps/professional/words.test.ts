import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import test from "node:test";

const HERE = import.meta.dirname;

/** A hole of a template in its text: what a reader sees there is not known. */
const HOLE = "\u0000";
/** After one of these a slash begins a regular expression. */
const BEFORE_EXPRESSION = /(?:^|[(,=:[!&|?{};+]|=>|\breturn)\s*$/;

/** The texts of all templates tagged `html` in a file, nested ones too, with a hole for each expression. */
function htmlTemplates(source: string): readonly string[] {
  const found: string[] = [];
  let at = 0;
  /** Reads code to the brace that ends an expression, or to the end of the file. */
  const code = (): void => {
    for (let depth = 0; at < source.length; at++) {
      const letter = source[at]!;
      if (letter === "}" && depth-- === 0) return;
      if (letter === "{") depth++;
      else if (letter === '"' || letter === "'") quoted(letter);
      else if (letter === "`") template(/\bhtml$/.test(source.slice(Math.max(0, at - 5), at)));
      else if (source.startsWith("//", at)) at = ended(source.indexOf("\n", at));
      else if (source.startsWith("/*", at)) at = ended(source.indexOf("*/", at)) + 1;
      else if (letter === "/" && BEFORE_EXPRESSION.test(source.slice(Math.max(0, at - 20), at))) expression();
    }
  };
  const ended = (end: number): number => (end === -1 ? source.length : end);
  const quoted = (mark: string): void => {
    for (at++; source[at] !== mark; at++) if (source[at] === "\\") at++;
  };
  const expression = (): void => {
    let isInClass = false;
    for (at++; isInClass || source[at] !== "/"; at++) {
      if (source[at] === "\\") at++;
      else if (source[at] === "[") isInClass = true;
      else if (source[at] === "]") isInClass = false;
    }
  };
  const template = (isHtml: boolean): void => {
    let text = "";
    for (at++; source[at] !== "`"; at++) {
      assert.ok(at < source.length, "a template without an end");
      if (source.startsWith("${", at)) {
        at += 2;
        code();
        text += HOLE;
      } else if (source[at] === "\\") text += source[++at]!;
      else text += source[at]!;
    }
    if (isHtml) found.push(text);
  };
  code();
  return found;
}

const READ_OUT = /\b(?:aria-label|aria-description|title|alt|placeholder|data-label|data-announce|data-[a-z]*words)="([^"]*)"/g;
const TWO_WORDS = /[\p{L}'’]+[,;:.]? +[\p{L}'’]+/gu;

/** English in a template: two words or more in a row, between its tags or in an attribute that is read out. */
function englishIn(template: string): readonly string[] {
  const attributes = [...template.matchAll(READ_OUT)].map(([, value]) => value!);
  const between = template.replaceAll(/<[a-z/!][^<>]*>/gi, "\n").replaceAll(/&[a-z]+;/g, " ");
  return [...attributes, between].flatMap((text) => text.replaceAll(HOLE, "\n").split("\n").flatMap((piece) => piece.match(TWO_WORDS) ?? []));
}

const textsIn = (source: string): readonly string[] => htmlTemplates(source).flatMap(englishIn);
const inFile = (name: string): readonly string[] => textsIn(readFileSync(`${HERE}/${name}`, "utf8"));
const pages = readdirSync(HERE).filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts"));

test("the English of a professional's page stands in the catalogue, not in its markup", () => {
  assert.ok(pages.length > 40, `${pages.length} page files`);
  for (const name of pages) assert.deepEqual(inFile(name), [], `${name}: move this English to words/`);
});

test("English in markup is found between tags, in attributes that are read out, and in templates within templates", () => {
  const dollar = "$";
  assert.deepEqual(textsIn("const a = html`<p class=\"one two\">See the list</p>`;"), ["See the"]);
  assert.deepEqual(textsIn("html`<b title=\"Two words\">x</b>`"), ["Two words"]);
  assert.deepEqual(textsIn(`html\`<ul>${dollar}{all.map((each) => html\`<li>not shown: ${dollar}{each}</li>\`)}</ul>\``), ["not shown"]);
  assert.deepEqual(textsIn(`html\`<p>${dollar}{WORDS.a} ${dollar}{{ b: "two words" }.b} – ${dollar}{count}</p>\``), []);
  assert.deepEqual(textsIn("/[`\"]/.test(text); // one `two three`\nhtml`<p>of it</p>`"), ["of it"]);
});
