/** Routes of printing and downloading: asked for, logged, then made (ACC-13, AUD-08). */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { may } from "#decision";
import { isRefusal, refuse, render } from "#platform";
import type { PersonInputs } from "#sections";
import type { OpenPerson, ProfessionalDeps } from "./deps.ts";
import type { Opened, PersonRoute, RecordDoors } from "./doors.ts";
import { emptyPrint, printForm, readPrint, type PrintOrder, type PrintState } from "./print-form.ts";
import { PRINT_LIMIT, printDocument } from "./print-page.ts";
import type { RecordContext } from "./record-page.ts";

export function printRoutes(app: FastifyInstance, deps: ProfessionalDeps, doors: RecordDoors): void {
  const form = async (request: FastifyRequest, reply: FastifyReply, opened: Opened, state: PrintState): Promise<FastifyReply> => {
    const { html, shown } = printForm(opened.context, opened.inputs, deps.printReasons, state);
    return doors.leave(request, reply, state.faults.length > 0 ? 400 : 200, html, { ...shown, action: "view", page: "print-form", decision: opened.person.decision, personIds: [opened.person.decision.personId] });
  };

  app.get<PersonRoute>("/person/:personId/print", async (request, reply) => {
    const opened = await doors.open(request, request.params.personId, "whole");
    return isRefusal(opened) ? doors.notOpened(request, reply, request.params.personId, opened) : form(request, reply, opened, emptyPrint(opened.person));
  });

  app.post<PersonRoute>("/person/:personId/print", async (request, reply) => {
    const opened = await doors.open(request, request.params.personId, "whole");
    if (isRefusal(opened)) return doors.notOpened(request, reply, request.params.personId, opened);
    const { person, inputs, context } = opened;
    const order = readPrint(request.body, person, deps.printReasons);
    if (!may(person.decision, "print") && !may(person.decision, "download")) return form(request, reply, opened, emptyPrint(person));
    if ("faults" in order) return form(request, reply, opened, order);
    if (!may(person.decision, order.as)) return doors.refused(request, reply, refuse("forbidden", `pages.may-not-${order.as}`, `Your role or your organisation may not ${order.as} from this record.`, { policy: person.decision.policy }));
    return make(request, reply, person, inputs, context, order);
  });

  /** Rows, document, audit entry, bytes: in this order, so that nothing is handed out that is not on record. */
  async function make(request: FastifyRequest, reply: FastifyReply, person: OpenPerson, inputs: PersonInputs, context: RecordContext, order: PrintOrder): Promise<FastifyReply> {
    const pages = await doors.rows(request, person, order.sections.map((section) => ({ section, limit: PRINT_LIMIT, current: true })));
    const { html, contentSecurityPolicy } = printDocument(context, inputs, order, pages);
    const bytes = Buffer.from(render(html));
    await deps.audited(request, {
      ...context.shown.done(), action: order.as, page: order.as, decision: person.decision, doubted: person.doubted, personIds: [person.decision.personId],
      reason: [order.reason.words, order.words].filter((part) => part !== "").join(": "),
    }, bytes);
    return reply
      .code(200)
      .type("text/html; charset=utf-8")
      .header("content-disposition", order.as === "download" ? 'attachment; filename="care-record.html"' : "inline")
      .header("content-security-policy", contentSecurityPolicy)
      .header("x-content-type-options", "nosniff")
      .header("referrer-policy", "same-origin")
      .header("cache-control", "no-store")
      .send(bytes);
  }
}
