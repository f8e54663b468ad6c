/** `POST /office/privacy/cases/:case/evidence`: the accesses of a case as a file that stands without this product. */
import type { FastifyInstance } from "fastify";
import { makeEvidence } from "#audit";
import { addLine, readAlertEntries, readAlertIdsOf } from "#monitoring";
import { html, isRefusal, refuse, type Refusal } from "#platform";
import { send, type Form } from "../officer.ts";
import { enterCase } from "./cases.ts";
import { act, auditMonitoring, formToken, statusOf, tabs, type MonitoringOfficeDeps } from "./officer.ts";

export function evidenceRoutes(app: FastifyInstance, deps: MonitoringOfficeDeps): void {
  app.post<{ Params: { case: string }; Body: Form }>("/office/privacy/cases/:case/evidence", async (request, reply) => {
    const found = await enterCase(deps, request, reply);
    if (found === null) return reply;
    const { who, file } = found;
    const refused = (refusal: Refusal) => send(reply, statusOf(refusal), who.shell, "Not done", html`${tabs("cases")}<h1 class="h1">Not done</h1><p>${refusal.message}</p><p><a href="/office/privacy/cases/${file.caseId}">Back to the case</a></p>`);
    const token = formToken(who, request.body);
    if (token !== null) return refused(token);
    if (file.professionalId === who.actor.id) return refused(refuse("forbidden", "monitoring.own-access", "This is about accesses of your own. Another officer deals with it."));
    const entries = await readAlertEntries(deps.pages, who.actor.organisation, await readAlertIdsOf(deps.pages, who.actor.organisation, file.caseId));
    if (entries.length === 0) return refused(refuse("not-found", "monitoring.no-entries", "This case has no accesses yet."));
    const evidence = await makeEvidence(deps.pages, [...new Set(entries.map((each) => each.entryId))], deps.clock.now());
    if (isRefusal(evidence)) return refused(evidence);
    // Names and persons leave with it: on record for each of them before a byte does.
    await auditMonitoring(deps, request, who, "export", entries.map((each) => each.personId), { page: "case", case: file.caseId, act: "evidence", entries: evidence.entries.length });
    await act(deps, (sql, at) => addLine(sql, who.officer, file.caseId, "evidence-made", `${evidence.entries.length} accesses under the checkpoint of ${evidence.checkpoint.split("\n")[1] ?? ""} lines`, at));
    return reply.code(200).type("application/json; charset=utf-8").header("cache-control", "no-store").header("content-disposition", `attachment; filename="case-${file.caseId}.json"`).send(JSON.stringify(evidence));
  });
}
