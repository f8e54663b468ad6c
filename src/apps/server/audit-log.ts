/** The process that puts audit entries into the log, signs over it, checks it, and asks after its witnesses; one of an installation does. It loads little, so that it starts at once and nothing waits for it. */
import { readWitnesses, runChecks, runSequencer, Sequencer } from "#audit";
import { faultLines, isRegionFaults, loadRegion, witnessesOf } from "#governance";
import { log, openPool, readConfig, systemClock, type DatabaseAddress } from "#platform";
import { auditKey, logOrigin } from "./audit-key.ts";
import { serveUnderSupervisor } from "./under-supervisor.ts";

const ASK_AFTER_WITNESSES_MS = 3_600_000;

const read = readConfig(process.env);
if (!read.ok) throw new Error(read.faults.join("; "));
const { config } = read;
const region = loadRegion(config.region, config.regionOverlays);
if (isRegionFaults(region)) throw new Error(faultLines(region));
const address = JSON.parse(process.env["KMCR_DATABASE"] ?? "null") as DatabaseAddress;
const pool = openPool(address, "kmcr_log", 4);
const stopping = { stopped: false };
const sequencer = new Sequencer(pool, { origin: logOrigin(config.publicUrl || `http://localhost:${config.port}`), key: auditKey(config, address.roleKey) });
const running = [runSequencer(sequencer, systemClock, stopping), runChecks(pool, systemClock, stopping)];

const witnesses = witnessesOf(region);
const askAfter = (): void => void readWitnesses(pool, witnesses, systemClock.now()).then((all) => {
  for (const each of all) {
    if (each.disagrees.length > 0) log("error", "audit.two-stories", { witness: each.organisation, size: each.disagrees[0] });
    else if (each.overdue) log("warn", "audit.witness-overdue", { witness: each.organisation, last: each.last?.at.toISOString() ?? null });
  }
}, (error: Error) => log("warn", "audit.witnesses", { error: error.message }));
if (witnesses.length > 0) setInterval(askAfter, ASK_AFTER_WITNESSES_MS).unref();

serveUnderSupervisor(async () => {
  stopping.stopped = true;
  await Promise.all(running);
  await pool.end();
});
