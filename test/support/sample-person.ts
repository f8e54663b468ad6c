/**
 * An invented person with much on record, for page tests and the gallery: eight
 * sources, of which one is silent, one late, one does not know her and one is
 * held apart; five allergies, twelve medicines, three alerts, one ReSPECT form.
 */
import type { AccessDecision, Actor } from "#decision";
import { makeDecision } from "#decision/make";
import type { Entry, EntryLine } from "#record";
import { LABELS, SECTIONS, type SectionId } from "#standards";
import type { SectionRows, SourceAtPerson, SourcePatient, SourceStatement, SummaryInputs } from "#sections";

export const NOW = new Date("2026-11-21T14:31:00Z");

export const actor: Actor = {
  id: "555000000001",
  name: "Dr Priya Osei",
  role: "emergency-doctor",
  roleName: "A&E doctor",
  sourceRole: "S8000:G8000:R8000",
  organisation: "RXA01",
  organisationName: "Royal Northgate Hospital",
  sessionId: "session-1",
};

const ALL_SECTIONS = SECTIONS.map((section) => section.id);

/** A decision that shows everything unless told otherwise. */
export function decisionFor(changes: Partial<Omit<AccessDecision, symbol>> = {}): AccessDecision {
  return makeDecision({
    id: "0199a000-0000-7000-8000-00000000d001",
    personId: "0199a000-0000-7000-8000-000000000001",
    sourcePatientIds: ["sp-elm", "sp-royal", "sp-downs", "sp-weald", "sp-amb", "sp-hospice", "sp-county"],
    actor,
    purpose: "direct-care",
    relationship: { kind: "attendance", words: "in the emergency department of Royal Northgate Hospital since 21-Nov-2026 13:52" },
    reason: null,
    sections: new Set(ALL_SECTIONS),
    labels: new Set(LABELS),
    actions: new Set(["view", "search"] as const),
    mayWithhold: new Set<SectionId>(),
    hiddenWhereabouts: null, withheld: null, askedNotToShare: false,
    policy: "emergency-care",
    words: "A&E doctors may open the record of people in their department.",
    ...changes,
  } as Omit<AccessDecision, symbol>);
}

const patient = (sourcePatientId: string, localId: string, changes: Partial<SourcePatient> = {}): SourcePatient => ({
  sourcePatientId,
  localId,
  nhsNumber: "9991234560",
  nhsNumberStatus: "01",
  family: "Smith",
  given: "Jane",
  title: "Mrs",
  dateOfBirth: "1945-07-14",
  dateOfDeath: null,
  sex: "Female",
  addressLines: ["14 Orchard Row", "Milton Weald"],
  postcode: "ZZ99 4AB",
  phone: "01632 960 114",
  preferredName: "",
  gpPractice: "Elm Surgery",
  lastReceived: new Date("2026-11-20T08:00:00Z"),
  ...changes,
});

const MEDICAL: readonly SectionId[] = ["allergies", "medicines", "problems", "procedures", "results", "documents", "examinations", "vaccinations", "referrals", "contacts", "alerts", "end-of-life", "individual-requirements", "family-history"];
const feed = (id: string, supplies: readonly SectionId[], expectedEveryMinutes: number, lastReceived: string) => ({ id, supplies, arrives: id.endsWith("gp-connect") ? ("pull" as const) : ("push" as const), expectedEveryMinutes, lastReceived: new Date(lastReceived) });

export function sampleSources(): SourceAtPerson[] {
  return [
    {
      organisation: "G82001", organisationName: "Elm Surgery", type: "GP practice", known: true, heldApart: null, failed: false, lastAnswer: new Date("2026-11-21T07:05:00Z"),
      feeds: [feed("elm-gp-connect", [...MEDICAL, "person-demographics", "gp-practice", "personal-contacts", "social-context", "about-me"], 1440, "2026-11-21T07:05:00Z")],
      sourcePatients: [patient("sp-elm", "EMIS-40021", { preferredName: "Jeannie", lastReceived: new Date("2026-11-21T07:05:00Z") })],
    },
    {
      organisation: "RXA01", organisationName: "Royal Northgate Hospital", type: "Acute hospital trust", known: true, heldApart: null, failed: false, lastAnswer: new Date("2026-11-21T14:12:00Z"),
      feeds: [feed("royal-adt", ["person-demographics", "admissions", "discharges", "contacts", "appointments", "allergies", "medicines", "problems", "alerts"], 15, "2026-11-21T14:29:00Z"), feed("royal-results", ["results", "documents", "requests"], 60, "2026-11-21T14:11:00Z")],
      sourcePatients: [patient("sp-royal", "RN0041877", { phone: "07700 900 732", addressLines: ["14 Orchard Row"], lastReceived: new Date("2026-11-21T14:12:00Z") })],
    },
    {
      organisation: "RXB02", organisationName: "Downs Community Trust", type: "Community health trust", known: true, heldApart: null, failed: false, lastAnswer: new Date("2026-11-21T09:12:00Z"),
      feeds: [feed("downs-fhir", ["services", "contacts", "care-plan", "examinations", "equipment", "professional-contacts", "assessments", "allergies"], 60, "2026-11-21T14:00:00Z")],
      sourcePatients: [patient("sp-downs", "D-88120", { addressLines: ["2 Mill Lane", "Milton Weald"], postcode: "ZZ99 4CD", lastReceived: new Date("2026-11-21T09:12:00Z") })],
    },
    {
      organisation: "RXC03", organisationName: "Weald Mental Health Trust", type: "Mental health trust", known: false, heldApart: null, failed: false, lastAnswer: null,
      feeds: [feed("weald-fhir", ["services", "contacts", "risks", "legal-information", "care-plan", "allergies", "medicines"], 60, "2026-11-21T14:02:00Z")],
      sourcePatients: [],
    },
    {
      organisation: "RXD04", organisationName: "South Coast Ambulance", type: "Ambulance trust", known: true, heldApart: null, failed: true, lastAnswer: new Date("2026-11-21T14:02:00Z"),
      feeds: [feed("ambulance-docs", ["contacts", "documents", "alerts", "examinations"], 60, "2026-11-21T14:02:00Z")],
      sourcePatients: [patient("sp-amb", "A-2026-118811", { nhsNumberStatus: "02", lastReceived: new Date("2026-11-21T14:02:00Z") })],
    },
    {
      organisation: "8HX05", organisationName: "Hillside Hospice", type: "Hospice", known: true, heldApart: null, failed: false, lastAnswer: new Date("2026-11-19T10:00:00Z"),
      feeds: [feed("hospice-docs", ["end-of-life", "documents", "medicines", "contacts"], 10080, "2026-11-19T10:00:00Z")],
      sourcePatients: [patient("sp-hospice", "H2210", { lastReceived: new Date("2026-11-19T10:00:00Z") })],
    },
    {
      organisation: "E10000", organisationName: "County Adult Social Care", type: "Council", known: true, heldApart: null, failed: false, lastAnswer: new Date("2026-11-18T06:00:00Z"),
      feeds: [feed("county-csv", ["services", "safeguarding", "assessments", "personal-contacts", "social-context", "support-reason", "legal-information"], 1440, "2026-11-18T06:00:00Z")],
      sourcePatients: [patient("sp-county", "LA-77001", { family: "Smith", given: "Jane Ann", gpPractice: "Oak Surgery", lastReceived: new Date("2026-11-18T06:00:00Z") })],
    },
    {
      organisation: "RXF06", organisationName: "Bay General Hospital", type: "Acute hospital trust", known: true, failed: false, lastAnswer: new Date("2026-11-20T18:00:00Z"), heldApart: { why: "date of birth differs" },
      feeds: [feed("bay-adt", ["person-demographics", "admissions", "allergies", "problems", "results", "documents"], 15, "2026-11-21T14:25:00Z")],
      sourcePatients: [],
    },
  ];
}

/** Each source's record of her; an organisation that is none of the eight has one by its code. */
const recordAt = (organisation: string): string => sampleSources().find((source) => source.organisation === organisation)?.sourcePatients[0]?.sourcePatientId ?? `sp-${organisation}`;

let serial = 0;

/** One row with sensible defaults. */
export function entry(section: SectionId, organisation: string, display: string, line: EntryLine = {}, changes: Partial<Entry> = {}): Entry {
  serial += 1;
  const when = changes.when === undefined ? "2024-03-12" : changes.when;
  return {
    id: `0199b000-0000-7000-8000-${String(serial).padStart(12, "0")}`,
    sourcePatientId: recordAt(organisation),
    type: "Basic",
    section,
    version: 2,
    sortTime: when === null ? null : new Date(when),
    when,
    codeSystem: null,
    code: null,
    display,
    status: "active",
    labels: [],
    organisation,
    author: "Dr A. Khan",
    recorded: when,
    received: new Date("2026-11-20T08:00:00Z"),
    feed: "elm-gp-connect",
    messageId: "0199c000-0000-7000-8000-000000000001",
    line,
    ...changes,
  };
}

const ELM = "G82001";
const ROYAL = "RXA01";
const DOWNS = "RXB02";
const AMB = "RXD04";
const HOSPICE = "8HX05";
const COUNTY = "E10000";
const SNOMED = "http://snomed.info/sct";
const coded = (code: string, changes: Partial<Entry> = {}): Partial<Entry> => ({ codeSystem: SNOMED, code, ...changes });

export function sampleEntries(): Entry[] {
  const list: Entry[] = [
    // five allergies, one of them disputed, one that differs in severity
    entry("allergies", ELM, "Penicillin", { reaction: "Anaphylaxis", severity: "Severe", criticality: "high", certainty: "confirmed" }, coded("91936005", { when: "1998-02-03", type: "AllergyIntolerance" })),
    entry("allergies", ROYAL, "Penicillin", { reaction: "Anaphylaxis", severity: "Severe", certainty: "confirmed" }, coded("91936005", { when: "2021-06-18", type: "AllergyIntolerance", author: "Staff Nurse B. Cole" })),
    entry("allergies", ELM, "Codeine", { reaction: "Vomiting", severity: "Mild" }, coded("292055008", { when: "2011", type: "AllergyIntolerance" })),
    entry("allergies", ROYAL, "Latex", { reaction: "Rash", severity: "Moderate", certainty: "confirmed" }, coded("300916003", { when: "2024-05", type: "AllergyIntolerance", author: "Mr L. Adeyemi" })),
    entry("allergies", DOWNS, "Latex", { reaction: "Contact dermatitis", severity: "Mild", certainty: "unconfirmed" }, coded("300916003", { when: "2022-09-30", type: "AllergyIntolerance", author: "Sister T. Webb" })),
    entry("allergies", ELM, "Trimethoprim", { reaction: "Raised potassium" }, coded("294497003", { when: "2019-01-22", type: "AllergyIntolerance" })),
    entry("allergies", ELM, "Elastic adhesive plaster", { reaction: "Blistering" }, { when: "2015-08-01", type: "AllergyIntolerance" }),
    // escalation and wishes
    entry("end-of-life", ELM, "ReSPECT: not for attempted cardiopulmonary resuscitation", { decision: "dnacpr", locationOfDocument: "Yellow folder, hall table", reviewDate: "2027-03-02", text: "Hospital admission only if comfort fails at home", professionalRole: "GP" }, coded("450476008", { when: "2026-09-02", type: "Flag" })),
    entry("end-of-life", HOSPICE, "Preferred place of care: home", {}, { when: "2026-09-02", type: "Observation", author: "Dr S. Bello" }),
    // three alerts
    entry("alerts", ELM, "Takes an anticoagulant (apixaban)", { category: "Clinical" }, { when: "2024-03-12", type: "Flag" }),
    entry("alerts", ROYAL, "Oxygen alert card: target 88–92 %", { category: "Clinical" }, { when: "2025-01-30", type: "Flag", author: "Respiratory team" }),
    entry("safeguarding", COUNTY, "Safeguarding enquiry open", { category: "Safety", owner: "Adult safeguarding team", decision: "safeguarding-concern" }, { when: "2026-10-28", type: "Flag", author: "M. Okafor, social worker", labels: ["safeguarding"] }),
    entry("legal-information", COUNTY, "Lasting power of attorney: health and welfare", { decision: "lpa", name: "Ruth Smith" }, { when: "2020-02-11", type: "Flag", author: null }),
    // problems
    entry("problems", ELM, "Heart failure with reduced ejection fraction", { onset: "2021-06-18" }, coded("703272007", { when: "2021-06-18", type: "Condition" })),
    entry("problems", ROYAL, "Heart failure with reduced ejection fraction", { onset: "2021-06-18" }, coded("703272007", { when: "2021-06-20", type: "Condition", author: "Dr N. Frost" })),
    entry("problems", ELM, "Atrial fibrillation", {}, coded("49436004", { when: "2024-03-10", type: "Condition" })),
    entry("problems", ELM, "Chronic obstructive pulmonary disease", {}, coded("13645005", { when: "2014-11-03", type: "Condition" })),
    entry("problems", ELM, "Chronic kidney disease stage 3b", {}, coded("700379002", { when: "2023-02-14", type: "Condition" })),
    entry("problems", ROYAL, "Chronic kidney disease stage 3b", {}, coded("700379002", { when: "2023-02-20", type: "Condition", status: "resolved", author: "Dr N. Frost" })),
    entry("problems", ELM, "Osteoarthritis of knee", { laterality: "right" }, coded("239873007", { when: "2010", type: "Condition" })),
    entry("problems", ELM, "Osteoarthritis of knee", { laterality: "left" }, coded("239873007", { when: "2012-05", type: "Condition" })),
    entry("problems", ELM, "Fracture of wrist", { end: "2017-03-01" }, coded("263102004", { when: "2016-12-28", type: "Condition", status: "resolved" })),
    // now
    entry("admissions", ROYAL, "Virtual ward (heart failure)", { kind: "virtual", start: "2026-11-09", place: "Virtual ward", reason: "Decompensated heart failure" }, { when: "2026-11-09", type: "Encounter", status: "in-progress", author: "Heart failure team" }),
    entry("admissions", ROYAL, "Emergency admission", { kind: "inpatient", start: "2026-02-11", end: "2026-02-19", place: "Ward 7", outcome: "Home with package" }, { when: "2026-02-11", type: "Encounter", status: "finished" }),
    entry("services", DOWNS, "Community nursing, twice a week", { phone: "01632 960 200", start: "2026-02-20", organisationName: "Downs Community Trust", professional: "Sister T. Webb" }, { when: "2026-02-20", type: "EpisodeOfCare", author: "Sister T. Webb" }),
    entry("services", COUNTY, "Home care, two visits a day", { phone: "01632 960 310", start: "2026-03-01", organisationName: "Carewell Ltd" }, { when: "2026-03-01", type: "EpisodeOfCare", author: "M. Okafor, social worker" }),
    entry("referrals", ELM, "Referral to heart failure clinic", { from: "Elm Surgery", to: "Royal Northgate Hospital", urgency: "urgent", reason: "Breathlessness, weight up 3 kg" }, { when: "2026-11-02", type: "ServiceRequest" }),
    entry("appointments", ROYAL, "Heart failure clinic", { place: "Clinic 4", service: "Cardiology", professional: "Dr N. Frost" }, { when: "2026-11-27T10:30:00Z", type: "Appointment", status: "booked", author: "Booking office" }),
    entry("appointments", ROYAL, "Echocardiogram", { place: "Cardiac investigations" }, { when: "2026-12-04T09:15:00Z", type: "Appointment", status: "booked", author: "Booking office" }),
    // documents
    entry("documents", ROYAL, "Discharge summary", { documentType: "Discharge summary", mime: "text/plain", size: "4 kB" }, { when: "2026-11-09T16:40:00Z", type: "DocumentReference", status: "current", author: "Dr N. Frost" }),
    entry("documents", ROYAL, "Cardiology clinic letter", { documentType: "Clinic letter", mime: "application/pdf", size: "88 kB" }, { when: "2026-11-02", type: "DocumentReference", status: "current", author: "Dr N. Frost" }),
    entry("documents", HOSPICE, "ReSPECT form", { documentType: "ReSPECT form", mime: "application/pdf", size: "120 kB" }, { when: "2026-09-02", type: "DocumentReference", status: "current", author: "Dr S. Bello" }),
    entry("documents", AMB, "Ambulance patient care record", { documentType: "Care record", mime: "text/xml", size: "61 kB" }, { when: "2026-11-08T22:14:00Z", type: "DocumentReference", status: "current", author: "K. Doyle, paramedic" }),
    entry("documents", ELM, "Referral letter to cardiology", { documentType: "Referral letter", mime: "text/html", size: "6 kB" }, { when: "2026-11-02", type: "DocumentReference", status: "current" }),
    entry("documents", DOWNS, "Community nursing care plan", { documentType: "Care plan", mime: "application/pdf", size: "40 kB" }, { when: "2026-02-21", type: "DocumentReference", status: "current", author: "Sister T. Webb" }),
    // about
    entry("about-me", ELM, "Likes to be told what is happening before being moved", { saidBy: "person" }, { when: "2025-04-02", type: "QuestionnaireResponse", author: null }),
    entry("individual-requirements", ELM, "Hearing aid: face her when speaking", {}, { when: "2023-10-10", type: "Flag" }),
    entry("social-context", COUNTY, "Lives alone in a bungalow", { saidBy: "person" }, { when: "2026-03-01", type: "Observation", author: "M. Okafor, social worker" }),
    entry("social-context", ELM, "Ex-smoker, stopped 2009", {}, coded("8517006", { when: "2023-10-10", type: "Observation" })),
    entry("personal-contacts", ELM, "Ruth Smith", { name: "Ruth Smith", relationship: "Daughter", phone: "07700 900 118", rank: "1" }, { when: "2023-10-10", type: "RelatedPerson", author: null }),
    entry("personal-contacts", COUNTY, "Ruth Smith", { name: "Ruth Smith", relationship: "Daughter", phone: "07700 900 551", rank: "1" }, { when: "2026-03-01", type: "RelatedPerson", author: null }),
    entry("professional-contacts", DOWNS, "Sister T. Webb", { name: "Sister T. Webb", professionalRole: "Community matron", phone: "01632 960 200", organisationName: "Downs Community Trust" }, { when: "2026-02-20", type: "CareTeam", author: null }),
    // the rest, one each at least
    entry("procedures", ROYAL, "Coronary angiography", { site: "Right radial", outcome: "No intervention" }, coded("33367005", { when: "2021-06-19", type: "Procedure", status: "completed", author: "Dr N. Frost" })),
    entry("vaccinations", ELM, "Influenza vaccination", { product: "Adjuvanted quadrivalent", doseSequence: "1" }, coded("822851000000102", { when: "2026-10-04", type: "Immunization", status: "completed" })),
    entry("family-history", ELM, "Father: myocardial infarction at 58", { relationship: "Father" }, { when: "2009-01-01", type: "FamilyMemberHistory", status: "completed" }),
    entry("contacts", AMB, "Emergency ambulance attendance", { kind: "ambulance", reason: "Breathlessness", outcome: "Conveyed to Royal Northgate Hospital" }, { when: "2026-11-08T22:14:00Z", type: "Encounter", status: "finished", author: "K. Doyle, paramedic" }),
    entry("assessments", COUNTY, "Care Act assessment", { outcome: "Eligible: personal care" }, { when: "2026-02-25", type: "QuestionnaireResponse", status: "completed", author: "M. Okafor, social worker" }),
    entry("care-plan", DOWNS, "Heart failure self-management plan", { reviewDate: "2027-02-20", owner: "Sister T. Webb" }, { when: "2026-02-21", type: "CarePlan", author: "Sister T. Webb" }),
    entry("equipment", DOWNS, "Pressure-relieving mattress", {}, { when: "2026-02-22", type: "DeviceUseStatement", author: "Sister T. Webb" }),
    entry("support-reason", COUNTY, "Physical support: personal care", {}, { when: "2026-02-25", type: "Observation", author: "M. Okafor, social worker" }),
    entry("person-demographics", ELM, "Smith, Jane", {}, { when: null, type: "Patient", author: null }),
  ];
  // twelve current medicines and three past ones
  const medicine = (organisation: string, display: string, dose: string, frequency: string, when: string, line: EntryLine = {}, changes: Partial<Entry> = {}): void => {
    list.push(entry("medicines", organisation, display, { form: "tablet", route: "oral", dose, frequency, medicineKind: "repeat", start: when, ...line }, { when, type: "MedicationRequest", ...changes }));
  };
  medicine(ELM, "Apixaban", "5 mg", "twice a day", "2024-03-12", {}, coded("1"));
  medicine(ROYAL, "Apixaban", "5 mg", "twice a day", "2024-03-11", { medicineKind: "hospital" }, coded("1"));
  medicine(HOSPICE, "Apixaban", "5 mg", "twice a day", "2026-09-02", { medicineKind: "hospital" }, coded("1"));
  medicine(ELM, "Bisoprolol", "2.5 mg", "once a day", "2022-05-01");
  medicine(ROYAL, "Bisoprolol", "3.75 mg", "once a day", "2026-11-10", { medicineKind: "discharge" }, { author: "Dr N. Frost" });
  medicine(ROYAL, "Furosemide", "40 mg", "once a day", "2026-11-08", { medicineKind: "discharge" }, { author: "Dr N. Frost" });
  medicine(ELM, "Ramipril", "2.5 mg", "once a day", "2021-07-01");
  medicine(ELM, "Atorvastatin", "40 mg", "at night", "2021-07-01");
  medicine(ELM, "Tiotropium", "18 micrograms", "once a day", "2015-02-01", { form: "inhalation powder", route: "inhaled" });
  medicine(ELM, "Salbutamol", "200 micrograms", "when needed", "2014-11-03", { form: "inhaler", route: "inhaled" });
  medicine(ELM, "Paracetamol", "1 g", "four times a day", "2019-06-01");
  medicine(ELM, "Lansoprazole", "15 mg", "once a day", "2018-01-15", { form: "capsule" });
  medicine(ELM, "Colecalciferol", "800 units", "once a day", "2020-10-01", { form: "capsule" });
  medicine(HOSPICE, "Morphine sulfate", "2.5 mg", "when needed, up to hourly", "2026-09-02", { form: "injection", route: "subcutaneous", medicineKind: "anticipatory" }, { author: "Dr S. Bello" });
  medicine(HOSPICE, "Midazolam", "2.5 mg", "when needed, up to hourly", "2026-09-02", { form: "injection", route: "subcutaneous", medicineKind: "anticipatory" }, { author: "Dr S. Bello" });
  medicine(ELM, "Doxycycline", "100 mg", "once a day", "2025-12-01", { medicineKind: "acute", end: "2025-12-07" }, { status: "completed" });
  medicine(ELM, "Naproxen", "250 mg", "twice a day", "2016-02-01", { medicineKind: "past", end: "2017-02-01" }, { status: "stopped" });
  medicine(ELM, "Prednisolone", "30 mg", "once a day", "2025-12-01", { medicineKind: "acute", end: "2025-12-06" }, { status: "completed" });
  // results: five series
  const results: [string, string, string, string, string, number[], string?][] = [
    ["Creatinine", "14682-9", "µmol/L", "45", "84", [92, 95, 101, 99, 110, 128], "H"],
    ["Potassium", "2823-3", "mmol/L", "3.5", "5.3", [4.4, 4.6, 4.8, 4.7, 5.1, 5.9], "H"],
    ["eGFR", "33914-3", "mL/min/1.73m²", "60", "", [58, 56, 52, 52, 47, 41], "L"],
    ["Haemoglobin", "718-7", "g/L", "115", "165", [118, 116, 112, 110, 108, 104], "L"],
    ["Sodium", "2951-2", "mmol/L", "133", "146", [138, 139, 137, 138, 136, 137]],
    ["NT-proBNP", "33762-6", "ng/L", "", "400", [900, 1200, 1100, 2400, 3100, 2800], "H"],
  ];
  const days = ["2025-11-20", "2026-01-14", "2026-02-12", "2026-05-03", "2026-10-04", "2026-11-16"];
  for (const [display, code, unit, low, high, values, flag] of results) {
    values.forEach((value, index) => {
      const last = index === values.length - 1;
      const range = low === "" ? `< ${high}` : high === "" ? `> ${low}` : `${low}–${high}`;
      list.push(
        entry("results", index % 3 === 2 ? ELM : ROYAL, display, { value: String(value), unit, low, high, range, specimen: "Serum", group: "Urea and electrolytes", ...(last && flag !== undefined ? { flag } : {}) }, {
          codeSystem: "http://loinc.org", code, when: `${days[index]!}T08:10:00Z`, type: "Observation", status: "final", author: "Pathology laboratory", received: new Date(`${days[index]!}T12:00:00Z`),
        }),
      );
    });
  }
  list.push(entry("results", ROYAL, "Chest X-ray report", { text: "Small bilateral pleural effusions. No consolidation.", documentType: "Radiology" }, { when: "2026-11-08T23:40:00Z", type: "DiagnosticReport", status: "final", author: "Dr E. Lowe, radiologist" }));
  for (const [when, systolic, diastolic] of [["2026-11-08T22:20:00Z", "104", "62"], ["2026-10-04T10:00:00Z", "118", "70"], ["2026-05-03T09:00:00Z", "126", "74"]] as const) {
    list.push(entry("examinations", when.startsWith("2026-11") ? AMB : ELM, "Blood pressure", { components: [{ name: "Systolic", value: systolic, unit: "mmHg" }, { name: "Diastolic", value: diastolic, unit: "mmHg" }], unit: "mmHg" }, coded("75367002", { when, type: "Observation", status: "final" })));
  }
  list.push(entry("examinations", DOWNS, "Body weight", { value: "71.40", unit: "kg" }, coded("27113001", { when: "2026-11-18T11:00:00Z", type: "Observation", status: "final", author: "Sister T. Webb" })));
  return list.map((one) => ({ ...one, feed: feedOf(one.organisation, one.section) }));
}

const feedOf = (organisation: string, section: SectionId): string => sampleSources().find((source) => source.organisation === organisation)?.feeds.find((one) => one.supplies.includes(section))?.id ?? "other";

/** Rows by section as the record gives them: newest first, with totals and holders. */
export function rowsOf(entries: readonly Entry[], sections: readonly SectionId[] = ALL_SECTIONS): Map<SectionId, SectionRows> {
  return new Map(
    sections.map((section) => {
      const own = entries.filter((one) => one.section === section).toSorted((a, b) => (b.sortTime?.getTime() ?? 0) - (a.sortTime?.getTime() ?? 0));
      const organisations = [...new Set(own.map((one) => one.organisation))];
      const newestOf = (list: readonly Entry[]): Date | null => list[0]?.sortTime ?? null;
      return [
        section,
        { section, total: own.length, entries: own, newest: newestOf(own), heldBy: organisations.map((organisation) => ({ organisation, count: own.filter((one) => one.organisation === organisation).length, newest: newestOf(own.filter((one) => one.organisation === organisation)) })) },
      ];
    }),
  );
}

export const sampleStatements: readonly SourceStatement[] = [
  { sourcePatientId: "sp-downs", organisation: DOWNS, section: "allergies", kind: "asserted-none", text: "No known food allergies", received: new Date("2026-10-01T09:00:00Z") },
];

/** The order of the summary where no role has another. */
export const USUAL_VIEW = { order: ["changed", "now", "problems", "results", "documents", "plans", "about"] } satisfies SummaryInputs["view"];

/** Everything that the summary of the sample person is made from. */
export function sampleInputs(changes: Partial<SummaryInputs> = {}, entries: readonly Entry[] = sampleEntries()): SummaryInputs {
  return {
    decision: decisionFor(),
    sources: sampleSources(),
    statements: [],
    now: NOW,
    rows: rowsOf(entries),
    lastOpenedByOrganisation: new Date("2026-10-12T09:00:00Z"),
    changedSince: entries.filter((one) => (one.sortTime?.getTime() ?? 0) > Date.parse("2026-10-12T09:00:00Z") && one.section !== "appointments").toSorted((a, b) => b.sortTime!.getTime() - a.sortTime!.getTime()),
    view: USUAL_VIEW,
    ...changes,
  };
}
