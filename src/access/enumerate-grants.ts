/** The sets of a grant against the rule by item, for every role, purpose, organisation, objection and kind of item. */
import { LABELS, SECTIONS, type Label } from "#standards";
import { PURPOSES, type Purpose } from "#decision";
import type { Organisation, Region } from "#governance";
import type { Objection, ObjectionScope } from "#objections";
import { uuidOf } from "#platform";
import type { AccessFacts } from "./facts.ts";
import { grantOf } from "./grant.ts";
import { mayShow, type Entering, type ItemKind } from "./item-rule.ts";
import { objectedFor } from "./objected.ts";

export type GrantEnumeration = { readonly grants: number; readonly items: number; readonly differ: number; readonly differences: readonly string[] };

const SHOWN = 20;

/** No label, each label, and each with the commonest other, so that "all of its labels" is told from "any". */
const LABEL_SETS: readonly (readonly Label[])[] = [[], ...LABELS.map((label): Label[] => [label]), ...LABELS.filter((label) => label !== "restricted").map((label): Label[] => ["restricted", label])];

/** Each source is its own source patient here; each kind of item has an entry whose id carries it. */
const homeOf = (source: string): string => uuidOf(`home ${source}`);
const bare = (uuid: string): string => uuid.replaceAll("-", "");
const keyOf = (kind: Omit<ItemKind, "itemId">): string => uuidOf(`${kind.source} ${kind.section} ${kind.labels.join()}`);

type Placed = ItemKind & { readonly home: string; readonly key: string };

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
    const kinds = from.flatMap((source) => SECTIONS.flatMap(({ id: section }) => LABEL_SETS.map((labels): Placed => {
      const [home, key] = [homeOf(source), keyOf({ source, section, labels })];
      return { source, section, labels, home, key, itemId: bare(home) + bare(key) };
    })));
    for (const role of region.roles) {
      for (const purpose of purposes) {
        for (const entering of casesOf({ role, organisation, purpose }, from, kinds)) {
          const facts = factsOf(entering, from);
          // The record as a whole is closed by policy before any grant is made.
          const objectedToAll = purpose === "direct-care" && objectedFor(organisation.odsCode, facts).closed;
          const grant = grantOf(region, role, organisation, { purpose }, { reason: entering.emergency ? "break-glass" : "", objectedToAll, vitalInterests: "not-offered" }, facts);
          const opened = new Set(grant.sourcePatientIds);
          const pairs = new Set(grant.withheld?.sections.map((each) => `${each.sourcePatientId} ${each.section}`) ?? []);
          const keptBack = new Set(grant.withheld?.items ?? []);
          grants += 1;
          for (const kind of kinds) {
            items += 1;
            const shown = opened.has(kind.home) && grant.sections.has(kind.section) && kind.labels.every((label) => grant.labels.has(label)) && !pairs.has(`${kind.home} ${kind.section}`) && !keptBack.has(kind.key);
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

/** With and without emergency and protection; objections of each kind, meanwhile and upheld; ones that have ended. */
function casesOf(who: Pick<Entering, "role" | "organisation" | "purpose">, sources: readonly string[], kinds: readonly Placed[]): Entering[] {
  const own = who.organisation.odsCode;
  const other = sources.find((each) => each !== own)!;
  const plain: Entering = { ...who, emergency: false, objections: [], protectedPerson: false };
  const itemOf = (source: string): ObjectionScope => ({ kind: "item", itemId: kinds.find((each) => each.source === source && each.section === "problems" && each.labels.length === 0)!.itemId });
  const scopes: readonly ObjectionScope[] = [{ kind: "everything" }, { kind: "organisation", odsCode: other }, { kind: "organisation", odsCode: own }, { kind: "viewer", odsCode: own }, { kind: "viewer", odsCode: other }, { kind: "section", section: "medicines" }, itemOf(own), itemOf(other)];
  const of = (state: Objection["state"], ...objected: readonly ObjectionScope[]): Entering => ({ ...plain, objections: objected.map((scope) => ({ state, scope })) });
  return [
    plain,
    { ...plain, emergency: true },
    { ...plain, protectedPerson: true },
    ...scopes.flatMap((scope) => [of("interim", scope), of("upheld", scope)]),
    of("upheld", scopes[1]!, scopes[5]!, scopes[6]!),
    of("not-upheld", ...scopes),
    of("withdrawn", ...scopes),
  ];
}

function factsOf({ objections, protectedPerson }: Entering, sources: readonly string[]): AccessFacts {
  return {
    personId: "", sourcePatients: sources.map((organisation) => ({ sourcePatientId: homeOf(organisation), organisation })), personDateOfBirth: null, personNhsNumber: null, relationships: [], reason: null,
    objections, whereabouts: protectedPerson ? { words: [], practices: [] } : null, linksRevision: 0, now: new Date(0),
  };
}
