/** The frame of every page of one person's record: banner, sources, navigation, and a note of what was shown. */
import { csrfField, html, layout, nothing, dateHtml, ageText, spanText, type Content, type Html, type Shell } from "#platform";
import { formatNhsNumber, MOST_CHARACTERS, type Label } from "#standards";
import { agoText, initialsOf, listed, ShownBy, type Demographics, type Fact, type Headline, type MergedRow, type Shown, type SourceStrip } from "#sections";
import type { Entry } from "#record";
import { CATEGORIES, GROUPS, OWN_PAGES, type GroupId } from "./categories.ts";
import type { DoubtedRecord } from "./deps.ts";
import type { OwnRecordView } from "./own-record-page.ts";
import type { QueryMark } from "./query-page.ts";
import { WORDS } from "./words/index.ts";
import { icon, sprite } from "./icons.ts";

const SAID = WORDS.frame;

/** What every part of a record page may use while it is drawn. */
export type RecordContext = {
  readonly shell: Shell;
  readonly now: Date;
  readonly personId: string;
  /** `/person/<id>`, without a slash at its end. */
  readonly base: string;
  readonly demographics: Demographics;
  readonly strip: SourceStrip;
  /** Names of organisations by ODS code. */
  readonly names: ReadonlyMap<string, string>;
  readonly shortName: (odsCode: string) => string | undefined;
  /** The organisation of the shared record itself: what is its own was created here. `null`: the region names none. */
  readonly sharedRecord: string | null;
  readonly relationshipWords: string;
  /** Source patients in doubt: a row of theirs is marked as doubtful wherever it stands. */
  readonly doubted: readonly DoubtedRecord[];
  /** Open queries by entry: marked wherever a row shows the entry. */
  readonly queried: ReadonlyMap<string, readonly QueryMark[]>;
  /** What the person sees of an entry on their own pages. */
  readonly ownRecord: (entry: Entry) => OwnRecordView;
  /** Labels that ask for a second look, in words: marked wherever a row carries one. */
  readonly sensitive: ReadonlyMap<Label, string>;
  /** Where the page hears of what comes; `null` for one that leads nowhere. */
  readonly live: string | null;
  /** A telephone number of an organisation from the register. */
  readonly phoneOf: (odsCode: string) => string | null;
  /** Plans that another one replaces, by entry id, with the one that does: on lists of plans. */
  readonly replaced?: ReadonlyMap<string, Entry>;
  /** How far referrals came, by the id of their entries: on their list. */
  readonly steps?: ReadonlyMap<string, Html>;
  /** Gathers what the page gives out, for its audit entry. */
  readonly shown: ShownBy;
  /** Allergies for the banner of pages that do not list them, and needs. */
  readonly banner: { readonly allergies: { readonly headline: Headline; readonly rows: readonly MergedRow[] } | null; readonly needs: readonly Entry[] };
};

export type RecordPage = { readonly html: Html; readonly shown: Shown };

export type RecordParts = {
  readonly title: string;
  readonly group: GroupId;
  /** What the page's heading says where it is not the title: a heading may name a fact, a title may not. */
  readonly heading?: string;
  /** Address of the page within the group, for the second row of navigation. */
  readonly slug: string;
  readonly main: Content;
  /** What was searched for: it stays in the box. */
  readonly searched?: string;
  /** True where the page's own heading is drawn by `main`. */
  readonly ownHeading?: boolean;
  readonly skips?: readonly { readonly href: string; readonly text: string }[];
};

/** A whole record page. */
export function recordPage(context: RecordContext, parts: RecordParts): RecordPage {
  const { shell, demographics, personId } = context;
  const before = html`${sprite}${bannerOf(context)}${stripOf(context)}${navigation(context, parts)}`;
  const main = html`${parts.ownHeading === true ? null : html`<h1 class="h1">${parts.heading ?? parts.title}<span class="vh"> – ${nameText(demographics)}</span></h1>`}${parts.main}
<p class="seen">${WORDS.howOpened} ${context.relationshipWords}. <a href="${context.base}/access">${WORDS.howOpenedMore}</a>. ${WORDS.viewed} ${dateHtml(context.now)}. ${WORDS.inHistory} <a href="${context.base}/print">${WORDS.print}</a></p><p class="print-stub">${WORDS.printStub}</p>${context.live !== null && html`<div id="live" class="live" data-live="${context.live}" hidden><p></p><a class="live__show" href="">${WORDS.showNew}</a></div>`}`;
  const page = layout(shell, {
    title: parts.title,
    initials: initialsOf(demographics),
    wide: true,
    before,
    main,
    skips: parts.skips ?? [{ href: `${context.base}#allergies`, text: SAID.skipToAllergies }, { href: `${context.base}/medicines`, text: SAID.skipToMedicines }, { href: `${context.base}/documents`, text: SAID.skipToDocuments }],
  });
  if (personId === "") throw new Error("record page without a person");
  return { html: page, shown: context.shown.done() };
}

/** `SMITH, Jane (Mrs)`. */
export function nameText(demographics: Demographics): string {
  const { family, given, title } = demographics.facts;
  const name = [family.lead?.value.toUpperCase(), given.lead?.value].filter((part) => part !== undefined && part !== "").join(", ");
  if (name === "") return WORDS.noName;
  return title.lead === null ? name : `${name} (${title.lead.value})`;
}

const pair = (label: string, value: Content, disagree: boolean, kind = ""): Html => html`<div class="person__pair ${kind}"><dt>${label}</dt> <dd>${value}${disagree ? html` ${disagreeMark()}` : null}</dd></div>`;

const disagreeMark = (): Html => html`<span class="mark" title="${WORDS.sourcesDisagree}">${icon("warn")}<span class="vh">${WORDS.sourcesDisagree}</span></span>`;

function bannerOf(context: RecordContext): Html {
  const { demographics, now, banner, base } = context;
  const { facts } = demographics;
  const born = facts.dateOfBirth.lead?.value;
  const died = facts.dateOfDeath.lead?.value;
  const until = died === undefined ? now : new Date(died);
  const age = born === undefined || Number.isNaN(until.getTime()) ? null : ageText(born, until);
  const number = facts.nhsNumber.lead?.value;
  const said = (fact: Fact): string => fact.lead?.value ?? WORDS.notRecorded;
  const { allergies } = banner;
  return html`<section class="person${died === undefined ? null : html` person--died`}" aria-label="${WORDS.person}"><div class="wide">
<dl class="person__who">
<div class="person__name"><dt class="vh">${SAID.name}</dt><dd>${nameText(demographics)}${facts.family.disagree || facts.given.disagree ? html` ${disagreeMark()}` : null}</dd></div>
${pair(WORDS.born, html`${born === undefined ? WORDS.notRecorded : dateHtml(born)}${age === null || died !== undefined ? null : html` (${age})`}`, facts.dateOfBirth.disagree)}
${died === undefined ? null : pair(WORDS.died, html`${dateHtml(died, true)}${age === null ? null : html` (${age})`}`, facts.dateOfDeath.disagree)}
${pair(WORDS.sex, said(facts.sex), facts.sex.disagree)}
${pair(WORDS.nhsNumber, html`${number === undefined ? (demographics.onlyNotValidNumber ? WORDS.numberNotValidDetails : WORDS.noNhsNumber) : html`<span class="nobr">${formatNhsNumber(number)}</span>`}${number !== undefined && !demographics.nhsNumberVerified ? html` (${WORDS.unverified})` : null}`, facts.nhsNumber.disagree)}
</dl>
<dl class="person__more">
${facts.preferredName.lead === null ? null : pair(WORDS.preferred, facts.preferredName.lead.value, false)}
${pair(WORDS.phone, said(facts.phone), facts.phone.disagree, "wideonly")}
${pair(WORDS.practice, said(facts.gpPractice), facts.gpPractice.disagree, "wideonly")}
${banner.needs.length === 0 ? null : pair(WORDS.needs, needs(context), false)}
${allergies === null ? null : pair(SAID.allergies, allergiesLine(context, allergies), false)}
${demographics.disagreements.length === 0 ? null : html`<div class="person__pair"><dt class="vh">${SAID.identity}</dt><dd><a href="${base}/details">${WORDS.disagreeAbout(demographics.disagreements.length)}</a></dd></div>`}
</dl><details class="person__rest"><summary>${WORDS.more}<span class="vh">${SAID.aboutThePerson}</span></summary><dl class="person__more">${pair(WORDS.address, facts.address.lead?.value ?? WORDS.addressMissing, facts.address.disagree)}${pair(WORDS.phone, said(facts.phone), facts.phone.disagree, "phoneonly")}${pair(WORDS.practice, said(facts.gpPractice), facts.gpPractice.disagree, "phoneonly")}${demographics.facts.nhsNumber.values.length === 0 ? null : pair(SAID.localNumbers, html`<a href="${base}/details">${SAID.seeDetails}</a>`, false)}</dl></details></div></section>`;
}

function needs(context: RecordContext): Html {
  for (const entry of context.banner.needs) context.shown.entry(entry);
  return html`${context.banner.needs.map((entry, index) => html`${index > 0 ? "; " : null}<a href="${context.base}/item/${entry.id}">${entry.display}</a>`)}`;
}

/** The banner's reserved place for allergies, on pages that do not list them. */
function allergiesLine(context: RecordContext, { headline, rows }: { headline: Headline; rows: readonly MergedRow[] }): Html {
  for (const row of rows) context.shown.row(row);
  const cautions = headline.cautions.length === 0 ? nothing : html`<span class="caution">${icon("warn")}${headline.cautions.join(". ")}</span>`;
  if (headline.statement !== null) return html`<span class="${headline.tone === "amber" ? "caution" : "said"}">${headline.tone === "amber" ? icon("warn") : null}${headline.statement}</span> ${cautions}`;
  return html`<a href="${context.base}/allergies"><strong>${rows.map((row) => `${row.lead.display}${isDoubtful(context, row) ? ` ${SAID.doubtful}` : ""}`).join(", ")}</strong></a> ${cautions}`;
}

function stripOf(context: RecordContext): Html {
  const { strip, now, base } = context;
  const unsent = strip.troubled.filter((source) => !source.failed && source.lastCopy === null).map(({ organisationName: name }) => name);
  const troubled = [
    ...strip.troubled.filter((source) => source.failed || source.lastCopy !== null).map((source) =>
      source.failed
        ? source.lastCopy === null ? SAID.noAnswerNoCopy(source.organisationName) : SAID.noAnswerCopy(source.organisationName, agoText(source.lastCopy, now))
        : SAID.updated(source.organisationName, spanText(now.getTime() - source.lastCopy!.getTime())),
    ),
    ...(unsent.length === 0 ? [] : [SAID.nothingSent(listed(unsent), unsent.length)]),
  ];
  const wrong = troubled.length > 0 || strip.heldApart > 0 || strip.askedNotToShare;
  return html`<section class="strip${wrong ? html` strip--amber` : null}" aria-label="${WORDS.sources}"><div class="wide"><p>${wrong ? icon("warn") : icon("tick")}<strong>${SAID.answered(strip.answered, strip.expected)}</strong> ${troubled.join(" ")} ${strip.heldApart > 0 && html`<a href="${base}/details">${SAID.heldApart(strip.heldApart)}</a>. `}${strip.newest !== null && `${SAID.newest(agoText(strip.newest, now))} `}${strip.askedNotToShare ? html`${icon("lock")}<strong>${WORDS.askedNotToShare}</strong> ` : strip.roleLimited && html`${icon("lock")}${WORDS.roleLimited} `}<a class="strip__link" href="${base}/sources">${WORDS.seeSources}</a> <a class="strip__link" href="${base}/not-same">${WORDS.notSame}</a></p></div></section>`;
}

/** Pages of a group in the second row: those that are no plain list first, or behind the list that they belong to. */
function pagesOf(group: GroupId): readonly { readonly slug: string; readonly title: string }[] {
  const own = OWN_PAGES.filter((page) => page.group === group);
  return [...own.filter((page) => !("after" in page)), ...CATEGORIES.filter((category) => category.group === group).flatMap((category) => [category, ...own.filter((page) => "after" in page && page.after === category.slug)])];
}

/** Groups of one page, which no second row of navigation belongs to. */
const ALONE: ReadonlySet<GroupId> = new Set(["summary", "timeline", "sources", "search"]);

const firstOf = (group: GroupId): string => (group === "summary" ? "" : group === "sources" || group === "timeline" ? group : pagesOf(group)[0]!.slug);

function navigation(context: RecordContext, parts: RecordParts): Html {
  const { base } = context;
  const pages = ALONE.has(parts.group) ? [] : pagesOf(parts.group);
  return html`<div class="tabs"><div class="wide tabs__row"><nav aria-label="${WORDS.record}"><ul>${GROUPS.map(({ id, tab, title }) => {
    const first = firstOf(id);
    return html`<li><a href="${base}${first === "" ? "" : `/${first}`}"${id === parts.group ? (first === parts.slug ? html` aria-current="page"` : html` aria-current="true"`) : null}>${tab}${tab === title ? null : html`<span class="vh">: ${title}</span>`}</a></li>`;
  })}</ul></nav>${searchBox(context, parts.searched ?? "")}</div></div>${
    pages.length > 1 &&
    html`<nav class="subtabs" aria-label="${GROUPS.find(({ id }) => id === parts.group)!.title}"><ul class="wide">${pages.map(({ slug, title }) => html`<li><a href="${base}/${slug}"${slug === parts.slug ? html` aria-current="page"` : null}>${title}</a></li>`)}</ul></nav>`
  }`;
}

/** One box on every page of the record. Posted, since words that were looked for say something of a person, and addresses are kept. */
function searchBox({ shell, base }: RecordContext, searched: string): Html | null {
  // A preview of a role leads nowhere.
  if (!base.startsWith("/")) return null;
  return html`<search class="tabs__find"><form action="${base}/search" method="post" novalidate>${csrfField(shell)}<label class="vh" for="search-q">${WORDS.search}</label><input class="nhsuk-input" id="search-q" name="words" type="search" autocomplete="off" spellcheck="false" maxlength="${MOST_CHARACTERS}" placeholder="${WORDS.search}" value="${searched}"><button class="top__button" type="submit">${WORDS.searchButton}</button></form></search>`;
}

/** True where every original of a row comes from a record that is said to be somebody else's. */
export const isDoubtful = (context: Pick<RecordContext, "doubted">, row: Pick<MergedRow, "entries">): boolean => context.doubted.length > 0 && row.entries.every((entry) => isOfDoubted(context, entry));
export const isOfDoubted = ({ doubted }: Pick<RecordContext, "doubted">, entry: Pick<Entry, "sourcePatientId">): boolean => doubted.some((each) => each.sourcePatientId === entry.sourcePatientId);

/** True for an item that was made in this record; every other is a copy of a partner's. */
export const isCreatedHere = (context: Pick<RecordContext, "sharedRecord">, entry: Pick<Entry, "organisation">): boolean => entry.organisation === context.sharedRecord;

/** Where a row came from: that it was created in the shared record, with its controller, or the name of the organisation, or its code where the region does not know it. */
export function organisationName(context: Pick<RecordContext, "names" | "sharedRecord">, entry: Entry): string {
  const name = controllerName(context, entry);
  return isCreatedHere(context, entry) ? `${WORDS.createdHere}, ${name}` : name;
}

/** Where a row came from, as staff call it, for lines that are short; the whole name is on the entry and under the sources. */
export function organisationShort(context: Pick<RecordContext, "names" | "sharedRecord" | "shortName">, entry: Entry): Content {
  const short = isCreatedHere(context, entry) ? undefined : context.shortName(entry.organisation);
  return short === undefined ? organisationName(context, entry) : html`<span title="${controllerName(context, entry)}">${short}</span>`;
}

/** The name of the organisation whose data it is. */
export function controllerName(context: Pick<RecordContext, "names">, entry: Entry): string {
  return context.names.get(entry.organisation) ?? entry.line.organisationName ?? entry.organisation;
}
