/** NK1[RelatedPerson]: the people to contact. */
import { LABEL_SYSTEM } from "#standards";
import { SEX } from "../codes/tables.ts";
import { addresses, concept, contactPoints, cx, date, humanName, organisation } from "../datatypes/index.ts";
import { filledOrNone, resource, type Hl7Reading } from "../reading.ts";
import { isProtected } from "./pid.ts";

export function relatedPeople(reading: Hl7Reading): void {
  const { message, localId, zone } = reading;
  for (const nk1 of message.all("NK1")) {
    const name = [4, 2, 1].map((component) => (component === 4 ? nk1.text(2, 5) : nk1.text(2, component)).trim()).filter(Boolean).join(" ");
    const body = organisation(nk1, 13)?.display;
    if (name === "" && body === undefined) continue;
    const written = humanName(nk1, nk1.repetitions(2)[0] ?? "", zone);
    const telecom = [...contactPoints(nk1, 5), ...contactPoints(nk1, 6, "work"), ...contactPoints(nk1, 40), ...contactPoints(nk1, 41), ...contactPoints(nk1, 31)];
    if (telecom[0]) telecom[0] = { ...telecom[0], rank: nk1.sequence };
    reading.add(`${localId}|NK1|${(name || body!).toLowerCase()}`, resource("RelatedPerson", {
      // A relative's address may tell where a protected person lives.
      meta: isProtected(message) ? { security: [{ system: LABEL_SYSTEM, code: "protected-address" }] } : undefined,
      identifier: [cx(nk1, 12), cx(nk1, 33)].filter((each) => each !== undefined),
      active: true,
      patient: reading.subject,
      relationship: [concept(nk1, 3), concept(nk1, 7)].filter((each) => each !== undefined),
      name: [{ text: name || body!, ...(written?.["family"] !== undefined && { family: written["family"] }), ...(written?.["given"] !== undefined && { given: written["given"] }), ...(written?.["prefix"] !== undefined && { prefix: written["prefix"] }) }, ...nk1.repetitions(30).map((repetition) => humanName(nk1, repetition, zone)).filter((each) => each !== undefined)],
      telecom,
      gender: SEX[nk1.text(15).trim().toUpperCase()],
      birthDate: date(nk1, 16),
      address: [...addresses(nk1, 4), ...addresses(nk1, 32)],
      period: filledOrNone({ start: date(nk1, 8), end: date(nk1, 9) }),
      communication: [concept(nk1, 20)].filter((each) => each !== undefined).map((language) => ({ language })),
    }));
  }
}
