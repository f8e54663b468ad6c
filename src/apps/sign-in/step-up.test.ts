import assert from "node:assert/strict";
import { test } from "node:test";
import { emergencyStepUp, signedInLately, signInAgain } from "./step-up.ts";

const NOW = new Date("2026-11-22T03:00:00Z");
const since = (minutes: number, method: "cis2" | "passkey" = "cis2") => ({ method, startedAt: new Date(NOW.getTime() - minutes * 60_000) });
const never = (): Promise<boolean> => assert.fail("the provider is asked only where it matters");

test("a session is fresh until its authentication is older than the region allows", () => {
  assert.deepEqual([0, 60, 61].map((age) => signedInLately(since(age), 60, NOW)), [true, true, false]);
});
test("an emergency of somebody who signed in lately waits for nothing, and asks nobody", async () => {
  assert.equal(await emergencyStepUp(since(10), 120, NOW, never), "fresh");
});
test("an emergency of an old session asks to sign in again, unless nobody can: then it goes on and says so", async () => {
  assert.equal(await emergencyStepUp(since(300), 120, NOW, async () => true), "sign-in-again");
  assert.equal(await emergencyStepUp(since(300), 120, NOW, async () => false), "provider-away");
});
test("an emergency of an old session that a passkey opened asks to sign in again, whether CIS2 answers or not", async () => {
  assert.equal(await emergencyStepUp(since(300, "passkey"), 120, NOW, never), "sign-in-again");
});
test("signing in again goes the way by which the session began", () => {
  assert.deepEqual((["cis2", "passkey", "launch"] as const).map((method) => signInAgain({ method }, "/office/staff?page=2")), ["/sign-in/cis2?return=%2Foffice%2Fstaff%3Fpage%3D2", "/sign-in/passkey?return=%2Foffice%2Fstaff%3Fpage%3D2", "/sign-in/cis2?return=%2Foffice%2Fstaff%3Fpage%3D2"]);
});
