import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { parseJson } from "#standards";
import { convertGpConnect, countGpConnect, SOURCE_REFERENCE, type Json, type R4 } from "./index.ts";
import { systemInR4 } from "./systems.ts";

const outside = join(import.meta.dirname, "../../../../../shared/data/gp-connect-stu3");
const skip = existsSync(outside) ? false : "outside data not there: ../shared/data/gp-connect-stu3";

function records(): { name: string; bundle: Json }[] {
  return readdirSync(outside)
    .filter((name) => name.endsWith(".structuredRecord.json"))
    .map((name) => ({ name, bundle: JSON.parse(readFileSync(join(outside, name), "utf8")) as Json }));
}

/** Visits every object of a JSON value, those that an extension keeps as text too. */
function walk(value: unknown, visit: (one: Json) => void): void {
  if (Array.isArray(value)) for (const item of value) walk(item, visit);
  else if (typeof value === "object" && value !== null) {
    visit(value as Json);
    const kept = (value as Json)["url"] === "json" ? (value as Json)["valueString"] : undefined;
    if (typeof kept === "string") walk({ kept: JSON.parse(kept) as unknown }, visit);
    for (const inner of Object.values(value)) walk(inner, visit);
  }
}

function tally(values: string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}

/** The distinct sources, so that an exact repetition in the bundle does not count twice. */
function distinctEntries(bundle: Json): unknown[] {
  const seen = new Set<string>();
  return (bundle["entry"] as Json[])
    .map((entry) => entry["resource"])
    .filter((resource) => {
      const key = JSON.stringify(resource);
      return (resource as Json)["id"] === undefined || (!seen.has(key) && seen.add(key) !== undefined);
    });
}

test("real structured records: no resource is lost, counted by type", { skip }, () => {
  for (const { name, bundle } of records()) {
    const result = convertGpConnect(bundle);
    assert.ok(result.ok, name);
    const out: Record<string, number> = {};
    for (const resource of result.resources) out[resource.resourceType] = (out[resource.resourceType] ?? 0) + 1;
    assert.deepEqual(out, countGpConnect(bundle), name);
    const addresses = result.resources.map((one) => `${one.resourceType}/${one.id!}`);
    assert.equal(new Set(addresses).size, addresses.length, `${name}: ids are unique`);
    for (const one of result.resources) assert.match(one.id!, /^[A-Za-z0-9.-]{1,64}$/);
  }
});

test("real structured records: every reference resolves or says in the sender's words why not", { skip }, () => {
  for (const { name, bundle } of records()) {
    const result = convertGpConnect(bundle);
    assert.ok(result.ok);
    const there = new Set(result.resources.map((one) => `${one.resourceType}/${one.id!}`));
    walk(result.resources, (one) => {
      if (typeof one["reference"] === "string") assert.ok(there.has(one["reference"]), `${name}: ${one["reference"]}`);
    });
    const said: string[] = [];
    walk(result.resources, (one) => {
      if (one["url"] === SOURCE_REFERENCE) said.push(String(one["valueString"]));
    });
    const inSource = new Set<string>();
    walk(bundle, (one) => typeof one["reference"] === "string" && inSource.add(one["reference"]));
    for (const words of said) assert.ok(inSource.has(words));
  }
});

test("real structured records: codings, dates and texts are conserved", { skip }, () => {
  const dateLike = /^\d{4}-\d\d(-\d\d(T[\d:.]+(Z|[+-]\d\d:\d\d))?)?$/;
  for (const { name, bundle } of records()) {
    const result = convertGpConnect(bundle);
    assert.ok(result.ok);
    const facts = (value: unknown): { codings: string[]; dates: string[]; words: string[] } => {
      const codings: string[] = [];
      const dates: string[] = [];
      const words: string[] = [];
      walk(value, (one) => {
        if (typeof one["code"] === "string" && typeof one["system"] === "string" && one["value"] === undefined) {
          codings.push(`${systemInR4(one["system"])} ${one["code"].trim()} ${String(one["display"])}`);
        }
        for (const field of Object.values(one)) {
          if (typeof field !== "string") continue;
          if (dateLike.test(field)) dates.push(field);
          else if (/\s/.test(field)) words.push(field);
        }
      });
      return { codings, dates, words };
    };
    const before = facts(distinctEntries(bundle));
    const after = facts(result.resources);
    const kept = JSON.stringify(result.resources);
    for (const kind of ["codings", "dates"] as const) {
      const got = tally(after[kind]);
      for (const [value, count] of tally(before[kind])) {
        assert.ok((got.get(value) ?? 0) >= count, `${name}: ${kind} ${value}: ${count} in, ${got.get(value) ?? 0} out`);
      }
    }
    for (const word of before.words) {
      const escaped = JSON.stringify(word).slice(1, -1);
      const twice = JSON.stringify(escaped).slice(1, -1);
      assert.ok(kept.includes(escaped) || kept.includes(twice), `${name}: lost ${word}`);
    }
  }
});

test("real structured records: warnings, the practice, the patient and ended allergies are told", { skip }, () => {
  for (const { bundle } of records()) {
    const result = convertGpConnect(bundle);
    assert.ok(result.ok);
    assert.ok(result.statements.some((one) => one.section === "medicines" && one.kind === "confidential-items"));
    assert.equal(result.organisation, "B82617");
    assert.equal(result.resources[0], result.patient);
    assert.ok(
      result.resources.some(
        (one) =>
          one.resourceType === "AllergyIntolerance" && JSON.stringify(one["clinicalStatus"]).includes("resolved"),
      ),
    );
    assert.ok(
      result.resources
        .filter((one) => one.resourceType === "Observation")
        .every((one) => JSON.stringify(one).includes("prsb-section") || one["category"] !== undefined),
    );
  }
});

test("the answer that there is no record is a statement for every section, not an empty list", () => {
  const coding = [
    { system: "https://fhir.nhs.uk/ValueSet/gpconnect-error-or-warning-code-1", code: "NO_RECORD_FOUND" },
  ];
  const outcome = {
    resourceType: "OperationOutcome",
    issue: [{ severity: "error", code: "invalid", details: { coding }, diagnostics: "No record found" }],
  };
  const result = convertGpConnect(outcome);
  assert.ok(result.ok && result.patient === null && result.resources.length === 0);
  const sections = new Set(result.statements.map((one) => one.section));
  for (const section of [
    "allergies",
    "medicines",
    "problems",
    "vaccinations",
    "contacts",
    "results",
    "referrals",
  ] as const)
    assert.ok(sections.has(section));
  assert.ok(result.statements.every((one) => one.kind === "no-record" && one.text === "No record found"));
  const refused = convertGpConnect({
    resourceType: "OperationOutcome",
    issue: [{ details: { coding: [{ code: "ACCESS_DENIED" }] } }],
  });
  assert.ok(!refused.ok && refused.faults[0]!.why.includes("ACCESS_DENIED"));
});

test("faults name their place", () => {
  const at = (bundle: unknown): string[] => {
    const result = convertGpConnect(bundle);
    return result.ok ? [] : result.faults.map((one) => one.expression);
  };
  assert.deepEqual(at("text"), ["$this"]);
  assert.deepEqual(at({ resourceType: "Patient" }), ["resourceType"]);
  assert.deepEqual(at({ resourceType: "Bundle", type: "collection" }), ["Bundle.entry"]);
  assert.deepEqual(at({ resourceType: "Bundle", type: "batch", entry: [{}, { resource: { id: "1" } }] }), [
    "Bundle.type",
    "Bundle.entry[0].resource",
    "Bundle.entry[1].resource.resourceType",
    "Bundle.entry",
  ]);
  const two = [{ resource: { resourceType: "Patient", id: "1" } }, { resource: { resourceType: "Patient", id: "2" } }];
  assert.deepEqual(at({ resourceType: "Bundle", type: "collection", entry: two }), ["Bundle.entry[1].resource"]);
});

const patient = { resourceType: "Patient", id: "1" };
const convertWith = (...resources: Json[]): R4[] => {
  const result = convertGpConnect({
    resourceType: "Bundle",
    type: "collection",
    entry: [patient, ...resources].map((resource) => ({ resource })),
  });
  assert.ok(result.ok);
  return result.resources;
};

test("what STU3 said and R4 has no field for is kept", () => {
  const [, statement] = convertWith({
    resourceType: "MedicationStatement",
    id: "2",
    status: "active",
    taken: "n",
    invented: { deep: [1] },
  });
  assert.equal(statement!["status"], "not-taken");
  assert.ok(JSON.stringify(statement).includes('{\\"deep\\":[1]}'));
  const [, basic] = convertWith({ resourceType: "Claim", id: "3", total: 5 });
  assert.equal(basic!.resourceType, "Basic");
  assert.ok(JSON.stringify(basic).includes('\\"total\\":5'));
  const [, shot] = convertWith({
    resourceType: "Immunization",
    id: "4",
    status: "completed",
    notGiven: true,
    date: "2020-01-01",
  });
  assert.equal(shot!["status"], "not-done");
  assert.equal(shot!["occurrenceDateTime"], "2020-01-01");
});

test("empty lists state why they are empty", () => {
  const empty = (code: string): Json => ({
    resourceType: "List",
    status: "current",
    mode: "snapshot",
    code: { coding: [{ system: "http://snomed.info/sct", code: "886921000000105" }] },
    emptyReason: { coding: [{ code }], text: "Why" },
  });
  const kindOf = (code: string): string | undefined => {
    const result = convertGpConnect({
      resourceType: "Bundle",
      type: "collection",
      entry: [{ resource: patient }, { resource: empty(code) }],
    });
    return result.ok ? result.statements[0]?.kind : undefined;
  };
  assert.equal(kindOf("no-content-recorded"), "none-held");
  assert.equal(kindOf("nilknown"), "asserted-none");
  assert.equal(kindOf("notasked"), "not-asked");
  assert.equal(kindOf("withheld"), "confidential-items");
});

test("an id that R4 does not allow becomes a valid one and references follow", () => {
  const [, condition] = convertWith(
    { resourceType: "Condition", id: "a_b", context: { reference: "Encounter/c_d" } },
    { resourceType: "Encounter", id: "c_d" },
  );
  assert.match(condition!.id!, /^a-b-[0-9a-f]{12}$/);
  assert.match((condition!["encounter"] as Json)["reference"] as string, /^Encounter\/c-d-/);
});

test("a medicine's row names its medicine and its author", () => {
  const resources = convertWith(
    { resourceType: "Medication", id: "m", code: { text: "Amlodipine 5mg tablets" } },
    { resourceType: "Practitioner", id: "p", name: [{ prefix: ["Dr"], given: ["Ann"], family: "Fry" }] },
    {
      resourceType: "MedicationRequest",
      id: "r",
      status: "active",
      intent: "plan",
      medicationReference: { reference: "Medication/m" },
      recorder: { reference: "Practitioner/p" },
    },
  );
  const request = resources.find((one) => one.resourceType === "MedicationRequest")!;
  assert.deepEqual(request["medicationReference"], { reference: "Medication/m", display: "Amlodipine 5mg tablets" });
  assert.equal((request["recorder"] as Json)["display"], "Dr Ann Fry");
});

test("a number keeps the text that its source gave it", () => {
  const body = `{"resourceType":"Bundle","type":"collection","entry":[{"resource":${JSON.stringify(patient)}},{"resource":{"resourceType":"Observation","id":"o","status":"final","code":{"text":"x"},"valueQuantity":{"value":10.0,"unit":"mg"}}}]}`;
  const result = convertGpConnect(parseJson(body));
  assert.ok(result.ok);
  assert.match(JSON.stringify(result.resources[1]), /"value":10\.0,/);
});
