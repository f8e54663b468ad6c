/** `/office/privacy/reports`: how access is used and policed, by quarter; rules that find too little; reasons and purposes; and the trail as a file. */
import type { FastifyInstance } from "fastify";
import { countReasons } from "#access";
import { countPurposes, listAccesses } from "#audit";
import { readQuarter, readRuleOutcomes } from "#monitoring";
import { html, type Html } from "#platform";
import { send, type Form } from "../officer.ts";
import { table } from "../words.ts";
import { auditMonitoring, enterMonitoring, formToken, tabs, tokenField, type MonitoringOfficeDeps } from "./officer.ts";
import { OUTCOME_WORDS, ruleTitle } from "./words.ts";

/** The quarter that a day lies in, and the ones before it, newest first. */
export function quartersBefore(today: string, many: number): { id: string; since: Date; until: Date }[] {
  let [year, quarter] = [Number(today.slice(0, 4)), Math.ceil(Number(today.slice(5, 7)) / 3)];
  return Array.from({ length: many }, () => {
    const one = { id: `${year}-Q${quarter}`, since: new Date(Date.UTC(year, (quarter - 1) * 3, 1)), until: new Date(Date.UTC(year, quarter * 3, 1)) };
    [year, quarter] = quarter === 1 ? [year - 1, 4] : [year, quarter - 1];
    return one;
  });
}

/** A cell that no spreadsheet takes for a formula. */
const cell = (text: string): string => `"${(/^[=+\-@\t\r]/.test(text) ? `'${text}` : text).replaceAll('"', '""')}"`;
const MOST_LINES = 100_000;

export function reportRoutes(app: FastifyInstance, deps: MonitoringOfficeDeps): void {
  const quarterOf = (asked: unknown) => {
    const quarters = quartersBefore(deps.region.dayOf(deps.clock.now()), 8);
    return { quarters, quarter: quarters.find((each) => each.id === asked) ?? quarters[0]! };
  };

  app.get<{ Querystring: { quarter?: string } }>("/office/privacy/reports", async (request, reply) => {
    const who = await enterMonitoring(deps, request, reply);
    if (who === null) return reply;
    const { organisation } = who.actor;
    const { settings } = who.monitoring;
    const { quarters, quarter } = quarterOf(request.query.quarter);
    const since = new Date(deps.clock.now().getTime() - settings.review.uselessDays * 86_400_000);
    const [figures, rules, reasons, purposes] = await Promise.all([readQuarter(deps.pages, organisation, quarter.since, quarter.until), readRuleOutcomes(deps.pages, organisation, since, settings.review.uselessShare), countReasons(deps.pages, organisation, quarter.since, quarter.until), countPurposes(deps.pages, organisation, quarter.since, quarter.until)]);
    await auditMonitoring(deps, request, who, "audit-read", [], { page: "report", quarter: quarter.id });
    const pair = (label: string, value: string | number): Html => html`<div><dt>${label}</dt><dd>${value}</dd></div>`;
    const doubtful = rules.filter((each) => each.isDoubtful);
    const main = html`${tabs("reports")}<h1 class="h1">Report of ${quarter.id}</h1>
<p>${deps.region.organisation(organisation)?.name}.</p>
<form class="row" method="get" action="/office/privacy/reports"><label class="nhsuk-label" for="quarter">Quarter</label><select class="nhsuk-select" id="quarter" name="quarter">${quarters.map((each) => html`<option value="${each.id}"${each.id === quarter.id ? html` selected` : null}>${each.id}</option>`)}</select><button class="nhsuk-button nhsuk-button--secondary nhsuk-button--small" type="submit">Show</button></form>
<dl class="pairs">${pair("Record openings", figures.openings)}${pair("Explained by the data", figures.openings === 0 ? "none" : `${figures.explained} (${((100 * figures.explained) / figures.openings).toFixed(1)} %)`)}${pair("Alerts", `${figures.alerts}: ${figures.justified} justified, ${figures.waiting} waiting, ${figures.escalated} escalated`)}${pair("Break-glass", `${figures.breakGlass}, ${figures.breakGlassReviewed} reviewed`)}${pair("Cases", figures.cases === 0 ? "none" : [...figures.outcomes].map(([outcome, count]) => `${count} ${outcome === "open" ? "open" : OUTCOME_WORDS[outcome as keyof typeof OUTCOME_WORDS].toLowerCase()}`).join(", "))}${pair("Judged by sample", `${figures.sampled}, ${figures.sampleQuestions} with a question`)}</dl>
<h2 class="h2">Rules by the officers' own outcomes, ${settings.review.uselessDays} days</h2>
${doubtful.length > 0 && html`<p class="said said--amber">Of little use: ${doubtful.map(({ rule }) => ruleTitle(settings, rule)).join(", ")}. Fewer than ${Math.round(100 * settings.review.uselessShare)} in a hundred of its decided alerts led to anything: the weight, or the data behind it, wants a look.</p>`}
${rules.length === 0 ? html`<p class="said said--grey">No rule has fired.</p>` : table("Rules by outcome", ["Rule", "Alerts", "Decided", "Useful"], rules.map((each) => html`<tr><th scope="row">${ruleTitle(settings, each.rule)}${each.isDoubtful && html` <span class="tag tag--differs">of little use</span>`}</th><td>${each.raised}</td><td>${each.decided}</td><td>${each.decided === 0 ? "" : `${each.useful} (${Math.round((100 * each.useful) / each.decided)} %)`}</td></tr>`))}
<h2 class="h2">Need to know: reasons that were stated</h2>
${reasons.length === 0 ? html`<p class="said said--grey">No reason was stated.</p>` : table("Reasons stated", ["Reason", "Kind", "Times", "Persons", "Professionals"], reasons.map((each) => html`<tr><th scope="row">${deps.region.rules.reasons.find((one) => one.id === each.reasonCode)?.words ?? each.reasonCode}</th><td>${each.kind === "break-glass" ? "break-glass" : "stated"}</td><td>${each.times}</td><td>${each.persons}</td><td>${each.professionals}</td></tr>`))}
<h2 class="h2">Purposes of use</h2>
${purposes.length === 0 ? html`<p class="said said--grey">Nobody acted.</p>` : table("Acts by purpose of use", ["Purpose", "Acts"], purposes.map((each) => html`<tr><th scope="row"><a href="/office/privacy/staff?purpose=${each.purpose}">${deps.region.purposes.find((one) => one.id === each.purpose)?.name ?? each.purpose}</a></th><td>${each.count}</td></tr>`))}
<h2 class="h2">For your own systems</h2><p>Every act of your organisation's staff in this quarter, one a line, persons by id. Making it is on record.</p>
<form method="post" action="/office/privacy/reports/export">${tokenField(who)}<input type="hidden" name="quarter" value="${quarter.id}"><p class="buttons"><button class="nhsuk-button nhsuk-button--secondary" type="submit">Export as CSV</button></p></form>`;
    return send(reply, 200, who.shell, "Report", main);
  });

  app.post<{ Body: Form }>("/office/privacy/reports/export", async (request, reply) => {
    const who = await enterMonitoring(deps, request, reply);
    if (who === null) return reply;
    const token = formToken(who, request.body);
    if (token !== null) return send(reply, 403, who.shell, "Not done", html`${tabs("reports")}<h1 class="h1">Not done</h1><p>${token.message}</p>`);
    const { quarter } = quarterOf(request.body?.["quarter"]);
    const lines = await listAccesses(deps.pages, [who.actor.organisation], quarter.since, quarter.until, MOST_LINES);
    await auditMonitoring(deps, request, who, "export", [], { page: "report", quarter: quarter.id, lines: lines.length, persons: new Set(lines.map((each) => each.personId)).size });
    const head = ["entry", "recorded", "professional", "name", "role", "organisation", "person", "purpose", "action", "outcome", "sections"];
    const rows = lines.map((each) => [each.entryId, each.recorded.toISOString(), each.actorId, deps.region.professional(each.actorId)?.name ?? "", each.role, each.organisation, each.personId, each.purpose, each.action, each.outcome, each.sections.join(" ")].map(cell).join(","));
    return reply.code(200).type("text/csv; charset=utf-8").header("cache-control", "no-store").header("content-disposition", `attachment; filename="accesses-${who.actor.organisation}-${quarter.id}.csv"`).send(`${head.join(",")}\r\n${rows.join("\r\n")}\r\n`);
  });
}
