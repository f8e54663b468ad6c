/** All SQL of the objections register. */
import type { SectionId } from "#standards";
import type { Refusal, Sql } from "#platform";
import { mayFollow, type Objection, type ObjectionScope, type ObjectionState } from "./objection.ts";
import { changedMeanwhile, stateCannotFollow } from "./problems.ts";

/** The current state of every objection of a person, oldest first. */
export async function readObjections(sql: Sql, personId: string): Promise<Objection[]> {
  const { rows } = await sql.query(
    `select distinct on (objection_id) person_id, objection_id, revision, state, scope, scope_organisation, scope_section, decided_by, words, recorded_at
       from objections.objection where person_id = $1
      order by objection_id, revision desc`,
    [personId],
  );
  return rows.map(objectionOf);
}

/** The first or next state of an objection. */
export type ObjectionRecord = Omit<Objection, "revision">;

/**
 * Records the first or the next state of an objection. Takes effect at the next
 * request of every reader, since each decision reads the register.
 * @returns the row as kept; refuses `objections.state-cannot-follow`, `objections.changed-meanwhile`
 */
export async function recordObjection(sql: Sql, record: ObjectionRecord): Promise<Objection | Refusal> {
  const current = (await readObjections(sql, record.personId)).find((each) => each.objectionId === record.objectionId);
  if (!mayFollow(current?.state ?? null, record.state)) return stateCannotFollow(current?.state ?? null, record.state);
  const row: Objection = { ...record, revision: (current?.revision ?? 0) + 1 };
  const { rowCount } = await sql.query(
    `insert into objections.objection
       (person_id, objection_id, revision, state, scope, scope_organisation, scope_section, decided_by, words, recorded_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
     on conflict do nothing`,
    [
      row.personId,
      row.objectionId,
      row.revision,
      row.state,
      row.scope.kind,
      row.scope.kind === "organisation" ? row.scope.odsCode : null,
      row.scope.kind === "section" ? row.scope.section : null,
      row.decidedBy,
      row.words,
      row.recordedAt,
    ],
  );
  return rowCount === 1 ? row : changedMeanwhile();
}

/**
 * After a source patient is linked to another person, both hold the objections
 * of either: the stricter stays on both sides until a named person reviews it.
 */
export async function carryObjections(sql: Sql, relinked: { from: string; to: string }): Promise<void> {
  await sql.query(
    `insert into objections.objection (person_id, objection_id, revision, state, scope, scope_organisation, scope_section, decided_by, words, recorded_at)
     select $2, objection_id, revision, state, scope, scope_organisation, scope_section, decided_by, words, recorded_at from objections.objection where person_id = $1
     on conflict do nothing`,
    [relinked.from, relinked.to],
  );
}

function objectionOf(row: Record<string, unknown>): Objection {
  return {
    personId: row["person_id"] as string,
    objectionId: row["objection_id"] as string,
    revision: row["revision"] as number,
    state: row["state"] as ObjectionState,
    scope: scopeOf(row),
    decidedBy: row["decided_by"] as string,
    words: row["words"] as string,
    recordedAt: row["recorded_at"] as Date,
  };
}

function scopeOf(row: Record<string, unknown>): ObjectionScope {
  if (row["scope"] === "organisation") return { kind: "organisation", odsCode: row["scope_organisation"] as string };
  if (row["scope"] === "section") return { kind: "section", section: row["scope_section"] as SectionId };
  return { kind: "everything" };
}
