/**
 * Who the person is, by source, with what the sources disagree about. One value
 * must lead in the banner; the rule is said on the page: sources that hold the
 * verified NHS number first, then the newest. All other values stand on the
 * details page, and a death is never outvoted.
 */
import { VERIFIED } from "#standards";
import type { SourceAtPerson, SourcePatient } from "./inputs.ts";

export const FACTS = [
  { id: "family", title: "Family name" },
  { id: "given", title: "Given names" },
  { id: "title", title: "Title" },
  { id: "preferredName", title: "Preferred name" },
  { id: "dateOfBirth", title: "Date of birth" },
  { id: "dateOfDeath", title: "Date of death" },
  { id: "sex", title: "Sex" },
  { id: "nhsNumber", title: "NHS number" },
  { id: "address", title: "Address" },
  { id: "phone", title: "Phone" },
  { id: "gpPractice", title: "GP practice" },
] as const;
export type FactId = (typeof FACTS)[number]["id"];

export type FactValue = { readonly value: string; readonly organisation: string; readonly organisationName: string; readonly sourcePatientId: string; readonly received: Date };

export type Fact = {
  readonly id: FactId;
  readonly title: string;
  /** What leads; `null` where no source says. */
  readonly lead: FactValue | null;
  /** Every source's value, the leading one first. */
  readonly values: readonly FactValue[];
  readonly disagree: boolean;
};

export type Demographics = {
  readonly facts: Readonly<Record<FactId, Fact>>;
  /** Facts that sources disagree about. */
  readonly disagreements: readonly Fact[];
  readonly nhsNumberVerified: boolean;
  /** True where no source has a usable number and one sent a number that is not valid. */
  readonly onlyNotValidNumber: boolean;
  /** Organisations of which a record is held apart, and why. */
  readonly heldApart: readonly { readonly organisationName: string; readonly why: string }[];
};

/** Stands for a date of death that a source reports without saying when. */
const DATE_NOT_GIVEN = "date not given";

const letters = (text: string): string => text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");

function valueOf(fact: FactId, patient: SourcePatient): string {
  if (fact === "address") return [...patient.addressLines, patient.postcode].filter((line) => line !== "").join(", ");
  // A death without a date is a death: it must reach the banner.
  if (fact === "dateOfDeath" && patient.dateOfDeath === "") return DATE_NOT_GIVEN;
  return (patient[fact] ?? "").trim();
}

/** Values that mean the same compare alike: capitals, spaces and punctuation do not make a difference. */
function comparable(fact: FactId, value: string): string {
  if (fact === "phone") return value.replace(/\D/g, "").replace(/^(?:0044|44)/, "0");
  if (fact === "address") {
    // A town or county more or less is the same address: the first line and the postcode tell.
    const lines = value.split(", ");
    return `${letters(lines[0]!)}|${letters(lines.at(-1)!)}`;
  }
  if (value === DATE_NOT_GIVEN) return value;
  if (fact === "dateOfBirth" || fact === "dateOfDeath") return value.slice(0, 10);
  return letters(value);
}

const NO_NUMBERS: ReadonlyMap<string, string> = new Map();

/** A source that gives less detail of a date does not contradict one that gives more. */
function contradict(fact: FactId, a: string, b: string): boolean {
  if (a === b || a === DATE_NOT_GIVEN || b === DATE_NOT_GIVEN) return false;
  return fact === "dateOfBirth" || fact === "dateOfDeath" ? !(a.startsWith(b) || b.startsWith(a)) : true;
}

/** The person's facts from every source patient of the sources. */
export function demographicsOf(sources: readonly SourceAtPerson[]): Demographics {
  const patients = sources
    .flatMap((source) => source.sourcePatients.map((patient) => ({ source, patient })))
    .toSorted((a, b) => rank(b.patient) - rank(a.patient) || b.patient.lastReceived.getTime() - a.patient.lastReceived.getTime());
  const facts = Object.fromEntries(
    FACTS.map(({ id, title }) => {
      const values = patients
        .map(({ source, patient }) => ({
          value: valueOf(id, patient),
          organisation: source.organisation,
          organisationName: source.organisationName,
          sourcePatientId: patient.sourcePatientId,
          received: patient.lastReceived,
        }))
        .filter(({ value }) => value !== "");
      // Of a date and a death without one, the date leads.
      if (id === "dateOfDeath") values.sort((a, b) => Number(a.value === DATE_NOT_GIVEN) - Number(b.value === DATE_NOT_GIVEN));
      // A superseded number is the same number: the one that stands today leads, what each source sent stays beside it.
      const now = id === "nhsNumber" ? new Map(patients.flatMap(({ patient }) => (patient.nhsNumber !== null && patient.nhsNumberNow !== undefined ? [[patient.nhsNumber, patient.nhsNumberNow] as const] : []))) : NO_NUMBERS;
      const distinct = [...new Set(values.map(({ value }) => comparable(id, now.get(value) ?? value)))];
      // A title or a preferred name differs by taste and says nothing about whose record it is.
      const matters = id !== "title" && id !== "preferredName";
      const disagree = matters && distinct.some((a, index) => distinct.slice(index + 1).some((b) => contradict(id, a, b)));
      return [id, { id, title, lead: values[0] === undefined ? null : now.has(values[0].value) ? { ...values[0], value: now.get(values[0].value)! } : values[0], values, disagree } satisfies Fact];
    }),
  ) as unknown as Record<FactId, Fact>;
  return {
    facts,
    disagreements: Object.values(facts).filter((fact) => fact.disagree),
    nhsNumberVerified: patients.some(({ patient }) => patient.nhsNumber !== null && patient.nhsNumberStatus === VERIFIED),
    onlyNotValidNumber: facts.nhsNumber.values.length === 0 && patients.some(({ patient }) => patient.nhsNumberNotValid !== undefined),
    heldApart: sources.flatMap((source) => (source.heldApart === null ? [] : [{ organisationName: source.organisationName, why: source.heldApart.why }])),
  };
}

const rank = (patient: SourcePatient): number => (patient.nhsNumber !== null && patient.nhsNumberStatus === VERIFIED ? 1 : 0);

/** `J.S.` for the title of a page; `?` nowhere: a missing name gives nothing. */
export function initialsOf(demographics: Demographics): string {
  const first = (fact: FactId): string => demographics.facts[fact].lead?.value.charAt(0).toUpperCase() ?? "";
  return [first("given"), first("family")].filter((letter) => letter !== "").map((letter) => `${letter}.`).join("");
}
