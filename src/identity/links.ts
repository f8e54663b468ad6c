/**
 * Links and their journal: `relink` is the one primitive, everything else that
 * changes who is whom (merge, split, undo, a source's own merge) is made of it.
 */
import { uuidv7, type Sql } from "#platform";
import type { Evidence } from "./decide-link.ts";

/**
 * How a link came about, which decides what may take it back by itself: `first`,
 * a source patient by itself; `number`, verified NHS number and date of birth;
 * `match`, the comparison of details; `source`, the source's own merge; `person`,
 * a named person, whose act only a named person takes back.
 */
export type LinkKind = "first" | "number" | "match" | "source" | "person";

/** What the journal calls the act: a kind of link, or what was done to it. `apart`: a link whose ground was gone. */
export type ActKind = LinkKind | "apart" | "merge" | "split" | "undo";

/** A link as it stands, which undo must restore to the letter. */
export type Link = { personId: string; kind: LinkKind; reason: string; linkedAt: Date };

export type Relink = {
  sourcePatientId: string;
  from: string;
  to: string;
  act: ActKind;
  reason: string;
  evidence: readonly Evidence[];
  /** log2 of the odds, where a comparison decided. */
  weight?: number | null;
  /** `system:...` or the uid of a professional. */
  actor: string;
  at: Date;
  /** What this belongs to, where several source patients move in one act. */
  actId?: string;
  /** The journal entry that this takes back. */
  undoes?: string;
  /** The link to write; without it, one made by this act. */
  link?: Omit<Link, "personId">;
};

/** The kind of link that an act leaves behind. */
const LEAVES: Readonly<Record<ActKind, LinkKind>> = { first: "first", number: "number", match: "match", source: "source", person: "person", apart: "first", merge: "person", split: "person", undo: "person" };

/**
 * Moves a source patient from one person to another by writing its link and the
 * journal. No clinical row is touched, so the same act the other way restores
 * the former state exactly.
 */
export async function relink(sql: Sql, act: Relink): Promise<{ journalId: string }> {
  const journalId = uuidv7();
  const link = act.link ?? { kind: LEAVES[act.act], reason: act.reason, linkedAt: act.at };
  await Promise.all([
    sql.query("update identity.source_patient set person_id = $2 where source_patient_id = $1", [act.sourcePatientId, act.to]),
    sql.query("delete from identity.link where person_id = $1 and source_patient_id = $2", [act.from, act.sourcePatientId]),
    sql.query("insert into identity.link (person_id, source_patient_id, linked_at, reason, kind) values ($1, $2, $3, $4, $5) on conflict do nothing", [act.to, act.sourcePatientId, link.linkedAt, link.reason, link.kind]),
    sql.query(
      `insert into identity.relink_journal (source_patient_id, journal_id, act_id, kind, from_person, to_person, reason, evidence, weight, actor, at, undoes)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
      [act.sourcePatientId, journalId, act.actId ?? journalId, act.act, act.from, act.to, act.reason, JSON.stringify(act.evidence), act.weight ?? null, act.actor, act.at, act.undoes ?? null],
    ),
    // Issued behind the link's own statements, so that each reads what they wrote, and all travel in one go.
    ...[...followers].map((follower) => follower(sql, act)),
  ]);
  return { journalId };
}

/** What must be true as soon as a link is: it runs in the relink's own transaction, and a failure takes the relink back. */
export type RelinkFollower = (sql: Sql, act: Relink) => Promise<unknown>;
const followers = new Set<RelinkFollower>();

/** Registers a follower for the life of the process; `apps/wiring.ts` alone calls this. */
export function followRelink(follower: RelinkFollower): void {
  followers.add(follower);
}

/** One line of the journal: which source patient went from whom to whom, why, and by whom. */
export type JournalEntry = {
  sourcePatientId: string; journalId: string; actId: string; kind: ActKind; fromPerson: string | null; toPerson: string; reason: string;
  evidence: readonly Evidence[]; weight: number | null; actor: string; at: Date; undoes: string | null;
};

type JournalRow = { source_patient_id: string; journal_id: string; act_id: string; kind: ActKind; from_person: string | null; to_person: string; reason: string; evidence: string; weight: number | null; actor: string; at: Date; undoes: string | null };
const toEntry = (row: JournalRow): JournalEntry => ({
  sourcePatientId: row.source_patient_id, journalId: row.journal_id, actId: row.act_id, kind: row.kind, fromPerson: row.from_person, toPerson: row.to_person, reason: row.reason,
  evidence: JSON.parse(row.evidence) as Evidence[], weight: row.weight, actor: row.actor, at: row.at, undoes: row.undoes,
});

/** The journal of source patients, oldest first: ids are UUIDv7, which rise. */
export async function readJournal(sql: Sql, sourcePatientIds: readonly string[]): Promise<JournalEntry[]> {
  const { rows } = await sql.query<JournalRow>("select * from identity.relink_journal where source_patient_id = any($1::uuid[]) order by journal_id", [[...sourcePatientIds]]);
  return rows.map(toEntry);
}

/** What one act moved, oldest first. */
export async function readAct(sql: Sql, actId: string): Promise<JournalEntry[]> {
  const { rows } = await sql.query<JournalRow>("select * from identity.relink_journal where act_id = $1 order by journal_id", [actId]);
  return rows.map(toEntry);
}

/**
 * The link after entry `at` of one source patient's journal. An undo leaves the
 * link that stood before what it undoes, with its own reason and date, so that
 * undoing an undo, or what came before it, lands exactly where it was.
 */
export function linkAfter(journal: readonly JournalEntry[], at: number): Link {
  const entry = journal[at]!;
  if (entry.undoes !== null) {
    const undone = journal.findIndex((each) => each.journalId === entry.undoes);
    if (undone > 0) return linkAfter(journal, undone - 1);
  }
  return { personId: entry.toPerson, kind: LEAVES[entry.kind], reason: entry.reason, linkedAt: entry.at };
}
