import { Fields, keep, withExtensions } from "../kept-fields.ts";
import { isObject, objects, text, type Json } from "../json.ts";

const REFERRAL = { coding: [{ system: "http://snomed.info/sct", code: "3457005", display: "Patient referral" }] };

/** STU3 ReferralRequest as an R4 ServiceRequest of the category "Patient referral". */
export function referralRequest(source: Json): Json {
  const from = new Fields(source);
  const kind = from.take("type");
  const services = objects(from.take("serviceRequested"));
  const specialty = from.take("specialty");
  const description = text(from.take("description"));
  const kept = [
    ...(description === undefined ? [] : [keep("description", description)]),
    ...services.slice(1).map((one) => keep("serviceRequested", one)),
  ];
  const notes = [...objects(from.take("note")), ...(description === undefined ? [] : [{ text: description }])];
  return withExtensions(
    {
      ...from.common(),
      ...from.same(
        "identifier",
        "basedOn",
        "replaces",
        "status",
        "intent",
        "priority",
        "subject",
        "occurrenceDateTime",
        "occurrencePeriod",
        "authoredOn",
        "reasonCode",
        "reasonReference",
        "supportingInfo",
        "relevantHistory",
      ),
      requisition: from.take("groupIdentifier"),
      category: kind === undefined ? [REFERRAL] : [REFERRAL, kind],
      code: services[0],
      encounter: from.take("context"),
      ...requester(from.take("requester"), kept),
      performerType: specialty,
      performer: from.take("recipient"),
      note: notes.length > 0 ? notes : undefined,
    },
    [...kept, ...from.rest()],
  );
}

/** STU3 ProcedureRequest as an R4 ServiceRequest: a test or procedure asked for. */
export function procedureRequest(source: Json): Json {
  const from = new Fields(source);
  const performer = from.take("performer");
  const kept: Json[] = [];
  return withExtensions(
    {
      ...from.common(),
      ...from.same(
        "identifier",
        "basedOn",
        "replaces",
        "requisition",
        "status",
        "intent",
        "priority",
        "doNotPerform",
        "category",
        "code",
        "subject",
        "occurrenceDateTime",
        "occurrencePeriod",
        "occurrenceTiming",
        "asNeededBoolean",
        "asNeededCodeableConcept",
        "authoredOn",
        "performerType",
        "reasonCode",
        "reasonReference",
        "specimen",
        "bodySite",
        "note",
        "relevantHistory",
      ),
      supportingInfo: from.take("supportingInfo"),
      encounter: from.take("context"),
      ...requester(from.take("requester"), kept),
      performer: performer === undefined ? undefined : [performer],
    },
    [...kept, ...from.rest()],
  );
}

function requester(value: unknown, kept: Json[]): Json {
  if (!isObject(value)) return {};
  if (value["onBehalfOf"] !== undefined) kept.push(keep("requester.onBehalfOf", value["onBehalfOf"]));
  return { requester: value["agent"] };
}
