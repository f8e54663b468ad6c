/** Pure knowledge of the standards: no I/O, no other room. */
export * from "./sections.ts";
export * from "./nhs-number.ts";
