/** The policy in force: who approved it, what it says in the order in which it is asked, and the purposes of use. */
import type { PolicySet } from "#access";
import { accessPolicyDigest, type Region } from "#governance";
import { dateHtml, html, type Content, type Html } from "#platform";
import { sectionTitle } from "#standards";
import type { PolicyRight } from "./index.ts";

export function inForcePage(region: Region, policies: PolicySet, right: PolicyRight): Html {
  const { approval } = region;
  const digest = accessPolicyDigest(region);
  const ordered = (effect: "forbid" | "permit"): PolicySet["policies"] => policies.policies.filter((each) => each.effect === effect).toSorted((a, b) => a.order - b.order);
  return html`<h1 class="h1">Access policy</h1>
<p>Who may see what is decided by the policies of the region, by nothing else. A forbid is stronger than any permit; where nothing permits, the record stays closed.</p>
<ul class="plainlist"><li><a href="/office/policy/roles">What a role sees</a></li>${right.mayAskWhy && html`<li><a href="/office/policy/why">Why was this refused</a></li>`}<li><a href="/office/policy/change">Try a change</a></li></ul>
<h2 class="h2">In force</h2>
<dl class="pairs">${pair("Approved by", approval === null ? "nobody" : `${approval.approvedBy.name}, ${approval.approvedBy.role}`)}${pair("On", approval === null ? null : dateHtml(approval.approvedOn, true))}${pair("For", approval?.words ?? null)}${pair("Changed", approval === null ? null : approval.changed === null ? "the first that was approved" : `${approval.changed.matrixCells} cells of the matrix and ${approval.changed.policyCells.toLocaleString("en-GB")} of the policies, against ${approval.changed.from.slice(0, 12)}`)}${pair("Digest", html`<code>${digest.slice(0, 24)}</code>`)}${pair("Policies", html`<code>${policies.hash.slice(0, 24)}</code>, which stands in each entry of the audit`)}</dl>
${list("What closes a record, in the order in which it is said", ordered("forbid"))}
${list("What opens a record", ordered("permit"))}
<h2 class="h2">Purposes of use</h2>
<div class="scroll" tabindex="0" role="region" aria-label="Purposes of use"><table class="t t--list"><caption class="vh">Purposes of use</caption><thead><tr><th scope="col">Purpose</th><th scope="col">Reasons in the notices to the public</th><th scope="col">Data protection</th><th scope="col">Confidentiality</th><th scope="col">Reaches</th></tr></thead><tbody>${region.purposes.map((each) => html`<tr><th scope="row" data-label="Purpose"><div>${each.name}</div></th><td data-label="Reasons"><div>${each.noticeReasons.join("; ")}</div></td><td data-label="Data protection"><div>${each.dataProtectionBasis}</div></td><td data-label="Confidentiality"><div>${each.confidentialityBasis}</div></td><td data-label="Reaches"><div>${each.sections === "all" ? "all sections that the role sees" : each.sections.length === 0 ? "no person's record" : each.sections.map((id) => sectionTitle(id)).join(", ")}${each.ownOrganisationOnly ? "; only what the own organisation supplied" : ""}</div></td></tr>`)}</tbody></table></div>`;
}

function list(title: string, policies: PolicySet["policies"]): Html {
  return html`<h2 class="h2">${title}</h2><div class="scroll" tabindex="0" role="region" aria-label="${title}"><table class="t t--list"><caption class="vh">${title}</caption><thead><tr><th scope="col">Policy</th><th scope="col">What the reader is told</th><th scope="col">Besides</th></tr></thead><tbody>${policies.map((each) => html`<tr><th scope="row" data-label="Policy"><div><code>${each.id}</code></div></th><td data-label="Words"><div>${each.words}</div></td><td data-label="Besides"><div>${each.obligation?.replaceAll("-", " ") ?? ""}</div></td></tr>`)}</tbody></table></div>`;
}

const pair = (label: string, value: Content): Html | null => (value === null ? null : html`<div><dt>${label}</dt><dd>${value}</dd></div>`);
