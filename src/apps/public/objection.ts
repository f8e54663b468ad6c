/**
 * `/objection`: anybody can object, without signing in. Guidance comes first (OPT-11); the
 * answer is a reference and the same for everybody, known here or not; nothing is restricted
 * until an officer has checked whose objection it is.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { NOBODY, type AuditWriter } from "#audit";
import type { Region } from "#governance";
import { hashedSender, isRequestForm, keepRequest, readRequest } from "#objections";
import { isRefusal, uuidv7, type Clock, type Html, type Pool } from "#platform";
import { acceptForms } from "../office/officer.ts";
import { formPage, guidancePage, takenPage } from "./objection-pages.ts";

export type PublicObjectionDeps = {
  readonly region: Region;
  readonly pages: Pool;
  readonly audit: AuditWriter;
  readonly clock: Clock;
  /** Keys the hash of network addresses. */
  readonly secret: string;
  page(title: string, main: Html): string;
};

type Fields = Readonly<Record<string, string>> | null;

export function publicObjection(app: FastifyInstance, deps: PublicObjectionDeps): void {
  acceptForms(app, 30_000);
  const send = (reply: FastifyReply, status: number, title: string, main: Html): FastifyReply => reply.code(status).type("text/html; charset=utf-8").header("cache-control", "no-store").send(deps.page(title, main));

  app.get("/objection", async (_request, reply) => send(reply, 200, "Object to sharing", guidancePage(deps.region, false)));

  app.get<{ Querystring: Record<string, unknown> }>("/objection/form", async (request, reply) => {
    if (request.query["read"] !== "yes") return send(reply, 400, "Error: Object to sharing", guidancePage(deps.region, true));
    return send(reply, 200, "Your objection", formPage({}, []));
  });

  app.post<{ Body: Fields }>("/objection", async (request, reply) => {
    const fields = request.body ?? {};
    // Nobody sends the form without having been shown what it means.
    if (fields["read"] !== "yes") return send(reply, 400, "Error: Object to sharing", guidancePage(deps.region, true));
    const now = deps.clock.now();
    const form = readRequest(fields, deps.region.dayOf(now));
    if (!isRequestForm(form)) return send(reply, 400, "Error: Your objection", formPage(fields, form));
    const reference = await keepRequest(deps.pages, form, hashedSender(request.ip, deps.secret), deps.region.rules.objections.formsPerHour, now);
    if (isRefusal(reference)) return send(reply, 429, "Error: Your objection", formPage(fields, [reference]));
    await record(request, reference);
    return send(reply, 200, "We have your objection", takenPage(deps.region, reference));
  });

  /** Whose it is, nobody knows yet: the entry names the form. */
  async function record(request: FastifyRequest, reference: string): Promise<void> {
    const actor = { id: "public:objection", name: "Somebody at the public page", role: "public", roleName: "Not signed in", sourceRole: "", organisation: "", organisationName: "", sessionId: "" };
    await deps.audit.write({ personId: NOBODY, actor, purpose: "own-record", action: "objection-act", outcome: "allowed", relationship: "none", reason: null, policy: "public form", route: `${request.method} ${request.routeOptions.url ?? ""}`, requestId: uuidv7(), sourcePatients: [], shown: { page: "objection form", reference } });
  }
}
