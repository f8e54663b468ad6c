/** Routes by which an author or a named officer releases an entry to its person, or keeps it back again. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { OwnRecordAnswer, Release } from "#access";
import { maySee } from "#decision";
import { isRefusal, refuse, type Refusal } from "#platform";
import type { Entry } from "#record";
import type { Item } from "#sections";
import { confirmPage, sensitiveWords } from "./confirm-page.ts";
import type { OpenPerson, ProfessionalDeps } from "./deps.ts";
import type { Opened, RecordDoors } from "./doors.ts";
import { ownRecordHref, ownRecordPage, RELEASE_WORDS, type OwnRecordForm } from "./own-record-page.ts";
import { itemHref } from "./rows.ts";
import { WORDS } from "./words/index.ts";

export type OwnRecordDeps = {
  /** What the person sees of an entry, by the one rule of `#access`, and who decided last in words that this reader may read. */
  readonly ownRecord: (person: OpenPerson, entry: Entry) => { readonly answer: OwnRecordAnswer; readonly by: string | null };
  /** Whether this reader may release the entry or keep it back; `true` where nothing is kept back by rule. */
  readonly mayRelease: (request: FastifyRequest, entry: Entry) => true | Refusal;
  /** Keeps what the reader decided; on record before it holds. */
  readonly release: (request: FastifyRequest, person: OpenPerson, item: Item, act: Release["act"], words: string) => Promise<true | Refusal>;
};

const ID = /^[A-Za-z0-9.-]{1,128}$/;
type ItemRoute = { Params: { personId: string; itemId: string } };

export function ownRecordRoutes(app: FastifyInstance, deps: ProfessionalDeps, { open, notOpened, record, notThere, refused, leave }: RecordDoors): void {
  /** The entry as the reader's decision shows it, where it is kept back or was released and the reader may decide of it. */
  async function itemOf(request: FastifyRequest<ItemRoute>, { person, context }: Opened): Promise<Item | Refusal> {
    if (!ID.test(request.params.itemId)) return refuse("not-found", "pages.no-such-item", "");
    const item = await deps.item(request, person, request.params.itemId);
    if (isRefusal(item)) return item;
    if (!maySee(person.decision, item.entry.section)) return refuse("not-found", "pages.no-such-item", "");
    const { answer } = context.ownRecord(item.entry);
    if (answer.shown && answer.release === null) return refuse("conflict", "pages.not-kept-back", WORDS.notKeptBack);
    const may = deps.mayRelease(request, item.entry);
    return may === true ? item : may;
  }

  app.get<ItemRoute>("/person/:personId/item/:itemId/own-record", async (request, reply) =>
    record(request, reply, request.params.personId, "whole", async (opened) => {
      const item = await itemOf(request, opened);
      if (isRefusal(item)) return { refusal: item, itemId: request.params.itemId };
      const why = sensitiveWords(deps.sensitive, item.entry);
      const { confirmed } = request.query as Record<string, unknown>;
      if (why.length > 0 && confirmed !== "yes") return { page: confirmPage(opened.context, item.entry, why, `${ownRecordHref(opened.context, item.entry)}?confirmed=yes`), name: "sensitive-entry" };
      return { page: ownRecordPage(opened.context, item.entry, { words: "", fault: null }), name: "own-record" };
    }),
  );

  app.post<ItemRoute>("/person/:personId/item/:itemId/own-record", async (request, reply) => {
    const opened = await open(request, request.params.personId, "whole");
    if (isRefusal(opened)) return notOpened(request, reply, request.params.personId, opened);
    const item = await itemOf(request, opened);
    if (isRefusal(item)) return notThere(request, reply, opened, item, request.params.itemId);
    const { entry } = item;
    const fields = (request.body ?? {}) as Record<string, unknown>;
    const words = typeof fields["words"] === "string" ? fields["words"].trim().slice(0, RELEASE_WORDS.most) : "";
    const act = opened.context.ownRecord(entry).answer.shown ? "kept-back" : "released";
    // Somebody else decided meanwhile, or the source has changed it: what was read is not what would be released.
    if (fields["act"] !== act || fields["version"] !== String(entry.version)) return faulty(request, reply, opened, item, { words, fault: WORDS.changedMeanwhile });
    if (words.length < RELEASE_WORDS.least) return faulty(request, reply, opened, item, { words, fault: WORDS.releaseWhyMissing });
    const done = await deps.release(request, opened.person, item, act, words);
    return isRefusal(done) ? refused(request, reply, done) : reply.redirect(`${itemHref(opened.context, entry)}${sensitiveWords(deps.sensitive, entry).length > 0 ? "?confirmed=yes" : ""}#h-own-record`, 303);
  });

  const faulty = (request: FastifyRequest, reply: FastifyReply, { person, context }: Opened, item: Item, form: OwnRecordForm): Promise<FastifyReply> => {
    const { html, shown } = ownRecordPage(context, item.entry, form);
    return leave(request, reply, 400, html, { ...shown, action: "view", page: "own-record", decision: person.decision, doubted: person.doubted, personIds: [person.decision.personId] });
  };
}
