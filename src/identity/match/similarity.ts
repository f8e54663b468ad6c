/** How like two spellings are. Numbers only; nothing here knows what a name is. */

const mineTaken = new Uint8Array(64);
const theirsTaken = new Uint8Array(64);

/**
 * Jaro-Winkler (Winkler 1990): 1 for equal texts, 0 for texts without a common
 * letter; a common beginning of up to four letters counts more. Letters beyond
 * the 64th are not looked at.
 */
export function jaroWinkler(a: string, b: string): number {
  if (a === b) return 1;
  const lengthA = Math.min(a.length, 64);
  const lengthB = Math.min(b.length, 64);
  if (lengthA === 0 || lengthB === 0) return 0;
  const reach = Math.max(0, (Math.max(lengthA, lengthB) >> 1) - 1);
  theirsTaken.fill(0, 0, lengthB);
  let common = 0;
  for (let i = 0; i < lengthA; i++) {
    mineTaken[i] = 0;
    const letter = a.charCodeAt(i);
    const end = Math.min(i + reach + 1, lengthB);
    for (let j = Math.max(0, i - reach); j < end; j++) {
      if (theirsTaken[j] === 1 || b.charCodeAt(j) !== letter) continue;
      mineTaken[i] = 1;
      theirsTaken[j] = 1;
      common++;
      break;
    }
  }
  if (common === 0) return 0;
  let moved = 0;
  for (let i = 0, j = 0; i < lengthA; i++) {
    if (mineTaken[i] === 0) continue;
    while (theirsTaken[j] === 0) j++;
    if (a.charCodeAt(i) !== b.charCodeAt(j)) moved++;
    j++;
  }
  const jaro = (common / lengthA + common / lengthB + (common - moved / 2) / common) / 3;
  let beginning = 0;
  while (beginning < 4 && beginning < lengthA && beginning < lengthB && a.charCodeAt(beginning) === b.charCodeAt(beginning)) beginning++;
  return jaro + beginning * 0.1 * (1 - jaro);
}

/** Whether two texts differ by one letter put in, left out or changed, or by two neighbours that changed places. Equal texts: true. */
export function oneEdit(a: string, b: string): boolean {
  const [short, long] = a.length <= b.length ? [a, b] : [b, a];
  if (long.length - short.length > 1) return false;
  let at = 0;
  while (at < short.length && short.charCodeAt(at) === long.charCodeAt(at)) at++;
  if (at === long.length) return true;
  if (short.length !== long.length) return short.endsWith(long.slice(at + 1));
  if (short.slice(at + 1) === long.slice(at + 1)) return true;
  return at + 1 < short.length && short.charCodeAt(at) === long.charCodeAt(at + 1) && short.charCodeAt(at + 1) === long.charCodeAt(at) && short.slice(at + 2) === long.slice(at + 2);
}

const rows = [new Uint8Array(66), new Uint8Array(66), new Uint8Array(66)];

/** Edits between two texts (optimal string alignment: insert, leave out, change, swap neighbours), or `most` + 1 where there are more. */
export function edits(a: string, b: string, most: number): number {
  if (a === b) return 0;
  if (Math.abs(a.length - b.length) > most) return most + 1;
  if (most === 1) return oneEdit(a, b) ? 1 : 2;
  const lengthA = Math.min(a.length, 64);
  const lengthB = Math.min(b.length, 64);
  let [before, last, row] = rows as [Uint8Array, Uint8Array, Uint8Array];
  for (let j = 0; j <= lengthB; j++) last[j] = j;
  for (let i = 1; i <= lengthA; i++) {
    row[0] = i;
    let least = i;
    for (let j = 1; j <= lengthB; j++) {
      const same = a.charCodeAt(i - 1) === b.charCodeAt(j - 1);
      let cost = Math.min(last[j]! + 1, row[j - 1]! + 1, last[j - 1]! + (same ? 0 : 1));
      if (i > 1 && j > 1 && a.charCodeAt(i - 1) === b.charCodeAt(j - 2) && a.charCodeAt(i - 2) === b.charCodeAt(j - 1)) cost = Math.min(cost, before[j - 2]! + 1);
      row[j] = cost;
      if (cost < least) least = cost;
    }
    if (least > most) return most + 1;
    [before, last, row] = [last, row, before];
  }
  return Math.min(last[lengthB]!, most + 1);
}
