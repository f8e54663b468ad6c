/** What a sender of FHIR reads back: the response to each kind of bundle, and OperationOutcome for faults. Pure. */
import type { EntryReceipt, Receipt } from "#feeds";
import type { Resource } from "#standards";

type Fault = { code: string; expression: string; why: string };
type Body = Resource;

/** An OperationOutcome with one issue a fault, each with its FHIRPath expression. */
export function outcome(issues: readonly Fault[], code?: string): Body {
  return {
    resourceType: "OperationOutcome",
    issue: issues.slice(0, 100).map((issue) => ({ severity: "error", code: issue.code, ...(code && { details: { coding: [{ system: "https://kmcr.org.uk/CodeSystem/problem", code }] } }), diagnostics: `${issue.expression ? `${issue.expression} ` : ""}${issue.why}`, ...(issue.expression && { expression: [issue.expression] }) })),
  };
}

/** `batch-response` to a batch, else `transaction-response`: what became of each entry, in its order (FHIR R4, 3.1.0.11.4). */
export function bundleResponse(receipt: Receipt): Body {
  return {
    resourceType: "Bundle",
    // A Bundle has no extensions of its own in R4; its meta has.
    meta: { extension: [{ url: "https://kmcr.org.uk/StructureDefinition/receipt", extension: receiptExtensions(receipt) }] },
    type: receipt.bundle?.type === "batch" ? "batch-response" : "transaction-response",
    ...(receipt.bundle && receipt.bundle.entries.length > 0 && { entry: receipt.bundle.entries.map((entry) => ({ response: entryResponse(entry) })) }),
  };
}

function entryResponse({ status, location, version, issues }: EntryReceipt): object {
  return { status, ...(location && { location }), ...(version && { etag: `W/"${version}"` }), ...(issues && { outcome: outcome(issues) }) };
}

function receiptExtensions(receipt: Receipt): object[] {
  return [
    { url: "messageId", valueString: receipt.messageId }, { url: "duplicate", valueBoolean: receipt.duplicate },
    ...(["created", "updated", "unchanged", "removed"] as const).map((name) => ({ url: name, valueUnsignedInt: receipt[name] })),
    ...receipt.marks.map((mark) => ({ url: "mark", valueString: `${mark.place}: ${mark.why}` })),
  ];
}

/**
 * The answer to a message (FHIR R4, 2.35.3): a message whose header says to
 * which it answers, `ok` or `fatal-error`, with the faults as its details.
 */
export function messageResponse(header: Resource, answer: { id: string; endpoint: string; at: Date; issues: readonly Fault[]; receipt?: Receipt }): Body {
  const details = answer.issues.length > 0 ? outcome(answer.issues) : null;
  const source = header["source"] as { name?: string; endpoint?: string } | undefined;
  const detailsUrl = `urn:uuid:${answer.id.replace(/.{12}$/, "000000000001")}`;
  return {
    resourceType: "Bundle",
    ...(answer.receipt && { meta: { extension: [{ url: "https://kmcr.org.uk/StructureDefinition/receipt", extension: receiptExtensions(answer.receipt) }] } }),
    type: "message", timestamp: answer.at.toISOString(),
    entry: [
      {
        fullUrl: `urn:uuid:${answer.id}`,
        resource: {
          resourceType: "MessageHeader", id: answer.id,
          ...(header["eventCoding"] !== undefined ? { eventCoding: header["eventCoding"] } : { eventUri: header["eventUri"] }),
          ...(source?.endpoint && { destination: [{ ...(source.name && { name: source.name }), endpoint: source.endpoint }] }),
          source: { name: "KMCR", endpoint: answer.endpoint },
          response: { identifier: header.id ?? answer.id, code: details === null ? "ok" : "fatal-error", ...(details && { details: { reference: detailsUrl } }) },
        },
      },
      ...(details === null ? [] : [{ fullUrl: detailsUrl, resource: details }]),
    ],
  };
}
