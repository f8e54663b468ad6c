/** The English of the identity office: kinds of doubt, acts, links, and what is suggested. */
import { riskOf, type ActKind, type Evidence, type LinkKind, type Review, type ReviewKind, type SourcePatient } from "#identity";
import { fold } from "#standards";
import { isProtected } from "./sides.ts";

export const KINDS: Readonly<Record<ReviewKind, string>> = {
  "said-not-same": "Said to be somebody else", "number-conflict": "One NHS number, details in conflict", "two-numbers": "Details agree, two NHS numbers", probable: "Probably one person", ambiguous: "More than one person fits", "source-disputes": "Joined by a source, held apart by a person",
};
export const isKind = (text: unknown): text is ReviewKind => typeof text === "string" && Object.hasOwn(KINDS, text);

export const ACTS: Readonly<Record<ActKind, string>> = {
  first: "First message", number: "Linked by NHS number and date of birth", match: "Linked by its details", source: "Merged by its own source", person: "Linked by a person", apart: "Set apart: the ground for its link was gone", merge: "Persons joined", split: "Taken out of a person", undo: "An act taken back",
};
export const LINKS: Readonly<Record<LinkKind, string>> = { first: "by itself", number: "verified NHS number and date of birth", match: "its details", source: "a merge at its source", person: "the act of a named person" };

export const VERDICTS: Readonly<Record<Evidence["verdict"], string>> = { agrees: "agrees", similar: "similar", differs: "differs", unknown: "cannot be compared" };

/** Fields of the evidence that say where somebody is. */
const LOCATION = /post ?code|address|street|house|phone|email|practice|whereabouts/i;

/** The evidence as it may be shown: of a protected person nothing that says where they are, not even whether it agrees. */
export const evidenceShown = (evidence: readonly Evidence[], sides: readonly Pick<SourcePatient, "protectedAddress">[]): readonly Evidence[] => (isProtected(sides) ? evidence.filter((each) => !LOCATION.test(each.field) && !LOCATION.test(each.words ?? "")) : evidence);

export type Suggestion = { readonly what: "link" | "apart" | "ask"; readonly words: string };

/**
 * What the evidence and the sides as they are now speak for. Never a decision: it
 * says what to look at, and where the product cannot know it says whom to ask.
 */
export function suggestionOf(review: Review, company: readonly SourcePatient[] = []): Suggestion {
  const differs = review.evidence.filter((each) => each.verdict === "differs").map((each) => each.field);
  const { one, other } = review;
  const unlike = (a: string | null, b: string | null): boolean => a !== null && b !== null && a !== b;
  const otherGiven = one.given !== null && other.given !== null && !fold(one.given).split(" ").some((each) => fold(other.given!).split(" ").includes(each));
  switch (review.kind) {
    case "said-not-same":
      return { what: "ask", words: "A professional with the person in front of them says that one source's record is somebody else's. Ask that organisation to check whose it is before deciding." };
    case "source-disputes":
      return { what: "ask", words: "A source has joined two of its own records that a named person has held apart. Ask that organisation what it rests on." };
    case "number-conflict":
      return { what: "apart", words: `They carry one NHS number, but ${listed(differs) || "something weighty"} differs. Keep them apart unless an organisation confirms a mistake: two people on one number is the more dangerous error.` };
    case "two-numbers":
      if (otherGiven || unlike(one.dateOfBirth, other.dateOfBirth) || unlike(one.sex, other.sex))
        return { what: "apart", words: "Each has a verified number of its own, and more than the number differs: twins, brothers and sisters, or a parent and child look like this." };
      return { what: "ask", words: "All else agrees, but each has a verified number of its own. One person with two numbers, or two people: ask the National Back Office; link only when one number has been retired." };
    case "ambiguous":
      return { what: "ask", words: "More than one person fits about as well. Look at every candidate, and link only where something tells them apart." };
    case "probable": {
      const risk = riskWords(review, company);
      if (risk !== null) return { what: "ask", words: `The two look alike, but ${risk}. One of them may be linked to the wrong person already: look at the links of both sides, and take out what does not belong before linking.` };
      if (differs.length > 0 || otherGiven) return { what: "ask", words: `Likely one person, but ${listed(differs) || "given name"} ${differs.length > 1 ? "differ" : "differs"}. See whether a move, a change of name or a slip explains it.` };
      return { what: "link", words: "Nothing differs; there is too little to link without a human. Link, unless you know of a relative with the same details." };
    }
  }
}

const listed = (words: readonly string[]): string => (words.length < 2 ? (words[0] ?? "") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)!}`);

/** Why joining wants a second person, or `null`. */
export const riskWords = (review: Review, company: readonly SourcePatient[] = []): string | null => riskOf(review, company);

/** Reasons that are given again and again; the first is the default. */
export const GROUNDS = {
  evidence: "What stands on this page is enough",
  asked: "The organisation was asked and has confirmed it",
  traced: "A trace at PDS shows it",
  document: "A document or the person themselves shows it",
} as const;
export type Ground = keyof typeof GROUNDS;
export const isGround = (text: unknown): text is Ground => typeof text === "string" && Object.hasOwn(GROUNDS, text);
