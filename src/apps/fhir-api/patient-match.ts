/**
 * `POST /fhir/R4/Patient/$match`: who may be meant, by the engine that links, for
 * a professional whom the gate lets look for a person. One audit entry a person
 * shown, durable before the first byte leaves.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Access } from "#access";
import { NOBODY, type AuditWriter } from "#audit";
import type { Actor } from "#decision";
import { askedRecord, describePeople, matchPeople, type Matcher } from "#identity";
import { isRefusal, type Clock, type Pool, type Session } from "#platform";
import { parseJson } from "#standards";
import { outcome } from "../feeds/fhir-answer.ts";
import { gradeOf, matchBundle, type Matched } from "./match-answer.ts";
import { readMatchQuestion } from "./match-question.ts";

export type PatientMatchDeps = {
  readonly access: Access;
  readonly audit: AuditWriter;
  readonly search: Pool;
  readonly matcher: Matcher | null;
  readonly clock: Clock;
  /** Where this server is reached, without a slash at the end. */
  readonly publicUrl: string;
  /** The professional's session with a role chosen; `null`: sign in first. */
  reader(request: FastifyRequest): Promise<{ session: Session; actor: Actor } | null>;
  /** Source patients that the reader's decision opens of this person; `null` where it opens none, `not-shared` where the person's objection closes the record. */
  opens(session: Session, actor: Actor, personId: string, now: Date): Promise<readonly string[] | "not-shared" | null>;
  /** The parts of an audit entry that follow from the request. */
  act(request: FastifyRequest, actor: Actor, personId: string): { personId: string; actor: Actor; purpose: string; route: string; requestId: string };
};

const FHIR = "application/fhir+json; charset=utf-8";
const JSON_TYPES = ["application/fhir+json", "application/json"];
const readers = new WeakMap<FastifyRequest, { session: Session; actor: Actor }>();

/** Registers the route; wants an instance of its own, since bodies come as text here. */
export function patientMatch(app: FastifyInstance, deps: PatientMatchDeps): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(JSON_TYPES, { parseAs: "string", bodyLimit: 100_000 }, (_request, body, done) => done(null, body));
  const say = (reply: FastifyReply, status: number, code: string, why: string, expression = ""): FastifyReply => reply.code(status).type(FHIR).send(JSON.stringify(outcome([{ code, expression, why }])));

  // Before the body is read: whoever is not signed in learns nothing of what is taken.
  app.addHook("onRequest", async (request, reply) => {
    const reader = await deps.reader(request);
    if (reader === null) return say(reply, 401, "login", "Sign in and choose a role.");
    readers.set(request, reader);
    const permission = deps.access.mayOpenSearch({ actor: reader.actor, purpose: "direct-care", assurance: reader.session.assurance }, deps.clock.now());
    if (!isRefusal(permission)) return undefined;
    await deps.audit.write({ ...deps.act(request, reader.actor, NOBODY), action: "refused", outcome: "refused", relationship: "none", reason: null, policy: permission.code, sourcePatients: [], shown: { page: "match" } });
    return say(reply, 403, "forbidden", permission.message);
  });

  app.post("/fhir/R4/Patient/$match", async (request, reply) => {
    const { session, actor } = readers.get(request)!;
    if (deps.matcher === null) return say(reply, 501, "not-supported", "This region has no comparison specification.");
    let body: unknown;
    try {
      body = parseJson(String(request.body ?? ""));
    } catch {
      return say(reply, 400, "structure", "the body is no JSON");
    }
    const question = readMatchQuestion(body);
    if ("issues" in question) return reply.code(question.issues.every((each) => each.code === "required") ? 422 : 400).type(FHIR).send(JSON.stringify(outcome(question.issues)));
    const matched = await find(session, actor, question);
    const bytes = Buffer.from(JSON.stringify(matchBundle(matched, `${deps.publicUrl}/fhir/R4`)));
    await record(request, actor, matched, bytes.length);
    return reply.code(200).type(FHIR).send(bytes);
  });

  async function find(session: Session, actor: Actor, question: Exclude<ReturnType<typeof readMatchQuestion>, { issues: unknown }>): Promise<Matched[]> {
    const sql = await deps.search.connection();
    let answers;
    try {
      answers = await matchPeople(sql, deps.matcher!, askedRecord(question.asked), question.count);
    } finally {
      sql.release();
    }
    const wanted = question.onlyCertain ? answers.filter((each) => gradeOf(each) === "certain") : answers;
    const described = new Map((await describePeople(deps.search, wanted.map((each) => each.personId))).map((each) => [each.personId, each]));
    const now = deps.clock.now();
    const matched: Matched[] = [];
    for (const each of wanted) {
      const person = described.get(each.personId);
      if (person === undefined) continue;
      const opened = await deps.opens(session, actor, each.personId, now);
      matched.push({ person, grade: gradeOf(each), probability: each.probability, sourcePatientIds: opened === null || opened === "not-shared" ? [] : opened, notShared: opened === "not-shared" });
    }
    return matched;
  }

  async function record(request: FastifyRequest, actor: Actor, matched: readonly Matched[], bytes: number): Promise<void> {
    const common = { outcome: "allowed", relationship: "none yet", reason: null, policy: "find a person" } as const;
    if (matched.length === 0) await deps.audit.write({ ...deps.act(request, actor, NOBODY), ...common, action: "search", sourcePatients: [], shown: { page: "match", found: 0 } });
    await Promise.all(matched.map(({ person, grade, sourcePatientIds, notShared }) => deps.audit.write({ ...deps.act(request, actor, person.personId), ...common, action: "found", sourcePatients: [...sourcePatientIds], shown: { page: "match", ...(notShared ? { notShared } : { grade }), bytes } })));
  }
}
