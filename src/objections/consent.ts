/** An objection as a FHIR R4 Consent, for systems that ask in that form: sharing for care is as it is, but for what the provisions deny. Pure. */
import { awaitsDecision, decisionOf, isEnded, partsOf, receivedAt, stateOf, type ObjectionCase } from "./case.ts";
import { isInForce } from "./objection.ts";
import type { ObjectionScope } from "./scope.ts";

const CONSENT_SCOPE = { coding: [{ system: "http://terminology.hl7.org/CodeSystem/consentscope", code: "patient-privacy", display: "Privacy Consent" }] };
const ODS = "https://fhir.nhs.uk/Id/ods-organization-code";
/** `proposed` until it is decided, `active` while it restricts, `rejected` where it is not upheld, `inactive` at its end. */
type Status = "proposed" | "active" | "rejected" | "inactive";

export function consentOf(objection: ObjectionCase): Record<string, unknown> {
  const state = stateOf(objection);
  const status: Status = isEnded(objection) ? "inactive" : isInForce({ state }) ? "active" : decisionOf(objection) !== null && !awaitsDecision(objection) ? "rejected" : "proposed";
  const decision = decisionOf(objection);
  return {
    resourceType: "Consent",
    id: objection.objectionId,
    status,
    scope: CONSENT_SCOPE,
    category: [{ coding: [{ system: "http://loinc.org", code: "59284-0", display: "Consent Document" }], text: "Objection to sharing for direct care (UK GDPR, Article 21)" }],
    patient: { reference: `Patient/${objection.personId}` },
    dateTime: receivedAt(objection).toISOString(),
    ...(decision !== null && { performer: [{ display: decision.by.name }] }),
    policyRule: { text: "UK GDPR, Article 21: objection to sharing for direct care" },
    // What is not denied is shared as before, so the root permits and each part denies.
    ...(status === "active" && { provision: { type: "permit", provision: partsOf(objection).map(denied) } }),
  };
}

function denied(part: ObjectionScope): Record<string, unknown> {
  const deny = { type: "deny", purpose: [{ system: "http://terminology.hl7.org/CodeSystem/v3-ActReason", code: "TREAT" }] };
  const organisation = (odsCode: string): Record<string, unknown> => ({ identifier: { system: ODS, value: odsCode } });
  const actor = (code: string, odsCode: string): Record<string, unknown> => ({ actor: [{ role: { coding: [{ system: "http://terminology.hl7.org/CodeSystem/v3-ParticipationType", code }] }, reference: organisation(odsCode) }] });
  switch (part.kind) {
    case "everything":
      return deny;
    case "organisation":
      return { ...deny, ...actor("CST", part.odsCode) };
    case "viewer":
      return { ...deny, ...actor("IRCP", part.odsCode) };
    case "section":
      return { ...deny, class: [{ system: "https://kmcr.org.uk/CodeSystem/section", code: part.section }] };
    case "item":
      return { ...deny, data: [{ meaning: "instance", reference: { identifier: { value: part.itemId }, display: "one entry of the record" } }] };
  }
}
