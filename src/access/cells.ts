/**
 * The finite domain that the policies speak of, as axes and cells: every fact
 * that a policy can read, with the values that it can tell apart. A policy that
 * reads a fact which is on no axis is a fault (`composed.ts`), so that nothing
 * can be added to the policies without being enumerated.
 */
import type { Context, EntityJson, TypeAndId } from "@cedar-policy/cedar-wasm/nodejs";
import { PURPOSES } from "#decision";
import { RELATIONSHIP_KINDS } from "#governance";

export const AXES = {
  action: ["open", "find"],
  known: [true, false],
  assurance: [3, 2, 1],
  onboarded: [true, false],
  agreement: ["in-force", "none", "not-yet", "ended", "purpose-not-covered"],
  mayView: [true, false],
  applicationApproved: [true, false],
  trained: [true, false],
  bound: [true, false],
  registered: [true, false],
  role: ["fits", "other-purpose", "unknown"],
  mayFindPerson: [true, false],
  objectedToAll: [false, true],
  vitalInterests: ["not-offered", "offered", "claimed"],
  ownRecord: [false, true],
  relationship: [...RELATIONSHIP_KINDS, "launch", "registration and admission", "none"],
  reason: ["", "reason-given", "break-glass"],
  mayGiveReason: [true, false],
  alwaysGivesReason: [false, true],
  inAge: [true, false],
  inService: [true, false],
  purpose: PURPOSES,
} as const;

export type Axis = keyof typeof AXES;
export type Cell = { [K in Axis]: (typeof AXES)[K][number] };

export const AXIS_NAMES = Object.keys(AXES) as readonly Axis[];

/** Axes that a request to find a person does not have: a cell of `find` stands at their first value. */
export const OPEN_ONLY: ReadonlySet<Axis> = new Set(["objectedToAll", "vitalInterests", "ownRecord", "relationship", "reason", "inAge", "inService"] as const);

/** Which axis a policy reads with an attribute; `principal.role` and `rolePurposes` are one fact, and what they are compared with is another. */
export const AXIS_OF: Readonly<Record<string, readonly Axis[]>> = {
  "principal.known": ["known"],
  "principal.assurance": ["assurance"],
  "principal.trainingInDate": ["trained"],
  "principal.confidentialityAccepted": ["bound"],
  "principal.registered": ["registered"],
  "principal.role": ["role"],
  "principal.rolePurposes": ["role", "purpose"],
  "principal.mayGiveReason": ["mayGiveReason"],
  "principal.alwaysGivesReason": ["alwaysGivesReason"],
  "principal.mayFindPerson": ["mayFindPerson"],
  "principal.organisation": [],
  "principal.organisation.onboarded": ["onboarded"],
  "principal.organisation.agreement": ["agreement"],
  "principal.organisation.mayView": ["mayView"],
  "principal.organisation.applicationApproved": ["applicationApproved"],
  "resource.objectedToAll": ["objectedToAll"],
  "context.purpose": ["purpose"],
  "context.relationships": ["relationship"],
  "context.reason": ["reason"],
  "context.minimumAssurance": [],
  "context.vitalInterests": ["vitalInterests"],
  "context.ownRecord": ["ownRecord"],
  "context.withinAgeLimit": ["inAge"],
  "context.withinServiceLimit": ["inService"],
};

/** The assurance that the enumerated region asks for; the axis has a value above, at and below it. */
const MINIMUM_ASSURANCE = 2;

export type CedarRequest = { readonly principal: TypeAndId; readonly action: "open" | "find"; readonly resource: TypeAndId; readonly context: Context; readonly entities: EntityJson[] };

/** A cell as the request that the gate would make of it. */
export function requestOfCell(cell: Cell): CedarRequest {
  const principal = { type: "Professional", id: "p" };
  const organisation = { type: "Organisation", id: "o" };
  const resource = cell.action === "open" ? { type: "Person", id: "x" } : { type: "Region", id: "r" };
  const entities: EntityJson[] = [
    {
      uid: principal, parents: [],
      attrs: {
        known: cell.known, assurance: cell.assurance, trainingInDate: cell.trained, confidentialityAccepted: cell.bound, registered: cell.registered, role: cell.role === "unknown" ? "" : "r", rolePurposes: rolePurposesOf(cell),
        mayGiveReason: cell.mayGiveReason, alwaysGivesReason: cell.alwaysGivesReason, mayFindPerson: cell.mayFindPerson, organisation: { __entity: organisation },
      },
    },
    { uid: organisation, parents: [], attrs: { type: "acute", onboarded: cell.onboarded, agreement: cell.agreement, mayView: cell.mayView, applicationApproved: cell.applicationApproved } },
    { uid: resource, parents: [], attrs: cell.action === "open" ? { objectedToAll: cell.objectedToAll } : {} },
  ];
  const context: Context =
    cell.action === "find"
      ? { purpose: cell.purpose, minimumAssurance: MINIMUM_ASSURANCE }
      : {
          purpose: cell.purpose, relationships: cell.relationship === "none" ? [] : cell.relationship.split(" and "), reason: cell.reason, minimumAssurance: MINIMUM_ASSURANCE,
          vitalInterests: cell.vitalInterests, ownRecord: cell.ownRecord, withinAgeLimit: cell.inAge, withinServiceLimit: cell.inService,
        };
  return { principal, action: cell.action, resource, context, entities };
}

/** A role that fits works for the purpose asked; one that does not works for the others. */
function rolePurposesOf(cell: Cell): string[] {
  if (cell.role === "unknown") return [];
  return cell.role === "fits" ? [cell.purpose] : PURPOSES.filter((each) => each !== cell.purpose);
}

/** A cell in words: what differs from the soundest professional with a relationship, who opens a record for direct care. */
export function cellWords(cell: Cell): string {
  const differs = AXIS_NAMES.filter((axis) => axis === "purpose" || axis === "relationship" || cell[axis] !== AXES[axis][0]);
  return differs.map((axis) => `${axis} ${String(cell[axis]) || "none"}`).join(", ");
}
