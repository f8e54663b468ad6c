/** All SQL of access: relationships from feeds, reasons from professionals. */
import type { RelationshipKind } from "#governance";
import type { Sql } from "#platform";
import type { Label } from "#standards";
import type { ReasonFact } from "./facts.ts";
import type { RelationshipFact } from "./relationship.ts";
import type { RelationshipChange } from "./relationship-from.ts";

/**
 * The relationships of a person's source patients with some organisations, ended
 * ones too: grace is decided later, by rule. A person of 750 entries has hundreds
 * with others, which no decision needs.
 */
export async function readRelationships(sql: Sql, sourcePatientIds: readonly string[], organisations: readonly string[]): Promise<RelationshipFact[]> {
  if (sourcePatientIds.length === 0) return [];
  const { rows } = await sql.query(
    `select source_patient_id, organisation, kind, service, started, ended, words
       from access.relationship where source_patient_id = any($1::uuid[]) and organisation = any($2::text[])
      order by source_patient_id, relationship_id`,
    [sourcePatientIds, organisations],
  );
  return rows.map(factOf);
}

const factOf = (row: Record<string, unknown>): RelationshipFact => ({
  sourcePatientId: row["source_patient_id"] as string, organisation: row["organisation"] as string, kind: row["kind"] as RelationshipKind, service: row["service"] as string | null, start: row["started"] as Date, end: row["ended"] as Date | null, words: row["words"] as string,
});

/**
 * Writes what `relationshipFrom` said, many at once, in the caller's transaction.
 * Doing it twice changes nothing. Later changes of one relationship win.
 */
export async function applyRelationships(sql: Sql, changes: readonly RelationshipChange[]): Promise<void> {
  const last = new Map(changes.map((each) => [each.relationshipId, each]));
  const keep = [...last.values()].filter((each) => each.change === "keep");
  const remove = [...last.values()].filter((each) => each.change === "remove");
  if (keep.length > 0) {
    const column = <T>(pick: (each: (typeof keep)[number]) => T): T[] => keep.map(pick);
    await sql.query(
      `insert into access.relationship (source_patient_id, relationship_id, organisation, kind, service, started, ended, words, unit, professional, labels)
       select source_patient_id, relationship_id, organisation, kind, service, started, ended, words, unit, professional, labels::text[]
         from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::timestamptz[], $7::timestamptz[], $8::text[], $9::text[], $10::text[], $11::text[])
           as kept (source_patient_id, relationship_id, organisation, kind, service, started, ended, words, unit, professional, labels)
       on conflict (source_patient_id, relationship_id) do update set
         organisation = excluded.organisation, kind = excluded.kind, service = excluded.service,
         started = excluded.started, ended = excluded.ended, words = excluded.words,
         unit = excluded.unit, professional = excluded.professional, labels = excluded.labels`,
      [
        column((each) => each.relationship.sourcePatientId),
        column((each) => each.relationshipId),
        column((each) => each.relationship.organisation),
        column((each) => each.relationship.kind),
        column((each) => each.relationship.service),
        column((each) => each.relationship.start),
        column((each) => each.relationship.end),
        column((each) => each.relationship.words),
        column((each) => each.listed.unit),
        column((each) => each.listed.professional),
        // Arrays in an array would have to be of one length; labels are words of a closed list.
        column((each) => `{${each.listed.labels.join(",")}}`),
      ],
    );
  }
  if (remove.length > 0) {
    await sql.query(
      `delete from access.relationship r using unnest($1::uuid[], $2::uuid[]) as gone (source_patient_id, relationship_id)
        where r.source_patient_id = gone.source_patient_id and r.relationship_id = gone.relationship_id`,
      [remove.map((each) => each.sourcePatientId), remove.map((each) => each.relationshipId)],
    );
  }
}

/** Which of an organisation's people a list is of. */
export type ListQuery = {
  readonly organisation: string;
  readonly kinds: readonly RelationshipKind[];
  /** Labels that the reader holds: a relationship with another one stands on no list of theirs. */
  readonly labels: readonly Label[];
  readonly now: Date;
};

/** One who is with a ward or team now. */
export type Listed = { readonly sourcePatientId: string; readonly unit: string | null; readonly professional: string | null; readonly since: Date };

const OPEN_NOW = "r.organisation = $1 and r.kind = any($2::text[]) and r.labels <@ $3::text[] and r.started <= $4 and (r.ended is null or r.ended > $4)";
const openNow = ({ organisation, kinds, labels, now }: ListQuery): unknown[] => [organisation, [...kinds], [...labels], now];

/** Wards or teams that have somebody now, by name; at most `limit`. */
export async function readUnits(sql: Sql, query: ListQuery, limit: number): Promise<string[]> {
  const { rows } = await sql.query<{ unit: string }>(`select distinct r.unit from access.relationship r where ${OPEN_NOW} and r.unit is not null order by r.unit limit $5`, [...openNow(query), limit]);
  return rows.map((row) => row.unit);
}

/** Who is with an organisation's wards or teams now, newest first; `of`: one unit, or those with whom one professional is named. */
export async function readListed(sql: Sql, query: ListQuery, of: { readonly unit?: string; readonly professional?: string }, limit: number): Promise<Listed[]> {
  const { rows } = await sql.query<{ source_patient_id: string; unit: string | null; professional: string | null; started: Date }>(
    `select r.source_patient_id, r.unit, r.professional, r.started from access.relationship r
      where ${OPEN_NOW} and ($5::text is null or r.unit = $5) and ($6::text is null or r.professional = $6) order by r.started desc, r.source_patient_id limit $7`,
    [...openNow(query), of.unit ?? null, of.professional ?? null, limit],
  );
  return rows.map((row) => ({ sourcePatientId: row.source_patient_id, unit: row.unit, professional: row.professional, since: row.started }));
}

/** A stated reason as it is kept. */
export type ReasonRecord = ReasonFact & {
  readonly personId: string;
  readonly reasonId: string;
  readonly professionalId: string;
  readonly organisation: string;
  /** Which of the region's reasons was chosen. */
  readonly reasonCode: string;
  readonly givenAt: Date;
};

/** Keeps a stated reason; `makeReason` checks it first. */
export async function recordReason(sql: Sql, reason: ReasonRecord): Promise<void> {
  await sql.query(
    `insert into access.reason (person_id, reason_id, professional_id, organisation, kind, reason_code, words, service, given_at, until)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
    [reason.personId, reason.reasonId, reason.professionalId, reason.organisation, reason.kind, reason.reasonCode, reason.words, reason.service, reason.givenAt, reason.until],
  );
}

/** The reason that a professional stated for a person at one employer and that still lasts, if any. */
export async function readReason(sql: Sql, personId: string, professionalId: string, organisation: string, now: Date): Promise<ReasonFact | null> {
  const { rows } = await sql.query(
    `select kind, words, service, until from access.reason
      where person_id = $1 and professional_id = $2 and organisation = $3 and until > $4
      order by until desc limit 1`,
    [personId, professionalId, organisation, now],
  );
  const row = rows[0];
  if (row === undefined) return null;
  return { kind: row["kind"] as ReasonFact["kind"], words: row["words"] as string, service: row["service"] as string | null, until: row["until"] as Date };
}

/** Every relationship of many source patients, whoever holds it: for explaining accesses of anybody. */
export async function readAllRelationships(sql: Sql, sourcePatientIds: readonly string[]): Promise<RelationshipFact[]> {
  if (sourcePatientIds.length === 0) return [];
  const { rows } = await sql.query("select source_patient_id, organisation, kind, service, started, ended, words from access.relationship where source_patient_id = any($1::uuid[])", [[...sourcePatientIds]]);
  return rows.map(factOf);
}

/** What reasons were stated for many persons, as far as they lasted beyond a moment. */
export async function readReasons(sql: Sql, personIds: readonly string[], since: Date): Promise<Omit<ReasonRecord, "service" | "reasonCode">[]> {
  if (personIds.length === 0) return [];
  const { rows } = await sql.query<{ person_id: string; reason_id: string; professional_id: string; organisation: string; kind: ReasonFact["kind"]; words: string; given_at: Date; until: Date }>(
    "select person_id, reason_id, professional_id, organisation, kind, words, given_at, until from access.reason where person_id = any($1::uuid[]) and until > $2",
    [[...personIds], since],
  );
  return rows.map((row) => ({ personId: row.person_id, reasonId: row.reason_id, professionalId: row.professional_id, organisation: row.organisation, kind: row.kind, words: row.words, givenAt: row.given_at, until: row.until }));
}

/** Which reasons an organisation's professionals stated, how often and for how many persons (ACC-06). */
export async function countReasons(sql: Sql, organisation: string, from: Date, until: Date): Promise<{ reasonCode: string; kind: ReasonFact["kind"]; times: number; persons: number; professionals: number }[]> {
  const { rows } = await sql.query<{ reason_code: string; kind: ReasonFact["kind"]; times: number; persons: number; professionals: number }>(
    "select reason_code, kind, count(*)::int as times, count(distinct person_id)::int as persons, count(distinct professional_id)::int as professionals from access.reason where organisation = $1 and given_at >= $2 and given_at < $3 group by reason_code, kind order by count(*) desc, reason_code",
    [organisation, from, until],
  );
  return rows.map((row) => ({ reasonCode: row.reason_code, kind: row.kind, times: row.times, persons: row.persons, professionals: row.professionals }));
}
