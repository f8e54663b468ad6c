/** Superseded NHS numbers: each resolves for ever to the number that took its place (standards.md 4.7: the returned id may differ from the one asked). */
import type { Sql } from "#platform";

/**
 * Remembers that `old` was superseded by `current`. What resolved to `old` before
 * resolves to `current` now, so that one step always suffices; a circle (a number
 * said to supersede its own successor) leaves the latest word standing.
 */
export async function supersede(sql: Sql, old: string, current: string, saidBy: string, at: Date): Promise<void> {
  if (old === current) return;
  await sql.query("update identity.number_alias set current_number = $1 where current_number = $2", [current, old]);
  await sql.query("insert into identity.number_alias (nhs_number, current_number, said_by, at) values ($1, $2, $3, $4) on conflict (nhs_number) do update set current_number = excluded.current_number, said_by = excluded.said_by, at = excluded.at", [old, current, saidBy, at]);
}

/** The number that stands today for each of `numbers` that was superseded; the others are missing. */
export async function readCurrentNumbers(sql: Sql, numbers: readonly string[]): Promise<Map<string, string>> {
  const { rows } = await sql.query<{ nhs_number: string; current_number: string }>("select nhs_number, current_number from identity.number_alias where nhs_number = any($1::text[])", [[...numbers]]);
  return new Map(rows.map((row) => [row.nhs_number, row.current_number]));
}

/** A number with all that mean the same person: those it superseded, what superseded it, and theirs. */
export async function readSameNumbers(sql: Sql, nhsNumber: string): Promise<{ current: string; all: string[] }> {
  const { rows } = await sql.query<{ current: string; nhs_number: string | null }>(
    `select c.current, a.nhs_number from (select coalesce((select current_number from identity.number_alias where nhs_number = $1), $1) as current) c
     left join identity.number_alias a on a.current_number = c.current`,
    [nhsNumber],
  );
  const current = rows[0]!.current;
  return { current, all: [...new Set([nhsNumber, current, ...rows.flatMap((row) => row.nhs_number ?? [])])] };
}
