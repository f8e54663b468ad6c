import { Fields, keep, withExtensions } from "../kept-fields.ts";
import { text, type Json } from "../json.ts";

/** STU3 Condition: statuses become concepts, `context` becomes `encounter`, `assertedDate` becomes `recordedDate`. */
export function condition(source: Json): Json {
  const from = new Fields(source);
  const clinical = text(from.take("clinicalStatus"));
  const verification = text(from.take("verificationStatus"));
  const stages = from.take("stage");
  return withExtensions(
    {
      ...from.common(),
      ...from.same(
        "identifier",
        "category",
        "severity",
        "code",
        "bodySite",
        "subject",
        "onsetDateTime",
        "onsetAge",
        "onsetPeriod",
        "onsetRange",
        "onsetString",
        "abatementDateTime",
        "abatementAge",
        "abatementPeriod",
        "abatementRange",
        "abatementString",
        "asserter",
        "evidence",
        "note",
      ),
      clinicalStatus: clinical && status("condition-clinical", clinical),
      // R4 has no `unknown`: the word is kept below.
      verificationStatus:
        verification && verification !== "unknown" ? status("condition-ver-status", verification) : undefined,
      stage: stages === undefined ? undefined : [stages],
      encounter: from.take("context"),
      recordedDate: from.take("assertedDate"),
    },
    [...(verification === "unknown" ? [keep("verificationStatus", verification)] : []), ...from.rest()],
  );
}

function status(system: string, code: string): Json {
  return { coding: [{ system: `http://terminology.hl7.org/CodeSystem/${system}`, code }] };
}
