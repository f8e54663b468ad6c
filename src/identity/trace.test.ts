/** The ladder against the stand-in of PDS, by the real client; and what may be concluded from an agreement. */
import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { after, before, describe, it } from "node:test";
import fc from "fast-check";
import { createPds, startStandInApis, type Pds, type StandInApis, type StandInPdsPerson } from "#national";
import { isRefusal, type Refusal } from "#platform";
import { NO_DEMOGRAPHICS, type Demographics } from "./source-patient.ts";
import { isOneSlip } from "./trace-comparison.ts";
import { trace, TRACE_EDGE, type Trace } from "./trace.ts";

const keys = generateKeyPairSync("rsa", { modulusLength: 2048, privateKeyEncoding: { type: "pkcs8", format: "pem" }, publicKeyEncoding: { type: "spki", format: "pem" } });
const NOW = new Date("2026-11-21T12:00:00Z");
const start = "2000-01-01";
const name = (given: string, family: string, more: Partial<StandInPdsPerson["names"][number]> = {}) => ({ use: "usual" as const, period: { start }, prefix: [], given: given.split(" "), family, ...more });
const home = (postcode: string, end?: string) => ({ use: "home" as const, period: { start, ...(end && { end }) }, lines: ["4 Invented Row"], postcode });
const someone = (nhsNumber: string, given: string, family: string, changes: Partial<StandInPdsPerson> = {}): StandInPdsPerson => ({ nhsNumber, names: [name(given, family)], birthDate: "1980-05-04", gender: "female", addresses: [home("TS9 3VK")], practice: "Y12345", ...changes });

const people: StandInPdsPerson[] = [
  someone("9000000009", "Jane Ann", "Harvey"),
  someone("9000000017", "Janet", "Smythe", { restriction: "R" }),
  someone("9000000025", "Ada", "Hawkes", { supersededBy: "9000000033" }),
  someone("9000000033", "Ada", "Marsh"),
  someone("9000000041", "Gone", "Away", { invalidated: true, birthDate: "1970-07-07" }),
  someone("9000000068", "Rose", "Okafor", { names: [name("Rose", "Okafor"), name("Rose", "Pilcher", { use: "maiden", period: { start, end: "2020-01-01" } })], birthDate: "1991-02-03", addresses: [home("TS1 4VK"), home("TS8 1OM", "2020-01-01")] }),
  someone("9000000076", "John", "Green", { gender: "male", birthDate: "1970-01-02", addresses: [home("TS1 1VK")] }),
  someone("9000000084", "John", "Green", { gender: "male", birthDate: "1970-01-02", addresses: [home("TS2 2VK")] }),
  someone("9000000092", "Aisha", "Khan", { birthDate: "2024-03-03", multipleBirth: 1 }),
  someone("9000000106", "Aliya", "Khan", { birthDate: "2024-03-03", multipleBirth: 2 }),
  someone("9000000114", "Siobhan", "O'Reilly", { birthDate: "1966-06-06" }),
  someone("9000000122", "Chen", "Wei", { birthDate: "1988-08-08" }),
];

let apis: StandInApis;
let pds: Pds;
const open: Pds[] = [];
const taken = <T>(answer: T | Refusal): T => (isRefusal(answer) ? assert.fail(answer.code) : answer);
const who = (given: string | null, family: string | null, changes: Partial<Demographics> = {}): Demographics => ({ ...NO_DEMOGRAPHICS, given, family, birthDate: "1980-05-04", sex: "female", postcode: "TS9 3VK", ...changes });
const traced = (demographics: Demographics): Promise<Trace> => trace(demographics, pds, NOW);
const wordsOf = (result: Trace): string => result.evidence.map((each) => `${each.rung}: ${each.words}`).join("; ");

before(async () => {
  apis = taken(await startStandInApis({ mode: "demo", port: 0, applications: [{ apiKey: "our-key", keyId: "test-1", publicKey: keys.publicKey }], people: () => people }));
  pds = connect();
});
after(async () => {
  for (const each of open) each.close();
  await apis?.close();
});

/** A connection of its own: what one test's faults do to the circuit breaker is no other's matter. */
function connect(): Pds {
  const made = createPds({ url: apis.pdsUrl, mode: "demo", application: { tokenUrl: apis.tokenUrl, apiKey: "our-key", keyId: "test-1", privateKey: keys.privateKey }, odsCode: "X26", callsPerSecond: 1000, timeoutMs: 200, backoffMs: 2 });
  open.push(made);
  return made;
}

describe("a number that was sent", () => {
  it("is verified by its date of birth where neither sex nor name speaks against it, in one question", async () => {
    const from = apis.asked.length;
    const result = await traced(who("Jane", "Harvey", { nhsNumberText: "900 000 0009" }));
    assert.deepEqual([result.outcome, result.nhsNumber, result.status, result.confidence, result.replaces], ["verified", "9000000009", "01", 1, null]);
    assert.match(wordsOf(result), /^cross-check: NHS number and date of birth agree/);
    assert.equal(apis.asked.slice(from).filter((each) => each.method === "GET").length, 1);
  });

  it("is verified under a former name, too", async () => {
    assert.equal((await traced(who("Rose", "Pilcher", { nhsNumberText: "9000000068", birthDate: "1991-02-03" }))).outcome, "verified");
  });

  it("that was replaced gives the new one, and the old one stays known as replaced", async () => {
    const result = await traced(who("Ada", "Marsh", { nhsNumberText: "9000000025" }));
    assert.deepEqual([result.outcome, result.nhsNumber, result.replaces, result.status], ["superseded", "9000000033", "9000000025", "01"]);
  });

  const conflicts: [string, Demographics, RegExp][] = [
    ["date of birth", who("Jane", "Harvey", { nhsNumberText: "9000000009", birthDate: "1953-02-01" }), /date of birth differs/],
    ["date of birth with day and month the other way round", who("Jane", "Harvey", { nhsNumberText: "9000000009", birthDate: "1980-04-05" }), /date of birth differs/],
    ["sex", who("Jane", "Harvey", { nhsNumberText: "9000000009", sex: "male" }), /sex differs/],
    ["whole name", who("Tom", "Okonkwo", { nhsNumberText: "9000000009" }), /whole name differs/],
    ["place among twins", who("Aisha", "Khan", { nhsNumberText: "9000000092", birthDate: "2024-03-03", birthOrder: 2 }), /birth order differs/],
    ["given name, and who is one of twins", who("Aliya", "Khan", { nhsNumberText: "9000000092", birthDate: "2024-03-03" }), /given name differs/],
  ];
  it("of somebody whose birth date, sex or whole name differs, or of the other twin, is a conflict, and no number may be used", async () => {
    for (const [what, demographics, words] of conflicts) {
      const result = await traced(demographics);
      assert.deepEqual([result.outcome, result.nhsNumber, result.status, result.patient], ["conflict", null, "05", null], what);
      assert.match(wordsOf(result), words);
    }
  });

  it("of somebody else says whether the person has another number, and concludes nothing from it", async () => {
    const result = await traced(who("Siobhan", "O'Reilly", { nhsNumberText: "9000000009", birthDate: "1966-06-06" }));
    assert.deepEqual([result.outcome, result.nhsNumber], ["conflict", null]);
    assert.match(wordsOf(result), /belong to somebody with another NHS number/);
  });

  it("that was withdrawn, or that nobody has, gives way to who the person is", async () => {
    for (const nhsNumberText of ["9000000041", "9000000130"]) {
      const result = await traced(who("Jane", "Harvey", { nhsNumberText }));
      assert.deepEqual([result.outcome, result.nhsNumber], ["found", "9000000009"]);
    }
    assert.deepEqual([(await traced(who("Gone", "Away", { nhsNumberText: "9000000041", birthDate: "1970-07-07" }))).outcome], ["invalidated"]);
  });

  it("proves nothing without a full date of birth, and nothing is asked", async () => {
    const from = apis.asked.length;
    for (const birthDate of [null, "1980", "1900-01-01"]) {
      const result = await traced(who("Jane", "Harvey", { nhsNumberText: "9000000009", birthDate }));
      assert.deepEqual([result.outcome, result.nhsNumber, result.status], ["none", null, "03"]);
    }
    assert.equal(apis.asked.length, from);
  });
});

describe("without a number", () => {
  const found: [string, Demographics, string, string][] = [
    ["names, date of birth and postcode", who("Jane", "Harvey"), "9000000009", "simple"],
    ["a former name and a former postcode", who("Rose", "Pilcher", { birthDate: "1991-02-03", postcode: "TS8 1OM" }), "9000000068", "alphanumeric"],
    ["another name and another postcode that the source gives", who("Rosie", "Bell", { birthDate: "1991-02-03", postcode: "TS5 5VK", otherNames: ["Okafor^Rose"], otherPostcodes: ["TS1 4VK"] }), "9000000068", "simple"],
    ["a family name whose mark is written otherwise", who("Siobhan", "O Reilly", { birthDate: "1966-06-06" }), "9000000114", "algorithmic"],
    ["names the other way round", who("Wei", "Chen", { birthDate: "1988-08-08" }), "9000000122", "algorithmic"],
    ["one of two of one name and birth date, by the postcode", who("John", "Green", { sex: "male", birthDate: "1970-01-02", postcode: "TS2 2VK" }), "9000000084", "alphanumeric"],
    ["a family name with one letter wrong", who("Jane", "Harvy"), "9000000009", "algorithmic"],
  ];
  for (const [what, demographics, number, rung] of found) {
    it(`a person is found by ${what}`, async () => {
      const result = await traced(demographics);
      assert.deepEqual([result.outcome, result.nhsNumber, result.status, result.evidence.at(-1)!.rung], ["found", number, "01", rung], wordsOf(result));
      assert.ok(result.confidence >= TRACE_EDGE);
    });
  }

  const notFound: [string, Demographics, Trace["outcome"]][] = [
    ["names and date of birth alone, with another postcode", who("Jane", "Harvey", { postcode: "TS4 4VK" }), "none"],
    ["names and date of birth alone, with no postcode", who("Jane", "Harvey", { postcode: null }), "none"],
    ["a given name that is only alike", who("Janet", "Harvey"), "none"],
    ["one of twins by the other's near name", who("Alisha", "Khan", { birthDate: "2024-03-03" }), "none"],
    ["the sex differs", who("Jane", "Harvey", { sex: "male" }), "none"],
    ["two fit and nothing parts them", who("John", "Green", { sex: "male", birthDate: "1970-01-02", postcode: null }), "several"],
    ["nobody is of that name", who("Zebedee", "Quux"), "none"],
  ];
  it("nobody's number is taken where too little agrees, or where two fit and nothing parts them", async () => {
    for (const [what, demographics, outcome] of notFound) {
      const result = await traced(demographics);
      assert.deepEqual([result.outcome, result.nhsNumber, result.patient, result.status], [outcome, null, null, "04"], `${what}: ${wordsOf(result)}`);
      assert.ok(result.confidence < TRACE_EDGE);
    }
  });

  it("an unknown person, a baby without a name and a test are not looked for", async () => {
    const from = apis.asked.length;
    for (const [given, family] of [["UNKNOWN", "MALE"], ["Baby", "Harvey"], ["TWIN 1", "Khan"], ["Test", "Patient"], [null, null]]) {
      assert.equal((await traced(who(given!, family!))).nhsNumber, null);
    }
    assert.equal(apis.asked.length, from);
  });

  it("a new baby's trace is postponed, an older one's is not", async () => {
    assert.equal((await traced(who("Baby", "Harvey", { birthDate: "2026-11-01" }))).status, "08");
    assert.equal((await traced(who("Baby", "Harvey", { birthDate: "2026-09-01" }))).status, "04");
  });
});

describe("a restricted person", () => {
  it("is verified by number and date of birth, and comes without a location", async () => {
    const result = await traced(who("Janet", "Smythe", { nhsNumberText: "9000000017", postcode: null }));
    assert.deepEqual([result.outcome, result.isSensitive, result.nhsNumber, result.status, result.patient?.location], ["verified", true, "9000000017", "01", "withheld"]);
  });

  it("who is found by name has no place to compare: a human decides", async () => {
    const result = await traced(who("Janet", "Smythe"));
    assert.deepEqual([result.outcome, result.isSensitive, result.nhsNumber, result.patient], ["sensitive", true, null, null]);
  });

  it("whose source protects the address: no postcode is told to PDS, none is compared", async () => {
    const from = apis.asked.length;
    const result = await traced(who("Jane", "Harvey", { protectedAddress: true, postcode: "TS9 3VK" }));
    assert.equal(result.nhsNumber, null);
    assert.ok(apis.asked.slice(from).every((each) => !/post/i.test(each.path)));
  });

  it("has no place in the evidence, whoever is traced", async () => {
    for (const demographics of [who("Jane", "Harvey"), who("Janet", "Smythe", { nhsNumberText: "9000000017" }), who("Jane", "Harvey", { postcode: "TS4 4VK" })]) {
      assert.doesNotMatch(JSON.stringify((await traced(demographics)).evidence), /TS\d|Invented/);
    }
  });
});

describe("where PDS cannot be asked to the end", () => {
  it("nothing is concluded, on whichever rung it happens", async () => {
    for (const on of ["GET /personal-demographics/FHIR/R4/Patient/", "GET /personal-demographics/FHIR/R4/Patient?"]) {
      apis.fail(on, 503, 3);
      const result = await trace(who("Jane", "Harvey", on.endsWith("/") ? { nhsNumberText: "9000000009" } : {}), connect(), NOW);
      assert.deepEqual([result.outcome, result.nhsNumber, result.status], ["unavailable", null, "03"]);
    }
  });

  it("an answer that cannot be read is no answer", async () => {
    apis.fail("GET /personal", "malformed");
    const result = await trace(who("Jane", "Harvey", { nhsNumberText: "9000000009" }), connect(), NOW);
    assert.equal(result.outcome, "unavailable");
    assert.match(wordsOf(result), /national\.pds-unreadable/);
  });
});

it("a number is given only with status 01 and at the edge or above, whatever is sent", async () => {
  const maybe = <T>(...values: T[]): fc.Arbitrary<T> => fc.constantFrom(...values);
  const anybody = fc.record({
    given: maybe("Jane", "Janet", "Ada", "John", "Aisha", "Aliya", null, "Baby"), family: maybe("Harvey", "Harvy", "Smythe", "Marsh", "Green", "Khan", null), sex: maybe("male", "female", null),
    birthDate: maybe("1980-05-04", "1980-04-05", "1970-01-02", "2024-03-03", "1980", null), postcode: maybe("TS9 3VK", "TS1 1VK", "ZZ99 3VZ", null), nhsNumberText: maybe(null, "9000000009", "9000000017", "9000000025", "9000000041", "9000000092", "9000000000"),
  });
  const outcomes = new Set<string>();
  await fc.assert(fc.asyncProperty(anybody, async (changes) => {
    const result = await traced(who(changes.given, changes.family, changes));
    assert.equal(result.nhsNumber !== null, result.status === "01");
    assert.equal(result.nhsNumber !== null, result.patient !== null);
    if (result.nhsNumber !== null) assert.ok(result.confidence >= TRACE_EDGE && result.patient!.birthDate === changes.birthDate);
    if (result.outcome === "conflict") assert.equal(result.status, "05");
    assert.ok(result.evidence.length > 0);
    outcomes.add(result.outcome);
    if (result.isSensitive) outcomes.add("restricted");
  }), { numRuns: 150, examples: [[{ given: "Jane", family: "Harvey", sex: "female", birthDate: "1980-05-04", postcode: "TS9 3VK", nhsNumberText: null }], [{ given: "Janet", family: "Smythe", sex: null, birthDate: "1980-05-04", postcode: null, nhsNumberText: "9000000017" }], [{ given: "John", family: "Green", sex: "male", birthDate: "1970-01-02", postcode: null, nhsNumberText: "9000000009" }]] });
  for (const each of ["conflict", "found", "restricted"]) assert.ok(outcomes.has(each), `${each} was not met`);
  assert.ok(!outcomes.has("unavailable"));
});

it("one slip is a letter more, less or other, or two that changed places, in words of four letters or more", () => {
  for (const [a, b] of [["harvey", "harvy"], ["harvey", "harvay"], ["harvey", "hravey"], ["marsh", "marshe"]] as const) assert.ok(isOneSlip(a, b) && isOneSlip(b, a), `${a} ${b}`);
  for (const [a, b] of [["ann", "anne"], ["harvey", "harvey"], ["harvey", "hervay"], ["harvey", "havrye"], ["marsh", "mars hall"]] as const) assert.ok(!isOneSlip(a, b), `${a} ${b}`);
});
