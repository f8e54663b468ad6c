#!/usr/bin/env node
/**
 * What an operator asks of feeds, identities, passkeys and the audit log while the product runs on this machine; `help`
 * below has the words. The settings are the product's own (`KMCR_DATA_DIR`, `PORT`,
 * ...). A message's bytes are a person's data: whoever shows them, or takes them
 * up again, does so with a reason and stands in that person's audit.
 */
import { parseArgs } from "node:util";
import { fail, regionOf, settings } from "./installation.ts";
import type { Act } from "./kmcr-act.ts";

type Acts = Readonly<Record<string, Act>>;
/** Each group is loaded when it is asked for: a command starts with what it needs. */
const GROUPS: Readonly<Record<string, () => Promise<Acts>>> = {
  feeds: async () => (await import("./kmcr-feeds.ts")).FEED_ACTS,
  quarantine: async () => (await import("./kmcr-quarantine.ts")).QUARANTINE_ACTS,
  identity: async () => (await import("./kmcr-identity.ts")).IDENTITY_ACTS,
  objections: async () => (await import("./kmcr-objections.ts")).OBJECTION_ACTS,
  passkeys: async () => (await import("./kmcr-passkeys.ts")).PASSKEY_ACTS,
  audit: async () => (await import("./kmcr-audit.ts")).AUDIT_ACTS,
};

async function help(): Promise<string> {
  const groups = await Promise.all(Object.entries(GROUPS).map(async ([group, acts]) => Object.entries(await acts()).map(([name, act]) => `  ${`${group} ${name} ${act.takes}`.padEnd(58)} ${act.help}`).join("\n")));
  return `npm run kmcr -- GROUP ACT ... [--json]

${groups.join("\n\n")}

With --json what is printed is JSON. Times are instants, for example 2026-11-21T09:00:00Z.
Ends with 0 where it was done, 1 where it could not be done or was not accepted, 2 where it was asked wrongly.
`;
}

const options = {
  json: { type: "boolean", default: false }, help: { type: "boolean", default: false }, "dry-run": { type: "boolean", default: false },
  from: { type: "string" }, to: { type: "string" }, state: { type: "string", multiple: true }, message: { type: "string", multiple: true }, reason: { type: "string" }, code: { type: "string" },
  load: { type: "string" }, "nhs-number": { type: "string" }, "birth-date": { type: "string" }, protected: { type: "boolean" },
  entries: { type: "boolean" }, before: { type: "string" }, name: { type: "string" }, confirm: { type: "string" },
} as const;

async function read(): Promise<{ values: ReturnType<typeof parseArgs<{ options: typeof options }>>["values"]; words: string[] }> {
  try {
    const { values, positionals } = parseArgs({ options, allowPositionals: true });
    return { values, words: positionals };
  } catch (error) {
    return fail(`${(error as Error).message}\n\n${await help()}`, 2);
  }
}

const { values, words } = await read();
const [group = "", name = "", ...rest] = words;
const acts = Object.hasOwn(GROUPS, group) ? await GROUPS[group]!() : {};
const act = Object.hasOwn(acts, name) ? acts[name] : undefined;
if (values.help) {
  process.stdout.write(act === undefined ? await help() : `npm run kmcr -- ${group} ${name} ${act.takes}\n\n${act.help}\n`);
  process.exit(0);
}
const [least = 0, most = 0] = act?.words ?? [];
if (act === undefined || rest.length < least || rest.length > most) fail(act === undefined ? await help() : `npm run kmcr -- ${group} ${name} ${act.takes}\n\n${act.help}`, 2);
const config = settings();
await act.run({ config, region: regionOf(config), words: rest, values, route: `npm run kmcr -- ${group} ${name}` });
