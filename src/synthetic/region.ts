import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

export type Town = {
  readonly name: string;
  readonly outward: readonly string[];
  readonly dialling: string;
  readonly weight: number;
  /** Feeds of the organisations that serve the town. */
  readonly acute: string;
  readonly community: string;
  readonly hospice: string;
  readonly council: string;
  /** ODS code of its practice. */
  readonly practice: string;
};

export type Practice = { readonly ods: string; readonly name: string; readonly feed: string };
export type Acute = {
  readonly feed: string;
  readonly ods: string;
  readonly name: string;
  readonly site: string;
  readonly siteName: string;
};
export type FhirSource = {
  readonly feed: string;
  readonly ods: string;
  readonly name: string;
  readonly kind:
    | "community"
    | "mental-health"
    | "children"
    | "ambulance"
    | "out-of-hours"
    | "hospice"
    | "children-hospice";
};
export type Council = {
  readonly id: string;
  readonly ods: string;
  readonly name: string;
  readonly adult: string;
  readonly children: string;
};

/** What a region pack says for the synthetic region, `synthetic.json`: places, organisations and the ids of their feeds. */
export type Region = {
  readonly name: string;
  readonly county: string;
  readonly streets: readonly string[];
  readonly towns: readonly Town[];
  readonly practices: readonly Practice[];
  readonly acute: readonly Acute[];
  readonly fhir: readonly FhirSource[];
  readonly councils: readonly Council[];
  /** MSH-3 of a hospital's systems. */
  readonly applications: { readonly administration: string; readonly results: string; readonly documents: string };
  /** Where story people live, unless `storyTowns` names a town for the key of their story. */
  readonly storyTown: string;
  readonly storyTowns: Readonly<Record<string, string>>;
};

/** Reads a region pack's `synthetic.json`; without a folder, that of the only pack under `regions/`. */
export function loadRegion(folder?: string): Region {
  const packs = join(import.meta.dirname, "../../regions");
  const chosen = folder ?? join(packs, readdirSync(packs).toSorted()[0]!);
  return JSON.parse(readFileSync(join(chosen, "synthetic.json"), "utf8")) as Region;
}
