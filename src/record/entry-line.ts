/** The section-specific facts of a row, by type: see `EntryLine`. */
import type { Reference, Resource } from "#standards";
import type { EntryLine } from "./entry.ts";
import { addressText, list, nameText, ownExtension, referenceName, telecomOf, text, words, type EntryContext } from "./reading.ts";
import { sectionOf } from "./section-of.ts";

/** Where a resource says what it follows: a request, an appointment, the thing that a task is about. */
const FOLLOWING: Readonly<Record<string, readonly string[]>> = {
  Task: ["focus", "basedOn"], Appointment: ["basedOn"], Encounter: ["basedOn", "appointment"], EpisodeOfCare: ["referralRequest"], DiagnosticReport: ["basedOn"], ServiceRequest: ["basedOn", "replaces"],
};
const FOLLOWED = /^(?:ServiceRequest|Appointment|Task)\//;

/** What a resource of any type follows; `undefined` where it says nothing of it. */
export function followsOf(resource: Resource): readonly string[] | undefined {
  const references: Reference[] = (FOLLOWING[resource.resourceType] ?? []).flatMap((name) => list(resource[name]));
  if (resource.resourceType === "DocumentReference") references.push(...list(resource["context"]?.related));
  const keys = references.flatMap((each) => [...(FOLLOWED.test(each?.reference ?? "") ? [each.reference!] : []), ...identifierKeys(each?.identifier)]);
  return keys.length === 0 ? undefined : [...new Set(keys)];
}

const identifierKeys = (identifier: unknown): string[] => list(identifier).flatMap((each) => (text(each?.value) === undefined ? [] : [`${text(each?.system) ?? ""}|${text(each.value)}`]));

/** What makes one referral of what two organisations keep of it, and how far it came at the one that received it. */
function referralFacts(resource: Resource): Pick<{ [K in keyof EntryLine]: EntryLine[K] | undefined }, "requestIds" | "referralState" | "referralStateAt"> {
  if (sectionOf(resource) !== "referrals") return {};
  const ids = identifierKeys(resource["identifier"]);
  const state = list(ownExtension(resource, "referral-state")?.["extension"]);
  return { requestIds: ids.length === 0 ? undefined : ids, referralState: text(state.find((each) => each?.url === "state")?.valueCode), referralStateAt: text(state.find((each) => each?.url === "at")?.valueDateTime) };
}

/** Drops what the source did not say. */
function said(line: { [K in keyof EntryLine]: EntryLine[K] | undefined }): EntryLine {
  for (const key of Object.keys(line) as (keyof EntryLine)[]) if (line[key] === undefined || line[key] === "") delete line[key];
  return line as EntryLine;
}

export function lineOf(resource: Resource, context: EntryContext): EntryLine {
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
      return said({ group: words(resource["code"]), order: orderOf(list(resource["basedOn"])[0]), outcome: text(resource["conclusion"]) ?? words(list(resource["conclusionCode"])[0]), category: words(list(resource["category"])[0]), organisationName: referenceName(list(resource["performer"])[0], context), mime: text(list(resource["presentedForm"])[0]?.contentType) });
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
      return said({ ...referralFacts(resource), order: placerOf(resource), urgency: text(resource["priority"]), reason: words(list(resource["reasonCode"])[0]), from: referenceName(resource["requester"], context), to: referenceName(list(resource["performer"])[0], context), service: words(resource["performerType"]), kind: text(resource["intent"]) });
    case "Task":
      return said({ referralState: text(resource["status"]), referralStateAt: text(resource["lastModified"]), kind: words(resource["code"]), start: text(resource["authoredOn"]), end: text(resource["executionPeriod"]?.end), professional: referenceName(resource["owner"], context), from: referenceName(resource["requester"], context), reason: words(resource["reasonCode"]), outcome: words(resource["businessStatus"]) ?? words(resource["statusReason"]), text: text(resource["description"]) });
    case "EpisodeOfCare":
      return said({
        start: text(resource["period"]?.start), end: text(resource["period"]?.end), organisationName: referenceName(resource["managingOrganization"], context), professional: referenceName(resource["careManager"], context), service: words(list(resource["type"])[0]),
        category: list(resource["type"]).slice(1).map(words).filter(Boolean).join(", "), reason: text(ownExtension(resource, "reason")?.["valueString"]), ...reached(resource),
      });
    case "CareTeam": {
      const first = list(resource["participant"])[0];
      const members = list(resource["participant"]).map((each) => ({ name: referenceName(each?.member, context), role: words(list(each?.role)[0]), phone: phoneBehind(each?.member, context) })).filter((each) => each.name !== undefined && each.name !== "");
      return said({ members: members.length > 1 ? members.map(({ name, role, phone }) => ({ name: name!, ...(role && { role }), ...(phone && { phone }) })) : undefined, hours: reached(resource).hours, start: text(resource["period"]?.start), end: text(resource["period"]?.end), professional: referenceName(first?.member, context), professionalRole: words(list(first?.role)[0]), organisationName: referenceName(list(resource["managingOrganization"])[0], context), phone: telecomOf(resource, "phone") ?? phoneBehind(first?.member, context), kind: words(list(resource["category"])[0]) });
    }
    case "RelatedPerson":
      return said({ name: nameText(list(resource["name"])[0]), relationship: list(resource["relationship"]).map(words).filter(Boolean).join(", "), phone: telecomOf(resource, "phone"), email: telecomOf(resource, "email"), address: addressText(list(resource["address"])[0]), rank: text(list(resource["telecom"])[0]?.rank) });
    case "Patient":
      return said({ phone: telecomOf(resource, "phone"), email: telecomOf(resource, "email"), address: addressText(list(resource["address"])[0]) });
    case "Flag":
      return said({ start: text(resource["period"]?.start), end: text(resource["period"]?.end), owner: referenceName(resource["author"], context), category: words(list(resource["category"])[0]), place: text(ownExtension(resource, "place")?.["valueString"]) });
    case "Consent":
      return said({ decision: text(resource["provision"]?.type), start: text(resource["provision"]?.period?.start), end: text(resource["provision"]?.period?.end), category: words(list(resource["category"])[0]), owner: referenceName(list(resource["performer"])[0], context) });
    case "CarePlan":
      return said({ start: text(resource["period"]?.start), end: text(resource["period"]?.end), owner: referenceName(resource["author"], context), category: words(list(resource["category"])[0]), outcome: text(resource["description"]), agreedWith: agreedWith(resource), replaces: replacedPlans(resource) });
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
  const doses = list(dosage?.doseAndRate)[0]?.doseRange;
  const quantity = resource["dispenseRequest"]?.quantity ?? resource["quantity"];
  return said({
    dose: dose?.value !== undefined ? `${text(dose.value)} ${dose.unit ?? dose.code ?? ""}`.trim() : doses ? `${text(doses.low?.value) ?? ""} - ${text(doses.high?.value) ?? ""} ${doses.high?.unit ?? doses.low?.unit ?? ""}`.trim() : text(dosage?.text),
    frequency: dosage?.text && (dose?.value !== undefined || doses) ? text(dosage.text) : timingText(dosage?.timing),
    route: words(dosage?.route),
    quantity: quantity?.value !== undefined ? `${text(quantity.value)} ${quantity.unit ?? ""}`.trim() : undefined,
    medicineKind: medicineKind(resource),
    start: text(resource["effectivePeriod"]?.start) ?? text(resource["effectiveDateTime"]) ?? text(resource["dispenseRequest"]?.validityPeriod?.start) ?? text(resource["authoredOn"]),
    end: text(resource["effectivePeriod"]?.end) ?? text(resource["dispenseRequest"]?.validityPeriod?.end),
    reason: words(list(resource["reasonCode"])[0]),
    kind: resource.resourceType === "MedicationRequest" ? text(resource["intent"]) : undefined,
  });
}

const PERIOD_UNITS = new Map([["h", "hour"], ["d", "day"], ["wk", "week"], ["mo", "month"]]);

function medicineKind(resource: Resource): string | undefined {
  const own = text(ownExtension(resource, "medicine-kind")?.["valueCode"]);
  if (own) return own;
  const category = words(Array.isArray(resource["category"]) ? resource["category"][0] : resource["category"])?.toLowerCase();
  if (category === undefined) return undefined;
  if (/anticipatory|just.in.case/.test(category)) return "anticipatory";
  if (category.includes("inpatient")) return "hospital";
  return category.includes("discharge") ? "discharge" : undefined;
}

function timingText(timing: any): string | undefined {
  if (timing === undefined) return undefined;
  const named = words(timing.code);
  if (named) return named;
  const [frequency, period] = [text(timing.repeat?.frequency), text(timing.repeat?.period)];
  const unit = PERIOD_UNITS.get(timing.repeat?.periodUnit);
  return frequency && period && unit ? (Number(period) === 1 ? `${frequency} a ${unit}` : `${frequency} every ${period} ${unit}s`) : undefined;
}

/** Values as the source's own text: a comparator stays in front. */
function valueOf(holder: any): { value?: string; unit?: string } {
  const quantity = holder?.valueQuantity;
  if (quantity) return { ...(quantity.value !== undefined && { value: `${quantity.comparator ?? ""}${text(quantity.value)}` }), ...((quantity.unit ?? quantity.code) && { unit: String(quantity.unit ?? quantity.code) }) };
  const two = holder?.valueRatio ? [holder.valueRatio.numerator, ":", holder.valueRatio.denominator] : holder?.valueRange ? [holder.valueRange.low, " - ", holder.valueRange.high] : null;
  if (two !== null) {
    const unit = two[0]?.unit ?? two[2]?.unit;
    return { value: `${two[0]?.comparator ?? ""}${text(two[0]?.value) ?? ""}${two[1]}${text(two[2]?.value) ?? ""}`.trim(), ...(unit && { unit: String(unit) }) };
  }
  const value = words(holder?.valueCodeableConcept) ?? text(holder?.valueString) ?? text(holder?.valueDateTime) ?? text(holder?.valueTime) ?? text(holder?.valueInteger) ?? text(holder?.valueBoolean) ?? text(holder?.valuePeriod?.start);
  return value === undefined ? {} : { value };
}

function observationLine(resource: Resource, context: EntryContext): EntryLine {
  const range = list(resource["referenceRange"])[0];
  const interpretation = list(resource["interpretation"])[0];
  const specimen = (resource["specimen"] as Reference | undefined)?.reference;
  const reason = words(resource["dataAbsentReason"]);
  const value = valueOf(resource);
  const isOfUnit = (bound: any): boolean => value.unit === undefined || bound?.unit === undefined || String(bound.unit) === value.unit || (bound.code !== undefined && bound.code === resource["valueQuantity"]?.code);
  const assessed = sectionOf(resource) === "assessments";
  const [performer] = list(resource["performer"]);
  return said({
    ...value,
    // Who assessed, and how to reach them (REC-32).
    professional: assessed ? referenceName(performer, context) : undefined,
    professionalRole: assessed ? text(ownExtension(resource, "author-role")?.["valueString"]) : undefined,
    phone: assessed ? (text(ownExtension(resource, "author-phone")?.["valueString"]) ?? phoneBehind(performer, context)) : undefined,
    performer: laboratoryOf(resource, context),
    order: orderOf(list(resource["basedOn"])[0]),
    outcome: value.value === undefined && reason ? `No value: ${reason}` : undefined,
    // A range in another unit than the value is words: its numbers would be a band in the wrong place.
    low: isOfUnit(range?.low) ? text(range?.low?.value) : undefined,
    high: isOfUnit(range?.high) ? text(range?.high?.value) : undefined,
    range: text(range?.text) ?? rangeText(range, isOfUnit(range?.low) && isOfUnit(range?.high)),
    flag: text(list(interpretation?.coding)[0]?.code) ?? text(interpretation?.text),
    specimen: text(resource["specimen"]?.display) ?? words(specimen ? context.resolve(specimen)?.["type"] : undefined),
    site: words(resource["bodySite"]),
    components: list(resource["component"]).length > 0 ? list(resource["component"]).map((each) => ({ name: words(each?.code) ?? "", value: valueOf(each).value ?? "", ...(valueOf(each).unit && { unit: valueOf(each).unit! }) })) : undefined,
    group: text(ownExtension(resource, "group")?.["valueString"]),
  });
}

/** Both bounds, or the one there is; with their unit where it is not the value's. */
function rangeText(range: any, isOfUnit: boolean): string | undefined {
  const [low, high] = [text(range?.low?.value), text(range?.high?.value)];
  const unit = isOfUnit ? "" : ` ${range?.high?.unit ?? range?.low?.unit ?? ""}`.trimEnd();
  if (low !== undefined && high !== undefined) return `${low} - ${high}${unit}`;
  return low !== undefined ? `>${low}${unit}` : high !== undefined ? `<${high}${unit}` : undefined;
}

/** The laboratory among those who did it: a person who signed is the author. */
function laboratoryOf(resource: Resource, context: EntryContext): string | undefined {
  const laboratory = list(resource["performer"]).find((each) => each?.type === "Organization" || String(each?.reference ?? "").startsWith("Organization/"));
  return laboratory === undefined ? undefined : referenceName(laboratory, context);
}

/** Which order a report answers: the number that who asked gave it, else the request's own id. */
const orderOf = (basedOn: any): string | undefined => text(basedOn?.identifier?.value) ?? text(String(basedOn?.reference ?? "").split("/")[1]);

/** The number that who asks gives an order. */
function placerOf(resource: Resource): string | undefined {
  const numbers = list(resource["identifier"]);
  return text((numbers.find((each) => list(each?.type?.coding).some((coding) => coding?.code === "PLAC")) ?? numbers[0])?.value);
}

/** Maps and no objects: a source may write `__proto__` as a code. */
const ENCOUNTER_KINDS = new Map([["IMP", "inpatient"], ["ACUTE", "inpatient"], ["NONAC", "inpatient"], ["EMER", "emergency"], ["AMB", "outpatient"], ["HH", "home"], ["VR", "virtual"], ["FLD", "ambulance"]]);

function encounterLine(resource: Resource, context: EntryContext): EntryLine {
  const code = text(resource["class"]?.code);
  return said({
    kind: ENCOUNTER_KINDS.get(code ?? "") ?? code,
    start: text(resource["period"]?.start),
    end: text(resource["period"]?.end),
    place: list(resource["location"]).map((each) => referenceName(each?.location, context)).find(Boolean),
    service: words(resource["serviceType"]),
    professional: list(resource["participant"]).map((each) => referenceName(each?.individual, context)).find(Boolean),
    professionalRole: words(list(list(resource["participant"])[0]?.type)[0]),
    reason: words(list(resource["reasonCode"])[0]),
    outcome: words(resource["hospitalization"]?.dischargeDisposition) ?? words(list(resource["extension"]).find((each) => String(each?.url).endsWith("OutcomeOfAttendance"))?.valueCodeableConcept),
    plannedEnd: text(list(resource["extension"]).find((each) => String(each?.url).endsWith("extension-Encounter.plannedEndDate"))?.valueDateTime),
    from: words(resource["hospitalization"]?.admitSource),
    organisationName: referenceName(resource["serviceProvider"], context),
    legalStatus: words(list(resource["extension"]).find((each) => String(each?.url).includes("LegalStatus"))?.valueCodeableConcept),
  });
}

/** Number and hours of a service that has no field for them, as own extensions say them. */
const reached = (resource: Resource): { phone: string | undefined; hours: string | undefined } => ({ phone: text(ownExtension(resource, "phone")?.["valueString"]), hours: text(ownExtension(resource, "hours")?.["valueString"]) });

/** The telephone of a professional whom the same message describes. */
function phoneBehind(reference: Reference | undefined, context: EntryContext): string | undefined {
  const target = reference?.reference ? context.resolve(reference.reference) : undefined;
  return target === undefined || target.resourceType === "Patient" ? undefined : telecomOf(target, "phone");
}

/** Who of the person's side agreed to a plan: said outright, or by taking part in it. */
function agreedWith(resource: Resource): string | undefined {
  const own = text(ownExtension(resource, "agreed-with")?.["valueCode"]);
  if (own) return own;
  const types = new Set(list(resource["contributor"]).map((each) => String(each?.reference ?? "").split("/")[0]));
  return types.has("Patient") ? "person" : types.has("RelatedPerson") ? "representative" : undefined;
}

function replacedPlans(resource: Resource): string[] | undefined {
  const replaced = list(resource["replaces"]).map((each) => each?.reference).filter((each) => typeof each === "string" && each.startsWith("CarePlan/"));
  return replaced.length === 0 ? undefined : replaced;
}

function participantName(resource: Resource, type: string, context: EntryContext): string | undefined {
  const found = list(resource["participant"]).find((each) => String(each?.actor?.reference ?? each?.actor?.type ?? "").startsWith(type));
  return referenceName(found?.actor, context);
}

const answerText = (answer: any): string | undefined =>
  answer === undefined ? undefined : (text(answer.valueString) ?? text(answer.valueBoolean) ?? text(answer.valueDate) ?? text(answer.valueInteger) ?? text(answer.valueDecimal) ?? words(answer.valueCodeableConcept) ?? text(answer.valueCoding?.display));
