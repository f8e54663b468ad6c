/** Kinds of documents, by what their source calls them: for filters, never for what they say. */
import type { Entry } from "#record";

export type DocumentKindId = "discharge" | "referral" | "risk" | "plan" | "assessment" | "report" | "letter" | "other";

/** In the order in which a name is tried: a discharge letter is a discharge summary. */
export const DOCUMENT_KINDS: readonly { readonly id: DocumentKindId; readonly title: string; readonly says: RegExp }[] = [
  { id: "discharge", title: "Discharge and end-of-care summaries", says: /discharge|end of (?:care|service|treatment)|transfer of care|care summary/i },
  { id: "referral", title: "Referrals", says: /referral|referred/i },
  { id: "risk", title: "Risk assessments", says: /risk/i },
  { id: "plan", title: "Plans", says: /\bplan|respect|dnacpr|advance (?:decision|statement)|escalation/i },
  { id: "assessment", title: "Assessments", says: /assessment|review|screening/i },
  { id: "report", title: "Reports", says: /report|result|imaging|radiology|scan|x-?ray|echo|histology|ambulance|care record/i },
  { id: "letter", title: "Letters", says: /letter|correspondence|clinic|consultation|outpatient/i },
  { id: "other", title: "Other documents", says: /(?:)/ },
];

/** The kind of a document by its title and type; `other` where they say none. */
export function documentKindOf({ display, line }: Pick<Entry, "display" | "line">): DocumentKindId {
  const name = `${display} ${line.documentType ?? ""} ${line.title ?? ""}`;
  return DOCUMENT_KINDS.find(({ says }) => says.test(name))!.id;
}
