/**
 * Learns a model from records without knowing who is who (expectation
 * maximisation over the levels' patterns, Winkler 1988). Nothing is drawn at
 * random, so that the same records give the same model.
 */
import { CandidateIndex } from "./candidates.ts";
import { mayPair } from "./pairs.ts";
import type { MatchRecord, Prepared } from "./record.ts";
import type { Matcher } from "./matcher.ts";
import { readMatcher } from "./read-matcher.ts";
import type { MatchModel, MatchSpec, NameLists, When } from "./spec.ts";

const MOST_ROUNDS = 300;
const SETTLED = 1e-7;
/** Pairs that are looked at for how often strangers agree, where the caller says nothing else. */
const PAIRS_OF_STRANGERS = 1_500_000;

export type Training = { model: MatchModel; rounds: number; candidates: number; patterns: number; /** Pairs of one person that the model expects. */ expected: number };

/** Levels of a field as the engine counts them: 0 is unknown. */
type Counts = readonly Float64Array[];

/** A model for `spec` of what `records` show. Throws where the specification itself has faults. */
export function train(spec: MatchSpec, records: readonly MatchRecord[], lists: NameLists, source: { what: string; when: string }, pairsOfStrangers = PAIRS_OF_STRANGERS): Training {
  const empty = readMatcher(spec, unlearned(spec, {}), lists);
  if (!empty.ok) throw new Error(empty.faults.join("\n"));
  const { matcher } = empty;
  const prepared = records.map((record) => matcher.prepare(record));
  const strangers = strangersLevels(matcher, prepared, pairsOfStrangers);
  const patterns = candidatePatterns(matcher, prepared);
  const learned = maximise(spec, patterns);
  const levels: MatchModel["levels"] = {};
  spec.fields.forEach((field, at) => {
    const byLevel = shares(learned.m[at]!, learned.expected);
    const bySight = shares(strangers.counts[at]!, strangers.pairs);
    levels[field.name] = Object.fromEntries(field.levels.map((level, index) => [level.name, { m: byLevel[index]!, u: bySight[index]! }]));
  });
  const model: MatchModel = {
    spec: spec.id, version: 1, source: { ...source, records: records.length },
    prior: rounded(Math.max(learned.expected, 1) / Math.max(allPairs(matcher, prepared), 2)),
    levels, frequencies: countValues(spec, matcher, prepared),
  };
  return { model, rounds: learned.rounds, candidates: patterns.candidates, patterns: patterns.counts.size, expected: learned.expected };
}

/** A model that knows nothing but where to begin. */
function unlearned(spec: MatchSpec, frequencies: MatchModel["frequencies"]): MatchModel {
  const levels = Object.fromEntries(spec.fields.map((field) => [field.name, Object.fromEntries(field.levels.map((level) => [level.name, { m: 0.5, u: 0.5 }]))]));
  return { spec: spec.id, version: 1, source: { what: "nothing yet", when: "1970-01-01", records: 0 }, prior: 0.5, levels, frequencies };
}

/** Levels' counts as shares of what was known, none of them nought: half a pair is added to each. */
function shares(counts: Float64Array, pairs: number): number[] {
  const known = counts.slice(1);
  const sum = known.reduce((total, each) => total + each, 0);
  const added = pairs > 0 ? 0.5 : 1;
  return [...known].map((each) => rounded((each + added) / (sum + added * known.length)));
}

const rounded = (number: number): number => Number(number.toPrecision(6));

function allPairs(matcher: Matcher, prepared: readonly Prepared[]): number {
  const total = (prepared.length * (prepared.length - 1)) / 2;
  const { onceEach } = matcher;
  if (onceEach === -1) return total;
  const sources = Map.groupBy(prepared, (each) => each.values[onceEach]![0]?.text);
  return total - [...sources.values()].reduce((sum, each) => sum + (each.length * (each.length - 1)) / 2, 0);
}

/** How often records agree that are paired by their distance in the list, which says nothing of who they are. */
function strangersLevels(matcher: Matcher, prepared: readonly Prepared[], most: number): { counts: Counts; pairs: number } {
  const counts = emptyCounts(matcher.spec);
  const size = prepared.length;
  const half = size / 2;
  const strides = Math.max(1, Math.min(Math.ceil(half) - 1, Math.floor(most / Math.max(size, 1))));
  let pairs = 0;
  for (let each = 1; each <= strides; each++) {
    // Far apart and spread evenly: neighbours in a list are often of one family. Beyond the half the same pairs come again.
    const stride = Math.max(1, Math.floor((each * half) / (strides + 1)));
    for (let record = 0; record < size; record++) {
      const other = (record + stride) % size;
      if (other === record || !mayPair(matcher, prepared[record]!, prepared[other]!)) continue;
      matcher.weigh(prepared[record]!, prepared[other]!);
      pairs++;
      for (let field = 0; field < counts.length; field++) counts[field]![matcher.levels[field]!]!++;
    }
  }
  return { counts, pairs };
}

const emptyCounts = (spec: MatchSpec): Float64Array[] => spec.fields.map((field) => new Float64Array(field.levels.length + 1));

/** How often each combination of levels comes up among the candidates; a combination is one number, mixed by the fields' level counts. */
function candidatePatterns(matcher: Matcher, prepared: readonly Prepared[]): { counts: Map<number, number>; candidates: number } {
  const sizes = matcher.spec.fields.map((field) => field.levels.length + 1);
  const counts = new Map<number, number>();
  const index = new CandidateIndex(matcher, prepared);
  let candidates = 0;
  for (let record = 0; record < prepared.length; record++) {
    index.eachBefore(record, (other) => {
      if (!mayPair(matcher, prepared[record]!, prepared[other]!)) return;
      matcher.weigh(prepared[record]!, prepared[other]!);
      candidates++;
      let pattern = 0;
      for (let field = 0; field < sizes.length; field++) pattern = pattern * sizes[field]! + matcher.levels[field]!;
      counts.set(pattern, (counts.get(pattern) ?? 0) + 1);
    });
  }
  return { counts, candidates };
}

/**
 * Two kinds of candidate pairs, one person and two. What strangers among the
 * candidates look like is learned beside it, since candidates agree on something by
 * choice; it serves to tell the kinds apart and is not kept.
 */
function maximise(spec: MatchSpec, patterns: { counts: Map<number, number>; candidates: number }): { m: Counts; expected: number; rounds: number } {
  const sizes = spec.fields.map((field) => field.levels.length + 1);
  const rows = [...patterns.counts].sort((a, b) => a[0] - b[0]).map(([pattern, count]) => ({ levels: unmixed(pattern, sizes), count }));
  let m: Float64Array[] = spec.fields.map(startOf);
  let u: Float64Array[] = emptyCounts(spec);
  for (const { levels, count } of rows) levels.forEach((level, field) => (u[field]![level]! += count));
  u = u.map(normal);
  let share = 0.1;
  let expected = 0;
  let rounds = 0;
  for (let moved = 1; rounds < MOST_ROUNDS && moved > SETTLED; rounds++) {
    const [nextM, nextU] = [emptyCounts(spec), emptyCounts(spec)];
    expected = 0;
    for (const { levels, count } of rows) {
      let bits = Math.log(share / (1 - share));
      for (let field = 0; field < levels.length; field++) if (levels[field]! > 0 && counts(spec, field, levels[field]!)) bits += Math.log(m[field]![levels[field]!]! / u[field]![levels[field]!]!);
      const p = 1 / (1 + Math.exp(-bits));
      expected += p * count;
      for (let field = 0; field < levels.length; field++) {
        nextM[field]![levels[field]!]! += p * count;
        nextU[field]![levels[field]!]! += (1 - p) * count;
      }
    }
    const nextShare = Math.min(0.999, Math.max(1e-6, expected / Math.max(patterns.candidates, 1)));
    moved = Math.abs(nextShare - share) / share;
    share = nextShare;
    m = nextM.map(normal);
    u = nextU.map(normal);
    if (rounds === MOST_ROUNDS - 1 || moved <= SETTLED) return { m: nextM, expected, rounds: rounds + 1 };
  }
  return { m, expected, rounds };
}

/** Levels that another field counts would count twice. */
const counts = (spec: MatchSpec, field: number, level: number): boolean => spec.fields[field]!.levels[level - 1]!.counted === undefined;

/** Where a field begins: most pairs of one person agree wholly. */
function startOf(field: MatchSpec["fields"][number]): Float64Array {
  const { levels } = field;
  return normal(Float64Array.from([0, ...levels.map((level, index) => level.m ?? (index === 0 ? 0.8 : 0.2 * 0.6 ** index))]));
}

/** As shares of what is known; 1e-6 is the least, so that a pattern never seen is never impossible. */
function normal(counted: Float64Array): Float64Array {
  let sum = 0;
  for (let level = 1; level < counted.length; level++) sum += counted[level]!;
  return counted.map((each, level) => (level === 0 ? 0 : Math.max(1e-6, each / Math.max(sum, 1e-9))));
}

function unmixed(pattern: number, sizes: readonly number[]): number[] {
  const levels: number[] = [];
  let left = pattern;
  for (let field = sizes.length - 1; field >= 0; field--) {
    levels[field] = left % sizes[field]!;
    left = Math.floor(left / sizes[field]!);
  }
  return levels;
}

/** How often each value comes up, of the attributes whose rarity a level weighs. */
function countValues(spec: MatchSpec, matcher: Matcher, prepared: readonly Prepared[]): MatchModel["frequencies"] {
  const weighed = new Set(spec.fields.flatMap((field) => field.levels.flatMap((level) => (level.rarity === undefined ? [] : attributesOf(level.when as When)))));
  return Object.fromEntries([...weighed].map((attribute) => {
    const place = matcher.placeOf(attribute);
    const counted = new Map<string, number>();
    let total = 0;
    for (const { values } of prepared) {
      const value = values[place]![0];
      if (value === undefined) continue;
      total++;
      counted.set(value.text, (counted.get(value.text) ?? 0) + 1);
    }
    const least = spec.listed === undefined ? 2 : Math.max(2, spec.listed * total);
    const common = [...counted].filter(([, count]) => count >= least).sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
    const rest = [...counted.values()].filter((count) => count < least);
    // What a record's value comes up on average, which is more than what a value does.
    const others = rest.reduce((sum, count) => sum + count * count, 0) / Math.max(1, rest.reduce((sum, count) => sum + count, 0));
    return [attribute, { total: Math.max(total, 1), ...(spec.listed === undefined ? {} : { others: rounded(Math.max(1, others)) }), counts: Object.fromEntries(common) }];
  }));
}

/** The attributes whose values pass a test: of several tests that must all hold, those of the last. */
function attributesOf(when: When): readonly string[] {
  if ("all" in when) return attributesOf(when.all.at(-1)!);
  if ("any" in when) return when.any.flatMap(attributesOf);
  if ("not" in when) return attributesOf(when.not);
  return typeof when.of === "string" ? [when.of] : when.of;
}
