/** Words that the pages of the monitoring office share. */
import type { AccessLine } from "#audit";
import type { Outcome, RuleId, Settings } from "#monitoring";
import { isSectionId, sectionTitle } from "#standards";

export const ruleTitle = (settings: Settings, rule: RuleId): string => settings.rules[rule].title;

/** Why an access was found to be justified; the first is the default. */
export const GROUNDS = {
  care: "Care that the record lacked: rota, team or list confirm it",
  contact: "A call, visit or referral that was confirmed",
  work: "Approved work: complaint, coding, clinical audit",
  mistake: "The wrong person was opened and left at once",
  data: "The data behind the rule is wrong",
} as const;
export type Ground = keyof typeof GROUNDS;
export const isGround = (text: unknown): text is Ground => typeof text === "string" && Object.hasOwn(GROUNDS, text);

export const OUTCOME_WORDS: Readonly<Record<Outcome, string>> = { appropriate: "Appropriate", inappropriate: "Inappropriate, dealt with by the manager", training: "Training", disciplinary: "Referred to the employer: disciplinary", breach: "Breach: to be reported" };
export const CASE_STATE: Readonly<Record<string, string>> = { open: "Open", closing: "Waits for a second officer", closed: "Closed" };

const DID: Readonly<Record<string, string>> = { open: "opened the record", section: "looked at", item: "looked at an item", document: "opened a document", search: "searched in the record", found: "found by a search", print: "printed", download: "downloaded", export: "exported", refused: "was refused", "reason-given": "gave a reason", write: "wrote", inbox: "looked at the inbox", acknowledge: "acknowledged" };
export function accessWords({ action, outcome, sections, reason }: AccessLine): string {
  if (action === "reason-given" && reason !== null) return `gave a reason: ${reason}`;
  const names = sections.filter(isSectionId).map((each) => sectionTitle(each));
  return `${outcome === "refused" ? DID["refused"] : (DID[action] ?? action)}${names.length > 0 && names.length < 6 ? `: ${names.join(", ")}` : ""}`;
}

/** A person by a short code: enough to tell two apart, and nothing to look anybody up by. */
export const masked = (personId: string): string => `person …${personId.slice(-4)}`;
