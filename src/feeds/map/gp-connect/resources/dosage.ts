import { objects, type Json } from "../json.ts";

/** STU3 Dosage: amount and rate move into `doseAndRate`; the words stay as they are. */
export function dosages(value: unknown): Json[] | undefined {
  if (value === undefined) return undefined;
  return objects(value).map((dosage) => {
    const out: Json = {};
    const amount: Json = {};
    for (const [name, field] of Object.entries(dosage)) {
      if (/^(dose|rate)[A-Z]/.test(name)) amount[name] = field;
      else out[name] = field;
    }
    if (Object.keys(amount).length > 0) out["doseAndRate"] = [amount];
    return out;
  });
}
