/** `/health/live`, `/health/ready`, `/metrics`: no person data, no sign-in. */
import type { FastifyInstance } from "fastify";
import { readLatestCheckpoint, readWaiting, readWitnesses, type Witness } from "#audit";
import { readFeedStatus } from "#feeds";
import type { Clock, Pool } from "#platform";

/** Requests by route and status class, and their times, since this process started. */
export class RequestMetrics {
  readonly #counts = new Map<string, { count: number; seconds: number; buckets: number[] }>();

  observe(route: string, method: string, status: number, seconds: number): void {
    const key = `method="${method}",route="${route}",status="${Math.floor(status / 100)}xx"`;
    const one = this.#counts.get(key) ?? { count: 0, seconds: 0, buckets: BUCKETS.map(() => 0) };
    one.count++;
    one.seconds += seconds;
    BUCKETS.forEach((most, index) => seconds <= most && one.buckets[index]!++);
    this.#counts.set(key, one);
  }

  text(): string {
    const lines = ["# TYPE kmcr_http_request_seconds histogram"];
    for (const [labels, { count, seconds, buckets }] of this.#counts) {
      BUCKETS.forEach((most, index) => lines.push(`kmcr_http_request_seconds_bucket{${labels},le="${most}"} ${buckets[index]}`));
      lines.push(`kmcr_http_request_seconds_bucket{${labels},le="+Inf"} ${count}`, `kmcr_http_request_seconds_sum{${labels}} ${seconds}`, `kmcr_http_request_seconds_count{${labels}} ${count}`);
    }
    return lines.join("\n");
  }
}
const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5];

export function healthRoutes(app: FastifyInstance, pages: Pool, metrics: RequestMetrics, witnesses: readonly Witness[], clock: Clock): void {
  app.get("/health/live", async () => ({ status: "live" }));
  app.get("/health/ready", async (_request, reply) => {
    const started = performance.now();
    const database = await Promise.race([pages.query("select 1").then(() => true, () => false), new Promise<false>((resolve) => setTimeout(() => resolve(false), 2000).unref())]);
    return reply.code(database ? 200 : 503).send({ status: database ? "ready" : "not ready", database, milliseconds: Math.round(performance.now() - started) });
  });
  app.get("/metrics", async (_request, reply) => {
    const feeds = await readFeedStatus(pages).catch(() => []);
    const lines = ["# TYPE kmcr_feed_messages gauge", ...feeds.flatMap((feed) => (["waiting", "quarantined", "rejected"] as const).map((state) => `kmcr_feed_messages{feed="${feed.feed}",state="${state}"} ${feed[state]}`)), ...feeds.map((feed) => `kmcr_feed_last_received_seconds{feed="${feed.feed}"} ${(feed.lastReceived?.getTime() ?? 0) / 1000}`)];
    lines.push(...(await auditLines(pages, witnesses, clock.now()).catch(() => [])));
    return reply.type("text/plain; version=0.0.4; charset=utf-8").send(`${metrics.text()}\n${lines.join("\n")}\nprocess_resident_memory_bytes ${process.memoryUsage.rss()}\n`);
  });
}

/** The audit log: its size and age, what waits for it, and how long ago each witness cosigned; -1 where one never did. */
async function auditLines(pages: Pool, witnesses: readonly Witness[], now: Date): Promise<string[]> {
  const [checkpoint, { waiting }, states] = await Promise.all([readLatestCheckpoint(pages), readWaiting(pages), readWitnesses(pages, witnesses, now)]);
  const seconds = (at: Date): number => Math.max(0, Math.round((now.getTime() - at.getTime()) / 1000));
  return [
    "# TYPE kmcr_audit_log_lines gauge", `kmcr_audit_log_lines ${checkpoint?.size ?? 0}`, `kmcr_audit_waiting ${waiting}`, ...(checkpoint === null ? [] : [`kmcr_audit_checkpoint_age_seconds ${seconds(checkpoint.signed)}`]),
    ...states.map((each) => `kmcr_audit_witness_age_seconds{organisation="${each.organisation}"} ${each.last === null ? -1 : seconds(each.last.at)}`), ...states.map((each) => `kmcr_audit_witness_disagrees{organisation="${each.organisation}"} ${each.disagrees.length}`),
  ];
}
