/** PR1[Procedure]. */
import { clinical, codeOf, concept, concepts, ei, later, location, practitioner, time, type NamedReference } from "../datatypes/index.ts";
import { resource, type Hl7Reading } from "../reading.ts";

const SNOMED = "http://snomed.info/sct";

export function procedures(reading: Hl7Reading): void {
  for (const pr1 of reading.message.all("PR1")) {
    const coded = clinical(reading, pr1, 3);
    const said = pr1.text(4).trim();
    const named = coded ? (said && !pr1.text(3, 2) && !pr1.text(3, 9) ? { ...coded, text: said } : coded) : said ? { text: said } : undefined;
    if (named === undefined) continue;
    const modifiers = concepts(pr1, 16);
    const code = modifiers.length > 0 ? { ...named, text: `${named.text ?? ""} (${modifiers.map((each) => each.text).join(", ")})` } : named;
    const performed = time(pr1, 5, reading.zone);
    const until = later(performed, pr1.text(7), "MIN");
    const who = (field: number, function_?: { code: string; display: string }): Record<string, unknown>[] => {
      const actor: NamedReference | undefined = practitioner(pr1, field);
      return actor ? [{ ...(function_ && { function: { coding: [{ system: SNOMED, ...function_ }] } }), actor }] : [];
    };
    reading.add(`${reading.visit ?? reading.localId}|PR1|${pr1.text(3).trim() || code.text}|${pr1.text(5)}`, resource("Procedure", {
      identifier: [ei(pr1, 19)].filter((each) => each !== undefined),
      partOf: [ei(pr1, 25)].filter((each) => each !== undefined).map((identifier) => ({ type: "Procedure", identifier })),
      status: codeOf(pr1, 20) === "D" ? "entered-in-error" : "completed",
      category: concept(pr1, 6),
      code,
      subject: reading.subject,
      encounter: reading.encounter,
      ...(until ? { performedPeriod: { start: performed, end: until } } : { performedDateTime: performed }),
      // Who operated stands first: it is who lists name.
      performer: [...who(11, { code: "304292004", display: "Surgeon" }), ...who(12), ...who(8, { code: "88189002", display: "Anaesthetist" })],
      location: location(pr1, 23),
      reasonCode: concepts(pr1, 15),
    }));
  }
}
