/** How somebody comes into an office; who stands at that of feeds, and which feeds are theirs: the data quality officer's own organisation's, the administrator's all. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Access } from "#access";
import { NOBODY, type AuditAction, type AuditWriter } from "#audit";
import type { Actor, Purpose } from "#decision";
import type { Feed, Region } from "#governance";
import { CONTENT_SECURITY_POLICY, html, isRefusal, layout, render, uuidv7, type Clock, type Content, type Pool, type Session, type Shell } from "#platform";
import { acceptHref, actorOf, mustAccept, signedInLately, signInAgain } from "../sign-in/index.ts";

export type OfficeDeps = {
  region: Region;
  access: Access;
  clock: Clock;
  pages: Pool;
  search: Pool;
  /** Reads the bytes of messages and takes them up again; writes links, their journal and decisions. */
  intake: Pool;
  audit: AuditWriter;
  session(request: FastifyRequest): Promise<Session | null>;
  shell(session: Session): Shell;
};

export type Officer = {
  session: Session;
  actor: Actor;
  shell: Shell;
  purpose: "administration" | "audit";
  /** May put right, replay and close; who only reads may not. */
  mayAct: boolean;
  /** Feeds whose messages and findings this officer reads; `undefined`: of all, and of senders that no feed names. */
  feeds: readonly string[] | undefined;
};

const ROLES: Readonly<Record<string, Pick<Officer, "purpose" | "mayAct"> & { ownOnly: boolean }>> = {
  "data-quality-officer": { purpose: "administration", mayAct: true, ownOnly: true },
  "system-administrator": { purpose: "administration", mayAct: true, ownOnly: false },
  "privacy-officer": { purpose: "audit", mayAct: false, ownOnly: true },
};

/** Which office somebody comes to: its first page, its name in the audit, who it is for, and what for. */
export type Office<Right> = { readonly home: string; readonly page: string; readonly isFor: string; rightOf(actor: Actor): Right | undefined; purposeOf(right: Right): Purpose; /** No person's data stands in it: that the organisation views no records is no bar. */ readonly holdsNoPerson?: boolean };
export type Entered<Right> = { session: Session; actor: Actor; shell: Shell; right: Right };

/**
 * Who comes into an office, or `null` where the answer has been sent: the way in,
 * or why not. The gate's policies on training, confidentiality and agreements hold
 * here too; that a role may not look for persons is no bar, since nobody is looked for.
 */
export async function enterOffice<Right>(deps: OfficeDeps, office: Office<Right>, request: FastifyRequest, reply: FastifyReply): Promise<Entered<Right> | null> {
  const session = await deps.session(request);
  const actor = session && actorOf(session);
  if (session === null || actor === null) {
    reply.redirect(session === null ? `/sign-in?return=${encodeURIComponent(request.method === "GET" ? request.url : office.home)}` : "/sign-in/role", 303);
    return null;
  }
  const shell = deps.shell(session);
  const right = office.rightOf(actor);
  if (right === undefined) {
    send(reply, 403, shell, "Not for your role", html`<h1 class="h1">Not for your role</h1><p>${office.isFor} Your role is ${actor.roleName}.</p><p><a href="/">Back</a></p>`);
    return null;
  }
  if (mustAccept(deps.region, session, deps.clock.now())) {
    reply.redirect(acceptHref(request, office.home), 303);
    return null;
  }
  // An office is entered by who has just shown who they are, not by a screen that was left open.
  if (!signedInLately(session, deps.region.rules.stepUp.officeMinutes, deps.clock.now())) {
    reply.redirect(signInAgain(session, request.method === "GET" ? request.url : office.home), 303);
    return null;
  }
  const purpose = office.purposeOf(right);
  const permission = deps.access.mayOpenSearch({ actor, purpose, assurance: session.assurance }, deps.clock.now());
  if (isRefusal(permission) && permission.code !== "access.may-not-find" && !(office.holdsNoPerson === true && permission.code === "access.organisation-may-not-view")) {
    await deps.audit.write({ personId: NOBODY, actor, purpose, action: "refused", outcome: "refused", relationship: "none", reason: null, policy: permission.code, route: routeOf(request), requestId: uuidv7(), sourcePatients: [], shown: { page: office.page } });
    send(reply, 403, shell, "Not open to you", html`<h1 class="h1">Not open to you</h1><p>${permission.message}</p><p><a href="/">Back</a></p>`);
    return null;
  }
  return { session, actor, shell, right };
}

const FEED_OFFICE: Office<(typeof ROLES)[string]> = { home: "/office/feeds", page: "feed office", isFor: "Feeds and quarantine are for operations, data quality and privacy roles.", rightOf: (actor) => ROLES[actor.role], purposeOf: ({ purpose }) => purpose };

/** The officer of feeds, or `null` where the answer has been sent. */
export async function enter(deps: OfficeDeps, request: FastifyRequest, reply: FastifyReply): Promise<Officer | null> {
  const entered = await enterOffice(deps, FEED_OFFICE, request, reply);
  if (entered === null) return null;
  const { right: { purpose, mayAct, ownOnly }, ...who } = entered;
  return { ...who, purpose, mayAct, feeds: ownOnly ? deps.region.feedsOf(who.actor.organisation).map(({ id }) => id) : undefined };
}

/** Whether a feed's messages are this officer's. */
export const isTheirs = (officer: Officer, feed: string): boolean => officer.feeds === undefined || officer.feeds.includes(feed);

export const routeOf = (request: FastifyRequest): string => `${request.method} ${request.routeOptions.url ?? "unknown"}`;

/** Keeps an act of an officer for each person whose data the message holds, and once where it names nobody known; durable when it resolves. */
export async function auditAct(deps: OfficeDeps, request: FastifyRequest, officer: Officer, action: AuditAction, reason: string, concerned: readonly { personId: string; sourcePatientId: string }[], shown: Readonly<Record<string, unknown>>): Promise<void> {
  const about = Map.groupBy(concerned, ({ personId }) => personId);
  if (about.size === 0) about.set(NOBODY, []);
  const requestId = uuidv7();
  await Promise.all([...about].map(([personId, sources]) => deps.audit.write({
    personId, actor: officer.actor, purpose: officer.purpose, action, outcome: "allowed", relationship: `${officer.actor.roleName} of the feed`, reason, policy: "feed office", route: routeOf(request), requestId,
    sourcePatients: sources.map(({ sourcePatientId }) => sourcePatientId), shown,
  })));
}

/** Answers with a page of the office. */
export function send(reply: FastifyReply, status: number, shell: Shell, title: string, main: Content): FastifyReply {
  return reply.code(status).type("text/html; charset=utf-8").header("content-security-policy", CONTENT_SECURITY_POLICY).header("cache-control", "no-store").header("referrer-policy", "same-origin").send(render(layout(shell, { title, main, wide: true })));
}

export const notFound = (reply: FastifyReply, officer: Officer, what: string): FastifyReply => send(reply, 404, officer.shell, "Not found", html`<h1 class="h1">Not found</h1><p>There is no such ${what} among the feeds that are yours.</p><p><a href="/office/feeds">All feeds</a></p>`);

/** Forms as fields; several of one name are joined by commas. */
export function acceptForms(app: FastifyInstance, bodyLimit = 1_048_576): void {
  if (app.hasContentTypeParser("application/x-www-form-urlencoded")) return;
  app.addContentTypeParser("application/x-www-form-urlencoded", { parseAs: "string", bodyLimit }, (_request, body, done) => {
    const fields: Record<string, string> = {};
    for (const [name, value] of new URLSearchParams(String(body))) fields[name] = name in fields ? `${fields[name]},${value}` : value;
    done(null, fields);
  });
}

export type Form = Readonly<Record<string, string>> | null;

/** The stated reason, or `null`: a word or two of one's own, as with records. */
export function reasonOf(form: Form): string | null {
  const reason = (form?.["reason"] ?? "").trim();
  return reason.length < 5 ? null : reason.slice(0, 500);
}

/** The name of an organisation that may not be registered. */
export const organisationName = (region: Region, feed: Feed | undefined): string => (feed === undefined ? "Senders that no feed names" : (region.organisation(feed.organisation)?.name ?? feed.organisation));
