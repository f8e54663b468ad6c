/**
 * The trace: which NHS number a source's patient has, asked of PDS by a ladder
 * like that of the national Master Person Service: cross-check (number and date of
 * birth), simple (names and date of birth), alphanumeric (parts of names, former
 * names and addresses), algorithmic (homophones, names the other way round).
 * Each rung's answer is kept in words. What PDS finds is compared here with all
 * that PDS holds of that person, and only an agreement at the edge or above gives
 * a number: PDS's own score never does. Pure but for the questions to PDS.
 */
import { isRefusal, type Refusal } from "#platform";
import type { PdsClient, PdsFound, PdsRead, PdsSearch, SearchTerm, TracedPatient } from "#national";
import { linkingBirthDate, numberOf, type Demographics } from "./source-patient.ts";
import { compareWithTraced, isNoPlace, nameWords, type TraceComparison, type TraceField } from "./trace-comparison.ts";

export type TraceOutcome =
  /** The number that was sent is this person's. */
  | "verified"
  /** It was, and another has taken its place: `nhsNumber` is that one. */
  | "superseded"
  /** A number was found by who the person is. */
  | "found"
  /** Somebody fits, but is restricted at PDS, so that their place can't be compared: a human looks first, and there is no number until then. */
  | "sensitive"
  /** PDS has nobody, or nobody who agrees well enough. */
  | "none"
  /** More than one person fits. */
  | "several"
  /** The number that was sent was withdrawn, and the person was not found otherwise. */
  | "invalidated"
  /** The number that was sent belongs to somebody whose date of birth, sex or name differs. */
  | "conflict"
  /** PDS could not be asked to the end: nothing is known, and it is asked again. */
  | "unavailable";

export type TraceRung = "cross-check" | "simple" | "alphanumeric" | "algorithmic";
export type TraceEvidence = { readonly rung: TraceRung; readonly words: string; /** Compared fields, where somebody was found. Never an address. */ readonly fields: readonly TraceField[] };

export type Trace = {
  readonly outcome: TraceOutcome;
  /** The number that may be used; `null` where none may. */
  readonly nhsNumber: string | null;
  /** The number that was sent and has been replaced: an alias for ever. */
  readonly replaces: string | null;
  /** UKCore-NHSNumberVerificationStatusEngland after the trace: 01 verified, 03 to be traced, 04 no or several matches, 05 conflict, 08 postponed. */
  readonly status: "01" | "03" | "04" | "05" | "08";
  /** 0 to 1, of the best that was found. */
  readonly confidence: number;
  /** Restricted at PDS, whatever the outcome: no location, anywhere. */
  readonly isSensitive: boolean;
  /** What PDS holds of the person whose number it is; `null` where there is no number. */
  readonly patient: TracedPatient | null;
  readonly evidence: readonly TraceEvidence[];
};

/** A number that was found, not sent, is this person's from here on: what agrees less well is for a human. */
export const TRACE_EDGE = 0.95;

/** A baby's number comes with the birth notification; until then PDS may not have it (status 08). */
const POSTPONED_DAYS = 42;

/** Names that stand for nobody: whoever asked PDS for them would be given somebody. */
const NOBODY = new Set(["unknown", "unidentified", "unnamed", "baby", "babe", "infant", "twin", "triplet", "test", "male", "female", "boy", "girl", "patient", "notknown", "anonymous", "xx", "zz", "zzz"]);

type Asked = Pick<PdsClient, "read" | "search">;

/** Traces a source's patient. Never refuses: what PDS could not be asked is an outcome. */
export async function trace(who: Demographics, pds: Asked, now: Date): Promise<Trace> {
  const ladder = new Ladder(who, pds, now);
  return ladder.climb();
}

class Ladder {
  readonly #who: Demographics;
  readonly #pds: Asked;
  readonly #now: Date;
  readonly #number: string | null;
  readonly #birthDate: string | null;
  readonly #evidence: TraceEvidence[] = [];
  readonly #reads = new Map<string, PdsRead>();
  #isWithdrawn = false;
  #best = 0;

  constructor(who: Demographics, pds: Asked, now: Date) {
    this.#who = who;
    this.#pds = pds;
    this.#now = now;
    this.#number = numberOf(who).nhsNumber;
    this.#birthDate = linkingBirthDate(who.birthDate);
  }

  async climb(): Promise<Trace> {
    if (this.#birthDate === null) {
      this.#note("cross-check", "no full date of birth was sent: without one nobody can be told from another");
      return this.#end("none", "03");
    }
    const crossed = this.#number === null ? this.#note("cross-check", "no valid NHS number was sent") : await this.#crossCheck(this.#number);
    if (crossed !== null) return crossed;
    return this.#bySearch();
  }

  /** `null`: go on by who the person is. */
  async #crossCheck(number: string): Promise<Trace | null> {
    const read = await this.#read(number);
    if (isRefusal(read)) return this.#unavailable("cross-check", read);
    if (read.answer === "not-found") return this.#note("cross-check", "PDS has nobody with the NHS number that was sent");
    if (read.answer === "invalidated") {
      this.#isWithdrawn = true;
      return this.#note("cross-check", "the NHS number that was sent was withdrawn, with none in its place");
    }
    const comparison = compareWithTraced(this.#who, read.patient);
    const against = comparison.against;
    if (against.length > 0) {
      this.#note("cross-check", `the NHS number that was sent belongs to somebody whose ${against.join(" and ")} differs`, comparison.fields);
      return this.#conflict(read.patient.nhsNumber);
    }
    if (comparison.fields.find((each) => each.field === "date of birth")?.verdict !== "agrees") {
      this.#note("cross-check", "PDS holds no full date of birth of who has the NHS number that was sent", comparison.fields);
      return this.#end("none", "04");
    }
    this.#note("cross-check", read.isSuperseding ? "the NHS number that was sent was replaced by another, and date of birth, sex and name agree" : "NHS number and date of birth agree, and neither sex nor name speaks against it", comparison.fields);
    return this.#withNumber(read, 1, read.isSuperseding ? "superseded" : "verified");
  }

  /** A human will have to look: it helps to know whether the person has another number. Nothing is concluded from it. */
  async #conflict(sent: string): Promise<Trace> {
    const { candidate } = await this.#candidateOf("simple", this.#simple());
    if (candidate !== null && candidate.patient.nhsNumber !== sent) this.#note("simple", "names and date of birth belong to somebody with another NHS number", candidate.comparison.fields);
    return this.#end("conflict", "05");
  }

  async #bySearch(): Promise<Trace> {
    if (this.#names() === null) {
      this.#note("simple", "no name was sent that a person could be looked for by");
      return this.#nobody();
    }
    let severalFit = false;
    const below = new Map<string, TracedPatient>();
    for (const [rung, question] of this.#questions()) {
      const { candidate, several, stop } = await this.#candidateOf(rung, question);
      if (stop) return stop;
      if (several) severalFit = true;
      if (candidate === null) continue;
      const { patient, comparison, read } = candidate;
      if (comparison.confidence >= TRACE_EDGE) return this.#withNumber(read, comparison.confidence, "found");
      this.#best = Math.max(this.#best, comparison.confidence);
      below.set(patient.nhsNumber, patient);
    }
    if (severalFit || below.size > 1) return this.#end("several", "04");
    const [only] = below.values();
    // Nobody may compare a restricted person's place: a human decides, knowing that the person is one.
    if (only !== undefined && only.restriction !== "none") return { ...this.#end("sensitive", "04"), isSensitive: true };
    return this.#nobody();
  }

  /** Asks one question and compares who was found with all that PDS holds of them. */
  async #candidateOf(rung: TraceRung, question: PdsSearch | null): Promise<{ candidate: Candidate | null; several?: true; stop?: Trace }> {
    if (question === null) return { candidate: null };
    const found = await this.#pds.search(question);
    if (isRefusal(found)) {
      if (found.kind !== "invalid") return { candidate: null, stop: this.#unavailable(rung, found) };
      this.#note(rung, "PDS cannot be asked with what was sent");
      return { candidate: null };
    }
    const number = onlyOne(found);
    if (number === null) {
      this.#note(rung, found.answer === "none" ? "PDS finds nobody" : "more than one person fits");
      return found.answer === "none" ? { candidate: null } : { candidate: null, several: true };
    }
    const read = await this.#read(number);
    if (isRefusal(read)) return { candidate: null, stop: this.#unavailable(rung, read) };
    if (read.answer === "not-found" || read.answer === "invalidated") {
      this.#note(rung, "who was found is no longer at PDS");
      return { candidate: null };
    }
    const comparison = compareWithTraced(this.#who, read.patient);
    this.#note(rung, `one person was found: ${comparison.words}`, comparison.fields);
    return { candidate: { read, patient: read.patient, comparison } };
  }

  #questions(): (readonly [TraceRung, PdsSearch | null])[] {
    const { family, given } = this.#names()!;
    const birthDate = this.#birthDate!;
    const gender = this.#who.sex === "male" || this.#who.sex === "female" ? this.#who.sex : null;
    const postcode = this.#postcode();
    const parts = { manner: "plain", family: wildcardOf(family), given: given === null ? [] : [beginningOf(given)], birthDate, history: true } as const;
    const sound = given === null ? null : ({ manner: "fuzzy", family, given: [given], birthDate } as const);
    return [
      ["simple", this.#simple()],
      ...this.#otherNames().map((name) => ["simple", { manner: "exact", family: name.family, given: [name.given], birthDate }] as const),
      // PDS gives nobody restricted to a search by postcode, and nobody who was never known at it: so without one, too.
      ["alphanumeric", postcode === null ? null : { ...parts, postcode }],
      ["alphanumeric", gender === null ? parts : { ...parts, gender }],
      ["algorithmic", sound === null || postcode === null || gender === null ? null : { ...sound, postcode, gender }],
      ["algorithmic", sound],
    ];
  }

  #simple(): PdsSearch | null {
    const names = this.#names();
    return names === null || this.#birthDate === null ? null : { manner: "exact", family: names.family, ...(names.given !== null && { given: [names.given] }), birthDate: this.#birthDate };
  }

  /** The first two other names that the source gives in full: PDS may hold one of those as the name of today. */
  #otherNames(): { family: string; given: string }[] {
    return this.#who.otherNames.map((name) => name.replaceAll("*", "").split("^")).map(([family = "", given = ""]) => ({ family: family.trim(), given: given.trim().split(/\s+/)[0]! })).filter(({ family, given }) => family !== "" && given !== "" && !isNobody(family) && !isNobody(given)).slice(0, 2);
  }

  /** Family name and first given name as sent, where they are a person's. */
  #names(): { family: string; given: string | null } | null {
    const family = this.#who.family?.replaceAll("*", "").trim() ?? "";
    const given = this.#who.given?.replaceAll("*", "").trim().split(/\s+/)[0] ?? "";
    if (isNobody(family) || isNobody(given)) return null;
    return family === "" ? null : { family, given: given === "" ? null : given };
  }

  /** A protected person's postcode is told to nobody. */
  #postcode(): string | null {
    const postcode = this.#who.postcode?.replaceAll("*", "").trim() ?? "";
    return this.#who.protectedAddress === true || postcode === "" || isNoPlace(postcode) ? null : postcode;
  }

  /** One rung often finds who another found: each number is read once. */
  async #read(number: string): Promise<PdsRead | Refusal> {
    const read = this.#reads.get(number) ?? (await this.#pds.read(number));
    if (!isRefusal(read)) this.#reads.set(number, read);
    return read;
  }

  #withNumber(read: Extract<PdsRead, { patient: TracedPatient }>, confidence: number, outcome: "verified" | "superseded" | "found"): Trace {
    const { patient } = read;
    const isSensitive = patient.restriction !== "none";
    const replaces = outcome === "superseded" ? this.#number : null;
    return { outcome, nhsNumber: patient.nhsNumber, replaces, status: "01", confidence, isSensitive, patient, evidence: this.#evidence };
  }

  #nobody(): Trace {
    const age = (this.#now.getTime() - Date.parse(this.#birthDate!)) / 86_400_000;
    return this.#end(this.#isWithdrawn ? "invalidated" : "none", this.#number === null && age < POSTPONED_DAYS ? "08" : "04");
  }

  #unavailable(rung: TraceRung, refusal: Refusal): Trace {
    this.#note(rung, `PDS could not be asked (${refusal.code})`);
    return this.#end("unavailable", "03");
  }

  #end(outcome: TraceOutcome, status: Trace["status"]): Trace {
    return { outcome, nhsNumber: null, replaces: null, status, confidence: this.#best, isSensitive: false, patient: null, evidence: this.#evidence };
  }

  #note(rung: TraceRung, words: string, fields: readonly TraceField[] = []): null {
    this.#evidence.push({ rung, words, fields });
    return null;
  }
}

type Found = Extract<PdsRead, { patient: TracedPatient }>;
type Candidate = { readonly read: Found; readonly patient: TracedPatient; readonly comparison: TraceComparison };

const onlyOne = (found: PdsFound): string | null => (found.answer === "one" ? found.match.patient.nhsNumber : null);

/** Every word of it stands for nobody: `Baby`, `Unknown Male`, `TWIN 1`. */
const isNobody = (name: string): boolean => {
  const words = nameWords(name).filter((word) => !/^\d+$/.test(word));
  return words.length > 0 && words.every((word) => NOBODY.has(word));
};

/** `O'Reilly` and `Smith-Jones` with a star for what stands between: PDS may hold another mark, or none. Two letters must come first. */
function wildcardOf(name: string): SearchTerm {
  const pattern = name.replace(/[^\p{L}]+/gu, "*");
  return pattern.includes("*") && /^[^*]{2}/.test(pattern) ? { pattern } : name;
}

/** `Annabel` by `Ann*`, as PDS advises: other spellings and short forms begin alike. */
function beginningOf(name: string): SearchTerm {
  const letters = /^\p{L}{3}/u.exec(name)?.[0];
  return letters === undefined || letters === name ? name : { pattern: `${letters}*` };
}
