/**
 * A stand-in for the Personal Demographics Service, in memory: read by number and
 * search as published, with superseded, withdrawn and restricted records. For
 * demonstrations and tests. `stand-in/apis.ts` serves it.
 * Its scores are its own: how PDS reckons a score is not published.
 */
import { randomUUID } from "node:crypto";
import { parseNhsNumber } from "#standards";
import { MOST_RESULTS, type PdsMode } from "../pds/search.ts";

type Span = { readonly start: string; readonly end?: string };
export type StandInName = { readonly use: "usual" | "nickname" | "temp" | "old" | "maiden"; readonly period: Span; readonly prefix: readonly string[]; readonly given: readonly string[]; readonly family: string };
export type StandInAddress = { readonly use: "home" | "temp" | "billing" | "work"; readonly period: Span; readonly lines: readonly string[]; readonly postcode: string };

/** A person as PDS holds them, former names and addresses included. */
export type StandInPdsPerson = {
  readonly nhsNumber: string;
  /** The number that has taken this one's place; the rest is then of no account. */
  readonly supersededBy?: string;
  /** Withdrawn, and nothing in its place. */
  readonly invalidated?: true;
  readonly restriction?: "R" | "V";
  readonly version?: number;
  readonly names: readonly StandInName[];
  readonly birthDate: string;
  readonly gender: "male" | "female" | "other" | "unknown";
  readonly multipleBirth?: number;
  readonly addresses: readonly StandInAddress[];
  readonly telecoms?: readonly { readonly system: "phone" | "email"; readonly value: string; readonly use: "home" | "mobile" | "work" }[];
  readonly practice?: string;
  /** `1` informal, `2` formal, `U` removed. */
  readonly death?: { readonly date: string; readonly status: "1" | "2" | "U" };
};

/** An answer: HTTP status and body. */
export type PdsSaid = { readonly status: number; readonly body: unknown; readonly headers?: Readonly<Record<string, string>> };

/** Parameters that the interface has; another is turned down. */
const PARAMETERS = new Set(["_fuzzy-match", "_exact-match", "_history", "_max-results", "family", "given", "gender", "birthdate", "death-date", "address-postalcode", "address-postcode", "general-practitioner", "email", "phone"]);

export class MemoryPds {
  readonly #people = new Map<string, StandInPdsPerson>();
  readonly #byBirthDate = new Map<string, Set<string>>();

  constructor(people: Iterable<StandInPdsPerson>) {
    for (const each of people) this.put(each);
  }

  person(nhsNumber: string): StandInPdsPerson | undefined {
    return this.#people.get(nhsNumber);
  }

  /** Lays a person in, or in another's place of the same number. */
  put(person: StandInPdsPerson): void {
    const before = this.#people.get(person.nhsNumber);
    if (before) this.#byBirthDate.get(before.birthDate)?.delete(person.nhsNumber);
    this.#people.set(person.nhsNumber, person);
    if (!this.#byBirthDate.has(person.birthDate)) this.#byBirthDate.set(person.birthDate, new Set());
    this.#byBirthDate.get(person.birthDate)!.add(person.nhsNumber);
  }

  read(id: string): PdsSaid {
    if (!parseNhsNumber(id).ok) return outcome(400, "INVALID_RESOURCE_ID", "Resource Id is invalid", `Invalid value - '${id}' in field 'id'`);
    const found = this.#current(id);
    if (found === undefined) return outcome(404, "RESOURCE_NOT_FOUND", "Resource not found");
    if (found.invalidated) return outcome(404, "INVALIDATED_RESOURCE", "Resource that has been marked as invalid was requested - invalid resources cannot be retrieved");
    return { status: 200, body: resourceOf(found, true), headers: { etag: `W/"${found.version ?? 1}"` } };
  }

  search(query: URLSearchParams, mode: PdsMode): PdsSaid {
    const asked = readQuery(query, mode);
    if ("status" in asked) return asked;
    const best = new Map<string, { person: StandInPdsPerson; score: number }>();
    for (const candidate of this.#bornBetween(asked.from, asked.to)) {
      const score = scoreOf(candidate, asked);
      if (score === 0 || (asked.isExact && score < 1)) continue;
      // A number that was replaced is found under the one that replaced it.
      const person = this.#current(candidate.nhsNumber);
      if (person === undefined || person.invalidated) continue;
      if (person.restriction !== undefined && (asked.postcode !== null || asked.practice !== null)) continue;
      if ((best.get(person.nhsNumber)?.score ?? 0) < score) best.set(person.nhsNumber, { person, score });
    }
    if (best.size > asked.most) return outcome(200, "TOO_MANY_MATCHES", "Too Many Matches");
    const entries = [...best.values()].toSorted((a, b) => b.score - a.score || (a.person.nhsNumber < b.person.nhsNumber ? -1 : 1));
    return { status: 200, body: { resourceType: "Bundle", type: "searchset", timestamp: new Date().toISOString(), total: entries.length, ...(entries.length > 0 && { entry: entries.map(({ person, score }) => ({ fullUrl: `https://api.service.nhs.uk/personal-demographics/FHIR/R4/Patient/${person.nhsNumber}`, search: { score }, resource: resourceOf(person, false) })) }) } };
  }

  *#bornBetween(from: string, to: string): Generator<StandInPdsPerson> {
    for (const [birthDate, numbers] of from === to ? [[from, this.#byBirthDate.get(from) ?? new Set<string>()] as const] : this.#byBirthDate) {
      if (birthDate >= from && birthDate <= to) for (const number of numbers) yield this.#people.get(number)!;
    }
  }

  /** Follows a number to the one that holds now, over several steps. */
  #current(nhsNumber: string): StandInPdsPerson | undefined {
    let found = this.#people.get(nhsNumber);
    for (let steps = 0; found?.supersededBy !== undefined && steps < 10; steps++) found = this.#people.get(found.supersededBy);
    return found;
  }
}

type Asked = { isExact: boolean; isFuzzy: boolean; history: boolean; most: number; family: string | null; given: string[]; gender: string | null; from: string; to: string; postcode: string | null; practice: string | null; phone: string | null; email: string | null };

function readQuery(query: URLSearchParams, mode: PdsMode): Asked | PdsSaid {
  const invalid = (field: string, value: string): PdsSaid => outcome(400, "INVALID_VALUE", "Provided value is invalid", `Invalid value - '${value}' in field '${field}'`);
  const unknown = [...query.keys()].filter((name) => !PARAMETERS.has(name));
  if (unknown.length > 0) return outcome(400, "ADDITIONAL_PROPERTIES", "Unrecognised query parameter", `Additional properties are not allowed ('${unknown.join("', '")}' was unexpected)`);
  if ([...query.keys()].length === 0) return outcome(400, "UNSUPPORTED_SERVICE", "Unsupported Service");
  const flag = (name: string): boolean => query.get(name) === "true";
  const mostText = query.get("_max-results");
  const most = mostText === null ? (mode === "application" ? 1 : MOST_RESULTS) : Number(mostText);
  if (!Number.isInteger(most) || most < 1 || most > MOST_RESULTS) return invalid("_max-results", mostText ?? "");
  if (mode === "application" && most > 1) return outcome(403, "INVALID_VALUE", "Provided value is invalid", "Invalid value - Only one result may be requested in field '_max-results'");
  const gender = query.get("gender");
  if (gender !== null && !["male", "female", "other", "unknown"].includes(gender)) return invalid("gender", gender);
  let [from, to] = ["0000-01-01", "9999-12-31"];
  for (const text of query.getAll("birthdate")) {
    const [, how, date] = /^(eq|ge|le)?(\d{4}-\d{2}-\d{2})$/.exec(text) ?? [];
    if (date === undefined || Number.isNaN(Date.parse(date))) return invalid("birthdate", text);
    if (how !== "le") from = date;
    if (how !== "ge") to = date;
  }
  const hasBirth = query.has("birthdate");
  const [family, given, postcode] = [query.get("family"), query.getAll("given"), query.get("address-postalcode") ?? query.get("address-postcode")];
  const isFuzzy = flag("_fuzzy-match");
  for (const [name, text] of [["family", family], ...given.map((each) => ["given", each]), ["address-postalcode", postcode]] as [string, string | null][]) {
    if (text?.includes("*") && (isFuzzy || !/^[^*]{2,}/.test(text))) return invalid(name, text);
  }
  const enough = isFuzzy
    ? hasBirth && ((given.length > 0 && family !== null) || ((family !== null || given.length > 0) && gender !== null && postcode !== null))
    : family !== null && hasBirth;
  if (!enough) return outcome(400, "INVALID_SEARCH_DATA", "Search data is invalid", "Invalid search data provided - Not enough search parameters were provided to be able to make a search");
  return { isExact: flag("_exact-match"), isFuzzy, history: isFuzzy || flag("_history"), most, family, given, gender, from, to, postcode, practice: query.get("general-practitioner"), phone: query.get("phone"), email: query.get("email") };
}

/** 0: not found. Less than 1 for a wildcard, a former name or address, a homophone, names the other way round. */
function scoreOf(person: StandInPdsPerson, asked: Asked): number {
  if (asked.gender !== null && asked.gender !== person.gender) return 0;
  const names = person.names.filter((name) => asked.history || ["usual", "nickname", "temp"].includes(name.use));
  const byName = Math.max(0, ...names.map((name) => nameScore(name, asked) * (name.use === "usual" ? 1 : 0.95)));
  if (byName === 0) return 0;
  let score = byName;
  if (asked.postcode !== null) {
    const at = person.addresses.find((address) => (asked.history || (address.use === "home" && address.period.end === undefined)) && like(squeeze(address.postcode), squeeze(asked.postcode!)));
    if (at === undefined) return 0;
    if (asked.postcode.includes("*") || at.period.end !== undefined) score *= 0.95;
  }
  if (asked.practice !== null && asked.practice !== person.practice) {
    if (!asked.isFuzzy) return 0;
    score *= 0.9;
  }
  for (const [system, value] of [["phone", asked.phone], ["email", asked.email]] as const) {
    if (value !== null && !(person.telecoms ?? []).some((each) => each.system === system && squeeze(each.value) === squeeze(value))) return 0;
  }
  return Math.round(score * 10_000) / 10_000;
}

function nameScore(name: StandInName, asked: Asked): number {
  const given = name.given.join(" ");
  const straight = partScore(asked.family, [name.family], asked.isFuzzy) * Math.min(1, ...asked.given.map((each) => partScore(each, [...name.given, given], asked.isFuzzy)));
  if (!asked.isFuzzy || asked.family === null || asked.given.length === 0) return straight;
  const turned = 0.85 * partScore(asked.family, name.given, true) * partScore(asked.given[0]!, [name.family], true);
  return Math.max(straight, turned);
}

function partScore(asked: string | null, held: readonly string[], isFuzzy: boolean): number {
  if (asked === null) return 1;
  const wanted = plain(asked);
  if (held.some((each) => plain(each) === wanted)) return 1;
  if (isFuzzy) return held.some((each) => soundex(each) === soundex(asked)) ? 0.8 : 0;
  return wanted.includes("*") && held.some((each) => like(plain(each), wanted)) ? 0.95 : 0;
}

const plain = (text: string): string => text.normalize("NFD").replace(/\p{M}/gu, "").toUpperCase().trim();
const squeeze = (text: string): string => plain(text).replace(/\s/g, "");
/** A wildcard stands for any letters; what is asked must match from the start to the end. */
const like = (held: string, asked: string): boolean => new RegExp(`^${asked.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&")).join(".*")}$`).test(held);

const SOUNDS: Readonly<Record<string, string>> = { B: "1", F: "1", P: "1", V: "1", C: "2", G: "2", J: "2", K: "2", Q: "2", S: "2", X: "2", Z: "2", D: "3", T: "3", L: "4", M: "5", N: "5", R: "6" };

/** American Soundex: H and W do not part two letters of one sound, vowels do. */
export function soundex(text: string): string {
  const letters = plain(text).replace(/[^A-Z]/g, "");
  let code = letters.charAt(0);
  let before = SOUNDS[code] ?? "";
  for (const letter of letters.slice(1)) {
    const sound = SOUNDS[letter] ?? "";
    if (sound !== "" && sound !== before) code += sound;
    if (letter !== "H" && letter !== "W") before = sound;
  }
  return code.slice(0, 4).padEnd(4, "0");
}

/** A Patient as the interface shows it; a search shows less than a read, a restricted person has no location in either. */
function resourceOf(person: StandInPdsPerson, whole: boolean): Record<string, unknown> {
  const isRestricted = person.restriction !== undefined;
  const label = person.restriction === undefined ? { code: "U", display: "unrestricted" } : person.restriction === "R" ? { code: "R", display: "restricted" } : { code: "V", display: "very restricted" };
  const coding = (system: string, code: string, display: string): object => ({ coding: [{ system: `https://fhir.hl7.org.uk/CodeSystem/${system}`, version: "1.0.0", code, display }] });
  const names = person.names.filter((name) => whole || ["usual", "nickname", "temp"].includes(name.use));
  const addresses = person.addresses.filter((address) => whole || (address.use === "home" && address.period.end === undefined));
  return {
    resourceType: "Patient",
    id: person.nhsNumber,
    meta: { versionId: String(person.version ?? 1), security: [{ system: "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", ...label }] },
    identifier: [{ system: "https://fhir.nhs.uk/Id/nhs-number", value: person.nhsNumber, extension: [{ url: "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-NHSNumberVerificationStatus", valueCodeableConcept: coding("UKCore-NHSNumberVerificationStatus", "01", "Number present and verified") }] }],
    ...(person.restriction !== "V" && { name: names.map((name, index) => ({ id: `name-${index + 1}`, ...name })) }),
    gender: person.gender,
    birthDate: person.birthDate,
    ...(person.multipleBirth !== undefined && { multipleBirthInteger: person.multipleBirth }),
    ...(person.death && { deceasedDateTime: `${person.death.date}T00:00:00+00:00` }),
    ...(!isRestricted && {
      address: addresses.map((address, index) => ({ id: `address-${index + 1}`, use: address.use, period: address.period, line: [...address.lines, "", "", "", "", ""].slice(0, 5), postalCode: address.postcode })),
      telecom: (person.telecoms ?? []).map((telecom, index) => ({ id: `telecom-${index + 1}`, period: { start: "2020-01-01" }, ...telecom })),
      ...(person.practice !== undefined && { generalPractitioner: [{ id: "practice-1", type: "Organization", identifier: { system: "https://fhir.nhs.uk/Id/ods-organization-code", value: person.practice, period: { start: "2015-01-01" } } }] }),
    }),
    ...(person.death && {
      extension: [{ url: "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-DeathNotificationStatus", extension: [{ url: "deathNotificationStatus", valueCodeableConcept: coding("UKCore-DeathNotificationStatus", person.death.status, { 1: "Informal", 2: "Formal", U: "Removed" }[person.death.status]) }, { url: "systemEffectiveDate", valueDateTime: `${person.death.date}T00:00:00+00:00` }] }],
    }),
  };
}

/** The interface's shape of an error; TOO_MANY_MATCHES is one, with status 200. */
export function outcome(status: number, code: string, display: string, diagnostics?: string): PdsSaid {
  const issue = { severity: status === 200 ? "information" : "error", code: code === "TOO_MANY_MATCHES" ? "multiple-matches" : status === 404 ? "not-found" : status === 429 ? "throttled" : status === 401 ? "login" : "value", details: { coding: [{ system: "https://fhir.nhs.uk/R4/CodeSystem/Spine-ErrorOrWarningCode", version: "1", code, display }] }, ...(diagnostics !== undefined && { diagnostics }) };
  return { status, body: { resourceType: "OperationOutcome", id: randomUUID(), issue: [issue] } };
}
