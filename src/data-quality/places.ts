/** Where a fact of a patient stands, as its sender would look for it. */
import type { AppliedMessage } from "#feeds";

type Format = AppliedMessage["message"]["format"];
export type Fact = "nhsNumber" | "trace" | "name" | "dateOfBirth" | "dateOfDeath" | "postcode" | "time" | "controlId";

const FHIR = { nhsNumber: "Patient.identifier", trace: "Patient.identifier.extension", name: "Patient.name", dateOfBirth: "Patient.birthDate", dateOfDeath: "Patient.deceasedDateTime", postcode: "Patient.address.postalCode", time: "Bundle.timestamp", controlId: "Bundle.identifier" } as const;
const PLACES: Readonly<Record<Format, Readonly<Record<Fact, string>>>> = {
  hl7v2: { nhsNumber: "PID-3", trace: "PID-32", name: "PID-5", dateOfBirth: "PID-7", dateOfDeath: "PID-29", postcode: "PID-11", time: "EVN-2 or MSH-7", controlId: "MSH-10" },
  "fhir-r4": FHIR,
  "gp-connect-stu3": FHIR,
  csv: { nhsNumber: "NHS number", trace: "NHS number status", name: "name", dateOfBirth: "date of birth", dateOfDeath: "date of death", postcode: "postcode", time: "file", controlId: "file name" },
  unknown: { nhsNumber: "message", trace: "message", name: "message", dateOfBirth: "message", dateOfDeath: "message", postcode: "message", time: "message", controlId: "message" },
};
/** HL7 v2 fields of what became a FHIR element. */
const HL7: Readonly<Record<string, string>> = { "Observation.valueQuantity": "OBX-6", "Observation.issued": "OBR-22", "DiagnosticReport.issued": "OBR-22", "Encounter.period": "PV1-45", "Patient.gender": "PID-8", "AllergyIntolerance.code": "AL1-3" };

export const placeOf = ({ message }: AppliedMessage, fact: Fact): string => PLACES[message.format][fact];

/** Of an element of a resource that the message became. */
export const elementPlace = ({ message }: AppliedMessage, element: string): string => (message.format === "hl7v2" ? (HL7[element] ?? element) : element);
