/**
 * `npm run bench -- NAME`: one figure of the README, on the whole product with its
 * embedded PostgreSQL and fsync on. Prints what it ran on, counts, percentiles,
 * where the time went, and as its last line one JSON object.
 */
import { machine } from "./support/machine.ts";

const NAMES = ["ingest-fhir", "ingest-hl7v2", "open-record", "first-paint", "start", "decide", "data-quality", "link", "audit", "monitoring"] as const;
const name = process.argv[2] ?? "";
if (!(NAMES as readonly string[]).includes(name)) {
  process.stderr.write(`npm run bench -- NAME, one of ${NAMES.join(", ")}\n`);
  process.exit(2);
}
process.stdout.write(`${machine()}\n`);
const bench = (await import(`./${name}.ts`)) as { bench?: () => Promise<Record<string, number>> };
if (bench.bench) {
  const figures = await bench.bench();
  process.stdout.write(`${JSON.stringify({ bench: name, figures })}\n`);
  process.exit(0);
}
