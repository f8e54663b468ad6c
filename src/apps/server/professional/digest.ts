/**
 * `POST /launch/digest`: the one line that a host system shows beside its button,
 * "17 of 21 sources, 3 alerts, 4 changes since 12-Oct-2026", so that the record is
 * not forgotten where it has something to say (experience.md 2.1). The host vouches
 * for the professional with the same signed token as for a launch, used once. The
 * answer counts what this professional's summary would show, and says no more.
 */
import type { FastifyInstance, FastifyReply } from "fastify";
import { maySee } from "#decision";
import { dateText, isRefusal, localText, type Refusal } from "#platform";
import { stripOf, summaryOf, type SectionRows } from "#sections";
import type { SectionId } from "#standards";
import { inputsOf, type ProfessionalDeps } from "../../professional/index.ts";
import { actorOf, mustAccept, takeLaunch, type Attempts, type SignInDeps } from "../../sign-in/index.ts";
import { actOf } from "./reader.ts";
import type { OpenFor } from "./opened.ts";
import type { Rooms } from "./rooms.ts";

const ALERT_SECTIONS: readonly SectionId[] = ["alerts", "safeguarding", "legal-information"];
/** Changes that are counted; of more it says "500 or more". */
const MOST_CHANGES = 500;
/** A host shows one digest for each person that it opens. */
const PACE = { most: 240, minutes: 1 };

export type Digest = {
  readonly line: string;
  readonly sources: { readonly answered: number; readonly expected: number };
  readonly alerts: number;
  /** `null` where nobody of the organisation has opened the record: all of it is new. */
  readonly changes: { readonly count: number; readonly since: string } | null;
};

export function digestRoute(app: FastifyInstance, rooms: Rooms, launch: Pick<SignInDeps, "region" | "sql" | "clock" | "mode" | "publicUrl" | "secret" | "findByNhsNumberAndBirth">, deps: ProfessionalDeps & { readonly openFor: OpenFor }, attempts: Attempts): void {
  const { region, audit, sessions, clock } = rooms;
  app.post<{ Body: { token?: unknown } | null }>("/launch/digest", { bodyLimit: 10_000 }, async (request, reply) => {
    const wait = attempts.count(`digest ${request.ip}`, PACE);
    if (wait.seconds > 0) return answer(reply.header("retry-after", String(wait.seconds)), 429, { code: "digest.too-many" });
    const token = request.body?.token;
    const launched = await takeLaunch(launch, typeof token === "string" ? token : "");
    if (isRefusal(launched)) return answer(reply, refusedAs(launched), { code: launched.code });
    // A session for as long as the question takes: the duty of confidentiality and the trail go by it.
    const { cookie, session } = await sessions.start(launched.who);
    try {
      const actor = actorOf(session);
      if (actor === null || mustAccept(region, session, clock.now())) return answer(reply, 403, { code: "digest.open-it-first" });
      const { personId } = launched;
      const person = await deps.openFor(request, { session, actor }, personId);
      // Why it does not open is for the page, not for a line in another system.
      if (isRefusal(person)) return answer(reply, 404, { code: "digest.nothing-to-show" });
      const inputs = inputsOf(person, clock.now());
      const queries = ALERT_SECTIONS.filter((section) => maySee(person.decision, section)).map((section) => ({ section, limit: 200 }));
      const since = person.lastOpenedByOrganisation;
      const [rows, changed] = await Promise.all([queries.length === 0 ? [] : deps.rows(request, person, queries), since === null ? [] : deps.changedSince(request, person, since, MOST_CHANGES)]);
      const summary = summaryOf({ ...inputs, view: region.summaryView(actor.role), rows: new Map<SectionId, SectionRows>(rows.map((each) => [each.section, each])), lastOpenedByOrganisation: since, changedSince: changed });
      const strip = stripOf(inputs);
      const digest = digestOf({ answered: strip.answered, expected: strip.expected }, summary.alerts.rows.length, since === null ? null : { count: summary.changed.total, since });
      await audit.write({
        ...actOf(request, actor, personId), action: "digest", outcome: "allowed", relationship: person.decision.relationship.words, reason: person.decision.reason, policy: person.decision.policy, decisionId: person.decision.id,
        sourcePatients: person.decision.sourcePatientIds, shown: { page: "digest", host: launched.who.launch?.host ?? "", sections: ALERT_SECTIONS, alerts: digest.alerts, changes: digest.changes?.count ?? null },
      });
      return await answer(reply, 200, digest);
    } finally {
      await sessions.end(cookie);
    }
  });
}

/** The numbers and their sentence. */
export function digestOf(sources: Digest["sources"], alerts: number, changes: { readonly count: number; readonly since: Date } | null): Digest {
  const day = changes === null ? "" : localText(changes.since).slice(0, 10);
  const counted = (count: number, one: string, many: string): string => `${count} ${count === 1 ? one : many}`;
  const parts = [
    `${sources.answered} of ${sources.expected} sources`,
    counted(alerts, "alert", "alerts"),
    changes === null ? "not opened here before" : `${changes.count >= MOST_CHANGES ? `${MOST_CHANGES} or more changes` : counted(changes.count, "change", "changes")} since ${dateText(day)}`,
  ];
  return { line: parts.join(", "), sources, alerts, changes: changes === null ? null : { count: changes.count, since: day } };
}

const refusedAs = ({ kind }: Refusal): number => (kind === "not-found" ? 404 : kind === "gone" ? 410 : 403);

const answer = (reply: FastifyReply, status: number, body: object): FastifyReply => reply.code(status).type("application/json; charset=utf-8").header("cache-control", "no-store").send(JSON.stringify(body));
