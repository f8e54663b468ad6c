/** Routes of opening a record that is not open by itself: a reason, or life at risk against an objection. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { isRefusal, isUuid, refuse } from "#platform";
import type { ProfessionalDeps } from "./deps.ts";
import { several, type PersonRoute, type RecordDoors } from "./doors.ts";
import { overridePage } from "./objection-page.ts";
import { readReason, reasonPage } from "./reason-page.ts";

export function reasonRoutes(app: FastifyInstance, deps: ProfessionalDeps, { leave, refused }: RecordDoors): void {
  app.get<PersonRoute>("/person/:personId/reason", async (request, reply) => reason(request, reply, request.params.personId, { kind: "", words: "", faults: [] }));

  app.post<PersonRoute>("/person/:personId/reason", async (request, reply) => {
    const { personId } = request.params;
    const read = readReason(request.body, deps.reasons);
    if (!("reason" in read)) return reason(request, reply, personId, read);
    if (!isUuid(personId)) return refused(request, reply, refuse("not-found", "pages.no-such-person", ""));
    const given = await deps.giveReason(request, personId, read.reason);
    if (isRefusal(given)) return given.code === "access.sign-in-again" ? reply.redirect(String(given.details?.["href"]), 303) : refused(request, reply, given);
    return reply.redirect(`/person/${personId}`, 303);
  });

  async function reason(request: FastifyRequest, reply: FastifyReply, personId: string, state: Parameters<typeof reasonPage>[3]): Promise<FastifyReply> {
    if (!isUuid(personId)) return refused(request, reply, refuse("not-found", "pages.no-such-person", ""));
    const person = await deps.personToConfirm(request, personId);
    if (isRefusal(person)) return refused(request, reply, person);
    return leave(request, reply, state.faults.length > 0 ? 400 : 200, reasonPage(deps.shell(request), person, deps.reasons, state), several("view", "reason", [person]));
  }

  app.get<PersonRoute>("/person/:personId/objection/override", async (request, reply) => {
    if (!isUuid(request.params.personId)) return refused(request, reply, refuse("not-found", "pages.no-such-person", ""));
    const offered = await deps.overrideObjection(request, request.params.personId, null);
    return isRefusal(offered) ? refused(request, reply, offered) : leave(request, reply, 200, overridePage(deps.shell(request), request.params.personId, "", []), null);
  });

  app.post<PersonRoute>("/person/:personId/objection/override", async (request, reply) => {
    if (!isUuid(request.params.personId)) return refused(request, reply, refuse("not-found", "pages.no-such-person", ""));
    const { words = "", life } = (request.body ?? {}) as Record<string, unknown>;
    const done = await deps.overrideObjection(request, request.params.personId, { words: typeof words === "string" ? words.slice(0, 500) : "", isLifeAtRisk: life === "yes" });
    if (!isRefusal(done)) return reply.redirect(`/person/${request.params.personId}`, 303);
    if (done.code !== "objections.incomplete") return refused(request, reply, done);
    return leave(request, reply, 400, overridePage(deps.shell(request), request.params.personId, String(words), [{ field: String(done.details?.["field"]), text: done.message }]), null);
  });
}
