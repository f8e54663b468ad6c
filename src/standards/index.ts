/** Pure knowledge of the standards: no I/O, no other room. */
export * from "./sections.ts";
export * from "./nhs-number.ts";
export * from "./fhir/resource.ts";
export * from "./fhir/validate.ts";
export * from "./fhir/search-values.ts";
export { belongsToNobody, mayHold, isResourceType } from "./fhir/definitions.ts";
export * from "./hl7v2/message.ts";
export { decodeHl7 } from "./hl7v2/character-set.ts";
export * from "./hl7v2/batch.ts";
export * from "./hl7v2/acknowledge.ts";
export * from "./hl7v2/time.ts";
export * from "./fhir/json.ts";
export * from "./document/index.ts";
export { readFhirXml, type FhirXmlFault, type FhirXmlRead } from "./fhir/read-xml.ts";
export { writeFhirXml } from "./fhir/write-xml.ts";
export * from "./units.ts";
export * from "./xml/parse.ts";
export * from "./xml/decode.ts";
