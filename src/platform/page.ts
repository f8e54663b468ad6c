/**
 * The shell that every page is put into: skip links, header, main, footer. It
 * carries no inline script or style, so that the content security policy can
 * refuse both, and asks no other host for anything.
 */
import type { Assets } from "./assets.ts";
import { html, type Content, type Html } from "./html.ts";

/** What the shell may load, and nothing else: everything from here, no inline script or style, no framing by others. */
export const CONTENT_SECURITY_POLICY =
  "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; font-src 'none'; frame-src 'self'; object-src 'none'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

export type Link = { readonly href: string; readonly text: string; readonly current?: boolean };

/** What is the same on every page of a workspace for one reader. */
export type Shell = {
  /** Name of the service as the region calls it, for example `Shared Care Record`. */
  readonly serviceName: string;
  readonly homeHref: string;
  /** Where the find-a-person box posts to; `null` where there is none. NHS numbers never go into an address. */
  readonly find: { readonly action: string; readonly field: string; readonly label: string; readonly hint: string; readonly button: string } | null;
  readonly account: { readonly name: string; readonly role: string; readonly organisation: string } | null;
  readonly signOut: { readonly action: string; readonly text: string } | null;
  /** Other workspaces that this reader may enter. */
  readonly links: readonly Link[];
  /** Help, in the same place on every page (WCAG 3.2.6). */
  readonly help: readonly Link[];
  /** Token that each form sends back. */
  readonly csrf: string;
  readonly assets: Pick<Assets, "stylesheet" | "script" | "icon">;
};

export type Page = {
  /** What the page is, for example `Summary`. */
  readonly title: string;
  /** Initials of the person whose record is open. Never a name or an NHS number: titles land in histories and on shared screens. */
  readonly initials?: string | null;
  /** Skip links beside the one to the main content. */
  readonly skips?: readonly Link[];
  /** What stands between header and main: the person's banner, sources, navigation. */
  readonly before?: Content;
  readonly main: Content;
  /** True on record pages, which may use the whole width. */
  readonly wide?: boolean;
};

/** `Summary – J.S. – Shared Care Record`. */
export function pageTitle(page: Pick<Page, "title" | "initials">, serviceName: string): string {
  return [page.title, page.initials, serviceName].filter((part) => part !== null && part !== undefined && part !== "").join(" – ");
}

/** The hidden field that proves that a form came from our own page. */
export function csrfField(shell: Pick<Shell, "csrf">): Html {
  return html`<input type="hidden" name="_csrf" value="${shell.csrf}">`;
}

/** A whole page. */
export function layout(shell: Shell, page: Page): Html {
  const width = page.wide === true ? "wide" : "nhsuk-width-container";
  return html`<!DOCTYPE html>
<html lang="en-GB" class="nhsuk-template">
<head>
<meta charset="utf-8">
<title>${pageTitle(page, shell.serviceName)}</title>
<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">
<meta name="format-detection" content="telephone=no">
<meta name="referrer" content="same-origin">
<meta name="robots" content="noindex">
<link rel="icon" href="${shell.assets.icon}">
<link rel="stylesheet" href="${shell.assets.stylesheet}">
<script src="${shell.assets.script}" defer></script>
</head>
<body class="nhsuk-template__body">
<nav class="skips" aria-label="Skip"><a class="nhsuk-skip-link" href="#main">Skip to main content</a>${(page.skips ?? []).map((skip) => html`<a class="nhsuk-skip-link" href="${skip.href}">${skip.text}</a>`)}</nav>
${header(shell)}
${page.before}
<main id="main" class="${width} main" tabindex="-1">
${page.main}
</main>
${footer(shell)}
<div id="announce" class="vh" role="status" aria-live="polite"></div>
</body>
</html>
`;
}

function header(shell: Shell): Html {
  const { find, account, signOut } = shell;
  return html`<header class="top"><div class="wide top__row">
<a class="top__service" href="${shell.homeHref}">${shell.serviceName}</a>
${
  find &&
  html`<search class="top__find"><form action="${find.action}" method="post" novalidate>${csrfField(shell)}<label class="vh" for="find-q">${find.label}</label><input class="nhsuk-input" id="find-q" name="${find.field}" type="text" inputmode="numeric" autocomplete="off" placeholder="${find.hint}"><button class="top__button" type="submit">${find.button}</button></form></search>`
}
${shell.links.length > 0 && html`<nav class="top__links" aria-label="Workspaces">${shell.links.map((link) => html`<a href="${link.href}"${link.current === true ? html` aria-current="page"` : null}>${link.text}</a>`)}</nav>`}
${
  account &&
  html`<div class="top__account"><span>${account.name}</span> <span class="top__role">${account.role}, ${account.organisation}</span>${signOut && html`<form action="${signOut.action}" method="post">${csrfField(shell)}<button class="top__button" type="submit">${signOut.text}</button></form>`}</div>`
}
</div></header>`;
}

function footer(shell: Shell): Html {
  return html`<footer class="foot"><div class="wide">
<h2 class="vh">Help</h2>
<ul class="foot__list">${shell.help.map((link) => html`<li><a href="${link.href}">${link.text}</a></li>`)}</ul>
</div></footer>`;
}
