/** The stand-in's pages. They work without script and say on every page what they are not. */
import { html, render, trusted, type Content } from "#platform";
import type { Host, Professional, Region } from "#governance";

const STYLE = `body{font:18px/1.5 Arial,sans-serif;margin:0;color:#212b32;background:#f0f4f5}main{max-width:60rem;margin:0 auto;padding:1rem}
.banner{background:#ffb81c;border-bottom:4px solid #212b32;padding:.75rem 1rem;font-weight:700}ul{list-style:none;padding:0}
li{background:#fff;margin:.5rem 0;padding:.75rem 1rem;border:1px solid #768692}button{font:inherit;font-weight:700;background:#007f3b;color:#fff;border:0;padding:.5rem 1rem;cursor:pointer}
button:focus,input:focus,select:focus{outline:4px solid #ffeb3b;outline-offset:0;box-shadow:inset 0 0 0 4px #212b32}input,select{font:inherit;padding:.4rem;max-width:100%}label{display:block;margin-top:.75rem}
.row{display:flex;gap:1rem;justify-content:space-between;align-items:center;flex-wrap:wrap}.quiet{color:#4c6272}`;

/** SHA-256 of the style goes into the content security policy, so that no other inline style runs. */
export const PAGE_STYLE = STYLE;

// Our own constant, in an element where escaping would break it.
const styleElement = trusted(`<style>${STYLE}</style>`);

function page(title: string, main: Content): string {
  return render(html`<!DOCTYPE html>
<html lang="en-GB"><head><meta charset="utf-8"><title>${title} – stand-in, not NHS CIS2</title><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex">
${styleElement}</head>
<body><div class="banner" role="note">STAND-IN for demonstration, not NHS CIS2. Nobody here is real, and no password is asked.</div>
<main><h1>${title}</h1>${main}</main></body></html>`);
}

/** Everything about a professional that the search box finds. */
function wordsOf(region: Region, professional: Professional): string {
  const profiles = professional.profiles.map((profile) => `${region.role(profile.role)?.name} ${region.organisation(profile.organisation)?.name} ${profile.sourceRoleName}`);
  return [professional.name, professional.uid, ...profiles].join(" ").toLowerCase();
}

function described(region: Region, professional: Professional): Content {
  return html`<strong>${professional.name}</strong>${professional.contractor ? " (contractor)" : ""}<br>
${professional.profiles.map((profile) => html`${region.role(profile.role)?.name}, ${region.organisation(profile.organisation)?.name}${profile.national ? "" : " (no national role)"}<br>`)}
<span class="quiet">${professional.about}</span>`;
}

/** The sign-in page: choose a professional. */
export function loginPage(region: Region, action: string, query: string): string {
  const wanted = query.trim().toLowerCase();
  const known = region.professionals.filter((professional) => region.signInOf(professional) === "cis2");
  const found = known.filter((professional) => wordsOf(region, professional).includes(wanted));
  return page(
    "Sign in as",
    html`<form method="get"><label for="q">Find by name, role or organisation</label><input id="q" name="q" value="${query}" autocomplete="off"> <button type="submit">Find</button></form>
<p role="status">${found.length} of ${known.length} professionals</p>
<ul>${found.map(
      (professional) =>
        html`<li class="row"><div>${described(region, professional)}</div><form method="post" action="${action}"><button name="uid" value="${professional.uid}" aria-label="Sign in as ${professional.name}">Sign in</button></form></li>`,
    )}</ul>`,
  );
}

/** A demonstration host system: a record with a person open, from which the shared record is launched. */
export function hostPage(region: Region, hosts: readonly Host[], fault: string | null): string {
  return page(
    "Demonstration host system",
    html`${fault === null ? null : html`<p role="alert"><strong>${fault}</strong></p>`}
<p>This page stands for a system that a professional already works in, with a person open. Launching goes to the shared record of that person with no further question.</p>
<form method="post" action="/stand-in/host">
<label for="host">System</label><select id="host" name="host">${hosts.map((host) => html`<option value="${host.id}">${host.name}, ${region.organisation(host.organisation)?.name}</option>`)}</select>
<label for="profile">Professional</label><select id="profile" name="profile">${region.professionals.flatMap((professional) =>
      professional.profiles
        .filter((profile) => hosts.some((host) => host.organisation === profile.organisation))
        .map((profile) => html`<option value="${profile.id}">${professional.name}, ${region.role(profile.role)?.name}, ${region.organisation(profile.organisation)?.name}</option>`),
    )}</select>
<label for="nhsNumber">NHS number of the person who is open</label><input id="nhsNumber" name="nhsNumber" inputmode="numeric" autocomplete="off" required>
<label for="dateOfBirth">Date of birth</label><input id="dateOfBirth" name="dateOfBirth" type="date" required>
<p><button type="submit">Open the shared record</button></p></form>`,
  );
}

/** Any other page: what went wrong. */
export function messagePage(title: string, message: string): string {
  return page(title, html`<p>${message}</p>`);
}
