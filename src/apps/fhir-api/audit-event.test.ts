/** Every act of the trail as an AuditEvent: valid FHIR R4, and valid against the BALP profile of its kind. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { AUDIT_ACTIONS, NOBODY, type AuditEntry } from "#audit";
import { validateResource, type Resource } from "#standards";
import { BALP_PROFILES, balpFaults } from "#test/balp.ts";
import { profileOf, toAuditEvent } from "./audit-event.ts";

const source = { base: "https://record.example/fhir/R4", name: "A shared record" };
const PERSON = "01900000-0000-7000-8000-000000000001";
const entry = (more: Partial<AuditEntry> = {}): AuditEntry => {
  const actor = { id: "555000001002", name: "Tom Okafor", role: "ed-doctor", roleName: "Emergency department doctor", sourceRole: "S8000:G8000:R8000", organisation: "X1", organisationName: "A hospital", sessionId: "s" };
  return {
    entryId: "01900000-0000-7000-8000-0000000000aa", recorded: new Date("2026-11-21T09:00:00.123Z"), personId: PERSON, actor, actorId: actor.id, actorName: actor.name, role: actor.role, roleName: actor.roleName, organisation: actor.organisation, organisationName: actor.organisationName,
    purpose: "direct-care", action: "open", outcome: "allowed", relationship: "seen at A hospital", relationshipWords: "seen at A hospital", reason: "a reason of <several> words", policy: "care-attendance", route: "GET /person/:personId", requestId: "01900000-0000-7000-8000-0000000000bb",
    channel: "web", decisionId: "01900000-0000-7000-8000-0000000000cc", sourcePatients: [PERSON], shown: { page: "summary", sections: ["allergies"], items: 12, digest: "ab12" }, ...more,
  };
};
/** Acts that BALP has no profile for. */
const OUTSIDE = new Set(["sign-in", "sign-out", "launch", "log-heartbeat", "log-key", "log-destroy"]);
const every = AUDIT_ACTIONS.flatMap((action) => ([PERSON, NOBODY] as const).flatMap((personId) => (["allowed", "refused"] as const).map((outcome) => entry({ action, personId, outcome }))));
const feeds = [
  entry({ action: "write", channel: "mllp", shown: { kind: "ADT^A01", created: 3, updated: 0, unchanged: 0, removed: 0 }, purpose: "direct-care", reason: null, decisionId: null }),
  entry({ action: "deliver", channel: "mesh", shown: { page: "document", to: "X2", items: 1 } }),
  entry({ channel: "", decisionId: null, reason: null, sourcePatients: [], shown: {} }),
  entry({ actor: { ...entry().actor, organisation: "", organisationName: "", sourceRole: "" }, organisation: "", organisationName: "" }),
];

describe("an audit entry as AuditEvent", () => {
  test("is valid FHIR R4, for every act, about a person or nobody, allowed or refused", () => {
    for (const each of [...every, ...feeds]) assert.deepEqual(validateResource(JSON.parse(JSON.stringify(toAuditEvent(each, source)))), [], `${each.action} ${each.outcome}`);
  });

  test("is valid against the BALP profile of its kind; only acts that BALP has none for go without", () => {
    const seen = new Set<string>();
    for (const each of [...every, ...feeds]) {
      const profile = profileOf(each);
      const where = `${each.action} ${each.outcome} ${each.personId === NOBODY ? "nobody" : "a person"}`;
      if (profile === null) {
        assert.ok(each.outcome === "refused" || each.action === "refused" || each.action === "reason-given" || each.action === "objection-override" ? each.personId === NOBODY : OUTSIDE.has(each.action), `${where} has no profile`);
        continue;
      }
      seen.add(profile);
      assert.deepEqual(balpFaults(toAuditEvent(each, source)), [], where);
    }
    assert.deepEqual([...seen].sort(), BALP_PROFILES.filter((each) => !each.endsWith(".Create")).sort(), "all kinds but the creation of what is nobody's were seen");
  });

  test("the rules find what is wrong: each part of a good event taken away or changed breaks its profile", () => {
    const broken = (more: Partial<AuditEntry>, edit: (event: any) => void): string[] => {
      const event = structuredClone(toAuditEvent(entry(more), source)) as Resource;
      edit(event);
      return balpFaults(event);
    };
    for (const [more, edit] of [
      [{}, (event) => event.agent.splice(0, 1)], [{}, (event) => event.agent.splice(1, 1)], [{}, (event) => delete event.agent[0].network], [{}, (event) => (event.agent[2].network = { address: "x" })], [{}, (event) => (event.agent[2].requestor = false)],
      [{}, (event) => event.entity.splice(0, 1)], [{}, (event) => delete event.entity[1].what], [{}, (event) => (event.entity[0].what = { display: "somebody" })], [{}, (event) => (event.action = "E")], [{}, (event) => (event.outcome = "4")], [{}, (event) => (event.subtype = [])],
      [{ action: "search" }, (event) => delete event.entity[1].query], [{ action: "search" }, (event) => (event.entity[1].what = { display: "x" })], [{ action: "search" }, (event) => (event.agent[0].type.coding[0].code = "110152")],
      [{ action: "refused", outcome: "refused" }, (event) => (event.agent[3].who = { display: "another" })], [{ action: "refused", outcome: "refused" }, (event) => event.entity.push({ type: { system: "x", code: "y" } })], [{ action: "refused", outcome: "refused" }, (event) => event.agent.splice(2, 1)],
      [{ action: "deliver" }, (event) => (event.subtype = [])], [{ action: "deliver" }, (event) => (event.agent[0].who = { display: "another" })], [{ action: "write" }, (event) => (event.entity[1].role.code = "24")],
    ] as [Partial<AuditEntry>, (event: any) => void][]) assert.ok(broken(more, edit).length > 0, `${more.action ?? "open"}: ${edit}`);
  });

  test("says everything that the entry says: who, role, organisation, purpose, relationship, reason, policy, decision, request, sources, what was shown", () => {
    const text = JSON.stringify(toAuditEvent(entry(), source));
    for (const value of ["555000001002", "Tom Okafor", "ed-doctor", "S8000:G8000:R8000", "X1", "TREAT", "seen at A hospital", "a reason of <several> words", "care-attendance", "0000000000cc", "0000000000bb", `Patient/${PERSON}`, "ab12", "allergies"]) assert.ok(text.includes(value), value);
    assert.equal(toAuditEvent(entry({ outcome: "refused" }), source)["outcomeDesc"], "Refused: care-attendance");
  });
});
