import assert from "node:assert/strict";
import { test } from "node:test";
import { isSectionId, LABELS, LABEL_SYSTEM, SECTION_TAG, SECTIONS, type SectionId } from "#standards";
import { loadRegion as loadPack, type Region } from "#governance";
import { loadRegion, planRegion, STORIES } from "#synthetic";
import { readDelimited } from "../src/feeds/map/csv/index.ts";
import { convertGpConnect, countGpConnect } from "../src/feeds/map/gp-connect/index.ts";

const REGION = loadPack("regions/kent-medway") as Region;

type Resource = {
  resourceType: string;
  id?: string;
  meta?: { tag?: { system: string; code: string }[]; security?: { system: string; code: string }[] };
  [field: string]: unknown;
};

const now = new Date("2026-11-21T12:00:00Z");
const region = loadRegion();
const childrenFeeds = new Set(region.councils.map((council) => council.children));
const { planned } = planRegion({ people: 120, seed: 1, now });

/** Where a type goes when no tag says otherwise (docs/architecture.md); the record's own rule has its own tests. */
const BY_TYPE: Readonly<Record<string, SectionId>> = {
  Patient: "person-demographics",
  AllergyIntolerance: "allergies",
  MedicationStatement: "medicines",
  MedicationRequest: "medicines",
  Condition: "problems",
  Procedure: "procedures",
  Immunization: "vaccinations",
  FamilyMemberHistory: "family-history",
  DiagnosticReport: "results",
  Encounter: "contacts",
  EpisodeOfCare: "services",
  CareTeam: "professional-contacts",
  RelatedPerson: "personal-contacts",
  Flag: "alerts",
  Consent: "legal-information",
  CarePlan: "care-plan",
  QuestionnaireResponse: "assessments",
  RiskAssessment: "risks",
  ClinicalImpression: "formulation",
  DeviceUseStatement: "equipment",
  ResearchSubject: "research",
  DocumentReference: "documents",
  Appointment: "appointments",
};
const BY_CATEGORY: Readonly<Record<string, SectionId>> = {
  laboratory: "results",
  imaging: "results",
  "vital-signs": "examinations",
  exam: "examinations",
  "social-history": "social-context",
  survey: "assessments",
};

function sectionsOf(resource: Resource): SectionId[] {
  const tag = resource.meta?.tag?.find((one) => one.system === SECTION_TAG)?.code;
  if (tag !== undefined) {
    assert.ok(isSectionId(tag), tag);
    return [tag];
  }
  const text = JSON.stringify(resource);
  if (resource.resourceType === "Patient") return ["person-demographics", "gp-practice"];
  if (resource.resourceType === "ServiceRequest") return [text.includes('"3457005"') ? "referrals" : "requests"];
  if (resource.resourceType === "Encounter" && /"code":"(IMP|ACUTE|NONAC)"/.test(text)) return ["admissions"];
  if (resource.resourceType === "Observation") {
    const category = /"category":\[\{"coding":\[\{"system":"[^"]+","code":"([^"]+)"/.exec(text)?.[1];
    return [BY_CATEGORY[category ?? ""] ?? "other"];
  }
  return [BY_TYPE[resource.resourceType] ?? "other"];
}

/** Sections that hospital messages feed by their kind. */
const HL7: Readonly<Record<string, SectionId[]>> = {
  A01: ["admissions"],
  A03: ["discharges"],
  A04: ["contacts"],
  R01: ["results"],
  T02: ["documents"],
  S12: ["appointments"],
  A28: ["person-demographics", "personal-contacts"],
};

test("the maps read every message of the region without a fault, and every section is fed by somebody", () => {
  const fed = new Set<string>();
  /** What each source put under its own ids: what it sends later may point at it. */
  const sent = new Map<string, Set<string>>();
  const take = (resources: Resource[]): void => {
    for (const resource of resources) for (const section of sectionsOf(resource)) fed.add(section);
  };
  for (const one of planned) {
    const body = one.write();
    if (one.kind === "gp-connect-stu3") {
      const bundle: unknown = JSON.parse(body.toString());
      const result = convertGpConnect(bundle);
      assert.ok(result.ok, JSON.stringify(result));
      const counts: Record<string, number> = {};
      for (const resource of result.resources) counts[resource.resourceType] = (counts[resource.resourceType] ?? 0) + 1;
      assert.deepEqual(counts, countGpConnect(bundle));
      assert.doesNotMatch(
        JSON.stringify(result.resources),
        /source-reference/,
        "every reference of our own records resolves",
      );
      assert.equal(region.practices.find((practice) => practice.ods === result.organisation)?.feed, one.feedId);
      take(result.resources as Resource[]);
    } else if (one.kind === "csv") {
      const layout = REGION.layout(childrenFeeds.has(one.feedId) ? "council-children" : "council-adult")!;
      const { rows, faults } = readDelimited(body, layout);
      assert.deepEqual(faults, []);
      take(rows.flatMap((row) => row.resources) as Resource[]);
    } else if (one.kind === "fhir-r4") {
      const bundle = JSON.parse(body.toString()) as {
        entry: { fullUrl: string; resource: Resource; request: { method: string; url: string } }[];
      };
      const before = sent.get(one.feedId) ?? new Set<string>();
      const addresses = new Set([...before, ...bundle.entry.flatMap((entry) => [entry.fullUrl, entry.request.url])]);
      for (const { request } of bundle.entry) if (request.method === "PUT") before.add(request.url);
      sent.set(one.feedId, before);
      for (const { resource } of bundle.entry) {
        for (const match of JSON.stringify(resource).matchAll(/"reference":"([^"]+)"/g))
          assert.ok(addresses.has(match[1]!), `${one.feedId} ${match[1]!}`);
        for (const label of resource.meta?.security ?? [])
          assert.ok(label.system === LABEL_SYSTEM && (LABELS as readonly string[]).includes(label.code));
      }
      take(bundle.entry.map((entry) => entry.resource));
    } else {
      const trigger = body.toString().split("|")[8]!.split("^")[1]!;
      for (const section of HL7[trigger] ?? []) fed.add(section);
      if (body.includes("\rPR1|")) fed.add("procedures");
    }
  }
  assert.deepEqual(
    SECTIONS.map((section) => section.id).filter((id) => !fed.has(id)),
    [],
  );
});

test("asked-and-none, not asked, and listed allergies come out as three different things", () => {
  const practiceSays = (key: string): { kinds: string[]; allergies: number } => {
    const story = STORIES.find((one) => one.key === key)!;
    const record = planned
      .filter((one) => one.kind === "gp-connect-stu3")
      .map((one) => one.write().toString())
      .find((text) => text.includes(`"${story.nhsNumber!}"`))!;
    const result = convertGpConnect(JSON.parse(record));
    assert.ok(result.ok);
    return {
      kinds: result.statements.filter((one) => one.section === "allergies").map((one) => one.kind),
      allergies: result.resources.filter((one) => one.resourceType === "AllergyIntolerance").length,
    };
  };
  assert.deepEqual(practiceSays("allergy-none-asserted"), { kinds: ["asserted-none"], allergies: 1 });
  assert.deepEqual(practiceSays("allergy-not-asked"), { kinds: ["not-asked"], allergies: 0 });
  assert.deepEqual(practiceSays("allergy-conflict"), { kinds: [], allergies: 1 });
  assert.equal(practiceSays("heavy").allergies, 6, "five active and one ended");
});
