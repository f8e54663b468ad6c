/** `/office/privacy/samples`: random samples that can be drawn again from their seed, and the judging of one. */
import { randomBytes } from "node:crypto";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { listAccessesById } from "#audit";
import { drawSample, judgeItem, readPlans, readSample, readSamples, type SampleItem } from "#monitoring";
import { html, isRefusal, refuse, type Html, type Refusal } from "#platform";
import { send, type Form } from "../officer.ts";
import { table, when } from "../words.ts";
import { act, auditMonitoring, enterMonitoring, faultSummary, formToken, notTheirs, professionalName, statusOf, tabs, tokenField, type MonitoringOfficeDeps, type PrivacyOfficer } from "./officer.ts";
import { accessWords, masked } from "./words.ts";

const DAY = 86_400_000;
const OUTCOMES: Readonly<Record<NonNullable<SampleItem["outcome"]>, string>> = { appropriate: "Appropriate", question: "Has a question", inappropriate: "Inappropriate" };
type One = { Params: { sample: string }; Body: Form };

export function sampleRoutes(app: FastifyInstance, deps: MonitoringOfficeDeps): void {
  const list = async (request: FastifyRequest, reply: FastifyReply, who: PrivacyOfficer, fault: Refusal | null): Promise<FastifyReply> => {
    const [samples, plans] = await Promise.all([readSamples(deps.pages, who.actor.organisation), readPlans(deps.pages, who.actor.organisation)]);
    const now = deps.clock.now();
    const open = plans.filter((each) => each.signedAt === null);
    await auditMonitoring(deps, request, who, "audit-read", [], { page: "samples", samples: samples.length });
    const zone = deps.region.timeZone;
    const main = html`${tabs("samples")}<h1 class="h1">Random samples</h1>${faultSummary(fault, "size")}
<p>A sample is what of the staff's accesses has the least SHA-256 of seed, line feed and entry id. The seed is published with it: whoever has the ids can draw it again.</p>
<section class="panel panel--form" aria-labelledby="h-draw"><h2 id="h-draw">Draw a sample</h2><form method="post" action="/office/privacy/samples">${tokenField(who)}
<div class="row"><label class="nhsuk-label" for="size">How many</label><input class="nhsuk-input nhsuk-input--width-4" id="size" name="size" type="text" inputmode="numeric" value="20"><label class="nhsuk-label" for="since">From</label><input class="nhsuk-input nhsuk-input--width-10" id="since" name="since" type="date" value="${deps.region.dayOf(new Date(now.getTime() - 30 * DAY))}"><label class="nhsuk-label" for="until">to</label><input class="nhsuk-input nhsuk-input--width-10" id="until" name="until" type="date" value="${deps.region.dayOf(now)}"></div>
<div class="row"><label class="nhsuk-label" for="seed">Seed (empty: made now)</label><input class="nhsuk-input" id="seed" name="seed" type="text" maxlength="100" autocomplete="off">${open.length > 0 && html`<label class="nhsuk-label" for="plan">For the plan</label><select class="nhsuk-select" id="plan" name="plan"><option value="">none</option>${open.map((each, at) => html`<option value="${each.planId}"${at === 0 ? html` selected` : null}>${each.since} to ${each.until}, ${each.sampleSize}</option>`)}</select>`}</div>
<p class="buttons"><button class="nhsuk-button" type="submit">Draw</button></p></form></section>
${samples.length === 0 ? html`<p class="said said--grey">No sample was drawn yet.</p>` : table("Samples, the newest first", ["Drawn", "By", "Of the time", "Size", "Judged", "Questions", "Seed"], samples.map((each) => html`<tr><th scope="row"><a href="/office/privacy/samples/${each.sampleId}">${when(each.drawnAt, zone)}</a></th><td>${professionalName(deps, each.drawnBy)}</td><td>${deps.region.dayOf(each.since)} to ${deps.region.dayOf(new Date(each.until.getTime() - 1))}</td><td>${each.size} of ${each.population}</td><td>${each.judged}</td><td>${each.questioned}</td><td><code>${each.seed}</code></td></tr>`))}`;
    return send(reply, statusOf(fault), who.shell, "Random samples", main);
  };

  app.get("/office/privacy/samples", async (request, reply) => {
    const who = await enterMonitoring(deps, request, reply);
    return who === null ? reply : list(request, reply, who, null);
  });

  app.post<{ Body: Form }>("/office/privacy/samples", async (request, reply) => {
    const who = await enterMonitoring(deps, request, reply);
    if (who === null) return reply;
    const form = request.body;
    const token = formToken(who, form);
    if (token !== null) return list(request, reply, who, token);
    const [since, until] = [new Date(`${form?.["since"] ?? ""}T00:00:00Z`), new Date(`${form?.["until"] ?? ""}T00:00:00Z`)];
    if (Number.isNaN(since.getTime()) || Number.isNaN(until.getTime())) return list(request, reply, who, refuse("invalid", "office.days", "Enter real days.", { field: "since" }));
    const typed = (form?.["seed"] ?? "").trim();
    const seed = typed === "" ? randomBytes(16).toString("hex") : typed;
    const planId = (await readPlans(deps.pages, who.actor.organisation)).find((each) => each.planId === form?.["plan"])?.planId ?? null;
    const drawn = await act(deps, (sql, at) => drawSample(sql, who.officer, { size: Number(form?.["size"] ?? ""), since, until: new Date(until.getTime() + DAY), seed, planId }, at));
    if (isRefusal(drawn)) return list(request, reply, who, drawn);
    await auditMonitoring(deps, request, who, "monitoring-act", [], { page: "samples", sample: drawn, act: "sample-drawn" });
    return reply.redirect(`/office/privacy/samples/${drawn}`, 303);
  });

  const show = async (request: FastifyRequest<One>, reply: FastifyReply, who: PrivacyOfficer, fault: Refusal | null): Promise<FastifyReply> => {
    const found = await readSample(deps.pages, who.actor.organisation, request.params.sample);
    if (found === null) return notTheirs(reply, who, "samples");
    const { sample, items } = found;
    const lines = new Map((await listAccessesById(deps.pages, items)).map((each) => [each.entryId, each]));
    await auditMonitoring(deps, request, who, "audit-read", items.map((each) => each.personId), { page: "sample", sample: sample.sampleId, entries: items.length });
    const zone = deps.region.timeZone;
    const row = (item: SampleItem): Html => {
      const line = lines.get(item.entryId);
      return html`<tr><td data-label="Place">${item.place}</td><th scope="row" data-label="Access"><div>${line === undefined ? "No longer kept" : html`${professionalName(deps, line.actorId)} ${accessWords(line)}`}<br><span class="dim">${masked(item.personId)} · ${item.entryId}</span></div></th><td data-label="When"><div>${line !== undefined && when(line.recorded, zone)}</div></td><td data-label="Judged"><div>${line?.actorId === who.actor.id ? html`<span class="tag">your own: another officer</span>` : html`<form class="row" method="post" action="/office/privacy/samples/${sample.sampleId}">${tokenField(who)}<input type="hidden" name="entry" value="${item.entryId}"><label class="vh" for="o-${item.place}">Outcome of ${item.place}</label><select class="nhsuk-select" id="o-${item.place}" name="outcome">${item.outcome === null && html`<option value="">not judged</option>`}${Object.entries(OUTCOMES).map(([id, words]) => html`<option value="${id}"${item.outcome === id ? html` selected` : null}>${words}</option>`)}</select><button class="nhsuk-button nhsuk-button--secondary nhsuk-button--small" type="submit">Keep<span class="vh"> ${item.place}</span></button></form>`}</div></td></tr>`;
    };
    const main = html`${tabs("samples")}<p><a href="/office/privacy/samples">Samples</a></p><h1 class="h1">Sample of ${sample.size}</h1>${faultSummary(fault, "samples")}
<dl class="pairs"><div><dt>Drawn</dt><dd>${when(sample.drawnAt, zone)} by ${professionalName(deps, sample.drawnBy)}</dd></div><div><dt>Of</dt><dd>${sample.population} accesses, ${deps.region.dayOf(sample.since)} to ${deps.region.dayOf(new Date(sample.until.getTime() - 1))}</dd></div><div><dt>Seed</dt><dd><code>${sample.seed}</code></dd></div><div><dt>Judged</dt><dd>${sample.judged} of ${sample.size}, ${sample.questioned} with a question</dd></div></dl>
<div class="scroll" tabindex="0" role="region" aria-label="Sample" id="samples"><table class="t t--list"><caption class="vh">Accesses of the sample, in the order of their draw</caption><thead><tr>${["Place", "Access", "When", "Judged"].map((name) => html`<th scope="col">${name}</th>`)}</tr></thead><tbody>${items.map(row)}</tbody></table></div>`;
    return send(reply, statusOf(fault), who.shell, "Sample", main);
  };

  app.get<One>("/office/privacy/samples/:sample", async (request, reply) => {
    const who = await enterMonitoring(deps, request, reply);
    return who === null ? reply : show(request, reply, who, null);
  });

  app.post<One>("/office/privacy/samples/:sample", async (request, reply) => {
    const who = await enterMonitoring(deps, request, reply);
    if (who === null) return reply;
    const form = request.body;
    const outcome = form?.["outcome"];
    const token = formToken(who, form) ?? (outcome !== "appropriate" && outcome !== "question" && outcome !== "inappropriate" ? refuse("invalid", "office.outcome", "Choose an outcome.", { field: "samples" }) : null);
    if (token !== null) return show(request, reply, who, token);
    const found = await readSample(deps.pages, who.actor.organisation, request.params.sample);
    const item = found?.items.find((each) => each.entryId === form?.["entry"]);
    if (found === null || item === undefined) return notTheirs(reply, who, "samples");
    const [line] = await listAccessesById(deps.pages, [item]);
    await auditMonitoring(deps, request, who, "monitoring-act", [item.personId], { page: "sample", sample: found.sample.sampleId, act: "sample-judged", entry: item.entryId });
    const refusal = await act(deps, (sql, at) => judgeItem(sql, who.officer, found.sample.sampleId, { entryId: item.entryId, actorId: line?.actorId ?? "" }, outcome as NonNullable<SampleItem["outcome"]>, at));
    return refusal === null ? reply.redirect(`/office/privacy/samples/${found.sample.sampleId}`, 303) : show(request, reply, who, refusal);
  });
}
