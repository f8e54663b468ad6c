import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { isRegionFaults, loadRegion } from "#governance";
import { isRefusal } from "#platform";
import { lodged, OFFICER, stepsTo } from "#test/objected.ts";
import { dueOf, isOverdue, isRequestForm, letterFaults, LETTERS, lettersFor, newReference, readRequest, takeNext, writeLetter, type CaseAct, type CaseStep, type ObjectionCase } from "./index.ts";

const loaded = loadRegion("regions/kent-medway");
assert.ok(!isRegionFaults(loaded));
const region = loaded;
const at = new Date("2026-11-25T23:30:00Z");

function caseOf(acts: readonly CaseAct[], contact = { name: "Ann Example", where: "c/o the practice", doNotWrite: false }): ObjectionCase {
  let objection: ObjectionCase = { personId: "p", objectionId: "o", steps: [takeNext(null, { ...lodged([{ kind: "organisation", odsCode: "RVV" }, { kind: "item", itemId: "a".repeat(64) }]), contact }, OFFICER, at) as CaseStep] };
  for (const act of acts) {
    const step = takeNext(objection, act, OFFICER, at);
    if (isRefusal(step)) assert.fail(step.message);
    objection = { ...objection, steps: [...objection.steps, step] };
  }
  return objection;
}

test("OPT-04 every letter can be written, fills every place, and says what it must; a pack that leaves something out does not start", () => {
  assert.deepEqual(letterFaults(region), []);
  const asked: CaseAct = { step: "information-requested", from: "the person", words: "Which hospital do you mean?" };
  const cases: Readonly<Record<(typeof LETTERS)[number], ObjectionCase>> = {
    acknowledgement: caseOf([]), "information-request": caseOf([...stepsTo("interim"), asked]), upheld: caseOf(stepsTo("upheld")), "not-upheld": caseOf(stepsTo("not-upheld")), "not-identified": caseOf([{ step: "not-identified", words: "nobody answered" }]), withdrawn: caseOf(stepsTo("withdrawn")),
    "partly-upheld": caseOf([...stepsTo("upheld").slice(0, -1), { ...(stepsTo("upheld").at(-1) as object), step: "partly-upheld", granted: [{ kind: "organisation", odsCode: "RVV" }] } as unknown as CaseAct]),
  };
  for (const kind of LETTERS) {
    assert.ok(lettersFor(cases[kind]).includes(kind), kind);
    const letter = writeLetter(region, cases[kind], kind);
    assert.doesNotMatch(letter.paragraphs.join("\n"), /\{\{|undefined|null/, kind);
    assert.deepEqual(writeLetter(region, cases[kind], kind), letter, "the same words and the same hash");
    assert.match(letter.paragraphs[0]!, /^Dear Ann Example,$/);
  }
  const without = { letters: region.letters.map((each) => (each.id === "objection-not-upheld" ? { ...each, paragraphs: each.paragraphs.filter((one) => one !== "{{complaints}}") } : each)).filter((each) => each.id !== "objection-withdrawn") };
  assert.deepEqual(letterFaults(without), ["letters/objection-not-upheld.json does not say {{complaints}}", "letters/objection-withdrawn.json is missing"]);
});

test("OPT-10 the letter of a refusal has grounds, review date, and the way to the controller, the regulator and a court; that of an upheld one what it means in emergencies", () => {
  const refused = writeLetter(region, caseOf(stepsTo("not-upheld")), "not-upheld").paragraphs.join("\n");
  for (const words of [/the person understands what this means/, /1 November 2027/, /data protection officer/, /Information Commissioner/, /court/, /within 30 days/]) assert.match(refused, words);
  const upheld = writeLetter(region, caseOf(stepsTo("upheld")), "upheld").paragraphs.join("\n");
  assert.ok(upheld.includes(region.rules.objections.emergencyWords));
  assert.match(upheld, /national data opt-out/);
  assert.match(upheld, /Summary Care Record/);
});

test("a letter goes only where the person said, and to nobody where nothing may be sent; it names no entry", () => {
  assert.equal(writeLetter(region, caseOf([]), "acknowledgement").sendTo, "c/o the practice");
  assert.equal(writeLetter(region, caseOf([], { name: "Ann Example", where: "14 Shared House", doNotWrite: true }), "acknowledgement").sendTo, "");
  assert.match(writeLetter(region, caseOf([]), "acknowledgement").paragraphs.join("\n"), /one entry in your record/);
});

test("the clock is one calendar month from the day of receipt by the region's clock, weekends and bank holidays apart", () => {
  assert.equal(dueOf(region, caseOf([])), "2026-12-29");
  assert.equal(isOverdue(region, caseOf([]), new Date("2026-12-29T22:00:00Z")), false);
  assert.equal(isOverdue(region, caseOf([]), new Date("2026-12-30T09:00:00Z")), true);
  assert.equal(isOverdue(region, caseOf(stepsTo("upheld")), new Date("2026-12-30T09:00:00Z")), false, "decided");
  assert.equal(isOverdue(region, caseOf(stepsTo("upheld")), new Date("2027-11-02T09:00:00Z")), true, "its review is due");
  const early = caseOf([]);
  const received = { ...early, steps: [{ ...early.steps[0]!, details: { ...early.steps[0]!.details, receivedAt: "2026-11-01T10:00:00Z" } }] };
  assert.equal(dueOf(region, received), "2026-12-01", "a form waited before somebody opened the case");
});

test("the public form is read as filled in: every fault at once, dates that are real and not to come, and references nobody mistakes", () => {
  const good = { name: "A Person", day: "29", month: "2", year: "1952", nhsNumber: "999 000 0441", contact: "by post", whole: "no", what: "the clinic", why: "afraid of my brother" };
  const form = readRequest(good, "2026-11-21");
  assert.ok(isRequestForm(form) && form.dateOfBirth === "1952-02-29" && form.nhsNumber === "9990000441");
  for (const wrong of [{ year: "1951" }, { year: "2027" }, { day: "x" }, { nhsNumber: "9990000442" }, { whole: "" }, { what: "" }, { why: "" }, { contact: "" }, { name: "" }]) assert.equal((readRequest({ ...good, ...wrong }, "2026-11-21") as unknown[]).length, 1, JSON.stringify(wrong));
  assert.equal((readRequest({}, "2026-11-21") as unknown[]).length, 5);
  assert.match(newReference(), /^OBJ-[23456789BCDFGHJKMNPQRSTVWXYZ]{4}-[23456789BCDFGHJKMNPQRSTVWXYZ]{4}$/);
});

test("OPT-06 three things stay apart: nothing that keeps or reads objections knows of the national data opt-out or Summary Care Record choices, and no table holds either on the record", () => {
  const root = fileURLToPath(new URL("../..", import.meta.url));
  const code = (file: string): string => readFileSync(`${root}/${file}`, "utf8").replace(/\/\*[\s\S]*?\*\//g, "").replace(/(^|[\s;,{}(])\/\/[^\n]*/g, "$1");
  // Words for people may name them, to say that they are other things; code may not.
  const faults = globSync(["src/objections/**/*.ts", "src/access/**/*.ts", "src/record/**/*.ts", "src/mailbox/**/*.ts"], { cwd: root }).filter((file) => !file.endsWith(".test.ts") && /opt.?out|ndoo|summary.?care/i.test(code(file)));
  assert.deepEqual(faults, []);
  const migrations = globSync("migrations/*.sql", { cwd: root }).filter((file) => /opt.?out|ndoo|summary.?care/i.test(readFileSync(`${root}/${file}`, "utf8").replace(/--[^\n]*/g, "")));
  assert.deepEqual(migrations, [], "no column or table of it");
  const imports = globSync("src/**/*.ts", { cwd: root }).filter((file) => /opt-?out/i.test(file) && /#objections|#access/.test(code(file)));
  assert.deepEqual(imports, [], "what will check the opt-out may not read objections");
});
