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

/** The page of one entry with its documents, or why it has none; `null` where none is expected. */
export function itemPage(context: RecordContext, item: Item, documents: readonly ShownDocument[] | string | null, queries: readonly AnsweredQuery[], mayRelease: true | Refusal): RecordPage {
  const { entry, message, versions } = item;
  context.shown.entry(entry);
  const main = html`
<p class="hint"><a href="${context.base}/${pageOfSection(entry.section)}">${sectionTitle(entry.section)}</a></p>
${isOfDoubted(context, entry) && html`<p class="said said--amber"><strong>Doubtful</strong>: a reader has said that this record is somebody else's. It is shown because it protects the person if it is theirs.</p>`}
<div class="grid">
<section class="panel" aria-labelledby="h-facts"><div class="panel__head"><h2 id="h-facts">${WORDS.facts}</h2></div>${facts(context, item)}</section>
<section class="panel" aria-labelledby="h-origin"><div class="panel__head"><h2 id="h-origin">${WORDS.origin}</h2></div>${pairs([
    ["Created", isCreatedHere(context, entry) ? WORDS.createdHere : null],
    [isCreatedHere(context, entry) ? "Controller" : "Organisation", controllerName(context, entry)],
    ["Author", entry.author ?? WORDS.authorMissing],
    [WORDS.askAbout, askAbout(context, entry)],
    ["Recorded", entry.recorded === null ? "the source does not say" : dateHtml(entry.recorded)],
    ["Received here", dateHtml(message.receivedAt)],
    ["Feed", message.feedTitle],
    ["Message", html`<code>${message.controlId ?? message.messageId}</code>`],
    ["Format", message.format],
    ["Sent by", message.organisationName],
    ["Version", `${entry.version}`],
    ["Kind of statement", entry.line.opinion === true ? "Opinion of its author" : null],
    ["Said by", entry.line.saidBy === undefined ? null : (SAID_BY[entry.line.saidBy] ?? entry.line.saidBy)],
    ["Sensitive", entry.labels.length === 0 ? null : entry.labels.join(", ")],
  ])}</section>
</div>
${documents === null ? null : typeof documents === "string" ? html`<section class="panel panel--list" id="document" aria-labelledby="h-document"><div class="panel__head"><h2 id="h-document">${WORDS.document}</h2></div><p class="said said--grey">${documents}</p></section>` : documents.map((each, index) => documentPanel(context, item.entry, each, index, documents.length))}
${ownRecordPanel(context, entry, mayRelease)}${queriesPanel(context, entry, queries)}
<section class="panel panel--list" aria-labelledby="h-versions"><div class="panel__head"><h2 id="h-versions">${WORDS.versions}</h2></div>${
    versions.length < 2
      ? html`<p class="said">The source has sent this entry once and has not changed it since.</p>`
      : html`<div class="scroll" tabindex="0" role="region" aria-label="${WORDS.versions}, table"><table class="t"><caption class="vh">${WORDS.versions}</caption><thead><tr><th scope="col">Version</th><th scope="col">Received</th><th scope="col">${WORDS.status}</th><th scope="col">What it said</th><th scope="col">Message</th></tr></thead><tbody>${versions.map((version) => html`<tr><th scope="row">${version.version}${version.version === entry.version && html` <span class="tag">current</span>`}</th><td>${dateHtml(version.received)}</td><td>${statusWords({ ...entry, ...version })}</td><td>${saidThen({ ...entry, ...version })}</td><td><code>${version.messageId}</code></td></tr>`)}</tbody></table></div>`
  }</section>
<section class="panel panel--list" aria-labelledby="h-sent"><div class="panel__head"><h2 id="h-sent">${WORDS.asSent}</h2></div><details class="cover"><summary>Show every field of the entry</summary><div class="scroll" tabindex="0" role="region" aria-label="${WORDS.asSent}, table">${resourceTable(item.resource)}</div></details></section>
<p><a href="${context.base}/objection?item=${entry.id}">The person objects to sharing this entry</a></p>`;
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
    ["What", html`<strong>${entry.display}</strong>`],
    ["Decision", line.decision === undefined ? null : (DECISIONS[line.decision] ?? line.decision)],
    [WORDS.status, statusWords(entry)],
    [WORDS.date, entry.when === null ? WORDS.dateMissing : dateHtml(entry.when)],
    ["Value", line.value === undefined && line.components === undefined ? null : valueLine(entry)],
    ["Range", line.range],
    ["Flag", flag === null ? null : FLAG_WORDS[flag]],
    ["Specimen", line.specimen],
    ["Reaction", line.reaction],
    ["Severity", line.severity],
    ["Criticality", line.criticality],
    ["Certainty", line.certainty],
    ["Dose", line.dose === undefined ? null : doseText(line.dose)],
    ["Form", line.form],
    ["Route", line.route],
    ["Frequency", line.frequency],
    ["Quantity", line.quantity],
    ["Kind", line.medicineKind === undefined ? line.kind : (MEDICINE_KINDS[line.medicineKind] ?? line.medicineKind)],
    ["Start", date(line.start ?? line.onset)],
    ["End", date(line.end)],
    ["Side", line.laterality],
    ["Site", line.site],
    ["Place", line.place],
    ["Service", line.service],
    ["Professional", [line.professional, line.professionalRole].filter(Boolean).join(", ")],
    ["Organisation", line.organisationName],
    ["From", line.from],
    ["To", line.to],
    ["How far it came", entry.section !== "referrals" ? null : html`<a href="${context.base}/referral/${entry.id}">${WORDS.follow(entry.display)}</a>`],
    ["Urgency", line.urgency],
    ["Reason", line.reason],
    ["Outcome", line.outcome],
    ["Name", line.name],
    ["Relationship", line.relationship],
    ["Phone", line.phone === undefined ? null : html`<a href="tel:${line.phone.replace(/\s/g, "")}">${line.phone}</a>`],
    ["Email", line.email],
    ["Address", line.address],
    ["Contact order", line.rank],
    ["Hours", line.hours],
    ["Owner", line.owner],
    ["Agreed", entry.type !== "CarePlan" ? null : (WORDS.agreement[line.agreedWith as keyof typeof WORDS.agreement] ?? WORDS.agreement[""])],
    ["Review due", date(line.reviewDate)],
    ["Signed form", line.locationOfDocument],
    ["Category", line.category],
    ["Legal status", line.legalStatus],
    ["Document type", line.documentType],
    ["File", [mimeWords(line.mime), line.size].filter(Boolean).join(", ")],
    ["Product", line.product],
    ["Dose number", line.doseSequence],
    ["Report", line.group],
    ["Text", line.text === undefined ? null : html`<span class="pre">${line.text}</span>`],
    ["Code", entry.code === null ? null : html`<code>${entry.code}</code> <span class="dim">${entry.codeSystem ?? ""}</span>`],
    ["Test", (line.value === undefined && line.components === undefined) || entry.type !== "Observation" ? null : html`<a href="${context.base}/test/${entry.id}">All values of this test</a>`],
  ]);
}

/** What an earlier version said: enough to see what was corrected. */
function saidThen(then: Item["entry"]): Html {
  const { line } = then;
  const parts: Content[] = [
    then.when === null ? null : dateHtml(then.when),
    line.value === undefined && line.components === undefined ? line.text : valueLine(then),
    line.range === undefined ? null : `range ${line.range}`,
    line.dose === undefined ? null : doseText(line.dose),
    line.frequency, line.reaction, line.severity, line.place, line.outcome,
    line.start === undefined ? null : html`from ${dateHtml(line.start)}`,
    line.end === undefined ? null : html`to ${dateHtml(line.end)}`,
  ];
  return html`${then.display}${parts.filter((part) => part !== null && part !== undefined && part !== "").map((part) => html`, ${part}`)}`;
}
