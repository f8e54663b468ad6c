/**
 * Which values are of one series: one test, one specimen, one quantity. Codes of
 * several laboratories meet in the table of analytes (`#standards`); a code that
 * the table does not know is a test of its own, and so is a name without a code.
 * Units of one quantity convert into each other; others never share a series.
 */
import type { Entry } from "#record";
import { analyteOf, dimensionOf, type Analyte } from "#standards";

export const analyteOfEntry = (entry: Pick<Entry, "codeSystem" | "code">): Analyte | null => analyteOf(entry.codeSystem, entry.code);

/** The unit of an entry's value, or of its first part that has one. */
export const unitOf = ({ line }: Pick<Entry, "line">): string => line.unit ?? line.components?.find((part) => part.unit !== undefined)?.unit ?? "";

/** The test and its specimen, without the quantity. */
export function testKey(entry: Entry): string {
  const analyte = analyteOfEntry(entry);
  const test = analyte !== null ? `analyte:${analyte.id}` : entry.code === null ? `name:${words(entry.display)}` : `code:${entry.codeSystem ?? ""}|${entry.code}`;
  return `${test}|${specimenOf(entry, analyte)}`;
}

export function seriesKey(entry: Entry): string {
  return `${testKey(entry)}|${dimensionOf(unitOf(entry), analyteOfEntry(entry) ?? undefined)}`;
}

/** Venous blood and what is made of it, in the words that laboratories use; the codes of the table are of these. */
const OF_BLOOD = /^(?:(?:venous |peripheral |whole )?blood(?: specimen| sample)?|venous blood (?:specimen|sample)|(?:blood )?(?:serum|plasma)(?: specimen| sample)?|serum or plasma|edta blood)?$/;

/** What was looked at; of a test in the table, blood, serum, plasma and silence are one, since its code says so. */
function specimenOf(entry: Entry, analyte: Analyte | null): string {
  const said = words(entry.line.specimen ?? "");
  return analyte !== null && OF_BLOOD.test(said) ? "" : said;
}

const words = (text: string): string => text.toLowerCase().replace(/[\s,.;]+/g, " ").trim();
