/** What became of the documents that an organisation's feeds brought: delivered, read, acknowledged. For its own staff, and without a word about persons. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { readEnvelope } from "#feeds";
import type { Region } from "#governance";
import { readSent, type Progress, type SentDelivery, type Signed } from "#mailbox";
import { CONTENT_SECURITY_POLICY, dateHtml, html, isUuid, layout, render, type Html, type Session, type Shell, type Sql } from "#platform";

export type DeliveriesDeps = { region: Region; sql: Sql; session(request: FastifyRequest): Promise<Session | null>; shell(session: Session): Shell };

const ROLES = new Set(["data-quality-officer", "system-administrator"]);
const PAGE = 50;

export function deliveriesOffice(app: FastifyInstance, deps: DeliveriesDeps): void {
  app.get<{ Querystring: { before?: string } }>("/office/deliveries", async (request, reply) => {
    const session = await deps.session(request);
    if (session?.profile == null) return reply.redirect(session === null ? `/sign-in?return=${encodeURIComponent("/office/deliveries")}` : "/sign-in/role", 303);
    const { profile } = session;
    if (!ROLES.has(profile.role)) {
      return send(reply, 403, layout(deps.shell(session), { title: "Not for your role", main: html`<h1 class="h1">Not for your role</h1><p>Deliveries are for data quality and operations roles of the sending organisation. Your role is ${profile.roleName}.</p><p><a href="/">Back</a></p>` }));
    }
    const before = request.query.before !== undefined && isUuid(request.query.before) ? request.query.before : undefined;
    const sent = await readSent(deps.sql, profile.organisation, { limit: PAGE, ...(before && { before }) });
    const messages = await Promise.all(sent.map((each) => readEnvelope(deps.sql, each.feed, each.messageId)));
    return send(reply, 200, layout(deps.shell(session), {
      title: "Deliveries", wide: true,
      main: html`<h1 class="h1">Deliveries</h1><p>Documents of ${profile.organisationName} in the inboxes of GP practices. A message is named by its own id; whom it is about stands in your own system.</p>
${sent.length === 0 ? html`<p>No document has been delivered${before === undefined ? null : " before that"}.</p>` : table(deps.region, sent, messages.map((each) => each?.controlId || (each?.messageId ?? "")))}
${sent.length === PAGE && html`<p class="pager"><a href="/office/deliveries?before=${sent.at(-1)!.deliveryId}">Older</a></p>`}`,
    }));
  });
}

const HEADS = ["Delivered", "To", "Message", "Read", "Acknowledged", "By MESH"] as const;

function table(region: Region, sent: readonly SentDelivery[], ids: readonly string[]): Html {
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Deliveries"><table class="t t--list"><caption class="vh">Documents delivered, newest first</caption><thead><tr>${HEADS.map((head) => html`<th scope="col">${head}</th>`)}</tr></thead><tbody>
${sent.map((each, index) => html`<tr><td data-label="Delivered" class="when">${dateHtml(each.queuedAt)}</td><td data-label="To"><span>${region.organisation(each.recipient)?.name ?? each.recipient}</span></td><td data-label="Message"><span><code>${ids[index]}</code> <span class="dim">${each.feed}</span></span></td><td data-label="Read"><span>${by(each.read)}</span></td><td data-label="Acknowledged"><span>${by(each.acknowledged)}</span></td><td data-label="By MESH"><span>${each.mesh === null ? "Not sent by MESH" : progress(each.mesh)}</span></td></tr>`)}
</tbody></table></div>`;
}

const by = (signed: Signed | null): Html => (signed === null ? html`Not yet` : html`${dateHtml(signed.at)} <span class="dim">by ${signed.name}</span>`);

/** What is withheld looks like what waits: why it is not sent would say what the record's policies hide. */
const STATES: Readonly<Record<Progress["state"], string>> = { waiting: "Waiting to be sent", withheld: "Waiting to be sent", accepted: "Sent, not fetched yet", acknowledged: "Fetched by the practice's system", undelivered: "Undelivered", refused: "Not taken by MESH" };

function progress({ state, sends, at, why }: Progress): Html {
  const isFault = state === "undelivered" || state === "refused";
  return html`${isFault ? html`<strong class="tag tag--differs">${STATES[state]}</strong>` : STATES[state]}${state !== "waiting" && state !== "withheld" && html` <span class="dim">${dateHtml(at)}${sends > 1 && `, sent ${sends} times`}${isFault && why !== null && `: ${why}`}</span>`}`;
}

function send(reply: FastifyReply, status: number, page: Html): FastifyReply {
  return reply.code(status).type("text/html; charset=utf-8").header("content-security-policy", CONTENT_SECURITY_POLICY).header("cache-control", "no-store").header("referrer-policy", "same-origin").send(render(page));
}
