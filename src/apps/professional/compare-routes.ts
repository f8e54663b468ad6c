/** The route of comparing medicines. */
import type { FastifyInstance } from "fastify";
import type { ProfessionalDeps } from "./deps.ts";
import { COMPARE_LIMIT, comparePage, readChosen } from "./compare-page.ts";
import type { PersonRoute, RecordDoors } from "./doors.ts";

export function compareRoutes(app: FastifyInstance, _deps: ProfessionalDeps, { rows, record }: RecordDoors): void {
  app.get<PersonRoute>("/person/:personId/medicines/compare", async (request, reply) =>
    record(request, reply, request.params.personId, "whole", async ({ person, inputs, context }) => {
      const [page] = await rows(request, person, [{ section: "medicines", limit: COMPARE_LIMIT, current: true }]);
      return { page: comparePage(context, inputs, page!, readChosen(request.query)), name: "compare-medicines" };
    }),
  );
}
