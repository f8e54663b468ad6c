/**
 * What the policies have to answer, written apart from them as a decision table:
 * the first line that applies is the answer. `enumerate.ts` compares the two over
 * the whole domain. Whoever changes a policy changes this by hand, from the rule
 * and not from the policy (standards.md 5.2, governance.md 3.2).
 *
 * One order is ours: that a role does not work for the purpose is said before an
 * objection, where governance.md names it last. A reader who has no business with
 * the person must not learn that they objected.
 */
import type { Cell } from "./cells.ts";

/** Id of the deciding policy, with `allow ` before it where it permits; `nothing permits` where none does. */
export function expectedOf(cell: Readonly<Cell>): string {
  // Who, and where they work.
  if (!cell.known) return "identity-unknown";
  if (cell.assurance < 2) return "identity-assurance-too-low";
  if (!cell.onboarded) return "organisation-not-onboarded";
  if (cell.agreement === "none" || cell.agreement === "not-yet" || cell.agreement === "ended") return "agreement-missing";
  if (cell.agreement === "purpose-not-covered") return "agreement-purpose";
  if (!cell.mayView) return "organisation-may-not-view";
  if (!cell.applicationApproved) return "application-not-approved";
  if (!cell.trained) return "training-lapsed";
  if (!cell.bound) return "confidentiality-not-accepted";
  if (!cell.registered) return "registration-missing";
  if (cell.role === "unknown") return "role-unknown";
  if (cell.role === "other-purpose") return "role-purpose";
  if (cell.action === "find") return cell.mayFindPerson ? "allow find-a-person" : "role-may-not-find";

  // The person.
  const closed = cell.objectedToAll && cell.purpose === "direct-care";
  if (closed && cell.vitalInterests === "not-offered") return "objection-upheld";
  // Where the region lets life be protected against it: only by who may give reasons, and only once it is stated.
  const againstIt = closed && cell.vitalInterests === "claimed" && cell.mayGiveReason;
  if (closed && !againstIt) return "objection-upheld-but-life";
  if (cell.ownRecord) return "own-record";

  // The link between them.
  const related = cell.relationship !== "none";
  const stated = cell.reason !== "";
  if (!related && !cell.mayGiveReason) return "no-relationship-no-reason-allowed";
  if (!related && !stated && !againstIt) return "no-relationship";
  if (cell.alwaysGivesReason && !stated && (related || cell.vitalInterests === "claimed")) return "reason-always";
  if (!cell.inAge) return "service-limit-age";
  if (!cell.inService) return "service-limit-service";

  switch (cell.purpose) {
    case "direct-care":
      if (againstIt) return "allow care-vital-interests";
      if (related) return `allow ${CARE[cell.relationship]}`;
      return cell.reason === "break-glass" ? "allow care-break-glass" : "allow care-reason-given";
    case "administration":
      return related && !cell.alwaysGivesReason ? "allow administration-own-service" : "allow office-administration";
    case "audit":
      return stated ? "allow office-audit" : "nothing permits";
    default:
      // Planning and research see no person here; disclosure is no self-service; the own record is the citizen's door.
      return "nothing permits";
  }
}

const CARE: Readonly<Record<string, string>> = {
  registration: "care-registration",
  admission: "care-admission",
  attendance: "care-attendance",
  referral: "care-referral",
  appointment: "care-appointment",
  caseload: "care-caseload",
  "care-team": "care-caseload",
  crew: "care-crew",
  "form-written": "care-form-written",
  launch: "care-launch",
  "registration and admission": "care-admission",
};
