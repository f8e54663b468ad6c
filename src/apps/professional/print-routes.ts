/** Routes of printing and downloading: asked for, logged, then made (ACC-13, AUD-08). */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { may } from "#decision";
import { isRefusal, refuse, render, type Refusal } from "#platform";
import type { PersonInputs } from "#sections";
import type { AuditedAnswer, OpenPerson, ProfessionalDeps, RowsPage, RowsQuery } from "./deps.ts";
import { emptyPrint, printForm, readPrint, type PrintOrder, type PrintState } from "./print-form.ts";
import { PRINT_LIMIT, printDocument } from "./print-page.ts";
import type { RecordContext, RecordPage } from "./record-page.ts";

/** What the record's pages lend: opening a person, rows within the decision, refusing, leaving. */
export type RecordDoors = {
  open(request: FastifyRequest, personId: string): Promise<{ readonly person: OpenPerson; readonly inputs: PersonInputs; readonly context: RecordContext } | Refusal>;
  rows(request: FastifyRequest, person: OpenPerson, queries: readonly RowsQuery[]): Promise<readonly RowsPage[]>;
  refused(request: FastifyRequest, reply: FastifyReply, personId: string, refusal: Refusal): Promise<FastifyReply>;
  leave(request: FastifyRequest, reply: FastifyReply, status: number, page: RecordPage["html"], answer: AuditedAnswer): Promise<FastifyReply>;
};

type PersonRoute = { Params: { personId: string } };

export function printRoutes(app: FastifyInstance, deps: ProfessionalDeps, doors: RecordDoors): void {
  const form = async (request: FastifyRequest, reply: FastifyReply, opened: Exclude<Awaited<ReturnType<RecordDoors["open"]>>, Refusal>, state: PrintState): Promise<FastifyReply> => {
    const { html, shown } = printForm(opened.context, opened.inputs, deps.printReasons, state);
    return doors.leave(request, reply, state.faults.length > 0 ? 400 : 200, html, { ...shown, action: "view", page: "print-form", decision: opened.person.decision, personIds: [opened.person.decision.personId] });
  };

  app.get<PersonRoute>("/person/:personId/print", async (request, reply) => {
    const opened = await doors.open(request, request.params.personId);
    return isRefusal(opened) ? doors.refused(request, reply, request.params.personId, opened) : form(request, reply, opened, emptyPrint(opened.person));
  });

  app.post<PersonRoute>("/person/:personId/print", async (request, reply) => {
    const opened = await doors.open(request, request.params.personId);
    if (isRefusal(opened)) return doors.refused(request, reply, request.params.personId, opened);
    const { person, inputs, context } = opened;
    const order = readPrint(request.body, person, deps.printReasons);
    if (!may(person.decision, "print") && !may(person.decision, "download")) return form(request, reply, opened, emptyPrint(person));
    if ("faults" in order) return form(request, reply, opened, order);
    if (!may(person.decision, order.as)) return doors.refused(request, reply, person.decision.personId, refuse("forbidden", `pages.may-not-${order.as}`, `Your role or your organisation may not ${order.as} from this record.`, { policy: person.decision.policy }));
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
