/**
 * A query: a reader says that something is wrong with an entry, and the
 * organisation whose data it is answers. It hides and changes nothing; the entry
 * says that it is queried, by whom and how, until it is answered (UK GDPR,
 * Articles 5(1)(d) and 16: accuracy, and how its source is told).
 */
import type { SectionId } from "#standards";

export const QUERY_KINDS = ["wrong-fact", "wrong-merge", "out-of-date", "duplicate"] as const;
export type QueryKind = (typeof QUERY_KINDS)[number];
export const QUERY_KIND_WORDS: Readonly<Record<QueryKind, string>> = { "wrong-fact": "the fact is wrong", "wrong-merge": "entries that are not the same thing stand together", "out-of-date": "it is out of date", duplicate: "it is here twice" };

export const QUERY_ANSWERS = ["corrected", "correct", "passed-on"] as const;
export type QueryAnswer = (typeof QUERY_ANSWERS)[number];
export const QUERY_ANSWER_WORDS: Readonly<Record<QueryAnswer, string>> = { corrected: "corrected at its source", correct: "correct as it is", "passed-on": "passed on to who can put it right" };

export const isQueryKind = (text: unknown): text is QueryKind => (QUERY_KINDS as readonly unknown[]).includes(text);
export const isQueryAnswer = (text: unknown): text is QueryAnswer => (QUERY_ANSWERS as readonly unknown[]).includes(text);

/** Fewest and most letters of what is said: enough to act on, no letter. */
export const QUERY_WORDS = { least: 5, most: 1000 } as const;

export type Query = {
  readonly queryId: string;
  /** The entry, by its id, and the version that the reader saw. */
  readonly entryId: string;
  readonly sourcePatientId: string;
  readonly version: number;
  readonly section: SectionId;
  readonly type: string;
  readonly kind: QueryKind;
  readonly words: string;
  readonly togetherWith: readonly string[];
  /** ODS code of the organisation whose data the entry is. */
  readonly owner: string;
  readonly feed: string;
  readonly messageId: string;
  readonly askedBy: { readonly id: string; readonly name: string; readonly role: string; readonly organisation: string };
  readonly askedAt: Date;
  /** `null` while it is open. */
  readonly answer: { readonly answer: QueryAnswer; readonly words: string; readonly byName: string; readonly organisation: string; readonly at: Date } | null;
};
