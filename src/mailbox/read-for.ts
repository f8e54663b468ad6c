/** What of a delivery its recipient may have: the same decision and the same read as the record's pages, for the organisation's role. */
import { reachedBy, readRelationships, type Access, type AccessFacts } from "#access";
import { may, type AccessDecision } from "#decision";
import type { Region } from "#governance";
import { readDoubted, readHeldApart, readPerson, readPersonsOf, readWhereabouts, type SourcePatient } from "#identity";
import { readObjections } from "#objections";
import { isRefusal, refuse, type Pool, type Refusal } from "#platform";
import { openRecord, readItem, resourceId, type StoredItem } from "#record";
import type { Transmission } from "./store.ts";

export type Readable = { decision: AccessDecision; item: StoredItem; sourcePatient: SourcePatient };

/**
 * Decides for the organisation and reads the document. Refuses where an objection, a
 * missing registration, an agreement or a label keeps it from the organisation, with
 * the code of the policy; `mailbox.not-visible` where the decision holds but not for this document.
 */
export async function readFor(intake: Pool, region: Region, access: Access, of: Pick<Transmission, "sourcePatientId" | "resourceKey" | "recipient">, role: string, now: Date): Promise<Readable | Refusal> {
  const gone = refuse("gone", "mailbox.no-person", "The person of this delivery is no longer here.");
  const personId = (await readPersonsOf(intake, [of.sourcePatientId])).get(of.sourcePatientId);
  const person = personId === undefined ? null : await readPerson(intake, personId);
  if (person === null) return gone;
  // A record that is said to be somebody else's goes to nobody until that is decided.
  const doubted = (await readDoubted(intake, person.personId)).map((each) => each.sourcePatientId);
  const sourcePatients = person.sourcePatients.filter((each) => !doubted.includes(each.sourcePatientId));
  const heldApart = await readHeldApart(intake, person.personId);
  const isProtected = [...person.sourcePatients, ...heldApart].some((each) => each.protectedAddress === true);
  const whereabouts = isProtected ? await readWhereabouts(intake, [...person.sourcePatients, ...heldApart].map((each) => each.sourcePatientId)) : null;
  const [objections, relationships] = await Promise.all([readObjections(intake, person.personId), readRelationships(intake, sourcePatients.map((each) => each.sourcePatientId), reachedBy(region, of.recipient))]);
  const facts: AccessFacts = {
    personId: person.personId,
    sourcePatients: sourcePatients.map((each) => ({ sourcePatientId: each.sourcePatientId, organisation: each.organisation })),
    personDateOfBirth: sourcePatients.find((each) => each.dateOfBirth !== null)?.dateOfBirth ?? null,
    personNhsNumber: sourcePatients.find((each) => each.nhsNumber !== null)?.nhsNumber ?? null,
    relationships, reason: null, objections, whereabouts, linksRevision: person.linksRevision, now,
  };
  const decision = access.decideDelivery({ organisation: of.recipient, role }, facts);
  if (isRefusal(decision)) return decision;
  const hidden = refuse("forbidden", "mailbox.not-visible", "The recipient's role may not see this document.", { policy: decision.policy });
  // A document cannot be cleaned of where the person is: it goes to roles that may know it, or to none.
  if (!may(decision, "view") || decision.hiddenWhereabouts !== null) return hidden;
  const item = await openRecord(intake, decision, (sql) => readItem(sql, decision, resourceId(of.sourcePatientId, of.resourceKey)));
  return isRefusal(item) ? hidden : { decision, item, sourcePatient: sourcePatients.find((each) => each.sourcePatientId === of.sourcePatientId)! };
}
