/**
 * Fellegi-Sunter over a specification's fields: each field that both records have
 * adds the logarithm (base 2) of how much likelier its agreement is between two
 * records of one person than between two of different people.
 */
import { joinHalves, type KeyMaker } from "./keys.ts";
import { passed, type LevelTest } from "./level-test.ts";
import { levelWords } from "./level-words.ts";
import type { MatchRecord, Prepared, Value } from "./record.ts";
import type { ValueReader } from "./read-value.ts";
import type { FieldSpec, MatchModel, MatchSpec } from "./spec.ts";

export type CompiledLevel = FieldSpec["levels"][number] & { test: LevelTest | null; weight: number; u: number };
export type CompiledField = { name: string; needs: readonly number[]; levels: readonly CompiledLevel[] };
export type CompiledGuard = MatchSpec["guards"][number] & { conditions: readonly { place: number; levels: readonly number[] }[] };
export type CompiledTogether = MatchSpec["together"][number] & { members: readonly number[] };
type Parts = { readers: readonly ValueReader[]; fields: readonly CompiledField[]; together: readonly CompiledTogether[]; guards: readonly CompiledGuard[]; makers: readonly KeyMaker[] };

/** One field of a comparison, as a reviewer reads it. */
export type FieldEvidence = { field: string; level: string; verdict: "agrees" | "similar" | "differs" | "unknown"; /** Bits for (above 0) or against. */ weight: number; words: string };

/** A rule that keeps a pair from linking by itself, whatever it weighs. */
export type Guard = { name: string; band: "review" | "apart"; words: string };

export type Comparison = {
  /** Bits by which the fields speak for one person, before the prior. */
  weight: number;
  /** That it is one person, after the prior. */
  probability: number;
  evidence: readonly FieldEvidence[];
  guards: readonly Guard[];
};

export type Band = { band: "link" | "review" | "apart"; why: string };

/** Compares records of one kind. Made by `readMatcher`; holds no record. */
export class Matcher {
  readonly spec: MatchSpec;
  readonly model: MatchModel;
  /** The level of each field in the last `weigh`: 0 unknown, 1 the specification's first. */
  readonly levels: Uint8Array;
  /** What a guard said in the last `weigh`: 0 nothing, 1 review, 2 apart. */
  guarded: 0 | 1 | 2 = 0;
  /** Bits of the prior: what the fields must outweigh before even odds. */
  readonly prior: number;
  /** Bits after the prior from which a pair links, and from which a human looks. */
  readonly edges: { readonly link: number; readonly review: number };
  /** Place of the attribute of which a cluster holds each value once; -1 where the specification names none. */
  readonly onceEach: number;
  readonly #weights: Float64Array;
  readonly #parts: Parts;
  readonly #togetherOf: Int8Array;
  readonly #sums: Float64Array;

  constructor(spec: MatchSpec, model: MatchModel, parts: Parts) {
    this.spec = spec;
    this.model = model;
    this.levels = new Uint8Array(spec.fields.length);
    this.#weights = new Float64Array(spec.fields.length);
    this.#parts = parts;
    this.onceEach = spec.cluster.onceEach === undefined ? -1 : this.placeOf(spec.cluster.onceEach);
    this.prior = Math.log2(model.prior / (1 - model.prior));
    const { wrongLink, missedLink, review } = spec.costs;
    // To link costs (1 - p) wrong links; to ask costs a review; to keep apart costs p missed links.
    const bits = (p: number): number => Math.log2(p / (1 - p));
    const ask = Math.min(review / missedLink, missedLink === 0 ? 1 : wrongLink / (wrongLink + missedLink));
    this.edges = { link: bits(Math.max(1 - review / wrongLink, ask)), review: bits(ask) };
    this.#togetherOf = new Int8Array(spec.fields.length).fill(-1);
    parts.together.forEach((group, index) => group.members.forEach((member) => (this.#togetherOf[member] = index)));
    this.#sums = new Float64Array(parts.together.length);
  }

  /** Where an attribute stands in `Prepared.values`; -1 where the specification has none of that name. */
  placeOf(attribute: string): number {
    return Object.keys(this.spec.attributes).indexOf(attribute);
  }

  /** Folds, splits and counts what a record says, once. Defaults and texts that say nothing are left out. */
  prepare(record: MatchRecord): Prepared {
    const values: Value[][] = [];
    let place = 0;
    for (const attribute in this.spec.attributes) {
      const reader = this.#parts.readers[place++]!;
      const mine: Value[] = [];
      const { from, onlyIf } = this.spec.attributes[attribute]!;
      const applies = onlyIf === undefined || (record[onlyIf.field] ?? []).some((each) => onlyIf.values.includes(each));
      for (const field of applies ? from : []) {
        for (const raw of record[field] ?? []) {
          const value = reader.read(raw);
          if (value !== null && !mine.some((each) => each === value || each.text === value.text)) mine.push(value);
        }
      }
      values.push(mine);
    }
    return { values };
  }

  /** The candidate keys: signed numbers of 64 bits, the same for the same record as long as `spec.keys.version` is. */
  keys(p: Prepared): bigint[] {
    const keys = new Set<bigint>();
    for (const maker of this.#parts.makers) maker(p, (low, high) => keys.add(joinHalves(low, high)));
    return [...keys];
  }

  /** The keys of one recipe, as two halves each: the same numbers as `keys` without a bigint made. */
  eachKey(recipe: number, p: Prepared, take: (low: number, high: number) => void): void {
    this.#parts.makers[recipe]!(p, take);
  }

  /** The bits by which the fields speak for one person, before the prior; levels and guards stand in `levels` and `guarded` until the next call. */
  weigh(a: Prepared, b: Prepared): number {
    const { fields, together, guards } = this.#parts;
    const sums = this.#sums.fill(0);
    let total = 0;
    for (let index = 0; index < fields.length; index++) {
      const weight = this.#weighField(fields[index]!, index, a, b);
      this.#weights[index] = weight;
      const group = this.#togetherOf[index]!;
      if (group === -1) total += weight;
      else sums[group]! += weight;
    }
    for (let group = 0; group < together.length; group++) total += Math.min(together[group]!.most, Math.max(together[group]!.least, sums[group]!));
    this.guarded = 0;
    for (const guard of guards) if (this.#holds(guard)) this.guarded = guard.band === "apart" ? 2 : Math.max(this.guarded, 1) as 1 | 2;
    return total;
  }

  #weighField(field: CompiledField, index: number, a: Prepared, b: Prepared): number {
    this.levels[index] = 0;
    for (const need of field.needs) if (a.values[need]!.length === 0 || b.values[need]!.length === 0) return 0;
    const { levels } = field;
    for (let at = 0; at < levels.length; at++) {
      const level = levels[at]!;
      passed.a = null;
      if (level.test !== null && !level.test(a, b)) continue;
      this.levels[index] = at + 1;
      return level.rarity === undefined || level.counted !== undefined ? level.weight : level.weight + rarityBits(level.rarity, levels[0]!.u);
    }
    return 0;
  }

  #holds(guard: CompiledGuard): boolean {
    for (const { place, levels } of guard.conditions) if (!levels.includes(this.levels[place]!)) return false;
    return true;
  }

  /** That a pair of this weight is one person. */
  probability(weight: number): number {
    return 1 / (1 + 2 ** -(weight + this.prior));
  }

  /** Two records with the evidence; its words are made when somebody asks for them. */
  compare(a: Prepared, b: Prepared): Comparison {
    const weight = this.weigh(a, b);
    const guards = this.#parts.guards.filter((guard) => this.#holds(guard)).map(({ name, band, words }): Guard => ({ name, band, words }));
    const evidenceOf = (): FieldEvidence[] => this.#evidence(a, b);
    let evidence: readonly FieldEvidence[] | undefined;
    return {
      weight: Math.round(weight * 100) / 100, probability: this.probability(weight), guards,
      get evidence() {
        return (evidence ??= evidenceOf());
      },
    };
  }

  #evidence(a: Prepared, b: Prepared): FieldEvidence[] {
    this.weigh(a, b);
    return this.#parts.fields.map((field, index): FieldEvidence => {
      const [mine, theirs] = [a.values[field.needs[0]!]!, b.values[field.needs[0]!]!];
      const level = field.levels[this.levels[index]! - 1];
      if (level === undefined) return { field: field.name, level: "unknown", verdict: "unknown", weight: 0, words: levelWords(field.name, null, mine, theirs, null, null) };
      const weight = Math.round(this.#weights[index]! * 100) / 100;
      passed.a = passed.b = null;
      level.test?.(a, b);
      return { field: field.name, level: level.name, verdict: level.verdict, weight, words: levelWords(field.name, level, mine, theirs, passed.a, passed.b) };
    });
  }

  /**
   * What becomes of a record whose best candidate is `best`; `second` is the best of any other person.
   * The edges come from the costs of the specification, so that to ask costs less than the error it avoids.
   */
  band(best: Comparison, second: Comparison | null): Band {
    const bits = best.weight + this.prior;
    const chance = best.probability >= 0.9999995 ? "above 99.9999 %" : `${(best.probability * 100).toFixed(best.probability > 0.999 ? 4 : 1)} %`;
    if (bits < this.edges.review) return { band: "apart", why: `one person with ${chance}: too little to ask` };
    const guard = best.guards.find((each) => each.band === "apart") ?? best.guards[0];
    if (guard !== undefined) return { band: guard.band, why: guard.words };
    if (bits < this.edges.link) return { band: "review", why: `one person with ${chance}: too little to link, too much to pass over` };
    if (second !== null && best.weight - second.weight < this.spec.lead) return { band: "review", why: `another person fits nearly as well: ${(best.weight - second.weight).toFixed(1)} bits behind, ${this.spec.lead} are wanted` };
    return { band: "link", why: `one person with ${chance}${second === null ? "" : `, ${(best.weight - second.weight).toFixed(1)} bits before the next`}` };
  }
}

/** Agreement on a rare value says more than the average, on a common one less. */
function rarityBits(share: number, u: number): number {
  const { a, b } = passed;
  if (a === null || b === null) return 0;
  const frequency = Math.max(a.frequency, b.frequency);
  return Number.isNaN(frequency) ? 0 : share * Math.log2(u / frequency);
}
