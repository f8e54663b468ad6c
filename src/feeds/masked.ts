/** A finding, an id or a place without what could name a person: what stands on a page before anybody has given a reason. */

export const MASK = "•••";

/** Findings that quote the sender's system or the region's own words, never a person. What is no segment (hl7-100) may be a line of anything. */
const ABOUT_NOBODY = /^feeds\.(hl7-(?!100)|mesh-unknown|unknown-feed|unknown-format|no-agreement|no-feed|csv-layout|out-of-remit|value-type|other-practice|defect)/;

/** Quoted values, and words with five digits or more (numbers, local ids, dates), become a mask; the number of a row stays. */
export function masked(text: string, code = ""): string {
  const quoted = ABOUT_NOBODY.test(code) ? text : text.replace(/"[^"]*"|“[^”]*”/g, `"${MASK}"`);
  return quoted.replace(/\d{3}[ -]\d{3}[ -]\d{4}/g, MASK).replace(/(\brow )?\S*\d(?:[-/]?\d){4,}\S*/g, (whole, row?: string) => (row === undefined ? MASK : whole));
}

/** The id that the sender gave; a GP Connect answer's is whom was asked for. */
export const maskedControlId = (format: string, controlId: string): string => (controlId === "" ? "" : format === "gp-connect-stu3" ? MASK : masked(controlId));
