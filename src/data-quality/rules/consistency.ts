/** Do the times of one message agree with each other? Sex or gender against a finding is judged by no rule: people and their bodies are not the error. */
import type { AppliedMessage } from "#feeds";
import { isBefore, whereItems, wherePatients } from "../patients.ts";
import { elementPlace, placeOf } from "../places.ts";
import type { Rule } from "../rule.ts";

const REPORTED = ["DiagnosticReport", "Observation"];

/** When each order of the message was written, by the reference that its results name it with. */
function ordersOf({ taken }: AppliedMessage): ReadonlyMap<string, unknown> {
  const orders = new Map<string, unknown>();
  for (const { patient } of taken) for (const { sourceKey, resource } of patient.items) if (resource.resourceType === "ServiceRequest") orders.set(`ServiceRequest/${sourceKey}`, resource["authoredOn"]);
  return orders;
}

export const CONSISTENCY: readonly Rule[] = [
  { id: "death-before-birth", dimension: "consistency", severity: "error", words: "The death is before the birth", look: (message) => wherePatients(message, placeOf(message, "dateOfDeath"), ({ birthDate, dateOfDeath }) => isBefore(birthDate, dateOfDeath)) },
  {
    id: "discharge-before-admission", dimension: "consistency", severity: "error", words: "The end of a visit is before its start",
    look: (message) => whereItems(message, ["Encounter"], (type) => elementPlace(message, `${type}.period`), ({ period }) => isBefore((period as { start?: unknown } | undefined)?.start, (period as { end?: unknown } | undefined)?.end)),
  },
  {
    id: "result-before-order", dimension: "consistency", severity: "error", words: "A result was issued before it was ordered, or before its sample was taken",
    look: (message) => {
      const orders = ordersOf(message);
      return whereItems(message, REPORTED, (type) => elementPlace(message, `${type}.issued`), ({ issued, effectiveDateTime, basedOn }) => isBefore(effectiveDateTime, issued) || (Array.isArray(basedOn) && basedOn.some((each: { reference?: unknown } | null) => isBefore(orders.get(String(each?.reference)), issued))));
    },
  },
];
