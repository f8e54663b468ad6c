import { SECTION_TAG, type SectionId } from "#standards";
import { codesOf, objects, text, type Json, type R4 } from "./json.ts";

/** The section that each of GP Connect's primary lists answers for. */
export const SECTION_OF_LIST: Readonly<Record<string, SectionId>> = {
  "886921000000105": "allergies",
  "1103671000000101": "allergies",
  "933361000000108": "medicines",
  "1102181000000102": "vaccinations",
  "1149501000000101": "contacts",
  "717711000000103": "problems",
  "826501000000100": "other",
  "792931000000107": "referrals",
  "887191000000108": "results",
  "714311000000108": "requested-actions",
};

/** Words in the code of a secondary list ("problems-medications-related-to-problems") that say what it lists. */
const WORDS: readonly (readonly [RegExp, SectionId])[] = [
  [/medication/, "medicines"],
  [/allerg/, "allergies"],
  [/immunisation/, "vaccinations"],
  [/investigation/, "results"],
  [/referral/, "referrals"],
  [/uncategorised/, "other"],
  [/problem/, "problems"],
  [/consultation/, "contacts"],
];

/** The section that a List speaks about, or `null` for the lists inside a consultation. */
export function sectionOfList(list: Json): SectionId | null {
  for (const code of codesOf(list["code"])) {
    const primary = Object.hasOwn(SECTION_OF_LIST, code) ? SECTION_OF_LIST[code] : undefined;
    if (primary !== undefined) return primary;
    const word =
      /^(problems|consultations)-(.+?)-(contained|related|linked)/.exec(code)?.[2] ?? (/-/.test(code) ? code : "");
    const hit = WORDS.find(([pattern]) => pattern.test(word));
    if (hit) return hit[1];
  }
  return null;
}

/** SNOMED CT codes of what a practice records as plain observations and a record shows elsewhere. */
const SECTION_OF_CODE: Readonly<Record<string, SectionId>> = {
  "37331000000100": "contacts", // Comment note
  "1104911000000105": "contacts",
  "77176002": "social-context", // Smoker
  "8517006": "social-context", // Ex-smoker
  "266919005": "social-context", // Never smoked
  "160573003": "social-context", // Alcohol intake
  "224130005": "social-context", // Lives alone
  "160303001": "family-history", // Family history of diabetes mellitus
  "266897007": "family-history", // Family history of ischaemic heart disease
  "77386006": "pregnancy", // Pregnant
};

/**
 * Tags what neither type nor category would bring to its section: the
 * observations of a practice carry no category, so their place follows from
 * what refers to them (a report), from their code, or from having a value.
 */
export function tagSections(resources: readonly R4[]): void {
  const inReports = new Set<string>();
  const queue = resources
    .filter((one) => one.resourceType === "DiagnosticReport")
    .flatMap((one) => references(one["result"]));
  const members = new Map<string, string[]>(
    resources
      .filter((one) => one.resourceType === "Observation")
      .map((one) => [`Observation/${one.id!}`, references(one["hasMember"])] as const),
  );
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    if (inReports.has(next)) continue;
    inReports.add(next);
    queue.push(...(members.get(next) ?? []));
  }
  for (const resource of resources) {
    if (resource.resourceType !== "Observation" || resource["category"] !== undefined) continue;
    tag(resource, inReports.has(`Observation/${resource.id!}`) ? "results" : sectionOfObservation(resource));
  }
}

function sectionOfObservation(observation: R4): SectionId {
  for (const code of codesOf(observation["code"])) {
    const known = Object.hasOwn(SECTION_OF_CODE, code) ? SECTION_OF_CODE[code] : undefined;
    if (known !== undefined) return known;
  }
  if (observation["specimen"] !== undefined) return "results";
  const measured = observation["valueQuantity"] !== undefined || observation["component"] !== undefined;
  return measured ? "examinations" : "contacts";
}

function references(value: unknown): string[] {
  return objects(value).flatMap((one) => text(one["reference"]) ?? []);
}

function tag(resource: R4, section: SectionId): void {
  const meta = (resource["meta"] ?? {}) as Json;
  const tags = objects(meta["tag"]);
  if (tags.some((one) => one["system"] === SECTION_TAG)) return;
  resource["meta"] = { ...meta, tag: [...tags, { system: SECTION_TAG, code: section }] };
}
