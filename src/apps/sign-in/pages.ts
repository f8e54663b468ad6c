/** Pages of signing in. They work without script. */
import { html, type Html, type Refusal, type Session } from "#platform";

/** Choose one of several role profiles, then go on to `returnTo`. */
export function rolePage(session: Session, returnTo: string, fault: Refusal | null): Html {
  const action = `/sign-in/role?return=${encodeURIComponent(returnTo)}`;
  return html`${errorSummary(fault)}
<form method="post" action="${action}" novalidate>
<input type="hidden" name="_csrf" value="${session.csrf}">
<div class="nhsuk-form-group">
<fieldset class="nhsuk-fieldset">
<legend class="nhsuk-fieldset__legend nhsuk-fieldset__legend--l"><h1 class="nhsuk-fieldset__heading">Which role are you working in?</h1></legend>
<div class="nhsuk-hint">You are ${session.name}. What you may see depends on the role and is kept with every record that you open.</div>
<div class="nhsuk-radios">
${session.profiles.map(
  (profile, index) => html`<div class="nhsuk-radios__item">
<input class="nhsuk-radios__input" id="profile-${index}" name="profile" type="radio" value="${profile.id}"${profile.id === session.profile?.id ? html` checked` : null}>
<label class="nhsuk-label nhsuk-radios__label" for="profile-${index}">${profile.roleName}<br><span class="nhsuk-hint">${profile.organisationName} (${profile.organisation})</span></label>
</div>`,
)}
</div>
</fieldset>
</div>
<button class="nhsuk-button" type="submit">Continue</button>
</form>`;
}

/** Why signing in or launching did not work, and what to do. */
export function refusalPage(refusal: Refusal): Html {
  return html`<h1 class="nhsuk-heading-l">You are not signed in</h1>
<p class="nhsuk-body">${refusal.message}</p>
<p class="nhsuk-body"><a class="nhsuk-link" href="/sign-in">Start again</a></p>
<p class="nhsuk-body-s">For your service desk: <code>${refusal.code}</code></p>`;
}

/** After signing out. */
export function signedOutPage(): Html {
  return html`<h1 class="nhsuk-heading-l">You are signed out</h1>
<p class="nhsuk-body">On a shared computer, take your smartcard or security key with you.</p>
<p class="nhsuk-body"><a class="nhsuk-link" href="/sign-in">Sign in</a></p>`;
}

function errorSummary(fault: Refusal | null): Html | null {
  return (
    fault &&
    html`<div class="nhsuk-error-summary" role="alert" aria-labelledby="fault-title" tabindex="-1"><h2 class="nhsuk-error-summary__title" id="fault-title">There is a problem</h2>
<div class="nhsuk-error-summary__body"><ul class="nhsuk-list nhsuk-error-summary__list"><li><a href="#profile-0">${fault.message}</a></li></ul></div></div>`
  );
}
