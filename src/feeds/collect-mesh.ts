/**
 * Feeds from our mailbox at MESH: download with all chunks, keep, and only after
 * that commit acknowledge to MESH. Whoever dies in between gets the message again,
 * under the same id, and keeps it once.
 */
import type { Feed, Region } from "#governance";
import { MESH_PAGE, type MeshClient, type MeshData, type MeshReport } from "#national";
import { isRefusal, log, type Refusal } from "#platform";
import { decodeHl7, parseHl7, parseJson, splitBatch } from "#standards";
import { UNKNOWN_FEED } from "./envelope-of-hl7.ts";
import type { Envelope, Inbox } from "./inbox.ts";
import { lanesOf } from "./map/hl7v2/lanes.ts";
import type { Mark } from "./mapped.ts";

export type MeshRoom = {
  readonly region: Region;
  readonly inbox: Pick<Inbox, "keep">;
  readonly mesh: Pick<MeshClient, "inbox" | "download" | "acknowledge">;
  /** What MESH says of a message of ours that was not delivered; committed when it resolves. */
  report(report: MeshReport): Promise<void>;
  /** Signals that are no feed's: what comes under this workflow is taken by `take`, committed when it resolves; false where it cannot be read, and is kept for a human. */
  readonly signals?: { readonly workflowId: string; take(bytes: Buffer): Promise<boolean> };
  /** Why nothing is taken in now (the disk is full), or `null`. */
  closed(): string | null;
};

export type Collected = { kept: number; repeated: number; reports: number; left: number };

/**
 * Empties the mailbox. What cannot be taken in stays there: it is looked at again
 * at the next call, and MESH tells its sender after five days.
 * @returns counts, or the refusal of the first look into the mailbox
 */
export async function collectMesh(room: MeshRoom): Promise<Collected | Refusal> {
  const counts: Collected = { kept: 0, repeated: 0, reports: 0, left: 0 };
  const left = new Set<string>();
  for (;;) {
    const ids = await room.mesh.inbox();
    if (isRefusal(ids)) return ids;
    const fresh = ids.filter((id) => !left.has(id));
    for (const id of fresh) {
      const closed = room.closed();
      if (closed !== null) {
        log("warn", "feeds.mesh-closed", { why: closed });
        return { ...counts, left: counts.left + 1 };
      }
      const done = await collectOne(room, id);
      counts[done]++;
      if (done === "left") left.add(id);
    }
    // Fewer than a page: that was all. A page of nothing but what has to stay: the rest waits behind it.
    if (ids.length < MESH_PAGE || fresh.length === 0) return counts;
  }
}

async function collectOne(room: MeshRoom, id: string): Promise<keyof Collected> {
  const message = await room.mesh.download(id);
  if (isRefusal(message)) {
    // Somebody else of this product was faster, or MESH has it no more.
    if (message.kind === "gone" || message.kind === "not-found") return "repeated";
    log(message.kind === "unavailable" ? "warn" : "error", "feeds.mesh-not-taken", { message: id, code: message.code });
    return "left";
  }
  const kept = message.kind === "report" ? await room.report(message).then(() => "reports" as const) : await keep(room, message);
  const acknowledged = await room.mesh.acknowledge(id);
  // It comes again, and is known then.
  if (isRefusal(acknowledged) && acknowledged.kind !== "not-found") log("warn", "feeds.mesh-not-acknowledged", { message: id, code: acknowledged.code });
  return kept;
}

async function keep(room: MeshRoom, message: MeshData): Promise<"kept" | "repeated"> {
  if (room.signals?.workflowId === message.workflowId && (await room.signals.take(message.bytes))) return "kept";
  // All at once: they are kept in the order in which they are offered, and share a commit.
  const kept = await Promise.all(envelopesOfMesh(room.region, message).map((envelope) => room.inbox.keep(envelope)));
  return kept.every((each) => each.duplicate) ? "repeated" : "kept";
}

/** The feed of a workflow that comes from a mailbox. */
export function feedOfMesh(region: Region, from: string, workflowId: string): Feed | undefined {
  return region.feeds.find((feed) => "mesh" in feed.transport && feed.transport.mesh.workflowId === workflowId && feed.transport.mesh.fromMailbox === from);
}

/** What is kept of one MESH message: one envelope, and for a batch of HL7 v2 one a message of it. */
export function envelopesOfMesh(region: Region, message: MeshData): Envelope[] {
  const feed = feedOfMesh(region, message.from, message.workflowId);
  const own = { controlId: message.messageId, hasOwnId: true, ack: "", acknowledged: "MESH" } as const;
  if (feed === undefined) return [{ ...own, feed: UNKNOWN_FEED, format: "unknown", kind: "MESH", laneKeys: [], bytes: message.bytes, state: "rejected", marks: [unknownSender(message)] }];
  if (message.stillCompressed) return [{ ...own, feed: feed.id, format: "unknown", kind: "unreadable", laneKeys: [], bytes: message.bytes, state: "rejected", marks: [{ code: "feeds.mesh-compression", why: "a chunk says that it is compressed and cannot be unpacked", place: "message" }] }];
  switch (feed.format) {
    case "csv": {
      const kind = feed.options?.["layout"] ?? "csv";
      return [{ ...own, feed: feed.id, format: "csv", kind, laneKeys: [kind], bytes: message.bytes, state: "kept" }];
    }
    case "hl7v2":
      return messagesOf(message.bytes).map((bytes, index, all) => ({ ...own, controlId: all.length === 1 ? message.messageId : `${message.messageId}.${index + 1}`, feed: feed.id, format: "hl7v2", ...kindAndLanes(bytes), bytes, state: "kept" }));
    default:
      return [{ ...own, feed: feed.id, format: feed.format, ...readBundle(message.bytes), bytes: message.bytes, state: "kept" }];
  }
}

const unknownSender = (message: MeshData): Mark => ({ code: "feeds.mesh-unknown", why: `no feed is registered for workflow "${message.workflowId.slice(0, 100)}" from mailbox "${message.from.slice(0, 40)}"`, place: "message" });

function messagesOf(bytes: Buffer): Buffer[] {
  const messages = splitBatch(bytes)?.batches.flatMap((batch) => batch.messages) ?? [];
  return messages.length === 0 ? [bytes] : messages.map((each) => Buffer.from(each));
}

/** Kind and lanes of an HL7 v2 message. What it cannot tell is found, with its place, when it is mapped: it waits in quarantine then. */
export function kindAndLanes(bytes: Buffer): { kind: string; laneKeys: readonly string[] } {
  const parsed = parseHl7(decodeHl7(bytes));
  return parsed.ok ? { kind: parsed.message.kind, laneKeys: lanesOf(parsed.message) } : { kind: "unreadable", laneKeys: [] };
}

function readBundle(bytes: Buffer): { kind: string; laneKeys: readonly string[] } {
  try {
    const body = parseJson(bytes.toString("utf8")) as { resourceType?: unknown; type?: unknown; id?: unknown; entry?: { fullUrl?: unknown; resource?: { resourceType?: unknown; id?: unknown } | null }[] } | null;
    const patients = (Array.isArray(body?.entry) ? body.entry : []).filter((each) => each?.resource?.resourceType === "Patient").map((each) => String(each.resource!.id ?? each.fullUrl ?? ""));
    const kind = body?.resourceType === "Bundle" ? `Bundle ${String(body.type)}` : String(body?.resourceType ?? "resource");
    return { kind: kind.slice(0, 60), laneKeys: patients.length > 0 ? [...new Set(patients)] : [kind] };
  } catch {
    return { kind: "unreadable", laneKeys: [] };
  }
}
