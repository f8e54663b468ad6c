/** The rules, in a fixed order: a fired rule is a bit of one 32-bit number. Never reorder; add at the end. */
export const RULES = [
  "own-record", "family", "household", "neighbour", "colleague", "well-known", "no-relationship", "break-glass", "no-later-contact", "deceased", "child", "after-objection", "protected-location", "sensitive",
  "leaver", "untrained", "off-shift", "new-device", "dormant", "former-patient", "volume", "prints", "browsed", "denied", "many-on-one", "serial", "returning", "no-tie",
] as const;
export type RuleId = (typeof RULES)[number];
export const RULE = Object.fromEntries(RULES.map((each, index) => [each, index])) as Readonly<Record<RuleId, number>>;
export const bitOf = (rule: RuleId): number => 1 << RULE[rule];
export const isRuleId = (text: unknown): text is RuleId => typeof text === "string" && Object.hasOwn(RULE, text);

/** The rules in a number of bits, in their order. */
export const rulesIn = (bits: number): RuleId[] => RULES.filter((_, index) => (bits & (1 << index)) !== 0);
