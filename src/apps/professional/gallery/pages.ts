/** Every component of the record in every state, on pages that show nobody: for looking, for axe, for pictures. */
import { html, refuse, type Html, type RefusalKind, type Shell } from "#platform";
import { headlineOf as headline, merge, seriesOf, type SourceState, type StateName } from "#sections";
import type { SectionId } from "#standards";
import { allergyFacts, medicineLine, valueLine } from "../columns.ts";
import { defectPage, refusalPage } from "../error-pages.ts";
import { recordPage, type RecordContext } from "../record-page.ts";
import { differences, doubt, sensitiveTag, sourceLong, sourceShort, statusHtml, whenOf } from "../rows.ts";
import { sparkline } from "../sparkline.ts";
import { coverage, headlineOf, stateLine } from "../state.ts";
import { atRoyal, AT, FRAMES, sampleContext, sampleEntry, sampleState, stateMatrix } from "./samples.ts";

const REFUSALS: readonly RefusalKind[] = ["invalid", "not-found", "gone", "forbidden", "conflict", "unavailable", "unsupported"];

export const GALLERY: Readonly<Record<string, { readonly title: string; readonly page: (shell: Shell) => Html }>> = {
  states: { title: "Every section in every state", page: (shell) => framed(shell, "Every section in every state", states) },
  headlines: { title: "Headlines: the truth table", page: (shell) => framed(shell, "Headlines: the truth table", headlines) },
  rows: { title: "Rows: same, differs, only here", page: (shell) => framed(shell, "Rows: same, differs, only here", rows, "apart") },
  results: { title: "Values, flags, lines", page: (shell) => framed(shell, "Values, flags, lines", results) },
  ...Object.fromEntries(Object.entries(FRAMES).map(([id, { title }]) => [`frame-${id}`, { title: `Frame: ${title.toLowerCase()}`, page: (shell: Shell) => framed(shell, title, () => html`<p>The banner and the strip of sources above.</p>`, id) }])),
  ...Object.fromEntries(REFUSALS.map((kind) => [`refused-${kind}`, { title: `Refusal: ${kind}`, page: (shell: Shell) => refusalPage(shell, refuse(kind, `gallery.${kind}`, "The sentence that says what was refused and why.", { policy: "name-of-the-policy" })) }])),
  defect: { title: "Something is wrong on our side", page: (shell) => defectPage(shell, "req-1") },
};

/** The way to all of them. */
export function galleryIndex(shell: Shell): Html {
  return framed(shell, "Gallery of the record's components", () => html`<p>No page of the gallery shows anybody's record. It is there in the demonstration alone.</p><ul>${Object.entries(GALLERY).map(([id, { title }]) => html`<li><a href="/gallery/${id}">${title}</a></li>`)}</ul>`);
}

function framed(shell: Shell, title: string, main: (context: RecordContext) => Html, frame = "usual"): Html {
  const context = sampleContext(shell, frame);
  return recordPage(context, { title, group: "summary", slug: "gallery", main: main(context), skips: [] }).html;
}

const panel = (id: string, title: string, body: Html): Html => html`<section class="panel panel--list" aria-labelledby="g-${id}"><h2 id="g-${id}">${title}</h2>${body}</section>`;

const states = (context: RecordContext): Html =>
  html`${stateMatrix().map(({ section, states: all }) => panel(section.id, section.title, html`<ul class="states">${all.map((state) => stateLine(context, state))}</ul>`))}`;

type Case = { readonly title: string; readonly section: SectionId; readonly states: readonly SourceState[]; readonly positives: number; readonly mayWithhold?: boolean };

function cases(): readonly Case[] {
  const of = (section: SectionId, ...names: StateName[]): SourceState[] => names.map((name, index) => ({ ...sampleState(section, name, ["Elm Surgery", "Royal Example Hospital", "Example Ambulance"][index]), organisation: `X-${index}` }));
  const six = (section: SectionId): Case[] => [
    { title: "facts, all answered", section, states: of(section, "has-data", "none-held"), positives: 2 },
    { title: "facts, and a source that says none", section, states: of(section, "has-data", "asserted-none"), positives: 2 },
    { title: "facts, one silent", section, states: of(section, "has-data", "no-answer"), positives: 2 },
    { title: "none asserted, all answered", section, states: of(section, "asserted-none", "none-held"), positives: 0 },
    { title: "none asserted, one silent", section, states: of(section, "asserted-none", "no-answer"), positives: 0 },
    { title: "nothing, all answered", section, states: of(section, "none-held", "none-held"), positives: 0 },
    { title: "nothing, one silent", section, states: of(section, "none-held", "no-answer"), positives: 0 },
    { title: "nothing, one late", section, states: of(section, "none-held", "stale"), positives: 0 },
    { title: "nothing, one never sent", section, states: of(section, "none-held", "nothing-sent"), positives: 0 },
    { title: "nothing, one held apart", section, states: of(section, "none-held", "identity-doubt"), positives: 0 },
    { title: "none asserted, policy may withhold", section, states: of(section, "asserted-none", "none-held"), positives: 0, mayWithhold: true },
    { title: "nobody shares it", section, states: of(section, "not-supplied", "not-supplied"), positives: 0 },
    { title: "nobody knows the person", section, states: of(section, "not-known-to-source"), positives: 0 },
    { title: "not for this role", section, states: [{ ...sampleState(section, "withheld-role"), organisation: "" }], positives: 0 },
  ];
  return [...six("allergies"), ...six("end-of-life"), ...six("results")];
}

const headlines = (context: RecordContext): Html =>
  html`${cases().map(({ title, section, states: all, positives, mayWithhold = false }, index) =>
    panel(`case-${index}`, `${section}: ${title}`, html`<div data-headline="${section}">${headlineOf(headline(section, all, positives, { mayWithhold: new Set(mayWithhold ? [section] : []) }, AT))}</div>${coverage(context, all, true)}`),
  )}`;

function rows(context: RecordContext): Html {
  const penicillin = sampleEntry("allergies", "Penicillin", { reaction: "Anaphylaxis", severity: "severe" });
  const bisoprolol = sampleEntry("medicines", "Bisoprolol 2.5 mg tablets", { dose: "2.5 mg", route: "oral", frequency: "once a day" });
  const groups = [
    ["Same at two sources", merge("allergies", [penicillin, atRoyal(penicillin)]), allergyFacts],
    ["Differs in reaction", merge("allergies", [penicillin, atRoyal(penicillin, { reaction: "Rash", severity: "mild" })]), allergyFacts],
    ["Only here", merge("allergies", [penicillin]), allergyFacts],
    ["From a record said to be somebody else's", merge("allergies", [atRoyal(penicillin)]), allergyFacts],
    ["Dose differs", merge("medicines", [bisoprolol, atRoyal(bisoprolol, { dose: "3.75 mg" })]), medicineLine],
    ["Current at one, stopped at the other", merge("medicines", [bisoprolol, atRoyal(bisoprolol, {}, { status: "stopped" })]), medicineLine],
    ["Two products of one medicine", merge("medicines", [bisoprolol, sampleEntry("medicines", "Bisoprolol 5 mg tablets", { dose: "5 mg" })]), medicineLine],
    ["Asks for a second look", merge("each", [sampleEntry("documents", "Clinic letter", {}, { labels: ["sexual-health"] })]), () => null],
    ["Corrected by its source", merge("each", [sampleEntry("results", "Potassium", { value: "5.9", unit: "mmol/L" }, { status: "corrected", version: 2 })]), valueLine],
    ["No author, no date", merge("each", [sampleEntry("problems", "Asthma", {}, { author: null, recorded: null, when: null, sortTime: null })]), () => null],
  ] as const;
  return html`${groups.map(([title, merged, facts], index) => panel(`row-${index}`, title, html`<ul class="facts">${merged.map((row) => html`<li><span class="fact">${row.lead.section === "medicines" ? null : html`<strong>${row.lead.display}</strong> `}${facts(row.lead)}${doubt(context, row)}${sensitiveTag(context, row)}${differences(context, row)}</span> ${sourceShort(context, row)}</li>`)}</ul><table class="t t--list"><caption class="vh">${title}</caption><thead><tr><th scope="col">What</th><th scope="col">Status</th><th scope="col">Date</th><th scope="col">Source</th></tr></thead><tbody>${merged.map((row) => html`<tr><td data-label="What"><div>${row.lead.display}</div></td><td data-label="Status"><div>${statusHtml(context, row.lead)}</div></td><td data-label="Date"><div>${whenOf(row.lead)}</div></td><td data-label="Source"><div>${sourceLong(context, row)}</div></td></tr>`)}</tbody></table>`))}`;
}

function results(): Html {
  const value = (display: string, text: string, flag: string, day: string, unit = "mmol/L"): ReturnType<typeof sampleEntry> => sampleEntry("results", display, { value: text, unit, flag, low: "3.5", high: "5.3", range: "3.5 - 5.3" }, { id: `${display}-${day}`, sortTime: new Date(`${day}T09:00:00Z`), when: day, code: display, codeSystem: "sample" });
  const flags = ["N", "H", "L", "HH", "LL", "A"].map((flag) => value(`Potassium ${flag}`, "5.9", flag, "2026-11-16"));
  const series = seriesOf([value("Creatinine", "128", "H", "2026-11-16", "umol/L"), value("Creatinine", "101", "", "2026-10-01", "umol/L"), value("Creatinine", "84", "", "2026-03-01", "umol/L"), value("Troponin", "<5", "", "2026-11-16", "ng/L")]);
  return html`${panel("flags", "Flags, in words, shape and colour", html`<ul class="facts">${flags.map((entry) => html`<li><span class="fact">${entry.display} ${valueLine(entry)}</span></li>`)}</ul>`)}${panel("lines", "Lines, and values that cannot be drawn", html`<ul class="facts">${series.map((one) => html`<li><span class="fact">${one.latest.display} ${valueLine(one.latest)} ${sparkline(one, { width: 72, height: 22 })}</span></li>`)}</ul>`)}`;
}
