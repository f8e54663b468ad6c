/** The wall of all feeds: one look tells what is wrong. Counts and times only, no person data. */
import type { FastifyInstance } from "fastify";
import { readBacklog, readFeedStatus, readFirstHours, readLastReceived, readOpenFindings, readTally, UNKNOWN_FEED, watch, watchedFrom, type Tally, type Watched } from "#feeds";
import { agreementState, arrivalOf, type AgreementState, type Feed, type Region } from "#governance";
import { everyText, html, type Html, type Sql } from "#platform";
import { enter, organisationName, send, type OfficeDeps } from "./officer.ts";
import { AGREEMENT, ago, bars, FORMATS, mark, PUNCTUALITY, table, transportOf, when } from "./words.ts";

export type WallLine = {
  feed: Feed; organisation: string; agreement: AgreementState; watched: Watched; lastReceived: Date | null; messages: number; waiting: number; oldestWaiting: Date | null; findings: number; rejected: number;
};

/** Every feed of the region as it stands now. */
export async function readWall(sql: Sql, region: Region, now: Date): Promise<{ lines: WallLine[]; unknown: { messages: number; rejected: number; findings: number } | null }> {
  const feeds = region.feeds.map(({ id }) => id);
  const [tallies, first, last, backlog, findings, status] = await Promise.all([readTally(sql, watchedFrom(now)), readFirstHours(sql), readLastReceived(sql, feeds), readBacklog(sql), readOpenFindings(sql), readFeedStatus(sql)]);
  const byFeed = Map.groupBy<string, Tally>(tallies, ({ feed }) => feed);
  const totals = new Map(status.map((each) => [each.feed, each]));
  const lines = region.feeds.map((feed): WallLine => {
    const organisation = region.organisation(feed.organisation);
    const waiting = backlog.get(feed.id);
    return {
      feed, organisation: organisationName(region, feed), agreement: organisation === undefined ? "none" : agreementState(organisation, "direct-care", region.dayOf(now)),
      watched: watch(byFeed.get(feed.id) ?? [], first.get(feed.id), last.get(feed.id) ?? null, waiting?.oldest ?? null, feed.expectedEveryMinutes, now),
      lastReceived: last.get(feed.id) ?? null, messages: totals.get(feed.id)?.messages ?? 0, waiting: waiting?.waiting ?? 0, oldestWaiting: waiting?.oldest ?? null, findings: findings.get(feed.id)?.findings ?? 0, rejected: totals.get(feed.id)?.rejected ?? 0,
    };
  });
  const unknown = totals.get(UNKNOWN_FEED);
  return { lines, unknown: unknown ? { messages: unknown.messages, rejected: unknown.rejected, findings: findings.get(UNKNOWN_FEED)?.findings ?? 0 } : null };
}

/** What a line is filtered by: wrong with an alarm, late, silent, never sent, with findings, without an agreement. */
const FILTERS = {
  wrong: { words: "With an alarm", holds: (line: WallLine) => isWrong(line) },
  "on-time": { words: "On time", holds: (line: WallLine) => line.watched.punctuality === "on-time" },
  late: { words: "Late", holds: (line: WallLine) => line.watched.punctuality === "late" },
  silent: { words: "Silent", holds: (line: WallLine) => line.watched.punctuality === "silent" },
  never: { words: "Never sent", holds: (line: WallLine) => line.watched.punctuality === "never" },
  quarantine: { words: "With open findings", holds: (line: WallLine) => line.findings > 0 },
  agreement: { words: "Without an agreement", holds: (line: WallLine) => isBarred(line) },
} as const;

const isBarred = (line: WallLine): boolean => line.feed.agreementRequired && line.agreement !== "in-force";
/** A feed that never sent is no alarm by itself: most of a young region has not started. */
const isWrong = (line: WallLine): boolean => isBarred(line) || line.watched.alarms.some(({ code }) => code !== "never-sent");

/** What is wrong stands first, then what has never begun; the rest in the order of the region. */
const rank = (line: WallLine): number => (isWrong(line) ? 0 : line.lastReceived === null ? 1 : 2);

export function wallRoutes(app: FastifyInstance, deps: OfficeDeps): void {
  app.get<{ Querystring: { organisation?: string; state?: string } }>("/office/feeds", async (request, reply) => {
    const officer = await enter(deps, request, reply);
    if (officer === null) return reply;
    const now = deps.clock.now();
    const { lines, unknown } = await readWall(deps.pages, deps.region, now);
    const filter = FILTERS[request.query.state as keyof typeof FILTERS];
    const organisation = deps.region.organisation(request.query.organisation ?? "");
    const shown = lines.filter((line) => (organisation === undefined || line.feed.organisation === organisation.odsCode) && (filter === undefined || filter.holds(line))).toSorted((a, b) => rank(a) - rank(b));
    const wrong = lines.filter(isWrong);
    const count = (name: keyof typeof FILTERS): number => lines.filter((line) => FILTERS[name].holds(line)).length;
    const organisations = [...new Map(lines.map((line) => [line.feed.organisation, line.organisation]))].sort((a, b) => a[1].localeCompare(b[1]));
    const main = html`<h1 class="h1">Feeds</h1>
<p class="said said--${wrong.length === 0 ? "plain" : "amber"}">${wrong.length === 0 ? "No alarm." : html`<strong>${wrong.length} ${wrong.length === 1 ? "feed needs" : "feeds need"} a look.</strong>`} ${lines.filter((line) => line.lastReceived !== null).length} of ${lines.length} feeds have sent. ${count("late")} late, ${count("silent")} silent, ${count("never")} never sent, ${count("quarantine")} with open findings, ${count("agreement")} without an agreement.</p>
<form class="sift" method="get" action="/office/feeds"><label for="organisation">Organisation</label> <select id="organisation" name="organisation"><option value="">All</option>${organisations.map(([id, name]) => html`<option value="${id}"${organisation?.odsCode === id ? html` selected` : null}>${name}</option>`)}</select>
<label for="state">State</label> <select id="state" name="state"><option value="">All</option>${Object.entries(FILTERS).map(([id, { words }]) => html`<option value="${id}"${filter !== undefined && request.query.state === id ? html` selected` : null}>${words}</option>`)}</select> <button class="sift__button" type="submit">Show</button></form>
${table("Feeds by organisation", ["Organisation", "Feed", "State", "Last message", "Waiting", "Findings", "Refused", "Last whole hour", "24 hours", "Messages", "Format", "Agreement"], [...shown.map((line) => lineHtml(line, now, deps.region.timeZone)), ...(unknown && filter === undefined && organisation === undefined ? [unknownLine(unknown)] : [])])}
${shown.length === 0 ? html`<p>No feed is in this state.</p>` : null}
<details class="cover"><summary>Messages by hour, as a table</summary>${hoursTable(shown)}</details>`;
    return send(reply, 200, officer.shell, "Feeds", main);
  });
}

function lineHtml(line: WallLine, now: Date, timeZone: string): Html {
  const { feed, watched } = line;
  const { words, tag } = PUNCTUALITY[watched.punctuality];
  const others = watched.alarms.filter(({ code }) => code === "rate-low" || code === "rejects" || code === "backlog");
  return html`<tr data-feed="${feed.id}" data-state="${watched.punctuality}"><th scope="row">${line.organisation}</th><td><a href="/office/feeds/${feed.id}">${feed.id}</a></td>
<td>${mark(tag, words)} <span class="dim">expected ${everyText(feed.expectedEveryMinutes)}</span>${others.map((alarm) => html`<br>${mark("bad", "Alarm")} ${alarm.words}`)}</td>
<td>${line.lastReceived === null ? "never" : html`${ago(line.lastReceived, now)} <span class="dim">${when(line.lastReceived, timeZone)}</span>`}</td>
<td>${line.waiting}${line.oldestWaiting && html` <span class="dim">oldest ${ago(line.oldestWaiting, now)}</span>`}</td>
<td>${line.findings > 0 ? html`<a href="/office/quarantine?feed=${feed.id}">${line.findings}</a>` : "0"}</td>
<td>${line.rejected}${watched.rejectedShare !== null && watched.rejectedShare > 0 && html` <span class="dim">${(watched.rejectedShare * 100).toFixed(1)} % today</span>`}</td>
<td>${watched.rate.received}${watched.rate.usual === null ? null : html` <span class="dim">usual ${Math.round(watched.rate.usual)}</span>`}</td>
<td>${bars(watched.hours, `${watched.hours.reduce((a, b) => a + b, 0)} messages in 24 hours, at most ${Math.max(...watched.hours)} in one`)}</td>
<td>${line.messages}</td><td>${FORMATS[feed.format]}, ${transportOf(feed)}, ${arrivalOf(feed)}</td>
<td>${!feed.agreementRequired ? "Not needed" : line.agreement === "in-force" ? AGREEMENT["in-force"] : mark("bad", AGREEMENT[line.agreement])}</td></tr>`;
}

const unknownLine = (unknown: { messages: number; rejected: number; findings: number }): Html =>
  html`<tr data-feed="unknown"><th scope="row">Senders that no feed names</th><td>unknown</td><td></td><td></td><td>0</td><td><a href="/office/quarantine?feed=unknown">${unknown.findings}</a></td><td>${unknown.rejected}</td><td></td><td></td><td>${unknown.messages}</td><td></td><td></td></tr>`;

function hoursTable(lines: readonly WallLine[]): Html {
  const headings = Array.from({ length: 24 }, (_, index) => (index === 23 ? "now" : `−${23 - index} h`));
  return table("Messages by hour, this hour last", ["Feed", ...headings], lines.map((line) => html`<tr><th scope="row">${line.feed.id}</th>${line.watched.hours.map((count) => html`<td>${count}</td>`)}</tr>`));
}
