/** Routes of queries: what readers said is wrong with an organisation's data, for its data quality officers; the administrator sees all. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { answerQuery, isQueryAnswer, QUERY_WORDS, readQueriesFor, readQuery, type Query } from "#data-quality";
import { readPersonsOf, readProtectedPersons, readSourcePatients, sourcePatientsNamed } from "#identity";
import { html, isCsrfToken, isRefusal, uuidv7 } from "#platform";
import { readStoredOfMessage } from "#record";
import { acceptForms, enterOffice, reasonOf, routeOf, send, type Entered, type Form, type Office, type OfficeDeps } from "./officer.ts";
import { queriesPage, queryDetailPage, type OpenedQuery } from "./queries-page.ts";

type Right = { readonly ownOnly: boolean };
const ROLES: Readonly<Record<string, Right>> = { "data-quality-officer": { ownOnly: true }, "system-administrator": { ownOnly: false } };
const OFFICE: Office<Right> = { home: "/office/queries", page: "queries", isFor: "Queries of data are for data quality officers and administrators.", rightOf: (actor) => ROLES[actor.role], purposeOf: () => "administration" };
/** Queries on one page; those that wait longest come first. */
const MOST = 200;

type QueryRoute = { Params: { sourcePatientId: string; queryId: string }; Body: Form };

export function queriesOffice(app: FastifyInstance, deps: OfficeDeps): void {
  acceptForms(app, 20_000);
  const enter = (request: FastifyRequest, reply: FastifyReply): Promise<Entered<Right> | null> => enterOffice(deps, OFFICE, request, reply);
  const owners = ({ right, actor }: Entered<Right>): readonly string[] | null => (right.ownOnly ? [actor.organisation] : null);

  app.get("/office/queries", async (request, reply) => {
    const officer = await enter(request, reply);
    if (officer === null) return reply;
    const { queries, open } = await readQueriesFor(deps.intake, owners(officer), MOST);
    return send(reply, 200, officer.shell, "Queries", queriesPage({ region: deps.region, queries, open, isWholeRegion: !officer.right.ownOnly }));
  });

  app.get<QueryRoute>("/office/queries/:sourcePatientId/:queryId", async (request, reply) => {
    const at = await find(request, reply);
    return at === null ? reply : send(reply, 200, at.officer.shell, "A query", queryDetailPage({ region: deps.region, shell: at.officer.shell, query: at.query, opened: null, reason: "", fault: null }));
  });

  // What was said of a person's entry is that person's data: opened for a reason, and on record before it leaves.
  app.post<QueryRoute>("/office/queries/:sourcePatientId/:queryId", async (request, reply) => {
    const at = await find(request, reply);
    if (at === null) return reply;
    const { officer, query } = at;
    const reason = reasonOf(request.body);
    if (!isCsrfToken(officer.session, request.body?.["_csrf"]) || reason === null) return send(reply, 400, officer.shell, "Error: a query", queryDetailPage({ region: deps.region, shell: officer.shell, query, opened: null, reason: "", fault: { field: "reason", text: reason === null ? "Say why you open it, in a few words." : "This form is out of date. Try again." } }));
    const opened = await open(query);
    await audit(request, officer, query, "query-read", reason, { withheld: opened.isClosed });
    return send(reply, 200, officer.shell, "A query", queryDetailPage({ region: deps.region, shell: officer.shell, query, opened, reason, fault: null }));
  });

  app.post<QueryRoute>("/office/queries/:sourcePatientId/:queryId/answer", async (request, reply) => {
    const at = await find(request, reply);
    if (at === null) return reply;
    const { officer, query } = at;
    const { answer, _csrf } = request.body ?? {};
    const words = (request.body?.["words"] ?? "").trim().slice(0, QUERY_WORDS.most);
    const fault = !isCsrfToken(officer.session, _csrf) ? { field: "answer", text: "This form is out of date. Try again." } : !isQueryAnswer(answer) ? { field: "answer", text: "Choose an answer." } : words.length < QUERY_WORDS.least ? { field: "words", text: "Say what was found, in a few words." } : null;
    const reason = (request.body?.["reason"] ?? "").slice(0, 500);
    if (fault !== null || !isQueryAnswer(answer)) {
      // The form stood on an opened query; it is opened again only for the reason that was given then.
      const opened = reason.length < 5 ? null : await open(query);
      if (opened !== null) await audit(request, officer, query, "query-read", reason, { withheld: opened.isClosed });
      return send(reply, 400, officer.shell, "Error: a query", queryDetailPage({ region: deps.region, shell: officer.shell, query, opened, reason, fault }));
    }
    const done = await answerQuery(deps.intake, query, { answer, words, by: { id: officer.actor.id, name: officer.actor.name, organisation: officer.actor.organisation }, at: deps.clock.now() });
    if (isRefusal(done)) return send(reply, 409, officer.shell, "Not done", html`<h1 class="h1">Not done</h1><p>${done.message}</p><p><a href="/office/queries">Queries</a></p>`);
    await audit(request, officer, query, "query-answered", words, { answer });
    return reply.header("cache-control", "no-store").redirect("/office/queries", 303);
  });

  /** The officer and a query of theirs, or `null` where the answer has been sent. */
  async function find(request: FastifyRequest<QueryRoute>, reply: FastifyReply): Promise<{ officer: Entered<Right>; query: Query } | null> {
    const officer = await enter(request, reply);
    if (officer === null) return null;
    const query = await readQuery(deps.intake, owners(officer), request.params.sourcePatientId, request.params.queryId);
    if (!isRefusal(query)) return { officer, query };
    send(reply, 404, officer.shell, "Not found", html`<h1 class="h1">Not found</h1><p>${query.message}</p><p><a href="/office/queries">Queries</a></p>`);
    return null;
  }

  /** What the officer needs to find the entry at the source; nothing of it where the person's whereabouts are protected or the identity is a former one, as with messages. */
  async function open(query: Query): Promise<OpenedQuery> {
    const [home] = await readSourcePatients(deps.pages, [query.sourcePatientId]);
    const personId = (await readPersonsOf(deps.pages, [query.sourcePatientId])).get(query.sourcePatientId);
    const [named, isProtected] = await Promise.all([
      home === undefined ? [] : sourcePatientsNamed(deps.search, home.organisation, [home.localId], []),
      personId === undefined ? false : readProtectedPersons(deps.search, [personId]).then((found) => found.has(personId)),
    ]);
    if (home === undefined || isProtected || named.some((each) => each.isSealed && each.sourcePatientId === query.sourcePatientId)) return { isClosed: true };
    const stored = await readStoredOfMessage(deps.intake, [query.sourcePatientId], query.feed, [query.messageId]);
    return { isClosed: false, localId: home.localId, display: stored.find((each) => each.id === query.entryId)?.display ?? null };
  }

  async function audit(request: FastifyRequest, { actor }: Entered<Right>, query: Query, action: "query-read" | "query-answered", reason: string, shown: Readonly<Record<string, unknown>>): Promise<void> {
    const personId = (await readPersonsOf(deps.pages, [query.sourcePatientId])).get(query.sourcePatientId)!;
    await deps.audit.write({ personId, actor, purpose: "administration", action, outcome: "allowed", relationship: `${actor.roleName} of the source`, reason, policy: "queries of data", route: routeOf(request), requestId: uuidv7(), sourcePatients: [query.sourcePatientId], shown: { query: query.queryId, section: query.section, kind: query.kind, ...shown } });
  }
}
