/** What an allowed reader gets: source patients, sections, labels, actions. Set arithmetic over the registers; pure. */
import { SECTIONS, type Label, type SectionId } from "#standards";
import type { Action, HiddenWhereabouts, Relationship, Withheld } from "#decision";
import { sectionsOf, type Organisation, type Region, type Role } from "#governance";
import type { AccessFacts, AccessRequest } from "./facts.ts";
import { objectedFor } from "./objected.ts";
import type { Policy } from "./policies.ts";
import type { Standing } from "./derive.ts";

export type Grant = {
  readonly sourcePatientIds: readonly string[];
  readonly sections: ReadonlySet<SectionId>;
  readonly labels: ReadonlySet<Label>;
  readonly actions: ReadonlySet<Action>;
  readonly mayWithhold: ReadonlySet<SectionId>;
  readonly withheld: Withheld | null;
  readonly askedNotToShare: boolean;
  readonly hiddenWhereabouts: HiddenWhereabouts | null;
};

/**
 * The sets of a decision. Narrowed by role, purpose, agreement, direction of view and
 * partial objections; never widened by a reason, but that in an emergency some roles
 * also see what the person sealed. What is sealed and locked, or barred by law, is
 * held by nobody (`governance/check.ts` refuses a role that holds it). Objections are to
 * sharing for direct care; other purposes have reasons and limits of their own.
 */
export function grantOf(region: Region, role: Role, organisation: Organisation, request: Pick<AccessRequest, "purpose">, standing: Pick<Standing, "reason" | "objectedToAll" | "vitalInterests">, facts: AccessFacts): Grant {
  const purpose = region.purpose(request.purpose);
  const purposeSections = new Set(sectionsOf(purpose?.sections ?? []));
  const ownOrganisationOnly = role.ownOrganisationOnly || (purpose?.ownOrganisationOnly ?? true);
  const rights = region.sectionRights(role.id);
  // To protect life, against an upheld objection, where the region offers it at all.
  const isAgainst = standing.objectedToAll && standing.vitalInterests === "claimed";
  const objected = objectedFor(organisation.odsCode, request.purpose === "direct-care" && !isAgainst ? facts : { ...facts, objections: [] });
  const covered = organisation.agreement?.sections ?? [];

  const hiddenWhereabouts = role.labels.includes("protected-address") ? null : hiddenOf(region, facts);
  const sections = new Set(
    SECTIONS.map((section) => section.id).filter(
      (id) => rights.sees.has(id) && purposeSections.has(id) && (covered === "all" || covered.includes(id)) && !objected.sections.has(id) && (hiddenWhereabouts === null || id !== "gp-practice"),
    ),
  );
  const sourcePatientIds = facts.sourcePatients
    .filter((each) => !objected.closed && !objected.organisations.has(each.organisation) && (!objected.ownOnly || each.organisation === organisation.odsCode) && maySeeDataOf(region, ownOrganisationOnly, organisation, each.organisation))
    .map((each) => each.sourcePatientId);
  // Where whole sources may be out of sight by policy, a negative is never the whole truth, in any section.
  const partial = objected.any || ownOrganisationOnly || organisation.mayViewDataOf !== "all";
  return {
    sourcePatientIds,
    sections,
    labels: new Set<Label>(role.opensSealed && standing.reason === "break-glass" ? [...role.labels, "sealed"] : role.labels),
    actions: new Set(role.actions.filter((each) => organisation.actions === undefined || organisation.actions.includes(each))),
    mayWithhold: new Set([...sections].filter((id) => partial || rights.mayWithhold.has(id))),
    withheld: objected.withheld,
    askedNotToShare: objected.any,
    hiddenWhereabouts,
  };
}

/** Organisations of these types serve a few streets: who knows that one of them has the person knows where to look. */
const NEIGHBOURHOOD: ReadonlySet<Organisation["type"]> = new Set(["gp-practice", "pcn"] as const);

/** What is kept from a reader without the right; practices are called by their kind, in the order of their codes, so that each keeps its word. */
function hiddenOf(region: Region, facts: AccessFacts): HiddenWhereabouts | null {
  if (facts.whereabouts === null) return null;
  const local = region.organisations.filter((each) => NEIGHBOURHOOD.has(each.type));
  const theirs = new Set([...facts.whereabouts.practices, ...facts.sourcePatients.map((each) => each.organisation)]);
  const mine = [...theirs].filter((odsCode) => local.some((each) => each.odsCode === odsCode) || region.organisation(odsCode) === undefined).sort();
  return {
    words: [...facts.whereabouts.words, ...mine, ...local.map((each) => each.name)],
    organisations: new Map(mine.map((odsCode, index) => [odsCode, index === 0 ? "GP-practice" : `GP-practice-${index + 1}`])),
  };
}

/**
 * True where policy lets this reader see what a source supplies, whoever the person is: by the register of
 * organisations, the role and the purpose. A source out of view is not spoken of at all, since that it holds
 * nothing, or does not know the person, would be said of something that was not looked at.
 */
export function maySeeSource(region: Region, { actor, purpose }: Pick<AccessRequest, "actor" | "purpose">, source: string): boolean {
  const [role, reader] = [region.role(actor.role), region.organisation(actor.organisation)];
  if (role === undefined || reader === undefined) return false;
  return maySeeDataOf(region, role.ownOrganisationOnly || (region.purpose(purpose)?.ownOrganisationOnly ?? true), reader, source);
}

function maySeeDataOf(region: Region, ownOrganisationOnly: boolean, reader: Organisation, source: string): boolean {
  if (source === reader.odsCode) return true;
  if (ownOrganisationOnly) return false;
  if (reader.mayViewDataOf === "all") return true;
  const type = region.organisation(source)?.type;
  return type !== undefined && reader.mayViewDataOf.includes(type);
}

/** The relationship that the deciding policy rests on, in words for screen and audit. */
export function relationshipOf(policy: Policy, standing: Standing, request: AccessRequest, facts: AccessFacts): Relationship {
  const strength = ["admission", "attendance", "registration", "caseload", "care-team", "referral", "appointment", "crew", "form-written"] as const;
  const isOfCare = request.purpose === "direct-care";
  if (isOfCare && standing.vitalInterests === "claimed" && standing.objectedToAll) return { kind: "break-glass", words: `to protect life, against the person's objection: ${facts.vitalInterests}` };
  for (const kind of isOfCare || standing.reason === "" ? strength : []) {
    const held = standing.relationships.find((each) => each.kind === kind);
    if (held !== undefined) return { kind, words: held.words };
  }
  if (isOfCare && standing.launched) return { kind: "launch", words: `opened from ${request.launch!.host}` };
  return { kind: standing.reason === "break-glass" ? "break-glass" : "reason-given", words: facts.reason?.words ?? policy.words };
}
