/** Who stands at the identity office, and which pairs are theirs: the region pack names the roles. */
import type { FastifyReply, FastifyRequest } from "fastify";
import { NOBODY, type AuditAction } from "#audit";
import type { Actor } from "#decision";
import type { SourcePatient } from "#identity";
import { csrfField, html, isCsrfToken, uuidv7, type Content, type Html, type Pool, type Refusal, type Session, type Shell } from "#platform";
import { enterOffice, routeOf, send, type Form, type OfficeDeps } from "../officer.ts";

export type IdentityOfficeDeps = OfficeDeps;

export type IdentityOfficer = {
  session: Session;
  actor: Actor;
  shell: Shell;
  /** Only pairs and persons of which this organisation has a side; `null`: of the whole region. */
  organisation: string | null;
};

const isFor = "Deciding which records are one person is for the identity office.";

/** The officer, or `null` where the answer has been sent. */
export async function enterIdentity(deps: IdentityOfficeDeps, request: FastifyRequest, reply: FastifyReply): Promise<IdentityOfficer | null> {
  const rightOf = (actor: Actor) => deps.region.rules.identityOffice.find((each) => each.role === actor.role);
  const entered = await enterOffice(deps, { home: "/office/identity", page: "identity office", isFor, rightOf, purposeOf: () => "administration" }, request, reply);
  if (entered === null) return null;
  const { right, ...who } = entered;
  return { ...who, organisation: right.decides === "region" ? null : who.actor.organisation };
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
