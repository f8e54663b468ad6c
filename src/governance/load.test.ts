import { test } from "node:test";
import assert from "node:assert/strict";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadRegion, isRegionFaults, faultLines, type Region, type RegionFault } from "./index.ts";

const KENT = "regions/kent-medway";

function load(dir = KENT, overlays: string[] = []): Region {
  const region = loadRegion(dir, overlays);
  if (isRegionFaults(region)) assert.fail(faultLines(region));
  return region;
}

/** Copies the pack, lets `spoil` damage it, and answers with the faults. */
function faultsAfter(spoil: (dir: string) => void): RegionFault[] {
  const dir = mkdtempSync(join(tmpdir(), "kmcr-region-"));
  try {
    cpSync(KENT, dir, { recursive: true });
    spoil(dir);
    const result = loadRegion(dir);
    return isRegionFaults(result) ? result : [];
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

function edit(dir: string, file: string, change: (value: any) => void): void {
  const path = join(dir, file);
  const value: unknown = JSON.parse(readFileSync(path, "utf8"));
  change(value);
  writeFileSync(path, JSON.stringify(value));
}

test("ORG-01: the region pack loads without a fault and names every kind of partner", () => {
  const region = load();
  const types = new Set(region.organisations.map((each) => each.type));
  for (const type of ["acute", "mental-health", "community", "ambulance", "out-of-hours", "gp-practice", "pcn", "federation", "local-authority", "hospice", "independent", "voluntary", "commissioner", "processor", "analytics", "research", "disclosure", "regulator"] as const) {
    assert.ok(types.has(type), `no organisation of type ${type}`);
  }
  assert.equal(region.organisation("RVV")?.name, "East Kent Hospitals University NHS Foundation Trust");
  assert.equal(region.organisation("nowhere"), undefined);
});

test("ORG-18: a voluntary organisation is registered and may not view", () => {
  const voluntary = load().organisations.filter((each) => each.type === "voluntary");
  assert.ok(voluntary.length > 0);
  assert.ok(voluntary.every((each) => !each.mayView && each.agreement === null));
});

test("EXC-01 to EXC-05: eight kinds of organisation supply a feed, each under an agreement", () => {
  const region = load();
  const kinds = new Set(region.feeds.map((feed) => region.organisation(feed.organisation)?.type));
  for (const kind of ["acute", "community", "mental-health", "gp-practice", "local-authority", "ambulance", "hospice", "out-of-hours"] as const) {
    assert.ok(kinds.has(kind), `no feed from ${kind}`);
  }
  assert.ok(region.feeds.every((feed) => region.organisation(feed.organisation)?.agreement));
  assert.deepEqual(region.feedsOf("X-MEDWAY").map((feed) => feed.options?.["layout"]), ["council-adult", "council-children"]);
});

test("the demo has professionals of at least twelve roles, one of them lapsed, one a contractor", () => {
  const region = load();
  const roles = new Set(region.professionals.flatMap((each) => each.profiles.map((profile) => profile.role)));
  assert.ok(roles.size >= 12, `${roles.size} roles`);
  assert.ok(region.professionals.filter((each) => each.profiles.length > 1).length >= 2);
  assert.ok(region.professionals.some((each) => each.contractor));
  assert.ok(region.professionals.some((each) => (each.trainedDaysAgo ?? Infinity) > region.rules.trainingValidDays));
});

test("the same national role code means different work in different organisations", () => {
  const region = load();
  assert.equal(region.roleFor("S8001:G8005:R8001", "G82060")?.id, "practice-nurse");
  assert.equal(region.roleFor("S8001:G8005:R8001", "RXY")?.id, "mental-health-nurse");
  assert.equal(region.roleFor("S8000:G8000:R0050", "RVV", "Emergency medicine")?.id, "ed-doctor");
  assert.equal(region.roleFor("S8000:G8000:R0050", "RVV")?.id, "hospital-doctor");
  assert.equal(region.roleFor("S8000:G8000:R9999", "RVV"), undefined, "an unmapped code gets no default");
});

test("every fault of a pack is said at once, with its file and place", () => {
  const faults = faultsAfter((dir) => {
    edit(dir, "organisations.json", (list) => {
      list[0].odsCode = "rn7!";
      list[1].agrement = {};
    });
    edit(dir, "feeds.json", (list) => delete list[0].title);
    writeFileSync(join(dir, "hosts.json"), "[{");
    rmSync(join(dir, "region.json"));
  });
  const places = faults.map((fault) => `${fault.file} ${fault.path} ${fault.code}`);
  assert.ok(places.includes("organisations.json /0/odsCode governance.schema"), places.join("\n"));
  assert.ok(places.includes("organisations.json /1 governance.schema"));
  assert.ok(places.includes("feeds.json /0 governance.schema"));
  assert.ok(places.includes("hosts.json  governance.not-json"));
  assert.ok(places.includes("region.json  governance.file-missing"));
});

test("a feed of an organisation that signed no agreement is a fault", () => {
  const faults = faultsAfter((dir) => edit(dir, "feeds.json", (list) => void (list[0].organisation = "X-VCSO")));
  assert.deepEqual(faults.map((fault) => [fault.path, fault.code]), [["/0/agreementRequired", "governance.contradiction"]]);
});

test("a matrix that leaves out a caveat is a fault: a withheld fact would read as none", () => {
  const faults = faultsAfter((dir) =>
    edit(dir, "matrix.json", (matrix) => {
      const row = matrix.roles.find((each: { role: string }) => each.role === "paramedic");
      row.mayWithhold = row.mayWithhold.filter((section: string) => section !== "medicines");
    }),
  );
  assert.equal(faults.length, 1);
  assert.match(faults[0]!.message, /lacks medicines/);
});

test("a professional whose national role maps elsewhere than the pack says is a fault", () => {
  const faults = faultsAfter((dir) => edit(dir, "professionals.json", (list) => void (list[0].profiles[0].role = "gp")));
  assert.match(faults[0]!.message, /maps to paramedic, not to gp/);
});

test("ACC-07 a passkey takes the place of no national role, and somebody has to invite", () => {
  const national = faultsAfter((dir) => edit(dir, "professionals.json", (list) => void (list.find((each: { name: string }) => each.name === "Rowan Tate").profiles[0].national = true)));
  assert.match(national[0]!.message, /the national directory holds no role there/);
  const nobody = faultsAfter((dir) => edit(dir, "region.json", (rules) => void delete rules.passkeys));
  assert.match(nobody[0]!.message, /does not say who invites/);
  const unknown = faultsAfter((dir) => edit(dir, "region.json", (rules) => void (rules.passkeys.administrators = ["caretaker"])));
  assert.match(unknown[0]!.message, /caretaker is not a known role/);
});

test("an overlay adds organisations and feeds, and its faults are found too", () => {
  const dir = mkdtempSync(join(tmpdir(), "kmcr-overlay-"));
  try {
    const organisation = { ...load().organisation("RVV")!, odsCode: "X-OUTSIDE", name: "Outside data" };
    writeFileSync(join(dir, "organisations.json"), JSON.stringify([organisation]));
    assert.equal(load(KENT, [dir]).organisation("X-OUTSIDE")?.name, "Outside data");
    writeFileSync(join(dir, "organisations.json"), JSON.stringify([{ ...organisation, odsCode: "RVV" }]));
    const faults = loadRegion(KENT, [dir]);
    assert.ok(isRegionFaults(faults) && faults.some((fault) => fault.code === "governance.duplicate"));
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
});

test("the fingerprint changes when a policy changes", () => {
  const before = load().fingerprint;
  const dir = mkdtempSync(join(tmpdir(), "kmcr-region-"));
  try {
    cpSync(KENT, dir, { recursive: true });
    assert.equal(load(dir).fingerprint, before);
    writeFileSync(join(dir, "policies/30-person.cedar"), `${readFileSync(join(dir, "policies/30-person.cedar"), "utf8")}\n// changed\n`);
    assert.notEqual(load(dir).fingerprint, before);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
});

test("PUR-09 a layout that names what it lacks is refused with every fault at once, and a feed must name a layout", () => {
  const faults = faultsAfter((dir) => {
    edit(dir, "layouts/council-adult.json", (layout) => {
      layout.recordColumn = "number";
      layout.columns.type.aliases = ["surname"];
      layout.columns.outcome = { format: "code" };
      layout.kinds.assessment.required.push("weather");
      layout.kinds.assessment.resources[0].resourceType = "Assessment";
      layout.kinds.assessment.resources[0].meta.tag[0].code = "weather";
      layout.kinds.assessment.resources[0].valueString = "{{forecast}}";
    });
    edit(dir, "feeds.json", (feeds) => {
      const feed = feeds.find((each: { options?: { layout?: string } }) => each.options?.layout === "council-children");
      feed.options = { layout: "council-family", load: "half", mostRemovedPercent: "some" };
    });
  }).map((fault) => `${fault.file} ${fault.path}`);
  for (const place of [
    "layouts/council-adult.json /recordColumn", "layouts/council-adult.json /columns/type", "layouts/council-adult.json /columns/outcome", "layouts/council-adult.json /kinds/assessment/required/2", "layouts/council-adult.json /kinds/assessment/resources/0/resourceType",
    "layouts/council-adult.json /kinds/assessment/resources/0/meta/tag", "layouts/council-adult.json /kinds/assessment/resources/0",
  ]) assert.ok(faults.includes(place), `${place} among ${faults.join(", ")}`);
  assert.equal(faults.filter((fault) => /^feeds\.json \/\d+\/options\/(layout|load|mostRemovedPercent)$/.test(fault)).length, 3);
  assert.ok(faultsAfter((dir) => edit(dir, "layouts/council-adult.json", (layout) => (layout.colour = "red"))).some((fault) => fault.code === "governance.schema"));
});

test("the day of an instant is the region's, to the second at midnight, in summer and winter time and long ago", () => {
  const { dayOf } = load();
  const days: Readonly<Record<string, string>> = {
    "2026-11-22T23:59:59.999Z": "2026-11-22", "2026-11-23T00:00:00Z": "2026-11-23", "2026-07-01T22:59:59.999Z": "2026-07-01", "2026-07-01T23:00:00Z": "2026-07-02",
    "2026-03-28T23:59:59Z": "2026-03-28", "2026-03-29T22:59:59Z": "2026-03-29", "2026-03-29T23:00:00Z": "2026-03-30", "1971-01-01T23:30:00Z": "1971-01-02", "1931-02-07T12:00:00Z": "1931-02-07",
  };
  for (let time = 0; time < 2; time++) for (const [instant, day] of Object.entries(days)) assert.equal(dayOf(new Date(instant)), day, instant);
  assert.throws(() => dayOf(new Date(NaN)), RangeError);
});
