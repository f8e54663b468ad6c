/** The life of our mailbox at MESH: validated daily, looked into as often as MESH allows, and emptied of what is to be sent. */
import { setTimeout as sleep } from "node:timers/promises";
import { collectMesh, type MeshRoom } from "#feeds";
import type { MeshClient } from "#national";
import { isRefusal, log } from "#platform";
import { reportUndelivered, sendDeliveries, trackDeliveries, type MailRoom } from "./send.ts";
import { noteFault, notePoll, noteValidated, readMeshTimes } from "./store.ts";

export type MeshLife = Omit<MailRoom, "mesh"> & { readonly mesh: MeshClient; readonly inbox: MeshRoom["inbox"]; closed(): string | null; readonly signals?: MeshRoom["signals"]; /** Between two looks into the mailbox. */ readonly pollEveryMs: number };

const DAY_MS = 86_400_000;
const LOOK_MS = 500;

/** Runs until `stop.stopped`. One process of an installation runs it; a second one would only do things twice that have no second effect. */
export async function runMesh(life: MeshLife, stop: { stopped: boolean }): Promise<void> {
  while (!stop.stopped) {
    try {
      await oneRound(life);
    } catch (error) {
      log("error", "mailbox.mesh", { error: (error as Error).message });
    }
    await sleep(LOOK_MS);
  }
}

/** What is due now, in this order: validate, collect, send, track. */
export async function oneRound(life: MeshLife): Promise<void> {
  const { intake, mesh, clock } = life;
  const times = await readMeshTimes(intake, mesh.mailbox);
  const isDue = (last: Date | null, every: number): boolean => last === null || clock.now().getTime() - last.getTime() >= every;
  if (isDue(times.polledAt, life.pollEveryMs)) {
    await notePoll(intake, mesh.mailbox, clock.now());
    if (isDue(times.validatedAt, DAY_MS)) {
      const valid = await mesh.validate();
      if (isRefusal(valid)) log("error", "mailbox.mesh-not-valid", { code: valid.code });
      else await noteValidated(intake, mesh.mailbox, clock.now());
    }
    const collected = await collectMesh({ region: life.region, inbox: life.inbox, mesh, closed: life.closed, report: (report) => reportUndelivered(life, report), ...(life.signals && { signals: life.signals }) });
    if (isRefusal(collected)) log("error", "mailbox.mesh-not-collected", { code: collected.code });
    await noteFault(intake, mesh.mailbox, isRefusal(collected) ? collected.code : null, clock.now());
  }
  await sendDeliveries(life);
  await trackDeliveries(life);
}
