/** The markup of the data quality pages: scorecard, worst rules, open issues, and one issue to close. */
import { DIMENSION_TITLES, DIMENSIONS, ruleOf, type DimensionCount, type Dimension, type IssueCursor, type OpenIssue, type RuleCount, type Severity } from "#data-quality";
import type { Feed, Region } from "#governance";
import { dateHtml, html, type Content, type Html } from "#platform";

/** One feed with how much it sent, in 24 hours and in 7 days. */
export type FeedReceived = { readonly feed: Feed; readonly since: number; readonly longer: number };
export type QualityView = {
  readonly region: Region;
  readonly feeds: readonly FeedReceived[];
  readonly byDimension: readonly DimensionCount[];
  readonly worst: readonly RuleCount[];
  readonly issues: readonly OpenIssue[];
  readonly total: number;
  readonly rule: string | null;
  readonly next: IssueCursor | null;
};

export const SEVERITIES: Readonly<Record<Severity, string>> = { error: "Wrong", warning: "To be looked at", information: "Worth knowing" };
export const messageHref = (feed: string, messageId: string): string => `/office/messages/${feed}/${messageId}`;
export const issueHref = (issue: Pick<OpenIssue, "feed" | "messageId" | "rule">): string => `/office/data-quality/issue/${issue.feed}/${issue.messageId}/${issue.rule}`;
const wordsOf = (rule: string): string => ruleOf(rule)?.words ?? rule;

export function qualityPage(view: QualityView): Html {
  const sending = view.feeds.filter((each) => each.longer > 0);
  return html`<h1 class="h1">Data quality</h1>
<p>Every message is judged by the rules when it takes effect. Shares are of messages without an issue. Rules say where something is wrong and never what was written there. <a href="/office/quarantine">Quarantine</a> · <a href="/office/feeds">Feeds</a></p>
<h2 class="h2" id="scorecard">Scorecard</h2>
${sending.length === 0 ? html`<p>None of ${view.feeds.length === 1 ? "your 1 feed" : `your ${view.feeds.length} feeds`} has sent a message in the last 7 days.</p>` : scorecard(view, sending)}
<h2 class="h2" id="worst">Rules that find most</h2>
${view.worst.length === 0 ? html`<p>No rule has found anything in the last 7 days.</p>` : worst(view)}
<h2 class="h2" id="issues">Open issues</h2>
${openIssues(view)}`;
}

function scorecard(view: QualityView, sending: readonly FeedReceived[]): Html {
  const found = new Map(view.byDimension.map((each) => [`${each.feed} ${each.dimension}`, each]));
  const cell = ({ feed, since, longer }: FeedReceived, dimension: Dimension): Html => {
    const count = found.get(`${feed.id} ${dimension}`);
    return html`<td data-label="${DIMENSION_TITLES[dimension]}"><div class="nobr">${since === 0 ? html`<span class="dim">none sent</span>` : share(since, count?.since ?? 0)} <span class="dim">(${share(longer, count?.longer ?? 0)})</span></div></td>`;
  };
  return table("Share of messages without an issue in the last 24 hours, and in the last 7 days in brackets", ["Feed", ...DIMENSIONS.map((each) => DIMENSION_TITLES[each]), "Messages"],
    sending.map((each) => html`<tr><th scope="row" data-label="Feed"><div>${each.feed.id}<br><span class="dim">${view.region.organisation(each.feed.organisation)?.name ?? each.feed.organisation}</span></div></th>${DIMENSIONS.map((dimension) => cell(each, dimension))}<td data-label="Messages"><div class="nobr">${each.since} <span class="dim">(${each.longer})</span></div></td></tr>`),
    html`<p class="hint">Last 24 hours, with the last 7 days in brackets.</p>`);
}

/** Whole percent, and never 100 where anything was found. */
export function share(messages: number, found: number): string {
  if (found <= 0) return "100 %";
  return `${Math.max(0, Math.min(99, Math.floor((100 * (messages - found)) / Math.max(1, messages))))} %`;
}

function worst(view: QualityView): Html {
  return table("Rules that found most in 7 days", ["Rule", "Feed", "Messages, 7 days", "Against the 7 days before", "Open"],
    view.worst.map((each) => html`<tr><th scope="row" data-label="Rule"><div>${wordsOf(each.rule)}<br><code class="dim">${each.rule}</code></div></th><td data-label="Feed"><div>${each.feed}</div></td><td data-label="Messages, 7 days"><div>${each.now}</div></td><td data-label="Against the 7 days before"><div>${trend(each)}</div></td><td data-label="Open"><div>${each.open === 0 ? "0" : html`<a href="/office/data-quality?rule=${each.rule}#issues">${each.open}<span class="vh"> open: ${wordsOf(each.rule)}, ${each.feed}</span></a>`}</div></td></tr>`));
}

const trend = ({ now, before }: RuleCount): string => (before === 0 ? "new" : now === before ? `as before (${before})` : now > before ? `up from ${before}` : `down from ${before}`);

function openIssues(view: QualityView): Html {
  const filter = view.rule === null ? null : html` of the rule "${wordsOf(view.rule)}". <a href="/office/data-quality#issues">All rules</a>`;
  if (view.issues.length === 0) return html`<p>No issue is open${filter ?? "."}</p>`;
  const { next } = view;
  return html`<p>${view.issues.length < view.total ? `${view.issues.length} of ${view.total} open issues, newest first` : `${view.total} open ${view.total === 1 ? "issue" : "issues"}`}${filter ?? "."}</p>
${table("Open issues, newest first", ["Received", "What is wrong", "Place", "Feed", "Message", "Close"],
    view.issues.map((issue) => html`<tr><td data-label="Received" class="nobr"><div>${dateHtml(issue.received)}</div></td><th scope="row" data-label="What is wrong"><div>${wordsOf(issue.rule)}<br><span class="dim">${SEVERITIES[issue.severity]}, ${DIMENSION_TITLES[issue.dimension].toLowerCase()}</span></div></th><td data-label="Place"><div><code>${issue.place}</code>${issue.found > 1 && html` <span class="dim">and ${issue.found - 1} more</span>`}</div></td><td data-label="Feed"><div>${issue.feed}</div></td><td data-label="Message"><div><a href="${messageHref(issue.feed, issue.messageId)}">Open<span class="vh"> message ${issue.messageId}</span></a></div></td><td data-label="Close"><div><a href="${issueHref(issue)}">Close<span class="vh"> ${wordsOf(issue.rule)}, message ${issue.messageId}</span></a></div></td></tr>`))}
${next && html`<nav class="pager" aria-label="Pages of open issues"><a href="/office/data-quality?${view.rule !== null && html`rule=${view.rule}&amp;`}after=${next.received.toISOString()}_${next.messageId}_${next.rule}#issues">Older issues</a></nav>`}`;
}

/** One issue, and the form that closes it. */
export function issuePage(issue: OpenIssue, csrf: string, fault: string | null): Html {
  return html`<p><a href="/office/data-quality">Data quality</a></p><h1 class="h1">Close an issue</h1>
${fault && html`<div class="nhsuk-error-summary" role="alert" tabindex="-1"><h2 class="nhsuk-error-summary__title">There is a problem</h2><p><a href="#reason">${fault}</a></p></div>`}
<dl class="pairs">${[["What is wrong", wordsOf(issue.rule)], ["Place", html`<code>${issue.place}</code>${issue.found > 1 && html` and ${issue.found - 1} more in the message`}`], ["Severity", SEVERITIES[issue.severity]], ["Feed", issue.feed], ["Received", dateHtml(issue.received)], ["Message", html`<a href="${messageHref(issue.feed, issue.messageId)}">${issue.messageId}</a>`]].map(([label, value]: Content[]) => html`<div><dt>${label}</dt><dd>${value}</dd></div>`)}</dl>
<form method="post" action="${issueHref(issue)}"><input type="hidden" name="_csrf" value="${csrf}">
<div class="nhsuk-form-group"><label class="nhsuk-label" for="reason">What was done about it, or why nothing needs to be</label><textarea class="nhsuk-textarea" id="reason" name="reason" rows="3" maxlength="500" required></textarea></div>
<fieldset class="nhsuk-fieldset"><legend class="nhsuk-fieldset__legend">What to close</legend><div class="nhsuk-radios">
<div class="nhsuk-radios__item"><input class="nhsuk-radios__input" id="which-one" name="which" type="radio" value="one" checked><label class="nhsuk-label nhsuk-radios__label" for="which-one">This issue</label></div>
<div class="nhsuk-radios__item"><input class="nhsuk-radios__input" id="which-all" name="which" type="radio" value="all"><label class="nhsuk-label nhsuk-radios__label" for="which-all">Every open issue of this rule on feed ${issue.feed} that came no later</label></div></div></fieldset>
<p><button class="nhsuk-button" type="submit">Close</button></p></form>`;
}

/** A table in a box of its own, so that the page never scrolls sideways. */
function table(caption: string, headings: readonly string[], rows: readonly Html[], before: Html | null = null): Html {
  return html`${before}<div class="scroll" tabindex="0" role="region" aria-label="${caption}"><table class="t t--list"><caption class="vh">${caption}</caption><thead><tr>${headings.map((name) => html`<th scope="col">${name}</th>`)}</tr></thead><tbody>${rows}</tbody></table></div>`;
}
