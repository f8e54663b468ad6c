/** The English of one entry's page. */
import { html, type Html } from "#platform";

export const ENTRY = {
  doubtful: "Doubtful",
  doubtfulMeans: (doubtful: Html): Html => html`${doubtful}: a reader has said that this record is somebody else's. It is shown because it protects the person if it is theirs.`,
  /** Where it came from. */
  origin: { created: "Created", controller: "Controller", organisation: "Organisation", author: "Author", recorded: "Recorded", received: "Received here", feed: "Feed", message: "Message", format: "Format", sentBy: "Sent by", version: "Version", statement: "Kind of statement", saidBy: "Said by", sensitive: "Sensitive" },
  notRecorded: "the source does not say",
  opinion: "Opinion of its author",
  sentOnce: "The source has sent this entry once and has not changed it since.",
  version: "Version",
  received: "Received",
  whatItSaid: "What it said",
  message: "Message",
  current: "current",
  everyField: "Show every field of the entry",
  objects: "The person objects to sharing this entry",
  facts: {
    what: "What", decision: "Decision", value: "Value", range: "Range", flag: "Flag", specimen: "Specimen", reaction: "Reaction", severity: "Severity", criticality: "Criticality", certainty: "Certainty", dose: "Dose", form: "Form", route: "Route", frequency: "Frequency", quantity: "Quantity", kind: "Kind", start: "Start", end: "End", side: "Side", site: "Site", place: "Place", service: "Service", professional: "Professional", organisation: "Organisation", from: "From", to: "To", howFar: "How far it came", urgency: "Urgency", reason: "Reason", outcome: "Outcome", name: "Name", relationship: "Relationship", phone: "Phone", email: "Email", address: "Address", contactOrder: "Contact order", hours: "Hours", owner: "Owner", agreed: "Agreed", reviewDue: "Review due", signedForm: "Signed form", category: "Category", legalStatus: "Legal status", documentType: "Document type", file: "File", product: "Product", doseNumber: "Dose number", report: "Report", text: "Text", code: "Code", test: "Test",
  },
  allValues: "All values of this test",
  from: (day: Html): Html => html`from ${day}`,
  to: (day: Html): Html => html`to ${day}`,
  field: "Field",
  moreValues: (count: number): string => `${count} more values are not shown here.`,
  tooDeep: "(nested deeper than is shown)",
  fileOf: (kilobytes: number): string => `(file of about ${kilobytes} kB, see Document)`,
  noWords: "no words",
  noStart: "start not given",
  noEnd: "no end given",
} as const;
