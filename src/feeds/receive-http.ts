/** Feeds over HTTP: keep, then apply at once where the sender waits for the outcome; the answer is as precise as the fault. */
import type { Feed, Region } from "#governance";
import { DocumentStoreUnavailable, log, refuse, type Pool, type Refusal } from "#platform";
import { parseJson, type ValidationIssue } from "#standards";
import type { Envelope, Format, Inbox, Kept } from "./inbox.ts";
import { readFileReport, type FileReport, type Load } from "./file-load.ts";
import { applyAlone, type Applied } from "./journey.ts";
import { askedFor, fileKind, offerPrepared } from "./map/index.ts";
import { validateBundle, type BundleEntry } from "./map/fhir-r4/index.ts";
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
  /** FHIR: what each entry became, in the order of the bundle. */
  entries?: readonly { status: string }[];
};

type Faulty = { refusal: Refusal; issues: readonly ValidationIssue[] };

/** A FHIR R4 bundle or resource. A fault is kept with the bytes and answered with its expression; nothing is half-stored. */
export async function receiveFhir(room: FeedRoom, feed: Feed, bytes: Buffer): Promise<Receipt | Faulty> {
  let body: unknown;
  let entries: BundleEntry[] = [];
  let issues: ValidationIssue[];
  let status: 400 | 422 = 422;
  try {
    body = parseJson(bytes.toString("utf8"));
    ({ entries, issues } = validateBundle(body));
  } catch (error) {
    status = 400;
    issues = [{ code: "structure", expression: "$this", why: `is not JSON: ${(error as Error).message}` }];
  }
  const bundle = body as { identifier?: { value?: string }; type?: string; resourceType?: string; id?: string } | undefined;
  const kind = status === 400 ? "unreadable" : bundle?.resourceType === "Bundle" ? `Bundle ${bundle.type}` : String(bundle?.resourceType ?? "resource");
  const lane = laneKeyOf(entries) ?? kind;
  if (issues.length > 0) {
    const marks = issues.slice(0, 50).map((issue): Mark => ({ code: `feeds.fhir-${issue.code}`, why: issue.why, place: issue.expression }));
    await room.inbox.keep(envelope(feed, "fhir-r4", "", kind, lane, bytes, { state: "rejected", acknowledged: String(status), marks }));
    return { refusal: refuse("invalid", status === 400 ? "feeds.json" : "feeds.fhir-invalid", `${issues.length} fault${issues.length === 1 ? "" : "s"} in the ${kind}`, { status }), issues };
  }
  const kept = await room.inbox.keep(envelope(feed, "fhir-r4", bundle?.identifier?.value ?? "", kind, lane, bytes));
  const done = offerPrepared(kept.messageId, entries);
  try {
    const receipt = await applyNow(room, feed, kept, "fhir-r4", kind, bytes);
    return { ...receipt, entries: entries.map(() => ({ status: receipt.state === "applied" ? "201" : "202" })) };
  } finally {
    done();
  }
}

/** The patient whose data it is: bundles of one patient take turns. */
function laneKeyOf(entries: readonly BundleEntry[]): string | undefined {
  const patient = entries.find((entry) => entry.resource?.resourceType === "Patient");
  if (patient) return patient.resource!.id ?? patient.fullUrl;
  const resource = entries[0]?.resource;
  return resource?.["subject"]?.reference ?? resource?.["patient"]?.reference ?? undefined;
}

/** A GP Connect structured record, or the answer that there is none for the person that was asked for. */
export async function receiveGpConnect(room: FeedRoom, feed: Feed, bytes: Buffer, asked: { nhsNumber: string; birthDate: string }): Promise<Receipt | Faulty> {
  let body: unknown;
  try {
    body = JSON.parse(bytes.toString("utf8"));
  } catch (error) {
    const issue: ValidationIssue = { code: "structure", expression: "$this", why: `is not JSON: ${(error as Error).message}` };
    await room.inbox.keep(envelope(feed, "gp-connect-stu3", "", "unreadable", "", bytes, { state: "rejected", acknowledged: "400", marks: [{ code: "feeds.json", why: issue.why, place: "$this" }] }));
    return { refusal: refuse("invalid", "feeds.json", "the body is not JSON", { status: 400 }), issues: [issue] };
  }
  const kept = await room.inbox.keep(envelope(feed, "gp-connect-stu3", asked.nhsNumber ? askedFor(asked.nhsNumber, asked.birthDate) : "", "structured record", asked.nhsNumber || patientIn(body), bytes));
  const receipt = await applyNow(room, feed, kept, "gp-connect-stu3", "structured record", bytes, asked.nhsNumber ? askedFor(asked.nhsNumber, asked.birthDate) : "");
  if (receipt.state !== "quarantined") return receipt;
  return { refusal: refuse("invalid", "feeds.gp-connect", "the record could not be used; it is kept in quarantine", { status: 422 }), issues: receipt.marks.map((mark) => ({ code: "invalid", expression: mark.place, why: mark.why })) };
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
  const kept = await room.inbox.keep(envelope(feed, "csv", controlId, kind, layout, bytes));
  const receipt = await applyNow(room, feed, kept, "csv", kind, bytes, controlId);
  return { ...receipt, report: await readFileReport(room.intake, feed.id, receipt.messageId) };
}

function envelope(feed: Feed, format: Format, controlId: string, kind: string, laneKey: string, bytes: Buffer, answer: { state: "kept" | "rejected"; acknowledged: string; marks?: readonly Mark[] } = { state: "kept", acknowledged: "200" }): Envelope {
  // Only a FHIR bundle may carry an id of its own; a file name and who was asked for come again with other words.
  return { feed: feed.id, format, controlId, hasOwnId: format === "fhir-r4" && controlId !== "", kind, laneKeys: [laneKey], bytes, ack: "", reserved: true, ...answer };
}

/**
 * Applies what was just kept. Where that fails, the message stays kept and the
 * workers go on trying: the sender gets a receipt, since it must not send again.
 */
async function applyNow(room: FeedRoom, feed: Feed, kept: Kept, format: Format, kind: string, bytes: Buffer, controlId = ""): Promise<Receipt> {
  const nothing = { messageId: kept.messageId, duplicate: kept.duplicate, created: 0, updated: 0, unchanged: 0, removed: 0, marks: [] };
  if (kept.duplicate && kept.state !== "kept") return { ...nothing, state: kept.state as Receipt["state"] };
  const message: Waiting = { feed: feed.id, messageId: kept.messageId, received: new Date(), format, controlId, kind, lane: 0, otherLanes: [], attempts: 0, bytes };
  // Something of the same patient is still on its way: this must not overtake it.
  if (!(await isNext(room.intake, feed.id, kept.messageId))) {
    await release(room.intake, feed.id, kept.messageId);
    return { ...nothing, state: "kept" };
  }
  for (let attempt = 1; ; attempt++) {
    try {
      return receiptOf(kept, await applyAlone(room.intake, room.region, message));
    } catch (error) {
      const passing = /^40/.test((error as { code?: string }).code ?? "");
      if (passing && attempt < 5) continue;
      // The document store is away: no worker need wait for this process's time with the message to end.
      if (error instanceof DocumentStoreUnavailable) await tryLater(room.intake, message, new Date(Date.now() + STORE_AGAIN_AFTER_MS), "not its fault");
      log("warn", "feeds.apply-later", { feed: feed.id, message: kept.messageId, error: (error as Error).message, code: (error as { code?: string }).code ?? "", at: (error as Error).stack?.split("\n")[1]?.trim() ?? "" });
      return { ...nothing, state: "kept" };
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
