/** A message as it was kept: its envelope, its bytes, and what was taken up again of it. */
import { isUuid, type Sql } from "#platform";
import { decompress } from "#record";

/** The envelope of a message, for provenance on an item's page. */
export async function readEnvelope(sql: Sql, feed: string, messageId: string): Promise<{ messageId: string; feed: string; receivedAt: Date; format: string; controlId: string; kind: string } | null> {
  const { rows } = await sql.query<{ received: Date; format: string; control_id: string; kind: string }>("select received, format, control_id, kind from feeds.inbox where feed = $1 and message_id = $2", [feed, messageId]);
  const row = rows[0];
  return row ? { messageId, feed, receivedAt: row.received, format: row.format, controlId: row.control_id, kind: row.kind } : null;
}

export type KeptMessage = { feed: string; messageId: string; received: Date; format: string; controlId: string; kind: string; sha256: string; size: number; state: string; acknowledged: string; flags: readonly string[]; attempts: number; applied: Date | null; replays: string | null; replayedBy: string | null; replayReason: string | null };

const ENVELOPE = "feed, message_id, received, format, control_id, kind, encode(sha256, 'hex') as sha256, size, state, acknowledged, flags, attempts, applied, replays, replayed_by, replay_reason";
type EnvelopeRow = { feed: string; message_id: string; received: Date; format: string; control_id: string; kind: string; sha256: string; size: number; state: string; acknowledged: string; flags: string[]; attempts: number; applied: Date | null; replays: string | null; replayed_by: string | null; replay_reason: string | null };
const toKept = (row: EnvelopeRow): KeptMessage => ({ feed: row.feed, messageId: row.message_id, received: row.received, format: row.format, controlId: row.control_id, kind: row.kind, sha256: row.sha256, size: row.size, state: row.state, acknowledged: row.acknowledged, flags: row.flags, attempts: row.attempts, applied: row.applied, replays: row.replays, replayedBy: row.replayed_by, replayReason: row.replay_reason });

/** The messages of a feed in the order in which they were kept. Intake's role alone may ask: it may read the bytes too. */
export async function listKept(sql: Sql, feed: string): Promise<KeptMessage[]> {
  const { rows } = await sql.query<EnvelopeRow>(`select ${ENVELOPE} from feeds.inbox where feed = $1 order by message_id`, [feed]);
  return rows.map(toKept);
}

/** The messages that a feed sent under a control id, or the one with this message id; oldest first. */
export async function findKept(sql: Sql, feed: string, id: string): Promise<KeptMessage[]> {
  const { rows } = await sql.query<EnvelopeRow>(`select ${ENVELOPE} from feeds.inbox where feed = $1 and (control_id = $2 or message_id = $3) order by message_id`, [feed, id, isUuid(id) ? id : null]);
  return rows.map(toKept);
}

/** The bytes of a message as they came. */
export async function readKeptBytes(sql: Sql, feed: string, messageId: string): Promise<Buffer> {
  const { rows } = await sql.query<{ bytes: Buffer }>("select bytes from feeds.inbox where feed = $1 and message_id = $2", [feed, messageId]);
  return decompress(rows[0]!.bytes);
}

/** One message's envelope, or `null`. */
export async function readKept(sql: Sql, feed: string, messageId: string): Promise<KeptMessage | null> {
  if (!isUuid(messageId)) return null;
  const { rows } = await sql.query<EnvelopeRow>(`select ${ENVELOPE} from feeds.inbox where feed = $1 and message_id = $2`, [feed, messageId]);
  return rows[0] ? toKept(rows[0]) : null;
}

/** The newest messages of a feed. */
export async function readNewest(sql: Sql, feed: string, limit: number): Promise<KeptMessage[]> {
  const { rows } = await sql.query<EnvelopeRow>(`select ${ENVELOPE} from feeds.inbox where feed = $1 order by message_id desc limit $2`, [feed, limit]);
  return rows.map(toKept);
}

/** The replays of a message, oldest first, on whichever feed. */
export async function readReplaysOf(sql: Sql, messageId: string): Promise<KeptMessage[]> {
  const { rows } = await sql.query<EnvelopeRow>(`select ${ENVELOPE} from feeds.inbox where replays = $1 order by message_id`, [messageId]);
  return rows.map(toKept);
}

/** The acknowledgement as sent; empty where the answer over HTTP was made of the outcome. Intake's role alone may ask. */
export async function readAcknowledgement(sql: Sql, feed: string, messageId: string): Promise<string> {
  const { rows } = await sql.query<{ ack: string }>("select ack from feeds.inbox where feed = $1 and message_id = $2", [feed, messageId]);
  return rows[0]?.ack ?? "";
}
