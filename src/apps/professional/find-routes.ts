/** Routes of the first page and of finding a person (journey J11). */
import type { FastifyInstance } from "fastify";
import { isRefusal } from "#platform";
import type { ProfessionalDeps } from "./deps.ts";
import { several, type RecordDoors } from "./doors.ts";
import { fieldsOf, readFind } from "./find-form.ts";
import { findPage, landingPage, NOT_ASKED } from "./find-page.ts";
import { choiceOf } from "./lists-page.ts";

/** Hits of find-a-person that are listed; one more is asked for to know whether there are more. */
const FIND_LIMIT = 20;

export function findRoutes(app: FastifyInstance, deps: ProfessionalDeps, { leave, refused }: RecordDoors): void {
  app.get("/", async (request, reply) => {
    const parts = deps.landing(request);
    const query = request.query as Readonly<Record<string, unknown>>;
    const kinds = parts.filter((part) => part === "wards" || part === "caseload");
    const [recent, ...asked] = await Promise.all([deps.recentPeople(request), ...kinds.map((kind) => deps.peopleList(request, kind, choiceOf(kind, query)))]);
    const lists = new Map(asked.flatMap((list) => (list === null ? [] : [[list.kind, list] as const])));
    const page = landingPage(deps.shell(request), parts, lists, recent, deps.now());
    const shown = [...new Map([...recent, ...[...lists.values()].flatMap(({ people }) => people)].map((person) => [person.personId, person])).values()];
    return leave(request, reply, 200, page, shown.length === 0 ? null : several("view", lists.size === 0 ? "recent" : "my-lists", shown));
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
}
