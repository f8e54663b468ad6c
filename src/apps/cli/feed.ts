/**
 * What an operator asks of feeds while the product runs on this machine:
 *
 *     npm run feed -- list FEED                     its messages, oldest first: time, id, control id, kind, size, SHA-256, state
 *     npm run feed -- show FEED CONTROL-ID          the kept bytes of one message, to stdout; a message id does too
 *     npm run feed -- counts FEED                   what of it is in the store, as JSON
 *     npm run feed -- codes FEED                    its local codes that no map of the region knows, the most frequent first
 *     npm run feed -- secret FEED                   the secret of the client that may send on it over HTTP
 *     npm run feed -- send-csv FEED FILE            posts a council's CSV file and lists what could not be used
 *
 * The settings are the product's own (`KMCR_DATA_DIR`, `PORT`, ...). A message's
 * bytes are a person's data: whoever shows them stands in that person's audit.
 */
import { existsSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { userInfo } from "node:os";
import { addEntries, NOBODY } from "#audit";
import type { Actor } from "#decision";
import { findKept, listKept, readKeptBytes, readUnmappedCodes, UNKNOWN_FEED, type KeptMessage } from "#feeds";
import { faultLines, isRegionFaults, loadRegion, type Feed, type Region } from "#governance";
import { readPersonsOf } from "#identity";
import { embeddedSocketDir, openPool, readConfig, uuidv7, type Config, type DatabaseAddress, type Pool } from "#platform";
import { countFeed, sourcePatientsOfMessage } from "#record";
import { clientSecret } from "../feeds/credentials.ts";

const USAGE = "npm run feed -- list FEED | show FEED CONTROL-ID | counts FEED | codes FEED | secret FEED | send-csv FEED FILE";

/** Ends the command with one line of what is wrong. */
function fail(why: string, code = 1): never {
  process.stderr.write(`${why}\n`);
  process.exit(code);
}

function settings(): Config {
  const read = readConfig(process.env);
  return read.ok ? read.config : fail(read.faults.join("\n"), 2);
}

function regionOf(config: Config): Region {
  const region = loadRegion(config.region, config.regionOverlays);
  return isRegionFaults(region) ? fail(faultLines(region), 2) : region;
}

function feedNamed(region: Region, id: string): Feed {
  return region.feed(id) ?? fail(`no feed "${id}" is registered; there are ${region.feeds.map((feed) => feed.id).join(", ")}`, 2);
}

/** The installation's key: from the environment, else as it was made at first start. */
function keyOf(config: Config): string {
  if (config.secret !== "") return config.secret;
  const file = join(config.dataDir, "secret");
  return existsSync(file) ? readFileSync(file, "utf8").trim() : fail(`KMCR has never run on ${config.dataDir}: there is no ${file}`);
}

/** The running product's database, under the role of intake. */
async function database(config: Config): Promise<Pool> {
  const roleKey = keyOf(config);
  const address: DatabaseAddress = config.databaseUrl === "" ? { kind: "socket", socketDir: embeddedSocketDir(config.dataDir), user: "", password: "", database: "postgres", roleKey } : { kind: "url", url: config.databaseUrl, roleKey };
  const pool = openPool(address, "kmcr_intake", 2);
  await pool.query("select 1").catch((error: Error) => fail(`KMCR does not run on ${config.databaseUrl === "" ? config.dataDir : "the database at DATABASE_URL"}: ${error.message}`));
  return pool;
}

const when = (at: Date): string => at.toISOString();

async function list(config: Config, feed: string): Promise<void> {
  const pool = await database(config);
  const messages = await listKept(pool, feed);
  for (const each of messages) process.stdout.write(`${[when(each.received), each.messageId, each.controlId || "-", each.kind, `${each.size} bytes`, each.sha256, each.state, `answered ${each.acknowledged}`, ...each.flags].join("\t")}\n`);
  process.stderr.write(`${messages.length} ${messages.length === 1 ? "message" : "messages"} on feed ${feed}\n`);
  await pool.end();
}

async function show(config: Config, region: Region, feed: string, id: string): Promise<void> {
  const pool = await database(config);
  const found = await findKept(pool, feed, id);
  const [message] = found;
  if (message === undefined) fail(`feed ${feed} has kept no message ${id}`);
  if (found.length > 1) fail(`feed ${feed} sent different bytes under ${id}; name one by its message id:\n${found.map((each) => `  ${each.messageId}  ${when(each.received)}  ${each.size} bytes`).join("\n")}`);
  const bytes = await readKeptBytes(pool, feed, message.messageId);
  await auditShown(pool, region, feed, message);
  await pool.end();
  await new Promise<void>((resolve, reject) => process.stdout.write(bytes, (error) => (error ? reject(error) : resolve())));
}

/** One entry for each person whose data the message brought, durable before its bytes are written out. */
async function auditShown(pool: Pool, region: Region, feed: string, message: KeptMessage): Promise<void> {
  // Who runs the installation answers for its operators.
  const operations = region.organisations.find((each) => each.plays.includes("operations"));
  const actor: Actor = {
    id: `operator:${userInfo().username}`, name: userInfo().username, role: "system-administrator", roleName: "Operator at the command line", sourceRole: "account of the machine",
    organisation: operations?.odsCode ?? "", organisationName: operations?.name ?? "", sessionId: message.messageId,
  };
  const persons = await readPersonsOf(pool, await sourcePatientsOfMessage(pool, feed, message.messageId));
  const about = Map.groupBy(persons, ([, personId]) => personId);
  if (about.size === 0) about.set(NOBODY, []);
  const requestId = uuidv7();
  await addEntries(pool, [...about].map(([personId, sources]) => ({
    personId, actor, purpose: "administration", action: "quarantine-read", outcome: "allowed", relationship: "operator of this installation", reason: null, policy: "command line", route: "npm run feed -- show",
    requestId, sourcePatients: sources.map(([sourcePatientId]) => sourcePatientId), shown: { feed, message: message.messageId, bytes: message.size, sha256: message.sha256 },
  })));
}

async function counts(config: Config, feed: string): Promise<void> {
  const pool = await database(config);
  const [messages, stored] = await Promise.all([listKept(pool, feed), countFeed(pool, feed)]);
  const states: Record<string, number> = {};
  for (const { state } of messages) states[state] = (states[state] ?? 0) + 1;
  process.stdout.write(`${JSON.stringify({ feed, messages: states, ...stored }, null, 2)}\n`);
  await pool.end();
}

async function codes(config: Config, feed: string): Promise<void> {
  const pool = await database(config);
  const found = await readUnmappedCodes(pool, feed);
  for (const each of found) process.stdout.write(`${[each.count, each.system || "-", each.code, each.display || "-", `first ${when(each.firstSeen)}`, `last ${when(each.lastSeen)}`].join("\t")}\n`);
  process.stderr.write(`${found.length} local ${found.length === 1 ? "code" : "codes"} of feed ${feed} without a map\n`);
  await pool.end();
}

async function sendCsv(config: Config, feed: Feed, file: string): Promise<void> {
  if (feed.format !== "csv" || !("http" in feed.transport)) fail(`feed ${feed.id} takes ${feed.format}, not CSV`, 2);
  if (!existsSync(file)) fail(`there is no file ${file}`, 2);
  const base = `http://127.0.0.1:${config.port}`;
  const { clientId } = feed.transport.http;
  const away = (error: Error): never => fail(`KMCR does not answer at ${base}: ${error.message}`);
  const granted = await fetch(`${base}/oauth2/token`, { method: "POST", body: new URLSearchParams({ grant_type: "client_credentials", client_id: clientId, client_secret: clientSecret(keyOf(config), clientId) }) }).catch(away);
  if (!granted.ok) fail(`the server gave no token: ${granted.status} ${await granted.text()}`);
  const { access_token: token } = (await granted.json()) as { access_token: string };
  const answer = await fetch(`${base}/feeds/${feed.id}/csv?file=${encodeURIComponent(basename(file))}`, { method: "POST", headers: { authorization: `Bearer ${token}`, "content-type": "text/csv" }, body: readFileSync(file) }).catch(away);
  if (!answer.headers.has("x-kmcr-message")) fail(`the server refused the file: ${answer.status} ${await answer.text()}`);
  const receipt = (await answer.json()) as { messageId: string; duplicate: boolean; state: string; created: number; updated: number; unchanged: number; removed: number; marks: { place: string; why: string }[] };
  for (const mark of receipt.marks) process.stdout.write(`${mark.place}: ${mark.why}\n`);
  process.stdout.write(`${receipt.duplicate ? "these bytes were sent before, nothing changed" : receipt.state}: ${receipt.created} created, ${receipt.updated} updated, ${receipt.unchanged} unchanged, ${receipt.marks.length} ${receipt.marks.length === 1 ? "fault" : "faults"} (message ${receipt.messageId})\n`);
  if (receipt.marks.length > 0 || receipt.state === "quarantined") process.exitCode = 1;
}

const [command, feedId, argument, ...rest] = process.argv.slice(2);
const takes = { list: 1, show: 2, counts: 1, codes: 1, secret: 1, "send-csv": 2 }[command ?? ""];
if (takes === undefined || feedId === undefined || rest.length > 0 || (takes === 2) !== (argument !== undefined)) fail(USAGE, 2);
const config = settings();
const region = regionOf(config);
// What no feed could be found for is kept under a name of its own.
const feed = feedId === UNKNOWN_FEED && (command === "list" || command === "show") ? null : feedNamed(region, feedId);
if (command === "list") await list(config, feedId);
else if (command === "show") await show(config, region, feedId, argument!);
else if (command === "counts") await counts(config, feedId);
else if (command === "codes") await codes(config, feedId);
else if (command === "secret") {
  if (!("http" in feed!.transport)) fail(`feed ${feedId} sends by MLLP, which has no secret`, 2);
  process.stdout.write(`${clientSecret(keyOf(config), feed!.transport.http.clientId)}\n`);
} else await sendCsv(config, feed!, argument!);
