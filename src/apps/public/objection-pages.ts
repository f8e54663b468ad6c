/** The public pages about objecting, in words for everybody. They work without script and on a phone. */
import type { Region } from "#governance";
import { html, type Content, type Html, type Refusal } from "#platform";

/** What to know before objecting; the form stands behind it. */
export function guidancePage(region: Region, isMissed: boolean): Html {
  return html`${isMissed && html`<div class="nhsuk-error-summary" role="alert" tabindex="-1"><h2 class="nhsuk-error-summary__title">There is a problem</h2><div class="nhsuk-error-summary__body"><ul class="nhsuk-list nhsuk-error-summary__list"><li><a href="#read">Read this page first, and say that you have</a></li></ul></div></div>`}
<h1 class="nhsuk-heading-l">Object to sharing your care record</h1>
<p>The ${region.title} lets the people who look after you see what other services know about you: your allergies, your medicines, your tests. You can object to this. It is your right.</p>
<h2 class="nhsuk-heading-m">Think about this first</h2>
<ul class="nhsuk-list nhsuk-list--bullet"><li>People who treat you may not know about your allergies, your medicines or your illnesses.</li><li>You may have to tell your story again, and have tests again.</li><li>${region.rules.objections.emergencyWords}</li></ul>
<p>You can object to all of it, or only to a part. You can object to one service, or to one kind of information. That may be enough.</p>
<h2 class="nhsuk-heading-m">Talk to somebody who looks after you</h2>
<p>Speak to your GP practice or the service that you are worried about. They can often help at once, for example if something in your record is wrong. They can also send in your objection with you. ${region.rules.objections.helpline}</p>
<h2 class="nhsuk-heading-m">What happens after you object</h2>
<ol class="nhsuk-list nhsuk-list--number"><li>You get a reference.</li><li>We check that it is really you. Nothing changes before that, so that nobody else can close your record.</li><li>Then what you object to is held back while we think about it.</li><li>A doctor or other clinician decides. They ask if you can still be looked after safely. This is not automatic.</li><li>We tell you the answer within one month, and how to complain.</li></ol>
<h2 class="nhsuk-heading-m">This is not the same as</h2>
<ul class="nhsuk-list nhsuk-list--bullet"><li>the national data opt-out, which is about research and planning</li><li>your choice about the Summary Care Record, which is a different, national record</li></ul>
<p>If you have chosen something there, it does not count here. If you object here, it changes nothing there.</p>
<form method="get" action="/objection/form"><div class="nhsuk-form-group"><div class="nhsuk-checkboxes"><div class="nhsuk-checkboxes__item"><input class="nhsuk-checkboxes__input" id="read" name="read" type="checkbox" value="yes" required><label class="nhsuk-label nhsuk-checkboxes__label" for="read">I have read this page</label></div></div></div><button class="nhsuk-button" type="submit">Go on to the form</button></form>`;
}

/** The form, with what was filled in and what is to be put right. */
export function formPage(fields: Readonly<Record<string, string>>, faults: readonly Refusal[]): Html {
  const value = (name: string): string => fields[name] ?? "";
  const faultOf = (name: string): string | undefined => faults.find((each) => each.details?.["field"] === name)?.message;
  const wrap = (name: string, inside: Content): Html => html`<div class="nhsuk-form-group${faultOf(name) !== undefined && html` nhsuk-form-group--error`}">${inside}</div>`;
  const message = (name: string): Content => faultOf(name) !== undefined && html`<span class="nhsuk-error-message" id="${name}-error"><span class="nhsuk-u-visually-hidden">Error:</span> ${faultOf(name)}</span>`;
  const described = (name: string): Html => html` aria-describedby="${name}-hint${faultOf(name) !== undefined && html` ${name}-error`}"`;
  const radio = (id: string, name: string, of: string, words: string): Html => html`<div class="nhsuk-radios__item"><input class="nhsuk-radios__input" id="${id}" name="${name}" type="radio" value="${of}"${value(name) === of ? html` checked` : null}><label class="nhsuk-label nhsuk-radios__label" for="${id}">${words}</label></div>`;
  return html`${faults.length > 0 && html`<div class="nhsuk-error-summary" role="alert" tabindex="-1"><h2 class="nhsuk-error-summary__title">There is a problem</h2><div class="nhsuk-error-summary__body"><ul class="nhsuk-list nhsuk-error-summary__list">${faults.map((each) => html`<li><a href="#${typeof each.details?.["field"] === "string" ? (each.details["field"] === "whole" ? "whole-yes" : each.details["field"]) : "name"}">${each.message}</a></li>`)}</ul></div></div>`}
<h1 class="nhsuk-heading-l">Your objection</h1>
<form method="post" action="/objection" novalidate><input type="hidden" name="read" value="yes">
${wrap("name", html`<label class="nhsuk-label" for="name">Full name</label><div class="nhsuk-hint" id="name-hint">As your GP practice knows it</div>${message("name")}<input class="nhsuk-input" id="name" name="name" type="text" autocomplete="name" value="${value("name")}"${described("name")}>`)}
${wrap("day", html`<fieldset class="nhsuk-fieldset" role="group" aria-describedby="day-hint"><legend class="nhsuk-fieldset__legend nhsuk-fieldset__legend--s">Date of birth</legend><div class="nhsuk-hint" id="day-hint">For example, 14 7 1945</div>${message("day")}<div class="nhsuk-date-input">${(["day", "month", "year"] as const).map((field) => html`<div class="nhsuk-date-input__item"><div class="nhsuk-form-group"><label class="nhsuk-label nhsuk-date-input__label" for="${field}">${field.charAt(0).toUpperCase()}${field.slice(1)}</label><input class="nhsuk-input nhsuk-date-input__input nhsuk-input--width-${field === "year" ? 4 : 2}" id="${field}" name="${field}" type="text" inputmode="numeric" autocomplete="${`bday-${field}`}" value="${value(field)}"></div></div>`)}</div></fieldset>`)}
${wrap("nhsNumber", html`<label class="nhsuk-label" for="nhsNumber">NHS number (you can leave this out)</label><div class="nhsuk-hint" id="nhsNumber-hint">10 digits, like 999 123 4560. It is in the NHS App and on letters</div>${message("nhsNumber")}<input class="nhsuk-input nhsuk-input--width-10" id="nhsNumber" name="nhsNumber" type="text" inputmode="numeric" autocomplete="off" value="${value("nhsNumber")}"${described("nhsNumber")}>`)}
${wrap("contact", html`<label class="nhsuk-label" for="contact">How can we reach you safely?</label><div class="nhsuk-hint" id="contact-hint">A phone number, an email or an address. Only where nobody else reads it who should not. We use only what you write here</div>${message("contact")}<input class="nhsuk-input" id="contact" name="contact" type="text" autocomplete="off" value="${value("contact")}"${described("contact")}><div class="nhsuk-checkboxes nhsuk-checkboxes--small"><div class="nhsuk-checkboxes__item"><input class="nhsuk-checkboxes__input" id="doNotWrite" name="doNotWrite" type="checkbox" value="yes"${value("doNotWrite") === "yes" ? html` checked` : null}><label class="nhsuk-label nhsuk-checkboxes__label" for="doNotWrite">Do not write to me. It is not safe to send letters</label></div></div>`)}
${wrap("whole", html`<fieldset class="nhsuk-fieldset"><legend class="nhsuk-fieldset__legend nhsuk-fieldset__legend--s">What do you object to?</legend>${message("whole")}<div class="nhsuk-radios">${radio("whole-yes", "whole", "yes", "Sharing all of my record")}${radio("whole-no", "whole", "no", "Sharing some of it, or with some people")}</div></fieldset>`)}
${wrap("what", html`<label class="nhsuk-label" for="what">If it is some of it: what should not be shared, or who should not see it?</label><div class="nhsuk-hint" id="what-hint">For example, "what the clinic in the High Street wrote", or "I do not want the hospital to look"</div>${message("what")}<textarea class="nhsuk-textarea" id="what" name="what" rows="3" maxlength="2000"${described("what")}>${value("what")}</textarea>`)}
${wrap("why", html`<label class="nhsuk-label" for="why">Why? How does sharing harm or worry you?</label><div class="nhsuk-hint" id="why-hint">This helps the clinician to decide. A few words are enough</div>${message("why")}<textarea class="nhsuk-textarea" id="why" name="why" rows="4" maxlength="4000"${described("why")}>${value("why")}</textarea>`)}
<button class="nhsuk-button" type="submit">Send my objection</button></form>`;
}

/** The answer, which says nothing of whether the person is known here. */
export function takenPage(region: Region, reference: string): Html {
  return html`<div class="nhsuk-panel"><h1 class="nhsuk-panel__title">We have your objection</h1><div class="nhsuk-panel__body">Your reference<br><strong>${reference}</strong></div></div>
<p>Write this down, or take a picture of it.</p>
<p>Next we check that it is really you. We may ask you to come to your GP practice with a document. Until then nothing changes.</p>
<p>We answer within one month. ${region.rules.objections.helpline}</p>`;
}
