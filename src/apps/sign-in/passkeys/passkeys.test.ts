/** Invitations, what they make, and who is signed in by it, on a real database; the pure rules of who may hand out what beside them. */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { isRegionFaults, loadRegion, type Region } from "#governance";
import { createSessions, isRefusal, openPool, type Pool } from "#platform";
import { freshDatabase } from "#test/database.ts";
import { SoftwareAuthenticator } from "#test/software-authenticator.ts";
import { relyingParty, userHandleOf } from "./ceremony.ts";
import { administrationRefusal, firstAdministratorRefusal, identityCheckWords, invite, openInvitation } from "./invite.ts";
import { endPasskey, hashOf, listOpenInvitations, listPasskeys, rememberChallenge, takeChallenge, withdrawInvitations, type MadeFor } from "./store.ts";
import { makeAnother, makeInvited, signInWith, type PasskeyDeps } from "./take.ts";

const loaded = loadRegion("regions/kent-medway");
assert.ok(!isRegionFaults(loaded));
const region: Region = loaded;
const uidOf = (name: string): string => region.professionals.find((each) => each.name === name)!.uid;
const [JUDITH, ROWAN, BERNADETTE] = ["Judith Amos", "Rowan Tate", "Bernadette Cole"].map(uidOf) as [string, string, string];
const inviter = { id: JUDITH, name: "Judith Amos", role: "privacy-officer", organisation: "X-HEARTOFKENT" };
const codeOf = (value: unknown): string | null => (isRefusal(value) ? value.code : null);

describe("who may be invited, and by whom", () => {
  const of = (uid: string, by = inviter): string | null => codeOf(administrationRefusal(region, by, region.professional(uid)));
  test("ACC-07 an administrator invites the staff of the own organisation, and nobody else", () => {
    assert.equal(of(ROWAN), null);
    assert.equal(of(ROWAN, { ...inviter, organisation: "X-PILGRIMS" }), "passkeys.other-organisation");
    assert.equal(of("555000009999"), "passkeys.other-organisation");
    assert.equal(of(ROWAN, { ...inviter, role: "hospice-nurse" }), "passkeys.not-administrator");
  });
  test("ACC-07 nobody invites themselves: a second pair of eyes has seen who it is", () => assert.equal(of(JUDITH), "passkeys.oneself"));
  test("ACC-07 somebody of an organisation with CIS2 gets no passkey, nor does who works at one besides", () => {
    assert.equal(of(uidOf("Eileen Shaw"), { ...inviter, organisation: "X-PILGRIMS" }), "passkeys.use-cis2");
    const both = { ...region.professional(ROWAN)!, profiles: [...region.professional(ROWAN)!.profiles, ...region.professional(uidOf("Eileen Shaw"))!.profiles] };
    assert.equal(codeOf(administrationRefusal(region, inviter, both)), "passkeys.use-cis2");
    assert.equal(region.signInOf({ ...both, profiles: [] }), "cis2", "nor does who works nowhere");
  });
  test("the operator invites the first administrator of such an organisation alone", () => {
    const first = (uid: string): string | null => codeOf(firstAdministratorRefusal(region, region.professional(uid)));
    assert.deepEqual([JUDITH, ROWAN, uidOf("Margaret Stone"), "x"].map(first), [null, "passkeys.not-administrator", "passkeys.use-cis2", "passkeys.not-in-register"]);
  });
  test("how identity was checked is chosen from the region's words, and nothing else counts", () => {
    assert.match(String(identityCheckWords(region, "photograph")), /passport/);
    for (const wrong of ["", "trust me", undefined, null]) assert.equal(codeOf(identityCheckWords(region, wrong)), "passkeys.identity-not-checked");
  });
});

describe("invitations, passkeys and sessions on a database", () => {
  let database: Awaited<ReturnType<typeof freshDatabase>>;
  let sql: Pool;
  let now = new Date("2026-11-22T09:00:00Z");
  const clock = { now: () => now };
  const pass = (minutes: number): void => void (now = new Date(now.getTime() + minutes * 60_000));
  const rp = relyingParty("https://record.example", "Shared record");
  let deps: PasskeyDeps;

  before(async () => {
    database = await freshDatabase("passkeys");
    if (database === null) return;
    sql = openPool(database.address, "kmcr_pages", 4);
    deps = { region, sql, clock, secret: "a secret of the installation", rp };
  });
  after(async () => {
    await sql?.end();
    await database?.drop();
  });
  const onDatabase = (title: string, work: () => Promise<void>): void => void test(title, async (t) => (database === null ? t.skip("needs the test database of npm test") : work()));

  const deviceOf = (uid: string, options = {}): SoftwareAuthenticator => new SoftwareAuthenticator(userHandleOf("a secret of the installation", uid), options);
  let asked = 0;
  /** A challenge that was asked for, as the browser would hold it. */
  const challenge = async (madeFor: MadeFor): Promise<{ binding: string; ceremony: { challenge: string; origin: string; rpId: string } }> => {
    const text = Buffer.from(`challenge number ${++asked}`).toString("base64url");
    return { binding: await rememberChallenge(sql, text, madeFor, now), ceremony: { challenge: text, origin: rp.origin, rpId: rp.id } };
  };
  const makeWith = async (token: string, device: SoftwareAuthenticator, name = "my phone") => {
    const { binding, ceremony } = await challenge(`invitation ${hashOf(token)}`);
    return makeInvited(deps, token, binding, device.make(ceremony), name);
  };
  const enrolled = async (uid: string, options = {}): Promise<SoftwareAuthenticator> => {
    const device = deviceOf(uid, options);
    const { token } = await invite(sql, inviter, uid, "photograph", now);
    const made = await makeWith(token, device);
    assert.ok(!isRefusal(made), JSON.stringify(made));
    return device;
  };
  const signIn = async (device: SoftwareAuthenticator) => {
    const { binding, ceremony } = await challenge("sign-in");
    return signInWith(deps, binding, device.sign(ceremony));
  };
  const answerOf = (answer: Awaited<ReturnType<typeof signIn>>): string => ("who" in answer ? answer.who.name : "locked" in answer ? "locked" : answer.code);

  onDatabase("ACC-07 an invitation makes one passkey of the named professional, who then signs in at assurance level 2 in the roles of the register", async () => {
    const device = await enrolled(ROWAN);
    const answer = await signIn(device);
    assert.ok("who" in answer);
    assert.deepEqual([answer.who.name, answer.who.assurance, answer.who.method, answer.who.passkeyId, answer.who.profileId], ["Rowan Tate", 2, "passkey", device.credentialId, "555000253001"]);
    const both = await signIn(await enrolled(BERNADETTE));
    assert.ok("who" in both && both.who.profileId === null);
    assert.deepEqual(both.who.profiles.map((each) => each.role), ["hospice-nurse", "data-quality-officer"]);
  });
  onDatabase("an invitation works once, for 24 hours, until it is withdrawn, and only the last one does", async () => {
    const { token } = await invite(sql, inviter, ROWAN, "photograph", now);
    assert.ok(!isRefusal(await makeWith(token, deviceOf(ROWAN))));
    assert.equal(codeOf(await makeWith(token, deviceOf(ROWAN))), "passkeys.invitation-used");
    const late = await invite(sql, inviter, ROWAN, "photograph", now);
    pass(24 * 60);
    assert.equal(codeOf(await makeWith(late.token, deviceOf(ROWAN))), "passkeys.invitation-expired");
    const first = await invite(sql, inviter, ROWAN, "photograph", now);
    const second = await invite(sql, inviter, ROWAN, "photograph", now);
    assert.deepEqual(second.withdrawn, [first.invitation.invitationId]);
    assert.equal(codeOf(await openInvitation(sql, region, first.token, now)), "passkeys.invitation-withdrawn");
    assert.equal((await listOpenInvitations(sql, [ROWAN], now)).length, 1);
    await withdrawInvitations(sql, ROWAN, JUDITH, now);
    assert.equal(codeOf(await makeWith(second.token, deviceOf(ROWAN))), "passkeys.invitation-withdrawn");
    for (const made of ["x".repeat(43), "", undefined, ["a"]]) assert.equal(codeOf(await openInvitation(sql, region, made, now)), "passkeys.invitation-unknown");
  });
  onDatabase("of two who open the same link at once, one gets a passkey", async () => {
    const { token } = await invite(sql, inviter, ROWAN, "photograph", now);
    const answers = await Promise.all([makeWith(token, deviceOf(ROWAN)), makeWith(token, deviceOf(ROWAN)), makeWith(token, deviceOf(ROWAN))]);
    assert.deepEqual(answers.map(codeOf).sort(), [null, "passkeys.invitation-used", "passkeys.invitation-used"].sort());
  });
  onDatabase("the token of an invitation stands nowhere in the database", async () => {
    const { token } = await invite(sql, inviter, ROWAN, "photograph", now);
    const { rows } = await sql.query<{ row: string }>("select i::text as row from platform.passkey_invitation i");
    assert.ok(rows.length > 0 && rows.every(({ row }) => !row.includes(token)));
  });
  onDatabase("ACC-07 a challenge is taken once, in the browser and for the act that it was made for, within five minutes", async () => {
    const device = await enrolled(ROWAN);
    const { binding, ceremony } = await challenge("sign-in");
    const posted = device.sign(ceremony);
    assert.equal(answerOf(await signInWith(deps, binding, posted)), "Rowan Tate");
    assert.equal(answerOf(await signInWith(deps, binding, posted)), "passkeys.challenge-expired", "replayed");
    const late = await challenge("sign-in");
    pass(5);
    assert.equal(answerOf(await signInWith(deps, late.binding, device.sign(late.ceremony))), "passkeys.challenge-expired", "too late");
    const another = await challenge(`another-device ${ROWAN}`);
    assert.equal(answerOf(await signInWith(deps, another.binding, device.sign(another.ceremony))), "passkeys.challenge-expired", "made for another act");
    assert.equal(await takeChallenge(sql, another.binding, `another-device ${ROWAN}`, now), null, "and it is gone all the same");
    const elsewhere = await challenge("sign-in");
    assert.equal(answerOf(await signInWith(deps, null, device.sign(elsewhere.ceremony))), "passkeys.challenge-expired", "another browser");
  });
  onDatabase("ACC-07 a passkey of which a copy signs is locked by whichever signs second, and its sessions have ended", async () => {
    const device = await enrolled(ROWAN);
    const sessions = createSessions(sql, { idleMinutes: 15, hours: 12 }, clock);
    const first = await signIn(device);
    assert.ok("who" in first);
    const { cookie } = await sessions.start(first.who);
    assert.ok(await sessions.read(cookie, false));
    device.counter -= 1;
    const second = await signIn(device);
    assert.ok("locked" in second && second.professional?.name === "Rowan Tate");
    assert.equal(await sessions.read(cookie, false), null);
    device.counter += 100;
    assert.equal(answerOf(await signIn(device)), "passkeys.locked");
    assert.equal((await listPasskeys(sql, [ROWAN])).find((each) => each.credentialId === device.credentialId)?.ended?.how, "locked");
  });
  onDatabase("a synced passkey never counts, and signs in every time", async () => {
    const device = await enrolled(ROWAN, { synced: true });
    for (let time = 0; time < 3; time++) assert.equal(answerOf(await signIn(device)), "Rowan Tate");
  });
  onDatabase("ACC-07 a passkey that is revoked ends the sessions that it opened, and no others, even one that is just beginning", async () => {
    const [lost, kept] = [await enrolled(ROWAN), await enrolled(ROWAN)];
    const sessions = createSessions(sql, { idleMinutes: 15, hours: 12 }, clock);
    const [byLost, byKept] = [await signIn(lost), await signIn(kept)];
    assert.ok("who" in byLost && "who" in byKept);
    const [open, other] = [await sessions.start(byLost.who), await sessions.start(byKept.who)];
    assert.equal((await sessions.read(open.cookie, false))?.method, "passkey");
    const { passkeyId } = (await listPasskeys(sql, [ROWAN])).find((each) => each.credentialId === lost.credentialId)!;
    assert.equal(await endPasskey(sql, { passkeyId, professionalId: BERNADETTE, how: "revoked", by: JUDITH }, now), false, "not another's");
    assert.ok(await endPasskey(sql, { passkeyId, professionalId: ROWAN, how: "revoked", by: JUDITH }, now));
    assert.equal(await sessions.read(open.cookie, false), null);
    assert.ok(await sessions.read(other.cookie, false));
    const { cookie } = await sessions.start(byLost.who);
    assert.equal(await sessions.read(cookie, false), null, "the signature was checked before, the session began after it was revoked");
    assert.equal(answerOf(await signIn(lost)), "passkeys.not-registered");
  });
  onDatabase("the only passkey is not removed by its holder", async () => {
    const [, ...others] = (await listPasskeys(sql, [BERNADETTE])).filter((each) => each.ended === null);
    assert.deepEqual(others, []);
    const [only] = await listPasskeys(sql, [BERNADETTE]);
    const remove = (passkeyId: string): Promise<boolean> => endPasskey(sql, { passkeyId, professionalId: BERNADETTE, how: "removed", by: BERNADETTE, unlessLast: true }, now);
    assert.equal(await remove(only!.passkeyId), false);
    const { binding, ceremony } = await challenge(`another-device ${BERNADETTE}`);
    const more = await makeAnother(deps, BERNADETTE, binding, deviceOf(BERNADETTE).make(ceremony), "blue key");
    assert.ok(!isRefusal(more));
    assert.ok(await remove(only!.passkeyId));
    assert.equal(await remove(more.passkeyId), false);
  });
  onDatabase("whoever left, or has CIS2 by now, is signed in by no passkey and makes none", async () => {
    const device = await enrolled(ROWAN);
    const { token } = await invite(sql, inviter, ROWAN, "photograph", now);
    const left: Region = { ...region, professional: (uid) => (uid === ROWAN ? undefined : region.professional(uid)) };
    const moved: Region = { ...region, signInOf: () => "cis2" };
    for (const [other, atSignIn, atInvitation] of [[left, "passkeys.not-in-register", "passkeys.invitation-withdrawn"], [moved, "passkeys.use-cis2", "passkeys.use-cis2"]] as const) {
      const { binding, ceremony } = await challenge("sign-in");
      assert.equal(answerOf(await signInWith({ ...deps, region: other }, binding, device.sign(ceremony))), atSignIn);
      assert.equal(codeOf(await openInvitation(sql, other, token, now)), atInvitation);
      const again = await challenge(`another-device ${ROWAN}`);
      assert.ok(isRefusal(await makeAnother({ ...deps, region: other }, ROWAN, again.binding, deviceOf(ROWAN).make(again.ceremony), "x")));
    }
  });
  onDatabase("a device has a name, and a credential that is known is nobody else's", async () => {
    const { token } = await invite(sql, inviter, BERNADETTE, "known", now);
    for (const name of ["", "   ", "x".repeat(61), undefined]) assert.equal(codeOf(await makeWith(token, deviceOf(BERNADETTE), name as string)), name === undefined ? null : "passkeys.no-device-name");
    const device = await enrolled(ROWAN);
    const next = await invite(sql, inviter, BERNADETTE, "known", now);
    assert.equal(codeOf(await makeWith(next.token, device)), "passkeys.invitation-used");
    assert.ok(!isRefusal(await openInvitation(sql, region, next.token, now)), "and the invitation still holds");
  });
});
