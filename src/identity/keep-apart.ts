/**
 * Pairs that must never be linked: what a reviewer held to be two people, what
 * was split, and former identities (adoption, change of gender) whose link nobody
 * may learn. Kept as keyed hashes of identifiers, so that the list outlives a
 * rebuild of every link and says nothing to who reads the table.
 */
import { createHmac } from "node:crypto";
import type { Sql } from "#platform";
import type { SourcePatient } from "./source-patient.ts";

/** Why two are kept apart: a review's decision, a split, or a sealed former identity. */
export type ApartKind = "reviewed" | "split" | "sealed";

let key = "";
/** The installation's key (`KMCR_SECRET`): set once in each process, by `apps/wiring.ts`. Another key would forget the list. */
export function useApartKey(secret: string): void {
  key = secret;
}

const hashed = (text: string): string => createHmac("sha256", key).update(`identity.keep-apart\n${text}`).digest("base64url").slice(0, 32);

/** By what an identity is known again after a rebuild: its source's own id and its NHS number. */
type Known = Pick<SourcePatient, "organisation" | "localId" | "nhsNumber">;
const localHash = (each: Known): string => hashed(`local\n${each.organisation}\n${each.localId}`);
const numberHash = (nhsNumber: string): string => hashed(`number\n${nhsNumber}`);
const hashesOf = (each: Known): string[] => (each.nhsNumber === null ? [localHash(each)] : [localHash(each), numberHash(each.nhsNumber)]);

/**
 * Keeps every one of `some` apart from every one of `others`. Two source patients
 * are kept apart by their local ids; a sealed pair by its NHS numbers too, since
 * a new source patient of the old number belongs to the old identity.
 */
export async function keepApart(sql: Sql, some: readonly Known[], others: readonly Known[], why: { actId: string; kind: ApartKind; at: Date }): Promise<void> {
  const pairs = new Map<string, [string, string]>();
  const add = (one: string, other: string): void => {
    if (one === other) return;
    pairs.set(`${one} ${other}`, [one, other]);
    pairs.set(`${other} ${one}`, [other, one]);
  };
  for (const one of some) {
    for (const other of others) {
      add(localHash(one), localHash(other));
      if (why.kind !== "sealed") continue;
      for (const a of hashesOf(one)) for (const b of hashesOf(other)) add(a, b);
    }
  }
  const rows = [...pairs.values()];
  if (rows.length === 0) return;
  await sql.query(
    "insert into identity.keep_apart (one, other, act_id, kind, at) select n.one, n.other, $3, $4, $5 from unnest($1::text[], $2::text[]) as n(one, other) on conflict do nothing",
    [rows.map(([one]) => one), rows.map(([, other]) => other), why.actId, why.kind, why.at],
  );
}

/** Seals numbers of a former identity: whoever is sent under one is sealed with it. */
export async function sealNumbers(sql: Sql, numbers: readonly string[], actId: string, at: Date): Promise<void> {
  await sql.query("insert into identity.sealed_number (number_hash, act_id, at) select hash, $2, $3 from unnest($1::text[]) as n(hash) on conflict do nothing", [numbers.map(numberHash), actId, at]);
}

export async function isSealedNumber(sql: Sql, nhsNumber: string | null): Promise<boolean> {
  if (nhsNumber === null) return false;
  const { rows } = await sql.query("select 1 from identity.sealed_number where number_hash = $1", [numberHash(nhsNumber)]);
  return rows.length > 0;
}

/** Takes back what one act kept apart. A sealed pair stays. */
export async function letTogether(sql: Sql, actId: string): Promise<void> {
  await sql.query("delete from identity.keep_apart where act_id = $1 and kind <> 'sealed'", [actId]);
}

/** Which of `others` must never be linked to `me`, with the strongest reason: `sealed` before the others. */
export async function readApartFrom(sql: Sql, me: Known, others: readonly (Known & { readonly sourcePatientId: string })[]): Promise<Map<string, ApartKind>> {
  const apart = new Map<string, ApartKind>();
  if (others.length === 0) return apart;
  const { rows } = await sql.query<{ other: string; kind: ApartKind }>("select other, kind from identity.keep_apart where one = any($1::text[])", [hashesOf(me)]);
  if (rows.length === 0) return apart;
  const kinds = Map.groupBy(rows, (row) => row.other);
  for (const other of others) {
    const found = hashesOf(other).flatMap((each) => kinds.get(each) ?? []);
    if (found.length > 0) apart.set(other.sourcePatientId, found.find((each) => each.kind === "sealed")?.kind ?? found[0]!.kind);
  }
  return apart;
}
