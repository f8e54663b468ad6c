/** `npm run kmcr -- quarantine ...` */
import { existsSync, readFileSync } from "node:fs";
import { closeFindings, findKept, fixAndReplay, masked, maskedControlId, readQuarantine, UNKNOWN_FEED, type KeptMessage, type QuarantineItem } from "#feeds";
import type { AuditAction } from "#audit";
import { isRefusal, type Pool } from "#platform";
import { auditOperator, database, fail, feedNamed, operatorName } from "./installation.ts";
import { print, reasonIn, type Act, type Asked } from "./kmcr-act.ts";
import { one } from "./kmcr-feeds.ts";

const PAGE = 500;

export const QUARANTINE_ACTS: Readonly<Record<string, Act>> = {
  list: { takes: "[FEED] [--code KIND]", help: "what waits, with reason and place, newest first; what could name a person is masked", words: [0, 1], run: list },
  fix: { takes: "FEED ID FILE --reason WHY", help: "replays the message with the bytes of the file in place of those that came", words: [3, 3], run: fix },
  replay: { takes: "FEED ID --reason WHY", help: "replays the message as it is: the map or the region may have changed since", words: [2, 2], run: (asked) => takeUp(asked, null) },
  close: { takes: "FEED ID --reason WHY", help: "closes the message's findings without a replay", words: [2, 2], run: close },
};

async function list({ config, region, values, words }: Asked): Promise<void> {
  const [feed] = words;
  if (feed !== undefined && feed !== UNKNOWN_FEED) feedNamed(region, feed);
  const pool = await database(config);
  const found: QuarantineItem[] = [];
  for (let page: QuarantineItem[] = []; page.length === PAGE || found.length === 0; ) {
    const last = found.at(-1);
    ({ items: page } = await readQuarantine(pool, { limit: PAGE, ...(feed && { feeds: [feed] }), ...(values.code && { code: values.code }), ...(last && { after: last }) }));
    if (page.length === 0) break;
    found.push(...page);
  }
  await pool.end();
  const items = found.map((each) => ({ ...each, controlId: maskedControlId(each.format, each.controlId), why: masked(each.why, each.code), place: masked(each.place, each.code) }));
  print(values, items, () => items.map((each) => [each.received.toISOString(), each.feed, each.messageId, each.controlId || "-", each.kind, each.state, each.code, each.place, each.why].join("\t")));
  process.stderr.write(`${items.length} open ${items.length === 1 ? "finding" : "findings"}\n`);
}

/** Finds the message that was named and keeps who does what with it, and why. */
async function begin({ config, region, values, words, route }: Asked, action: AuditAction): Promise<{ pool: Pool; message: KeptMessage; asker: { by: string; reason: string } }> {
  const [feed, id] = [words[0]!, words[1]!];
  if (feed !== UNKNOWN_FEED) feedNamed(region, feed);
  const reason = reasonIn(values);
  const pool = await database(config);
  const message = one(feed, id, (await findKept(pool, feed, id)).filter((each) => each.replays === null || each.messageId === id));
  await auditOperator(pool, region, message, { action, reason, route });
  return { pool, message, asker: { by: operatorName(), reason } };
}

async function fix(asked: Asked): Promise<void> {
  const file = asked.words[2]!;
  if (!existsSync(file)) fail(`there is no file ${file}`, 2);
  await takeUp(asked, readFileSync(file));
}

async function takeUp(asked: Asked, bytes: Buffer | null): Promise<void> {
  const { pool, message, asker } = await begin(asked, "message-replayed");
  const done = await fixAndReplay(pool, asked.region, message.feed, message.messageId, bytes, asker);
  await pool.end();
  if (isRefusal(done)) fail(done.message);
  print(asked.values, { feed: done.feed, messageId: done.messageId, replays: message.messageId }, () => [`${done.feed}\t${done.messageId}\treplays ${message.messageId}`]);
}

async function close(asked: Asked): Promise<void> {
  const { pool, message, asker } = await begin(asked, "findings-closed");
  const closed = await closeFindings(pool, message.feed, message.messageId, asker.by, asker.reason);
  await pool.end();
  print(asked.values, { feed: message.feed, messageId: message.messageId, closed }, () => [`${closed} ${closed === 1 ? "finding" : "findings"} closed`]);
  if (closed === 0) process.exitCode = 1;
}
