import { isoDay } from "../calendar.ts";
import { conditionOf, medicineOf } from "../population/catalogue.ts";
import type { Story } from "./story.ts";

/** Adults and children whom somebody has to protect. */
export const safeguardingStories: readonly Story[] = [
  {
    key: "safeguarding-adult",
    number: 9,
    given: ["Jean"],
    family: "Wanstall",
    title: "Mrs",
    sex: "female",
    birthDate: "1947-03-08",
    why: "An open adult safeguarding concern, home care four times a day, equipment and a support plan.",
    bestRole: "adult-social-worker",
    live(life, { ago }) {
      life.conditions.push(conditionOf("stroke", ago(1300)), conditionOf("osteoarthritis", ago(4000)));
      life.medicines.push(medicineOf("clopidogrel", ago(1290)));
      life.packages.push({
        kind: "Home care, 4 visits a day",
        provider: "Bluebell Home Care",
        reason: "Physical support: personal care",
        from: ago(400),
        to: null,
        worker: "Priya Nair",
      });
    },
    tell({ council, ago, ahead }) {
      const say = (kind: string, days: number, cells: Record<string, string>): void =>
        council("adult", kind, ago(days), {
          start_date: isoDay(ago(days)),
          worker_name: "Priya Nair",
          worker_role: "Social worker",
          ...cells,
        });
      say("safeguarding", 25, {
        description: "Concern about financial abuse by a relative",
        detail: "Section 42 enquiry open; do not discuss with nephew",
        active_status: "Open",
        review_date: isoDay(ahead(20)),
      });
      say("equipment", 380, {
        description: "Hospital-type bed with side rails",
        equipment_status: "In use",
        detail: "Key safe at the front door",
      });
      say("equipment", 370, { description: "Riser recliner chair", equipment_status: "In use" });
      say("about-me", 350, {
        type: "What matters to me",
        description: "My cat Biscuit, the local radio in the morning, and being asked first.",
        recorded_at: isoDay(ago(350)),
        said_by: "person",
        detail: "Please speak on my right side.",
      });
      say("circumstance", 400, {
        type: "Household composition",
        outcome: "Lives alone in a ground-floor flat",
        said_by: "person",
      });
      say("circumstance", 399, { type: "Occupational history", outcome: "Retired school cook", said_by: "person" });
      say("risk", 24, {
        type: "Risk from others",
        description: "Money taken from purse",
        outcome: "High",
        detail: "Bank card held by daughter",
      });
      say("support-plan", 390, {
        type: "Care and support plan",
        plan_status: "Active",
        agreed_with: "person",
        description: "To stay in my own home and go to church on Sundays.",
        detail: "Two carers for transfers",
        review_date: isoDay(ahead(80)),
      });
      say("contingency-plan", 390, {
        type: "If the carer does not come",
        plan_status: "Active",
        description: "Neighbour Mrs Lee has a key",
        detail: "Call the duty line",
      });
      say("additional-plan", 200, {
        type: "Falls prevention plan",
        plan_status: "Active",
        description: "Strength exercises twice a week",
      });
      say("requirement", 390, {
        description: "Large print letters",
        detail: "Registered sight impaired",
        active_status: "Open",
      });
      say("action", 20, {
        description: "Bank to be contacted about third-party access",
        detail: "Agreed with the person",
      });
    },
  },
  {
    key: "child-protection",
    number: 10,
    given: ["Alfie"],
    family: "Dungey",
    title: "Master",
    sex: "male",
    birthDate: "2017-10-03",
    why: "A child protection plan, visible to those who must know, and its core group.",
    bestRole: "childrens-social-worker",
    live(life, { ago }) {
      life.conditions.push(conditionOf("asthma", ago(900)));
      life.medicines.push(medicineOf("salbutamol", ago(890)));
      life.attendances.push({ at: ago(40), reason: "Head injury" });
    },
    tell({ council, fhir, ago, ahead }) {
      const start = isoDay(ago(95));
      council("children", "child-protection-plan", ago(95), {
        description: "Child protection plan: neglect",
        active_status: "Open",
        start_date: start,
        review_date: isoDay(ahead(30)),
        worker_name: "Michael Asante",
      });
      council("children", "worker", ago(95), {
        worker_name: "Michael Asante",
        worker_role: "Social worker, key worker",
        team: "Children's social work team",
        active_status: "Open",
        worker_phone: "01632 960144",
        start_date: start,
      });
      council("children", "personal-contact", ago(95), {
        contact_name: "Tracey Dungey",
        relationship: "Mother",
        contact_phone: "07700 900444",
        rank: "1",
      });
      council("children", "assessment", ago(110), {
        type: "Child and family assessment",
        start_date: isoDay(ago(110)),
        outcome: "Threshold for section 47 met",
        worker_name: "Michael Asante",
        said_by: "professional",
      });
      fhir("children", ago(60), (writer) => {
        writer.encounter(
          "AMB",
          "Children's mental health: initial assessment",
          ago(60),
          "Nurse Joe Penfold",
          "Children's service",
          ["mental-health"],
        );
      });
    },
  },
  {
    key: "looked-after",
    number: 11,
    given: ["Freya"],
    family: "Marsh",
    title: "Miss",
    sex: "female",
    birthDate: "2013-05-27",
    why: "A looked-after child: who may consent, the placement, and the health assessment that is due.",
    bestRole: "childrens-social-worker",
    live(life, { ago }) {
      life.conditions.push(conditionOf("eczema", ago(2000)));
      life.medicines.push(medicineOf("emollient", ago(700)));
    },
    tell({ council, ago, ahead }) {
      const start = isoDay(ago(310));
      council("children", "looked-after", ago(310), {
        description: "Looked after: full care order",
        active_status: "Open",
        start_date: start,
        worker_name: "Gareth Lloyd",
        review_date: isoDay(ahead(45)),
      });
      council("children", "legal", ago(310), {
        description: "Care order, Children Act 1989 section 31",
        decision: "Care order",
        active_status: "Open",
        start_date: start,
        worker_name: "Gareth Lloyd",
        detail: "Local authority shares parental responsibility",
      });
      council("children", "package", ago(300), {
        type: "Foster placement",
        support_type: "Therapeutic foster care",
        provider: "In-house fostering",
        start_date: isoDay(ago(300)),
        episode_status: "Open",
        funding: "Local authority",
        worker_name: "Gareth Lloyd",
      });
      council("children", "support-plan", ago(280), {
        type: "Care plan",
        plan_status: "Active",
        start_date: isoDay(ago(280)),
        description: "Stay at her school; see her brother each fortnight.",
        worker_name: "Gareth Lloyd",
      });
      council("children", "action", ago(15), {
        description: "Review health assessment due",
        start_date: isoDay(ago(15)),
        worker_name: "Gareth Lloyd",
      });
    },
  },
];
