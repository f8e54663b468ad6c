/**
 * The record of a person whose whereabouts are protected, for a reader who may not
 * know them (`AccessDecision.hiddenWhereabouts`). Rows were written when nobody
 * protected anybody, and by sources that still do not, so that labels cannot tell:
 * it is done whenever a row is read, whatever its labels. Fields that hold a place
 * are left out; in texts, what is known of the person's places, and what looks like
 * a postcode, telephone number or email address, is struck out; documents, whose
 * words nobody can vouch for, are not given out at all.
 */
import type { AccessDecision, HiddenWhereabouts } from "#decision";
import { isRawNumber, type Resource } from "#standards";
import type { Entry, EntryLine } from "./entry.ts";

/** What stands where a place stood. */
export const STRUCK = "[whereabouts protected]";
/** What is said in place of a document, and of a value that can only be a place. */
export const NOT_SHOWN = "Not shown: whereabouts are protected.";

type Hidden = AccessDecision["hiddenWhereabouts"];

// Uppercase letters, and inward ones as the Post Office uses them: `B12 5mg` is a dose.
const POSTCODE = String.raw`\b[A-Z]{1,2}\d[A-Z\d]?\s*\d[ABD-HJLNP-UW-Z]{2}\b`;
const TELEPHONE = String.raw`(?<![\d.])(?:\+44[\s(]*|\(?0)\d(?:[\s()-]?\d){8,10}(?!\d)`;
const EMAIL = String.raw`[^\s@<>"]+@[^\s@<>"]+\.[A-Za-z]{2,}`;
const PATTERNS = new RegExp(`${POSTCODE}|${TELEPHONE}|${EMAIL}`, "g");

const knownOf = new WeakMap<HiddenWhereabouts, RegExp | null>();

/** All known words as one expression, longest first; spaces and case as they come. */
function known(hidden: HiddenWhereabouts): RegExp | null {
  const made = knownOf.get(hidden);
  if (made !== undefined) return made;
  const words = hidden.words.filter((word) => word.trim().length > 3).toSorted((a, b) => b.length - a.length).map((word) => word.trim().replace(/[.*+?^${}()|[\]\\]/g, "\\$&").replace(/\s+/g, "\\s*"));
  const expression = words.length === 0 ? null : new RegExp(`(?<![\\p{L}\\p{N}])(?:${words.join("|")})(?![\\p{L}\\p{N}])`, "giu");
  knownOf.set(hidden, expression);
  return expression;
}

/** The text without what is known of the person's places, and without what looks like one. */
export function struck(text: string, hidden: Hidden): string {
  if (hidden === null) return text;
  const expression = known(hidden);
  return (expression === null ? text : text.replace(expression, STRUCK)).replace(PATTERNS, STRUCK);
}

/** The organisation's code, or the word that stands for one whose name would tell. */
export const organisationShown = (odsCode: string, hidden: Hidden): string => hidden?.organisations.get(odsCode) ?? odsCode;

/** Facts of a row that are a place, or lead to one. */
const PLACES: readonly (keyof EntryLine)[] = ["place", "organisationName", "performer", "phone", "email", "address", "to"];
/** Facts that are words of people and may name a place. Doses, codes and times are never touched. */
const TEXTS = ["value", "text", "title", "reason", "outcome", "category", "service", "professional", "professionalRole", "name", "relationship", "owner", "group", "site", "specimen", "channel", "legalStatus", "reaction", "documentType", "locationOfDocument", "from"] as const satisfies readonly (keyof EntryLine)[];

/** A question or heading whose answer says where somebody is. */
const ASKS_WHERE = /\b(?:address|postcode|residen(?:ce|t|tial)|resides|lives|living|accommodation|housing|homeless|refuge|hostel|school|nursery|college|employer|workplace|place of|location|whereabouts|telephone|phone|mobile|email|surgery|practice)\b/i;
/** Types of which the value is what a person says of themselves; a laboratory's `location` is none. */
const ASKING: ReadonlySet<string> = new Set(["Observation", "QuestionnaireResponse", "Basic"]);
const ASKING_SECTIONS: ReadonlySet<string> = new Set(["social-context", "person-demographics", "assessments", "about-me", "individual-requirements", "personal-contacts", "professional-contacts", "safeguarding", "other"]);

/** The row as a reader without the right sees it. */
export function entryShown(entry: Entry, decision: AccessDecision): Entry {
  const hidden = decision.hiddenWhereabouts;
  if (hidden === null) return entry;
  const isLocal = hidden.organisations.has(entry.organisation);
  const clean = strikerOf(entry, hidden);
  return {
    ...entry,
    organisation: organisationShown(entry.organisation, hidden),
    // Who works at a practice is known in the place; what a medicine or an allergy is called is no place.
    author: isLocal || entry.author === null ? null : clean(entry.author),
    display: isCodedSubstance(entry) ? entry.display : clean(entry.display),
    line: lineShown(entry, clean, isLocal),
  };
}

/** Strikes out what is known of the person, and the places that the row itself names: an appointment's author may be the clinic. */
function strikerOf({ type, line }: Pick<Entry, "type" | "line">, hidden: HiddenWhereabouts): (text: string) => string {
  const own = [line.place, line.organisationName, type === "ServiceRequest" ? line.to : undefined].filter((each) => each !== undefined && each.trim().length > 3);
  return (text) => struck(own.reduce<string>((rest, each) => rest.replaceAll(each!, STRUCK), text), hidden);
}

const isCodedSubstance = ({ section, code }: Pick<Entry, "section" | "code">): boolean => code !== null && (section === "allergies" || section === "medicines" || section === "vaccinations");

function lineShown(entry: Pick<Entry, "type" | "section" | "display" | "line">, clean: (text: string) => string, isLocal: boolean): EntryLine {
  const line: Record<string, unknown> = { ...entry.line };
  for (const name of PLACES) delete line[name];
  if (entry.type === "ServiceRequest") delete line["from"];
  if (isLocal) for (const name of ["professional", "owner"]) delete line[name];
  if (line["members"] !== undefined) {
    if (isLocal) delete line["members"];
    else line["members"] = (line["members"] as NonNullable<EntryLine["members"]>).map(({ name, role }) => ({ name: clean(name), ...(role !== undefined && { role: clean(role) }) }));
  }
  for (const name of TEXTS) if (typeof line[name] === "string") line[name] = clean(line[name]);
  const asks = ASKING.has(entry.type) && ASKING_SECTIONS.has(entry.section);
  if (asks && ASKS_WHERE.test(entry.display)) {
    for (const name of ["value", "text", "components"]) if (line[name] !== undefined) delete line[name];
    line["text"] = NOT_SHOWN;
  } else if (typeof line["text"] === "string" && entry.type === "QuestionnaireResponse") {
    line["text"] = line["text"].split(" · ").map((answer) => (ASKS_WHERE.test(answer.split(": ")[0]!) ? `${answer.split(": ")[0]!}: ${NOT_SHOWN}` : answer)).join(" · ");
  }
  const components = line["components"] as EntryLine["components"];
  if (components !== undefined) line["components"] = components.map((each) => ({ ...each, value: clean(each.value) }));
  return line as EntryLine;
}

/** Elements that hold a place, lead to one, or carry text that nobody can vouch for, in a resource of any type. */
const LEFT_OUT: ReadonlySet<string> = new Set([
  "address", "telecom", "contact", "generalPractitioner", "managingOrganization", "serviceProvider", "location", "locationReference", "locationCode", "origin", "destination", "custodian", "organization", "facility",
  "practiceSetting", "healthcareService", "attachment", "presentedForm", "data", "photo", "contained", "valueAttachment", "contentAttachment", "contentReference", "valueAddress", "valueContactPoint", "birthPlace", "performer",
]);
/** Who did it: of a practice's entry these lead to the practice. */
const PEOPLE: ReadonlySet<string> = new Set(["participant", "requester", "recorder", "asserter", "author", "authenticator", "informationSource", "careManager", "sender", "recipient", "identifier", "meta", "member"]);
const REFERENCE_TO_PLACE = /^(?:Location|Organization|HealthcareService|PractitionerRole)\//;

/** The resource as a reader without the right sees it: every field but those that tell where. */
export function resourceShown(resource: Resource, entry: Pick<Entry, "organisation" | "section" | "type" | "line">, decision: AccessDecision): Resource {
  const hidden = decision.hiddenWhereabouts;
  if (hidden === null) return resource;
  const isLocal = hidden.organisations.has(entry.organisation);
  const strike = strikerOf(entry, hidden);
  const clean = (value: unknown): unknown => {
    if (typeof value === "string") return strike(value);
    if (value === null || typeof value !== "object" || isRawNumber(value)) return value;
    if (Array.isArray(value)) return value.map(clean).filter((each) => each !== undefined);
    const record = value as Record<string, unknown>;
    if (typeof record["reference"] === "string" && REFERENCE_TO_PLACE.test(record["reference"])) return undefined;
    if (record["type"] === "Location" || record["type"] === "Organization") return undefined;
    const question = textOf(record["text"]) ?? textOf((record["code"] as Record<string, unknown> | undefined)?.["text"]) ?? displayOf(record["code"]);
    const hidesAnswer = ASKING.has(entry.type) && ASKING_SECTIONS.has(entry.section) && question !== undefined && ASKS_WHERE.test(question);
    const kept: [string, unknown][] = [];
    for (const [name, inner] of Object.entries(record)) {
      if (LEFT_OUT.has(name) || (name === "url" && !isExtension(record)) || (isLocal && PEOPLE.has(name))) continue;
      // A concept's words are a string; an object is a narrative, which repeats everything.
      if (name === "div" || (name === "text" && typeof inner === "object")) continue;
      if (hidesAnswer && (name === "answer" || name.startsWith("value") || name === "note" || name === "component")) continue;
      const cleaned = clean(inner);
      if (cleaned !== undefined) kept.push([name, cleaned]);
    }
    return Object.fromEntries(kept);
  };
  return clean(resource) as Resource;
}

const textOf = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);
const displayOf = (concept: unknown): string | undefined => textOf(((concept as { coding?: { display?: unknown }[] } | undefined)?.coding ?? [])[0]?.display);
/** An extension's url names what it is, not where anything lies. */
const isExtension = (record: Record<string, unknown>): boolean => Object.keys(record).some((name) => name.startsWith("value") || name === "extension");
