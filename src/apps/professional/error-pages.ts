/** What a reader sees instead of a page: a refusal with its policy in plain words, or that something is wrong. Never a stack trace. */
import { html, layout, type Html, type Refusal, type RefusalKind, type Shell } from "#platform";
import { WORDS } from "./words/index.ts";

const PAGES: Readonly<Record<RefusalKind, { readonly status: number; readonly title: string; readonly words: string }>> = {
  invalid: { status: 400, title: "This request could not be understood", words: "Go back and check what you entered." },
  "not-found": { status: 404, title: "Page not found", words: "If you typed the address, check it. A person or entry that you may not see is also not found." },
  gone: { status: 410, title: "This entry is no longer here", words: "Its source has taken it back, or its time to be kept has ended." },
  forbidden: { status: 403, title: WORDS.refusedTitle, words: "" },
  conflict: { status: 409, title: "Somebody changed this at the same time", words: "Open the page again to see the newest state." },
  unavailable: { status: 503, title: "The record is not available just now", words: "Nothing you see here means that there is nothing on record. Try again in a moment; if it is urgent, ring the source." },
  unsupported: { status: 501, title: "This is not possible here", words: "" },
};

/** A closed record is not an empty one: where else to ask. */
const OBJECTED = "The person has a record, and it is not shared at their own request. This does not mean that there is no record, no allergy and no medicine. Ask the person, those with them, their GP practice, or the service that treats them: each still has its own record.";

/** HTTP status of a refusal's page. */
export function statusOf(refusal: Refusal): number {
  return PAGES[refusal.kind].status;
}

/** The page of a refusal. `details.policy` and `details.help` are shown where the refusal has them. */
export function refusalPage(shell: Shell, refusal: Refusal): Html {
  const { title, words } = PAGES[refusal.kind];
  const policy = refusal.details?.["policy"];
  const help = refusal.details?.["help"] ?? (refusal.code === "access.objection-upheld" ? OBJECTED : undefined);
  const override = refusal.details?.["override"];
  return layout(shell, {
    title,
    main: html`<h1 class="h1">${title}</h1>${refusal.kind === "not-found" ? null : html`<p>${refusal.message}</p>`}${words !== "" && html`<p>${words}</p>`}
${refusal.kind === "forbidden" && html`<dl class="pairs"><div><dt>Policy that decided</dt><dd>${typeof policy === "string" ? policy : "no policy allows it"}</dd></div></dl><h2 class="h2">${WORDS.refusedSection}</h2><p>${typeof help === "string" ? help : "If you need this record to care for the person, ask your organisation's privacy officer, or the lead of your team, to check your role and your team's relationship with the person."} This refusal is recorded.</p>${typeof override === "string" && html`<p><a href="${override}">Somebody's life is in danger</a></p>`}`}
<p><a href="/find">${WORDS.back}</a></p><p class="dim">Reference: <code>${refusal.code}</code></p>`,
  });
}

/** The page of a defect: says that it is ours, and gives nothing away. */
export function defectPage(shell: Shell, reference: string): Html {
  return layout(shell, {
    title: "Something is wrong on our side",
    main: html`<h1 class="h1">Something is wrong on our side</h1><p>The page could not be made. It has been noted. Nothing you see here means that there is nothing on record.</p><p><a href="/find">${WORDS.back}</a></p><p class="dim">Reference: <code>${reference}</code></p>`,
  });
}
