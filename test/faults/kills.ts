/** Sudden ends under load: of the server, of PostgreSQL, and of the control that acknowledges too early. */
import { spawn } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { freePorts, startProduct, type Product } from "#test/product.ts";
import { judge, ownerAddress, type Verdict } from "./ledger.ts";
import { Random } from "./random.ts";
import { Senders } from "./senders.ts";
import { killOrphans, killPart, killPostgres, type Victim } from "./victims.ts";

const SENDERS = 8;
const OVERLAYS = ["regions/outside"];
/** Of the kills of the server, so many in ten take the whole of it down; the rest one part, which the supervisor starts again. */
const VICTIMS: readonly Victim[] = ["whole", "whole", "whole", "mllp", "mllp", "mllp", "mllp", "worker", "worker", "worker"];

export type KillRun = Verdict & { kills: number; sent: number; brokenConnections: number; askedToSendAgain: number; seed: number; seconds: number };

/** Kills the server `kills` times at random moments under load, and counts what was acknowledged against what is there. */
export async function killServer(kills: number, seed: number, say: (line: string) => void): Promise<KillRun> {
  const began = Date.now();
  const random = new Random(seed);
  let product = await startProduct({ overlays: OVERLAYS, workerProcesses: 2, durable: true });
  const { dataDir } = product;
  try {
    const senders = new Senders(() => product.mllpPort, `K${seed}`);
    senders.start(SENDERS);
    for (let kill = 1; kill <= kills; kill++) {
      await underLoad(senders, random);
      const victim = random.pick(VICTIMS);
      killPart(product, victim);
      if (victim === "whole") {
        killOrphans(product);
        product = await startProduct({ dataDir, overlays: OVERLAYS, workerProcesses: 2 });
      }
      if (kill % 20 === 0) say(`${kill} kills of the server, ${senders.acknowledged.size} messages acknowledged`);
    }
    await senders.stop();
    return { ...(await judge(dataDir, new Set(senders.acknowledged.keys()), `K${seed}`)), kills, sent: senders.sent, brokenConnections: senders.broken, askedToSendAgain: senders.retryable, seed, seconds: Math.round((Date.now() - began) / 1000) };
  } finally {
    await product.stop();
  }
}

/** Waits until messages flow, and from then on for a random number of them and a random moment more. */
async function underLoad(senders: Senders, random: Random): Promise<void> {
  const wanted = senders.acknowledged.size + random.between(10, 300);
  for (const until = Date.now() + 60_000; senders.acknowledged.size < wanted; await sleep(2)) if (Date.now() > until) throw new Error("no messages were taken for 60 s");
  await sleep(random.between(0, 20));
}

/** Kills PostgreSQL `kills` times under load; the supervisor starts it again and the listener keeps its connections. */
export async function killDatabase(kills: number, seed: number, say: (line: string) => void): Promise<KillRun> {
  const began = Date.now();
  const random = new Random(seed);
  const product = await startProduct({ overlays: OVERLAYS, workerProcesses: 2, durable: true });
  try {
    const senders = new Senders(() => product.mllpPort, `P${seed}`);
    senders.start(SENDERS);
    for (let kill = 1; kill <= kills; kill++) {
      await underLoad(senders, random);
      const before = senders.acknowledged.size;
      if (killPostgres(product) < 2) throw new Error("PostgreSQL was not found");
      for (const until = Date.now() + 60_000; senders.acknowledged.size === before || !(await isReady(product)); await sleep(50)) if (Date.now() > until) throw new Error(`no message was taken for 60 s after PostgreSQL was killed (seed ${seed}, kill ${kill}):\n${product.printed().slice(-2000)}`);
      if (kill % 10 === 0) say(`${kill} kills of PostgreSQL, ${senders.acknowledged.size} messages acknowledged`);
    }
    await senders.stop();
    return { ...(await judge(product.dataDir, new Set(senders.acknowledged.keys()), `P${seed}`)), kills, sent: senders.sent, brokenConnections: senders.broken, askedToSendAgain: senders.retryable, seed, seconds: Math.round((Date.now() - began) / 1000) };
  } finally {
    await product.stop();
  }
}

const isReady = (product: Product): Promise<boolean> => fetch(`${product.base}/health/ready`).then((answer) => answer.status === 200, () => false);

/** The same kills on a listener that acknowledges before the commit: it must lose messages, or the runs above prove nothing. */
export async function killControl(kills: number, seed: number): Promise<{ acknowledged: number; lost: number; kills: number }> {
  const random = new Random(seed);
  const product = await startProduct({ overlays: OVERLAYS, workerProcesses: 2, durable: true });
  try {
    const [port] = (await freePorts(1)) as [number];
    const listener = () => spawn(process.execPath, ["test/faults/early-listener.ts"], { cwd: fileURLToPath(new URL("../..", import.meta.url)), env: { ...process.env, KMCR_DATABASE: JSON.stringify(ownerAddress(product.dataDir)), CONTROL_PORT: String(port) }, stdio: ["ignore", "pipe", "inherit"] });
    const senders = new Senders(() => port, `C${seed}`);
    for (let kill = 1; kill <= kills; kill++) {
      const child = listener();
      await new Promise((resolve) => child.stdout.once("data", resolve));
      if (kill === 1) senders.start(SENDERS);
      await sleep(random.between(300, 900));
      child.kill("SIGKILL");
      await new Promise((resolve) => child.once("exit", resolve));
    }
    const last = listener();
    await new Promise((resolve) => last.stdout.once("data", resolve));
    await senders.stop();
    await sleep(500);
    last.kill("SIGTERM");
    const verdict = await judge(product.dataDir, new Set(senders.acknowledged.keys()), `C${seed}`);
    return { acknowledged: verdict.acknowledged, lost: verdict.lost.length, kills };
  } finally {
    await product.stop();
  }
}
