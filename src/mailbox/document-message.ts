/**
 * A document as it travels by MESH: a FHIR R4 message whose focus is the
 * DocumentReference, with the patient and the two organisations that it names.
 * Source: HL7 FHIR R4, Bundle (message) and MessageHeader.
 */
import type { SourcePatient } from "#identity";
import { uuidOf } from "#platform";
import type { StoredItem } from "#record";
import type { Resource } from "#standards";

const ODS = "https://fhir.nhs.uk/Id/ods-organization-code";
const NHS_NUMBER = "https://fhir.nhs.uk/Id/nhs-number";
const EVENT = { system: "https://kmcr.org.uk/CodeSystem/message-event", code: "document-delivery", display: "Document for the person's practice" } as const;

export type Addressed = { odsCode: string; name: string };
export type DocumentMessage = { deliveryId: string; sender: Addressed; recipient: Addressed; publicUrl: string; sourcePatient: Pick<SourcePatient, "nhsNumber" | "family" | "given" | "title" | "birthDate" | "localId">; item: Pick<StoredItem, "resource" | "entry">; at: Date };

/** The message as a Bundle. It says who the patient is by number, name and date of birth, and never where they live. */
export function documentMessage(message: DocumentMessage): Resource {
  const { deliveryId, sender, recipient, sourcePatient, item, at } = message;
  const [header, patient, from, to, document] = ["header", "patient", "sender", "recipient", "document"].map((name) => `urn:uuid:${derived(deliveryId, name)}`) as [string, string, string, string, string];
  const { id: _id, meta: _meta, subject: _subject, context: _context, author: _author, authenticator: _authenticator, relatesTo: _relatesTo, ...fields } = item.resource;
  return {
    resourceType: "Bundle",
    identifier: { system: "https://kmcr.org.uk/Id/delivery", value: deliveryId },
    type: "message",
    timestamp: at.toISOString(),
    entry: [
      { fullUrl: header, resource: { resourceType: "MessageHeader", eventCoding: EVENT, source: { name: "KMCR", endpoint: message.publicUrl }, destination: [{ name: recipient.name, endpoint: `urn:ods:${recipient.odsCode}`, receiver: { reference: to } }], sender: { reference: from }, responsible: { reference: from }, focus: [{ reference: document }] } },
      { fullUrl: document, resource: { ...fields, resourceType: "DocumentReference", identifier: [{ system: "https://kmcr.org.uk/Id/entry", value: item.entry.id }], subject: { reference: patient }, custodian: { reference: from }, ...(item.entry.author !== null && { author: [{ display: item.entry.author }] }) } },
      { fullUrl: patient, resource: patientOf(sourcePatient, sender.odsCode) },
      { fullUrl: from, resource: organisationOf(sender) },
      { fullUrl: to, resource: organisationOf(recipient) },
    ],
  } as unknown as Resource;
}

const organisationOf = ({ odsCode, name }: Addressed): object => ({ resourceType: "Organization", identifier: [{ system: ODS, value: odsCode }], name });

function patientOf(patient: DocumentMessage["sourcePatient"], organisation: string): object {
  const name = { use: "official", ...(patient.family && { family: patient.family }), ...(patient.given && { given: patient.given.split(" ") }), ...(patient.title && { prefix: [patient.title] }) };
  return {
    resourceType: "Patient",
    identifier: [...(patient.nhsNumber === null ? [] : [{ system: NHS_NUMBER, value: patient.nhsNumber }]), { system: `https://kmcr.org.uk/Id/${organisation.toLowerCase()}-patient`, value: patient.localId }],
    ...(Object.keys(name).length > 1 && { name: [name] }),
    ...(patient.birthDate !== null && /^\d{4}(-\d{2}(-\d{2})?)?$/.test(patient.birthDate) && { birthDate: patient.birthDate }),
  };
}

/** An id of the message's own for each entry, the same whenever the message is made again. */
const derived = (deliveryId: string, name: string): string => uuidOf(`${deliveryId} ${name}`);
