/** The policies against the decision table, over every cell of the domain; and two policy sets against each other. */
import { faultLines, isRegionFaults, type Region } from "#governance";
import { cellWords, requestOfCell, AXES, AXIS_NAMES, type Axis, type Cell } from "./cells.ts";
import { compose, walk, type Composed } from "./composed.ts";
import { expectedOf } from "./decision-table.ts";
import { readPolicies, type PolicySet } from "./policies.ts";

export type Enumeration = {
  readonly cells: number;
  readonly asked: number;
  readonly differ: number;
  /** The first few that differ: the cell in words, what the policies answer, what the table says. */
  readonly differences: readonly { readonly cell: string; readonly answered: string; readonly expected: string }[];
  /** Cells by answer. */
  readonly answers: ReadonlyMap<string, number>;
};

/** Few enough to read. */
const SHOWN = 20;

/** The policies of a region, for enumeration; a defect where they do not validate. */
export function policiesOf(region: Region): PolicySet {
  const policies = readPolicies(region);
  if (isRegionFaults(policies)) throw new Error(faultLines(policies));
  return policies;
}

const NOTHING = "nothing permits";
const answerOf = ({ tables }: Composed, deciding: number): string => (deciding < 0 ? NOTHING : `${tables[deciding]!.policy.effect === "permit" ? "allow " : ""}${tables[deciding]!.policy.id}`);

/**
 * Compares policies and decision table in every cell, or in those that `only` leaves.
 * @throws NotEnumerable where a policy reads a fact that stands on no axis
 */
export function enumerate(policies: PolicySet, only: Partial<Record<Axis, readonly unknown[]>> = {}): Enumeration {
  const composed = compose(policies);
  const names = composed.tables.map((_, at) => answerOf(composed, at));
  const counts = new Map<string, number>();
  const byPlace = new Uint32Array(names.length + 1);
  const differences: { cell: string; answered: string; expected: string }[] = [];
  let differ = 0;
  const cells = walk([composed], (cell, [deciding = -1]) => {
    const answered = deciding < 0 ? "nothing permits" : names[deciding]!;
    byPlace[deciding + 1]! += 1;
    const expected = expectedOf(cell);
    if (answered === expected) return;
    differ += 1;
    if (differences.length < SHOWN) differences.push({ cell: cellWords(cell), answered, expected });
  }, only);
  byPlace.forEach((count, place) => { if (count > 0) counts.set(place === 0 ? "nothing permits" : names[place - 1]!, count); });
  return { cells, asked: composed.asked, differ, differences, answers: counts };
}

/** What the whole policy set answers for a cell when Cedar itself is asked: the composition is tested against this. */
export function askedWhole(policies: PolicySet, cell: Cell): string {
  const { principal, action, resource, context, entities } = requestOfCell(cell);
  const { allow, policy, failed } = policies.ask(principal, action, resource, context, entities);
  return failed ? "failed" : policy === null ? "nothing permits" : `${allow ? "allow " : ""}${policy.id}`;
}

/** Cells of one kind that a change of policies flips: what it was, what it becomes, how many, and one of them in words. */
export type Flips = { readonly before: string; readonly after: string; readonly cells: number; readonly example: string };

/**
 * Every cell in which another policy set answers otherwise, gathered by answer.
 * Opening and closing come first: an answer that only names another refusal
 * changes no right. `each` gets every flipped cell.
 */
export function compareSets(before: PolicySet, after: PolicySet, each: (cell: string, was: string, becomes: string) => void = () => {}): Flips[] {
  const [old, fresh] = [compose(before), compose(after)];
  // What both forbid in the same words with the same order flips nowhere: walk only where such forbids are silent.
  const only = restriction(old, fresh);
  const answers = new Map<string, { before: string; after: string; cells: number; example: string }>();
  const [oldNames, freshNames] = [old, fresh].map((set) => set.tables.map((_, at) => answerOf(set, at))) as [string[], string[]];
  walk([old, fresh], (cell, [one = -1, other = -1]) => {
    const was = oldNames[one] ?? NOTHING;
    const becomes = freshNames[other] ?? NOTHING;
    if (was === becomes) return;
    const key = `${was}\n${becomes}`;
    const known = answers.get(key);
    if (known === undefined) answers.set(key, { before: was, after: becomes, cells: 1, example: cellWords(cell) });
    else known.cells += 1;
    each(cellWords(cell), was, becomes);
  }, only);
  const opens = ({ before: was, after: becomes }: Flips): number => (was.startsWith("allow") === becomes.startsWith("allow") ? 1 : 0);
  return [...answers.values()].sort((a, b) => opens(a) - opens(b) || b.cells - a.cells);
}

/**
 * Axes that only unchanged forbids of a single axis read, cut to the values at which
 * those are silent: elsewhere both sets deny by the same policy, unless a changed
 * forbid of lower order decides, so an axis is cut only where none has one.
 */
function restriction(old: Composed, fresh: Composed): Partial<Record<Axis, readonly unknown[]>> {
  const textOf = new Map(fresh.tables.map(({ policy }) => [policy.id, policy.text]));
  const isSame = ({ policy }: Composed["tables"][number]): boolean => textOf.get(policy.id) === policy.text;
  const changed = [...old.tables.filter((each) => !isSame(each)), ...fresh.tables.filter(({ policy }) => old.tables.find((each) => each.policy.id === policy.id)?.policy.text !== policy.text)];
  const lowestChangedForbid = Math.min(...changed.filter(({ policy }) => policy.effect === "forbid").map(({ policy }) => policy.order), Infinity);
  const only: Partial<Record<Axis, readonly unknown[]>> = {};
  for (const axis of AXIS_NAMES) {
    if (axis === "action") continue;
    const readers = [...old.tables, ...fresh.tables].filter(({ axes }) => axes.includes(axis));
    if (readers.length === 0 || changed.some(({ axes }) => axes.includes(axis))) {
      if (readers.length === 0) only[axis] = [AXES[axis][0]];
      continue;
    }
    const isPlain = readers.every(({ policy, axes }) => policy.effect === "forbid" && policy.order < lowestChangedForbid && axes.every((each) => each === "action" || each === axis));
    if (isPlain) only[axis] = AXES[axis].filter((_, place) => readers.every(({ satisfied }) => satisfied[place * AXES.action.length] === 0));
  }
  return only;
}
