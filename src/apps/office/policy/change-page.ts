/** A policy file in other words, and every kind of answer that it would flip: nothing goes live from here (ACC-03). */
import type { Flips } from "#access";
import type { Region } from "#governance";
import { csrfField, html, type Html, type Shell } from "#platform";

/** What was tried: the text, why it is no policy, or what it flips. */
export type Compared = { readonly text: string; readonly faults: readonly string[]; readonly flips: readonly Flips[] };

export function changePage(region: Region, shell: Shell, file: Region["policies"]["files"][number], compared: Compared | null): Html {
  return html`<p><a href="/office/policy">Access policy</a></p><h1 class="h1">Try a change</h1>
<p>Change the text of a policy file and see every cell of the whole domain in which the answer flips. Nothing goes live from here: a change goes live with the region pack, after <code>npm run policy -- preview</code> has listed every flipped cell and a named person has approved it.</p>
<form method="get" action="/office/policy/change"><label class="nhsuk-label" for="pick">File</label> <select class="nhsuk-select" id="pick" name="file">${region.policies.files.map(({ name }) => html`<option value="${name}"${name === file.name ? html` selected` : null}>${name}</option>`)}</select> <button class="nhsuk-button nhsuk-button--secondary" type="submit">Take this file</button></form>
${compared && answer(compared)}
<form class="panel panel--form" method="post" action="/office/policy/change" novalidate>${csrfField(shell)}<input type="hidden" name="file" value="${file.name}">
<div class="nhsuk-form-group"><label class="nhsuk-label" for="text">${file.name}</label><textarea class="nhsuk-textarea code" id="text" name="text" rows="24" spellcheck="false">${compared?.text ?? file.text}</textarea></div>
<button class="nhsuk-button" type="submit">Show what it flips</button></form>`;
}

function answer({ faults, flips }: Compared): Html {
  if (faults.length > 0) return html`<div class="nhsuk-error-summary" role="alert" tabindex="-1"><h2 class="nhsuk-error-summary__title">There is a problem</h2><ul class="nhsuk-list nhsuk-error-summary__list">${faults.map((each) => html`<li><a href="#text">${each}</a></li>`)}</ul></div>`;
  if (flips.length === 0) return html`<p class="said said--plain" role="status">It flips no cell: every answer stays as it is.</p>`;
  const cells = flips.reduce((sum, each) => sum + each.cells, 0);
  const rights = flips.filter((each) => each.before.startsWith("allow") !== each.after.startsWith("allow"));
  return html`<section class="panel panel--list" aria-labelledby="h-flips"><div class="panel__head"><h2 id="h-flips">${cells.toLocaleString("en-GB")} cells flip</h2></div><p class="said${rights.length > 0 ? html` said--amber` : null}" role="status">${rights.length === 0 ? "No record opens or closes that did not before; only the policy that is named differs." : `${rights.reduce((sum, each) => sum + each.cells, 0).toLocaleString("en-GB")} of them open or close a record.`}</p>
<div class="scroll" tabindex="0" role="region" aria-label="Flipped cells"><table class="t t--list"><caption class="vh">Flipped cells</caption><thead><tr><th scope="col">Cells</th><th scope="col">Before</th><th scope="col">After</th><th scope="col">For example</th></tr></thead><tbody>${flips.map((each) => html`<tr><td data-label="Cells"><div>${each.cells.toLocaleString("en-GB")}</div></td><td data-label="Before"><div><code>${each.before}</code></div></td><td data-label="After"><div><code>${each.after}</code></div></td><td data-label="For example"><div>${each.example}</div></td></tr>`)}</tbody></table></div></section>`;
}
