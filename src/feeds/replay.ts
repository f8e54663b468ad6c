/**
 * Messages taken up again: as they were, or put right. A replay is a message of its
 * own that names the one it replays, by whom and why, so that what was received
 * stays as it was; older words never overwrite newer ones, whenever they come.
 */
import type { Feed, Region } from "#governance";
import { leastUuidAt, refuse, type Pool, type Refusal, type Sql } from "#platform";
import { decompress } from "#record";
import { envelopeOfHl7, feedOf, UNKNOWN_FEED } from "./envelope-of-hl7.ts";
import { keepAll, type Envelope, type Format, type Kept, type Replay } from "./inbox.ts";
import { kindAndLanes } from "./collect-mesh.ts";
import { applyMessages, type Applied } from "./journey.ts";
import type { Mark } from "./mapped.ts";
import type { Peer } from "./peer.ts";

/** Which messages of a feed: by id, or those received from `from` on and before `to`, in one of the states. */
export type ReplayChoice = { feed: string; messageIds?: readonly string[]; from?: Date; to?: Date; states?: readonly ("applied" | "quarantined" | "rejected")[] };
export type ReplayAsker = { by: string; reason: string };

/** What a replay became, or in a dry run would become. */
export type Replayed = { messageId: string; of: string; controlId: string; kind: string; state: string; created: number; updated: number; unchanged: number; removed: number; marks: readonly Mark[] };

/** A dry run holds its transaction open, so it takes so many messages and no more. */
export const MOST_DRY = 2000;
const PAGE = 200;

type Original = { feed: string; message_id: string; received: Date; format: Format; control_id: string; kind: string; bytes: Buffer; replays: string | null };

/**
 * Takes messages up again, in the order in which they were kept: the workers apply
 * them. A replay itself is not replayed, its original is. Gives how many were taken.
 */
export async function replayMessages(intake: Pool, region: Region, choice: ReplayChoice, asker: ReplayAsker): Promise<{ taken: number; refused: readonly { messageId: string; why: string }[] }> {
  let taken = 0;
  const refused: { messageId: string; why: string }[] = [];
  for (let after = ""; ; ) {
    const page = await chosen(intake, choice, after, PAGE);
    if (page.length === 0) return { taken, refused };
    after = page.at(-1)!.message_id;
    const read = page.map((each) => envelopeAgain(region, each, decompress(each.bytes), asker));
    read.forEach((each, index) => isRefused(each) && refused.push({ messageId: page[index]!.message_id, why: each.message }));
    const usable = page.filter((_, index) => !isRefused(read[index]!));
    await intake.transaction(async (sql) => {
      await keepAll(sql, read.filter((each): each is Envelope => !isRefused(each)));
      await closeQuarantine(sql, usable, asker);
    });
    taken += usable.length;
  }
}

/** What a replay would do: applied for real in a transaction that is then taken back. */
export async function dryRun(intake: Pool, region: Region, choice: ReplayChoice, asker: ReplayAsker): Promise<Replayed[] | Refusal> {
  const originals = await chosen(intake, choice, "", MOST_DRY + 1);
  if (originals.length > MOST_DRY) return refuse("invalid", "feeds.dry-run-too-long", `a dry run takes at most ${MOST_DRY} messages: narrow the time`);
  const outcomes: Replayed[] = [];
  await intake.transaction(async (sql) => {
    for (const original of originals) outcomes.push(await tryOne(sql, region, original, asker));
    throw new TakeBack();
  }).catch((error: unknown) => {
    if (!(error instanceof TakeBack)) throw error;
  });
  return outcomes;
}

/** Puts a message right and takes it up again: `bytes` replace those that came, which stay as they were. */
export async function fixAndReplay(intake: Pool, region: Region, feed: string, messageId: string, bytes: Buffer | null, asker: ReplayAsker): Promise<(Kept & { feed: string }) | Refusal> {
  const [original] = await chosen(intake, { feed, messageIds: [messageId] }, "", 1);
  if (original === undefined) return refuse("not-found", "feeds.no-message", `feed ${feed} has no message ${messageId}`);
  const envelope = envelopeAgain(region, original, bytes ?? decompress(original.bytes), asker);
  if (isRefused(envelope)) return envelope;
  return intake.transaction(async (sql) => {
    const [kept] = await keepAll(sql, [envelope]);
    await closeQuarantine(sql, [original], asker);
    return { ...kept!, feed: envelope.feed };
  });
}

/** Sets a finding aside without a replay: somebody looked and it needs nothing. */
export async function closeFindings(intake: Sql, feed: string, messageId: string, by: string, why: string): Promise<number> {
  const { rowCount } = await intake.query("update feeds.quarantine set state = 'closed', closed_by = $3, closed_why = $4, closed_at = $5 where feed = $1 and message_id = $2 and state = 'open'", [feed, messageId, by, why, new Date()]);
  return rowCount ?? 0;
}

class TakeBack extends Error {}

const isRefused = (value: Envelope | Refusal): value is Refusal => !("bytes" in value);

/** The message's own way back in: read anew, since the feed, the map or the bytes may have changed since. */
function envelopeAgain(region: Region, original: Original, bytes: Buffer, asker: ReplayAsker): Envelope | Refusal {
  const replay: Replay = { of: original.replays ?? original.message_id, ...asker };
  const feed = feedAgain(region, original, bytes);
  if (feed === undefined) return refuse("unsupported", "feeds.no-feed", `no feed "${original.feed}" is registered, and the message names none that is`);
  // By MESH the workflow and the mailbox named the feed, not the message.
  if (feed.format === "hl7v2" && "mesh" in feed.transport) return { feed: feed.id, format: "hl7v2", controlId: original.control_id, hasOwnId: true, ...kindAndLanes(bytes), bytes, state: "kept", acknowledged: "", ack: "", replay };
  if (feed.format === "hl7v2") {
    const read = envelopeOfHl7(bytes, region, trusted(feed));
    if (read.envelope.state === "rejected") return refuse("invalid", "feeds.still-refused", `still cannot be read: ${read.envelope.marks?.[0]?.place}: ${read.envelope.marks?.[0]?.why}`);
    return { ...read.envelope, replay };
  }
  return { feed: feed.id, format: feed.format, controlId: original.control_id, hasOwnId: true, kind: original.kind, laneKeys: [`replay ${replay.of}`], bytes, state: "kept", acknowledged: "", ack: "", replay };
}

function feedAgain(region: Region, original: Original, bytes: Buffer): Feed | undefined {
  if (original.feed !== UNKNOWN_FEED) return region.feed(original.feed);
  const read = envelopeOfHl7(bytes, region, { address: "", encrypted: false });
  return read.message && feedOf(region, read.message);
}

/** The operator stands for the sender: the certificate was asked for when the message came. */
function trusted(feed: Feed): Peer {
  const names = "mllp" in feed.transport ? (feed.transport.mllp.certificateNames ?? []) : [];
  return { address: "", encrypted: true, protocol: "", cipher: "", certificate: { names, fingerprint: "", validFrom: new Date(0), validTo: new Date(0) } };
}

async function chosen(sql: Sql, choice: ReplayChoice, after: string, limit: number): Promise<Original[]> {
  const { rows } = await sql.query<Original>(
    `select feed, message_id, received, format, control_id, kind, bytes, replays from feeds.inbox
     where feed = $1 and message_id > $2 and ($3::uuid[] is null or message_id = any($3)) and message_id >= $4 and message_id < $5 and state = any($6) and (replays is null or $3 is not null) order by message_id limit $7`,
    [choice.feed, after || "00000000-0000-0000-0000-000000000000", choice.messageIds ? [...choice.messageIds] : null, leastUuidAt(choice.from ?? new Date(0)), leastUuidAt(choice.to ?? new Date("9999-01-01")), [...(choice.states ?? ["applied", "quarantined", "rejected"])], limit],
  );
  return rows;
}

async function tryOne(sql: Sql, region: Region, original: Original, asker: ReplayAsker): Promise<Replayed> {
  const bytes = decompress(original.bytes);
  const said = { of: original.message_id, controlId: original.control_id, kind: original.kind, created: 0, updated: 0, unchanged: 0, removed: 0 };
  const envelope = envelopeAgain(region, original, bytes, asker);
  if (isRefused(envelope)) return { ...said, messageId: "", state: "refused", marks: [{ code: envelope.code, why: envelope.message, place: "message" }] };
  const [kept] = await keepAll(sql, [envelope]);
  const [applied] = await applyMessages(sql, region, [{ feed: envelope.feed, messageId: kept!.messageId, received: original.received, format: envelope.format, controlId: envelope.controlId, kind: envelope.kind, lane: 0, otherLanes: [], attempts: 0, bytes }]);
  const sum = (pick: (each: Applied["stored"][number]) => number): number => applied!.stored.reduce((total, each) => total + pick(each), 0);
  return { ...said, messageId: "", state: applied!.state, created: sum((each) => each.created), updated: sum((each) => each.updated), unchanged: sum((each) => each.unchanged), removed: sum((each) => each.removed), marks: applied!.marks };
}

/** The findings of what is replayed are dealt with: those that still hold come again with the replay. */
function closeQuarantine(sql: Sql, originals: readonly Original[], asker: ReplayAsker): Promise<unknown> {
  return sql.query(
    "update feeds.quarantine q set state = 'replayed', closed_by = $3, closed_why = $4, closed_at = $5 from unnest($1::text[], $2::uuid[]) as n(feed, message_id) where q.feed = n.feed and q.message_id = n.message_id and q.state = 'open'",
    [originals.map((each) => each.feed), originals.map((each) => each.message_id), asker.by, asker.reason, new Date()],
  );
}
