/**
 * What named people do to identities: merge, split, undo, and the decision on a
 * doubt. Each is made of `relink`, stands in the journal under one act, and can
 * be taken back exactly.
 */
import { refuse, uuidv7, type Refusal, type Sql } from "#platform";
import { gatesOf, takeGates } from "./gates.ts";
import { keepApart, letTogether, readApartFrom, sealNumbers } from "./keep-apart.ts";
import { linkAfter, readAct, readJournal, relink, type JournalEntry } from "./links.ts";
import { forgetFormer } from "./forget-former.ts";
import type { Matcher } from "./match/index.ts";
import { raiseReview, readReview, type Review } from "./reviews.ts";
import { lockSourcePatients, readMembers } from "./rows.ts";
import { verifiedNumber, type SourcePatient } from "./source-patient.ts";

/** Who acts, when, and why: the reason stands in the journal and is shown. */
export type By = { actor: string; reason: string; at: Date };

const notFound = (): Refusal => refuse("not-found", "identity.no-person", "There is no such person in this record.");
const meanwhile = (): Refusal => refuse("conflict", "identity.changed-meanwhile", "Who belongs to whom has changed meanwhile. Look again before deciding.");

/** Joins two persons: everyone of `from` is linked to `into`. */
export async function mergePersons(sql: Sql, ask: By & { from: string; into: string }): Promise<{ actId: string } | Refusal> {
  const [movers, company] = await lockPersons(sql, ask.from, ask.into);
  if (movers.length === 0 || company.length === 0 || ask.from === ask.into) return notFound();
  for (const each of movers) if ([...(await readApartFrom(sql, each, company)).values()].includes("sealed")) return notFound();
  const actId = uuidv7();
  for (const each of movers) await relink(sql, { sourcePatientId: each.sourcePatientId, from: ask.from, to: ask.into, act: "merge", reason: ask.reason, evidence: [], actor: ask.actor, at: ask.at, actId });
  return { actId };
}

/** Returns some source patients of a person to an owner of their own, and keeps them apart from the others from then on. */
export async function splitPerson(sql: Sql, ask: By & { personId: string; apart: readonly string[] }): Promise<{ actId: string; personId: string } | Refusal> {
  const [members] = await lockPersons(sql, ask.personId, null);
  const movers = members.filter((each) => ask.apart.includes(each.sourcePatientId));
  const others = members.filter((each) => !ask.apart.includes(each.sourcePatientId));
  if (members.length === 0) return notFound();
  if (movers.length !== new Set(ask.apart).size) return meanwhile();
  if (movers.length === 0 || others.length === 0) return refuse("invalid", "identity.nothing-to-split", "Choose at least one record to take out, and leave at least one.", { field: "apart" });
  const [actId, personId] = [uuidv7(), uuidv7()];
  for (const each of movers) await relink(sql, { sourcePatientId: each.sourcePatientId, from: ask.personId, to: personId, act: "split", reason: ask.reason, evidence: [], actor: ask.actor, at: ask.at, actId });
  await keepApart(sql, movers, others, { actId, kind: "split", at: ask.at });
  return { actId, personId };
}

/**
 * Takes an act back: every source patient that it moved goes where it was, with the
 * link as it stood. Refused where a later act moved one of them again: that one is
 * taken back first. What the product had linked by itself is kept apart from then
 * on, or the next message would link it again.
 */
export async function undoAct(sql: Sql, ask: By & { actId: string }): Promise<{ actId: string } | Refusal> {
  const entries = await readAct(sql, ask.actId);
  if (entries.length === 0) return refuse("not-found", "identity.no-act", "There is no such act in the journal.");
  if (entries.some((each) => each.fromPerson === null)) return refuse("invalid", "identity.first-link", "A record's first link cannot be taken back: there is nothing before it.");
  if (entries.some((each) => each.undoes !== null)) return refuse("invalid", "identity.undo-of-undo", "This took another act back. Do that act again instead.");
  const ids = entries.map((each) => each.sourcePatientId);
  const locked = new Map((await lockSourcePatients(sql, ids)).map((each) => [each.sourcePatientId, each]));
  await takeGates(sql, [...locked.values()].flatMap(gatesOf), ask.at);
  const journals = Map.groupBy(await readJournal(sql, ids), (each) => each.sourcePatientId);
  for (const entry of entries) if (standing(journals.get(entry.sourcePatientId)!)?.journalId !== entry.journalId) return refuse("conflict", "identity.moved-since", "One of these records was moved again since. Take that back first.", { sourcePatientId: entry.sourcePatientId });
  const actId = uuidv7();
  for (const entry of entries.toReversed()) {
    const journal = journals.get(entry.sourcePatientId)!;
    const before = linkAfter(journal, journal.findIndex((each) => each.journalId === entry.journalId) - 1);
    await relink(sql, { sourcePatientId: entry.sourcePatientId, from: entry.toPerson, to: before.personId, act: "undo", reason: ask.reason, evidence: [], actor: ask.actor, at: ask.at, actId, undoes: entry.journalId, link: before });
    if (entry.kind === "source") await sql.query("update identity.source_patient set active = true, replaced_by = null where source_patient_id = $1", [entry.sourcePatientId]);
  }
  await letTogether(sql, ask.actId);
  await reopen(sql, ask.actId);
  const automatic = entries.filter((each) => each.kind === "number" || each.kind === "match");
  for (const each of automatic) await keepApart(sql, [locked.get(each.sourcePatientId)!], (await readMembers(sql, [each.toPerson])).filter((other) => other.sourcePatientId !== each.sourcePatientId), { actId, kind: "reviewed", at: ask.at });
  return { actId };
}

/** The last entry of a journal that still stands: what was taken back, and the taking back, fall out. */
function standing(journal: readonly JournalEntry[]): JournalEntry | undefined {
  const undone = new Set(journal.flatMap((each) => each.undoes ?? []));
  return journal.findLast((each) => each.undoes === null && !undone.has(each.journalId));
}

/**
 * Why joining these two wants a second person; `null`: one is enough.
 * @param company everyone linked to either side's person, since joining joins them all
 */
export function riskOf(review: Pick<Review, "one" | "other" | "kind" | "evidence">, company: readonly Pick<SourcePatient, "personId" | "nhsNumber" | "status" | "tracedNumber" | "traceOutcome" | "dateOfBirth" | "protectedAddress">[] = []): string | null {
  const differs = (field: string): boolean => review.evidence.some((each) => each.field === field && each.verdict === "differs");
  if (review.kind === "number-conflict") return "the NHS number is in conflict";
  if (review.kind === "source-disputes") return "somebody has held the two apart before";
  if (review.kind === "two-numbers") return "each has an NHS number of its own";
  if (review.one.protectedAddress || review.other.protectedAddress) return "a person's whereabouts are protected";
  if (review.one.deceased !== review.other.deceased) return "one is recorded as dead, the other is not";
  if (differs("date of birth") || (review.one.dateOfBirth !== null && review.other.dateOfBirth !== null && review.one.dateOfBirth !== review.other.dateOfBirth)) return "the dates of birth differ";
  const ofPerson = (side: SourcePatient, value: (each: (typeof company)[number]) => string | null): string[] => company.filter((each) => each.personId === side.personId).flatMap((each) => value(each) ?? []);
  const apart = (value: (each: (typeof company)[number]) => string | null): boolean => {
    const [mine, theirs] = [ofPerson(review.one, value), ofPerson(review.other, value)];
    return review.one.personId !== review.other.personId && mine.length > 0 && theirs.length > 0 && !mine.some((each) => theirs.includes(each));
  };
  if (apart(verifiedNumber)) return "records linked to each side carry different NHS numbers";
  if (apart((each) => each.dateOfBirth)) return "records linked to each side have different dates of birth";
  if (company.some((each) => each.protectedAddress === true)) return "a person's whereabouts are protected";
  if (differs("sex") || (review.one.sex !== null && review.other.sex !== null && review.one.sex !== review.other.sex)) return "the sex differs";
  return null;
}

export type Decided = { state: "proposed" | "linked" | "apart"; actId: string | null };

/**
 * Decides a doubt. `link` joins the two persons (for a risky pair after a second
 * person has said the same); `apart` keeps the pair apart for good, and takes out
 * of the record a source patient that a reader said is not the same person.
 */
export async function decideReview(sql: Sql, ask: By & { one: string; other: string; what: "link" | "apart" }): Promise<Decided | Refusal> {
  await lockSourcePatients(sql, [ask.one, ask.other]);
  const review = await readReview(sql, ask.one, ask.other);
  if (review === null) return refuse("not-found", "identity.no-review", "There is no such doubt on the list.");
  if (review.state !== "open") return refuse("conflict", "identity.decided-already", "Somebody has decided this already.", { state: review.state });
  const company = (await readMembers(sql, [review.one.personId, review.other.personId])).filter((each) => !each.sealed);
  const risk = ask.what === "link" ? riskOf(review, company) : null;
  if (risk !== null && (review.proposed === null || review.proposed.what !== "link")) {
    await sql.query("update identity.review set proposed = 'link', proposed_by = $3, proposed_at = $4 where source_patient_id = $1 and other_source_patient_id = $2", [review.one.sourcePatientId, review.other.sourcePatientId, ask.actor, ask.at]);
    return { state: "proposed", actId: null };
  }
  if (risk !== null && review.proposed?.by === ask.actor) return refuse("forbidden", "identity.second-person", `A second person must agree, since ${risk}.`, { risk });
  const done = await carryOut(sql, review, ask);
  if ("kind" in done) return done;
  const state = ask.what === "link" ? "linked" : "apart";
  await sql.query(
    "update identity.review set state = $3, decided_by = $4, decided_at = $5, decision_reason = $6, act_id = $7 where source_patient_id = $1 and other_source_patient_id = $2",
    [review.one.sourcePatientId, review.other.sourcePatientId, state, ask.actor, ask.at, ask.reason, done.actId],
  );
  return { state, actId: done.actId };
}

async function carryOut(sql: Sql, review: Review, ask: By & { what: "link" | "apart" }): Promise<{ actId: string | null } | Refusal> {
  const { one, other } = review;
  if (ask.what === "link") return one.personId === other.personId ? { actId: null } : mergePersons(sql, { ...ask, from: other.personId, into: one.personId });
  if (one.personId === other.personId) return splitPerson(sql, { ...ask, personId: one.personId, apart: [review.doubted ?? other.sourcePatientId] });
  const actId = uuidv7();
  await keepApart(sql, [one], [other], { actId, kind: "reviewed", at: ask.at });
  return { actId };
}

/**
 * A reader of the record says that one source's patient is not this person. It is
 * set apart at once by the doubt itself (`readDoubted`) and stays linked until
 * somebody has looked: what protects the person stays on screen, marked doubtful.
 */
export async function sayNotSame(sql: Sql, ask: By & { personId: string; sourcePatientId: string }): Promise<{ due: Date } | Refusal> {
  const [members] = await lockPersons(sql, ask.personId, null);
  const doubted = members.find((each) => each.sourcePatientId === ask.sourcePatientId);
  const other = members.find((each) => each.sourcePatientId !== ask.sourcePatientId);
  if (doubted === undefined) return notFound();
  if (other === undefined) return refuse("invalid", "identity.only-source", "This is the only organisation that knows this person here. Tell that organisation that its record is of somebody else.");
  await raiseReview(sql, doubted.sourcePatientId, { sourcePatientId: other.sourcePatientId, kind: "said-not-same", reason: ask.reason, evidence: [], weight: null }, ask.at, doubted.sourcePatientId);
  const review = await readReview(sql, doubted.sourcePatientId, other.sourcePatientId);
  return { due: review!.due };
}

/**
 * Seals a former identity (adoption, change of gender): its source patients leave
 * the person, are found, linked and shown by nobody from then on, whoever sends
 * its numbers is sealed with it, and the pair is on the list of those never to be
 * linked. What sources of the present one said before, or gave as another name, goes
 * where it says the former one. Not taken back by `undoAct`.
 */
export async function sealFormerIdentity(sql: Sql, ask: By & { former: readonly string[]; presentPersonId: string }, matcher: Matcher | null = null): Promise<{ actId: string } | Refusal> {
  const former = await lockSourcePatients(sql, ask.former);
  const present = (await readMembers(sql, [ask.presentPersonId])).filter((each) => !ask.former.includes(each.sourcePatientId));
  if (former.length === 0 || former.length !== new Set(ask.former).size || present.length === 0) return notFound();
  const numbers = former.flatMap((each) => each.nhsNumber ?? []);
  if (present.some((each) => each.nhsNumber !== null && numbers.includes(each.nhsNumber))) return refuse("conflict", "identity.same-number", "The former and the present identity carry the same NHS number. Wait until the new number has reached every source of the present one.");
  const [actId, personId] = [uuidv7(), uuidv7()];
  for (const each of former) {
    await relink(sql, { sourcePatientId: each.sourcePatientId, from: each.personId, to: personId, act: "split", reason: "sealed", evidence: [], actor: ask.actor, at: ask.at, actId });
    await sql.query("delete from identity.candidate_key where source_patient_id = $1", [each.sourcePatientId]);
  }
  await Promise.all([
    sql.query("update identity.source_patient set sealed = true where source_patient_id = any($1::uuid[])", [[...ask.former]]),
    sql.query("update identity.review set state = 'lapsed', decided_at = $2, decision_reason = 'sealed' where state = 'open' and (source_patient_id = any($1::uuid[]) or other_source_patient_id = any($1::uuid[]))", [[...ask.former], ask.at]),
    keepApart(sql, former, present, { actId, kind: "sealed", at: ask.at }),
    sealNumbers(sql, numbers, actId, ask.at),
    forgetFormer(sql, matcher, former, present),
  ]);
  return { actId };
}

/** Doubts that an act had settled stand open again. */
async function reopen(sql: Sql, actId: string): Promise<void> {
  await sql.query("update identity.review set state = 'open', proposed = null, proposed_by = null, proposed_at = null, decided_by = null, decided_at = null, decision_reason = null, act_id = null where act_id = $1", [actId]);
}

/** Everyone of one or two persons, locked, with the gates under which others would link to them. */
async function lockPersons(sql: Sql, one: string, other: string | null): Promise<[SourcePatient[], SourcePatient[]]> {
  const ids = (await readMembers(sql, other === null ? [one] : [one, other])).map((each) => each.sourcePatientId);
  const locked = await lockSourcePatients(sql, ids);
  await takeGates(sql, locked.flatMap(gatesOf), new Date());
  const open = locked.filter((each) => !each.sealed);
  return [open.filter((each) => each.personId === one), open.filter((each) => each.personId === other)];
}
