/** The part that asks PDS who is who and hears from MNS what changed there; one process of an installation does. */
import { keepSubscribed, keepTracing, makeKeys, matcherOf } from "#identity";
import { createMnsClient, createPds } from "#national";
import { log, systemClock, type Pool } from "#platform";
import type { Context } from "./context.ts";
import { meshSettings } from "./mesh-settings.ts";
import { mnsSettings, pdsSettings } from "./pds-settings.ts";

/** Runs until `stop.stopped`. Without PDS nobody is traced, and the ladder goes on without that rung. */
export function keepIdentities({ config, region, address }: Context, intake: Pool, stop: { stopped: boolean }): { close(): void } {
  const matcher = matcherOf(region);
  const now = (): Date => systemClock.now();
  if (matcher !== null) void makeKeys(intake, matcher, stop).catch((error: Error) => log("error", "identity.make-keys", { error: error.message }));
  const settings = pdsSettings(config);
  if (settings === null) return { close: () => undefined };
  const pds = createPds(settings);
  void keepTracing(intake, matcher, pds, now, stop);
  const mailbox = meshSettings(config, region, address.roleKey)?.mailbox;
  const mns = mailbox === undefined ? null : mnsSettings(config, mailbox);
  const client = mns === null ? null : createMnsClient(mns);
  if (client !== null) void keepSubscribed(intake, client, now, stop).catch((error: Error) => log("error", "identity.mns", { error: error.message }));
  return {
    close() {
      pds.close();
      client?.close();
    },
  };
}
