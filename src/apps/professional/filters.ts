/**
 * Filters of the timeline and the documents. They live in the address, which holds
 * no identifier and no word of a record: presets, days, kinds of thing, codes of
 * organisations. What an address says that is not known here is left out. They
 * belong to one page of one person: no link carries them to another.
 */
import { dateText, html, localText, type Html } from "#platform";
import type { PersonInputs, SourceAtPerson } from "#sections";
import type { RecordContext } from "./record-page.ts";
import { WORDS } from "./words/index.ts";

const SAID = WORDS.filters;

const DAY = 86_400_000;

export const PERIODS = [
  { id: "7d", text: SAID.periods["7d"], days: 7 },
  { id: "30d", text: SAID.periods["30d"], days: 30 },
  { id: "3m", text: SAID.periods["3m"], days: 91 },
  { id: "1y", text: SAID.periods["1y"], days: 365 },
  { id: "5y", text: SAID.periods["5y"], days: 1826 },
  { id: "all", text: SAID.periods.all, days: null },
] as const;
export type PeriodId = (typeof PERIODS)[number]["id"];

/** Kinds of organisation as places of care. */
export const SETTINGS: Readonly<Record<string, string>> = SAID.settings;

export type Filters = {
  readonly period: PeriodId;
  /** Last day of the period; `null`: today. */
  readonly until: string | null;
  /** Days of a period of its own, in place of `period`. */
  readonly from: string | null;
  readonly kind: string | null;
  readonly organisation: string | null;
  readonly setting: string | null;
  /** Only what came since somebody of the reader's organisation opened the record. */
  readonly unread: boolean;
};

/** Reads what an address asks; `kinds` are those that the page knows. */
export function readFilters(query: unknown, kinds: readonly string[], preset: PeriodId): Filters {
  const asked = (query ?? {}) as Record<string, unknown>;
  const text = (name: string): string => (typeof asked[name] === "string" ? (asked[name] as string) : "");
  const day = (name: string): string | null => (/^\d{4}-\d\d-\d\d$/.test(text(name)) && !Number.isNaN(Date.parse(text(name))) ? text(name) : null);
  const [from, until] = [day("from"), day("until")];
  return {
    period: PERIODS.find(({ id }) => id === text("period"))?.id ?? preset,
    until,
    from: from !== null && until !== null && from <= until ? from : null,
    kind: kinds.includes(text("kind")) ? text("kind") : null,
    organisation: /^[A-Za-z0-9-]{1,20}$/.test(text("organisation")) ? text("organisation") : null,
    setting: Object.hasOwn(SETTINGS, text("setting")) ? text("setting") : null,
    unread: text("unread") === "yes",
  };
}

/** The address of these filters: what is as it would be without is left out. */
export function queryOf(filters: Filters, preset: PeriodId): string {
  const query = new URLSearchParams();
  if (filters.from !== null) query.set("from", filters.from);
  else if (filters.period !== preset) query.set("period", filters.period);
  if (filters.until !== null) query.set("until", filters.until);
  for (const name of ["kind", "organisation", "setting"] as const) if (filters[name] !== null) query.set(name, filters[name]);
  if (filters.unread) query.set("unread", "yes");
  return query.size === 0 ? "" : `?${query}`;
}

const midnight = (day: string): Date => new Date(`${day}T00:00:00Z`);
const today = (now: Date): Date => midnight(localText(now).slice(0, 10));
export const dayOf = (at: Date): string => localText(at).slice(0, 10);

/**
 * The first instant of the period and the first after it. A period that ends today
 * shows a little of what is to come, for the next appointments. `all` goes from the
 * first to the last of what there is.
 */
export function periodOf(filters: Filters, now: Date, first: Date | null, last: Date | null): { readonly from: Date; readonly until: Date } {
  if (filters.from !== null) return { from: midnight(filters.from), until: new Date(midnight(filters.until!).getTime() + DAY) };
  const days = PERIODS.find(({ id }) => id === filters.period)!.days;
  const tomorrow = new Date(today(now).getTime() + DAY);
  if (days === null) {
    // A date that nobody lived at must not squeeze a life into a line.
    const [earliest, latest] = [tomorrow.getTime() - 130 * 365 * DAY, tomorrow.getTime() + 2 * 365 * DAY];
    return { from: new Date(Math.max(earliest, Math.min(first?.getTime() ?? tomorrow.getTime() - 365 * DAY, tomorrow.getTime() - DAY))), until: new Date(Math.min(latest, Math.max((last?.getTime() ?? 0) + DAY, tomorrow.getTime()))) };
  }
  if (filters.until !== null) {
    const until = midnight(filters.until).getTime() + DAY;
    return { from: new Date(until - days * DAY), until: new Date(until) };
  }
  return { from: new Date(tomorrow.getTime() - days * DAY), until: new Date(tomorrow.getTime() + Math.ceil(days / 12) * DAY) };
}

/** Whether a source's entries are asked for. */
export function chosenSource({ organisation, setting }: Filters, source: Pick<SourceAtPerson, "organisation" | "type"> | undefined): boolean {
  return (organisation === null || source?.organisation === organisation) && (setting === null || source?.type === setting);
}

/** Source patients whose entries are asked for; of all where no organisation or setting is chosen. */
export function chosenSourcePatients(filters: Filters, inputs: PersonInputs): readonly string[] {
  if (filters.organisation === null && filters.setting === null) return inputs.decision.sourcePatientIds;
  return inputs.sources.filter((source) => chosenSource(filters, source)).flatMap((source) => source.sourcePatients.map(({ sourcePatientId }) => sourcePatientId));
}

export type FilterForm = {
  readonly filters: Filters;
  readonly preset: PeriodId;
  /** `/person/:id/timeline`, without its query. */
  readonly address: string;
  readonly kinds: readonly { readonly id: string; readonly title: string }[];
  readonly kindLabel: string;
  readonly withUnread: boolean;
};

/** Period as links, the rest as a form, and what is on as chips that take it off again. */
export function filterBar(context: RecordContext, inputs: PersonInputs, form: FilterForm, showing: string): Html {
  const { filters, preset, address } = form;
  const to = (change: Partial<Filters>): string => `${address}${queryOf({ ...filters, ...change }, preset)}`;
  const sources = inputs.sources.filter((source) => source.known).toSorted((a, b) => a.organisationName.localeCompare(b.organisationName));
  const settings = [...new Set(sources.map(({ type }) => type))].filter((type) => Object.hasOwn(SETTINGS, type));
  const option = (value: string, text: string, chosen: string | null): Html => html`<option value="${value}"${value === (chosen ?? "") ? html` selected` : null}>${text}</option>`;
  const select = (name: string, label: string, options: Html): Html => html`<span><label for="f-${name}">${label}</label> <select class="office-input" id="f-${name}" name="${name}">${options}</select></span>`;
  const chips: { readonly text: string; readonly href: string }[] = [
    ...(filters.from !== null ? [{ text: SAID.span(dateText(filters.from), dateText(filters.until!)), href: to({ from: null, until: null }) }] : filters.period !== preset ? [{ text: PERIODS.find(({ id }) => id === filters.period)!.text, href: to({ period: preset, until: null }) }] : []),
    ...(filters.from === null && filters.until !== null ? [{ text: SAID.upTo(dateText(filters.until)), href: to({ until: null }) }] : []),
    ...(filters.kind !== null ? [{ text: form.kinds.find(({ id }) => id === filters.kind)!.title, href: to({ kind: null }) }] : []),
    ...(filters.organisation !== null ? [{ text: inputs.sources.find(({ organisation }) => organisation === filters.organisation)?.organisationName ?? filters.organisation, href: to({ organisation: null }) }] : []),
    ...(filters.setting !== null ? [{ text: SETTINGS[filters.setting]!, href: to({ setting: null }) }] : []),
    ...(filters.unread ? [{ text: SAID.newToOrganisation, href: to({ unread: false }) }] : []),
  ];
  return html`<div class="filters">
<nav aria-label="${SAID.period}"><ul class="chips">${PERIODS.map(({ id, text }) => html`<li><a href="${to({ period: id, from: null, until: id === "all" ? null : filters.from === null ? filters.until : null })}"${filters.from === null && filters.period === id ? html` aria-current="true"` : null}>${text}</a></li>`)}</ul></nav>
<form class="sift" method="get" action="${address}">${filters.from !== null ? html`<input type="hidden" name="from" value="${filters.from}">` : filters.period !== preset ? html`<input type="hidden" name="period" value="${filters.period}">` : null}${filters.until !== null && html`<input type="hidden" name="until" value="${filters.until}">`}
${select("kind", form.kindLabel, html`${option("", SAID.all, filters.kind)}${form.kinds.map(({ id, title }) => option(id, title, filters.kind))}`)}
${select("organisation", SAID.organisation, html`${option("", SAID.all, filters.organisation)}${sources.map(({ organisation, organisationName }) => option(organisation, organisationName, filters.organisation))}`)}
${select("setting", SAID.setting, html`${option("", SAID.all, filters.setting)}${settings.map((type) => option(type, SETTINGS[type]!, filters.setting))}`)}
${form.withUnread && html`<span><input type="checkbox" id="f-unread" name="unread" value="yes"${filters.unread ? html` checked` : null}> <label for="f-unread">${SAID.newToOrganisation}</label></span>`}
<button class="sift__button" type="submit">${SAID.show}</button></form>
<p class="showing" id="showing"><strong>${showing}</strong>${chips.length > 0 && html` ${SAID.filters} ${chips.map(({ text, href }) => html`<a class="chip" href="${href}">${text}<span aria-hidden="true"> ×</span><span class="vh">${SAID.takeOff}</span></a> `)}`}</p></div>`;
}
