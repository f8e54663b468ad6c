/**
 * Objections to sharing for direct care (UK GDPR, Article 21; OPT-04 to OPT-10).
 * A register: what was objected to, in which state it is, who decided. `#access`
 * closes records by it.
 */
export { isInForce, mayFollow, OBJECTION_STATES, type Objection, type ObjectionScope, type ObjectionState } from "./objection.ts";
export { carryObjections, readObjections, recordObjection, type ObjectionRecord } from "./store.ts";
