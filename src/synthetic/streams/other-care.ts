import { isoInstant } from "../calendar.ts";
import type { CareFact, Life } from "../population/life.ts";
import type { Person } from "../population/person.ts";
import { fullName } from "../population/person.ts";
import type { Random } from "../random.ts";
import type { FhirSource, Region } from "../region.ts";
import type { View } from "../views/view.ts";
import { concept, meta, patientOf, postBundle, putBundle, Writer, type Resource } from "./fhir.ts";
import type { Planned } from "./message.ts";
import { pdfOf } from "./pdf.ts";

/** What a community, mental health, children's, ambulance or out-of-hours service sends: one transaction a contact. */
export function careMessages(
  source: FhirSource,
  region: Region,
  person: Person,
  life: Life,
  view: View,
  facts: readonly CareFact[],
  random: Random,
): Planned[] {
  const practice = region.practices.find((one) => one.ods === person.practice);
  return facts.map((fact, index): Planned => ({
    feedId: source.feed,
    kind: "fhir-r4",
    at: new Date(fact.at.getTime() + 3600_000),
    write: () => {
      const writer = new Writer(view, `${index}c`);
      write(source, writer, person, life, fact, index);
      const resources: Resource[] = [patientOf(view, person, practice), ...writer.resources];
      const posts = source.kind === "ambulance" || source.kind === "out-of-hours";
      return posts
        ? postBundle(resources, fact.at, uuids(random, `${source.feed} ${index}`))
        : putBundle(resources, fact.at);
    },
  }));
}

function uuids(random: Random, name: string): () => string {
  const stream = random.fork(name);
  return () => stream.uuid();
}

function write(source: FhirSource, writer: Writer, person: Person, life: Life, fact: CareFact, index: number): void {
  switch (source.kind) {
    case "community":
    case "hospice":
    case "children-hospice":
      return community(source, writer, fact, index);
    case "mental-health":
    case "children":
      return mentalHealth(source, writer, life, fact, index);
    case "ambulance":
      return ambulance(source, writer, person, fact);
    case "out-of-hours":
      return outOfHours(source, writer, person, life, fact);
  }
}

function community(source: FhirSource, writer: Writer, fact: CareFact, index: number): void {
  writer.encounter("HH", fact.service, fact.at, fact.by, source.name);
  if (index > 0) return;
  writer.add(
    "EpisodeOfCare",
    {
      status: "active",
      type: [{ text: fact.service }],
      period: { start: isoInstant(fact.at) },
      managingOrganization: { display: source.name },
    },
    "patient",
  );
  writer.add("CareTeam", {
    status: "active",
    name: fact.service,
    participant: [{ role: [{ text: "Named nurse" }], member: { display: fact.by } }],
    managingOrganization: [{ display: source.name }],
  });
  writer.plan(`${fact.service} plan`, fact.note, fact.at, "care-plan", fact.by);
  writer.observation(
    "survey",
    concept("Waterlow pressure ulcer risk score", null),
    { valueQuantity: { value: 8 + (fact.at.getUTCDate() % 9), unit: "score" } },
    fact.at,
  );
}

function mentalHealth(source: FhirSource, writer: Writer, life: Life, fact: CareFact, index: number): void {
  writer.encounter("AMB", fact.service, fact.at, fact.by, source.name, ["mental-health"]);
  if (index > 0) return;
  writer.add(
    "EpisodeOfCare",
    {
      meta: meta(null, ["mental-health"]),
      status: "active",
      type: [{ text: fact.service }],
      period: { start: isoInstant(fact.at) },
      managingOrganization: { display: source.name },
    },
    "patient",
  );
  writer.add("ClinicalImpression", {
    meta: meta("formulation", ["mental-health"]),
    status: "completed",
    date: isoInstant(fact.at),
    assessor: { display: fact.by },
    summary: `${fact.note}. Presentation discussed with the person; strengths and stressors agreed.`,
  });
  writer.add("RiskAssessment", {
    meta: meta("risks", ["mental-health"]),
    status: "final",
    code: { text: "Risk to self" },
    occurrenceDateTime: isoInstant(fact.at),
    performer: { display: fact.by },
    prediction: [{ qualitativeRisk: { text: "Low" } }],
  });
  const medicine = life.medicines.find((one) => ["sertraline", "olanzapine", "lithium", "donepezil"].includes(one.key));
  if (medicine !== undefined) writer.medicine(medicine, "repeat");
}

function ambulance(source: FhirSource, writer: Writer, person: Person, fact: CareFact): void {
  writer.encounter("FLD", `Ambulance: ${fact.service}`, fact.at, fact.by, source.name);
  writer.observation(
    "vital-signs",
    concept("Heart rate", "8867-4", "http://loinc.org"),
    {
      valueQuantity: {
        value: 62 + (fact.at.getUTCMinutes() % 40),
        unit: "/min",
        system: "http://unitsofmeasure.org",
        code: "/min",
      },
    },
    fact.at,
  );
  const lines = [`Incident: ${fact.service}`, `Crew: ${fact.by}`, fact.note, `Patient: ${fullName(person)}`];
  const html = `<!doctype html><html lang="en"><head><title>Ambulance record</title></head><body><h1>Ambulance clinical record</h1>${lines.map((line) => `<p>${line.replaceAll("&", "&amp;").replaceAll("<", "&lt;")}</p>`).join("")}</body></html>`;
  const turn = fact.at.getUTCMinutes() % 3;
  if (turn === 0) writer.document("Ambulance clinical record", "text/html", Buffer.from(html), fact.at, fact.by);
  else if (turn === 1)
    writer.document("Ambulance clinical record", "text/plain", Buffer.from(lines.join("\n")), fact.at, fact.by);
  else
    writer.document(
      "Ambulance clinical record",
      "application/pdf",
      pdfOf("Ambulance clinical record", lines),
      fact.at,
      fact.by,
    );
}

function outOfHours(source: FhirSource, writer: Writer, person: Person, life: Life, fact: CareFact): void {
  writer.encounter("VR", `Out of hours: ${fact.service}`, fact.at, fact.by, source.name);
  const allergy = life.allergies[0];
  if (allergy !== undefined) {
    writer.add(
      "AllergyIntolerance",
      {
        clinicalStatus: {
          coding: [{ system: "http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical", code: "active" }],
        },
        category: [allergy.category],
        code: concept(allergy.substance, allergy.code),
        recordedDate: isoInstant(fact.at),
        reaction: [{ manifestation: [concept(allergy.reaction, allergy.reactionCode)], severity: allergy.severity }],
      },
      "patient",
    );
  }
  writer.document(
    "Out-of-hours consultation report",
    "text/plain",
    Buffer.from(`${fact.service}\n${fact.note}\nSeen by ${fact.by}\nFor ${fullName(person)}`),
    fact.at,
    fact.by,
  );
}
