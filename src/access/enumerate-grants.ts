/** The sets of a grant against the rule by item, for every role, purpose, organisation and kind of item. */
import { LABELS, SECTIONS, type Label } from "#standards";
import { PURPOSES, type Purpose } from "#decision";
import type { Organisation, Region } from "#governance";
import type { AccessFacts } from "./facts.ts";
import { grantOf } from "./grant.ts";
import { mayShow, type Entering, type ItemKind } from "./item-rule.ts";

export type GrantEnumeration = { readonly grants: number; readonly items: number; readonly differ: number; readonly differences: readonly string[] };

const SHOWN = 20;

/** No label, each label, and each with the commonest other, so that "all of its labels" is told from "any". */
const LABEL_SETS: readonly (readonly Label[])[] = [[], ...LABELS.map((label): Label[] => [label]), ...LABELS.filter((label) => label !== "restricted").map((label): Label[] => ["restricted", label])];

/**
 * Compares in every cell.
 * @param readers whose staff asks; all organisations that have an agreement where missing
 * @param purposes for which; all where missing
 */
export function enumerateGrants(region: Region, readers: readonly Organisation[] = region.organisations.filter((each) => each.agreement !== null), purposes: readonly Purpose[] = PURPOSES): GrantEnumeration {
  // One source of each type stands for all of it; the reader's own stands beside them.
  const sources = [...Map.groupBy(region.organisations, (each) => each.type).values()].map((each) => each[0]!.odsCode);
  const differences: string[] = [];
  let [grants, items, differ] = [0, 0, 0];
  for (const organisation of readers) {
    const from = [...new Set([organisation.odsCode, ...sources])];
    const kinds = SECTIONS.flatMap(({ id }) => LABEL_SETS.flatMap((labels) => from.map((source): ItemKind => ({ source, section: id, labels }))));
    for (const role of region.roles) {
      for (const purpose of purposes) {
        for (const entering of casesOf({ role, organisation, purpose }, from)) {
          const grant = grantOf(region, role, organisation, { purpose }, { reason: entering.emergency ? "break-glass" : "" }, factsOf(entering, from));
          const opened = new Set(grant.sourcePatientIds);
          grants += 1;
          for (const kind of kinds) {
            items += 1;
            const shown = opened.has(kind.source) && grant.sections.has(kind.section) && kind.labels.every((label) => grant.labels.has(label));
            if (shown === mayShow(region, entering, kind)) continue;
            differ += 1;
            if (differences.length < SHOWN) differences.push(`${role.id} of ${organisation.odsCode} for ${purpose}${entering.emergency ? " in an emergency" : ""}, objections ${JSON.stringify(entering.objections)}: ${kind.section} of ${kind.source} with ${kind.labels.join(", ") || "no label"} is ${shown ? "shown" : "not shown"} by the grant and ${shown ? "not shown" : "shown"} by the rule`);
          }
        }
      }
    }
  }
  return { grants, items, differ, differences };
}

/** With and without emergency, objection of each kind and state, and protection. */
function casesOf(who: Pick<Entering, "role" | "organisation" | "purpose">, sources: readonly string[]): Entering[] {
  const other = sources.find((each) => each !== who.organisation.odsCode)!;
  const plain: Entering = { ...who, emergency: false, objections: [], protectedPerson: false };
  return [
    plain,
    { ...plain, emergency: true },
    { ...plain, protectedPerson: true },
    { ...plain, objections: [{ state: "upheld", scope: { kind: "organisation", odsCode: other } }] },
    { ...plain, objections: [{ state: "interim", scope: { kind: "section", section: "medicines" } }] },
    { ...plain, objections: [{ state: "not-upheld", scope: { kind: "section", section: "medicines" } }, { state: "withdrawn", scope: { kind: "organisation", odsCode: other } }] },
  ];
}

/** Each source is its own source patient here. */
function factsOf({ objections, protectedPerson }: Entering, sources: readonly string[]): AccessFacts {
  return {
    personId: "", sourcePatients: sources.map((organisation) => ({ sourcePatientId: organisation, organisation })), personDateOfBirth: null, personNhsNumber: null, relationships: [], reason: null,
    objections, whereabouts: protectedPerson ? { words: [], practices: [] } : null, linksRevision: 0, now: new Date(0),
  };
}
