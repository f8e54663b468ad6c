/**
 * One message: its envelope to everybody of the office, its bytes, what it became
 * and its acknowledgement to who states a reason. Put right and replayed, replayed
 * as it is, or its findings closed: each with a reason, by name, and audited for
 * every person whose data the bytes hold.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { closeFindings, fixAndReplay, masked, maskedControlId, namedIn, readAcknowledgement, readFindings, readKept, readKeptBytes, readReplaysOf, UNKNOWN_FEED, type Finding, type KeptMessage } from "#feeds";
import { readProtectedPersons, sourcePatientsNamed } from "#identity";
import { csrfField, html, isCsrfToken, isRefusal, type Content, type Html } from "#platform";
import { readStoredOfMessage, type StoredOfMessage } from "#record";
import { sectionTitle } from "#standards";
import { lineDifference } from "./line-difference.ts";
import { MOST_SHOWN, textOf, treeOf } from "./message-tree.ts";
import { auditAct, enter, isTheirs, notFound, organisationName, reasonOf, send, type OfficeDeps, type Form, type Officer } from "./officer.ts";
import { bytesText, fault, FORMATS, messageHref, STATE, table, when } from "./words.ts";

type Concerned = { sourcePatientId: string; personId: string; byLocalId: boolean; isSealed: boolean };
type Opened = { bytes: Buffer; acknowledgement: string; concerned: readonly Concerned[]; stored: readonly StoredOfMessage[]; /** Its bytes say where a protected person is, or who somebody was before: no officer without the right reads them. */ isClosed: boolean };
type Asked = FastifyRequest<{ Params: { feed: string; messageId: string }; Body: Form }>;

export function messageRoutes(app: FastifyInstance, deps: OfficeDeps): void {
  const found = async (request: FastifyRequest, reply: FastifyReply): Promise<{ officer: Officer; message: KeptMessage; feed: string } | null> => {
    const officer = await enter(deps, request, reply);
    if (officer === null) return null;
    const { feed, messageId } = request.params as { feed: string; messageId: string };
    const message = isTheirs(officer, feed) ? await readKept(deps.pages, feed, messageId) : null;
    if (message === null) notFound(reply, officer, "message");
    return message === null ? null : { officer, message, feed };
  };
  /** For the acts: the form is ours, the officer may act, and a reason stands. */
  const acting = async (request: Asked, reply: FastifyReply): Promise<{ officer: Officer; message: KeptMessage; feed: string; reason: string } | null> => {
    const at = await found(request, reply);
    if (at === null) return null;
    const reason = reasonOf(request.body);
    const wrong = !at.officer.mayAct ? "Your role reads here; it does not replay or close." : !isCsrfToken(at.officer.session, request.body?.["_csrf"]) ? "This form is out of date. Try again." : reason === null ? "Say in a few words why." : null;
    if (wrong === null) return { ...at, reason: reason! };
    await envelope(deps, reply, at.officer, at.feed, at.message, at.officer.mayAct ? 400 : 403, { error: wrong });
    return null;
  };

  app.get("/office/messages/:feed/:messageId", async (request, reply) => {
    const at = await found(request, reply);
    return at === null ? reply : envelope(deps, reply, at.officer, at.feed, at.message, 200, {});
  });

  app.post<{ Params: { feed: string; messageId: string }; Body: Form }>("/office/messages/:feed/:messageId", async (request, reply) => {
    const at = await found(request, reply);
    if (at === null) return reply;
    const reason = reasonOf(request.body);
    if (!isCsrfToken(at.officer.session, request.body?.["_csrf"])) return envelope(deps, reply, at.officer, at.feed, at.message, 400, { error: "This form is out of date. Try again." });
    if (reason === null) return envelope(deps, reply, at.officer, at.feed, at.message, 400, { error: "Say in a few words why you open this message." });
    const opened = await open(deps, at.officer, at.feed, at.message);
    await auditAct(deps, request, at.officer, "message-read", reason, opened.concerned, { feed: at.feed, message: at.message.messageId, bytes: at.message.size, sha256: at.message.sha256, stored: opened.stored.length, ...(opened.isClosed && { withheld: true }) });
    return envelope(deps, reply, at.officer, at.feed, at.message, 200, { opened, reason });
  });

  app.post<{ Params: { feed: string; messageId: string }; Body: Form }>("/office/messages/:feed/:messageId/fix", { bodyLimit: 6_000_000 }, async (request, reply) => {
    const at = await acting(request, reply);
    if (at === null) return reply;
    const { officer, message, feed, reason } = at;
    const opened = await open(deps, officer, feed, message);
    if (opened.isClosed) {
      await auditAct(deps, request, officer, "message-read", reason, opened.concerned, { feed, message: message.messageId, withheld: true });
      return envelope(deps, reply, officer, feed, message, 403, { opened, reason });
    }
    const before = textOf(message.format, opened.bytes);
    const after = (request.body?.["text"] ?? "").replace(/\r\n?/g, "\n");
    if (before === null || !mayEdit(message, before)) return envelope(deps, reply, officer, feed, message, 400, { error: "This message cannot be put right here: it is too large, or no text. Ask the sender to send it anew." });
    const bytes = asSent(message.format, opened.bytes, after);
    const shown = { feed, message: message.messageId, step: request.body?.["step"] === "replay" ? "replay" : "look", changed: lineDifference(before, after).filter(({ kind }) => kind !== "same").length };
    // Who is newly named by what was put in is concerned too.
    const named = namedIn(deps.region, deps.region.feed(feed), { ...message, format: message.format as never, bytes });
    const concerned = unique([...opened.concerned, ...(await sourcePatientsNamed(deps.search, deps.region.feed(feed)?.organisation ?? "", named.localIds, named.nhsNumbers))]);
    if (shown.step === "look") {
      await auditAct(deps, request, officer, "message-read", reason, concerned, shown);
      return difference(reply, officer, feed, message, before, after, reason);
    }
    await auditAct(deps, request, officer, "message-replayed", reason, concerned, shown);
    const done = await fixAndReplay(deps.intake, deps.region, feed, message.messageId, bytes, { by: nameOf(officer), reason });
    if (isRefusal(done)) return envelope(deps, reply, officer, feed, message, 422, { error: done.message, opened, reason, text: after });
    return toReplay(reply, done);
  });

  app.post<{ Params: { feed: string; messageId: string }; Body: Form }>("/office/messages/:feed/:messageId/replay", async (request, reply) => {
    const at = await acting(request, reply);
    if (at === null) return reply;
    const { concerned } = await open(deps, at.officer, at.feed, at.message);
    await auditAct(deps, request, at.officer, "message-replayed", at.reason, concerned, { feed: at.feed, message: at.message.messageId, step: "as it is" });
    const done = await fixAndReplay(deps.intake, deps.region, at.feed, at.message.messageId, null, { by: nameOf(at.officer), reason: at.reason });
    return isRefusal(done) ? envelope(deps, reply, at.officer, at.feed, at.message, 422, { error: done.message }) : toReplay(reply, done);
  });

  app.post<{ Params: { feed: string; messageId: string }; Body: Form }>("/office/messages/:feed/:messageId/close", async (request, reply) => {
    const at = await acting(request, reply);
    if (at === null) return reply;
    const { concerned } = await open(deps, at.officer, at.feed, at.message);
    await auditAct(deps, request, at.officer, "findings-closed", at.reason, concerned, { feed: at.feed, message: at.message.messageId });
    await closeFindings(deps.intake, at.feed, at.message.messageId, nameOf(at.officer), at.reason);
    return reply.header("cache-control", "no-store").redirect(messageHref(at.feed, at.message.messageId), 303);
  });
}

const nameOf = (officer: Officer): string => `${officer.actor.name} (${officer.actor.id})`;
const unique = (all: readonly Concerned[]): Concerned[] => [...new Map(all.map((each) => [each.sourcePatientId, each])).values()];

const toReplay = (reply: FastifyReply, replay: { feed: string; messageId: string }): FastifyReply => reply.header("cache-control", "no-store").redirect(messageHref(replay.feed, replay.messageId), 303);

async function open(deps: OfficeDeps, officer: Officer, feedId: string, message: KeptMessage): Promise<Opened> {
  const feed = deps.region.feed(feedId);
  const [bytes, acknowledgement] = await Promise.all([readKeptBytes(deps.intake, feedId, message.messageId), readAcknowledgement(deps.intake, feedId, message.messageId)]);
  const named = namedIn(deps.region, feed, { ...message, format: message.format as never, bytes });
  const concerned = await sourcePatientsNamed(deps.search, feed?.organisation ?? "", named.localIds, named.nhsNumbers);
  const stored = await readStoredOfMessage(deps.intake, concerned.filter(({ byLocalId }) => byLocalId).map(({ sourcePatientId }) => sourcePatientId), feedId, [message.messageId]);
  const mayKnowWhere = deps.region.role(officer.actor.role)?.labels.includes("protected-address") === true;
  const isClosed = concerned.some((each) => each.isSealed) || (!mayKnowWhere && (await readProtectedPersons(deps.search, [...new Set(concerned.map(({ personId }) => personId))])).size > 0);
  return { bytes, acknowledgement, concerned, stored, isClosed };
}

const MOST_EDITED = 400_000;
const mayEdit = (message: KeptMessage, text: string): boolean => message.size <= MOST_EDITED && !text.includes("\0");

/** The text as the sender would have written it: its line ends, its character set. */
function asSent(format: string, original: Buffer, text: string): Buffer {
  if (format === "hl7v2" || original.subarray(0, 3).toString("latin1") === "MSH") {
    const isUtf8 = Buffer.from(original.toString("utf8"), "utf8").equals(original);
    return Buffer.from(text.replace(/\n/g, "\r"), isUtf8 ? "utf8" : "latin1");
  }
  return Buffer.from(original.includes("\r\n") ? text.replace(/\n/g, "\r\n") : text, "utf8");
}

type Shown = { opened?: Opened; reason?: string; error?: string; text?: string };

async function envelope(deps: OfficeDeps, reply: FastifyReply, officer: Officer, feed: string, message: KeptMessage, status: number, { opened, reason, error, text }: Shown): Promise<FastifyReply> {
  const { region, pages } = deps;
  const definition = region.feed(feed);
  const [findings, replays] = await Promise.all([readFindings(pages, feed, message.messageId), readReplaysOf(pages, message.messageId)]);
  // A sender that no feed named may have been put right: its message then stands on another feed than the replay.
  const original = message.replays && ((await readKept(pages, feed, message.replays)) ?? (await readKept(pages, UNKNOWN_FEED, message.replays)));
  const hide = (words: string, code = ""): string => (opened === undefined || opened.isClosed ? masked(words, code) : words);
  const main = html`<h1 class="h1">Message ${message.kind}</h1>
<p>${organisationName(region, definition)}, ${definition === undefined ? "feed unknown" : html`<a href="/office/feeds/${feed}">feed ${feed}</a>`} · <a href="/office/quarantine">Quarantine</a></p>
${fault(error ?? null, "#reason")}
<section class="panel panel--list" aria-labelledby="h-envelope"><div class="panel__head"><h2 id="h-envelope">Envelope</h2></div><dl class="pairs">
<div><dt>Received</dt><dd>${when(message.received, region.timeZone)}</dd></div><div><dt>State</dt><dd>${STATE[message.state] ?? message.state}${message.applied && html`, ${when(message.applied, region.timeZone)}`}${message.attempts > 0 && `, ${message.attempts} failed tries`}</dd></div>
<div><dt>Answered</dt><dd>${message.replays ? "a replay is answered to nobody" : message.acknowledged}</dd></div><div><dt>Format and size</dt><dd>${FORMATS[message.format] ?? message.format}, ${bytesText(message.size)}</dd></div><div><dt>Sender's id</dt><dd>${opened === undefined || opened.isClosed ? maskedControlId(message.format, message.controlId) || "none" : message.controlId || "none"}</dd></div>
<div><dt>Message id</dt><dd><code>${message.messageId}</code></dd></div><div><dt>SHA-256</dt><dd><code>${message.sha256}</code></dd></div>${message.flags.length > 0 && html`<div><dt>Marks</dt><dd>${message.flags.join(", ")}</dd></div>`}
${original && html`<div><dt>Replay of</dt><dd><a href="${messageHref(original.feed, original.messageId)}">${original.messageId}</a>, by ${message.replayedBy}: ${message.replayReason}</dd></div>`}
${replays.map((each) => html`<div><dt>Taken up again</dt><dd><a href="${messageHref(each.feed, each.messageId)}">${each.messageId}</a>, ${when(each.received, region.timeZone)}, by ${each.replayedBy}: ${each.replayReason}. ${STATE[each.state]}</dd></div>`)}
</dl></section>
${findings.length > 0 && findingsTable(findings, hide, region.timeZone)}
${opened === undefined ? openForm(officer, feed, message) : opened.isClosed ? CLOSED : openedParts(officer, feed, message, opened, reason ?? "", text)}`;
  return send(reply, status, officer.shell, `Message ${message.kind}`, main);
}

const findingsTable = (findings: readonly Finding[], hide: (words: string, code?: string) => string, timeZone: string): Html => html`<section class="panel panel--list" aria-labelledby="h-findings"><div class="panel__head"><h2 id="h-findings">Findings</h2></div>${table("Findings", ["Place", "Why", "Kind", "How it stands"], findings.map((each) => html`<tr><td><code>${hide(each.place, each.code)}</code></td><td>${hide(each.why, each.code)}</td><td><code>${each.code}</code></td><td>${each.state === "open" ? "Open" : html`${each.state === "replayed" ? "Replayed" : "Closed"}${each.closedAt && html` ${when(each.closedAt, timeZone)}`} by ${each.closedBy}: ${each.closedWhy}`}</td></tr>`))}</section>`;

const openForm = (officer: Officer, feed: string, message: KeptMessage): Html => html`<section class="panel panel--form panel--reason" aria-labelledby="h-open"><h2 id="h-open">Open the message</h2>
<p>Its bytes are a person's data. Your name, your reason and whose data it is are kept in the audit trail, and the person may see it.</p>
<form method="post" action="${messageHref(feed, message.messageId)}" novalidate>${csrfField(officer.shell)}<label class="nhsuk-label" for="reason">Why do you open it?</label><input class="nhsuk-input office-input--wide" id="reason" name="reason" autocomplete="off"><button class="nhsuk-button" type="submit">Open</button></form></section>`;

/** One answer for protected whereabouts and for former identities: which of the two it is stays untold. */
const CLOSED = html`<section class="panel panel--list" aria-labelledby="h-closed"><div class="panel__head"><h2 id="h-closed">Not shown</h2></div><p class="said said--grey" role="status">This message holds what your role may not see of a person. That you asked, and why, is kept in the audit trail. It can be replayed as it is.</p></section>`;

function openedParts(officer: Officer, feed: string, message: KeptMessage, opened: Opened, reason: string, edited: string | undefined): Content {
  const text = textOf(message.format, opened.bytes);
  const people = new Map(opened.concerned.map(({ sourcePatientId, personId }) => [sourcePatientId, personId]));
  const isOpen = message.state !== "kept";
  return html`<p class="said said--plain" role="status">Open to you: ${reason}. Kept in the audit trail for ${new Set(people.values()).size} ${new Set(people.values()).size === 1 ? "person" : "persons"}.</p>
<section class="panel panel--list" aria-labelledby="h-bytes"><div class="panel__head"><h2 id="h-bytes">As it was received</h2></div>${text === null ? html`<p>These bytes are no text.</p>` : html`<pre class="pre office-source" tabindex="0">${text.slice(0, MOST_SHOWN)}</pre>${text.length > MOST_SHOWN && html`<p>The first ${MOST_SHOWN} of ${text.length} characters; <code>npm run kmcr -- feeds show ${feed} ${message.messageId}</code> gives all.</p>`}`}</section>
<section class="panel panel--list" aria-labelledby="h-tree"><div class="panel__head"><h2 id="h-tree">Parsed</h2></div>${treeOf(message.format === "unknown" && opened.bytes.subarray(0, 3).toString() === "MSH" ? "hl7v2" : message.format, opened.bytes)}</section>
<section class="panel panel--list" aria-labelledby="h-became"><div class="panel__head"><h2 id="h-became">What it became</h2><span class="panel__note">the record opens an entry to who may see it there, and to nobody else</span></div>${
    opened.stored.length === 0
      ? html`<p>Nothing of this message stands on the record: it was not used, or said nothing new.</p>`
      : table("What it became", ["Section", "Entry", "Type", "Version", "On the record"], opened.stored.map((each) => html`<tr><td>${sectionTitle(each.section)}</td><td>${each.display}</td><td>${each.type}</td><td>${each.version}${each.isEarlier && html` <span class="tag">said otherwise since</span>`}</td><td>${people.has(each.sourcePatientId) ? html`<a href="/person/${people.get(each.sourcePatientId)!}/item/${each.id}">${each.id.slice(-12)}</a>` : html`<code>${each.id.slice(-12)}</code>`}</td></tr>`))
  }</section>
<section class="panel panel--list" aria-labelledby="h-ack"><div class="panel__head"><h2 id="h-ack">Acknowledgement</h2></div>${opened.acknowledgement === "" ? html`<p>${message.replays ? "A replay is answered to nobody." : `Answered ${message.acknowledged} over HTTP, with what became of each entry.`}</p>` : html`<pre class="pre office-source" tabindex="0">${opened.acknowledgement.replace(/\r/g, "\n")}</pre>`}</section>
${officer.mayAct && isOpen && actForms(officer, feed, message, text, edited)}`;
}

function actForms(officer: Officer, feed: string, message: KeptMessage, text: string | null, edited: string | undefined): Html {
  const action = (act: string): string => `${messageHref(feed, message.messageId)}/${act}`;
  const why = (id: string): Html => html`<label class="nhsuk-label" for="${id}">Why</label><input class="nhsuk-input office-input--wide" id="${id}" name="reason" autocomplete="off">`;
  return html`<section class="panel panel--list" aria-labelledby="h-act"><div class="panel__head"><h2 id="h-act">Deal with it</h2><span class="panel__note">what was received stays as it was</span></div>
${text !== null && mayEdit(message, text) && html`<form class="office-form" method="post" action="${action("fix")}" novalidate>${csrfField(officer.shell)}<h3 class="h3">Put it right and replay</h3><label class="nhsuk-label" for="text">The message, ${message.format === "csv" ? "one row a line" : "as text"}</label><textarea class="nhsuk-textarea office-source" id="text" name="text" rows="12" spellcheck="false">${"\n"}${edited ?? text}</textarea>${why("why-fix")}<button class="nhsuk-button" type="submit" name="step" value="look">See what changes</button></form>`}
<form class="office-form" method="post" action="${action("replay")}" novalidate>${csrfField(officer.shell)}<h3 class="h3">Replay it as it is</h3>${why("why-replay")}<button class="nhsuk-button nhsuk-button--secondary" type="submit">Replay as it is</button></form>
<form class="office-form" method="post" action="${action("close")}" novalidate>${csrfField(officer.shell)}<h3 class="h3">Close its findings without a replay</h3>${why("why-close")}<button class="nhsuk-button nhsuk-button--secondary" type="submit">Close</button></form></section>`;
}

function difference(reply: FastifyReply, officer: Officer, feed: string, message: KeptMessage, before: string, after: string, reason: string): FastifyReply {
  const changes = lineDifference(before, after);
  const changed = changes.filter(({ kind }) => kind !== "same").length;
  const main = html`<h1 class="h1">What you changed</h1><p>Message ${message.kind} of feed ${feed}. Reason: ${reason}. <a href="${messageHref(feed, message.messageId)}">Back without a replay</a></p>
${changed === 0 ? html`<p>Nothing is changed.</p>` : html`<div class="scroll" tabindex="0" role="region" aria-label="Changed lines"><ol class="lines">${changes.map(({ kind, text }) => (kind === "same" ? html`<li>${text}</li>` : kind === "removed" ? html`<li class="lines__out"><span class="vh">Taken away: </span><del>${text}</del></li>` : html`<li class="lines__in"><span class="vh">Put in: </span><ins>${text}</ins></li>`))}</ol></div>
<form class="office-form" method="post" action="${messageHref(feed, message.messageId)}/fix">${csrfField(officer.shell)}<input type="hidden" name="reason" value="${reason}"><input type="hidden" name="text" value="${after}"><button class="nhsuk-button" type="submit" name="step" value="replay">Replay it so</button></form>`}`;
  return send(reply, 200, officer.shell, "What you changed", main);
}
