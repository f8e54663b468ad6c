import { Fields, keep, withExtensions } from "../kept-fields.ts";
import { isObject, text, type Json } from "../json.ts";
import { dosages } from "./dosage.ts";

/** STU3 MedicationRequest (`plan` and its `order`s): `context` becomes `encounter`, the requester a plain reference. */
export function medicationRequest(source: Json): Json {
  const from = new Fields(source);
  const requester = from.take("requester");
  const category = from.take("category");
  const substitution = from.take("substitution");
  const kept: Json[] = [];
  if (isObject(requester) && requester["onBehalfOf"] !== undefined)
    kept.push(keep("requester.onBehalfOf", requester["onBehalfOf"]));
  let allowed: unknown = substitution;
  if (isObject(substitution)) {
    const { allowed: yes, ...rest } = substitution;
    allowed = { ...rest, allowedBoolean: yes };
  }
  // R4 made the status mandatory and has no `unknown` for a plan without one in STU3.
  const status = text(from.take("status")) ?? "unknown";
  return withExtensions(
    {
      ...from.common(),
      ...from.same(
        "identifier",
        "intent",
        "priority",
        "medicationCodeableConcept",
        "medicationReference",
        "subject",
        "supportingInformation",
        "authoredOn",
        "recorder",
        "reasonCode",
        "reasonReference",
        "basedOn",
        "groupIdentifier",
        "note",
        "dispenseRequest",
        "priorPrescription",
        "detectedIssue",
        "eventHistory",
      ),
      status,
      category: category === undefined ? undefined : [category],
      encounter: from.take("context"),
      requester: isObject(requester) ? requester["agent"] : undefined,
      instantiatesUri: undefined,
      dosageInstruction: dosages(from.take("dosageInstruction")),
      substitution: allowed,
    },
    [...kept, ...from.rest()],
  );
}
