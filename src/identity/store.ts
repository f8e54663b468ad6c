import { isUuid, uuidv7, type Sql } from "#platform";
import { fold } from "#standards";
import { decideLink, type Evidence, type LinkDecision } from "./decide-link.ts";
import { linkingBirthDate, NO_DEMOGRAPHICS, numberOf, type Demographics, type NumberStatus, type SourcePatient } from "./source-patient.ts";

type Row = {
  source_patient_id: string; organisation: string; local_id: string; feed: string; person_id: string; nhs_number: string | null; nhs_number_text: string | null; nhs_number_status: string;
  family: string | null; given: string | null; title: string | null; preferred_name: string | null; date_of_birth: string | null; birth_text: string | null; sex: string | null; deceased: boolean;
  date_of_death: string | null; address: string[]; postcode: string | null; phone: string | null; email: string | null; gp_practice: string | null; language: string | null; interpreter: boolean | null;
  protected_address: boolean; active: boolean; replaced_by: string | null; demographics_at: Date; first_seen: Date; last_seen: Date;
};

function toSourcePatient(row: Row): SourcePatient {
  return {
    sourcePatientId: row.source_patient_id, personId: row.person_id, organisation: row.organisation, localId: row.local_id, feed: row.feed, nhsNumber: row.nhs_number,
    nhsNumberText: row.nhs_number_text, nhsNumberStatus: row.nhs_number_status, status: row.nhs_number_status as NumberStatus, family: row.family, given: row.given, title: row.title,
    preferredName: row.preferred_name, birthDate: row.birth_text, dateOfBirth: row.date_of_birth, sex: row.sex, deceased: row.deceased, dateOfDeath: row.date_of_death, address: row.address,
    postcode: row.postcode, phone: row.phone, email: row.email, gpPractice: row.gp_practice, language: row.language, interpreter: row.interpreter, protectedAddress: row.protected_address,
    active: row.active, replacedBy: row.replaced_by, demographicsAt: row.demographics_at, firstSeen: row.first_seen, lastSeen: row.last_seen,
  };
}

/** An assigned key never changes its source patient, so that it can be remembered for good. */
const known = new Map<string, string>();
const MOST_KNOWN = 200_000;

/** What a message says about one source patient. */
export type SourcePatientWord = { organisation: string; localId: string; feed: string; demographics: Demographics | null; at: Date; received: Date };
export type Taken = { sourcePatient: SourcePatient; isNew: boolean; relinked: boolean };

/** One word by itself; see `SourcePatientBook`. */
export async function takeSourcePatient(sql: Sql, word: SourcePatientWord): Promise<Taken> {
  const book = await SourcePatientBook.open(sql, [word]);
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
  readonly #held = new Map<string, SourcePatient>();
  readonly #seen = new Map<string, { at: Date; received: Date }>();
  /** NHS numbers whose gates this transaction holds. */
  readonly #gates = new Set<string>();

  private constructor(sql: Sql) {
    this.#sql = sql;
  }

  /**
   * Locks those of the words' source patients that are known already, then the gates
   * of the NHS numbers whose links may change: each in the order of its ids, so that
   * no two books wait for one another (one batch in three met a deadlock before).
   */
  static async open(sql: Sql, words: readonly (Pick<SourcePatientWord, "organisation" | "localId"> & { demographics?: Demographics | null; received?: Date })[]): Promise<SourcePatientBook> {
    const book = new SourcePatientBook(sql);
    const ids = [...new Set(words.map((word) => known.get(keyOf(word))).filter((id) => id !== undefined))].sort();
    for (const each of ids.length > 0 ? await lockSourcePatients(sql, ids) : []) book.#held.set(each.sourcePatientId, each);
    const numbers = words.flatMap((word) => book.#numberToDecide(word)).sort();
    if (numbers.length > 0) await takeGates(sql, [...new Set(numbers)], words.at(-1)?.received ?? new Date());
    for (const number of numbers) book.#gates.add(number);
    return book;
  }

  /** The number whose links a word may change: of a source patient that is new here, or that says something else than before. */
  #numberToDecide(word: Pick<SourcePatientWord, "organisation" | "localId"> & { demographics?: Demographics | null }): string[] {
    if (!word.demographics) return [];
    const { nhsNumber, status } = numberOf(word.demographics);
    if (nhsNumber === null) return [];
    const held = this.#held.get(known.get(keyOf(word)) ?? "");
    const isAsBefore = held !== undefined && held.nhsNumber === nhsNumber && held.status === status && held.birthDate === word.demographics.birthDate && held.sex === word.demographics.sex;
    return isAsBefore ? [] : [nhsNumber];
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
    await writeDemographics(this.#sql, id, next, word.at, word.received, before);
    const after = stored(before, next, word);
    this.#held.set(id, after);
    const matters = before.nhsNumber !== after.nhsNumber || before.status !== after.status || before.birthDate !== after.birthDate || before.sex !== after.sex;
    return matters ? this.#link(after, false, false) : { sourcePatient: after, isNew: false, relinked: false };
  }

  /** A source says that one of its patients is another (A34, A40): the obsolete one is marked and follows the survivor. */
  async mergeAtSource(survivor: SourcePatient, obsolete: SourcePatient, at: Date): Promise<void> {
    if (survivor.sourcePatientId === obsolete.sourcePatientId) return;
    await this.#sql.query("update identity.source_patient set active = false, replaced_by = $2 where source_patient_id = $1", [obsolete.sourcePatientId, survivor.sourcePatientId]);
    this.#held.set(obsolete.sourcePatientId, { ...obsolete, active: false, replacedBy: survivor.sourcePatientId, personId: survivor.personId });
    if (survivor.personId !== obsolete.personId) {
      await relink(this.#sql, { sourcePatientId: obsolete.sourcePatientId, from: obsolete.personId, to: survivor.personId, reason: "merged by its source", evidence: [], actor: `system:${obsolete.feed}`, at });
    }
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
    const personId = uuidv7();
    await insertSourcePatient(this.#sql, id, personId, word);
    const blank: SourcePatient = {
      ...NO_DEMOGRAPHICS, sourcePatientId: id, personId, organisation: word.organisation, localId: word.localId, feed: word.feed, nhsNumber: null, status: "absent", dateOfBirth: null, active: true, replacedBy: null,
      demographicsAt: new Date(-8.64e15), firstSeen: word.received, lastSeen: word.received,
    };
    const made = word.demographics === null ? blank : stored(blank, word.demographics, word);
    this.#held.set(id, made);
    return this.#link(made, true, true);
  }

  /** Decides the link again and carries it out. */
  async #link(me: SourcePatient, isNew: boolean, first: boolean): Promise<Taken> {
    const personId = await linkAnew(this.#sql, me, first, this.#gates);
    const sourcePatient = { ...me, personId };
    this.#held.set(me.sourcePatientId, sourcePatient);
    return { sourcePatient, isNew, relinked: personId !== me.personId };
  }
}

const keyOf = (word: Pick<SourcePatientWord, "organisation" | "localId">): string => `${word.organisation}|${word.localId}`;

/** What is stored after `d` was written. */
function stored(before: SourcePatient, d: Demographics, word: SourcePatientWord): SourcePatient {
  const { nhsNumber, status } = numberOf(d);
  return { ...before, ...d, nhsNumber, status, nhsNumberStatus: status, dateOfBirth: linkingBirthDate(d.birthDate), demographicsAt: word.at, lastSeen: word.received };
}

/** The demographics after a message; `null` where it says nothing new. A field that it does not carry keeps its value. */
function merged(before: SourcePatient, said: Demographics): Demographics | null {
  const next: Record<string, unknown> = { ...NO_DEMOGRAPHICS };
  let changed = false;
  for (const name of Object.keys(NO_DEMOGRAPHICS) as (keyof Demographics)[]) {
    const [mine, theirs] = [before[name], said[name]];
    const says = Array.isArray(theirs) ? theirs.length > 0 : theirs !== null && theirs !== "";
    next[name] = says ? theirs : mine;
    if (says && name !== "nhsNumberStatus" && (Array.isArray(theirs) ? theirs.join("\n") !== (mine as readonly string[]).join("\n") : theirs !== mine)) changed = true;
  }
  // Who is said to be alive has no date of death.
  if (said.deceased === false && next["dateOfDeath"] !== null) [next["dateOfDeath"], changed] = [null, true];
  // A number without a status keeps the status of the same number; another number starts unverified.
  const sameNumber = said.nhsNumberText === null || said.nhsNumberText === before.nhsNumberText;
  next["nhsNumberStatus"] = said.nhsNumberStatus ?? (sameNumber ? before.nhsNumberStatus : null);
  return changed || numberOf(next as Demographics).status !== before.status ? (next as Demographics) : null;
}

async function lockSourcePatients(sql: Sql, ids: readonly string[]): Promise<SourcePatient[]> {
  const { rows } = await sql.query<Row>("select * from identity.source_patient where source_patient_id = any($1::uuid[]) order by source_patient_id for update", [ids]);
  return rows.map(toSourcePatient);
}

async function insertSourcePatient(sql: Sql, id: string, personId: string, from: SourcePatientWord): Promise<void> {
  await Promise.all([
    sql.query(
      `insert into identity.source_patient (source_patient_id, organisation, local_id, feed, person_id, nhs_number_status, demographics_at, first_seen, last_seen)
       values ($1, $2, $3, $4, $5, 'absent', '-infinity', $6, $6)`,
      [id, from.organisation, from.localId, from.feed, personId, from.received],
    ),
    sql.query("insert into identity.link (person_id, source_patient_id, linked_at, reason) values ($1, $2, $3, 'first message')", [personId, id, from.received]),
    sql.query(
      "insert into identity.relink_journal (source_patient_id, journal_id, from_person, to_person, reason, evidence, actor, at) values ($1, $2, null, $3, 'first message', '[]', 'system:identity', $4)",
      [id, uuidv7(), personId, from.received],
    ),
    from.demographics ? writeDemographics(sql, id, from.demographics, from.at, from.received, null) : undefined,
  ]);
}

function writeDemographics(sql: Sql, id: string, d: Demographics, at: Date, received: Date, before: SourcePatient | null): Promise<unknown> {
  const { nhsNumber, status } = numberOf(d);
  const waiting: Promise<unknown>[] = [
    sql.query(
      `update identity.source_patient set nhs_number = $2, nhs_number_text = $3, nhs_number_status = $4, family = $5, given = $6, title = $7, preferred_name = $8, date_of_birth = $9, birth_text = $10,
         sex = $11, deceased = $12, date_of_death = $13, address = $14, postcode = $15, phone = $16, email = $17, gp_practice = $18, language = $19, interpreter = $20, protected_address = $21,
         demographics_at = $22, last_seen = greatest(last_seen, $23) where source_patient_id = $1`,
      [id, nhsNumber, d.nhsNumberText, status, d.family, d.given, d.title, d.preferredName, linkingBirthDate(d.birthDate), d.birthDate, d.sex, d.deceased ?? false, d.dateOfDeath, [...d.address], d.postcode, d.phone, d.email, d.gpPractice, d.language, d.interpreter, d.protectedAddress ?? false, at, received],
    ),
  ];
  if (before === null || before.nhsNumber !== nhsNumber) {
    if (before?.nhsNumber) waiting.push(sql.query("delete from identity.nhs_number_key where nhs_number = $1 and source_patient_id = $2", [before.nhsNumber, id]));
    if (nhsNumber) waiting.push(sql.query("insert into identity.nhs_number_key (nhs_number, source_patient_id) values ($1, $2) on conflict do nothing", [nhsNumber, id]));
  }
  // A default date (an unknown man of 1 January 1900) links nobody, and is what staff look for him by.
  const [was, is] = [before ? nameKey(before.family, wholeDate(before.birthDate)) : null, nameKey(d.family, wholeDate(d.birthDate))];
  if (was !== is) {
    if (was) waiting.push(sql.query("delete from identity.name_key where name_key = $1 and source_patient_id = $2", [was, id]));
    if (is) waiting.push(sql.query("insert into identity.name_key (name_key, source_patient_id) values ($1, $2) on conflict do nothing", [is, id]));
  }
  return Promise.all(waiting);
}

const wholeDate = (birthDate: string | null): string | null => (birthDate !== null && /^\d{4}-\d{2}-\d{2}$/.test(birthDate) ? birthDate : null);

/** The key of find-by-name: folded family name and date of birth. */
export function nameKey(family: string | null, dateOfBirth: string | null): string | null {
  return family && dateOfBirth ? `${fold(family)}|${dateOfBirth}` : null;
}

/** Decides the link again and carries it out; the person that it belongs to then. */
async function linkAnew(sql: Sql, me: SourcePatient, first: boolean, gates: ReadonlySet<string> = new Set()): Promise<string> {
  if (me.nhsNumber === null && first) return me.personId;
  if (me.nhsNumber !== null && !gates.has(me.nhsNumber)) await takeGates(sql, [me.nhsNumber], me.lastSeen);
  const [same, company] = await Promise.all([me.nhsNumber === null ? [] : readByNhsNumber(sql, me.nhsNumber), first ? [] : readPersonRows(sql, me.personId)]);
  const decision = decideLink(me, same);
  for (const each of decision.review) await raiseReview(sql, me.sourcePatientId, each, me.lastSeen);
  const others = company.filter((each) => each.sourcePatientId !== me.sourcePatientId);
  const target = decision.personId ?? (others.length === 0 || mergedBySource(me, others) ? me.personId : uuidv7());
  if (target !== me.personId) {
    await relink(sql, { sourcePatientId: me.sourcePatientId, from: me.personId, to: target, reason: decision.reason, evidence: decision.evidence, actor: "system:identity", at: me.lastSeen });
  }
  return target;
}

/** Row locks under which the links of NHS numbers are decided, one transaction at a time; `numbers` in rising order. */
function takeGates(sql: Sql, numbers: readonly string[], at: Date): Promise<unknown> {
  return sql.query("insert into identity.nhs_number_gate (nhs_number, taken) select number, $2 from unnest($1::text[]) with ordinality as n(number, place) order by place on conflict (nhs_number) do update set taken = excluded.taken", [numbers, at]);
}

/** A source's own merge holds whatever the numbers say. */
const mergedBySource = (me: SourcePatient, others: readonly SourcePatient[]): boolean => me.replacedBy !== null || others.some((each) => each.replacedBy === me.sourcePatientId);

async function raiseReview(sql: Sql, sourcePatientId: string, review: LinkDecision["review"][number], at: Date): Promise<void> {
  await sql.query(
    `insert into identity.review (source_patient_id, other_source_patient_id, reason, evidence, raised_at) values ($1, $2, $3, $4, $5) on conflict (source_patient_id, other_source_patient_id) do nothing`,
    [sourcePatientId, review.sourcePatientId, review.reason, JSON.stringify(review.evidence), at],
  );
}

export type Relink = { sourcePatientId: string; from: string; to: string; reason: string; evidence: readonly Evidence[]; actor: string; at: Date; undoes?: string };

/**
 * The one primitive of identity: moves a source patient from one person to
 * another by writing its link and the journal. No clinical row is touched, so
 * the same act the other way restores the former state exactly.
 */
export async function relink(sql: Sql, act: Relink): Promise<{ journalId: string }> {
  const journalId = uuidv7();
  await Promise.all([
    sql.query("update identity.source_patient set person_id = $2 where source_patient_id = $1", [act.sourcePatientId, act.to]),
    sql.query("delete from identity.link where person_id = $1 and source_patient_id = $2", [act.from, act.sourcePatientId]),
    sql.query("insert into identity.link (person_id, source_patient_id, linked_at, reason) values ($1, $2, $3, $4) on conflict do nothing", [act.to, act.sourcePatientId, act.at, act.reason]),
    sql.query(
      "insert into identity.relink_journal (source_patient_id, journal_id, from_person, to_person, reason, evidence, actor, at, undoes) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
      [act.sourcePatientId, journalId, act.from, act.to, act.reason, JSON.stringify(act.evidence), act.actor, act.at, act.undoes ?? null],
    ),
  ]);
  for (const follower of followers) await follower(sql, act);
  return { journalId };
}

/** What must be true as soon as a link is: it runs in the relink's own transaction, and a failure takes the relink back. */
export type RelinkFollower = (sql: Sql, act: Relink) => Promise<unknown>;
const followers = new Set<RelinkFollower>();

/** Registers a follower for the life of the process; `apps/wiring.ts` alone calls this. */
export function followRelink(follower: RelinkFollower): void {
  followers.add(follower);
}

async function readByNhsNumber(sql: Sql, nhsNumber: string): Promise<SourcePatient[]> {
  const { rows } = await sql.query<Row>("select s.* from identity.nhs_number_key k join identity.source_patient s using (source_patient_id) where k.nhs_number = $1 order by s.first_seen, s.source_patient_id", [nhsNumber]);
  return rows.map(toSourcePatient);
}

async function readPersonRows(sql: Sql, personId: string): Promise<SourcePatient[]> {
  const { rows } = await sql.query<Row>("select s.* from identity.link l join identity.source_patient s using (source_patient_id) where l.person_id = $1 order by s.organisation, s.local_id", [personId]);
  return rows.map(toSourcePatient);
}

/** The human whose source patients are linked, or `null`. What a decision is made about; not itself given out. */
export async function readPerson(sql: Sql, personId: string): Promise<{ personId: string; sourcePatients: SourcePatient[]; linksRevision: string } | null> {
  if (!isUuid(personId)) return null;
  const sourcePatients = await readPersonRows(sql, personId);
  if (sourcePatients.length === 0) return null;
  return { personId, sourcePatients, linksRevision: sourcePatients.map((each) => each.sourcePatientId).join(",") };
}

/** The organisation's own id of one of its source patients, or `null` where it has none of that id: another's look the same. */
export async function readLocalId(sql: Sql, sourcePatientId: string, organisation: string): Promise<string | null> {
  const { rows } = await sql.query<{ local_id: string }>("select local_id from identity.source_patient where source_patient_id = $1 and organisation = $2", [sourcePatientId, organisation]);
  return rows[0]?.local_id ?? null;
}

/** Source patients that may be this person but are held apart until a human has looked, with the reason; each side of a doubt sees the other. */
export async function readHeldApart(sql: Sql, personId: string): Promise<{ sourcePatientId: string; organisation: string; reason: string }[]> {
  const { rows } = await sql.query<{ source_patient_id: string; organisation: string; reason: string }>(
    `select distinct on (s.source_patient_id) s.source_patient_id, s.organisation, d.reason
     from (select r.other_source_patient_id as id, r.reason from identity.link l join identity.review r using (source_patient_id) where l.person_id = $1 and r.state = 'open'
           union all
           select r.source_patient_id, r.reason from identity.link l join identity.review r on r.other_source_patient_id = l.source_patient_id where l.person_id = $1 and r.state = 'open') d
     join identity.source_patient s on s.source_patient_id = d.id where s.person_id <> $1 order by s.source_patient_id, d.reason`,
    [personId],
  );
  return rows.map((row) => ({ sourcePatientId: row.source_patient_id, organisation: row.organisation, reason: row.reason }));
}

/** The persons that source patients belong to now, by source patient. */
export async function readPersonsOf(sql: Sql, sourcePatientIds: readonly string[]): Promise<Map<string, string>> {
  const { rows } = await sql.query<{ source_patient_id: string; person_id: string }>("select source_patient_id, person_id from identity.source_patient where source_patient_id = any($1::uuid[])", [[...sourcePatientIds]]);
  return new Map(rows.map((row) => [row.source_patient_id, row.person_id]));
}

/**
 * The practice at which the person of each source patient is registered, by source
 * patient: what a practice says of its own patients comes before what others wrote
 * down, then the newest word. Missing where nobody named one.
 */
export async function readRegisteredPractices(sql: Sql, sourcePatientIds: readonly string[]): Promise<Map<string, string>> {
  const { rows } = await sql.query<{ source_patient_id: string; gp_practice: string }>(
    `select distinct on (me.source_patient_id) me.source_patient_id, s.gp_practice from unnest($1::uuid[]) as n(source_patient_id) join identity.source_patient me using (source_patient_id)
     join identity.link l on l.person_id = me.person_id join identity.source_patient s on s.source_patient_id = l.source_patient_id
     where s.active and s.gp_practice is not null order by me.source_patient_id, (s.gp_practice = s.organisation) desc, s.demographics_at desc`,
    [[...sourcePatientIds]],
  );
  return new Map(rows.map((row) => [row.source_patient_id, row.gp_practice]));
}
