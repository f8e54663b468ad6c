import assert from "node:assert/strict";
import { test } from "node:test";
import { parseJson } from "#standards";
import { factsOf } from "./resource-table.ts";

test("a number stands on the page as its source wrote it: 0.10 stays 0.10, alone and in a quantity", () => {
  const { facts } = factsOf(parseJson('{"resourceType":"Observation","valueQuantity":{"value":0.10,"unit":"ng/mL"},"component":[{"valueDecimal":1.50}]}'));
  assert.deepEqual(facts.map((fact) => fact.value), ["Observation", "0.10 ng/mL", "1.50"]);
});
