/**
 * A comparison specification: everything that one kind of records needs to be
 * matched, as data. The product has one, each outside set has its own, and the
 * engine knows none of their fields.
 */
import { Type, type Static } from "typebox";

const closed = { additionalProperties: false } as const;
const Names = Type.Array(Type.String({ minLength: 1 }), { minItems: 1 });

/** What a record's fields become before they are compared. */
const AttributeSchema = Type.Object({
  /** Fields of the record, first to last; their values stand in this order. */
  from: Names,
  as: Type.Enum(["name", "date", "digits", "postcode", "text", "code"]),
  /** Values that carry no weight, as folded text without spaces: `baby`, `9999999999`, `19000101`. */
  ignore: Type.Optional(Type.Array(Type.String())),
  /** The same for single words, which fall out of a name or text. */
  ignoreWords: Type.Optional(Type.Array(Type.String())),
  /** Codes that mean another: `m` is `male`. */
  means: Type.Optional(Type.Record(Type.String(), Type.String())),
  /** Length without which a value carries no weight. */
  length: Type.Optional(Type.Integer({ minimum: 1 })),
  /** Dates of these days (`01-01`) are known to the year alone. */
  yearAlone: Type.Optional(Type.Array(Type.String({ pattern: "^\\d\\d-\\d\\d$" }))),
  /** Read only where another field has one of these values: a number is verified where its status is 01. */
  onlyIf: Type.Optional(Type.Object({ field: Type.String(), values: Names }, closed)),
  /** How many first characters are a postcode's outward part; left out: all but the last three. */
  outward: Type.Optional(Type.Integer({ minimum: 1 })),
}, closed);

/** Tests between the values of two records; one pair of values that passes is enough. */
export const TESTS = ["same", "same-words", "first-word", "shared-word", "inside", "listed", "sounds", "similar", "edits", "initial", "prefix", "outward", "crossed", "date", "year-apart"] as const;
export type When =
  | { all: readonly When[] } | { any: readonly When[] } | { not: When }
  | {
      is: (typeof TESTS)[number];
      /** One attribute, or two: the first of one record against the second of the other, either way round. */
      of: string | readonly [string, string];
      /** The present value of both sides alone. */
      now?: boolean;
      /** Least Jaro-Winkler. */
      atLeast?: number;
      /** Most edits. */
      atMost?: number;
      /** Least letters of a shared word or prefix, or of the shorter value. */
      letters?: number;
      /** One of the two values is rarer than this: two names that many bear are two names, not one and a slip. */
      oneRarer?: number;
      /** Name lists. */
      lists?: readonly string[];
      /** One of the two is the full form of its group: Ted and Theo may both be Theodore, and are two names. */
      full?: boolean;
      /** How dates agree. */
      how?: "day-month-swapped" | "one-digit" | "digits-swapped" | "year-month" | "day-month" | "year" | "two-digits";
    };

const LevelSchema = Type.Object({
  name: Type.String({ minLength: 1 }),
  /** Left out on the last level alone, which is everything else. */
  when: Type.Optional(Type.Unknown()),
  verdict: Type.Enum(["agrees", "similar", "differs"]),
  /** For a reviewer; `{mine}` and `{theirs}` stand for the values. */
  words: Type.Optional(Type.String()),
  /** How far rare values weigh more and common ones less: 1 fully, left out not at all. */
  rarity: Type.Optional(Type.Number({ minimum: 0, maximum: 1 })),
  /** Says nothing by itself: another field counts it. */
  counted: Type.Optional(Type.Literal("elsewhere")),
  /** Where training begins: share of true pairs. */
  m: Type.Optional(Type.Number({ exclusiveMinimum: 0, exclusiveMaximum: 1 })),
}, closed);

const FieldSchema = Type.Object({
  name: Type.String({ minLength: 1 }),
  /** Attributes that both records must have, else the field is unknown and weighs nothing; the first is the one that words name. */
  needs: Names,
  levels: Type.Array(LevelSchema, { minItems: 2 }),
}, closed);

const KeyPartSchema = Type.Object({
  of: Type.String(),
  by: Type.Enum(["whole", "sound", "word", "word-sound", "listed", "first", "last", "outward", "year", "year-month", "day-month", "parts", "initial"]),
  /** Characters of `first` and `last`. */
  letters: Type.Optional(Type.Integer({ minimum: 1 })),
}, closed);

export const MatchSpecSchema = Type.Object({
  id: Type.String({ minLength: 1 }),
  /** Why it is as it is. */
  about: Type.String(),
  attributes: Type.Record(Type.String(), AttributeSchema),
  fields: Type.Array(FieldSchema, { minItems: 1 }),
  /** Fields that say partly the same: their weights together are held within these bounds. */
  together: Type.Array(Type.Object({ fields: Names, most: Type.Number(), least: Type.Number() }, closed)),
  /** Pairs that never link by themselves, whatever they weigh: levels of fields that all hold. `unknown` is a level of every field. */
  guards: Type.Array(Type.Object({ name: Type.String(), when: Type.Record(Type.String(), Names), band: Type.Enum(["review", "apart"]), words: Type.String() }, closed)),
  keys: Type.Object({
    /** Changed whenever a key means something else: stored keys are then made anew. */
    version: Type.Integer({ minimum: 1 }),
    /** A key that more records than this share is passed over, and that is said. */
    cap: Type.Integer({ minimum: 2 }),
    recipes: Type.Array(Type.Object({ name: Type.String(), parts: Type.Array(KeyPartSchema, { minItems: 1 }), mixed: Type.Optional(Type.Boolean()) }, closed), { minItems: 1 }),
  }, closed),
  /** What a wrong link, a missed link and a human's look cost beside each other; the edges of the bands follow. */
  costs: Type.Object({ wrongLink: Type.Number({ exclusiveMinimum: 0 }), missedLink: Type.Number({ exclusiveMinimum: 0 }), review: Type.Number({ exclusiveMinimum: 0 }) }, closed),
  /** Bits by which the best candidate must lead the next person's. */
  lead: Type.Number({ minimum: 0 }),
  cluster: Type.Object({
    /** Bits, beyond even odds, that the mean over all pairs of two clusters must reach. */
    floor: Type.Number(),
    /** A pair's bits are held within these, so that no single pair carries a chain. */
    most: Type.Number(),
    least: Type.Number(),
    cap: Type.Integer({ minimum: 2 }),
    /** Attribute of which one cluster holds each value once: a source without duplicates. */
    onceEach: Type.Optional(Type.String()),
  }, closed),
  /** Share of records from which training lists a value by itself; the rest are taken for one another. Left out: every value that came up twice. */
  listed: Type.Optional(Type.Number({ exclusiveMinimum: 0, exclusiveMaximum: 1 })),
  /** Least share of records that a value's frequency is taken for. */
  rarest: Type.Number({ exclusiveMinimum: 0, exclusiveMaximum: 1 }),
}, closed);

export type MatchSpec = Static<typeof MatchSpecSchema>;
export type AttributeSpec = Static<typeof AttributeSchema>;
export type FieldSpec = Static<typeof FieldSchema>;
export type KeyRecipe = MatchSpec["keys"]["recipes"][number];
export type KeyPart = Static<typeof KeyPartSchema>;

/** What was learned of one kind of records; versioned data, with its source. */
export const MatchModelSchema = Type.Object({
  spec: Type.String(),
  version: Type.Integer({ minimum: 1 }),
  /** What it was learned from, when, and from how many records. */
  source: Type.Object({ what: Type.String({ minLength: 1 }), when: Type.String({ pattern: "^\\d{4}-\\d{2}-\\d{2}$" }), records: Type.Integer({ minimum: 0 }) }, closed),
  /** Share of all pairs of records that are one person. */
  prior: Type.Number({ exclusiveMinimum: 0, exclusiveMaximum: 1 }),
  /** By field and level: m, the share among pairs of one person; u, among pairs of two. */
  levels: Type.Record(Type.String(), Type.Record(Type.String(), Type.Object({ m: Type.Number({ exclusiveMinimum: 0, maximum: 1 }), u: Type.Number({ exclusiveMinimum: 0, maximum: 1 }) }, closed))),
  /** By attribute: how many values were counted, how often the common ones, and how often each of the others on average. */
  frequencies: Type.Record(Type.String(), Type.Object({ total: Type.Integer({ minimum: 1 }), others: Type.Optional(Type.Number({ minimum: 1 })), counts: Type.Record(Type.String(), Type.Integer({ minimum: 1 })) }, closed)),
}, closed);
export type MatchModel = Static<typeof MatchModelSchema>;

/** Groups of names that stand for each other, by list: `[["jonathan", "jon", "jonny"], ...]`. The first of a group is its full form. */
export type NameLists = Readonly<Record<string, readonly (readonly string[])[]>>;
