/** Routes of results and measurements over time: by test, one test, its values as a file. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { may, maySee } from "#decision";
import { isRefusal, refuse, type Refusal } from "#platform";
import type { Entry } from "#record";
import { isPositive, sinceOf } from "#sections";
import type { OpenPerson, PrintReason, ProfessionalDeps } from "./deps.ts";
import type { PersonRoute, RecordDoors } from "./doors.ts";
import { readResultsOrder, REQUESTS_LIMIT, RESULTS_LIMIT, resultsPage, type SeriesSection } from "./results-page.ts";
import { FILE_LIMIT, readTrendPeriod, TEST_LIMIT, testPage, valuesFile } from "./test-page.ts";

/** What these pages need beside the rows of the record. */
export type ResultsDeps = {
  /** What these entries said before, by id; of those that a source has never changed, nothing. */
  readonly earlier: (request: FastifyRequest, person: OpenPerson, entries: readonly Entry[]) => Promise<ReadonlyMap<string, readonly Entry[]>>;
  readonly testValues: (request: FastifyRequest, person: OpenPerson, itemId: string, limit: number) => Promise<TestValues | Refusal>;
};

/** All values of the test that one entry belongs to (any code of its analyte, the same code and system, or the same words where it has none), newest first. */
export type TestValues = {
  readonly entry: Entry;
  readonly entries: readonly Entry[];
  readonly total: number;
  /** What entries said before they were changed, by id, newest first. */
  readonly earlier: ReadonlyMap<string, readonly Entry[]>;
};

const ID = /^[A-Za-z0-9.-]{1,128}$/;
type ItemRoute = { Params: { personId: string; itemId: string } };

export function resultsRoutes(app: FastifyInstance, deps: ProfessionalDeps, { open, notOpened, rows, removals, record, notThere, refused }: RecordDoors): void {
  const series = (section: SeriesSection) => async (request: FastifyRequest<PersonRoute>, reply: FastifyReply): Promise<FastifyReply> =>
    record(request, reply, request.params.personId, "whole", async ({ person, inputs, context }) => {
      const asksFor = section === "results" && maySee(person.decision, "requests") && maySee(person.decision, "results");
      const beside = section === "examinations" ? { section: "assessments" as const, limit: RESULTS_LIMIT, types: ["Observation"] } : { section: "requests" as const, limit: REQUESTS_LIMIT };
      const [[page, other], removed] = await Promise.all([rows(request, person, [{ section, limit: RESULTS_LIMIT }, beside]), removals(request, person, [section])]);
      const earlier = await deps.earlier(request, person, page!.entries);
      return { page: resultsPage(context, inputs, section, { page: page!, earlier, scores: section === "examinations" ? other!.entries.filter(isPositive) : [], requests: asksFor ? other! : null, removals: removed }, readResultsOrder(request.query)), name: section === "results" ? "results" : "observations" };
    });
  app.get<PersonRoute>("/person/:personId/results", series("results"));
  app.get<PersonRoute>("/person/:personId/observations", series("examinations"));

  /** The values, or why there are none for this reader. */
  async function valuesOf(request: FastifyRequest<ItemRoute>, person: OpenPerson, limit: number): Promise<TestValues | Refusal> {
    if (!ID.test(request.params.itemId)) return refuse("not-found", "pages.no-such-item", "");
    const values = await deps.testValues(request, person, request.params.itemId, limit);
    return isRefusal(values) || maySee(person.decision, values.entry.section) ? values : refuse("not-found", "pages.no-such-item", "");
  }

  app.get<ItemRoute>("/person/:personId/test/:itemId", async (request, reply) =>
    record(request, reply, request.params.personId, "whole", async ({ person, inputs, context }) => {
      const values = await valuesOf(request, person, TEST_LIMIT);
      if (isRefusal(values)) return { refusal: values, itemId: request.params.itemId };
      return { page: testPage(context, inputs, values, readTrendPeriod(request.query, values.entries, context.now), deps.printReasons), name: "test" };
    }),
  );

  app.post<ItemRoute>("/person/:personId/test/:itemId/values", async (request, reply) => {
    const opened = await open(request, request.params.personId, "without-lists");
    if (isRefusal(opened)) return notOpened(request, reply, request.params.personId, opened);
    const { person, context } = opened;
    const values = await valuesOf(request, person, FILE_LIMIT);
    if (isRefusal(values)) return notThere(request, reply, opened, values, request.params.itemId);
    if (!may(person.decision, "download")) return refused(request, reply, refuse("forbidden", "pages.may-not-download", "Your role or your organisation may not download from this record.", { policy: person.decision.policy }));
    const reason = readReason(request.body, deps.printReasons);
    if (reason === null) return refused(request, reply, refuse("invalid", "pages.no-reason", "Say what the values are downloaded for."));
    const bytes = Buffer.from(valuesFile(context, values.entries, sinceOf(readTrendPeriod(request.body, values.entries, context.now), context.now)));
    await deps.audited(request, { ...context.shown.done(), action: "download", page: "test-values", decision: person.decision, doubted: person.doubted, personIds: [person.decision.personId], reason }, bytes);
    return reply.code(200).type("text/csv; charset=utf-8").header("content-disposition", 'attachment; filename="values.csv"').header("x-content-type-options", "nosniff").header("referrer-policy", "same-origin").header("cache-control", "no-store").send(bytes);
  });
}

/** The reason in words, as print and download keep it. */
function readReason(body: unknown, reasons: readonly PrintReason[]): string | null {
  const { reason, words } = (body ?? {}) as Record<string, unknown>;
  const given = reasons.find(({ id }) => id === reason);
  return given === undefined ? null : [given.words, typeof words === "string" ? words.trim().slice(0, 200) : ""].filter((part) => part !== "").join(": ");
}
