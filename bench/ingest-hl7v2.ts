/**
 * Simulated Hospital's stream again and again under fresh ids, 20 connections:
 * acknowledged, and applied. `--soak` goes on at 200 messages a second while an
 * open record is watched, and then lets a backlog drain (`--minutes 10`, `--backlog 20000`).
 */
import { parseArgs } from "node:util";
import { setTimeout as sleep } from "node:timers/promises";
import { lacksOutsideData } from "#test/outside-data.ts";
import { MllpLine } from "#test/mllp-line.ts";
import { startProduct } from "#test/product.ts";
import { laneQueues } from "./support/hospital-stream.ts";
import { percentiles, processorTime, spent } from "./support/machine.ts";
import { drain, soak } from "./support/soak.ts";

const CONNECTIONS = 20;
const REPEATS = 8;

export async function bench(): Promise<Record<string, number>> {
  if (lacksOutsideData) throw new Error(lacksOutsideData);
  const { values } = parseArgs({ args: process.argv.slice(3), options: { soak: { type: "boolean", default: false }, minutes: { type: "string", default: "10" }, backlog: { type: "string", default: "20000" } } });
  const product = await startProduct({ overlays: ["regions/outside"], webProcesses: 1, workerProcesses: 2, env: process.env["BENCH_NODE_OPTIONS"] ? { NODE_OPTIONS: process.env["BENCH_NODE_OPTIONS"] } : {} });
  try {
    const lines = await Promise.all(Array.from({ length: CONNECTIONS }, () => MllpLine.open(product.mllpPort)));
    const queues = laneQueues(0, REPEATS, CONNECTIONS);
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
    lines.forEach((line) => line.close());
    const figures = { acked_per_s: Math.round(messages / acknowledged), ack_p99_ms: shares.p99, applied_per_s: Math.round(messages / applied) };
    if (!values.soak) return figures;
    return { ...figures, ...(await soak(product, Number(values.minutes), REPEATS)), ...(await drain(product, Number(values.backlog), () => untilApplied(product.base))) };
  } finally {
    await product.stop();
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
