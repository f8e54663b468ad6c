/** All SQL of what was released to the person, or kept back again. Rows are only added; the newest of an entry holds. */
import { uuidv7, type Sql } from "#platform";
import type { Release } from "./own-record.ts";

type Row = { source_patient_id: string; entry_id: string; version: number; act: Release["act"]; words: string; decided_by: string; decided_by_name: string; decided_by_role: string; decided_by_organisation: string; decided_at: Date };

/** Keeps what somebody decided. */
export async function recordRelease(sql: Sql, { sourcePatientId, entryId, version, act, words, by, at }: Release): Promise<void> {
  await sql.query(
    `insert into access.own_record_release (source_patient_id, release_id, entry_id, version, act, words, decided_by, decided_by_name, decided_by_role, decided_by_organisation, decided_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
    [sourcePatientId, uuidv7(), entryId, version, act, words, by.id, by.name, by.role, by.organisation, at],
  );
}

/** What was decided last, by entry, of source patients that the transaction has opened. */
export async function readReleases(sql: Sql, sourcePatientIds: readonly string[]): Promise<ReadonlyMap<string, Release>> {
  const { rows } = await sql.query<Row>(
    `select distinct on (source_patient_id, entry_id) source_patient_id, entry_id, version, act, words, decided_by, decided_by_name, decided_by_role, decided_by_organisation, decided_at
       from access.own_record_release where source_patient_id = any($1::uuid[]) order by source_patient_id, entry_id, decided_at desc, release_id desc`,
    [sourcePatientIds],
  );
  return new Map(rows.map((row) => [row.entry_id, { sourcePatientId: row.source_patient_id, entryId: row.entry_id, version: row.version, act: row.act, words: row.words, by: { id: row.decided_by, name: row.decided_by_name, role: row.decided_by_role, organisation: row.decided_by_organisation }, at: row.decided_at }]));
}
