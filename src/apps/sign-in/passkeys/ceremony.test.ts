/** The two ceremonies against an authenticator that can lie about everything but a key that it does not have. */
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { describe, test } from "node:test";
import { isRefusal } from "#platform";
import { SoftwareAuthenticator, type Ceremony } from "#test/software-authenticator.ts";
import { counterFits, credentialIdIn, makingOptions, relyingParty, signInOptions, takeAssertion, takeMade, userHandleOf, type KnownPasskey } from "./ceremony.ts";

const rp = relyingParty("https://record.example:8443", "Shared record");
const handle = userHandleOf("a secret of the installation", "555000001053");
const challenge = randomBytes(32).toString("base64url");
const here: Ceremony = { challenge, origin: rp.origin, rpId: rp.id };
const codeOf = (value: unknown): string => (isRefusal(value) ? value.code : typeof value === "string" ? value : "taken");
const trailOf = (value: unknown): unknown => (isRefusal(value) ? value.details?.["trail"] : undefined);

async function made(device: SoftwareAuthenticator): Promise<KnownPasskey> {
  const passkey = await takeMade(rp, challenge, device.make(here));
  assert.ok(!isRefusal(passkey), JSON.stringify(passkey));
  return { ...passkey, userHandle: handle, endedHow: null };
}

describe("ACC-07 what a browser is asked", () => {
  test("signing in: any passkey of ours, the user verified, no name and no credential told", async () => {
    const { rpId, userVerification, allowCredentials, challenge: asked } = await signInOptions(rp);
    assert.deepEqual([rpId, userVerification, allowCredentials], ["record.example", "required", []]);
    assert.notEqual(asked, (await signInOptions(rp)).challenge);
    assert.ok(Buffer.from(asked!, "base64url").length >= 16);
  });
  test("making: found without a name, the user verified, no attestation, none of those that the professional has", async () => {
    const options = await makingOptions(rp, { userHandle: handle, name: "Rowan Tate", has: [{ credentialId: "abcd", transports: ["usb"] }] });
    assert.deepEqual([options.rp.id, options.attestation, options.authenticatorSelection?.residentKey, options.authenticatorSelection?.userVerification, options.user.id], ["record.example", "none", "required", "required", handle]);
    assert.deepEqual(options.excludeCredentials?.map((each) => each.id), ["abcd"]);
  });
  test("what the authenticator keeps of the professional names nobody, and is another's for another and at another installation", () => {
    assert.ok(!Buffer.from(handle, "base64url").toString("latin1").includes("555000001053"));
    assert.equal(new Set([handle, userHandleOf("a secret of the installation", "555000001054"), userHandleOf("another secret", "555000001053")]).size, 3);
  });
});

describe("making a passkey", () => {
  test("is taken as the authenticator made it: id, key, counter, and whether it can be copied", async () => {
    const device = new SoftwareAuthenticator(handle);
    const passkey = await takeMade(rp, challenge, device.make(here));
    assert.ok(!isRefusal(passkey));
    assert.deepEqual([passkey.credentialId, passkey.counter, passkey.synced, passkey.transports], [device.credentialId, 1, false, ["internal"]]);
    const synced = await takeMade(rp, challenge, new SoftwareAuthenticator(handle, { synced: true }).make(here));
    assert.ok(!isRefusal(synced) && synced.synced && synced.counter === 0);
  });
  for (const [what, wrong, code] of [
    ["for another address", { origin: "https://record.example.evil.example" }, "passkeys.wrong-origin"],
    ["for our host at another port", { origin: "https://record.example" }, "passkeys.wrong-origin"],
    ["for our address without encryption", { origin: "http://record.example:8443" }, "passkeys.wrong-origin"],
    ["for another relying party", { rpId: "example" }, "passkeys.wrong-origin"],
    ["inside another site's frame", { crossOrigin: true }, "passkeys.wrong-origin"],
    ["without verifying the user", { verified: false }, "passkeys.user-not-verified"],
    ["without the user", { present: false, verified: false }, "passkeys.user-not-verified"],
    ["for an earlier challenge", { challenge: randomBytes(32).toString("base64url") }, "passkeys.challenge-expired"],
    ["by the ceremony of signing in", { type: "webauthn.get" }, "passkeys.malformed"],
  ] as const) {
    test(`ACC-07 made ${what}, it is refused by name`, async () => assert.equal(codeOf(await takeMade(rp, challenge, new SoftwareAuthenticator(handle).make({ ...here, ...wrong }))), code));
  }
  test("what is no credential is refused and throws nothing; nothing at all means that there was no script", async () => {
    const good = JSON.parse(new SoftwareAuthenticator(handle).make(here)) as { response: object };
    for (const posted of ["{", "null", "[]", "{}", '{"id":1}', JSON.stringify({ ...good, id: "other" }), JSON.stringify({ ...good, response: { ...good.response, attestationObject: "AAAA" } }), JSON.stringify({ ...good, response: { ...good.response, clientDataJSON: "bm8" } }), "x".repeat(30_000)]) {
      assert.equal(codeOf(await takeMade(rp, challenge, posted)), "passkeys.malformed", posted.slice(0, 60));
    }
    assert.equal(codeOf(await takeMade(rp, challenge, "")), "passkeys.no-script");
  });
});

describe("signing in with a passkey", () => {
  test("a signature of the key that was made is taken, and its counter is what is kept next", async () => {
    const device = new SoftwareAuthenticator(handle);
    const known = await made(device);
    const posted = device.sign(here);
    assert.equal(credentialIdIn(posted), device.credentialId);
    assert.deepEqual(await takeAssertion(rp, challenge, posted, known), { counter: 2 });
  });
  for (const [what, wrong, code] of [
    ["for another address", { origin: "https://evil.example" }, "passkeys.wrong-origin"],
    ["for another relying party", { rpId: "evil.example" }, "passkeys.wrong-origin"],
    ["inside another site's frame", { crossOrigin: true }, "passkeys.wrong-origin"],
    ["for a challenge that was answered before", { challenge: randomBytes(32).toString("base64url") }, "passkeys.challenge-expired"],
    ["by the ceremony of making", { type: "webauthn.create" }, "passkeys.malformed"],
  ] as const) {
    test(`ACC-07 signed ${what}, it is refused by name`, async () => {
      const device = new SoftwareAuthenticator(handle);
      assert.equal(codeOf(await takeAssertion(rp, challenge, device.sign({ ...here, ...wrong }), await made(device))), code);
    });
  }
  test("ACC-07 a signature for which the device did not check who it is, is refused", async () => {
    const device = new SoftwareAuthenticator(handle);
    assert.equal(codeOf(await takeAssertion(rp, challenge, device.sign({ ...here, verified: false }), await made(device))), "passkeys.user-not-verified");
  });
  test("ACC-07 an unknown credential, another's key, another person's, and one that ended read the same outside, and differ in the trail", async () => {
    const device = new SoftwareAuthenticator(handle);
    const known = await made(device);
    const thief = new SoftwareAuthenticator(handle);
    const stranger = new SoftwareAuthenticator(handle);
    const answers = [
      await takeAssertion(rp, challenge, stranger.sign(here), null),
      await takeAssertion(rp, challenge, stranger.sign(here), known),
      await takeAssertion(rp, challenge, device.sign(here, thief), known),
      await takeAssertion(rp, challenge, device.sign(here), { ...known, userHandle: userHandleOf("a secret of the installation", "555000001054") }),
      await takeAssertion(rp, challenge, device.sign(here), { ...known, endedHow: "revoked" }),
    ];
    assert.deepEqual(new Set(answers.map(codeOf)), new Set(["passkeys.not-registered"]));
    assert.equal(new Set(answers.map((each) => isRefusal(each) && each.message)).size, 1);
    assert.deepEqual(answers.map(trailOf), ["passkeys.unknown-credential", "passkeys.unknown-credential", "passkeys.wrong-signature", "passkeys.another-persons", "passkeys.ended"]);
  });
  test("ACC-07 a counter that goes back or stands still is a copy; one that never counts is a synced passkey", async () => {
    const device = new SoftwareAuthenticator(handle);
    const known = await made(device);
    device.counter = 6;
    const posted = device.sign(here);
    assert.equal(codeOf(await takeAssertion(rp, challenge, posted, { ...known, counter: 7 })), "counter-went-back");
    assert.equal(codeOf(await takeAssertion(rp, challenge, posted, { ...known, counter: 8 })), "counter-went-back");
    assert.deepEqual(await takeAssertion(rp, challenge, posted, { ...known, counter: 6 }), { counter: 7 });
    const synced = new SoftwareAuthenticator(handle, { synced: true });
    assert.deepEqual(await takeAssertion(rp, challenge, synced.sign(here), await made(synced)), { counter: 0 });
    assert.deepEqual([[0, 0], [0, 1], [1, 0], [1, 1], [1, 2]].map(([before, now]) => counterFits(before!, now!)), [true, true, false, false, true]);
  });
  test("nobody without the key can lock a passkey or learn that it is locked", async () => {
    const device = new SoftwareAuthenticator(handle);
    const known = await made(device);
    const thief = new SoftwareAuthenticator(handle);
    assert.equal(codeOf(await takeAssertion(rp, challenge, device.sign(here, thief), { ...known, counter: 900 })), "passkeys.not-registered");
    assert.equal(codeOf(await takeAssertion(rp, challenge, device.sign(here, thief), { ...known, endedHow: "locked" })), "passkeys.not-registered");
    assert.equal(codeOf(await takeAssertion(rp, challenge, device.sign(here), { ...known, endedHow: "locked" })), "passkeys.locked");
  });
  test("any byte of the signed data changed, the signature does not hold", async () => {
    const device = new SoftwareAuthenticator(handle);
    const known = await made(device);
    const posted = JSON.parse(device.sign(here)) as { response: { authenticatorData: string } };
    const data = Buffer.from(posted.response.authenticatorData, "base64url");
    for (let at = 32; at < data.length; at++) {
      const changed = Buffer.from(data);
      changed[at]! ^= 0x20;
      const answer = await takeAssertion(rp, challenge, JSON.stringify({ ...posted, response: { ...posted.response, authenticatorData: changed.toString("base64url") } }), known);
      assert.ok(isRefusal(answer), `byte ${at}`);
    }
  });
});
