/** Does one id name one message? */
import { placeOf } from "../places.ts";
import type { Rule } from "../rule.ts";

export const UNIQUENESS: readonly Rule[] = [
  { id: "message-id-again", dimension: "uniqueness", severity: "warning", words: "The feed sent other bytes under the same message id before", look: (message) => (message.sameIdOtherBytes ? [placeOf(message, "controlId")] : []) },
];
