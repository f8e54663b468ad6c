/** The client against the stand-in of the published interface, with its faults. */
import assert from "node:assert/strict";
import { createHmac, randomBytes } from "node:crypto";
import { after, before, describe, it } from "node:test";
import { gzipSync } from "node:zlib";
import { isRefusal, type Refusal } from "#platform";
import { newAuthority } from "#test/certificates.ts";
import { startStandInMesh, type StandInMesh } from "../stand-in/mesh.ts";
import { meshAuthorization, whyNotAuthorized } from "./authorization.ts";
import { createMeshClient, MESH_PAGE, type MeshClient, type MeshSettings } from "./client.ts";

const SHARED = "a shared key of no environment";
const OURS = { mailbox: "X26HC005", password: "ours" };
const THEIRS = { mailbox: "X26HC006", password: "theirs" };
const WORKFLOW = "KMCR-TEST";

let mesh: StandInMesh;
const open: MeshClient[] = [];
const client = (who = OURS, more: Partial<MeshSettings> = {}): MeshClient => {
  const made = createMeshClient({ ...who, url: mesh.url, mode: "demo", sharedKey: SHARED, tls: null, mostBytes: 5_000_000, timeoutMs: 300, backoffMs: 5, ...more });
  open.push(made);
  return made;
};
const taken = <T>(answer: T | Refusal): T => (isRefusal(answer) ? assert.fail(`${answer.code} ${JSON.stringify(answer.details)}`) : answer);
const refusalOf = (answer: unknown): Refusal => (isRefusal(answer) ? answer : assert.fail("was not refused"));
const asksSince = (from: number): string[] => mesh.asked.slice(from).map((each) => `${each.method} ${each.path}`);
const outgoing = (localId: string, bytes = Buffer.from("a letter"), more: object = {}) => ({ to: THEIRS.mailbox, workflowId: WORKFLOW, fileName: "letter.json", localId, bytes, ...more });

before(async () => {
  mesh = taken(await startStandInMesh({ mode: "demo", port: 0, sharedKey: SHARED, mailboxes: [{ id: OURS.mailbox, password: OURS.password, odsCode: "X26", sends: [WORKFLOW, "ONLY-OURS"] }, { id: THEIRS.mailbox, password: THEIRS.password, odsCode: "G82060", receives: [WORKFLOW] }] }));
});
after(async () => {
  for (const each of open) each.close();
  await mesh?.close();
});

describe("the authorization header", () => {
  it("is a digest under the shared key over mailbox, nonce, count, password and minute", () => {
    const header = meshAuthorization({ ...OURS, sharedKey: SHARED }, new Date("2026-11-21T09:30:59Z"));
    const [, nonce, minute, hash] = /^NHSMESH X26HC005:([0-9a-f-]{36}):0:(\d{12}):([0-9a-f]{64})$/.exec(header)!;
    assert.equal(minute, "202611210930");
    assert.equal(hash, createHmac("sha256", SHARED).update(`X26HC005:${nonce}:0:ours:202611210930`).digest("hex"));
  });

  it("is refused with another password, another mailbox, a clock more than two hours away, and a second time", () => {
    const credentials = { ...OURS, sharedKey: SHARED };
    const now = new Date();
    const used = new Set<string>();
    const header = meshAuthorization(credentials, now);
    assert.equal(whyNotAuthorized(header, OURS.mailbox, credentials, used, now), null);
    assert.match(whyNotAuthorized(header, OURS.mailbox, credentials, used, now)!, /nonce/);
    assert.match(whyNotAuthorized(meshAuthorization({ ...credentials, password: "x" }, now), OURS.mailbox, credentials, used, now)!, /digest/);
    assert.match(whyNotAuthorized(meshAuthorization(credentials, now), THEIRS.mailbox, credentials, used, now)!, /mailbox/);
    assert.match(whyNotAuthorized(meshAuthorization(credentials, new Date(now.getTime() - 3 * 3_600_000)), OURS.mailbox, credentials, used, now)!, /two hours/);
  });
});

describe("the client", () => {
  it("validates the mailbox with what the interface wants to know, and signs each request anew, tries included", async () => {
    const from = mesh.asked.length;
    mesh.fail("GET X26HC005", 503);
    assert.equal(taken(await client().validate()), true);
    const signed = mesh.asked.slice(from).map((each) => each.authorization);
    assert.equal(signed.length, 2);
    assert.notEqual(signed[0], signed[1]);
  });

  it("gives back byte for byte what came in chunks, each compressed by itself", async () => {
    const chunks = [randomBytes(70_000), Buffer.from("middle"), randomBytes(3)];
    for (const compressed of [true, false]) {
      const id = mesh.deliver({ from: THEIRS.mailbox, to: OURS.mailbox, workflowId: WORKFLOW, chunks: compressed ? chunks.map((each) => gzipSync(each)) : chunks, compressed, localId: "theirs-1", fileName: "file.csv" });
      const message = taken(await client().download(id));
      assert.ok(message.kind === "data");
      assert.deepEqual(message.bytes, Buffer.concat(chunks));
      assert.deepEqual([message.from, message.workflowId, message.localId, message.fileName, message.stillCompressed], [THEIRS.mailbox, WORKFLOW, "theirs-1", "file.csv", false]);
      assert.equal(taken(await client().acknowledge(id)), true);
      assert.equal(refusalOf(await client().download(id)).kind, "gone");
      assert.equal(taken(await client().acknowledge(id)), true, "acknowledging again changes nothing");
    }
  });

  it("says that a message is not there, is gone, or is larger than is taken, and gives bytes that do not unpack as they came", async () => {
    assert.equal(refusalOf(await client().download("20260101_NONE")).kind, "not-found");
    const bomb = mesh.deliver({ from: THEIRS.mailbox, to: OURS.mailbox, workflowId: WORKFLOW, chunks: [gzipSync(Buffer.alloc(20_000_000))], compressed: true });
    assert.equal(refusalOf(await client().download(bomb)).code, "national.mesh-too-large");
    const large = mesh.deliver({ from: THEIRS.mailbox, to: OURS.mailbox, workflowId: WORKFLOW, chunks: [Buffer.alloc(3_000_000), Buffer.alloc(3_000_000)] });
    assert.equal(refusalOf(await client().download(large)).code, "national.mesh-too-large");
    const broken = mesh.deliver({ from: THEIRS.mailbox, to: OURS.mailbox, workflowId: WORKFLOW, chunks: [Buffer.from("not gzip at all")], compressed: true });
    const message = taken(await client().download(broken));
    assert.ok(message.kind === "data" && message.stillCompressed);
    assert.equal(message.bytes.toString(), "not gzip at all");
    for (const id of [bomb, large, broken]) taken(await client().acknowledge(id));
  });

  it("reads 500 ids at a time, and fewer at the end", async () => {
    const ids = Array.from({ length: MESH_PAGE + 3 }, () => mesh.deliver({ from: THEIRS.mailbox, to: OURS.mailbox, workflowId: WORKFLOW, chunks: [Buffer.from("x")] }));
    const first = taken(await client().inbox());
    assert.equal(first.length, MESH_PAGE);
    for (const id of first) taken(await client().acknowledge(id));
    assert.deepEqual(taken(await client().inbox()), ids.slice(MESH_PAGE));
    for (const id of ids.slice(MESH_PAGE)) taken(await client().acknowledge(id));
  });

  it("tries again after 429, 5xx, a lost and a missing answer, and never after another 4xx", async () => {
    for (const fault of [429, 500, 503, "lost", "silent"] as const) {
      const from = mesh.asked.length;
      mesh.fail("inbox", fault, 2);
      assert.deepEqual(taken(await client().inbox()), [], String(fault));
      assert.equal(asksSince(from).length, 3, String(fault));
    }
    for (const fault of [400, 404, 417] as const) {
      const from = mesh.asked.length;
      mesh.fail("inbox", fault);
      refusalOf(await client().inbox());
      assert.equal(asksSince(from).length, 1, String(fault));
    }
    const from = mesh.asked.length;
    assert.equal(refusalOf(await client({ ...OURS, password: "wrong" }).inbox()).code, "national.mesh-forbidden");
    assert.equal(asksSince(from).length, 1);
    mesh.fail("inbox", 503, 4);
    assert.equal(refusalOf(await client().inbox()).code, "national.mesh-unavailable");
    const nobody = client(OURS, { url: "http://localhost:1" });
    assert.equal(refusalOf(await nobody.inbox()).code, "national.mesh-unavailable");
  });

  it("sends in chunks that unpack one by one, tracks until the recipient has it, and is told of each refusal in words", async () => {
    const bytes = randomBytes(250_000);
    const { messageId } = taken(await client(OURS, { chunkBytes: 100_000 }).send(outgoing("sent-1", bytes)));
    assert.equal(taken(await client().track({ messageId })).state, "accepted");
    const got = taken(await client(THEIRS).download(messageId));
    assert.ok(got.kind === "data");
    assert.deepEqual(got.bytes, bytes);
    taken(await client(THEIRS).acknowledge(messageId));
    assert.deepEqual(taken(await client().track({ localId: "sent-1" })).state, "acknowledged");
    assert.equal(refusalOf(await client().track({ messageId: "NONE" })).kind, "not-found");
    for (const [more, code] of [[{ to: "NOBODY" }, "12"], [{ workflowId: "OTHER" }, "16"], [{ workflowId: "ONLY-OURS" }, "17"], [{ to: "" }, "08"], [{ fileName: "" }, "06"]] as const) {
      const refusal = refusalOf(await client().send(outgoing("refused", undefined, more)));
      assert.equal(refusal.code, "national.mesh-not-taken");
      assert.equal(refusal.details?.["errorCode"], code);
    }
  });

  it("sends once where the answer was lost: MESH is asked by our own id first", async () => {
    for (const [fault, localId] of [["lost", "once-1"], ["hang", "once-2"], [500, "once-3"], [503, "once-4"], [429, "once-5"]] as const) {
      mesh.fail("POST X26HC005/outbox", fault);
      const { messageId } = taken(await client().send(outgoing(localId)));
      assert.equal(mesh.waiting(THEIRS.mailbox).filter((id) => id === messageId).length, 1);
      assert.equal(mesh.waiting(THEIRS.mailbox).length, 1, `${fault}: one message and no second`);
      taken(await client(THEIRS).acknowledge(messageId));
    }
  });

  it("learns from a report that nobody fetched what was sent", async () => {
    const { messageId } = taken(await client().send(outgoing("late-1")));
    mesh.expire(messageId);
    const [id] = taken(await client().inbox());
    const report = taken(await client().download(id!));
    assert.ok(report.kind === "report");
    assert.deepEqual([report.linkedMessageId, report.localId, report.statusCode], [messageId, "late-1", "14"]);
    assert.equal(taken(await client().track({ messageId })).state, "undelivered");
    taken(await client().acknowledge(id!));
  });

  it("looks up an organisation's mailbox for a workflow", async () => {
    assert.deepEqual(taken(await client().lookUp("G82060", WORKFLOW)).map((each) => each.mailbox), [THEIRS.mailbox]);
    assert.deepEqual(taken(await client().lookUp("G82060", "OTHER")), []);
  });

  it("shows its certificate, and does not talk to a server of another authority", async () => {
    const authority = newAuthority();
    const [server, ours] = [authority.issue("localhost"), authority.issue("kmcr.example.nhs.uk")];
    const secure = taken(await startStandInMesh({ mode: "demo", port: 0, sharedKey: SHARED, mailboxes: [{ id: OURS.mailbox, password: OURS.password }], tls: { ...server, authority: authority.certificate } }));
    try {
      assert.match(secure.url, /^https:/);
      assert.equal(taken(await client(OURS, { url: secure.url, tls: { ...ours, authority: authority.certificate } }).validate()), true);
      const other = newAuthority("Somebody else");
      assert.equal(refusalOf(await client(OURS, { url: secure.url, tls: { ...ours, authority: other.certificate } }).validate()).code, "national.mesh-unavailable");
      const stranger = other.issue("stranger");
      assert.equal(refusalOf(await client(OURS, { url: secure.url, tls: { ...stranger, authority: authority.certificate } }).validate()).code, "national.mesh-unavailable");
    } finally {
      await secure.close();
    }
  });

  it("production neither starts the stand-in nor talks to one", async () => {
    assert.equal(refusalOf(await startStandInMesh({ mode: "production", port: 0, sharedKey: SHARED, mailboxes: [] })).code, "national.stand-in-in-production");
    assert.equal(refusalOf(await client(OURS, { mode: "production" }).inbox()).code, "national.mesh-stand-in");
  });

  it("what is sent is packed", async () => {
    const { messageId } = taken(await client().send(outgoing("packed", Buffer.from("x".repeat(1000)))));
    const raw = await fetch(`${mesh.url}/messageexchange/${THEIRS.mailbox}/inbox/${messageId}`, { headers: { authorization: meshAuthorization({ ...THEIRS, sharedKey: SHARED }, new Date()), "accept-encoding": "identity" } });
    assert.equal(raw.headers.get("content-encoding"), "gzip");
    assert.ok(Number(raw.headers.get("content-length")) < 100);
    await raw.body?.cancel();
    taken(await client(THEIRS).acknowledge(messageId));
  });
});
