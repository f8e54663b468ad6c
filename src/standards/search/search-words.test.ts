import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { readSearchWords, SearchMatcher, searchQueries } from "./search-words.ts";
import { SYNONYMS } from "./synonyms.ts";

const marked = (typed: string, text: string): string => new SearchMatcher(readSearchWords(typed)).marked(text).map((piece) => (piece.marked ? `[${piece.text}]` : piece.text)).join("");

describe("words of a search", () => {
  test("PUR-17 other names are known: at least 150 groups, none empty, none twice in its group", () => {
    assert.ok(SYNONYMS.length >= 150, `${SYNONYMS.length} groups`);
    for (const { same, parts } of SYNONYMS) {
      const all = [...same, ...parts].map((word) => word.toLowerCase());
      assert.ok(all.length > 1 && all.every((word) => /[\p{L}\p{N}]/u.test(word)), same.join());
      assert.equal(new Set(all).size, all.length, same.join());
    }
  });

  test("an abbreviation finds the whole, the whole an abbreviation, and a whole its parts but not the other way round", () => {
    for (const [typed, text] of [["MI", "Old myocardial infarction"], ["myocardial infarction", "MI 2019"], ["copd", "Chronic obstructive pulmonary disease"], ["bp", "Systolic blood pressure"], ["FBC", "Haemoglobin"], ["u&e", "Potassium"], ["aki", "Acute kidney injury stage 2"], ["hba1c", "Haemoglobin A1c level"], ["water tablet", "Furosemide 40mg"]] as const) assert.ok(new SearchMatcher(readSearchWords(typed)).isIn(text), `${typed} in ${text}`);
    for (const [typed, text] of [["furosemide", "Bumetanide 1mg"], ["warfarin", "Apixaban 5mg"], ["heart attack", "Mild asthma"], ["atrial fibrillation", "After care"], ["myocardial infarction", "Mild amnesia"]] as const) assert.ok(!new SearchMatcher(readSearchWords(typed)).isIn(text), `${typed} in ${text}`);
  });

  test("what agrees is marked to the end of its word, and another name is told", () => {
    assert.equal(marked("crea", "Serum Creatinine, recreation"), "Serum [Creatinine], recreation");
    assert.equal(marked("heart attack", "Acute myocardial-infarction"), "Acute [myocardial-infarction]");
    assert.deepEqual(new SearchMatcher(readSearchWords("heart attack")).otherNamesIn("Acute myocardial infarction"), ["myocardial infarction"]);
    assert.deepEqual(new SearchMatcher(readSearchWords("heart")).otherNamesIn("Heart rate"), []);
  });

  test("words that mean nothing by themselves are left out, but not from a name", () => {
    assert.deepEqual(readSearchWords("the pain in a knee").map((word) => word.text), ["pain", "knee"]);
    assert.deepEqual(readSearchWords("end of life").map((word) => word.text), ["end", "of", "life"]);
    assert.deepEqual(readSearchWords(" ,;() "), []);
  });

  test("whatever is typed makes a query of letters and digits, and marking loses no letter of a text", () => {
    fc.assert(fc.property(fc.string({ unit: "grapheme", maxLength: 60 }), fc.string({ unit: "grapheme", maxLength: 80 }), (typed, text) => {
      const words = readSearchWords(typed);
      for (const query of searchQueries(words)) assert.match(query, /^[\p{L}\p{N}'()|<>:* -]*$/u);
      assert.equal(new SearchMatcher(words).marked(text).map((piece) => piece.text).join(""), text);
    }));
  });
});
