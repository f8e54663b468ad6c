import type { Sex, Tradition } from "./names.ts";
import type { Home } from "./places.ts";

/** What makes somebody hard to tell from others or hard to find again; a person can have several. */
export type Difficulty = "twin" | "same name in the family" | "family name changed" | "double-barrelled" | "hostel" | "care home" | "prison" | "student house" | "no fixed abode" | "namesake" | "two numbers" | "default birth date" | "single name";

/** A value that held from `since` years ago until the next newer one. */
export type Held<T> = { readonly value: T; readonly since: number };

/** One human of the linkage population, as they truly are. Newest first in each history. */
export type LinkagePerson = {
  readonly key: string;
  readonly nhsNumber: string;
  /** A second number that was given to the same human by mistake, or before. */
  readonly otherNumber: string | null;
  readonly tradition: Tradition;
  readonly given: readonly string[];
  readonly families: readonly Held<string>[];
  readonly sex: Sex;
  readonly birthDate: string;
  readonly age: number;
  readonly homes: readonly Home[];
  readonly phones: readonly Held<string>[];
  /** A phone that others of the household answer too. */
  readonly sharedPhone: string;
  readonly email: string | null;
  readonly noFixedAbode: boolean;
  readonly difficulties: readonly Difficulty[];
};

/** What held `years` ago. */
export function heldAt<T extends { readonly since: number }>(history: readonly T[], years: number): T {
  for (const one of history) if (one.since >= years) return one;
  return history[history.length - 1]!;
}
