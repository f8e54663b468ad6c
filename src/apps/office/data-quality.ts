/** Routes of data quality, for the officers of the organisation that owns a feed; the administrator sees all feeds. No person data on them. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Access } from "#access";
import { NOBODY, type AuditWriter } from "#audit";
import { closeIssues, readByDimension, readByRule, readIssue, readOpenIssues, ruleOf, type IssueCursor, type OpenIssue } from "#data-quality";
import type { Actor } from "#decision";
import { readReceived } from "#feeds";
import type { Feed, Region } from "#governance";
import { CONTENT_SECURITY_POLICY, html, isCsrfToken, isRefusal, isUuid, layout, render, uuidv7, type Clock, type Html, type Pool, type Session, type Shell } from "#platform";
import { acceptHref, actorOf, mustAccept } from "../sign-in/index.ts";
import { issuePage, qualityPage } from "./data-quality-page.ts";

export type QualityDeps = { region: Region; access: Access; clock: Clock; pages: Pool; /** Closes issues. */ intake: Pool; audit: AuditWriter; session(request: FastifyRequest): Promise<Session | null>; shell(session: Session): Shell };

type Officer = { session: Session; actor: Actor; feeds: readonly Feed[]; ids: readonly string[] };

const OWN = "data-quality-officer";
const ALL = "system-administrator";
const PAGE = 50;
const WORST = 20;
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

export function dataQualityOffice(app: FastifyInstance, deps: QualityDeps): void {
  if (!app.hasContentTypeParser("application/x-www-form-urlencoded")) {
    app.addContentTypeParser("application/x-www-form-urlencoded", { parseAs: "string", bodyLimit: 20_000 }, (_request, body, done) => done(null, Object.fromEntries(new URLSearchParams(String(body)))));
  }
  const send = (reply: FastifyReply, status: number, session: Session, title: string, main: Html): FastifyReply =>
    reply.code(status).type("text/html; charset=utf-8").header("content-security-policy", CONTENT_SECURITY_POLICY).header("cache-control", "no-store").header("referrer-policy", "same-origin").send(render(layout(deps.shell(session), { title, main, wide: true })));

  /** The officer with the feeds that are theirs, or `null` where the answer has been sent. Training, confidentiality and agreements bar here as everywhere. */
  const enter = async (request: FastifyRequest, reply: FastifyReply): Promise<Officer | null> => {
    const session = await deps.session(request);
    const actor = session && actorOf(session);
    if (session === null || actor === null) {
      reply.redirect(session === null ? `/sign-in?return=${encodeURIComponent(request.method === "GET" ? request.url : "/office/data-quality")}` : "/sign-in/role", 303);
      return null;
    }
    if (actor.role !== OWN && actor.role !== ALL) {
      send(reply, 403, session, "Not for your role", html`<h1 class="h1">Not for your role</h1><p>Data quality is for data quality officers and administrators. Your role is ${actor.roleName}.</p><p><a href="/">Back</a></p>`);
      return null;
    }
    if (mustAccept(deps.region, session, deps.clock.now())) {
      reply.redirect(acceptHref(request, "/office/data-quality"), 303);
      return null;
    }
    const permission = deps.access.mayOpenSearch({ actor, purpose: "administration", assurance: session.assurance }, deps.clock.now());
    // That a role may not look for persons is no bar: nobody is looked for.
    if (isRefusal(permission) && permission.code !== "access.may-not-find") {
      await deps.audit.write({ ...act(request, actor), action: "refused", outcome: "refused", reason: null, policy: permission.code, shown: { page: "data quality" } });
      send(reply, 403, session, "Not open to you", html`<h1 class="h1">Not open to you</h1><p>${permission.message}</p><p><a href="/">Back</a></p>`);
      return null;
    }
    const feeds = actor.role === ALL ? deps.region.feeds : deps.region.feedsOf(actor.organisation);
    return { session, actor, feeds, ids: feeds.map(({ id }) => id) };
  };

  app.get<{ Querystring: Record<string, unknown> }>("/office/data-quality", async (request, reply) => {
    const officer = await enter(request, reply);
    if (officer === null) return reply;
    const rule = typeof request.query["rule"] === "string" && ruleOf(request.query["rule"]) !== undefined ? request.query["rule"] : null;
    const after = cursorOf(request.query["after"]);
    const now = deps.clock.now().getTime();
    // Whole hours, as messages are counted by.
    const since = (back: number): Date => new Date(Math.floor((now - back) / HOUR) * HOUR);
    const [received, byDimension, worst, { issues, total }] = await Promise.all([
      readReceived(deps.pages, officer.ids, since(DAY), since(7 * DAY)),
      readByDimension(deps.pages, officer.ids, since(DAY), since(7 * DAY)),
      readByRule(deps.pages, officer.ids, since(7 * DAY), since(14 * DAY), WORST),
      readOpenIssues(deps.pages, officer.ids, { limit: PAGE + 1, ...(rule !== null && { rule }), ...(after && { after }) }),
    ]);
    const shown = issues.slice(0, PAGE);
    const feeds = officer.feeds.map((feed) => ({ feed, since: received.get(feed.id)?.since ?? 0, longer: received.get(feed.id)?.longer ?? 0 }));
    return send(reply, 200, officer.session, "Data quality", qualityPage({ region: deps.region, feeds, byDimension, worst, issues: shown, total, rule, next: issues.length > PAGE ? shown.at(-1)! : null }));
  });

  type IssueRoute = { Params: { feed: string; messageId: string; rule: string }; Body: Record<string, unknown> | null };

  app.get<IssueRoute>("/office/data-quality/issue/:feed/:messageId/:rule", async (request, reply) => {
    const opened = await open(request, reply);
    return opened === null ? reply : send(reply, 200, opened.officer.session, "Close an issue", issuePage(opened.issue, csrfOf(deps.shell(opened.officer.session)), null));
  });

  app.post<IssueRoute>("/office/data-quality/issue/:feed/:messageId/:rule", async (request, reply) => {
    const opened = await open(request, reply);
    if (opened === null) return reply;
    const { officer, issue } = opened;
    const { feed, messageId, rule } = issue;
    const fault = (words: string): FastifyReply => send(reply, 400, officer.session, "Error: close an issue", issuePage(issue, csrfOf(deps.shell(officer.session)), words));
    if (!isCsrfToken(officer.session, request.body?.["_csrf"])) return fault("This form is out of date. Try again.");
    const reason = String(request.body?.["reason"] ?? "").trim().slice(0, 500);
    if (reason.length < 5) return fault("Say what was done about it, or why nothing needs to be.");
    const which = request.body?.["which"] === "all" ? "all of the rule" : "one";
    const closed = await closeIssues(deps.intake, issue, which, officer.actor.id, reason, deps.clock.now());
    await deps.audit.write({ ...act(request, officer.actor), action: "write", outcome: "allowed", reason, policy: "data quality office", shown: { what: "issues closed", feed, rule, message: messageId, closed } });
    return reply.header("cache-control", "no-store").redirect("/office/data-quality#issues", 303);
  });

  /** The officer and an open issue of theirs, or `null` where the answer has been sent. */
  async function open(request: FastifyRequest<IssueRoute>, reply: FastifyReply): Promise<{ officer: Officer; issue: OpenIssue } | null> {
    const officer = await enter(request, reply);
    if (officer === null) return null;
    const { feed, messageId, rule } = request.params;
    const issue = await readIssue(deps.pages, officer.ids, feed, messageId, rule);
    if (!isRefusal(issue)) return { officer, issue };
    send(reply, issue.kind === "conflict" ? 409 : 404, officer.session, "Not found", html`<h1 class="h1">Not found</h1><p>${issue.message}</p><p><a href="/office/data-quality">Data quality</a></p>`);
    return null;
  }
}

const csrfOf = (shell: Shell): string => shell.csrf ?? "";

const act = (request: FastifyRequest, actor: Actor): { personId: string; actor: Actor; purpose: string; relationship: string; route: string; requestId: string; sourcePatients: readonly string[] } => ({
  personId: NOBODY, actor, purpose: "administration", relationship: "none", route: `${request.method} ${request.routeOptions.url ?? "unknown"}`, requestId: uuidv7(), sourcePatients: [],
});

/** `2026-11-21T22:53:00.123Z_<message id>_<rule>`: where the next page begins. */
function cursorOf(text: unknown): IssueCursor | undefined {
  const [received = "", messageId = "", rule = ""] = typeof text === "string" ? text.split("_") : [];
  return Number.isNaN(Date.parse(received)) || !isUuid(messageId) || ruleOf(rule) === undefined ? undefined : { received: new Date(received), messageId, rule };
}
