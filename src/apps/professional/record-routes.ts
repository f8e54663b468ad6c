/** Routes of the pages of one record: summary, lists, sources, details, why it is open, not the same person. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { maySee } from "#decision";
import { isRefusal, isUuid, refuse } from "#platform";
import { summaryOf, SUMMARY_SECTIONS, type SectionRows } from "#sections";
import { isSectionId, SECTIONS, type SectionId } from "#standards";
import { accessPage } from "./access-page.ts";
import { categoryOf, categoryOfSection, type Category } from "./categories.ts";
import type { ProfessionalDeps } from "./deps.ts";
import { changedPage, PERIODS } from "./changed-page.ts";
import { detailsPage } from "./details-page.ts";
import type { PersonRoute, RecordDoors } from "./doors.ts";
import { personLead, personSections } from "./lead.ts";
import { limitOf, listPage } from "./list-page.ts";
import { MOST_WORDS, notSamePage } from "./not-same-page.ts";
import { sourcesPage } from "./sources-page.ts";
import { summaryPage } from "./summary-page.ts";

/** Rows of a section that are read to know its state at each source; counts come without them. */
const COVERAGE_LIMIT = 20;
/** Statements of the person that stand above lists of care. */
const LEAD_LIMIT = 8;
/** New rows that "what changed" counts at most. */
const CHANGED_LIMIT = 500;

export function recordRoutes(app: FastifyInstance, deps: ProfessionalDeps, { open, notOpened, rows, removals, record, refused }: RecordDoors): void {
  app.get<PersonRoute>("/person/:personId", async (request, reply) =>
    record(request, reply, request.params.personId, "without-lists", async ({ person, inputs, context }) => {
      const since = person.lastOpenedByOrganisation;
      const [pages, changed] = await Promise.all([
        rows(request, person, SUMMARY_SECTIONS),
        since === null ? [] : deps.changedSince(request, person, since, CHANGED_LIMIT),
      ]);
      const bySection = new Map<SectionId, SectionRows>(pages.map((page) => [page.section, page]));
      const summary = summaryOf({ ...inputs, rows: bySection, lastOpenedByOrganisation: since, changedSince: changed, view: deps.summaryView(person.decision.actor.role) });
      return { page: summaryPage({ ...context, strip: summary.strip, banner: { allergies: null, needs: summary.needs } }, summary), name: "summary" };
    }, SUMMARY_SECTIONS),
  );

  app.get<PersonRoute & { Querystring: { since?: string } }>("/person/:personId/changed", async (request, reply) => {
    const period = PERIODS.find(({ id }) => id === request.query.since);
    return record(request, reply, request.params.personId, "whole", async ({ person, context }) => {
      const since = period === undefined ? person.lastOpenedByOrganisation : new Date(deps.now().getTime() - period.days * 86_400_000);
      const [entries, removed] = since === null ? [[], []] : await Promise.all([deps.changedSince(request, person, since, CHANGED_LIMIT), deps.removals(request, person, SECTIONS.map(({ id }) => id).filter((id) => maySee(person.decision, id)), since)]);
      return { page: changedPage(context, { period: period?.id ?? "last", since, entries: entries.filter(({ section }) => maySee(person.decision, section)), limit: CHANGED_LIMIT, removals: removed }), name: "changed" };
    });
  });

  app.get<PersonRoute>("/person/:personId/sources", async (request, reply) =>
    record(request, reply, request.params.personId, "whole", async ({ person, inputs, context }) => {
      // Allergies whole, since what a source asserts of none may lie behind what it lists.
      const pages = await rows(request, person, SECTIONS.map(({ id }) => ({ section: id, limit: id === "allergies" ? 500 : COVERAGE_LIMIT })));
      return { page: sourcesPage(context, inputs, new Map(pages.map((page) => [page.section, page]))), name: "sources" };
    }),
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

  app.get<PersonRoute>("/person/:personId/not-same", async (request, reply) =>
    record(request, reply, request.params.personId, "whole", async ({ inputs, context }) => ({ page: notSamePage(context, inputs), name: "not-same" })),
  );

  app.post<PersonRoute>("/person/:personId/not-same", async (request, reply) => {
    const opened = await open(request, request.params.personId, "without-lists");
    if (isRefusal(opened)) return notOpened(request, reply, request.params.personId, opened);
    const { source, words } = (request.body ?? {}) as Record<string, unknown>;
    if (typeof source !== "string" || !isUuid(source)) return refused(request, reply, refuse("invalid", "pages.no-source-chosen", "Choose the source whose record is somebody else's."));
    const said = await deps.sayNotSame(request, opened.person, source, typeof words === "string" ? words.trim().slice(0, MOST_WORDS) : "");
    return isRefusal(said) ? refused(request, reply, said) : reply.redirect(`${opened.context.base}/details`, 303);
  });

  async function list(request: FastifyRequest, reply: FastifyReply, personId: string, category: Category): Promise<FastifyReply> {
    const before = (request.query as Record<string, unknown>)["before"];
    if (before !== undefined && (typeof before !== "string" || before.length > 300)) return refused(request, reply, refuse("invalid", "pages.bad-cursor", "The address does not name a page of this list."));
    const queries = category.sections.map((own) => ({ section: own.section, limit: limitOf(category, own), ...(own.types === undefined ? {} : { types: own.types }), ...(own.label === undefined ? {} : { label: own.label }), ...(before === undefined ? {} : { before }) }));
    const leads = personSections(category.slug).map(({ section, types }) => ({ section, limit: LEAD_LIMIT, ...(types === undefined ? {} : { types }) }));
    return record(request, reply, personId, "whole", async ({ person, inputs, context }) => {
      const [pages, leading, removed] = await Promise.all([rows(request, person, queries), rows(request, person, leads), removals(request, person, [...new Set(category.sections.map(({ section }) => section))])]);
      return { page: listPage(context, inputs, category, pages, removed, before !== undefined, personLead(context, category.slug, leading)), name: category.slug };
    }, [...queries, ...leads]);
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
}
