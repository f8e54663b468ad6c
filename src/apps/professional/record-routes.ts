/** Routes of the pages of one record: summary, lists, results, sources, details, why it is open, not the same person. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { isRefusal, isUuid, refuse } from "#platform";
import { summaryOf, SUMMARY_SECTIONS, type SectionRows } from "#sections";
import { isSectionId, type SectionId } from "#standards";
import { accessPage } from "./access-page.ts";
import { categoryOf, categoryOfSection, type Category } from "./categories.ts";
import type { ProfessionalDeps } from "./deps.ts";
import { detailsPage } from "./details-page.ts";
import type { PersonRoute, RecordDoors } from "./doors.ts";
import { limitOf, listPage } from "./list-page.ts";
import { MOST_WORDS, notSamePage } from "./not-same-page.ts";
import { RESULTS_LIMIT, resultsPage } from "./results-page.ts";
import { sourcesPage } from "./sources-page.ts";
import { summaryPage } from "./summary-page.ts";

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
}
