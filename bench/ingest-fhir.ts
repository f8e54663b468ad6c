/** The Synthea bundles over HTTP: validated, searchable, provenance and audit kept. */
import { FeedClient, counts } from "#test/feed-command.ts";
import { lacksOutsideData, syntheaBundle, syntheaFiles } from "#test/outside-data.ts";
import { startProduct } from "#test/product.ts";
import { percentiles, processorTime, spent } from "./support/machine.ts";

const AT_ONCE = 4;

export async function bench(): Promise<Record<string, number>> {
  if (lacksOutsideData) throw new Error(lacksOutsideData);
  const bundles = syntheaFiles().map(syntheaBundle);
  const resources = bundles.reduce((sum, bytes) => sum + (JSON.parse(bytes.toString("utf8")) as { entry: unknown[] }).entry.length, 0);
  const product = await startProduct({ overlays: ["regions/outside"], webProcesses: 2, workerProcesses: 2, env: process.env["BENCH_NODE_OPTIONS"] ? { NODE_OPTIONS: process.env["BENCH_NODE_OPTIONS"] } : {} });
  try {
    const client = new FeedClient(product, "outside-fhir");
    await client.token();
    const before = processorTime(product.dataDir);
    const began = performance.now();
    const times: number[] = [];
    const send = async (bytes: Buffer): Promise<void> => {
      const sent = performance.now();
      const answer = await client.post("/fhir", bytes);
      if (answer.status !== 200) throw new Error(`${answer.status} ${answer.text.slice(0, 500)}`);
      times.push(performance.now() - sent);
    };
    const waiting = [...bundles];
    for (const first of waiting.splice(0, 2)) await send(first);
    await Promise.all(Array.from({ length: AT_ONCE }, async () => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await send(next);
    }));
    const seconds = (performance.now() - began) / 1000;
    const stored = await counts(product, "outside-fhir");
    process.stdout.write(`${bundles.length} bundles, ${resources} resources in ${seconds.toFixed(1)} s, ${AT_ONCE} at once; a bundle ${percentiles(times).text}\n`);
    process.stdout.write(`processor time: ${spent(before, processorTime(product.dataDir))}\n`);
    process.stdout.write(`stored ${JSON.stringify(stored.resources)} and ${JSON.stringify(stored.directory)}\n`);
    return { resources_per_s: Math.round(resources / seconds) };
  } finally {
    await product.stop();
  }
}
