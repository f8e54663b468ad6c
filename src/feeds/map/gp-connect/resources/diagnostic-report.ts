import { Fields, keep, withExtensions } from "../kept-fields.ts";
import { objects, type Json } from "../json.ts";

/** STU3 DiagnosticReport: performers lose their role (kept), `codedDiagnosis` and `image` get their R4 names. */
export function diagnosticReport(source: Json): Json {
  const from = new Fields(source);
  const performers = objects(from.take("performer"));
  const kept = performers.filter((one) => one["role"] !== undefined).map((one) => keep("performer", one));
  const category = from.take("category");
  return withExtensions(
    {
      ...from.common(),
      ...from.same(
        "identifier",
        "basedOn",
        "status",
        "code",
        "subject",
        "effectiveDateTime",
        "effectivePeriod",
        "issued",
        "specimen",
        "result",
        "imagingStudy",
        "conclusion",
        "presentedForm",
      ),
      category: category === undefined ? undefined : [category],
      encounter: from.take("context"),
      performer: performers.length > 0 ? performers.map((one) => one["actor"]) : undefined,
      media: from.take("image"),
      conclusionCode: from.take("codedDiagnosis"),
    },
    [...kept, ...from.rest()],
  );
}
