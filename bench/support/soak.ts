/** A steady rate for minutes, watched from an open record; and a backlog that drains. */
import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { hl7, result } from "#test/hl7.ts";
import { MllpLine } from "#test/mllp-line.ts";
import type { Product } from "#test/product.ts";
import { WebReader } from "#test/web-reader.ts";
import { laneQueues, type HospitalMessage } from "./hospital-stream.ts";
import { percentiles } from "./machine.ts";

const RATE = 200;
const CONNECTIONS = 20;
const WATCHED = { nhsNumber: "9990001235", patient: "WATCHED", family: "Watched" };
/** Repeats of a stream from here on belong to the backlog. */
const BACKLOG_REPEATS = 100_000;

/** Messages that never end, one person's always on one connection. */
function* endless(connection: number, first: number): Generator<HospitalMessage> {
  for (let repeat = first; ; repeat++) yield* queuesOf(repeat)[connection]!;
}

/** Connections go through the same repeats within moments of one another: a few are kept. */
const recent = new Map<number, HospitalMessage[][]>();
function queuesOf(repeat: number): HospitalMessage[][] {
  const found = recent.get(repeat) ?? laneQueues(repeat, 1, CONNECTIONS);
  recent.set(repeat, found);
  if (recent.size > 40) recent.delete(recent.keys().next().value!);
  return found;
}

/** 200 messages a second; p95 of the time from a result's sending to its standing on the record, and what grew. */
export async function soak(product: Product, minutes: number, firstRepeat: number): Promise<Record<string, number>> {
  const until = performance.now() + minutes * 60_000;
  const memory = [rssMb(product.dataDir)];
  let sent = 0;
  let longestAck = 0;
  const load = Array.from({ length: CONNECTIONS }, async (_, connection) => {
    const line = await MllpLine.open(product.mllpPort);
    const messages = endless(connection, firstRepeat);
    const pace = (CONNECTIONS / RATE) * 1000;
    for (let next = performance.now() + Math.random() * pace; performance.now() < until; next += pace) {
      await sleep(Math.max(0, next - performance.now()));
      const began = performance.now();
      await line.send(messages.next().value!.bytes);
      longestAck = Math.max(longestAck, performance.now() - began);
      sent++;
    }
    line.close();
  });
  const lags: number[] = [];
  const watching = watch(product, until);
  const looking = (async () => {
    for (let minute = 1; performance.now() < until; minute++) {
      await sleep(Math.min(60_000, Math.max(0, until - performance.now())));
      memory.push(rssMb(product.dataDir));
      lags.push(await waiting(product.base));
      process.stdout.write(`minute ${minute}: ${sent} sent, ${lags.at(-1)} waiting, ${memory.at(-1)} MB in all processes but PostgreSQL's\n`);
    }
  })();
  await Promise.all([...load, looking]);
  const shares = percentiles(await watching);
  process.stdout.write(`message in to visible on the open record at ${Math.round(sent / (minutes * 60))}/s: ${shares.text}; longest acknowledgement ${longestAck.toFixed(0)} ms\n`);
  return { soak_minutes: minutes, visible_p95_ms: shares.p95, soak_per_s: Math.round(sent / (minutes * 60)), rss_first_mb: memory[1] ?? memory[0]!, rss_last_mb: memory.at(-1)!, waiting_last: lags.at(-1) ?? 0 };
}

/** Sends a result a second and looks at the person's results until it stands there. */
async function watch(product: Product, until: number): Promise<number[]> {
  const line = await MllpLine.open(product.mllpPort);
  await line.send(hl7({ id: "watched-0", ...WATCHED }));
  const reader = await WebReader.signIn(product, "555000001001");
  let personId: string | undefined;
  while (personId === undefined) [personId] = await reader.find({ nhsNumber: WATCHED.nhsNumber });
  await reader.open(personId);
  const times: number[] = [];
  for (let number = 1; performance.now() < until; number++) {
    const name = `Watched test ${number}`;
    const sent = performance.now();
    await line.send(hl7({ id: `watched-${number}`, ...WATCHED, kind: "ORU^R01", segments: result({ order: `W-${number}`, code: `W${number}^${name}^LOCAL`, value: "1" }) }));
    while (!(await reader.open(personId, "/results")).html.includes(name)) await sleep(20);
    times.push(performance.now() - sent);
    await sleep(1000);
  }
  line.close();
  return times;
}

/** A backlog that came while the workers stood still, and how fast they take it up. */
export async function drain(product: Product, backlog: number, untilApplied: () => Promise<void>): Promise<Record<string, number>> {
  const workers = partsOf(product.dataDir).filter(({ part }) => part === "worker").map(({ pid }) => pid);
  for (const pid of workers) process.kill(pid, "SIGSTOP");
  let left = backlog;
  await Promise.all(Array.from({ length: CONNECTIONS }, async (_, connection) => {
    const line = await MllpLine.open(product.mllpPort);
    for (const { bytes } of endless(connection, BACKLOG_REPEATS)) {
      if (left-- <= 0) break;
      await line.send(bytes);
    }
    line.close();
  }));
  const began = performance.now();
  for (const pid of workers) process.kill(pid, "SIGCONT");
  await untilApplied();
  const perSecond = backlog / ((performance.now() - began) / 1000);
  process.stdout.write(`a backlog of ${backlog} drained at ${perSecond.toFixed(0)}/s: a million in ${(1_000_000 / perSecond / 60).toFixed(0)} minutes\n`);
  return { backlog_per_s: Math.round(perSecond) };
}

async function waiting(base: string): Promise<number> {
  return Number(/kmcr_feed_messages\{feed="outside-hl7v2",state="waiting"\} (\d+)/.exec(await (await fetch(`${base}/metrics`)).text())?.[1] ?? "-1");
}

function partsOf(dataDir: string): { pid: number; part: string }[] {
  return readdirSync("/proc").filter((each) => /^\d+$/.test(each)).flatMap((pid) => {
    try {
      const environment = readFileSync(`/proc/${pid}/environ`, "utf8");
      const part = /KMCR_PART=([a-z-]+)/.exec(environment)?.[1];
      return environment.includes(`KMCR_DATA_DIR=${dataDir}\0`) ? [{ pid: Number(pid), part: part ?? "supervisor" }] : [];
    } catch {
      return [];
    }
  });
}

/** Resident memory of the product's own processes, MB. */
function rssMb(dataDir: string): number {
  const kilobytes = partsOf(dataDir).reduce((sum, { pid }) => {
    try {
      return sum + Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? "0");
    } catch {
      return sum;
    }
  }, 0);
  return Math.round(kilobytes / 1024);
}
