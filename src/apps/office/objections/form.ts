/** One form from the public page: whose it is, as the identity office would find them; then a case, or closed with words. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { describePeople, findPerson, readPerson, type DescribedPerson } from "#identity";
import { closeRequest, isOwnRecord, lodge, readRequestOf, type ObjectionRequest } from "#objections";
import { dateHtml, html, isRefusal, isUuid, refuse, type Html, type Refusal } from "#platform";
import { formatNhsNumber } from "#standards";
import { readScopes, scopeFields } from "../../objections/scope-fields.ts";
import { reasonOf, send, type Form, type OfficeDeps } from "../officer.ts";
import { table } from "../words.ts";
import { allOrNone, auditObjections, byOf, enterObjections, expired, faultLine, isOurForm, sendRefusal, statusOf, tokenOf, type ObjectionsOfficer } from "./officer.ts";

type FormRoute = { Params: { reference: string }; Body: Form };
type Opened = { officer: ObjectionsOfficer; asked: ObjectionRequest };

export function formRoutes(app: FastifyInstance, deps: OfficeDeps): void {
  app.get<FormRoute>("/office/objections/form/:reference", async (request, reply) => {
    const opened = await open(request, reply);
    return opened === null ? reply : show(request, reply, opened, null);
  });

  app.post<FormRoute>("/office/objections/form/:reference/match", async (request, reply) => {
    const opened = await open(request, reply);
    if (opened === null) return reply;
    const { officer, asked } = opened;
    if (!isOurForm(officer, request.body)) return expired(reply, officer);
    const personId = request.body?.["personId"] ?? "";
    const person = isUuid(personId) ? await readPerson(deps.pages, personId) : null;
    if (person === null) return show(request, reply, opened, refuse("invalid", "objections.incomplete", "Choose whose objection this is.", { field: "person-0" }));
    if (isOwnRecord(deps.region, officer.actor.id, person.sourcePatients.flatMap((each) => each.nhsNumber ?? []))) return sendRefusal(reply, officer, refuse("forbidden", "objections.own-case", "This objection is about your own record. Somebody else has to deal with it."));
    const now = deps.clock.now();
    const { form } = asked;
    const words = [form.what, form.why].filter((each) => each !== "").join("\n\n");
    const done = await allOrNone(deps, async (sql) => {
      const lodged = await lodge(sql, personId, { step: "lodged", channel: "person", reference: asked.reference, asked: readScopes(request.body), words, contact: { name: form.name, where: form.contact, doNotWrite: form.doNotWrite }, receivedAt: asked.receivedAt }, byOf(officer), now);
      if (isRefusal(lodged)) return lodged;
      const closed = await closeRequest(sql, asked.reference, { personId, objectionId: lodged.objectionId }, "matched to a person", byOf(officer), now);
      return isRefusal(closed) ? closed : lodged;
    });
    if (isRefusal(done)) return done.code === "objections.incomplete" ? show(request, reply, opened, done) : sendRefusal(reply, officer, done);
    await auditObjections(deps, request, officer, "objection-act", [personId], { page: "objection form", reference: asked.reference, objection: done.objectionId, step: "lodged" });
    return reply.header("cache-control", "no-store").redirect(`/office/objections/case/${personId}/${done.objectionId}`, 303);
  });

  app.post<FormRoute>("/office/objections/form/:reference/close", async (request, reply) => {
    const opened = await open(request, reply);
    if (opened === null) return reply;
    const { officer, asked } = opened;
    if (!isOurForm(officer, request.body)) return expired(reply, officer);
    const words = reasonOf(request.body);
    if (words === null) return show(request, reply, opened, refuse("invalid", "objections.incomplete", "Say why the form is closed, in a few words.", { field: "reason" }));
    const done = await closeRequest(deps.pages, asked.reference, null, words, byOf(officer), deps.clock.now());
    if (isRefusal(done)) return sendRefusal(reply, officer, done);
    await auditObjections(deps, request, officer, "objection-act", [], { page: "objection form", reference: asked.reference, step: "closed" }, words);
    return reply.header("cache-control", "no-store").redirect("/office/objections?done=yes", 303);
  });

  async function open(request: FastifyRequest<FormRoute>, reply: FastifyReply): Promise<Opened | null> {
    const officer = await enterObjections(deps, request, reply);
    if (officer === null) return null;
    const asked = officer.side === "office" ? await readRequestOf(deps.pages, request.params.reference) : null;
    if (asked !== null) return { officer, asked };
    send(reply, 404, officer.shell, "Not found", html`<h1 class="h1">Not found</h1><p>There is no such form.</p><p><a href="/office/objections">All objections</a></p>`);
    return null;
  }

  /** Found as find-a-person finds: by the number where one was given, by name and date of birth besides. */
  async function candidates({ form }: ObjectionRequest): Promise<DescribedPerson[]> {
    const names = form.name.split(/\s+/);
    const asks = [...(form.nhsNumber === "" ? [] : [{ nhsNumber: form.nhsNumber }]), { family: names.at(-1)!, dateOfBirth: form.dateOfBirth }];
    const found = await Promise.all(asks.map((each) => findPerson(deps.search, each)));
    const people = found.flatMap((each) => (isRefusal(each) ? [] : each.people));
    return [...new Map(people.map((each) => [each.personId, each])).values()];
  }

  async function show(request: FastifyRequest<FormRoute>, reply: FastifyReply, { officer, asked }: Opened, fault: Refusal | null): Promise<FastifyReply> {
    const people = asked.outcome === null ? await candidates(asked) : asked.outcome.personId === null ? [] : await describePeople(deps.search, [asked.outcome.personId]);
    await auditObjections(deps, request, officer, people.length === 0 ? "search" : "objection-read", people.map((each) => each.personId), { page: "objection form", reference: asked.reference, found: people.length });
    return send(reply, fault === null ? 200 : statusOf(fault), officer.shell, fault === null ? "Form" : "Error: form", page(officer, asked, people, fault));
  }

  function page(officer: ObjectionsOfficer, asked: ObjectionRequest, people: readonly DescribedPerson[], fault: Refusal | null): Html {
    const { form, outcome } = asked;
    return html`<p><a href="/office/objections">Objections</a></p><h1 class="h1">Form ${asked.reference}</h1>${faultLine(fault)}
<section class="panel" aria-labelledby="h-form"><h2 id="h-form">As filled in on the public page</h2><p class="hint">Nobody has checked any of it.</p><dl class="pairs">${([["Received", dateHtml(asked.receivedAt)], ["Name", form.name], ["Date of birth", dateHtml(form.dateOfBirth, true)], ["NHS number", form.nhsNumber === "" ? "not given" : formatNhsNumber(form.nhsNumber)], ["How to reach them", html`${form.contact}${form.doNotWrite && html` <span class="tag tag--differs">do not write</span>`}`], ["Objects to", form.whole ? "sharing all of it" : form.what], ["Why", html`<span class="pre">${form.why}</span>`]] as const).map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl></section>
${outcome !== null ? html`<p class="said said--plain">Dealt with on ${dateHtml(outcome.at)} by ${outcome.byName}: ${outcome.words}. ${outcome.personId !== null && html`<a href="/office/objections/case/${outcome.personId}/${outcome.objectionId}">The case</a>`}</p>` : html`
<section class="panel panel--form" aria-labelledby="h-whose"><h2 id="h-whose">Whose objection is this?</h2>${people.length === 0 ? html`<p>Nobody here has these details. Ask the person for their NHS number, or close the form.</p>` : html`<form method="post" action="/office/objections/form/${asked.reference}/match" novalidate>${tokenOf(officer)}
${table("Who may be meant", ["Choose", "Name", "Born", "NHS number"], people.map((each, index) => html`<tr><td><input type="radio" id="person-${index}" name="personId" value="${each.personId}" aria-label="${each.family}, ${each.given}, ${each.nhsNumber ?? "no number"}"></td><th scope="row">${each.family.toUpperCase()}, ${each.given}</th><td>${each.dateOfBirth === "" ? "not recorded" : dateHtml(each.dateOfBirth, true)}</td><td class="nobr">${each.nhsNumber === null ? "none" : formatNhsNumber(each.nhsNumber)}</td></tr>`))}
<h3 class="h3">What it is about</h3>${scopeFields(deps.region, form.whole ? [{ kind: "everything" }] : [], null)}<p class="hint">This opens a case. Nothing is held back until the identity is checked.</p><button class="nhsuk-button" type="submit">Open a case for this person</button></form>`}</section>
<form class="panel panel--form" method="post" action="/office/objections/form/${asked.reference}/close">${tokenOf(officer)}<h2 class="h2">Close without a case</h2><label class="nhsuk-label" for="reason">Why</label><input class="nhsuk-input" id="reason" name="reason" type="text" maxlength="400" autocomplete="off" required><button class="nhsuk-button nhsuk-button--secondary" type="submit">Close the form</button></form>`}`;
  }
}
