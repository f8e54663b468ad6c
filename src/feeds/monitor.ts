/** What the operations pages, the command line and the source states ask of the inbox. */
import { isUuid, type Sql } from "#platform";
import { decompress } from "#record";

export type FeedStatus = { feed: string; messages: number; waiting: number; quarantined: number; rejected: number; lastReceived: Date | null };

/** Counts by feed; feeds that never sent are missing. */
export async function readFeedStatus(sql: Sql): Promise<FeedStatus[]> {
  const { rows } = await sql.query<{ feed: string; messages: number; waiting: number; quarantined: number; rejected: number; last_received: Date | null }>(
    `select t.feed, t.messages, t.rejected, coalesce(w.n, 0) as waiting, coalesce(q.n, 0) as quarantined, (select received from feeds.inbox i where i.feed = t.feed order by message_id desc limit 1) as last_received
     from (select feed, sum(received)::int as messages, sum(rejected)::int as rejected from feeds.tally group by feed) t
     left join (select feed, count(*)::int as n from feeds.inbox where state = 'kept' group by feed) w using (feed)
     left join (select feed, count(*)::int as n from feeds.inbox where state = 'quarantined' group by feed) q using (feed) order by t.feed`,
  );
  return rows.map((row) => ({ feed: row.feed, messages: row.messages, waiting: row.waiting, quarantined: row.quarantined, rejected: row.rejected, lastReceived: row.last_received }));
}

/** When each feed last gave a message: what "updated 3 days ago" is counted from. */
export async function readLastReceived(sql: Sql, feeds: readonly string[]): Promise<Map<string, Date>> {
  const { rows } = await sql.query<{ feed: string; received: Date }>(
    `select f.feed, m.received from unnest($1::text[]) f(feed) cross join lateral (select received from feeds.inbox i where i.feed = f.feed order by message_id desc limit 1) m`,
    [feeds],
  );
  return new Map(rows.map((row) => [row.feed, row.received]));
}

export async function countWaiting(sql: Sql): Promise<number> {
  const { rows } = await sql.query<{ n: number }>("select count(*)::int as n from feeds.inbox where state = 'kept'");
  return rows[0]!.n;
}

export type QuarantineItem = { feed: string; messageId: string; item: number; code: string; why: string; place: string; received: Date; kind: string; controlId: string; acknowledged: string; state: string };

const NO_MESSAGE = "00000000-0000-0000-0000-000000000000";

/** The last finding of a page: the next page begins behind it. A message's findings share one time, so that the time alone tells no place. */
export type QuarantineCursor = { received: Date; messageId: string; item: number };

/** What waits in quarantine, newest message first, its findings in order. Reasons and places only: the bytes are read elsewhere, for a reason. */
export async function readQuarantine(sql: Sql, options: { feed?: string; limit: number; after?: QuarantineCursor }): Promise<{ items: QuarantineItem[]; total: number }> {
  const parameters = [options.feed ?? null, options.after?.received ?? new Date("9999-01-01"), options.limit, options.after?.messageId ?? NO_MESSAGE, options.after?.item ?? 0];
  const [items, total] = await Promise.all([
    sql.query<{ feed: string; message_id: string; item: number; code: string; why: string; place: string; received: Date; kind: string; control_id: string; acknowledged: string; state: string }>(
      `select q.feed, q.message_id, q.item, q.code, q.why, q.place, q.received, i.kind, i.control_id, i.acknowledged, i.state from feeds.quarantine q join feeds.inbox i using (feed, message_id)
       where q.state = 'open' and ($1::text is null or q.feed = $1) and (q.received < $2 or (q.received = $2 and (q.message_id, q.item) > ($4, $5))) order by q.received desc, q.message_id, q.item limit $3`,
      parameters,
    ),
    sql.query<{ n: number }>("select count(*)::int as n from feeds.quarantine where state = 'open' and ($1::text is null or feed = $1)", [options.feed ?? null]),
  ]);
  return {
    items: items.rows.map((row) => ({ feed: row.feed, messageId: row.message_id, item: row.item, code: row.code, why: row.why, place: row.place, received: row.received, kind: row.kind, controlId: row.control_id, acknowledged: row.acknowledged, state: row.state })),
    total: total.rows[0]!.n,
  };
}

/** The envelope of a message, for provenance on an item's page. */
export async function readEnvelope(sql: Sql, feed: string, messageId: string): Promise<{ messageId: string; feed: string; receivedAt: Date; format: string; controlId: string; kind: string } | null> {
  const { rows } = await sql.query<{ received: Date; format: string; control_id: string; kind: string }>("select received, format, control_id, kind from feeds.inbox where feed = $1 and message_id = $2", [feed, messageId]);
  const row = rows[0];
  return row ? { messageId, feed, receivedAt: row.received, format: row.format, controlId: row.control_id, kind: row.kind } : null;
}

export type KeptMessage = { messageId: string; received: Date; format: string; controlId: string; kind: string; sha256: string; size: number; state: string; acknowledged: string; flags: readonly string[] };

const ENVELOPE = "message_id, received, format, control_id, kind, encode(sha256, 'hex') as sha256, size, state, acknowledged, flags";
type EnvelopeRow = { message_id: string; received: Date; format: string; control_id: string; kind: string; sha256: string; size: number; state: string; acknowledged: string; flags: string[] };
const toKept = (row: EnvelopeRow): KeptMessage => ({ messageId: row.message_id, received: row.received, format: row.format, controlId: row.control_id, kind: row.kind, sha256: row.sha256, size: row.size, state: row.state, acknowledged: row.acknowledged, flags: row.flags });

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
