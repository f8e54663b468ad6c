/** Applies the inbox: lanes in order, strands side by side, one transaction for many messages. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Region } from "#governance";
import { DocumentStoreUnavailable, isPassingFault, log, type Pool } from "#platform";
import { quarantine } from "./inbox.ts";
import { applyAlone, applyMessages } from "./journey.ts";
import { markDone, takeWaiting, tryLater, type Share, type Waiting } from "./queue.ts";

/** Transactions side by side; more than this only waits for the same two cores. */
const STRANDS = 2;
/** Messages in one transaction: they share a commit and fifteen statements, and few are done again when one fails. */
const BATCH = 48;
const TAKEN_AT_ONCE = 256;
/** A message that fails this often is set aside so that its lane goes on; between the tries its lane waits, and no other. */
const MOST_ATTEMPTS = 3;
const AGAIN_AFTER_MS = [1000, 5000];
/** An empty inbox is looked at again after this, and less and less often while it stays empty. */
const IDLE_MS = 25;
const MOST_IDLE_MS = 200;

export type WorkerStatistics = { applied: number; quarantined: number; failed: number };

/** Runs until `stop.stopped`; returns when what it had taken is done. */
export async function runWorker(intake: Pool, region: Region, share: Share, stop: { stopped: boolean }, statistics: WorkerStatistics): Promise<void> {
  let idle = IDLE_MS;
  while (!stop.stopped) {
    let taken: Waiting[] = [];
    try {
      taken = await takeWaiting(intake, share, TAKEN_AT_ONCE);
      await Promise.all(strandsOf(taken).map((strand) => applyStrand(intake, region, strand, statistics)));
    } catch (error) {
      log("error", "feeds.worker", { error: (error as Error).message });
      await sleep(500);
    }
    if (taken.length > 0) idle = IDLE_MS;
    else {
      await sleep(idle);
      idle = Math.min(MOST_IDLE_MS, idle * 2);
    }
  }
}

/** Whole lanes side by side, as evenly as they allow. */
function strandsOf(messages: readonly Waiting[]): Waiting[][] {
  const lanes = [...Map.groupBy(messages, laneName).values()];
  const strands: Waiting[][] = Array.from({ length: Math.min(STRANDS, lanes.length) }, () => []);
  for (const lane of lanes.sort((a, b) => b.length - a.length)) strands.reduce((least, strand) => (strand.length < least.length ? strand : least)).push(...lane);
  return strands;
}

const laneName = (message: Waiting): string => `${message.feed} ${message.lane}`;

async function applyStrand(intake: Pool, region: Region, messages: readonly Waiting[], statistics: WorkerStatistics): Promise<void> {
  for (let at = 0; at < messages.length; at += BATCH) {
    const batch = messages.slice(at, at + BATCH);
    try {
      const applied = await intake.transaction((sql) => applyMessages(sql, region, batch));
      count(applied.map((each) => each.state), statistics);
    } catch {
      // One of them failed and took the others back with it: each alone, in the same order. What stands behind a failed one waits for it.
      const waiting = new Set<string>();
      for (const message of messages.slice(at)) {
        if (!waiting.has(laneName(message)) && !(await applyPatiently(intake, region, message, statistics))) waiting.add(laneName(message));
      }
      return;
    }
  }
}

/** Applies one message by itself; false where it failed and will be tried again. Throws where the database is away. */
async function applyPatiently(intake: Pool, region: Region, message: Waiting, statistics: WorkerStatistics): Promise<boolean> {
  for (;;) {
    try {
      const { state } = await applyAlone(intake, region, message);
      count([state], statistics);
      return true;
    } catch (error) {
      const reason = error as Error & { code?: string };
      // The document store is away: this lane waits for it, and no other.
      if (error instanceof DocumentStoreUnavailable) {
        log("warn", "feeds.document-store", { feed: message.feed, message: message.messageId, error: reason.message });
        await tryLater(intake, message, new Date(Date.now() + AGAIN_AFTER_MS[1]!), "not its fault");
        return false;
      }
      // The database is away, or two transactions crossed: not the message's fault.
      if (isPassingFault(reason)) {
        await sleep(100);
        if (!(await intake.query("select 1").then(() => true, () => false))) throw error;
        continue;
      }
      return afterFailure(intake, message, reason, statistics);
    }
  }
}

async function afterFailure(intake: Pool, message: Waiting, reason: Error & { code?: string }, statistics: WorkerStatistics): Promise<boolean> {
  const attempt = message.attempts + 1;
  statistics.failed++;
  log("error", "feeds.apply-failed", { feed: message.feed, message: message.messageId, attempt, error: reason.message, code: reason.code ?? "", at: reason.stack?.split("\n")[1]?.trim() ?? "" });
  if (attempt < MOST_ATTEMPTS) {
    await tryLater(intake, message, new Date(Date.now() + AGAIN_AFTER_MS[attempt - 1]!));
    return false;
  }
  await intake.transaction(async (sql) => {
    await quarantine(sql, message.feed, message.messageId, message.received, [{ code: "feeds.defect", why: `could not be applied in ${attempt} tries: a fault of this product, not of the message`, place: "message" }]);
    await markDone(sql, [{ message, state: "quarantined", isMarked: true }]);
  });
  count(["quarantined"], statistics);
  return true;
}

function count(states: readonly string[], statistics: WorkerStatistics): void {
  for (const state of states) {
    if (state === "applied") statistics.applied++;
    else if (state === "quarantined") statistics.quarantined++;
  }
}
