/**
 * `/office/staff/:professional`: how one professional of the own organisation signs in. Where that is by
 * passkey, an administrator invites, withdraws and revokes here. The link of an invitation is shown once,
 * on the answer to the form that made it, and stands nowhere afterwards.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { NOBODY, type AuditAction } from "#audit";
import type { Professional, Region } from "#governance";
import { html, isCsrfToken, isRefusal, refuse, uuidv7, type Content, type Html, type Refusal } from "#platform";
import { administrationRefusal, ENDED_WORDS, endPasskey, identityCheckWords, invitationAddress, invite, INVITATION_HOURS, listOpenInvitations, listPasskeys, syncedWords, withdrawInvitations, type Invitation, type Passkey } from "../sign-in/index.ts";
import { acceptForms, enterOffice, reasonOf, routeOf, send, type Entered, type Form, type Office, type OfficeDeps } from "./officer.ts";
import { mark, table, when } from "./words.ts";

export type PasskeyOfficeDeps = OfficeDeps & { readonly publicUrl: string };

type View = { professional: Professional; passkeys: readonly Passkey[]; open: readonly Invitation[]; barred: Refusal | null; fault?: Refusal; said?: Content; chosen?: string };

const NOT_FOUND = refuse("not-found", "office.no-such-professional", "No professional of your organisation is registered under that number.");
const NO_REASON = refuse("invalid", "office.no-reason", "Say in a few words why: it is kept in the trail.", { field: "reason" });
const OUT_OF_DATE = refuse("forbidden", "sign-in.form-token", "This form is out of date. Reload the page and try again.");
const NOTHING = refuse("conflict", "passkeys.nothing-to-end", "It has ended already. Look at the list as it is now.");

export function staffPasskeyOffice(app: FastifyInstance, deps: PasskeyOfficeDeps, office: Office<true>): void {
  const { region, pages: sql, clock } = deps;
  acceptForms(app);

  type Params = { Params: { professional: string }; Body: Form };
  type Inside = Entered<true> & { professional: Professional; barred: Refusal | null };

  /** The officer and the professional, or `null` where the answer has been sent. Nobody of another organisation is found. */
  const inside = async (request: FastifyRequest<Params>, reply: FastifyReply): Promise<Inside | null> => {
    const entered = await enterOffice(deps, office, request, reply);
    if (entered === null) return null;
    const { actor, shell } = entered;
    const professional = region.professional(request.params.professional);
    if (professional === undefined || !professional.profiles.some((each) => each.organisation === actor.organisation)) {
      send(reply, 404, shell, "Not found", html`<h1 class="h1">Not found</h1><p>${NOT_FOUND.message}</p><p><a href="/office/staff">All staff</a></p>`);
      return null;
    }
    return { ...entered, professional, barred: administrationRefusal(region, actor, professional) };
  };
  const show = async (reply: FastifyReply, who: Inside, status: number, more: Partial<View> = {}): Promise<FastifyReply> => {
    const uids = [who.professional.uid];
    const [passkeys, open] = await Promise.all([listPasskeys(sql, uids), listOpenInvitations(sql, uids, clock.now())]);
    return send(reply, status, who.shell, "Sign-in of staff", page(region, who, { professional: who.professional, passkeys, open, barred: who.barred, ...more }));
  };
  const keep = (request: FastifyRequest, { actor, professional }: Inside, action: AuditAction, outcome: "allowed" | "refused", reason: string | null, shown: Readonly<Record<string, unknown>>): Promise<unknown> =>
    deps.audit.write({ personId: NOBODY, actor, purpose: "audit", action, outcome, relationship: actor.roleName, reason, policy: "staff register", route: routeOf(request), requestId: uuidv7(), sourcePatients: [], shown: { of: professional.uid, ...shown } });
  /** The refusal of an act, kept and said. */
  const refused = async (request: FastifyRequest, reply: FastifyReply, who: Inside, refusal: Refusal, more: Partial<View> = {}): Promise<FastifyReply> => {
    await keep(request, who, "refused", "refused", null, { code: refusal.code });
    return show(reply, who, refusal.kind === "forbidden" ? 403 : refusal.kind === "conflict" ? 409 : 400, { fault: refusal, ...more });
  };

  app.get<Params>("/office/staff/:professional", async (request, reply) => {
    const who = await inside(request, reply);
    if (who === null) return reply;
    await keep(request, who, "audit-read", "allowed", null, { page: "passkeys" });
    return show(reply, who, 200);
  });

  app.post<Params>("/office/staff/:professional/invite", async (request, reply) => {
    const who = await inside(request, reply);
    if (who === null) return reply;
    const chosen = request.body?.["identityCheck"] ?? "";
    const words = identityCheckWords(region, chosen);
    const refusal = who.barred ?? (!isCsrfToken(who.session, request.body?.["_csrf"]) ? OUT_OF_DATE : isRefusal(words) ? words : null);
    if (refusal !== null) return refused(request, reply, who, refusal, { chosen });
    const { token, invitation, withdrawn } = await invite(sql, who.actor, who.professional.uid, chosen, clock.now());
    for (const earlier of withdrawn) await keep(request, who, "passkey-withdrawn", "allowed", "another invitation took its place", { invitation: earlier });
    await keep(request, who, "passkey-invited", "allowed", String(words), { invitation: invitation.invitationId, identityCheck: chosen, until: invitation.expiresAt.toISOString() });
    const address = invitationAddress(deps.publicUrl, token);
    return show(reply, who, 200, { said: html`<p><strong>The link for ${who.professional.name}.</strong> It is shown this once, lasts until ${when(invitation.expiresAt, region.timeZone)} and works once. Whoever opens it first makes the passkey: give it to ${who.professional.name} in person, or where nobody else reads it.</p><p><label class="nhsuk-label" for="link">Link</label><input class="nhsuk-input" id="link" type="text" readonly value="${address}"></p>` });
  });

  app.post<Params>("/office/staff/:professional/withdraw", async (request, reply) => {
    const who = await inside(request, reply);
    if (who === null) return reply;
    const refusal = who.barred ?? (isCsrfToken(who.session, request.body?.["_csrf"]) ? null : OUT_OF_DATE);
    if (refusal !== null) return refused(request, reply, who, refusal);
    const withdrawn = await withdrawInvitations(sql, who.professional.uid, who.actor.id, clock.now());
    if (withdrawn.length === 0) return refused(request, reply, who, NOTHING);
    for (const invitation of withdrawn) await keep(request, who, "passkey-withdrawn", "allowed", null, { invitation });
    return show(reply, who, 200, { said: html`<p>The invitation is withdrawn; its link opens nothing.</p>` });
  });

  app.post<Params>("/office/staff/:professional/revoke", async (request, reply) => {
    const who = await inside(request, reply);
    if (who === null) return reply;
    const reason = reasonOf(request.body);
    // Whoever has got CIS2 meanwhile may have a passkey from before: it opens nothing, and can still be revoked.
    const barred = who.barred !== null && who.barred.code !== "passkeys.use-cis2" ? who.barred : null;
    const refusal = barred ?? (!isCsrfToken(who.session, request.body?.["_csrf"]) ? OUT_OF_DATE : reason === null ? NO_REASON : null);
    if (refusal !== null) return refused(request, reply, who, refusal);
    const passkeyId = request.body?.["passkey"] ?? "";
    const held = (await listPasskeys(sql, [who.professional.uid])).find((each) => each.passkeyId === passkeyId && each.ended === null);
    if (held === undefined || !(await endPasskey(sql, { passkeyId, professionalId: who.professional.uid, how: "revoked", by: who.actor.id }, clock.now()))) return refused(request, reply, who, NOTHING);
    await keep(request, who, "passkey-revoked", "allowed", reason, { passkey: passkeyId, by: "an administrator" });
    return show(reply, who, 200, { said: html`<p>“${held.deviceName}” is revoked. Every session that it opened has ended.</p>` });
  });
}

function page(region: Region, { session, actor }: Entered<true>, view: View): Html {
  const { professional, passkeys, open, barred, fault, said } = view;
  const roles = professional.profiles.filter((each) => each.organisation === actor.organisation).map((each) => region.role(each.role)?.name ?? each.role);
  const csrf = html`<input type="hidden" name="_csrf" value="${session.csrf}">`;
  const base = `/office/staff/${professional.uid}`;
  const byPasskey = region.signInOf(professional) === "passkey";
  return html`${fault && html`<div class="nhsuk-error-summary" role="alert" tabindex="-1"><h2 class="nhsuk-error-summary__title">There is a problem</h2><p>${fault.details?.["field"] === "identityCheck" ? html`<a href="#check-0">${fault.message}</a>` : fault.message}</p></div>`}
${said && html`<div class="nhsuk-inset-text" role="status">${said}</div>`}
<p><a href="/office/staff">All staff</a></p>
<h1 class="h1">How ${professional.name} signs in</h1>
<p>${roles.join(", ")}, ${actor.organisationName}. ${byPasskey ? "By passkey: your organisation has no NHS CIS2." : "By NHS CIS2. Nobody who has it can have a passkey."}</p>
${barred !== null && byPasskey ? html`<p>${barred.message}</p>` : null}
${byPasskey || passkeys.length > 0 ? html`<h2 class="h2">Passkeys</h2>${passkeys.length === 0 ? html`<p>None yet.</p>` : passkeyTable()}` : null}
${professional.uid === actor.id ? null : passkeys.filter((each) => each.ended === null).map(revokeForm)}
${byPasskey && barred === null ? html`<h2 class="h2">Invitation</h2>${open.map(openInvitation)}${inviteForm()}` : null}`;

  function passkeyTable(): Html {
    return table("Passkeys", ["Device", "Kind", "Made", "Last used", "State"], passkeys.map((each) => html`<tr><th scope="row">${each.deviceName}</th><td>${syncedWords(each)}</td><td>${when(each.madeAt, region.timeZone)}</td><td>${each.lastUsedAt === null ? "Never" : when(each.lastUsedAt, region.timeZone)}</td><td>${state(each)}</td></tr>`));
  }
  function state(each: Passkey): Html {
    if (each.ended !== null) return html`${mark(each.ended.how === "locked" ? "bad" : "late", each.ended.how === "locked" ? "Locked" : "Ended")}<br>${ENDED_WORDS[each.ended.how]}, ${when(each.ended.at, region.timeZone)}`;
    return mark("ok", "In use");
  }
  function revokeForm(each: Passkey): Html {
    return html`<form method="post" action="${base}/revoke" novalidate>${csrf}<input type="hidden" name="passkey" value="${each.passkeyId}"><label class="nhsuk-label" for="reason-${each.passkeyId}">Why “${each.deviceName}” is revoked</label><input class="nhsuk-input nhsuk-u-margin-bottom-2" id="reason-${each.passkeyId}" name="reason" type="text" maxlength="500"> <button class="nhsuk-button nhsuk-button--secondary" type="submit">Revoke ${each.deviceName}</button></form>`;
  }
  function openInvitation(each: Invitation): Html {
    return html`<div class="nhsuk-inset-text"><p>Open until ${when(each.expiresAt, region.timeZone)}, made by ${each.invitedByName}. Its link cannot be shown again.</p><form method="post" action="${base}/withdraw">${csrf}<button class="nhsuk-button nhsuk-button--secondary" type="submit">Withdraw it</button></form></div>`;
  }
  function inviteForm(): Html {
    return html`<form method="post" action="${base}/invite" novalidate>${csrf}<fieldset class="nhsuk-fieldset"><legend class="nhsuk-fieldset__legend">How did you make sure that it is ${professional.name}?</legend><div class="nhsuk-hint">Your answer is kept with your name.</div><div class="nhsuk-radios">${(region.rules.passkeys?.identityChecks ?? []).map(({ id, words }, index) => html`<div class="nhsuk-radios__item"><input class="nhsuk-radios__input" id="check-${index}" name="identityCheck" type="radio" value="${id}"${id === view.chosen ? html` checked` : null}><label class="nhsuk-label nhsuk-radios__label" for="check-${index}">${words}</label></div>`)}</div></fieldset>
<p class="nhsuk-hint nhsuk-u-margin-top-3">The link lasts ${INVITATION_HOURS} hours and works once.${open.length > 0 ? " A new one takes the place of the one that is open." : ""}</p><button class="nhsuk-button" type="submit">${open.length > 0 ? "Make a new link" : "Make a link"}</button></form>`;
  }
}
