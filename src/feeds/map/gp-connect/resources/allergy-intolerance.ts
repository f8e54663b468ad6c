import { Fields, withExtensions } from "../kept-fields.ts";
import { text, type Json } from "../json.ts";

/** STU3 AllergyIntolerance: both statuses become concepts, `assertedDate` becomes `recordedDate`. */
export function allergyIntolerance(source: Json): Json {
  const from = new Fields(source);
  const clinical = text(from.take("clinicalStatus"));
  const verification = text(from.take("verificationStatus"));
  const same = from.same(
    "identifier",
    "type",
    "category",
    "criticality",
    "code",
    "patient",
    "onsetDateTime",
    "onsetAge",
    "onsetPeriod",
    "onsetRange",
    "onsetString",
    "recorder",
    "asserter",
    "lastOccurrence",
    "note",
    "reaction",
  );
  return withExtensions(
    {
      ...from.common(),
      ...same,
      clinicalStatus: clinical && status("allergyintolerance-clinical", clinical),
      verificationStatus: verification && status("allergyintolerance-verification", verification),
      recordedDate: from.take("assertedDate"),
    },
    from.rest(),
  );
}

function status(system: string, code: string): Json {
  return { coding: [{ system: `http://terminology.hl7.org/CodeSystem/${system}`, code }] };
}
