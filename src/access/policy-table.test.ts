/**
 * The policies against a decision table that was written apart from them: the
 * same finite cells, two implementations, one answer. A stride that shares no
 * factor with the table walks it evenly; FULL_TABLE=1 takes every cell.
 */
import { test } from "node:test";
import assert from "node:assert/strict";
import type { EntityJson } from "@cedar-policy/cedar-wasm/nodejs";
import { isRegionFaults } from "#governance";
import { readPolicies } from "./policies.ts";
import { region } from "./scenario.ts";

const policies = readPolicies(region);
assert.ok(!isRegionFaults(policies));

const AXES = {
  known: [true, false],
  assurance: [3, 1],
  onboarded: [true, false],
  agreement: ["in-force", "ended", "purpose-not-covered"],
  mayView: [true, false],
  trained: [true, false],
  bound: [true, false],
  role: ["fits", "other-purpose", "unknown"],
  objected: [false, true],
  vital: ["not-offered", "offered", "claimed"],
  own: [false, true],
  relationship: ["admission", "launch", "none"],
  reason: ["", "reason-given", "break-glass"],
  mayGiveReason: [true, false],
  inAge: [true, false],
  inService: [true, false],
  purpose: ["direct-care", "administration"],
} as const;
type Cell = { [K in keyof typeof AXES]: (typeof AXES)[K][number] };

const names = Object.keys(AXES) as (keyof typeof AXES)[];
const size = names.reduce((product, name) => product * AXES[name].length, 1);

function cellAt(index: number): Cell {
  const cell: Record<string, unknown> = {};
  for (const name of names) {
    const values = AXES[name];
    cell[name] = values[index % values.length];
    index = Math.floor(index / values.length);
  }
  return cell as Cell;
}

/** The decision table: the first line that applies is the answer. */
function expected(cell: Cell): string {
  if (!cell.known) return "identity-unknown";
  if (cell.assurance < 2) return "identity-assurance-too-low";
  if (!cell.onboarded) return "organisation-not-onboarded";
  if (cell.agreement === "ended") return "agreement-missing";
  if (cell.agreement === "purpose-not-covered") return "agreement-purpose";
  if (!cell.mayView) return "organisation-may-not-view";
  if (!cell.trained) return "training-lapsed";
  if (!cell.bound) return "confidentiality-not-accepted";
  if (cell.role === "unknown") return "role-unknown";
  if (cell.role === "other-purpose") return "role-purpose";
  if (cell.objected && cell.purpose === "direct-care" && !(cell.vital === "claimed" && cell.mayGiveReason)) return cell.vital === "not-offered" ? "objection-upheld" : "objection-upheld-but-life";
  if (cell.own) return "own-record";
  if (cell.relationship === "none" && !cell.mayGiveReason) return "no-relationship-no-reason-allowed";
  if (cell.relationship === "none" && cell.reason === "" && !(cell.objected && cell.vital === "claimed")) return "no-relationship";
  if (!cell.inAge) return "service-limit-age";
  if (!cell.inService) return "service-limit-service";
  if (cell.purpose === "administration") return cell.reason === "" ? "nothing permits" : "allow office-administration";
  if (cell.objected) return "allow care-vital-interests";
  if (cell.relationship !== "none") return `allow care-${cell.relationship}`;
  return cell.reason === "break-glass" ? "allow care-break-glass" : "allow care-reason-given";
}

function answered(cell: Cell): string {
  assert.ok(!isRegionFaults(policies));
  const principal = { type: "Professional", id: "p" };
  const organisation = { type: "Organisation", id: "o" };
  const person = { type: "Person", id: "x" };
  const role = cell.role === "unknown" ? "" : "gp";
  const rolePurposes = cell.role === "fits" ? [cell.purpose] : [];
  const entities: EntityJson[] = [
    { uid: principal, parents: [], attrs: { known: cell.known, assurance: cell.assurance, trainingInDate: cell.trained, confidentialityAccepted: cell.bound, role, rolePurposes, mayGiveReason: cell.mayGiveReason, mayFindPerson: true, organisation: { __entity: organisation } } },
    { uid: organisation, parents: [], attrs: { type: "acute", onboarded: cell.onboarded, agreement: cell.agreement, mayView: cell.mayView } },
    { uid: person, parents: [], attrs: { objectedToAll: cell.objected } },
  ];
  const context = {
    purpose: cell.purpose, relationships: cell.relationship === "none" ? [] : [cell.relationship], reason: cell.reason, minimumAssurance: 2,
    ownRecord: cell.own, withinAgeLimit: cell.inAge, withinServiceLimit: cell.inService,
    vitalInterests: cell.vital,
  };
  const verdict = policies.ask(principal, "open", person, context, entities);
  assert.equal(verdict.failed, false);
  return verdict.policy === null ? "nothing permits" : `${verdict.allow ? "allow " : ""}${verdict.policy.id}`;
}

test("ACC-03: the policies and the decision table agree, and no cell with an upheld objection opens for care unless life is claimed where the region offers that", () => {
  // 199 is prime and divides no axis, so the walk meets every value of each.
  const stride = process.env["FULL_TABLE"] === "1" ? 1 : 199;
  let cells = 0;
  for (let index = 0; index < size; index += stride) {
    const cell = cellAt(index);
    const answer = answered(cell);
    assert.equal(answer, expected(cell), JSON.stringify(cell));
    if (cell.objected && cell.purpose === "direct-care" && cell.vital !== "claimed") assert.ok(!answer.startsWith("allow"), JSON.stringify(cell));
    cells += 1;
  }
  assert.ok(cells > 1000, `${cells} cells`);
});

test("each refusal of the table is reached by one fault alone, and each pair of faults gives the earlier refusal", () => {
  const sound = cellAt(0);
  assert.equal(answered(sound), "allow care-admission");
  for (const one of names) {
    for (const value of AXES[one].slice(1)) {
      const first = { ...sound, [one]: value } as Cell;
      assert.equal(answered(first), expected(first), JSON.stringify({ [one]: value }));
      for (const other of names) {
        for (const second of AXES[other].slice(1)) {
          if (other === one) continue;
          const both = { ...first, [other]: second } as Cell;
          assert.equal(answered(both), expected(both), JSON.stringify({ [one]: value, [other]: second }));
        }
      }
    }
  }
});
