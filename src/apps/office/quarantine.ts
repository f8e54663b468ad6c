/** What waits in quarantine, with reason and place: of the officer's own feeds, values masked. */
import type { FastifyInstance } from "fastify";
import { masked, maskedControlId, readFindingCodes, readQuarantine, UNKNOWN_FEED, type QuarantineCursor, type QuarantineItem } from "#feeds";
import { html, isUuid } from "#platform";
import { enter, isTheirs, organisationName, send, type OfficeDeps } from "./officer.ts";
import { messageHref, STATE, table, when } from "./words.ts";

const PAGE = 100;

export function quarantineRoutes(app: FastifyInstance, deps: OfficeDeps): void {
  app.get<{ Querystring: { feed?: string; organisation?: string; code?: string; after?: string } }>("/office/quarantine", async (request, reply) => {
    const officer = await enter(deps, request, reply);
    if (officer === null) return reply;
    const { region } = deps;
    const feed = request.query.feed !== undefined && /^[a-z0-9-]{1,60}$/.test(request.query.feed) ? request.query.feed : undefined;
    const code = request.query.code !== undefined && /^[a-z0-9.-]{1,60}$/i.test(request.query.code) && request.query.code !== "" ? request.query.code : undefined;
    const organisation = region.organisation(request.query.organisation ?? "");
    const asked = feed !== undefined ? [feed] : organisation !== undefined ? region.feedsOf(organisation.odsCode).map(({ id }) => id) : officer.feeds;
    const feeds = asked?.filter((each) => isTheirs(officer, each));
    const after = cursorOf(request.query.after);
    const [{ items, total }, codes] = await Promise.all([readQuarantine(deps.pages, { limit: PAGE, ...(feeds && { feeds }), ...(code && { code }), ...(after && { after }) }), readFindingCodes(deps.pages, feeds)]);
    const last = items.at(-1);
    const theirs = region.feeds.filter(({ id }) => isTheirs(officer, id));
    const organisations = [...new Map(theirs.map((each) => [each.organisation, organisationName(region, each)]))].sort((a, b) => a[1].localeCompare(b[1]));
    const older = new URLSearchParams({ ...(feed && { feed }), ...(organisation && { organisation: organisation.odsCode }), ...(code && { code }), after: last ? cursorText(last) : "" });
    const main = html`<h1 class="h1">Quarantine</h1>
<p>${total} ${total === 1 ? "finding" : "findings"}${feed && html` on feed ${feed}`}${organisation && html` of ${organisation.name}`}${code && html` of kind <code>${code}</code>`}${officer.feeds && html`, of the feeds of ${officer.actor.organisationName}`}. Every message below is kept byte for byte; what could name a person is masked until a message is opened with a reason. <a href="/office/feeds">All feeds</a>${(feed || code || organisation) && html` · <a href="/office/quarantine">All findings</a>`}</p>
<form class="sift" method="get" action="/office/quarantine"><label for="organisation">Organisation</label> <select id="organisation" name="organisation"><option value="">${officer.feeds ? "Your own" : "All"}</option>${organisations.map(([id, name]) => html`<option value="${id}"${organisation?.odsCode === id ? html` selected` : null}>${name}</option>`)}</select>
<label for="code">Kind</label> <select id="code" name="code"><option value="">All</option>${codes.map((each) => html`<option value="${each.code}"${code === each.code ? html` selected` : null}>${each.code} (${each.count})</option>`)}</select> <button class="sift__button" type="submit">Show</button></form>
${
      items.length === 0
        ? html`<p>Nothing waits in quarantine.</p>`
        : table("Messages that could not be understood or used, newest first", ["Received", "Feed", "Message", "Place", "Why", "What happened", "Kind"], items.map((item) => html`<tr><td>${when(item.received, region.timeZone)}</td><td>${item.feed === UNKNOWN_FEED ? "unknown" : html`<a href="/office/feeds/${item.feed}">${item.feed}</a>`}</td><td><a href="${messageHref(item.feed, item.messageId)}">${item.kind}</a>${item.controlId && html` <span class="dim">${maskedControlId(item.format, item.controlId)}</span>`}</td><td><code>${masked(item.place, item.code)}</code></td><td>${masked(item.why, item.code)}</td><td>${item.state === "applied" ? "Used, with this marked" : (STATE[item.state] ?? item.state)}, answered ${item.acknowledged}</td><td><code>${item.code}</code></td></tr>`))
    }${items.length === PAGE && last ? html`<p><a href="/office/quarantine?${older.toString()}">Older findings</a></p>` : null}`;
    return send(reply, 200, officer.shell, "Quarantine", main);
  });
}

/** `2026-11-21T22:53:00.123Z_<message id>_<item>`: where the next page begins. */
const cursorText = (item: QuarantineItem): string => `${item.received.toISOString()}_${item.messageId}_${item.item}`;

function cursorOf(text: string | undefined): QuarantineCursor | undefined {
  const [received = "", messageId = "", item = ""] = (text ?? "").split("_");
  return Number.isNaN(Date.parse(received)) || !isUuid(messageId) || !/^\d{1,6}$/.test(item) ? undefined : { received: new Date(received), messageId, item: Number(item) };
}
