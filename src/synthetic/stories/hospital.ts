import { conditionOf, medicineOf, panelOf } from "../population/catalogue.ts";
import { isoDay, isoInstant } from "../calendar.ts";
import { storyNhsNumber } from "../nhs-numbers.ts";
import { Random } from "../random.ts";
import { concept, meta } from "../streams/fhir.ts";
import type { Visit } from "../streams/hl7v2.ts";
import type { Story } from "./story.ts";

/** Hospital messages that undo, correct and continue; maternity and the newborn. */
export const hospitalStories: readonly Story[] = [
  {
    key: "cancelled-admission",
    number: 26,
    given: ["Terence"],
    family: "Cobb",
    title: "Mr",
    sex: "male",
    birthDate: "1959-10-22",
    why: "Admitted by mistake and cancelled (A11): the admission must be gone, not joined by a cancellation.",
    bestRole: "hospital-nurse",
    tell({ hospital, ago }) {
      const at = ago(6);
      const visit: Visit = {
        number: "TC1",
        class: "I",
        ward: "Surgical assessment unit",
        method: "21",
        consultant: "Dr Tom Fairbrass",
        specialty: "100",
        from: at,
      };
      const said = hospital();
      said.person("A28", ago(7));
      said.visit("A01", at, visit);
      said.visit("A11", new Date(at.getTime() + 1800_000), visit);
    },
  },
  {
    key: "cancelled-discharge",
    number: 27,
    given: ["Maureen"],
    family: "Fuller",
    title: "Mrs",
    sex: "female",
    birthDate: "1943-01-17",
    why: "Discharged, then the discharge was cancelled (A13): she is still on the ward.",
    bestRole: "hospital-nurse",
    tell({ hospital, ago }) {
      const at = ago(5);
      const visit: Visit = {
        number: "MF1",
        class: "I",
        ward: "Respiratory ward",
        method: "21",
        consultant: "Dr Anil Mehta",
        specialty: "300",
        from: at,
      };
      const said = hospital();
      said.person("A28", ago(5.1));
      said.visit("A01", at, visit);
      said.visit("A02", ago(4), { ...visit, ward: "Discharge lounge" });
      said.visit("A03", ago(1), { ...visit, to: ago(1), dischargeMethod: "1", destination: "19" });
      said.visit("A13", ago(0.9), { ...visit, ward: "Respiratory ward" });
    },
  },
  {
    key: "corrected-result",
    number: 28,
    given: ["Linda"],
    family: "Hambrook",
    title: "Mrs",
    sex: "female",
    birthDate: "1967-02-02",
    why: "A potassium of 7.9 was corrected to 4.4 (haemolysed sample): both versions stay readable, one counts. Another laboratory sends creatinine in mg/dL, and ramipril was stopped in the community.",
    bestRole: "hospital-doctor",
    live(life, { ago }) {
      life.conditions.push(conditionOf("hypertension", ago(2000)));
      life.medicines.push(medicineOf("ramipril", ago(1990)));
    },
    tell({ hospital, fhir, ago }) {
      fhir("community", ago(9), (writer) => {
        const laboratory = { performer: [{ type: "Organization", display: "Weald Private Pathology" }] };
        const creatinine = (milligrams: number, days: number): void =>
          void writer.observation(
            "laboratory",
            concept("Creatinine", "2160-0", "http://loinc.org"),
            {
              valueQuantity: { value: milligrams, unit: "mg/dL", system: "http://unitsofmeasure.org", code: "mg/dL" },
              referenceRange: [{ low: { value: 0.67, unit: "mg/dL" }, high: { value: 1.18, unit: "mg/dL" } }],
            },
            ago(days),
            laboratory,
          );
        creatinine(1.12, 30);
        creatinine(1.45, 9);
        const pressure = (systolic: number, diastolic: number, days: number): void =>
          void writer.observation("vital-signs", concept("Blood pressure", "85354-9", "http://loinc.org"), {
            component: [
              { code: concept("Systolic blood pressure", "8480-6", "http://loinc.org"), valueQuantity: { value: systolic, unit: "mm[Hg]" } },
              { code: concept("Diastolic blood pressure", "8462-4", "http://loinc.org"), valueQuantity: { value: diastolic, unit: "mm[Hg]" } },
            ],
          }, ago(days));
        pressure(168, 96, 60);
        pressure(154, 90, 30);
        pressure(142, 84, 9);
        writer.add("ServiceRequest", {
          status: "active",
          intent: "order",
          code: concept("Ultrasound of kidneys", null),
          authoredOn: isoInstant(ago(8)),
          requester: { display: "Dr Nina Kowalska" },
          performer: [{ display: "Radiology, County Hospital" }],
          meta: meta("requests"),
        });
        writer.add("MedicationStatement", {
          status: "stopped",
          medicationCodeableConcept: { text: "Ramipril 5mg capsules" },
          effectivePeriod: { start: isoDay(ago(700)), end: isoDay(ago(7)) },
          dateAsserted: isoInstant(ago(7)),
          informationSource: { display: "Dr Nina Kowalska" },
        });
      });
      const said = hospital();
      said.person("A28", ago(40));
      const panel = panelOf("ue", ago(18), new Set(), new Random("corrected"), 0, "hospital");
      const withPotassium = (value: string, flag: "" | "H"): typeof panel => ({
        ...panel,
        lines: panel.lines.map((line) => (line.local === "K" ? { ...line, value, flag } : line)),
      });
      said.result(withPotassium("7.9", "H"), "LH1");
      said.result(withPotassium("4.4", ""), "LH1", "C", ago(17));
    },
  },
  {
    key: "virtual-ward",
    number: 29,
    given: ["Alan"],
    family: "Kemsley",
    title: "Mr",
    sex: "male",
    birthDate: "1949-08-06",
    why: "On a virtual ward at home: daily readings, early warning scores, and who is watching.",
    bestRole: "community-nurse",
    live(life, { ago }) {
      life.conditions.push(conditionOf("heart-failure", ago(900)));
      life.medicines.push(medicineOf("furosemide", ago(890)), medicineOf("bisoprolol", ago(890)));
    },
    tell({ fhir, ago }) {
      for (let day = 6; day >= 1; day--) {
        fhir("community", ago(day), (writer) => {
          if (day === 6) {
            writer.add("Encounter", {
              status: "in-progress",
              class: { system: "http://terminology.hl7.org/CodeSystem/v3-ActCode", code: "VR" },
              type: [{ text: "Virtual ward, heart failure" }],
              period: { start: isoInstant(ago(day)) },
            });
            writer.add(
              "EpisodeOfCare",
              {
                status: "active",
                type: [{ text: "Virtual ward" }],
                period: { start: isoInstant(ago(day)) },
                managingOrganization: { display: "Community trust" },
              },
              "patient",
            );
            writer.add("DeviceUseStatement", {
              meta: meta("equipment"),
              status: "active",
              device: { display: "Pulse oximeter and scales, sent home" },
            });
          }
          const vital = (words: string, code: string, value: number, unit: string): void =>
            void writer.observation(
              "vital-signs",
              concept(words, code, "http://loinc.org"),
              { valueQuantity: { value, unit, system: "http://unitsofmeasure.org", code: unit } },
              ago(day),
            );
          vital("Body weight", "29463-7", 84.2 - (6 - day) * 0.6, "kg");
          vital("Oxygen saturation", "59408-5", 92 + (6 - day > 3 ? 3 : 1), "%");
          writer.observation(
            "survey",
            concept("NEWS2 total score", "1104051000000101"),
            { valueInteger: Math.max(1, day - 2) },
            ago(day),
          );
        });
      }
    },
  },
  {
    key: "deceased",
    number: 30,
    given: ["Joan"],
    family: "Barling",
    title: "Mrs",
    sex: "female",
    birthDate: "1932-05-05",
    deceasedDaysAgo: 40,
    why: "Died forty days ago: the record stays readable and says so on every page.",
    bestRole: "gp",
    live(life, { ago }) {
      life.conditions.push(conditionOf("dementia", ago(1500)), conditionOf("atrial-fibrillation", ago(2500)));
      life.medicines.push(medicineOf("apixaban", ago(2000)));
    },
    tell({ hospital, ago }) {
      const visit: Visit = {
        number: "JB1",
        class: "I",
        ward: "Respiratory ward",
        method: "21",
        consultant: "Dr Anil Mehta",
        specialty: "300",
        from: ago(50),
      };
      const said = hospital();
      said.person("A28", ago(51));
      said.visit("A01", ago(50), visit, ["DG1|1||385093006^Community acquired pneumonia^SCT|||F"]);
      said.visit(
        "A03",
        ago(40),
        { ...visit, to: ago(40), dischargeMethod: "4", destination: "79" },
        [],
        isoDay(ago(40)),
      );
      said.person("A31", ago(39.5), said.context, isoDay(ago(40)));
    },
  },
  {
    key: "dose-disagreement",
    number: 31,
    given: ["Stephen"],
    family: "Oxenham",
    title: "Mr",
    sex: "male",
    birthDate: "1964-11-11",
    why: "Practice: sertraline 50 mg. Mental health trust: 150 mg since last week. Methotrexate is WEEKLY in one, daily in the other.",
    bestRole: "pharmacist",
    live(life, { ago }) {
      life.conditions.push(conditionOf("depression", ago(1500)), conditionOf("rheumatoid-arthritis", ago(2500)));
      life.medicines.push(
        medicineOf("sertraline", ago(1400)),
        medicineOf("methotrexate", ago(2000)),
        medicineOf("folic-acid", ago(2000)),
      );
    },
    tell({ fhir, ago }) {
      fhir("mental-health", ago(7), (writer) => {
        writer.medicine(medicineOf("sertraline", ago(7), null, "Three 50mg tablets (150mg) once a day"), "repeat");
        writer.encounter(
          "AMB",
          "Community mental health team: review",
          ago(7),
          "Dr Nina Kowalska",
          "Mental health trust",
          ["mental-health"],
        );
      });
      fhir(
        "community",
        ago(15),
        (writer) =>
          void writer.medicine(medicineOf("methotrexate", ago(15), null, "One 2.5mg tablet once a day"), "repeat"),
      );
    },
  },
  {
    key: "maternity",
    number: 32,
    given: ["Hannah"],
    family: "Ashdown",
    title: "Mrs",
    sex: "female",
    birthDate: "1995-07-07",
    why: "Three weeks after birth: pregnancy, delivery and her baby, linked only where the law allows.",
    bestRole: "midwife",
    nextOfKin: { name: "Craig Ashdown", relationship: "Husband", phone: "07700 900321" },
    live(life, { ago }) {
      life.allergyState = "asserted";
      life.stays.push({
        reason: "Normal delivery",
        code: "48782003",
        ward: "Delivery suite",
        specialty: "501",
        method: "31",
        from: ago(22),
        to: ago(20),
        consultant: "Dr Ruth Oyelaran",
        procedure: ["Spontaneous vertex delivery", "48204000"],
      });
    },
    tell({ fhir, ago }) {
      fhir("community", ago(160), (writer) => {
        writer.observation("exam", concept("Pregnant", "77386006"), { valueDateTime: isoDay(ago(20)) }, ago(160), {
          meta: meta("pregnancy"),
        });
        writer.encounter("HH", "Community midwifery: booking", ago(160), "Midwife Orla Keane", "Midwifery");
        writer.add("Procedure", {
          status: "completed",
          code: concept("Antenatal ultrasound scan", "268445003"),
          performedDateTime: isoInstant(ago(150)),
        });
        writer.add("ServiceRequest", {
          status: "active",
          intent: "order",
          code: concept("Glucose tolerance test", null),
          authoredOn: isoInstant(ago(110)),
          requester: { display: "Midwife Orla Keane" },
        });
      });
    },
  },
  {
    key: "neonate",
    number: 33,
    given: ["Baby"],
    family: "Ashdown",
    title: "Miss",
    sex: "female",
    birthDate: "2026-10-30",
    livesWith: "maternity",
    nextOfKin: { name: "Hannah Ashdown", relationship: "Mother", phone: "07700 900320" },
    why: 'Hannah\'s baby: first named "Baby", now Iris; number verified late; newborn checks.',
    bestRole: "midwife",
    tell({ hospital, fhir, ago }) {
      const said = hospital({ status: "08", nhsNumber: null });
      said.person("A28", ago(20));
      hospital({ given: ["Iris"] }).person("A31", ago(11));
      fhir(
        "community",
        ago(10),
        (writer) => {
          writer.observation(
            "exam",
            concept("Birth weight", "364589006"),
            { valueQuantity: { value: 3.42, unit: "kg", system: "http://unitsofmeasure.org", code: "kg" } },
            ago(10),
          );
          writer.encounter("HH", "Health visiting: new birth visit", ago(10), "Nurse Kim Sharpe", "Health visiting");
          writer.add(
            "RelatedPerson",
            {
              active: true,
              identifier: [{ system: "https://fhir.nhs.uk/Id/nhs-number", value: storyNhsNumber(32) }],
              relationship: [{ text: "Mother" }],
              name: [{ text: "Hannah Ashdown" }],
            },
            "patient",
          );
        },
        { change: { given: ["Iris"] } },
      );
    },
  },
];
