/** Making a letter, showing it as it was made, and saying by whom and how it went. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { contactOf, keepLetter, lettersFor, readLetters, recordSent, takeStep, writeLetter, type KeptLetter, type LetterKind, type ObjectionCase } from "#objections";
import { dateHtml, html, isRefusal, refuse, uuidv7, type Html } from "#platform";
import { reasonOf, send, type Form, type OfficeDeps } from "../officer.ts";
import { allOrNone, auditObjections, byOf, enterObjections, expired, isOurForm, openCase, sendRefusal, tokenOf, type ObjectionsOfficer } from "./officer.ts";

type LetterRoute = { Params: { personId: string; objectionId: string; letterId: string }; Body: Form };
type Opened = { officer: ObjectionsOfficer; objection: ObjectionCase };

export function letterRoutes(app: FastifyInstance, deps: OfficeDeps): void {
  app.post<LetterRoute>("/office/objections/case/:personId/:objectionId/letter", async (request, reply) => {
    const opened = await open(request, reply);
    if (opened === null) return reply;
    const { officer, objection } = opened;
    if (!isOurForm(officer, request.body)) return expired(reply, officer);
    const kind = request.body?.["kind"] as LetterKind;
    if (!lettersFor(objection).includes(kind)) return sendRefusal(reply, officer, refuse("invalid", "objections.no-letter", "There is nothing yet that such a letter could say."));
    const of = { personId: objection.personId, objectionId: objection.objectionId, letterId: uuidv7() };
    await keepLetter(deps.pages, writeLetter(deps.region, objection, kind), of, byOf(officer), deps.clock.now());
    await auditObjections(deps, request, officer, "objection-act", [of.personId], { page: "letter", objection: of.objectionId, letter: of.letterId, kind });
    return reply.header("cache-control", "no-store").redirect(`/office/objections/letter/${of.personId}/${of.objectionId}/${of.letterId}`, 303);
  });

  app.get<LetterRoute>("/office/objections/letter/:personId/:objectionId/:letterId", async (request, reply) => {
    const opened = await open(request, reply);
    const letter = opened === null ? null : await letterOf(reply, opened, request.params.letterId);
    if (opened === null || letter === null) return reply;
    await auditObjections(deps, request, opened.officer, "objection-read", [letter.personId], { page: "letter", objection: letter.objectionId, letter: letter.letterId });
    return send(reply, 200, opened.officer.shell, "Letter", page(opened, letter));
  });

  app.post<LetterRoute>("/office/objections/letter/:personId/:objectionId/:letterId/sent", async (request, reply) => {
    const opened = await open(request, reply);
    const letter = opened === null ? null : await letterOf(reply, opened, request.params.letterId);
    if (opened === null || letter === null) return reply;
    const { officer, objection } = opened;
    if (!isOurForm(officer, request.body)) return expired(reply, officer);
    const how = reasonOf(request.body);
    if (how === null) return sendRefusal(reply, officer, refuse("invalid", "objections.incomplete", "Say how the letter went, in a few words."));
    if (contactOf(objection).doNotWrite && request.body?.["byHand"] !== "yes") return sendRefusal(reply, officer, refuse("conflict", "objections.not-to-be-sent", "The person said that nothing may be sent to them. Give the letter by hand or read it out, and say so."));
    const now = deps.clock.now();
    const done = await allOrNone(deps, async (sql) => {
      if (!(await recordSent(sql, letter, how, byOf(officer), now))) return refuse("conflict", "objections.letter-sent", "Somebody has recorded already that this letter was sent.");
      return takeStep(sql, objection.personId, objection.objectionId, { step: "notified", letterId: letter.letterId, words: `${letter.title}: ${how}` }, byOf(officer), now);
    });
    if (isRefusal(done)) return sendRefusal(reply, officer, done);
    await auditObjections(deps, request, officer, "objection-act", [objection.personId], { page: "letter", objection: objection.objectionId, letter: letter.letterId, step: "notified" });
    return reply.header("cache-control", "no-store").redirect(`/office/objections/case/${objection.personId}/${objection.objectionId}?done=yes`, 303);
  });

  async function open(request: FastifyRequest<LetterRoute>, reply: FastifyReply): Promise<Opened | null> {
    const officer = await enterObjections(deps, request, reply);
    if (officer === null) return null;
    if (officer.side !== "office") {
      sendRefusal(reply, officer, refuse("forbidden", "objections.not-your-step", "Letters are the office's."));
      return null;
    }
    const opened = await openCase(deps, reply, officer, request.params);
    return opened === null ? null : { officer, objection: opened.objection };
  }

  async function letterOf(reply: FastifyReply, { officer, objection }: Opened, letterId: string): Promise<KeptLetter | null> {
    const letter = (await readLetters(deps.pages, objection.personId, objection.objectionId)).find((each) => each.letterId === letterId);
    if (letter === undefined) sendRefusal(reply, officer, refuse("not-found", "objections.no-letter", "There is no such letter."));
    return letter ?? null;
  }

  function page({ officer, objection }: Opened, letter: KeptLetter): Html {
    const safe = contactOf(objection);
    return html`<p class="noprint"><a href="/office/objections/case/${objection.personId}/${objection.objectionId}">The case</a></p>
<p class="noprint said said--${safe.doNotWrite ? "amber" : "grey"}">${letter.sendTo === "" ? "Nothing may be sent: give it by hand, or read it out." : html`Send only to: <strong>${letter.sendTo}</strong>. Never to an address of the record.`} Use your browser to print.</p>
<article class="letter"><p>${deps.region.title}<br>${dateHtml(letter.madeAt, true)}</p><h1 class="h1">${letter.title}</h1>${letter.paragraphs.map((each) => html`<p class="pre">${each}</p>`)}<p>The objections office of the ${deps.region.title}</p></article>
<p class="noprint dim">Made ${dateHtml(letter.madeAt)} by ${letter.madeByName}. As made: <code>${letter.sha256}</code></p>
${letter.sent !== null ? html`<p class="noprint">Sent ${dateHtml(letter.sent.at)} by ${letter.sent.byName}: ${letter.sent.how}.</p>` : html`<form class="panel panel--form noprint" method="post" action="/office/objections/letter/${letter.personId}/${letter.objectionId}/${letter.letterId}/sent">${tokenOf(officer)}<label class="nhsuk-label" for="reason">How it went to the person</label><input class="nhsuk-input" id="reason" name="reason" type="text" maxlength="200" autocomplete="off" required>${safe.doNotWrite && html`<div class="nhsuk-checkboxes nhsuk-checkboxes--small"><div class="nhsuk-checkboxes__item"><input class="nhsuk-checkboxes__input" id="byHand" name="byHand" type="checkbox" value="yes"><label class="nhsuk-label nhsuk-checkboxes__label" for="byHand">By hand, or read out to the person</label></div></div>`}<button class="nhsuk-button" type="submit">Record that the person has it</button></form>`}`;
  }
}
