import { Fields, keep, withExtensions } from "../kept-fields.ts";
import { text, type Json } from "../json.ts";
import { dosages } from "./dosage.ts";

/**
 * STU3 MedicationStatement. R4 has no `taken`: "no" becomes the status
 * `not-taken`; every answer, "unknown" too, is kept in an extension, since it
 * is what the practice said about use.
 */
export function medicationStatement(source: Json): Json {
  const from = new Fields(source);
  const taken = text(from.take("taken"));
  const status = text(from.take("status"));
  const notTaken = taken === "n" && (status === "active" || status === "completed");
  const kept: Json[] = [];
  if (taken !== undefined) kept.push(keep("taken", taken));
  if (notTaken) kept.push(keep("status", status));
  const notTakenReasons = from.take("reasonNotTaken");
  return withExtensions(
    {
      ...from.common(),
      ...from.same(
        "identifier",
        "basedOn",
        "partOf",
        "category",
        "medicationCodeableConcept",
        "medicationReference",
        "effectiveDateTime",
        "effectivePeriod",
        "dateAsserted",
        "informationSource",
        "subject",
        "derivedFrom",
        "reasonCode",
        "reasonReference",
        "note",
      ),
      status: notTaken ? "not-taken" : (status ?? "unknown"),
      statusReason: notTakenReasons,
      context: from.take("context"),
      dosage: dosages(from.take("dosage")),
    },
    [...kept, ...from.rest()],
  );
}
