/** The English of what a referral says. */
export const REFERRAL = {
  from: "From",
  to: "To",
  reason: "Reason",
  urgency: "Urgency",
  written: "What was written",
  entries: "Entries",
} as const;
