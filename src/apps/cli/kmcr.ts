#!/usr/bin/env node
/**
 * What an operator asks of feeds, identities, passkeys and the audit log while the product runs on this machine; `HELP`
 * below has the words. The settings are the product's own (`KMCR_DATA_DIR`, `PORT`,
 * ...). A message's bytes are a person's data: whoever shows them, or takes them
 * up again, does so with a reason and stands in that person's audit.
 */
import { parseArgs } from "node:util";
import { fail, regionOf, settings } from "./installation.ts";
import { AUDIT_ACTS } from "./kmcr-audit.ts";
import { FEED_ACTS } from "./kmcr-feeds.ts";
import { IDENTITY_ACTS } from "./kmcr-identity.ts";
import { OBJECTION_ACTS } from "./kmcr-objections.ts";
import { PASSKEY_ACTS } from "./kmcr-passkeys.ts";
import { QUARANTINE_ACTS } from "./kmcr-quarantine.ts";
import type { Act } from "./kmcr-act.ts";

const ACTS: Readonly<Record<string, Readonly<Record<string, Act>>>> = { feeds: FEED_ACTS, quarantine: QUARANTINE_ACTS, identity: IDENTITY_ACTS, objections: OBJECTION_ACTS, passkeys: PASSKEY_ACTS, audit: AUDIT_ACTS };

const HELP = `npm run kmcr -- GROUP ACT ... [--json]

${Object.entries(ACTS).map(([group, acts]) => Object.entries(acts).map(([name, act]) => `  ${`${group} ${name} ${act.takes}`.padEnd(58)} ${act.help}`).join("\n")).join("\n\n")}

With --json what is printed is JSON. Times are instants, for example 2026-11-21T09:00:00Z.
Ends with 0 where it was done, 1 where it could not be done or was not accepted, 2 where it was asked wrongly.
`;

const options = {
  json: { type: "boolean", default: false }, help: { type: "boolean", default: false }, "dry-run": { type: "boolean", default: false },
  from: { type: "string" }, to: { type: "string" }, state: { type: "string", multiple: true }, message: { type: "string", multiple: true }, reason: { type: "string" }, code: { type: "string" },
  load: { type: "string" }, "nhs-number": { type: "string" }, "birth-date": { type: "string" }, protected: { type: "boolean" },
  entries: { type: "boolean" }, before: { type: "string" }, name: { type: "string" }, confirm: { type: "string" },
} as const;

function read(): { values: ReturnType<typeof parseArgs<{ options: typeof options }>>["values"]; words: string[] } {
  try {
    const { values, positionals } = parseArgs({ options, allowPositionals: true });
    return { values, words: positionals };
  } catch (error) {
    return fail(`${(error as Error).message}\n\n${HELP}`, 2);
  }
}

const { values, words } = read();
const [group = "", name = "", ...rest] = words;
const act = ACTS[group]?.[name];
if (values.help) {
  process.stdout.write(act === undefined ? HELP : `npm run kmcr -- ${group} ${name} ${act.takes}\n\n${act.help}\n`);
  process.exit(0);
}
const [least = 0, most = 0] = act?.words ?? [];
if (act === undefined || rest.length < least || rest.length > most) fail(act === undefined ? HELP : `npm run kmcr -- ${group} ${name} ${act.takes}\n\n${act.help}`, 2);
const config = settings();
await act.run({ config, region: regionOf(config), words: rest, values, route: `npm run kmcr -- ${group} ${name}` });
