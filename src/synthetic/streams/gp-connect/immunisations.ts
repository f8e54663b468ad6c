import { isoDay, isoInstant } from "../../calendar.ts";
import type { Life } from "../../population/life.ts";
import type { PracticeRecord } from "./practice-record.ts";
import { CARE, coded, profile } from "./stu3.ts";

/** Vaccinations given and declined. */
export function immunisations(record: PracticeRecord, life: Life): void {
  for (const vaccine of life.vaccines) {
    record.resource("immunisations", {
      resourceType: "Immunization",
      meta: profile("Immunization-1"),
      extension: [
        { url: `${CARE}DateRecorded-1`, valueDateTime: isoInstant(vaccine.at) },
        ...(vaccine.code === null
          ? []
          : [{ url: `${CARE}VaccinationProcedure-1`, valueCodeableConcept: coded(vaccine.text, vaccine.code) }]),
      ],
      identifier: record.cross(),
      status: "completed",
      notGiven: !vaccine.given,
      vaccineCode: { coding: [{ system: "http://hl7.org/fhir/v3/NullFlavor", code: "UNK" }], text: vaccine.text },
      patient: record.subject,
      date: isoDay(vaccine.at),
      primarySource: true,
      practitioner: [{ actor: record.practitioner }],
      ...(vaccine.given ? {} : { explanation: { reasonNotGiven: [{ text: "Declined" }] } }),
      vaccinationProtocol: [
        { doseSequence: vaccine.dose, targetDisease: [{ text: vaccine.disease }], doseStatus: { text: "Counts" } },
      ],
    });
  }
}
