/** RF1 and PRD[ServiceRequest]: a referral, who refers and to whom. HL7's guide has no map of them. */
import type { Hl7Segment, Identifier } from "#standards";
import { PRIORITY } from "../codes/tables.ts";
import { codeOf, concept, ei, namespace, nameWords, place, time } from "../datatypes/index.ts";
import { filledOrNone, resource, type Hl7Reading } from "../reading.ts";
import { annotation } from "./nte.ts";

/** 0283 in words of the record: FHIR's status says `active` of what waits and of what was accepted. */
const STATE: Readonly<Record<string, string>> = { A: "accepted", P: "pending", R: "rejected", E: "expired" };
const STATE_EXTENSION = "https://kmcr.org.uk/StructureDefinition/referral-state";

/** 0283 referral status: accepted, pending, rejected, expired; I14 cancels. */
const STATUS: Readonly<Record<string, string>> = { A: "active", P: "active", R: "revoked", E: "completed" };

/** Adds the referral; `false` where the message carries no RF1. */
export function referral(reading: Hl7Reading, trigger: string): boolean {
  const { message, zone } = reading;
  const rf1 = message.get("RF1");
  if (rf1 === undefined) return false;
  const providers = message.all("PRD");
  const [own, external] = [ei(rf1, 6), ei(rf1, 11)];
  const id = own?.value ?? external?.value ?? message.controlId;
  const service = concept(rf1, 3);
  const state = STATE[codeOf(rf1, 1)];
  const said = time(message.get("MSH")!, 7, zone);
  const status = trigger === "I14" ? "revoked" : (STATUS[codeOf(rf1, 1)] ?? "active");
  reading.add(`referral|${id}`, resource("ServiceRequest", {
    extension: state && trigger !== "I14" ? [{ url: STATE_EXTENSION, extension: [{ url: "state", valueCode: state }, ...(said ? [{ url: "at", valueDateTime: said }] : [])] }] : undefined,
    identifier: [own, external].filter((each) => each !== undefined),
    status,
    intent: "order",
    category: [{ coding: [{ system: "http://snomed.info/sct", code: "3457005", display: "Patient referral" }] }, concept(rf1, 5)].filter((each) => each !== undefined),
    priority: PRIORITY[codeOf(rf1, 2)],
    code: service ?? concept(rf1, 4) ?? { text: "Referral" },
    subject: reading.subject,
    encounter: reading.encounter,
    occurrencePeriod: filledOrNone({ start: time(rf1, 7, zone), end: time(rf1, 8, zone) }),
    authoredOn: time(rf1, 9, zone) ?? time(rf1, 7, zone),
    requester: provider(providers.find((each) => codeOf(each, 1) === "RP")),
    performer: providers.filter((each) => codeOf(each, 1) === "RT").map(provider).filter((each) => each !== undefined),
    reasonCode: rf1.repetitions(10).map((each) => concept(rf1, 10, each)).filter((each) => each !== undefined),
    note: message.all("NTE").map((nte) => annotation(nte, zone)).filter((each) => each !== null),
  }));
  return true;
}

/** PRD: role, name, address, location, contact, identifiers. */
function provider(prd: Hl7Segment | undefined): Record<string, unknown> | undefined {
  if (prd === undefined) return undefined;
  const [name, where] = [nameWords(prd, 2), place(prd, 4)];
  const value = prd.text(7).trim();
  const system = namespace(prd.text(7, 2).trim(), "", "");
  const identifier: Identifier | undefined = value ? { ...(system && { system }), value } : undefined;
  const display = [name, where].filter(Boolean).join(", ") || value;
  return display ? { type: name ? "Practitioner" : "Organization", ...(identifier && { identifier }), display } : undefined;
}
