import { Fields, withExtensions } from "../kept-fields.ts";
import type { Json } from "../json.ts";

/** STU3 Medication: the product's code stays; `isBrand`, `isOverTheCounter`, `package` and `image` have no R4 place. */
export function medication(source: Json): Json {
  const from = new Fields(source);
  return withExtensions({ ...from.common(), ...from.same("code", "status", "manufacturer", "form") }, from.rest());
}
