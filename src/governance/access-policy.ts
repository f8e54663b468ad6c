/** What a region's access policy consists of, as one digest: what a named person approves before it goes live (ACC-03). */
import { createHash } from "node:crypto";
import { Type, type Static } from "typebox";
import { Words, IsoDate, closed } from "./fields.ts";
import type { RegionData } from "./region.ts";

export const ApprovalSchema = Type.Object(
  {
    /** `accessPolicyDigest` of what was approved. */
    digest: Type.String({ pattern: "^[0-9a-f]{64}$" }),
    approvedBy: Type.Object({ name: Words, role: Words }, closed),
    approvedOn: IsoDate,
    /** What changed against the policy before, in the approver's words. */
    words: Words,
    /** Digest of the policy before, and how many cells of the access matrix and kinds of answer the change flipped; `null` for the first. */
    changed: Type.Union([Type.Object({ from: Type.String({ pattern: "^[0-9a-f]{64}$" }), matrixCells: Type.Integer({ minimum: 0 }), policyCells: Type.Integer({ minimum: 0 }) }, closed), Type.Null()]),
  },
  closed,
);

export type Approval = Readonly<Static<typeof ApprovalSchema>>;

/**
 * SHA-256 over everything that decides who sees what: policies, roles, matrix,
 * purposes, and the region's rules on relationships, reasons, training,
 * assurance and objections. Organisations and professionals are registers, kept day by day: they
 * are facts that the policy is applied to, and not part of it.
 */
export function accessPolicyDigest({ policies, roles, matrix, purposes, rules }: Pick<RegionData, "policies" | "roles" | "matrix" | "purposes" | "rules">): string {
  const { relationships, reasons, reasonLastsHours, trainingValidDays, trainingGraceDays, confidentialityValidDays, minimumAssurance, objections } = rules;
  return createHash("sha256").update(JSON.stringify([policies, roles, matrix, purposes, { relationships, reasons, reasonLastsHours, trainingValidDays, trainingGraceDays, confidentialityValidDays, minimumAssurance, emergencies: objections.emergencies, deciders: objections.deciders }])).digest("hex");
}
