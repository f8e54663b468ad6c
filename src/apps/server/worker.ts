/** The process that applies the inbox. */
import { runWorker, type WorkerStatistics } from "#feeds";
import { childContext, serveUnderSupervisor } from "./context.ts";

const { region, pool } = childContext();
const intake = pool("kmcr_intake", 8);
const statistics: WorkerStatistics = { applied: 0, quarantined: 0, failed: 0 };
const stopping = { stopped: false };
const running = runWorker(intake, region, { index: 0, of: 1 }, stopping, statistics);
const report = setInterval(() => process.send?.({ type: "statistics", statistics }), 2000).unref();
serveUnderSupervisor(async () => {
  stopping.stopped = true;
  clearInterval(report);
  await running;
  await intake.end();
});
