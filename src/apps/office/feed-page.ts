/** One feed: as configured, how it connects, growth, unmapped codes, its newest messages, and replay of a time. */
import type { FastifyInstance, FastifyReply } from "fastify";
import { byDay, dryRun, masked, maskedControlId, readConnections, readNewest, readTally, readUnmappedCodes, replayMessages, type ReplayChoice, type Replayed } from "#feeds";
import { arrivalOf, type Feed } from "#governance";
import { csrfField, everyText, html, isCsrfToken, isRefusal, type Content, type Html } from "#platform";
import { SECTIONS, sectionTitle } from "#standards";
import { CONNECTION_HEADINGS, connectionRows } from "./connections.ts";
import { auditAct, enter, isTheirs, notFound, organisationName, reasonOf, send, type OfficeDeps, type Form, type Officer } from "./officer.ts";
import { bars, bytesText, fault, FORMATS, messageHref, STATE, table, when } from "./words.ts";
import { readWall } from "./wall.ts";

const GROWTH_DAYS = 28;
const NEWEST = 100;
const STATES = ["applied", "quarantined", "rejected"] as const;

export function feedPageRoutes(app: FastifyInstance, deps: OfficeDeps): void {
  app.get<{ Params: { feed: string }; Querystring: { taken?: string } }>("/office/feeds/:feed", async (request, reply) => {
    const officer = await enter(deps, request, reply);
    if (officer === null) return reply;
    const feed = deps.region.feed(request.params.feed);
    if (feed === undefined || !isTheirs(officer, feed.id)) return notFound(reply, officer, "feed");
    const taken = /^\d{1,9}$/.test(request.query.taken ?? "") ? html`<p class="said said--plain" role="status">${request.query.taken} ${request.query.taken === "1" ? "message was" : "messages were"} taken up again; the workers apply them now.</p>` : null;
    return show(deps, reply, officer, feed, 200, { notice: taken });
  });

  app.post<{ Params: { feed: string }; Body: Form }>("/office/feeds/:feed/replay", async (request, reply) => {
    const officer = await enter(deps, request, reply);
    if (officer === null) return reply;
    const feed = deps.region.feed(request.params.feed);
    if (feed === undefined || !isTheirs(officer, feed.id)) return notFound(reply, officer, "feed");
    const form = request.body ?? {};
    const again = (words: string, status = 400): Promise<FastifyReply> => show(deps, reply, officer, feed, status, { form, error: words });
    if (!officer.mayAct) return again("Your role reads here and does not replay.", 403);
    if (!isCsrfToken(officer.session, form["_csrf"])) return again("This form is out of date. Try again.");
    const reason = reasonOf(form);
    if (reason === null) return again("Say in a few words why these messages are taken up again.");
    const [from, to] = [instant(form["from"]), instant(form["to"])];
    const states = STATES.filter((state) => (form["states"] ?? "").split(",").includes(state));
    if (from === null || to === null) return again("Give both times, for example 2026-11-21T09:00.");
    if (from >= to) return again("The first time must be before the second.");
    if (states.length === 0) return again("Choose at least one state.");
    const choice: ReplayChoice = { feed: feed.id, from, to, states };
    const asker = { by: `${officer.actor.name} (${officer.actor.id})`, reason };
    const what = { feed: feed.id, from: from.toISOString(), to: to.toISOString(), states };
    if (form["step"] !== "replay") {
      const outcomes = await dryRun(deps.intake, deps.region, choice, asker);
      return isRefusal(outcomes) ? again(outcomes.message) : show(deps, reply, officer, feed, 200, { form, outcomes });
    }
    await auditAct(deps, request, officer, "message-replayed", reason, [], what);
    const done = await replayMessages(deps.intake, deps.region, choice, asker);
    return reply.header("cache-control", "no-store").redirect(`/office/feeds/${feed.id}?taken=${done.taken}`, 303);
  });
}

/** A moment as a form of the browser gives it, of UTC. */
function instant(text: string | undefined): Date | null {
  const at = new Date(`${(text ?? "").slice(0, 16)}:00Z`);
  return Number.isNaN(at.getTime()) ? null : at;
}

type Shown = { notice?: Content; form?: Readonly<Record<string, string>>; error?: string; outcomes?: readonly Replayed[] };

async function show(deps: OfficeDeps, reply: FastifyReply, officer: Officer, feed: Feed, status: number, shown: Shown): Promise<FastifyReply> {
  const { region, pages } = deps;
  const now = deps.clock.now();
  const [{ lines }, tallies, codes, newest, connections] = await Promise.all([readWall(pages, { ...region, feeds: [feed] }, now), readTally(pages, new Date(now.getTime() - GROWTH_DAYS * 86_400_000), feed.id), readUnmappedCodes(pages, feed.id), readNewest(pages, feed.id, NEWEST), readConnections(pages)]);
  const line = lines[0]!;
  const days = byDay(tallies, region.dayOf);
  const main = html`<h1 class="h1">Feed ${feed.id}</h1>${shown.notice}
<p>${feed.title}. <a href="/office/feeds">All feeds</a> · <a href="/office/quarantine?feed=${feed.id}">${line.findings} open ${line.findings === 1 ? "finding" : "findings"}</a></p>
${line.watched.alarms.length > 0 && html`<ul class="said said--amber plainlist">${line.watched.alarms.map((alarm) => html`<li>${alarm.words}</li>`)}</ul>`}
<section class="panel panel--list" aria-labelledby="h-growth"><div class="panel__head"><h2 id="h-growth">How much it sends</h2><span class="panel__note">${line.messages} messages in all</span></div>
${bars(line.watched.hours, `${line.watched.hours.reduce((a, b) => a + b, 0)} messages in the last 24 hours`)}
${table("Messages by day", ["Day", "Received", "Sent again", "Refused", "Volume"], days.toReversed().map((day) => html`<tr><th scope="row">${day.day}</th><td>${day.received}</td><td>${day.repeated}</td><td>${day.rejected}</td><td>${bytesText(day.bytes)}</td></tr>`))}</section>
${officer.mayAct && replayForm(officer, feed, shown, now)}
<section class="panel panel--list" aria-labelledby="h-newest"><div class="panel__head"><h2 id="h-newest">Newest messages</h2><span class="panel__note">the last ${NEWEST}, newest first</span></div>
${table("Newest messages", ["Received", "Message", "State", "Answered", "Size", "Marks"], newest.map((each) => html`<tr><td>${when(each.received, region.timeZone)}</td><td><a href="${messageHref(feed.id, each.messageId)}">${each.kind}</a> <span class="dim">${maskedControlId(each.format, each.controlId)}</span></td><td>${STATE[each.state] ?? each.state}${each.replays && html` <span class="tag">replay</span>`}</td><td>${each.acknowledged}</td><td>${bytesText(each.size)}</td><td>${each.flags.join(", ")}</td></tr>`))}</section>
<section class="panel panel--list" aria-labelledby="h-codes"><div class="panel__head"><h2 id="h-codes">Local codes without a map</h2><span class="panel__note">most frequent first</span></div>
${codes.length === 0 ? html`<p>None.</p>` : table("Local codes without a map", ["Code", "System", "Words", "Times", "Last"], codes.slice(0, 50).map((each) => html`<tr><th scope="row"><code>${each.code}</code></th><td>${each.system}</td><td>${each.display}</td><td>${each.count}</td><td>${when(each.lastSeen, region.timeZone)}</td></tr>`))}</section>
<section class="panel panel--list" aria-labelledby="h-connection"><div class="panel__head"><h2 id="h-connection">Connection</h2></div>${table("Last connection", CONNECTION_HEADINGS, connectionRows(feed, connections.filter((each) => each.feed === feed.id), line.organisation, now, region.timeZone))}</section>
<section class="panel panel--list" aria-labelledby="h-definition"><div class="panel__head"><h2 id="h-definition">As configured</h2><span class="panel__note">feeds.json of the region; a change there is taken up at the next start</span></div>
<dl class="pairs"><div><dt>Organisation</dt><dd>${organisationName(region, feed)}, ${feed.organisation}</dd></div><div><dt>Format</dt><dd>${FORMATS[feed.format]}</dd></div><div><dt>Arrives</dt><dd>${arrivalOf(feed) === "pull" ? "pull: the source is asked, and this is its answer" : "push: the source sends by itself"}</dd></div><div><dt>Expected</dt><dd>${everyText(feed.expectedEveryMinutes)}</dd></div><div><dt>Supplies</dt><dd>${feed.supplies.length} of ${SECTIONS.length} sections: ${feed.supplies.map((section) => sectionTitle(section)).join(", ")}</dd></div></dl>
<details class="cover"><summary>The definition itself</summary><pre class="pre">${JSON.stringify(feed, null, 2)}</pre></details></section>`;
  return send(reply, status, officer.shell, `Feed ${feed.id}`, main);
}

function replayForm(officer: Officer, feed: Feed, { form, error, outcomes }: Shown, now: Date): Html {
  const value = (name: string, otherwise: string): string => form?.[name] ?? otherwise;
  const local = (at: Date): string => at.toISOString().slice(0, 16);
  const states = value("states", "quarantined,rejected").split(",");
  const hidden = (name: string): Html => html`<input type="hidden" name="${name}" value="${value(name, "")}">`;
  return html`<section class="panel panel--list" aria-labelledby="h-replay"><div class="panel__head"><h2 id="h-replay">Take messages up again</h2><span class="panel__note">what was received stays as it was; older words never overwrite newer ones</span></div>
${fault(error ?? null, "#reason")}
<form class="office-form" method="post" action="/office/feeds/${feed.id}/replay" novalidate>${csrfField(officer.shell)}
<p><label for="from">Received from (UTC)</label> <input class="nhsuk-input office-input" id="from" name="from" type="datetime-local" value="${value("from", local(new Date(now.getTime() - 86_400_000)))}"> <label for="to">and before</label> <input class="nhsuk-input office-input" id="to" name="to" type="datetime-local" value="${value("to", local(new Date(now.getTime() + 60_000)))}"></p>
<fieldset class="office-set"><legend>In state</legend>${STATES.map((state) => html`<label><input type="checkbox" name="states" value="${state}"${states.includes(state) ? html` checked` : null}> ${STATE[state]}</label> `)}</fieldset>
<p><label for="reason">Why</label> <input class="nhsuk-input office-input office-input--wide" id="reason" name="reason" value="${value("reason", "")}" autocomplete="off"></p>
<button class="nhsuk-button nhsuk-button--secondary" type="submit" name="step" value="try">Show what it would do</button></form>
${
  outcomes &&
  html`<h3 class="h3" id="would">What it would do: ${outcomes.length} ${outcomes.length === 1 ? "message" : "messages"}</h3>${outcomes.length === 0 ? html`<p>No message of this feed was received in that time in these states.</p>` : html`${table("What a replay would do", ["Message", "State", "Created", "Updated", "Unchanged", "Removed", "Findings"], outcomes.map((each) => html`<tr><td><a href="${messageHref(feed.id, each.of)}">${each.kind}</a> <span class="dim">${maskedControlId(feed.format, each.controlId)}</span></td><td>${each.state === "refused" ? "Still cannot be read" : (STATE[each.state] ?? each.state)}</td><td>${each.created}</td><td>${each.updated}</td><td>${each.unchanged}</td><td>${each.removed}</td><td>${each.marks.map((one, index) => html`${index > 0 ? html`<br>` : null}<code>${masked(one.place, one.code)}</code> ${masked(one.why, one.code)}`)}</td></tr>`))}
<form class="office-form" method="post" action="/office/feeds/${feed.id}/replay">${csrfField(officer.shell)}${["from", "to", "states", "reason"].map(hidden)}<button class="nhsuk-button" type="submit" name="step" value="replay">Replay ${outcomes.length === 1 ? "this message" : `these ${outcomes.length} messages`}</button></form>`}`
}</section>`;
}
