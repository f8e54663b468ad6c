/** Routes of printing and downloading: asked for, logged, then made (ACC-13, AUD-08). */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { may } from "#decision";
import { encode, isRefusal, refuse, type Refusal } from "#platform";
import type { PersonInputs } from "#sections";
import type { OpenPerson, ProfessionalDeps } from "./deps.ts";
import type { Opened, PersonRoute, RecordDoors } from "./doors.ts";
import { emptyPrint, printForm, printOfComparison, readPrint, type PrintOrder, type PrintState } from "./print-form.ts";
import { PRINT_LIMIT, printModel, type PrintModel } from "./print-model.ts";
import { printDocument } from "./print-page.ts";
import { printOrder } from "./print-pdf.ts";
import type { RecordContext } from "./record-page.ts";
import { WORDS } from "./words/index.ts";

type Made = { readonly bytes: Buffer; readonly headers: Readonly<Record<string, string>> };

/** The file is saved, never shown in a page of ours. */
const FILE_POLICY = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

export function printRoutes(app: FastifyInstance, deps: ProfessionalDeps, doors: RecordDoors): void {
  const form = async (request: FastifyRequest, reply: FastifyReply, opened: Opened, state: PrintState): Promise<FastifyReply> => {
    const { html, shown } = printForm(opened.context, opened.inputs, deps.printReasons, state);
    return doors.leave(request, reply, state.faults.length > 0 ? 400 : 200, html, { ...shown, action: "view", page: "print-form", decision: opened.person.decision, personIds: [opened.person.decision.personId] });
  };

  app.get<PersonRoute & { Querystring: Record<string, unknown> }>("/person/:personId/print", async (request, reply) => {
    const opened = await doors.open(request, request.params.personId, "whole");
    if (isRefusal(opened)) return doors.notOpened(request, reply, request.params.personId, opened);
    // While the form is filled in the press starts, so that the file need not wait for it.
    if (may(opened.person.decision, "download")) deps.pdf.warm();
    return form(request, reply, opened, printOfComparison(opened.person, request.query));
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
    const pages = await doors.rows(request, person, [...order.sections, ...(order.comparison === null ? [] : (["medicines"] as const))].map((section) => ({ section, limit: PRINT_LIMIT, current: true })));
    const model = printModel(context, inputs, order, pages.slice(0, order.sections.length), pages[order.sections.length] ?? null);
    const made = order.as === "print" ? page(model) : await file(model);
    if (isRefusal(made)) return doors.refused(request, reply, made);
    const { bytes, headers } = made;
    await deps.audited(request, {
      ...context.shown.done(), action: order.as, page: order.as, decision: person.decision, doubted: person.doubted, personIds: [person.decision.personId],
      reason: [order.reason.words, order.words].filter((part) => part !== "").join(": "),
    }, bytes);
    return reply
      .code(200)
      .headers(headers)
      .header("x-content-type-options", "nosniff")
      .header("referrer-policy", "same-origin")
      .header("cache-control", "no-store")
      .send(bytes);
  }

  /** For the browser's own print. */
  function page(model: PrintModel): Made {
    const { html, contentSecurityPolicy } = printDocument(model);
    return { bytes: encode(html), headers: { "content-type": "text/html; charset=utf-8", "content-disposition": "inline", "content-security-policy": contentSecurityPolicy } };
  }

  /** As a file; where it cannot be made, the print says the same. */
  async function file(model: PrintModel): Promise<Made | Refusal> {
    const pdf = await deps.pdf.make(printOrder(model, deps.now()));
    if (isRefusal(pdf)) return { ...pdf, message: WORDS.printing.fileNotMade(pdf.message) };
    return { bytes: Buffer.from(pdf), headers: { "content-type": "application/pdf", "content-disposition": 'attachment; filename="care-record.pdf"', "content-security-policy": FILE_POLICY } };
  }
}
