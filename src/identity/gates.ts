/**
 * Row locks under which links are decided, so that two first messages about one
 * human, in two transactions, see each other: by NHS number, and by date of birth
 * for those that only their details can link.
 */
import type { Sql } from "#platform";
import { linkingBirthDate, numberOf, type Demographics, type SourcePatient } from "./source-patient.ts";

/** The gates of someone of these demographics. */
export function gatesOf(each: Demographics & { nhsNumber?: string | null; tracedNumber?: string | null }): string[] {
  const number = each.nhsNumber ?? numberOf(each).nhsNumber;
  const born = linkingBirthDate(each.birthDate);
  return [...new Set([number, each.tracedNumber ?? null].filter((text): text is string => text !== null)), ...(born === null ? [] : [`born ${born}`])];
}

/** Holds the gates until the end of the transaction; taken in rising order, so that nobody waits in a circle. */
export async function takeGates(sql: Sql, gates: readonly string[], at: Date): Promise<void> {
  const sorted = [...new Set(gates)].sort();
  if (sorted.length === 0) return;
  await sql.query("insert into identity.nhs_number_gate (nhs_number, taken) select number, $2 from unnest($1::text[]) with ordinality as n(number, place) order by place on conflict (nhs_number) do update set taken = excluded.taken", [sorted, at]);
}

/** True where a word may change a link: of a source patient that is new here, or that says something else about who it is than before. */
export function mayChangeLink(before: SourcePatient | null, now: Demographics): boolean {
  if (before === null) return true;
  const { nhsNumber, status } = numberOf(now);
  const says = (mine: string | null, theirs: string | null): boolean => theirs !== null && theirs !== mine;
  return (nhsNumber !== null && (nhsNumber !== before.nhsNumber || status !== before.status)) || says(before.birthDate, now.birthDate) || says(before.sex, now.sex) || says(before.family, now.family) || says(before.given, now.given) || says(before.postcode, now.postcode);
}
