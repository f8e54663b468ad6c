/** Routes of one entry: everything its source sent, its documents. */
import type { FastifyInstance, FastifyRequest } from "fastify";
import { maySee } from "#decision";
import { isRefusal, refuse, type Refusal } from "#platform";
import { MEDIA_TYPE } from "#standards";
import { confirmPage, sensitiveWords } from "./confirm-page.ts";
import type { ProfessionalDeps } from "./deps.ts";
import { documentView, type DocumentView } from "./document.ts";
import type { RecordDoors } from "./doors.ts";
import { itemPage } from "./item-page.ts";

/** What an id of an entry may look like in an address. */
export const ID = /^[A-Za-z0-9.-]{1,128}$/;

export function itemRoutes(app: FastifyInstance, deps: ProfessionalDeps, { open, notOpened, record, notThere, refused }: RecordDoors): void {
  type ItemRoute = { Params: { personId: string; itemId: string } };

  app.get<ItemRoute>("/person/:personId/item/:itemId", async (request, reply) =>
    record(request, reply, request.params.personId, "whole", async ({ person, context }) => {
      const { itemId } = request.params;
      if (!ID.test(itemId)) return { refusal: refuse("not-found", "pages.no-such-item", "") };
      const item = await deps.item(request, person, itemId);
      if (isRefusal(item)) return { refusal: item, itemId };
      if (!maySee(person.decision, item.entry.section)) return { refusal: refuse("not-found", "pages.no-such-item", "") };
      const why = sensitiveWords(deps.sensitive, item.entry);
      if (why.length > 0 && !isConfirmed(request)) return { page: confirmPage(context, item.entry, why, `${context.base}/item/${itemId}?confirmed=yes`), name: "sensitive-entry" };
      const [documents, queries] = await Promise.all([deps.documents(request, person, itemId), deps.queriesOf(request, person, itemId)]);
      const expected = item.entry.section === "documents" || item.entry.line.mime !== undefined;
      const shown = isRefusal(documents) ? (expected ? documents.message : null) : await Promise.all(documents.map(async (document) => ({ document, view: await documentView(document) })));
      return { page: itemPage(context, item, shown, queries, deps.mayRelease(request, item.entry)), name: "item" };
    }),
  );

  app.get<ItemRoute & { Querystring: { part?: string; image?: string } }>("/person/:personId/item/:itemId/document", async (request, reply) => {
    const { personId, itemId } = request.params;
    if (!ID.test(itemId)) return refused(request, reply, refuse("not-found", "pages.no-such-item", ""));
    const opened = await open(request, personId, "without-lists");
    if (isRefusal(opened)) return notOpened(request, reply, personId, opened);
    const { person, context } = opened;
    const item = await deps.item(request, person, itemId);
    if (isRefusal(item)) return notThere(request, reply, opened, item, itemId);
    if (!maySee(person.decision, item.entry.section)) return refused(request, reply, refuse("not-found", "pages.no-such-item", ""));
    if (sensitiveWords(deps.sensitive, item.entry).length > 0 && !isConfirmed(request)) return reply.redirect(`${context.base}/item/${itemId}`, 303);
    const documents = await deps.documents(request, person, itemId);
    if (isRefusal(documents)) return refused(request, reply, documents);
    const { part = "0", image } = request.query;
    const document = /^\d{1,4}$/.test(part) ? documents[Number(part)] : undefined;
    if (document === undefined) return refused(request, reply, refuse("not-found", "pages.no-such-document", ""));
    const file = fileOf(await documentView(document), image);
    // Text is read in the page itself, where nothing of it can run.
    if (file === "in the page") return reply.redirect(`${context.base}/item/${itemId}${isConfirmed(request) ? "?confirmed=yes" : ""}#document`, 303);
    if (isRefusal(file)) return refused(request, reply, file);
    context.shown.entry(item.entry);
    const bytes = Buffer.from(file.bytes);
    await deps.audited(request, { ...context.shown.done(), action: "view", page: "document", decision: person.decision, doubted: person.doubted, personIds: [person.decision.personId] }, bytes);
    return reply
      .code(200)
      .type(file.type)
      .header("content-disposition", "inline")
      .header("content-security-policy", file.type === "application/pdf" ? PDF_POLICY : IMAGE_POLICY)
      // A PDF stands in a frame of our own beside its list; nobody else may frame it, and nobody anything else.
      .header("x-frame-options", file.type === "application/pdf" ? "SAMEORIGIN" : "DENY")
      .header("cross-origin-resource-policy", "same-origin")
      .header("x-content-type-options", "nosniff")
      .header("referrer-policy", "same-origin")
      .header("cache-control", "no-store")
      .send(bytes);
  });
}

/** The reader has been asked once more and went on. */
export const isConfirmed = (request: FastifyRequest): boolean => (request.query as Record<string, unknown>)["confirmed"] === "yes";
/** The browser's own viewer draws a PDF, which it refuses to do in a sandbox; nothing of the answer may load, run or post anything. */
const PDF_POLICY = "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'; frame-ancestors 'self'";
const IMAGE_POLICY = "default-src 'none'; sandbox; frame-ancestors 'none'";

/** What the browser draws of a document: the document itself, or one of its images. */
function fileOf(view: DocumentView, image: string | undefined): { type: string; bytes: Uint8Array } | "in the page" | Refusal {
  const { show } = view;
  if (show.as === "nothing") return refuse("unsupported", "pages.document-not-shown", show.why);
  if (image !== undefined) {
    const found = show.as === "readable" && /^\d{1,5}$/.test(image) ? show.readable.images[Number(image)] : undefined;
    return found ?? refuse("not-found", "pages.no-such-image", "");
  }
  return show.as === "file" ? { type: MEDIA_TYPE[show.kind], bytes: show.bytes } : "in the page";
}
