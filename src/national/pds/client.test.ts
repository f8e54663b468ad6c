/** The client against the stand-in of the published interface, with its faults. */
import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { after, before, describe, it } from "node:test";
import { isRefusal, type Refusal } from "#platform";
import type { Pace } from "../pace.ts";
import { startStandInApis, type StandInApis } from "../stand-in/apis.ts";
import type { StandInPdsPerson } from "../stand-in/pds.ts";
import { createPds, type Pds, type PdsSettings } from "./client.ts";
import type { PdsSearch } from "./search.ts";

const keys = generateKeyPairSync("rsa", { modulusLength: 2048, privateKeyEncoding: { type: "pkcs8", format: "pem" }, publicKeyEncoding: { type: "spki", format: "pem" } });
const ROLE = { accessToken: "a professional's token", roleProfileIds: ["555021935107"] };
const start = "2000-01-01";
const someone = (nhsNumber: string, changes: Partial<StandInPdsPerson> = {}): StandInPdsPerson => ({
  nhsNumber, names: [{ use: "usual", period: { start }, prefix: [], given: ["Jane"], family: "Harvey" }], birthDate: "1980-05-04", gender: "female",
  addresses: [{ use: "home", period: { start }, lines: ["4 Invented Row"], postcode: "ZZ99 3VK" }], practice: "Y12345", ...changes,
});
const named = (given: string, family: string): Partial<StandInPdsPerson> => ({ names: [{ use: "usual", period: { start }, prefix: [], given: given.split(" "), family }] });
const people: StandInPdsPerson[] = [
  someone("9000000009", { version: 3 }),
  someone("9000000017", { ...named("Janet", "Smythe"), restriction: "R" }),
  someone("9000000025", { ...named("Ada", "Hawkes"), supersededBy: "9000000033" }),
  someone("9000000033", named("Ada", "Marsh")),
  someone("9000000041", { ...named("Gone", "Away"), invalidated: true }),
  someone("9000000068", { names: [{ use: "usual", period: { start: "2020-01-01" }, prefix: [], given: ["Rose"], family: "Okafor" }, { use: "maiden", period: { start, end: "2020-01-01" }, prefix: [], given: ["Rose"], family: "Pilcher" }], birthDate: "1991-02-03", addresses: [{ use: "home", period: { start: "2020-01-01" }, lines: ["1 New Road"], postcode: "ZZ99 4VK" }, { use: "home", period: { start, end: "2020-01-01" }, lines: ["9 Old Road"], postcode: "ZZ98 1OM" }] }),
  someone("9000000076", { ...named("John", "Green"), gender: "male", birthDate: "1970-01-02" }),
  someone("9000000084", { ...named("John", "Green"), gender: "male", birthDate: "1970-01-02" }),
];

let apis: StandInApis;
const open: Pds[] = [];
const taken = <T>(answer: T | Refusal): T => (isRefusal(answer) ? assert.fail(`${answer.code} ${JSON.stringify(answer.details)}`) : answer);
const refusalOf = (answer: unknown): Refusal => (isRefusal(answer) ? answer : assert.fail("was not refused"));
const pds = (more: Partial<PdsSettings> = {}, pace?: Pace): Pds => {
  const application = { tokenUrl: apis.tokenUrl, apiKey: "our-key", keyId: "test-1", privateKey: keys.privateKey };
  const made = createPds({ url: apis.pdsUrl, mode: "demo", application, odsCode: "X26", callsPerSecond: 1000, timeoutMs: 150, backoffMs: 2, ...more }, undefined, pace);
  open.push(made);
  return made;
};
const asksSince = (from: number) => apis.asked.slice(from).filter((each) => each.method === "GET");
const search = (more: Partial<PdsSearch> = {}): PdsSearch => ({ manner: "plain", family: "Harvey", birthDate: "1980-05-04", ...more });

before(async () => {
  apis = taken(await startStandInApis({ mode: "demo", port: 0, applications: [{ apiKey: "our-key", keyId: "test-1", publicKey: keys.publicKey }], workers: [ROLE], people: () => people }));
});
after(async () => {
  for (const each of open) each.close();
  await apis?.close();
});

describe("reading a person by NHS number", () => {
  it("finds them, with the version and the status of the number", async () => {
    const read = taken(await pds().read("900 000 0009"));
    assert.ok(read.answer === "found");
    assert.deepEqual([read.patient.nhsNumber, read.patient.versionId, read.patient.verification, read.isSuperseding, read.problems.length], ["9000000009", "3", "01", false, 0]);
  });

  it("says that a number was replaced, and by which", async () => {
    const read = taken(await pds().read("9000000025"));
    assert.ok(read.answer === "found");
    assert.deepEqual([read.isSuperseding, read.asked, read.patient.nhsNumber, read.patient.names[0]!.family], [true, "9000000025", "9000000033", "Marsh"]);
  });

  it("says that somebody is sensitive, and their location is withheld, not empty", async () => {
    const read = taken(await pds().read("9000000017"));
    assert.ok(read.answer === "sensitive");
    assert.equal(read.patient.location, "withheld");
  });

  it("tells a number that was withdrawn from one that nobody has", async () => {
    assert.equal(taken(await pds().read("9000000041")).answer, "invalidated");
    assert.equal(taken(await pds().read("9000000106")).answer, "not-found");
  });

  it("asks nothing about what is no NHS number", async () => {
    const from = apis.asked.length;
    assert.equal(refusalOf(await pds().read("9000000000")).code, "national.pds-question");
    assert.equal(apis.asked.length, from);
  });

  it("names a fresh request each try, the organisation always, and a professional's role where one asks", async () => {
    const from = apis.asked.length;
    apis.fail("GET /personal", 503);
    taken(await pds().read("9000000009"));
    taken(await pds().as({ accessToken: async () => ROLE.accessToken, roleProfileId: ROLE.roleProfileIds[0]!, odsCode: "RN7" }).read("9000000009"));
    const asked = asksSince(from);
    assert.equal(asked.length, 3);
    assert.equal(new Set(asked.map((each) => each.headers["x-request-id"])).size, 3);
    for (const each of asked) assert.match(each.headers["x-request-id"]!, /^[0-9a-f-]{36}$/);
    assert.deepEqual(asked.map((each) => [each.headers["nhsd-end-user-organisation-ods"], each.headers["nhsd-session-urid"]]), [["X26", undefined], ["X26", undefined], ["RN7", "555021935107"]]);
  });
});

describe("searching", () => {
  const professional = () => pds().as({ accessToken: async () => ROLE.accessToken, roleProfileId: ROLE.roleProfileIds[0]!, odsCode: "RN7" });

  it("finds one with the score, nobody, and for a professional several, best first", async () => {
    const one = taken(await pds().search(search()));
    assert.ok(one.answer === "one");
    assert.deepEqual([one.match.patient.nhsNumber, one.match.score], ["9000000009", 1]);
    assert.equal(taken(await pds().search(search({ family: "Nobody" }))).answer, "none");
    const several = taken(await professional().search({ manner: "plain", family: "Green", birthDate: "1970-01-02" }));
    assert.ok(several.answer === "several");
    assert.deepEqual(several.matches.map((each) => each.patient.nhsNumber), ["9000000076", "9000000084"]);
  });

  it("names nobody to an application where two fit, and nobody to anybody beyond the number asked for", async () => {
    assert.equal(taken(await pds().search({ manner: "plain", family: "Green", birthDate: "1970-01-02" })).answer, "too-many");
    assert.equal(taken(await professional().search({ manner: "plain", family: "Green", birthDate: "1970-01-02", mostResults: 1 })).answer, "too-many");
  });

  it("looks into former names and addresses where asked, and shows the ones of today", async () => {
    const former = { manner: "plain", family: "Pilcher", birthDate: "1991-02-03", postcode: "ZZ98 1OM" } as const;
    assert.equal(taken(await pds().search(former)).answer, "none");
    const found = taken(await pds().search({ ...former, history: true }));
    assert.ok(found.answer === "one" && found.match.patient.location !== "withheld");
    assert.deepEqual([found.match.patient.names.map((each) => each.family), found.match.patient.location.addresses.map((each) => each.postcode)], [["Okafor"], ["ZZ99 4VK"]]);
    assert.ok(found.match.score < 1);
  });

  it("finds homophones and names the other way round by a fuzzy search alone, with less than a whole score", async () => {
    for (const [given, family] of [["Jane", "Harvy"], ["Harvey", "Jane"]] as const) {
      assert.equal(taken(await pds().search(search({ given: [given], family }))).answer, "none");
      const fuzzy = taken(await pds().search(search({ manner: "fuzzy", given: [given], family })));
      assert.ok(fuzzy.answer === "one" && fuzzy.match.score < 1, `${given} ${family}`);
    }
  });

  it("takes wildcards where they are asked for, and a star in a source's text for no wildcard", async () => {
    const found = taken(await pds().search(search({ family: { pattern: "Har*" }, given: [{ pattern: "Ja*" }] })));
    assert.ok(found.answer === "one" && found.match.score < 1);
    const from = apis.asked.length;
    assert.equal(refusalOf(await pds().search(search({ family: "Har*" }))).code, "national.pds-question");
    assert.equal(apis.asked.length, from);
  });

  it("by postcode finds no sensitive person, and without it finds them with no location", async () => {
    const sensitive = { manner: "plain", family: "Smythe", birthDate: "1980-05-04" } as const;
    assert.equal(taken(await pds().search({ ...sensitive, postcode: "ZZ99 3VK" })).answer, "none");
    const found = taken(await pds().search(sensitive));
    assert.ok(found.answer === "one" && found.match.isSensitive && found.match.patient.location === "withheld");
  });

  it("finds a replaced number under the one that replaced it, and a withdrawn one not at all", async () => {
    const found = taken(await professional().search({ manner: "plain", family: { pattern: "Ha*" }, birthDate: "1980-05-04" }));
    assert.ok(found.answer === "several");
    assert.deepEqual(found.matches.map((each) => each.patient.nhsNumber).toSorted(), ["9000000009", "9000000033"]);
    assert.equal(taken(await pds().search({ manner: "plain", family: "Away", birthDate: "1980-05-04" })).answer, "none");
  });

  const refused: [string, PdsSearch][] = [
    ["no date of birth", { manner: "plain", family: "Harvey" }],
    ["no family name", { manner: "plain", birthDate: "1980-05-04" }],
    ["a year of birth", search({ birthDate: "1980" })],
    ["a range that ends before it begins", search({ birthDate: { from: "1981-01-01", to: "1980-01-01" } })],
    ["a wildcard after one letter", search({ family: { pattern: "H*" } })],
    ["a wildcard in a fuzzy search", search({ manner: "fuzzy", given: ["Jane"], family: { pattern: "Ha*" } })],
    ["a wildcard in an exact search", search({ manner: "exact", family: { pattern: "Ha*" } })],
    ["a fuzzy search with too little", search({ manner: "fuzzy" })],
    ["several results for an application", search({ mostResults: 2 })],
    ["an empty name", search({ family: " " })],
  ];
  for (const [what, question] of refused) {
    it(`is not begun with ${what}`, async () => {
      const from = apis.asked.length;
      assert.equal(refusalOf(await pds().search(question)).code, "national.pds-question");
      assert.equal(apis.asked.length, from);
    });
  }
});

describe("the token of an application", () => {
  it("is asked for once, by an assertion signed with our key, and again when PDS no longer takes it", async () => {
    const from = apis.asked.length;
    const client = pds();
    await Promise.all([client.read("9000000009"), client.read("9000000033"), client.search(search())]);
    const tokens = () => apis.asked.slice(from).filter((each) => each.path === "/oauth2/token").length;
    assert.equal(tokens(), 1);
    apis.fail("GET /personal", 401);
    assert.equal(taken(await client.read("9000000009")).answer, "found");
    assert.equal(tokens(), 2);
  });

  it("is not given for another key, another key id, or another API key, and that is said once, not tried again", async () => {
    const other = generateKeyPairSync("rsa", { modulusLength: 2048, privateKeyEncoding: { type: "pkcs8", format: "pem" }, publicKeyEncoding: { type: "spki", format: "pem" } });
    const credentials = { tokenUrl: apis.tokenUrl, apiKey: "our-key", keyId: "test-1", privateKey: keys.privateKey };
    for (const [changes, why] of [[{ privateKey: other.privateKey }, /signature/], [{ keyId: "test-2" }, /kid/], [{ apiKey: "another" }, /iss/]] as const) {
      const from = apis.asked.length;
      const refusal = refusalOf(await pds({ application: { ...credentials, ...changes } }).read("9000000009"));
      assert.equal(refusal.code, "national.pds-forbidden");
      assert.match(String(refusal.details?.["why"]), why);
      assert.equal(apis.asked.length, from + 1);
    }
  });
});

describe("where PDS does not answer as it should", () => {
  it("a read is tried again after 5xx, 408, 429, a cut connection, no answer, half an answer and an answer to another request", async () => {
    for (const fault of [500, 503, 408, 429, "lost", "silent", "cut", "stranger", "slow"] as const) {
      const from = apis.asked.length;
      const client = pds();
      apis.fail("GET /personal", fault);
      assert.equal(taken(await client.read("9000000009")).answer, "found", String(fault));
      assert.equal(asksSince(from).length, 2, String(fault));
    }
  });

  it("it is asked three times, then it is unavailable; a question that it does not take is put once", async () => {
    const from = apis.asked.length;
    apis.fail("GET /personal", 503, 3);
    assert.equal(refusalOf(await pds().read("9000000009")).code, "national.pds-unavailable");
    assert.equal(asksSince(from).length, 3);
    apis.fail("GET /personal", 400);
    assert.equal(refusalOf(await pds().read("9000000009")).code, "national.pds-question");
    assert.equal(asksSince(from).length, 4);
  });

  it("an answer that cannot be read is no answer: nobody is found and nobody is missing", async () => {
    apis.fail("GET /personal", "malformed");
    assert.equal(refusalOf(await pds().read("9000000009")).code, "national.pds-unreadable");
    apis.fail("GET /personal", "malformed");
    assert.equal(refusalOf(await pds().search(search())).code, "national.pds-unreadable");
  });

  it("a gateway's 404 is not taken for a person who does not exist", async () => {
    apis.fail("GET /personal", "not-json");
    assert.equal(refusalOf(await pds().read("9000000009")).code, "national.pds-unexpected");
  });

  it("after 429 nobody asks for as long as PDS said, and after that it goes on", async () => {
    const pace = { at: 0, slept: [] as number[], now() { return this.at; }, async sleep(ms: number) { this.slept.push(ms); this.at += ms; }, random: () => 0.5 };
    const client = pds({}, pace);
    apis.fail("GET /personal", 429, 1, "7");
    assert.equal(taken(await client.read("9000000009")).answer, "found");
    assert.ok(pace.at >= 7000);
    apis.fail("GET /personal", 429, 1, "30");
    assert.deepEqual([refusalOf(await client.read("9000000009")).code, refusalOf(await client.read("9000000009")).code], ["national.pds-rate-limited", "national.pds-rate-limited"]);
  });

  it("keeps to five calls in any second against a PDS that counts them", async () => {
    const counting = taken(await startStandInApis({ mode: "demo", port: 0, applications: [{ apiKey: "our-key", keyId: "test-1", publicKey: keys.publicKey }], people: () => people, callsPerSecond: 5 }));
    const client = createPds({ url: counting.pdsUrl, mode: "demo", application: { tokenUrl: counting.tokenUrl, apiKey: "our-key", keyId: "test-1", privateKey: keys.privateKey }, odsCode: "X26", callsPerSecond: 4.8 });
    const answers = await Promise.all(Array.from({ length: 8 }, () => client.read("9000000009")));
    assert.deepEqual(answers.filter(isRefusal), []);
    assert.equal(counting.asked.filter((each) => each.method === "GET").length, 8, "no call was turned away");
    client.close();
    await counting.close();
  });

  it("is left alone after five failures in a row, asked by one call after a while, and used again when that is answered", async () => {
    const pace = { at: 0, now() { return this.at; }, async sleep(ms: number) { this.at += ms; }, random: () => 0.5 };
    const client = pds({ breaker: { failures: 5, openMs: 60_000, mostOpenMs: 600_000 } }, pace);
    const from = apis.asked.length;
    apis.fail("GET /personal", 503, 6);
    await client.read("9000000009");
    await client.read("9000000009");
    assert.equal(client.breaker, "open");
    const refusal = refusalOf(await client.read("9000000009"));
    assert.equal(refusal.code, "national.pds-unavailable");
    assert.equal(asksSince(from).length, 5);
    pace.at += 60_000;
    await client.read("9000000009");
    assert.equal(asksSince(from).length, 6);
    assert.equal(client.breaker, "open", "the one call met the sixth fault");
    pace.at += 120_000;
    assert.equal(taken(await client.read("9000000009")).answer, "found");
    assert.equal(client.breaker, "closed");
  });
});

describe("the stand-in", () => {
  it("does not start in production, and production does not accept its answers", async () => {
    assert.equal(refusalOf(await startStandInApis({ mode: "production", port: 0, applications: [], people: () => [] })).code, "national.stand-in-in-production");
    assert.equal(refusalOf(await pds({ mode: "production" }).read("9000000009")).code, "national.pds-stand-in");
  });

  it("turns down what the interface turns down: a parameter that it does not have, a missing request id, a role that is not the professional's", async () => {
    const get = async (path: string, headers: Record<string, string>): Promise<[number, unknown]> => {
      const answer = await fetch(`${apis.pdsUrl}${path}`, { headers: { authorization: `Bearer ${ROLE.accessToken}`, "nhsd-session-urid": ROLE.roleProfileIds[0]!, ...headers } });
      const body = (await answer.json()) as { issue?: { details: { coding: { code: string }[] } }[] };
      return [answer.status, body.issue?.[0]?.details.coding[0]?.code];
    };
    const id = { "x-request-id": "60e0b220-8136-4ca5-ae46-1d97ef59d068" };
    assert.deepEqual(await get("/Patient?family=Harvey&birthdate=eq1980-05-04&colour=red", id), [400, "ADDITIONAL_PROPERTIES"]);
    assert.deepEqual(await get("/Patient/9000000009", {}), [400, "MISSING_VALUE"]);
    assert.deepEqual(await get("/Patient/9000000009", { ...id, "nhsd-session-urid": "another" }), [400, "INVALID_VALUE"]);
    assert.deepEqual(await get("/Patient/9000000000", id), [400, "INVALID_RESOURCE_ID"]);
    assert.deepEqual(await get("/Patient?family=Harvey", id), [400, "INVALID_SEARCH_DATA"]);
    assert.deepEqual(await get("/Patient?family=H*&birthdate=eq1980-05-04", id), [400, "INVALID_VALUE"]);
  });
});
