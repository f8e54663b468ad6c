import { Fields, keep, withExtensions } from "../kept-fields.ts";
import { isObject, objects, type Json } from "../json.ts";

const DATE_RECORDED = /Extension-CareConnect-DateRecorded-1$/;

/**
 * STU3 Immunization: `notGiven` becomes the status `not-done`, `date` becomes
 * `occurrenceDateTime`, practitioners become performers, `explanation` becomes
 * reasons, `vaccinationProtocol` becomes `protocolApplied`.
 */
export function immunization(source: Json): Json {
  const from = new Fields(source);
  const notGiven = from.take("notGiven") === true;
  const status = from.take("status");
  const date = from.take("date");
  const explanation = from.take("explanation");
  const reasons = isObject(explanation) ? explanation : {};
  const notGivenReasons = objects(reasons["reasonNotGiven"]);
  const reactions = from.take("reaction");
  const common = from.common();
  const kept: Json[] = [];
  if (notGiven && status !== undefined) kept.push(keep("status", status));
  const recorded = objects(common["extension"]).find((one) => DATE_RECORDED.test(String(one["url"])));
  for (const more of notGivenReasons.slice(1)) kept.push(keep("explanation.reasonNotGiven", more));
  const protocols = objects(from.take("vaccinationProtocol"));
  for (const protocol of protocols) kept.push(keep("vaccinationProtocol", protocol));
  return withExtensions(
    {
      ...common,
      ...from.same(
        "identifier",
        "vaccineCode",
        "patient",
        "encounter",
        "primarySource",
        "reportOrigin",
        "location",
        "manufacturer",
        "lotNumber",
        "expirationDate",
        "site",
        "route",
        "doseQuantity",
        "note",
      ),
      status: notGiven ? "not-done" : status,
      // R4 makes the occurrence mandatory; a sender without a date is kept as saying so.
      ...(date === undefined ? { occurrenceString: "Date not given by the source" } : { occurrenceDateTime: date }),
      recorded: recorded?.["valueDateTime"],
      performer: performers(from.take("practitioner")),
      reasonCode: reasons["reason"],
      statusReason: notGivenReasons[0],
      reaction: reactions,
      protocolApplied: protocols.length > 0 ? protocols.map(protocolApplied) : undefined,
    },
    [...kept, ...from.rest()],
  );
}

function performers(value: unknown): Json[] | undefined {
  if (value === undefined) return undefined;
  return objects(value).map(({ role, ...rest }) => ({ ...(role === undefined ? {} : { function: role }), ...rest }));
}

/** What R4 has a place for; the whole protocol is kept beside it, since dose status and description have none. */
function protocolApplied(protocol: Json): Json {
  const out: Json = {};
  if (protocol["series"] !== undefined) out["series"] = protocol["series"];
  if (protocol["authority"] !== undefined) out["authority"] = protocol["authority"];
  if (protocol["targetDisease"] !== undefined) out["targetDisease"] = protocol["targetDisease"];
  if (protocol["doseSequence"] !== undefined) out["doseNumberPositiveInt"] = protocol["doseSequence"];
  else out["doseNumberString"] = "not given";
  if (protocol["seriesDoses"] !== undefined) out["seriesDosesPositiveInt"] = protocol["seriesDoses"];
  return out;
}
