/**
 * Routes of the professional's pages. Each walks the path of
 * `sections/journey.ts`: who, which person, may they, what is there, page,
 * audit entry, bytes. There is one way out, `leave`, and it sends person data
 * only after the audit entry is durable.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { may, maySee, type Action } from "#decision";
import { CONTENT_SECURITY_POLICY, isRefusal, isUuid, refuse, render, type Html, type Refusal } from "#platform";
import type { Removal } from "#record";
import { isPositive, rowIsCurrent, sectionPart, severestFirst, summaryOf, SUMMARY_SECTIONS, type PersonInputs, type SectionRows } from "#sections";
import { isSectionId, MEDIA_TYPE, type SectionId } from "#standards";
import { categoryOf, categoryOfSection, type Category } from "./categories.ts";
import { inputsOf, removedSince, type AuditedAnswer, type OpenPerson, type ProfessionalDeps, type RowsPage, type RowsQuery } from "./deps.ts";
import { accessPage } from "./access-page.ts";
import { contextOf } from "./record-context.ts";
import { confirmPage, sensitiveWords } from "./confirm-page.ts";
import { detailsPage } from "./details-page.ts";
import { documentView, type DocumentView } from "./document.ts";
import { defectPage, refusalPage, statusOf } from "./error-pages.ts";
import { fieldsOf, readFind } from "./find-form.ts";
import { findPage, landingPage, NOT_ASKED } from "./find-page.ts";
import { itemPage } from "./item-page.ts";
import { MOST_WORDS, notSamePage } from "./not-same-page.ts";
import { IDENTITY_CHECKS, isIdentityCheck, lodgedPage, lodgePage, overridePage } from "./objection-page.ts";
import { limitOf, listPage } from "./list-page.ts";
import { printRoutes } from "./print-routes.ts";
import { readReason, reasonPage } from "./reason-page.ts";
import type { RecordContext, RecordPage } from "./record-page.ts";
import { RESULTS_LIMIT, resultsPage, TEST_LIMIT, testPage } from "./results-page.ts";
import { sourcesPage } from "./sources-page.ts";
import { summaryPage } from "./summary-page.ts";

/** Hits of find-a-person that are listed; one more is asked for to know whether there are more. */
const FIND_LIMIT = 20;
/** New rows that "what changed" counts at most. */
const CHANGED_LIMIT = 500;

const ID = /^[A-Za-z0-9.-]{1,128}$/;
const FORM = "application/x-www-form-urlencoded";

type Handled = { readonly refusal: Refusal; readonly itemId?: string } | { readonly page: RecordPage; readonly name: string; readonly action?: Action };

/** Registers all routes; wants an instance of its own (`app.register`), since it sets an error handler. */
export function professionalPages(app: FastifyInstance, deps: ProfessionalDeps): void {
  if (!app.hasContentTypeParser(FORM)) {
    app.addContentTypeParser(FORM, { parseAs: "string", bodyLimit: 20_000 }, (_request, body, done) => done(null, Object.fromEntries(new URLSearchParams(String(body)))));
  }

  app.setErrorHandler(async (error, request, reply) => {
    const status = typeof error === "object" && error !== null && "statusCode" in error && typeof error.statusCode === "number" ? error.statusCode : 500;
    if (status >= 400 && status < 500) return leave(request, reply, status, refusalPage(deps.shell(request), refuse("invalid", "pages.bad-request", "The form or address could not be read.")), null);
    deps.defect(request, error);
    return leave(request, reply, 500, defectPage(deps.shell(request), request.id), null);
  });

  app.addHook("preHandler", async (request, reply) => {
    const who = await deps.signedIn(request);
    if (isRefusal(who)) return reply.redirect(typeof who.details?.["href"] === "string" ? who.details["href"] : deps.signInHref, 303);
    if (request.method === "POST") {
      const token = (request.body as Record<string, unknown> | null)?.["_csrf"];
      if (typeof token !== "string" || !deps.formFromUs(request, token)) return refused(request, reply, refuse("invalid", "pages.form-expired", "This form is too old, or did not come from this service. Open the page again."));
    }
    return undefined;
  });

  /** The only way out of this file. */
  async function leave(request: FastifyRequest, reply: FastifyReply, status: number, page: Html, answer: AuditedAnswer | null): Promise<FastifyReply> {
    const bytes = Buffer.from(render(page));
    if (answer !== null) await deps.audited(request, answer, bytes);
    return reply
      .code(status)
      .type("text/html; charset=utf-8")
      .header("content-security-policy", CONTENT_SECURITY_POLICY)
      .header("x-content-type-options", "nosniff")
      .header("referrer-policy", "same-origin")
      .header("cache-control", "no-store")
      .send(bytes);
  }

  async function refused(request: FastifyRequest, reply: FastifyReply, given: Refusal): Promise<FastifyReply> {
    const personId = (request.params as Record<string, string> | undefined)?.["personId"];
    const refusal = given.details?.["obligation"] === "vital-interests" && personId !== undefined ? { ...given, details: { ...given.details, override: `/person/${personId}/objection/override` } } : given;
    // A bookmark or an audit entry of a record that was joined with another leads to that one, which is then decided and audited by itself.
    if (refusal.code === "identity.joined" && request.method === "GET") return reply.header("cache-control", "no-store").redirect(`/person/${String(refusal.details?.["personId"])}`, 303);
    return leave(request, reply, statusOf(refusal), refusalPage(deps.shell(request), refusal), null);
  }

  // -- find a person ---------------------------------------------------------

  app.get("/", async (request, reply) => {
    const recent = await deps.recentPeople(request);
    const page = landingPage(deps.shell(request), recent, deps.now());
    return leave(request, reply, 200, page, recent.length === 0 ? null : several("view", "recent", recent));
  });

  app.get("/find", async (request, reply) => leave(request, reply, 200, findPage(deps.shell(request), NOT_ASKED, deps.now()), null));

  app.post("/find", async (request, reply) => {
    const fields = fieldsOf(request.body);
    const read = readFind(fields);
    if ("faults" in read) return leave(request, reply, 400, findPage(deps.shell(request), { fields, faults: read.faults, found: null }, deps.now()), null);
    const found = await deps.find(request, read.query, FIND_LIMIT);
    if (isRefusal(found)) return refused(request, reply, found);
    const people = found.people.slice(0, found.limit);
    return leave(request, reply, 200, findPage(deps.shell(request), { fields, faults: [], found: { ...found, people } }, deps.now()), several("search", "find", people));
  });

  // -- a reason asked --------------------------------------------------------

  app.get<{ Params: { personId: string } }>("/person/:personId/reason", async (request, reply) => reason(request, reply, request.params.personId, { kind: "", words: "", faults: [] }));

  app.post<{ Params: { personId: string } }>("/person/:personId/reason", async (request, reply) => {
    const { personId } = request.params;
    const read = readReason(request.body, deps.reasons);
    if (!("reason" in read)) return reason(request, reply, personId, read);
    if (!isUuid(personId)) return refused(request, reply, refuse("not-found", "pages.no-such-person", ""));
    const given = await deps.giveReason(request, personId, read.reason);
    if (isRefusal(given)) return given.code === "access.sign-in-again" ? reply.redirect(`/sign-in?return=${encodeURIComponent(`/person/${personId}/reason`)}`, 303) : refused(request, reply, given);
    return reply.redirect(`/person/${personId}`, 303);
  });

  async function reason(request: FastifyRequest, reply: FastifyReply, personId: string, state: Parameters<typeof reasonPage>[3]): Promise<FastifyReply> {
    if (!isUuid(personId)) return refused(request, reply, refuse("not-found", "pages.no-such-person", ""));
    const person = await deps.personToConfirm(request, personId);
    if (isRefusal(person)) return refused(request, reply, person);
    return leave(request, reply, state.faults.length > 0 ? 400 : 200, reasonPage(deps.shell(request), person, deps.reasons, state), several("view", "reason", [person]));
  }

  // -- one person's record ---------------------------------------------------

  type Opened = { readonly person: OpenPerson; readonly inputs: PersonInputs; readonly context: RecordContext };

  /** Steps 2 and 3 of the journey, and what every record page carries. */
  async function open(request: FastifyRequest, personId: string, banner: "whole" | "without-lists"): Promise<Opened | Refusal> {
    if (!isUuid(personId)) return refuse("not-found", "pages.no-such-person", "");
    const person = await deps.openPerson(request, personId);
    if (isRefusal(person)) return person;
    if (!may(person.decision, "view")) return refuse("forbidden", "pages.may-not-view", "Your role may not view this record.", { policy: person.decision.policy });
    const now = deps.now();
    const inputs = inputsOf(person, now);
    const lists = banner === "whole" ? await rows(request, person, [{ section: "allergies", limit: 500 }, { section: "individual-requirements", limit: 20 }]) : [];
    const [allergies, needs] = lists;
    const part = allergies === undefined ? null : sectionPart(inputs, "allergies", allergies, "allergies");
    const context = contextOf(deps, deps.shell(request), person, inputs, { allergies: part === null ? null : { headline: part.headline, rows: severestFirst(part.rows.filter(rowIsCurrent)) }, needs: (needs?.entries ?? []).filter(isPositive) });
    return { person, inputs, context };
  }

  /** Rows of the sections that the reader may see; the others are not even asked for. */
  async function rows(request: FastifyRequest, person: OpenPerson, queries: readonly RowsQuery[]): Promise<readonly RowsPage[]> {
    const allowed = queries.filter(({ section }) => maySee(person.decision, section));
    const answers = allowed.length === 0 ? [] : await deps.rows(request, person, allowed);
    return queries.map((query) => answers[allowed.indexOf(query)] ?? { section: query.section, total: 0, entries: [], newest: null, heldBy: [], next: null });
  }

  /** What sources took back of these sections, while the region's rule says that a page tells of it. */
  const removals = (request: FastifyRequest, person: OpenPerson, sections: readonly SectionId[]): Promise<readonly Removal[]> => deps.removals(request, person, sections.filter((section) => maySee(person.decision, section)), removedSince(deps.now(), deps.removedShownDays));

  /** An item that is not there; where the page says what it was, that is on record like any other answer. */
  async function notThere(request: FastifyRequest, reply: FastifyReply, { person, context }: Opened, refusal: Refusal, itemId: string): Promise<FastifyReply> {
    const section = refusal.details?.["section"];
    if (refusal.kind !== "gone" || typeof section !== "string" || !isSectionId(section)) return refused(request, reply, refusal);
    context.shown.entry({ id: itemId, section });
    return leave(request, reply, statusOf(refusal), refusalPage(deps.shell(request), refusal), { ...context.shown.done(), action: "view", page: "removed-item", decision: person.decision, personIds: [person.decision.personId] });
  }

  /** Draws one record page, or says why not; a missing relationship leads to the page that asks for a reason. */
  async function record(request: FastifyRequest, reply: FastifyReply, personId: string, banner: "whole" | "without-lists", draw: (opened: Opened) => Promise<Handled>): Promise<FastifyReply> {
    const opened = await open(request, personId, banner);
    if (isRefusal(opened)) return opened.details?.["obligation"] === "reason-required" ? reply.redirect(`/person/${personId}/reason`, 303) : refused(request, reply, opened);
    const handled = await draw(opened);
    if ("refusal" in handled) return notThere(request, reply, opened, handled.refusal, handled.itemId ?? "");
    return leave(request, reply, 200, handled.page.html, {
      ...handled.page.shown,
      action: handled.action ?? "view",
      page: handled.name,
      decision: opened.person.decision,
      doubted: opened.person.doubted,
      personIds: [opened.person.decision.personId],
    });
  }

  type PersonRoute = { Params: { personId: string } };

  app.get<PersonRoute>("/person/:personId", async (request, reply) =>
    record(request, reply, request.params.personId, "without-lists", async ({ person, inputs, context }) => {
      const since = person.lastOpenedByOrganisation;
      const [pages, changed] = await Promise.all([
        rows(request, person, SUMMARY_SECTIONS),
        since === null ? [] : deps.changedSince(request, person, since, CHANGED_LIMIT),
      ]);
      const bySection = new Map<SectionId, SectionRows>(pages.map((page) => [page.section, page]));
      const summary = summaryOf({ ...inputs, rows: bySection, lastOpenedByOrganisation: since, changedSince: changed });
      return { page: summaryPage({ ...context, strip: summary.strip, banner: { allergies: null, needs: summary.needs } }, summary), name: "summary" };
    }),
  );

  app.get<PersonRoute>("/person/:personId/sources", async (request, reply) =>
    record(request, reply, request.params.personId, "whole", async ({ inputs, context }) => ({ page: sourcesPage(context, inputs), name: "sources" })),
  );

  app.get<PersonRoute>("/person/:personId/details", async (request, reply) =>
    record(request, reply, request.params.personId, "whole", async ({ person, inputs, context }) => {
      const [pages, removed, saidBefore] = await Promise.all([rows(request, person, [{ section: "person-demographics", limit: 100 }, { section: "gp-practice", limit: 50 }]), removals(request, person, ["person-demographics", "gp-practice"]), deps.saidBefore(request, person)]);
      return { page: detailsPage(context, inputs, pages, removed, saidBefore), name: "details" };
    }),
  );

  app.get<PersonRoute>("/person/:personId/access", async (request, reply) =>
    record(request, reply, request.params.personId, "whole", async ({ person, inputs, context }) => ({ page: accessPage(context, inputs, deps.howOpened(request, person)), name: "access" })),
  );

  printRoutes(app, deps, {
    open: (request, personId) => open(request, personId, "whole"),
    rows,
    refused: async (request, reply, personId, refusal) => (refusal.details?.["obligation"] === "reason-required" ? reply.redirect(`/person/${personId}/reason`, 303) : refused(request, reply, refusal)),
    leave,
  });

  app.get<PersonRoute>("/person/:personId/not-same", async (request, reply) =>
    record(request, reply, request.params.personId, "whole", async ({ inputs, context }) => ({ page: notSamePage(context, inputs), name: "not-same" })),
  );

  app.post<PersonRoute>("/person/:personId/not-same", async (request, reply) => {
    const opened = await open(request, request.params.personId, "without-lists");
    if (isRefusal(opened)) return refused(request, reply, opened);
    const { source, words } = (request.body ?? {}) as Record<string, unknown>;
    if (typeof source !== "string" || !isUuid(source)) return refused(request, reply, refuse("invalid", "pages.no-source-chosen", "Choose the source whose record is somebody else's."));
    const said = await deps.sayNotSame(request, opened.person, source, typeof words === "string" ? words.trim().slice(0, MOST_WORDS) : "");
    return isRefusal(said) ? refused(request, reply, said) : reply.redirect(`${opened.context.base}/details`, 303);
  });

  // -- an objection -----------------------------------------------------------

  app.get<PersonRoute & { Querystring: { item?: string } }>("/person/:personId/objection", async (request, reply) =>
    record(request, reply, request.params.personId, "whole", async ({ context }) => ({ page: lodgePage(context, deps.objectionForm, {}, itemOf(request.query.item), []), name: "objection" })),
  );

  app.post<PersonRoute>("/person/:personId/objection", async (request, reply) => {
    const opened = await open(request, request.params.personId, "whole");
    if (isRefusal(opened)) return opened.code === "access.reason-needed" ? reply.redirect(`/person/${request.params.personId}/reason`, 303) : refused(request, reply, opened);
    const fields = (request.body ?? {}) as Record<string, unknown>;
    const text = (name: string): string => (typeof fields[name] === "string" ? (fields[name] as string).trim() : "");
    const how = text("how");
    const asked = deps.objectionForm.read(fields);
    const faults = [
      ...(text("told") === "yes" ? [] : [{ field: "told", text: "Tell the person first what objecting means" }]),
      ...(asked.length > 0 ? [] : [{ field: "everything", text: "Say what the person objects to" }]),
      ...(text("words").length >= 5 ? [] : [{ field: "words", text: "Say why, in a few words" }]),
      ...(text("contact").length >= 3 ? [] : [{ field: "contact", text: "Say how the person can be reached" }]),
      ...(isIdentityCheck(how) ? [] : [{ field: "how", text: "Say whether you have checked who the person is" }]),
      ...(how === "not-checked" || text("seen").length >= 5 ? [] : [{ field: "seen", text: "Say what you have seen" }]),
    ];
    const again = (more: readonly { field: string; text: string }[]): Promise<FastifyReply> =>
      leave(request, reply, 400, lodgePage(opened.context, deps.objectionForm, fields, itemOf(fields["item"]), more).html, { ...opened.context.shown.done(), action: "view", page: "objection", decision: opened.person.decision, doubted: opened.person.doubted, personIds: [opened.person.decision.personId] });
    if (faults.length > 0 || !isIdentityCheck(how)) return again(faults);
    const identity = how === "not-checked" ? null : { how: IDENTITY_CHECKS[how], words: text("seen") };
    const lodged = await deps.lodgeObjection(request, opened.person, { asked, words: text("words").slice(0, 2000), contact: text("contact").slice(0, 200), doNotWrite: text("doNotWrite") === "yes", identity });
    if (isRefusal(lodged)) return refused(request, reply, lodged);
    return leave(request, reply, 200, lodgedPage(deps.shell(request), lodged.reference, identity !== null), null);
  });

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

  app.get<PersonRoute>("/person/:personId/results", async (request, reply) =>
    record(request, reply, request.params.personId, "whole", async ({ person, inputs, context }) => {
      const [[page], removed] = await Promise.all([rows(request, person, [{ section: "results", limit: RESULTS_LIMIT }]), removals(request, person, ["results"])]);
      return { page: resultsPage(context, inputs, page!, removed), name: "results" };
    }),
  );

  async function list(request: FastifyRequest, reply: FastifyReply, personId: string, category: Category): Promise<FastifyReply> {
    const before = (request.query as Record<string, unknown>)["before"];
    if (before !== undefined && (typeof before !== "string" || before.length > 300)) return refused(request, reply, refuse("invalid", "pages.bad-cursor", "The address does not name a page of this list."));
    return record(request, reply, personId, "whole", async ({ person, inputs, context }) => {
      const queries = category.sections.map((own) => ({ section: own.section, limit: limitOf(category, own), ...(own.types === undefined ? {} : { types: own.types }), ...(own.label === undefined ? {} : { label: own.label }), ...(before === undefined ? {} : { before }) }));
      const [pages, removed] = await Promise.all([rows(request, person, queries), removals(request, person, [...new Set(category.sections.map(({ section }) => section))])]);
      return { page: listPage(context, inputs, category, pages, removed, before !== undefined), name: category.slug };
    });
  }

  app.get<{ Params: { personId: string; slug: string } }>("/person/:personId/:slug", async (request, reply) => {
    const category = categoryOf(request.params.slug);
    if (category === null) return refused(request, reply, refuse("not-found", "pages.no-such-page", ""));
    return list(request, reply, request.params.personId, category);
  });

  app.get<{ Params: { personId: string; section: string } }>("/person/:personId/section/:section", async (request, reply) => {
    const { personId, section } = request.params;
    if (!isSectionId(section)) return refused(request, reply, refuse("not-found", "pages.no-such-section", ""));
    return list(request, reply, personId, categoryOfSection(section));
  });

  type ItemRoute = { Params: { personId: string; itemId: string } };

  app.get<ItemRoute>("/person/:personId/test/:itemId", async (request, reply) =>
    record(request, reply, request.params.personId, "whole", async ({ person, context }) => {
      if (!ID.test(request.params.itemId)) return { refusal: refuse("not-found", "pages.no-such-item", "") };
      const values = await deps.testValues(request, person, request.params.itemId, TEST_LIMIT);
      if (isRefusal(values)) return { refusal: values, itemId: request.params.itemId };
      if (!maySee(person.decision, values.entry.section)) return { refusal: refuse("not-found", "pages.no-such-item", "") };
      return { page: testPage(context, values), name: "test" };
    }),
  );

  app.get<ItemRoute>("/person/:personId/item/:itemId", async (request, reply) =>
    record(request, reply, request.params.personId, "whole", async ({ person, context }) => {
      const { itemId } = request.params;
      if (!ID.test(itemId)) return { refusal: refuse("not-found", "pages.no-such-item", "") };
      const item = await deps.item(request, person, itemId);
      if (isRefusal(item)) return { refusal: item, itemId };
      if (!maySee(person.decision, item.entry.section)) return { refusal: refuse("not-found", "pages.no-such-item", "") };
      const why = sensitiveWords(deps.sensitive, item.entry);
      if (why.length > 0 && !isConfirmed(request)) return { page: confirmPage(context, item.entry, why, `${context.base}/item/${itemId}?confirmed=yes`), name: "sensitive-entry" };
      const documents = await deps.documents(request, person, itemId);
      const expected = item.entry.section === "documents" || item.entry.line.mime !== undefined;
      const shown = isRefusal(documents) ? (expected ? documents.message : null) : await Promise.all(documents.map(async (document) => ({ document, view: await documentView(document) })));
      return { page: itemPage(context, item, shown), name: "item" };
    }),
  );

  app.get<ItemRoute & { Querystring: { part?: string; image?: string } }>("/person/:personId/item/:itemId/document", async (request, reply) => {
    const { personId, itemId } = request.params;
    if (!ID.test(itemId)) return refused(request, reply, refuse("not-found", "pages.no-such-item", ""));
    const opened = await open(request, personId, "without-lists");
    if (isRefusal(opened)) return opened.details?.["obligation"] === "reason-required" ? reply.redirect(`/person/${personId}/reason`, 303) : refused(request, reply, opened);
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
      .header("cross-origin-resource-policy", "same-origin")
      .header("x-content-type-options", "nosniff")
      .header("referrer-policy", "same-origin")
      .header("cache-control", "no-store")
      .send(bytes);
  });
}

/** The reader has been asked once more and went on. */
const isConfirmed = (request: FastifyRequest): boolean => (request.query as Record<string, unknown>)["confirmed"] === "yes";
/** The entry that a form about an objection was opened from. */
const itemOf = (text: unknown): string | null => (typeof text === "string" && /^[0-9a-f]{64}$/.test(text) ? text : null);

/** The browser's own viewer draws a PDF, which it refuses to do in a sandbox; nothing of the answer may load, run or post anything. */
const PDF_POLICY = "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'";
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

/** What the audit entry says of a page that shows few fields of several people. */
function several(action: Action, page: string, people: readonly { readonly personId: string }[]): AuditedAnswer {
  return { action, page, decision: null, personIds: people.map(({ personId }) => personId), sections: people.length === 0 ? [] : ["person-demographics"], entryIds: [], states: [] };
}
