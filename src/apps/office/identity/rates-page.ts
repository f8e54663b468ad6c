/** The markup of the report on linking, with small numbers kept back. */
import type { Region } from "#governance";
import type { LinkOutcome, LinkTotals } from "#identity";
import { dateHtml, html, type Html } from "#platform";
import { few, FEW } from "../few.ts";
import type { IdentityOfficer } from "./officer.ts";

export type Dimension = "organisation" | "age" | "district" | "ethnic";
export type Group = { readonly dimension: Dimension; readonly value: string; readonly records: number; /** `null`: not counted by this dimension. */ readonly linked: number | null; readonly reviewed: number; readonly missed: number; readonly wrong: number };
export type Rates = { readonly at: Date; readonly totals: LinkTotals; readonly outcomes: Readonly<Record<LinkOutcome, number>>; readonly groups: readonly Group[] };

/** Below this many records a rate says more about chance than about linking. */
const ENOUGH = 50;
/** How much worse than the whole a group must fare, with enough cases, to be marked. */
const UNEQUAL = 2;

const TITLES: Readonly<Record<Dimension, string>> = { age: "By age", ethnic: "By ethnic group, as sources record it", district: "By postcode district", organisation: "By organisation" };
/** NHS Data Dictionary, ETHNIC CATEGORY CODE 2001. */
const ETHNIC: Readonly<Record<string, string>> = {
  a: "White: British", b: "White: Irish", c: "White: any other", d: "Mixed: White and Black Caribbean", e: "Mixed: White and Black African", f: "Mixed: White and Asian", g: "Mixed: any other", h: "Asian: Indian", j: "Asian: Pakistani", k: "Asian: Bangladeshi", l: "Asian: any other",
  m: "Black: Caribbean", n: "Black: African", p: "Black: any other", r: "Chinese", s: "Any other", z: "Not stated",
};
const AGES = ["0", "1 to 4", "5 to 15", "16 to 24", "25 to 44", "45 to 64", "65 to 79", "80 and over", "not known"];

export function ratesPage(region: Region, officer: IdentityOfficer, { at, totals, outcomes, groups }: Rates): Html {
  const linked = totals.number + totals.match + totals.source + totals.person;
  return html`<p><a href="/office/identity">Who is who</a></p><h1 class="h1">How well linking works</h1>
<p>${officer.organisation === null ? "All organisations" : (region.organisation(officer.organisation)?.name ?? officer.organisation)}, measured ${dateHtml(at)}. Missed and wrong are what people found and put right: what nobody has found yet is not in them.</p>
<dl class="pairs">${pair("Records", String(totals.records))}${pair("Linked to others", `${linked} (by number ${totals.number}, by details ${totals.match}, by their own source ${totals.source}, by a person ${totals.person})`)}${pair("Had a doubt to be looked at", few(outcomes.reviewed))}${pair("Missed: linked by a person afterwards", few(outcomes.missed))}${pair("Wrong: linked by the product, taken back by a person", few(outcomes.wrong))}</dl>
<p class="hint">Counts below ${FEW} are not shown, and totals are rounded, so that nobody can be worked out. A rate is given where a group has ${ENOUGH} records. A group is marked where its rate is at least ${UNEQUAL} times that of all.</p>
${(Object.keys(TITLES) as Dimension[]).map((dimension) => table(region, dimension, groups.filter((each) => each.dimension === dimension), totals.records, outcomes))}`;
}

function table(region: Region, dimension: Dimension, groups: readonly Group[], records: number, outcomes: Rates["outcomes"]): Html {
  const title = TITLES[dimension];
  const nameOf = ({ value }: Group): string => (dimension === "organisation" ? (region.organisation(value)?.name ?? value) : dimension === "ethnic" ? (ETHNIC[value] ?? value.charAt(0).toUpperCase() + value.slice(1)) : value);
  const large = groups.filter((each) => each.records >= FEW);
  const sorted = large.toSorted((a, b) => (dimension === "age" ? AGES.indexOf(a.value) - AGES.indexOf(b.value) : nameOf(a).localeCompare(nameOf(b))));
  if (sorted.length === 0) return html`<h2 class="h2">${title}</h2><p>No group is large enough to be shown.</p>`;
  const cell = (group: Group, outcome: LinkOutcome, label: string): Html => html`<td data-label="${label}"><div>${rate(group[outcome], group.records)}${isUnequal(group[outcome], group.records, outcomes[outcome], records) && html` <span class="tag tag--differs">more than others</span>`}</div></td>`;
  return html`<h2 class="h2">${title}</h2><div class="scroll" tabindex="0" role="region" aria-label="${title}"><table class="t t--list"><caption class="vh">${title}</caption><thead><tr><th scope="col">Group</th><th scope="col">Records</th><th scope="col">Linked</th><th scope="col">Doubts</th><th scope="col">Missed</th><th scope="col">Wrong</th></tr></thead><tbody>${sorted.map((group) => html`<tr><th scope="row" data-label="Group"><div>${nameOf(group)}</div></th><td data-label="Records"><div>${group.records}</div></td><td data-label="Linked"><div>${group.linked === null ? html`<span class="dim">not counted</span>` : share(group.linked, group.records)}</div></td>${cell(group, "reviewed", "Doubts")}${cell(group, "missed", "Missed")}${cell(group, "wrong", "Wrong")}</tr>`)}</tbody></table></div>${large.length < groups.length && html`<p class="hint">${groups.length - large.length} smaller ${groups.length - large.length === 1 ? "group is" : "groups are"} not shown.</p>`}`;
}

/** A count of a group with its rate in 1,000 records. */
export function rate(count: number, records: number): string {
  if (count === 0) return "none";
  if (count < FEW) return `fewer than ${FEW}`;
  return records < ENOUGH ? few(count) : `${few(count)} (${((count * 1000) / records).toFixed(1)} in 1,000)`;
}

/** Whether a group fares markedly worse than all together; never on few cases. */
export const isUnequal = (count: number, records: number, ofAll: number, allRecords: number): boolean => count >= FEW && records >= ENOUGH && allRecords > 0 && ofAll > 0 && count / records >= (UNEQUAL * ofAll) / allRecords;

const share = (part: number, of: number): string => (of < ENOUGH ? "too few" : `${Math.round((100 * part) / of)} %`);
const pair = (label: string, value: string): Html => html`<div><dt>${label}</dt><dd>${value}</dd></div>`;
