/**
 * `npm run region -- --people 500 --seed 1 --out DIR` writes the synthetic region's streams and its truth.
 * `npm run region -- --people 500 --seed 1 --send --to http://127.0.0.1:8080 --mllp 127.0.0.1:2575` plays it into a
 * running server; `KMCR_FEED_SECRET` holds the feeds' client secret. `--now 2026-11-21T12:00:00Z` fixes the present.
 */
import { parseArgs } from "node:util";
import { loadRegion, networkSend, playRegion, writeRegion } from "#synthetic";

const { values } = parseArgs({
  options: {
    people: { type: "string", default: "500" },
    seed: { type: "string", default: "1" },
    now: { type: "string" },
    region: { type: "string" },
    out: { type: "string" },
    send: { type: "boolean", default: false },
    to: { type: "string", default: "http://127.0.0.1:8080" },
    mllp: { type: "string", default: "127.0.0.1:2575" },
  },
});

const people = Number(values.people);
const now = values.now === undefined ? new Date() : new Date(values.now);
const [host, port] = values.mllp.split(":");
const faults = [
  ...(Number.isInteger(people) && people > 0 ? [] : [`--people ${values.people} is no whole number above 0`]),
  ...(Number.isNaN(now.getTime()) ? [`--now ${values.now!} is no instant`] : []),
  ...(Number.isInteger(Number(port)) ? [] : [`--mllp ${values.mllp} is no host:port`]),
  ...(values.out === undefined && !values.send ? ["say --out DIR, or --send, or both"] : []),
  ...(values.send && process.env["KMCR_FEED_SECRET"] === undefined ? ["--send needs KMCR_FEED_SECRET"] : []),
];
if (faults.length > 0) {
  for (const fault of faults) console.error(fault);
  process.exit(2);
}

const options = { people, seed: values.seed, now, region: loadRegion(values.region) };
const started = performance.now();
const seconds = (): string => `${((performance.now() - started) / 1000).toFixed(1)} s`;

if (values.out !== undefined) {
  const written = await writeRegion(options, values.out);
  const counts = Object.entries(written.messages).map(([kind, count]) => `${count} ${kind}`);
  console.log(
    `${written.people} people: ${counts.join(", ")}, ${(written.bytes / 1e6).toFixed(1)} MB in ${seconds()}. The truth is in ${values.out}/truth`,
  );
}

if (values.send) {
  const secret = process.env["KMCR_FEED_SECRET"]!;
  const send = networkSend({ http: values.to, mllp: { host: host!, port: Number(port) }, secret: () => secret });
  let shown = 0;
  const played = await playRegion({
    ...options,
    send,
    progress(done, total) {
      const percent = Math.floor((done / total) * 100);
      if (percent < shown + 5 && done < total) return;
      shown = percent;
      console.log(`${done} of ${total} messages sent (${percent} %)`);
    },
  });
  send.close();
  for (const one of played.notTaken.slice(0, 20)) console.error(`${one.feedId} ${one.at.toISOString()}: ${one.answer}`);
  console.log(`${played.sent} messages sent in ${seconds()}, ${played.notTaken.length} not taken`);
  if (played.notTaken.length > 0) process.exitCode = 1;
}
