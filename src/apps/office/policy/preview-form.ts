/** Whose record, seen by whom: the form of the role preview (REC-45). */
import type { Region } from "#governance";
import { csrfField, html, type Html, type Refusal, type Shell } from "#platform";
import { errorOf, faultSummary } from "./fault.ts";

export function previewForm(region: Region, shell: Shell, fault: Refusal | null): Html {
  const roles = region.roles.flatMap((role) => role.purposes.filter((purpose) => region.purpose(purpose)?.sections !== "all" || purpose === "direct-care").map((purpose) => ({ key: `${role.id} ${purpose}`, words: role.purposes.length > 1 || purpose !== "direct-care" ? `${role.name}: ${region.purpose(purpose)?.name.toLowerCase() ?? purpose}` : role.name })));
  return html`<p><a href="/office/policy">Access policy</a></p>${faultSummary(fault)}<h1 class="h1">What a role sees</h1>
<p>The summary of a person of the demonstration, drawn as a professional of the role would see it whose own system had opened the person. It is made by the same decision and the same pages. People of the demonstration have NHS numbers that begin with 999; nobody else's record can be previewed.</p>
<form class="panel panel--form" method="post" action="/office/policy/roles" novalidate>${csrfField(shell)}
<div class="nhsuk-form-group"><label class="nhsuk-label" for="nhsNumber">NHS number of a person of the demonstration</label>${errorOf(fault, "nhsNumber")}<input class="nhsuk-input nhsuk-input--width-10" id="nhsNumber" name="nhsNumber" inputmode="numeric" autocomplete="off"></div>
<div class="nhsuk-form-group"><label class="nhsuk-label" for="role">Role</label>${errorOf(fault, "role")}<select class="nhsuk-select" id="role" name="role">${roles.map(({ key, words }) => html`<option value="${key}">${words}</option>`)}</select></div>
<div class="nhsuk-form-group"><label class="nhsuk-label" for="organisation">Works at</label>${errorOf(fault, "organisation")}<select class="nhsuk-select" id="organisation" name="organisation">${region.organisations.filter((each) => each.agreement !== null).map((each) => html`<option value="${each.odsCode}">${each.name}</option>`)}</select></div>
<button class="nhsuk-button" type="submit">Show</button></form>`;
}
