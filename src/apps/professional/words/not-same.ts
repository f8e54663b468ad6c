/** The English of "this is not the same person". */
export const NOT_SAME = {
  means: "If what one organisation sent is about somebody else, set its record apart here. It leaves this record at once, for every reader. Its allergies, alerts and decisions about resuscitation stay on screen, marked doubtful. An identity officer looks at it within one working day.",
  /** `source`: the only one that knows the person; `null` where it has no name. */
  onlyOne: (source: string | null): string => `Only one organisation knows this person here. If the whole record is somebody else's, you may have opened the wrong person: find the right one. Tell ${source ?? "the organisation"} if its record is wrong.`,
  words: "What tells you so (optional)",
  source: "Source",
  name: "Name",
  born: "Born",
  nhsNumber: "NHS number",
  address: "Address",
  setApart: "Set apart",
} as const;
