/** The markup of one case. */
import type { Region } from "#governance";
import type { DescribedPerson } from "#identity";
import {
  askedOf, contactOf, decidersOf, dueOf, isCarried, isEnded, isIdentified, isOverdue, lettersFor, nextSteps, partsOf, receivedAt, referenceOf, reviewerOf, reviewOf, standsAt, stateOf,
  type CaseStep, type CaseStepName, type KeptLetter, type ObjectionCase, type SafetyAssessment,
} from "#objections";
import { dateHtml, html, type Content, type Html, type Refusal } from "#platform";
import { formatNhsNumber } from "#standards";
import { scopeFields } from "../../objections/scope-fields.ts";
import type { Form } from "../officer.ts";
import { mark, table } from "../words.ts";
import { faultLine, tokenOf, type ObjectionsOfficer } from "./officer.ts";
import { CHANNELS, EFFECT, HOW, LETTER_NAMES, SAFE_CARE, scopeWords, STEPS } from "./words.ts";

export type CaseView = {
  readonly region: Region;
  readonly officer: ObjectionsOfficer;
  readonly objection: ObjectionCase;
  readonly person: DescribedPerson | null;
  /** Other persons who hold the same case by a link. */
  readonly others: readonly DescribedPerson[];
  readonly letters: readonly KeptLetter[];
  readonly now: Date;
  readonly fault: Refusal | null;
  readonly fields: NonNullable<Form>;
  readonly isDone: boolean;
};

const hrefOf = ({ objection }: Pick<CaseView, "objection">): string => `/office/objections/case/${objection.personId}/${objection.objectionId}`;

export function casePage(view: CaseView): Html {
  const { region, officer, objection, person } = view;
  const contact = contactOf(objection);
  const review = reviewOf(objection);
  const late = isOverdue(region, objection, view.now);
  const facts: readonly (readonly [string, Content])[] = [
    ["Person", person === null ? "joined with another record" : html`${person.family.toUpperCase()}, ${person.given}, born ${person.dateOfBirth === "" ? "not recorded" : dateHtml(person.dateOfBirth, true)}, NHS number ${person.nhsNumber === null ? "none" : html`<span class="nobr">${formatNhsNumber(person.nhsNumber)}</span>`}`],
    ["Asked for", scopeWords(region, askedOf(objection))],
    ["In force for readers", html`<strong>${EFFECT[stateOf(objection)]}</strong>: ${scopeWords(region, partsOf(objection))}`],
    ["Received", html`${dateHtml(receivedAt(objection))}, ${CHANNELS[String(objection.steps[0]!.details["channel"]) as keyof typeof CHANNELS] ?? "in another way"}`],
    ["Answer due", html`${dateHtml(dueOf(region, objection), true)} ${late && mark("bad", "late")}`],
    ...(review === null ? [] : [["Review", dateHtml(review, true)] as const]),
    ["Reaching the person safely", html`${contact.name}: ${contact.where === "" ? "not said" : contact.where} ${contact.doNotWrite && html`<span class="tag tag--differs">nothing may be sent</span>`}`],
    ["Harm described", html`<span class="pre">${objection.steps[0]!.words}</span>`],
  ];
  return html`<p><a href="/office/objections">Objections</a></p><h1 class="h1">Objection ${referenceOf(objection)}: ${STEPS[standsAt(objection)]}</h1>
${view.isDone && html`<p class="said said--plain" role="status">Done. What readers see follows at their next request.</p>`}${faultLine(view.fault)}
<section class="panel panel--list" aria-labelledby="h-facts"><h2 id="h-facts">The case</h2><dl class="pairs">${facts.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl></section>
${isCarried(objection) && carried(view)}
${officer.side === "clinician" ? clinician(view) : office(view)}
${letters(view)}
<section class="panel panel--list" aria-labelledby="h-steps"><h2 id="h-steps">Every step</h2>${table("Steps of this case, the first first", ["When", "Step", "By", "What was said"], objection.steps.map((each) => html`<tr><td>${dateHtml(each.at)}</td><th scope="row">${STEPS[each.step]}${each.carriedFrom !== null && html` <span class="dim">carried by a link</span>`}</th><td>${each.by.name}</td><td><span class="pre">${each.words}</span>${details(view, each)}</td></tr>`))}</section>`;
}

function details({ region, objection }: CaseView, { step, details: held, parts }: CaseStep): Content {
  if (typeof held["how"] === "string") return html`<br><span class="dim">Checked: ${held["how"]}</span>`;
  if (typeof held["from"] === "string") return html`<br><span class="dim">Asked: ${held["from"]}</span>`;
  if (step === "review-asked") return html`<span class="dim">Put to ${(held["reviewer"] as { name: string }).name}</span>`;
  if (step === "safety-assessed") return assessmentOf(held["assessment"] as SafetyAssessment);
  const signed = held["decider"] as { roleName: string; organisationName: string; registration: string } | undefined;
  if (signed !== undefined) return html`<br><span class="dim">${signed.roleName}, ${signed.organisationName}, ${signed.registration}. About: ${scopeWords(region, parts)}. Review on ${dateHtml(String(held["reviewOn"]), true)}</span>`;
  if (step === "reviewed") return html`<br><span class="dim">Next review on ${dateHtml(String(held["reviewOn"]), true)}</span>`;
  return step === "lodged" ? html`<br><span class="dim">About: ${scopeWords(region, askedOf(objection))}</span>` : null;
}

const assessmentOf = (each: SafetyAssessment): Html => html`<dl class="pairs">${([["Is safe care still possible?", SAFE_CARE[each.safeCare]], ["Allergies", each.allergies], ["Anticoagulants and other risks of treatment", each.anticoagulants], ["Emergencies", each.emergencies], ["Others who depend on it", each.others], ["Measures", each.measures === "" ? "none" : each.measures]] as const).map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;

// -- forms ---------------------------------------------------------------------

const value = (view: CaseView, name: string): string => view.fields[name] ?? "";
const words = (view: CaseView, id: string, label: string, rows = 2): Html => html`<div class="nhsuk-form-group"><label class="nhsuk-label" for="${id}">${label}</label><textarea class="nhsuk-textarea" id="${id}" name="words" rows="${rows}" maxlength="4000">${value(view, "words")}</textarea></div>`;
const select = (id: string, name: string, label: string, options: readonly { value: string; words: string }[], chosen: string): Html => html`<div class="nhsuk-form-group"><label class="nhsuk-label" for="${id}">${label}</label><select class="nhsuk-select" id="${id}" name="${name}"><option value="">choose</option>${options.map((each) => html`<option value="${each.value}"${each.value === chosen ? html` selected` : null}>${each.words}</option>`)}</select></div>`;
const day = (view: CaseView, id: string, label: string): Html => html`<div class="nhsuk-form-group"><label class="nhsuk-label" for="${id}">${label}</label><input class="nhsuk-input nhsuk-input--width-10" id="${id}" name="reviewOn" type="date" value="${value(view, "reviewOn")}"></div>`;
const form = (view: CaseView, step: CaseStepName, title: string, button: string, inside: Content, isWarning = false): Html =>
  html`<form class="panel panel--form" method="post" action="${hrefOf(view)}/${step}" novalidate aria-labelledby="h-${step}">${tokenOf(view.officer)}<h2 class="h2" id="h-${step}">${title}</h2>${inside}<button class="nhsuk-button${isWarning && html` nhsuk-button--warning`}" type="submit">${button}</button></form>`;
const HOW_OPTIONS = HOW.map((each) => ({ value: each, words: each }));

function office(view: CaseView): Content {
  const { objection, region } = view;
  const may = new Set(nextSteps(objection));
  const clinicians = decidersOf(region).map((each) => ({ value: each.id, words: `${each.name}, ${each.roleName}, ${each.organisationName}` }));
  return html`${may.has("identity-confirmed") && form(view, "identity-confirmed", "Is it really this person who objects?", "Confirm the identity", html`<p class="hint">Whoever could object for somebody else could blank their record. Keep how you know.</p>${select("how", "how", "How it was checked", HOW_OPTIONS, value(view, "how"))}${words(view, "words", "What was seen or heard")}<fieldset class="nhsuk-fieldset"><legend class="nhsuk-fieldset__legend nhsuk-fieldset__legend--s">Hold back meanwhile?</legend><div class="nhsuk-radios nhsuk-radios--small nhsuk-radios--inline"><div class="nhsuk-radios__item"><input class="nhsuk-radios__input" id="restrict-yes" name="restrict" type="radio" value="yes" checked><label class="nhsuk-label nhsuk-radios__label" for="restrict-yes">Yes, at once</label></div><div class="nhsuk-radios__item"><input class="nhsuk-radios__input" id="restrict-no" name="restrict" type="radio" value="no"><label class="nhsuk-label nhsuk-radios__label" for="restrict-no">No, the person does not want it</label></div></div></fieldset>`)}
${may.has("not-identified") && fold("Close: nobody can be identified", form(view, "not-identified", "Close without an identity", "Close the case", words(view, "words-not-identified", "What was tried")))}
${may.has("interim") && isIdentified(objection) && form(view, "interim", "Hold back while it is considered", "Hold back now", words(view, "words-interim", "Why now"))}
${may.has("review-asked") && form(view, "review-asked", "Put it to a clinician", "Ask this clinician to decide", html`${select("reviewer", "reviewer", "Who is to decide", clinicians, value(view, "reviewer"))}${words(view, "words-review", "What they should know (optional)")}`)}
${may.has("information-received") && form(view, "information-received", "What was answered", "Keep the answer", words(view, "words-received", "The answer"))}
${may.has("information-requested") && fold("Ask for information", askForm(view))}
${may.has("reviewed") && form(view, "reviewed", "Review", "Keep the review", html`<p class="hint">Still as decided? Keep that, with the next day. Otherwise put it to a clinician again.</p>${day(view, "reviewOn", "Next review")}${words(view, "words-reviewed", "What was found")}`)}
${may.has("withdrawn") && fold("The person takes it back", form(view, "withdrawn", "Take back at the person's wish", "Record that it is taken back", html`${select("how-withdrawn", "how", "How it was checked that it is the person", HOW_OPTIONS, value(view, "how"))}${words(view, "words-withdrawn", "What they said")}`, true))}`;
}

const fold = (summary: string, inside: Html): Html => html`<details class="cover"><summary>${summary}</summary>${inside}</details>`;
const askForm = (view: CaseView): Html => form(view, "information-requested", "Ask for information", "Keep the question", html`<div class="nhsuk-form-group"><label class="nhsuk-label" for="from">Who is asked</label><input class="nhsuk-input" id="from" name="from" type="text" maxlength="200" autocomplete="off" value="${value(view, "from")}"></div>${words(view, "words-ask", "The question, as the letter says it")}`);

function clinician(view: CaseView): Content {
  const { objection, region, officer } = view;
  if (reviewerOf(objection)?.id !== officer.actor.id || isEnded(objection)) return html`<p class="said said--grey">Nothing is asked of you here now.</p>`;
  const may = new Set(nextSteps(objection));
  const area = (name: keyof SafetyAssessment, label: string, hint: string): Html => html`<div class="nhsuk-form-group"><label class="nhsuk-label" for="${name}">${label}</label><div class="nhsuk-hint" id="${name}-hint">${hint}</div><textarea class="nhsuk-textarea" id="${name}" name="${name}" rows="2" maxlength="2000" aria-describedby="${name}-hint">${value(view, name)}</textarea></div>`;
  return html`${may.has("safety-assessed") && standsAt(objection) === "review-asked" && form(view, "safety-assessed", "Safety assessment", "Keep the assessment", html`<p class="hint">Before any decision. Look in your own system, speak with the person. Answer each in words; "none known" is an answer, silence is not.</p>
${select("safeCare", "safeCare", "Is safe individual care still possible without sharing?", Object.entries(SAFE_CARE).map(([id, each]) => ({ value: id, words: each })), value(view, "safeCare"))}
${area("allergies", "Allergies", "Severe ones that others would not know of")}${area("anticoagulants", "Anticoagulants and other risks of treatment", "Insulin, steroids, implants, difficult airway")}${area("emergencies", "Emergencies", "What the person understands and accepts; decisions on resuscitation")}${area("others", "Others", "Children or adults who depend on it; safeguarding")}${area("measures", "Measures that make it safe", "For example a card that the person carries; empty where there are none")}`)}
${may.has("upheld") && decisionForms(view)}
${may.has("information-requested") && fold("Ask for information first", askForm(view))}
${!may.has("safety-assessed") && !may.has("upheld") && html`<p class="said said--plain">You have decided. ${region.title} acts on it at once; the office writes to the person.</p>`}`;
}

function decisionForms(view: CaseView): Html {
  const { objection, region } = view;
  return html`<p class="hint">One decision, in your name and with your registration. Uphold unless there are compelling legitimate grounds to go on sharing that weigh more than the person's interests. ${region.rules.objections.emergencies === "closed" ? "Upheld closes for everybody, emergencies included." : "Upheld closes for everybody; to protect life it can be opened by an act that is logged and told to the person."}</p>
${form(view, "upheld", "Uphold", "Uphold the objection", html`${words(view, "words-upheld", "Reasons, as the person will read them", 3)}${day(view, "review-upheld", "Review on")}`)}
${fold("Uphold a part", form(view, "partly-upheld", "Uphold a part", "Uphold this part", html`<p class="hint">Less than was asked, never more: ${scopeWords(region, askedOf(objection))}.</p>${scopeFields(region, askedOf(objection).filter((each) => each.kind !== "everything"), askedOf(objection).find((each) => each.kind === "item")?.itemId ?? null)}${words(view, "words-partly", "Reasons, as the person will read them", 3)}${day(view, "review-partly", "Review on")}`))}
${fold("Do not uphold", form(view, "not-upheld", "Do not uphold", "Do not uphold", html`${words(view, "words-not", "Compelling legitimate grounds, as the person will read them", 3)}${day(view, "review-not", "Review on")}`, true))}`;
}

function carried(view: CaseView): Html {
  const { others, officer } = view;
  return html`<section class="panel panel--conflict" aria-labelledby="h-carried"><h2 id="h-carried">This objection was carried here by a link: does it hold for this person?</h2>
<p>Records were joined or taken apart. The stricter holds on both sides until you say. ${others.length > 0 && html`It also stands with ${others.map((each, index) => html`${index > 0 ? ", " : null}<a href="/office/objections/case/${each.personId}/${view.objection.objectionId}">${each.family.toUpperCase()}, ${each.given}, born ${each.dateOfBirth === "" ? "not recorded" : dateHtml(each.dateOfBirth, true)}</a>`)}.`}</p>
${officer.side === "office" && html`${form(view, "carry-kept", "It holds for this person", "It holds", words(view, "words-kept", "How you know"))}${form(view, "carry-ended", "It is not this person's", "End it here", html`<p class="hint">This person's record opens again. The case goes on where it belongs.</p>${words(view, "words-ended", "How you know")}`, true)}`}</section>`;
}

function letters(view: CaseView): Content {
  const { objection, officer } = view;
  const contact = contactOf(objection);
  if (officer.side !== "office") return null;
  return html`<section class="panel panel--list" aria-labelledby="h-letters"><h2 id="h-letters">Letters</h2>
${contact.doNotWrite && html`<p class="said said--amber">The person said that nothing may be sent. Give letters by hand, or read them out.</p>`}
${view.letters.length === 0 ? html`<p>None made yet.</p>` : table("Letters, the newest first", ["Letter", "Made", "Sent"], view.letters.map((each) => html`<tr><th scope="row"><a href="/office/objections/letter/${each.personId}/${each.objectionId}/${each.letterId}">${LETTER_NAMES[each.kind]}<span class="vh">, made ${each.madeAt.toISOString()}</span></a></th><td>${dateHtml(each.madeAt)}, ${each.madeByName}</td><td>${each.sent === null ? "not yet" : html`${dateHtml(each.sent.at)}, ${each.sent.byName}: ${each.sent.how}`}</td></tr>`))}
<form class="row" method="post" action="${hrefOf(view)}/letter">${tokenOf(officer)}<label class="nhsuk-label" for="kind">Make a letter</label><select class="nhsuk-select" id="kind" name="kind">${lettersFor(objection).toReversed().map((kind) => html`<option value="${kind}">${LETTER_NAMES[kind]}</option>`)}</select><button class="nhsuk-button nhsuk-button--secondary nhsuk-button--small" type="submit">Make</button></form></section>`;
}
