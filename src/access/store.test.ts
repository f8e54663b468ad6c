/** The stores of access, objections, sessions and signing in on a real database. */
import { after, describe, test } from "node:test";
import assert from "node:assert/strict";
import { readObjections } from "#objections";
import { objected } from "#test/objected.ts";
import { createSessions, openPool, uuidv7, type Pool } from "#platform";
import { applyRelationships, readReason, readRelationships, recordReason, relationshipFrom, type CareFact } from "./index.ts";

/** A migrated database, as its owner; without one these tests are skipped. */
const url = process.env["KMCR_TEST_DATABASE_URL"];

describe("stores of access on PostgreSQL", { skip: url === undefined && "KMCR_TEST_DATABASE_URL is not set" }, () => {
  const pools: Pool[] = [];
  const sql = (): Pool => {
    pools[0] ??= openPool({ kind: "url", url: url!, roleKey: "unused by the owner" }, undefined, 2);
    return pools[0];
  };
  after(() => Promise.all(pools.map((pool) => pool.end())));
  const now = new Date();
  const fact = (sourcePatientId: string, more: Partial<CareFact> = {}): CareFact => ({
    sourcePatientId, resourceId: uuidv7(), type: "Encounter", status: "in-progress", organisation: "RVV", organisationName: "East Kent Hospitals",
    fromGpPractice: false, fromAmbulance: false, encounterKind: "inpatient", referredTo: null, service: null, start: now, end: null, unit: null, professional: null, labels: [], ...more,
  });

  test("a relationship follows its resource: written, changed, removed; a replay changes nothing", async () => {
    const sourcePatientId = uuidv7();
    const admission = fact(sourcePatientId);
    const change = (more: Partial<CareFact>) => [relationshipFrom({ ...admission, ...more }, now)!];
    for (const _ of [1, 2]) await applyRelationships(sql(), change({}));
    const [open, ...others] = await readRelationships(sql(), [sourcePatientId], ["RVV"]);
    assert.deepEqual([open?.kind, open?.organisation, open?.end, others.length], ["admission", "RVV", null, 0]);
    await applyRelationships(sql(), change({ end: now }));
    assert.deepEqual((await readRelationships(sql(), [sourcePatientId], ["RVV"]))[0]?.end, now);
    await applyRelationships(sql(), change({ status: "entered-in-error" }));
    assert.deepEqual(await readRelationships(sql(), [sourcePatientId], ["RVV"]), []);
    assert.deepEqual(await readRelationships(sql(), [], ["RVV"]), []);
  });

  test("a reason opens one person for one professional at one employer, until it ends", async () => {
    const personId = uuidv7();
    const until = new Date(now.getTime() + 3_600_000);
    await recordReason(sql(), { personId, reasonId: uuidv7(), professionalId: "555000001001", organisation: "RYD", kind: "break-glass", reasonCode: "emergency", words: "Collapsed", service: null, givenAt: now, until });
    assert.deepEqual(await readReason(sql(), personId, "555000001001", "RYD", now), { kind: "break-glass", words: "Collapsed", service: null, until });
    assert.equal(await readReason(sql(), personId, "555000001001", "RVV", now), null);
    assert.equal(await readReason(sql(), personId, "555000001002", "RYD", now), null);
    assert.equal(await readReason(sql(), uuidv7(), "555000001001", "RYD", now), null);
    assert.equal(await readReason(sql(), personId, "555000001001", "RYD", until), null);
  });

  test("an objection keeps its history; its state is the latest", async () => {
    const [personId, scope] = [uuidv7(), { kind: "organisation" as const, odsCode: "RXY" }];
    const { objectionId, steps } = await objected(sql(), personId, [scope], "upheld", now);
    assert.deepEqual(await readObjections(sql(), personId), [{ personId, objectionId, revision: steps.length, state: "upheld", scope, recordedAt: now }]);
    const { rows } = await sql().query("select revision from objections.objection where person_id = $1 order by revision", [personId]);
    assert.equal(rows.length, steps.length);
  });

  test("a session is written, read, used, moved to a role and ended", async () => {
    let at = now.getTime();
    const sessions = createSessions(sql(), { idleMinutes: 15, hours: 12 }, { now: () => new Date(at) });
    const profile = { id: "1", organisation: "RYD", organisationName: "a", role: "paramedic", roleName: "b", sourceRole: "c", sourceRoleName: "d", areaOfWork: null };
    const first = await sessions.start({ professionalId: "555000001001", name: "Priya Nair", method: "cis2", passkeyId: null, assurance: 3, profiles: [profile], profileId: null, launch: { personId: uuidv7(), host: "h" } });
    assert.deepEqual(await sessions.read(first.cookie, false), first.session);
    at += 10 * 60_000;
    await sessions.read(first.cookie, true);
    at += 10 * 60_000;
    const second = (await sessions.chooseProfile(first.cookie, "1"))!;
    assert.equal(second.session.profile?.role, "paramedic");
    assert.equal(await sessions.read(first.cookie, false), null);
    at += 16 * 60_000;
    assert.equal(await sessions.read(second.cookie, true), null);
    assert.ok((await sessions.sweep()) >= 1);
  });
});
