/**
 * Governance: registers only. Which organisations take part and what they
 * signed, which feeds they send, which roles exist and what each may see, who
 * works here and is trained. All of it is data of a region pack; this room
 * reads it, checks it and looks things up. It decides nothing: `#access` does.
 */
export { loadRegion } from "./load.ts";
export type { Region } from "./region.ts";
export { isRegionFaults, faultLines, type RegionFault } from "./problems.ts";
export {
  agreementState,
  isApplicationApproved,
  isOnboarded,
  onboardingGaps,
  witnessesOf,
  ORGANISATION_TYPES,
  type AgreementState,
  type Organisation,
  type OrganisationType,
} from "./organisation.ts";
export { arrivalOf, type Feed, type FeedFormat } from "./feed.ts";
export type { CellFormat, FileColumn, FileLayout } from "./file-layout.ts";
export { jobRoleCode, type Role } from "./role.ts";
export { labelMayOccur, sectionsOf, type Matrix, type SectionRights } from "./matrix.ts";
export { isRegisteredFor, trainingInDate, type Professional, type RoleProfile } from "./professional.ts";
export { confidentialityInDate, daysSinceAccepted, type ConfidentialityCode } from "./confidentiality.ts";
export { accessPolicyDigest, type Approval } from "./access-policy.ts";
export { RELEASERS, type KeptBack, type OwnRecordRules, type Releaser } from "./own-record.ts";
export { landingOf, summaryViewOf, SUMMARY_PARTS, type LandingPart, type SummaryPart, type SummaryView } from "./summary-view.ts";
export type { LetterTemplate } from "./letter-template.ts";
export type { Host } from "./host.ts";
export type { PurposeOfUse } from "./purpose.ts";
export type { CodeMap, LocalCodes, NationalCode } from "./code-map.ts";
export { RELATIONSHIP_KINDS, type RegionRules, type RelationshipKind, type RelationshipRules } from "./rules.ts";
