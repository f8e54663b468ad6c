/** From an installed tree and an empty data folder to ready, the demonstration of 500 people loaded through the real intake. */
import { startProduct } from "#test/product.ts";

export async function bench(): Promise<Record<string, number>> {
  const began = performance.now();
  const product = await startProduct({ people: 500, webProcesses: 2, workerProcesses: 2 });
  const ready = (performance.now() - began) / 1000;
  process.stdout.write(`ready with 500 people after ${ready.toFixed(1)} s\n`);
  await product.stop();
  return { ready_s: Number(ready.toFixed(1)) };
}
