/** Pages on which a passkey is used, made, looked after. The ceremony itself needs script; every page says what to do without. */
import type { Region } from "#governance";
import { dateText, html, type Content, type Html, type Refusal, type Session } from "#platform";
import { INVITATION_HOURS, type OpenInvitation } from "./invite.ts";
import { passkeyProblems as problems } from "./problems.ts";
import type { Passkey } from "./store.ts";

/** Where the browser finds our script. */
export type PasskeyPlace = { readonly region: Region; readonly script: string; readonly origin: string };

/** What the script says of the browser's errors, by their names; the words are the refusals'. */
function errorWords(origin: string): string {
  return JSON.stringify({
    asked: "Follow what your device asks.", NotAllowedError: problems.cancelled().message, AbortError: problems.cancelled().message, SecurityError: problems.wrongOrigin(origin).message,
    InvalidStateError: problems.alreadyHere().message, NotSupportedError: problems.unsupported().message, ConstraintError: problems.notVerified().message, other: problems.failed().message,
  });
}

/** A form that asks the device: `get` signs in, `create` makes a passkey. */
function passkeyForm({ script, origin }: PasskeyPlace, form: { readonly id: string; readonly kind: "get" | "create"; readonly action: string; readonly options: string; readonly fields: Content; readonly button: string; readonly secondary?: boolean }): Html {
  return html`<script src="${script}" defer></script>
<form id="${form.id}" method="post" action="${form.action}" data-passkey="${form.kind}" data-options="${form.options}" data-words="${errorWords(origin)}" novalidate>
<div class="nhsuk-error-summary" role="alert" aria-labelledby="${form.id}-fault" tabindex="-1" data-passkey-fault hidden><h2 class="nhsuk-error-summary__title" id="${form.id}-fault">There is a problem</h2><div class="nhsuk-error-summary__body"><p></p></div></div>
${form.fields}<input type="hidden" name="credential" value="">
<noscript><p class="nhsuk-body">${problems.noScript().message}</p></noscript>
<button class="nhsuk-button${form.secondary === true ? " nhsuk-button--secondary" : ""}" type="submit">${form.button}</button></form>`;
}

function problem(fault: Refusal | null): Html | null {
  return fault && html`<div class="nhsuk-error-summary" role="alert" aria-labelledby="fault-title" tabindex="-1"><h2 class="nhsuk-error-summary__title" id="fault-title">There is a problem</h2><div class="nhsuk-error-summary__body">${fault.details?.["field"] === "deviceName" ? html`<ul class="nhsuk-list nhsuk-error-summary__list"><li><a href="#deviceName">${fault.message}</a></li></ul>` : html`<p>${fault.message}</p><p class="nhsuk-body-s">For your service desk: <code>${fault.code}</code></p>`}</div></div>`;
}

const useForm = (place: PasskeyPlace, returnTo: string, secondary: boolean): Html =>
  passkeyForm(place, { id: "passkey", kind: "get", action: `/sign-in/passkey?return=${encodeURIComponent(returnTo)}`, options: "/sign-in/passkey/options", fields: null, button: "Sign in with a passkey", secondary });

const cis2Link = (returnTo: string): string => `/sign-in/cis2?return=${encodeURIComponent(returnTo)}`;

/** `/sign-in`: CIS2 first; passkeys for those whose organisation has none. */
export function signInPage(place: PasskeyPlace, returnTo: string): Html {
  return html`<h1 class="nhsuk-heading-l">Sign in</h1>
<p class="nhsuk-body">For health and care staff. Everything that you open is kept under your name.</p>
<a class="nhsuk-button" role="button" draggable="false" href="${cis2Link(returnTo)}">Sign in with NHS CIS2</a>
<h2 class="nhsuk-heading-m">If your organisation uses passkeys</h2>
<p class="nhsuk-body">Some organisations, such as hospices and care homes, have no NHS CIS2. Their staff use the fingerprint, face or PIN of their own device.</p>
${useForm(place, returnTo, true)}
<p class="nhsuk-body"><a class="nhsuk-link" href="/help/sign-in-policy">How you sign in, and what to do if you cannot</a></p>`;
}

/** `/sign-in/passkey`: for whoever signed in so before, and when a passkey was not taken. */
export function passkeySignInPage(place: PasskeyPlace, returnTo: string, fault: Refusal | null): Html {
  return html`${problem(fault)}<h1 class="nhsuk-heading-l">Sign in with a passkey</h1>
<p class="nhsuk-body">Your device asks for your fingerprint, face or PIN. It may be the device in front of you, your phone, or a security key.</p>
${useForm(place, returnTo, false)}
<p class="nhsuk-body">New device, or a lost one? Ask your organisation's administrator for an invitation. Nobody else can give you one, and nobody asks you for one.</p>
<p class="nhsuk-body"><a class="nhsuk-link" href="${cis2Link(returnTo)}">Sign in with NHS CIS2 instead</a></p>`;
}

const ABOUT = html`<h2 class="nhsuk-heading-m">What a passkey is</h2>
<ul class="nhsuk-list nhsuk-list--bullet"><li>It is a key that your phone, computer or security key makes and keeps. There is no password to remember or to give away.</li>
<li>It works only when your device has checked that it is you: your fingerprint, your face, or your PIN. These never leave the device.</li>
<li>It works only at our address, so a false page cannot use it.</li>
<li>What is done with it is done in your name. Make it only on a device, or in an account, that nobody but you can unlock. On a shared tablet or computer use your own phone or security key instead: choose that when the device asks.</li></ul>`;

/** `/passkeys/invitation`: who invites, what a passkey is, and making it. */
export function invitationPage(place: PasskeyPlace, token: string, { invitation, professional }: OpenInvitation, fault: Refusal | null, deviceName: string): Html {
  const organisation = place.region.organisation(invitation.organisation)?.name ?? invitation.organisation;
  const until = invitation.expiresAt.toLocaleString("en-GB", { timeZone: place.region.timeZone, weekday: "long", day: "numeric", month: "long", hour: "2-digit", minute: "2-digit" });
  return html`${problem(fault)}<h1 class="nhsuk-heading-l">Make your passkey</h1>
<p class="nhsuk-body">${invitation.invitedByName} invites <strong>${professional.name}</strong>, ${organisation}, to sign in to ${place.region.title} with a passkey. The invitation holds until ${until} and works once.</p>
<p class="nhsuk-body">If you are not ${professional.name}, stop here and tell whoever gave you the link.</p>
${ABOUT}
<h2 class="nhsuk-heading-m">Make it on this device</h2>
${passkeyForm(place, { id: "make", kind: "create", action: "/passkeys/invitation", options: "/passkeys/invitation/options", button: "Make my passkey", fields: html`<input type="hidden" name="token" value="${token}">${deviceField(deviceName, fault)}` })}`;
}

function deviceField(value: string, fault: Refusal | null): Html {
  const wrong = fault?.details?.["field"] === "deviceName";
  return html`<div class="nhsuk-form-group${wrong ? " nhsuk-form-group--error" : ""}"><label class="nhsuk-label" for="deviceName">Name of the device</label><div class="nhsuk-hint" id="deviceName-hint">So that you know it again, for example “my phone” or “blue security key”</div>${wrong && html`<span class="nhsuk-error-message" id="deviceName-error">${fault!.message}</span>`}<input class="nhsuk-input nhsuk-input--width-20${wrong ? " nhsuk-input--error" : ""}" id="deviceName" name="deviceName" type="text" maxlength="60" autocomplete="off" value="${value}" aria-describedby="deviceName-hint${wrong ? " deviceName-error" : ""}"></div>`;
}

/** After it was made by an invitation. Nobody is signed in by it: the passkey is tried at once. */
export function madePage(name: string, deviceName: string): Html {
  return html`<h1 class="nhsuk-heading-l">Your passkey is made</h1>
<p class="nhsuk-body">${name}, you can sign in with “${deviceName}” now. The link that you were given is used up; you can throw it away.</p>
<a class="nhsuk-button" role="button" draggable="false" href="/sign-in/passkey">Sign in</a>
<p class="nhsuk-body">Add a second device at <a class="nhsuk-link" href="/passkeys">My passkeys</a>, so that you are not locked out when this one is lost.</p>`;
}

/** Why an invitation cannot be used. */
export function invitationRefusedPage(refusal: Refusal): Html {
  return html`<h1 class="nhsuk-heading-l">No passkey was made</h1><p class="nhsuk-body">${refusal.message}</p><p class="nhsuk-body-s">For your service desk: <code>${refusal.code}</code></p>`;
}

/** `/passkeys`: one's own. `mayChange`: signed in lately enough to add and remove. */
export function myPasskeysPage(place: PasskeyPlace, view: { readonly session: Session; readonly passkeys: readonly Passkey[]; readonly mayChange: boolean; readonly fault: Refusal | null; readonly said: string | null; readonly deviceName: string }): Html {
  const { session, passkeys, mayChange, fault, said } = view;
  if (session.method !== "passkey") return html`<h1 class="nhsuk-heading-l">My passkeys</h1><p class="nhsuk-body">${session.name}, you signed in ${METHOD_WORDS[session.method]}. Passkeys are for staff of organisations that have no NHS CIS2, and are managed after signing in with one.</p>`;
  const live = passkeys.filter((each) => each.ended === null);
  const day = (at: Date): string => dateText(place.region.dayOf(at));
  const item = (each: Passkey): Html => html`<li class="nhsuk-u-margin-bottom-4"><strong>${each.deviceName}</strong>${each.credentialId === session.passkeyId ? " (you are signed in with it)" : ""}<br>Made ${day(each.madeAt)}; ${each.lastUsedAt === null ? "never used" : `last used ${day(each.lastUsedAt)}`}; ${syncedWords(each)}.
${mayChange && live.length > 1 ? html`<form method="post" action="/passkeys/remove"><input type="hidden" name="_csrf" value="${session.csrf}"><input type="hidden" name="passkey" value="${each.passkeyId}"><button class="nhsuk-button nhsuk-button--secondary" type="submit" aria-label="Remove ${each.deviceName}">Remove</button></form>` : null}</li>`;
  return html`${problem(fault)}${said && html`<div class="nhsuk-inset-text" role="status"><p>${said}</p></div>`}<h1 class="nhsuk-heading-l">My passkeys</h1>
<p class="nhsuk-body">${session.name}, these devices sign in as you. ${live.length === 1 ? "It is your only one: it cannot be removed here before there is another." : "If one of them is lost, remove it at once."}</p>
<ul class="nhsuk-list">${live.map(item)}</ul>
<h2 class="nhsuk-heading-m">Add a device</h2>
${
    mayChange
      ? html`<p class="nhsuk-body">Add only a device, or an account, that nobody but you can unlock.</p>${passkeyForm(place, { id: "make", kind: "create", action: "/passkeys", options: "/passkeys/options", button: "Add a passkey", fields: html`<input type="hidden" name="_csrf" value="${session.csrf}">${deviceField(view.deviceName, fault)}` })}`
      : html`<p class="nhsuk-body">Before you add or remove a passkey, show again that it is you.</p><a class="nhsuk-button" role="button" draggable="false" href="/sign-in/passkey?return=%2Fpasskeys">Sign in again</a>`
  }
${live.length < passkeys.length && html`<h2 class="nhsuk-heading-m">Earlier ones</h2><ul class="nhsuk-list nhsuk-list--bullet">${passkeys.filter((each) => each.ended !== null).map((each) => html`<li>${each.deviceName}: ${ENDED_WORDS[each.ended!.how]} on ${day(each.ended!.at)}</li>`)}</ul>`}`;
}

/** How a session began, to go on after "you signed in". */
export const METHOD_WORDS: Readonly<Record<Session["method"], string>> = { cis2: "by NHS CIS2", passkey: "with a passkey", launch: "from your own system" };
export const ENDED_WORDS = { revoked: "revoked by an administrator", removed: "removed by its holder", locked: "locked: its counter went back, so that it may have been copied" } as const;
export const syncedWords = (passkey: Pick<Passkey, "synced">): string => (passkey.synced ? "may be copied to the holder's other devices" : "kept on one device");

/** For `/help/sign-in-policy`. */
export const POLICY_WORDS = html`<li>A passkey, for staff of organisations that have no NHS CIS2. Your own device checks that it is you, by fingerprint, face or PIN. An administrator of your organisation, who has made sure who you are, gives you a link to make it, which lasts ${INVITATION_HOURS} hours and works once. Who has NHS CIS2 cannot have one.</li>`;
