/** Source patients as messages tell of them: taken, brought up to date, linked. */
import { uuidv7, type Sql } from "#platform";
import { keysOf, NO_KEYS, type CandidateKeys } from "./candidates.ts";
import { gatesOf, mayChangeLink, takeGates } from "./gates.ts";
import { linkAnew } from "./link-anew.ts";
import { keepApart, readApartFrom } from "./keep-apart.ts";
import { readJournal, relink } from "./links.ts";
import type { Matcher } from "./match/index.ts";
import { merged, stored } from "./merge-demographics.ts";
import { raiseReview } from "./reviews.ts";
import { lockSourcePatients } from "./rows.ts";
import { NO_DEMOGRAPHICS, type Demographics, type SourcePatient, verifiedNumber } from "./source-patient.ts";
import { wantTrace } from "./trace-list.ts";
import { insertSourcePatient, writeDemographics } from "./write-demographics.ts";

/** An assigned key never changes its source patient, so that it can be remembered for good. */
const known = new Map<string, string>();
const MOST_KNOWN = 200_000;

/** What a message says about one source patient. */
export type SourcePatientWord = { organisation: string; localId: string; feed: string; demographics: Demographics | null; at: Date; received: Date };
export type Taken = { sourcePatient: SourcePatient; isNew: boolean; relinked: boolean };

/** One word by itself; see `SourcePatientBook`. */
export async function takeSourcePatient(sql: Sql, matcher: Matcher | null, word: SourcePatientWord): Promise<Taken> {
  const book = await SourcePatientBook.open(sql, matcher, [word]);
  const taken = await book.take(word);
  await book.close();
  return taken;
}

/**
 * The source patients of one transaction: locked in one statement, so that
 * writers of one source patient take turns, and written back in one. A message
 * that says nothing new about who its patient is costs no statement of its own.
 */
export class SourcePatientBook {
  readonly #sql: Sql;
  readonly #matcher: Matcher | null;
  readonly #held = new Map<string, SourcePatient>();
  readonly #seen = new Map<string, { at: Date; received: Date }>();
  /** Gates that this transaction holds. */
  readonly #gates = new Set<string>();

  private constructor(sql: Sql, matcher: Matcher | null) {
    this.#sql = sql;
    this.#matcher = matcher;
  }

  /**
   * Locks those of the words' source patients that are known already, then the gates
   * of those whose links may change: each in the order of its ids, so that no two
   * books wait for one another (one batch in three met a deadlock before).
   * @param matcher compares details; `null`: verified numbers alone link
   */
  static async open(sql: Sql, matcher: Matcher | null, words: readonly (Pick<SourcePatientWord, "organisation" | "localId"> & { demographics?: Demographics | null; received?: Date })[]): Promise<SourcePatientBook> {
    const book = new SourcePatientBook(sql, matcher);
    const ids = [...new Set(words.map((word) => known.get(keyOf(word))).filter((id) => id !== undefined))].sort();
    for (const each of ids.length > 0 ? await lockSourcePatients(sql, ids) : []) book.#held.set(each.sourcePatientId, each);
    const deciding = words.filter((word) => word.demographics && mayChangeLink(book.#held.get(known.get(keyOf(word)) ?? "") ?? null, word.demographics));
    await book.#takeGates(deciding.flatMap((word) => gatesOf(word.demographics!)), words.at(-1)?.received ?? new Date());
    return book;
  }

  async #takeGates(gates: readonly string[], at: Date): Promise<void> {
    const wanted = gates.filter((each) => !this.#gates.has(each));
    // Noted at once: what is issued behind it in the same go does not ask again.
    for (const each of wanted) this.#gates.add(each);
    await takeGates(this.#sql, wanted, at);
  }

  /**
   * The source patient of an organisation's local id, made at its first message,
   * with its demographics brought up to date and its link decided. Older
   * demographics never overwrite newer ones, and silence deletes nothing.
   */
  async take(word: SourcePatientWord): Promise<Taken> {
    let { id, isNew } = await this.#idOf(word);
    let before = isNew ? null : (this.#held.get(id) ?? (await this.#lock(id)));
    if (before === null && !isNew) {
      // The remembered id was rolled back with the transaction that made it.
      known.delete(keyOf(word));
      ({ id, isNew } = await this.#idOf(word));
      before = isNew ? null : await this.#lock(id);
    }
    if (before === null) return this.#make(id, word);
    if (word.demographics === null || word.at < before.demographicsAt) return this.#seenOnly(before, before.demographicsAt, word.received);
    const next = merged(before, word.demographics);
    if (next === null) return this.#seenOnly(before, word.at, word.received);
    const after = stored(before, next, word.at, word.received);
    await writeDemographics(this.#sql, before, next, word.at, word.received, { before: this.#keys(before), now: this.#keys(after) });
    this.#held.set(id, after);
    return mayChangeLink(before, next) ? this.#link(after, false) : { sourcePatient: after, isNew: false, relinked: false };
  }

  /** A source says that one of its patients is another (A34, A40): the obsolete one is marked and follows the survivor. */
  async mergeAtSource(survivor: SourcePatient, obsolete: SourcePatient, at: Date): Promise<void> {
    if (survivor.sourcePatientId === obsolete.sourcePatientId) return;
    await this.#sql.query("update identity.source_patient set active = false, replaced_by = $2 where source_patient_id = $1", [obsolete.sourcePatientId, survivor.sourcePatientId]);
    this.#held.set(obsolete.sourcePatientId, { ...obsolete, active: false, replacedBy: survivor.sourcePatientId });
    if (await this.#isHeldApart(survivor, obsolete, "its source has merged the two, and somebody has held them apart", at)) return;
    this.#held.set(obsolete.sourcePatientId, { ...obsolete, active: false, replacedBy: survivor.sourcePatientId, personId: survivor.personId });
    await relink(this.#sql, { sourcePatientId: obsolete.sourcePatientId, from: obsolete.personId, to: survivor.personId, act: "source", reason: "merged by its source", evidence: [], actor: `system:${obsolete.feed}`, at });
  }

  /**
   * A source says that two of its patients are one person (A24), or that they are
   * not (A37): the link is its own word, the rows and numbers of both stay as they are.
   */
  async linkAtSource(first: SourcePatient, second: SourcePatient, isOne: boolean, at: Date): Promise<void> {
    const from = this.#held.get(second.sourcePatientId)?.personId ?? second.personId;
    const into = this.#held.get(first.sourcePatientId)?.personId ?? first.personId;
    if (isOne === (from === into)) return;
    if (isOne && (await this.#isHeldApart(first, second, "its source says that the two are one, and somebody has held them apart", at))) return;
    // Told apart again, it is the person that it was before it was joined.
    const last = isOne ? undefined : (await readJournal(this.#sql, [second.sourcePatientId])).at(-1);
    const to = isOne ? into : last?.kind === "source" && last.toPerson === from && last.fromPerson !== null ? last.fromPerson : uuidv7();
    const { journalId } = await relink(this.#sql, { sourcePatientId: second.sourcePatientId, from, to, act: "source", reason: isOne ? "linked by its source" : "said by its source to be two people", evidence: [], actor: `system:${second.feed}`, at });
    // Without this the next message would join by number or details what the source has just told apart.
    if (!isOne) await keepApart(this.#sql, [first], [second], { actId: journalId, kind: "split", at });
    this.#held.set(second.sourcePatientId, { ...second, personId: to });
  }

  /** True where a named person has held the two apart: a source's word does not undo that, it asks again. Of a sealed identity nothing is asked. */
  async #isHeldApart(one: SourcePatient, other: SourcePatient, reason: string, at: Date): Promise<boolean> {
    const why = one.sealed || other.sealed ? "sealed" : (await readApartFrom(this.#sql, other, [one])).get(one.sourcePatientId);
    if (why === undefined) return false;
    if (why !== "sealed") await raiseReview(this.#sql, other.sourcePatientId, { sourcePatientId: one.sourcePatientId, kind: "source-disputes", reason, evidence: [], weight: null }, at);
    return true;
  }

  /** Writes back when each was last heard of. */
  async close(): Promise<void> {
    if (this.#seen.size === 0) return;
    await this.#sql.query(
      `update identity.source_patient s set last_seen = greatest(s.last_seen, n.received), demographics_at = greatest(s.demographics_at, n.at)
       from unnest($1::uuid[], $2::timestamptz[], $3::timestamptz[]) as n(id, at, received) where s.source_patient_id = n.id`,
      [[...this.#seen.keys()], [...this.#seen.values()].map((each) => each.at), [...this.#seen.values()].map((each) => each.received)],
    );
  }

  async #idOf(word: SourcePatientWord): Promise<{ id: string; isNew: boolean }> {
    const key = keyOf(word);
    const remembered = known.get(key);
    if (remembered !== undefined) return { id: remembered, isNew: false };
    const fresh = uuidv7();
    const [, found] = await Promise.all([
      this.#sql.query("insert into identity.local_identifier (identifier_key, source_patient_id) values ($1, $2) on conflict do nothing", [key, fresh]),
      this.#sql.query<{ source_patient_id: string }>("select source_patient_id from identity.local_identifier where identifier_key = $1", [key]),
    ]);
    const id = found.rows[0]!.source_patient_id;
    if (known.size > MOST_KNOWN) known.clear();
    known.set(key, id);
    return { id, isNew: id === fresh };
  }

  async #lock(id: string): Promise<SourcePatient | null> {
    const [found] = await lockSourcePatients(this.#sql, [id]);
    if (found) this.#held.set(id, found);
    return found ?? null;
  }

  #seenOnly(before: SourcePatient, at: Date, received: Date): Taken {
    const earlier = this.#seen.get(before.sourcePatientId);
    this.#seen.set(before.sourcePatientId, { at: earlier && earlier.at > at ? earlier.at : at, received });
    const sourcePatient = { ...before, demographicsAt: at, lastSeen: received };
    this.#held.set(before.sourcePatientId, sourcePatient);
    return { sourcePatient, isNew: false, relinked: false };
  }

  async #make(id: string, word: SourcePatientWord): Promise<Taken> {
    const blank: SourcePatient = {
      ...NO_DEMOGRAPHICS, sourcePatientId: id, personId: uuidv7(), organisation: word.organisation, localId: word.localId, feed: word.feed, nhsNumber: null, status: "absent", dateOfBirth: null, active: true, replacedBy: null,
      tracedNumber: null, traceOutcome: null, sealed: false, demographicsAt: new Date(-8.64e15), firstSeen: word.received, lastSeen: word.received,
    };
    const made = word.demographics === null ? blank : stored(blank, word.demographics, word.at, word.received);
    // One go: the gates are held before the row is there, and whoever may be the same is read after both.
    const gates = this.#takeGates(word.demographics === null ? [] : gatesOf(made), made.lastSeen);
    const inserted = insertSourcePatient(this.#sql, made, word.demographics === null ? null : word.at, word.demographics === null ? NO_KEYS : this.#keys(made));
    this.#held.set(id, made);
    const linked = word.demographics === null ? { sourcePatient: made, isNew: true, relinked: false } : this.#link(made, true);
    const [taken] = await Promise.all([linked, gates, inserted]);
    return taken;
  }

  #keys(each: SourcePatient): CandidateKeys {
    return keysOf(this.#matcher, each);
  }

  /** Decides the link again and carries it out. */
  async #link(me: SourcePatient, isNew: boolean): Promise<Taken> {
    const isVerified = verifiedNumber(me) !== null;
    // The gates first: what is read behind them in the same go sees what others have committed until then.
    const gates = this.#takeGates(gatesOf(me), me.lastSeen);
    const [{ personId, decision }] = await Promise.all([linkAnew(this.#sql, this.#matcher, me, isNew), gates, isVerified ? undefined : wantTrace(this.#sql, me, me.lastSeen)]);
    // A verified number is traced once a person: to learn what PDS protects, and whether it is still theirs.
    if (isVerified && isNew && decision.personId === null) await wantTrace(this.#sql, me, me.lastSeen);
    const sourcePatient = { ...me, personId };
    this.#held.set(me.sourcePatientId, sourcePatient);
    return { sourcePatient, isNew, relinked: personId !== me.personId };
  }
}

const keyOf = (word: Pick<SourcePatientWord, "organisation" | "localId">): string => `${word.organisation}|${word.localId}`;
