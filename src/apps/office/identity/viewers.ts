/** Who was shown records, where `hidden` (a protected person) without the practice whose staff they are, or their names: everybody for an officer of the region, the own staff by name and the others by number for an officer of one organisation. */
import type { Viewer } from "#audit";
import type { Region } from "#governance";
import { dateHtml, html, type Html } from "#platform";
import type { IdentityOfficer } from "./officer.ts";
import { organisationOf } from "./sides.ts";

export function viewersTable(officer: IdentityOfficer, caption: string, viewers: readonly Viewer[], region: Region, hidden: boolean): Html {
  if (viewers.length === 0) return html`<p class="said said--grey">Nobody was shown these records in that time.</p>`;
  const where = (each: Viewer): string => (hidden && region.organisation(each.organisation)?.type === "gp-practice" ? organisationOf(region, each, true) : each.organisationName);
  const who = (each: Viewer): string => (where(each) === each.organisationName ? each.actorName : "Somebody of the practice");
  const named = viewers.filter((each) => officer.organisation === null || each.organisation === officer.organisation);
  const others = [...Map.groupBy(viewers.filter((each) => !named.includes(each)), where)];
  return html`${named.length > 0 && html`<div class="scroll" tabindex="0" role="region" aria-label="${caption}"><table class="t t--list"><caption class="vh">${caption}</caption><thead><tr><th scope="col">Who</th><th scope="col">Organisation</th><th scope="col">Times</th><th scope="col">First</th><th scope="col">Last</th></tr></thead><tbody>${named.map((each) => html`<tr><th scope="row" data-label="Who"><div>${who(each)}<br><span class="dim">${each.roleName}</span></div></th><td data-label="Organisation"><div>${where(each)}</div></td><td data-label="Times"><div>${each.times}</div></td><td data-label="First"><div>${dateHtml(each.first)}</div></td><td data-label="Last"><div>${dateHtml(each.last)}</div></td></tr>`)}</tbody></table></div>`}
${others.length > 0 && html`<p>Also shown to staff of other organisations, whose privacy officers can name them: ${others.map(([name, of], index) => html`${index > 0 ? ", " : null}${name} (${of.length})`)}.</p>`}`;
}
