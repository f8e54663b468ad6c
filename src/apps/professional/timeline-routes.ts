/** Route of the timeline: what is held, which period, what lies in it. */
import type { FastifyInstance } from "fastify";
import { LANES, LASTING_SECTIONS, MOST_ROWS, PARTS, sectionsHeld, TIMELINE_SECTIONS, timelineOf, type LaneId } from "#sections";
import type { ProfessionalDeps } from "./deps.ts";
import type { PersonRoute, RecordDoors } from "./doors.ts";
import { chosenSource, chosenSourcePatients, periodOf, readFilters } from "./filters.ts";
import { TIMELINE_PERIOD, timelinePage } from "./timeline-page.ts";

/** Rows of a section at a source that are read: enough to join what says the same, and to know that there are more than are told one by one. */
const ROWS = MOST_ROWS * 3;

export function timelineRoutes(app: FastifyInstance, deps: ProfessionalDeps, { record }: RecordDoors): void {
  app.get<PersonRoute>("/person/:personId/timeline", async (request, reply) =>
    record(request, reply, request.params.personId, "whole", async ({ person, inputs, context }) => {
      const filters = readFilters(request.query, LANES.map(({ id }) => id), TIMELINE_PERIOD);
      const lanes = filters.kind === null ? null : new Set([filters.kind as LaneId]);
      const sections = TIMELINE_SECTIONS.filter((section) => LANES.some((lane) => lane.sections.includes(section) && (lanes === null || lanes.has(lane.id))));
      const [held, inDoubt] = await Promise.all([deps.held(request, person, TIMELINE_SECTIONS), deps.heldInDoubt(request, person)]);
      const times = (pick: "first" | "last"): number[] => held.map((each) => each[pick]?.getTime()).filter((time) => time !== undefined);
      const [first, last] = [times("first"), times("last")];
      const { from, until } = periodOf(filters, context.now, first.length === 0 ? null : new Date(Math.min(...first)), last.length === 0 ? null : new Date(Math.max(...last)));
      const period = await deps.period(request, person, { sections, lasting: LASTING_SECTIONS, sourcePatientIds: chosenSourcePatients(filters, inputs), from, until, receivedAfter: filters.unread ? person.lastOpenedByOrganisation : null, parts: PARTS, limit: ROWS });
      const view = timelineOf(inputs, { held, period, from, until, lanes, organisationChosen: (organisation) => chosenSource(filters, inputs.sources.find((source) => source.organisation === organisation)) });
      return { page: timelinePage(context, inputs, view, filters, sectionsHeld(inDoubt)), name: "timeline" };
    }),
  );
}
