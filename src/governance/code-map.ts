/** The register of code maps: what a sender's local codes are in SNOMED CT and LOINC, each with where that is known from. */
import { Type, type Static } from "typebox";
import { Slug, Words, closed } from "./fields.ts";

/** Systems that a map may lead to. */
export const NATIONAL_SYSTEMS = ["http://snomed.info/sct", "http://loinc.org", "https://dmd.nhs.uk"] as const;

export const CodeMapSchema = Type.Object(
  {
    feed: Slug,
    /** As the sender names it (CWE.3); empty where it names none. */
    system: Type.String(),
    /** Where the map is known from, and who answers for it. */
    source: Words,
    codes: Type.Array(
      Type.Object({ code: Words, system: Type.Enum([...NATIONAL_SYSTEMS]), national: Type.String({ pattern: "^[0-9]{1,18}(-[0-9])?$" }), display: Words }, closed),
      { minItems: 1 },
    ),
  },
  closed,
);

export type CodeMap = Readonly<Static<typeof CodeMapSchema>>;
export type NationalCode = { readonly system: string; readonly code: string; readonly display: string };

/** The maps of one feed. */
export type LocalCodes = { lookUp(system: string, code: string): NationalCode | undefined };

/** Indexes the maps by feed. */
export function localCodesOf(maps: readonly CodeMap[]): ReadonlyMap<string, LocalCodes> {
  const byFeed = new Map<string, Map<string, NationalCode>>();
  for (const map of maps) {
    const codes = byFeed.get(map.feed) ?? new Map<string, NationalCode>();
    for (const each of map.codes) codes.set(`${map.system}\n${each.code}`, { system: each.system, code: each.national, display: each.display });
    byFeed.set(map.feed, codes);
  }
  return new Map([...byFeed].map(([feed, codes]) => [feed, { lookUp: (system, code) => codes.get(`${system}\n${code}`) }]));
}
