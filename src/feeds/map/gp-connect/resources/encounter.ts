import { Fields, withExtensions } from "../kept-fields.ts";
import { objects, type Json } from "../json.ts";

/** R4 asks for a class; a practice's consultation without one is ambulatory care. */
const AMBULATORY = { system: "http://terminology.hl7.org/CodeSystem/v3-ActCode", code: "AMB", display: "ambulatory" };

/** STU3 Encounter: `incomingReferral` becomes `basedOn`, `reason` becomes `reasonCode`. */
export function encounter(source: Json): Json {
  const from = new Fields(source);
  const diagnoses = from.take("diagnosis");
  return withExtensions(
    {
      ...from.common(),
      ...from.same(
        "identifier",
        "status",
        "statusHistory",
        "classHistory",
        "type",
        "priority",
        "subject",
        "episodeOfCare",
        "participant",
        "period",
        "length",
        "account",
        "hospitalization",
        "location",
        "serviceProvider",
        "partOf",
      ),
      class: from.take("class") ?? AMBULATORY,
      basedOn: from.take("incomingReferral"),
      appointment: listOf(from.take("appointment")),
      reasonCode: from.take("reason"),
      diagnosis:
        diagnoses === undefined
          ? undefined
          : objects(diagnoses).map(({ role, ...rest }) => ({ ...rest, ...(role === undefined ? {} : { use: role }) })),
    },
    from.rest(),
  );
}

function listOf(value: unknown): unknown {
  return value === undefined || Array.isArray(value) ? value : [value];
}
