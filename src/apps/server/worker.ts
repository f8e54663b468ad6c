/** One of the processes that apply the inbox; each has its share of the lanes. The first of them also keeps our mailbox at MESH and judges accesses. */
import { setPriority } from "node:os";
import { runWorker, type WorkerStatistics } from "#feeds";
import { runMonitoring } from "#monitoring";
import { log, systemClock } from "#platform";
import { runWordsOfDocuments, sweepDocuments } from "#record";
import { keepCompliance } from "../objections/nightly.ts";
import { childContext, serveUnderSupervisor } from "./context.ts";
import { keepMailbox } from "./mesh.ts";
import { keepIdentities } from "./tracing.ts";

const context = childContext();
const { config, region, pool, documents } = context;
const intake = pool("kmcr_intake", 4);
const statistics: WorkerStatistics = { applied: 0, quarantined: 0, failed: 0 };
const stopping = { stopped: false };
const share = { index: Number(process.env["KMCR_PART_INDEX"] ?? "0"), of: config.workerProcesses };
// Receiving and reading come first: an acknowledgement and an open record wait for nobody's backlog.
setPriority(5);
const running = runWorker(intake, region, share, stopping, statistics);
const reading = runWordsOfDocuments(intake, documents, stopping);
/** Documents that are nobody's are looked for in one process, and not while everything starts. */
const SWEEP_EVERY_MS = 6 * 3_600_000;
const sweep = (): void => void sweepDocuments(intake, documents, new Date()).then((removed) => removed > 0 && log("info", "record.documents-swept", { removed }), (error: Error) => log("warn", "record.documents-sweep", { error: error.message }));
if (share.index === 0) setInterval(sweep, SWEEP_EVERY_MS).unref();
const mailbox = share.index === 0 ? keepMailbox(context, intake, stopping) : null;
const identities = share.index === 0 ? keepIdentities(context, intake, stopping) : null;
const compliance = share.index === 0 ? keepCompliance(context) : null;
const judging = share.index === 0 ? pool("kmcr_monitoring", 4) : null;
const monitoring = judging === null ? null : runMonitoring(judging, region, systemClock, config.monitoringSeconds * 1000, stopping);
const report = setInterval(() => process.send?.({ type: "statistics", statistics }), 2000).unref();
serveUnderSupervisor(async () => {
  stopping.stopped = true;
  clearInterval(report);
  await Promise.all([running, reading, mailbox?.ended, monitoring]);
  mailbox?.close();
  identities?.close();
  await compliance?.close();
  await Promise.all([intake.end(), judging?.end()]);
});
