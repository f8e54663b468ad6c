import { after, before, describe, test } from "node:test";
import assert from "node:assert/strict";
import Fastify, { type FastifyInstance } from "fastify";
import type { AuditEntry } from "#audit";
import { createAccess } from "#access";
import { loadRegion, type Region } from "#governance";
import { html, render, systemClock, type Session } from "#platform";
import { trailRoutes, type TrailDeps } from "./trail.ts";

const region = loadRegion("regions/kent-medway") as Region;
const PERSON = "01900000-0000-7000-8000-000000000001";

function sessionOf(name: string): Session {
  const professional = region.professionals.find((each) => each.name === name)!;
  const { id, organisation, role, sourceRole, sourceRoleName } = professional.profiles[0]!;
  const profile = { id, organisation, organisationName: region.organisation(organisation)!.name, role, roleName: region.role(role)!.name, sourceRole, sourceRoleName, areaOfWork: null };
  return { sessionId: "s", professionalId: professional.uid, name, method: "cis2", passkeyId: null, assurance: 3, profile, profiles: [profile], confidentialityAcceptedAt: null, csrf: "token", launch: null, startedAt: new Date(), idleEndsAt: new Date(), endsAt: new Date() };
}

function entry(number: number, more: Partial<AuditEntry> = {}): AuditEntry {
  const actor = { id: "555000001002", name: "Tom Okafor", role: "ed-doctor", roleName: "Emergency department doctor", sourceRole: "x", organisation: "RVV", organisationName: "East Kent Hospitals", sessionId: "s" };
  return {
    entryId: `e${number}`, recorded: new Date(Date.UTC(2026, 10, 21, 12, 0, 0) - number * 1000), personId: PERSON, actor, actorId: actor.id, actorName: actor.name, role: actor.role, roleName: actor.roleName,
    organisation: "RVV", organisationName: "East Kent Hospitals", purpose: "direct-care", action: "open", outcome: "allowed", relationship: "seen at East Kent Hospitals", relationshipWords: "seen at East Kent Hospitals",
    reason: null, policy: "care-attendance", route: "/person/:id", requestId: "r", channel: "web", decisionId: null, sourcePatients: [], shown: { sections: ["allergies", "medicines"], items: 12 }, ...more,
  };
}

let signedIn = "Sunita Rao";
let trail: AuditEntry[] = [];
const readings: { outcome: string; entries: number; policy: string }[] = [];
let app: FastifyInstance;

const paged = (entries: AuditEntry[], { limit, before }: { limit: number; before?: Date }): AuditEntry[] => entries.filter((each) => before === undefined || each.recorded < before).slice(0, limit);

before(async () => {
  const deps: TrailDeps = {
    region, access: createAccess(region), clock: systemClock,
    audit: {
      listByPerson: async (personId, page) => paged(trail.filter((each) => each.personId === personId), page),
      listByActor: async (actorId, page) => paged(trail.filter((each) => each.actorId === actorId), page),
      listRecent: async (organisation, page) => paged(trail.filter((each) => each.organisation === organisation), page),
    },
    session: async () => (signedIn === "" ? null : sessionOf(signedIn)),
    findByNhsNumber: async (nhsNumber) => (nhsNumber === "9990009996" ? { personId: PERSON } : null),
    describePersons: async (ids) => new Map(ids.filter((id) => id === PERSON).map((id) => [id, "Test PERSON, 999 000 9996"])),
    recordReading: async ({ outcome, entries, policy }) => void readings.push({ outcome, entries, policy }),
    tabs: () => html``,
    page: ({ main }) => render(main),
    refusalPage: (refusal) => refusal.code,
  };
  app = Fastify();
  await app.register(trailRoutes, deps);
});
after(() => app.close());

const get = async (url: string) => app.inject({ url });
const post = async (form: Record<string, string>) =>
  app.inject({ method: "POST", url: "/office/privacy", headers: { "content-type": "application/x-www-form-urlencoded" }, payload: new URLSearchParams(form).toString() });

describe("who opened records", () => {
  test("AUD-01: when, who, role, organisation, why and what, each on one line; the reading is kept first", async () => {
    trail = [entry(1)];
    readings.length = 0;
    const page = (await get("/office/privacy/staff")).body;
    for (const words of ["21 Nov 2026", "11:59:59", "Tom Okafor", "Emergency department doctor", "East Kent Hospitals", "seen at East Kent Hospitals", "Allergies and adverse reactions", "12 items", "Test PERSON"]) assert.ok(page.includes(words), words);
    assert.deepEqual(readings, [{ outcome: "allowed", entries: 1, policy: "find-a-person" }]);
  });

  test("AUD-06: an officer sees the own organisation's staff only, and no count of others", async () => {
    trail = [entry(1, { organisation: "RPA", organisationName: "Medway", actorName: "Helen Marsh" }), entry(2)];
    const page = (await get(`/office/privacy/person?person=${PERSON}`)).body;
    assert.ok(page.includes("Tom Okafor"));
    assert.ok(!page.includes("Helen Marsh") && !page.includes("Medway"));
  });

  test("PUR-18 every access carries its purpose of use, and the trail is narrowed by it, further pages too", async () => {
    trail = [...Array.from({ length: 60 }, (_, at) => entry(at, { purpose: "audit", actorName: "Sunita Rao" })), entry(70)];
    const page = (await get(`/office/privacy/person?person=${PERSON}&purpose=direct-care`)).body;
    assert.ok(page.includes("Tom Okafor<br>") && !page.includes("Sunita Rao<br>"));
    const audited = (await get(`/office/privacy/person?person=${PERSON}&purpose=audit`)).body;
    assert.ok(audited.includes("Sunita Rao<br>") && !audited.includes("Tom Okafor<br>"));
    assert.match(audited, /purpose=audit&amp;before=/);
  });

  test("own entries are found behind any number of others'", async () => {
    trail = [...Array.from({ length: 1200 }, (_, at) => entry(at, { organisation: "RPA" })), entry(1300)];
    assert.ok((await get(`/office/privacy/person?person=${PERSON}`)).body.includes("Tom Okafor"));
  });

  test("fifty on a page, and the rest under Older, none twice", async () => {
    trail = Array.from({ length: 70 }, (_, at) => entry(at));
    const first = (await get("/office/privacy/staff")).body;
    assert.equal(first.match(/<tr class/g)?.length, 50);
    const older = /href="([^"]*before=[^"]*)"/.exec(first)![1]!.replaceAll("&amp;", "&");
    assert.equal((await get(older)).body.match(/<tr class/g)?.length, 20);
  });

  test("a person whom nobody of the own organisation opened is not named: the page is no way to look anybody up", async () => {
    trail = [entry(1, { organisation: "RPA" })];
    const page = (await get(`/office/privacy/person?person=${PERSON}`)).body;
    assert.ok(page.includes("Nobody of your organisation") && !page.includes("Test PERSON"));
  });

  test("a reason that holds markup is shown as text", async () => {
    trail = [entry(1, { reason: "<script>alert(1)</script>" })];
    assert.ok(!(await get("/office/privacy/staff")).body.includes("<script"));
  });

  test("a person is looked for by NHS number without it standing in an address", async () => {
    const answer = await post({ _csrf: "token", nhsNumber: "999 000 9996" });
    assert.deepEqual([answer.statusCode, answer.headers.location], [303, `/office/privacy/person?person=${PERSON}`]);
    assert.equal((await post({ _csrf: "token", nhsNumber: "123" })).statusCode, 400);
    assert.equal((await post({ _csrf: "other", nhsNumber: "9990009996" })).statusCode, 400);
  });

  test("a clinician is refused, and the refusal is kept", async () => {
    signedIn = "Tom Okafor";
    readings.length = 0;
    const answer = await get("/office/privacy/staff");
    assert.deepEqual([answer.statusCode, answer.body], [403, "access.role-purpose"]);
    assert.deepEqual(readings, [{ outcome: "refused", entries: 0, policy: "access.role-purpose" }]);
    signedIn = "";
    assert.equal((await get("/office/privacy/staff")).headers.location, "/sign-in?return=%2Foffice%2Fprivacy");
    signedIn = "Sunita Rao";
  });
});
