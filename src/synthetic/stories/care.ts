import { isoDay, isoInstant } from "../calendar.ts";
import { conditionOf, medicineOf } from "../population/catalogue.ts";
import type { ClinicFact } from "../population/life.ts";
import { concept, meta, UBRN } from "../streams/fhir.ts";
import type { Story } from "./story.ts";

const OWN = "https://kmcr.org.uk/StructureDefinition/";
/** The referral to podiatry as the practice and the community trust number it. */
const PODIATRY = "000049815582";

const cardiology = (ago: (days: number) => Date): ClinicFact => ({
  specialty: "Cardiology",
  code: "320",
  referred: ago(90),
  booked: ago(80),
  at: ago(30),
  consultant: "Dr Ruth Oyelaran",
  state: "attended",
  request: "000049815574",
});

/** Care that several organisations give together: referrals that are followed, a team, plans that replace one another. */
export const careStories: readonly Story[] = [
  {
    key: "referrals-followed",
    number: 43,
    given: ["Derek"],
    family: "Winch",
    title: "Mr",
    sex: "male",
    birthDate: "1951-04-11",
    why: "Two referrals told step by step, from the practice to discharge; a care team with its numbers; a plan that replaced another.",
    bestRole: "community-nurse",
    nextOfKin: { name: "Sylvia Winch", relationship: "Wife and main carer", phone: "07700 900431" },
    live(life, { ago }) {
      life.conditions.push(conditionOf("type-2-diabetes", ago(4000)), conditionOf("heart-failure", ago(600)));
      life.medicines.push(medicineOf("metformin", ago(3900)), medicineOf("furosemide", ago(590)));
      // The practice writes the referral, the hospital books and sees him; how far the referral came is told below.
      life.clinics.push(cardiology(ago));
    },
    tell({ hospital, fhir, ago, ahead }) {
      const clinic = cardiology(ago);
      const said = hospital();
      said.person("A28", ago(89));
      said.referral("REF", ago(88), clinic, "P");
      said.referral("RRI", ago(84), clinic, "A");
      said.appointment("S14", ago(29), clinic, `${said.context.view.localId}S0`, clinic.at);
      said.referral("RRI", ago(10), clinic, "E");

      const request = { id: "dw-podiatry", identifier: [{ system: UBRN, value: PODIATRY }] };
      const task = (status: string, at: Date, more: Record<string, unknown> = {}) => ({
        id: "dw-podiatry-task",
        status,
        intent: "order",
        code: { text: "Referral to podiatry" },
        focus: { reference: "ServiceRequest/dw-podiatry" },
        authoredOn: isoInstant(ago(60)),
        lastModified: isoInstant(at),
        owner: { display: "Podiatrist Leigh Amos" },
        ...more,
      });
      fhir("community", ago(58), (writer) => {
        writer.add("ServiceRequest", {
          ...request,
          status: "active",
          intent: "order",
          category: [concept("Patient referral", "3457005")],
          code: { text: "Podiatry: diabetic foot care" },
          authoredOn: isoInstant(ago(60)),
          requester: { display: "Dr Anil Desai" },
          performer: [{ display: "Community podiatry" }],
          reasonCode: [{ text: "Loss of feeling in both feet" }],
        });
        writer.add("Task", task("received", ago(58)), "for");
      });
      fhir("community", ago(55), (writer) => {
        writer.add("Task", task("accepted", ago(55)), "for");
        writer.resources.push({
            resourceType: "Appointment",
            id: "dw-podiatry-visit",
            basedOn: [{ reference: "ServiceRequest/dw-podiatry" }],
            status: "fulfilled",
            created: isoInstant(ago(54)),
            start: isoInstant(ago(40)),
            end: isoInstant(new Date(ago(40).getTime() + 1_800_000)),
            serviceType: [{ text: "Podiatry" }],
            reasonCode: [{ text: "Foot check" }],
            participant: [
              { actor: writer.subject, status: "accepted" },
              { actor: { type: "Practitioner", display: "Podiatrist Leigh Amos" }, status: "accepted" },
              { actor: { type: "Location", display: "Heathside clinic" }, status: "accepted" },
            ],
        });
      });
      fhir("community", ago(39), (writer) => {
        writer.add("Encounter", {
          id: "dw-podiatry-seen",
          status: "finished",
          class: { system: "http://terminology.hl7.org/CodeSystem/v3-ActCode", code: "AMB" },
          type: [{ text: "Podiatry: first assessment" }],
          basedOn: [{ reference: "ServiceRequest/dw-podiatry" }],
          period: { start: isoInstant(ago(40)), end: isoInstant(new Date(ago(40).getTime() + 1_800_000)) },
          participant: [{ type: [{ text: "Podiatrist" }], individual: { display: "Podiatrist Leigh Amos" } }],
          reasonCode: [{ text: "Loss of feeling in both feet" }],
          location: [{ location: { display: "Heathside clinic" } }],
        });
        writer.add("Procedure", {
          status: "completed",
          code: { text: "Pressure-relieving insoles fitted" },
          performedDateTime: isoInstant(ago(40)),
          performer: [{ actor: { display: "Podiatrist Leigh Amos" } }],
          location: { display: "Heathside clinic" },
          outcome: { text: "Ulcer healed, walking without pain" },
        });
      });
      fhir("community", ago(12), (writer) => {
        writer.add("Task", task("completed", ago(12), { executionPeriod: { end: isoInstant(ago(12)) }, businessStatus: { text: "Discharged to the practice" } }), "for");
      });

      fhir("community", ago(45), (writer) => {
        writer.add(
          "EpisodeOfCare",
          {
            status: "active",
            type: [{ text: "Heart failure nursing" }],
            period: { start: isoDay(ago(45)) },
            managingOrganization: { display: "Community trust" },
            careManager: { display: "Marcus Bell" },
            extension: [
              { url: `${OWN}phone`, valueString: "01632 960170" },
              { url: `${OWN}hours`, valueString: "every day 8am to 8pm" },
            ],
          },
          "patient",
        );
        writer.add("CareTeam", {
          status: "active",
          name: "Heart failure team",
          period: { start: isoDay(ago(45)) },
          telecom: [{ system: "phone", value: "01632 960170" }],
          extension: [{ url: `${OWN}hours`, valueString: "every day 8am to 8pm" }],
          participant: [
            { role: [{ text: "Key worker" }], member: { display: "Marcus Bell" } },
            { role: [{ text: "Named nurse" }], member: { display: "Nurse Ade Balogun" } },
          ],
          managingOrganization: [{ display: "Community trust" }],
        });
        writer.add("CarePlan", {
          id: "dw-plan-1",
          meta: meta("care-plan"),
          status: "active",
          intent: "plan",
          title: "Heart failure plan",
          description: "Weigh once a week.",
          period: { start: isoDay(ago(45)) },
          author: { display: "Nurse Ade Balogun" },
        });
        writer.add("CarePlan", {
          id: "dw-plan-2",
          meta: meta("care-plan"),
          extension: [{ url: `${OWN}review-date`, valueDate: isoDay(ahead(60)) }],
          status: "active",
          intent: "plan",
          title: "Heart failure plan, after the stay at home was agreed",
          description: "Weigh every morning; two kilograms up in three days: ring the team.",
          period: { start: isoDay(ago(20)) },
          author: { display: "Marcus Bell" },
          contributor: [writer.subject],
          replaces: [{ reference: "CarePlan/dw-plan-1" }],
        });
        writer.add("CarePlan", {
          meta: meta("contingency-plans"),
          extension: [{ url: `${OWN}review-date`, valueDate: isoDay(ago(5)) }],
          status: "active",
          intent: "plan",
          title: "If breathless at night",
          description: "Ring the team first; the spare oxygen is in the hall.",
          period: { start: isoDay(ago(200)) },
          author: { display: "Nurse Ade Balogun" },
        });
        writer.add("Goal", {
          meta: meta("care-plan"),
          lifecycleStatus: "active",
          description: { text: "To walk to the allotment and back" },
          startDate: isoDay(ago(45)),
          achievementStatus: { text: "Improving" },
        });
        writer.add("QuestionnaireResponse", {
          meta: meta("about-me"),
          status: "completed",
          authored: isoInstant(ago(45)),
          extension: [{ url: `${OWN}said-by`, valueCode: "person" }],
          item: [
            { linkId: "1", text: "What I am good at", answer: [{ valueString: "Growing leeks; I keep my own diary of weights." }] },
            { linkId: "2", text: "Please do not ask again", answer: [{ valueString: "My brother's death. Read it here." }] },
          ],
        });
      });
    },
  },
];
