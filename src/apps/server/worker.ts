/** One of the processes that apply the inbox; each has its share of the lanes. */
import { runWorker, type WorkerStatistics } from "#feeds";
import { childContext, serveUnderSupervisor } from "./context.ts";

const { config, region, pool } = childContext();
const intake = pool("kmcr_intake", 4);
const statistics: WorkerStatistics = { applied: 0, quarantined: 0, failed: 0 };
const stopping = { stopped: false };
const share = { index: Number(process.env["KMCR_PART_INDEX"] ?? "0"), of: config.workerProcesses };
const running = runWorker(intake, region, share, stopping, statistics);
const report = setInterval(() => process.send?.({ type: "statistics", statistics }), 2000).unref();
serveUnderSupervisor(async () => {
  stopping.stopped = true;
  clearInterval(report);
  await running;
  await intake.end();
});
