/** Gathers what a decision is made from and asks `#access`; the same for every page. */
import { narrowed, readReason, readRelationships, type Access, type AccessFacts } from "#access";
import type { AccessDecision, Actor } from "#decision";
import { readDoubted, readHeldApart, readPerson, readSuccessors, readWhereabouts, type SourcePatient } from "#identity";
import { readObjections, readOverride } from "#objections";
import { refuse, type Pool, type Refusal, type Session } from "#platform";
import type { SectionId } from "#standards";
import { purposeOf } from "../sign-in/index.ts";

/** A record that a reader has said is somebody else's: set apart until that is decided. */
export type DoubtedRecord = { sourcePatient: SourcePatient; reason: string; due: Date };

export type PersonAccess = {
  /** Without the records that are in doubt. */
  decision: AccessDecision;
  /** The same reader over the records in doubt: only what protects the person. */
  doubtful: AccessDecision;
  sourcePatients: readonly SourcePatient[];
  doubted: readonly DoubtedRecord[];
  heldApart: readonly { organisation: string; reason: string }[];
};

/**
 * What stays on screen of a record in doubt: should it be this person's after all,
 * an allergy, an alert or a decision on resuscitation must not have been missed.
 */
const PROTECTING: ReadonlySet<SectionId> = new Set<SectionId>(["allergies", "alerts", "end-of-life", "legal-information"]);

/** What the refused reader may still be told: who the source patients are stays here. */
export type PersonRefusal = { refusal: Refusal; sourcePatientIds: readonly string[] };

/** True where an objection, and nothing else, keeps this reader from the whole record. */
export const isClosedByObjection = (found: PersonAccess | PersonRefusal): boolean => "refusal" in found && found.refusal.code === "access.objection-upheld";

/** Decides for one professional and one person, for the purpose of the session, from the facts as they are now. `reached`: see `reachedBy`. */
export async function decideForPerson(pages: Pool, access: Access, reached: readonly string[], session: Session, actor: Actor, personId: string, now: Date): Promise<PersonAccess | PersonRefusal> {
  const known = await factsFor(pages, access, reached, actor, personId, now);
  if (known === null) return (await joinedWith(pages, personId)) ?? { refusal: noSuchPerson(), sourcePatientIds: [] };
  const decision = access.decide({ actor, purpose: purposeOf(session), assurance: session.assurance, launch: session.launch }, known.facts);
  return "refused" in decision ? { refusal: decision, sourcePatientIds: known.person.sourcePatients.map((each) => each.sourcePatientId) } : openedUnder(decision, known);
}

export const noSuchPerson = (): Refusal => refuse("not-found", "identity.no-person", "There is no such person in this record.");

/** What is known of a person that bears on access and on what is doubtful of them. */
export type KnownPerson = { readonly facts: AccessFacts } & Pick<NonNullable<Awaited<ReturnType<typeof gather>>>, "person" | "heldApart" | "doubts">;

/** The facts as they are now, as one professional's decision needs them; `null`: there is no such person. */
export async function factsFor(pages: Pool, access: Access, reached: readonly string[], actor: Actor, personId: string, now: Date): Promise<KnownPerson | null> {
  const gathered = await gather(pages, actor, reached, personId, now, access.offersVitalInterests);
  if (gathered === null) return null;
  const { person, heldApart, reason, objections, vitalInterests, relationships, doubts, whereabouts } = gathered;
  const facts: AccessFacts = {
    personId,
    sourcePatients: person.sourcePatients.map((each) => ({ sourcePatientId: each.sourcePatientId, organisation: each.organisation })),
    personDateOfBirth: person.sourcePatients.find((each) => each.dateOfBirth !== null)?.dateOfBirth ?? null,
    personNhsNumber: person.sourcePatients.find((each) => each.nhsNumber !== null)?.nhsNumber ?? null,
    relationships,
    reason,
    objections,
    vitalInterests,
    whereabouts,
    linksRevision: person.linksRevision,
    now,
  };
  return { facts, person, heldApart, doubts };
}

/** A decision with what stands apart of the record in doubt. */
export function openedUnder(decision: AccessDecision, { person, heldApart, doubts }: KnownPerson): PersonAccess {
  const doubted = doubts.flatMap(({ sourcePatientId, reason: why, due }) => person.sourcePatients.filter((each) => each.sourcePatientId === sourcePatientId).map((sourcePatient) => ({ sourcePatient, reason: why, due })));
  const inDoubt = doubted.map((each) => each.sourcePatient.sourcePatientId);
  const certain = person.sourcePatients.filter((each) => !inDoubt.includes(each.sourcePatientId));
  return {
    decision: inDoubt.length === 0 ? decision : narrowed(decision, { sourcePatientIds: certain.map((each) => each.sourcePatientId) }),
    doubtful: narrowed(decision, { sourcePatientIds: inDoubt, sections: PROTECTING }),
    // Of a source that an objection takes out nothing is told, not even the name and address that it has.
    sourcePatients: decision.askedNotToShare ? certain.filter((each) => decision.sourcePatientIds.includes(each.sourcePatientId)) : certain,
    doubted, heldApart,
  };
}

/** Where everyone of a person that is no more belongs to one other: joined. To several: nobody can say which is meant. */
async function joinedWith(pages: Pool, personId: string): Promise<PersonRefusal | null> {
  const [successor, ...more] = await readSuccessors(pages, personId);
  return successor === undefined || more.length > 0 ? null : { refusal: refuse("gone", "identity.joined", "This record was joined with another one of the same person.", { personId: successor }), sourcePatientIds: [] };
}

/** Source patients of persons as they were last seen here: a guess, never an answer. */
const lastSeen = new Map<string, readonly string[]>();
const MOST_SEEN = 10_000;
const isSame = (one: readonly string[], other: readonly string[]): boolean => one.length === other.length && one.every((id, index) => id === other[index]);

/**
 * In one step where the person is made of the source patients that they were made of
 * the last time, as the same snapshot says; in two otherwise. A step is a seventh of an opening.
 */
async function gather(pages: Pool, actor: Actor, reached: readonly string[], personId: string, now: Date, offersLife: boolean) {
  const guess = lastSeen.get(personId) ?? [];
  const [person, heldApart, doubts, reason, objections, vitalInterests, guessed] = await pages.snapshot((sql) => Promise.all([readPerson(sql, personId), readHeldApart(sql, personId), readDoubted(sql, personId), readReason(sql, personId, actor.id, actor.organisation, now), readObjections(sql, personId), offersLife ? readOverride(sql, personId, actor.id, actor.organisation, now) : null, readRelationships(sql, guess, reached)]));
  if (person === null) return null;
  const ids = person.sourcePatients.map((each) => each.sourcePatientId);
  if (lastSeen.size >= MOST_SEEN) lastSeen.clear();
  lastSeen.set(personId, ids);
  // Who may be a protected person is protected as long as the doubt stands.
  const isProtected = [...person.sourcePatients, ...heldApart].some((each) => each.protectedAddress === true);
  const isGuessed = isSame(guess, ids);
  if (isGuessed && !isProtected) return { person, heldApart, doubts, reason, objections, vitalInterests, relationships: guessed, whereabouts: null };
  const [relationships, whereabouts] = await pages.snapshot((sql) => Promise.all([isGuessed ? guessed : readRelationships(sql, ids, reached), isProtected ? readWhereabouts(sql, [...ids, ...heldApart.map((each) => each.sourcePatientId)]) : null]));
  return { person, heldApart, doubts, reason, objections, vitalInterests, relationships, whereabouts };
}
