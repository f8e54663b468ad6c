/** A FHIR R4 bundle of one patient as a source sends it. */
export type PatientParts = { id: string; nhsNumber: string; family?: string; given?: string; birthDate?: string; practice?: string };

export function patientResource({ id, nhsNumber, family = "Carew", given = "Ida", birthDate = "1940-05-07", practice }: PatientParts): Record<string, unknown> {
  return {
    resourceType: "Patient", id, active: true, gender: "female", birthDate, name: [{ use: "official", family, given: [given] }],
    identifier: [{
      system: "https://fhir.nhs.uk/Id/nhs-number", value: nhsNumber,
      extension: [{ url: "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-NHSNumberVerificationStatus", valueCodeableConcept: { coding: [{ system: "https://fhir.hl7.org.uk/CodeSystem/UKCore-NHSNumberVerificationStatusEngland", code: "01" }] } }],
    }],
    ...(practice !== undefined && { generalPractitioner: [{ identifier: { system: "https://fhir.nhs.uk/Id/ods-organization-code", value: practice } }] }),
  };
}

/** A document about the patient, as text. */
export const documentResource = (patient: string, id: string, title: string, text: string, more: object = {}): Record<string, unknown> => ({
  resourceType: "DocumentReference", id, status: "current", subject: { reference: `Patient/${patient}` }, date: "2026-11-20T09:00:00Z", description: title, type: { text: title }, content: [{ attachment: { contentType: "text/plain", title, data: Buffer.from(text).toString("base64") } }], ...more,
});

export const bundleOf = (...resources: Record<string, unknown>[]): string => JSON.stringify({ resourceType: "Bundle", type: "collection", entry: resources.map((resource) => ({ fullUrl: `urn:uuid:${String(resource["id"])}`, resource })) });
