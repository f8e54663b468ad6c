/** A referral followed step by step, and how far each one came, for lists. */
import { dateHtml, html, type Content, type Html } from "#platform";
import type { Entry } from "#record";
import { REFERRAL_STEPS, type Part, type ReferralCourse, type StepFact } from "#sections";
import { dashed } from "./columns.ts";
import { icon } from "./icons.ts";
import { organisationName, organisationShort, recordPage, type RecordContext, type RecordPage } from "./record-page.ts";
import { itemHref, recordedOf, statusWords, whenOf } from "./rows.ts";
import { headlineOf } from "./state.ts";
import { WORDS } from "./words/index.ts";

const SAID = WORDS.referralFacts;

/** `parts`: the sections in which steps are told, for what may be missing from them. */
export function referralPage(context: RecordContext, course: ReferralCourse, parts: readonly Part[]): RecordPage {
  const { lead, entries, facts, papers } = course;
  for (const entry of [...entries, ...papers]) context.shown.entry(entry);
  const { line } = lead;
  const steps = REFERRAL_STEPS.map((step) => {
    const mine = facts.filter((fact) => fact.step === step);
    return html`<li class="step${mine.length === 0 && html` step--open`}"><h3 class="h3">${WORDS.steps[step]}</h3>${mine.length === 0 ? html`<p class="said said--grey">${icon("dash")}${WORDS.notTold}</p>` : html`<ul class="facts">${mine.map((fact) => told(context, fact))}</ul>`}</li>`;
  });
  const ended = facts.filter(({ step }) => step === "ended");
  const cautions = [...new Set(parts.flatMap(({ headline }) => [...(headline.complete || headline.statement === null ? [] : [headline.statement]), ...headline.cautions]))];
  const main = html`<p class="hint"><a href="${context.base}/referrals">${WORDS.allReferrals}</a></p>
<section class="panel panel--list" aria-labelledby="h-referral"><div class="panel__head"><h2 id="h-referral">${WORDS.referral}</h2></div><dl class="pairs">${pair(SAID.from, line.from ?? WORDS.notSaid)}${pair(SAID.to, line.to ?? line.service ?? WORDS.notSaid)}${pair(SAID.reason, line.reason)}${pair(SAID.urgency, line.urgency)}${pair(SAID.written, line.text)}${pair(SAID.entries, html`${entries.map((entry, index) => html`${index > 0 ? "; " : null}<a href="${itemHref(context, entry)}">${organisationName(context, entry)}</a> ${statusWords(entry).toLowerCase()}, ${recordedOf(entry)}`)}`)}</dl></section>
<section class="panel panel--list" aria-labelledby="h-steps"><div class="panel__head"><h2 id="h-steps">${WORDS.stepByStep}</h2></div>${ended.length > 0 && html`<div class="said said--amber">${icon("warn")}<ul class="facts">${ended.map((fact) => told(context, fact))}</ul></div>`}<ol class="course">${steps}</ol>${headlineOf({ tone: "grey", positives: 1, statement: null, cautions, disagree: false, complete: true, unsent: [] })}</section>
${papers.length > 0 && html`<section class="panel panel--list" aria-labelledby="h-papers"><div class="panel__head"><h2 id="h-papers">${WORDS.papers}</h2></div><ul class="facts">${papers.map((entry) => html`<li><span class="fact">${whenOf(entry)} <a href="${itemHref(context, entry)}">${entry.display}</a></span> <span class="src">${organisationShort(context, entry)}</span></li>`)}</ul></section>`}`;
  return recordPage(context, { title: WORDS.referralFollowed, heading: `${WORDS.referral}: ${lead.display}`, group: "care", slug: "referrals", main });
}

const pair = (name: string, value: Content): Html | null => (value === undefined || value === null || value === "" ? null : html`<div><dt>${name}</dt><dd>${value}</dd></div>`);

function told(context: RecordContext, fact: StepFact): Html {
  const { entry, when, who, words, failed } = fact;
  context.shown.entry(entry);
  const { line } = entry;
  const booked = fact.step === "appointment" ? html`${WORDS.forWhen} ${line.start === undefined ? whenOf(entry, false) : dateHtml(line.start)}` : null;
  return html`<li><span class="fact">${failed && icon("warn")}${when === null ? html`${WORDS.received} ${dateHtml(entry.received)}` : dateHtml(when)} ${dashed([words === null ? null : html`<strong>${words}</strong>`, booked, fact.step === "appointment" || fact.step === "seen" ? line.place : null, who])}</span> <span class="src"><a href="${itemHref(context, entry)}">${organisationName(context, entry)}<span class="vh">: ${WORDS.steps[fact.step]}</span></a></span></li>`;
}

/** How far a referral came, for its row in a list. */
export function lastStepHtml(context: Pick<RecordContext, "base">, { last, lead }: ReferralCourse): Html {
  const href = `${context.base}/referral/${lead.id}`;
  return html`<a href="${href}">${last === null ? WORDS.notTold : html`${last.words !== null && (last.failed || last.step === "ended") ? last.words : WORDS.steps[last.step]}${last.when !== null && html`, ${dateHtml(last.when, true)}`}`}<span class="vh">: ${WORDS.follow(lead.display)}</span></a>`;
}

/** The last steps of a list's rows by the id of every entry of theirs. */
export function stepsByEntry(context: RecordContext, courses: readonly ReferralCourse[]): ReadonlyMap<Entry["id"], Html> {
  return new Map(
    courses.flatMap((course) => {
      // The step is told by an entry that the list may not hold.
      if (course.last !== null) context.shown.entry(course.last.entry);
      const words = lastStepHtml(context, course);
      return course.entries.map((entry) => [entry.id, words] as const);
    }),
  );
}
