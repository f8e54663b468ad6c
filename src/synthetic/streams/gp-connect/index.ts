/** A practice's GP Connect structured record (STU3), as its system would answer. */
import type { Life } from "../../population/life.ts";
import type { Person } from "../../population/person.ts";
import type { Practice } from "../../region.ts";
import type { View } from "../../views/view.ts";
import { allergies } from "./allergies.ts";
import { consultation } from "./consultations.ts";
import { immunisations } from "./immunisations.ts";
import { report } from "./investigations.ts";
import { measurements } from "./measurements.ts";
import { medicine } from "./medicines.ts";
import { PracticeRecord, type Area, type Warning } from "./practice-record.ts";
import { problems } from "./problems.ts";
import { referrals } from "./referrals.ts";

export type GpOptions = {
  /** Warnings by area of the record. */
  readonly warnings?: Readonly<Partial<Record<Area, Warning>>>;
};

/** A practice's whole structured record of one person as it stands at `at`: an STU3 collection Bundle. */
export function structuredRecord(
  person: Person,
  life: Life,
  view: View,
  practice: Practice,
  at: Date,
  options: GpOptions = {},
): Buffer {
  const record = new PracticeRecord(person, view, practice, at);
  allergies(record, life);
  for (const fact of life.medicines) if (fact.start < at) medicine(record, fact);
  problems(record, life);
  immunisations(record, life);
  for (const fact of life.results) if (fact.orderedBy === "practice" && fact.at < at) report(record, fact);
  referrals(record, life);
  measurements(record, life);
  for (const fact of life.consultations) consultation(record, fact);
  return Buffer.from(JSON.stringify(record.bundle(options.warnings ?? {})));
}
