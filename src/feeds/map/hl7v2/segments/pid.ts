/** PID[Patient], with PD1[Patient] beside it. UK rules: ITK HL7 v2 ADT pack, standards.md 4.3. */
import { NO_DEMOGRAPHICS, type Demographics } from "#identity";
import { fhirDate, fhirDateTime, LABEL_SYSTEM, type Hl7Message, type Hl7Segment, type Identifier, type Resource } from "#standards";
import type { Mark } from "../../../mapped.ts";
import { withName } from "../codes/nhs.ts";
import { MARITAL_STATUS, SEX, YES_NO } from "../codes/tables.ts";
import { addresses, concept, contactPoints, cx, humanName, organisation, practitioner, time, whole } from "../datatypes/index.ts";
import { resource } from "../reading.ts";

export type PatientIds = { localId: string | null; nhsNumberText: string | null };

/** Authorities and type codes that UK senders give the NHS number. */
const NHS = new Set(["NHS", "NH", "NHSNBR", "NHSNMBR", "NHSNO", "NHS NUMBER"]);

/** The local id and the NHS number of PID-3 (or MRG-1): any repetition, in any order. */
export function patientIds(segment: Hl7Segment, field: number): PatientIds {
  let localId: string | null = null;
  let nhsNumberText: string | null = null;
  for (const repetition of segment.repetitions(field)) {
    const id = segment.part(repetition, 1).trim();
    if (id === "") continue;
    const authority = segment.part(repetition, 4).trim().toUpperCase();
    const type = segment.part(repetition, 5).trim().toUpperCase();
    if (NHS.has(authority) || NHS.has(type)) nhsNumberText ??= id;
    else localId ??= id;
  }
  return { localId, nhsNumberText };
}

/** Who the patient is by PID and PD1, and what of it could not be read. */
export function demographicsOf(message: Hl7Message, pid: Hl7Segment, zone: string): { demographics: Demographics; marks: Mark[] } {
  const marks: Mark[] = [];
  const ids = patientIds(pid, 3);
  const birthText = pid.text(7);
  const birthDate = birthText === "" ? null : fhirDate(birthText);
  if (birthText !== "" && birthDate === null) marks.push({ code: "feeds.birth-date", why: `the date of birth "${birthText}" is not a date`, place: "PID-7" });
  const trace = /NSTS(\d{2})/.exec(pid.whole(32))?.[1] ?? null;
  const deathTime = pid.text(29) === "" ? null : fhirDateTime(pid.text(29), zone);
  const name = firstOf(pid, 5, (repetition) => pid.part(repetition, 7) === "L" || pid.part(repetition, 7) === "");
  const preferred = pid.repetitions(5).find((repetition) => pid.part(repetition, 7) === "P" || pid.part(repetition, 7) === "N");
  const address = firstOf(pid, 11, () => true);
  const addressLines = address === undefined ? [] : [1, 2, 3, 4].map((component) => pid.part(address, component).trim()).filter(Boolean);
  const pd1 = message.get("PD1");
  return {
    marks,
    demographics: {
      ...NO_DEMOGRAPHICS,
      nhsNumberText: ids.nhsNumberText,
      nhsNumberStatus: trace,
      family: name === undefined ? null : pid.part(name, 1).trim() || null,
      given: name === undefined ? null : [2, 3].map((component) => pid.part(name, component).trim()).filter(Boolean).join(" ") || null,
      title: name === undefined ? null : pid.part(name, 5).trim() || null,
      preferredName: preferred === undefined ? null : pid.part(preferred, 2).trim() || null,
      birthDate,
      sex: SEX[pid.text(8).trim().toUpperCase()] ?? null,
      deceased: deathTime !== null || pid.text(30).toUpperCase() === "Y" ? true : pid.text(30).toUpperCase() === "N" ? false : null,
      dateOfDeath: deathTime,
      address: addressLines,
      postcode: address === undefined ? null : pid.part(address, 5).trim() || null,
      phone: phoneOf(pid, 13) ?? phoneOf(pid, 14),
      email: emailOf(pid),
      gpPractice: pd1?.text(3, 3).trim() || pd1?.text(3, 10).trim() || pd1?.text(3, 1).trim() || null,
      otherNames: otherNamesOf(pid, name),
      otherPostcodes: pid.repetitions(11).filter((repetition) => repetition !== address).map((repetition) => pid.part(repetition, 5).trim()).filter((postcode) => postcode !== "" && postcode !== (address === undefined ? "" : pid.part(address, 5).trim())),
      birthOrder: whole(pid.text(25), 1) ?? null,
      language: pid.text(15).trim() || null,
      interpreter: null,
    },
  };
}

function firstOf(segment: Hl7Segment, field: number, wanted: (repetition: string) => boolean): string | undefined {
  const repetitions = segment.repetitions(field);
  return repetitions.find(wanted) ?? repetitions[0];
}

/** The other names of PID-5 and the aliases of PID-9, `Family^Given`; a given name alone is compared as one. */
function otherNamesOf(pid: Hl7Segment, first: string | undefined): string[] {
  return [...pid.repetitions(5).filter((repetition) => repetition !== first), ...pid.repetitions(9)]
    .map((repetition) => `${pid.part(repetition, 1).trim()}^${[2, 3].map((component) => pid.part(repetition, component).trim()).filter(Boolean).join(" ")}`)
    .filter((name) => name !== "^");
}

function phoneOf(pid: Hl7Segment, field: number): string | null {
  for (const repetition of pid.repetitions(field)) {
    if (pid.part(repetition, 3).toUpperCase() === "INTERNET") continue;
    const number = pid.part(repetition, 1).trim() || [6, 7].map((component) => pid.part(repetition, component).trim()).filter(Boolean).join(" ");
    if (number !== "") return number;
  }
  return null;
}

function emailOf(pid: Hl7Segment): string | null {
  const repetition = pid.repetitions(13).find((each) => pid.part(each, 3).toUpperCase() === "INTERNET" || pid.part(each, 4).includes("@"));
  return repetition === undefined ? null : pid.part(repetition, 4).trim() || null;
}

/** True where the sender asks that the person's whereabouts be protected (PD1-12, protection indicator). */
export const isProtected = (message: Hl7Message): boolean => message.get("PD1")?.text(12).trim().toUpperCase() === "Y";

const EXTENSION = "http://hl7.org/fhir/StructureDefinition/";
const extension = (url: string, value: Record<string, unknown> | undefined): Record<string, unknown>[] => (value === undefined ? [] : [{ url, ...value }]);
const ofCode = (url: string, code: Record<string, unknown> | undefined): Record<string, unknown>[] => (code === undefined ? [] : [{ url, extension: [{ url: "code", valueCodeableConcept: code }] }]);
const textOf = (text: string): string | undefined => text.trim() || undefined;

/** The Patient resource, ethnic category (PID-22, else PID-10) and religion with the labels that the store splits off. */
export function patientResource(message: Hl7Message, pid: Hl7Segment, demographics: Demographics, zone: string): Resource {
  const pd1 = message.get("PD1");
  const maiden = textOf(pid.text(6));
  const born = textOf(pid.text(23));
  // A time of midnight is what systems fill in that know the day alone.
  const birthTime = /^\d{8}(?!0000)\d{4}/.test(pid.text(7)) ? time(pid, 7, zone) : undefined;
  const birthOrder = whole(pid.text(25), 1);
  const isTwin = YES_NO[pid.text(24).trim().toUpperCase()];
  const died = time(pid, 29, zone);
  const extensions = [
    ...extension("https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-EthnicCategory", valued(concept(pid, 22) ?? concept(pid, 10))),
    ...extension(`${EXTENSION}patient-religion`, valued(concept(pid, 17))),
    ...ofCode(`${EXTENSION}patient-nationality`, concept(pid, 28)),
    ...ofCode(`${EXTENSION}patient-citizenship`, concept(pid, 26)), ...ofCode(`${EXTENSION}patient-citizenship`, concept(pid, 39)),
    ...extension(`${EXTENSION}patient-mothersMaidenName`, maiden === undefined ? undefined : { valueString: maiden }),
    ...extension(`${EXTENSION}patient-birthPlace`, born === undefined ? undefined : { valueAddress: { text: born } }),
    ...extension(`${EXTENSION}patient-disability`, valued(pd1 && concept(pd1, 6))),
  ];
  return resource("Patient", {
    meta: isProtected(message) ? { security: [{ system: LABEL_SYSTEM, code: "protected-address" }] } : undefined,
    extension: extensions,
    identifier: identifiersOf(pid, demographics),
    name: namesOf(pid, demographics, zone),
    telecom: [...contactPoints(pid, 13, "home"), ...contactPoints(pid, 14, "work"), ...contactPoints(pid, 40)],
    gender: demographics.sex,
    birthDate: demographics.birthDate,
    _birthDate: birthTime?.includes("T") ? { extension: [{ url: `${EXTENSION}patient-birthTime`, valueDateTime: birthTime }] } : undefined,
    ...(died ? { deceasedDateTime: died } : demographics.deceased === null ? {} : { deceasedBoolean: demographics.deceased }),
    ...(birthOrder === undefined ? (isTwin === undefined ? {} : { multipleBirthBoolean: isTwin }) : { multipleBirthInteger: birthOrder }),
    address: addressesOf(pid),
    generalPractitioner: practicesOf(pd1, demographics),
    communication: pid.repetitions(15).map((repetition) => concept(pid, 15, repetition)).filter((each) => each !== undefined).map((language) => ({ language })),
    maritalStatus: withName(concept(pid, 16), MARITAL_STATUS),
  });
}

const valued = (code: Record<string, unknown> | undefined): Record<string, unknown> | undefined => (code === undefined ? undefined : { valueCodeableConcept: code });

/** The local id and the NHS number first, then every other id of PID-3, PID-2, PID-4, PID-18 and PID-20. */
function identifiersOf(pid: Hl7Segment, demographics: Demographics): Identifier[] {
  const ids = patientIds(pid, 3);
  const found: Identifier[] = [
    ...(ids.localId ? [{ system: "urn:kmcr:local-id", value: ids.localId }] : []),
    ...(ids.nhsNumberText ? [nhsIdentifier(ids.nhsNumberText, demographics.nhsNumberStatus) as Identifier] : []),
  ];
  const known = new Set([ids.localId, ids.nhsNumberText]);
  for (const field of [3, 2, 4, 18]) {
    for (const repetition of pid.repetitions(field)) {
      const id = cx(pid, field, field === 18 ? "AN" : undefined, repetition);
      if (id?.value === undefined || known.has(id.value)) continue;
      known.add(id.value);
      found.push(id);
    }
  }
  const licence = cx(pid, 20, "DL");
  return licence === undefined ? found : [...found, licence];
}

/** The name that stands first is the one that the person is found by; then the other names of PID-5 and the aliases of PID-9. */
function namesOf(pid: Hl7Segment, demographics: Demographics, zone: string): Record<string, unknown>[] {
  const all = pid.repetitions(5);
  const legal = firstOf(pid, 5, (repetition) => pid.part(repetition, 7) === "L" || pid.part(repetition, 7) === "");
  const first = legal === undefined || !(demographics.family || demographics.given) ? undefined : humanName(pid, legal, zone, "official");
  const others = [...all.filter((repetition) => repetition !== legal).map((repetition) => humanName(pid, repetition, zone)), ...pid.repetitions(9).map((repetition) => humanName(pid, repetition, zone, "nickname"))];
  return [first, ...others].filter((each) => each !== undefined);
}

/** All addresses of PID-11; the county of PID-12 belongs to the first where that names none. */
function addressesOf(pid: Hl7Segment): Record<string, unknown>[] {
  const all = addresses(pid, 11);
  const county = textOf(pid.text(12));
  if (county === undefined) return all;
  const [first, ...others] = all;
  if (first === undefined) return [{ district: county }];
  return first["district"] === undefined && others.length === 0 ? [{ ...first, district: county }] : [...all, { district: county }];
}

function practicesOf(pd1: Hl7Segment | undefined, demographics: Demographics): Record<string, unknown>[] {
  if (pd1 === undefined) return [];
  const name = textOf(pd1.text(3, 1));
  const doctor = practitioner(pd1, 4);
  return [
    ...(demographics.gpPractice ? [{ type: "Organization", identifier: { system: "https://fhir.nhs.uk/Id/ods-organization-code", value: demographics.gpPractice }, ...(name && { display: name }) }] : organisation(pd1, 3) ? [organisation(pd1, 3)!] : []),
    ...(doctor ? [doctor] : []),
  ];
}

/** The UK Core identifier of an NHS number with its verification status; an invalid one is kept as it was sent. */
export function nhsIdentifier(value: string, status: string | null): Record<string, unknown> {
  return {
    ...(status && { extension: [{ url: "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-NHSNumberVerificationStatus", valueCodeableConcept: { coding: [{ system: "https://fhir.hl7.org.uk/CodeSystem/UKCore-NHSNumberVerificationStatusEngland", code: status }] } }] }),
    system: "https://fhir.nhs.uk/Id/nhs-number",
    value: value.replace(/[\s-]/g, ""),
  };
}
