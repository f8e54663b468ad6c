/**
 * The practice's inbox: what came from providers about people registered there. A row
 * stands here only where this reader's own decision on that person shows the document;
 * what is withheld leaves no gap and no number.
 */
import { hash } from "node:crypto";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { reachedBy, type Access } from "#access";
import type { AuditAction, AuditInput, AuditWriter } from "#audit";
import { may, type AccessDecision, type Actor } from "#decision";
import type { Region } from "#governance";
import { describePeople, readPersonsOf } from "#identity";
import { markAcknowledged, markRead, readDelivery, readInbox, type Delivery } from "#mailbox";
import { CONTENT_SECURITY_POLICY, isCsrfToken, isRefusal, isUuid, refuse, render, uuidv7, type Clock, type Html, type Pool, type Refusal, type Session, type Shell } from "#platform";
import { openRecord, readItem, resourceId, type Entry } from "#record";
import { refusalPage, statusOf } from "../professional/index.ts";
import { decideForPerson } from "../server/person-access.ts";
import { acceptHref, actorOf, mustAccept } from "../sign-in/index.ts";
import { inboxPage, type InboxRow } from "./inbox-page.ts";

export type InboxDeps = {
  readonly region: Region;
  readonly access: Access;
  readonly audit: AuditWriter;
  readonly pages: Pool;
  readonly search: Pool;
  readonly clock: Clock;
  session(request: FastifyRequest): Promise<Session | null>;
  shell(session: Session): Shell;
};

const PAGE = 25;
const BATCH = 50;
/** Batches looked through for one page at most. */
const MOST_BATCHES = 10;

type Who = { session: Session; actor: Actor; reached: readonly string[] };
/** One delivery that this reader may see, with what the decision rests on. */
type Visible = { delivery: Delivery; decision: AccessDecision; entry: Entry };

/** True for professionals of a practice whose role sees documents: they have an inbox. */
export function hasInbox(region: Region, profile: { readonly organisation: string; readonly role: string } | null): boolean {
  return profile !== null && region.organisation(profile.organisation)?.type === "gp-practice" && region.sectionRights(profile.role).sees.has("documents");
}

/** Registers `GET /inbox`, `POST /inbox/:delivery/open` and `POST /inbox/:delivery/acknowledge`. */
export async function practiceInbox(app: FastifyInstance, deps: InboxDeps): Promise<void> {
  const { region, access, audit, pages, clock } = deps;
  if (!app.hasContentTypeParser("application/x-www-form-urlencoded")) {
    app.addContentTypeParser("application/x-www-form-urlencoded", { parseAs: "string", bodyLimit: 10_000 }, (_request, body, done) => done(null, Object.fromEntries(new URLSearchParams(String(body)))));
  }

  const enter = async (request: FastifyRequest, reply: FastifyReply): Promise<Who | null> => {
    const session = await deps.session(request);
    const actor = session && actorOf(session);
    if (session === null || actor === null) {
      reply.redirect(session === null ? `/sign-in?return=${encodeURIComponent("/inbox")}` : "/sign-in/role", 303);
      return null;
    }
    if (mustAccept(region, session, clock.now())) {
      reply.redirect(acceptHref(request, "/inbox"), 303);
      return null;
    }
    const permission = hasInbox(region, session.profile) ? access.mayOpenSearch({ actor, purpose: "direct-care", assurance: session.assurance }, clock.now()) : refuse("forbidden", "mailbox.no-inbox", "The inbox is for professionals of a GP practice whose role sees documents.");
    if (isRefusal(permission)) {
      send(reply, statusOf(permission), refusalPage(deps.shell(session), permission));
      return null;
    }
    return { session, actor, reached: reachedBy(region, actor.organisation) };
  };

  const decisionOn = async (who: Who, personId: string): Promise<AccessDecision | null> => {
    const found = await decideForPerson(pages, access, who.reached, who.session, who.actor, personId, clock.now());
    return "refusal" in found || !may(found.decision, "view") ? null : found.decision;
  };

  /** Those of the deliveries that this reader may see, in their order. */
  const visible = async (who: Who, deliveries: readonly Delivery[], decisions: Map<string, Promise<AccessDecision | null>>): Promise<Visible[]> => {
    const persons = await readPersonsOf(pages, [...new Set(deliveries.map((each) => each.sourcePatientId))]);
    const found = await Promise.all(
      [...Map.groupBy(deliveries, (each) => persons.get(each.sourcePatientId) ?? "")].map(async ([personId, mine]) => {
        if (personId === "") return [];
        const deciding = decisions.get(personId) ?? decisionOn(who, personId);
        decisions.set(personId, deciding);
        const decision = await deciding;
        if (decision === null) return [];
        const items = await openRecord(pages, decision, (sql) => Promise.all(mine.map((each) => readItem(sql, decision, resourceId(each.sourcePatientId, each.resourceKey)))));
        return mine.flatMap((delivery, index): Visible[] => {
          const item = items[index]!;
          return isRefusal(item) ? [] : [{ delivery, decision, entry: item.entry }];
        });
      }),
    );
    const byId = new Map(found.flat().map((each) => [each.delivery.deliveryId, each]));
    return deliveries.flatMap((each) => byId.get(each.deliveryId) ?? []);
  };

  /** A page of them, filled up from older ones where some may not be seen: its length tells nothing. */
  const page = async (who: Who, options: { before?: string; open: boolean }): Promise<{ shown: Visible[]; next: string | null }> => {
    const shown: Visible[] = [];
    const decisions = new Map<string, Promise<AccessDecision | null>>();
    let before = options.before;
    for (let batch = 0; batch < MOST_BATCHES; batch++) {
      const read = await readInbox(pages, who.actor.organisation, { limit: BATCH, open: options.open, ...(before !== undefined && { before }) });
      shown.push(...(await visible(who, read, decisions)));
      if (shown.length > PAGE) return { shown: shown.slice(0, PAGE), next: shown[PAGE - 1]!.delivery.deliveryId };
      if (read.length < BATCH) return { shown, next: null };
      before = read.at(-1)!.deliveryId;
    }
    return { shown, next: before ?? null };
  };

  const record = (request: FastifyRequest, who: Who, decision: AccessDecision, action: AuditAction, entries: readonly Entry[]): Promise<string> => {
    const input: AuditInput = {
      personId: decision.personId, actor: who.actor, purpose: "direct-care", action, outcome: "allowed", relationship: decision.relationship.words, reason: decision.reason, policy: decision.policy, decisionId: decision.id, route: `${request.method} ${request.routeOptions.url ?? "unknown"}`, requestId: uuidv7(),
      sourcePatients: decision.sourcePatientIds, shown: { page: "inbox", sections: [...new Set(entries.map((each) => each.section))], items: entries.length, digest: hash("sha256", entries.map((each) => each.id).sort().join("\n")).slice(0, 32) },
    };
    return audit.write(input);
  };

  app.get<{ Querystring: { before?: string; show?: string; done?: string } }>("/inbox", async (request, reply) => {
    const who = await enter(request, reply);
    if (who === null) return reply;
    const { before, show, done } = request.query;
    const open = show !== "all";
    const { shown, next } = await page(who, { open, ...(before !== undefined && isUuid(before) && { before }) });
    const byPerson = Map.groupBy(shown, (each) => each.decision.personId);
    const people = new Map((await describePeople(deps.search, [...byPerson.keys()])).map((person) => [person.personId, person]));
    const rows = shown.map(({ delivery, decision, entry }): InboxRow => ({ delivery, entry, person: people.get(decision.personId) ?? null, sender: region.organisation(delivery.sender)?.name ?? delivery.sender, isLatest: entry.messageId === delivery.messageId }));
    await Promise.all([...byPerson.values()].map((mine) => record(request, who, mine[0]!.decision, "inbox", mine.map((each) => each.entry))));
    const shell = deps.shell(who.session);
    return send(reply, 200, inboxPage(shell, { rows, next, open, acknowledged: done === "acknowledged", practice: who.actor.organisationName, isFirst: before === undefined }));
  });

  type Act = { Params: { delivery: string }; Body: Record<string, unknown> | null };

  /** The delivery of the address where this reader may see it; everything else is not there. */
  const act = async (request: FastifyRequest<Act>, reply: FastifyReply): Promise<(Visible & { who: Who }) | null> => {
    const who = await enter(request, reply);
    if (who === null) return null;
    const refused = (refusal: Refusal): null => {
      send(reply, statusOf(refusal), refusalPage(deps.shell(who.session), refusal));
      return null;
    };
    if (!isCsrfToken(who.session, request.body?.["_csrf"])) return refused(refuse("invalid", "pages.form-expired", "This form is too old, or did not come from this service. Open the page again."));
    const [sourcePatientId = "", deliveryId = ""] = request.params.delivery.split(".");
    const delivery = await readDelivery(pages, who.actor.organisation, sourcePatientId, deliveryId);
    const [found] = delivery === null ? [] : await visible(who, [delivery], new Map());
    return found === undefined ? refused(refuse("not-found", "mailbox.no-delivery", "There is no such document in the inbox.")) : { ...found, who };
  };
  const signed = ({ actor }: Who): { at: Date; by: string; name: string } => ({ at: clock.now(), by: actor.id, name: `${actor.name}, ${actor.roleName}` });

  // By POST: a link that is fetched ahead must not say to the sender that somebody has read it.
  app.post<Act>("/inbox/:delivery/open", async (request, reply) => {
    const found = await act(request, reply);
    if (found === null) return reply;
    // The document's own page decides and audits again; this only says that it was opened from here.
    await markRead(pages, found.delivery, signed(found.who));
    return reply.header("cache-control", "no-store").redirect(`/person/${found.decision.personId}/item/${found.entry.id}`, 303);
  });

  app.post<Act>("/inbox/:delivery/acknowledge", async (request, reply) => {
    const found = await act(request, reply);
    if (found === null) return reply;
    await record(request, found.who, found.decision, "acknowledge", [found.entry]);
    await markAcknowledged(pages, found.delivery, signed(found.who));
    return reply.header("cache-control", "no-store").redirect("/inbox?done=acknowledged", 303);
  });
}

function send(reply: FastifyReply, status: number, page: Html): FastifyReply {
  return reply.code(status).type("text/html; charset=utf-8").header("content-security-policy", CONTENT_SECURITY_POLICY).header("cache-control", "no-store").header("referrer-policy", "same-origin").send(render(page));
}
