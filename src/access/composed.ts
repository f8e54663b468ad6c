/**
 * The answer of a whole policy set over the whole domain, from what each policy
 * answers by itself. Asking Cedar for each of some 160 million cells would take
 * more than a day (0.7 ms each). But a policy reads few facts: alone, over all values of
 * just those, Cedar is asked a few hundred times. Cedar's own rule then composes
 * the whole: forbid where any forbid is satisfied, else permit where any permit
 * is, else deny; of those satisfied the one of lowest order is named. A sample
 * of cells is asked of the whole set too, which tests the composition.
 */
import type { PolicyJson } from "@cedar-policy/cedar-wasm/nodejs";
import { AXES, AXIS_NAMES, AXIS_OF, OPEN_ONLY, requestOfCell, type Axis, type Cell } from "./cells.ts";
import type { ParsedPolicy, PolicySet } from "./policies.ts";

/** What one policy says over the facts that it reads. */
type Table = { readonly policy: ParsedPolicy; readonly axes: readonly Axis[]; readonly satisfied: Uint8Array };

export type Composed = {
  /** Forbids, then permits, each by order: the first satisfied one decides. */
  readonly tables: readonly Table[];
  /** How often Cedar was asked. */
  readonly asked: number;
};

/** A policy reads something that stands on no axis, or cannot be evaluated. */
export class NotEnumerable extends Error {}

const places = new Map<Axis, number>(AXIS_NAMES.map((axis, index) => [axis, index]));
const sizes = AXIS_NAMES.map((axis) => AXES[axis].length);

const composed = new WeakMap<PolicySet, Composed>();

/** What a policy of this text answers by itself under this schema: asked once, so that a change of one policy asks about that one alone. */
const answered = new Map<string, Uint8Array>();
const MOST_ANSWERED = 1000;

/** Asks Cedar about each policy alone, over the facts that it reads; once a policy set. */
export function compose(policies: PolicySet): Composed {
  const known = composed.get(policies);
  if (known !== undefined) return known;
  let asked = 0;
  const tables = policies.policies.map((policy): Table => {
    const axes = axesOf(policy);
    const size = axes.reduce((product, axis) => product * AXES[axis].length, 1);
    const known = answered.get(`${policies.schema}\n${policy.text}`);
    if (known !== undefined) return { policy, axes, satisfied: known };
    const satisfied = new Uint8Array(size);
    for (let index = 0; index < size; index++) {
      const cell = cellOf(axes, index);
      // Facts that a request to find does not have cannot differ there.
      if (cell.action === "find" && axes.some((axis) => OPEN_ONLY.has(axis) && cell[axis] !== AXES[axis][0])) continue;
      asked += 1;
      const answer = policies.askAlone(policy.id, requestOfCell(cell));
      if (answer === "failed") throw new NotEnumerable(`${policy.id} could not be evaluated for ${JSON.stringify(cell)}`);
      satisfied[index] = answer === "satisfied" ? 1 : 0;
    }
    if (answered.size >= MOST_ANSWERED) answered.clear();
    answered.set(`${policies.schema}\n${policy.text}`, satisfied);
    return { policy, axes, satisfied };
  });
  const rank = ({ policy }: Table): number => (policy.effect === "forbid" ? 0 : 1_000_000) + policy.order;
  const answer = { tables: tables.sort((a, b) => rank(a) - rank(b)), asked };
  composed.set(policies, answer);
  return answer;
}

/** The axes that a policy reads, `action` first: it may be about one action only. */
function axesOf(policy: ParsedPolicy): Axis[] {
  const axes = new Set<Axis>(["action"]);
  for (const path of attributesOf(policy.json)) {
    const read = AXIS_OF[path];
    if (read === undefined) throw new NotEnumerable(`${policy.id} reads ${path}, which stands on no axis of the enumeration`);
    for (const axis of read) axes.add(axis);
  }
  return AXIS_NAMES.filter((axis) => axes.has(axis));
}

/** Every `principal.x`, `resource.x`, `context.x` that the conditions read, with what lies below. */
function attributesOf(json: PolicyJson): Set<string> {
  const paths = new Set<string>();
  const pathOf = (node: unknown): string | null => {
    if (node === null || typeof node !== "object") return null;
    if ("Var" in node) return String(node.Var);
    const dot = (node as { "."?: { left: unknown; attr: string } })["."];
    const left = dot === undefined ? null : pathOf(dot.left);
    return left === null ? null : `${left}.${dot!.attr}`;
  };
  const walk = (node: unknown): void => {
    if (node === null || typeof node !== "object") return;
    const path = pathOf(node);
    if (path !== null && path.includes(".")) paths.add(path);
    for (const each of Object.values(node)) walk(each);
  };
  walk(json.conditions);
  return paths;
}

function cellOf(axes: readonly Axis[], index: number): Cell {
  const cell: Record<string, unknown> = Object.fromEntries(AXIS_NAMES.map((axis) => [axis, AXES[axis][0]]));
  for (const axis of axes) {
    const values = AXES[axis];
    cell[axis] = values[index % values.length];
    index = Math.floor(index / values.length);
  }
  return cell as Cell;
}

/** For each axis, by how much a table's index grows with a step on it; 0 where the table does not read it. */
function stridesOf(tables: readonly Table[]): Int32Array[] {
  return tables.map(({ axes }) => {
    const strides = new Int32Array(AXIS_NAMES.length);
    let stride = 1;
    for (const axis of axes) {
      strides[places.get(axis)!] = stride;
      stride *= AXES[axis].length;
    }
    return strides;
  });
}

/**
 * Walks every cell of the domain (facts that `find` does not have stay at their
 * first value there) with the place of each set's deciding table; `cell` and
 * `deciding` are the same objects at each call. `only` restricts axes to some of
 * their values.
 * @returns how many cells were visited
 */
export function walk(sets: readonly Composed[], visit: (cell: Readonly<Cell>, deciding: Readonly<Int32Array>) => void, only: Partial<Record<Axis, readonly unknown[]>> = {}): number {
  const tables = sets.flatMap((set) => set.tables);
  const ends = sets.map((_, at) => sets.slice(0, at + 1).reduce((sum, set) => sum + set.tables.length, 0));
  const strides = stridesOf(tables);
  const indexes = new Int32Array(tables.length);
  const deciding = new Int32Array(sets.length);
  const cell = cellOf([], 0) as Record<Axis, unknown>;
  let visited = 0;
  const decide = (): void => {
    let from = 0;
    for (let set = 0; set < ends.length; set++) {
      let at = from;
      while (at < ends[set]! && tables[at]!.satisfied[indexes[at]!] !== 1) at += 1;
      deciding[set] = at === ends[set] ? -1 : at - from;
      from = ends[set]!;
    }
  };
  const step = (place: number): void => {
    if (place === AXIS_NAMES.length) {
      visited += 1;
      decide();
      visit(cell as Cell, deciding);
      return;
    }
    const axis = AXIS_NAMES[place]!;
    const values = AXES[axis];
    const wanted = only[axis];
    const last = cell.action === "find" && OPEN_ONLY.has(axis) ? 1 : sizes[place]!;
    for (let value = 0; value < last; value++) {
      if (wanted === undefined || wanted.includes(values[value])) {
        cell[axis] = values[value];
        step(place + 1);
      }
      for (let at = 0; at < tables.length; at++) indexes[at]! += strides[at]![place]!;
    }
    for (let at = 0; at < tables.length; at++) indexes[at]! -= strides[at]![place]! * last;
    cell[axis] = values[0];
  };
  step(0);
  return visited;
}
