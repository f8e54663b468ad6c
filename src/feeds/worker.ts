/** Applies the inbox: lanes in order, strands side by side, one transaction for many messages. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Region } from "#governance";
import { log, type Pool } from "#platform";
import { countAttempt, markDone, quarantine, takeWaiting, type Waiting } from "./inbox.ts";
import { applyAlone, applyMessages } from "./journey.ts";
import { isBarrier } from "./map/hl7v2/index.ts";

/** Transactions side by side; more than this only waits for the same two cores. */
const STRANDS = 3;
/** Messages in one transaction: they share a commit and fifteen statements, and few are done again when one fails. */
const BATCH = 48;
const TAKEN_AT_ONCE = 256;
/** A message that fails this often is set aside so that its lane goes on. */
const MOST_ATTEMPTS = 3;
const IDLE_MS = 25;

export type WorkerStatistics = { applied: number; quarantined: number; failed: number };

/** Runs until `stop.stopped`; returns when what it had taken is done. */
export async function runWorker(intake: Pool, region: Region, share: { index: number; of: number }, stop: { stopped: boolean }, statistics: WorkerStatistics): Promise<void> {
  while (!stop.stopped) {
    let taken: Waiting[] = [];
    try {
      taken = await takeWaiting(intake, share, TAKEN_AT_ONCE);
      for (const part of betweenBarriers(taken)) await applyPart(intake, region, part, statistics);
    } catch (error) {
      log("error", "feeds.worker", { error: (error as Error).message });
      await sleep(500);
    }
    if (taken.length === 0) await sleep(IDLE_MS);
  }
}

/** A merge concerns two lanes: everything before it is applied first, then it alone. */
function betweenBarriers(messages: readonly Waiting[]): Waiting[][] {
  const parts: Waiting[][] = [[]];
  for (const message of messages) {
    if (isBarrier(message.kind)) parts.push([message], []);
    else parts.at(-1)!.push(message);
  }
  return parts.filter((part) => part.length > 0);
}

async function applyPart(intake: Pool, region: Region, messages: readonly Waiting[], statistics: WorkerStatistics): Promise<void> {
  const lanes = [...Map.groupBy(messages, (message) => `${message.feed} ${message.lane}`).values()];
  const strands: Waiting[][] = Array.from({ length: Math.min(STRANDS, lanes.length) }, () => []);
  for (const lane of lanes.sort((a, b) => b.length - a.length)) strands.reduce((least, strand) => (strand.length < least.length ? strand : least)).push(...lane);
  await Promise.all(strands.map((strand) => applyStrand(intake, region, strand, statistics)));
}

async function applyStrand(intake: Pool, region: Region, messages: readonly Waiting[], statistics: WorkerStatistics): Promise<void> {
  for (let at = 0; at < messages.length; at += BATCH) {
    const batch = messages.slice(at, at + BATCH);
    try {
      const applied = await intake.transaction((sql) => applyMessages(sql, region, batch));
      count(applied.map((each) => each.state), statistics);
    } catch {
      // One of them failed and took the others back with it: each alone, in the same order.
      for (const message of batch) await applyPatiently(intake, region, message, statistics);
    }
  }
}

async function applyPatiently(intake: Pool, region: Region, message: Waiting, statistics: WorkerStatistics): Promise<void> {
  for (let attempt = message.attempts + 1; ; attempt++) {
    try {
      const { state } = await applyAlone(intake, region, message);
      return count([state], statistics);
    } catch (error) {
      const reason = error as Error & { code?: string };
      // The database is away, or two transactions crossed: not the message's fault.
      if (isPassing(reason)) {
        await sleep(100);
        attempt--;
        if (!(await intake.query("select 1").then(() => true, () => false))) throw error;
        continue;
      }
      statistics.failed++;
      log("error", "feeds.apply-failed", { feed: message.feed, message: message.messageId, attempt, error: reason.message, code: reason.code ?? "", at: reason.stack?.split("\n")[1]?.trim() ?? "" });
      await countAttempt(intake, message.feed, message.messageId);
      if (attempt >= MOST_ATTEMPTS) {
        await intake.transaction(async (sql) => {
          await quarantine(sql, message.feed, message.messageId, message.received, [{ code: "feeds.defect", why: `could not be applied in ${attempt} tries: a fault of this product, not of the message`, place: "message" }]);
          await markDone(sql, [{ message, state: "quarantined", isMarked: true }]);
        });
        return count(["quarantined"], statistics);
      }
    }
  }
}

/** Deadlock, serialisation, connection and shutdown classes of SQLSTATE. */
const isPassing = ({ code, message }: { code?: string; message: string }): boolean =>
  code === undefined ? /connection terminated|connection ended|timeout/i.test(message) : /^(40|08|57P|53)/.test(code) || /^E[A-Z]+$/.test(code);

function count(states: readonly string[], statistics: WorkerStatistics): void {
  for (const state of states) {
    if (state === "applied") statistics.applied++;
    else if (state === "quarantined") statistics.quarantined++;
  }
}
