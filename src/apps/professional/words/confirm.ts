/** The English of asking once more before a sensitive entry opens. */
export const CONFIRM = {
  title: (section: string): string => `Sensitive entry: ${section}`,
  heading: "This entry is marked as sensitive",
  onlyIfNeeded: (why: string): string => `${why}. Open it only if you need it for this person's care now. That you opened it is recorded.`,
  open: "Open the entry",
  back: "Back to the list",
} as const;
