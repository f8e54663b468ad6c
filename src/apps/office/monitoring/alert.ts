/** One alert: why it fired, what would explain it, what was done, and what the officer makes of it. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { listAccessesById } from "#audit";
import { describePeople } from "#identity";
import { addLine, CaseConflict, hasRevealed, openCase, readAlert, readAlertEntries, readJournalOf, readNorm, readQueue, triageAlert, wantsWords, type Alert } from "#monitoring";
import { isRefusal, refuse, type Refusal } from "#platform";
import { send, type Form } from "../officer.ts";
import { alertPage } from "./alert-page.ts";
import { act, auditMonitoring, enterMonitoring, formToken, notTheirs, statusOf, type MonitoringOfficeDeps, type PrivacyOfficer } from "./officer.ts";
import { filterOf } from "./queue.ts";
import { GROUNDS, isGround } from "./words.ts";

type Route = { Params: { alert: string }; Querystring: Record<string, unknown>; Body: Form };

export function alertRoutes(app: FastifyInstance, deps: MonitoringOfficeDeps): void {
  const show = async (request: FastifyRequest<Route>, reply: FastifyReply, who: PrivacyOfficer, alert: Alert, fault: Refusal | null): Promise<FastifyReply> => {
    const { organisation } = who.actor;
    const now = deps.clock.now();
    const filter = filterOf(request.query);
    const [entries, journal, norm, queue, others] = await Promise.all([
      readAlertEntries(deps.pages, organisation, [alert.alertId]), readJournalOf(deps.pages, organisation, [alert.alertId]), readNorm(deps.pages, organisation, alert.professionalId), readQueue(deps.pages, organisation, filter, now, 51),
      alert.professionalId === "" ? [] : readQueue(deps.pages, organisation, { state: "waiting", sinceDays: null, professionalId: alert.professionalId }, now, 20),
    ]);
    const lines = await listAccessesById(deps.pages, entries.slice(0, 200));
    const isRevealed = hasRevealed(journal, who.actor.id);
    const personIds = [...new Set(entries.map((each) => each.personId))];
    const people = new Map(isRevealed ? (await describePeople(deps.search, personIds.slice(0, 50))).map((each) => [each.personId, each]) : []);
    await auditMonitoring(deps, request, who, "audit-read", personIds, { page: "alert", alert: alert.alertId, revealed: isRevealed });
    return send(reply, statusOf(fault), who.shell, "Alert", alertPage({ deps, who, alert, lines, journal, norm, people, isRevealed, more: entries.length - lines.length, others: others.filter((each) => each.alertId !== alert.alertId), query: filter.text, fault, next: nextOf(queue, alert), now }));
  };

  app.get<Route>("/office/privacy/alerts/:alert", async (request, reply) => {
    const who = await enterMonitoring(deps, request, reply);
    if (who === null) return reply;
    const alert = await readAlert(deps.pages, who.actor.organisation, request.params.alert);
    return alert === null ? notTheirs(reply, who, "alerts") : show(request, reply, who, alert, null);
  });

  app.post<Route>("/office/privacy/alerts/:alert", async (request, reply) => {
    const who = await enterMonitoring(deps, request, reply);
    if (who === null) return reply;
    const alert = await readAlert(deps.pages, who.actor.organisation, request.params.alert);
    if (alert === null) return notTheirs(reply, who, "alerts");
    const filter = filterOf(request.query);
    // The next one of the list as it stood before this one leaves it.
    const next = nextOf(await readQueue(deps.pages, who.actor.organisation, filter, deps.clock.now(), 51), alert);
    const done = await decide(deps, request, who, alert);
    if (isRefusal(done)) return show(request, reply, who, alert, done);
    if (done.to !== null) return reply.redirect(done.to, 303);
    return reply.redirect(next === null ? `/office/privacy${filter.text === "" ? "?" : `${filter.text}&`}done=${done.said}` : `/office/privacy/alerts/${next}${filter.text}`, 303);
  });
}

/** The alert after this one in the list; `null`: it is the last. */
function nextOf(queue: readonly Alert[], alert: Alert): string | null {
  const at = queue.findIndex((each) => each.alertId === alert.alertId);
  return queue[at < 0 ? 0 : at + 1]?.alertId ?? null;
}

async function decide(deps: MonitoringOfficeDeps, request: FastifyRequest<Route>, who: PrivacyOfficer, alert: Alert): Promise<{ to: string | null; said: string } | Refusal> {
  const form = request.body;
  const token = formToken(who, form);
  if (token !== null) return token;
  const [what, note] = [form?.["what"] ?? "", (form?.["note"] ?? "").trim().slice(0, 1000)];
  const here = `/office/privacy/alerts/${alert.alertId}`;
  const persons = [alert.personId];
  if (what === "reveal") {
    if (note.length < 5) return wantsWords();
    const concerned = (await readAlertEntries(deps.pages, who.actor.organisation, [alert.alertId])).map((each) => each.personId);
    // On record before anybody is named.
    await auditMonitoring(deps, request, who, "monitoring-act", concerned, { page: "alert", alert: alert.alertId, act: "revealed" }, note);
    await act(deps, (sql, at) => addLine(sql, who.officer, alert.alertId, "revealed", note, at));
    return { to: `${here}${filterOf(request.query).text}`, said: "" };
  }
  await auditMonitoring(deps, request, who, "monitoring-act", persons, { page: "alert", alert: alert.alertId, act: what }, note === "" ? null : note);
  if (what === "open-case") {
    const also = (form?.["also"] ?? "").split(",").filter((each) => each !== "");
    const opened = await act(deps, (sql, at) => openCase(sql, who.officer, [alert.alertId, ...also], note, at)).catch((error: unknown) => (error instanceof CaseConflict ? error.refusal : Promise.reject(error)));
    return isRefusal(opened) ? opened : { to: `/office/privacy/cases/${opened}`, said: "" };
  }
  if (what === "taken") {
    const refusal = await act(deps, (sql, at) => triageAlert(sql, who.officer, alert.alertId, { what, words: "" }, at));
    return refusal ?? { to: `${here}${filterOf(request.query).text}`, said: "" };
  }
  const ground = form?.["ground"];
  if (what === "justified" && !isGround(ground)) return refuse("invalid", "office.ground", "Choose why it is justified.", { field: "ground" });
  if (what !== "justified" && what !== "ask-manager" && what !== "answered") return refuse("invalid", "office.what", "Choose what to do with it.", { field: "what" });
  const words = what === "justified" ? `${GROUNDS[ground as keyof typeof GROUNDS]}${note === "" ? "" : `. ${note}`}` : note;
  const refusal = await act(deps, (sql, at) => triageAlert(sql, who.officer, alert.alertId, { what, words, whom: (form?.["whom"] ?? "").slice(0, 100) }, at));
  if (refusal !== null) return refusal;
  return what === "justified" ? { to: null, said: "justified" } : { to: what === "answered" ? `${here}${filterOf(request.query).text}` : null, said: "asked" };
}
