import { Fields, withExtensions } from "../kept-fields.ts";
import type { Json } from "../json.ts";

/** STU3 List: the same in R4, warnings and reasons for emptiness included. */
export function list(source: Json): Json {
  const from = new Fields(source);
  return withExtensions(
    {
      ...from.common(),
      ...from.same(
        "identifier",
        "status",
        "mode",
        "title",
        "code",
        "subject",
        "encounter",
        "date",
        "source",
        "orderedBy",
        "note",
        "entry",
        "emptyReason",
      ),
    },
    from.rest(),
  );
}
