import { conditionOf, medicineOf } from "../population/catalogue.ts";
import { localNumber } from "../views/view.ts";
import type { Story } from "./story.ts";

/** People whose identity is easy to get wrong. */
export const identityStories: readonly Story[] = [
  {
    key: "twin-noah",
    number: 20,
    given: ["Noah"],
    family: "Millgate",
    title: "Master",
    sex: "male",
    birthDate: "2022-03-15",
    why: "Twin of Leo: same birthday, surname, address; numbers one apart. Never one person.",
    bestRole: "hospital-doctor",
    live(life, { ago }) {
      life.attendances.push({ at: ago(66), reason: "Fever in child" });
    },
    tell({ hospital, ago }) {
      hospital({ given: ["Twin 1"] }).person("A28", ago(1690));
    },
  },
  {
    key: "twin-leo",
    number: 21,
    given: ["Leo"],
    family: "Millgate",
    title: "Master",
    sex: "male",
    birthDate: "2022-03-15",
    livesWith: "twin-noah",
    why: "Twin of Noah: his asthma must not appear on Noah's record.",
    bestRole: "hospital-doctor",
    live(life, { ago }) {
      life.conditions.push(conditionOf("asthma", ago(400)));
      life.medicines.push(medicineOf("salbutamol", ago(390)));
      life.attendances.push({ at: ago(66), reason: "Fever in child" });
    },
    tell({ hospital, ago }) {
      hospital({ given: ["Twin 2"] }).person("A28", ago(1690));
    },
  },
  {
    key: "same-name-east",
    number: 22,
    given: ["David"],
    family: "Clarke",
    title: "Mr",
    sex: "male",
    birthDate: "1955-09-09",
    why: "Two men, one name, one birthday: this one, in the east, takes warfarin.",
    bestRole: "ed-doctor",
    live(life, { ago }) {
      life.conditions.push(conditionOf("atrial-fibrillation", ago(2000)));
      life.medicines.push(medicineOf("warfarin", ago(1900)));
    },
  },
  {
    key: "same-name-west",
    number: 23,
    given: ["David"],
    family: "Clarke",
    title: "Mr",
    sex: "male",
    birthDate: "1955-09-09",
    why: "The other David Clarke, in the west, is allergic to nothing and takes nothing.",
    bestRole: "ed-doctor",
    live(life) {
      life.allergyState = "asserted";
    },
    tell({ hospital, ago }) {
      hospital({ nhsNumber: null, status: "03" }).person("A28", ago(30));
    },
  },
  {
    key: "unknown-male",
    number: null,
    given: ["Unknown"],
    family: "Unknown",
    title: "Mr",
    sex: "male",
    birthDate: "1900-01-01",
    noPractice: true,
    why: "Brought in unconscious without a name or number: his own person until somebody knows better.",
    bestRole: "ed-doctor",
    tell({ hospital, fhir, ago }) {
      const view = { address: null, phone: null, status: "07", family: "UNKNOWN", given: ["MALE"] };
      fhir(
        "ambulance",
        ago(1.1),
        (writer) => {
          writer.encounter("FLD", "Ambulance: unconscious", ago(1.1), "Paramedic Dan Whitlock", "Ambulance service");
          writer.document(
            "Ambulance clinical record",
            "text/plain",
            Buffer.from("Found at a bus stop. GCS 9. No papers. About 40 years old."),
            ago(1.1),
            "Paramedic Dan Whitlock",
          );
        },
        { post: true, change: view },
      );
      hospital(view).visit("A04", ago(1), {
        number: "UM1",
        class: "E",
        ward: "Emergency department resuscitation",
        method: "21",
        consultant: "Dr Ruth Oyelaran",
        specialty: "180",
        from: ago(1),
      });
    },
  },
  {
    key: "wrong-number",
    number: 24,
    given: ["Pauline"],
    family: "Wraight",
    title: "Mrs",
    sex: "female",
    birthDate: "1958-07-21",
    why: "Her hospital sends an NHS number whose check digit is wrong: kept, marked, linked to nobody by itself.",
    bestRole: "data-quality-officer",
    live(life, { ago }) {
      life.conditions.push(conditionOf("hypothyroidism", ago(3300)));
      life.medicines.push(medicineOf("levothyroxine", ago(3200)));
    },
    tell({ hospital, person, ago }) {
      const number = person.nhsNumber!;
      const wrong = `${number.slice(0, 9)}${(Number(number[9]) + 3) % 10}`;
      hospital({ nhsNumber: wrong, status: "02" }).person("A28", ago(80));
    },
  },
  {
    key: "merged",
    number: 25,
    given: ["Barry"],
    family: "Packham",
    title: "Mr",
    sex: "male",
    birthDate: "1952-02-29",
    why: "His hospital had him twice and merged the two numbers (A40); undoing it is exact.",
    bestRole: "data-quality-officer",
    live(life, { ago }) {
      life.conditions.push(conditionOf("coronary-heart-disease", ago(2500)));
      life.medicines.push(medicineOf("aspirin", ago(2400)), medicineOf("atorvastatin", ago(2400)));
    },
    tell({ hospital, person, ago }) {
      const twice = hospital({ nhsNumber: null, status: "03", given: ["Barrie"] }, "second");
      twice.person("A28", ago(300));
      twice.visit("A04", ago(299), {
        number: "BP1",
        class: "E",
        ward: "Emergency department",
        method: "21",
        consultant: "Dr Ruth Oyelaran",
        specialty: "180",
        from: ago(299),
      });
      const first = hospital();
      first.person("A28", ago(500));
      first.merge(ago(200), localNumber(first.context.acute.feed, `${person.key}/second`));
    },
  },
  {
    key: "overseas",
    number: null,
    given: ["Elena"],
    family: "Novakova",
    title: "Ms",
    sex: "female",
    birthDate: "1994-11-30",
    ethnicity: "C",
    language: "cs",
    noPractice: true,
    why: "Overseas visitor without an NHS number, treated after an accident; charging category held, not shown in search.",
    bestRole: "ed-doctor",
    tell({ hospital, fhir, ago }) {
      const view = { status: "07" };
      const said = hospital(view);
      said.person("A28", ago(8));
      said.visit("A01", ago(8), {
        number: "EN1",
        class: "I",
        ward: "Trauma ward",
        method: "21",
        consultant: "Dr Tom Fairbrass",
        specialty: "110",
        from: ago(8),
      });
      fhir(
        "community",
        ago(3),
        (writer) => writer.encounter("HH", "Community nursing", ago(3), "Nurse Kim Sharpe", "Community service"),
        {
          change: view,
          adjust: (patient) => {
            patient["extension"] = [
              ...(patient["extension"] as unknown[]),
              {
                url: "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-ResidentialStatus",
                valueCodeableConcept: {
                  coding: [
                    {
                      system: "https://fhir.hl7.org.uk/CodeSystem/UKCore-ResidentialStatus",
                      code: "O",
                      display: "Overseas",
                    },
                  ],
                },
              },
              {
                url: "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-OverseasVisitorChargingCategory",
                valueCodeableConcept: {
                  coding: [
                    { system: "https://fhir.hl7.org.uk/CodeSystem/UKCore-OverseasVisitorChargingCategory", code: "F" },
                  ],
                },
              },
            ];
          },
        },
      );
    },
  },
];
