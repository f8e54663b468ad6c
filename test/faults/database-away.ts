/** The database stands still, or the disk is full: "send it again" on a connection that stays, reading goes on, nothing is lost. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { hl7 } from "#test/hl7.ts";
import { MllpLine, type Ack } from "#test/mllp-line.ts";
import { startProduct, type Product } from "#test/product.ts";
import { judge, type Verdict } from "./ledger.ts";
import { killPostgres } from "./victims.ts";

export type AwayRun = { askedToSendAgain: number; sameConnection: boolean; readsWhileAway: boolean; verdict: Verdict };

/** Sends on one connection, again and again, until an answer is `wanted`; gives how many were not. */
async function until(line: MllpLine, mark: string, from: number, wanted: "AA" | "AE", acknowledged: Set<string>, size = 0): Promise<number> {
  for (let number = from; number < from + 100_000; number++) {
    const id = `${mark}-${number}`;
    const answer: Ack = await line.exchange(hl7({ id, patient: `${mark}-${number % 7}`, segments: size > 0 ? [`NTE|1||${noise(size)}`] : [] }), 20_000);
    if (answer.code === "AA") acknowledged.add(id);
    if (answer.code === wanted) return number + 1;
    if (answer.code === "AE") await sleep(50);
  }
  throw new Error(`never ${wanted}`);
}

/** Text that does not compress. */
const noise = (size: number): string => Array.from({ length: Math.ceil(size / 11) }, () => Math.random().toString(36).slice(2, 13)).join("");

/** PostgreSQL killed, and one connection held through it. */
export async function databaseDown(): Promise<AwayRun> {
  const product = await startProduct({ overlays: ["regions/outside"], workerProcesses: 2, durable: true });
  try {
    const acknowledged = new Set<string>();
    const line = await MllpLine.open(product.mllpPort);
    let next = await until(line, "D", 1, "AA", acknowledged);
    killPostgres(product);
    const refusedFrom = (next = await until(line, "D", next, "AE", acknowledged));
    const live = await fetch(`${product.base}/health/live`).then((answer) => answer.status === 200, () => false);
    next = await until(line, "D", next, "AA", acknowledged);
    line.close();
    return { askedToSendAgain: next - refusedFrom, sameConnection: true, readsWhileAway: live, verdict: await judge(product.dataDir, acknowledged, "D") };
  } finally {
    await product.stop();
  }
}

/** A file system of its own that is filled by intake; `null` where this machine does not let us mount one. */
export async function diskFull(megabytes = 420): Promise<(AwayRun & { byWatch: boolean; byDatabase: boolean }) | null> {
  const place = mkdtempSync(join(tmpdir(), "kmcr-full-"));
  const mounted = spawnSync("mount", ["-t", "tmpfs", "-o", `size=${megabytes}m,mode=0755`, "tmpfs", place]);
  if (mounted.status !== 0) {
    rmSync(place, { recursive: true });
    return null;
  }
  const dataDir = join(place, "data");
  const ballast = join(place, "ballast");
  let product: Product | undefined;
  try {
    product = await startProduct({ dataDir, overlays: ["regions/outside"], env: { KMCR_DISK_KEEP_FREE_MB: "40" } });
    const acknowledged = new Set<string>();
    let line = await MllpLine.open(product.mllpPort);
    const free = (): number => { const { bavail, bsize } = statfsSync(place); return bavail * bsize; };
    // First the watch: it closes intake before the disk is full.
    writeFileSync(ballast, Buffer.alloc(Math.max(0, free() - 39 * 1_048_576)));
    let next = await until(line, "F", 1, "AE", acknowledged);
    const byWatch = free() > 30 * 1_048_576;
    const readsWhileAway = await fetch(`${product.base}/health/ready`).then((answer) => answer.status === 200, () => false);
    rmSync(ballast);
    next = await until(line, "F", next, "AA", acknowledged);
    line.close();
    await product.stop({ keep: true });
    // Then the disk itself, with the watch off: PostgreSQL says so, and so do we.
    product = await startProduct({ dataDir, overlays: ["regions/outside"], env: { KMCR_DISK_KEEP_FREE_MB: "0" } });
    line = await MllpLine.open(product.mllpPort);
    writeFileSync(ballast, Buffer.alloc(Math.max(0, free() - 6 * 1_048_576)));
    const from = next;
    next = await until(line, "F", next, "AE", acknowledged, 200_000);
    const byDatabase = next > from;
    rmSync(ballast);
    await until(line, "F", next, "AA", acknowledged);
    line.close();
    return { askedToSendAgain: next - from, sameConnection: true, readsWhileAway, byWatch, byDatabase, verdict: await judge(dataDir, acknowledged, "F") };
  } finally {
    await product?.stop({ keep: true });
    spawnSync("umount", ["-l", place]);
    rmSync(place, { recursive: true, force: true });
  }
}
