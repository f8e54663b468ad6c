/**
 * One JSON line an event on standard error. A log line never holds person data:
 * ids of messages and requests, codes and counts only.
 */
export function log(level: "info" | "warn" | "error", event: string, facts: Readonly<Record<string, string | number | boolean | null | undefined>> = {}): void {
  if (level === "info" && process.env["NODE_ENV"] === "test") return;
  process.stderr.write(`${JSON.stringify({ time: new Date().toISOString(), level, event, ...facts })}\n`);
}
