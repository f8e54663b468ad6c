/**
 * Units of laboratories and measurements, read well enough to say which belong
 * to one quantity, and to convert a value where that is safe: within a dimension
 * by a factor, from mass to amount of substance by a molar mass that the caller
 * knows. Everything else is left as it was sent. Numbers are texts and whole
 * numbers throughout: moving a decimal point loses nothing.
 * Unit symbols after UCUM; spellings that laboratories send beside them.
 */

/** A unit as powers of base units and a factor: `ten` is the power of ten, `ratio` what is left. */
export type ReadUnit = { readonly dimension: string; readonly ten: number; readonly ratio: readonly [bigint, bigint] };

const PREFIXES: Readonly<Record<string, number>> = { f: -15, p: -12, n: -9, u: -6, m: -3, c: -2, d: -1, k: 3, "": 0 };

/** Base units with the dimension they are of and their size in it. */
const BASES: Readonly<Record<string, { readonly of: string; readonly ten?: number; readonly ratio?: readonly [bigint, bigint] }>> = {
  g: { of: "g" }, mol: { of: "mol" }, L: { of: "L" }, l: { of: "L" }, U: { of: "U" }, "[IU]": { of: "IU" }, "[iU]": { of: "IU" }, osm: { of: "osm" }, m: { of: "m" }, m2: { of: "m2" }, Pa: { of: "Pa" },
  // A column of mercury of one metre, by definition 133322.387415 pascal.
  "m[Hg]": { of: "Pa", ten: -6, ratio: [133_322_387_415n, 1n] },
  // One unit of an enzyme turns over a micromole a minute, a katal a mole a second.
  kat: { of: "U", ten: 7, ratio: [6n, 1n] },
  "[lb_av]": { of: "g", ten: -5, ratio: [45_359_237n, 1n] }, "[st_av]": { of: "g", ten: -5, ratio: [635_029_318n, 1n] }, "[in_i]": { of: "m", ten: -4, ratio: [254n, 1n] },
  min: { of: "min" }, h: { of: "h" }, d: { of: "d" }, s: { of: "s" }, Cel: { of: "Cel" }, "%": { of: "%" }, "{score}": { of: "score" }, "{1.73_m2}": { of: "1.73 m2" },
};
/** Bases that no prefix goes before. */
const BARE = new Set(["min", "h", "d", "%", "Cel", "m2", "{score}", "{1.73_m2}", "[lb_av]", "[st_av]", "[in_i]"]);

/** Spellings beside UCUM's own, in lower case without spaces. A symbol whose case makes it another unit (`Mg`) is not among them. */
const SPELLINGS: Readonly<Record<string, string>> = {
  mmhg: "mm[Hg]", kpa: "kPa", mcg: "ug", "mcg/l": "ug/L", "mmol/l": "mmol/L", mmoll: "mmol/L", "umol/l": "umol/L", umoll: "umol/L", "nmol/l": "nmol/L", "pmol/l": "pmol/L", "g/l": "g/L", "g/dl": "g/dL", gm: "g", "gm/dl": "g/dL", "mg/dl": "mg/dL", "mg/l": "mg/L",
  "ug/l": "ug/L", "ug/dl": "ug/dL", "ng/l": "ng/L", "ng/ml": "ng/mL", "ng/dl": "ng/dL", "pg/ml": "pg/mL", "u/l": "U/L", "iu/l": "[IU]/L", "miu/l": "m[IU]/L", "mu/l": "mU/L", "ml/min/1.73m2": "mL/min/{1.73_m2}", "ml/min/1.73m^2": "mL/min/{1.73_m2}", "ml/min/1.73m²": "mL/min/{1.73_m2}", "ml/min/1.73sqm": "mL/min/{1.73_m2}",
  "kg/m^2": "kg/m2", "kg/m²": "kg/m2", bpm: "/min", "beats/min": "/min", "/min": "/min", "breaths/min": "/min", degc: "Cel", "°c": "Cel", percent: "%", kgs: "kg", lb: "[lb_av]", in: "[in_i]",
};
const SUPERSCRIPTS: Readonly<Record<string, string>> = { "⁰": "0", "¹": "1", "²": "2", "³": "3", "⁴": "4", "⁵": "5", "⁶": "6", "⁷": "7", "⁸": "8", "⁹": "9" };

/** One spelling for `10^9/L`, `x10*9/l`, `×10⁹/L`, and for micro. */
function spelt(text: string): string {
  const one = text.trim().replace(/[µμ]/g, "u").replace(/\s+/g, "").replace(/^[x×*]?10(?:\*|\^|e|E)?([0-9]+|[⁰¹²³⁴⁵⁶⁷⁸⁹]+)(?=\/)/, (_, power: string) => `10*${[...power].map((digit) => SUPERSCRIPTS[digit] ?? digit).join("")}`).replace(/^(10\*\d+)\/l$/, "$1/L");
  // `MG/L` is a machine that has no small letters; `Mg/L` could be a million times more.
  const known = one.toLowerCase();
  return /M[a-z]/.test(one) || readsAsIs(one) || !Object.hasOwn(SPELLINGS, known) ? one : SPELLINGS[known]!;
}

const readsAsIs = (unit: string): boolean => partsOf(unit) !== null;

type Part = { of: string; power: 1 | -1; ten: number; ratio: readonly [bigint, bigint] };

function partsOf(unit: string): Part[] | null {
  const parts: Part[] = [];
  for (const [index, piece] of unit.split("/").entries()) {
    const power = index === 0 ? 1 : -1;
    for (const factor of piece.split(".")) {
      if (factor === "" && index === 0 && unit.includes("/")) continue;
      // UCUM lets a remark stand behind a unit; it changes no number.
      const bare = Object.hasOwn(BASES, factor) ? factor : factor.replace(/(?<=.)\{[^}]*\}$/, "");
      const tens = /^10\*(-?\d{1,3})$/.exec(bare);
      const part = tens !== null ? { of: "", ten: Number(tens[1]), ratio: [1n, 1n] as const } : factorOf(bare);
      if (part === null) return null;
      parts.push({ ...part, power });
    }
  }
  return parts;
}

function factorOf(text: string): Omit<Part, "power"> | null {
  for (const cut of [0, 1]) {
    const [prefix, name] = [text.slice(0, cut), text.slice(cut)];
    const base = Object.hasOwn(BASES, name) ? BASES[name]! : undefined;
    if (base === undefined || !Object.hasOwn(PREFIXES, prefix) || (cut === 1 && BARE.has(name))) continue;
    return { of: base.of, ten: PREFIXES[prefix]! + (base.ten ?? 0), ratio: base.ratio ?? [1n, 1n] };
  }
  return null;
}

const read = new Map<string, ReadUnit>();
const MOST_READ = 5_000;

/** A unit as it is understood; one that is not understood is a dimension of its own, by its text. */
export function readUnit(text: string): ReadUnit {
  let unit = read.get(text);
  if (unit === undefined) {
    if (read.size >= MOST_READ) read.clear();
    read.set(text, (unit = readFresh(text)));
  }
  return unit;
}

function readFresh(text: string): ReadUnit {
  const one = spelt(text);
  const parts = one === "" ? null : partsOf(one);
  if (parts === null) return { dimension: `"${one}"`, ten: 0, ratio: [1n, 1n] };
  const powers = new Map<string, number>();
  let ten = 0;
  let [above, below] = [1n, 1n];
  for (const { of, power, ten: tens, ratio } of parts) {
    if (of !== "") powers.set(of, (powers.get(of) ?? 0) + power);
    ten += power * tens;
    above *= power === 1 ? ratio[0] : ratio[1];
    below *= power === 1 ? ratio[1] : ratio[0];
  }
  const dimension = [...powers].filter(([, power]) => power !== 0).toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([of, power]) => `${of}^${power}`).join(" ");
  return { dimension, ten, ratio: [above, below] };
}

/** What a test's own nature lets be said of its units. */
export type UnitNature = { readonly molarMass: string | null; readonly isEnzyme: boolean };
const NO_NATURE: UnitNature = { molarMass: null, isEnzyme: false };

/** The unit with mass turned into amount of substance where the molar mass is known, and international units of an enzyme into its units. */
function natural(unit: ReadUnit, { molarMass, isEnzyme }: UnitNature): ReadUnit {
  if (isEnzyme && /(^| )IU\^/.test(unit.dimension)) return { ...unit, dimension: sorted(unit.dimension.replace(/(^| )IU\^/, "$1U^")) };
  const mass = molarMass === null ? null : decimalOf(molarMass);
  if (mass === null || !/(^| )g\^1( |$)/.test(unit.dimension) || unit.dimension.includes("mol")) return unit;
  return { dimension: sorted(unit.dimension.replace(/(^| )g\^1( |$)/, "$1mol^1$2")), ten: unit.ten + mass.scale, ratio: [unit.ratio[0], unit.ratio[1] * mass.digits] };
}

const sorted = (dimension: string): string => dimension.split(" ").toSorted((a, b) => (a.split("^")[0]! < b.split("^")[0]! ? -1 : 1)).join(" ");

/** What values can be compared by: equal for units that convert into each other for this test. */
export const dimensionOf = (unit: string, nature: UnitNature = NO_NATURE): string => natural(readUnit(unit), nature).dimension;

export type UnitConverter = {
  /** No digit is lost: the decimal point moves, or nothing does. */
  readonly isExact: boolean;
  /** The units are the same, spelt in two ways. */
  readonly isSame: boolean;
  /** The number of a value; never another order than that of the values. */
  number(value: string): number;
  /** The value as text, to so many decimals where digits have to be cut, half up; a comparator stays. */
  text(value: string, decimals: number): string;
};

/** The converter from one unit to another for a test, or `null` where they are not of one quantity. Texts that are no number throw: ask `isNumber` first. */
export function converterOf(from: string, to: string, nature: UnitNature = NO_NATURE): UnitConverter | null {
  const [one, other] = [natural(readUnit(from), nature), natural(readUnit(to), nature)];
  if (one.dimension !== other.dimension) return null;
  const ten = one.ten - other.ten;
  const [above, below] = reduced(one.ratio[0] * other.ratio[1], one.ratio[1] * other.ratio[0]);
  const isExact = above === 1n && below === 1n;
  return {
    isExact,
    isSame: isExact && ten === 0,
    number: (value) => {
      const { digits, scale, sign } = numberParts(value);
      // Rounded once, from whole numbers: two values never change places.
      return sign * ratioNumber(digits * above * tenTo(ten - scale), below * tenTo(scale - ten));
    },
    text: (value, decimals) => {
      const { digits, scale, sign, comparator } = numberParts(value);
      if (isExact && ten === 0) return value;
      if (isExact) return `${comparator}${sign < 0 ? "-" : ""}${pointed(digits * tenTo(ten - scale), Math.max(0, scale - ten))}`;
      const [top, bottom] = [digits * above * tenTo(ten - scale) * tenTo(decimals), below * tenTo(scale - ten)];
      const rounded = (2n * top + bottom) / (2n * bottom);
      return `${comparator}${sign < 0 && rounded !== 0n ? "-" : ""}${pointed(rounded, decimals)}`;
    },
  };
}

const NUMBER = /^\s*([<>]=?)?\s*([+-])?(\d+)(?:\.(\d+))?\s*$/;

/** A number as laboratories write it, with a comparator or without. */
export const isNumber = (value: string): boolean => NUMBER.test(value);

function numberParts(value: string): { digits: bigint; scale: number; sign: 1 | -1; comparator: string } {
  const match = NUMBER.exec(value);
  if (match === null) throw new Error("not a number");
  const fraction = match[4] ?? "";
  return { digits: BigInt(match[3]! + fraction), scale: fraction.length, sign: match[2] === "-" ? -1 : 1, comparator: match[1] ?? "" };
}

function decimalOf(text: string): { digits: bigint; scale: number } {
  const { digits, scale } = numberParts(text);
  return { digits, scale };
}

const tenTo = (power: number): bigint => (power > 0 ? 10n ** BigInt(power) : 1n);

function reduced(above: bigint, below: bigint): readonly [bigint, bigint] {
  let [a, b] = [above, below];
  while (b !== 0n) [a, b] = [b, a % b];
  return [above / a, below / a];
}

/** Whole numbers over each other as the nearest number that does not lose their order. */
function ratioNumber(above: bigint, below: bigint): number {
  const digits = 10n ** 20n;
  return Number(`${pointed((above * digits) / below, 20)}`);
}

/** Digits with a decimal point so many places from their end. */
function pointed(digits: bigint, places: number): string {
  const text = digits.toString().padStart(places + 1, "0");
  return places === 0 ? text : `${text.slice(0, -places)}.${text.slice(-places)}`;
}
