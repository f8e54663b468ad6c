/** The part that keeps our mailbox at MESH. */
import { createAccess } from "#access";
import { Inbox } from "#feeds";
import { takeChangeEvent } from "#identity";
import { runMesh } from "#mailbox";
import { createMeshClient } from "#national";
import { DiskWatch, isRefusal, log, systemClock, type Pool } from "#platform";
import type { Context } from "./context.ts";
import { meshSettings } from "./mesh-settings.ts";

/** MESH must not be asked often what became of a message; a stand-in may. */
const TRACK_EVERY_MS = 3_600_000;
const LEAST_POLL_SECONDS = 300;

async function takeSignal(intake: Pool, bytes: Buffer): Promise<boolean> {
  const event = await takeChangeEvent(intake, bytes, systemClock.now());
  if (isRefusal(event)) log("warn", "identity.mns-unreadable", { code: event.code });
  return !isRefusal(event);
}

/** Keeps the mailbox until `stop.stopped`; `null` where there is none. */
export function keepMailbox({ config, region, address, publicUrl, documents }: Context, intake: Pool, stop: { stopped: boolean }): { ended: Promise<void>; close(): void } | null {
  const settings = meshSettings(config, region, address.roleKey);
  if (settings === null) return null;
  const mesh = createMeshClient(settings);
  const disk = new DiskWatch(config.dataDir, config.diskKeepFreeMb);
  const pollEveryMs = config.meshPollSeconds * 1000;
  const ended = runMesh(
    { region, access: createAccess(region), intake, documents, mesh, inbox: new Inbox(intake), closed: () => disk.whyFull(), publicUrl, clock: systemClock, pollEveryMs, signals: { workflowId: config.mnsWorkflow, take: (bytes) => takeSignal(intake, bytes) }, trackEveryMs: config.meshPollSeconds < LEAST_POLL_SECONDS ? pollEveryMs : TRACK_EVERY_MS },
    stop,
  );
  return {
    ended,
    close: () => {
      mesh.close();
      disk.stop();
    },
  };
}
