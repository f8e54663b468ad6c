/** Runs the part that the supervisor names. */
const parts: Record<string, () => Promise<unknown>> = {
  web: () => import("./web.ts"),
  mllp: () => import("./mllp.ts"),
  worker: () => import("./worker.ts"),
  "audit-log": () => import("./audit-log.ts"),
  "stand-in": () => import("./stand-in.ts"),
};
let postgres = Number(process.env["KMCR_POSTGRES_PID"] ?? "0");
// The supervisor was killed (kill -9): the channel to it is gone, and Node ends a cluster's worker at once, before any
// timer or listener of ours. On its way out it ends the embedded server, which must not outlive it and hold the cluster.
if (postgres > 0) {
  process.on("exit", () => process.connected || endPostgres());
  process.on("message", (message: { type?: string; pid?: number }) => {
    if (message?.type === "database" && message.pid !== undefined) postgres = message.pid;
  });
}
function endPostgres(): void {
  try {
    process.kill(postgres, "SIGINT");
  } catch {
    // another part was faster
  }
}
await parts[process.env["KMCR_PART"] ?? ""]!();
