/** Routes of signing in, choosing a role, signing out and launching in context; passkeys have theirs in `passkeys/routes.ts`. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Cis2Client } from "#national";
import type { Actor } from "#decision";
import { cookieHeader, cookieName, isCsrfToken, isRefusal, readCookie, type Html, type NewSession, type Refusal, type Session, type Sessions, type SignedIn } from "#platform";
import { Attempts, type Wait } from "./attempts.ts";
import { confidentialityRoutes } from "./confidentiality.ts";
import { takeLaunch, type LaunchDeps } from "./launch.ts";
import { passkeyRoutes, signInPage, type PasskeyEvent } from "./passkeys/index.ts";
import { refusalPage, rolePage, signedOutPage } from "./pages.ts";
import { formTokenWrong, mustWait, noRole, signInNotStarted, unknownProfile } from "./problems.ts";
import { profilesOf } from "./profiles.ts";
import { rememberSignIn, takeSignIn } from "./store.ts";

/** Something that happened at the door; the audit room keeps it. */
export type SignInEvent = {
  readonly what: "signed-in" | "role-chosen" | "signed-out" | "launched" | "refused" | "confidentiality-accepted" | PasskeyEvent["what"];
  readonly session: Session | null;
  readonly personId: string | null;
  /** Code of the refusal, or the version of the words that were accepted. */
  readonly code: string | null;
  readonly address: string;
  /** Who acted, where the session does not say so. */
  readonly actor?: Actor;
  /** What the entry names besides. */
  readonly shown?: Readonly<Record<string, unknown>>;
};

export type SignInDeps = LaunchDeps & {
  readonly sessions: Sessions;
  readonly cis2: Cis2Client;
  /** True when browsers reach this server over https. */
  readonly secure: boolean;
  /** Address of the script that makes and uses passkeys. */
  readonly passkeyScript: string;
  /** Puts content into the shell of a page. */
  page(view: { title: string; main: Html; session: Session | null }): string;
  /** Keeps an event; awaited before the answer leaves. */
  record(event: SignInEvent): Promise<void>;
};

export const SESSION_COOKIE = "kmcr-session";
const BINDING_COOKIE = "kmcr-sign-in";

/** The value of the session's cookie in a request. */
export function sessionCookie(request: FastifyRequest, secure: boolean): string | null {
  return readCookie(request.headers.cookie, cookieName(SESSION_COOKIE, secure));
}

/** A path of our own to go back to; anything else is the start page, so that no link can send people elsewhere. */
export function safeReturn(path: unknown): string {
  return typeof path === "string" && /^\/(?![/\\])[^\\\s]*$/.test(path) && !path.startsWith("/sign-in") && !path.startsWith("/launch") && !path.startsWith("/passkeys/") ? path : "/";
}

const STATUS: Partial<Record<Refusal["kind"], number>> = { forbidden: 403, "not-found": 404, gone: 410, unavailable: 503 };

/** Registers the routes. `app.register(signIn, deps)`. */
export async function signIn(app: FastifyInstance, deps: SignInDeps): Promise<void> {
  const { sessions, sql, clock, secure } = deps;
  if (!app.hasContentTypeParser("application/x-www-form-urlencoded")) {
    app.addContentTypeParser("application/x-www-form-urlencoded", { parseAs: "string" }, (_request, body, done) => done(null, Object.fromEntries(new URLSearchParams(String(body)))));
  }
  // None of these answers may be kept by a browser or a proxy, and no address with a token may travel on.
  app.addHook("onSend", async (_request, reply) => void reply.headers({ "cache-control": "no-store", "referrer-policy": "no-referrer" }));

  const show = (reply: FastifyReply, status: number, title: string, main: Html, session: Session | null = null): FastifyReply =>
    reply.code(status).type("text/html; charset=utf-8").send(deps.page({ title, main, session }));
  const attempts = new Attempts(clock);
  const { refusedFromOneAddress, begunFromOneAddress } = deps.region.rules.signIn;
  /** The page that says how long to wait, with the header that programs read; the first of a span is kept in the trail. */
  const makeWait = async (request: FastifyRequest, reply: FastifyReply, { seconds, first }: Wait): Promise<FastifyReply> => {
    const refusal = mustWait(seconds);
    if (first) await deps.record({ what: "refused", session: null, personId: null, code: refusal.code, address: request.ip });
    return show(reply.header("retry-after", String(seconds)), 429, "Wait before you try again", refusalPage(refusal));
  };
  const refuseWith = async (request: FastifyRequest, reply: FastifyReply, refusal: Refusal): Promise<FastifyReply> => {
    // A provider that does not answer is nobody's attempt.
    const wait = refusal.kind === "unavailable" ? null : attempts.count(`refused ${request.ip}`, refusedFromOneAddress);
    if (wait !== null && wait.seconds > 0) return makeWait(request, reply, wait);
    await deps.record({ what: "refused", session: null, personId: null, code: refusal.code, address: request.ip });
    return show(reply, STATUS[refusal.kind] ?? 400, "Not signed in", refusalPage(refusal));
  };
  /** Gives the browser a session of its own, and ends the one that it had. */
  const enter = async (request: FastifyRequest, reply: FastifyReply, next: NewSession): Promise<void> => {
    const before = sessionCookie(request, secure);
    if (before !== null) await sessions.end(before);
    reply.header("set-cookie", cookieHeader(SESSION_COOKIE, next.cookie, secure));
  };

  /** Begins a session for who has shown who they are, and sends the browser on: to choose a role where there are several. */
  const begin = async (request: FastifyRequest, reply: FastifyReply, who: SignedIn, returnTo: string, shown: Readonly<Record<string, unknown>> = {}): Promise<FastifyReply> => {
    const next = await sessions.start(who);
    await deps.record({ what: "signed-in", session: next.session, personId: null, code: null, address: request.ip, shown: { ...shown, method: who.method } });
    await enter(request, reply, next);
    return reply.redirect(who.profileId === null ? `/sign-in/role?return=${encodeURIComponent(returnTo)}` : returnTo, 303);
  };

  // Where every organisation has CIS2 there is nothing to choose.
  const usesPasskeys = deps.region.organisations.some((each) => each.signIn === "passkey");
  app.get<{ Querystring: { return?: string } }>("/sign-in", async (request, reply) => {
    const returnTo = safeReturn(request.query.return);
    if (!usesPasskeys) return reply.redirect(`/sign-in/cis2?return=${encodeURIComponent(returnTo)}`, 303);
    return show(reply, 200, "Sign in", signInPage({ region: deps.region, script: deps.passkeyScript, origin: new URL(deps.publicUrl).origin }, returnTo));
  });

  app.get<{ Querystring: { return?: string } }>("/sign-in/cis2", async (request, reply) => {
    const wait = attempts.count(`begun ${request.ip}`, begunFromOneAddress);
    if (wait.seconds > 0) return makeWait(request, reply, wait);
    const begun = await deps.cis2.begin();
    if (isRefusal(begun)) return refuseWith(request, reply, begun);
    const binding = await rememberSignIn(sql, { ...begun.remember, returnTo: safeReturn(request.query.return) }, clock.now());
    return reply.header("set-cookie", cookieHeader(BINDING_COOKIE, binding, secure, 900)).redirect(begun.url, 303);
  });

  app.get("/sign-in/callback", async (request, reply) => {
    const wait = attempts.waitFor(`refused ${request.ip}`, refusedFromOneAddress);
    if (wait.seconds > 0) return makeWait(request, reply, attempts.count(`refused ${request.ip}`, refusedFromOneAddress));
    const binding = readCookie(request.headers.cookie, cookieName(BINDING_COOKIE, secure));
    const pending = binding === null ? null : await takeSignIn(sql, binding, clock.now());
    reply.header("set-cookie", cookieHeader(BINDING_COOKIE, "", secure, 0));
    if (pending === null) return refuseWith(request, reply, signInNotStarted());
    const identity = await deps.cis2.complete(new URL(request.url, deps.publicUrl), pending);
    if (isRefusal(identity)) return refuseWith(request, reply, identity);
    const profiles = profilesOf(deps.region, identity);
    if (profiles.length === 0) return refuseWith(request, reply, noRole(identity.name));
    const chosen = profiles.find((each) => each.id === identity.selectedRole) ?? (profiles.length === 1 ? profiles[0]! : null);
    return begin(request, reply, { professionalId: identity.uid, name: identity.name, method: "cis2", passkeyId: null, assurance: identity.authenticationAssurance, profiles, profileId: chosen?.id ?? null, launch: null }, pending.returnTo);
  });

  app.get<{ Querystring: { return?: string } }>("/sign-in/role", async (request, reply) => {
    const session = await sessions.read(sessionCookie(request, secure), true);
    return session === null ? reply.redirect("/sign-in", 303) : show(reply, 200, "Choose a role", rolePage(session, safeReturn(request.query.return), null), session);
  });

  app.post<{ Body: Record<string, unknown> | null; Querystring: { return?: string } }>("/sign-in/role", async (request, reply) => {
    const cookie = sessionCookie(request, secure);
    const session = await sessions.read(cookie, true);
    if (cookie === null || session === null) return reply.redirect("/sign-in", 303);
    const returnTo = safeReturn(request.query.return);
    if (!isCsrfToken(session, request.body?.["_csrf"])) return show(reply, 403, "Choose a role", rolePage(session, returnTo, formTokenWrong()), session);
    const next = await sessions.chooseProfile(cookie, String(request.body?.["profile"] ?? ""));
    if (next === null) return show(reply, 400, "Choose a role", rolePage(session, returnTo, unknownProfile()), session);
    await deps.record({ what: "role-chosen", session: next.session, personId: null, code: null, address: request.ip });
    return reply.header("set-cookie", cookieHeader(SESSION_COOKIE, next.cookie, secure)).redirect(returnTo, 303);
  });

  app.post<{ Body: Record<string, unknown> | null }>("/sign-out", async (request, reply) => {
    const cookie = sessionCookie(request, secure);
    const session = await sessions.read(cookie, false);
    if (session !== null && !isCsrfToken(session, request.body?.["_csrf"])) return show(reply, 403, "Not signed out", refusalPage(formTokenWrong()), session);
    if (cookie !== null && session !== null) {
      await sessions.end(cookie);
      await deps.record({ what: "signed-out", session, personId: null, code: null, address: request.ip });
    }
    return show(reply.header("set-cookie", cookieHeader(SESSION_COOKIE, "", secure, 0)), 200, "Signed out", signedOutPage());
  });

  confidentialityRoutes(app, deps, show);

  passkeyRoutes(app, deps, {
    show, safeReturn, secure, publicUrl: deps.publicUrl, passkeyScript: deps.passkeyScript, enter: begin,
    session: (request) => sessions.read(sessionCookie(request, secure), true),
    async mustWait(request, reply, kind) {
      const wait = kind === "begun" ? attempts.count(`begun ${request.ip}`, begunFromOneAddress) : attempts.waitFor(`refused ${request.ip}`, refusedFromOneAddress);
      if (wait.seconds === 0) return false;
      await makeWait(request, reply, kind === "begun" ? wait : attempts.count(`refused ${request.ip}`, refusedFromOneAddress));
      return true;
    },
    async refused(request, reply, code) {
      const wait = attempts.count(`refused ${request.ip}`, refusedFromOneAddress);
      if (wait.seconds === 0) await deps.record({ what: "refused", session: null, personId: null, code, address: request.ip });
      else await makeWait(request, reply, wait);
      return wait.seconds > 0;
    },
    record: ({ what, actor, address, shown }) => deps.record({ what, session: null, personId: null, code: null, address, actor, shown }),
  });

  app.get<{ Querystring: { token?: string } }>("/launch", async (request, reply) => {
    const wait = attempts.waitFor(`refused ${request.ip}`, refusedFromOneAddress);
    if (wait.seconds > 0) return makeWait(request, reply, attempts.count(`refused ${request.ip}`, refusedFromOneAddress));
    const launched = await takeLaunch(deps, request.query.token ?? "");
    if (isRefusal(launched)) return refuseWith(request, reply, launched);
    const next = await sessions.start(launched.who);
    await deps.record({ what: "launched", session: next.session, personId: launched.personId, code: null, address: request.ip });
    await enter(request, reply, next);
    return reply.redirect(`/person/${launched.personId}`, 303);
  });
}
