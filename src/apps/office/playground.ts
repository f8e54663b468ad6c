/** A message tried out: what it would be answered and become. Nothing is kept or stored; for test data alone. */
import type { FastifyInstance } from "fastify";
import { tryMessage, type Tried, type TriedItem } from "#feeds";
import type { Feed } from "#governance";
import { csrfField, dateHtml, html, isCsrfToken, type Html } from "#platform";
import { enter, send, type OfficeDeps, type Form, type Officer } from "./officer.ts";
import { fault, FORMATS, table } from "./words.ts";

const MOST_BYTES = 2_000_000;
const MOST_ITEMS = 300;

export function playgroundRoutes(app: FastifyInstance, deps: OfficeDeps): void {
  app.get("/office/playground", async (request, reply) => {
    const officer = await enter(deps, request, reply);
    return officer === null ? reply : send(reply, 200, officer.shell, "Playground", page(officer, deps.region.feeds, {}));
  });

  app.post<{ Body: Form }>("/office/playground", { bodyLimit: MOST_BYTES * 3 }, async (request, reply) => {
    const officer = await enter(deps, request, reply);
    if (officer === null) return reply;
    const text = (request.body?.["text"] ?? "").replace(/\r\n?/g, "\n");
    const feed = deps.region.feed(request.body?.["feed"] ?? "");
    const wrong = !isCsrfToken(officer.session, request.body?.["_csrf"]) ? "This form is out of date. Try again." : feed === undefined ? "Choose a feed." : text.trim() === "" ? "Paste a message." : text.length > MOST_BYTES ? "The message is too long to be tried here." : null;
    if (wrong !== null || feed === undefined) return send(reply, 400, officer.shell, "Playground", page(officer, deps.region.feeds, { text, ...(feed && { feed }), ...(wrong !== null && { error: wrong }) }));
    const bytes = Buffer.from(feed.format === "hl7v2" ? text.trimStart().replace(/\n/g, "\r") : text, "utf8");
    return send(reply, 200, officer.shell, "Playground", page(officer, deps.region.feeds, { text, feed, tried: tryMessage(deps.region, feed, bytes, deps.clock.now()) }));
  });
}

type Shown = { text?: string; feed?: Feed; error?: string; tried?: Tried };

function page(officer: Officer, feeds: readonly Feed[], { text = "", feed, error, tried }: Shown): Html {
  return html`<h1 class="h1">Playground</h1>
<p class="said said--amber"><strong>Test data only.</strong> Paste no message of a real person here. What is pasted is mapped and forgotten: nothing is kept, stored or sent.</p>
${fault(error ?? null, "#text")}
<form class="office-form panel panel--list" method="post" action="/office/playground" novalidate>${csrfField(officer.shell)}
<label class="nhsuk-label" for="feed">As a message of feed</label><select class="nhsuk-select" id="feed" name="feed">${feeds.map((each) => html`<option value="${each.id}"${feed?.id === each.id ? html` selected` : null}>${each.id} (${FORMATS[each.format]})</option>`)}</select>
<label class="nhsuk-label" for="text">The message</label><textarea class="nhsuk-textarea office-source" id="text" name="text" rows="12" spellcheck="false">${"\n"}${text}</textarea>
<button class="nhsuk-button" type="submit">Try it</button></form>
${tried && outcome(tried)}`;
}

function outcome(tried: Tried): Html {
  const items = tried.patients.flatMap((patient) => patient.items.map((item) => ({ patient: patient.localId, item })));
  const good = /^(AA|CA|200)$/.test(tried.code);
  return html`<section class="panel panel--list" aria-labelledby="h-answer"><div class="panel__head"><h2 id="h-answer">It would be answered ${tried.code}</h2><span class="panel__note">${good ? (tried.patients.length > 0 ? "kept and used" : "kept; nothing of it would be used") : "kept and refused"}</span></div>
${tried.acknowledgement !== "" && html`<pre class="pre office-source" tabindex="0">${tried.acknowledgement.replace(/\r/g, "\n")}</pre>`}
${tried.findings.length === 0 ? html`<p>No finding.</p>` : table("Findings", ["Place", "Why", "Kind"], tried.findings.map((each) => html`<tr><td><code>${each.place}</code></td><td>${each.why}</td><td><code>${each.code}</code></td></tr>`))}</section>
<section class="panel panel--list" aria-labelledby="h-screen"><div class="panel__head"><h2 id="h-screen">On screen</h2><span class="panel__note">${items.length} ${items.length === 1 ? "entry" : "entries"} of ${tried.patients.length} ${tried.patients.length === 1 ? "patient" : "patients"}</span></div>
${items.length === 0 ? html`<p>Nothing.</p>` : table("Entries as the record would list them", ["Patient", "Section", "Entry", "When", "Status", "More"], items.slice(0, MOST_ITEMS).map(({ patient, item }) => html`<tr><td>${patient}</td><td>${item.section}</td><td>${item.display}</td><td>${item.when === null ? "" : dateHtml(item.when)}</td><td>${item.status}</td><td>${moreOf(item)}</td></tr>`))}
${tried.patients.flatMap((patient) => [...patient.statements.slice(0, 5).map((words) => html`<p>${patient.localId}: ${words}</p>`), patient.removed > 0 ? html`<p>${patient.localId}: ${patient.removed} ${patient.removed === 1 ? "entry" : "entries"} would be taken away.</p>` : html``])}</section>
<section class="panel panel--list" aria-labelledby="h-fhir"><div class="panel__head"><h2 id="h-fhir">As FHIR R4</h2></div>${[...items.map(({ item }) => item.resource), ...tried.directory].slice(0, MOST_ITEMS).map((resource) => html`<details class="cover"><summary>${resource.resourceType}${resource.id && ` ${resource.id}`}</summary><pre class="pre office-source" tabindex="0">${JSON.stringify(resource, null, 2)}</pre></details>`)}</section>`;
}

/** The row's own facts, as `name: value`, those that are plain text. */
const moreOf = (item: TriedItem): string => Object.entries(item.line).filter(([name, value]) => typeof value === "string" && value !== item.display && name !== "text").slice(0, 6).map(([name, value]) => `${name}: ${String(value).slice(0, 80)}`).join("; ");
