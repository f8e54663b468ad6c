/**
 * Against an upheld objection, to protect life: offered only where the region says so
 * (`objections.emergencies: "vital-interests"`), stated anew for one person for a short
 * time, never taken back from the log.
 */
import { isRefusal, type Refusal, type Sql } from "#platform";
import { incomplete } from "./problems.ts";

export type Override = { readonly personId: string; readonly overrideId: string; readonly professionalId: string; readonly professionalName: string; readonly organisation: string; readonly words: string; readonly givenAt: Date; readonly until: Date };

const LASTS_MS = 4 * 3_600_000;
const FEWEST = 10;

/** Checks what was stated and says how long it lasts; refuses `objections.incomplete`. */
export function makeOverride(who: Pick<Override, "personId" | "overrideId" | "professionalId" | "professionalName" | "organisation">, words: string, isLifeAtRisk: boolean, now: Date): Override | Refusal {
  if (!isLifeAtRisk) return incomplete("life", "Confirm that opening the record is necessary to protect somebody's life.");
  if (words.trim().length < FEWEST) return incomplete("words", "Say what the danger is, in a few words.");
  return { ...who, words: words.trim(), givenAt: now, until: new Date(now.getTime() + LASTS_MS) };
}

export const isOverride = (answer: Override | Refusal): answer is Override => !isRefusal(answer);

export async function recordOverride(sql: Sql, each: Override): Promise<void> {
  await sql.query("insert into objections.override (person_id, override_id, professional_id, professional_name, organisation, words, given_at, until) values ($1, $2, $3, $4, $5, $6, $7, $8)", [each.personId, each.overrideId, each.professionalId, each.professionalName, each.organisation, each.words, each.givenAt, each.until]);
}

/** The words of an override of this professional that still lasts, or `null`. */
export async function readOverride(sql: Sql, personId: string, professionalId: string, organisation: string, now: Date): Promise<string | null> {
  const { rows } = await sql.query<{ words: string }>("select words from objections.override where person_id = $1 and professional_id = $2 and organisation = $3 and given_at <= $4 and until > $4 order by until desc limit 1", [personId, professionalId, organisation, now]);
  return rows[0]?.words ?? null;
}

/** Every override since a moment, the newest first: the office reads each of them. */
export async function readOverrides(sql: Sql, since: Date): Promise<Override[]> {
  const { rows } = await sql.query<Record<string, unknown>>("select person_id, override_id, professional_id, professional_name, organisation, words, given_at, until from objections.override where given_at >= $1 order by given_at desc", [since]);
  return rows.map((row) => ({ personId: row["person_id"] as string, overrideId: row["override_id"] as string, professionalId: row["professional_id"] as string, professionalName: row["professional_name"] as string, organisation: row["organisation"] as string, words: row["words"] as string, givenAt: row["given_at"] as Date, until: row["until"] as Date }));
}
