/** `/office/privacy/cases` and one case: its alerts, the manager's word, outcomes, the second officer, and the evidence. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { listAccessesById, NOBODY } from "#audit";
import { describePeople } from "#identity";
import { addLine, closeCase, declineClose, hasRevealed, markBreach, needsSecond, noteCase, readAlert, readAlertEntries, readAlertIdsOf, readCase, readCases, readJournalOf, wantsWords, type Alert, type CaseFile } from "#monitoring";
import { html, isRefusal, refuse, type Refusal } from "#platform";
import { send, type Form } from "../officer.ts";
import { table, when } from "../words.ts";
import { casePage } from "./case-page.ts";
import { act, auditMonitoring, enterMonitoring, formToken, notTheirs, professionalName, statusOf, tabs, type MonitoringOfficeDeps, type PrivacyOfficer } from "./officer.ts";
import { CASE_STATE, OUTCOME_WORDS } from "./words.ts";

type Route = { Params: { case: string }; Body: Form };

export function caseRoutes(app: FastifyInstance, deps: MonitoringOfficeDeps): void {
  app.get("/office/privacy/cases", async (request, reply) => {
    const who = await enterMonitoring(deps, request, reply);
    if (who === null) return reply;
    const cases = await readCases(deps.pages, who.actor.organisation);
    await auditMonitoring(deps, request, who, "audit-read", [], { page: "cases", cases: cases.length });
    const zone = deps.region.timeZone;
    return send(reply, 200, who.shell, "Cases", html`${tabs("cases")}<h1 class="h1">Cases</h1>${cases.length === 0 ? html`<p class="said said--grey">No case was opened yet.</p>` : table("Cases, open ones first", ["About", "Opened", "Alerts", "State", "Outcome", "Breach: to be reported by"], cases.map((each) => html`<tr><th scope="row"><a href="/office/privacy/cases/${each.caseId}">${professionalName(deps, each.professionalId)}</a></th><td>${when(each.openedAt, zone)} <span class="dim">${professionalName(deps, each.openedBy)}</span></td><td>${each.alerts}</td><td>${CASE_STATE[each.state]}</td><td>${each.outcome === null || each.state === "closing" ? "" : OUTCOME_WORDS[each.outcome]}</td><td>${each.reportDueAt === null ? "" : when(each.reportDueAt, zone)}</td></tr>`))}`);
  });

  app.get<Route>("/office/privacy/cases/:case", async (request, reply) => {
    const found = await enterCase(deps, request, reply);
    return found === null ? reply : show(deps, request, reply, found.who, found.file, null);
  });

  app.post<Route>("/office/privacy/cases/:case", async (request, reply) => {
    const found = await enterCase(deps, request, reply);
    if (found === null) return reply;
    const { who, file } = found;
    const refusal = await decide(deps, request, who, file);
    if (refusal !== null) return show(deps, request, reply, who, file, refusal);
    return reply.redirect(`/office/privacy/cases/${file.caseId}`, 303);
  });
}

export async function enterCase(deps: MonitoringOfficeDeps, request: FastifyRequest<Route>, reply: FastifyReply): Promise<{ who: PrivacyOfficer; file: CaseFile } | null> {
  const who = await enterMonitoring(deps, request, reply);
  if (who === null) return null;
  const file = await readCase(deps.pages, who.actor.organisation, request.params.case);
  if (file === null) {
    notTheirs(reply, who, "cases");
    return null;
  }
  return { who, file };
}

async function show(deps: MonitoringOfficeDeps, request: FastifyRequest, reply: FastifyReply, who: PrivacyOfficer, file: CaseFile, fault: Refusal | null): Promise<FastifyReply> {
  const { organisation } = who.actor;
  const alertIds = await readAlertIdsOf(deps.pages, organisation, file.caseId);
  const [alerts, entries, journal] = await Promise.all([Promise.all(alertIds.map((each) => readAlert(deps.pages, organisation, each))), readAlertEntries(deps.pages, organisation, alertIds), readJournalOf(deps.pages, organisation, [file.caseId, ...alertIds])]);
  const personIds = [...new Set(entries.map((each) => each.personId))].filter((each) => each !== NOBODY);
  const isRevealed = hasRevealed(journal.filter((each) => each.subjectId === file.caseId), who.actor.id);
  const [lines, people] = await Promise.all([listAccessesById(deps.pages, entries.slice(0, 400)), isRevealed ? describePeople(deps.search, personIds.slice(0, 100)) : []]);
  await auditMonitoring(deps, request, who, "audit-read", personIds, { page: "case", case: file.caseId, revealed: isRevealed });
  return send(reply, statusOf(fault), who.shell, "Case", casePage({ deps, who, file, alerts: alerts.filter((each): each is Alert => each !== null), lines, journal: journal.filter((each) => each.act !== "case-opened" || each.subjectId === file.caseId), people: new Map(people.map((each) => [each.personId, each])), isRevealed, second: needsSecond(deps.region, who.officer, file.professionalId), fault, now: deps.clock.now() }));
}

async function decide(deps: MonitoringOfficeDeps, request: FastifyRequest<Route>, who: PrivacyOfficer, file: CaseFile): Promise<Refusal | null> {
  const form = request.body;
  const token = formToken(who, form);
  if (token !== null) return token;
  const words = (form?.["words"] ?? "").trim().slice(0, 2000);
  const what = form?.["what"] ?? "";
  const { breachHours } = who.monitoring.settings.review;
  if (what === "reveal") {
    if (words.length < 5) return wantsWords();
    const alertIds = await readAlertIdsOf(deps.pages, who.actor.organisation, file.caseId);
    const concerned = (await readAlertEntries(deps.pages, who.actor.organisation, alertIds)).map((each) => each.personId);
    await auditMonitoring(deps, request, who, "monitoring-act", concerned, { page: "case", case: file.caseId, act: "revealed" }, words);
    await act(deps, (sql, at) => addLine(sql, who.officer, file.caseId, "revealed", words, at));
    return null;
  }
  await auditMonitoring(deps, request, who, "monitoring-act", [], { page: "case", case: file.caseId, act: what }, words === "" ? null : words);
  return act(deps, async (sql, at) => {
    switch (what) {
      case "noted": case "asked-manager": case "manager-answered": case "referred":
        return noteCase(sql, who.officer, file.caseId, what, words, at);
      case "breach":
        return markBreach(sql, who.officer, file.caseId, words, breachHours, at);
      case "decline":
        return declineClose(sql, who.officer, file.caseId, words, at);
      case "close": {
        const done = await closeCase(sql, deps.region, who.officer, file.caseId, { outcome: form?.["outcome"], words }, breachHours, at);
        return isRefusal(done) ? done : null;
      }
      default:
        return refuse("invalid", "office.what", "Choose what to do with it.", { field: "what" });
    }
  });
}
