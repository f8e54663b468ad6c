/** What a reader sees instead of a page: a refusal with its policy in plain words, or that something is wrong. Never a stack trace. */
import { html, layout, type Html, type Refusal, type RefusalKind, type Shell } from "#platform";
import { WORDS } from "./words/index.ts";

const SAID = WORDS.errors;

const PAGES: Readonly<Record<RefusalKind, { readonly status: number; readonly title: string; readonly words: string }>> = {
  invalid: { status: 400, ...SAID.invalid },
  "not-found": { status: 404, ...SAID["not-found"] },
  gone: { status: 410, ...SAID.gone },
  forbidden: { status: 403, title: WORDS.refusedTitle, words: "" },
  conflict: { status: 409, ...SAID.conflict },
  unavailable: { status: 503, ...SAID.unavailable },
  unsupported: { status: 501, ...SAID.unsupported },
};

/** HTTP status of a refusal's page. */
export function statusOf(refusal: Refusal): number {
  return PAGES[refusal.kind].status;
}

/** The page of a refusal. `details.policy` and `details.help` are shown where the refusal has them. */
export function refusalPage(shell: Shell, refusal: Refusal): Html {
  const { title, words } = PAGES[refusal.kind];
  const policy = refusal.details?.["policy"];
  const help = refusal.details?.["help"] ?? (refusal.code === "access.objection-upheld" ? SAID.objected : undefined);
  const override = refusal.details?.["override"];
  return layout(shell, {
    title,
    main: html`<h1 class="h1">${title}</h1>${refusal.kind === "not-found" ? null : html`<p>${refusal.message}</p>`}${words !== "" && html`<p>${words}</p>`}
${refusal.kind === "forbidden" && html`<dl class="pairs"><div><dt>${SAID.policy}</dt><dd>${typeof policy === "string" ? policy : SAID.noPolicy}</dd></div></dl><h2 class="h2">${WORDS.refusedSection}</h2><p>${typeof help === "string" ? help : SAID.help} ${SAID.isRecorded}</p>${typeof override === "string" && html`<p><a href="${override}">${SAID.lifeInDanger}</a></p>`}`}
<p><a href="/find">${WORDS.back}</a></p><p class="dim">${SAID.reference} <code>${refusal.code}</code></p>`,
  });
}

/** The page of a defect: says that it is ours, and gives nothing away. */
export function defectPage(shell: Shell, reference: string): Html {
  return layout(shell, {
    title: SAID.defect,
    main: html`<h1 class="h1">${SAID.defect}</h1><p>${SAID.defectMeans}</p><p><a href="/find">${WORDS.back}</a></p><p class="dim">${SAID.reference} <code>${reference}</code></p>`,
  });
}
