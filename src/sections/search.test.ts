import assert from "node:assert/strict";
import { test } from "node:test";
import { readTyped, SEARCH_KINDS } from "./index.ts";

const said = (typed: string): unknown[] => {
  const { words, kind, noKind, author } = readTyped(typed);
  return [words, kind?.id ?? null, noKind, author];
};

test("PUR-17 filters are typed among the words, in any order, and what is no filter stays a word", () => {
  assert.deepEqual(said("crea kind:result author:nurse"), ["crea", "result", null, "nurse"]);
  assert.deepEqual(said('author:"Ada Pell" kind:Documents heart attack'), ["heart attack", "document", null, "Ada Pell"]);
  assert.deepEqual(said("KIND:med warfarin"), ["warfarin", "medicine", null, ""]);
  assert.deepEqual(said("kind: letter heart"), ["heart", null, "letter", ""]);
  assert.deepEqual(said("author:dr author:bell"), ["", null, null, "dr bell"]);
  assert.deepEqual(said("mankind:result ratio 3:1"), ["mankind:result ratio 3:1", null, null, ""]);
  assert.deepEqual(said('author:"unclosed'), ['author:"unclosed', null, null, ""]);
  for (const { id } of SEARCH_KINDS) assert.equal(readTyped(`x kind:${id}`).kind?.id, id);
});
