/** The English of asking for a print or a file of a record. */
export const PRINT = {
  unusualReason: "You opened this record with a reason, not by a known link with the person.",
  unusualMany: (kinds: number): string => `You have chosen ${kinds} kinds of information: most of a record.`,
  chooseWhat: "Choose what to print",
  chooseReason: "Choose what the paper or file is for",
  sayWhy: (letters: number, why: string): string => `Say in a few words why, at least ${letters} letters. ${why}`,
  leaves: "What you print or download leaves the protection of this record. Each page carries your name, the time and the reason. It is kept in the person's access history, and your privacy officer gets a report.",
  what: "What",
  reason: "What for",
  words: "More about the reason",
  wordsHint: (kinds: number): string => `Needed where you opened the record with a reason, and where you choose more than ${kinds} kinds of information`,
  print: "Make the print",
  download: "Download as PDF",
  notAllowed: (role: string): string => `Your role (${role}) or your organisation may not print or download from this record. Show the screen, or ask a colleague whose role may.`,
} as const;
