/** The summary: the first screen of a record, in its fixed order. */
import { dateHtml, html, type Content, type Html } from "#platform";
import type { Entry } from "#record";
import type { SummaryPart } from "#governance";
import { brief, changedWithin, countOf, isCurrent, isReviewOverdue, NOUNS, type MergedRow, type Part, type Summary } from "#sections";
import { pageOfSection } from "./categories.ts";
import { allergyFacts, dashed, medicineLine, valueLine } from "./columns.ts";
import { icon } from "./icons.ts";
import { keyTag, ring } from "./people-page.ts";
import { queried } from "./query-page.ts";
import { recordPage, organisationShort, type RecordContext, type RecordPage } from "./record-page.ts";
import { differences, documentHref, doubt, itemHref, recordedOf, sourceShort, whenOf } from "./rows.ts";
import { sparkline } from "./sparkline.ts";
import { coverageBrief, headlineOf } from "./state.ts";
import { DECISIONS, WORDS } from "./words/index.ts";

const SAID = WORDS.onSummary;

/** Medicines that stand on the summary; the count of all is always beside them. */
const MEDICINES_SHOWN = 12;

/** The whole summary page. `context.banner` carries no allergies here: the page lists them. */
export function summaryPage(context: RecordContext, summary: Summary): RecordPage {
  const { view } = summary;
  const main = html`<h1 class="vh">${WORDS.summary}</h1>
<div class="first">
<div class="first__left">${allergies(context, summary)}${escalation(context, summary)}${view.plansRise === true && plans(context, summary)}${alerts(context, summary)}</div>
${medicines(context, summary)}
</div>
<div class="flow">${view.order.map((part) => (part === "plans" && view.plansRise === true ? null : PARTS[part](context, summary)))}</div>`;
  return recordPage(context, {
    title: WORDS.summary,
    group: "summary",
    slug: "",
    main,
    ownHeading: true,
    skips: [
      { href: "#allergies", text: WORDS.frame.skipToAllergies },
      { href: "#medicines", text: WORDS.frame.skipToMedicines },
      { href: "#documents", text: WORDS.frame.skipToDocuments },
    ],
  });
}

/** The parts below the fixed ones, in the order that the role's view gives them. */
const PARTS: Readonly<Record<SummaryPart, (context: RecordContext, summary: Summary) => Html>> = { changed, now, problems, results, documents, about, plans };

function panel(context: RecordContext, id: string, title: Content, part: Part, body: Content, extra: { readonly note?: Content; readonly more?: Content; readonly kind?: string } = {}): Html {
  return html`<section class="panel${extra.kind === undefined ? null : html` panel--${extra.kind}`}" id="${id}" aria-labelledby="h-${id}"><div class="panel__head"><h2 id="h-${id}">${title}</h2>${extra.note}<span class="panel__links">${extra.more}</span>${coverageBrief(context, part.states)}</div>${headlineOf(brief(part.headline))}${body}</section>`;
}

const more = (context: RecordContext, slug: string, text: string): Html => html`<a class="panel__more" href="${context.base}/${slug}">${text}</a>`;

const list = (items: readonly Html[], kind = ""): Html | null => (items.length === 0 ? null : html`<ul class="facts${kind === "" ? null : html` facts--${kind}`}">${items}</ul>`);

/** The way to a part's own list, with how much of it is past. */
const detailsAnd = ({ further }: Pick<Part, "further">): string => (further > 0 ? SAID.detailsAnd(WORDS.pastToo(further)) : SAID.details);

function allergies(context: RecordContext, { allergies: part }: Summary): Html {
  const rows = part.rows.map(
    (row) => html`<li><span class="fact"><strong>${row.lead.display}</strong> — ${allergyFacts(row.lead)}${doubt(context, row)}${differences(context, row)}</span> ${sourceShort(context, row)}</li>`,
  );
  return panel(context, "allergies", html`${WORDS.allergies} <span class="count">${part.rows.length === 0 ? null : part.rows.length}</span>`, part, list(rows), {
    kind: "allergies",
    more: more(context, "allergies", detailsAnd(part)),
  });
}

function escalation(context: RecordContext, { escalation: part }: Summary): Html {
  const rows = part.rows.map((row) => {
    const { lead } = row;
    const { line } = lead;
    const decision = line.decision === undefined ? undefined : DECISIONS[line.decision];
    const same = decision !== undefined && lead.display.toLowerCase().includes(decision.toLowerCase());
    const said: Content[] = [
      decision === undefined ? null : html`<strong class="decision">${decision}</strong>`,
      same ? null : lead.display,
      line.text,
      line.locationOfDocument === undefined ? null : html`${WORDS.signedForm} <b>${line.locationOfDocument}</b>`,
      line.reviewDate === undefined ? null : html`${WORDS.reviewDue} ${dateHtml(line.reviewDate, true)}`,
      lead.author ?? WORDS.authorMissing,
    ];
    return html`<li class="prose"><span class="fact">${said.filter((part) => part !== null && part !== undefined).map((part, index) => html`${index > 0 ? ". " : null}${part}`)}${doubt(context, row)}</span> ${sourceShort(context, row)}</li>`;
  });
  const two = part.twoDecisions ? html`<p class="two">${icon("warn")}<strong>${WORDS.twoDecisions}</strong></p>` : null;
  return panel(context, "escalation", WORDS.escalation, part, html`${two}${list(rows)}`, {
    kind: part.twoDecisions ? "conflict" : "escalation",
    more: more(context, "end-of-life", detailsAnd(part)),
  });
}

function alerts(context: RecordContext, { alerts: part }: Summary): Html {
  const rows = part.rows.map((row) => {
    const { lead } = row;
    const { line } = lead;
    return html`<li class="prose"><span class="fact">${icon("warn")}<strong>${lead.display}</strong>${line.owner === undefined ? null : html`, ${line.owner}`}${line.name === undefined ? null : html`: ${line.name}`}${doubt(context, row)}</span> ${sourceShort(context, row)}</li>`;
  });
  return panel(context, "alerts", WORDS.alerts, part, list(rows), { more: more(context, "alerts", detailsAnd(part)) });
}

function medicines(context: RecordContext, summary: Summary): Html {
  const { medicines: part } = summary;
  const shown = summary.view.medicines === "differences-first" ? part.rows : part.rows.slice(0, MEDICINES_SHOWN);
  const rows = shown.map((row) => {
    const { lead } = row;
    return html`<li><span class="fact">${medicineLine(lead)}${lead.line.medicineKind === "anticipatory" && html` <span class="tag tag--care">${WORDS.justInCase}</span>`}${changedWithin(row, 30, context.now) && html` <span class="tag tag--new">${WORDS.changedTag}</span>`}${row.outcome === "same" ? null : differences(context, row)}</span> ${sourceShort(context, row)}</li>`;
  });
  return panel(context, "medicines", WORDS.medicines, part, list(rows, "rows"), {
    kind: "medicines",
    note: part.rows.length > 0 && html`<span class="panel__note">${WORDS.showing(shown.length, part.rows.length)}${part.changedIn30Days > 0 && html` · ${WORDS.changed30(part.changedIn30Days)}`}${part.further > 0 && html` · ${WORDS.pastToo(part.further)}`}</span>`,
    more: html`${more(context, "medicines/compare", WORDS.compareSources)} ${more(context, "medicines", part.rows.length > shown.length ? WORDS.showAll(part.rows.length, SAID.many.medicines) : SAID.allMedicines)}`,
  });
}

/** One line of an entry that has no row of its own on the page. */
function line(context: RecordContext, entry: Entry, lead: Content, body: Content): Html {
  context.shown.entry(entry);
  return html`<li><span class="fact">${lead}${body}</span> <span class="src"><a href="${itemHref(context, entry)}">${organisationShort(context, entry)}</a> ${recordedOf(entry)}${queried(context, [entry])}</span></li>`;
}

function changed(context: RecordContext, { changed: part }: Summary): Html {
  const organisation = context.shell.account?.organisation ?? "";
  const intro =
    part.since === null
      ? html`<p class="said">${WORDS.neverOpened(organisation)}</p>`
      : html`<p class="said">${WORDS.changedSince(organisation)} ${dateHtml(part.since)}: ${part.total === 0 ? `${WORDS.nothingReceived}.` : part.counts.map(({ section, count }, index) => html`${index > 0 ? ", " : null}<a href="${context.base}/${pageOfSection(section)}">${countOf(section, count)}</a>`)}</p>`;
  const rows = part.latest.map((entry) => line(context, entry, html`${whenOf(entry)} `, html`<span class="dim">${capital(NOUNS[entry.section].one)}:</span> ${entry.display}${entry.line.value === undefined ? null : html` ${valueLine(entry)}`}`));
  return html`<section class="panel" id="changed" aria-labelledby="h-changed"><div class="panel__head"><h2 id="h-changed">${WORDS.whatChanged}</h2><span class="panel__links">${more(context, "changed?since=last", part.total > 0 ? WORDS.seeAll(part.total) : WORDS.otherPeriods)}</span></div>${intro}${list(rows)}</section>`;
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

function now(context: RecordContext, { now: part }: Summary): Html {
  const rows = [
    ...part.admissions.map((entry) => line(context, entry, html`<strong>${entry.display}</strong>`, html`${SAID.atSince(place(entry), entry.line.start === undefined ? whenOf(entry) : dateHtml(entry.line.start, true))}${entry.line.plannedEnd !== undefined && html`, ${WORDS.expectedEnd} ${dateHtml(entry.line.plannedEnd, true)}`}`)),
    ...(part.left === null || part.admissions.length > 0 ? [] : [line(context, part.left, html`${WORDS.leftHospital} <strong>${dateHtml(part.left.line.end!, true)}</strong>`, html`${place(part.left)}`)]),
    ...part.ring.map((each) => line(context, each.entry, html`${WORDS.whomToRing}: <strong>${each.name}</strong>`, html`${each.role !== null && html`, ${each.role}`}${keyTag(each)} ${ring(each) ?? organisationPhone(context, each.entry)}`)),
    ...part.services.slice(0, 6).map((entry) => line(context, entry, html`${entry.display}`, html`${entry.line.organisationName !== undefined && html`, ${entry.line.organisationName}`}${entry.line.phone === undefined ? organisationPhone(context, entry) : phone(entry)}`)),
    ...part.appointments.slice(0, 3).map((entry) => line(context, entry, html`${SAID.next(html`<strong>${entry.display}</strong>`)} `, html`${whenOf(entry, false)}${place(entry)}`)),
    ...part.referrals.slice(0, 3).map((entry) => line(context, entry, html`<a href="${context.base}/referral/${entry.id}">${entry.display}</a>`, html`${entry.line.urgency === undefined ? null : html` <span class="tag">${entry.line.urgency}</span>`}`)),
  ];
  const hidden = part.rows.length - (rows.length - part.ring.length - (part.left !== null && part.admissions.length === 0 ? 1 : 0));
  return panel(context, "now", WORDS.now, part, list(rows), { more: html`${more(context, "people", WORDS.whoIsInvolved)}${hidden > 0 ? more(context, "services", WORDS.showAll(part.rows.length, SAID.many.entries)) : null}` });
}

const place = ({ line: { place: at } }: Entry): Content => (at === undefined ? null : html`, ${at}`);
const phone = ({ line: { phone: number, ...said } }: Entry): Content => (number === undefined ? null : html` <a class="call" href="tel:${number.replace(/\s/g, "")}">${number}</a>${said.hours !== undefined && html` <span class="dim">${said.hours}</span>`}`);
/** Where the source gave no number of its own. */
const organisationPhone = (context: RecordContext, entry: Entry): Content => {
  const number = context.phoneOf(entry.organisation);
  return number === null ? null : html` <span class="dim">${WORDS.switchboard}</span> <a class="call" href="tel:${number.replace(/\s/g, "")}">${number}</a>`;
};

function problems(context: RecordContext, { problems: part }: Summary): Html {
  const shown = part.rows.slice(0, 10);
  const rows = shown.map((row) => {
    const { lead } = row;
    return html`<li><span class="fact">${lead.display}${lead.line.laterality === undefined ? null : html`, <strong>${lead.line.laterality}</strong>`}${lead.line.onset === undefined ? null : html` <span class="dim">${SAID.since(dateHtml(lead.line.onset, true))}</span>`}${differences(context, row)}${row.entries.some((entry) => !isCurrent(entry)) && row.outcome !== "differs" ? html` <span class="dim">${SAID.alsoPast}</span>` : null}</span> ${sourceShort(context, row)}</li>`;
  });
  return panel(context, "problems", html`${WORDS.problems} <span class="count">${part.rows.length === 0 ? null : part.rows.length}</span>`, part, list(rows), {
    more: more(context, "problems", part.rows.length > shown.length ? WORDS.showAll(part.rows.length, SAID.many.problems) : detailsAnd(part)),
  });
}

function results(context: RecordContext, { results: part }: Summary): Html {
  const shown = part.series.slice(0, 8);
  const body =
    shown.length === 0
      ? null
      : html`<div class="scroll" tabindex="0" role="region" aria-label="${WORDS.rows.table(WORDS.results)}"><table class="t"><caption class="vh">${WORDS.results}</caption><thead><tr><th scope="col">${SAID.test}</th><th scope="col">${SAID.latest}</th><th scope="col">${SAID.previous}</th><th scope="col">${SAID.trend}</th><th scope="col">${WORDS.source}</th></tr></thead><tbody>${shown.map((series) => {
          const { latest, previous } = series;
          // Only the two values of the row and the points of its line leave the server; all of them are this reader's to see.
          context.shown.row(series.row);
          return html`<tr><th scope="row"><a href="${context.base}/test/${latest.id}">${latest.display}</a></th><td>${valueLine(latest)}${latest.line.range === undefined ? null : html` <span class="dim nobr">(${latest.line.range})</span>`}</td><td>${previous === null ? null : html`${series.shown(previous)?.text ?? ""}${series.shown(previous)?.convertedFrom != null && html` <span class="dim">${SAID.convertedFrom(series.shown(previous)!.convertedFrom!)}</span>`} <span class="dim nobr">${whenOf(previous)}</span>`}</td><td>${sparkline(series, { width: 72, height: 22 })}</td><td><a href="${itemHref(context, latest)}">${organisationShort(context, latest)}<span class="vh">: ${latest.display}</span></a> <span class="dim nobr">${whenOf(latest)}</span>${queried(context, [latest])}</td></tr>`;
        })}</tbody></table></div>`;
  return panel(context, "results", WORDS.results, part, body, { more: more(context, "results", part.series.length > shown.length ? WORDS.showAll(part.series.length, SAID.many.tests) : SAID.allResults) });
}

function documents(context: RecordContext, { documents: part }: Summary): Html {
  const shown = part.rows.slice(0, 5);
  const rows = shown.map((row) => html`<li><span class="fact">${whenOf(row.lead)} <a class="tap" href="${documentHref(context, row.lead)}">${row.lead.display}</a></span> ${sourceShort(context, row)}</li>`);
  return panel(context, "documents", html`${WORDS.documents}`, part, list(rows), { more: more(context, "documents", part.total > shown.length ? WORDS.showAll(part.total, SAID.many.documents) : SAID.allDocuments) });
}

/** Plans in force, each with who keeps it and when it is reviewed; what they replaced stands on their own page (PUR-07). */
function plans(context: RecordContext, { plans: part }: Summary): Html {
  const rows = part.rows.slice(0, 4).map((row) => {
    const { lead } = row;
    const { owner, reviewDate, text } = lead.line;
    return html`<li><span class="fact"><a href="${itemHref(context, lead)}"><strong>${lead.display}</strong></a>${text === undefined ? null : html` — ${text}`}${(owner ?? lead.author) === null ? null : html` <span class="dim">${owner ?? lead.author}</span>`}${reviewDate === undefined ? null : html` <span class="dim">${WORDS.reviewDue} ${dateHtml(reviewDate, true)}</span>`}${isReviewOverdue(lead, context.now) && html` <span class="tag tag--differs">${WORDS.reviewOverdue}</span>`}${doubt(context, row)}</span> ${sourceShort(context, row)}</li>`;
  });
  const hidden = part.rows.length - rows.length;
  return panel(context, "plans", WORDS.plans, part, list(rows), { more: more(context, "plans", hidden > 0 ? WORDS.showAll(part.rows.length, SAID.many.plans) : detailsAnd(part)) });
}

function about(context: RecordContext, { about: part }: Summary): Html {
  const rows = part.rows.slice(0, 8).map((row: MergedRow) => {
    const { lead } = row;
    const { line: said } = lead;
    return html`<li><span class="fact">${dashed([lead.display, said.relationship, said.name === undefined || said.name === lead.display ? null : said.name])}${phone(lead)}${said.rank === undefined ? null : html` <span class="dim">${SAID.emergencyContact(said.rank)}</span>`}${differences(context, row)}</span> ${sourceShort(context, row)}</li>`;
  });
  return panel(context, "about", WORDS.about, part, list(rows), { more: more(context, "about-me", WORDS.allAboutMe) });
}
