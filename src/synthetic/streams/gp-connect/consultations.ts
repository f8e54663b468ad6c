import { isoInstant } from "../../calendar.ts";
import type { ConsultationFact } from "../../population/life.ts";
import { SNOMED } from "../fhir.ts";
import type { PracticeRecord } from "./practice-record.ts";
import { coded, profile } from "./stu3.ts";

/** An encounter with its topic, heading and note, nested as lists. */
export function consultation(record: PracticeRecord, fact: ConsultationFact): void {
  const { kind, note, at } = fact;
  const when = isoInstant(at);
  const encounter = record.resource(null, {
    resourceType: "Encounter",
    meta: profile("Encounter-1"),
    identifier: record.cross(),
    status: "finished",
    type: [{ text: kind }],
    subject: record.subject,
    period: { start: when, end: isoInstant(new Date(at.getTime() + 600_000)) },
    participant: [
      {
        type: [
          {
            coding: [
              {
                system: "https://fhir.nhs.uk/STU3/CodeSystem/GPConnect-ParticipantType-1",
                code: "PPRF",
                display: "primary performer",
              },
            ],
          },
        ],
        individual: record.practitioner,
      },
    ],
  });
  const comment = record.resource(null, {
    resourceType: "Observation",
    meta: profile("Observation-1"),
    identifier: record.cross(),
    status: "final",
    code: coded("Comment note", "37331000000100"),
    subject: record.subject,
    context: { reference: encounter },
    effectiveDateTime: when,
    issued: when,
    performer: [record.practitioner],
    comment: note,
  });
  const list = (title: string, code: string, display: string, item: string): string =>
    record.resource(null, {
      resourceType: "List",
      meta: profile("List-1"),
      status: "current",
      mode: "snapshot",
      title,
      code: { coding: [{ system: SNOMED, code, display }] },
      subject: record.subject,
      encounter: { reference: encounter },
      date: when,
      orderedBy: { coding: [{ system: "http://hl7.org/fhir/list-order", code: "system" }] },
      entry: [{ item: { reference: item } }],
    });
  const topic = list(kind, "25851000000105", "Topic (EHR)", comment);
  const whole = list(kind, "325851000000107", "Consultation", topic);
  record.listIn("consultations", whole);
}
