/** `/office/privacy/plan`: the audit plan, the controls that are assessed, concerns, and the policies that all of it rests on. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { checkControl, linkConcern, makePlan, RAISED_BY, readCases, readConcerns, readControlChecks, readPlans, recordConcern, signPlan, type Plan } from "#monitoring";
import { html, isRefusal, refuse, type Html, type Refusal } from "#platform";
import { send, type Form } from "../officer.ts";
import { table, when } from "../words.ts";
import { act, auditMonitoring, enterMonitoring, faultSummary, formToken, notTheirs, professionalName, statusOf, tabs, tokenField, type MonitoringOfficeDeps, type PrivacyOfficer } from "./officer.ts";

const STATES = { met: "Met", partly: "Partly met", "not-met": "Not met" } as const;

export function planRoutes(app: FastifyInstance, deps: MonitoringOfficeDeps): void {
  const show = async (request: FastifyRequest, reply: FastifyReply, who: PrivacyOfficer, fault: Refusal | null): Promise<FastifyReply> => {
    const { organisation } = who.actor;
    const [plans, checks, concerns, cases] = await Promise.all([readPlans(deps.pages, organisation), readControlChecks(deps.pages, organisation), readConcerns(deps.pages, organisation), readCases(deps.pages, organisation)]);
    await auditMonitoring(deps, request, who, "audit-read", [], { page: "policy and plan" });
    const today = deps.region.dayOf(deps.clock.now());
    const { controls, policies } = who.monitoring;
    const form = (what: string, inside: Html, button: string): Html => html`<form method="post" action="/office/privacy/plan">${tokenField(who)}<input type="hidden" name="what" value="${what}">${inside}<p class="buttons"><button class="nhsuk-button nhsuk-button--secondary" type="submit">${button}</button></p></form>`;
    const openCases = cases.filter((each) => each.state !== "closed");
    const main = html`${tabs("plan")}<h1 class="h1">Policy and plan</h1>${faultSummary(fault, "h-plans")}
<section class="panel panel--list" aria-labelledby="h-policies"><div class="panel__head"><h2 id="h-policies">Policies</h2></div><ul class="facts">${policies.map((each) => html`<li><div class="fact"><a href="/office/privacy/plan/policy/${each.name}">${each.title}</a></div><div class="src">${each.version.split(".").slice(0, 2).join(".")}</div></li>`)}</ul></section>
<section class="panel panel--form" aria-labelledby="h-plans"><h2 id="h-plans">Audit plan</h2>${plans.length === 0 ? html`<p class="said said--grey">There is no plan yet.</p>` : table("Audit plans", ["Period", "Sample", "Owner", "Drawn and judged", "Sign-off"], plans.map((each) => planRow(each, form, deps.region.timeZone)))}
<h3 class="h3">A new plan</h3>${form("plan", html`<div class="row"><label class="nhsuk-label" for="since">From</label><input class="nhsuk-input nhsuk-input--width-10" id="since" name="since" type="date" value="${today}"><label class="nhsuk-label" for="until">to</label><input class="nhsuk-input nhsuk-input--width-10" id="until" name="until" type="date" value="${today}"><label class="nhsuk-label" for="size">Sample size</label><input class="nhsuk-input nhsuk-input--width-4" id="size" name="size" type="text" inputmode="numeric" value="20"><label class="nhsuk-label" for="owner">Owner</label><input class="nhsuk-input nhsuk-input--width-20" id="owner" name="owner" type="text" maxlength="100" value="${who.actor.name}"></div>`, "Make the plan")}</section>
<section class="panel panel--form" aria-labelledby="h-controls"><h2 id="h-controls">Controls, as we assess them ourselves</h2>${table("Controls", ["Control", "State", "Evidence", "Checked", "Next"], controls.map((each) => {
      const check = checks.get(each.id);
      return html`<tr><th scope="row">${each.words}<br><span class="dim">${each.source}</span></th><td>${check === undefined ? html`<span class="tag tag--differs">never checked</span>` : STATES[check.state]}</td><td>${check?.evidence ?? ""}</td><td>${check === undefined ? "" : html`${when(check.checkedAt, deps.region.timeZone)} <span class="dim">${check.checkedBy}</span>`}</td><td>${check?.nextDue ?? ""}${check !== undefined && check.nextDue < today && html` <span class="tag tag--differs">late</span>`}</td></tr>`;
    }))}
<h3 class="h3">Check a control</h3>${form("control", html`<div class="nhsuk-form-group"><label class="nhsuk-label" for="control">Control</label><select class="nhsuk-select" id="control" name="control">${controls.map((each) => html`<option value="${each.id}">${each.words}</option>`)}</select></div><div class="row"><label class="nhsuk-label" for="control-state">State</label><select class="nhsuk-select" id="control-state" name="state">${Object.entries(STATES).map(([id, words]) => html`<option value="${id}">${words}</option>`)}</select><label class="nhsuk-label" for="evidence">Evidence</label><input class="nhsuk-input nhsuk-input--width-20" id="evidence" name="evidence" type="text" maxlength="400" autocomplete="off"></div>`, "Keep the check")}</section>
<section class="panel panel--form" aria-labelledby="h-concerns"><h2 id="h-concerns">Concerns</h2>${concerns.length === 0 ? html`<p class="said said--grey">No concern is recorded.</p>` : table("Concerns, open ones first", ["Received", "From", "In words", "Investigation"], concerns.map((each) => html`<tr><th scope="row">${each.receivedOn}</th><td>${RAISED_BY[each.raisedBy]}</td><td>${each.words}</td><td>${each.caseId !== null ? html`<a href="/office/privacy/cases/${each.caseId}">The case</a>` : openCases.length === 0 ? "no case is open" : form("link", html`<input type="hidden" name="concern" value="${each.concernId}"><label class="vh" for="case-${each.concernId}">Case</label><select class="nhsuk-select" id="case-${each.concernId}" name="case">${openCases.map((one) => html`<option value="${one.caseId}">${professionalName(deps, one.professionalId)}, ${deps.region.dayOf(one.openedAt)}</option>`)}</select>`, "Link")}</td></tr>`))}
<h3 class="h3">Record a concern</h3>${form("concern", html`<div class="row"><label class="nhsuk-label" for="receivedOn">Received on</label><input class="nhsuk-input nhsuk-input--width-10" id="receivedOn" name="receivedOn" type="date" value="${today}"><label class="nhsuk-label" for="raisedBy">Raised by</label><select class="nhsuk-select" id="raisedBy" name="raisedBy">${Object.entries(RAISED_BY).map(([id, words]) => html`<option value="${id}">${words}</option>`)}</select></div><div class="nhsuk-form-group"><label class="nhsuk-label" for="concern-words">In words, without naming the person it is about</label><textarea class="nhsuk-textarea" id="concern-words" name="words" rows="2" maxlength="2000"></textarea></div>`, "Record")}</section>`;
    return send(reply, statusOf(fault), who.shell, "Policy and plan", main);
  };

  app.get("/office/privacy/plan", async (request, reply) => {
    const who = await enterMonitoring(deps, request, reply);
    return who === null ? reply : show(request, reply, who, null);
  });

  app.post<{ Body: Form }>("/office/privacy/plan", async (request, reply) => {
    const who = await enterMonitoring(deps, request, reply);
    if (who === null) return reply;
    const refusal = formToken(who, request.body) ?? (await decide(deps, who, request.body));
    if (refusal !== null) return show(request, reply, who, refusal);
    await auditMonitoring(deps, request, who, "monitoring-act", [], { page: "policy and plan", act: request.body?.["what"] });
    return reply.redirect("/office/privacy/plan", 303);
  });

  app.get<{ Params: { name: string } }>("/office/privacy/plan/policy/:name", async (request, reply) => {
    const who = await enterMonitoring(deps, request, reply);
    if (who === null) return reply;
    const policy = who.monitoring.policies.find((each) => each.name === request.params.name);
    return policy === undefined ? notTheirs(reply, who, "plan") : send(reply, 200, who.shell, policy.title, html`${tabs("plan")}<p><a href="/office/privacy/plan">Policy and plan</a></p>${documentHtml(policy.text)}`);
  });
}

function planRow(plan: Plan, form: (what: string, inside: Html, button: string) => Html, zone: string): Html {
  const ready = plan.drawn > 0 && plan.judged === plan.drawn;
  return html`<tr><th scope="row">${plan.since} to ${plan.until}</th><td>${plan.sampleSize}</td><td>${plan.owner}</td><td>${plan.drawn} drawn, ${plan.judged} judged, ${plan.questioned} with a question</td><td>${plan.signedAt !== null ? html`${plan.signedBy}, ${when(plan.signedAt, zone)}: ${plan.result}` : ready ? form("sign", html`<input type="hidden" name="plan" value="${plan.planId}"><label class="nhsuk-label" for="result-${plan.planId}">Result</label><input class="nhsuk-input" id="result-${plan.planId}" name="result" type="text" maxlength="400" autocomplete="off">`, "Sign off") : html`<span class="dim">when all of it is judged</span>`}</td></tr>`;
}

function decide(deps: MonitoringOfficeDeps, who: PrivacyOfficer, form: Form): Promise<Refusal | null> {
  const field = (name: string): string => (form?.[name] ?? "").trim().slice(0, 2000);
  const kept = async (result: Promise<string | Refusal>): Promise<Refusal | null> => {
    const one = await result;
    return isRefusal(one) ? one : null;
  };
  return act(deps, async (sql, at) => {
    switch (form?.["what"]) {
      case "plan":
        return kept(makePlan(sql, who.officer, { since: field("since"), until: field("until"), sampleSize: Number(field("size")), owner: field("owner") }, at));
      case "sign":
        return signPlan(sql, who.officer, field("plan"), field("result"), at);
      case "concern":
        return kept(recordConcern(sql, who.officer, { receivedOn: field("receivedOn"), raisedBy: field("raisedBy"), words: field("words") }, at));
      case "link":
        return linkConcern(sql, who.officer, field("concern"), field("case"), at);
      case "control": {
        const control = who.monitoring.controls.find((each) => each.id === field("control"));
        return control === undefined ? refuse("invalid", "office.control", "Choose a control.", { field: "control" }) : checkControl(sql, who.officer, control, field("state"), field("evidence"), at);
      }
      default:
        return refuse("invalid", "office.what", "Choose what to keep.", { field: "h-plans" });
    }
  });
}

/** A policy's own text: headings and paragraphs, and nothing else. */
function documentHtml(text: string): Html {
  const blocks = text.split(/\n{2,}/).map((each) => each.trim()).filter((each) => each !== "");
  return html`${blocks.map((each) => (each.startsWith("## ") ? html`<h2 class="h2">${each.slice(3)}</h2>` : each.startsWith("# ") ? html`<h1 class="h1">${each.slice(2)}</h1>` : html`<p>${each}</p>`))}`;
}
