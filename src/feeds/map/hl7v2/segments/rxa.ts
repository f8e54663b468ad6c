/** RXA, RXR and ORC[Immunization]; the answers under them (OBX) as remarks of the vaccination that they are about. */
import { IMMUNIZATION_STATUS } from "../codes/tables.ts";
import { clinical, codeOf, concept, concepts, date, location, practitioner, quantity, time, whole, type NamedReference } from "../datatypes/index.ts";
import { resource, type Hl7Reading } from "../reading.ts";
import { annotation } from "./nte.ts";
import { valueOf } from "./obx.ts";
import { confidentiality, furtherIdentifiers, orderIdentifiers, requisition } from "./orc.ts";
import { orderGroups } from "./order-groups.ts";

const FUNCTIONS = "http://terminology.hl7.org/CodeSystem/v2-0443";
/** CVX: nothing was given; LOINC: which dose of its series. */
const NOTHING_GIVEN = "998";
const DOSE_NUMBER = "30973-2";

export function immunizations(reading: Hl7Reading): void {
  const { zone, localId } = reading;
  for (const { orc, others, results, notes } of orderGroups(reading.message)) {
    const rxa = others.find((each) => each.name === "RXA");
    if (rxa === undefined || rxa.text(5).trim() === NOTHING_GIVEN) continue;
    const code = clinical(reading, rxa, 5);
    const at = time(rxa, 3, zone);
    if (code === undefined) {
      reading.marks.push({ code: "feeds.no-vaccine", why: "a vaccination names no vaccine; it is kept with the message", place: `RXA[${rxa.sequence}]-5` });
      continue;
    }
    const rxr = others.find((each) => each.name === "RXR");
    const action = codeOf(rxa, 21);
    const status = action === "D" ? "entered-in-error" : (IMMUNIZATION_STATUS[codeOf(rxa, 20)] ?? "completed");
    const dose = quantity(rxa.text(6), rxa.has(7) ? concept(rxa, 7) : undefined);
    const doseNumber = results.find(({ obx }) => obx.text(3) === DOSE_NUMBER || obx.text(3, 4) === DOSE_NUMBER)?.obx.text(5).trim();
    const identifiers = orderIdentifiers(orc, null);
    const answers = results.filter(({ obx }) => obx.text(3) !== DOSE_NUMBER).map(({ obx }) => `${concept(obx, 3)?.text ?? "Remark"}: ${answerWords(valueOf(reading, obx).value)}`);
    const security = confidentiality(orc);
    reading.add(`immunization|${identifiers[0]?.value ?? `${localId}|${rxa.text(5).trim() || code.text}|${rxa.text(3)}`}`, resource("Immunization", {
      meta: security && { security },
      identifier: [...identifiers, requisition(orc), ...furtherIdentifiers(orc, null)].filter((each) => each !== undefined),
      status,
      statusReason: concept(rxa, 18),
      vaccineCode: code,
      patient: reading.subject,
      encounter: reading.encounter,
      ...(at ? { occurrenceDateTime: at } : { occurrenceString: "not stated" }),
      recorded: (action === "A" ? time(rxa, 22, zone) : undefined) ?? (orc ? time(orc, 9, zone) : undefined),
      // NIP001: 00 is a new record, others are of someone else's.
      primarySource: rxa.has(9) ? rxa.text(9).trim() === "00" : undefined,
      location: location(rxa, 27) ?? location(rxa, 11),
      manufacturer: concept(rxa, 17) && { type: "Organization", display: concept(rxa, 17)!.text ?? rxa.text(17) },
      lotNumber: rxa.text(15).trim(),
      expirationDate: date(rxa, 16),
      site: rxr && concept(rxr, 2),
      route: rxr && concept(rxr, 1),
      doseQuantity: dose && dose["comparator"] === undefined && rxa.text(6).trim() !== "999" ? dose : undefined,
      performer: [...actor(practitioner(rxa, 10), "AP", "Administering provider"), ...actor(orc ? practitioner(orc, 12) : undefined, "OP", "Ordering provider")],
      note: [...notes.map((nte) => annotation(nte, zone)).filter((each) => each !== null), ...answers.map((text) => ({ text }))],
      reasonCode: concepts(rxa, 19),
      protocolApplied: whole(doseNumber ?? "", 1) === undefined ? undefined : [{ doseNumberPositiveInt: whole(doseNumber!, 1) }],
    }));
  }
}

const actor = (who: NamedReference | undefined, code: string, display: string): Record<string, unknown>[] => (who ? [{ function: { coding: [{ system: FUNCTIONS, code, display }] }, actor: who }] : []);

function answerWords(value: Record<string, any>): string {
  const found = value["valueQuantity"] ? `${value["valueQuantity"].value?.rawJSON ?? value["valueQuantity"].value} ${value["valueQuantity"].unit ?? ""}` : (value["valueCodeableConcept"]?.text ?? value["valueString"] ?? value["valueDateTime"] ?? "");
  return String(found).trim() || "not stated";
}

