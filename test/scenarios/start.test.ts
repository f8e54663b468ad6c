/** Starting, stopping, being killed and starting again: what an operator meets. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { chmodSync, chownSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { counts, keptBytes, untilApplied } from "#test/feed-command.ts";
import { hl7 } from "#test/hl7.ts";
import { MllpLine } from "#test/mllp-line.ts";
import { freePorts, startProduct, type Product } from "#test/product.ts";

const FEED = "outside-hl7v2";
const OVERLAYS = ["regions/outside"];
const isRoot = process.getuid?.() === 0;

/** Runs the product with exactly this environment until it ends by itself. */
function runOnce(env: Record<string, string>, args: string[] = ["--empty"]): Promise<{ code: number | null; printed: string }> {
  const child = spawn(process.execPath, ["src/apps/main.ts", ...args], { env: { PATH: process.env["PATH"] ?? "", HOME: process.env["HOME"] ?? "", ...env }, stdio: ["ignore", "pipe", "pipe"] });
  let printed = "";
  child.stdout.on("data", (chunk) => (printed += chunk));
  child.stderr.on("data", (chunk) => (printed += chunk));
  const timer = setTimeout(() => child.kill("SIGTERM"), 60_000);
  return new Promise((resolve) => child.once("close", (code) => (clearTimeout(timer), resolve({ code, printed }))));
}

const listens = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ host: "127.0.0.1", port });
    socket.once("connect", () => (socket.destroy(), resolve(true)));
    socket.once("error", () => resolve(false));
  });

async function until(what: string, holds: () => boolean | Promise<boolean>, patienceMs = 20_000): Promise<void> {
  for (const end = Date.now() + patienceMs; !(await holds()); await sleep(50)) if (Date.now() > end) throw new Error(`not within ${patienceMs} ms: ${what}`);
}

/** Processes whose parent is this one. */
function childrenOf(pid: number): { pid: number; part: string }[] {
  return readdirSync("/proc").filter((name) => /^\d+$/.test(name)).flatMap((name) => {
    try {
      const stat = readFileSync(`/proc/${name}/stat`, "utf8");
      if (Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]) !== pid) return [];
      const part = /KMCR_PART=([\w-]+)/.exec(readFileSync(`/proc/${name}/environ`, "utf8"))?.[1] ?? "postgres";
      return [{ pid: Number(name), part }];
    } catch {
      return [];
    }
  });
}

const isAlive = (pid: number): boolean => existsSync(`/proc/${pid}`) && !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));

async function sendOne(product: Product, id: string): Promise<void> {
  const line = await MllpLine.open(product.mllpPort);
  assert.equal((await line.send(hl7({ id, patient: id, family: "Started" }))).code, "AA");
  line.close();
  await untilApplied(product, FEED);
}

describe("configuration", () => {
  it("every fault is said at once, each with its variable, before a port is opened or a folder made", async () => {
    const [port] = await freePorts(1);
    const dataDir = join(tmpdir(), `kmcr-never-${process.pid}`);
    const done = await runOnce({ KMCR_DATA_DIR: dataDir, PORT: String(port), KMCR_MLLP_PORT: "ninety", KMCR_MODE: "prod", KMCR_WEB_PROCESSES: "0", KMCR_SECRET: "short", KMCR_PUBLIC_URL: "not a url", KMCR_NOT_A_SETTING: "1" }, ["--emtpy"]);
    assert.equal(done.code, 1);
    for (const name of ["KMCR_MLLP_PORT", "KMCR_MODE", "KMCR_WEB_PROCESSES", "KMCR_SECRET", "KMCR_PUBLIC_URL", "KMCR_NOT_A_SETTING", "--emtpy"]) assert.match(done.printed, new RegExp(name), done.printed);
    assert.doesNotMatch(done.printed, /short\b.*short/, "a secret is not printed");
    assert.ok(!existsSync(dataDir));
    assert.equal(await listens(port!), false);
  });

  it("production refuses the stand-in and a missing KMCR_SECRET, and wants https", async () => {
    const done = await runOnce({ KMCR_MODE: "production", KMCR_DATA_DIR: join(tmpdir(), `kmcr-never-${process.pid}`) });
    assert.equal(done.code, 1);
    for (const words of [/KMCR_SECRET must be set in production/, /KMCR_CIS2_ISSUER must be set in production: the stand-in/, /KMCR_PUBLIC_URL must be an https address/]) assert.match(done.printed, words);
  });

  it("a region pack with faults ends the start with each of them", async () => {
    const done = await runOnce({ KMCR_REGION: "regions/outside", KMCR_DATA_DIR: join(tmpdir(), `kmcr-never-${process.pid}`) });
    assert.equal(done.code, 1);
    for (const file of ["region.json", "matrix.json", "roles.json"]) assert.match(done.printed, new RegExp(file));
  });

  it("ORG-18 a voluntary organisation cannot be let view records without an approved application, nor any policy run that nobody approved", async () => {
    const folder = mkdtempSync(join(tmpdir(), "kmcr-pack-"));
    const pack = join(folder, "pack");
    cpSync("regions/kent-medway", pack, { recursive: true });
    const start = (): Promise<{ code: number | null; printed: string }> => runOnce({ KMCR_REGION: pack, KMCR_DATA_DIR: join(folder, "never") });
    const organisations = JSON.parse(readFileSync(join(pack, "organisations.json"), "utf8")) as Record<string, unknown>[];
    const like = organisations.find((each) => each["mayView"] === true)!;
    writeFileSync(join(pack, "organisations.json"), JSON.stringify(organisations.map((each) => (each["type"] === "voluntary" ? { ...each, mayView: true, mayViewDataOf: "all", agreement: like["agreement"], onboarding: like["onboarding"] } : each))));
    const refused = await start();
    assert.equal(refused.code, 1);
    assert.match(refused.printed, /is a voluntary organisation and may view, but no application of it was approved/);
    cpSync("regions/kent-medway/organisations.json", join(pack, "organisations.json"));
    writeFileSync(join(pack, "roles.json"), readFileSync(join(pack, "roles.json"), "utf8").replace('"mayGiveReason": false', '"mayGiveReason": true'));
    const unapproved = await start();
    assert.equal(unapproved.code, 1);
    assert.match(unapproved.printed, /approved another access policy/);
    rmSync(folder, { recursive: true, force: true });
  });
});

describe("one data folder", () => {
  let dataDir: string;
  let product: Product | undefined;
  before(() => {
    dataDir = mkdtempSync(join(tmpdir(), "kmcr-start-"));
    // Only its owner, here root where the test runs as root, may enter the folder around it.
    chmodSync(dataDir, 0o700);
    dataDir = join(dataDir, "deeper");
  });
  after(async () => {
    await product?.stop();
    rmSync(join(dataDir, ".."), { recursive: true, force: true });
  });

  it("--empty starts without the demonstration, in a folder that only its owner may enter, and says where to go", async () => {
    product = await startProduct({ dataDir, overlays: OVERLAYS, workerProcesses: 2 });
    assert.match(product.printed(), new RegExp(`KMCR is ready after [\\d.]+ s: ${product.base}`));
    assert.match(product.printed(), /Sign in as/);
    assert.doesNotMatch(product.printed(), /Loading the invented region/);
    assert.equal(await (await fetch(`${product.base}/metrics`)).text().then((text) => /kmcr_feed_messages\{/.test(text)), false, "no feed has sent");
  });

  it("/health/live, /health/ready and /metrics answer without sign-in", async () => {
    const { base } = product!;
    assert.deepEqual(await (await fetch(`${base}/health/live`)).json(), { status: "live" });
    const ready = await fetch(`${base}/health/ready`);
    assert.equal(ready.status, 200);
    assert.equal(((await ready.json()) as { status: string }).status, "ready");
    await sendOne(product!, "kept-1");
    const metrics = await fetch(`${base}/metrics`);
    assert.match(metrics.headers.get("content-type") ?? "", /^text\/plain; version=0\.0\.4/);
    const text = await metrics.text();
    assert.match(text, /kmcr_http_request_seconds_count\{method="GET",route="\/health\/live",status="2xx"\} [1-9]/);
    assert.match(text, new RegExp(`kmcr_feed_last_received_seconds\\{feed="${FEED}"\\} \\d{10}`));
  });

  it("a second start on the same data folder is refused, and the first goes on", async () => {
    const [port, mllp, standIn] = await freePorts(3);
    const second = await runOnce({ KMCR_DATA_DIR: dataDir, PORT: String(port), KMCR_MLLP_PORT: String(mllp), KMCR_STANDIN_PORT: String(standIn) });
    assert.equal(second.code, 1);
    assert.match(second.printed, new RegExp(`KMCR already runs on .*\\(process ${product!.pid}\\)`));
    assert.equal((await fetch(`${product!.base}/health/ready`)).status, 200);
  });

  it("a part that is killed comes back and serves", async () => {
    for (const part of ["mllp", "worker", "web"]) {
      const victim = childrenOf(product!.pid).find((each) => each.part === part);
      assert.ok(victim, `no process ${part}`);
      process.kill(victim.pid, "SIGKILL");
      await until(`${part} ends`, () => !isAlive(victim.pid));
      await until(`${part} is back`, () => childrenOf(product!.pid).some((each) => each.part === part && each.pid !== victim.pid));
      await until("the ports serve", async () => (await listens(product!.mllpPort)) && (await fetch(`${product!.base}/health/ready`).then((answer) => answer.status === 200, () => false)));
      await sendOne(product!, `after-${part}`);
    }
  });

  it("data survives a stop and a start, and a stop takes its processes and ports with it at once", async () => {
    const stored = await counts(product!, FEED);
    const parts = childrenOf(product!.pid);
    const { port, mllpPort, standInPort } = product!;
    const began = performance.now();
    await product!.stop({ keep: true });
    assert.ok(performance.now() - began < 10_000, "a stop waits for nobody");
    assert.deepEqual(parts.filter(({ pid }) => isAlive(pid)), []);
    for (const each of [port, mllpPort, standInPort]) assert.equal(await listens(each), false);
    product = await startProduct({ dataDir, overlays: OVERLAYS, workerProcesses: 2 });
    assert.deepEqual(await counts(product, FEED), stored);
    assert.ok((await keptBytes(product, FEED, "kept-1")).equals(Buffer.from(hl7({ id: "kept-1", patient: "kept-1", family: "Started" }))));
  });

  it("after kill -9 of the parent no orphan keeps a port or the database, and the next start has all that was acknowledged", async () => {
    await sendOne(product!, "before-kill");
    const line = await MllpLine.open(product!.mllpPort);
    assert.equal((await line.send(hl7({ id: "just-acknowledged", patient: "just", family: "Started" }))).code, "AA");
    const parts = childrenOf(product!.pid);
    assert.ok(parts.length >= 4 && parts.some(({ part }) => part === "postgres"), JSON.stringify(parts));
    const { port, mllpPort, standInPort } = product!;
    process.kill(product!.pid, "SIGKILL");
    await until("every part has ended", () => parts.every(({ pid }) => !isAlive(pid)), 30_000);
    for (const each of [port, mllpPort, standInPort]) assert.equal(await listens(each), false);
    line.close();
    product = await startProduct({ dataDir, overlays: OVERLAYS, workerProcesses: 2 });
    await untilApplied(product, FEED);
    const again = await counts(product, FEED);
    assert.equal(again.messages["applied"], 6);
    assert.ok((await keptBytes(product, FEED, "just-acknowledged")).length > 0);
    await sendOne(product, "after-kill");
  });

  it("a start right behind kill -9, while the old parts still end, recovers by itself", async () => {
    process.kill(product!.pid, "SIGKILL");
    product = await startProduct({ dataDir, overlays: OVERLAYS, workerProcesses: 2 });
    assert.equal((await counts(product, FEED)).messages["applied"], 7);
    await sendOne(product, "after-second-kill");
  });
});

describe("as an ordinary user", { skip: isRoot ? false : "only root can become another user" }, () => {
  it("starts, keeps and stops in a folder of its own", async (context) => {
    const nobody = readFileSync("/etc/passwd", "utf8").split("\n").map((entry) => entry.split(":")).find(([name]) => name === "nobody");
    if (nobody === undefined) return context.skip("there is no account nobody");
    const [uid, gid] = [Number(nobody[2]), Number(nobody[3])];
    const reads = await new Promise<boolean>((resolve) => spawn(process.execPath, ["-e", "require('fs').readFileSync('node_modules/fastify/package.json')"], { uid, gid, stdio: "ignore" }).once("error", () => resolve(false)).once("exit", (code) => resolve(code === 0)));
    if (!reads) return context.skip("an ordinary user may not read this folder");
    const home = mkdtempSync(join(tmpdir(), "kmcr-nobody-"));
    chmodSync(home, 0o700);
    chownSync(home, uid, gid);
    mkdirSync(join(home, "tmp"));
    chownSync(join(home, "tmp"), uid, gid);
    let product: Product | undefined;
    try {
      product = await startProduct({ dataDir: join(home, "data"), overlays: OVERLAYS, env: { HOME: home, TMPDIR: join(home, "tmp") }, account: { uid, gid } });
      const line = await MllpLine.open(product.mllpPort);
      assert.equal((await line.send(hl7({ id: "nobody-1" }))).code, "AA");
      line.close();
      await untilApplied(product, FEED);
      await product.stop({ keep: true });
      product = undefined;
    } finally {
      await product?.stop();
      rmSync(home, { recursive: true, force: true });
    }
  });
});
