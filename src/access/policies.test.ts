import { describe, test } from "node:test";
import assert from "node:assert/strict";
import type { Region } from "#governance";
import { checkPolicies, isReason, makeReason } from "./index.ts";
import { createAccess } from "./access.ts";
import { NOW, outcome, person, region, related, requestOf } from "./scenario.ts";

/** The region with another policy text added. */
function regionWithPolicy(text: string): Region {
  return { ...region, policies: { ...region.policies, files: [...region.policies.files, { name: "policies/added.cedar", text }] } };
}

describe("the policies of a region are checked before they are used", () => {
  test("those of the pack are sound, and somebody approved them", () => assert.deepEqual(checkPolicies(region), []));

  test("ACC-03 a policy that differs from what was approved, in a policy file, a role, a purpose or a rule, is a fault that says what to do", () => {
    const changes: readonly Region[] = [
      { ...region, approval: null },
      { ...region, policies: { ...region.policies, files: region.policies.files.map((file) => ({ ...file, text: `${file.text}\n// a comment` })) } },
      { ...region, roles: region.roles.map((role) => ({ ...role, mayGiveReason: true })) },
      { ...region, purposes: region.purposes.map((purpose) => ({ ...purpose, sections: "all" as const })) },
      { ...region, rules: { ...region.rules, reasonLastsHours: region.rules.reasonLastsHours + 1 } },
    ];
    for (const changed of changes) assert.deepEqual(checkPolicies(changed).map((each) => each.code), ["governance.policy-not-approved"]);
  });

  for (const [words, text, message] of [
    ["that does not parse", "permit (principal, action, resource) when {", /./],
    ["without words for the reader", '@id("x") @order("1") permit (principal, action, resource);', /words/],
    ["that forbids without a code", '@id("x") @order("1") @words("w") forbid (principal, action, resource);', /code/],
    ["with an id that is taken", '@id("own-record") @order("1") @words("w") permit (principal, action, resource);', /2 times/],
    ["that speaks of what the schema does not know", '@id("x") @order("1") @words("w") permit (principal, action == Action::"open", resource) when { principal.rank == 1 };', /rank/],
  ] as const) {
    test(`a policy ${words} is a fault`, () => {
      const faults = checkPolicies(regionWithPolicy(text));
      assert.ok(faults.length > 0);
      assert.match(faults.map((each) => each.message).join("\n"), message);
    });
  }
});

test("a policy that fails while it is evaluated closes the record", () => {
  // Cedar skips a policy that overflows; the record has to stay closed all the same.
  const overflow = `@id("overflow") @order("99") @code("access.overflow") @words("w") forbid (principal, action == Action::"open", resource) when { principal.assurance * 9223372036854775807 == 1 };`;
  const registered = person({ relationships: [related("registration", "G82060")] });
  assert.equal(outcome(requestOf("gp", "G82060"), registered, createAccess(regionWithPolicy(overflow))), "refused access.policies-failed");
});

describe("a stated reason", () => {
  const { actor } = requestOf("paramedic");
  test("lasts as long as the region says, in the words of the professional", () => {
    const reason = makeReason(region, actor, "p", "r", { reason: "call", words: " Fell at home " }, NOW);
    assert.ok(isReason(reason));
    assert.equal(reason.until.getTime() - NOW.getTime(), region.rules.reasonLastsHours * 3_600_000);
    assert.match(reason.words, /: Fell at home$/);
  });
  test("has to be one of the region's, with words of its own", () => {
    assert.equal((makeReason(region, actor, "p", "r", { reason: "curious", words: "I am curious" }, NOW) as { code: string }).code, "access.unknown-reason");
    assert.equal((makeReason(region, actor, "p", "r", { reason: "call", words: " . " }, NOW) as { code: string }).code, "access.reason-without-words");
  });
});
