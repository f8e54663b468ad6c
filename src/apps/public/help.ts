import type { Region } from "#governance";
import { html, type Html } from "#platform";

/** Help that every page links to: what the record is, what it is not, who to ask. */
export function helpPage(region: Region): Html {
  return html`<h1 class="h1">Help</h1>
<h2 class="h2">What this record is</h2>
<p>The ${region.title} shows, in one place, what hospitals, GP practices, community, mental health, ambulance, hospice and social care services hold about a person. Each fact names its source.</p>
<h2 class="h2" id="two-records">This record and the national Summary Care Record</h2>
<p>There are two records with similar names. They are kept apart.</p>
<table class="nhsuk-table"><caption class="nhsuk-table__caption nhsuk-table__caption--s">How the two differ</caption><thead><tr><th scope="col"></th><th scope="col">This record</th><th scope="col">The national Summary Care Record</th></tr></thead><tbody>
<tr><th scope="row">Who fills it</th><td>Hospitals, GP practices, community, mental health, ambulance, hospice and social care services of this area</td><td>Your GP practice</td></tr>
<tr><th scope="row">What is in it</th><td>More: also test results, letters, hospital stays, care at home, plans and who looks after you</td><td>Medicines, allergies and bad reactions, and more about your health unless you said no to that</td></tr>
<tr><th scope="row">Who can read it</th><td>Services of this area that care for you</td><td>Services in all of England that care for you</td></tr>
<tr><th scope="row">How to say no</th><td><a href="/objection">Object to sharing in this record</a></td><td>Tell your GP practice</td></tr>
</tbody></table>
<p>The two choices are separate. If you say no to one, the other stays as it is. If you want to say no to both, you must do both.</p>
<h2 class="h2">What silence means</h2>
<p>A section always says why it is empty: nothing held, not asked, not supplied by that source, not known there, no answer, late, or not shown for your role. None of these means that there is nothing. Only a recorded "none" does, with who said it and when.</p>
<h2 class="h2">Every look is recorded</h2>
<p>Opening a record, a section, an entry or a document leaves an audit entry with your name, role, organisation and reason, before the page is sent.</p>
<h2 class="h2">How you sign in</h2>
<p><a href="/help/sign-in-policy">The policy in force</a>: methods, how strong, how long it lasts, and when you have to wait.</p>
<h2 class="h2">Who to ask</h2>
<p>Your organisation's privacy officer about access; its information governance team about corrections; the source named beside a fact about the fact itself.</p>`;
}
