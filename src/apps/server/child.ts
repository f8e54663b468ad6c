/** Runs the part that the supervisor names. */
const parts: Record<string, () => Promise<unknown>> = {
  web: () => import("./web.ts"),
  mllp: () => import("./mllp.ts"),
  worker: () => import("./worker.ts"),
  "stand-in": () => import("./stand-in.ts"),
};
const postgres = Number(process.env["KMCR_POSTGRES_PID"] ?? "0");
// The supervisor was killed: the embedded server must not outlive it and hold the cluster.
if (postgres > 0) process.on("disconnect", () => setTimeout(() => endPostgres(), 500));
function endPostgres(): void {
  try {
    process.kill(postgres, "SIGINT");
  } catch {
    // another part was faster
  }
}
await parts[process.env["KMCR_PART"] ?? ""]!();
