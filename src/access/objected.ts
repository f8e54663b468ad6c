/** What the objections of a person take from one reader. Set arithmetic; pure. */
import type { Withheld } from "#decision";
import { isInForce, type Objection, type ObjectionScope } from "#objections";
import type { SectionId } from "#standards";
import type { AccessFacts } from "./facts.ts";

/** How objections stand towards one reader. */
export type Objected = {
  /** Nothing may be shown. */
  readonly closed: boolean;
  /** Only what the reader's own organisation wrote: restricted while it is considered. */
  readonly ownOnly: boolean;
  /** Organisations whose data is kept back. */
  readonly organisations: ReadonlySet<string>;
  /** Sections kept back wholly. */
  readonly sections: ReadonlySet<SectionId>;
  readonly withheld: Withheld | null;
  /** Any objection in force takes something from somebody: the words about it are the same whatever it is. */
  readonly any: boolean;
};

/**
 * An upheld objection closes for everybody, authors too: their own system has what they wrote
 * (decision 0010). One that restricts meanwhile leaves each organisation what it wrote itself.
 */
export function objectedFor(reader: string, facts: Pick<AccessFacts, "objections" | "sourcePatients">): Objected {
  const inForce = facts.objections.filter(isInForce);
  const own = facts.sourcePatients.filter((each) => each.organisation === reader).map((each) => each.sourcePatientId);
  const others = facts.sourcePatients.filter((each) => each.organisation !== reader).map((each) => each.sourcePatientId);
  const isAbout = ({ scope }: Pick<Objection, "scope">): boolean => scope.kind === "everything" || (scope.kind === "viewer" && scope.odsCode === reader);
  const whole = inForce.filter(isAbout);
  const parts = <K extends ObjectionScope["kind"]>(kind: K): { state: Objection["state"]; scope: Extract<ObjectionScope, { kind: K }> }[] => inForce.filter((each) => each.scope.kind === kind) as never;
  const organisations = parts("organisation").filter(({ state, scope }) => state === "upheld" || scope.odsCode !== reader).map(({ scope }) => scope.odsCode);
  const sections = new Set(parts("section").filter(({ state }) => state === "upheld" || own.length === 0).map(({ scope }) => scope.section));
  const pairs = parts("section").filter(({ scope }) => !sections.has(scope.section)).flatMap(({ scope: { section } }) => others.map((sourcePatientId) => ({ sourcePatientId, section })));
  // The id of a resource carries its source patient (house.md, section 4), and with it whose entry it is.
  const items = parts("item").filter(({ state, scope }) => state === "upheld" || !own.some((each) => scope.itemId.startsWith(each.replaceAll("-", "")))).map(({ scope }) => keyOf(scope.itemId));
  return {
    closed: whole.some((each) => each.state === "upheld") || (whole.length > 0 && own.length === 0),
    ownOnly: whole.length > 0,
    organisations: new Set(organisations),
    sections,
    withheld: items.length === 0 && pairs.length === 0 ? null : { items: [...new Set(items)], sections: pairs },
    any: inForce.some(({ scope }) => scope.kind !== "viewer") || whole.length > 0,
  };
}

/** The second half of a resource's id: its own key. */
const keyOf = (itemId: string): string => itemId.slice(32).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
