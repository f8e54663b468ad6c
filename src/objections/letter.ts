/** Letters about an objection, from the region's templates: plain words, filled in once and kept as made. Pure. */
import { createHash } from "node:crypto";
import type { Region } from "#governance";
import { sectionTitle } from "#standards";
import { askedOf, contactOf, decisionOf, partsOf, receivedAt, referenceOf, type ObjectionCase, type SafetyAssessment } from "./case.ts";
import { dueOf } from "./due.ts";
import type { ObjectionScope } from "./scope.ts";

export const LETTERS = ["acknowledgement", "information-request", "upheld", "partly-upheld", "not-upheld", "not-identified", "withdrawn"] as const;
export type LetterKind = (typeof LETTERS)[number];

const OUTCOME = ["reference", "reasons", "decider", "decided", "reviewOn", "complaints"] as const;
/** What each letter must say at least; a template that leaves one out is a fault of the region pack. */
const MUST: Readonly<Record<LetterKind, readonly string[]>> = {
  acknowledgement: ["reference", "received", "due", "parts"],
  "information-request": ["reference", "question"],
  upheld: [...OUTCOME, "parts", "emergencies", "measures"],
  "partly-upheld": [...OUTCOME, "parts", "asked", "emergencies", "measures"],
  "not-upheld": OUTCOME,
  "not-identified": ["reference", "complaints"],
  withdrawn: ["reference"],
};
const KNOWN = new Set(["name", ...Object.values(MUST).flat()]);
const PLACE = /\{\{(\w+)\}\}/g;

/** Everything that is wrong with the region's letters, for the check before a port opens. */
export function letterFaults(region: Pick<Region, "letters">): string[] {
  return LETTERS.flatMap((kind) => {
    const template = region.letters.find((each) => each.id === `objection-${kind}`);
    if (template === undefined) return [`letters/objection-${kind}.json is missing`];
    const places = new Set(template.paragraphs.flatMap((each) => [...each.matchAll(PLACE)].map((match) => match[1]!)));
    return [...MUST[kind].filter((each) => !places.has(each)).map((each) => `letters/objection-${kind}.json does not say {{${each}}}`), ...[...places].filter((each) => !KNOWN.has(each)).map((each) => `letters/objection-${kind}.json: nobody knows {{${each}}}`)];
  });
}

export type Letter = { readonly kind: LetterKind; readonly title: string; readonly paragraphs: readonly string[]; readonly template: string; readonly sha256: string; readonly sendTo: string };

/** What an objection is about, as its person reads it. An entry is not named: a letter may be opened by others. */
export function partsWords(region: Pick<Region, "organisation">, parts: readonly ObjectionScope[]): string {
  const name = (odsCode: string): string => region.organisation(odsCode)?.name ?? odsCode;
  return parts.map((part) => {
    switch (part.kind) {
      case "everything":
        return "all of your record";
      case "organisation":
        return `what ${name(part.odsCode)} has put into your record`;
      case "viewer":
        return `${name(part.odsCode)} looking at your record`;
      case "section":
        return `the part of your record called "${sectionTitle(part.section)}"`;
      case "item":
        return "one entry in your record";
    }
  }).join("; ");
}

/** `21 November 2026`, in the region's zone. */
export const longDay = (at: Date | string, timeZone: string): string => new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "long", year: "numeric", timeZone: typeof at === "string" ? "UTC" : timeZone }).format(typeof at === "string" ? new Date(`${at}T12:00:00Z`) : at);

/** Which letters the case as it stands can be told by. */
export function lettersFor(objection: ObjectionCase): readonly LetterKind[] {
  const has = (step: string): boolean => objection.steps.some((each) => each.step === step);
  const decision = decisionOf(objection);
  return [
    "acknowledgement", ...(has("information-requested") ? ["information-request" as const] : []), ...(decision === null ? [] : [decision.step as "upheld" | "partly-upheld" | "not-upheld"]),
    ...(has("not-identified") ? ["not-identified" as const] : []), ...(has("withdrawn") ? ["withdrawn" as const] : []),
  ];
}

/** Writes one. The address is the one that the person gave as safe; where they gave none the letter goes nowhere by post. */
export function writeLetter(region: Region, objection: ObjectionCase, kind: LetterKind): Letter {
  const template = region.letters.find((each) => each.id === `objection-${kind}`);
  if (template === undefined) throw new Error(`the region pack has no letter objection-${kind}`);
  const decision = decisionOf(objection);
  const question = objection.steps.findLast((each) => each.step === "information-requested");
  const assessment = objection.steps.findLast((each) => each.step === "safety-assessed")?.details["assessment"] as SafetyAssessment | undefined;
  const signature = decision?.details["decider"] as { roleName: string; organisationName: string } | undefined;
  const contact = contactOf(objection);
  const { timeZone, objections } = region.rules;
  const values: Readonly<Record<string, readonly string[]>> = {
    name: [contact.name], reference: [referenceOf(objection)], received: [longDay(receivedAt(objection), timeZone)], due: [longDay(dueOf(region, objection), timeZone)],
    parts: [partsWords(region, partsOf(objection))], asked: [partsWords(region, askedOf(objection))], question: [question?.words ?? ""],
    reasons: [decision?.words ?? ""], decider: [decision === null ? "" : `${decision.by.name}${signature === undefined ? "" : `, ${signature.roleName}, ${signature.organisationName}`}`], decided: [decision === null ? "" : longDay(decision.at, timeZone)],
    reviewOn: [decision === null ? "" : longDay(String(decision.details["reviewOn"]), timeZone)],
    measures: [assessment !== undefined && assessment.measures.trim() !== "" ? `So that you can be cared for safely: ${assessment.measures.trim()}` : ""],
    emergencies: [objections.emergencyWords], complaints: objections.complaints,
  };
  const paragraphs = template.paragraphs.flatMap((paragraph) => {
    const whole = /^\{\{(\w+)\}\}$/.exec(paragraph)?.[1];
    return whole !== undefined ? (values[whole] ?? []) : [paragraph.replace(PLACE, (_, name: string) => (values[name] ?? []).join(" "))];
  }).filter((each) => each.trim() !== "");
  const sha256 = createHash("sha256").update([template.title, ...paragraphs].join("\n")).digest("hex");
  return { kind, title: template.title, paragraphs, template: createHash("sha256").update(JSON.stringify(template)).digest("hex"), sha256, sendTo: contact.doNotWrite ? "" : contact.where };
}
