/** `/office/objections/report`: the compliance report, as it was made at night or is made now. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { complianceLine, keepRun, lastRun, type ComplianceReport } from "#objections";
import { dateHtml, html, refuse, type Html } from "#platform";
import { checkCompliance } from "../../objections/compliance-run.ts";
import { send, type Form, type OfficeDeps } from "../officer.ts";
import { table } from "../words.ts";
import { auditObjections, enterObjections, expired, isOurForm, sendRefusal, tokenOf, type ObjectionsOfficer } from "./officer.ts";

const MOST_SHOWN = 200;

export function reportRoutes(app: FastifyInstance, deps: OfficeDeps): void {
  app.get("/office/objections/report", async (request, reply) => {
    const officer = await enter(request, reply);
    if (officer === null) return reply;
    const last = await lastRun(deps.pages);
    await auditObjections(deps, request, officer, "objection-read", last?.report.breaches.slice(0, MOST_SHOWN).map((each) => each.personId) ?? [], { page: "compliance report" });
    return send(reply, 200, officer.shell, "Compliance report", page(officer, last));
  });

  app.post<{ Body: Form }>("/office/objections/report", async (request, reply) => {
    const officer = await enter(request, reply);
    if (officer === null) return reply;
    if (!isOurForm(officer, request.body)) return expired(reply, officer);
    const report = await checkCompliance({ region: deps.region, pages: deps.pages, access: deps.access }, deps.clock.now());
    await keepRun(deps.pages, "asked", report);
    await auditObjections(deps, request, officer, "objection-act", [], { page: "compliance report", breaches: report.breaches.length });
    return reply.header("cache-control", "no-store").redirect("/office/objections/report", 303);
  });

  async function enter(request: FastifyRequest, reply: FastifyReply): Promise<ObjectionsOfficer | null> {
    const officer = await enterObjections(deps, request, reply);
    if (officer === null || officer.side === "office") return officer;
    sendRefusal(reply, officer, refuse("forbidden", "objections.not-your-step", "The report is the office's."));
    return null;
  }
}

function page(officer: ObjectionsOfficer, last: { runFor: string; report: ComplianceReport } | null): Html {
  return html`<p><a href="/office/objections">Objections</a></p><h1 class="h1">Was every objection kept to?</h1>
<p>Made every night: each objection in force against what the audit trail says was shown since, and against what would be decided now for every organisation and role.</p>
${last === null ? html`<p class="said said--amber">No report has been made yet.</p>` : reportOf(last.report, last.runFor)}
<form method="post" action="/office/objections/report">${tokenOf(officer)}<button class="nhsuk-button nhsuk-button--secondary" type="submit">Check now</button></form>`;
}

function reportOf(report: ComplianceReport, runFor: string): Html {
  const isClean = report.breaches.length === 0 && report.notWhole.length === 0;
  const facts: readonly (readonly [string, string])[] = [
    ["Cases", `${report.cases}`], ["In force", `${report.inForce}`], ["Audit entries checked", `${report.entriesChecked}`], ["Decisions checked", `${report.decisionsChecked}`],
    ["Longest time to effect", report.longestSecondsToEffect === 0 ? "at once: nothing was shown after any effect" : `${report.longestSecondsToEffect} seconds`],
    ["Opened to protect life in 31 days", `${report.overrides}`], ["Past their day", `${report.overdue.length}`], ["Forms without an owner", `${report.formsWaiting}`], ["Carried by a link, not looked at", `${report.carriedWaiting}`],
  ];
  return html`<p class="said said--${isClean ? "plain" : "amber"}"><strong>${complianceLine(report)}</strong></p><p class="hint">Made ${dateHtml(report.ranAt)}, ${runFor === "asked" ? "when asked" : html`for the night of ${dateHtml(runFor, true)}`}.</p>
<dl class="pairs">${facts.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
${report.breaches.length > 0 && html`<h2 class="h2">Breaches</h2>${table("Breaches", ["When", "Objection", "Who", "What"], report.breaches.slice(0, MOST_SHOWN).map((each) => html`<tr><td>${dateHtml(each.at)}</td><th scope="row"><a href="/office/objections/case/${each.personId}/${each.objectionId}">${each.reference}</a></th><td>${each.who}</td><td>${each.what}</td></tr>`))}${report.breaches.length > MOST_SHOWN && html`<p>The first ${MOST_SHOWN} of ${report.breaches.length}.</p>`}`}
${report.overdue.length > 0 && html`<h2 class="h2">Past their day</h2>${table("Cases past their day", ["Objection", "Was due"], report.overdue.map((each) => html`<tr><th scope="row"><a href="/office/objections/case/${each.personId}/${each.objectionId}">${each.reference}</a></th><td>${dateHtml(each.due, true)}</td></tr>`))}`}`;
}
