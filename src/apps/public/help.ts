import type { Region } from "#governance";
import { html, type Html } from "#platform";

/** Help that every page links to: what the record is, what it is not, who to ask. */
export function helpPage(region: Region): Html {
  return html`<h1 class="h1">Help</h1>
<h2 class="h2">What this record is</h2>
<p>The ${region.title} shows, in one place, what hospitals, GP practices, community, mental health, ambulance, hospice and social care services hold about a person. Each fact names its source. It is a summary of local care, and more detailed than the national Summary Care Record; the two have different choices about sharing.</p>
<h2 class="h2">What silence means</h2>
<p>A section always says why it is empty: nothing held, not asked, not supplied by that source, not known there, no answer, late, or not shown for your role. None of these means that there is nothing. Only a recorded "none" does, with who said it and when.</p>
<h2 class="h2">Every look is recorded</h2>
<p>Opening a record, a section, an entry or a document leaves an audit entry with your name, role, organisation and reason, before the page is sent.</p>
<h2 class="h2">How you sign in</h2>
<p><a href="/help/sign-in-policy">The policy in force</a>: methods, how strong, how long it lasts, and when you have to wait.</p>
<h2 class="h2">Who to ask</h2>
<p>Your organisation's privacy officer about access; its information governance team about corrections; the source named beside a fact about the fact itself.</p>`;
}
