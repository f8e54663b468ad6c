import { test } from "node:test";
import assert from "node:assert/strict";
import { memorySql } from "#test/memory-sql.ts";
import { cookieHeader, createSessions, isCsrfToken, originRefusal, readCookie, type SessionProfile } from "./index.ts";

const profile = (id: string): SessionProfile => ({
  id, organisation: "RYD", organisationName: "Ambulance", role: "paramedic", roleName: "Paramedic", sourceRole: "S8000:G8000:R1070", sourceRoleName: "Paramedic", areaOfWork: null,
});
const who = { professionalId: "555000001001", name: "Priya Nair", method: "cis2" as const, passkeyId: null, assurance: 3, profiles: [profile("1"), profile("2")], profileId: null, launch: null };

function setUp() {
  let at = Date.parse("2026-11-21T08:00:00Z");
  const sql = memorySql();
  const sessions = createSessions(sql, { idleMinutes: 15, hours: 12 }, { now: () => new Date(at) });
  return { sql, sessions, wait: (minutes: number) => void (at += minutes * 60_000) };
}

test("a copy of the table signs nobody in: it holds a hash, not the cookie", async () => {
  const { sql, sessions } = setUp();
  const { cookie } = await sessions.start(who);
  assert.equal(Buffer.from(cookie, "base64url").length, 32);
  assert.ok(!JSON.stringify([...sql.table("session")]).includes(cookie));
  assert.equal((await sessions.read(cookie, true))?.name, "Priya Nair");
  assert.equal(await sessions.read(String([...sql.table("session").keys()][0]), true), null);
});

test("a session ends 15 minutes after its last use, counted on the server", async () => {
  const { sessions, wait } = setUp();
  const { cookie } = await sessions.start(who);
  wait(14);
  assert.ok(await sessions.read(cookie, true));
  wait(14);
  assert.ok(await sessions.read(cookie, true));
  wait(15);
  assert.equal(await sessions.read(cookie, true), null);
});

test("a page that asks by itself keeps nobody signed in", async () => {
  const { sessions, wait } = setUp();
  const { cookie } = await sessions.start(who);
  for (let minute = 0; minute < 14; minute++) {
    wait(1);
    assert.ok(await sessions.read(cookie, false));
  }
  wait(1);
  assert.equal(await sessions.read(cookie, false), null);
});

test("a session ends after 12 hours whatever happens, also when the role was changed", async () => {
  const { sessions, wait } = setUp();
  let { cookie } = await sessions.start(who);
  for (let step = 0; step < 71; step++) {
    wait(10);
    if (step === 30) ({ cookie } = (await sessions.chooseProfile(cookie, "2"))!);
    assert.ok(await sessions.read(cookie, true), `after ${step * 10 + 10} minutes`);
  }
  wait(10);
  assert.equal(await sessions.read(cookie, true), null);
});

test("choosing a role replaces the session's id, and only own profiles can be chosen", async () => {
  const { sessions } = setUp();
  const first = await sessions.start(who);
  assert.equal(first.session.profile, null);
  assert.equal(await sessions.chooseProfile(first.cookie, "3"), null);
  const second = (await sessions.chooseProfile(first.cookie, "2"))!;
  assert.equal(second.session.profile?.id, "2");
  assert.notEqual(second.cookie, first.cookie);
  assert.notEqual(second.session.sessionId, first.session.sessionId);
  assert.notEqual(second.session.csrf, first.session.csrf);
  assert.equal(await sessions.read(first.cookie, true), null);
});

test("signing out ends the session on the server", async () => {
  const { sessions } = setUp();
  const { cookie } = await sessions.start(who);
  await sessions.end(cookie);
  assert.equal(await sessions.read(cookie, true), null);
});

test("a form's token is the session's or it is refused", async () => {
  const { session } = await setUp().sessions.start(who);
  assert.equal(isCsrfToken(session, session.csrf), true);
  for (const wrong of ["", undefined, "x", session.csrf.slice(1)]) assert.equal(isCsrfToken(session, wrong), false);
});

test("the cookie is bound to this host over https, and never readable by scripts", () => {
  assert.equal(cookieHeader("kmcr", "v", true), "__Host-kmcr=v; Path=/; HttpOnly; SameSite=Lax; Secure");
  assert.equal(cookieHeader("kmcr", "", false, 0), "kmcr=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0");
  assert.equal(readCookie("a=1; kmcr=v=w; b=2", "kmcr"), "v=w");
  assert.equal(readCookie(undefined, "kmcr"), null);
});

test("a state change that another site caused is refused", () => {
  const origins = ["https://record.example"];
  const outcome = (headers: Record<string, string>, method = "POST"): boolean => originRefusal({ method, headers }, origins) === null;
  assert.equal(outcome({ "sec-fetch-site": "same-origin", origin: "https://record.example" }), true);
  assert.equal(outcome({ "sec-fetch-site": "cross-site", origin: "https://evil.example" }), false);
  assert.equal(outcome({ "sec-fetch-site": "same-site", origin: "https://other.example" }), false);
  assert.equal(outcome({ origin: "https://evil.example" }), false, "an older browser");
  assert.equal(outcome({ origin: "null", cookie: "kmcr=v" }), false, "a sandboxed frame");
  assert.equal(outcome({ cookie: "kmcr=v" }), false, "our cookie without a word about where it comes from");
  assert.equal(outcome({ authorization: "Bearer t" }), true, "a feed's client is no browser");
  assert.equal(outcome({ "sec-fetch-site": "cross-site" }, "GET"), true, "reading changes nothing");
});
