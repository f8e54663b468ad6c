import { describe, test } from "node:test";
import assert from "node:assert/strict";
import { SECTIONS } from "#standards";
import { region } from "./scenario.ts";

const care = region.roles.filter((role) => role.purposes.includes("direct-care"));

describe("the role by section matrix of the region", () => {
  test("covers every role, and every section is seen by some role", () => {
    assert.deepEqual(region.roles.filter((role) => !region.matrix.roles.some((row) => row.role === role.id)), []);
    for (const { id } of SECTIONS) assert.ok(care.some((role) => region.sectionRights(role.id).sees.has(id)), id);
  });

  test("no role of direct care can have an allergy, a vaccination or an end-of-life decision withheld from it", () => {
    for (const role of care) {
      for (const section of ["allergies", "vaccinations", "end-of-life"] as const) assert.ok(!region.sectionRights(role.id).mayWithhold.has(section), `${role.id} ${section}`);
    }
  });

  test("PUR-11: every clinical role sees allergies, medicines, alerts, legal status or end-of-life decisions in an emergency", () => {
    for (const role of ["paramedic", "ed-doctor", "hospital-doctor", "hospital-nurse", "gp", "out-of-hours-clinician", "hospice-nurse"]) {
      for (const section of ["allergies", "medicines", "alerts", "legal-information", "end-of-life", "problems", "personal-contacts"] as const) {
        assert.ok(region.sectionRights(role).sees.has(section), `${role} ${section}`);
      }
    }
  });

  test("ORG-03: a commissioner sees no section, holds no label and may do nothing", () => {
    const role = region.role("commissioner")!;
    assert.deepEqual([region.sectionRights("commissioner").sees.size, role.labels.length, role.actions.length], [0, 0, 0]);
  });

  test("ORG-21: support staff see less than any clinical role, and nothing clinical", () => {
    const { sees } = region.sectionRights("support-staff");
    for (const section of ["problems", "medicines", "results", "documents", "safeguarding", "assessments", "risks"] as const) assert.ok(!sees.has(section), section);
  });

  test("a section that a role does not see is never named as one where rows may be held back", () => {
    for (const role of region.roles) {
      const { sees, mayWithhold } = region.sectionRights(role.id);
      for (const section of mayWithhold) assert.ok(sees.has(section));
    }
  });
});
