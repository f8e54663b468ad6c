/** `npm start`: checks the configuration, starts the parts, loads the demonstration at first start, says where to go. */
import { checkPolicies } from "#access";
import { faultLines, isRegionFaults, loadRegion } from "#governance";
import { linkageFaults } from "#identity";
import { monitoringFaults } from "#monitoring";
import { letterFaults } from "#objections";
import { readConfig } from "#platform";
import { loadDemo, welcome } from "./demo.ts";
import { auditKeyFaults } from "./server/audit-key.ts";
import { meshSettingFaults } from "./server/mesh-settings.ts";
import { start } from "./server/supervisor.ts";

const began = performance.now();
const empty = process.argv.includes("--empty");
const faults: string[] = [];
const unknown = process.argv.slice(2).filter((argument) => argument !== "--empty");
if (unknown.length > 0) faults.push(`unknown option ${unknown.join(" ")}; there is --empty`);
const read = readConfig(process.env);
if (!read.ok) faults.push(...read.faults);
else {
  const region = loadRegion(read.config.region, read.config.regionOverlays);
  if (isRegionFaults(region)) faults.push(faultLines(region));
  else {
    const policyFaults = checkPolicies(region);
    if (policyFaults.length > 0) faults.push(faultLines(policyFaults));
    faults.push(...linkageFaults(region).map((fault) => `linkage: ${fault}`));
    faults.push(...letterFaults(region), ...monitoringFaults(region), ...meshSettingFaults(read.config, region), ...auditKeyFaults(read.config));
  }
}
if (!read.ok || faults.length > 0) {
  process.stderr.write(`KMCR cannot start:\n${faults.map((fault) => `  ${fault}`).join("\n")}\n`);
  process.exit(1);
}

const { config } = read;
const running = await start(config).catch((error: Error) => {
  process.stderr.write(`KMCR cannot start: ${error.message}\n`);
  process.exit(1);
});
let stopping = false;
const stop = async (code: number): Promise<void> => {
  if (stopping) return;
  stopping = true;
  await running.stop();
  process.exit(code);
};
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => void stop(0));
void running.databaseEnded.then(() => {
  if (!stopping) process.stderr.write("PostgreSQL ended by itself: see postgres.log in the data folder\n");
  return stop(1);
});
if (config.mode === "demo" && !empty) await loadDemo(config, running).catch((error: Error) => process.stderr.write(`The demonstration could not be loaded whole: ${error.message}\n`));
await welcome(config, running, { seconds: (performance.now() - began) / 1000, empty });
process.send?.({ type: "ready" });
