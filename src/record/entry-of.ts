/**
 * A resource becomes a row: what lists and the summary show, taken out once at
 * intake so that no page has to read a body. Text is kept as the source gave it.
 */
import { LABELS, LABEL_SYSTEM, isRawNumber, type CodeableConcept, type Coding, type Label, type Period, type Reference, type Resource } from "#standards";
import type { Entry, EntryLine } from "./entry.ts";
import { sectionOf } from "./section-of.ts";

/** What the row of a resource is made from besides itself: the other resources of its message. */
export type EntryContext = { resolve(reference: string): Resource | undefined };

export type EntryFacts = Pick<Entry, "section" | "sortTime" | "when" | "codeSystem" | "code" | "display" | "status" | "labels" | "author" | "recorded" | "line">;

const EXTENSION = "https://kmcr.org.uk/StructureDefinition/";

/** The row's facts of an R4 resource of any type. Never throws on odd shapes: what is not there is left out. */
export function entryOf(resource: Resource, context: EntryContext): EntryFacts {
  const concept = conceptOf(resource, context);
  const coding = bestCoding(concept);
  const when = whenOf(resource);
  const line: EntryLine = lineOf(resource, context);
  const reviewDate = ownExtension(resource, "review-date")?.["valueDate"];
  if (reviewDate) line.reviewDate = String(reviewDate);
  const location = ownExtension(resource, "location-of-document")?.["valueString"];
  if (location) line.locationOfDocument = String(location);
  const decision = ownExtension(resource, "decision")?.["valueCode"];
  if (decision) line.decision = String(decision);
  const saidBy = ownExtension(resource, "said-by")?.["valueCode"] ?? saidByReference(resource);
  if (saidBy) line.saidBy = String(saidBy);
  const notes = notesOf(resource);
  if (notes && line.text === undefined) line.text = notes;
  return {
    section: sectionOf(resource),
    sortTime: instantOf(when ?? recordedOf(resource)),
    when,
    codeSystem: coding?.system ?? null,
    code: coding?.code ?? null,
    display: displayOf(resource, concept, context),
    status: statusOf(resource),
    labels: labelsOf(resource),
    author: authorOf(resource, context),
    recorded: recordedOf(resource),
    line,
  };
}

/** A FHIR date or dateTime of any precision as the instant that it is sorted by (the start of its period). */
export function instantOf(text: string | null): Date | null {
  if (text === null) return null;
  const at = new Date(text.length === 4 ? `${text}-01-01T00:00:00Z` : text.length === 7 ? `${text}-01T00:00:00Z` : text.length === 10 ? `${text}T00:00:00Z` : text);
  return Number.isNaN(at.getTime()) ? null : at;
}

const text = (value: unknown): string | undefined => (typeof value === "string" && value.trim() !== "" ? value : typeof value === "number" || typeof value === "boolean" ? String(value) : isRawNumber(value) ? value.rawJSON : undefined);
const list = (value: unknown): any[] => (Array.isArray(value) ? value : value === undefined || value === null ? [] : [value]);
const ownExtension = (resource: Resource, name: string): Record<string, unknown> | undefined =>
  list(resource["extension"]).find((each) => each?.url === EXTENSION + name);

/** The words of a concept: its text, else the display of its best coding, else the bare code. */
export function words(concept: CodeableConcept | undefined): string | undefined {
  if (concept === undefined || concept === null) return undefined;
  const coding = bestCoding(concept);
  return text(concept.text) ?? text(coding?.display) ?? text(coding?.code);
}

function bestCoding(concept: CodeableConcept | undefined): Coding | undefined {
  const codings = list(concept?.coding) as Coding[];
  return codings.find((each) => each?.system === "http://snomed.info/sct") ?? codings.find((each) => each?.code !== undefined) ?? codings[0];
}

/** The concept that says what the resource is about. */
function conceptOf(resource: Resource, context: EntryContext): CodeableConcept | undefined {
  switch (resource.resourceType) {
    case "MedicationStatement":
    case "MedicationRequest":
    case "MedicationDispense":
    case "MedicationAdministration": {
      const reference = (resource["medicationReference"] as Reference | undefined)?.reference;
      return resource["medicationCodeableConcept"] ?? (reference ? context.resolve(reference)?.["code"] : undefined) ?? contained(resource, reference)?.["code"];
    }
    case "Immunization":
      return resource["vaccineCode"];
    case "Encounter":
      return list(resource["type"])[0] ?? resource["serviceType"];
    case "DocumentReference":
    case "Composition":
    case "EpisodeOfCare":
    case "Device":
      return list(resource["type"])[0];
    case "Appointment":
      return list(resource["serviceType"])[0] ?? resource["appointmentType"];
    case "FamilyMemberHistory":
      return list(resource["condition"])[0]?.code ?? resource["relationship"];
    case "CarePlan":
    case "Consent":
    case "CareTeam":
      return list(resource["category"])[0];
    case "RelatedPerson":
      return list(resource["relationship"])[0];
    case "Goal":
      return resource["description"];
    case "RiskAssessment":
      return list(resource["prediction"])[0]?.outcome ?? resource["code"];
    default:
      return Array.isArray(resource["code"]) ? resource["code"][0] : resource["code"];
  }
}

const contained = (resource: Resource, reference: string | undefined): Resource | undefined =>
  reference?.startsWith("#") ? resource.contained?.find((each) => each?.id === reference.slice(1)) : undefined;

function displayOf(resource: Resource, concept: CodeableConcept | undefined, context: EntryContext): string {
  const named = words(concept);
  switch (resource.resourceType) {
    case "Patient":
      return nameText(list(resource["name"])[0]) ?? "Name not given";
    case "RelatedPerson":
      return nameText(list(resource["name"])[0]) ?? named ?? "Name not given";
    case "DocumentReference":
      return text(resource["description"]) ?? text(list(resource["content"])[0]?.attachment?.title) ?? named ?? "Document without a title";
    case "Composition":
    case "CarePlan":
      return text(resource["title"]) ?? named ?? resource.resourceType;
    case "CareTeam":
      return text(resource["name"]) ?? list(resource["participant"]).map((each) => referenceName(each?.member, context)).find(Boolean) ?? named ?? "Care team";
    case "Appointment":
      return text(resource["description"]) ?? named ?? "Appointment";
    case "Encounter":
      return named ?? text(resource["class"]?.display) ?? "Contact";
    case "EpisodeOfCare":
      return named ?? "Service";
    case "Device":
      return text(list(resource["deviceName"])[0]?.name) ?? named ?? "Device";
    case "QuestionnaireResponse":
      return text(ownExtension(resource, "title")?.["valueString"]) ?? named ?? text(resource["questionnaire"]) ?? (sectionOf(resource) === "about-me" ? "About me" : "Form");
    case "ServiceRequest":
      return named ?? words(list(resource["reasonCode"])[0]) ?? "Referral or request, not named by the source";
    case "DeviceUseStatement":
      return text((resource["device"] as Reference | undefined)?.display) ?? "Equipment";
    case "ResearchSubject":
      return text((resource["study"] as Reference | undefined)?.display) ?? "Research study";
    case "FamilyMemberHistory":
      return named ?? words(resource["relationship"]) ?? "Family history";
    case "Communication":
      return text(list(resource["payload"])[0]?.contentString)?.slice(0, 120) ?? words(list(resource["category"])[0]) ?? "Message";
    case "ClinicalImpression":
      return text(resource["summary"])?.slice(0, 160) ?? text(resource["description"]) ?? "Formulation";
    default:
      return named ?? text(resource["title"]) ?? text(resource["description"]) ?? humanType(resource.resourceType);
  }
}

const humanType = (type: string): string => type.replace(/([a-z])([A-Z])/g, (_, a: string, b: string) => `${a} ${b.toLowerCase()}`);

/** `Family, Given (Title)` is the banner's business; a row shows the name as one text. */
export function nameText(name: any): string | undefined {
  if (name === undefined || name === null) return undefined;
  return text(name.text) ?? text([...list(name.prefix), ...list(name.given), name.family].filter(Boolean).join(" "));
}

function statusOf(resource: Resource): string {
  const clinical = list(resource["clinicalStatus"]?.coding)[0]?.code as string | undefined;
  const verification = list(resource["verificationStatus"]?.coding)[0]?.code as string | undefined;
  if (verification === "entered-in-error" || verification === "refuted") return verification;
  return clinical ?? text(resource["status"]) ?? text(resource["lifecycleStatus"]) ?? "";
}

function whenOf(resource: Resource): string | null {
  const period = (name: string): string | undefined => (resource[name] as Period | undefined)?.start ?? (resource[name] as Period | undefined)?.end;
  switch (resource.resourceType) {
    case "Patient":
      return null;
    case "Condition":
      return text(resource["onsetDateTime"]) ?? period("onsetPeriod") ?? text(resource["recordedDate"]) ?? null;
    case "AllergyIntolerance":
      return text(resource["onsetDateTime"]) ?? text(resource["recordedDate"]) ?? null;
    case "Procedure":
      return text(resource["performedDateTime"]) ?? period("performedPeriod") ?? null;
    case "MedicationRequest":
    case "ServiceRequest":
      return text(resource["authoredOn"]) ?? text(resource["occurrenceDateTime"]) ?? null;
    case "DocumentReference":
      return text(resource["context"]?.period?.start) ?? text(resource["date"]) ?? text(list(resource["content"])[0]?.attachment?.creation) ?? null;
    case "QuestionnaireResponse":
      return text(resource["authored"]) ?? null;
    case "Appointment":
      return text(resource["start"]) ?? null;
    case "Goal":
      return text(resource["startDate"]) ?? text(resource["statusDate"]) ?? null;
    case "ImagingStudy":
      return text(resource["started"]) ?? null;
    case "Communication":
      return text(resource["sent"]) ?? text(resource["received"]) ?? null;
    default:
      return (
        text(resource["effectiveDateTime"]) ?? period("effectivePeriod") ?? text(resource["effectiveInstant"]) ?? text(resource["occurrenceDateTime"]) ?? period("period") ??
        text(resource["date"]) ?? text(resource["dateTime"]) ?? text(resource["whenHandedOver"]) ?? text(resource["issued"]) ?? text(resource["authoredOn"]) ?? period("billablePeriod") ?? text(resource["created"]) ?? null
      );
  }
}

function recordedOf(resource: Resource): string | null {
  return text(resource["recordedDate"]) ?? text(resource["issued"]) ?? text(resource["dateAsserted"]) ?? text(resource["recorded"]) ?? text(resource["authoredOn"]) ?? text(resource["date"]) ?? text(resource["created"]) ?? text(resource["authored"]) ?? text(resource.meta?.lastUpdated) ?? null;
}

/** The person or team that the source names as responsible for the fact. */
function authorOf(resource: Resource, context: EntryContext): string | null {
  const candidates = [
    ...list(resource["recorder"]), ...list(resource["asserter"]), ...list(resource["requester"]), ...list(resource["author"]),
    ...list(resource["performer"]).map((each) => each?.actor ?? each), ...list(resource["participant"]).map((each) => each?.individual ?? each?.actor),
    ...list(resource["assessor"]), ...list(resource["informationSource"]), ...list(resource["careManager"]), ...list(resource["sender"]),
  ];
  for (const each of candidates) {
    const name = referenceName(each, context);
    if (name) return name;
  }
  return null;
}

/** The name behind a reference: its display, else the resource of the same message. */
function referenceName(reference: Reference | undefined, context: EntryContext): string | undefined {
  if (reference === undefined || reference === null) return undefined;
  const shown = text(reference.display);
  if (shown) return shown;
  const target = reference.reference ? context.resolve(reference.reference) : undefined;
  if (target === undefined || target.resourceType === "Patient") return undefined;
  if (target.resourceType === "PractitionerRole") return referenceName(target["practitioner"], context) ?? referenceName(target["organization"], context);
  return Array.isArray(target["name"]) ? nameText(target["name"][0]) : text(target["name"]);
}

function saidByReference(resource: Resource): string | undefined {
  const reference = (resource["informationSource"] ?? resource["asserter"] ?? resource["source"]) as Reference | undefined;
  const type = reference?.reference?.split("/")[0];
  return type === "Patient" ? "person" : type === "RelatedPerson" ? "relative" : type === "Practitioner" || type === "PractitionerRole" ? "professional" : undefined;
}

function notesOf(resource: Resource): string | undefined {
  const notes = list(resource["note"]).map((each) => text(each?.text)).filter(Boolean);
  return notes.length > 0 ? notes.join(" · ").slice(0, 600) : text(resource["description"])?.slice(0, 600);
}

const CONFIDENTIALITY: Readonly<Record<string, Label>> = { R: "restricted", V: "very-restricted" };
/** HL7 v3 ActCode sensitivity and handling codes that have a label of ours. */
const ACT_CODES: Readonly<Record<string, Label>> = {
  PSY: "mental-health", MH: "mental-health", HIV: "sexual-health", STD: "sexual-health", SEX: "sexual-health", SUD: "substance-misuse", ETH: "substance-misuse",
  SDV: "safeguarding", ABUSE: "safeguarding", NOPAT: "not-for-citizen", LOCIS: "protected-address",
};

function labelsOf(resource: Resource): Label[] {
  const labels = new Set<Label>();
  for (const coding of resource.meta?.security ?? []) {
    const code = coding?.code ?? "";
    if (coding?.system === LABEL_SYSTEM && (LABELS as readonly string[]).includes(code)) labels.add(code as Label);
    else if (coding?.system?.endsWith("v3-Confidentiality")) {
      if (CONFIDENTIALITY[code]) labels.add(CONFIDENTIALITY[code]);
    } else if (ACT_CODES[code]) labels.add(ACT_CODES[code]);
  }
  return [...labels].sort();
}

/** Drops what the source did not say. */
function said(line: { [K in keyof EntryLine]: EntryLine[K] | undefined }): EntryLine {
  for (const key of Object.keys(line) as (keyof EntryLine)[]) if (line[key] === undefined || line[key] === "") delete line[key];
  return line as EntryLine;
}

function lineOf(resource: Resource, context: EntryContext): EntryLine {
  switch (resource.resourceType) {
    case "AllergyIntolerance":
      return allergyLine(resource);
    case "MedicationStatement":
    case "MedicationRequest":
    case "MedicationDispense":
    case "MedicationAdministration":
      return medicineLine(resource);
    case "Observation":
      return observationLine(resource, context);
    case "DiagnosticReport":
      return said({ group: words(resource["code"]), outcome: text(resource["conclusion"]) ?? words(list(resource["conclusionCode"])[0]), category: words(list(resource["category"])[0]), organisationName: referenceName(list(resource["performer"])[0], context), mime: text(list(resource["presentedForm"])[0]?.contentType) });
    case "Encounter":
      return encounterLine(resource, context);
    case "Appointment":
      return said({
        start: text(resource["start"]), end: text(resource["end"]), service: words(list(resource["serviceType"])[0]), reason: words(list(resource["reasonCode"])[0]),
        place: participantName(resource, "Location", context), professional: participantName(resource, "Practitioner", context), kind: words(resource["appointmentType"]), outcome: words(resource["cancelationReason"]),
      });
    case "Condition":
      return said({
        onset: text(resource["onsetDateTime"]) ?? text(resource["onsetString"]), end: text(resource["abatementDateTime"]) ?? text(resource["abatementString"]), severity: words(resource["severity"]),
        category: words(list(resource["category"])[0]), certainty: words(resource["verificationStatus"]), site: words(list(resource["bodySite"])[0]),
      });
    case "Procedure":
      return said({ start: text(resource["performedPeriod"]?.start), end: text(resource["performedPeriod"]?.end), site: words(list(resource["bodySite"])[0]), outcome: words(resource["outcome"]), reason: words(list(resource["reasonCode"])[0]), place: referenceName(resource["location"], context), professional: referenceName(list(resource["performer"])[0]?.actor, context) });
    case "Immunization":
      return said({ product: words(resource["vaccineCode"]), site: words(resource["site"]), route: words(resource["route"]), doseSequence: text(list(resource["protocolApplied"])[0]?.doseNumberPositiveInt) ?? text(list(resource["protocolApplied"])[0]?.doseNumberString), reason: words(resource["statusReason"]), text: text(resource["lotNumber"]) ? `Batch ${resource["lotNumber"]}` : undefined });
    case "FamilyMemberHistory":
      return said({ relationship: words(resource["relationship"]), name: text(resource["name"]), text: text(list(resource["condition"])[0]?.note?.[0]?.text) });
    case "ServiceRequest":
      return said({ urgency: text(resource["priority"]), reason: words(list(resource["reasonCode"])[0]), from: referenceName(resource["requester"], context), to: referenceName(list(resource["performer"])[0], context), service: words(resource["performerType"]), kind: text(resource["intent"]) });
    case "EpisodeOfCare":
      return said({ start: text(resource["period"]?.start), end: text(resource["period"]?.end), organisationName: referenceName(resource["managingOrganization"], context), professional: referenceName(resource["careManager"], context), service: words(list(resource["type"])[0]), reason: text(ownExtension(resource, "reason")?.["valueString"]) });
    case "CareTeam": {
      const first = list(resource["participant"])[0];
      return said({ start: text(resource["period"]?.start), end: text(resource["period"]?.end), professional: referenceName(first?.member, context), professionalRole: words(list(first?.role)[0]), organisationName: referenceName(list(resource["managingOrganization"])[0], context), phone: telecomOf(resource, "phone"), kind: words(list(resource["category"])[0]) });
    }
    case "RelatedPerson":
      return said({ name: nameText(list(resource["name"])[0]), relationship: list(resource["relationship"]).map(words).filter(Boolean).join(", "), phone: telecomOf(resource, "phone"), email: telecomOf(resource, "email"), address: addressText(list(resource["address"])[0]), rank: text(list(resource["telecom"])[0]?.rank) });
    case "Patient":
      return said({ phone: telecomOf(resource, "phone"), email: telecomOf(resource, "email"), address: addressText(list(resource["address"])[0]) });
    case "Flag":
      return said({ start: text(resource["period"]?.start), end: text(resource["period"]?.end), owner: referenceName(resource["author"], context), category: words(list(resource["category"])[0]) });
    case "Consent":
      return said({ decision: text(resource["provision"]?.type), start: text(resource["provision"]?.period?.start), end: text(resource["provision"]?.period?.end), category: words(list(resource["category"])[0]), owner: referenceName(list(resource["performer"])[0], context) });
    case "CarePlan":
      return said({ start: text(resource["period"]?.start), end: text(resource["period"]?.end), owner: referenceName(resource["author"], context), category: words(list(resource["category"])[0]), outcome: text(resource["description"]) });
    case "Goal":
      return said({ outcome: words(resource["achievementStatus"]), end: text(list(resource["target"])[0]?.dueDate) });
    case "RiskAssessment":
      return said({ severity: words(list(resource["prediction"])[0]?.qualitativeRisk), text: text(resource["mitigation"]), category: words(resource["method"]) });
    case "DocumentReference": {
      const attachment = list(resource["content"])[0]?.attachment;
      return said({ title: text(attachment?.title), mime: text(attachment?.contentType), size: text(attachment?.size), documentType: words(resource["type"]), category: words(list(resource["category"])[0]), service: words(resource["context"]?.practiceSetting) });
    }
    case "Composition":
      return said({ title: text(resource["title"]), documentType: words(resource["type"]) });
    case "QuestionnaireResponse":
      return said({ text: list(resource["item"]).map((item) => [text(item?.text), answerText(list(item?.answer)[0])].filter(Boolean).join(": ")).filter(Boolean).slice(0, 12).join(" · ").slice(0, 1200) });
    case "ResearchSubject":
      return said({ name: text(resource["study"]?.display), start: text(resource["period"]?.start), end: text(resource["period"]?.end) });
    case "Basic": {
      // A sensitive field of a person, taken out of the Patient with its label: what it says stands in its extension.
      const extensions = list(resource["extension"]).filter((each) => !String(each?.url).endsWith("/protected-location"));
      const values = extensions.flatMap((each) => [each, ...list(each?.extension)]).map((each) => words(each?.valueCodeableConcept) ?? text(each?.valueCoding?.display) ?? text(each?.valueString));
      return said({ value: values.filter((each) => each !== undefined).join(", ") || undefined });
    }
    case "Device":
    case "DeviceUseStatement":
      return said({ start: text(resource["timingPeriod"]?.start), category: words(list(resource["type"])[0]) });
    case "ImagingStudy":
      return said({ group: text(resource["description"]), category: text(list(resource["modality"])[0]?.display) });
    default:
      return {};
  }
}

/** SNOMED CT "no known allergy" and the codes below it that feeds in use send; 716186003 and its kind. */
const NO_KNOWN_ALLERGY = new Set(["716186003", "409137002", "428607008", "428197003", "716184000", "716185004", "716220001", "160244002", "no-known-allergies"]);
const NOT_ASKED = new Set(["1631000175102", "no-allergy-info", "not-asked", "unknown", "asked-unknown"]);

function allergyLine(resource: Resource): EntryLine {
  const codes = list(resource["code"]?.coding).map((coding) => String(coding?.code));
  const reaction = list(resource["reaction"])[0];
  return said({
    reaction: list(resource["reaction"]).flatMap((each) => list(each?.manifestation).map(words)).filter(Boolean).join(", ") || text(reaction?.description),
    severity: text(reaction?.severity),
    criticality: text(resource["criticality"]),
    certainty: words(resource["verificationStatus"]),
    category: list(resource["category"]).join(", "),
    end: text(list(resource["extension"]).find((each) => String(each?.url).endsWith("AllergyIntoleranceEnd"))?.endDate),
    assertedNone: codes.some((code) => NO_KNOWN_ALLERGY.has(code)) ? true : undefined,
    notAsked: codes.some((code) => NOT_ASKED.has(code)) ? true : undefined,
  });
}

function medicineLine(resource: Resource): EntryLine {
  const dosage = list(resource["dosageInstruction"] ?? resource["dosage"])[0];
  const dose = list(dosage?.doseAndRate)[0]?.doseQuantity ?? dosage?.dose;
  const quantity = resource["dispenseRequest"]?.quantity ?? resource["quantity"];
  return said({
    dose: dose?.value !== undefined ? `${text(dose.value)} ${dose.unit ?? dose.code ?? ""}`.trim() : text(dosage?.text),
    frequency: dosage?.text && dose?.value !== undefined ? text(dosage.text) : timingText(dosage?.timing),
    route: words(dosage?.route),
    quantity: quantity?.value !== undefined ? `${text(quantity.value)} ${quantity.unit ?? ""}`.trim() : undefined,
    medicineKind: medicineKind(resource),
    start: text(resource["effectivePeriod"]?.start) ?? text(resource["effectiveDateTime"]) ?? text(resource["dispenseRequest"]?.validityPeriod?.start) ?? text(resource["authoredOn"]),
    end: text(resource["effectivePeriod"]?.end) ?? text(resource["dispenseRequest"]?.validityPeriod?.end),
    reason: words(list(resource["reasonCode"])[0]),
    kind: resource.resourceType === "MedicationRequest" ? text(resource["intent"]) : undefined,
  });
}

function medicineKind(resource: Resource): string | undefined {
  const own = text(ownExtension(resource, "medicine-kind")?.["valueCode"]);
  if (own) return own;
  const category = words(Array.isArray(resource["category"]) ? resource["category"][0] : resource["category"])?.toLowerCase();
  if (category === undefined) return undefined;
  if (category.includes("inpatient")) return "hospital";
  return category.includes("discharge") ? "discharge" : undefined;
}

function timingText(timing: any): string | undefined {
  if (timing === undefined) return undefined;
  const named = words(timing.code);
  if (named) return named;
  const [frequency, period] = [text(timing.repeat?.frequency), text(timing.repeat?.period)];
  const unit = ({ h: "hour", d: "day", wk: "week", mo: "month" } as Record<string, string>)[timing.repeat?.periodUnit];
  return frequency && period && unit ? (Number(period) === 1 ? `${frequency} a ${unit}` : `${frequency} every ${period} ${unit}s`) : undefined;
}

/** Values as the source's own text: a comparator stays in front. */
function valueOf(holder: any): { value?: string; unit?: string } {
  const quantity = holder?.valueQuantity;
  if (quantity) return { ...(quantity.value !== undefined && { value: `${quantity.comparator ?? ""}${text(quantity.value)}` }), ...((quantity.unit ?? quantity.code) && { unit: String(quantity.unit ?? quantity.code) }) };
  const value = words(holder?.valueCodeableConcept) ?? text(holder?.valueString) ?? text(holder?.valueDateTime) ?? text(holder?.valueInteger) ?? text(holder?.valueBoolean) ?? text(holder?.valuePeriod?.start);
  return value === undefined ? {} : { value };
}

function observationLine(resource: Resource, context: EntryContext): EntryLine {
  const range = list(resource["referenceRange"])[0];
  const interpretation = list(resource["interpretation"])[0];
  const specimen = (resource["specimen"] as Reference | undefined)?.reference;
  const reason = words(resource["dataAbsentReason"]);
  const value = valueOf(resource);
  return said({
    ...value,
    outcome: value.value === undefined && reason ? `No value: ${reason}` : undefined,
    low: text(range?.low?.value),
    high: text(range?.high?.value),
    range: text(range?.text) ?? (range?.low?.value !== undefined && range?.high?.value !== undefined ? `${text(range.low.value)} - ${text(range.high.value)}` : undefined),
    flag: text(list(interpretation?.coding)[0]?.code) ?? text(interpretation?.text),
    specimen: text(resource["specimen"]?.display) ?? words(specimen ? context.resolve(specimen)?.["type"] : undefined),
    site: words(resource["bodySite"]),
    components: list(resource["component"]).length > 0 ? list(resource["component"]).map((each) => ({ name: words(each?.code) ?? "", value: valueOf(each).value ?? "", ...(valueOf(each).unit && { unit: valueOf(each).unit! }) })) : undefined,
    group: text(ownExtension(resource, "group")?.["valueString"]),
  });
}

function encounterLine(resource: Resource, context: EntryContext): EntryLine {
  const code = text(resource["class"]?.code);
  return said({
    kind: ({ IMP: "inpatient", ACUTE: "inpatient", NONAC: "inpatient", EMER: "emergency", AMB: "outpatient", HH: "home", VR: "virtual", FLD: "ambulance" } as Record<string, string>)[code ?? ""] ?? code,
    start: text(resource["period"]?.start),
    end: text(resource["period"]?.end),
    place: list(resource["location"]).map((each) => referenceName(each?.location, context)).find(Boolean),
    service: words(resource["serviceType"]),
    professional: list(resource["participant"]).map((each) => referenceName(each?.individual, context)).find(Boolean),
    professionalRole: words(list(list(resource["participant"])[0]?.type)[0]),
    reason: words(list(resource["reasonCode"])[0]),
    outcome: words(resource["hospitalization"]?.dischargeDisposition),
    from: words(resource["hospitalization"]?.admitSource),
    organisationName: referenceName(resource["serviceProvider"], context),
    legalStatus: words(list(resource["extension"]).find((each) => String(each?.url).includes("LegalStatus"))?.valueCodeableConcept),
  });
}

function participantName(resource: Resource, type: string, context: EntryContext): string | undefined {
  const found = list(resource["participant"]).find((each) => String(each?.actor?.reference ?? each?.actor?.type ?? "").startsWith(type));
  return referenceName(found?.actor, context);
}

const telecomOf = (resource: Resource, system: string): string | undefined => text(list(resource["telecom"]).find((each) => each?.system === system)?.value);

export function addressText(address: any): string | undefined {
  if (!address) return undefined;
  return text(address.text) ?? text([...list(address.line), address.city, address.district, address.postalCode].filter(Boolean).join(", "));
}

const answerText = (answer: any): string | undefined =>
  answer === undefined ? undefined : (text(answer.valueString) ?? text(answer.valueBoolean) ?? text(answer.valueDate) ?? text(answer.valueInteger) ?? text(answer.valueDecimal) ?? words(answer.valueCodeableConcept) ?? text(answer.valueCoding?.display));
