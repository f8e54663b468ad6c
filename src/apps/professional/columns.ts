/** Composite columns of the record's lists: several facts of a row in one cell, the most needed first. */
import { unitText } from "#standards";
import { dateHtml, html, type Content, type Html } from "#platform";
import type { Entry } from "#record";
import { flagOf, FLAG_WORDS, isReviewOverdue } from "#sections";
import { icon } from "./icons.ts";
import { documentHref, itemHref } from "./rows.ts";
import type { RecordContext } from "./record-page.ts";
import { DECISIONS, MEDICINE_KINDS, SAID_BY, WORDS } from "./words/index.ts";

const SAID = WORDS.rows;

export type ColumnId =
  | "what"
  | "allergy"
  | "medicine"
  | "problem"
  | "person"
  | "document"
  | "value"
  | "detail"
  | "where"
  | "from-to"
  | "reason"
  | "contact"
  | "product"
  | "said-by"
  | "step"
  | "plan"
  | "assessor";

export type Column = { readonly title: string; readonly cell: (entry: Entry, context: RecordContext) => Content };

/** Facts with a thin dash between, those that were not said, or said already, left out. */
export function dashed(parts: readonly Content[]): Html {
  const said = parts.filter((part, index) => part !== undefined && part !== null && part !== "" && part !== false && parts.indexOf(part) === index);
  return html`${said.map((part, index) => (index === 0 ? part : html` — ${part}`))}`;
}

/** `500mg` as `500 mg`, micrograms in full: the safe way to write a dose. The entry's own page keeps the source's text. */
export function doseText(text: string): string {
  return text
    .replace(/(\d)\s*(?:mcg|µg|μg|ug)\b/gi, "$1 micrograms")
    .replace(/(\d)(mg|g|kg|ml|mL|units?|micrograms?)\b/g, "$1 $2");
}

/** Name, form, dose, route and frequency in one line; label and value of the dose are never parted. */
export function medicineLine(entry: Entry): Html {
  const { line } = entry;
  return dashed([
    html`<strong>${entry.display}</strong>`,
    line.form,
    line.dose === undefined ? null : html`<span${line.dose.length > 24 ? null : html` class="nobr"`}><span class="dose">${SAID.dose}</span>\u00a0${doseText(line.dose)}</span>`,
    line.route,
    line.frequency,
  ]);
}

/** The value with its unit and the laboratory's flag in words and shape. */
export function valueLine(entry: Entry): Html {
  const { line } = entry;
  const flag = flagOf(entry);
  const mark = flag === null ? null : html` <strong class="flag flag--${flag}">${icon(flag.includes("low") ? "down" : flag === "abnormal" ? "warn" : "up")}${FLAG_WORDS[flag]}</strong>`;
  if (line.components !== undefined && line.components.length > 0) {
    return html`${line.components.map((part, index) => html`${index > 0 ? ", " : null}${part.name} <span class="nobr"><strong>${part.value}</strong> ${unitText(part.unit ?? "")}</span>`)}${mark}`;
  }
  if (line.value === undefined) return html`${line.text ?? ""}${mark}`;
  return html`<span${line.value.length > 24 ? null : html` class="nobr"`}><strong>${/^\d{4}-\d\d-\d\d$/.test(line.value) ? dateHtml(line.value) : line.value}</strong> ${unitText(line.unit ?? "")}</span>${mark}`;
}

const linked = (entry: Entry, context: RecordContext, content: Content): Html => html`<a href="${itemHref(context, entry)}">${content}</a>`;

/** The reaction, its severity and how sure: what stands beside the substance. */
export function allergyFacts(entry: Entry): Html {
  const { line } = entry;
  return dashed([line.reaction ?? SAID.reactionMissing, line.severity?.toLowerCase(), line.criticality === "high" ? SAID.highRisk : null, line.certainty !== undefined && line.certainty !== "confirmed" ? line.certainty : null]);
}

export const COLUMN: Readonly<Record<ColumnId, Column>> = {
  what: {
    title: SAID.columns.what,
    cell: (entry, context) => {
      const decision = entry.line.decision === undefined ? undefined : DECISIONS[entry.line.decision];
      return html`${linked(entry, context, entry.display)}${entry.line.opinion === true && html` <span class="tag">${SAID.opinion}</span>`}${decision !== undefined && decision.toLowerCase() !== entry.display.toLowerCase() && html`<br><span class="dim">${decision}</span>`}`;
    },
  },
  allergy: { title: SAID.columns.allergy, cell: (entry, context) => html`<strong>${linked(entry, context, entry.display)}</strong> — ${allergyFacts(entry)}` },
  medicine: { title: SAID.columns.medicine, cell: (entry) => html`${medicineLine(entry)}${entry.line.medicineKind !== undefined && html` <span class="tag">${MEDICINE_KINDS[entry.line.medicineKind] ?? entry.line.medicineKind}</span>`}` },
  problem: { title: SAID.columns.what, cell: (entry, context) => html`${linked(entry, context, entry.display)}${entry.line.laterality !== undefined && html`, <strong>${entry.line.laterality}</strong>`}${entry.line.site !== undefined && html`, ${entry.line.site}`}` },
  person: { title: SAID.columns.person, cell: (entry, context) => html`${linked(entry, context, entry.line.name ?? entry.display)}${entry.line.relationship !== undefined && html`, ${entry.line.relationship}`}${entry.line.rank !== undefined && html` <span class="dim">${SAID.contact(entry.line.rank)}</span>`}` },
  document: { title: SAID.columns.document, cell: (entry, context) => html`<a href="${documentHref(context, entry)}">${entry.display}</a><br><span class="dim">${dashed([entry.line.documentType === entry.display ? null : entry.line.documentType, mimeWords(entry.line.mime), sizeWords(entry.line.size)])}</span>` },
  value: { title: SAID.columns.value, cell: (entry) => valueLine(entry) },
  detail: {
    title: SAID.columns.detail,
    cell: (entry) => {
      const { line } = entry;
      return dashed([
        (entry.section === "assessments" || entry.section === "person-demographics") && line.value !== undefined ? valueLine(entry) : null,
        line.category,
        line.severity,
        line.certainty,
        line.specimen,
        line.range === undefined ? null : SAID.range(line.range),
        entry.section === "procedures" ? null : line.outcome,
        line.legalStatus,
        line.owner === undefined ? null : SAID.owner(line.owner),
        line.name === entry.display ? null : line.name,
        entry.section === "services" || entry.section === "procedures" ? null : line.service,
        entry.section === "services" || entry.section === "procedures" || entry.section === "assessments" ? null : line.professional,
        entry.section === "legal-information" ? line.place : null,
        line.relationship,
        line.reviewDate === undefined ? null : SAID.reviewDue(dateHtml(line.reviewDate, true)),
        line.locationOfDocument === undefined ? null : SAID.signedForm(html`<strong>${line.locationOfDocument}</strong>`),
        line.text,
      ]);
    },
  },
  where: { title: SAID.columns.where, cell: ({ line }) => dashed([line.kind, line.place, line.service, line.professional, line.professionalRole, line.organisationName, line.channel]) },
  "from-to": { title: SAID.columns["from-to"], cell: ({ line }) => html`${line.from ?? SAID.notSaid} → ${line.to ?? SAID.notSaid}${line.urgency !== undefined && html` <span class="tag">${line.urgency}</span>`}` },
  reason: { title: SAID.columns.reason, cell: ({ line }) => dashed([line.reason, line.outcome]) },
  contact: { title: SAID.columns.contact, cell: ({ display, line }) => dashed([line.professional === display ? null : line.professional, line.professionalRole, line.organisationName, line.phone === undefined ? null : html`<a href="tel:${line.phone.replace(/\s/g, "")}">${line.phone}</a>${line.hours !== undefined && html` <span class="dim">${line.hours}</span>`}`, line.email, line.address]) },
  plan: { title: SAID.columns.plan, cell: planCell },
  assessor: { title: SAID.columns.assessor, cell: (entry, { phoneOf }) => assessorCell(entry, phoneOf(entry.organisation)) },
  step: { title: WORDS.lastStep, cell: (entry, { steps }) => steps?.get(entry.id) },
  product: { title: SAID.columns.product, cell: ({ line }) => dashed([line.product, line.doseSequence === undefined ? null : SAID.doseNumber(line.doseSequence), line.site, line.reason]) },
  "said-by": { title: SAID.columns["said-by"], cell: ({ line }) => (line.saidBy === undefined ? "" : (SAID_BY[line.saidBy] ?? line.saidBy)) },
};

/** What a plan aims at, then who keeps it, which version it is, when it is reviewed, and whether the person agreed: what was not said is said to be so (PUR-07, PUR-19). */
function planCell(entry: Entry, context: RecordContext): Html {
  const { line, type } = entry;
  const by = context.replaced?.get(entry.id);
  if (by !== undefined) context.shown.entry(by);
  const marks = html`${by !== undefined && html` <span class="tag tag--differs">${WORDS.superseded}</span> <span class="dim">${WORDS.supersededBy} <a href="${itemHref(context, by)}">${by.display}</a></span>`}${by === undefined && isReviewOverdue(entry, context.now) && html` <span class="tag tag--differs">${WORDS.reviewOverdue}</span>`}`;
  if (type !== "CarePlan") return html`${linked(entry, context, entry.display)}${marks}<br><span class="dim">${dashed([line.category, line.outcome, line.end === undefined ? null : SAID.due(dateHtml(line.end, true)), line.text])}</span>`;
  return html`<strong>${linked(entry, context, entry.display)}</strong>${marks}${(line.text ?? line.outcome) !== undefined && html`<br>${line.text ?? line.outcome}`}<br><span class="dim">${dashed([line.category, line.owner ?? entry.author ?? WORDS.noOwner, SAID.version(entry.version), line.reviewDate === undefined ? WORDS.noReview : SAID.reviewDue(dateHtml(line.reviewDate, true)), WORDS.agreement[line.agreedWith as keyof typeof WORDS.agreement] ?? WORDS.agreement[""], line.locationOfDocument === undefined ? null : SAID.signedForm(html`<strong>${line.locationOfDocument}</strong>`)])}</span>`;
}

/** Who assessed, in what role, and how to reach them; the organisation's number where the source gave none (REC-32). */
function assessorCell({ line, author }: Entry, switchboard: string | null): Content {
  const who = line.professional ?? author;
  if (who === null) return "";
  const phone = line.phone ?? null;
  return dashed([who, line.professionalRole, phone !== null ? telephone(phone) : switchboard === null ? null : html`${WORDS.switchboard} ${telephone(switchboard)}`]);
}

const telephone = (number: string): Html => html`<a href="tel:${number.replace(/\s/g, "")}">${number}</a>`;

/** What kind of file it is, in words. */
export function mimeWords(mime: string | undefined): string | null {
  if (mime === undefined) return null;
  if (mime === "application/pdf") return SAID.files.pdf;
  if (mime.startsWith("text/html")) return SAID.files.html;
  if (mime.startsWith("text/")) return SAID.files.text;
  if (mime.startsWith("image/")) return SAID.files.image;
  return mime;
}

/** Bytes as people read them. */
function sizeWords(size: number | string | undefined): string | null {
  const bytes = Number(size ?? Number.NaN);
  return Number.isNaN(bytes) ? null : bytes < 1000 ? SAID.bytes(bytes) : bytes < 1_000_000 ? `${Math.round(bytes / 1000)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}
