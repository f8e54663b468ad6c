import { test } from "node:test";
import assert from "node:assert/strict";
import { createPublicKey, generateKeyPairSync, type KeyObject } from "node:crypto";
import { SignJWT } from "jose";
import { isRegionFaults, loadRegion, type Region } from "#governance";
import { isRefusal } from "#platform";
import { memorySql } from "#test/memory-sql.ts";
import { demonstrationKey, signLaunch, verifyLaunch, type LaunchRequest } from "./launch-token.ts";
import { takeLaunch, type LaunchDeps } from "./launch.ts";

const region = loadRegion("regions/kent-medway") as Region;
assert.ok(!isRegionFaults(region));
const SECRET = "a secret of the installation, long enough";
const AUDIENCE = "http://localhost:8080";
const NOW = new Date("2026-11-21T12:00:00Z");
const later = (seconds: number): Date => new Date(NOW.getTime() + seconds * 1000);

const doctor = region.professionals.find((each) => each.name === "Anil Desai")!;
const launch: LaunchRequest = {
  professional: doctor.uid, organisation: "G82060", roleCode: "S8000:G8000:R0260", areaOfWork: null, nhsNumber: "9990009996", dateOfBirth: "1950-03-01",
};

function setUp(change: Partial<LaunchDeps> = {}) {
  const asked: string[] = [];
  const deps: LaunchDeps = {
    region, sql: memorySql(), clock: { now: () => NOW }, mode: "demo", publicUrl: AUDIENCE, secret: SECRET,
    findByNhsNumberAndBirth: async (nhsNumber, dateOfBirth) => {
      asked.push(nhsNumber);
      return nhsNumber === "9990009996" && dateOfBirth === "1950-03-01" ? { personId: "person-1" } : null;
    },
    ...change,
  };
  return { asked, take: async (token: string) => { const answer = await takeLaunch(deps, token); return isRefusal(answer) ? answer.code : answer; } };
}

const sign = (request: Partial<LaunchRequest> = {}, host = "demo-gp-system", key: KeyObject = demonstrationKey(SECRET, host), audience = AUDIENCE, at = NOW) =>
  signLaunch(host, key, audience, { ...launch, ...request }, at);

test("ACC-01: a launch from the practice's own system opens the person for that professional, in that role", async () => {
  const answer = await setUp().take(await sign());
  assert.ok(typeof answer !== "string", String(answer));
  assert.equal(answer.personId, "person-1");
  assert.equal(answer.who.name, "Anil Desai");
  assert.equal(answer.who.profiles[0]?.role, "gp");
  assert.deepEqual(answer.who.launch, { personId: "person-1", host: "Demonstration GP system" });
});

test("a launch link works once", async () => {
  const { take } = setUp();
  const token = await sign();
  assert.notEqual(await take(token), "launch.used");
  assert.equal(await take(token), "launch.used");
});

test("a launch link is used up even when the person does not match: it cannot serve to try out dates", async () => {
  const { take, asked } = setUp();
  const token = await sign({ dateOfBirth: "1950-03-02" });
  assert.equal(await take(token), "launch.patient-mismatch");
  assert.equal(await take(token), "launch.used");
  assert.equal(asked.length, 1);
});

test("a launch link lasts one minute, give or take five seconds between clocks", async () => {
  assert.notEqual(typeof (await setUp({ clock: { now: () => later(64) } }).take(await sign())), "string");
  assert.equal(await setUp({ clock: { now: () => later(66) } }).take(await sign()), "launch.expired");
});

test("a launch link that says it lasts an hour is refused", async () => {
  const at = Math.floor(NOW.getTime() / 1000);
  const token = await new SignJWT({ organisation: "G82060", role_code: "S8000:G8000:R0260", nhs_number: "9990009996", birth_date: "1950-03-01" })
    .setProtectedHeader({ alg: "EdDSA", typ: "kmcr-launch+jwt" }).setIssuer("demo-gp-system").setSubject(doctor.uid).setAudience(AUDIENCE).setJti("j").setIssuedAt(at).setExpirationTime(at + 3600)
    .sign(demonstrationKey(SECRET, "demo-gp-system"));
  assert.equal(await setUp().take(token), "launch.lasts-too-long");
});

test("each other way to fail has its own code", async () => {
  const { take } = setUp();
  const stranger = generateKeyPairSync("ed25519").privateKey;
  assert.equal(await take("not a token"), "launch.malformed");
  assert.equal(await take(""), "launch.malformed");
  assert.equal(await take(await sign({}, "unheard-of-system")), "launch.unknown-host");
  assert.equal(await take(await sign({}, "demo-gp-system", stranger)), "launch.wrong-signature");
  assert.equal(await take(await sign({}, "demo-gp-system", demonstrationKey(SECRET, "demo-hospital-system"))), "launch.wrong-signature");
  assert.equal(await take(await sign({}, "demo-gp-system", undefined, "https://another.example")), "launch.wrong-audience");
  assert.equal(await take(await sign({ organisation: "RVV" })), "launch.foreign-organisation");
  assert.equal(await take(await sign({ professional: "555000009999" })), "launch.unknown-professional");
  assert.equal(await take(await sign({ roleCode: "S8000:G8000:R1070" })), "launch.unknown-professional");
  assert.equal(await take(await sign({ nhsNumber: "9990009990" })), "launch.patient-mismatch");
});

test("a token without a signature is refused", async () => {
  const [, body] = (await sign()).split(".");
  const none = `${Buffer.from('{"alg":"none","typ":"kmcr-launch+jwt"}').toString("base64url")}.${body}.`;
  assert.match(String(await setUp().take(none)), /^launch\.(wrong-signature|malformed)$/);
});

test("a demonstration host opens nothing in production", async () => {
  assert.equal(await setUp({ mode: "production" }).take(await sign()), "launch.unknown-host");
});

test("a token that says it comes from the future is refused", async () => {
  const answer = await verifyLaunch(await sign({}, "demo-gp-system", undefined, AUDIENCE, later(120)), AUDIENCE, () => createPublicKey(demonstrationKey(SECRET, "demo-gp-system")), NOW);
  assert.ok(isRefusal(answer));
});
