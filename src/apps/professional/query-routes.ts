/** Routes of "Something is wrong with this": asked of an entry, sent to the organisation whose data it is. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { isQueryKind, QUERY_WORDS, type QueryKind } from "#data-quality";
import { maySee } from "#decision";
import { isRefusal, refuse, type Refusal } from "#platform";
import type { Item } from "#sections";
import { confirmPage, sensitiveWords } from "./confirm-page.ts";
import type { OpenPerson, ProfessionalDeps } from "./deps.ts";
import type { Opened, RecordDoors } from "./doors.ts";
import { queryPage, type AnsweredQuery, type QueryForm } from "./query-page.ts";
import { itemHref } from "./rows.ts";
import { WORDS } from "./words/index.ts";

/** What these pages need beside the item. */
export type QueryDeps = {
  /** What was said of an entry, and answered, newest first. */
  readonly queriesOf: (request: FastifyRequest, person: OpenPerson, itemId: string) => Promise<readonly AnsweredQuery[]>;
  /** Sends a query to the organisation whose data the entry is. */
  readonly ask: (request: FastifyRequest, person: OpenPerson, item: Item, query: { readonly kind: QueryKind; readonly words: string; readonly togetherWith: readonly string[] }) => Promise<true | Refusal>;
};

const ID = /^[A-Za-z0-9.-]{1,128}$/;
const ENTRY = /^[0-9a-f]{64}$/;
type ItemRoute = { Params: { personId: string; itemId: string } };

export function queryRoutes(app: FastifyInstance, deps: ProfessionalDeps, { open, notOpened, record, notThere, refused, leave }: RecordDoors): void {
  /** The entry that a query is about, as the reader's decision shows it. */
  async function itemOf(request: FastifyRequest<ItemRoute>, person: OpenPerson): Promise<Item | Refusal> {
    if (!ID.test(request.params.itemId)) return refuse("not-found", "pages.no-such-item", "");
    const item = await deps.item(request, person, request.params.itemId);
    return isRefusal(item) || maySee(person.decision, item.entry.section) ? item : refuse("not-found", "pages.no-such-item", "");
  }

  app.get<ItemRoute>("/person/:personId/item/:itemId/query", async (request, reply) =>
    record(request, reply, request.params.personId, "whole", async ({ person, context }) => {
      const item = await itemOf(request, person);
      if (isRefusal(item)) return { refusal: item, itemId: request.params.itemId };
      const { with: others, confirmed } = request.query as Record<string, unknown>;
      const why = sensitiveWords(deps.sensitive, item.entry);
      if (why.length > 0 && confirmed !== "yes") return { page: confirmPage(context, item.entry, why, `${itemHref(context, item.entry)}/query?confirmed=yes`), name: "sensitive-entry" };
      const together = (Array.isArray(others) ? others : [others]).filter((id): id is string => typeof id === "string" && ENTRY.test(id)).slice(0, 20);
      return { page: queryPage(context, item.entry, { kind: "", words: "", together, fault: null }), name: "query" };
    }),
  );

  app.post<ItemRoute>("/person/:personId/item/:itemId/query", async (request, reply) => {
    const opened = await open(request, request.params.personId, "whole");
    if (isRefusal(opened)) return notOpened(request, reply, request.params.personId, opened);
    const item = await itemOf(request, opened.person);
    if (isRefusal(item)) return notThere(request, reply, opened, item, request.params.itemId);
    const fields = (request.body ?? {}) as Record<string, unknown>;
    const words = typeof fields["words"] === "string" ? fields["words"].trim().slice(0, QUERY_WORDS.most) : "";
    const { kind } = fields;
    const together = Object.keys(fields).flatMap((name) => (name.startsWith("with-") && ENTRY.test(name.slice(5)) ? [name.slice(5)] : [])).slice(0, 20);
    const again = (field: string, text: string): Promise<FastifyReply> => faulty(request, reply, opened, item, { kind: typeof kind === "string" ? kind : "", words, together, fault: { field, text } });
    if (!isQueryKind(kind)) return again("kind", WORDS.query.faults.kind);
    if (words.length < QUERY_WORDS.least) return again("words", WORDS.query.faults.words);
    const asked = await deps.ask(request, opened.person, item, { kind, words, togetherWith: together });
    return isRefusal(asked) ? refused(request, reply, asked) : reply.redirect(`${itemHref(opened.context, item.entry)}${sensitiveWords(deps.sensitive, item.entry).length > 0 ? "?confirmed=yes" : ""}#h-queries`, 303);
  });

  const faulty = (request: FastifyRequest, reply: FastifyReply, { person, context }: Opened, item: Item, form: QueryForm): Promise<FastifyReply> => {
    const { html, shown } = queryPage(context, item.entry, form);
    return leave(request, reply, 400, html, { ...shown, action: "view", page: "query", decision: person.decision, doubted: person.doubted, personIds: [person.decision.personId] });
  };
}
