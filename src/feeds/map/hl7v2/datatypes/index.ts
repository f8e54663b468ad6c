/** HL7 v2 datatypes to FHIR datatypes, named as in HL7's own guide. */
export * from "./cwe.ts";
export * from "./ed.ts";
export * from "./identifiers.ts";
export * from "./numbers.ts";
export * from "./people-and-places.ts";
export * from "./timing.ts";
export * from "./ts.ts";
