/** The compliance report once a night, by the region's clock; the first of the workers makes it. */
import { createAccess } from "#access";
import { complianceLine, keepRun, wasRunFor } from "#objections";
import { log, systemClock } from "#platform";
import type { Context } from "../server/context.ts";
import { checkCompliance } from "./compliance-run.ts";

const LOOK_EVERY_MS = 300_000;

/** Looks now and every five minutes whether tonight's report is made. */
export function keepCompliance({ region, pool }: Context): { close(): Promise<void> } {
  const pages = pool("kmcr_pages", 2);
  let running = false;
  const look = async (): Promise<void> => {
    const now = systemClock.now();
    const hour = Number(new Intl.DateTimeFormat("en-GB", { timeZone: region.rules.timeZone, hour: "2-digit", hourCycle: "h23" }).format(now));
    const day = region.dayOf(now);
    if (running || hour < region.rules.objections.reportAfterHour || (await wasRunFor(pages, day))) return;
    running = true;
    try {
      // Policies are read for the one report a night, not at every start.
      const report = await checkCompliance({ region, pages, access: createAccess(region) }, now);
      await keepRun(pages, day, report);
      log(report.breaches.length === 0 && report.notWhole.length === 0 ? "info" : "error", "objections.compliance", { breaches: report.breaches.length, inForce: report.inForce, entries: report.entriesChecked, decisions: report.decisionsChecked, overdue: report.overdue.length, line: complianceLine(report) });
    } finally {
      running = false;
    }
  };
  const again = (): void => void look().catch((error: Error) => log("error", "objections.compliance-failed", { error: error.message }));
  const timer = setInterval(again, LOOK_EVERY_MS).unref();
  again();
  return {
    async close() {
      clearInterval(timer);
      await pages.end();
    },
  };
}
