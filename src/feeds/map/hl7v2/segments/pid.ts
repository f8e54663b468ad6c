/** PID[Patient], PD1[Patient], NK1[RelatedPerson]. UK rules: ITK HL7 v2 ADT pack, standards.md 4.3. */
import { NO_DEMOGRAPHICS, type Demographics } from "#identity";
import type { ItemToStore } from "#record";
import { fhirDate, fhirDateTime, type Hl7Message, type Hl7Segment, type Resource } from "#standards";
import type { Mark } from "../../../mapped.ts";
import { concept } from "../datatypes/index.ts";

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

const SEX: Readonly<Record<string, string>> = { "1": "male", M: "male", "2": "female", F: "female", "9": "other", O: "other", X: "unknown", "0": "unknown", U: "unknown" };

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
      gpPractice: pd1?.text(3, 3).trim() || pd1?.text(3, 1).trim() || null,
      language: pid.text(15).trim() || null,
      interpreter: null,
    },
  };
}

function firstOf(segment: Hl7Segment, field: number, wanted: (repetition: string) => boolean): string | undefined {
  const repetitions = segment.repetitions(field);
  return repetitions.find(wanted) ?? repetitions[0];
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

/** The Patient resource, ethnic category (PID-22, else PID-10) and religion with the labels that the store splits off. */
export function patientResource(message: Hl7Message, pid: Hl7Segment, demographics: Demographics): Resource {
  const ids = patientIds(pid, 3);
  const ethnic = concept(pid, 22) ?? concept(pid, 10);
  const religion = concept(pid, 17);
  const nationality = concept(pid, 28);
  const extension = [
    ...(ethnic ? [{ url: "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-EthnicCategory", valueCodeableConcept: ethnic }] : []),
    ...(religion ? [{ url: "http://hl7.org/fhir/StructureDefinition/patient-religion", valueCodeableConcept: religion }] : []),
    ...(nationality ? [{ url: "http://hl7.org/fhir/StructureDefinition/patient-nationality", extension: [{ url: "code", valueCodeableConcept: nationality }] }] : []),
  ];
  const practice = message.get("PD1");
  return {
    resourceType: "Patient",
    ...(extension.length > 0 && { extension }),
    identifier: [
      ...(ids.localId ? [{ system: "urn:kmcr:local-id", value: ids.localId }] : []),
      ...(ids.nhsNumberText ? [nhsIdentifier(ids.nhsNumberText, demographics.nhsNumberStatus)] : []),
    ],
    ...((demographics.family || demographics.given) && {
      name: [{ use: "official", ...(demographics.family && { family: demographics.family }), ...(demographics.given && { given: demographics.given.split(" ") }), ...(demographics.title && { prefix: [demographics.title] }) }],
    }),
    ...(demographics.phone && { telecom: [{ system: "phone", value: demographics.phone }] }),
    ...(demographics.sex && { gender: demographics.sex }),
    ...(demographics.birthDate && { birthDate: demographics.birthDate }),
    ...(demographics.dateOfDeath ? { deceasedDateTime: demographics.dateOfDeath } : demographics.deceased && { deceasedBoolean: true }),
    ...(demographics.address.length > 0 && { address: [{ line: [...demographics.address], ...(demographics.postcode && { postalCode: demographics.postcode }) }] }),
    ...(practice && demographics.gpPractice && { generalPractitioner: [{ identifier: { system: "https://fhir.nhs.uk/Id/ods-organization-code", value: demographics.gpPractice }, ...(practice.text(3, 1) && { display: practice.text(3, 1) }) }] }),
    ...(pid.text(15) && { communication: [{ language: concept(pid, 15)! }] }),
    ...(pid.text(16) && { maritalStatus: concept(pid, 16)! }),
  };
}

/** The UK Core identifier of an NHS number with its verification status; an invalid one is kept as it was sent. */
export function nhsIdentifier(value: string, status: string | null): Record<string, unknown> {
  return {
    ...(status && { extension: [{ url: "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-NHSNumberVerificationStatus", valueCodeableConcept: { coding: [{ system: "https://fhir.hl7.org.uk/CodeSystem/UKCore-NHSNumberVerificationStatusEngland", code: status }] } }] }),
    system: "https://fhir.nhs.uk/Id/nhs-number",
    value: value.replace(/[\s-]/g, ""),
  };
}

/** NK1[RelatedPerson]: the people to contact. */
export function relatedPeople(message: Hl7Message, localId: string): ItemToStore[] {
  return message.all("NK1").flatMap((nk1) => {
    const name = [4, 2, 1].map((component) => (component === 4 ? nk1.text(2, 5) : nk1.text(2, component)).trim()).filter(Boolean).join(" ");
    if (name === "") return [];
    const relationship = concept(nk1, 3);
    const phone = nk1.text(5).trim() || nk1.text(5, 12).trim();
    return [
      {
        sourceKey: `${localId}|NK1|${name.toLowerCase()}`,
        resource: {
          resourceType: "RelatedPerson",
          active: true,
          patient: { reference: `Patient/${localId}` },
          ...(relationship && { relationship: [relationship] }),
          name: [{ text: name, ...(nk1.text(2, 1) && { family: nk1.text(2, 1) }), ...(nk1.text(2, 2) && { given: [nk1.text(2, 2)] }) }],
          ...(phone && { telecom: [{ system: "phone", value: phone, rank: nk1.sequence }] }),
        },
      },
    ];
  });
}
