import assert from "node:assert/strict";
import test from "node:test";
import { lineDifference } from "./line-difference.ts";

const signs = { same: " ", removed: "-", added: "+" };
const said = (before: string, after: string): string => lineDifference(before, after).map(({ kind, text }) => signs[kind] + text).join("|");

test("what was changed, taken away and put in is told line by line, and the rest stays", () => {
  assert.equal(said("a\nb\nc", "a\nB\nc"), " a|-b|+B| c");
  assert.equal(said("a\nb\nc", "a\nc"), " a|-b| c");
  assert.equal(said("a\nc", "a\nb\nc"), " a|+b| c");
  assert.equal(said("a\nb\nc\nd", "b\nx\nd"), "-a| b|-c|+x| d");
  assert.equal(said("a", "a"), " a");
});
