import { isoDay } from "../calendar.ts";
import { conditionOf, medicineOf } from "../population/catalogue.ts";
import { concept, meta } from "../streams/fhir.ts";
import type { Story } from "./story.ts";

/** Facts that few may see, and a person who objects to sharing. */
export const sensitiveStories: readonly Story[] = [
  {
    key: "offence-label",
    number: 15,
    given: ["Lee"],
    family: "Brickell",
    title: "Mr",
    sex: "male",
    birthDate: "1988-04-04",
    why: "Criminal-offence data under its own label: see who can and who cannot.",
    bestRole: "mental-health-nurse",
    live(life, { ago }) {
      life.conditions.push(conditionOf("anxiety", ago(1000)));
    },
    tell({ fhir, ago }) {
      fhir("mental-health", ago(210), (writer) => {
        writer.add("Basic", {
          meta: meta("legal-information", ["criminal-offence"]),
          code: { text: "Community order with mental health treatment requirement" },
          created: isoDay(ago(210)),
        });
        writer.flag("Visit in pairs", ago(210), {
          labels: ["staff-safety", "not-for-citizen"],
          by: "Nurse Joe Penfold",
        });
        writer.encounter("AMB", "Forensic outreach: review", ago(210), "Nurse Joe Penfold", "Forensic outreach", [
          "mental-health",
        ]);
      });
    },
  },
  {
    key: "immigration",
    number: 16,
    given: ["Yusuf"],
    family: "Hussain",
    title: "Mr",
    sex: "male",
    birthDate: "1990-10-10",
    ethnicity: "J",
    language: "ur",
    why: "Immigration status is held, labelled, and never in a search result.",
    bestRole: "adult-social-worker",
    live(life, { ago }) {
      life.conditions.push(conditionOf("type-2-diabetes", ago(700)));
      life.medicines.push(medicineOf("metformin", ago(690)));
    },
    tell({ fhir, ago }) {
      fhir("community", ago(90), (writer) => {
        writer.observation(
          "social-history",
          concept("Immigration status", null),
          { valueCodeableConcept: { text: "Asylum claim pending" } },
          ago(90),
          { meta: meta("person-demographics", ["immigration"]) },
        );
        writer.observation(
          "social-history",
          concept("Interpreter needed", null),
          { valueCodeableConcept: { text: "Urdu interpreter" } },
          ago(90),
        );
      });
    },
  },
  {
    key: "s-flag",
    number: 17,
    given: ["Nicola"],
    family: "Verrall",
    title: "Ms",
    sex: "female",
    birthDate: "1985-06-16",
    protectedAddress: true,
    why: "Protected address: no sender gives it, and nothing on the page hints at where she lives.",
    bestRole: "ed-doctor",
    live(life, { ago }) {
      life.conditions.push(conditionOf("asthma", ago(4000)), conditionOf("anxiety", ago(800)));
      life.medicines.push(medicineOf("salbutamol", ago(3000)), medicineOf("sertraline", ago(700)));
    },
    tell({ fhir, ago }) {
      fhir(
        "community",
        ago(50),
        (writer) => {
          writer.flag("Address withheld: sensitive record", ago(50), {
            labels: ["protected-address", "staff-safety"],
            by: "Practice",
          });
          writer.observation(
            "social-history",
            concept("Place of residence", null),
            { valueString: "Refuge, location withheld" },
            ago(50),
            { meta: meta("social-context", ["protected-address"]) },
          );
        },
        { labels: ["protected-address"] },
      );
    },
  },
  {
    key: "pregnancy-protected",
    number: 18,
    given: ["Chloe"],
    family: "Jarrett",
    title: "Miss",
    sex: "female",
    birthDate: "2001-01-28",
    why: "A pregnancy that her partner must not learn of: labelled, and no letter goes home.",
    bestRole: "midwife",
    live(life, { ago }) {
      life.allergyState = "asserted";
      life.conditions.push(conditionOf("iron-deficiency-anaemia", ago(60)));
      life.medicines.push(medicineOf("ferrous-sulfate", ago(59)));
    },
    tell({ fhir, council, ago, ahead }) {
      fhir("community", ago(38), (writer) => {
        writer.observation("exam", concept("Pregnant", "77386006"), { valueDateTime: isoDay(ahead(150)) }, ago(38), {
          meta: meta("pregnancy", ["restricted", "not-for-citizen"]),
        });
        writer.flag("Do not write or phone home: risk from partner", ago(38), {
          section: "safeguarding",
          labels: ["safeguarding"],
          decision: "safeguarding-concern",
          by: "Midwife Orla Keane",
        });
      });
      council("children", "unborn-plan", ago(20), {
        description: "Unborn child protection plan",
        active_status: "Open",
        start_date: isoDay(ago(20)),
        worker_name: "Michael Asante",
      });
    },
  },
  {
    key: "objection",
    number: 19,
    given: ["Graham"],
    family: "Eldridge",
    title: "Mr",
    sex: "male",
    birthDate: "1961-05-13",
    why: "For the objection to sharing: once upheld, his record closes for all kinds of direct care.",
    bestRole: "privacy-officer",
    live(life, { ago }) {
      life.conditions.push(conditionOf("hypertension", ago(3000)), conditionOf("gout", ago(900)));
      life.medicines.push(medicineOf("ramipril", ago(2900)), medicineOf("allopurinol", ago(800)));
      life.attendances.push({ at: ago(100), reason: "Palpitations" });
    },
  },
];
