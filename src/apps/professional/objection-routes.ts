/** Routes of lodging an objection with the person (OPT-04). */
import type { FastifyInstance, FastifyReply } from "fastify";
import { isRefusal } from "#platform";
import type { ProfessionalDeps } from "./deps.ts";
import type { PersonRoute, RecordDoors } from "./doors.ts";
import { IDENTITY_CHECKS, isIdentityCheck, lodgedPage, lodgePage } from "./objection-page.ts";
import { WORDS } from "./words/index.ts";

export function objectionRoutes(app: FastifyInstance, deps: ProfessionalDeps, { open, notOpened, record, leave, refused }: RecordDoors): void {
  app.get<PersonRoute & { Querystring: { item?: string } }>("/person/:personId/objection", async (request, reply) =>
    record(request, reply, request.params.personId, "whole", async ({ context }) => ({ page: lodgePage(context, deps.objectionForm, {}, itemOf(request.query.item), []), name: "objection" })),
  );

  app.post<PersonRoute>("/person/:personId/objection", async (request, reply) => {
    const opened = await open(request, request.params.personId, "whole");
    if (isRefusal(opened)) return notOpened(request, reply, request.params.personId, opened);
    const fields = (request.body ?? {}) as Record<string, unknown>;
    const text = (name: string): string => (typeof fields[name] === "string" ? (fields[name] as string).trim() : "");
    const how = text("how");
    const asked = deps.objectionForm.read(fields);
    const faults = [
      ...(text("told") === "yes" ? [] : [{ field: "told", text: WORDS.objection.faults.told }]),
      ...(asked.length > 0 ? [] : [{ field: "everything", text: WORDS.objection.faults.everything }]),
      ...(text("words").length >= 5 ? [] : [{ field: "words", text: WORDS.objection.faults.words }]),
      ...(text("contact").length >= 3 ? [] : [{ field: "contact", text: WORDS.objection.faults.contact }]),
      ...(isIdentityCheck(how) ? [] : [{ field: "how", text: WORDS.objection.faults.how }]),
      ...(how === "not-checked" || text("seen").length >= 5 ? [] : [{ field: "seen", text: WORDS.objection.faults.seen }]),
    ];
    const again = (more: readonly { field: string; text: string }[]): Promise<FastifyReply> =>
      leave(request, reply, 400, lodgePage(opened.context, deps.objectionForm, fields, itemOf(fields["item"]), more).html, { ...opened.context.shown.done(), action: "view", page: "objection", decision: opened.person.decision, doubted: opened.person.doubted, personIds: [opened.person.decision.personId] });
    if (faults.length > 0 || !isIdentityCheck(how)) return again(faults);
    const identity = how === "not-checked" ? null : { how: IDENTITY_CHECKS[how], words: text("seen") };
    const lodged = await deps.lodgeObjection(request, opened.person, { asked, words: text("words").slice(0, 2000), contact: text("contact").slice(0, 200), doNotWrite: text("doNotWrite") === "yes", identity });
    if (isRefusal(lodged)) return refused(request, reply, lodged);
    return leave(request, reply, 200, lodgedPage(deps.shell(request), lodged.reference, identity !== null), null);
  });
}

/** The entry that a form about an objection was opened from. */
const itemOf = (text: unknown): string | null => (typeof text === "string" && /^[0-9a-f]{64}$/.test(text) ? text : null);
