/**
 * Invariants of the R4 definitions, each one function under HL7's own key. They
 * are asked only where everything inside the object has the right form, and give
 * true where the rule holds. What FHIRPath cannot decide (a comparison of times
 * of different precision) holds. `invariants.test.ts` tries each against
 * FHIRPath itself. Bundle's own (bdl-1 to bdl-12) stand with the feeds that take bundles.
 *
 * Not here: ctm-1 (needs other resources), dom-3 beyond plain references, txt-1
 * and txt-2 (what a narrative may hold is the concern of showing it), ppc-2 to
 * ppc-5 (HL7 wrote them for a code system named "something"), ele-1 (in `validate.ts`).
 */
import { isRawNumber } from "./json.ts";

type Fields = Record<string, any>;
export type Invariant = { key: string; why: string; holds(value: Fields, root: Fields): boolean };

const rule = (key: string, why: string, holds: Invariant["holds"]): Invariant => ({ key, why, holds });
const has = (value: Fields, ...names: string[]): boolean => names.some((name) => value[name] !== undefined || value[`_${name}`] !== undefined);
/** A choice, whichever type it has: `value` for valueString, valueQuantity ... */
function hasChoice(value: Fields, base: string): boolean {
  for (const name in value) if (name.startsWith(base, name.charCodeAt(0) === 95 ? 1 : 0)) return true;
  return false;
}
const number = (value: unknown): number => (isRawNumber(value) ? Number(value.rawJSON) : (value as number));
const list = (value: unknown): any[] => (Array.isArray(value) ? value : []);
const hasCode = (concept: Fields | undefined, system: string, ...codes: string[]): boolean => list(concept?.["coding"]).some((coding) => coding.system === system && codes.includes(coding.code));
const isIn = (value: unknown, ...codes: string[]): boolean => codes.includes(value as string);

/** True unless the first time is surely after the second: of different precision they are compared as far as both go. */
function inOrder(first: unknown, second: unknown): boolean {
  if (typeof first !== "string" || typeof second !== "string") return true;
  if (first.includes("T") && second.includes("T")) return Date.parse(first) <= Date.parse(second);
  const length = Math.min(first.length, second.length, 10);
  return first.slice(0, length) <= second.slice(0, length);
}

const UCUM = "http://unitsofmeasure.org";
const isUcum = (value: Fields): boolean => !has(value, "system") || value["system"] === UCUM;
const coded = (value: Fields): boolean => has(value, "code") || !has(value, "value");
const QTY_3 = rule("qty-3", "a code needs its system", (value) => !has(value, "code") || has(value, "system"));

const PARTS: readonly Invariant[] = [
  rule("dom-2", "a contained resource contains no other", (value) => list(value["contained"]).every((inside) => !has(inside, "contained"))),
  rule("dom-3", "a contained resource must be referred to", (value) => value["contained"] === undefined || list(value["contained"]).every((inside) => isReferred(value, inside))),
  rule("dom-4", "a contained resource has no version and no time", (value) => list(value["contained"]).every((inside) => !has(inside["meta"] ?? {}, "versionId", "lastUpdated"))),
  rule("dom-5", "a contained resource has no security label of its own", (value) => list(value["contained"]).every((inside) => !has(inside["meta"] ?? {}, "security"))),
];

/** By its `#id` from anywhere in the resource that holds it, or because it refers to that resource as `#`. */
function isReferred(holder: Fields, inside: Fields): boolean {
  let found = false;
  const visit = (value: unknown, within: boolean): void => {
    if (found || typeof value !== "object" || value === null) return;
    for (const name in value) {
      const field = (value as Fields)[name] as unknown;
      if (typeof field === "string") found ||= field === `#${inside["id"]}` || (within && name === "reference" && field === "#");
      else visit(field, within || field === inside);
    }
  };
  visit(holder, false);
  return found;
}

/** By the type, or the part of a type, on which HL7 puts them. `DomainResource` are on every resource but Bundle, Binary and Parameters. */
export const INVARIANTS: Readonly<Record<string, readonly Invariant[]>> = {
  DomainResource: PARTS,
  Extension: [rule("ext-1", "has either extensions or a value", (value) => has(value, "extension") !== hasChoice(value, "value"))],
  Quantity: [QTY_3],
  Age: [QTY_3, rule("age-1", "has a UCUM code and is more than nothing", (value) => coded(value) && isUcum(value) && (value["value"] === undefined || number(value["value"]) > 0))],
  Count: [QTY_3, rule("cnt-3", "is a whole number of the UCUM unit 1", (value) => coded(value) && isUcum(value) && (!has(value, "code") || value["code"] === "1") && (value["value"] === undefined || !(isRawNumber(value["value"]) ? value["value"].rawJSON : String(value["value"])).includes(".")))],
  Distance: [QTY_3, rule("dis-1", "has a UCUM code", (value) => coded(value) && isUcum(value))],
  Duration: [QTY_3, rule("drt-1", "a code is of UCUM and needs a value", (value) => !has(value, "code") || (value["system"] === UCUM && has(value, "value")))],
  Attachment: [rule("att-1", "data needs its contentType", (value) => !has(value, "data") || has(value, "contentType"))],
  ContactPoint: [rule("cpt-2", "a value needs its system", (value) => !has(value, "value") || has(value, "system"))],
  Period: [rule("per-1", "ends before it starts", (value) => inOrder(value["start"], value["end"]))],
  Range: [rule("rng-2", "its low is above its high", ({ low, high }) => low?.value === undefined || high?.value === undefined || low.code === undefined || low.code !== high.code || number(low.value) <= number(high.value))],
  Ratio: [rule("rat-1", "has numerator and denominator, or neither and an extension", (value) => has(value, "numerator") === has(value, "denominator") && (has(value, "numerator") || has(value, "extension")))],
  Reference: [rule("ref-1", "points at nothing that is contained here", (value, root) => {
    const { reference } = value;
    if (typeof reference !== "string" || !reference.startsWith("#")) return true;
    return reference === "#" || list(root["contained"]).some((inside) => inside.id === reference.slice(1));
  })],
  "Timing.repeat": [
    rule("tim-1", "a duration needs its unit", (value) => !has(value, "duration") || has(value, "durationUnit")),
    rule("tim-2", "a period needs its unit", (value) => !has(value, "period") || has(value, "periodUnit")),
    rule("tim-4", "a duration is not negative", (value) => value["duration"] === undefined || number(value["duration"]) >= 0),
    rule("tim-5", "a period is not negative", (value) => value["period"] === undefined || number(value["period"]) >= 0),
    rule("tim-6", "periodMax needs a period", (value) => !has(value, "periodMax") || has(value, "period")),
    rule("tim-7", "durationMax needs a duration", (value) => !has(value, "durationMax") || has(value, "duration")),
    rule("tim-8", "countMax needs a count", (value) => !has(value, "countMax") || has(value, "count")),
    rule("tim-9", "an offset needs an event that is no meal", (value) => !has(value, "offset") || (has(value, "when") && list(value["when"]).every((when) => !isIn(when, "C", "CM", "CD", "CV")))),
    rule("tim-10", "has timeOfDay or when, not both", (value) => !has(value, "timeOfDay") || !has(value, "when")),
  ],
  AllergyIntolerance: [
    rule("ait-1", "needs a clinicalStatus unless it was entered in error", (value) => hasCode(value["verificationStatus"], "http://terminology.hl7.org/CodeSystem/allergyintolerance-verification", "entered-in-error") || has(value, "clinicalStatus")),
    rule("ait-2", "has no clinicalStatus where it was entered in error", (value) => !hasCode(value["verificationStatus"], "http://terminology.hl7.org/CodeSystem/allergyintolerance-verification", "entered-in-error") || !has(value, "clinicalStatus")),
  ],
  Appointment: [
    rule("app-2", "has both start and end, or neither", (value) => has(value, "start") === has(value, "end")),
    rule("app-3", "needs start and end unless it is proposed, cancelled or on the waiting list", (value) => (has(value, "start") && has(value, "end")) || isIn(value["status"], "proposed", "cancelled", "waitlist")),
    rule("app-4", "has a reason for cancelling only where it was cancelled or nobody came", (value) => !has(value, "cancelationReason") || isIn(value["status"], "noshow", "cancelled")),
  ],
  "Appointment.participant": [rule("app-1", "has a type or an actor", (value) => has(value, "type", "actor"))],
  "CarePlan.activity": [rule("cpl-3", "has a detail or a reference, not both", (value) => !has(value, "detail") || !has(value, "reference"))],
  "Composition.section": [
    rule("cmp-1", "has text, entries or sections", (value) => has(value, "text", "entry", "section")),
    rule("cmp-2", "says why it is empty only where it is", (value) => !has(value, "emptyReason") || !has(value, "entry")),
  ],
  Condition: [
    rule("con-4", "has an abatement only where it is resolved, in remission or inactive", (value) => !hasChoice(value, "abatement") || hasCode(value["clinicalStatus"], "http://terminology.hl7.org/CodeSystem/condition-clinical", "resolved", "remission", "inactive")),
    rule("con-5", "has no clinicalStatus where it was entered in error", (value) => !hasCode(value["verificationStatus"], "http://terminology.hl7.org/CodeSystem/condition-ver-status", "entered-in-error") || !has(value, "clinicalStatus")),
  ],
  "Condition.stage": [rule("con-1", "has a summary or an assessment", (value) => has(value, "summary", "assessment"))],
  "Condition.evidence": [rule("con-2", "has a code or details", (value) => has(value, "code", "detail"))],
  Consent: [rule("ppc-1", "has a policy or a policyRule", (value) => has(value, "policy", "policyRule"))],
  FamilyMemberHistory: [
    rule("fhs-1", "has an age or a birth, not both", (value) => !hasChoice(value, "age") || !hasChoice(value, "born")),
    rule("fhs-2", "says estimatedAge only with an age", (value) => hasChoice(value, "age") || !has(value, "estimatedAge")),
  ],
  "Goal.target": [rule("gol-1", "a detail needs its measure", (value) => !hasChoice(value, "detail") || has(value, "measure"))],
  "Immunization.education": [rule("imm-1", "has a documentType or a reference", (value) => has(value, "documentType", "reference"))],
  List: [
    rule("lst-1", "says why it is empty only where it is", (value) => !has(value, "emptyReason") || !has(value, "entry")),
    rule("lst-2", "marks entries deleted only as a list of changes", (value) => value["mode"] === "changes" || list(value["entry"]).every((entry) => !has(entry, "deleted"))),
    rule("lst-3", "dates its entries only as a working list", (value) => value["mode"] === "working" || list(value["entry"]).every((entry) => !has(entry, "date"))),
  ],
  "MedicationAdministration.dosage": [rule("mad-1", "has a dose or a rate", (value) => has(value, "dose") || hasChoice(value, "rate"))],
  MedicationDispense: [rule("mdd-1", "is handed over before it is prepared", (value) => inOrder(value["whenPrepared"], value["whenHandedOver"]))],
  Observation: [
    rule("obs-6", "has a dataAbsentReason only without a value", (value) => !has(value, "dataAbsentReason") || !hasChoice(value, "value")),
    rule("obs-7", "has no value where a component has its code", (value) => {
      if (value["component"] === undefined || !hasChoice(value, "value")) return true;
      const own = new Set(list(value["code"]?.coding).map((coding) => JSON.stringify(coding)));
      return list(value["component"]).every((component) => list(component.code?.coding).every((coding) => !own.has(JSON.stringify(coding))));
    }),
  ],
  "Observation.referenceRange": [rule("obs-3", "has a low, a high or a text", (value) => has(value, "low", "high", "text"))],
  Organization: [
    rule("org-1", "has an identifier or a name", (value) => has(value, "identifier", "name")),
    rule("org-2", "has no home address", (value) => list(value["address"]).every((address) => address.use !== "home")),
    rule("org-3", "has no home telephone", (value) => list(value["telecom"]).every((telecom) => telecom.use !== "home")),
  ],
  "Patient.contact": [rule("pat-1", "has a name, an address, a telecom or an organisation", (value) => has(value, "name", "telecom", "address", "organization"))],
  Questionnaire: [rule("que-2", "names each item once", (value) => {
    const ids: string[] = [];
    const visit = (items: unknown): void => list(items).forEach((item) => {
      ids.push(item.linkId);
      visit(item.item);
    });
    visit(value["item"]);
    return new Set(ids).size === ids.length;
  })],
  "Questionnaire.item": [
    rule("que-1", "a group has items, a display has none", (value) => (value["type"] !== "group" || has(value, "item")) && (value["type"] !== "display" || !has(value, "item"))),
    rule("que-3", "a display has no code", (value) => value["type"] !== "display" || !has(value, "code")),
    rule("que-4", "has answerOption or answerValueSet, not both", (value) => !has(value, "answerOption") || !has(value, "answerValueSet")),
    rule("que-5", "has answers to choose from only where its type has", (value) => isIn(value["type"], "choice", "open-choice", "decimal", "integer", "date", "dateTime", "time", "string", "quantity") || !has(value, "answerValueSet", "answerOption")),
    rule("que-6", "a display is neither required nor repeated", (value) => value["type"] !== "display" || !has(value, "required", "repeats")),
    rule("que-8", "a group or display has no initial value", (value) => !isIn(value["type"], "group", "display") || !has(value, "initial")),
    rule("que-9", "a display is not readOnly", (value) => value["type"] !== "display" || !has(value, "readOnly")),
    rule("que-10", "has a maxLength only where its type has a length", (value) => isIn(value["type"], "boolean", "decimal", "integer", "string", "text", "url", "open-choice") || !has(value, "maxLength")),
    rule("que-11", "has answerOption or initial, not both", (value) => !has(value, "answerOption") || !has(value, "initial")),
    rule("que-12", "more than one enableWhen needs an enableBehavior", (value) => list(value["enableWhen"]).length <= 2 || has(value, "enableBehavior")),
    rule("que-13", "has several initial values only where it repeats", (value) => value["repeats"] === true || list(value["initial"]).length <= 1),
  ],
  "Questionnaire.item.enableWhen": [rule("que-7", "asks for existence with true or false", (value) => value["operator"] !== "exists" || has(value, "answerBoolean"))],
  "QuestionnaireResponse.item": [rule("qrs-1", "has answers or items, not both", (value) => !has(value, "answer") || !has(value, "item"))],
  ServiceRequest: [rule("prr-1", "orderDetail needs a code", (value) => !has(value, "orderDetail") || has(value, "code"))],
};
