/** Is there an NHS number, is it one, and did the source trace it? */
import { VERIFIED } from "#standards";
import { wherePatients } from "../patients.ts";
import { placeOf } from "../places.ts";
import type { Rule } from "../rule.ts";

/** Statuses that stand for a number, of whatever trace: 02 to 08 of UKCore-NHSNumberVerificationStatusEngland, and none sent. */
const NO_TRACE = new Set(["absent", "invalid", VERIFIED]);

export const NHS_NUMBER: readonly Rule[] = [
  { id: "nhs-number-missing", dimension: "nhs-number", severity: "warning", words: "The NHS number is missing", look: (message) => wherePatients(message, placeOf(message, "nhsNumber"), (_, { source }) => source.status === "absent") },
  { id: "nhs-number-invalid", dimension: "nhs-number", severity: "error", words: "The NHS number is not valid", look: (message) => wherePatients(message, placeOf(message, "nhsNumber"), (_, { source }) => source.status === "invalid") },
  { id: "nhs-number-not-traced", dimension: "nhs-number", severity: "information", words: "The NHS number is not said to be traced and verified", look: (message) => wherePatients(message, placeOf(message, "trace"), (_, { source }) => !NO_TRACE.has(source.status)) },
];
