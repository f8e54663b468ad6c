import { isoInstant } from "../../calendar.ts";
import type { Life } from "../../population/life.ts";
import type { PracticeRecord } from "./practice-record.ts";
import { coded, profile } from "./stu3.ts";

/** What a practice keeps as uncategorised data: blood pressure, weight, smoking, family history. */
export function measurements(record: PracticeRecord, life: Life): void {
  const observe = (at: Date, fields: Record<string, unknown>): void =>
    void record.resource("uncategorised", {
      resourceType: "Observation",
      meta: profile("Observation-1"),
      identifier: record.cross(),
      status: "final",
      subject: record.subject,
      effectiveDateTime: isoInstant(at),
      issued: isoInstant(at),
      performer: [record.practitioner],
      ...fields,
    });
  const quantity = (value: number, unit: string): Record<string, unknown> => ({
    valueQuantity: { value, unit, system: "http://unitsofmeasure.org", code: unit },
  });
  for (const vitals of life.vitals) {
    observe(vitals.at, {
      code: coded("Blood pressure", "75367002"),
      component: [
        { code: coded("Systolic blood pressure", "72313002"), ...quantity(vitals.systolic, "mm[Hg]") },
        { code: coded("Diastolic blood pressure", "1091811000000102"), ...quantity(vitals.diastolic, "mm[Hg]") },
      ],
    });
    observe(vitals.at, { code: coded("Body weight", "27113001"), ...quantity(vitals.weight, "kg") });
  }
  const first = life.vitals[0];
  if (first !== undefined)
    observe(first.at, { code: coded("Standing height", "50373000"), ...quantity(first.height, "cm") });
  const smoking = {
    never: { text: "Never smoked tobacco", code: "266919005" },
    ex: { text: "Ex-smoker", code: "8517006" },
    current: { text: "Smoker", code: "77176002" },
  };
  const status = life.smoking === null ? null : smoking[life.smoking];
  if (status !== null) observe(first?.at ?? record.at, { code: coded(status.text, status.code) });
  for (const one of life.familyHistory) observe(one.at, { code: coded(one.display, one.code) });
}
