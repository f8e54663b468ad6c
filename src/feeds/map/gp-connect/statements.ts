import type { SectionId } from "#standards";
import { codesOf, isObject, objects, text, type Json } from "./json.ts";
import { SECTION_OF_LIST, sectionOfList } from "./section-of.ts";

/**
 * What the practice said about a whole section, beside its entries: silence is
 * never "none", and a list without entries is not always an empty one.
 *
 * - `none-held`: the practice holds nothing of this kind
 * - `asserted-none`: a clinician recorded that there is none ("no known allergies")
 * - `not-asked`: nobody asked, or the source cannot tell
 * - `confidential-items`: entries are left out on purpose
 * - `data-in-transit`: the record of an earlier practice has not arrived in full
 * - `data-awaiting-filing`: something arrived and waits for review
 * - `no-record`: the practice has no record of this person
 */
export type Statement = {
  section: SectionId;
  kind:
    | "none-held"
    | "asserted-none"
    | "not-asked"
    | "confidential-items"
    | "data-in-transit"
    | "data-awaiting-filing"
    | "no-record";
  /** The source's own words where it gave any. */
  text: string;
};

const WARNING = /Extension-(CareConnect|UKCore)-(GPC-)?ListWarningCode(-1)?$/;

const WARNING_WORDS = {
  "confidential-items": "Items excluded due to confidentiality and/or patient preferences.",
  "data-in-transit": "Patient record transfer from previous GP practice not yet complete.",
  "data-awaiting-filing": "Patient data may be incomplete: data supplied by a third party awaits review.",
} as const;

/** SNOMED CT: no known allergy, no known drug allergy, no known food allergy, no known latex allergy. */
const NO_KNOWN_ALLERGY = new Set(["716186003", "409137002", "429625007", "1003774007"]);

/** The statements that the Lists of a bundle (contained ones too) and its coded negatives make, each once. */
export function statementsOf(resources: readonly Json[]): Statement[] {
  const found = resources.flatMap((resource) => {
    if (resource["resourceType"] === "List") return ofList(resource);
    if (resource["resourceType"] === "AllergyIntolerance") return ofAllergy(resource);
    return [];
  });
  const seen = new Set<string>();
  return found.filter((one) => {
    const key = `${one.section} ${one.kind} ${one.text}`;
    return seen.has(key) ? false : (seen.add(key), true);
  });
}

/** The statement of every section that a practice feeds, for a practice that has no record of the person. */
export function noRecord(words: string): Statement[] {
  return [...new Set(Object.values(SECTION_OF_LIST))].map((section) => ({ section, kind: "no-record", text: words }));
}

function ofList(list: Json): Statement[] {
  const section = sectionOfList(list);
  if (section === null) return [];
  const notes = objects(list["note"]).flatMap((note) => text(note["text"]) ?? []);
  const warnings = objects(list["extension"])
    .filter((one) => WARNING.test(String(one["url"])))
    .flatMap((one): Statement[] => {
      const code = text(one["valueCode"]);
      if (code === undefined || !Object.hasOwn(WARNING_WORDS, code)) return [];
      const kind = code as keyof typeof WARNING_WORDS;
      return [{ section, kind, text: notes.find((note) => isAbout(note, kind)) ?? WARNING_WORDS[kind] }];
    });
  const empty = objects(list["entry"]).length === 0;
  return empty ? [...warnings, emptiness(list, section, notes)] : warnings;
}

/** A list may carry several warnings and notes; the published words tell which belongs to which. */
function isAbout(note: string, kind: keyof typeof WARNING_WORDS): boolean {
  if (kind === "confidential-items") return /confidential/i.test(note);
  return kind === "data-in-transit" ? /transfer/i.test(note) : /third party|await/i.test(note);
}

function emptiness(list: Json, section: SectionId, notes: readonly string[]): Statement {
  const reason = list["emptyReason"];
  const code = codesOf(reason)[0];
  const words = (isObject(reason) ? text(reason["text"]) : undefined) ?? notes[0];
  if (code === "nilknown") return { section, kind: "asserted-none", text: words ?? "Nil known" };
  if (code === "withheld")
    return { section, kind: "confidential-items", text: words ?? WARNING_WORDS["confidential-items"] };
  if (code === "notasked" || code === "notstarted") return { section, kind: "not-asked", text: words ?? "Not asked" };
  if (code === "unavailable") return { section, kind: "not-asked", text: words ?? "The source cannot say" };
  return { section, kind: "none-held", text: words ?? "Information not available" };
}

function ofAllergy(allergy: Json): Statement[] {
  const concept = allergy["code"];
  if (!codesOf(concept).some((code) => NO_KNOWN_ALLERGY.has(code))) return [];
  const words = isObject(concept)
    ? (text(concept["text"]) ?? text(objects(concept["coding"])[0]?.["display"]))
    : undefined;
  return [{ section: "allergies", kind: "asserted-none", text: words ?? "No known allergy" }];
}
