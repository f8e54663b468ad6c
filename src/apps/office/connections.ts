/** Each partner's connection as it last was: encrypted or not, with which certificate, until when (EXC-12). No person data. */
import type { FastifyInstance } from "fastify";
import { certificateNames, readConnections, type ConnectionState } from "#feeds";
import { arrivalOf, type Feed } from "#governance";
import { html, spanText, type Html } from "#platform";
import { enter, organisationName, send, type OfficeDeps } from "./officer.ts";
import { ago, mark, table, transportOf, when } from "./words.ts";

/** A certificate that ends sooner has to be renewed now: partners take weeks over it. */
const WARN_MS = 30 * 86_400_000;

/** How good a connection is, in a word and the words beside it. */
export function connectionWords(connection: ConnectionState | undefined, feed: Feed, now: Date): { tag: "ok" | "late" | "bad"; state: string; more: string } {
  const wanted = certificateNames(feed).length > 0;
  if (connection === undefined) return { tag: "late", state: "Never connected", more: wanted ? "mutual TLS is required" : "" };
  if (!connection.encrypted) return { tag: "bad", state: "Plain, not encrypted", more: /^(127\.|::1$|::ffff:127\.)/.test(connection.address) ? "from this machine itself" : `from ${connection.address}` };
  const how = [connection.protocol, connection.cipher].filter(Boolean).join(", ");
  if (connection.way === "http") return { tag: "ok", state: "Encrypted", more: how };
  if (connection.fingerprint === null) return { tag: "late", state: "TLS, no client certificate", more: how };
  if (connection.validTo !== null && connection.validTo < now) return { tag: "bad", state: "Mutual TLS, certificate has expired", more: how };
  if (connection.validTo !== null && connection.validTo.getTime() - now.getTime() < WARN_MS) return { tag: "late", state: `Mutual TLS, certificate ends in ${spanText(connection.validTo.getTime() - now.getTime())}`, more: how };
  return { tag: "ok", state: "Mutual TLS", more: how };
}

export function connectionRows(feed: Feed, connections: readonly ConnectionState[], organisation: string, now: Date, timeZone: string): Html[] {
  return (connections.length > 0 ? connections : [undefined]).map((connection) => {
    const { tag, state, more } = connectionWords(connection, feed, now);
    const names = certificateNames(feed);
    return html`<tr data-feed="${feed.id}"><th scope="row">${organisation}</th><td><a href="/office/feeds/${feed.id}">${feed.id}</a></td><td>${transportOf(feed)}, ${arrivalOf(feed)}</td><td>${mark(tag, state)}${more && html` <span class="dim">${more}</span>`}</td>
<td>${connection?.certificateNames ? connection.certificateNames.join(", ") : names.length > 0 ? html`<span class="dim">must name ${names.join(" or ")}</span>` : "none"}</td><td>${connection?.validTo ? when(connection.validTo, timeZone) : ""}</td><td>${connection === undefined ? "never" : html`${ago(connection.lastSeen, now)} <span class="dim">${connection.address}</span>`}</td></tr>`;
  });
}

export const CONNECTION_HEADINGS = ["Organisation", "Feed", "How it comes", "Connection", "Certificate", "Valid to", "Last seen"] as const;

export function connectionRoutes(app: FastifyInstance, deps: OfficeDeps): void {
  app.get("/office/connections", async (request, reply) => {
    const officer = await enter(deps, request, reply);
    if (officer === null) return reply;
    const { region } = deps;
    const now = deps.clock.now();
    const byFeed = Map.groupBy(await readConnections(deps.pages), ({ feed }) => feed);
    const all = region.feeds.map((feed) => ({ feed, connections: byFeed.get(feed.id) ?? [] }));
    const tags = all.flatMap(({ feed, connections }) => connections.map((each) => connectionWords(each, feed, now)));
    const plain = tags.filter(({ state }) => state.startsWith("Plain")).length;
    const ending = tags.filter(({ state }) => /ends in|expired/.test(state)).length;
    const main = html`<h1 class="h1">Connections</h1>
<p class="said said--${plain + ending === 0 ? "plain" : "amber"}">${tags.length} connections seen: ${plain === 0 ? "none is plain" : `${plain} ${plain === 1 ? "is" : "are"} plain`}, ${ending === 0 ? "no certificate ends within 30 days" : `${ending} ${ending === 1 ? "certificate ends" : "certificates end"} within 30 days or have ended`}.</p>
${table("Each partner's last connection", CONNECTION_HEADINGS, all.flatMap(({ feed, connections }) => connectionRows(feed, connections, organisationName(region, feed), now, region.timeZone)))}
<p class="hint">A connection over HTTP counts as encrypted where the proxy in front of this machine says so. Plain connections in production are taken from this machine alone.</p>`;
    return send(reply, 200, officer.shell, "Connections", main);
  });
}
