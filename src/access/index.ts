/**
 * Access: may this professional see these sections of this person for this
 * purpose? One decision a session, person and purpose, by the Cedar policies of
 * the region, deny by default, with the deciding policy named.
 */
import { accessPolicyDigest, isRegionFaults, type Region, type RegionFault } from "#governance";
import { readPolicies } from "./policies.ts";

export { createAccess, type Access, type SearchPermission } from "./access.ts";
export type { AccessFacts, AccessRequest, ReasonFact } from "./facts.ts";
export { reachedBy } from "./derive.ts";
export { isCurrent, type RelationshipFact } from "./relationship.ts";
export { relationshipFrom, type CareFact, type RelationshipChange } from "./relationship-from.ts";
export { accessMatrix, matrixFlips, matrixMarkdown, type MatrixCell } from "./access-matrix.ts";
export type { Explanation } from "./explain.ts";
export { maySeeSource } from "./grant.ts";
export { compareSets, enumerate, policiesOf, type Enumeration, type Flips } from "./enumerate.ts";
export { NotEnumerable } from "./composed.ts";
export { enumerateGrants, type GrantEnumeration } from "./enumerate-grants.ts";
export type { PolicySet } from "./policies.ts";
export { narrowed } from "./narrow.ts";
export { kindOf, mayRelease, shownToPerson, type OwnRecordAnswer, type OwnRecordFacts, type Release } from "./own-record.ts";
export { readReleases, recordRelease } from "./own-record-store.ts";
export { isReason, makeReason, type ReasonForm } from "./reason.ts";
export { applyRelationships, countReasons, readAllRelationships, readListed, readReason, readReasons, readRelationships, readUnits, recordReason, type Listed, type ListQuery, type ReasonRecord } from "./store.ts";

/** Every fault in a region's policies, for the check of the configuration before a port opens. */
export function checkPolicies(region: Region): RegionFault[] {
  const policies = readPolicies(region);
  return isRegionFaults(policies) ? policies : approvalFaults(region);
}

/** No access policy is used that nobody has approved as it stands (ACC-03). */
function approvalFaults(region: Region): RegionFault[] {
  const digest = accessPolicyDigest(region);
  if (region.approval?.digest === digest) return [];
  const message = `${region.approval === null ? "nobody has approved this access policy" : `${region.approval.approvedBy.name} approved another access policy on ${region.approval.approvedOn}`}: see what it flips (npm run policy -- preview --against DIR) and let a named person approve it (npm run policy -- approve); its digest is ${digest}`;
  return [{ file: "policies/approval.json", path: "/digest", code: "governance.policy-not-approved", message }];
}
