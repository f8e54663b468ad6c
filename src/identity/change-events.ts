/** Change events of MNS: a signal that something changed at PDS for a number. The truth is asked there, by the trace list. */
import { EVENTS_TO_SUBSCRIBE, liveness, readChangeEvent, type ChangeEvent, type Liveness, type MnsClient } from "#national";
import { isRefusal, log, type Pool, type Refusal, type Sql } from "#platform";
import { wantTraceOfNumber } from "./trace-list.ts";

const LINE = "mns";

/**
 * Takes one event: whoever carries its number is asked about first. Committed when
 * it resolves, so that MESH may be told only then; the same event twice asks once more.
 * @returns the event, or why it cannot be read (the caller keeps it for a human)
 */
export async function takeChangeEvent(intake: Pool, body: Buffer, at: Date): Promise<ChangeEvent | Refusal> {
  const event = readChangeEvent(body);
  if (isRefusal(event)) return event;
  await intake.transaction(async (sql) => {
    await sql.query("insert into identity.change_line (line, since, last_heard) values ($1, $2, $2) on conflict (line) do update set last_heard = excluded.last_heard", [LINE, at]);
    if (event.use === "trace" && event.nhsNumber !== null) await wantTraceOfNumber(sql, event.nhsNumber, at);
  });
  return event;
}

/** Whether PDS's changes still reach us; `null` where nobody ever subscribed. */
export async function readChangeLine(sql: Sql, now: Date): Promise<Liveness | null> {
  const { rows } = await sql.query<{ since: Date; last_heard: Date | null }>("select since, last_heard from identity.change_line where line = $1", [LINE]);
  return rows[0] === undefined ? null : liveness(rows[0].last_heard, rows[0].since, now);
}

const AGAIN_MS = 60_000;
const LOOK_MS = 15 * 60_000;

/** Subscribes our mailbox to what is of use, and says when the line has gone silent. Until `stop.stopped`. */
export async function keepSubscribed(intake: Pool, mns: Pick<MnsClient, "subscribe">, now: () => Date, stop: { stopped: boolean }): Promise<void> {
  const wanted = new Set<string>(EVENTS_TO_SUBSCRIBE);
  while (!stop.stopped) {
    for (const type of wanted) {
      const done = await mns.subscribe(type);
      if (isRefusal(done)) {
        log("warn", "identity.mns", { type, code: done.code });
        break;
      }
      wanted.delete(type);
    }
    if (wanted.size === 0) {
      await intake.query("insert into identity.change_line (line, since) values ($1, $2) on conflict do nothing", [LINE, now()]);
      const line = await readChangeLine(intake, now());
      if (line?.alive === false) log("error", "identity.mns-silent", { missed: line.missed, lastHeard: line.lastHeard?.toISOString() ?? null });
    }
    await new Promise((resolve) => setTimeout(resolve, wanted.size > 0 ? AGAIN_MS : LOOK_MS).unref());
  }
}
