/** What changed between two texts, line by line: kept, taken away, put in. */
export type LineChange = { kind: "same" | "removed" | "added"; text: string };

/** Longer middles are shown as taken away and put in as a whole. */
const MOST_LINES = 1500;

export function lineDifference(before: string, after: string): LineChange[] {
  const [a, b] = [before.split("\n"), after.split("\n")];
  let head = 0;
  while (head < a.length && head < b.length && a[head] === b[head]) head++;
  let tail = 0;
  while (tail < a.length - head && tail < b.length - head && a[a.length - 1 - tail] === b[b.length - 1 - tail]) tail++;
  const same = (lines: readonly string[]): LineChange[] => lines.map((text) => ({ kind: "same", text }));
  return [...same(a.slice(0, head)), ...middle(a.slice(head, a.length - tail), b.slice(head, b.length - tail)), ...same(a.slice(a.length - tail))];
}

/** The longest common part of what is left. */
function middle(a: readonly string[], b: readonly string[]): LineChange[] {
  if (a.length > MOST_LINES || b.length > MOST_LINES) return [...a.map((text): LineChange => ({ kind: "removed", text })), ...b.map((text): LineChange => ({ kind: "added", text }))];
  const common = Array.from({ length: a.length + 1 }, () => new Uint16Array(b.length + 1));
  for (let i = a.length - 1; i >= 0; i--) for (let j = b.length - 1; j >= 0; j--) common[i]![j] = a[i] === b[j] ? common[i + 1]![j + 1]! + 1 : Math.max(common[i + 1]![j]!, common[i]![j + 1]!);
  const changes: LineChange[] = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      changes.push({ kind: "same", text: a[i]! });
      i++;
      j++;
    } else if (i < a.length && (j >= b.length || common[i + 1]![j]! >= common[i]![j + 1]!)) changes.push({ kind: "removed", text: a[i++]! });
    else changes.push({ kind: "added", text: b[j++]! });
  }
  return changes;
}
