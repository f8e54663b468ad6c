import { allergyOf, conditionOf, medicineOf } from "../population/catalogue.ts";
import type { Story } from "./story.ts";

/** Allergies that disagree, are denied, or were never asked about. */
export const allergyStories: readonly Story[] = [
  {
    key: "allergy-conflict",
    number: 1,
    given: ["Doreen"],
    family: "Quested",
    title: "Mrs",
    sex: "female",
    birthDate: "1944-06-02",
    why: "Practice: anaphylaxis to penicillin. Hospital: mild rash. Out of hours: no known allergies. All three stand.",
    bestRole: "ed-doctor",
    live(life, { ago }) {
      life.conditions.push(conditionOf("copd", ago(2900)), conditionOf("hypertension", ago(4000)));
      life.medicines.push(medicineOf("salbutamol", ago(2800)), medicineOf("amlodipine", ago(3900)));
      life.allergyState = "listed";
      life.allergies.push(allergyOf("Penicillin", "Anaphylaxis", "severe", ago(9000)));
      life.consultations.push({
        at: ago(30),
        kind: "Surgery consultation",
        note: "Chest infection; penicillin avoided because of anaphylaxis in 2001.",
        clinician: "Dr Helen Carver",
      });
    },
    tell({ hospital, fhir, ago }) {
      const at = ago(12);
      const said = hospital();
      said.person("A28", ago(13));
      said.visit(
        "A01",
        at,
        {
          number: "DQ1",
          class: "I",
          ward: "Respiratory ward",
          method: "21",
          consultant: "Dr Anil Mehta",
          specialty: "340",
          from: at,
        },
        [
          "AL1|1|DA^Drug allergy|764146007^Penicillin^SCT|MI|Rash|20190402",
          "AL1|2|EA^Environmental allergy|111088007^Latex^SCT|MO|Urticaria|20190402",
        ],
      );
      fhir("out-of-hours", ago(14), (writer) => {
        writer.add(
          "AllergyIntolerance",
          {
            clinicalStatus: {
              coding: [{ system: "http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical", code: "active" }],
            },
            code: {
              coding: [{ system: "http://snomed.info/sct", code: "716186003", display: "No known allergy" }],
              text: "No known allergies",
            },
            recordedDate: ago(14).toISOString().slice(0, 10),
          },
          "patient",
        );
        writer.encounter("VR", "Out of hours: breathing problems", ago(14), "Dr Nina Kowalska", "Out-of-hours service");
      });
    },
  },
  {
    key: "allergy-none-asserted",
    number: 2,
    given: ["Martin"],
    family: "Hogben",
    title: "Mr",
    sex: "male",
    birthDate: "1981-01-19",
    why: '"No known allergies" was asked and recorded: compare with Sheila Filmer.',
    bestRole: "gp",
    live(life, { ago }) {
      life.allergyState = "asserted";
      life.conditions.push(conditionOf("asthma", ago(6000)));
      life.medicines.push(medicineOf("salbutamol", ago(5000)));
    },
  },
  {
    key: "allergy-not-asked",
    number: 3,
    given: ["Sheila"],
    family: "Filmer",
    title: "Miss",
    sex: "female",
    birthDate: "1979-08-30",
    why: "Nobody asked about allergies: the same empty list as Martin Hogben's, with the opposite meaning.",
    bestRole: "gp",
    live(life, { ago }) {
      life.allergyState = "not-asked";
      life.conditions.push(conditionOf("migraine", ago(3000)));
      life.medicines.push(medicineOf("sumatriptan", ago(900)));
    },
    gp: () => ({
      warnings: {
        medications: "confidential-items",
        consultations: "data-in-transit",
        investigations: "data-awaiting-filing",
      },
    }),
  },
];
