/** The English of details and identity. */
import { html, type Html } from "#platform";

export const DETAILS = {
  title: "Details and identity",
  setApart: (why: string, due: Html): Html => html`${why}. Only its allergies, alerts and decisions about treatment are shown, marked doubtful. An identity officer looks at it by ${due}.`,
  heldApart: (organisation: string, why: string): string => `${organisation}: ${why}. Its entries are not shown here until somebody has decided whether it is the same person.`,
  entries: (section: string): string => `Entries: ${section}`,
  objects: "The person objects to sharing",
  noDetails: "No source has sent details of this person.",
  detail: "Detail",
  localNumber: "Local number",
  lastReceived: "Last received",
  kinds: { name: "Name", address: "Address", dateOfBirth: "Date of birth", sex: "Sex", nhsNumber: "NHS number", phone: "Phone", gpPractice: "GP practice" },
  was: "Was",
  until: "Until",
} as const;
