import { allergyOf, conditionOf, medicineOf, panelOf } from "../population/catalogue.ts";
import { DAY, isoDay } from "../calendar.ts";
import { Random } from "../random.ts";
import { concept } from "../streams/fhir.ts";
import type { Story, Telling } from "./story.ts";

const READINGS = [
  ["Heart rate", "8867-4", 76, 9, "/min"],
  ["Oxygen saturation", "59408-5", 95, 1.6, "%"],
  ["Respiratory rate", "9279-1", 17, 2, "/min"],
  ["Systolic blood pressure", "8480-6", 132, 12, "mm[Hg]"],
  ["Body temperature", "8310-5", 36.8, 0.3, "Cel"],
] as const;

/** `count` readings from home monitoring, a few large transactions in time order. */
function monitoring({ fhir, now, person }: Telling, count: number, inOne: number, minutesApart: number): void {
  const first = now.getTime() - 3 * DAY - count * minutesApart * 60_000;
  for (let from = 0; from < count; from += inOne) {
    const until = Math.min(count, from + inOne);
    const instant = (index: number): Date => new Date(first + index * minutesApart * 60_000);
    fhir("community", instant(until), (writer) => {
      const random = new Random(`${person.key} ${from}`);
      for (let index = from; index < until; index++) {
        const [words, code, mean, spread, unit] = READINGS[index % READINGS.length]!;
        writer.observation(
          "vital-signs",
          concept(words, code, "http://loinc.org"),
          {
            valueQuantity: {
              value: Math.round(random.around(mean, spread) * 10) / 10,
              unit,
              system: "http://unitsofmeasure.org",
              code: unit,
            },
          },
          instant(index),
        );
      }
    });
  }
}

/** Large records, and the heaviest ordinary one. */
export const volumeStories: readonly Story[] = [
  {
    key: "heavy",
    number: 40,
    given: ["Margaret", "Rose"],
    family: "Whibley",
    title: "Mrs",
    sex: "female",
    birthDate: "1939-02-14",
    why: "Frail, five allergies, twelve medicines, three alerts, one ReSPECT: everything that matters on one screen.",
    bestRole: "ed-doctor",
    nextOfKin: { name: "Carol Whibley", relationship: "Daughter", phone: "07700 900222" },
    live(life, { ago, ahead }) {
      life.conditions = [
        "heart-failure",
        "atrial-fibrillation",
        "chronic-kidney-disease",
        "type-2-diabetes",
        "copd",
        "osteoporosis",
        "frailty",
        "hypothyroidism",
      ].map((key, index) => conditionOf(key, ago(900 + index * 400)));
      life.medicines = [
        "furosemide",
        "bisoprolol",
        "ramipril",
        "apixaban",
        "metformin",
        "atorvastatin",
        "tiotropium",
        "salbutamol",
        "alendronic-acid",
        "colecalciferol",
        "levothyroxine",
        "omeprazole",
      ].map((key, index) => medicineOf(key, ago(800 + index * 90)));
      life.allergyState = "listed";
      life.allergies = [
        allergyOf("Penicillin", "Anaphylaxis", "severe", ago(9000)),
        allergyOf("Aspirin", "Wheeze", "moderate", ago(6000)),
        allergyOf("Codeine", "Nausea and vomiting", "mild", ago(3000)),
        allergyOf("Trimethoprim", "Rash", "mild", ago(1500)),
        allergyOf("Latex", "Contact dermatitis", "moderate", ago(1200)),
        { ...allergyOf("Peanut", "Urticaria", "mild", ago(12000)), ended: ago(5000) },
      ];
      const has = new Set(life.conditions.map((one) => one.key));
      for (let index = 0; index < 6; index++)
        for (const key of ["ue", "fbc", "bnp", "hba1c"])
          life.results.push(
            panelOf(
              key,
              ago(700 - index * 120),
              has,
              new Random(`heavy ${key} ${index}`),
              index / 5,
              index % 2 === 0 ? "hospital" : "practice",
            ),
          );
      life.stays.push({
        reason: "Community acquired pneumonia",
        code: "385093006",
        ward: "Respiratory ward",
        specialty: "300",
        method: "21",
        from: ago(62),
        to: ago(51),
        consultant: "Dr Anil Mehta",
        procedure: null,
      });
      life.clinics.push({
        specialty: "Cardiology",
        code: "320",
        referred: ago(50),
        booked: ago(40),
        at: ahead(12),
        consultant: "Dr Ruth Oyelaran",
        state: "booked",
      });
      life.consultations.push({
        at: ago(20),
        kind: "Home visit",
        note: "Ankles swollen; furosemide increased for a week; daughter present.",
        clinician: "Dr Helen Carver",
      });
      life.vitals.push({ at: ago(20), systolic: 112, diastolic: 64, pulse: 88, weight: 58, height: 154 });
      life.packages.push({
        kind: "Home care, 4 visits a day",
        provider: "Orchard Care at Home",
        reason: "Physical support: personal care",
        from: ago(48),
        to: null,
        worker: "Claire Denholm",
      });
    },
    tell({ fhir, ago, ahead }) {
      fhir("community", ago(47), (writer) => {
        writer.flag("Falls: three in six months", ago(47), { by: "Nurse Kim Sharpe" });
        writer.flag("Difficult airway noted at operation in 2016", ago(47), { by: "Nurse Kim Sharpe" });
        writer.flag("Anticoagulated: bleeding risk", ago(47), { by: "Nurse Kim Sharpe" });
        writer.flag("ReSPECT plan in place", ago(47), {
          section: "end-of-life",
          decision: "respect",
          code: "1382601000000107",
          by: "Dr Helen Carver",
          review: isoDay(ahead(120)),
          where: "Front of the yellow folder",
        });
        writer.plan(
          "Heart failure care plan",
          "Weigh daily; more than two kilos in three days: call the heart failure nurse.",
          ago(47),
          "care-plan",
          "Nurse Kim Sharpe",
          isoDay(ahead(45)),
        );
      });
    },
  },
  {
    key: "entries-750",
    number: 41,
    given: ["Christine"],
    family: "Goldup",
    title: "Mrs",
    sex: "female",
    birthDate: "1953-11-03",
    why: "A full record of about 750 entries: what an ordinary complex person looks like.",
    bestRole: "gp",
    live(life, { ago }) {
      life.conditions = ["copd", "heart-failure", "type-2-diabetes"].map((key) => conditionOf(key, ago(2000)));
      life.medicines = ["salbutamol", "tiotropium", "furosemide", "bisoprolol", "metformin"].map((key) =>
        medicineOf(key, ago(1900)),
      );
      const has = new Set(["copd", "heart-failure", "type-2-diabetes"]);
      for (let index = 0; index < 8; index++)
        life.results.push(panelOf("ue", ago(1000 - index * 110), has, new Random(`c ${index}`), index / 7, "practice"));
    },
    tell: (telling) => monitoring(telling, 656, 164, 240),
  },
  {
    key: "entries-20000",
    number: 42,
    given: ["Peter"],
    family: "Yeomans",
    title: "Mr",
    sex: "male",
    birthDate: "1946-06-06",
    why: "Twenty thousand entries from three years of home monitoring: opens as fast as anybody's.",
    bestRole: "hospital-doctor",
    live(life, { ago }) {
      life.conditions = ["copd", "heart-failure"].map((key) => conditionOf(key, ago(2600)));
      life.medicines = ["tiotropium", "furosemide"].map((key) => medicineOf(key, ago(2500)));
    },
    tell: (telling) => monitoring(telling, 20_000, 500, 75),
  },
];
