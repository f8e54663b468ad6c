/** Who stands at the objections office: its officers, and the clinicians who are asked to decide, each for the cases put to them alone. */
import type { FastifyReply, FastifyRequest } from "fastify";
import { NOBODY, type AuditAction } from "#audit";
import type { Actor } from "#decision";
import { readPerson } from "#identity";
import { decisionOf, deciderOf, isOwnRecord, readCase, reviewerOf, type Decider, type ObjectionCase } from "#objections";
import { csrfField, html, isCsrfToken, isRefusal, uuidv7, type Content, type Html, type Refusal, type Session, type Shell, type Sql } from "#platform";
import { enterOffice, routeOf, send, type Form, type OfficeDeps } from "../officer.ts";

export type ObjectionsOfficer = { session: Session; actor: Actor; shell: Shell; /** `clinician`: sees and decides what was put to them. */ side: "office" | "clinician" };

const isFor = "Objections are dealt with by the objections office, and decided by the clinician who was asked.";

/** The officer or clinician, or `null` where the answer has been sent. */
export async function enterObjections(deps: OfficeDeps, request: FastifyRequest, reply: FastifyReply): Promise<ObjectionsOfficer | null> {
  const { office, deciders } = deps.region.rules.objections;
  const rightOf = (actor: Actor): ObjectionsOfficer["side"] | undefined => (actor.role === office ? "office" : deciders.includes(actor.role) ? "clinician" : undefined);
  const entered = await enterOffice(deps, { home: "/office/objections", page: "objections office", isFor, rightOf, purposeOf: (side) => (side === "office" ? "administration" : "direct-care") }, request, reply);
  if (entered === null) return null;
  const { right, ...who } = entered;
  return { ...who, side: right };
}

/** The case of an address where it is this reader's, with the person's NHS numbers; everything else is not there. Nobody opens a case about themselves. */
export async function openCase(deps: OfficeDeps, reply: FastifyReply, officer: ObjectionsOfficer, params: { personId: string; objectionId: string }): Promise<{ objection: ObjectionCase; nhsNumbers: readonly string[]; sourcePatientIds: readonly string[] } | null> {
  const objection = await readCase(deps.pages, params.personId, params.objectionId);
  const isTheirs = objection !== null && (officer.side === "office" || reviewerOf(objection)?.id === officer.actor.id || decisionOf(objection)?.by.id === officer.actor.id);
  const person = isTheirs ? await readPerson(deps.pages, params.personId) : null;
  const nhsNumbers = person?.sourcePatients.flatMap((each) => each.nhsNumber ?? []) ?? [];
  if (!isTheirs || isOwnRecord(deps.region, officer.actor.id, nhsNumbers)) {
    send(reply, 404, officer.shell, "Not found", html`<h1 class="h1">Not found</h1><p>There is no such objection that is yours to see.</p><p><a href="/office/objections">All objections</a></p>`);
    return null;
  }
  return { objection, nhsNumbers, sourcePatientIds: person?.sourcePatients.map((each) => each.sourcePatientId) ?? [] };
}

/** The clinician as decider of this person's case. */
export const deciderFor = (deps: OfficeDeps, officer: ObjectionsOfficer, nhsNumbers: readonly string[]): Decider | Refusal => deciderOf(deps.region, officer.actor, nhsNumbers);

/** One entry a person; durable when it resolves, and only then does a page leave. */
export async function auditObjections(deps: OfficeDeps, request: FastifyRequest, officer: ObjectionsOfficer, action: Extract<AuditAction, "objection-read" | "objection-act" | "search">, personIds: readonly string[], shown: Readonly<Record<string, unknown>>, reason: string | null = null): Promise<void> {
  const requestId = uuidv7();
  const about = personIds.length === 0 ? [NOBODY] : [...new Set(personIds)];
  await Promise.all(about.map((personId) => deps.audit.write({
    personId, actor: officer.actor, purpose: "administration", action, outcome: "allowed", relationship: officer.side === "office" ? `${officer.actor.roleName}, objections office` : "asked to decide the person's objection", reason, policy: "objections office", route: routeOf(request), requestId, sourcePatients: [], shown,
  })));
}

export const isOurForm = (officer: ObjectionsOfficer, form: Form): boolean => isCsrfToken(officer.session, form?.["_csrf"]);
export const tokenOf = (officer: ObjectionsOfficer): Html => csrfField(officer.shell);
/** Who acts, as the case keeps it. */
export const byOf = ({ actor }: ObjectionsOfficer): { id: string; name: string } => ({ id: actor.id, name: `${actor.name}, ${actor.roleName}` });

const STATUS = { "not-found": 404, gone: 410, conflict: 409, forbidden: 403, invalid: 400, unavailable: 503, unsupported: 501 } as const;
export const statusOf = (refusal: Refusal): number => STATUS[refusal.kind];

/** Answers a refusal with its words. */
export const sendRefusal = (reply: FastifyReply, officer: ObjectionsOfficer, refusal: Refusal): FastifyReply => send(reply, statusOf(refusal), officer.shell, "Not done", html`<h1 class="h1">Not done</h1><p>${refusal.message}</p><p><a href="/office/objections">All objections</a></p>`);
export const expired = (reply: FastifyReply, officer: ObjectionsOfficer): FastifyReply => send(reply, 400, officer.shell, "Not done", html`<h1 class="h1">Not done</h1><p>This form is out of date. Open the page again.</p><p><a href="/office/objections">All objections</a></p>`);
export const faultLine = (fault: Refusal | null): Content => fault !== null && html`<div class="nhsuk-error-summary" role="alert" tabindex="-1"><h2 class="nhsuk-error-summary__title">There is a problem</h2><p><a href="#${typeof fault.details?.["field"] === "string" ? fault.details["field"] : "main"}">${fault.message}</a></p></div>`;

class Undone extends Error {
  readonly refusal: Refusal;
  constructor(refusal: Refusal) {
    super(refusal.message);
    this.refusal = refusal;
  }
}

/** Several writes as one: where any of them is refused, none is kept. */
export async function allOrNone<T>(deps: OfficeDeps, work: (sql: Sql) => Promise<T | Refusal>): Promise<T | Refusal> {
  try {
    return await deps.pages.transaction(async (sql) => {
      const done = await work(sql);
      if (isRefusal(done)) throw new Undone(done);
      return done;
    });
  } catch (error) {
    if (error instanceof Undone) return error.refusal;
    throw error;
  }
}
