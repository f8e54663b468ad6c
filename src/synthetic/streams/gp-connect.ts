import { createHash } from "node:crypto";
import { isoDay, isoInstant } from "../calendar.ts";
import type { AllergyFact, Life, MedicineFact, ResultFact } from "../population/life.ts";
import type { Person } from "../population/person.ts";
import type { Practice } from "../region.ts";
import type { View } from "../views/view.ts";
import { SNOMED } from "./fhir.ts";

type Stu3 = { resourceType: string; [field: string]: unknown };

const PROFILE = "https://fhir.nhs.uk/STU3/StructureDefinition/CareConnect-GPC-";
const GPC = "https://fhir.nhs.uk/STU3/StructureDefinition/Extension-CareConnect-GPC-";
const CARE = "https://fhir.hl7.org.uk/STU3/StructureDefinition/Extension-CareConnect-";
const CROSS = "https://fhir.nhs.uk/Id/cross-care-setting-identifier";

/** Words that the national specification gives to a list's warning. */
const WARNINGS = {
  "confidential-items": "Items excluded due to confidentiality and/or patient preferences.",
  "data-in-transit": "Patient record transfer from previous GP practice not yet complete; information recorded before 03-Mar-2026 may be missing.",
  "data-awaiting-filing": "Patient data may be incomplete as there is data supplied by a third party awaiting review before becoming available.",
} as const;

export type GpOptions = {
  /** Warnings by area of the record. */
  readonly warnings?: Readonly<Partial<Record<Area, keyof typeof WARNINGS>>>;
  /** Further resources of a story, with the list that names them. */
  readonly more?: readonly { area: Area; resource: Stu3 }[];
};

const AREAS = {
  allergies: ["886921000000105", "Allergies and adverse reactions"],
  medications: ["933361000000108", "Medications and medical devices"],
  immunisations: ["1102181000000102", "Immunisations"],
  problems: ["717711000000103", "Problems"],
  investigations: ["887191000000108", "Investigations and results"],
  referrals: ["792931000000107", "Outbound referral"],
  uncategorised: ["826501000000100", "Miscellaneous record", "Uncategorised data"],
  consultations: ["1149501000000101", "List of consultations"],
} as const;
export type Area = keyof typeof AREAS;

/** A practice's whole structured record of one person as it stands at `at`: an STU3 collection Bundle. */
export function structuredRecord(person: Person, life: Life, view: View, practice: Practice, at: Date, options: GpOptions = {}): Buffer {
  const record = new PracticeRecord(person, view, practice, at);
  record.allergies(life);
  for (const medicine of life.medicines) if (medicine.start < at) record.medicine(medicine);
  for (const condition of life.conditions) {
    record.resource("problems", {
      resourceType: "Condition", meta: profile("ProblemHeader-Condition-1"),
      extension: [{ url: `${CARE}ProblemSignificance-1`, valueCode: condition.significance }],
      identifier: record.cross(), clinicalStatus: condition.ended === null ? "active" : "inactive",
      category: [{ coding: [{ system: "http://hl7.org/fhir/condition-category", code: "problem-list-item", display: "Problem List Item" }] }],
      code: coded(condition.display, condition.code), subject: record.subject, onsetDateTime: isoDay(condition.onset),
      ...(condition.ended === null ? {} : { abatementDateTime: isoDay(condition.ended) }), assertedDate: isoInstant(condition.onset), asserter: record.practitioner,
    });
  }
  for (const vaccine of life.vaccines) {
    record.resource("immunisations", {
      resourceType: "Immunization", meta: profile("Immunization-1"),
      extension: [
        { url: `${CARE}DateRecorded-1`, valueDateTime: isoInstant(vaccine.at) },
        ...(vaccine.code === null ? [] : [{ url: `${CARE}VaccinationProcedure-1`, valueCodeableConcept: coded(vaccine.text, vaccine.code) }]),
      ],
      identifier: record.cross(), status: "completed", notGiven: !vaccine.given,
      vaccineCode: { coding: [{ system: "http://hl7.org/fhir/v3/NullFlavor", code: "UNK" }], text: vaccine.text }, patient: record.subject,
      date: isoDay(vaccine.at), primarySource: true, practitioner: [{ actor: record.practitioner }],
      ...(vaccine.given ? {} : { explanation: { reasonNotGiven: [{ text: "Declined" }] } }),
      vaccinationProtocol: [{ doseSequence: vaccine.dose, targetDisease: [{ text: vaccine.disease }], doseStatus: { text: "Counts" } }],
    });
  }
  for (const result of life.results) if (result.orderedBy === "practice" && result.at < at) record.report(result);
  for (const clinic of life.clinics) {
    record.resource("referrals", {
      resourceType: "ReferralRequest", meta: profile("ReferralRequest-1"), identifier: record.cross(), status: "active", intent: "order", priority: "routine",
      subject: record.subject, authoredOn: isoInstant(clinic.referred), requester: { agent: record.practitioner },
      recipient: [{ display: `${clinic.specialty} outpatients` }], reasonCode: [{ text: `Referral to ${clinic.specialty.toLowerCase()}` }], description: `Please see for ${clinic.specialty.toLowerCase()} opinion`,
    });
  }
  record.measurements(life);
  for (const consultation of life.consultations) record.consultation(consultation.kind, consultation.note, consultation.at);
  for (const { area, resource } of options.more ?? []) record.resource(area, resource);
  return Buffer.from(JSON.stringify(record.bundle(options.warnings ?? {})));
}

/** The STU3 subject and practitioner that a story's own resources refer to. */
export function storySubject(view: View): { subject: { reference: string }; practitioner: { reference: string } } {
  return { subject: { reference: `Patient/${view.localId}` }, practitioner: { reference: "Practitioner/gp" } };
}

export function coded(display: string, code: string | null): Record<string, unknown> {
  return code === null ? { text: display } : { coding: [{ system: SNOMED, code, display }], text: display };
}

function profile(name: string): { profile: string[] } {
  return { profile: [`${PROFILE}${name}`] };
}

class PracticeRecord {
  readonly subject: { reference: string };
  readonly practitioner = { reference: "Practitioner/gp" };
  readonly #view: View;
  readonly #at: Date;
  readonly #fixed: Stu3[];
  readonly #resources: Stu3[] = [];
  readonly #inLists = new Map<Area, string[]>();
  readonly #ended: Stu3[] = [];
  #noKnown: Stu3 | null = null;
  #notAsked = false;
  #count = 0;

  constructor(person: Person, view: View, practice: Practice, at: Date) {
    this.#view = view;
    this.#at = at;
    this.subject = { reference: `Patient/${view.localId}` };
    this.#fixed = [patient(person, view, practice), ...surgery(practice, person)];
  }

  /** An identifier that other systems can keep, the same in every snapshot. */
  cross(): { system: string; value: string }[] {
    const digest = createHash("sha256").update(`${this.#view.localId} ${this.#count + 1}`).digest("hex");
    return [{ system: CROSS, value: `${digest.slice(0, 8)}-${digest.slice(8, 12)}-4${digest.slice(13, 16)}-a${digest.slice(17, 20)}-${digest.slice(20, 32)}` }];
  }

  resource(area: Area | null, resource: Stu3): string {
    const id = `${this.#view.localId}-${++this.#count}`;
    this.#resources.push({ ...resource, id });
    const address = `${resource.resourceType}/${id}`;
    if (area !== null) this.#inLists.set(area, [...(this.#inLists.get(area) ?? []), address]);
    return address;
  }

  allergies(life: Life): void {
    if (life.allergyState === "not-asked") this.#notAsked = true;
    if (life.allergyState === "asserted") {
      this.#noKnown = { resourceType: "AllergyIntolerance", meta: profile("AllergyIntolerance-1"), clinicalStatus: "active", verificationStatus: "unconfirmed", code: coded("No known allergies", "716186003"), patient: this.subject, assertedDate: isoInstant(life.consultations[0]?.at ?? this.#at), recorder: this.practitioner };
      this.resource("allergies", { ...this.#noKnown, identifier: this.cross() });
    }
    for (const fact of life.allergies) {
      if (fact.ended === null) this.resource("allergies", this.#allergy(fact));
      else this.#ended.push({ ...this.#allergy(fact), id: `${this.#view.localId}-ended-${this.#ended.length + 1}` });
    }
  }

  #allergy(fact: AllergyFact): Stu3 {
    return {
      resourceType: "AllergyIntolerance", meta: profile("AllergyIntolerance-1"), identifier: this.cross(), clinicalStatus: fact.ended === null ? "active" : "resolved",
      ...(fact.ended === null ? {} : { extension: [{ url: `${GPC}AllergyIntoleranceEnd-1`, extension: [{ url: "endDate", valueDateTime: isoInstant(fact.ended) }, { url: "reasonEnded", valueString: "Tolerated since" }] }] }),
      verificationStatus: "unconfirmed", category: [fact.category], code: coded(fact.substance, fact.code), patient: this.subject, assertedDate: isoInstant(fact.recorded),
      recorder: this.practitioner, reaction: [{ manifestation: [coded(fact.reaction, fact.reactionCode)], severity: fact.severity }],
    };
  }

  /** Medication, plan, one order an issue, and the statement that sums them up. */
  medicine(fact: MedicineFact): void {
    const product = this.resource(null, { resourceType: "Medication", meta: profile("Medication-1"), code: coded(fact.text, fact.code) });
    const kind = { url: `${GPC}PrescriptionType-1`, valueCodeableConcept: { coding: [{ system: "https://fhir.nhs.uk/STU3/CodeSystem/CareConnect-PrescriptionType-1", code: fact.kind, display: fact.kind === "repeat" ? "Repeat" : "Acute" }] } };
    const dosage = [{ text: fact.dose }];
    const shared = { meta: profile("MedicationRequest-1"), medicationReference: { reference: product }, subject: this.subject, recorder: this.practitioner, dosageInstruction: dosage };
    const supply = (start: Date): Record<string, unknown> => ({
      validityPeriod: { start: isoInstant(start) }, quantity: { value: fact.quantity, unit: fact.unit, extension: [{ url: `${GPC}MedicationQuantityText-1`, valueString: `${fact.quantity} ${fact.unit}` }] },
      expectedSupplyDuration: { value: fact.days, unit: "day", system: "http://unitsofmeasure.org", code: "d" },
    });
    const plan = this.resource(null, { resourceType: "MedicationRequest", ...shared, extension: [kind], identifier: this.cross(), status: fact.end === null ? "active" : "completed", intent: "plan", authoredOn: isoInstant(fact.start), dispenseRequest: supply(fact.start) });
    let last = fact.start;
    for (let issue = 0; issue < fact.issues; issue++) {
      const at = new Date((fact.end ?? this.#at).getTime() - (issue * fact.days + 9) * 86_400_000);
      if (at < fact.start) break;
      if (issue === 0) last = at;
      this.resource(null, { resourceType: "MedicationRequest", ...shared, extension: [kind], identifier: this.cross(), basedOn: [{ reference: plan }], status: "completed", intent: "order", authoredOn: isoInstant(at), dispenseRequest: supply(at) });
    }
    this.resource("medications", {
      resourceType: "MedicationStatement", meta: profile("MedicationStatement-1"),
      extension: [{ url: `${GPC}MedicationStatementLastIssueDate-1`, valueDateTime: isoDay(last) }, { url: `${GPC}PrescribingAgency-1`, valueCodeableConcept: { coding: [{ system: "https://fhir.nhs.uk/STU3/CodeSystem/CareConnect-PrescribingAgency-1", code: "prescribed-at-gp-practice", display: "Prescribed at GP practice" }] } }],
      identifier: this.cross(), basedOn: [{ reference: plan }], status: fact.end === null ? "active" : "completed", medicationReference: { reference: product },
      effectivePeriod: { start: isoInstant(fact.start), ...(fact.end === null ? {} : { end: isoInstant(fact.end) }) }, dateAsserted: isoInstant(fact.start), subject: this.subject, taken: "unk", dosage,
    });
  }

  /** Report, test group and its members, with the practice's filing comment. */
  report(result: ResultFact): void {
    const issued = isoInstant(result.at);
    const shared = { meta: profile("Observation-1"), status: "final", subject: this.subject, issued, effectiveDateTime: issued, performer: [{ display: "County pathology" }] };
    const specimen = this.resource(null, { resourceType: "Specimen", meta: profile("Specimen-1"), status: "available", type: coded("Venous blood specimen", "122555007"), subject: this.subject, collection: { collectedDateTime: issued } });
    const members = result.lines.map((line) =>
      this.resource(null, {
        resourceType: "Observation", ...shared, identifier: this.cross(), specimen: { reference: specimen },
        category: [{ coding: [{ system: "http://hl7.org/fhir/observation-category", code: "laboratory", display: "Laboratory" }] }],
        code: { coding: [{ system: "http://loinc.org", code: line.loinc, display: line.display }], text: line.display },
        valueQuantity: { value: Number(line.value), unit: line.unit, system: "http://unitsofmeasure.org", code: line.unit },
        ...(line.flag === "" ? {} : { interpretation: { coding: [{ system: "http://hl7.org/fhir/v2/0078", code: line.flag }] } }),
        referenceRange: [{ ...(line.low === null ? {} : { low: { value: line.low, unit: line.unit } }), ...(line.high === null ? {} : { high: { value: line.high, unit: line.unit } }) }],
      }),
    );
    const group = this.resource(null, {
      resourceType: "Observation", ...shared, identifier: this.cross(), code: { text: result.panel }, specimen: { reference: specimen },
      category: [{ coding: [{ system: "http://hl7.org/fhir/observation-category", code: "laboratory", display: "Laboratory" }] }],
      related: members.map((reference) => ({ type: "has-member", target: { reference } })), comment: "Satisfactory, no further action",
    });
    this.resource("investigations", {
      resourceType: "DiagnosticReport", meta: profile("DiagnosticReport-1"), identifier: this.cross(), status: "final", code: { coding: [{ system: SNOMED, code: "721981007", display: "Diagnostic studies report" }], text: result.panel },
      subject: this.subject, issued, performer: [{ actor: { display: "County pathology" } }], specimen: [{ reference: specimen }], result: [{ reference: group }],
    });
  }

  measurements(life: Life): void {
    const observe = (at: Date, fields: Record<string, unknown>): void =>
      void this.resource("uncategorised", { resourceType: "Observation", meta: profile("Observation-1"), identifier: this.cross(), status: "final", subject: this.subject, effectiveDateTime: isoInstant(at), issued: isoInstant(at), performer: [this.practitioner], ...fields });
    const quantity = (value: number, unit: string): Record<string, unknown> => ({ valueQuantity: { value, unit, system: "http://unitsofmeasure.org", code: unit } });
    for (const vitals of life.vitals) {
      observe(vitals.at, {
        code: coded("Blood pressure", "75367002"),
        component: [
          { code: coded("Systolic blood pressure", "72313002"), ...quantity(vitals.systolic, "mm[Hg]") },
          { code: coded("Diastolic blood pressure", "1091811000000102"), ...quantity(vitals.diastolic, "mm[Hg]") },
        ],
      });
      observe(vitals.at, { code: coded("Body weight", "27113001"), ...quantity(vitals.weight, "kg") });
    }
    const first = life.vitals[0];
    if (first !== undefined) observe(first.at, { code: coded("Standing height", "50373000"), ...quantity(first.height, "cm") });
    const smoking = { never: { text: "Never smoked tobacco", code: "266919005" }, ex: { text: "Ex-smoker", code: "8517006" }, current: { text: "Smoker", code: "77176002" } };
    const status = life.smoking === null ? null : smoking[life.smoking];
    if (status !== null) observe(first?.at ?? this.#at, { code: coded(status.text, status.code) });
    for (const one of life.familyHistory) observe(one.at, { code: coded(one.display, one.code) });
  }

  /** An encounter with its topic, heading and note, nested as lists. */
  consultation(kind: string, note: string, at: Date): void {
    const when = isoInstant(at);
    const encounter = this.resource(null, {
      resourceType: "Encounter", meta: profile("Encounter-1"), identifier: this.cross(), status: "finished", type: [{ text: kind }], subject: this.subject, period: { start: when, end: isoInstant(new Date(at.getTime() + 600_000)) },
      participant: [{ type: [{ coding: [{ system: "https://fhir.nhs.uk/STU3/CodeSystem/GPConnect-ParticipantType-1", code: "PPRF", display: "primary performer" }] }], individual: this.practitioner }],
    });
    const comment = this.resource(null, { resourceType: "Observation", meta: profile("Observation-1"), identifier: this.cross(), status: "final", code: coded("Comment note", "37331000000100"), subject: this.subject, context: { reference: encounter }, effectiveDateTime: when, issued: when, performer: [this.practitioner], comment: note });
    const list = (title: string, code: string, display: string, item: string): string =>
      this.resource(null, { resourceType: "List", meta: profile("List-1"), status: "current", mode: "snapshot", title, code: { coding: [{ system: SNOMED, code, display }] }, subject: this.subject, encounter: { reference: encounter }, date: when, orderedBy: { coding: [{ system: "http://hl7.org/fhir/list-order", code: "system" }] }, entry: [{ item: { reference: item } }] });
    const topic = list(kind, "25851000000105", "Topic (EHR)", comment);
    const consultation = list(kind, "325851000000107", "Consultation", topic);
    this.#inLists.set("consultations", [...(this.#inLists.get("consultations") ?? []), consultation]);
  }

  bundle(warnings: NonNullable<GpOptions["warnings"]>): Stu3 {
    const lists = (Object.keys(AREAS) as Area[]).map((area) => this.#list(area, warnings[area]));
    if (this.#ended.length > 0) {
      lists.push({
        resourceType: "List", meta: profile("List-1"), contained: this.#ended, status: "current", mode: "snapshot", title: "Ended allergies",
        code: { coding: [{ system: SNOMED, code: "1103671000000101", display: "Ended allergies" }] }, subject: this.subject, entry: this.#ended.map((one) => ({ item: { reference: `#${String(one["id"])}` } })),
      });
    }
    return {
      resourceType: "Bundle", id: `${this.#view.localId}-${isoDay(this.#at)}`, meta: { profile: ["https://fhir.nhs.uk/STU3/StructureDefinition/GPConnect-StructuredRecord-Bundle-1"] }, type: "collection",
      entry: [...this.#fixed, ...this.#resources, ...lists].map((resource) => ({ resource })),
    };
  }

  #list(area: Area, warning: keyof typeof WARNINGS | undefined): Stu3 {
    const [code, display, title] = AREAS[area] as readonly [string, string, string?];
    const items = this.#inLists.get(area) ?? [];
    const notAsked = area === "allergies" && this.#notAsked && items.length === 0;
    const notes = [...(warning === undefined ? [] : [{ text: WARNINGS[warning] }]), ...(items.length === 0 && !notAsked ? [{ text: "Information not available" }] : [])];
    return {
      resourceType: "List", meta: profile("List-1"),
      extension: [
        { url: `${GPC}ClinicalSetting-1`, valueCodeableConcept: { coding: [{ system: SNOMED, code: "1060971000000108", display: "General practice service" }] } },
        ...(warning === undefined ? [] : [{ url: `${GPC}ListWarningCode-1`, valueCode: warning }]),
      ],
      status: "current", mode: "snapshot", title: title ?? display, code: { coding: [{ system: SNOMED, code, display }] }, subject: this.subject, date: isoInstant(this.#at),
      orderedBy: { coding: [{ system: "http://hl7.org/fhir/list-order", code: "event-date" }] }, ...(notes.length === 0 ? {} : { note: notes }),
      ...(items.length > 0 ? { entry: items.map((reference) => ({ item: { reference } })) } : {
        emptyReason: notAsked
          ? { coding: [{ system: "http://hl7.org/fhir/list-empty-reason", code: "notasked", display: "Not Asked" }], text: "Allergies not asked about" }
          : { coding: [{ system: "https://fhir.nhs.uk/STU3/CodeSystem/CareConnect-ListEmptyReasonCode-1", code: "no-content-recorded", display: "No Content Recorded" }], text: "No content recorded" },
      }),
    };
  }
}

function patient(person: Person, view: View, practice: Practice): Stu3 {
  const kin = person.nextOfKin;
  return {
    resourceType: "Patient", id: view.localId, meta: profile("Patient-1"),
    extension: [
      { url: `${GPC}RegistrationDetails-1`, extension: [{ url: "registrationPeriod", valuePeriod: { start: "2015-04-01" } }] },
      { url: `${CARE}EthnicCategory-1`, valueCodeableConcept: { coding: [{ system: "https://fhir.hl7.org.uk/STU3/CodeSystem/CareConnect-EthnicCategory-1", code: person.ethnicity }] } },
    ],
    identifier: [
      ...(view.nhsNumber === null ? [] : [{ extension: [{ url: `${GPC}NHSNumberVerificationStatus-1`, valueCodeableConcept: { coding: [{ system: "https://fhir.nhs.uk/STU3/CodeSystem/CareConnect-NHSNumberVerificationStatus-1", code: view.status }] } }], system: "https://fhir.nhs.uk/Id/nhs-number", value: view.nhsNumber }]),
    ],
    active: true, name: [{ use: "official", text: `${view.given.join(" ")} ${view.family.toUpperCase()}`, family: view.family, given: view.given, prefix: [view.title] }],
    ...(view.phone === null ? {} : { telecom: [{ system: "phone", value: view.phone, use: view.phone.startsWith("07") ? "mobile" : "home" }] }),
    gender: view.sex, birthDate: view.birthDate, ...(person.deceased === null ? {} : { deceasedDateTime: `${person.deceased}T00:00:00+00:00` }),
    ...(view.address === null ? {} : { address: [{ use: "home", type: "physical", line: [view.address.line], city: view.address.town, district: view.address.county, postalCode: view.address.postcode }] }),
    ...(kin === null ? {} : { contact: [{ relationship: [{ text: "Next of kin" }, { text: kin.relationship }], name: { use: "official", text: kin.name }, telecom: [{ system: "phone", value: kin.phone }] }] }),
    generalPractitioner: [{ reference: "Practitioner/gp" }], managingOrganization: { reference: `Organization/${practice.ods}` },
  };
}

function surgery(practice: Practice, person: Person): Stu3[] {
  const doctor = GPS[[...practice.ods].reduce((sum, letter) => sum + letter.charCodeAt(0), 0) % GPS.length]!;
  return [
    { resourceType: "Organization", id: practice.ods, meta: profile("Organization-1"), identifier: [{ system: "https://fhir.nhs.uk/Id/ods-organization-code", value: practice.ods }], name: practice.name, telecom: [{ system: "phone", value: `${person.town.dialling} 960000`, use: "work" }] },
    { resourceType: "Practitioner", id: "gp", meta: profile("Practitioner-1"), identifier: [{ system: "https://fhir.nhs.uk/Id/sds-user-id", value: `U${practice.ods}` }], name: [{ use: "usual", family: doctor[1], given: [doctor[0]], prefix: ["Dr"] }] },
    { resourceType: "PractitionerRole", id: `gp-${practice.ods}`, meta: profile("PractitionerRole-1"), practitioner: { reference: "Practitioner/gp" }, organization: { reference: `Organization/${practice.ods}` }, code: [{ coding: [{ system: "https://fhir.hl7.org.uk/STU3/CodeSystem/CareConnect-SDSJobRoleName-1", code: "R0260", display: "General Medical Practitioner" }] }] },
  ];
}

const GPS = [["Elaine", "Hartley"], ["Sanjay", "Rao"], ["Moira", "Tench"], ["David", "Ansah"], ["Lucy", "Pemberton"]] as const;
