/** One entry with everything that is known of it: facts, document, source, message, earlier versions. */
import { dateHtml, html, type Content, type Html, type Refusal } from "#platform";
import { FLAG_WORDS, flagOf, type Item } from "#sections";
import { sectionTitle } from "#standards";
import { categoryOfSection, pageOfSection } from "./categories.ts";
import { doseText, mimeWords, valueLine } from "./columns.ts";
import { pairs } from "./pairs.ts";
import { documentPanel, type ShownDocument } from "./document-panel.ts";
import { ownRecordPanel } from "./own-record-page.ts";
import { queriesPanel, type AnsweredQuery } from "./query-page.ts";
import { controllerName, isCreatedHere, isOfDoubted, recordPage, type RecordContext, type RecordPage } from "./record-page.ts";
import { resourceTable } from "./resource-table.ts";
import { statusWords } from "./rows.ts";
import { DECISIONS, MEDICINE_KINDS, SAID_BY, WORDS } from "./words/index.ts";

const SAID = WORDS.entry;

/** The page of one entry with its documents, or why it has none; `null` where none is expected. */
export function itemPage(context: RecordContext, item: Item, documents: readonly ShownDocument[] | string | null, queries: readonly AnsweredQuery[], mayRelease: true | Refusal): RecordPage {
  const { entry, message, versions } = item;
  context.shown.entry(entry);
  const main = html`
<p class="hint"><a href="${context.base}/${pageOfSection(entry.section)}">${sectionTitle(entry.section)}</a></p>
${isOfDoubted(context, entry) && html`<p class="said said--amber">${SAID.doubtfulMeans(html`<strong>${SAID.doubtful}</strong>`)}</p>`}
<div class="grid">
<section class="panel" aria-labelledby="h-facts"><div class="panel__head"><h2 id="h-facts">${WORDS.facts}</h2></div>${facts(context, item)}</section>
<section class="panel" aria-labelledby="h-origin"><div class="panel__head"><h2 id="h-origin">${WORDS.origin}</h2></div>${pairs([
    [SAID.origin.created, isCreatedHere(context, entry) ? WORDS.createdHere : null],
    [isCreatedHere(context, entry) ? SAID.origin.controller : SAID.origin.organisation, controllerName(context, entry)],
    [SAID.origin.author, entry.author ?? WORDS.authorMissing],
    [WORDS.askAbout, askAbout(context, entry)],
    [SAID.origin.recorded, entry.recorded === null ? SAID.notRecorded : dateHtml(entry.recorded)],
    [SAID.origin.received, dateHtml(message.receivedAt)],
    [SAID.origin.feed, message.feedTitle],
    [SAID.origin.message, html`<code>${message.controlId ?? message.messageId}</code>`],
    [SAID.origin.format, message.format],
    [SAID.origin.sentBy, message.organisationName],
    [SAID.origin.version, `${entry.version}`],
    [SAID.origin.statement, entry.line.opinion === true ? SAID.opinion : null],
    [SAID.origin.saidBy, entry.line.saidBy === undefined ? null : (SAID_BY[entry.line.saidBy] ?? entry.line.saidBy)],
    [SAID.origin.sensitive, entry.labels.length === 0 ? null : entry.labels.join(", ")],
  ])}</section>
</div>
${documents === null ? null : typeof documents === "string" ? html`<section class="panel panel--list" id="document" aria-labelledby="h-document"><div class="panel__head"><h2 id="h-document">${WORDS.document}</h2></div><p class="said said--grey">${documents}</p></section>` : documents.map((each, index) => documentPanel(context, item.entry, each, index, documents.length))}
${ownRecordPanel(context, entry, mayRelease)}${queriesPanel(context, entry, queries)}
<section class="panel panel--list" aria-labelledby="h-versions"><div class="panel__head"><h2 id="h-versions">${WORDS.versions}</h2></div>${
    versions.length < 2
      ? html`<p class="said">${SAID.sentOnce}</p>`
      : html`<div class="scroll" tabindex="0" role="region" aria-label="${WORDS.rows.table(WORDS.versions)}"><table class="t"><caption class="vh">${WORDS.versions}</caption><thead><tr><th scope="col">${SAID.version}</th><th scope="col">${SAID.received}</th><th scope="col">${WORDS.status}</th><th scope="col">${SAID.whatItSaid}</th><th scope="col">${SAID.message}</th></tr></thead><tbody>${versions.map((version) => html`<tr><th scope="row">${version.version}${version.version === entry.version && html` <span class="tag">${SAID.current}</span>`}</th><td>${dateHtml(version.received)}</td><td>${statusWords({ ...entry, ...version })}</td><td>${saidThen({ ...entry, ...version })}</td><td><code>${version.messageId}</code></td></tr>`)}</tbody></table></div>`
  }</section>
<section class="panel panel--list" aria-labelledby="h-sent"><div class="panel__head"><h2 id="h-sent">${WORDS.asSent}</h2></div><details class="cover"><summary>${SAID.everyField}</summary><div class="scroll" tabindex="0" role="region" aria-label="${WORDS.rows.table(WORDS.asSent)}">${resourceTable(item.resource)}</div></details></section>
<p><a href="${context.base}/objection?item=${entry.id}">${SAID.objects}</a></p>`;
  return recordPage(context, { title: titleOf(item), heading: entry.display, group: categoryOfSection(entry.section).group, slug: "item", main });
}

/** Whom to ask about an entry, so that ringing is a choice (PUR-10): who the source names with it, and the source's own number. */
function askAbout(context: RecordContext, entry: Item["entry"]): Content {
  const { line } = entry;
  const phone = context.phoneOf(entry.organisation);
  const number = (text: string): Html => html`<a href="tel:${text.replace(/\s/g, "")}">${text}</a>`;
  // A personal contact's number is theirs, not their author's.
  const own = line.phone === undefined || entry.type === "RelatedPerson" || entry.type === "Patient" ? null : html`${line.professional ?? line.owner ?? entry.author ?? ""} ${number(line.phone)}${line.hours !== undefined && html` ${line.hours}`}`;
  return html`${own !== null && html`${own}; `}${controllerName(context, entry)} ${phone === null ? WORDS.askSource : number(phone)}`;
}

/** The title of an entry's page holds its section only: titles stay in browser histories. */
function titleOf({ entry }: Item): string {
  return `${WORDS.item}: ${sectionTitle(entry.section)}`;
}

function facts(context: RecordContext, { entry }: Item): Html {
  const { line } = entry;
  const flag = flagOf(entry);
  const date = (text: string | undefined): Content => (text === undefined ? null : dateHtml(text));
  return pairs([
    [SAID.facts.what, html`<strong>${entry.display}</strong>`],
    [SAID.facts.decision, line.decision === undefined ? null : (DECISIONS[line.decision] ?? line.decision)],
    [WORDS.status, statusWords(entry)],
    [WORDS.date, entry.when === null ? WORDS.dateMissing : dateHtml(entry.when)],
    [SAID.facts.value, line.value === undefined && line.components === undefined ? null : valueLine(entry)],
    [SAID.facts.range, line.range],
    [SAID.facts.flag, flag === null ? null : FLAG_WORDS[flag]],
    [SAID.facts.specimen, line.specimen],
    [SAID.facts.reaction, line.reaction],
    [SAID.facts.severity, line.severity],
    [SAID.facts.criticality, line.criticality],
    [SAID.facts.certainty, line.certainty],
    [SAID.facts.dose, line.dose === undefined ? null : doseText(line.dose)],
    [SAID.facts.form, line.form],
    [SAID.facts.route, line.route],
    [SAID.facts.frequency, line.frequency],
    [SAID.facts.quantity, line.quantity],
    [SAID.facts.kind, line.medicineKind === undefined ? line.kind : (MEDICINE_KINDS[line.medicineKind] ?? line.medicineKind)],
    [SAID.facts.start, date(line.start ?? line.onset)],
    [SAID.facts.end, date(line.end)],
    [SAID.facts.side, line.laterality],
    [SAID.facts.site, line.site],
    [SAID.facts.place, line.place],
    [SAID.facts.service, line.service],
    [SAID.facts.professional, [line.professional, line.professionalRole].filter(Boolean).join(", ")],
    [SAID.facts.organisation, line.organisationName],
    [SAID.facts.from, line.from],
    [SAID.facts.to, line.to],
    [SAID.facts.howFar, entry.section !== "referrals" ? null : html`<a href="${context.base}/referral/${entry.id}">${WORDS.follow(entry.display)}</a>`],
    [SAID.facts.urgency, line.urgency],
    [SAID.facts.reason, line.reason],
    [SAID.facts.outcome, line.outcome],
    [SAID.facts.name, line.name],
    [SAID.facts.relationship, line.relationship],
    [SAID.facts.phone, line.phone === undefined ? null : html`<a href="tel:${line.phone.replace(/\s/g, "")}">${line.phone}</a>`],
    [SAID.facts.email, line.email],
    [SAID.facts.address, line.address],
    [SAID.facts.contactOrder, line.rank],
    [SAID.facts.hours, line.hours],
    [SAID.facts.owner, line.owner],
    [SAID.facts.agreed, entry.type !== "CarePlan" ? null : (WORDS.agreement[line.agreedWith as keyof typeof WORDS.agreement] ?? WORDS.agreement[""])],
    [SAID.facts.reviewDue, date(line.reviewDate)],
    [SAID.facts.signedForm, line.locationOfDocument],
    [SAID.facts.category, line.category],
    [SAID.facts.legalStatus, line.legalStatus],
    [SAID.facts.documentType, line.documentType],
    [SAID.facts.file, [mimeWords(line.mime), line.size].filter(Boolean).join(", ")],
    [SAID.facts.product, line.product],
    [SAID.facts.doseNumber, line.doseSequence],
    [SAID.facts.report, line.group],
    [SAID.facts.text, line.text === undefined ? null : html`<span class="pre">${line.text}</span>`],
    [SAID.facts.code, entry.code === null ? null : html`<code>${entry.code}</code> <span class="dim">${entry.codeSystem ?? ""}</span>`],
    [SAID.facts.test, (line.value === undefined && line.components === undefined) || entry.type !== "Observation" ? null : html`<a href="${context.base}/test/${entry.id}">${SAID.allValues}</a>`],
  ]);
}

/** What an earlier version said: enough to see what was corrected. */
function saidThen(then: Item["entry"]): Html {
  const { line } = then;
  const parts: Content[] = [
    then.when === null ? null : dateHtml(then.when),
    line.value === undefined && line.components === undefined ? line.text : valueLine(then),
    line.range === undefined ? null : WORDS.rows.range(line.range),
    line.dose === undefined ? null : doseText(line.dose),
    line.frequency, line.reaction, line.severity, line.place, line.outcome,
    line.start === undefined ? null : SAID.from(dateHtml(line.start)),
    line.end === undefined ? null : SAID.to(dateHtml(line.end)),
  ];
  return html`${then.display}${parts.filter((part) => part !== null && part !== undefined && part !== "").map((part) => html`, ${part}`)}`;
}
