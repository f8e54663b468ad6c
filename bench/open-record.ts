/** Opening the summary of a 750-entry and of the 20,000-entry person, 10 at once, each with its durable audit entry. */
import { Agent, request } from "node:http";
import { STORIES } from "#synthetic";
import { startProduct, type Product } from "#test/product.ts";
import { WebReader } from "#test/web-reader.ts";
import { percentiles, processorTime, spent } from "./support/machine.ts";

const AT_ONCE = 10;

export async function bench(): Promise<Record<string, number>> {
  const product = await startProduct({ people: 60, webProcesses: 2, env: process.env["BENCH_NODE_OPTIONS"] ? { NODE_OPTIONS: process.env["BENCH_NODE_OPTIONS"] } : {} });
  try {
    const reader = await WebReader.signIn(product, "555000001001");
    const ordinary = await open(product, reader, "entries-750", 1500);
    const large = await open(product, reader, "entries-20000", 600);
    return { p95_ms_750: ordinary.p95, p95_ms_20000: large.p95, summaries_per_s: ordinary.perSecond };
  } finally {
    await product.stop();
  }
}

async function open(product: Product, reader: WebReader, key: string, times: number): Promise<{ p95: number; perSecond: number }> {
  const story = STORIES.find((each) => each.key === key);
  if (!story?.nhsNumber) throw new Error(`no story person "${key}": ${STORIES.map((each) => each.key).join(", ")}`);
  const [personId] = await reader.find({ nhsNumber: story.nhsNumber });
  const first = await reader.open(personId!);
  if (first.status !== 200) throw new Error(`the summary answered ${first.status}`);
  const cookie = reader.cookies;
  const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });
  const run = async (count: number): Promise<number[]> => {
    const taken: number[] = [];
    let left = count;
    await Promise.all(Array.from({ length: AT_ONCE }, async () => {
      while (left-- > 0) {
        const sent = performance.now();
        const bytes = await getBytes(product, `/person/${personId}`, cookie, agent);
        taken.push(performance.now() - sent);
        if (bytes < first.html.length / 2) throw new Error(`a page of ${bytes} bytes is no summary`);
      }
    }));
    return taken;
  };
  await run(1000); // both web processes warm
  const before = processorTime(product.dataDir);
  const began = performance.now();
  const shares = percentiles(await run(times));
  const seconds = (performance.now() - began) / 1000;
  process.stdout.write(`${key}: ${times} summaries of ${(first.html.length / 1024).toFixed(0)} kB, ${AT_ONCE} at once: ${shares.text}, ${(times / seconds).toFixed(0)}/s\nprocessor time: ${spent(before, processorTime(product.dataDir))}\n`);
  return { p95: shares.p95, perSecond: Math.round(times / seconds) };
}

/** The whole answer, read and thrown away: a browser is not what is measured. */
function getBytes(product: Product, path: string, cookie: string, agent: Agent): Promise<number> {
  return new Promise((resolve, reject) => {
    const asked = request({ host: "localhost", port: product.port, path, agent, headers: { cookie } }, (answer) => {
      let bytes = 0;
      answer.on("data", (chunk: Buffer) => (bytes += chunk.length));
      answer.on("end", () => (answer.statusCode === 200 ? resolve(bytes) : reject(new Error(`the summary answered ${answer.statusCode}`))));
    });
    asked.on("error", reject);
    asked.end();
  });
}
