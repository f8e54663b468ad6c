import { isObject, type Json } from "./json.ts";
import { keep } from "./kept-fields.ts";

/** Code systems that HL7 renamed between STU3 and R4. */
const RENAMED: Readonly<Record<string, string>> = {
  "http://hl7.org/fhir/condition-category": "http://terminology.hl7.org/CodeSystem/condition-category",
  "http://hl7.org/fhir/list-order": "http://terminology.hl7.org/CodeSystem/list-order",
  "http://hl7.org/fhir/codesystem-list-order.html": "http://terminology.hl7.org/CodeSystem/list-order",
  "http://hl7.org/fhir/list-empty-reason": "http://terminology.hl7.org/CodeSystem/list-empty-reason",
  "http://hl7.org/fhir/observation-category": "http://terminology.hl7.org/CodeSystem/observation-category",
  "http://hl7.org/fhir/allergy-clinical-status": "http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical",
  "http://hl7.org/fhir/allergy-verification-status":
    "http://terminology.hl7.org/CodeSystem/allergyintolerance-verification",
  "http://hl7.org/fhir/stu3/valueset-immunization-role.html": "http://terminology.hl7.org/CodeSystem/v2-0443",
  "http://hl7.org/fhir/marital-status": "http://terminology.hl7.org/CodeSystem/v3-MaritalStatus",
  "http://hl7.org/fhir/organization-type": "http://terminology.hl7.org/CodeSystem/organization-type",
  "https://fhir.nhs.uk/STU3/CodeSystem/CareConnect-NHSNumberVerificationStatus-1":
    "https://fhir.hl7.org.uk/CodeSystem/UKCore-NHSNumberVerificationStatusEngland",
  "https://fhir.hl7.org.uk/STU3/CodeSystem/CareConnect-EthnicCategory-1":
    "https://fhir.hl7.org.uk/CodeSystem/UKCore-EthnicCategoryEngland",
};

/** Extensions that UK Core took over from CareConnect with the same content; all others keep their address. */
const TAKEN_OVER: Readonly<Record<string, string>> = Object.fromEntries(
  [
    ["CareConnect-GPC-NHSNumberVerificationStatus-1", "NHSNumberVerificationStatus"],
    ["CareConnect-NHSNumberVerificationStatus-1", "NHSNumberVerificationStatus"],
    ["CareConnect-EthnicCategory-1", "EthnicCategory"],
    ["CareConnect-GPC-AllergyIntoleranceEnd-1", "AllergyIntoleranceEnd"],
    ["CareConnect-AllergyIntoleranceEnd-1", "AllergyIntoleranceEnd"],
    ["CareConnect-GPC-ListWarningCode-1", "ListWarningCode"],
    ["CareConnect-ListWarningCode-1", "ListWarningCode"],
    ["CareConnect-GPC-MedicationStatementLastIssueDate-1", "MedicationStatementLastIssueDate"],
    ["CareConnect-MedicationStatementLastIssueDate-1", "MedicationStatementLastIssueDate"],
    ["CareConnect-GPC-MedicationRepeatInformation-1", "MedicationRepeatInformation"],
    ["CareConnect-MedicationRepeatInformation-1", "MedicationRepeatInformation"],
    ["CareConnect-VaccinationProcedure-1", "VaccinationProcedure"],
    ["CareConnect-ParentPresent-1", "ParentPresent"],
    ["Extension-coding-sctdescid", "CodingSCTDescId"],
  ].flatMap(([old, now]) => {
    const name = old!.startsWith("Extension-") ? old! : `Extension-${old!}`;
    const address = `https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-${now!}`;
    return [
      [`https://fhir.nhs.uk/STU3/StructureDefinition/${name}`, address],
      [`https://fhir.hl7.org.uk/STU3/StructureDefinition/${name}`, address],
    ];
  }),
);

/** The R4 address of a code system; unknown ones stay as they are. */
export function systemInR4(system: string): string {
  const v2 = /^http:\/\/hl7\.org\/fhir\/v2\/(.+)$/.exec(system);
  if (v2) return `http://terminology.hl7.org/CodeSystem/v2-${v2[1]!}`;
  const v3 = /^http:\/\/hl7\.org\/fhir\/v3\/(.+)$/.exec(system);
  if (v3) return `http://terminology.hl7.org/CodeSystem/v3-${v3[1]!}`;
  return Object.hasOwn(RENAMED, system) ? RENAMED[system]! : system;
}

/**
 * A deep copy with the code systems and extensions under their R4 addresses.
 * Blanks around a code, which FHIR forbids and senders write, are taken off;
 * the code as sent stays beside it.
 */
export function inR4Terms<T>(value: T): T {
  if (Array.isArray(value)) return value.map(inR4Terms) as T;
  if (!isObject(value)) return value;
  const out: Json = {};
  for (const [name, field] of Object.entries(value)) {
    if (name === "system" && typeof field === "string") out[name] = systemInR4(field);
    else if (name === "url" && typeof field === "string") out[name] = Object.hasOwn(TAKEN_OVER, field) ? TAKEN_OVER[field] : field;
    else out[name] = inR4Terms(field);
  }
  const code = out["code"];
  if (typeof code === "string" && code !== code.trim()) {
    out["code"] = code.trim();
    out["extension"] = [...((out["extension"] as Json[] | undefined) ?? []), keep("code", code)];
  }
  return out as T;
}
