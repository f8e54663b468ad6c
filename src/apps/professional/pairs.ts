/** Facts as pairs of a label and what was said; what was not said is left out. */
import { html, type Content, type Html } from "#platform";

export function pairs(list: readonly (readonly [string, Content])[]): Html {
  return html`<dl class="pairs">${list.map(([label, value]) => (value === null || value === undefined || value === "" ? null : html`<div><dt>${label}</dt><dd>${value}</dd></div>`))}</dl>`;
}
