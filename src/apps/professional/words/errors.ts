/** The English of what a reader sees instead of a page. */
export const ERRORS = {
  invalid: { title: "This request could not be understood", words: "Go back and check what you entered." },
  "not-found": { title: "Page not found", words: "If you typed the address, check it. A person or entry that you may not see is also not found." },
  gone: { title: "This entry is no longer here", words: "Its source has taken it back, or its time to be kept has ended." },
  conflict: { title: "Somebody changed this at the same time", words: "Open the page again to see the newest state." },
  unavailable: { title: "The record is not available just now", words: "Nothing you see here means that there is nothing on record. Try again in a moment; if it is urgent, ring the source." },
  unsupported: { title: "This is not possible here", words: "" },
  /** A closed record is not an empty one: where else to ask. */
  objected: "The person has a record, and it is not shared at their own request. This does not mean that there is no record, no allergy and no medicine. Ask the person, those with them, their GP practice, or the service that treats them: each still has its own record.",
  policy: "Policy that decided",
  noPolicy: "no policy allows it",
  help: "If you need this record to care for the person, ask your organisation's privacy officer, or the lead of your team, to check your role and your team's relationship with the person.",
  isRecorded: "This refusal is recorded.",
  lifeInDanger: "Somebody's life is in danger",
  reference: "Reference:",
  defect: "Something is wrong on our side",
  defectMeans: "The page could not be made. It has been noted. Nothing you see here means that there is nothing on record.",
} as const;
