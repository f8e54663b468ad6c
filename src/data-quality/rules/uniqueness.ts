/** Does one id name one message? */
import { placeOf } from "../places.ts";
import type { Rule } from "../rule.ts";

/** A file name, and whom a GP record was asked for, come again with other words. */
const HAS_IDS = new Set(["hl7v2", "fhir-r4"]);

export const UNIQUENESS: readonly Rule[] = [
  { id: "message-id-again", dimension: "uniqueness", severity: "warning", words: "The feed sent other bytes under the same message id before", look: (message) => (message.sameIdOtherBytes && HAS_IDS.has(message.message.format) ? [placeOf(message, "controlId")] : []) },
];
