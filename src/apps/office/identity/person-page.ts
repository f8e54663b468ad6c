/** The markup of one person's links. */
import type { Viewer } from "#audit";
import type { Region } from "#governance";
import type { JournalEntry, Link, SourcePatient } from "#identity";
import { dateHtml, html, type Content, type Html } from "#platform";
import { faultSummary, tokenField, type IdentityOfficer } from "./officer.ts";
import { nameOf, organisationOf, sidesTable } from "./sides.ts";
import { viewersTable } from "./viewers.ts";
import { ACTS, LINKS } from "./words.ts";

export type PersonView = {
  readonly region: Region;
  readonly officer: IdentityOfficer;
  readonly personId: string;
  readonly sourcePatients: readonly SourcePatient[];
  readonly links: ReadonlyMap<string, Link>;
  readonly journal: readonly JournalEntry[];
  readonly viewers: readonly Viewer[];
  readonly fault: string | null;
  /** Nothing that says where the person is may be shown. */
  readonly hidden: boolean;
};

export function personPage(view: PersonView): Html {
  const { region, officer, sourcePatients, links, hidden } = view;
  const linked = sourcePatients.map((each) => {
    const link = links.get(each.sourcePatientId);
    return link === undefined ? null : html`${LINKS[link.kind]}, ${dateHtml(link.linkedAt, true)}`;
  });
  return html`<p><a href="/office/identity">Who is who</a></p>
<h1 class="h1">Links of ${nameOf(sourcePatients[0]!)}</h1>
${faultSummary(view.fault, "split-reason")}
<section class="panel panel--list" aria-labelledby="h-records"><div class="panel__head"><h2 id="h-records">${sourcePatients.length === 1 ? "1 record" : `${sourcePatients.length} records`} of this person</h2></div>${sidesTable(region, "Records of this person, what differs is marked", sourcePatients, [{ title: "Linked by", cells: linked }], hidden)}</section>
${sourcePatients.length > 1 && splitForm(view)}
<section class="panel panel--list" aria-labelledby="h-journal" id="journal"><div class="panel__head"><h2 id="h-journal">Journal of links</h2></div>${journalTable(region, view.journal, sourcePatients, hidden)}</section>
<section class="panel panel--list" aria-labelledby="h-seen" id="seen"><div class="panel__head"><h2 id="h-seen">Who was shown these records</h2></div><p class="hint">Whichever person they stood under at the time.</p>${viewersTable(officer, "Who was shown these records", view.viewers, region, hidden)}</section>`;
}

function splitForm({ region, officer, personId, sourcePatients, fault, hidden }: PersonView): Html {
  return html`<section class="panel panel--form" aria-labelledby="h-split"><h2 id="h-split">Take records out</h2><p>For records of somebody else. Each stays whole, with everything its organisation sent, and becomes a person of its own; it is kept apart from the others from then on, also when new messages come.</p>
<form method="post" action="/office/identity/person/${personId}/split">${tokenField(officer)}<fieldset class="nhsuk-fieldset"><legend class="nhsuk-fieldset__legend">Records that are somebody else's</legend><div class="nhsuk-checkboxes">${sourcePatients.map((each, index) => html`<div class="nhsuk-checkboxes__item"><input class="nhsuk-checkboxes__input" id="apart-${index}" name="apart" type="checkbox" value="${each.sourcePatientId}"><label class="nhsuk-label nhsuk-checkboxes__label" for="apart-${index}">${organisationOf(region, each, hidden)}, ${each.localId}: ${nameOf(each)}</label></div>`)}</div></fieldset>
<div class="nhsuk-form-group${fault !== null && html` nhsuk-form-group--error`}"><label class="nhsuk-label" for="split-reason">Why</label><textarea class="nhsuk-textarea" id="split-reason" name="reason" rows="2" maxlength="400" required></textarea></div><p><button class="nhsuk-button nhsuk-button--warning" type="submit">Take out</button></p></form></section>`;
}

/** One line an act, the newest first; an act can move several records. */
function journalTable(region: Region, journal: readonly JournalEntry[], present: readonly SourcePatient[], hidden: boolean): Content {
  if (journal.length === 0) return html`<p class="said said--grey">Nothing has moved.</p>`;
  const organisation = new Map(present.map((each) => [each.sourcePatientId, organisationOf(region, each, hidden)]));
  const acts = [...Map.groupBy(journal, (each) => each.actId)].toReversed();
  const line = ([actId, lines]: (typeof acts)[number]): Html => {
    const [first] = lines as [JournalEntry];
    const names = [...new Set(lines.map((each) => organisation.get(each.sourcePatientId)).filter((each) => each !== undefined))];
    return html`<tr><td data-label="When" class="nobr"><div>${dateHtml(first.at)}</div></td><th scope="row" data-label="Act"><div><a href="/office/identity/act/${actId}">${ACTS[first.kind]}<span class="vh">, ${first.at.toISOString()}</span></a><br><span class="dim">${first.reason}</span></div></th><td data-label="By"><div>${actorName(region, first.actor)}</div></td><td data-label="Records"><div>${lines.length === 1 ? "1 record" : `${lines.length} records`}${names.length > 0 && `: ${names.join(", ")}`}${names.length === 0 && html` <span class="dim">no longer here</span>`}</div></td></tr>`;
  };
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Journal of links"><table class="t t--list"><caption class="vh">Journal of links, the newest first</caption><thead><tr><th scope="col">When</th><th scope="col">Act</th><th scope="col">By</th><th scope="col">Records</th></tr></thead><tbody>${acts.map(line)}</tbody></table></div>`;
}

/** A named person by name; the product itself as such. */
export const actorName = (region: Region, actor: string): string => (actor.startsWith("system:") ? "this product, by its rules" : (region.professionals.find((each) => each.uid === actor)?.name ?? actor));
