import assert from "node:assert/strict";
import test from "node:test";
import { decisionFor, entry, NOW, rowsOf, sampleEntries, sampleInputs, sampleSources } from "#test/sample-person.ts";
import { SECTIONS, type SectionId } from "#standards";
import { summaryViewOf } from "#governance";
import { demographicsOf, initialsOf } from "./demographics.ts";
import { seriesOf } from "./results.ts";
import { summaryOf } from "./summary.ts";

test("the summary comes in its fixed order", () => {
  assert.deepEqual(Object.keys(summaryOf(sampleInputs())), ["view", "demographics", "strip", "allergies", "escalation", "alerts", "medicines", "changed", "now", "problems", "results", "documents", "plans", "about", "needs"]);
});

test("U1 the heavy person: five allergies, a decision, the alerts and twelve medicines and more", () => {
  const summary = summaryOf(sampleInputs());
  assert.equal(summary.allergies.rows.length, 5);
  assert.equal(summary.allergies.rows[0]!.lead.display, "Penicillin");
  assert.equal(summary.escalation.rows[0]!.lead.line.decision, "dnacpr");
  assert.equal(summary.medicines.rows.length, 12);
  assert.equal(summary.medicines.further, 3);
  assert.deepEqual(summary.medicines.rows.filter(({ outcome }) => outcome === "differs").map(({ lead }) => lead.display), ["Bisoprolol"]);
});

test("two decisions on resuscitation are both shown and marked", () => {
  const inputs = sampleInputs({}, [...sampleEntries(), entry("end-of-life", "RXA01", "For attempted cardiopulmonary resuscitation", { decision: "for-cpr" }, { when: "2026-10-01" })]);
  const { escalation } = summaryOf(inputs);
  assert.equal(escalation.twoDecisions, true);
  assert.deepEqual(escalation.rows.slice(0, 2).map(({ lead }) => lead.line.decision).toSorted(), ["dnacpr", "for-cpr"]);
  assert.equal(summaryOf(sampleInputs()).escalation.twoDecisions, false);
});

test("the strip counts who answered and names who did not", () => {
  const { strip } = summaryOf(sampleInputs());
  assert.deepEqual([strip.answered, strip.expected, strip.heldApart], [7, 8, 1]);
  assert.deepEqual(strip.troubled.map(({ organisationName }) => organisationName), ["South Coast Ambulance", "County Adult Social Care"]);
});

test("a source that has never sent anything is named, and is not counted as having answered", () => {
  const inputs = sampleInputs();
  const sources = inputs.sources.map((source, index) => (index === 0 ? { ...source, feeds: source.feeds.map((feed) => ({ ...feed, lastReceived: null })) } : source));
  const { strip } = summaryOf({ ...inputs, sources });
  assert.deepEqual([strip.answered, strip.expected], [6, 8]);
  assert.ok(strip.troubled.some(({ organisationName, lastCopy }) => organisationName === sources[0]!.organisationName && lastCopy === null));
});

test("words on withholding depend on role and policy, never on the data", () => {
  const sections = new Set<SectionId>(SECTIONS.map(({ id }) => id).filter((id) => id !== "safeguarding"));
  const decision = decisionFor({ sections, mayWithhold: new Set<SectionId>(["documents"]) });
  const without = sampleEntries().filter(({ section }) => section !== "safeguarding");
  const one = summaryOf(sampleInputs({ decision }));
  const other = summaryOf(sampleInputs({ decision }, without));
  assert.deepEqual(one.alerts.headline, other.alerts.headline);
  assert.equal(one.alerts.total, other.alerts.total);
  assert.deepEqual(one.alerts.states.filter(({ section }) => section === "safeguarding"), other.alerts.states.filter(({ section }) => section === "safeguarding"));
  assert.ok(one.alerts.headline.cautions.includes("Safeguarding: Not shown for your role"));
  assert.equal(one.strip.roleLimited, true);
});

test("with nothing on record every part says why, and none says there is nothing", () => {
  const summary = summaryOf(sampleInputs({ rows: rowsOf([]), changedSince: [] }, []));
  for (const part of [summary.allergies, summary.escalation, summary.alerts, summary.medicines, summary.now, summary.problems, summary.results, summary.documents, summary.about]) {
    assert.ok(part.headline.statement !== null && part.headline.statement !== "");
    assert.ok(part.states.length > 0);
  }
});

test("REC-01 demographics: what sources disagree about is named, with every value", () => {
  const demographics = demographicsOf(sampleSources());
  assert.deepEqual(demographics.disagreements.map(({ id }) => id), ["given", "address", "phone", "gpPractice"]);
  assert.equal(demographics.facts.nhsNumber.values.length, 6);
  assert.equal(initialsOf(demographics), "J.S.");
});

test("REC-01 a superseded number is the same number: the one that stands today leads, nothing disagrees, and what was sent stays", () => {
  const [first, ...others] = sampleSources();
  const old = "9434765870";
  const sources = [{ ...first!, sourcePatients: first!.sourcePatients.map((patient) => ({ ...patient, nhsNumberNow: patient.nhsNumber!, nhsNumber: old, lastReceived: new Date("2099-01-01") })) }, ...others];
  const { nhsNumber } = demographicsOf(sources).facts;
  assert.equal(nhsNumber.lead!.value, demographicsOf(sampleSources()).facts.nhsNumber.lead!.value);
  assert.equal(nhsNumber.disagree, false);
  assert.ok(nhsNumber.values.some(({ value }) => value === old));
});

test("a death is shown whoever reports it, with or without its date, and is never outvoted", () => {
  const dying = (dateOfDeath: string | null) => (source: ReturnType<typeof sampleSources>[number], index: number) => (index === 2 ? { ...source, sourcePatients: source.sourcePatients.map((patient) => ({ ...patient, dateOfDeath })) } : source);
  const undated = sampleSources().map(dying(""));
  assert.equal(demographicsOf(undated).facts.dateOfDeath.lead!.value, "date not given");
  assert.equal(demographicsOf(sampleSources().map(dying("2026-11-19"))).facts.dateOfDeath.lead!.value, "2026-11-19");
  assert.equal(demographicsOf(sampleSources()).facts.dateOfDeath.lead, null);
});

test("REC-16 a series keeps one unit, its own text, and words are counted and not drawn", () => {
  const value = (text: string, unit: string, when: string): ReturnType<typeof entry> => entry("results", "A", "CRP", { value: text, unit }, { when, code: "1" });
  const series = seriesOf([value("0.10", "mg/L", "2026-01-01"), value("<5", "mg/L", "2026-02-01"), value("7", "mmol/L", "2026-03-01")]);
  assert.equal(series.length, 2);
  const milligrams = series.find(({ latest }) => latest.line.unit === "mg/L")!;
  assert.deepEqual([milligrams.latest.line.value, milligrams.previous!.line.value, milligrams.points.length, milligrams.undrawn], ["<5", "0.10", 1, 1]);
});

test("the view model of a heavy person is built within its share of a millisecond", () => {
  const inputs = sampleInputs();
  for (let index = 0; index < 300; index++) summaryOf(inputs);
  const start = process.cpuUsage();
  for (let index = 0; index < 300; index++) summaryOf(inputs);
  const { user, system } = process.cpuUsage(start);
  assert.ok((user + system) / 300 < 3000, `${(user + system) / 300} µs`);
  assert.equal(inputs.now, NOW);
});

test("a role's view orders the lower half and leaves no part out; the fixed parts do not move", () => {
  const view = summaryViewOf({ usual: { order: ["changed", "now", "problems", "results", "documents", "plans", "about"] }, roles: { pharmacist: { order: ["results"], results: ["creatinine"] } } }, "pharmacist");
  assert.deepEqual(view.order, ["results", "changed", "now", "problems", "documents", "plans", "about"]);
  const summary = summaryOf(sampleInputs({ view }));
  assert.match(summary.results.series[0]!.latest.display, /creatinine/i);
  assert.equal(summary.results.series.length, summaryOf(sampleInputs()).results.series.length);
});
