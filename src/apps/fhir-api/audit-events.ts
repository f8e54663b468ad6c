/**
 * `GET /fhir/R4/AuditEvent`: the trail for a privacy officer's own tools (IHE ITI-81). Entries of the
 * officer's own organisation's staff and of nobody else (AUD-06); the look itself is an entry,
 * durable before the first byte leaves.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Access } from "#access";
import { NOBODY, searchEntries, type AuditEntry, type AuditSearch, type AuditWriter } from "#audit";
import type { Actor } from "#decision";
import { isRefusal, isUuid, type Clock, type Session, type Sql } from "#platform";
import { outcome } from "../feeds/fhir-answer.ts";
import { toAuditEvent, type AuditSource } from "./audit-event.ts";

export type AuditEventDeps = {
  readonly access: Access;
  readonly audit: AuditWriter;
  readonly pages: Sql;
  readonly clock: Clock;
  readonly source: AuditSource;
  reader(request: FastifyRequest): Promise<{ session: Session; actor: Actor } | null>;
  act(request: FastifyRequest, actor: Actor, personId: string): { personId: string; actor: Actor; purpose: string; route: string; requestId: string };
};

const FHIR = "application/fhir+json; charset=utf-8";
const PAGE = 50;
const MOST = 200;

type Query = Readonly<Record<string, string | string[] | undefined>>;
type Asked = { readonly search: AuditSearch; readonly count: number } | { readonly issue: { code: string; expression: string; why: string } };

export function auditEvents(app: FastifyInstance, deps: AuditEventDeps): void {
  const say = (reply: FastifyReply, status: number, code: string, why: string, expression = ""): FastifyReply => reply.code(status).type(FHIR).send(JSON.stringify(outcome([{ code, expression, why }])));

  app.get<{ Querystring: Query }>("/fhir/R4/AuditEvent", async (request, reply) => {
    const reader = await deps.reader(request);
    if (reader === null) return say(reply, 401, "login", "Sign in and choose a role.");
    const { session, actor } = reader;
    const permission = deps.access.mayOpenSearch({ actor, purpose: "audit", assurance: session.assurance }, deps.clock.now());
    if (isRefusal(permission)) {
      await deps.audit.write({ ...deps.act(request, actor, NOBODY), purpose: "audit", action: "refused", outcome: "refused", relationship: "none", reason: null, policy: permission.code, sourcePatients: [], shown: { page: "audit events" } });
      return say(reply, 403, "forbidden", permission.message);
    }
    const asked = readQuestion(request.query, actor.organisation);
    if ("issue" in asked) return say(reply, 400, asked.issue.code, asked.issue.why, asked.issue.expression);
    const found = await searchEntries(deps.pages, asked.search);
    const entries = found.slice(0, asked.count);
    const bytes = Buffer.from(JSON.stringify(bundleOf(entries, found.length > asked.count, request.query, deps.source)));
    const persons = [...new Set(entries.map((each) => each.personId))];
    await Promise.all((persons.length > 0 ? persons : [NOBODY]).map((personId) => deps.audit.write({ ...deps.act(request, actor, personId), purpose: "audit", action: "audit-read", outcome: "allowed", relationship: "privacy officer", reason: null, policy: permission.policy, sourcePatients: [], shown: { page: "audit events", entries: entries.length, bytes: bytes.length } })));
    return reply.code(200).type(FHIR).header("cache-control", "no-store").send(bytes);
  });
}

/**
 * Reads the parameters: `patient` or `entity` (a person's id), `agent` (a professional's id), `date`
 * with ge, gt, le, lt or a day, `outcome`, `_count`, and `_after` of a page's own link. One that is
 * not known is refused: an answer to less than was asked would look complete.
 */
function readQuestion(query: Query, organisation: string): Asked {
  const search: { -readonly [K in keyof AuditSearch]: AuditSearch[K] } = { organisation, limit: PAGE + 1 };
  let count = PAGE;
  const wrong = (expression: string, why: string, code = "value"): Asked => ({ issue: { code, expression, why } });
  for (const [name, given] of Object.entries(query)) {
    const values = [given ?? ""].flat();
    if (values.length > 1 && name !== "date") return wrong(name, "may be given once");
    const value = values[0]!;
    if (name === "patient" || name === "entity") {
      const personId = value.replace(/^Patient\//, "");
      if (!isUuid(personId) || (search.personId !== undefined && search.personId !== personId)) return wrong(name, "must be the id of one person, as Patient/id");
      search.personId = personId;
    } else if (name === "agent") {
      if (!/^[\w:.-]{1,100}$/.test(value)) return wrong(name, "must be the id of a professional or a system");
      search.actorId = value;
    } else if (name === "outcome") {
      if (value !== "0" && value !== "8") return wrong(name, "must be 0 or 8");
      search.outcome = value === "0" ? "allowed" : "refused";
    } else if (name === "date") {
      for (const each of values) if (!narrowTime(search, each)) return wrong(name, "must be ge, gt, le or lt before an instant or a day, or a day");
    } else if (name === "_count") {
      if (!/^[1-9]\d{0,2}$/.test(value)) return wrong(name, `must be a number from 1 to ${MOST}`);
      count = Math.min(Number(value), MOST);
    } else if (name === "_after") {
      const [at = "", entryId = ""] = value.split("~");
      if (Number.isNaN(Date.parse(at)) || !isUuid(entryId)) return wrong(name, "must be that of a page's own link");
      search.after = { recorded: new Date(at), entryId };
    } else return wrong(name, "is not a parameter of this search", "not-supported");
  }
  return { search: { ...search, limit: count + 1 }, count };
}

const DAY_MS = 86_400_000;

function narrowTime(search: { from?: Date; until?: Date }, text: string): boolean {
  const found = /^(ge|gt|le|lt|eq)?(\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?(?:Z|[+-]\d\d:\d\d))?)$/.exec(text);
  const begin = found === null ? Number.NaN : Date.parse(found[2]!);
  if (found === null || Number.isNaN(begin)) return false;
  const [, prefix = "eq"] = found;
  const end = begin + (found[2]!.length === 10 ? DAY_MS : 1);
  const from = prefix === "gt" ? end : prefix === "ge" || prefix === "eq" ? begin : null;
  const until = prefix === "lt" ? begin : prefix === "le" || prefix === "eq" ? end : null;
  if (from !== null) search.from = new Date(Math.max(from, search.from?.getTime() ?? from));
  if (until !== null) search.until = new Date(Math.min(until, search.until?.getTime() ?? until));
  return true;
}

function bundleOf(entries: readonly AuditEntry[], more: boolean, query: Query, source: AuditSource): Record<string, unknown> {
  const address = (changes: Readonly<Record<string, string>>): string => {
    const all = new URLSearchParams(Object.entries(query).flatMap(([name, value]) => (name in changes ? [] : [value ?? ""].flat().map((each): [string, string] => [name, each]))));
    for (const [name, value] of Object.entries(changes)) all.set(name, value);
    return `${source.base}/AuditEvent${all.size > 0 ? `?${all}` : ""}`;
  };
  const last = entries.at(-1);
  return {
    resourceType: "Bundle", type: "searchset",
    link: [{ relation: "self", url: address({}) }, ...(more && last !== undefined ? [{ relation: "next", url: address({ _after: `${last.recorded.toISOString()}~${last.entryId}` }) }] : [])],
    ...(entries.length > 0 && { entry: entries.map((each) => ({ fullUrl: `${source.base}/AuditEvent/${each.entryId}`, resource: toAuditEvent(each, source), search: { mode: "match" } })) }),
  };
}
