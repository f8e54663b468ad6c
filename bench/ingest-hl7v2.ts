/** Simulated Hospital's stream again and again under fresh ids, 20 connections: acknowledged, and applied. */
import { setTimeout as sleep } from "node:timers/promises";
import { lacksOutsideData, simulatedHospital } from "#test/outside-data.ts";
import { MllpLine } from "#test/mllp-line.ts";
import { startProduct } from "#test/product.ts";
import { percentiles, processorTime, spent } from "./support/machine.ts";

const CONNECTIONS = 20;
const REPEATS = 8;

export async function bench(): Promise<Record<string, number>> {
  if (lacksOutsideData) throw new Error(lacksOutsideData);
  const product = await startProduct({ overlays: ["regions/outside"], webProcesses: 1, env: process.env["BENCH_NODE_OPTIONS"] ? { NODE_OPTIONS: process.env["BENCH_NODE_OPTIONS"] } : {} });
  try {
    const lines = await Promise.all(Array.from({ length: CONNECTIONS }, () => MllpLine.open(product.mllpPort)));
    const queues = laneQueues();
    const messages = queues.reduce((sum, queue) => sum + queue.length, 0);
    const before = processorTime(product.dataDir);
    const times: number[] = [];
    const began = performance.now();
    await Promise.all(queues.map(async (queue, index) => {
      for (const { bytes, controlId } of queue) {
        const sent = performance.now();
        const ack = await lines[index]!.send(bytes);
        times.push(performance.now() - sent);
        if (ack.code !== "CA" || ack.controlId !== controlId) throw new Error(`not accepted: ${ack.text}`);
      }
    }));
    const acknowledged = (performance.now() - began) / 1000;
    await untilApplied(product.base);
    const applied = (performance.now() - began) / 1000;
    const shares = percentiles(times);
    process.stdout.write(`${messages} messages on ${CONNECTIONS} connections: acknowledged in ${acknowledged.toFixed(1)} s (${shares.text}), all applied after ${applied.toFixed(1)} s\n`);
    process.stdout.write(`processor time: ${spent(before, processorTime(product.dataDir))}\n`);
    return { acked_per_s: Math.round(messages / acknowledged), ack_p99_ms: shares.p99, applied_per_s: Math.round(messages / applied) };
  } finally {
    await product.stop();
  }
}

/** Each repeat has its own people and control ids; all messages of one person go over one connection, in order. */
function laneQueues(): { bytes: Buffer; controlId: string }[][] {
  const queues: { bytes: Buffer; controlId: string }[][] = Array.from({ length: CONNECTIONS }, () => []);
  const stream = simulatedHospital();
  const connectionOf = new Map<string, number>();
  for (let repeat = 0; repeat < REPEATS; repeat++) {
    for (const message of stream) {
      const controlId = `B${repeat}-${message.controlId}`;
      const person = message.segments.find((segment) => segment[0] === "PID")?.[2]?.split("^")[0] ?? "";
      const segments = message.segments.map((segment) => [...segment]);
      segments[0]![9] = controlId;
      const text = segments.map((segment) => segment.join("|")).join("\r").replaceAll(person, `${person}R${repeat}`).replace(/\b\d{10}(?=\^\^\^NHSNBR)/, (number) => anotherNumber(number, repeat));
      const key = `${person}R${repeat}`;
      if (!connectionOf.has(key)) connectionOf.set(key, connectionOf.size % CONNECTIONS);
      queues[connectionOf.get(key)!]!.push({ bytes: Buffer.from(`${text}\r`, "latin1"), controlId });
    }
  }
  return queues;
}

/** Another valid NHS number for each repeat of a person: eight people, not one person eight times. */
function anotherNumber(number: string, repeat: number): string {
  for (let nine = (Number(number.slice(0, 9)) + repeat * 104_729_001) % 1_000_000_000; ; nine = (nine + 1) % 1_000_000_000) {
    const digits = String(nine).padStart(9, "0");
    const check = 11 - ([...digits].reduce((sum, digit, index) => sum + Number(digit) * (10 - index), 0) % 11);
    if (check !== 10) return `${digits}${check % 11}`;
  }
}

async function untilApplied(base: string): Promise<void> {
  for (;;) {
    const text = await (await fetch(`${base}/metrics`)).text();
    const waiting = Number(/kmcr_feed_messages\{feed="outside-hl7v2",state="waiting"\} (\d+)/.exec(text)?.[1] ?? "-1");
    if (waiting === 0) return;
    await sleep(100);
  }
}
