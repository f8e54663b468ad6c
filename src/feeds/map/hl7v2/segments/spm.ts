/** SPM and OBR[Specimen]: what was taken, contained in the report or order that it belongs to. */
import type { Hl7Segment, Resource } from "#standards";
import { codeOf, composite, concept, cx, ei, eip, instant, period, practitioner, time, timeOf, typed } from "../datatypes/index.ts";
import { filled, filledOrNone, type Hl7Reading } from "../reading.ts";

/** The specimens of an order group: each SPM, else what OBR itself says. */
export function specimens(reading: Hl7Reading, obr: Hl7Segment | null, spms: readonly Hl7Segment[]): Resource[] {
  if (spms.length > 0) return spms.map((spm, index) => ofSpm(reading, spm, obr, index + 1));
  const own = obr === null ? null : ofObr(reading, obr);
  return own === null ? [] : [own];
}

function ofSpm(reading: Hl7Reading, spm: Hl7Segment, obr: Hl7Segment | null, number: number): Resource {
  const { zone } = reading;
  const note = spm.repetitions(14).map((each) => ({ text: spm.part(each).trim() })).filter((each) => each.text !== "");
  const external = ei(spm, 32);
  const container = filledOrNone({ type: concept(spm, 27), additiveCodeableConcept: concept(spm, 6) });
  return {
    resourceType: "Specimen", id: `specimen-${number}`,
    ...filled({
      identifier: [eip(spm, 2, 1), eip(spm, 2, 2), cx(spm, 31), external && { ...external, type: typed("ACSN") }].filter((each) => each !== undefined),
      accessionIdentifier: cx(spm, 30),
      status: { Y: "available", N: "unavailable" }[codeOf(spm, 20)],
      type: concept(spm, 4),
      subject: reading.subject,
      receivedTime: instant(spm, 18, zone) ?? (obr ? instant(obr, 14, zone) : undefined),
      parent: [eip(spm, 3, 1), eip(spm, 3, 2)].filter((each) => each !== undefined).map((identifier) => ({ type: "Specimen", identifier })),
      collection: filledOrNone({
        collector: obr ? practitioner(obr, 10) : undefined,
        ...(spm.text(17, 2) ? { collectedPeriod: period(spm, 17, zone) } : { collectedDateTime: timeOf(spm.text(17, 1), zone) ?? (obr ? time(obr, 7, zone) : undefined) }),
        quantity: composite(spm, 12), method: concept(spm, 7), bodySite: concept(spm, 8),
      }),
      container: container && [container],
      condition: spm.repetitions(24).map((each) => concept(spm, 24, each)).filter((each) => each !== undefined),
      note,
    }),
  };
}

/** OBR-15 is SPS: name and code as subcomponents of 1 (or, older, component 1 itself), additives, collection text, body site, method. */
function ofObr(reading: Hl7Reading, obr: Hl7Segment): Resource | null {
  const { zone } = reading;
  const [code, name, system] = [1, 2, 3].map((subcomponent) => obr.text(15, 1, 1, subcomponent).trim());
  const type = name ? { ...(code && { coding: [{ ...(system && { system: `urn:hl7v2:${system}` }), code }] }), text: name } : code ? { text: code } : undefined;
  const [site, method] = [obr.text(15, 4, 1, 2).trim() || obr.text(15, 4).trim(), obr.text(15, 6, 1, 2).trim() || obr.text(15, 6).trim()];
  const note = obr.repetitions(39).map((each) => ({ text: obr.part(each, 2).trim() || obr.part(each, 1).trim() })).filter((each) => each.text !== "");
  const [quantity, collector, received] = [composite(obr, 9), practitioner(obr, 10), instant(obr, 14, zone)];
  // The time of the observation alone names no specimen: a blood pressure has one too.
  if (!type && !site && !quantity && !collector && !received && note.length === 0) return null;
  const from = time(obr, 7, zone);
  const until = time(obr, 8, zone);
  return {
    resourceType: "Specimen", id: "specimen-1",
    ...filled({
      type, subject: reading.subject, receivedTime: received,
      collection: filledOrNone({ collector, ...(until ? { collectedPeriod: filledOrNone({ start: from, end: until }) } : { collectedDateTime: from }), quantity, bodySite: site ? { text: site } : undefined, method: method ? { text: method } : undefined }),
      note,
    }),
  };
}

/** The words of a specimen for a reference. */
export const specimenWords = (specimen: Resource | undefined): string | undefined => (specimen?.["type"] as { text?: string } | undefined)?.text;
