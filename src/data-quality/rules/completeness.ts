/** Is there what every message about a person, and every measured value, should have? */
import { wherePatients, whereItems } from "../patients.ts";
import { elementPlace, placeOf } from "../places.ts";
import type { Rule } from "../rule.ts";

export const COMPLETENESS: readonly Rule[] = [
  { id: "name-missing", dimension: "completeness", severity: "error", words: "The family name is missing", look: (message) => wherePatients(message, placeOf(message, "name"), ({ family }) => (family ?? "").trim() === "") },
  { id: "date-of-birth-missing", dimension: "completeness", severity: "error", words: "The date of birth is missing", look: (message) => wherePatients(message, placeOf(message, "dateOfBirth"), ({ birthDate }) => birthDate === null) },
  {
    id: "unit-missing", dimension: "completeness", severity: "warning", words: "A measured value has no unit",
    look: (message) =>
      whereItems(message, ["Observation"], (type) => elementPlace(message, `${type}.valueQuantity`), ({ valueQuantity }) => {
        const quantity = valueQuantity as { value?: unknown; unit?: unknown; code?: unknown } | undefined;
        return quantity?.value !== undefined && !quantity.unit && !quantity.code;
      }),
  },
];
