/**
 * A search as PDS takes it, and the rules that it must keep: they are checked
 * here, so that no call is spent on a question that PDS would turn down.
 * Source: NHSDigital/personal-demographics-service-api, specification/components/paths/patient-search.yaml.
 */
import type { Refusal } from "#platform";
import { pdsQuestion } from "./problems.ts";

/** A text as it is, or with `*` for any letters. A star in a source's text is no wildcard: only whoever says `pattern` asks for one. */
export type SearchTerm = string | { readonly pattern: string };

export type PdsSearch = {
  /**
   * `exact`: only a score of 1. `plain`: wildcards, no homophones. `fuzzy`:
   * homophones, names the other way round, former names and addresses; no wildcards.
   */
  readonly manner: "exact" | "plain" | "fuzzy";
  readonly family?: SearchTerm;
  readonly given?: readonly SearchTerm[];
  /** Full dates. */
  readonly birthDate?: string | { readonly from: string; readonly to: string };
  readonly gender?: "male" | "female" | "other" | "unknown";
  /** PDS returns no restricted person to a search by postcode or practice, whoever matches. */
  readonly postcode?: SearchTerm;
  readonly practice?: string;
  readonly phone?: string;
  readonly email?: string;
  /** Former names and addresses too; a fuzzy search always looks there. */
  readonly history?: boolean;
  /** 1 to 50; an application without a person at the keyboard gets 1. */
  readonly mostResults?: number;
};

export type PdsMode = "application" | "healthcare-worker";
export const MOST_RESULTS = 50;

/** The query string, or why PDS would not take the question. */
export function searchQuery(search: PdsSearch, mode: PdsMode): string | Refusal {
  const why = whyNot(search, mode);
  if (why !== null) return pdsQuestion(why[1], why[0]);
  const query = new URLSearchParams();
  if (search.manner === "exact") query.set("_exact-match", "true");
  if (search.manner === "fuzzy") query.set("_fuzzy-match", "true");
  if (search.history === true && search.manner !== "fuzzy") query.set("_history", "true");
  query.set("_max-results", String(mode === "application" ? 1 : (search.mostResults ?? MOST_RESULTS)));
  if (search.family !== undefined) query.set("family", textOf(search.family));
  for (const each of search.given ?? []) query.append("given", textOf(each));
  if (search.gender !== undefined) query.set("gender", search.gender);
  if (typeof search.birthDate === "string") query.set("birthdate", `eq${search.birthDate}`);
  else if (search.birthDate !== undefined) {
    query.append("birthdate", `ge${search.birthDate.from}`);
    query.append("birthdate", `le${search.birthDate.to}`);
  }
  // `address-postcode` is the parameter's former name.
  if (search.postcode !== undefined) query.set("address-postalcode", textOf(search.postcode));
  if (search.practice !== undefined) query.set("general-practitioner", search.practice);
  if (search.phone !== undefined) query.set("phone", search.phone);
  if (search.email !== undefined) query.set("email", search.email);
  return query.toString();
}

const textOf = (term: SearchTerm): string => (typeof term === "string" ? term : term.pattern);
const isDate = (text: string): boolean => /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text));

/** Field and reason. */
function whyNot(search: PdsSearch, mode: PdsMode): readonly [string, string] | null {
  const terms: [string, SearchTerm | undefined][] = [["family", search.family], ...(search.given ?? []).map((each): [string, SearchTerm] => ["given", each]), ["postcode", search.postcode]];
  for (const [field, term] of terms) {
    if (term === undefined) continue;
    const text = textOf(term);
    if (text.trim() === "") return [field, `${field} is empty`];
    if (text.length > 35) return [field, `${field} is longer than 35 letters`];
    if (typeof term === "string" && text.includes("*")) return [field, `${field} holds a star that was not meant as a wildcard`];
    if (typeof term === "string") continue;
    if (search.manner !== "plain") return [field, `a wildcard in ${field} goes with a plain search only`];
    if (!/^[^*]{2,}/.test(text)) return [field, `two letters must stand before the first wildcard in ${field}`];
  }
  const dates = search.birthDate === undefined ? [] : typeof search.birthDate === "string" ? [search.birthDate] : [search.birthDate.from, search.birthDate.to];
  if (dates.some((each) => !isDate(each))) return ["birthDate", "a date of birth must be a whole date"];
  if (dates.length === 2 && dates[0]! > dates[1]!) return ["birthDate", "the range of dates of birth ends before it begins"];
  const has = { given: (search.given ?? []).length > 0, family: search.family !== undefined, birth: dates.length > 0, gender: search.gender !== undefined, postcode: search.postcode !== undefined };
  if (search.manner === "fuzzy") {
    const enough = (has.given && has.family && has.birth) || (has.family && has.birth && has.gender && has.postcode) || (has.given && has.birth && has.gender && has.postcode);
    if (!enough) return ["manner", "a fuzzy search wants given name, family name and date of birth, or one of the names with date of birth, gender and postcode"];
  } else if (!has.family || !has.birth) return ["family", "a search wants family name and date of birth"];
  const most = search.mostResults ?? 1;
  if (!Number.isInteger(most) || most < 1 || most > MOST_RESULTS) return ["mostResults", `1 to ${MOST_RESULTS} results can be asked for`];
  if (mode === "application" && most !== 1) return ["mostResults", "an application without a person at the keyboard may ask for one result only"];
  return null;
}
