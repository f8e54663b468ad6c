/** What sources of a present identity still said of the former one: it goes when the former one is sealed. */
import type { Sql } from "#platform";
import { fold } from "#standards";
import { keysOf, writeKeys } from "./candidates.ts";
import type { Matcher } from "./match/index.ts";
import type { SourcePatient } from "./source-patient.ts";

/**
 * Takes names, numbers, a sex and places of the former identity out of what was said before
 * and out of other names, and the keys made of them: else the page of the present
 * person would tell, and a match by the former name or address would find them. A hospital that
 * renamed its patient under the same local id leaves exactly these.
 */
export async function forgetFormer(sql: Sql, matcher: Matcher | null, former: readonly SourcePatient[], present: readonly SourcePatient[]): Promise<void> {
  const pair = (family: string | null, given: string | null): string => `${fold(family ?? "")}^${fold(given ?? "")}`;
  const own = new Set(present.map((each) => fold(each.family ?? "")));
  const names = new Set(former.flatMap((each) => [pair(each.family, each.given), ...each.otherNames.map((name) => pair(...split(name)))]));
  const families = new Set([...names].map((name) => name.split("^")[0]!).filter((family) => family !== "" && !own.has(family)));
  const isCurrent = new Set(present.map((each) => pair(each.family, each.given)));
  const isFormer = (family: string | null, given: string | null): boolean => families.has(fold(family ?? "")) || (names.has(pair(family, given)) && !isCurrent.has(pair(family, given)));
  const sexes = new Set(former.flatMap((each) => each.sex ?? []).filter((sex) => present.every((each) => each.sex !== sex)));
  const numbers = new Set(former.flatMap((each) => [each.nhsNumber, each.nhsNumberText, each.tracedNumber]).filter((each) => each !== null));
  const ids = present.map((each) => each.sourcePatientId);
  // Where the former one lived: whoever knew the child there would find the present one by it.
  const plain = (text: string | null): string => fold(text ?? "").replace(/ /g, "");
  const now = new Set(present.flatMap((each) => [each.postcode, each.phone, each.gpPractice].map(plain)));
  const places = new Set(former.flatMap((each) => [each.postcode, ...each.otherPostcodes, each.phone, each.gpPractice].map(plain)).filter((place) => place !== "" && !now.has(place)));
  const saysFormer = (kind: string, value: string): boolean => {
    switch (kind) {
      case "name":
        return [...names].some((name) => fold(value) === said(name)) || [...families].some((family) => ` ${fold(value)}`.endsWith(` ${family}`));
      case "nhsNumber":
        return numbers.has(value) || numbers.has(value.replace(/\D/g, ""));
      case "sex":
        return sexes.has(value);
      case "address":
        return [...places].some((place) => plain(value).includes(place));
      default:
        return places.has(plain(value));
    }
  };
  const { rows } = await sql.query<{ source_patient_id: string; kind: string; value: string }>("select source_patient_id, kind, value from identity.said_before where source_patient_id = any($1::uuid[]) and kind <> 'dateOfBirth'", [ids]);
  const gone = rows.filter(({ kind, value }) => saysFormer(kind, value));
  if (gone.length > 0) {
    await sql.query("delete from identity.said_before s using unnest($1::uuid[], $2::text[], $3::text[]) as n(id, kind, value) where s.source_patient_id = n.id and s.kind = n.kind and s.value = n.value", [gone.map((each) => each.source_patient_id), gone.map((each) => each.kind), gone.map((each) => each.value)]);
  }
  for (const each of present) {
    const otherNames = each.otherNames.filter((name) => !isFormer(...split(name)));
    const otherPostcodes = each.otherPostcodes.filter((postcode) => !places.has(plain(postcode)));
    if (otherNames.length === each.otherNames.length && otherPostcodes.length === each.otherPostcodes.length) continue;
    await sql.query("update identity.source_patient set other_names = $2, other_postcodes = $3 where source_patient_id = $1", [each.sourcePatientId, otherNames, otherPostcodes]);
    // Without the region's specification no key can be made: none is left that says the former name.
    if (matcher === null) await sql.query("delete from identity.candidate_key where source_patient_id = $1", [each.sourcePatientId]);
    else await Promise.all(writeKeys(sql, each.sourcePatientId, keysOf(matcher, each), keysOf(matcher, { ...each, otherNames, otherPostcodes })));
  }
}

/** `Family^Given` as it is kept. */
function split(name: string): [string, string] {
  const [family = "", given = ""] = name.split("^");
  return [family, given];
}

/** A name as `said_before` has it: given names first. */
function said(name: string): string {
  const [family, given] = split(name);
  return [given, family].filter(Boolean).join(" ");
}
