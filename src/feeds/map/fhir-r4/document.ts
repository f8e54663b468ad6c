import type { Resource } from "#standards";

/**
 * The row under "Documents" of a FHIR document: a DocumentReference with the
 * Composition's own words, whose attachment is the whole document as it came
 * (FHIR R4, 3.3.1). The Composition's key is its key, so that a corrected
 * document replaces the one before.
 */
export function documentReference(composition: Resource, document: string): Resource {
  const bundle = JSON.parse(document) as { identifier?: object; timestamp?: string };
  const { title, type, category, subject, date, author, custodian, encounter, event, confidentiality, identifier } = composition;
  const securityLabel = typeof confidentiality === "string" ? [{ coding: [{ system: "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", code: confidentiality }] }] : undefined;
  const period = (event as { period?: object }[] | undefined)?.find((each) => each.period !== undefined)?.period;
  const given = {
    ...(composition.meta?.security && { meta: { security: composition.meta.security } }),
    masterIdentifier: bundle.identifier, ...(identifier && { identifier: [identifier] }),
    status: composition["status"] === "entered-in-error" ? "entered-in-error" : "current",
    // What a Composition's status says beyond that, R4 gives a field of its own.
    docStatus: composition["status"], type, category, subject,
    ...(typeof date === "string" && date.includes("T") ? { date } : typeof bundle.timestamp === "string" && { date: bundle.timestamp }),
    author: (author as { reference?: string }[] | undefined)?.length ? author : undefined, custodian, description: title, securityLabel,
    content: [{ attachment: { contentType: "application/fhir+json", title, ...(typeof date === "string" && { creation: date }), data: Buffer.from(document, "utf8").toString("base64") } }],
    ...((encounter || period) && { context: { ...(encounter && { encounter: [encounter] }), ...(period && { period }) } }),
  };
  return { resourceType: "DocumentReference", ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) };
}
