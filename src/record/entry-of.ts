/**
 * A resource becomes a row: what lists and the summary show, taken out once at
 * intake so that no page has to read a body. Text is kept as the source gave it.
 */
import { analyteOf, LABELS, LABEL_SYSTEM, type CodeableConcept, type Label, type Period, type Reference, type Resource } from "#standards";
import type { Entry, EntryLine } from "./entry.ts";
import { followsOf, lineOf } from "./entry-line.ts";
import { bestCoding, contained, list, nameText, ownExtension, referenceName, text, words, type EntryContext } from "./reading.ts";
import { sectionOf } from "./section-of.ts";

export type EntryFacts = Pick<Entry, "section" | "sortTime" | "when" | "codeSystem" | "code" | "display" | "status" | "labels" | "author" | "recorded" | "line">;

/** The row's facts of an R4 resource of any type. Never throws on odd shapes: what is not there is left out. */
export function entryOf(resource: Resource, context: EntryContext): EntryFacts {
  const concept = conceptOf(resource, context);
  // Of several codes of a test, the one by which it meets the same test of other laboratories.
  const coding = (resource.resourceType === "Observation" ? list(concept?.coding).find((each) => analyteOf(text(each?.system) ?? null, text(each?.code) ?? null) !== null) : undefined) ?? bestCoding(concept);
  const when = whenOf(resource);
  const line: EntryLine = lineOf(resource, context);
  const reviewDate = ownExtension(resource, "review-date")?.["valueDate"];
  if (reviewDate) line.reviewDate = String(reviewDate);
  const location = ownExtension(resource, "location-of-document")?.["valueString"];
  if (location) line.locationOfDocument = String(location);
  const decision = ownExtension(resource, "decision")?.["valueCode"];
  if (decision) line.decision = String(decision);
  const saidBy = ownExtension(resource, "said-by")?.["valueCode"] ?? saidByReference(resource) ?? (isOfDemographics(resource) ? "system" : undefined);
  if (saidBy) line.saidBy = String(saidBy);
  if (OPINIONS.has(resource.resourceType)) line.opinion = true;
  const follows = followsOf(resource);
  if (follows) line.follows = follows;
  const notes = [notesOf(resource, context), text(ownExtension(resource, "detail")?.["valueString"])].filter(Boolean).join(" · ").slice(0, 600);
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

function saidByReference(resource: Resource): string | undefined {
  const reference = (resource["informationSource"] ?? resource["asserter"] ?? resource["source"]) as Reference | undefined;
  const type = reference?.reference?.split("/")[0];
  return type === "Patient" ? "person" : type === "RelatedPerson" ? "relative" : type === "Practitioner" || type === "PractitionerRole" ? "professional" : undefined;
}

/** A sensitive field of a Patient, taken out at intake: another system's registration said it, and it does not say who told that one. */
const isOfDemographics = (resource: Resource): boolean => resource.resourceType === "Basic" && (resource.meta?.tag ?? []).some((tag) => tag.code === "person-demographics");

/** Types that hold what somebody judges. */
const OPINIONS: ReadonlySet<string> = new Set(["ClinicalImpression", "RiskAssessment"]);

/** Free text with who wrote it, where the note itself names somebody: it need not be the entry's author. */
function notesOf(resource: Resource, context: EntryContext): string | undefined {
  const notes = list(resource["note"]).flatMap((each) => {
    const said = text(each?.text);
    const by = text(each?.authorString) ?? referenceName(each?.authorReference, context);
    return said === undefined ? [] : [by === undefined ? said : `${said} (${by})`];
  });
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
      if (Object.hasOwn(CONFIDENTIALITY, code)) labels.add(CONFIDENTIALITY[code]!);
    } else if (Object.hasOwn(ACT_CODES, code)) labels.add(ACT_CODES[code]!);
  }
  return [...labels].sort();
}
