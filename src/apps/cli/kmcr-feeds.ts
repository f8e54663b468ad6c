/** `npm run kmcr -- feeds ...` */
import { existsSync, readFileSync } from "node:fs";
import { dryRun, findKept, listKept, readBacklog, readFeedStatus, readFirstHours, readKeptBytes, readOpenFindings, readTally, readUnmappedCodes, replayMessages, UNKNOWN_FEED, watch, watchedFrom, type KeptMessage, type ReplayChoice } from "#feeds";
import { agreementState, arrivalOf } from "#governance";
import { isRefusal } from "#platform";
import { countFeed } from "#record";
import { clientSecret } from "../feeds/credentials.ts";
import { addOperatorEntries, auditOperator, database, fail, feedNamed, keyOf, operatorName } from "./installation.ts";
import { instantIn, print, reasonIn, type Act, type Asked } from "./kmcr-act.ts";
import { messagesOf, sendHl7, sendHttp, type Answer } from "./send.ts";

const STATES = ["applied", "quarantined", "rejected"] as const;

export const FEED_ACTS: Readonly<Record<string, Act>> = {
  list: { takes: "[FEED]", help: "every feed and how it stands; of one feed its messages, oldest first", words: [0, 1], run: (asked) => (asked.words.length === 0 ? listFeeds(asked) : listMessages(asked)) },
  send: { takes: "FEED FILE [--load full|incremental] [--nhs-number N --birth-date D]", help: "sends a file as the feed's sender would, and prints each answer", words: [2, 2], run: send },
  replay: { takes: "FEED --from T --to T [--state S]... --reason WHY [--dry-run]", help: "takes messages up again, of a time or by --message ID; --dry-run shows what it would do", words: [1, 1], run: replay },
  show: { takes: "FEED ID --reason WHY [--protected]", help: "the kept bytes of the message with this control id or message id", words: [2, 2], run: show },
  counts: { takes: "FEED", help: "what of the feed is in the store", words: [1, 1], run: counts },
  secret: { takes: "FEED", help: "the secret of the client that may send on it over HTTP", words: [1, 1], run: secret },
  codes: { takes: "FEED", help: "its local codes that no map of the region knows, the most frequent first", words: [1, 1], run: codes },
};

const when = (at: Date | null): string => at?.toISOString() ?? "never";

async function listFeeds({ config, region, values }: Asked): Promise<void> {
  const pool = await database(config);
  const now = new Date();
  const [status, tallies, first, backlog, findings] = await Promise.all([readFeedStatus(pool), readTally(pool, watchedFrom(now)), readFirstHours(pool), readBacklog(pool), readOpenFindings(pool)]);
  await pool.end();
  const byFeed = new Map(status.map((each) => [each.feed, each]));
  const hours = Map.groupBy(tallies, ({ feed }) => feed);
  const rows = region.feeds.map((feed) => {
    const mine = byFeed.get(feed.id);
    const organisation = region.organisation(feed.organisation);
    const { punctuality, alarms, rate } = watch(hours.get(feed.id) ?? [], first.get(feed.id), mine?.lastReceived ?? null, backlog.get(feed.id)?.oldest ?? null, feed.expectedEveryMinutes, now);
    return {
      feed: feed.id, organisation: feed.organisation, format: feed.format, arrives: arrivalOf(feed), agreement: organisation === undefined ? "none" : agreementState(organisation, "direct-care", region.dayOf(now)), lastReceived: mine?.lastReceived ?? null, state: punctuality,
      messages: mine?.messages ?? 0, waiting: mine?.waiting ?? 0, findings: findings.get(feed.id)?.findings ?? 0, rejected: mine?.rejected ?? 0, lastHour: rate.received, usual: rate.usual, alarms: alarms.map(({ words }) => words),
    };
  });
  print(values, rows, () => rows.map((row) => [row.feed, row.organisation, row.format, row.arrives, row.state, when(row.lastReceived), `${row.messages} messages`, `${row.waiting} waiting`, `${row.findings} findings`, `${row.rejected} refused`, `agreement ${row.agreement}`, ...row.alarms].join("\t")));
}

async function listMessages({ config, region, values, words }: Asked): Promise<void> {
  const feed = words[0]!;
  // What no feed could be found for is kept under a name of its own.
  if (feed !== UNKNOWN_FEED) feedNamed(region, feed);
  const pool = await database(config);
  const messages = await listKept(pool, feed);
  await pool.end();
  print(values, messages, () => messages.map((each) => [when(each.received), each.messageId, each.controlId || "-", each.kind, `${each.size} bytes`, each.sha256, each.state, `answered ${each.acknowledged}`, ...each.flags].join("\t")));
  process.stderr.write(`${messages.length} ${messages.length === 1 ? "message" : "messages"} on feed ${feed}\n`);
}

async function send({ config, region, values, words }: Asked): Promise<void> {
  const feed = feedNamed(region, words[0]!);
  const file = words[1]!;
  if (!existsSync(file)) fail(`there is no file ${file}`, 2);
  const bytes = readFileSync(file);
  const answers: Answer[] = [];
  const said = (answer: Answer): void => {
    answers.push(answer);
    if (!values.json) process.stdout.write(`${answer.answer}\t${answer.controlId || "-"}\t${answer.text.trim().replace(/[\r\n]+/g, " ↵ ").slice(0, 4000)}\n`);
  };
  if (feed.format === "hl7v2") {
    const messages = messagesOf(bytes);
    if (messages.length === 0) fail(`${file} holds no message`, 2);
    for await (const answer of sendHl7(config, messages)) said(answer);
  } else {
    if (feed.format === "csv") await sendRows({ config, region, values, words, route: "" }, file, bytes, answers);
    else said(await sendHttp(config, feed, file, bytes, { ...(values["nhs-number"] && { patientNHSNumber: values["nhs-number"] }), ...(values["birth-date"] && { birthDate: values["birth-date"] }) }));
  }
  if (values.json) process.stdout.write(`${JSON.stringify(answers, null, 2)}\n`);
  if (answers.some(({ good }) => !good)) process.exitCode = 1;
}

/** A file of rows is answered with a report: each fault on a line of its own, then what became of the file. */
async function sendRows({ config, region, values, words }: Asked, file: string, bytes: Buffer, answers: Answer[]): Promise<void> {
  const answer = await sendHttp(config, feedNamed(region, words[0]!), file, bytes, values.load === undefined ? {} : { load: values.load });
  if (answer.controlId === "") fail(`the server refused the file: ${answer.status} ${answer.text}`);
  const receipt = JSON.parse(answer.text) as { messageId: string; duplicate: boolean; state: string; created: number; updated: number; unchanged: number; removed: number; marks: { place: string; why: string }[] };
  answers.push({ ...answer, good: answer.good && receipt.marks.length === 0 && receipt.state !== "quarantined" });
  if (values.json) return;
  for (const mark of receipt.marks) process.stdout.write(`${mark.place}: ${mark.why}\n`);
  process.stdout.write(`${receipt.duplicate ? "these bytes were sent before, nothing changed" : receipt.state}: ${receipt.created} created, ${receipt.updated} updated, ${receipt.unchanged} unchanged, ${receipt.marks.length} ${receipt.marks.length === 1 ? "fault" : "faults"} (message ${receipt.messageId})\n`);
}

async function replay({ config, region, values, words, route }: Asked): Promise<void> {
  const feed = feedNamed(region, words[0]!);
  const [from, to] = [instantIn(values.from, "from"), instantIn(values.to, "to")];
  if (values.message === undefined && (from === undefined || to === undefined)) fail("say which: --from T --to T, or --message ID", 2);
  const states = (values.state ?? [...STATES]).flatMap((each) => each.split(","));
  for (const state of states) if (!(STATES as readonly string[]).includes(state)) fail(`--state ${state} is none of ${STATES.join(", ")}`, 2);
  const reason = reasonIn(values);
  const asker = { by: operatorName(), reason };
  const choice: ReplayChoice = { feed: feed.id, states: states as (typeof STATES)[number][], ...(values.message && { messageIds: values.message }), ...(from && { from }), ...(to && { to }) };
  const pool = await database(config);
  if (values["dry-run"]) {
    const outcomes = await dryRun(pool, region, choice, asker);
    await pool.end();
    if (isRefusal(outcomes)) fail(outcomes.message);
    print(values, outcomes, () => outcomes.map((each) => [each.of, each.controlId || "-", each.kind, each.state, `${each.created} created`, `${each.updated} updated`, `${each.unchanged} unchanged`, `${each.removed} removed`, ...each.marks.map((mark) => `${mark.place}: ${mark.why}`)].join("\t")));
    return;
  }
  await addOperatorEntries(pool, region, [], { action: "message-replayed", reason, route }, { feed: feed.id, from: when(from ?? null), to: when(to ?? null), states, messages: values.message ?? [] });
  const done = await replayMessages(pool, region, choice, asker);
  await pool.end();
  print(values, done, () => [...done.refused.map((each) => `${each.messageId}\t${each.why}`), `${done.taken} ${done.taken === 1 ? "message" : "messages"} taken up again`]);
  if (done.refused.length > 0) process.exitCode = 1;
}

async function show({ config, region, values, words, route }: Asked): Promise<void> {
  const [feed, id] = [words[0]!, words[1]!];
  if (feed !== UNKNOWN_FEED) feedNamed(region, feed);
  const reason = reasonIn(values);
  const pool = await database(config);
  const message = one(feed, id, await findKept(pool, feed, id));
  const bytes = await readKeptBytes(pool, feed, message.messageId);
  const { isClosed } = await auditOperator(pool, region, message, { action: "message-read", reason, route }, bytes);
  await pool.end();
  if (isClosed && values.protected !== true) fail("this message holds what is kept from everybody: where a protected person is, or a former identity. That it was asked for is in the audit trail; who must have it says --protected");
  const out = values.json ? `${JSON.stringify({ ...message, bytes: bytes.toString("base64") }, null, 2)}\n` : bytes;
  await new Promise<void>((resolve, reject) => process.stdout.write(out, (error) => (error ? reject(error) : resolve())));
}

/** The message that was meant, where the id is one message's. */
export function one(feed: string, id: string, found: readonly KeptMessage[]): KeptMessage {
  const [message] = found;
  if (message === undefined) fail(`feed ${feed} has kept no message ${id}`);
  if (found.length > 1) fail(`feed ${feed} sent different bytes under ${id}; name one by its message id:\n${found.map((each) => `  ${each.messageId}  ${when(each.received)}  ${each.size} bytes`).join("\n")}`);
  return message;
}

async function counts({ config, region, words }: Asked): Promise<void> {
  const feed = feedNamed(region, words[0]!).id;
  const pool = await database(config);
  const [messages, stored] = await Promise.all([listKept(pool, feed), countFeed(pool, feed)]);
  await pool.end();
  const states: Record<string, number> = {};
  for (const { state } of messages) states[state] = (states[state] ?? 0) + 1;
  process.stdout.write(`${JSON.stringify({ feed, messages: states, ...stored }, null, 2)}\n`);
}

async function secret({ config, region, values, words }: Asked): Promise<void> {
  const feed = feedNamed(region, words[0]!);
  if (!("http" in feed.transport)) fail(`feed ${feed.id} sends by MLLP, which has no secret`, 2);
  const { clientId } = feed.transport.http;
  const value = clientSecret(keyOf(config), clientId);
  print(values, { feed: feed.id, clientId, secret: value }, () => [value]);
}

async function codes({ config, region, values, words }: Asked): Promise<void> {
  const feed = feedNamed(region, words[0]!).id;
  const pool = await database(config);
  const found = await readUnmappedCodes(pool, feed);
  await pool.end();
  print(values, found, () => found.map((each) => [each.count, each.system || "-", each.code, each.display || "-", `first ${when(each.firstSeen)}`, `last ${when(each.lastSeen)}`].join("\t")));
  process.stderr.write(`${found.length} local ${found.length === 1 ? "code" : "codes"} of feed ${feed} without a map\n`);
}
