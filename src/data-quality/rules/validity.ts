/** Is what is there what it should be: a real date, a name, a postcode, a code that is known? */
import { wherePatients } from "../patients.ts";
import { placeOf } from "../places.ts";
import type { Rule } from "../rule.ts";

/** Dates that systems write where they know none. */
const DEFAULT_DATES = new Set(["1800-01-01", "1850-01-01", "1890-01-01", "1899-12-30", "1899-12-31", "1900-01-01", "1901-01-01", "9999-12-31"]);
/** Words that stand where a name should be. */
const NO_NAME = /^(?:baby(?: (?:boy|girl|of .*))?|infant|unknown|unk|not known|unnamed|no name|test(?:ing)?|test ?patient|dummy|do not use|duplicate|patient|zz+.*|x+)$/i;
/** GOV.UK's form of a postcode, and the two old ones; pseudo postcodes (ZZ99 3VZ) are of it. */
const POSTCODE = /^(?:[A-Z]{1,2}\d[A-Z\d]?\d[A-Z]{2}|GIR0AA|BFPO\d{1,4})$/;

const isName = (text: string | null): boolean => NO_NAME.test((text ?? "").trim().replace(/\s+/g, " "));

export const VALIDITY: readonly Rule[] = [
  { id: "date-of-birth-default", dimension: "validity", severity: "warning", words: "The date of birth is one that systems write where they know none", look: (message) => wherePatients(message, placeOf(message, "dateOfBirth"), ({ birthDate }) => birthDate !== null && DEFAULT_DATES.has(birthDate)) },
  { id: "date-of-birth-in-future", dimension: "validity", severity: "error", words: "The date of birth is after the day on which the message came", look: (message) => { const day = message.message.received.toISOString().slice(0, 10); return wherePatients(message, placeOf(message, "dateOfBirth"), ({ birthDate }) => birthDate !== null && /^\d{4}/.test(birthDate) && birthDate.slice(0, 10) > day); } },
  { id: "date-of-birth-not-a-date", dimension: "validity", severity: "error", words: "The date of birth is no date", look: (message) => wherePatients(message, placeOf(message, "dateOfBirth"), ({ birthDate }) => birthDate !== null && !/^\d{4}(-\d{2}(-\d{2}.*)?)?$/.test(birthDate)) },
  { id: "name-default", dimension: "validity", severity: "warning", words: "The name is a word that stands for no name", look: (message) => wherePatients(message, placeOf(message, "name"), ({ family, given }) => isName(family) || isName(given)) },
  { id: "postcode-malformed", dimension: "validity", severity: "warning", words: "The postcode is not in the form of one", look: (message) => wherePatients(message, placeOf(message, "postcode"), ({ postcode }) => postcode !== null && postcode.trim() !== "" && !POSTCODE.test(postcode.toUpperCase().replace(/\s/g, ""))) },
  { id: "code-unmapped", dimension: "validity", severity: "information", words: "A local code has no national meaning here: no map knows it", look: ({ mapped }) => (mapped?.unmappedCodes ?? []).map(({ system }) => (system === "" ? "code without a system" : `code system ${system.slice(0, 60)}`)) },
  { id: "not-used-as-sent", dimension: "validity", severity: "error", words: "A part of the message could not be used as sent: see quarantine", look: ({ marks }) => marks.filter(({ code }) => code !== "feeds.nhs-number").map(({ place }) => place.slice(0, 200)) },
];
