/** Gathers what a decision is made from and asks `#access`; the same for every page. */
import { readReason, readRelationships, type Access, type AccessFacts } from "#access";
import type { AccessDecision, Actor } from "#decision";
import { readHeldApart, readPerson, type SourcePatient } from "#identity";
import { readObjections } from "#objections";
import { refuse, type Pool, type Refusal, type Session } from "#platform";

export type PersonAccess = {
  decision: AccessDecision;
  sourcePatients: readonly SourcePatient[];
  heldApart: readonly { organisation: string; reason: string }[];
};

/** What the refused reader may still be told: who the source patients are stays here. */
export type PersonRefusal = { refusal: Refusal; sourcePatientIds: readonly string[] };

/** Decides for one professional and one person, for direct care, from the facts as they are now. */
export async function decideForPerson(pages: Pool, access: Access, session: Session, actor: Actor, personId: string, now: Date): Promise<PersonAccess | PersonRefusal> {
  const missing: PersonRefusal = { refusal: refuse("not-found", "identity.no-person", "There is no such person in this record."), sourcePatientIds: [] };
  const [person, heldApart, reason, objections] = await Promise.all([
    readPerson(pages, personId), readHeldApart(pages, personId), readReason(pages as never, personId, actor.id, actor.organisation, now), readObjections(pages, personId),
  ]);
  if (person === null) return missing;
  const sourcePatientIds = person.sourcePatients.map((each) => each.sourcePatientId);
  const facts: AccessFacts = {
    personId,
    sourcePatients: person.sourcePatients.map((each) => ({ sourcePatientId: each.sourcePatientId, organisation: each.organisation })),
    personDateOfBirth: person.sourcePatients.find((each) => each.dateOfBirth !== null)?.dateOfBirth ?? null,
    personNhsNumber: person.sourcePatients.find((each) => each.nhsNumber !== null)?.nhsNumber ?? null,
    relationships: await readRelationships(pages as never, sourcePatientIds),
    reason,
    objections,
    linksRevision: person.linksRevision,
    now,
  };
  const decision = access.decide({ actor, purpose: "direct-care", assurance: session.assurance, launch: session.launch }, facts);
  if ("refused" in decision) return { refusal: decision, sourcePatientIds };
  return { decision, sourcePatients: person.sourcePatients, heldApart };
}
