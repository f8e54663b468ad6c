import { conditionOf, medicineOf } from "../population/catalogue.ts";
import { isoDay, isoInstant } from "../calendar.ts";
import { concept, meta } from "../streams/fhir.ts";
import type { Story } from "./story.ts";

/** What people need from services, who they are to others, and research. */
export const needsStories: readonly Story[] = [
  {
    key: "interpreter",
    number: 34,
    given: ["Maya"],
    family: "Gurung",
    title: "Mrs",
    sex: "female",
    birthDate: "1950-12-24",
    ethnicity: "L",
    language: "ne",
    why: "Reasonable adjustments: a Nepali interpreter, a double appointment, and a female clinician.",
    bestRole: "hospital-nurse",
    live(life, { ago, ahead }) {
      life.conditions.push(conditionOf("type-2-diabetes", ago(4000)));
      life.medicines.push(medicineOf("metformin", ago(3900)));
      life.clinics.push({
        specialty: "Ophthalmology",
        code: "130",
        referred: ago(40),
        booked: ago(30),
        at: ahead(16),
        consultant: "Dr Ruth Oyelaran",
        state: "booked",
      });
    },
    tell({ fhir, ago }) {
      fhir("community", ago(70), (writer) => {
        for (const [words, said] of [
          ["Interpreter needed: Nepali", "person"],
          ["Double appointment needed", "professional"],
          ["Female clinician preferred", "person"],
        ] as const) {
          writer.flag(words, ago(70), { section: "individual-requirements", saidBy: said, by: "Nurse Ade Balogun" });
        }
        writer.observation("social-history", concept("Religion", null), { valueString: "Hindu" }, ago(70), {
          meta: meta("person-demographics", ["religion"]),
        });
      });
    },
  },
  {
    key: "carer",
    number: 35,
    given: ["Susan"],
    family: "Igglesden",
    title: "Mrs",
    sex: "female",
    birthDate: "1968-03-03",
    why: "She is her husband's carer: her own assessment, her own emergency plan, and whom to ring.",
    bestRole: "adult-social-worker",
    live(life, { ago }) {
      life.conditions.push(conditionOf("anxiety", ago(500)));
    },
    tell({ council, ago }) {
      council("adult", "assessment", ago(130), {
        type: "Carer's assessment",
        start_date: isoDay(ago(130)),
        outcome: "Eligible: four hours' respite a week",
        worker_name: "Claire Denholm",
        said_by: "carer",
      });
      council("adult", "support-reason", ago(130), {
        description: "Social support: carer",
        start_date: isoDay(ago(130)),
        active_status: "Open",
      });
      council("adult", "contingency-plan", ago(120), {
        type: "If I cannot care",
        plan_status: "Active",
        start_date: isoDay(ago(120)),
        description: "Call the carers' emergency card line; sister comes to stay.",
        worker_name: "Claire Denholm",
      });
      council("adult", "personal-contact", ago(120), {
        contact_name: "Dennis Igglesden",
        relationship: "Husband, cared for",
        contact_phone: "01622 960118",
        rank: "1",
      });
    },
  },
  {
    key: "learning-disability",
    number: 36,
    given: ["Jordan"],
    family: "Sladden",
    title: "Mr",
    sex: "male",
    birthDate: "1997-09-18",
    why: "Learning disability: hospital passport, about-me in his own words, health check and supported living.",
    bestRole: "community-nurse",
    live(life, { ago }) {
      life.conditions.push(conditionOf("learning-disability", ago(8000)), conditionOf("epilepsy", ago(6000)));
      life.medicines.push(medicineOf("levetiracetam", ago(3000)));
      life.packages.push({
        kind: "Supported living",
        provider: "Harbour Supported Living",
        reason: "Learning disability support",
        from: ago(800),
        to: null,
        worker: "Michael Asante",
      });
    },
    tell({ fhir, ago }) {
      fhir("community", ago(100), (writer) => {
        writer.add("QuestionnaireResponse", {
          meta: meta("about-me"),
          status: "completed",
          authored: isoInstant(ago(100)),
          extension: [{ url: "https://kmcr.org.uk/StructureDefinition/said-by", valueCode: "person" }],
          item: [
            {
              linkId: "1",
              text: "What is most important to me",
              answer: [{ valueString: "Trains, my key worker Dee, and knowing what happens next." }],
            },
            { linkId: "2", text: "Please do", answer: [{ valueString: "Tell me before you touch me." }] },
          ],
        });
        writer.flag("Easy-read information needed", ago(100), {
          section: "individual-requirements",
          by: "Nurse Kim Sharpe",
        });
        writer.document(
          "Hospital passport",
          "text/plain",
          Buffer.from("I am Jordan. I take my tablets with yoghurt. If I rock, I am worried, not angry."),
          ago(100),
          "Nurse Kim Sharpe",
        );
      });
    },
  },
  {
    key: "deaf",
    number: 37,
    given: ["Carol"],
    family: "Chittenden",
    title: "Ms",
    sex: "female",
    birthDate: "1972-06-25",
    why: "Deaf, uses British Sign Language: never phone; book an interpreter; lip-reads badly behind masks.",
    bestRole: "support-staff",
    live(life, { ago }) {
      life.conditions.push(conditionOf("hearing-loss", ago(9000)));
    },
    tell({ fhir, ago }) {
      fhir("community", ago(33), (writer) => {
        writer.flag("British Sign Language interpreter needed", ago(33), {
          section: "individual-requirements",
          by: "Nurse Ade Balogun",
          saidBy: "person",
        });
        writer.flag("Do not telephone: text message only", ago(33), {
          section: "individual-requirements",
          by: "Nurse Ade Balogun",
          saidBy: "person",
        });
      });
    },
  },
  {
    key: "veteran",
    number: 38,
    given: ["Roy"],
    family: "Fagg",
    title: "Mr",
    sex: "male",
    birthDate: "1962-04-02",
    why: "Armed forces veteran with combat stress: priority treatment, and a social context that explains.",
    bestRole: "mental-health-nurse",
    live(life, { ago }) {
      life.conditions.push(conditionOf("depression", ago(2000)), conditionOf("hearing-loss", ago(5000)));
      life.medicines.push(medicineOf("sertraline", ago(1000)));
    },
    tell({ fhir, ago }) {
      fhir("mental-health", ago(140), (writer) => {
        writer.observation(
          "social-history",
          concept("Military veteran", "753651000000107"),
          { valueString: "Served 1980 to 2002" },
          ago(140),
        );
        writer.encounter(
          "AMB",
          "Veterans' mental health service",
          ago(140),
          "Nurse Joe Penfold",
          "Mental health trust",
          ["mental-health"],
        );
        writer.observation(
          "social-history",
          concept("Alcohol intake", "160573003"),
          { valueQuantity: { value: 22, unit: "units/week" } },
          ago(140),
          { meta: meta("social-context", ["substance-misuse"]) },
        );
      });
    },
  },
  {
    key: "research",
    number: 39,
    given: ["Helen"],
    family: "Webb",
    title: "Mrs",
    sex: "female",
    birthDate: "1969-09-29",
    why: "In a clinical trial of a blinded medicine: who to call for unblinding, and her family history.",
    bestRole: "hospital-doctor",
    live(life, { ago }) {
      life.conditions.push(conditionOf("breast-cancer", ago(700)));
      life.medicines.push(medicineOf("letrozole", ago(600)));
      life.familyHistory.push({ code: "160303001", display: "Family history of diabetes mellitus", at: ago(600) });
    },
    tell({ fhir, ago }) {
      fhir("community", ago(240), (writer) => {
        writer.add(
          "ResearchSubject",
          {
            status: "on-study",
            study: { display: "HARBOUR trial, arm blinded; unblinding line 01632 960777" },
            period: { start: isoDay(ago(240)) },
          },
          "individual",
        );
        writer.add(
          "FamilyMemberHistory",
          {
            status: "completed",
            relationship: { text: "Mother" },
            date: isoDay(ago(240)),
            condition: [{ code: concept("Malignant neoplasm of breast", "254837009") }],
          },
          "patient",
        );
        writer.add("ServiceRequest", {
          status: "active",
          intent: "order",
          code: concept("CT of chest", null),
          authoredOn: isoInstant(ago(20)),
          requester: { display: "Dr Nina Kowalska" },
          meta: meta("requests"),
        });
        writer.add("ServiceRequest", {
          status: "active",
          intent: "plan",
          code: { text: "Practice to stop letrozole if CT shows progression" },
          authoredOn: isoInstant(ago(20)),
          meta: meta("requested-actions"),
        });
      });
    },
  },
];
