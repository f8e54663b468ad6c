/**
 * Routes of the professional's pages. Each walks the path of
 * `sections/journey.ts`: who, which person, may they, what is there, page,
 * audit entry, bytes. `doors.ts` has the one way out.
 */
import type { FastifyInstance } from "fastify";
import { isRefusal, refuse } from "#platform";
import type { ProfessionalDeps } from "./deps.ts";
import { documentsRoutes } from "./documents-routes.ts";
import { doorsOf } from "./doors.ts";
import { careRoutes } from "./care-routes.ts";
import { compareRoutes } from "./compare-routes.ts";
import { defectPage, refusalPage } from "./error-pages.ts";
import { findRoutes } from "./find-routes.ts";
import { itemRoutes } from "./item-routes.ts";
import { liveRoutes } from "./live-routes.ts";
import { objectionRoutes } from "./objection-routes.ts";
import { ownRecordRoutes } from "./own-record-routes.ts";
import { printRoutes } from "./print-routes.ts";
import { reasonRoutes } from "./reason-routes.ts";
import { queryRoutes } from "./query-routes.ts";
import { recordRoutes } from "./record-routes.ts";
import { referralRoutes } from "./referral-routes.ts";
import { resultsRoutes } from "./results-routes.ts";
import { searchRoutes } from "./search-routes.ts";
import { timelineRoutes } from "./timeline-routes.ts";

const FORM = "application/x-www-form-urlencoded";

/** Registers all routes; wants an instance of its own (`app.register`), since it sets an error handler. */
export function professionalPages(app: FastifyInstance, deps: ProfessionalDeps): void {
  const doors = doorsOf(deps);
  const { leave, refused } = doors;
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

  for (const routes of [findRoutes, reasonRoutes, printRoutes, objectionRoutes, itemRoutes, careRoutes, referralRoutes, liveRoutes, searchRoutes, timelineRoutes, documentsRoutes, resultsRoutes, compareRoutes, queryRoutes, ownRecordRoutes, recordRoutes]) routes(app, deps, doors);
}
