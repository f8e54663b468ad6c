/** Person audit and user audit: who opened whose record, by person or by professional, narrowed by purpose. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Access } from "#access";
import type { Actor } from "#decision";
import type { Region } from "#governance";
import { isCsrfToken, isRefusal, refuse, type Clock, type Html, type Refusal, type Session } from "#platform";
import { parseNhsNumber } from "#standards";
import { acceptHref, actorOf, mustAccept } from "../../sign-in/index.ts";
import { review, type AuditTrail, type Review } from "./trail-scope.ts";
import { trailPage } from "./trail-page.ts";

export type TrailDeps = {
  readonly region: Region;
  readonly access: Access;
  readonly clock: Clock;
  readonly audit: AuditTrail;
  /** The request's session, extended by this use; `null` when nobody is signed in. */
  session(request: FastifyRequest): Promise<Session | null>;
  /** The person with a valid NHS number, or `null`. */
  findByNhsNumber(nhsNumber: string): Promise<{ readonly personId: string } | null>;
  /** Name and NHS number of persons for one who polices access to them, by person id. */
  describePersons(personIds: readonly string[]): Promise<ReadonlyMap<string, string>>;
  /** Keeps an entry of kind `audit-read`, or `refused`, durably; awaited before any byte leaves. */
  recordReading(reading: { actor: Actor; asked: Review; entries: number; personIds: readonly string[]; outcome: "allowed" | "refused"; policy: string; request: FastifyRequest }): Promise<void>;
  /** The office's tabs, with the current one marked. */
  tabs(current: "person" | "staff", actor: Actor): Html;
  page(view: { title: string; main: Html; session: Session }): string;
  refusalPage(refusal: Refusal, session: Session): string;
};

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Registers `GET /office/privacy/person` and `/staff`, and `POST /office/privacy`, which looks for a person. */
export async function trailRoutes(app: FastifyInstance, deps: TrailDeps): Promise<void> {
  if (!app.hasContentTypeParser("application/x-www-form-urlencoded")) {
    app.addContentTypeParser("application/x-www-form-urlencoded", { parseAs: "string" }, (_request, body, done) => done(null, Object.fromEntries(new URLSearchParams(String(body)))));
  }
  /** Who may read the trail: a role whose purpose is audit, trained and under an agreement as everybody else. */
  const enter = async (request: FastifyRequest, reply: FastifyReply): Promise<{ session: Session; actor: Actor; policy: string } | FastifyReply> => {
    const session = await deps.session(request);
    const actor = session && actorOf(session);
    if (session === null) return reply.redirect(`/sign-in?return=${encodeURIComponent("/office/privacy")}`, 303);
    if (actor === null) return reply.redirect("/sign-in/role", 303);
    if (mustAccept(deps.region, session, deps.clock.now())) return reply.redirect(acceptHref(request, "/office/privacy"), 303);
    const permission = deps.access.mayOpenSearch({ actor, purpose: "audit", assurance: session.assurance }, deps.clock.now());
    if (!isRefusal(permission)) return { session, actor, policy: permission.policy };
    await deps.recordReading({ actor, asked: { of: "organisation" }, entries: 0, personIds: [], outcome: "refused", policy: permission.code, request });
    return html(reply, 403, deps.refusalPage(permission, session));
  };

  const show = async (request: FastifyRequest, reply: FastifyReply, entered: { session: Session; actor: Actor; policy: string }, asked: Review, purpose: string | null, before: Date | undefined, fault: Refusal | null): Promise<FastifyReply> => {
    const { session, actor, policy } = entered;
    const reviewed = await review(deps.audit, actor.organisation, asked, purpose, before);
    // Only persons with whom the own staff had to do get a name: the page is no way to look anybody up.
    const shown = [...new Set(reviewed.entries.map((entry) => entry.personId))];
    const persons = await deps.describePersons(shown);
    const personIds = [...new Set([...shown, ...(asked.of === "person" ? [asked.personId] : [])])];
    const professionals = deps.region.professionals.filter((each) => each.profiles.some((profile) => profile.organisation === actor.organisation));
    const main = trailPage({ session, asked, purpose, purposes: deps.region.purposes, reviewed, professionals, persons, timeZone: deps.region.timeZone, fault, tabs: deps.tabs(asked.of === "professional" || (asked.of === "organisation" && request.url.startsWith("/office/privacy/staff")) ? "staff" : "person", actor) });
    await deps.recordReading({ actor, asked, entries: reviewed.entries.length, personIds, outcome: "allowed", policy, request });
    return html(reply, fault === null ? 200 : 400, deps.page({ title: "Who opened records", main, session }));
  };

  type Asked = { Querystring: { person?: string; professional?: string; before?: string; purpose?: string } };
  const list = async (request: FastifyRequest<Asked>, reply: FastifyReply): Promise<FastifyReply> => {
    const entered = await enter(request, reply);
    if (!("actor" in entered)) return entered;
    const { person, professional, before } = request.query;
    const purpose = deps.region.purposes.some((each) => each.id === request.query.purpose) ? request.query.purpose! : null;
    const from = before !== undefined && !Number.isNaN(Date.parse(before)) ? new Date(before) : undefined;
    const asked: Review =
      person !== undefined && UUID.test(person) ? { of: "person", personId: person } : professional !== undefined && /^\d{12}$/.test(professional) ? { of: "professional", professionalId: professional } : { of: "organisation" };
    return show(request, reply, entered, asked, purpose, from, null);
  };
  app.get<Asked>("/office/privacy/person", list);
  app.get<Asked>("/office/privacy/staff", list);

  // By POST, so that no NHS number stands in an address, a history or a log.
  app.post<{ Body: Record<string, unknown> | null }>("/office/privacy", async (request, reply) => {
    const entered = await enter(request, reply);
    if (!("actor" in entered)) return entered;
    const wrong = (refusal: Refusal): Promise<FastifyReply> => show(request, reply, entered, { of: "organisation" }, null, undefined, refusal);
    if (!isCsrfToken(entered.session, request.body?.["_csrf"])) return wrong(refuse("forbidden", "office.form-token", "This form is out of date. Try again."));
    const number = parseNhsNumber(String(request.body?.["nhsNumber"] ?? ""));
    if (!number.ok) return wrong(refuse("invalid", "office.nhs-number", "Enter a valid NHS number of ten digits.", { field: "nhsNumber" }));
    const person = await deps.findByNhsNumber(number.value);
    if (person === null) return wrong(refuse("not-found", "office.no-such-person", "No person here has this NHS number.", { field: "nhsNumber" }));
    return reply.header("cache-control", "no-store").redirect(`/office/privacy/person?person=${person.personId}`, 303);
  });
}

function html(reply: FastifyReply, status: number, page: string): FastifyReply {
  return reply.code(status).header("cache-control", "no-store").type("text/html; charset=utf-8").send(page);
}
