/** The web application: which routes there are, and what stands around all of them. */
import { hash } from "node:crypto";
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import { createAccess, reachedBy } from "#access";
import { AuditWriter, listByActor, listByPerson, listRecent, NOBODY, type AuditAction } from "#audit";
import { Connections, Inbox } from "#feeds";
import type { Actor } from "#decision";
import { witnessesOf } from "#governance";
import { describePeople, findPerson, matcherOf } from "#identity";
import { createCis2Client, standInIssuer } from "#national";
import { createSessions, DiskWatch, isRefusal, layout, loadAssets, log, originGuard, render, serveAssets, systemClock, uuidv7, type Pool, type Session, type Sessions } from "#platform";
import { auditLogRoutes } from "../audit-log/routes.ts";
import { feedRoutes } from "../feeds/routes.ts";
import { auditEvents } from "../fhir-api/audit-events.ts";
import { patientMatch } from "../fhir-api/patient-match.ts";
import { practiceInbox } from "../mailbox/inbox.ts";
import { auditLogOffice } from "../office/audit-log.ts";
import { deliveriesOffice } from "../office/deliveries.ts";
import { dataQualityOffice } from "../office/data-quality.ts";
import { feedsOffice } from "../office/feeds.ts";
import { identityOffice } from "../office/identity/index.ts";
import { monitoringOffice, tabs, trailRoutes } from "../office/monitoring/index.ts";
import { objectionsOffice } from "../office/objections/index.ts";
import { policyOffice } from "../office/policy/index.ts";
import type { OfficeDeps } from "../office/officer.ts";
import { queriesOffice } from "../office/queries.ts";
import { printsOffice } from "../office/prints.ts";
import { staffOffice } from "../office/staff.ts";
import { onboardingOffice } from "../office/onboarding.ts";
import { programmeOffice } from "../office/programme.ts";
import { defectPage, galleryRoutes, professionalPages, refusalPage } from "../professional/index.ts";
import { publicObjection } from "../public/objection.ts";
import { helpPage } from "../public/help.ts";
import { signInPolicyPage } from "../public/sign-in-policy.ts";
import { actorOf, Attempts, mustWait, sessionCookie, signIn, type SignInEvent } from "../sign-in/index.ts";
import type { Context } from "./context.ts";
import { healthRoutes, RequestMetrics } from "./health.ts";
import { decideForPerson, factsFor, isClosedByObjection } from "./person-access.ts";
import { actOf, digestRoute, professionalDeps, rolePreviewer, shellOf, type Rooms } from "./professional/index.ts";

export type WebPools = { pages: Pool; search: Pool; intake: Pool; audit: Pool };

/** Everything that listens on the web port. */
export async function webApp(context: Context, pools: WebPools): Promise<FastifyInstance> {
  const { config, region, publicUrl } = context;
  const app = Fastify({ bodyLimit: 1_048_576, trustProxy: config.mode === "production", forceCloseConnections: true, routerOptions: { maxParamLength: 200 } });
  const routes: string[] = [];
  routesByApp.set(app, routes);
  // A HEAD is the GET's own handler; everything else is listed by itself.
  app.addHook("onRoute", (route) => {
    for (const method of [route.method].flat()) if (method !== "HEAD") routes.push(`${method} ${route.url}`);
  });
  const clock = systemClock;
  const disk = new DiskWatch(config.dataDir, config.diskKeepFreeMb);
  const secure = publicUrl.startsWith("https://");
  const assets = loadAssets();
  const sessions = createSessions(pools.pages, { idleMinutes: config.sessionIdleMinutes, hours: config.sessionHours }, clock);
  const cis2 = createCis2Client({ issuer: config.cis2Issuer || standInIssuer(config.standInPort), clientId: config.cis2ClientId, clientSecret: config.cis2ClientSecret || context.address.roleKey, redirectUri: `${publicUrl}/sign-in/callback`, mode: config.mode });
  const rooms: Rooms = { region, access: createAccess(region), audit: new AuditWriter(pools.audit), sessions, pages: pools.pages, search: pools.search, intake: pools.intake, assets, clock, secure, documents: context.documents, providerAnswers: () => cis2.answers() };
  const session = (request: FastifyRequest): Promise<Session | null> => sessions.read(sessionCookie(request, secure), true);
  /** Who stands behind a program's request, by the session that it carries. */
  const reader = async (request: FastifyRequest): Promise<{ session: Session; actor: Actor } | null> => {
    const who = await session(request);
    const actor = who && actorOf(who);
    return who !== null && actor ? { session: who, actor } : null;
  };
  const page = (view: { title: string; main: Parameters<typeof layout>[1]["main"]; session: Session | null }): string => render(layout(shellOf(rooms, view.session), { title: view.title, main: view.main }));

  aroundAll(app, secure, rooms);
  serveAssets(app, assets);
  healthRoutes(app, pools.pages, metricsOf(app), witnessesOf(region), clock);
  app.get("/help", async (request, reply) => reply.type("text/html; charset=utf-8").send(page({ title: "Help", main: helpPage(region), session: await session(request) })));

  app.get("/help/sign-in-policy", async (request, reply) => reply.type("text/html; charset=utf-8").send(page({ title: "How you sign in", main: signInPolicyPage(region, { mode: config.mode, idleMinutes: config.sessionIdleMinutes, hours: config.sessionHours }), session: await session(request) })));
  // Sample data in the frame of a record: never where records are somebody's.
  if (config.mode === "demo") await app.register(async (each) => galleryRoutes(each, () => shellOf(rooms, null)));
  sweepSessions(app, sessions);

  // Feeds come from programs with tokens, pages from browsers with cookies: the guard stands before the latter.
  await app.register(async (feeds) => feedRoutes(feeds, { region, inbox: new Inbox(pools.intake), connections: new Connections(pools.intake), intake: pools.intake, installationKey: context.address.roleKey, clock, maxBodyBytes: config.maxBodyMb * 1_048_576, closed: () => disk.whyFull() }));
  await app.register(async (each) => auditLogRoutes(each, { region, clock, sql: pools.pages }));
  const office: OfficeDeps = { region, access: rooms.access, clock, pages: pools.pages, search: pools.search, intake: pools.intake, audit: rooms.audit, session, shell: (who) => shellOf(rooms, who) };
  const launch = {
    region, sql: pools.pages, clock, mode: config.mode, publicUrl, secret: context.address.roleKey,
    async findByNhsNumberAndBirth(nhsNumber: string, dateOfBirth: string) {
      const found = await findPerson(pools.search, { nhsNumber });
      if (isRefusal(found)) return null;
      const matches = found.people.filter((person) => person.dateOfBirth === dateOfBirth);
      return matches.length === 1 ? { personId: matches[0]!.personId } : null;
    },
  };
  const professional = professionalDeps(rooms);
  // Host systems ask with tokens, like feeds.
  await app.register(async (each) => digestRoute(each, rooms, launch, professional, new Attempts(clock)));
  await app.register(async (pages) => {
    pages.addHook("onRequest", originGuard([publicUrl, `http://localhost:${config.port}`, `http://127.0.0.1:${config.port}`]));
    await pages.register(signIn, { ...launch, sessions, secure, cis2, passkeyScript: assets.passkeyScript, page, record: (event) => recordSignIn(rooms, event) });
    await pages.register(async (each) => publicObjection(each, { region, pages: pools.pages, audit: rooms.audit, clock, secret: context.address.roleKey, page: (title, main) => page({ title, main, session: null }) }));
    await pages.register(async (each) => {
      each.addHook("preHandler", searchPace(rooms, new Attempts(clock)));
      professionalPages(each, professional);
    });
    await pages.register(async (each) => auditEvents(each, {
      access: rooms.access, audit: rooms.audit, pages: pools.pages, clock, source: { base: `${publicUrl}/fhir/R4`, name: region.title }, act: actOf, reader,
    }));
    await pages.register(async (each) => patientMatch(each, {
      access: rooms.access, audit: rooms.audit, search: pools.search, matcher: matcherOf(region), clock, publicUrl, act: actOf, reader,
      async opens(who, actor, personId, now) {
        const found = await decideForPerson(pools.pages, rooms.access, reachedBy(region, actor.organisation), who, actor, personId, now);
        if (isClosedByObjection(found)) return "not-shared";
        return "refusal" in found ? null : found.decision.sourcePatientIds;
      },
    }));
    await pages.register(async (each) => feedsOffice(each, office));
    await pages.register(async (each) => deliveriesOffice(each, { region, sql: pools.pages, session, shell: (who) => shellOf(rooms, who) }));
    await pages.register(practiceInbox, { region, access: rooms.access, audit: rooms.audit, pages: pools.pages, search: pools.search, clock, session, shell: (who) => shellOf(rooms, who) });
    await pages.register(async (each) => dataQualityOffice(each, { region, access: rooms.access, clock, pages: pools.pages, intake: pools.intake, audit: rooms.audit, session, shell: (who) => shellOf(rooms, who) }));
    await pages.register(async (each) => queriesOffice(each, office));
    await pages.register(async (each) => identityOffice(each, office));
    await pages.register(async (each) => auditLogOffice(each, office));
    await pages.register(async (each) => policyOffice(each, {
      ...office,
      previewRole: rolePreviewer(rooms),
      factsFor: async (actor, personId) => (await factsFor(pools.pages, rooms.access, reachedBy(region, actor.organisation), actor, personId, clock.now()))?.facts ?? null,
    }));
    await pages.register(async (each) => objectionsOffice(each, office));
    await pages.register(async (each) => printsOffice(each, office));
    await pages.register(async (each) => staffOffice(each, { ...office, publicUrl }));
    await pages.register(async (each) => onboardingOffice(each, office));
    await pages.register(async (each) => programmeOffice(each, office));
    await pages.register(async (each) => monitoringOffice(each, office));
    await pages.register(trailRoutes, {
      region, access: rooms.access, clock, session, tabs,
      page: (view) => render(layout(shellOf(rooms, view.session), { title: view.title, main: view.main, wide: true })),
      audit: { listByPerson: (personId, part) => listByPerson(pools.pages, personId, part), listByActor: (actorId, part) => listByActor(pools.pages, actorId, part), listRecent: (organisation, part) => listRecent(pools.pages, organisation, part) },
      async findByNhsNumber(nhsNumber) {
        const found = await findPerson(pools.search, { nhsNumber });
        return isRefusal(found) || found.people.length === 0 ? null : { personId: found.people[0]!.personId };
      },
      describePersons: async (ids) => new Map((await describePeople(pools.search, ids)).map((person) => [person.personId, [`${person.family.toUpperCase()}, ${person.given}`, person.nhsNumber].filter(Boolean).join(" · ")])),
      async recordReading({ actor, asked, entries, personIds, outcome, policy, request }) {
        const about = personIds.length > 0 ? personIds : [NOBODY];
        await Promise.all(about.map((personId) => rooms.audit.write({ ...actOf(request, actor, personId), purpose: "audit", action: outcome === "allowed" ? "audit-read" : "refused", outcome, relationship: "privacy officer", reason: null, policy, sourcePatients: [], shown: { of: asked.of, entries } })));
      },
      refusalPage: (refusal, who) => render(refusalPage(shellOf(rooms, who), refusal)),
    });
  });
  return app;
}

const routesByApp = new WeakMap<FastifyInstance, string[]>();
/** Every route that the application answers, as `GET /person/:personId`: what the route matrix is held against. */
export const routesOf = (app: FastifyInstance): readonly string[] => routesByApp.get(app) ?? [];

const metricsByApp = new WeakMap<FastifyInstance, RequestMetrics>();
const metricsOf = (app: FastifyInstance): RequestMetrics => metricsByApp.get(app) ?? metricsByApp.set(app, new RequestMetrics()).get(app)!;

/** Headers, metrics, and answers without a stack trace, for every route. */
function aroundAll(app: FastifyInstance, secure: boolean, rooms: Rooms): void {
  app.addHook("onSend", async (_request, reply) => {
    reply.header("x-content-type-options", "nosniff").header("cross-origin-opener-policy", "same-origin").header("permissions-policy", "camera=(), geolocation=(), microphone=()");
    if (!reply.hasHeader("x-frame-options")) reply.header("x-frame-options", "DENY");
    if (!reply.hasHeader("cache-control")) reply.header("cache-control", "no-store");
    if (!reply.hasHeader("referrer-policy")) reply.header("referrer-policy", "same-origin");
    if (secure) reply.header("strict-transport-security", "max-age=63072000; includeSubDomains");
  });
  app.addHook("onResponse", async (request, reply) => metricsOf(app).observe(request.routeOptions.url ?? "none", request.method, reply.statusCode, reply.elapsedTime / 1000));
  app.setErrorHandler(async (error: { statusCode?: number; code?: string; message: string; stack?: string }, request, reply) => {
    const status = error.statusCode !== undefined && error.statusCode >= 400 && error.statusCode < 500 ? error.statusCode : 500;
    if (status === 500) log("error", "http.defect", { request: request.id, route: request.routeOptions.url ?? "", error: error.message, at: error.stack?.split("\n")[1]?.trim() ?? "" });
    if (isForProgram(request)) {
      const why = status === 413 ? "the body is larger than is taken" : status === 500 ? "a fault of this server; it has been noted" : error.message;
      return reply.code(status).type("application/fhir+json; charset=utf-8").send(JSON.stringify({ resourceType: "OperationOutcome", issue: [{ severity: "error", code: status === 413 ? "too-long" : status === 500 ? "exception" : "invalid", diagnostics: why }] }));
    }
    return reply.code(status).type("text/html; charset=utf-8").send(render(defectPage(shellOf(rooms, null), String(request.id))));
  });
  app.setNotFoundHandler(async (request, reply) =>
    isForProgram(request)
      ? reply.code(404).type("application/fhir+json; charset=utf-8").send(JSON.stringify({ resourceType: "OperationOutcome", issue: [{ severity: "error", code: "not-found", diagnostics: "no such address" }] }))
      : reply.code(404).type("text/html; charset=utf-8").send(render(refusalPage(shellOf(rooms, null), { refused: true, kind: "not-found", code: "pages.not-found", message: "" }))),
  );
}

/** A session that looks for people faster than anybody types has to wait: what it has open stays open. Counted by the cookie, so that it costs no read. */
function searchPace(rooms: Rooms, attempts: Attempts) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | undefined> => {
    const cookie = request.method === "POST" && request.routeOptions.url === "/find" ? sessionCookie(request, rooms.secure) : null;
    const wait = cookie === null ? null : attempts.count(hash("sha256", cookie, "base64url"), rooms.region.rules.signIn.searchesInOneSession);
    if (wait === null || wait.seconds === 0) return undefined;
    const session = await rooms.sessions.read(cookie, true);
    const refusal = mustWait(wait.seconds);
    if (wait.first) await recordSignIn(rooms, { what: "refused", session, personId: null, code: refusal.code, address: request.ip });
    return reply.code(429).header("retry-after", String(wait.seconds)).type("text/html; charset=utf-8").send(render(refusalPage(shellOf(rooms, session), refusal)));
  };
}

const SWEEP_EVERY_MS = 300_000;

/** Deletes what has ended, so that the table of sessions holds those that go on. */
function sweepSessions(app: FastifyInstance, sessions: Sessions): void {
  const timer = setInterval(() => void sessions.sweep().catch((error: Error) => log("warn", "sessions.not-swept", { error: error.message })), SWEEP_EVERY_MS);
  timer.unref();
  app.addHook("onClose", async () => clearInterval(timer));
}

const isForProgram = (request: FastifyRequest): boolean => /^\/(feeds|fhir|oauth2)\b/.test(request.url);

const SIGN_IN_ACTIONS: Readonly<Record<SignInEvent["what"], AuditAction>> = { "signed-in": "sign-in", "role-chosen": "sign-in", "signed-out": "sign-out", launched: "launch", refused: "refused", "confidentiality-accepted": "confidentiality-accepted", "passkey-made": "passkey-made", "passkey-revoked": "passkey-revoked", "passkey-locked": "passkey-locked" };

async function recordSignIn(rooms: Rooms, event: SignInEvent): Promise<void> {
  const actor = event.actor ?? (event.session && actorOf(event.session)) ?? {
    id: event.session?.professionalId ?? "unknown", name: event.session?.name ?? "unknown", role: "none", roleName: "No role chosen", sourceRole: "", organisation: "", organisationName: "", sessionId: event.session?.sessionId ?? "",
  };
  await rooms.audit.write({
    personId: event.personId ?? NOBODY, actor, purpose: "direct-care", action: SIGN_IN_ACTIONS[event.what], outcome: event.what === "refused" ? "refused" : "allowed", relationship: "none", reason: null, policy: event.code ?? event.what,
    route: "sign-in", requestId: uuidv7(), sourcePatients: [], shown: { ...event.shown, what: event.what, address: event.address },
  });
}
