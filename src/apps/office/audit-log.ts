/** The audit log's own page: how large, how fresh, who signs, who witnesses, and a button that checks all of it (AUD-09). For privacy officers and system administrators; no person stands on it. */
import type { FastifyInstance } from "fastify";
import { setTimeout as sleep } from "node:timers/promises";
import { askForCheck, NOBODY, readChecks, readKeys, readLatestCheckpoint, readWaiting, readWitnesses, type CheckRun, type SigningKey, type StoredCheckpoint, type WitnessState } from "#audit";
import { witnessesOf, type Region } from "#governance";
import { csrfField, html, isCsrfToken, uuidv7, type Content, type Html, type Shell } from "#platform";
import { acceptForms, enterOffice, routeOf, send, type Form, type Office, type OfficeDeps } from "./officer.ts";
import { ago as longAgo, mark, table, when } from "./words.ts";

/** The log is signed each second: minutes are too coarse for it. */
const ago = (at: Date, now: Date): string => (now.getTime() - at.getTime() < 60_000 ? "within the last minute" : longAgo(at, now));

type Purpose = "administration" | "audit";
const RIGHTS: Readonly<Record<string, Purpose>> = { "privacy-officer": "audit", "system-administrator": "administration" };
const OFFICE: Office<Purpose> = { home: "/office/audit-log", page: "audit log", isFor: "The audit log's state is for privacy officers and system administrators.", rightOf: (actor) => RIGHTS[actor.role], purposeOf: (right) => right };

/** A short log is checked before the page comes back; of a long one the page tells how far the check is. */
const WAIT_MS = 3000;
/** Longer than this without a place in the log, or without a new checkpoint over an hour that has one entry at least: something stands still. */
const LATE_MS = 60_000;
const STILL_MS = 75 * 60_000;

export function auditLogOffice(app: FastifyInstance, deps: OfficeDeps): void {
  acceptForms(app);

  app.get("/office/audit-log", async (request, reply) => {
    const officer = await enterOffice(deps, OFFICE, request, reply);
    if (officer === null) return reply;
    return send(reply, 200, officer.shell, "Audit log", await page(deps, officer.shell));
  });

  app.post<{ Body: Form }>("/office/audit-log/check", async (request, reply) => {
    const officer = await enterOffice(deps, OFFICE, request, reply);
    if (officer === null) return reply;
    if (!isCsrfToken(officer.session, request.body?.["_csrf"])) return send(reply, 400, officer.shell, "Audit log", html`<h1 class="h1">Not done</h1><p>This form is out of date. <a href="/office/audit-log">Try again</a></p>`);
    const checkId = await askForCheck(deps.pages, officer.actor.name, deps.clock.now());
    await deps.audit.write({ personId: NOBODY, actor: officer.actor, purpose: officer.right, action: "log-check", outcome: "allowed", relationship: officer.actor.roleName, reason: null, policy: "audit log", route: routeOf(request), requestId: uuidv7(), sourcePatients: [], shown: { check: checkId } });
    for (const until = Date.now() + WAIT_MS; Date.now() < until; await sleep(100)) {
      const run = (await readChecks(deps.pages, 5)).find((each) => each.checkId === checkId);
      if (run === undefined || run.state === "done" || run.state === "failed") break;
    }
    return reply.header("cache-control", "no-store").redirect("/office/audit-log#check", 303);
  });
}

async function page({ region, pages, clock }: OfficeDeps, shell: Shell): Promise<Html> {
  const now = clock.now();
  const [checkpoint, keys, { waiting, oldest }, witnesses, checks] = await Promise.all([readLatestCheckpoint(pages), readKeys(pages), readWaiting(pages), readWitnesses(pages, witnessesOf(region), now), readChecks(pages, 5)]);
  const alarms = alarmsOf(checkpoint, oldest, witnesses, checks, region, now);
  return html`<h1 class="h1">Audit log</h1>
<p>Every entry of the audit trail is a line of one log. The log is hashed into a tree and signed, so that no entry can be changed, taken out or put in without it being found. Partners' systems look at it as witnesses.</p>
${alarms.length === 0 ? html`<p class="said said--plain">Nothing stands out.</p>` : html`<div class="said said--amber" role="status"><ul class="plainlist">${alarms.map((words) => html`<li>${words}</li>`)}</ul></div>`}
<h2 class="nhsuk-heading-s">State</h2>
<dl class="pairs">${pair("Lines", checkpoint === null ? "none yet" : number(checkpoint.size))}${pair("Last signed", checkpoint === null ? "not yet" : html`${ago(checkpoint.signed, now)} <span class="dim">${when(checkpoint.signed, region.timeZone)}</span>`)}${pair("Root", checkpoint === null ? "" : html`<code>${checkpoint.root.toString("base64")}</code>`)}${pair("Waiting for a line", oldest === null ? "none" : html`${number(waiting)}, the oldest ${ago(oldest, now)}`)}</dl>
<h2 class="nhsuk-heading-s nhsuk-u-margin-top-4" id="check">Check</h2>
${checks.length === 0 ? html`<p>It has not been checked yet.</p>` : checkHtml(checks[0]!, region, now)}
<form method="post" action="/office/audit-log/check">${csrfField(shell)}<button class="nhsuk-button" type="submit">Check now</button></form>
${checks.length > 1 && table("Earlier checks", ["Asked", "By", "What it found"], checks.slice(1).map((each) => html`<tr><td>${when(each.asked, region.timeZone)}</td><td>${each.askedBy}</td><td>${foundWords(each)}</td></tr>`))}
<h2 class="nhsuk-heading-s nhsuk-u-margin-top-4">Witnesses</h2>
${witnesses.length === 0 ? html`<p>No partner's system witnesses this log yet. Until one does, whoever holds both database and key could write it anew.</p>` : table("Witnesses", ["Organisation", "State", "Last cosigned", "Lines"], witnesses.map((each) => witnessRow(each, region, now)))}
<h2 class="nhsuk-heading-s nhsuk-u-margin-top-4">Keys</h2>
${table("Keys that have signed the log", ["Since", "From line", "Key"], keys.map((each) => keyRow(each, region)))}
<p class="hint">Partners compare these keys with what they were told by another way, and check the log by <code>kmcr-verify</code> at <code>/audit-log</code>.</p>`;
}

const pair = (name: string, value: Content): Html => html`<div><dt>${name}</dt><dd>${value}</dd></div>`;
const number = (count: number): string => count.toLocaleString("en-GB");
const nameOf = (region: Region, organisation: string): string => region.organisation(organisation)?.name ?? organisation;

/** What somebody has to look into, in words. */
function alarmsOf(checkpoint: StoredCheckpoint | null, oldest: Date | null, witnesses: readonly WitnessState[], checks: readonly CheckRun[], region: Region, now: Date): string[] {
  const alarms: string[] = [];
  const last = checks.find((each) => each.report !== null)?.report;
  if (last && last.faultCount > 0) alarms.push(`The last check that ended found ${last.faultCount} ${last.faultCount === 1 ? "fault" : "faults"}.`);
  for (const each of witnesses) {
    if (each.disagrees.length > 0) alarms.push(`${nameOf(region, each.organisation)} holds a checkpoint that this log's key signed and that is not what this log says (${each.disagrees.map(number).join(", ")} lines).`);
    else if (each.overdue) alarms.push(each.last === null ? `${nameOf(region, each.organisation)} is registered as a witness and has never cosigned.` : `${nameOf(region, each.organisation)} last cosigned ${ago(each.last.at, now)}.`);
  }
  if (oldest !== null && now.getTime() - oldest.getTime() > LATE_MS) alarms.push(`Entries have been waiting for a line since ${longAgo(oldest, now)}: the log stands still.`);
  else if (checkpoint !== null && now.getTime() - checkpoint.signed.getTime() > STILL_MS) alarms.push(`Nothing has been signed since ${longAgo(checkpoint.signed, now)}: the log stands still.`);
  return alarms;
}

function foundWords({ state, report }: CheckRun): string {
  if (report === null) return state === "failed" ? "It ended without a result" : "It is under way";
  return report.faultCount === 0 ? `${number(report.size)} lines, all as they were written` : `${number(report.faultCount)} ${report.faultCount === 1 ? "fault" : "faults"} in ${number(report.size)} lines`;
}

function checkHtml(run: CheckRun, region: Region, now: Date): Html {
  const { report, state } = run;
  if (report === null) {
    return state === "failed"
      ? html`<p>${mark("bad", "It ended without a result")} <span class="dim">asked by ${run.askedBy} ${ago(run.asked, now)}</span></p>`
      : html`<p>${mark("late", "Being checked")} ${run.size === 0 ? "It begins in a moment." : `${number(run.checked)} of ${number(run.size)} lines so far.`} <a href="/office/audit-log#check">Look again</a></p>`;
  }
  return html`<p>${report.faultCount === 0 ? mark("ok", "All as it was written") : mark("bad", `${number(report.faultCount)} ${report.faultCount === 1 ? "fault" : "faults"}`)} <span class="dim">asked by ${run.askedBy}, ended ${ago(run.finished ?? run.asked, now)}, took ${report.seconds} s</span></p>
<dl class="pairs">${pair("Checked", `${number(report.entries)} entries against ${number(report.size)} lines of the log, every tile against what lies below it, ${number(report.checkpoints)} signed checkpoints, ${number(report.cosignatures)} cosignatures`)}${report.committedLater > 0 && pair("Committed to later", `${number(report.committedLater)} entries from before there was a log`)}${report.destroyed > 0 && pair("Destroyed", html`${number(report.destroyed)} entries at the end of their retention:<ul class="plainlist">${report.destructions.map((each) => html`<li>${number(each.entries)} on ${when(new Date(each.at), region.timeZone)} by ${each.by}: ${each.reason}</li>`)}</ul>`)}${report.waiting > 0 && pair("Not in the log yet", number(report.waiting))}</dl>
${report.faultCount > 0 && html`<div class="said said--amber" role="alert"><ul class="plainlist">${report.faults.map(({ words }) => html`<li>${words}</li>`)}</ul>${report.faultCount > report.faults.length && html`<p>and ${number(report.faultCount - report.faults.length)} more.</p>`}</div>`}`;
}

function witnessRow({ organisation, last, disagrees, overdue }: WitnessState, region: Region, now: Date): Html {
  const state = disagrees.length > 0 ? mark("bad", "Holds another story") : overdue ? mark("late", last === null ? "Never cosigned" : "Overdue") : mark("ok", "Agrees");
  return html`<tr><th scope="row">${nameOf(region, organisation)}</th><td>${state}</td><td>${last === null ? "never" : html`${ago(last.at, now)} <span class="dim">${when(last.at, region.timeZone)}</span>`}</td><td>${last === null ? "" : number(last.size)}</td></tr>`;
}

const keyRow = ({ verifierKey, since, fromSize }: SigningKey, region: Region): Html => html`<tr><td>${when(since, region.timeZone)}</td><td>${number(fromSize)}</td><td><code>${verifierKey}</code></td></tr>`;
