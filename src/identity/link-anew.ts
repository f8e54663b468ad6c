/** Decides the link of one source patient from what is stored, and carries it out. */
import { uuidv7, type Sql } from "#platform";
import { keysOf, readAlike } from "./candidates.ts";
import { settleLink, type LinkDecision, type Standing } from "./decide-link.ts";
import { isSealedNumber, readApartFrom } from "./keep-apart.ts";
import { relink, type LinkKind } from "./links.ts";
import type { Matcher } from "./match/index.ts";
import { isDoubtful } from "./match-rung.ts";
import { readCurrentNumbers } from "./number-alias.ts";
import { lapseReviews, raiseReview, readOpenPartners } from "./reviews.ts";
import { lockSourcePatients, readMembers } from "./rows.ts";
import { verifiedNumber, type SourcePatient } from "./source-patient.ts";

/** Decides again where a source patient belongs and writes it: link, reviews raised, reviews that lost their ground. The caller holds its gates. */
export async function linkAnew(sql: Sql, matcher: Matcher | null, me: SourcePatient, isNew: boolean): Promise<{ personId: string; decision: LinkDecision }> {
  const linked = await settle(sql, matcher, me, isNew);
  await contest(sql, matcher, me, linked);
  return linked;
}

/**
 * Whoever else fits as well as those who came before contests their links by
 * details: the same people in another order would have been asked about, so they
 * are asked about now. That keeps the order of arrival from deciding who is whom.
 */
async function contest(sql: Sql, matcher: Matcher | null, me: SourcePatient, { personId, decision }: { personId: string; decision: LinkDecision }): Promise<void> {
  const persons = new Set(decision.review.filter((each) => each.weight !== null && each.personId !== personId).map((each) => each.personId));
  if (matcher === null || persons.size === 0) return;
  const members = await readMembers(sql, [...persons]);
  const contested = members.filter((each) => each.sourcePatientId !== me.sourcePatientId && !each.sealed && members.some((other) => other.personId === each.personId && other !== each) && isDoubtful(matcher, me, each));
  // One that goes to its own side may leave another between two: a second round sees that.
  for (let round = 0, moved = contested.length > 0; moved && round < 2; round++) {
    moved = false;
    for (const rival of await lockSourcePatients(sql, contested.map((each) => each.sourcePatientId))) {
      const { personId: now } = await settle(sql, matcher, { ...rival, lastSeen: me.lastSeen }, false);
      if (now !== rival.personId) moved = true;
    }
  }
}

async function settle(sql: Sql, matcher: Matcher | null, me: SourcePatient, isNew: boolean): Promise<{ personId: string; decision: LinkDecision }> {
  const numbers = [...new Set([me.nhsNumber, verifiedNumber(me)].filter((each) => each !== null))];
  const others = await readAlike(sql, matcher, { keys: keysOf(matcher, me).keys, numbers, own: isNew ? null : me.personId, but: me.sourcePatientId });
  const company = others.filter((each) => each.personId === me.personId);
  const all = [...new Set([...numbers, ...others.flatMap((each) => [each.nhsNumber, each.tracedNumber])])].filter((each): each is string => each !== null && each !== undefined);
  const [aliases, apart, isSealed, mine] = await Promise.all([all.length === 0 ? new Map<string, string>() : readCurrentNumbers(sql, all), readApartFrom(sql, me, others), me.sealed ? false : isSealedNumber(sql, me.nhsNumber), isNew || company.length === 0 ? ("first" as const) : readLinkKind(sql, me)]);
  const current = (number: string): string => aliases.get(number) ?? number;
  if (isSealed) return seal(sql, me, company.length > 0);
  const decision = settleLink({ me, others, apart, current, matcher }, { kind: standingKind(me, mine, company), company });
  for (const each of decision.review) await raiseReview(sql, me.sourcePatientId, each, me.lastSeen);
  if (!isNew) await lapseGroundless(sql, matcher, me, decision, current);
  const target = decision.stays ? me.personId : (decision.personId ?? uuidv7());
  if (target !== me.personId) {
    await relink(sql, { sourcePatientId: me.sourcePatientId, from: me.personId, to: target, act: decision.by ?? "apart", reason: decision.reason, evidence: decision.evidence, weight: decision.weight, actor: "system:identity", at: me.lastSeen });
  }
  return { personId: target, decision };
}

/** Doubts about a source patient that its pair by itself no longer gives, now that it says something else. */
async function lapseGroundless(sql: Sql, matcher: Matcher | null, me: SourcePatient, decision: LinkDecision, current: (nhsNumber: string) => string): Promise<void> {
  const others = await readOpenPartners(sql, me.sourcePatientId);
  const raised = new Set(decision.review.map((each) => each.sourcePatientId));
  const gone = others.filter((other) => !raised.has(other.sourcePatientId) && !isDoubtful(matcher, me, other, current));
  if (gone.length > 0) await lapseReviews(sql, me.sourcePatientId, gone.map((each) => each.sourcePatientId), me.lastSeen);
}

/** A former identity's number came back: whoever bears it is found and linked by nobody, and leaves whom it was linked to. */
async function seal(sql: Sql, me: SourcePatient, hasCompany: boolean): Promise<{ personId: string; decision: LinkDecision }> {
  const personId = hasCompany ? uuidv7() : me.personId;
  await Promise.all([
    sql.query("update identity.source_patient set sealed = true where source_patient_id = $1", [me.sourcePatientId]),
    sql.query("update identity.review set state = 'lapsed', decided_at = $2, decision_reason = 'sealed' where state = 'open' and (source_patient_id = $1 or other_source_patient_id = $1)", [me.sourcePatientId, me.lastSeen]),
  ]);
  const reason = "a sealed identity";
  if (hasCompany) await relink(sql, { sourcePatientId: me.sourcePatientId, from: me.personId, to: personId, act: "apart", reason, evidence: [], actor: "system:identity", at: me.lastSeen });
  return { personId, decision: { personId: null, by: null, reason, evidence: [], weight: null, review: [] } };
}

async function readLinkKind(sql: Sql, me: SourcePatient): Promise<LinkKind> {
  const { rows } = await sql.query<{ kind: LinkKind }>("select kind from identity.link where person_id = $1 and source_patient_id = $2", [me.personId, me.sourcePatientId]);
  return rows[0]?.kind ?? "first";
}

/** The first of a person has no kind of its own: it stands by what the others were linked to it by. A source's merge holds for both its patients. */
function standingKind(me: SourcePatient, mine: LinkKind, company: readonly (SourcePatient & { linkKind: string })[]): Standing["kind"] {
  if (me.replacedBy !== null || company.some((each) => each.replacedBy === me.sourcePatientId)) return "source";
  if (mine !== "first") return mine;
  return (["person", "match", "number"] as const).find((kind) => company.some((each) => each.linkKind === kind)) ?? "first";
}
