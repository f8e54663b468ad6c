/** Who stands at the identity office, and which pairs are theirs: the region pack names the roles. */
import type { FastifyReply, FastifyRequest } from "fastify";
import type { Access } from "#access";
import { NOBODY, type AuditAction, type AuditWriter } from "#audit";
import type { Actor } from "#decision";
import type { Region } from "#governance";
import type { SourcePatient } from "#identity";
import { csrfField, html, isCsrfToken, isRefusal, uuidv7, type Clock, type Content, type Html, type Pool, type Refusal, type Session, type Shell } from "#platform";
import { actorOf } from "../../sign-in/index.ts";
import { routeOf, send, type Form } from "../officer.ts";

export type IdentityOfficeDeps = {
  region: Region;
  access: Access;
  clock: Clock;
  pages: Pool;
  search: Pool;
  /** Writes links, their journal and decisions. */
  intake: Pool;
  audit: AuditWriter;
  session(request: FastifyRequest): Promise<Session | null>;
  shell(session: Session): Shell;
};

export type IdentityOfficer = {
  session: Session;
  actor: Actor;
  shell: Shell;
  /** Only pairs and persons of which this organisation has a side; `null`: of the whole region. */
  organisation: string | null;
};

/** The officer, or `null` where the answer has been sent. Training, confidentiality and agreements bar here as everywhere. */
export async function enterIdentity(deps: IdentityOfficeDeps, request: FastifyRequest, reply: FastifyReply): Promise<IdentityOfficer | null> {
  const session = await deps.session(request);
  const actor = session && actorOf(session);
  if (session === null || actor === null) {
    reply.redirect(session === null ? `/sign-in?return=${encodeURIComponent(request.method === "GET" ? request.url : "/office/identity")}` : "/sign-in/role", 303);
    return null;
  }
  const shell = deps.shell(session);
  const right = deps.region.rules.identityOffice.find((each) => each.role === actor.role);
  if (right === undefined) {
    send(reply, 403, shell, "Not for your role", html`<h1 class="h1">Not for your role</h1><p>Deciding which records are one person is for the identity office. Your role is ${actor.roleName}.</p><p><a href="/">Back</a></p>`);
    return null;
  }
  const permission = deps.access.mayOpenSearch({ actor, purpose: "administration", assurance: session.assurance }, deps.clock.now());
  // That a role may not look for persons is no bar: the doubts come by themselves.
  if (isRefusal(permission) && permission.code !== "access.may-not-find") {
    await deps.audit.write({ ...actBy(request, actor), personId: NOBODY, action: "refused", outcome: "refused", reason: null, policy: permission.code, sourcePatients: [], shown: { page: "identity office" } });
    send(reply, 403, shell, "Not open to you", html`<h1 class="h1">Not open to you</h1><p>${permission.message}</p><p><a href="/">Back</a></p>`);
    return null;
  }
  return { session, actor, shell, organisation: right.decides === "region" ? null : actor.organisation };
}

/** Whether a set of source patients is this officer's to look at. */
export const isTheirs = (officer: IdentityOfficer, sides: readonly Pick<SourcePatient, "organisation">[]): boolean => officer.organisation === null || sides.some((each) => each.organisation === officer.organisation);

const actBy = (request: FastifyRequest, actor: Actor): { actor: Actor; purpose: string; relationship: string; route: string; requestId: string } => ({ actor, purpose: "administration", relationship: `${actor.roleName}, identity office`, route: routeOf(request), requestId: uuidv7() });

/** Whose details a page shows, by person. */
export type Concerned = readonly Pick<SourcePatient, "personId" | "sourcePatientId">[];

/** One entry a person; durable when it resolves, and only then does the page leave. */
export async function auditIdentity(deps: IdentityOfficeDeps, request: FastifyRequest, officer: IdentityOfficer, action: Extract<AuditAction, "identity-read" | "identity-act" | "search">, concerned: Concerned, shown: Readonly<Record<string, unknown>>, reason: string | null = null): Promise<void> {
  const about = Map.groupBy(concerned, ({ personId }) => personId);
  if (about.size === 0) about.set(NOBODY, []);
  const by = actBy(request, officer.actor);
  await Promise.all([...about].map(([personId, sides]) => deps.audit.write({ ...by, personId, action, outcome: "allowed", reason, policy: "identity office", sourcePatients: [...new Set(sides.map((each) => each.sourcePatientId))], shown })));
}

/** What a form lacks, or `null`: the token of the session and, where one is wanted, a reason in own words. */
export function formFault(officer: IdentityOfficer, form: Form, reason: string | null, wantsReason: boolean): string | null {
  if (!isCsrfToken(officer.session, form?.["_csrf"])) return "This form is out of date. Try again.";
  return wantsReason && reason === null ? "Say why, in a few words: it stands in the journal." : null;
}

/** Answers a refusal of identity with its words. */
export function sendRefusal(reply: FastifyReply, officer: IdentityOfficer, refusal: Refusal): FastifyReply {
  const status = { "not-found": 404, gone: 410, conflict: 409, forbidden: 403, invalid: 400, unavailable: 503, unsupported: 501 }[refusal.kind] ?? 400;
  return send(reply, status, officer.shell, "Not done", html`<h1 class="h1">Not done</h1><p>${refusal.message}</p><p><a href="/office/identity">Back to the list</a></p>`);
}

/** Not there, or not this officer's: the answer is the same. */
export const notTheirs = (reply: FastifyReply, officer: IdentityOfficer): FastifyReply => send(reply, 404, officer.shell, "Not found", html`<h1 class="h1">Not found</h1><p>There is nothing here that is yours to decide.</p><p><a href="/office/identity">Back to the list</a></p>`);

/** An act runs in one transaction, with a moment that all its lines share. */
export const act = <T>(deps: IdentityOfficeDeps, work: (sql: Parameters<Parameters<Pool["transaction"]>[0]>[0], at: Date) => Promise<T>): Promise<T> => deps.intake.transaction((sql) => work(sql, deps.clock.now()));

/** What went wrong with a form, where a reader of any kind meets it first. */
export const faultSummary = (fault: string | null, field: string): Content => fault !== null && html`<div class="nhsuk-error-summary" role="alert" tabindex="-1"><h2 class="nhsuk-error-summary__title">There is a problem</h2><p><a href="#${field}">${fault}</a></p></div>`;

export const tokenField = (officer: IdentityOfficer): Html => csrfField(officer.shell);
