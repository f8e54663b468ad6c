/** The English of giving a reason for opening a record. */
export const REASON = {
  title: "Reason for opening a record",
  select: "Select why you need to open this record",
  sayWhy: "Say in a few words why, at least 10 letters",
  born: "born",
  nhsNumber: "NHS number",
  reason: "Reason",
  words: "In a few words",
  wordsHint: "For example, \"called by her daughter, breathless at home\"",
} as const;
