import type { Random } from "../random.ts";

/** Letters that lie beside each other on a keyboard, for slips of the finger. */
const BESIDE: Readonly<Record<string, string>> = {
  a: "sq", b: "vn", c: "xv", d: "sf", e: "wr", f: "dg", g: "fh", h: "gj", i: "uo", j: "hk", k: "jl", l: "ko", m: "n", n: "bm", o: "ip", p: "o", q: "wa", r: "et", s: "ad", t: "ry", u: "yi", v: "cb", w: "qe", x: "zc", y: "tu", z: "x",
};

/** A slip of the keyboard in a name: a letter doubled, dropped, hit beside, or swapped with its neighbour. Never the text itself. */
export function slipOfName(name: string, random: Random): string {
  if (name.length < 2) return `${name}e`;
  for (let tries = 0; tries < 4; tries++) {
    const at = random.whole(1, name.length - 1);
    const letter = name[at]!;
    const kind = random.whole(0, 3);
    let slipped: string;
    if (kind === 0) slipped = name.slice(0, at) + letter + name.slice(at);
    else if (kind === 1 && name.length > 2) slipped = name.slice(0, at) + name.slice(at + 1);
    else if (kind === 2) slipped = name.slice(0, at) + random.pick([...(BESIDE[letter.toLowerCase()] ?? "e")]) + name.slice(at + 1);
    else if (at < name.length - 1) slipped = name.slice(0, at) + name[at + 1]! + letter + name.slice(at + 2);
    else continue;
    if (slipped.toLowerCase() !== name.toLowerCase()) return slipped;
  }
  return `${name}e`;
}

/** One digit of a text mistyped. */
export function slipOfDigit(text: string, random: Random): string {
  const places: number[] = [];
  for (let at = 0; at < text.length; at++) if (text[at]! >= "0" && text[at]! <= "9") places.push(at);
  if (places.length === 0) return text;
  const at = random.pick(places);
  return text.slice(0, at) + String((Number(text[at]) + random.whole(1, 9)) % 10) + text.slice(at + 1);
}

const two = (number: number): string => (number < 10 ? `0${number}` : String(number));

/** A date with another day: the next one, a digit slipped. Always a real date, never the same. */
export function slipOfDay(date: string, random: Random): string {
  const day = Number(date.slice(8));
  const other = random.chance(0.4) ? day + random.pick([-1, 1]) : random.chance(0.5) ? day + random.pick([-10, 10]) : random.whole(1, 28);
  const inside = other < 1 || other > 28 || other === day ? (day === 15 ? 16 : 15) : other;
  return `${date.slice(0, 8)}${two(inside)}`;
}

export function slipOfMonth(date: string, random: Random): string {
  const month = Number(date.slice(5, 7));
  const other = random.chance(0.5) ? month + random.pick([-1, 1]) : random.whole(1, 12);
  const inside = other < 1 || other > 12 || other === month ? (month % 12) + 1 : other;
  return `${date.slice(0, 5)}${two(inside)}-${two(Math.min(28, Number(date.slice(8))))}`;
}

/** Another year: one off, a decade off, or the last two digits exchanged; not in the future of 2026. */
export function slipOfYear(date: string, random: Random): string {
  const year = Number(date.slice(0, 4));
  const [tens, ones] = [Math.floor((year % 100) / 10), year % 10];
  const draw = random.next();
  const other = draw < 0.45 ? year + random.pick([-1, 1]) : draw < 0.75 ? year + random.pick([-10, 10]) : Math.floor(year / 100) * 100 + ones * 10 + tens;
  return `${other > 2026 || other === year ? year - 1 : other}${date.slice(4, 8)}${two(Math.min(28, Number(date.slice(8))))}`;
}

/** Day and month exchanged, where that gives another real date; else `null`. */
export function dayAndMonthExchanged(date: string): string | null {
  const [year, month, day] = date.split("-") as [string, string, string];
  return Number(day) <= 12 && day !== month ? `${year}-${day}-${month}` : null;
}
