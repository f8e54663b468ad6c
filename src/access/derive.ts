/** Turns register entries and facts into the few values that the policies speak of. Pure. */
import { agreementState, confidentialityInDate, isApplicationApproved, isOnboarded, isRegisteredFor, trainingInDate, type Organisation, type Region } from "#governance";
import type { AccessFacts, AccessRequest } from "./facts.ts";
import { objectedFor } from "./objected.ts";
import { isCurrent, type RelationshipFact } from "./relationship.ts";

/** The principal's side: what the registers say about the reader on this day. */
export type Reader = {
  readonly known: boolean;
  readonly assurance: number;
  readonly trainingInDate: boolean;
  readonly confidentialityAccepted: boolean;
  /** Registered as the role needs it; true where it needs no registration. */
  readonly registered: boolean;
  readonly role: string;
  readonly rolePurposes: readonly string[];
  readonly mayGiveReason: boolean;
  readonly alwaysGivesReason: boolean;
  readonly mayFindPerson: boolean;
  readonly organisation: { readonly odsCode: string; readonly type: string; readonly onboarded: boolean; readonly agreement: string; readonly mayView: boolean; readonly applicationApproved: boolean };
};

/** Looks the reader up. Whoever or whatever is not registered is described as not known, and the policies refuse it. */
export function readerOf(region: Region, request: Pick<AccessRequest, "actor" | "purpose" | "assurance">, day: string): Reader {
  const { actor, purpose, assurance } = request;
  const professional = region.professional(actor.id);
  const organisation = region.organisation(actor.organisation);
  const role = region.role(actor.role);
  const worksThere = professional?.profiles.some((profile) => profile.organisation === actor.organisation && profile.role === actor.role) ?? false;
  return {
    known: professional !== undefined && worksThere,
    assurance,
    trainingInDate: professional !== undefined && trainingInDate(professional, region.rules.trainingValidDays + region.rules.trainingGraceDays),
    confidentialityAccepted: professional !== undefined && confidentialityInDate(professional, actor.confidentialityAcceptedAt ?? null, region.rules.confidentialityValidDays, day),
    registered: professional !== undefined && isRegisteredFor(professional, role),
    role: role?.id ?? "",
    rolePurposes: role?.purposes ?? [],
    mayGiveReason: role?.mayGiveReason ?? false,
    alwaysGivesReason: role?.alwaysGivesReason ?? false,
    mayFindPerson: role?.mayFindPerson ?? false,
    organisation: {
      odsCode: actor.organisation,
      type: organisation?.type ?? "",
      onboarded: organisation !== undefined && isOnboarded(organisation, day),
      agreement: organisation === undefined ? "none" : agreementState(organisation, purpose, day),
      mayView: organisation?.mayView ?? false,
      applicationApproved: organisation !== undefined && isApplicationApproved(organisation, day),
    },
  };
}

/** The resource's side and the context: how this reader stands to this person now. */
export type Standing = {
  readonly relationships: readonly RelationshipFact[];
  readonly launched: boolean;
  readonly reason: "" | "reason-given" | "break-glass";
  /** An objection in force closes the whole record to this reader. */
  readonly objectedToAll: boolean;
  /** Whether the region lets an upheld objection be overridden to protect life, and whether this reader has stated that. */
  readonly vitalInterests: "not-offered" | "offered" | "claimed";
  readonly ownRecord: boolean;
  readonly withinAgeLimit: boolean;
  readonly withinServiceLimit: boolean;
};

/** Works out how the reader stands to the person. */
export function standingOf(region: Region, request: AccessRequest, facts: AccessFacts): Standing {
  const { actor } = request;
  const organisation = region.organisation(actor.organisation);
  const relationships = facts.relationships.filter(
    (each) => reaches(region, organisation, each.organisation) && isCurrent(each, facts.now, region.rules.relationships),
  );
  const reason = facts.reason !== null && facts.reason.until > facts.now ? facts.reason : null;
  const ownNhsNumber = region.professional(actor.id)?.ownNhsNumber ?? null;
  return {
    relationships,
    launched: request.launch?.personId === facts.personId,
    reason: reason?.kind ?? "",
    objectedToAll: objectedFor(actor.organisation, facts).closed,
    vitalInterests: region.rules.objections.emergencies === "closed" ? "not-offered" : (facts.vitalInterests ?? null) === null ? "offered" : "claimed",
    ownRecord: ownNhsNumber !== null && ownNhsNumber === facts.personNhsNumber,
    withinAgeLimit: withinAge(organisation, facts.personDateOfBirth, region.dayOf(facts.now)),
    withinServiceLimit: withinService(organisation, [...relationships.map((each) => each.service), reason?.service ?? null]),
  };
}

/** ODS codes of the organisations whose relationships count for one: all that a decision for it has to know. */
export function reachedBy(region: Region, odsCode: string): string[] {
  const organisation = region.organisation(odsCode);
  return region.organisations.map((each) => each.odsCode).filter((each) => reaches(region, organisation, each));
}

/** An organisation's relationships count for itself; those of member practices count for their network or federation (ORG-22). */
function reaches(region: Region, reader: Organisation | undefined, odsCode: string): boolean {
  if (reader === undefined) return false;
  if (reader.odsCode === odsCode) return true;
  const isGroup = reader.type === "pcn" || reader.type === "federation";
  return isGroup && (region.organisation(odsCode)?.memberOf.includes(reader.odsCode) ?? false);
}

/** Without a whole date of birth an age limit cannot be met: it fails closed. */
function withinAge(organisation: Organisation | undefined, dateOfBirth: string | null, today: string): boolean {
  const under = organisation?.serviceLimit?.ageUnder;
  if (under === undefined) return true;
  return dateOfBirth !== null && /^\d{4}-\d{2}-\d{2}/.test(dateOfBirth) && ageOn(dateOfBirth.slice(0, 10), today) < under;
}

/** Age in whole years; dates as `2019-05-07`. A 29 February birthday falls on 1 March in other years, as in English law. */
export function ageOn(dateOfBirth: string, today: string): number {
  const years = Number(today.slice(0, 4)) - Number(dateOfBirth.slice(0, 4));
  return today.slice(5) < dateOfBirth.slice(5) ? years - 1 : years;
}

function withinService(organisation: Organisation | undefined, services: readonly (string | null)[]): boolean {
  const limited = organisation?.serviceLimit?.services;
  return limited === undefined || services.some((service) => service !== null && limited.includes(service));
}
