/** Operations pages: what each feed sent, and what waits in quarantine with its reason and place. No person data on them. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { readFeedStatus, readQuarantine, type QuarantineCursor, type QuarantineItem } from "#feeds";
import type { Region } from "#governance";
import { html, isUuid, layout, render, CONTENT_SECURITY_POLICY, type Html, type Session, type Shell, type Sql } from "#platform";

export type FeedsOfficeDeps = {
  region: Region;
  sql: Sql;
  session(request: FastifyRequest): Promise<Session | null>;
  shell(session: Session): Shell;
};

const ROLES = new Set(["data-quality-officer", "system-administrator", "privacy-officer"]);
const PAGE = 100;

export function feedsOffice(app: FastifyInstance, deps: FeedsOfficeDeps): void {
  const enter = async (request: FastifyRequest, reply: FastifyReply): Promise<Session | null> => {
    const session = await deps.session(request);
    if (session?.profile == null) {
      reply.redirect(session === null ? `/sign-in?return=${encodeURIComponent(request.url)}` : "/sign-in/role", 303);
      return null;
    }
    if (!ROLES.has(session.profile.role)) {
      send(reply, 403, layout(deps.shell(session), { title: "Not for your role", main: html`<h1 class="h1">Not for your role</h1><p>Feeds and quarantine are for operations, data quality and privacy roles. Your role is ${session.profile.roleName}.</p><p><a href="/">Back</a></p>` }));
      return null;
    }
    return session;
  };

  app.get("/office/feeds", async (request, reply) => {
    const session = await enter(request, reply);
    if (session === null) return reply;
    const status = new Map((await readFeedStatus(deps.sql)).map((each) => [each.feed, each]));
    const rows = deps.region.feeds.map((feed) => ({ feed, status: status.get(feed.id) }));
    const unknown = status.get("unknown");
    return send(reply, 200, layout(deps.shell(session), {
      title: "Feeds", wide: true,
      main: html`<h1 class="h1">Feeds</h1><p>${rows.filter((row) => row.status).length} of ${rows.length} feeds have sent. <a href="/office/quarantine">Quarantine</a></p>
<div class="scroll" tabindex="0" role="region" aria-label="Feeds by organisation"><table class="nhsuk-table"><caption class="nhsuk-table__caption nhsuk-u-visually-hidden">Feeds by organisation</caption><thead><tr>${["Organisation", "Feed", "Format", "Last received", "Expected every", "Messages", "Waiting", "Quarantined", "Refused"].map((name) => html`<th scope="col">${name}</th>`)}</tr></thead><tbody>
${rows.map(({ feed, status }) => html`<tr><td>${deps.region.organisation(feed.organisation)?.name ?? feed.organisation}</td><td>${feed.id}</td><td>${feed.format}</td><td>${status?.lastReceived ? when(status.lastReceived, deps.region.timeZone) : "never"}${late(status?.lastReceived ?? null, feed.expectedEveryMinutes) && html` <strong class="nhsuk-tag nhsuk-tag--orange">Late</strong>`}</td><td>${minutes(feed.expectedEveryMinutes)}</td><td>${status?.messages ?? 0}</td><td>${status?.waiting ?? 0}</td><td>${(status?.quarantined ?? 0) > 0 ? html`<a href="/office/quarantine?feed=${feed.id}">${status!.quarantined}</a>` : 0}</td><td>${status?.rejected ?? 0}</td></tr>`)}
${unknown && html`<tr><td>Senders that no feed names</td><td>unknown</td><td></td><td>${unknown.lastReceived && when(unknown.lastReceived, deps.region.timeZone)}</td><td></td><td>${unknown.messages}</td><td>0</td><td>0</td><td><a href="/office/quarantine?feed=unknown">${unknown.rejected}</a></td></tr>`}
</tbody></table></div>`,
    }));
  });

  app.get<{ Querystring: { feed?: string; after?: string } }>("/office/quarantine", async (request, reply) => {
    const session = await enter(request, reply);
    if (session === null) return reply;
    const feed = request.query.feed !== undefined && /^[a-z0-9-]{1,60}$/.test(request.query.feed) ? request.query.feed : undefined;
    const after = cursorOf(request.query.after);
    const { items, total } = await readQuarantine(deps.sql, { limit: PAGE, ...(feed && { feed }), ...(after && { after }) });
    const last = items.at(-1);
    return send(reply, 200, layout(deps.shell(session), {
      title: "Quarantine", wide: true,
      main: html`<h1 class="h1">Quarantine</h1><p>${total} ${total === 1 ? "finding" : "findings"}${feed && html` on feed ${feed}`}. Every message below is kept byte for byte. <a href="/office/feeds">All feeds</a>${feed && html` · <a href="/office/quarantine">All findings</a>`}</p>
${
        items.length === 0
          ? html`<p>Nothing waits in quarantine.</p>`
          : html`<div class="scroll" tabindex="0" role="region" aria-label="Findings"><table class="nhsuk-table"><caption class="nhsuk-table__caption nhsuk-u-visually-hidden">Messages that could not be understood or used, newest first</caption><thead><tr>${["Received", "Feed", "Message", "Place", "Why", "What happened", "Code"].map((name) => html`<th scope="col">${name}</th>`)}</tr></thead><tbody>
${items.map((item) => html`<tr><td>${when(item.received, deps.region.timeZone)}</td><td>${item.feed}</td><td>${item.kind}${item.controlId && html` <span class="dim">${item.controlId}</span>`}</td><td><code>${item.place}</code></td><td>${item.why}</td><td>${STATE[item.state] ?? item.state}, answered ${item.acknowledged}</td><td><code>${item.code}</code></td></tr>`)}
</tbody></table></div>${items.length === PAGE && last ? html`<p><a href="/office/quarantine?after=${cursorText(last)}${feed && html`&amp;feed=${feed}`}">Older findings</a></p>` : null}`
      }`,
    }));
  });
}

/** `2026-11-21T22:53:00.123Z_<message id>_<item>`: where the next page begins. */
const cursorText = (item: QuarantineItem): string => `${item.received.toISOString()}_${item.messageId}_${item.item}`;

function cursorOf(text: string | undefined): QuarantineCursor | undefined {
  const [received = "", messageId = "", item = ""] = (text ?? "").split("_");
  return Number.isNaN(Date.parse(received)) || !isUuid(messageId) || !/^\d{1,6}$/.test(item) ? undefined : { received: new Date(received), messageId, item: Number(item) };
}

const STATE: Readonly<Record<string, string>> = { applied: "Used, with this marked", quarantined: "Not used, waits here", rejected: "Refused", kept: "Waiting to be applied" };

function send(reply: FastifyReply, status: number, page: Html): FastifyReply {
  return reply.code(status).type("text/html; charset=utf-8").header("content-security-policy", CONTENT_SECURITY_POLICY).header("cache-control", "no-store").header("referrer-policy", "same-origin").send(render(page));
}

const when = (at: Date, timeZone: string): string => at.toLocaleString("en-GB", { timeZone, day: "2-digit", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit" }).replace(",", "");
const late = (last: Date | null, every: number): boolean => last !== null && Date.now() - last.getTime() > every * 60_000;
const minutes = (every: number): string => (every % 1440 === 0 ? `${every / 1440} d` : every % 60 === 0 ? `${every / 60} h` : `${every} min`);
