/** What other organisations say of the same person, beside what this message says (DQU-06). */
import type { AppliedMessage } from "#feeds";
import { readPeers, type SourcePatient } from "#identity";
import type { Sql } from "#platform";
import { readAllergySides, type AllergySide } from "#record";

/** The other sources of a patient of the message, and what each side holds of allergies; `null` where neither was looked at. */
export type Others = { readonly peers: readonly SourcePatient[]; readonly mine: AllergySide | null; readonly theirs: readonly AllergySide[] };
export type Across = ReadonlyMap<string, Others>;
export const NOBODY_ELSE: Across = new Map();

type Taken = AppliedMessage["taken"][number];
const speaksOfAllergies = ({ patient }: Taken): boolean => patient.items.some(({ resource }) => resource.resourceType === "AllergyIntolerance") || (patient.statements ?? []).some((each) => each.section === "allergies");

/** One statement for all patients whom the messages describe, and one more where any speaks of allergies. */
export async function readAcross(sql: Sql, messages: readonly AppliedMessage[]): Promise<Across> {
  const taken = messages.flatMap((each) => each.taken).filter((each) => each.patient.demographics !== null || speaksOfAllergies(each));
  if (taken.length === 0) return NOBODY_ELSE;
  const peers = await readPeers(sql, [...new Set(taken.map((each) => each.source.sourcePatientId))]);
  const speaking = taken.filter((each) => speaksOfAllergies(each) && (peers.get(each.source.sourcePatientId)?.length ?? 0) > 0);
  const asked = new Set(speaking.flatMap((each) => [each.source.sourcePatientId, ...peers.get(each.source.sourcePatientId)!.map((peer) => peer.sourcePatientId)]));
  const sides = new Map((asked.size === 0 ? [] : await readAllergySides(sql, [...asked])).map((each) => [each.sourcePatientId, each]));
  const allergies = new Set(speaking.map((each) => each.source.sourcePatientId));
  return new Map([...peers].map(([id, others]) => [id, { peers: others, mine: allergies.has(id) ? (sides.get(id) ?? null) : null, theirs: others.flatMap((each) => sides.get(each.sourcePatientId) ?? []) }]));
}
