/** Who is involved: professionals and services by organisation, and the people of the person's own life beside them. */
import { dateHtml, html, type Content, type Html } from "#platform";
import type { Entry } from "#record";
import { isPositive, rowIsCurrent, supportOf, type CareTeam, type Headline, type Involved, type Part } from "#sections";
import { dashed } from "./columns.ts";
import { organisationName, recordPage, type RecordContext, type RecordPage } from "./record-page.ts";
import { differences, doubt, itemHref, recordedOf, sensitiveTag, sourceLong, spanOf, statusHtml } from "./rows.ts";
import { coverage, headlineOf } from "./state.ts";
import { KEY_ROLE_WORDS, SUPPORT_WORDS, WORDS } from "./words/index.ts";

export type PeopleView = {
  readonly team: CareTeam;
  /** The sections that professionals and services are told in. */
  readonly professional: readonly Part[];
  /** Contacts of the person's own life, and who decides for them. */
  readonly personal: Part;
  readonly attorneys: readonly Entry[];
  /** Assessments and plans of carers. */
  readonly carerSupport: readonly Entry[];
};

export function peoplePage(context: RecordContext, { team, professional, personal, attorneys, carerSupport }: PeopleView): RecordPage {
  const states = professional.flatMap((part) => part.states);
  const main = html`<section class="panel panel--list" id="s-professional-contacts" aria-labelledby="h-team"><div class="panel__head"><h2 id="h-team">${WORDS.team}</h2><span class="panel__links"></span>${coverage(context, states)}</div>
${headlinesOnce(professional.map(({ headline }) => (headline.positives > 0 || team.teams.length === 0 ? headline : { ...headline, statement: null })))}
${team.teams.map(({ organisation, members }) => organisationTable(context, organisation, members))}
${team.past.length > 0 && html`<details class="cover"><summary>${WORDS.pastInvolved(team.past.length)}</summary>${table(context, team.past, WORDS.pastInvolvedTitle)}</details>`}</section>
<section class="panel panel--list" id="s-personal-contacts" aria-labelledby="h-personal"><div class="panel__head"><h2 id="h-personal">${WORDS.personalSupport}</h2><span class="panel__links"></span>${coverage(context, personal.states)}</div><p class="hint">${WORDS.aboutOthers}</p>${headlineOf(personal.headline)}${personalTable(context, personal)}
${list(context, WORDS.attorneys, attorneys)}${list(context, WORDS.carerSupport, carerSupport)}</section>`;
  return recordPage(context, { title: WORDS.whoIsInvolved, group: "care", slug: "people", main });
}

/** What holds of both sections is said once. */
const headlinesOnce = (headlines: readonly Headline[]): readonly Html[] => [...new Map(headlines.map((headline) => headlineOf(headline)).map((drawn) => [drawn.text, drawn])).values()];

function organisationTable(context: RecordContext, organisation: string, members: readonly Involved[]): Html {
  const phone = context.phoneOf(organisation);
  const name = organisationName(context, members[0]!.entry);
  return html`<h3 class="h3">${name}${phone !== null && html` <span class="dim">${WORDS.switchboard} ${call(phone)}</span>`}</h3>${table(context, members, name)}`;
}

const call = (phone: string): Html => html`<a class="call" href="tel:${phone.replace(/\s/g, "")}">${phone}</a>`;

/** A number with its hours, or that the source gave neither. */
export function ring({ phone, hours }: Pick<Involved, "phone" | "hours">): Content {
  return phone === null ? null : html`${call(phone)}${hours !== null && html` <span class="dim">${hours}</span>`}`;
}

/** The mark of a role that is turned to first. */
export const keyTag = ({ key }: Pick<Involved, "key">): Html | null => (key === null ? null : html` <span class="tag tag--care">${KEY_ROLE_WORDS[key]}</span>`);

function table(context: RecordContext, members: readonly Involved[], caption: string): Html {
  const cell = (label: string, content: Content): Html => html`<td data-label="${label}"><div>${content}</div></td>`;
  return html`<table class="t t--list"><caption class="vh">${caption}</caption><thead><tr><th scope="col">${WORDS.who}</th><th scope="col">${WORDS.forWhat}</th><th scope="col">${WORDS.ring}</th><th scope="col">${WORDS.date}</th><th scope="col">${WORDS.source}</th></tr></thead><tbody>${members.map((each) => {
    const { entry, name, role, service, since, until } = each;
    context.shown.entry(entry);
    const row = { lead: entry, entries: [entry] } as const;
    return html`<tr>${cell(WORDS.who, html`<a href="${itemHref(context, entry)}">${name ?? service ?? entry.display}</a>${role !== null && html`, ${role}`}${keyTag(each)}${sensitiveTag(context, row as never)}${doubt(context, row as never)}`)}${cell(WORDS.forWhat, dashed([service === name ? null : service, entry.line.category, entry.line.organisationName]))}${cell(WORDS.ring, ring(each) ?? html`<span class="dim">${WORDS.noNumber}</span>`)}${cell(WORDS.date, html`${since === null ? WORDS.dateMissing : html`${WORDS.sinceDay} ${dateHtml(since, true)}`}${until !== null && html` ${WORDS.until} ${dateHtml(until, true)}`}`)}${cell(WORDS.source, html`<a href="${itemHref(context, entry)}">${organisationName(context, entry)}<span class="vh">: ${name ?? entry.display}</span></a><br><span class="dim">${recordedOf(entry)}</span>`)}</tr>`;
  })}</tbody></table>`;
}

/** Family, carers and others: each row is about another person too. */
function personalTable(context: RecordContext, part: Part): Html | null {
  if (part.rows.length === 0) return null;
  const cell = (label: string, content: Content): Html => html`<td data-label="${label}"><div>${content}</div></td>`;
  const rows = [...part.rows.filter(rowIsCurrent), ...part.rows.filter((row) => !rowIsCurrent(row))];
  return html`<table class="t t--list"><caption class="vh">${WORDS.personalSupport}</caption><thead><tr><th scope="col">${WORDS.who}</th><th scope="col">${WORDS.ring}</th><th scope="col">${WORDS.status}</th><th scope="col">${WORDS.date}</th><th scope="col">${WORDS.source}</th></tr></thead><tbody>${rows.map((row) => {
    const { lead } = row;
    const { line } = lead;
    return html`<tr>${cell(WORDS.who, html`<a href="${itemHref(context, lead)}">${line.name ?? lead.display}</a>${line.relationship !== undefined && html`, ${line.relationship}`} ${supportOf(lead).map((each) => html`<span class="tag">${SUPPORT_WORDS[each]}</span> `)}${line.rank !== undefined && html`<span class="dim">${WORDS.rows.contact(line.rank)}</span>`} <span class="tag">${WORDS.thirdParty}</span>${sensitiveTag(context, row)}${differences(context, row)}`)}${cell(WORDS.ring, dashed([line.phone === undefined ? null : call(line.phone), line.email, line.address]))}${cell(WORDS.status, statusHtml(context, lead))}${cell(WORDS.date, spanOf(lead))}${cell(WORDS.source, sourceLong(context, row))}</tr>`;
  })}</tbody></table>`;
}

function list(context: RecordContext, title: string, entries: readonly Entry[]): Html | null {
  const shown = entries.filter(isPositive);
  if (shown.length === 0) return null;
  return html`<h3 class="h3">${title}</h3><ul class="facts">${shown.map((entry) => {
    context.shown.entry(entry);
    return html`<li><span class="fact"><a href="${itemHref(context, entry)}">${entry.display}</a> ${dashed([entry.line.name, entry.line.value, entry.line.text, entry.line.locationOfDocument === undefined ? null : html`${WORDS.signedForm} ${entry.line.locationOfDocument}`])}</span> <span class="src">${organisationName(context, entry)} ${recordedOf(entry)}</span></li>`;
  })}</ul>`;
}
