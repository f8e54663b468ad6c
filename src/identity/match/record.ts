/** Field -> values as a source said them, the present one first; several values are a history (names, addresses, postcodes). */
export type MatchRecord = Readonly<Record<string, readonly string[]>>;

/** How a text of a source is read. What a reading does not know (a month 70) is kept as written, so that a slip can still be compared. */
export type Reading = "name" | "date" | "digits" | "postcode" | "text" | "code";

/** One value as it is compared. Made once and shared by all records that say the same. */
export type Value = {
  /** As the source wrote it. */
  readonly raw: string;
  /** What equality means: letters and digits, folded, without spaces. A date is eight digits, missing ones as `.`. */
  readonly text: string;
  /** Folded words; for other readings one. */
  readonly words: readonly string[];
  /** How each word sounds; names only. */
  readonly sounds: readonly string[];
  /** Groups of name lists that each word belongs to, by list: twice the group's place, and one more where the word is its full form. */
  readonly groups: ReadonlyMap<string, readonly (readonly number[])[]>;
  /** A postcode without its last three characters, else the first characters that the spec says. */
  readonly outward: string;
  /** Share of records that say this, where the model counted it; `NaN` where it did not. */
  readonly frequency: number;
  /** Hashes of the parts that key recipes take from it, by the part's number, once they were asked for. */
  readonly hashes: (readonly number[] | undefined)[];
};

/** A record ready to be compared: the values of each attribute of the spec, in its order. */
export type Prepared = { readonly values: readonly (readonly Value[])[] };
