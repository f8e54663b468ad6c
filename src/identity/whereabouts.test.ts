import assert from "node:assert/strict";
import { test } from "node:test";
import { placeWords } from "./whereabouts.ts";

test("an address is known by each of its lines, with and without its house number; what is too short to be told from other words is not", () => {
  assert.deepEqual(placeWords("14 Mill Lane, Deal, CT14 9XX"), ["14 Mill Lane", "Mill Lane", "Deal", "CT14 9XX"]);
  assert.deepEqual(placeWords("Flat 2b Harbour Court"), ["Flat 2b Harbour Court", "Harbour Court"]);
  assert.deepEqual(placeWords("1, Ash"), []);
  assert.deepEqual(placeWords("07700 900123"), ["07700 900123"]);
});
