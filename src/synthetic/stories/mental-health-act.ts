import { isoDay, isoInstant } from "../calendar.ts";
import { conditionOf, medicineOf } from "../population/catalogue.ts";
import { concept, meta } from "../streams/fhir.ts";
import type { Story } from "./story.ts";

const LEGAL = "https://fhir.hl7.org.uk/CodeSystem/UKCore-LegalStatusClassificationEngland";

/** People under the Mental Health Act, with the clock that each section runs on. */
export const mentalHealthActStories: readonly Story[] = [
  {
    key: "mha-section-2",
    number: 12,
    given: ["Darren"],
    family: "Uden",
    title: "Mr",
    sex: "male",
    birthDate: "1976-07-19",
    why: "Detained under section 2 of the Mental Health Act four days ago: the clock to its end is running.",
    bestRole: "mental-health-nurse",
    live(life, { ago }) {
      life.conditions.push(conditionOf("bipolar", ago(4000)));
      life.medicines.push(medicineOf("lithium", ago(3000)));
    },
    tell({ fhir, ago, ahead }) {
      const at = ago(4);
      fhir("mental-health", at, (writer) => {
        writer.add("Flag", {
          meta: meta("legal-information", ["mental-health"]),
          extension: [
            { url: "https://kmcr.org.uk/StructureDefinition/decision", valueCode: "mha-section" },
            { url: "https://kmcr.org.uk/StructureDefinition/place", valueString: "Willow ward" },
          ],
          status: "active",
          code: concept("Mental Health Act 1983, section 2: admission for assessment", "02", LEGAL),
          period: { start: isoInstant(at), end: isoInstant(ahead(24)) },
          author: { display: "Dr Anil Mehta" },
        });
        writer.add("Encounter", {
          meta: meta(null, ["mental-health"]),
          status: "in-progress",
          class: { system: "http://terminology.hl7.org/CodeSystem/v3-ActCode", code: "IMP" },
          type: [{ text: "Acute psychiatric ward" }],
          period: { start: isoInstant(at) },
          reasonCode: [{ text: "Relapse of mania" }],
          location: [{ location: { display: "Willow ward" } }],
        });
        writer.add("ClinicalImpression", {
          meta: meta("formulation", ["mental-health"]),
          status: "completed",
          date: isoInstant(at),
          assessor: { display: "Dr Anil Mehta" },
          summary: "Stopped lithium in the spring; sleep lost after bereavement; family supportive.",
        });
        writer.add("RiskAssessment", {
          meta: meta("risks", ["mental-health"]),
          status: "final",
          code: { text: "Risk to self" },
          occurrenceDateTime: isoInstant(at),
          performer: { display: "Dr Anil Mehta" },
          prediction: [{ outcome: { text: "Overspending, exhaustion" }, qualitativeRisk: { text: "Moderate" } }],
        });
      });
    },
  },
  {
    key: "mha-section-136",
    number: 13,
    given: ["Kieran"],
    family: "Tapsell",
    title: "Mr",
    sex: "male",
    birthDate: "1999-02-23",
    why: "Brought to a place of safety under section 136 some hours ago: ambulance, emergency department, mental health trust.",
    bestRole: "mental-health-nurse",
    live(life, { ago }) {
      life.conditions.push(conditionOf("depression", ago(1200)));
      life.medicines.push(medicineOf("sertraline", ago(1100)));
    },
    tell({ fhir, hospital, ago, ahead }) {
      const at = ago(0.3);
      fhir(
        "ambulance",
        ago(0.35),
        (writer) => {
          writer.encounter(
            "FLD",
            "Ambulance: mental health crisis",
            ago(0.35),
            "Paramedic Sue Amos",
            "Ambulance service",
            ["mental-health"],
          );
          writer.document(
            "Ambulance clinical record",
            "text/plain",
            Buffer.from("Called by police to a railway bridge. Calm with crew. Conveyed to place of safety."),
            ago(0.35),
            "Paramedic Sue Amos",
            ["mental-health"],
          );
        },
        { post: true },
      );
      hospital().visit("A04", ago(0.31), {
        number: "KT1",
        class: "E",
        ward: "Emergency department",
        method: "21",
        consultant: "Dr Ruth Oyelaran",
        specialty: "180",
        from: ago(0.31),
      });
      fhir(
        "mental-health",
        at,
        (writer) =>
          void writer.add("Flag", {
            meta: meta("legal-information", ["mental-health"]),
            extension: [{ url: "https://kmcr.org.uk/StructureDefinition/decision", valueCode: "mha-section" }],
            status: "active",
            code: concept("Mental Health Act 1983, section 136: place of safety", "20", LEGAL),
            period: { start: isoInstant(ago(0.31)), end: isoInstant(ahead(0.69)) },
            author: { display: "PC 4412" },
          }),
      );
    },
  },
  {
    key: "mha-section-3",
    number: 14,
    given: ["Samantha"],
    family: "Ledger",
    title: "Ms",
    sex: "female",
    birthDate: "1983-12-12",
    why: "Long section 3 stay with discharge planned: crisis plan, care coordinator and a discharge already on the record.",
    bestRole: "mental-health-nurse",
    live(life, { ago }) {
      life.conditions.push(conditionOf("schizophrenia", ago(5000)));
      life.medicines.push(medicineOf("olanzapine", ago(1500)));
    },
    tell({ fhir, council, ago, ahead }) {
      const at = ago(160);
      council("adult", "legal", ago(700), {
        description: "Guardianship, Mental Health Act 1983 section 7",
        decision: "MHA guardianship",
        legal_status: "35",
        active_status: "Closed",
        start_date: isoDay(ago(700)),
        end_date: isoDay(ago(335)),
        worker_name: "Gareth Lloyd",
      });
      fhir("mental-health", at, (writer) => {
        writer.add("Flag", {
          meta: meta("legal-information", ["mental-health"]),
          extension: [{ url: "https://kmcr.org.uk/StructureDefinition/decision", valueCode: "mha-section" }],
          status: "active",
          code: concept("Mental Health Act 1983, section 3: admission for treatment", "03", LEGAL),
          period: { start: isoInstant(at), end: isoInstant(ahead(22)) },
          author: { display: "Dr Nina Kowalska" },
        });
        writer.plan(
          "Crisis and safety plan",
          "Early sign: turns the mirrors. Call care coordinator first, sister second.",
          at,
          "contingency-plans",
          "Nurse Ade Balogun",
          isoDay(ahead(20)),
        );
        writer.add("CareTeam", {
          meta: meta("professional-contacts", ["mental-health"]),
          status: "active",
          name: "Community mental health team",
          participant: [{ role: [{ text: "Care coordinator" }], member: { display: "Nurse Ade Balogun" } }],
        });
        writer.add("Encounter", {
          meta: meta("discharges", ["mental-health"]),
          status: "finished",
          class: { system: "http://terminology.hl7.org/CodeSystem/v3-ActCode", code: "IMP" },
          type: [{ text: "Acute psychiatric ward" }],
          period: { start: isoInstant(ago(900)), end: isoInstant(ago(860)) },
          hospitalization: { dischargeDisposition: { text: "Usual place of residence" } },
        });
        writer.medicine(medicineOf("olanzapine", at, null, "15mg at night"), "hospital");
      });
    },
  },
];
