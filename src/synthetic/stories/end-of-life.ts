import { conditionOf, medicineOf } from "../population/catalogue.ts";
import { isoDay, isoInstant } from "../calendar.ts";
import { concept, meta } from "../streams/fhir.ts";
import { pdfOf } from "../streams/pdf.ts";
import type { Story } from "./story.ts";

const NOT_FOR = "450476008";
const FOR = "450475007";

/** Treatment escalation, resuscitation, hospice, and decisions made in advance. */
export const endOfLifeStories: readonly Story[] = [
  {
    key: "respect-dnacpr",
    number: 4,
    given: ["Ronald"],
    family: "Gambrill",
    title: "Mr",
    sex: "male",
    birthDate: "1938-11-05",
    why: "ReSPECT plan and a do-not-resuscitate decision, where the form is kept, and when it is to be reviewed.",
    bestRole: "paramedic",
    live(life, { ago }) {
      life.conditions.push(
        conditionOf("heart-failure", ago(1800)),
        conditionOf("chronic-kidney-disease", ago(2200)),
        conditionOf("frailty", ago(700)),
      );
      life.medicines.push(medicineOf("furosemide", ago(1700)), medicineOf("bisoprolol", ago(1700)));
      life.allergyState = "asserted";
    },
    tell({ fhir, ago, ahead, person }) {
      const at = ago(120);
      fhir("community", at, (writer) => {
        writer.flag("Not for attempted cardiopulmonary resuscitation", at, {
          section: "end-of-life",
          decision: "dnacpr",
          code: NOT_FOR,
          by: "Dr Helen Carver",
          review: isoDay(ahead(60)),
          where: "Lilac folder on the fridge at home",
        });
        writer.flag("ReSPECT plan in place", at, {
          section: "end-of-life",
          decision: "respect",
          code: "1382601000000107",
          by: "Dr Helen Carver",
          review: isoDay(ahead(60)),
          where: "Lilac folder on the fridge at home",
        });
        writer.plan(
          "Treatment escalation plan",
          "Comfort first; hospital only for a problem that cannot be eased at home. Oral antibiotics yes, intensive care no.",
          at,
          "contingency-plans",
          "Dr Helen Carver",
          isoDay(ahead(60)),
          [
            "If breathless: sit up, furosemide as written up, call the community team",
            "If pain cannot be eased: call the hospice line",
          ],
        );
        writer.document(
          "ReSPECT form",
          "application/pdf",
          pdfOf("ReSPECT: recommended summary plan", [
            `For ${person.given[0]} ${person.family}`,
            "Priority: comfort.",
            "CPR attempts not recommended.",
            "Discussed with the person and his daughter.",
          ]),
          at,
          "Dr Helen Carver",
        );
      });
    },
  },
  {
    key: "respect-two-decisions",
    number: 5,
    given: ["Beryl", "Ann"],
    family: "Nethersole",
    title: "Mrs",
    sex: "female",
    birthDate: "1941-04-22",
    why: "Two organisations hold opposite resuscitation decisions: neither may hide the other.",
    bestRole: "paramedic",
    live(life, { ago }) {
      life.conditions.push(conditionOf("copd", ago(3000)), conditionOf("frailty", ago(500)));
      life.medicines.push(medicineOf("tiotropium", ago(2500)));
    },
    tell({ fhir, ago, ahead }) {
      fhir(
        "community",
        ago(400),
        (writer) =>
          void writer.flag("Not for attempted cardiopulmonary resuscitation", ago(400), {
            section: "end-of-life",
            decision: "dnacpr",
            code: NOT_FOR,
            by: "Dr James Hollis",
            review: isoDay(ago(35)),
            where: "Care home file",
          }),
      );
      fhir(
        "hospice",
        ago(21),
        (writer) =>
          void writer.flag("For attempted cardiopulmonary resuscitation", ago(21), {
            section: "end-of-life",
            decision: "for-cpr",
            code: FOR,
            by: "Dr Ruth Oyelaran",
            review: isoDay(ahead(150)),
            where: "Hospice record",
          }),
      );
    },
  },
  {
    key: "hospice-anticipatory",
    number: 6,
    given: ["Kenneth"],
    family: "Solley",
    title: "Mr",
    sex: "male",
    birthDate: "1950-09-14",
    why: "Hospice care at home with anticipatory medicines in the house and a preferred place of death.",
    bestRole: "hospice-nurse",
    live(life, { ago }) {
      life.conditions.push(conditionOf("prostate-cancer", ago(1500)));
      life.medicines.push(medicineOf("paracetamol", ago(300)));
      life.allergyState = "asserted";
    },
    tell({ fhir, ago, ahead, person }) {
      const at = ago(9);
      fhir(
        "hospice",
        at,
        (writer) => {
          for (const key of ["morphine-sc", "midazolam-sc", "haloperidol-sc", "hyoscine-sc"])
            writer.medicine(medicineOf(key, at), "anticipatory");
          writer.flag("Not for attempted cardiopulmonary resuscitation", at, {
            section: "end-of-life",
            decision: "dnacpr",
            code: NOT_FOR,
            by: "Dr Tom Fairbrass",
            review: isoDay(ahead(30)),
            where: "Message in a bottle, hall table",
          });
          writer.plan(
            "Preferred place of death: home",
            "Estimated prognosis weeks. Person and wife are aware. Wishes to stay at home with the dog near by.",
            at,
            "end-of-life",
            "Sister Paula Grice",
            isoDay(ahead(14)),
          );
          writer.plan(
            "Advance care plan",
            "Syringe driver if symptoms change; wife knows whom to call at night.",
            at,
            "additional-plans",
            "Sister Paula Grice",
            isoDay(ahead(14)),
          );
          writer.add("Goal", {
            meta: meta("care-plan"),
            lifecycleStatus: "active",
            description: { text: "To see the garden each day" },
          });
          writer.document(
            "Hospice home assessment",
            "text/html",
            Buffer.from(
              `<!doctype html><html lang="en"><head><title>Home assessment</title></head><body><h1>Home assessment</h1><p>${person.given[0]} is comfortable. Box of medicines checked and sealed.</p></body></html>`,
            ),
            at,
            "Sister Paula Grice",
          );
          writer.encounter("HH", "Hospice at home", at, "Sister Paula Grice", "Hospice");
        },
        { post: true },
      );
    },
  },
  {
    key: "child-hospice",
    number: 7,
    given: ["Poppy"],
    family: "Rigden",
    title: "Miss",
    sex: "female",
    birthDate: "2018-02-11",
    why: "A child with a life-limiting condition: children's hospice, symptom plan and what matters to her.",
    bestRole: "hospice-nurse",
    live(life, { ago }) {
      life.conditions.push(conditionOf("epilepsy", ago(1500)));
      life.medicines.push(medicineOf("levetiracetam", ago(1400), null, "2.5ml twice a day"));
    },
    tell({ fhir, ago, ahead }) {
      const at = ago(44);
      fhir(
        "children-hospice",
        at,
        (writer) => {
          writer.plan(
            "Symptom management plan",
            "Seizure longer than five minutes: buccal midazolam once, call 999, tell the hospice.",
            at,
            "contingency-plans",
            "Nurse Kim Sharpe",
            isoDay(ahead(90)),
          );
          writer.add("QuestionnaireResponse", {
            meta: meta("about-me"),
            status: "completed",
            authored: isoInstant(at),
            item: [
              {
                linkId: "1",
                text: "What matters to me",
                answer: [{ valueString: "My brother, the hydro pool, and purple." }],
              },
              { linkId: "2", text: "How I communicate", answer: [{ valueString: "Eyes up means yes." }] },
            ],
          });
          writer.add(
            "EpisodeOfCare",
            {
              status: "active",
              type: [{ text: "Short breaks" }],
              period: { start: isoInstant(at) },
              managingOrganization: { display: "Children's hospice" },
            },
            "patient",
          );
        },
        { post: true },
      );
    },
  },
  {
    key: "lpa-adrt-dols",
    number: 8,
    given: ["Audrey"],
    family: "Pilcher",
    title: "Mrs",
    sex: "female",
    birthDate: "1936-12-01",
    why: "Lasting power of attorney, advance decision to refuse treatment, and a deprivation of liberty authorisation.",
    bestRole: "hospital-doctor",
    live(life, { ago }) {
      life.conditions.push(conditionOf("dementia", ago(1600)), conditionOf("osteoporosis", ago(3000)));
      life.medicines.push(medicineOf("donepezil", ago(1500)), medicineOf("alendronic-acid", ago(2500)));
    },
    tell({ fhir, council, ago, ahead }) {
      const at = ago(200);
      fhir("community", at, (writer) => {
        writer.flag("Lasting power of attorney, health and welfare: daughter Ruth Pilcher", at, {
          section: "legal-information",
          decision: "lpa",
          by: "Office of the Public Guardian",
          where: "Copy in the practice record",
        });
        writer.flag("Advance decision to refuse treatment: no ventilation", at, {
          section: "legal-information",
          decision: "adrt",
          by: "Dr Helen Carver",
          where: "Original with daughter",
        });
        writer.add(
          "Consent",
          {
            meta: meta("legal-information"),
            status: "active",
            scope: concept("Patient privacy", "patient-privacy", "http://terminology.hl7.org/CodeSystem/consentscope"),
            category: [{ text: "Mental capacity assessment" }],
            dateTime: isoInstant(at),
            policyRule: { text: "Lacks capacity for decisions on place of care; best-interests meeting held" },
          },
          "patient",
        );
      });
      council("adult", "legal", ago(150), {
        description: "Deprivation of liberty safeguards: standard authorisation",
        decision: "DoLS",
        active_status: "Open",
        start_date: isoDay(ago(150)),
        end_date: isoDay(ahead(215)),
        worker_name: "Claire Denholm",
        location_of_document: "Council legal file",
      });
      council("adult", "package", ago(150), {
        type: "Residential care",
        provider: "Larchfield House",
        start_date: isoDay(ago(150)),
        episode_status: "Open",
        funding: "Local authority",
        worker_name: "Claire Denholm",
      });
    },
  },
];
