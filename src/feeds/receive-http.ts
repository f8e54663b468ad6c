/** Feeds over HTTP: keep, then apply at once where the sender waits for the outcome; the answer is as precise as the fault. */
import type { Feed, Region } from "#governance";
import { DocumentStoreUnavailable, log, refuse, type Pool, type Refusal } from "#platform";
import type { Resource, ValidationIssue } from "#standards";
import type { Envelope, Format, Inbox, Kept } from "./inbox.ts";
import { readFileReport, type FileReport, type Load } from "./file-load.ts";
import { applyAlone, type Applied } from "./journey.ts";
import { askedFor, fileKind, gpConnectKind, offerPrepared } from "./map/index.ts";
import { withoutNul } from "./map/bounded-json.ts";
import { checkBundle, lanesOfBundle, readFhirBody, type CheckedBundle } from "./map/fhir-r4/index.ts";
import type { Mark } from "./mapped.ts";
import { isNext, release, tryLater, type Waiting } from "./queue.ts";

/** The document store is asked again by a worker after this. */
const STORE_AGAIN_AFTER_MS = 2000;

export type FeedRoom = { region: Region; inbox: Inbox; intake: Pool };

/** What became of a message that came by HTTP. */
export type Receipt = {
  messageId: string;
  /** The same bytes were here before: nothing changed. */
  duplicate: boolean;
  state: "applied" | "kept" | "quarantined" | "rejected";
  created: number;
  updated: number;
  unchanged: number;
  removed: number;
  marks: readonly Mark[];
  /** FHIR: the type of the bundle, and what each entry became, in its order. */
  bundle?: { type: string; entries: readonly EntryReceipt[]; /** The MessageHeader of a message, to be answered. */ header?: Resource };
};

/** What one entry of a bundle became: `Type/id/_history/version`, or why it could not be used. */
export type EntryReceipt = { status: string; location?: string; version?: number; issues?: readonly ValidationIssue[] };

type Faulty = { refusal: Refusal; issues: readonly ValidationIssue[]; bundle?: { type: string; header?: Resource } };

/** A FHIR R4 bundle or resource, JSON or XML. A fault is kept with the bytes and answered with its expression; nothing is half-stored. */
export async function receiveFhir(room: FeedRoom, feed: Feed, bytes: Buffer): Promise<Receipt | Faulty> {
  const read = readFhirBody(bytes);
  if (!read.ok) return rejected(room, feed, bytes, { status: 400, kind: "unreadable", issues: read.issues });
  const checked = checkBundle(read.body);
  const resource = read.body as Resource | null;
  const kind = resource?.resourceType === "Bundle" ? `Bundle ${checked.type}` : String(resource?.resourceType ?? "resource");
  const lanes = checked.issues.length > 0 ? [] : lanesOfBundle(checked);
  const header = checked.type === "message" ? (resource!["entry"] as { resource?: Resource }[] | undefined)?.[0]?.resource : undefined;
  const bundle = { type: checked.type, ...(header?.resourceType === "MessageHeader" && { header }) };
  if (checked.issues.length > 0) return { ...(await rejected(room, feed, bytes, { status: 422, kind, issues: checked.issues })), bundle };
  const kept = await room.inbox.keep(envelope(feed, "fhir-r4", checked.controlId, kind, lanes.length > 0 ? lanes : [kind], bytes));
  const done = offerPrepared(kept.messageId, checked);
  try {
    const { receipt, applied } = await applyNow(room, feed, kept, "fhir-r4", kind, bytes);
    return { ...receipt, bundle: { ...bundle, entries: entryReceipts(checked, receipt, applied) } };
  } finally {
    done();
  }
}

async function rejected(room: FeedRoom, feed: Feed, bytes: Buffer, { status, kind, issues }: { status: 400 | 422; kind: string; issues: readonly ValidationIssue[] }): Promise<Faulty> {
  const marks = issues.slice(0, 50).map((issue): Mark => ({ code: `feeds.fhir-${issue.code}`, why: issue.why, place: issue.expression || "$this" }));
  await room.inbox.keep(envelope(feed, "fhir-r4", "", kind, [], bytes, { state: "rejected", acknowledged: String(status), marks }));
  return { refusal: refuse("invalid", status === 400 ? "feeds.unreadable" : "feeds.fhir-invalid", `${issues.length} fault${issues.length === 1 ? "" : "s"} in the ${kind}`, { status }), issues };
}

/** What each entry became, in the order of the bundle. Where the bundle waits or was here before, only that it was taken. */
function entryReceipts(checked: CheckedBundle, receipt: Receipt, applied: Applied | null): EntryReceipt[] {
  const out: EntryReceipt[] = [];
  for (const { index, request } of checked.entries) out[index] = { status: receipt.state === "kept" ? "202" : request?.method === "DELETE" ? "204" : "200" };
  for (const { index, status, issues } of checked.refused) out[index] = { status, issues };
  const ends = new Map((applied?.stored ?? []).flatMap((stored) => [...stored.items].map(([id, item]) => [id.slice(32), { id, ...item }] as const)));
  for (const { index, type, patient, resourceKey } of applied?.entries ?? []) {
    if (resourceKey === null) {
      out[index] = { status: "422", issues: [{ code: "required", expression: `Bundle.entry[${index}].resource`, why: `${type} names no patient` }] };
      continue;
    }
    const hex = resourceKey.replaceAll("-", "");
    const end = patient === null ? undefined : ends.get(hex);
    out[index] = end === undefined ? { status: "200", location: `${type}/${hex}` } : { status: end.outcome === "created" ? "201" : "200", location: `${type}/${end.id}/_history/${end.version}`, version: end.version };
  }
  return out;
}

/** A GP Connect structured record, or the answer that there is none for the person that was asked for. */
export async function receiveGpConnect(room: FeedRoom, feed: Feed, bytes: Buffer, asked: { nhsNumber: string; birthDate: string }): Promise<Receipt | Faulty> {
  let body: unknown;
  try {
    body = JSON.parse(bytes.toString("utf8"));
  } catch (error) {
    const issue: ValidationIssue = { code: "structure", expression: "$this", why: `is not JSON: ${withoutNul((error as Error).message)}` };
    await room.inbox.keep(envelope(feed, "gp-connect-stu3", "", "unreadable", [], bytes, { state: "rejected", acknowledged: "400", marks: [{ code: "feeds.json", why: issue.why, place: "$this" }] }));
    return { refusal: refuse("invalid", "feeds.json", "the body is not JSON", { status: 400 }), issues: [issue] };
  }
  const kind = gpConnectKind(body);
  const kept = await room.inbox.keep(envelope(feed, "gp-connect-stu3", asked.nhsNumber ? askedFor(asked.nhsNumber, asked.birthDate) : "", kind, [asked.nhsNumber || patientIn(body)], bytes));
  const { receipt } = await applyNow(room, feed, kept, "gp-connect-stu3", kind, bytes, asked.nhsNumber ? askedFor(asked.nhsNumber, asked.birthDate) : "");
  if (receipt.state !== "quarantined") return receipt;
  return { refusal: refuse("invalid", "feeds.gp-connect", `the ${kind === "documents" ? "documents" : "record"} could not be used; it is kept in quarantine`, { status: 422 }), issues: receipt.marks.map((mark) => ({ code: "invalid", expression: mark.place, why: mark.why })) };
}

/** The NHS number of the Patient in a structured record, so that records of one person take turns; its id says nothing, being unique in the record alone. */
function patientIn(body: unknown): string {
  const entries = (body as { entry?: { resource?: { resourceType?: string; identifier?: { system?: string; value?: string }[] } }[] } | null)?.entry;
  const patient = Array.isArray(entries) ? entries.find((each) => each?.resource?.resourceType === "Patient")?.resource : undefined;
  const identifiers = Array.isArray(patient?.identifier) ? patient.identifier : [];
  return String(identifiers.find((each) => /nhs-number/i.test(String(each?.system)))?.value ?? "");
}

/** What became of a file; its report is missing while it waits to be applied. */
export type FileReceipt = Receipt & { report: FileReport | null };

/** A delimited file: the good rows go in, the bad ones are listed with row and column. `load` overrules what the feed says of its files. */
export async function receiveFile(room: FeedRoom, feed: Feed, bytes: Buffer, fileName: string, load: Load = (feed.options?.["load"] ?? "incremental") as Load): Promise<FileReceipt> {
  const layout = feed.options?.["layout"] ?? "csv";
  const kind = fileKind(layout, load);
  // The same bytes meant as a whole are another message.
  const controlId = load === (feed.options?.["load"] ?? "incremental") ? fileName : `${fileName} (${load})`;
  const kept = await room.inbox.keep(envelope(feed, "csv", controlId, kind, [layout], bytes));
  const { receipt } = await applyNow(room, feed, kept, "csv", kind, bytes, controlId);
  return { ...receipt, report: await readFileReport(room.intake, feed.id, receipt.messageId) };
}

function envelope(feed: Feed, format: Format, controlId: string, kind: string, laneKeys: readonly string[], bytes: Buffer, answer: { state: "kept" | "rejected"; acknowledged: string; marks?: readonly Mark[] } = { state: "kept", acknowledged: "200" }): Envelope {
  // Only a FHIR bundle may carry an id of its own; a file name and who was asked for come again with other words.
  return { feed: feed.id, format, controlId, hasOwnId: format === "fhir-r4" && controlId !== "", kind, laneKeys, bytes, ack: "", reserved: true, ...answer };
}

/**
 * Applies what was just kept. Where that fails, the message stays kept and the
 * workers go on trying: the sender gets a receipt, since it must not send again.
 */
async function applyNow(room: FeedRoom, feed: Feed, kept: Kept, format: Format, kind: string, bytes: Buffer, controlId = ""): Promise<{ receipt: Receipt; applied: Applied | null }> {
  const nothing = { messageId: kept.messageId, duplicate: kept.duplicate, created: 0, updated: 0, unchanged: 0, removed: 0, marks: [] };
  if (kept.duplicate && kept.state !== "kept") return { receipt: { ...nothing, state: kept.state as Receipt["state"] }, applied: null };
  const message: Waiting = { feed: feed.id, messageId: kept.messageId, received: new Date(), format, controlId, kind, lane: 0, otherLanes: [], attempts: 0, bytes };
  // Something of the same patient is still on its way: this must not overtake it.
  if (!(await isNext(room.intake, feed.id, kept.messageId))) {
    await release(room.intake, feed.id, kept.messageId);
    return { receipt: { ...nothing, state: "kept" }, applied: null };
  }
  for (let attempt = 1; ; attempt++) {
    try {
      const applied = await applyAlone(room.intake, room.region, message);
      return { receipt: receiptOf(kept, applied), applied };
    } catch (error) {
      const passing = /^40/.test((error as { code?: string }).code ?? "");
      if (passing && attempt < 5) continue;
      // The document store is away: no worker need wait for this process's time with the message to end.
      if (error instanceof DocumentStoreUnavailable) await tryLater(room.intake, message, new Date(Date.now() + STORE_AGAIN_AFTER_MS), "not its fault");
      log("warn", "feeds.apply-later", { feed: feed.id, message: kept.messageId, error: (error as Error).message, code: (error as { code?: string }).code ?? "", at: (error as Error).stack?.split("\n")[1]?.trim() ?? "" });
      return { receipt: { ...nothing, state: "kept" }, applied: null };
    }
  }
}

function receiptOf(kept: Kept, applied: Applied): Receipt {
  const sum = (pick: (each: Applied["stored"][number]) => number): number => applied.stored.reduce((total, each) => total + pick(each), 0);
  return {
    messageId: kept.messageId, duplicate: kept.duplicate, state: applied.state === "gone" ? "applied" : applied.state,
    created: sum((each) => each.created), updated: sum((each) => each.updated), unchanged: sum((each) => each.unchanged), removed: sum((each) => each.removed), marks: applied.marks,
  };
}
