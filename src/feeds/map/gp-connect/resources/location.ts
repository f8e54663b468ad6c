import { Fields, withExtensions } from "../kept-fields.ts";
import type { Json } from "../json.ts";

/** STU3 Location: its one type may repeat in R4. */
export function location(source: Json): Json {
  const from = new Fields(source);
  const kind = from.take("type");
  return withExtensions(
    {
      ...from.common(),
      ...from.same(
        "identifier",
        "status",
        "operationalStatus",
        "name",
        "alias",
        "description",
        "mode",
        "telecom",
        "address",
        "physicalType",
        "position",
        "managingOrganization",
        "partOf",
        "endpoint",
      ),
      type: kind === undefined ? undefined : [kind],
    },
    from.rest(),
  );
}
