/** Routes of documents: the list, and one of them beside it. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { maySee } from "#decision";
import { isRefusal, refuse } from "#platform";
import { DOCUMENT_KINDS, documentKindOf, sectionPart, type MergedRow } from "#sections";
import { MOST_CHARACTERS, readSearchWords, SearchMatcher } from "#standards";
import { confirmPage, sensitiveWords } from "./confirm-page.ts";
import type { ProfessionalDeps, RowsPage } from "./deps.ts";
import { documentView } from "./document.ts";
import { DOCUMENTS_PERIOD, DOCUMENTS_SHOWN, documentPage, documentsPage, type DocumentList } from "./documents-page.ts";
import type { Handled, Opened, RecordDoors } from "./doors.ts";
import { chosenSource, periodOf, readFilters, type Filters } from "./filters.ts";
import { ID, isConfirmed } from "./item-routes.ts";
import { rowIsOf } from "./rows.ts";

/** Documents that are read for the list; with more, it says so. */
const MOST_DOCUMENTS = 1000;

type DocumentsRoute = { Params: { personId: string } };
type DocumentRoute = { Params: { personId: string; itemId: string } };

export function documentsRoutes(app: FastifyInstance, deps: ProfessionalDeps, { record, rows, removals, refused }: RecordDoors): void {
  app.get<DocumentsRoute>("/person/:personId/documents", async (request, reply) => {
    const { before } = request.query as Record<string, unknown>;
    if (before !== undefined && (typeof before !== "string" || !ID.test(before))) return refused(request, reply, refuse("invalid", "pages.bad-cursor", "The address does not name a page of this list."));
    return record(request, reply, request.params.personId, "whole", async (opened) => {
      const [page, removed] = await Promise.all([read(request, opened), removals(request, opened.person, ["documents"])]);
      return { page: documentsPage(opened.context, opened.inputs, listOf(request, opened, page, (all) => (before === undefined ? 0 : all.findIndex((row) => rowIsOf(row, before)) + 1)), removed), name: "documents" };
    });
  });

  app.get<DocumentRoute>("/person/:personId/documents/:itemId", async (request, reply) => open(request, reply, ""));
  // Words that were looked for are marked in it; they come with the form, since addresses are kept.
  app.post<DocumentRoute>("/person/:personId/documents/:itemId", async (request, reply) => {
    const { words } = (request.body ?? {}) as Record<string, unknown>;
    return open(request, reply, typeof words === "string" ? words.slice(0, MOST_CHARACTERS) : "");
  });

  const open = (request: FastifyRequest<DocumentRoute>, reply: FastifyReply, typed: string): Promise<FastifyReply> =>
    record(request, reply, request.params.personId, "whole", async (opened): Promise<Handled> => {
      const { itemId } = request.params;
      const { person, context } = opened;
      if (!ID.test(itemId)) return { refusal: refuse("not-found", "pages.no-such-item", "") };
      const item = await deps.item(request, person, itemId);
      if (isRefusal(item)) return { refusal: item, itemId };
      const { entry } = item;
      if (!maySee(person.decision, entry.section)) return { refusal: refuse("not-found", "pages.no-such-item", "") };
      const why = sensitiveWords(deps.sensitive, entry);
      if (why.length > 0 && !isConfirmed(request)) return { page: confirmPage(context, entry, why, `${context.base}/documents/${itemId}?confirmed=yes`), name: "sensitive-entry" };
      const [page, documents] = await Promise.all([read(request, opened), deps.documents(request, person, itemId)]);
      const shown = isRefusal(documents) ? documents.message : await Promise.all(documents.map(async (document) => ({ document, view: await documentView(document) })));
      const list = listOf(request, opened, page, (all) => Math.floor(Math.max(0, all.findIndex((row) => rowIsOf(row, itemId))) / DOCUMENTS_SHOWN) * DOCUMENTS_SHOWN);
      const words = readSearchWords(typed);
      const { page: at } = request.query as Record<string, unknown>;
      return { page: documentPage(context, list, { entry, documents: shown, page: typeof at === "string" && /^[1-9]\d{0,3}$/.test(at) ? Number(at) : null, matcher: words.length === 0 ? null : new SearchMatcher(words) }), name: "document", ...(words.length > 0 && { searched: typed }) };
    });

  const read = async (request: FastifyRequest, { person }: Opened): Promise<RowsPage> => (await rows(request, person, [{ section: "documents", limit: MOST_DOCUMENTS }]))[0]!;

  /** The rows that the address asks for, from a place on. */
  function listOf(request: FastifyRequest, { inputs, context }: Opened, page: RowsPage, start: (all: readonly MergedRow[]) => number): DocumentList {
    const filters = readFilters(request.query, DOCUMENT_KINDS.map(({ id }) => id), DOCUMENTS_PERIOD);
    const part = sectionPart(inputs, "documents", page, "documents");
    const all = part.rows.filter(agreesWith(filters, context.now, inputs));
    const from = start(all);
    const shown = all.slice(from, from + DOCUMENTS_SHOWN);
    return { part, filters, rows: shown, agree: all.length, total: Math.max(page.total, part.rows.length), read: page.entries.length, next: from + DOCUMENTS_SHOWN < all.length ? (shown.at(-1)?.lead.id ?? null) : null, paged: from > 0 };
  }
}

/** Whether a row is of the kind, period and source that were chosen; without a date it is of no period but all. */
function agreesWith(filters: Filters, now: Date, inputs: Opened["inputs"]): (row: MergedRow) => boolean {
  const bounded = filters.from !== null || filters.period !== "all" || filters.until !== null;
  const { from, until } = periodOf(filters, now, null, null);
  const isSource = (organisation: string): boolean => chosenSource(filters, inputs.sources.find((source) => source.organisation === organisation));
  return (row) => (filters.kind === null || documentKindOf(row.lead) === filters.kind) && row.organisations.some(isSource) && (!bounded || row.entries.some(({ sortTime }) => sortTime !== null && sortTime >= from && sortTime < until));
}
