import { conditionOf, medicineOf } from "../population/catalogue.ts";
import { isoDay, isoInstant } from "../calendar.ts";
import { concept, meta } from "../streams/fhir.ts";
import type { Story } from "./story.ts";

const LEGAL = "https://fhir.hl7.org.uk/CodeSystem/UKCore-LegalStatusClassificationEngland";

/** Safeguarding, the Mental Health Act, and facts that few may see. */
export const protectionStories: readonly Story[] = [
  {
    key: "safeguarding-adult", number: 9, given: ["Jean"], family: "Wanstall", title: "Mrs", sex: "female", birthDate: "1947-03-08",
    why: "An open adult safeguarding concern, home care four times a day, equipment and a support plan.", bestRole: "adult-social-worker",
    live(life, { ago }) {
      life.conditions.push(conditionOf("stroke", ago(1300)), conditionOf("osteoarthritis", ago(4000)));
      life.medicines.push(medicineOf("clopidogrel", ago(1290)));
      life.packages.push({ kind: "Home care, 4 visits a day", provider: "Bluebell Home Care", reason: "Physical support: personal care", from: ago(400), to: null, worker: "Priya Nair" });
    },
    tell({ council, ago, ahead }) {
      const say = (kind: string, days: number, cells: Record<string, string>): void => council("adult", kind, ago(days), { start_date: isoDay(ago(days)), worker_name: "Priya Nair", worker_role: "Social worker", ...cells });
      say("safeguarding", 25, { description: "Concern about financial abuse by a relative", detail: "Section 42 enquiry open; do not discuss with nephew", active_status: "Open", review_date: isoDay(ahead(20)) });
      say("equipment", 380, { description: "Hospital-type bed with side rails", equipment_status: "In use", detail: "Key safe at the front door" });
      say("equipment", 370, { description: "Riser recliner chair", equipment_status: "In use" });
      say("about-me", 350, { type: "What matters to me", description: "My cat Biscuit, Radio Kent in the morning, and being asked first.", recorded_at: isoDay(ago(350)), said_by: "person", detail: "Please speak on my right side." });
      say("circumstance", 400, { type: "Household composition", outcome: "Lives alone in a ground-floor flat", said_by: "person" });
      say("circumstance", 399, { type: "Occupational history", outcome: "Retired school cook", said_by: "person" });
      say("risk", 24, { type: "Risk from others", description: "Money taken from purse", outcome: "High", detail: "Bank card held by daughter" });
      say("support-plan", 390, { type: "Care and support plan", plan_status: "Active", description: "To stay in my own home and go to church on Sundays.", detail: "Two carers for transfers", review_date: isoDay(ahead(80)) });
      say("contingency-plan", 390, { type: "If the carer does not come", plan_status: "Active", description: "Neighbour Mrs Lee has a key", detail: "Call the duty line" });
      say("additional-plan", 200, { type: "Falls prevention plan", plan_status: "Active", description: "Strength exercises twice a week" });
      say("requirement", 390, { description: "Large print letters", detail: "Registered sight impaired", active_status: "Open" });
      say("action", 20, { description: "Bank to be contacted about third-party access", detail: "Agreed with the person" });
    },
  },
  {
    key: "child-protection", number: 10, given: ["Alfie"], family: "Dungey", title: "Master", sex: "male", birthDate: "2017-10-03",
    why: "A child protection plan, visible to those who must know, and its core group.", bestRole: "childrens-social-worker",
    live(life, { ago }) { life.conditions.push(conditionOf("asthma", ago(900))); life.medicines.push(medicineOf("salbutamol", ago(890))); life.attendances.push({ at: ago(40), reason: "Head injury" }); },
    tell({ council, fhir, ago, ahead }) {
      const start = isoDay(ago(95));
      council("children", "child-protection-plan", ago(95), { description: "Child protection plan: neglect", active_status: "Open", start_date: start, review_date: isoDay(ahead(30)), worker_name: "Michael Asante" });
      council("children", "worker", ago(95), { worker_name: "Michael Asante", worker_role: "Social worker, key worker", team: "Children's social work team", active_status: "Open", worker_phone: "01632 960144", start_date: start });
      council("children", "personal-contact", ago(95), { contact_name: "Tracey Dungey", relationship: "Mother", contact_phone: "07700 900444", rank: "1" });
      council("children", "assessment", ago(110), { type: "Child and family assessment", start_date: isoDay(ago(110)), outcome: "Threshold for section 47 met", worker_name: "Michael Asante", said_by: "professional" });
      fhir("children", ago(60), (writer) => { writer.encounter("AMB", "Children's mental health: initial assessment", ago(60), "Nurse Joe Penfold", "Children's service", ["mental-health"]); });
    },
  },
  {
    key: "looked-after", number: 11, given: ["Freya"], family: "Marsh", title: "Miss", sex: "female", birthDate: "2013-05-27", town: "Rochester",
    why: "A looked-after child: who may consent, the placement, and the health assessment that is due.", bestRole: "childrens-social-worker",
    live(life, { ago }) { life.conditions.push(conditionOf("eczema", ago(2000))); life.medicines.push(medicineOf("emollient", ago(700))); },
    tell({ council, ago, ahead }) {
      const start = isoDay(ago(310));
      council("children", "looked-after", ago(310), { description: "Looked after: full care order", active_status: "Open", start_date: start, worker_name: "Gareth Lloyd", review_date: isoDay(ahead(45)) });
      council("children", "legal", ago(310), { description: "Care order, Children Act 1989 section 31", decision: "Care order", active_status: "Open", start_date: start, worker_name: "Gareth Lloyd", detail: "Local authority shares parental responsibility" });
      council("children", "package", ago(300), { type: "Foster placement", provider: "In-house fostering", start_date: isoDay(ago(300)), episode_status: "Open", funding: "Local authority", worker_name: "Gareth Lloyd" });
      council("children", "support-plan", ago(280), { type: "Care plan", plan_status: "Active", start_date: isoDay(ago(280)), description: "Stay at her school; see her brother each fortnight.", worker_name: "Gareth Lloyd" });
      council("children", "action", ago(15), { description: "Review health assessment due", start_date: isoDay(ago(15)), worker_name: "Gareth Lloyd" });
    },
  },
  {
    key: "mha-section-2", number: 12, given: ["Darren"], family: "Uden", title: "Mr", sex: "male", birthDate: "1976-07-19",
    why: "Detained under section 2 of the Mental Health Act four days ago: the clock to its end is running.", bestRole: "psychiatrist",
    live(life, { ago }) { life.conditions.push(conditionOf("bipolar", ago(4000))); life.medicines.push(medicineOf("lithium", ago(3000))); },
    tell({ fhir, ago, ahead }) {
      const at = ago(4);
      fhir("mental-health", at, (writer) => {
        writer.add("Flag", { meta: meta("legal-information", ["mental-health"]), extension: [{ url: "https://kmcr.org.uk/StructureDefinition/decision", valueCode: "mha-section" }], status: "active", code: concept("Mental Health Act 1983, section 2: admission for assessment", "02", LEGAL), period: { start: isoInstant(at), end: isoInstant(ahead(24)) }, author: { display: "Dr Anil Mehta" } });
        writer.add("Encounter", { meta: meta(null, ["mental-health"]), status: "in-progress", class: { system: "http://terminology.hl7.org/CodeSystem/v3-ActCode", code: "IMP" }, type: [{ text: "Acute psychiatric ward" }], period: { start: isoInstant(at) }, reasonCode: [{ text: "Relapse of mania" }], location: [{ location: { display: "Chartwell ward" } }] });
        writer.add("ClinicalImpression", { meta: meta("formulation", ["mental-health"]), status: "completed", date: isoInstant(at), assessor: { display: "Dr Anil Mehta" }, summary: "Stopped lithium in the spring; sleep lost after bereavement; family supportive." });
        writer.add("RiskAssessment", { meta: meta("risks", ["mental-health"]), status: "final", code: { text: "Risk to self" }, occurrenceDateTime: isoInstant(at), performer: { display: "Dr Anil Mehta" }, prediction: [{ outcome: { text: "Overspending, exhaustion" }, qualitativeRisk: { text: "Moderate" } }] });
      });
    },
  },
  {
    key: "mha-section-136", number: 13, given: ["Kieran"], family: "Tapsell", title: "Mr", sex: "male", birthDate: "1999-02-23", town: "Dartford",
    why: "Brought to a place of safety under section 136 some hours ago: ambulance, emergency department, mental health trust.", bestRole: "mental-health-nurse",
    live(life, { ago }) { life.conditions.push(conditionOf("depression", ago(1200))); life.medicines.push(medicineOf("sertraline", ago(1100))); },
    tell({ fhir, hospital, ago, ahead }) {
      const at = ago(0.3);
      fhir("ambulance", ago(0.35), (writer) => {
        writer.encounter("FLD", "Ambulance: mental health crisis", ago(0.35), "Paramedic Sue Amos", "Ambulance service", ["mental-health"]);
        writer.document("Ambulance clinical record", "text/plain", Buffer.from("Called by police to a railway bridge. Calm with crew. Conveyed to place of safety."), ago(0.35), "Paramedic Sue Amos", ["mental-health"]);
      }, { post: true });
      hospital().visit("A04", ago(0.31), { number: "KT1", class: "E", ward: "Emergency department", method: "21", consultant: "Dr Ruth Oyelaran", specialty: "180", from: ago(0.31) });
      fhir("mental-health", at, (writer) => void writer.add("Flag", { meta: meta("legal-information", ["mental-health"]), extension: [{ url: "https://kmcr.org.uk/StructureDefinition/decision", valueCode: "mha-section" }], status: "active", code: concept("Mental Health Act 1983, section 136: place of safety", "20", LEGAL), period: { start: isoInstant(ago(0.31)), end: isoInstant(ahead(0.69)) }, author: { display: "PC 4412" } }));
    },
  },
  {
    key: "mha-section-3", number: 14, given: ["Samantha"], family: "Ledger", title: "Ms", sex: "female", birthDate: "1983-12-12", town: "Margate",
    why: "Long section 3 stay with discharge planned: crisis plan, care coordinator and a discharge already on the record.", bestRole: "psychiatrist",
    live(life, { ago }) { life.conditions.push(conditionOf("schizophrenia", ago(5000))); life.medicines.push(medicineOf("olanzapine", ago(1500))); },
    tell({ fhir, ago, ahead }) {
      const at = ago(160);
      fhir("mental-health", at, (writer) => {
        writer.add("Flag", { meta: meta("legal-information", ["mental-health"]), extension: [{ url: "https://kmcr.org.uk/StructureDefinition/decision", valueCode: "mha-section" }], status: "active", code: concept("Mental Health Act 1983, section 3: admission for treatment", "03", LEGAL), period: { start: isoInstant(at), end: isoInstant(ahead(22)) }, author: { display: "Dr Nina Kowalska" } });
        writer.plan("Crisis and safety plan", "Early sign: turns the mirrors. Call care coordinator first, sister second.", at, "contingency-plans", "Nurse Ade Balogun", isoDay(ahead(20)));
        writer.add("CareTeam", { meta: meta("professional-contacts", ["mental-health"]), status: "active", name: "Community mental health team", participant: [{ role: [{ text: "Care coordinator" }], member: { display: "Nurse Ade Balogun" } }] });
        writer.add("Encounter", { meta: meta("discharges", ["mental-health"]), status: "finished", class: { system: "http://terminology.hl7.org/CodeSystem/v3-ActCode", code: "IMP" }, type: [{ text: "Acute psychiatric ward" }], period: { start: isoInstant(ago(900)), end: isoInstant(ago(860)) }, hospitalization: { dischargeDisposition: { text: "Usual place of residence" } } });
        writer.medicine(medicineOf("olanzapine", at, null, "15mg at night"), "hospital");
      });
    },
  },
  {
    key: "offence-label", number: 15, given: ["Lee"], family: "Brickell", title: "Mr", sex: "male", birthDate: "1988-04-04",
    why: "Criminal-offence data under its own very restricted label: see who can and who cannot.", bestRole: "psychiatrist",
    live(life, { ago }) { life.conditions.push(conditionOf("anxiety", ago(1000))); },
    tell({ fhir, ago }) {
      fhir("mental-health", ago(210), (writer) => {
        writer.add("Basic", { meta: meta("other", ["criminal-offence", "very-restricted"]), code: { text: "Community order with mental health treatment requirement" }, created: isoDay(ago(210)) });
        writer.flag("Visit in pairs", ago(210), { labels: ["staff-safety", "not-for-citizen"], by: "Nurse Joe Penfold" });
        writer.encounter("AMB", "Forensic outreach: review", ago(210), "Nurse Joe Penfold", "Forensic outreach", ["mental-health"]);
      });
    },
  },
  {
    key: "immigration", number: 16, given: ["Yusuf"], family: "Hussain", title: "Mr", sex: "male", birthDate: "1990-10-10", ethnicity: "J", language: "ur",
    why: "Immigration status is held, labelled, and never in a search result.", bestRole: "adult-social-worker",
    live(life, { ago }) { life.conditions.push(conditionOf("type-2-diabetes", ago(700))); life.medicines.push(medicineOf("metformin", ago(690))); },
    tell({ fhir, ago }) {
      fhir("community", ago(90), (writer) => {
        writer.observation("social-history", concept("Immigration status", null), { valueCodeableConcept: { text: "Asylum claim pending" } }, ago(90), { meta: meta("person-demographics", ["immigration"]) });
        writer.observation("social-history", concept("Interpreter needed", null), { valueCodeableConcept: { text: "Urdu interpreter" } }, ago(90));
      });
    },
  },
  {
    key: "s-flag", number: 17, given: ["Nicola"], family: "Verrall", title: "Ms", sex: "female", birthDate: "1985-06-16", protectedAddress: true,
    why: "Protected address: no sender gives it, and nothing on the page hints at where she lives.", bestRole: "ed-doctor",
    live(life, { ago }) { life.conditions.push(conditionOf("asthma", ago(4000)), conditionOf("anxiety", ago(800))); life.medicines.push(medicineOf("salbutamol", ago(3000)), medicineOf("sertraline", ago(700))); },
    tell({ fhir, ago }) {
      fhir("community", ago(50), (writer) => {
        writer.flag("Address withheld: sensitive record", ago(50), { labels: ["protected-address", "staff-safety"], by: "Practice" });
        writer.observation("social-history", concept("Place of residence", null), { valueString: "Refuge, location withheld" }, ago(50), { meta: meta("social-context", ["protected-address"]) });
      }, { labels: ["protected-address"] });
    },
  },
  {
    key: "pregnancy-protected", number: 18, given: ["Chloe"], family: "Jarrett", title: "Miss", sex: "female", birthDate: "2001-01-28",
    why: "A pregnancy that her partner must not learn of: labelled, and no letter goes home.", bestRole: "midwife",
    live(life, { ago }) { life.allergyState = "asserted"; life.conditions.push(conditionOf("iron-deficiency-anaemia", ago(60))); life.medicines.push(medicineOf("ferrous-sulfate", ago(59))); },
    tell({ fhir, council, ago, ahead }) {
      fhir("community", ago(38), (writer) => {
        writer.observation("exam", concept("Pregnant", "77386006"), { valueDateTime: isoDay(ahead(150)) }, ago(38), { meta: meta("pregnancy", ["restricted", "not-for-citizen"]) });
        writer.flag("Do not write or phone home: risk from partner", ago(38), { section: "safeguarding", labels: ["safeguarding"], decision: "safeguarding-concern", by: "Midwife Orla Keane" });
      });
      council("children", "unborn-plan", ago(20), { description: "Unborn child protection plan", active_status: "Open", start_date: isoDay(ago(20)), worker_name: "Michael Asante" });
    },
  },
  {
    key: "objection", number: 19, given: ["Graham"], family: "Eldridge", title: "Mr", sex: "male", birthDate: "1961-05-13",
    why: "For the objection to sharing: once upheld, his record closes for all kinds of direct care.", bestRole: "privacy-officer",
    live(life, { ago }) { life.conditions.push(conditionOf("hypertension", ago(3000)), conditionOf("gout", ago(900))); life.medicines.push(medicineOf("ramipril", ago(2900)), medicineOf("allopurinol", ago(800))); life.attendances.push({ at: ago(100), reason: "Palpitations" }); },
  },
];
