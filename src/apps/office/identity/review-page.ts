/** The markup of one doubt: what stands against what, what was compared, and the form that decides. */
import type { Region } from "#governance";
import type { Evidence, Review, SourcePatient } from "#identity";
import { dateHtml, html, type Content, type Html } from "#platform";
import { faultSummary, tokenField, type IdentityOfficer } from "./officer.ts";
import { isProtected, organisationOf, sidesTable } from "./sides.ts";
import { evidenceShown, GROUNDS, KINDS, riskWords, suggestionOf, VERDICTS } from "./words.ts";

export type ReviewView = {
  readonly region: Region;
  readonly officer: IdentityOfficer;
  readonly review: Review;
  readonly now: Date;
  readonly fault: string | null;
  /** What the decision before this one came to; empty where there was none. */
  readonly done: string;
  /** Everyone linked to either side's person, the side itself among them. */
  readonly company: readonly [readonly SourcePatient[], readonly SourcePatient[]];
  readonly queueHref: string;
  readonly nextHref: string | null;
  readonly backHref: string | null;
  readonly action: string;
};

const BEFORE: Readonly<Record<string, string>> = { linked: "The pair before was linked.", apart: "The pair before is kept apart.", proposed: "The pair before waits for a second person." };

export function reviewPage(view: ReviewView): Html {
  const { review, now } = view;
  const isOpen = review.state === "open";
  return html`<p><a href="${view.queueHref}">Who is who</a></p>
<h1 class="h1">One person or two?</h1>
${BEFORE[view.done] !== undefined && html`<p class="said said--plain" role="status">${BEFORE[view.done]}</p>`}
${faultSummary(view.fault, "words")}
<p><strong>${KINDS[review.kind]}</strong>: ${review.reason}. Raised ${dateHtml(review.raisedAt)}, ${isOpen ? html`due ${dateHtml(review.due)}${review.due < now && html` <span class="tag tag--differs">late</span>`}.` : decided(review)}</p>
<section class="panel panel--list" aria-labelledby="h-sides"><div class="panel__head"><h2 id="h-sides">Both sides</h2></div>${sidesTable(view.region, "Both sides, what differs is marked", [review.one, review.other], [company(view)], isProtected([review.one, review.other, ...view.company.flat()]))}</section>
<section class="panel panel--list" aria-labelledby="h-evidence"><div class="panel__head"><h2 id="h-evidence">What was compared</h2></div>${evidence(view)}</section>
${isOpen && suggestion(view)}
${isOpen ? decision(view) : null}
${steps(view)}`;
}

function decided(review: Review): Content {
  if (review.decided === null) return "no longer open: a source has said something else since.";
  return html`${review.state === "linked" ? "linked" : "kept apart"} ${dateHtml(review.decided.at)} by ${review.decided.by}: ${review.decided.reason}. ${review.actId !== null && html`<a href="/office/identity/act/${review.actId}">The act, and how to take it back</a>`}`;
}

/** Who else is linked to each side: linking joins all of them. */
function company({ region, review, company: both }: ReviewView): { title: string; cells: Content[] } {
  const hidden = isProtected([review.one, review.other, ...both.flat()]);
  const cells = [review.one, review.other].map((side, index) => {
    const others = both[index]!.filter((each) => each.sourcePatientId !== side.sourcePatientId);
    return html`${others.length === 0 ? html`<span class="dim">nobody else</span>` : others.map((each, at) => html`${at > 0 ? ", " : null}${organisationOf(region, each, hidden)} ${each.localId}`)}<br><a href="/office/identity/person/${side.personId}">Links and journal<span class="vh"> of the ${index === 0 ? "one" : "other"} side</span></a> · <a href="/office/identity/person/${side.personId}#seen">Who saw it<span class="vh">, the ${index === 0 ? "one" : "other"} side</span></a>`;
  });
  return { title: "Linked with", cells };
}

function evidence({ review, company: both }: ReviewView): Content {
  const shown = evidenceShown(review.evidence, [review.one, review.other, ...both.flat()]);
  if (shown.length === 0) return html`<p class="said said--grey">No fields were compared for this doubt.</p>`;
  const said = (value: string | null): Content => value ?? html`<span class="dim">not said</span>`;
  // Words tell of one side as "here": they stand only where they say more than the values do.
  const line = ({ field, mine, theirs, verdict, weight, words }: Evidence): Html => html`<tr${verdict === "differs" ? html` class="differs"` : null}><th scope="row" data-label="Field"><div>${field}</div></th><td data-label="One"><div>${said(mine)}</div></td><td data-label="Other"><div>${said(theirs)}</div></td><td data-label="Came to"><div>${verdict === "differs" ? html`<span class="tag tag--differs">${VERDICTS[verdict]}</span>` : VERDICTS[verdict]}${verdict === "similar" && words !== undefined && html` <span class="dim">${words.replace(`${field}: `, "")}</span>`}</div></td><td data-label="Weight"><div>${weightText(weight)}</div></td></tr>`;
  return html`<div class="scroll" tabindex="0" role="region" aria-label="What was compared"><table class="t t--list"><caption class="vh">What was compared, field by field</caption><thead><tr><th scope="col">Field</th><th scope="col">One</th><th scope="col">Other</th><th scope="col">Came to</th><th scope="col">Weight</th></tr></thead><tbody>${shown.map(line)}</tbody></table></div>
${review.weight !== null && html`<p class="hint">Together ${weightText(review.weight)}. One step of weight doubles the odds that it is one person; below nothing it halves them.</p>`}`;
}

const weightText = (weight: number | null | undefined): string => (weight === null || weight === undefined ? "not weighed" : `${weight > 0 ? "+" : weight < 0 ? "−" : ""}${Math.abs(weight).toFixed(1)}`);

function suggestion({ review, company: both }: ReviewView): Html {
  const { what, words } = suggestionOf(review, both.flat());
  const titles = { link: "Suggested: link", apart: "Suggested: keep apart", ask: "Suggested: ask before deciding" };
  return html`<section class="panel panel--list" aria-labelledby="h-suggested"><div class="panel__head"><h2 id="h-suggested">${titles[what]}</h2></div><p>${words}</p></section>`;
}

function decision({ officer, review, action, fault, company: both }: ReviewView): Html {
  const risk = riskWords(review, both.flat());
  // What stands out is what is suggested: a green button to link a conflict would invite the worse error.
  const { what } = suggestionOf(review, both.flat());
  const mine = review.proposed !== null && review.proposed.by === officer.actor.id;
  const wantsWords = risk !== null || review.kind === "said-not-same";
  const linkWords = review.kind === "said-not-same" ? "It is the same person" : risk === null ? "Link: one person" : review.proposed === null ? "Propose to link" : "Agree and link";
  return html`<section class="panel panel--form" aria-labelledby="h-decide"><h2 id="h-decide">Decide</h2>
${risk !== null && html`<p class="said said--amber">Linking wants two people, since ${risk}.${review.proposed === null ? " Yours would be the first word." : mine ? " You proposed it: a second person must agree." : html` Another officer proposed it ${dateHtml(review.proposed.at)}.`}</p>`}
<form method="post" action="${action}">${tokenField(officer)}
<div class="nhsuk-form-group"><label class="nhsuk-label" for="ground">What the decision rests on</label><select class="nhsuk-select" id="ground" name="ground">${Object.entries(GROUNDS).map(([id, words]) => html`<option value="${id}">${words}</option>`)}</select></div>
<div class="nhsuk-form-group${fault !== null && html` nhsuk-form-group--error`}"><label class="nhsuk-label" for="words">In your words${wantsWords ? null : " (optional)"}</label><textarea class="nhsuk-textarea" id="words" name="reason" rows="2" maxlength="400"></textarea></div>
<p class="buttons"><button class="nhsuk-button${what !== "link" && html` nhsuk-button--secondary`}" type="submit" name="what" value="link" data-key="l"${mine ? html` disabled` : null}>${linkWords} <kbd data-keys>L</kbd></button><button class="nhsuk-button${what !== "apart" && html` nhsuk-button--secondary`}" type="submit" name="what" value="apart" data-key="a">${review.kind === "said-not-same" ? "Take it out: somebody else" : "Keep apart: two people"} <kbd data-keys>A</kbd></button></p></form></section>`;
}

function steps({ nextHref, backHref, queueHref }: ReviewView): Html {
  return html`<nav class="steps" aria-label="Doubts"><ul class="chips">${backHref !== null && html`<li><a href="${backHref}" data-key="k">Previous <kbd data-keys>K</kbd></a></li>`}${nextHref === null ? html`<li><a href="${queueHref}" data-key="s j">Back to the list: this is the last <kbd data-keys>S</kbd></a></li>` : html`<li><a href="${nextHref}" data-key="s j">Skip, decide later <kbd data-keys>S</kbd></a></li>`}</ul><p class="hint" data-keys>Keys: l link, a keep apart, s or j next, k previous. <button type="button" class="link" data-keys-off>Turn keys off</button></p></nav>`;
}
