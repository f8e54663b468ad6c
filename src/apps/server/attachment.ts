import { refuse, type Refusal } from "#platform";
import type { Resource } from "#standards";
import type { StoredDocument } from "../professional/index.ts";

/** The document inside a resource: an attachment of a DocumentReference or DiagnosticReport. */
export function attachmentOf(resource: Resource, title: string): StoredDocument | Refusal {
  const holders = [...list(resource["content"]).map((each) => each?.attachment), ...list(resource["presentedForm"]), resource["contentAttachment"]];
  const attachment = holders.find((each) => typeof each?.data === "string");
  if (attachment === undefined) return refuse("not-found", "record.no-document", "The source sent no document with this entry.");
  return { contentType: String(attachment.contentType ?? "application/octet-stream"), bytes: Buffer.from(attachment.data, "base64"), title: String(attachment.title ?? title) };
}

const list = (value: unknown): any[] => (Array.isArray(value) ? value : []);
