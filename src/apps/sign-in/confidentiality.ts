/**
 * `/confidentiality`: the code of practice on confidential information, shown at first and
 * every year, and accepted in the product (ACC-11, ONB-08, ONB-09). Whoever has to accept it
 * is led here from any page; nothing of a record opens before.
 */
import type { FastifyInstance, FastifyReply } from "fastify";
import { confidentialityInDate, type ConfidentialityCode, type Region } from "#governance";
import { dateText, html, isCsrfToken, uuidv7, type Content, type Html, type Session } from "#platform";
import { safeReturn, sessionCookie, type SignInDeps } from "./plugin.ts";
import { recordAcceptance } from "./store.ts";

/** True for a registered professional who never accepted the duty of confidentiality, or whose acceptance has run out. Others are told by the gate that they are not known. */
export function mustAccept(region: Region, session: Pick<Session, "professionalId" | "confidentialityAcceptedAt">, now: Date): boolean {
  const professional = region.professional(session.professionalId);
  return professional !== undefined && !confidentialityInDate(professional, session.confidentialityAcceptedAt, region.rules.confidentialityValidDays, region.dayOf(now));
}

/** Where to accept it, and where to go on afterwards: back to what was asked for, where that can be asked for again. */
export const acceptHref = (request: { readonly method: string; readonly url: string }, home = "/"): string => `/confidentiality?return=${encodeURIComponent(request.method === "GET" ? request.url : home)}`;

type Show = (reply: FastifyReply, status: number, title: string, main: Html, session: Session | null) => FastifyReply;

/** Registers `GET` and `POST /confidentiality`. */
export function confidentialityRoutes(app: FastifyInstance, deps: SignInDeps, show: Show): void {
  const { region, sessions, clock, secure } = deps;
  const code = region.confidentiality;

  app.get<{ Querystring: { return?: string } }>("/confidentiality", async (request, reply) => {
    const session = await sessions.read(sessionCookie(request, secure), true);
    if (session === null) return reply.redirect("/sign-in", 303);
    return show(reply, 200, code.title, page(session, safeReturn(request.query.return), null), session);
  });

  app.post<{ Body: Record<string, unknown> | null; Querystring: { return?: string } }>("/confidentiality", async (request, reply) => {
    const session = await sessions.read(sessionCookie(request, secure), true);
    if (session === null) return reply.redirect("/sign-in", 303);
    const returnTo = safeReturn(request.query.return);
    if (!isCsrfToken(session, request.body?.["_csrf"])) return show(reply, 403, code.title, page(session, returnTo, "This form is out of date. Read it again, and accept it again."), session);
    if (request.body?.["accept"] !== "yes") return show(reply, 400, `Error: ${code.title}`, page(session, returnTo, "Tick the box to accept the duty of confidentiality. Without it no record opens."), session);
    // What was on screen is what was accepted: a form shown before the words changed is shown anew.
    if (request.body["version"] !== code.version) return show(reply, 400, `Error: ${code.title}`, page(session, returnTo, "These words have changed since you opened the page. Read them again."), session);
    await recordAcceptance(deps.sql, { professionalId: session.professionalId, acceptanceId: uuidv7(), version: code.version, organisation: session.profile?.organisation ?? "", acceptedAt: clock.now() });
    await deps.record({ what: "confidentiality-accepted", session, personId: null, code: code.version, address: request.ip });
    return reply.redirect(returnTo, 303);
  });

  function page(session: Session, returnTo: string, fault: string | null): Html {
    const accepted = session.confidentialityAcceptedAt;
    return codePage(code, region.rules.confidentialityValidDays, session.csrf, returnTo, fault, accepted === null ? null : region.dayOf(accepted));
  }
}

function codePage(code: ConfidentialityCode, validDays: number, csrf: string, returnTo: string, fault: string | null, acceptedOn: string | null): Html {
  const error: Content = fault && html`<div class="nhsuk-error-summary" role="alert" aria-labelledby="fault-title" tabindex="-1"><h2 class="nhsuk-error-summary__title" id="fault-title">There is a problem</h2><div class="nhsuk-error-summary__body"><ul class="nhsuk-list nhsuk-error-summary__list"><li><a href="#accept">${fault}</a></li></ul></div></div>`;
  return html`${error}<h1 class="nhsuk-heading-l">${code.title}</h1>
<p class="nhsuk-body">Read this and accept it before you open records. You are asked again every ${validDays === 365 ? "year" : `${validDays} days`}.${acceptedOn && ` You accepted it here on ${dateText(acceptedOn)}.`}</p>
${code.parts.map((part) => html`<h2 class="nhsuk-heading-m">${part.title}</h2><ul class="nhsuk-list nhsuk-list--bullet">${part.points.map((point) => html`<li>${point}</li>`)}</ul>`)}
<h2 class="nhsuk-heading-m">If it is broken</h2><p class="nhsuk-body">${code.consequence}</p>
<form method="post" action="/confidentiality?return=${encodeURIComponent(returnTo)}" novalidate>
<input type="hidden" name="_csrf" value="${csrf}"><input type="hidden" name="version" value="${code.version}">
<div class="nhsuk-form-group"><div class="nhsuk-checkboxes"><div class="nhsuk-checkboxes__item"><input class="nhsuk-checkboxes__input" id="accept" name="accept" type="checkbox" value="yes"><label class="nhsuk-label nhsuk-checkboxes__label" for="accept">${code.statement}</label></div></div></div>
<button class="nhsuk-button" type="submit">Accept and go on</button></form>
<p class="nhsuk-body-s">Version ${code.version}. What you accept is kept with its date.</p>`;
}
