/** One doubt: both sides, what was compared, and the decision. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { decideReview, readOpenReviews, readPerson, readReview, type Review, type SourcePatient } from "#identity";
import { isRefusal } from "#platform";
import { reasonOf, send, type Form } from "../officer.ts";
import { act, auditIdentity, enterIdentity, formFault, isTheirs, notTheirs, sendRefusal, type IdentityOfficeDeps, type IdentityOfficer } from "./officer.ts";
import { narrowedBy, pairOf, queryOf, type Narrowed } from "./queue.ts";
import { reviewPage } from "./review-page.ts";
import { GROUNDS, isGround, riskWords } from "./words.ts";

type ReviewRoute = { Params: { one: string; other: string }; Querystring: Record<string, unknown>; Body: Form };
type Opened = { officer: IdentityOfficer; review: Review; narrowed: Narrowed };

export function reviewRoutes(app: FastifyInstance, deps: IdentityOfficeDeps): void {
  app.get<ReviewRoute>("/office/identity/review/:one/:other", async (request, reply) => {
    const opened = await open(request, reply);
    return opened === null ? reply : show(request, reply, opened, null);
  });

  app.post<ReviewRoute>("/office/identity/review/:one/:other", async (request, reply) => {
    const opened = await open(request, reply);
    if (opened === null) return reply;
    const { officer, review, narrowed } = opened;
    const words = reasonOf(request.body);
    const what = request.body?.["what"];
    const ground = request.body?.["ground"];
    // Where a mistake would be worst, a ground from the list does not do.
    const company = await companyOf(review);
    const wantsWords = review.kind === "said-not-same" || (what === "link" && riskWords(review, company.flat()) !== null);
    const fault = formFault(officer, request.body, words, wantsWords) ?? (what === "link" || what === "apart" ? null : "Choose whether to link or to keep apart.") ?? (isGround(ground) ? null : "Choose what the decision rests on.");
    if (fault !== null || (what !== "link" && what !== "apart") || !isGround(ground)) return show(request, reply, opened, fault);
    const reason = [GROUNDS[ground], words].filter((each) => each !== null).join(": ");
    const done = await act(deps, (sql, at) => decideReview(sql, { one: review.one.sourcePatientId, other: review.other.sourcePatientId, what, actor: officer.actor.id, reason, at }));
    if (isRefusal(done)) return sendRefusal(reply, officer, done);
    await auditIdentity(deps, request, officer, "identity-act", [review.one, review.other], { page: "doubt", kind: review.kind, what, state: done.state, act: done.actId }, reason);
    const next = await neighbour(review, narrowed);
    const to = next === null ? `/office/identity${queryOf(officer, narrowed, { done: done.state })}` : `/office/identity/review/${pairOf(next)}${queryOf(officer, narrowed, { done: done.state, back: pairOf(review).replace("/", "_") })}`;
    return reply.header("cache-control", "no-store").redirect(to, 303);
  });

  async function show(request: FastifyRequest<ReviewRoute>, reply: FastifyReply, { officer, review, narrowed }: Opened, fault: string | null): Promise<FastifyReply> {
    const [next, company] = await Promise.all([neighbour(review, narrowed), companyOf(review)]);
    const text = (name: string): string => (typeof request.query[name] === "string" ? (request.query[name] as string) : "");
    const main = reviewPage({
      region: deps.region, officer, review, now: deps.clock.now(), fault, done: text("done"), company,
      queueHref: `/office/identity${queryOf(officer, narrowed)}`,
      nextHref: next === null ? null : `/office/identity/review/${pairOf(next)}${queryOf(officer, narrowed, { back: pairOf(review).replace("/", "_") })}`,
      backHref: /^[0-9a-f-]{36}_[0-9a-f-]{36}$/.test(text("back")) ? `/office/identity/review/${text("back").replace("_", "/")}${queryOf(officer, narrowed)}` : null,
      action: `/office/identity/review/${pairOf(review)}${queryOf(officer, narrowed)}`,
    });
    await auditIdentity(deps, request, officer, "identity-read", [...company.flat(), review.one, review.other], { page: "doubt", kind: review.kind });
    return send(reply, fault === null ? 200 : 400, officer.shell, fault === null ? "One person or two" : "Error: one person or two", main);
  }

  /** Everyone linked to either side: what a decision to link joins. */
  async function companyOf({ one, other }: Review): Promise<[readonly SourcePatient[], readonly SourcePatient[]]> {
    const [mine, theirs] = await Promise.all([readPerson(deps.pages, one.personId), readPerson(deps.pages, other.personId)]);
    return [mine?.sourcePatients ?? [], theirs?.sourcePatients ?? []];
  }

  /** The doubt after this one in the officer's own order. */
  async function neighbour(review: Review, { kind, organisation }: Narrowed): Promise<Review | null> {
    const [next] = await readOpenReviews(deps.pages, { organisation, limit: 1, after: { due: review.due, one: review.one.sourcePatientId, other: review.other.sourcePatientId }, ...(kind !== null && { kind }) });
    return next ?? null;
  }

  async function open(request: FastifyRequest<ReviewRoute>, reply: FastifyReply): Promise<Opened | null> {
    const officer = await enterIdentity(deps, request, reply);
    if (officer === null) return null;
    const review = await readReview(deps.pages, request.params.one, request.params.other);
    if (review !== null && isTheirs(officer, [review.one, review.other])) return { officer, review, narrowed: narrowedBy(deps, officer, request.query) };
    notTheirs(reply, officer);
    return null;
  }
}

