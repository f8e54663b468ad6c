import { isoInstant } from "../../calendar.ts";
import type { ResultFact } from "../../population/life.ts";
import { SNOMED } from "../fhir.ts";
import type { PracticeRecord } from "./practice-record.ts";
import { coded, profile } from "./stu3.ts";

/** Report, test group and its members, with the practice's filing comment. */
export function report(record: PracticeRecord, result: ResultFact): void {
  const issued = isoInstant(result.at);
  const shared = {
    meta: profile("Observation-1"),
    status: "final",
    subject: record.subject,
    issued,
    effectiveDateTime: issued,
    performer: [{ display: "County pathology" }],
  };
  const specimen = record.resource(null, {
    resourceType: "Specimen",
    meta: profile("Specimen-1"),
    status: "available",
    type: coded("Venous blood specimen", "122555007"),
    subject: record.subject,
    collection: { collectedDateTime: issued },
  });
  const members = result.lines.map((line) =>
    record.resource(null, {
      resourceType: "Observation",
      ...shared,
      identifier: record.cross(),
      specimen: { reference: specimen },
      category: [
        {
          coding: [{ system: "http://hl7.org/fhir/observation-category", code: "laboratory", display: "Laboratory" }],
        },
      ],
      code: { coding: [{ system: "http://loinc.org", code: line.loinc, display: line.display }], text: line.display },
      valueQuantity: {
        value: Number(line.value),
        unit: line.unit,
        system: "http://unitsofmeasure.org",
        code: line.unit,
      },
      ...(line.flag === ""
        ? {}
        : { interpretation: { coding: [{ system: "http://hl7.org/fhir/v2/0078", code: line.flag }] } }),
      referenceRange: [
        {
          ...(line.low === null ? {} : { low: { value: line.low, unit: line.unit } }),
          ...(line.high === null ? {} : { high: { value: line.high, unit: line.unit } }),
        },
      ],
    }),
  );
  const group = record.resource(null, {
    resourceType: "Observation",
    ...shared,
    identifier: record.cross(),
    code: { text: result.panel },
    specimen: { reference: specimen },
    category: [
      { coding: [{ system: "http://hl7.org/fhir/observation-category", code: "laboratory", display: "Laboratory" }] },
    ],
    related: members.map((reference) => ({ type: "has-member", target: { reference } })),
    comment: "Satisfactory, no further action",
  });
  record.resource("investigations", {
    resourceType: "DiagnosticReport",
    meta: profile("DiagnosticReport-1"),
    identifier: record.cross(),
    status: "final",
    code: {
      coding: [{ system: SNOMED, code: "721981007", display: "Diagnostic studies report" }],
      text: result.panel,
    },
    subject: record.subject,
    issued,
    performer: [{ actor: { display: "County pathology" } }],
    specimen: [{ reference: specimen }],
    result: [{ reference: group }],
  });
}
