/** Words and small pieces that the office pages share: times, kinds, states, tables. */
import type { AgreementState, Feed } from "#governance";
import { html, spanText, type Content, type Html } from "#platform";
import type { Punctuality } from "#feeds";

export const when = (at: Date, timeZone: string): Html => html`<time datetime="${at.toISOString()}">${at.toLocaleString("en-GB", { timeZone, day: "2-digit", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit" }).replace(",", "")}</time>`;
export const ago = (at: Date, now: Date): string => `${spanText(now.getTime() - at.getTime())} ago`;

export const FORMATS: Readonly<Record<string, string>> = { hl7v2: "HL7 v2", "fhir-r4": "FHIR R4", "gp-connect-stu3": "GP Connect", csv: "File of rows", unknown: "Not known" };
export const transportOf = (feed: Feed): string => ("mllp" in feed.transport ? "MLLP" : "HTTP");

/** How a message stands, and what the sender was told. */
export const STATE: Readonly<Record<string, string>> = { applied: "Used", quarantined: "Not used, waits here", rejected: "Refused", kept: "Waiting to be applied" };
export const AGREEMENT: Readonly<Record<AgreementState, string>> = { "in-force": "In force", none: "None", "not-yet": "Not yet in force", ended: "Ended", "purpose-not-covered": "Not for direct care" };
export const PUNCTUALITY: Readonly<Record<Punctuality, { words: string; tag: "ok" | "late" | "bad" }>> = {
  "on-time": { words: "On time", tag: "ok" }, late: { words: "Late", tag: "late" }, silent: { words: "Silent", tag: "bad" }, never: { words: "Never sent", tag: "late" },
};

export const mark = (tag: "ok" | "late" | "bad", words: string): Html => html`<span class="mood mood--${tag}">${words}</span>`;
export const bytesText = (size: number): string => (size < 1024 ? `${size} bytes` : size < 1024 * 1024 ? `${(size / 1024).toFixed(1)} kB` : `${(size / 1024 / 1024).toFixed(1)} MB`);
export const messageHref = (feed: string, messageId: string): string => `/office/messages/${feed}/${messageId}`;

/** A dense table in a box of its own, so that the page never scrolls sideways. */
export function table(caption: string, headings: readonly Content[], rows: readonly Html[]): Html {
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${caption}"><table class="t"><caption class="vh">${caption}</caption><thead><tr>${headings.map((name) => html`<th scope="col">${name}</th>`)}</tr></thead><tbody>${rows}</tbody></table></div>`;
}

/** Counts as bars, with what they say in words; the numbers themselves stand in a table beside it. */
export function bars(counts: readonly number[], label: string): Html {
  const most = Math.max(1, ...counts);
  const width = 4;
  return html`<svg class="bars" role="img" aria-label="${label}" viewBox="0 0 ${counts.length * width} 20" width="${counts.length * width}" height="20">${counts.map((count, index) => {
    const height = count === 0 ? 1 : Math.max(2, Math.round((count / most) * 20));
    return html`<rect class="${count === 0 ? "bars__none" : "bars__some"}" x="${index * width}" y="${20 - height}" width="${width - 1}" height="${height}"/>`;
  })}</svg>`;
}

export function fault(words: string | null, href: string): Html | null {
  return words === null ? null : html`<div class="nhsuk-error-summary" role="alert" tabindex="-1"><h2 class="nhsuk-error-summary__title">There is a problem</h2><p><a href="${href}">${words}</a></p></div>`;
}
