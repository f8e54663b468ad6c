/** The installation that a command speaks to: its settings, region, key and database. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { userInfo } from "node:os";
import { addEntries, NOBODY, type AuditAction } from "#audit";
import type { Actor } from "#decision";
import { namedIn, readKeptBytes, type KeptMessage } from "#feeds";
import { faultLines, isRegionFaults, loadRegion, type Feed, type Region } from "#governance";
import { readProtectedPersons, sourcePatientsNamed } from "#identity";
import { embeddedSocketDir, openPool, readConfig, uuidv7, type Config, type DatabaseAddress, type Pool } from "#platform";

/** Ends the command with what is wrong: 1 where it could not be done, 2 where it was asked wrongly. */
export function fail(why: string, code = 1): never {
  process.stderr.write(`${why}\n`);
  process.exit(code);
}

export function settings(): Config {
  const read = readConfig(process.env);
  return read.ok ? read.config : fail(read.faults.join("\n"), 2);
}

export function regionOf(config: Config): Region {
  const region = loadRegion(config.region, config.regionOverlays);
  return isRegionFaults(region) ? fail(faultLines(region), 2) : region;
}

export function feedNamed(region: Region, id: string): Feed {
  return region.feed(id) ?? fail(`no feed "${id}" is registered; there are ${region.feeds.map((feed) => feed.id).join(", ")}`, 2);
}

/** The installation's key: from the environment, else as it was made at first start. */
export function keyOf(config: Config): string {
  if (config.secret !== "") return config.secret;
  const file = join(config.dataDir, "secret");
  return existsSync(file) ? readFileSync(file, "utf8").trim() : fail(`KMCR has never run on ${config.dataDir}: there is no ${file}`);
}

/** Where the running product's database is. */
export function addressFor(config: Config): DatabaseAddress {
  const roleKey = keyOf(config);
  return config.databaseUrl === "" ? { kind: "socket", socketDir: embeddedSocketDir(config.dataDir), user: "", password: "", database: "postgres", roleKey } : { kind: "url", url: config.databaseUrl, roleKey };
}

/** The running product's database, under the role of intake unless another is named. */
export async function database(config: Config, role: "kmcr_intake" | "kmcr_pages" = "kmcr_intake"): Promise<Pool> {
  const pool = openPool(addressFor(config), role, 2);
  await pool.query("select 1").catch((error: Error) => fail(`KMCR does not run on ${config.databaseUrl === "" ? config.dataDir : "the database at DATABASE_URL"}: ${error.message}`));
  return pool;
}

export const operatorName = (): string => `operator ${userInfo().username}`;

/** One entry for each person whose data the message holds, durable before anything is shown or done. `isClosed`: it says where a protected person is, or names a sealed identity. */
export async function auditOperator(pool: Pool, region: Region, message: KeptMessage, act: { action: AuditAction; reason: string; route: string }, bytes?: Buffer): Promise<{ isClosed: boolean }> {
  const feed = region.feed(message.feed);
  const named = namedIn(region, feed, { ...message, format: message.format as never, bytes: bytes ?? (await readKeptBytes(pool, message.feed, message.messageId)) });
  const concerned = await sourcePatientsNamed(pool, feed?.organisation ?? "", named.localIds, named.nhsNumbers);
  const isClosed = concerned.some((each) => each.isSealed) || (await readProtectedPersons(pool, [...new Set(concerned.map((each) => each.personId))])).size > 0;
  await addOperatorEntries(pool, region, concerned, act, { feed: message.feed, message: message.messageId, bytes: message.size, sha256: message.sha256, ...(isClosed && { protected: true }) });
  return { isClosed };
}

/** Who acts at the command line is the machine's account; who runs the installation answers for its operators. `name`: on whose decision, where that is told. */
export function operatorAct(region: Region, act: { reason: string; route: string }, name = userInfo().username): { actor: Actor; purpose: string; relationship: string; reason: string; policy: string; route: string; requestId: string } {
  const operations = region.organisations.find((each) => each.plays.includes("operations"));
  const requestId = uuidv7();
  const actor: Actor = {
    id: `operator:${userInfo().username}`, name, role: "system-administrator", roleName: "Operator at the command line", sourceRole: "account of the machine",
    organisation: operations?.odsCode ?? "", organisationName: operations?.name ?? "", sessionId: requestId,
  };
  return { actor, purpose: "administration", relationship: "operator of this installation", reason: act.reason, policy: "command line", route: act.route, requestId };
}

/** An entry of the operator's act for everyone concerned; once for nobody where it is about no one. A source patient of `null` names the person alone. */
export async function addOperatorEntries(pool: Pool, region: Region, concerned: readonly { personId: string; sourcePatientId: string | null }[], act: { action: AuditAction; reason: string; route: string }, shown: Readonly<Record<string, unknown>>): Promise<void> {
  const about = Map.groupBy(concerned, ({ personId }) => personId);
  if (about.size === 0) about.set(NOBODY, []);
  const common = operatorAct(region, act);
  await addEntries(pool, [...about].map(([personId, sources]) => ({ ...common, personId, action: act.action, outcome: "allowed", sourcePatients: sources.flatMap(({ sourcePatientId }) => sourcePatientId ?? []), shown })));
}
