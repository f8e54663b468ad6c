/** The command line beside a running product: feeds listed, sent, replayed and shown, quarantine worked through, in words and as JSON. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { kmcr, untilApplied, type Finished } from "#test/feed-command.ts";
import { startProduct, type Product } from "#test/product.ts";
import { PRIVACY_OFFICER, rowsOf, WebReader } from "#test/web-reader.ts";

const FEED = "rn7-adt";
let product: Product;
let folder: string;

before(async () => {
  folder = mkdtempSync(join(tmpdir(), "kmcr-command-"));
  product = await startProduct();
});
after(async () => {
  await product?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const run = (...args: string[]): Promise<Finished> => kmcr(product, ...args);
async function json<T>(...args: string[]): Promise<T> {
  const done = await run(...args, "--json");
  assert.equal(done.code, 0, done.stderr);
  return JSON.parse(done.stdout.toString("utf8")) as T;
}
function file(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}
const adt = (id: string, trigger = "A28", patient = "CMD1"): string => `MSH|^~\\&|PAS|RN7|KMCR|KMCR|20261121093000||ADT^${trigger}|${id}|P|2.4\nEVN|${trigger}|20261121093000\nPID|1||${patient}^^^RN7^MR~9990012346^^^NHS^NH||Commandline^Cora||19480312|F\n`;
type Message = { messageId: string; controlId: string; state: string; replays: string | null; replayedBy: string | null };
const messages = (): Promise<Message[]> => json("feeds", "list", FEED);

describe("kmcr feeds", () => {
  it("EXC-01 lists every feed and how it stands, in words and as JSON", async () => {
    const feeds = await json<{ feed: string; state: string; arrives: string; agreement: string; messages: number }[]>("feeds", "list");
    assert.deepEqual({ ...feeds.find((each) => each.feed === "gp-g82002"), alarms: [] }.arrives, "pull");
    assert.deepEqual(feeds.filter((each) => each.agreement !== "in-force"), []);
    assert.match((await run("feeds", "list")).stdout.toString("utf8"), /^rn7-adt\tRN7\thl7v2\tpush\tnever\t/m);
  });

  it("sends each message of an HL7 v2 file in a frame of its own and prints each answer", async () => {
    const path = file("two.hl7", adt("cmd-1") + adt("cmd-2", "A99"));
    const done = await run("feeds", "send", FEED, path);
    assert.equal(done.code, 0, done.stderr);
    assert.deepEqual(done.stdout.toString("utf8").trim().split("\n").map((line) => line.split("\t").slice(0, 2)), [["AA", "cmd-1"], ["AA", "cmd-2"]]);
    await untilApplied(product, FEED);
    assert.deepEqual((await messages()).map(({ controlId, state }) => [controlId, state]), [["cmd-1", "applied"], ["cmd-2", "quarantined"]]);
    const refused = await run("feeds", "send", FEED, file("other.hl7", adt("cmd-x").replace("|RN7|KMCR", "|NOBODY|KMCR")));
    assert.equal(refused.code, 1, "a refusal ends with a fault");
    assert.match(refused.stdout.toString("utf8"), /^AR\tcmd-x\t/);
  });

  it("sends FHIR over HTTP with the feed's own client", async () => {
    const [answer] = await json<{ answer: string; good: boolean }[]>("feeds", "send", "ryy-fhir", file("patient.json", JSON.stringify({ resourceType: "Patient", id: "cmd", name: [{ family: "Httpsent" }], birthDate: "1950-01-01" })));
    assert.deepEqual([answer!.answer, answer!.good], ["200", true]);
    assert.equal((await run("feeds", "send", "ryy-fhir", file("bad.json", "{"))).code, 1);
  });

  it("AUD-01 shows the bytes of a message for a reason alone, and that stands in the person's access history", async () => {
    const without = await run("feeds", "show", FEED, "cmd-1");
    assert.deepEqual([without.code, without.stdout.length], [2, 0]);
    assert.match(without.stderr, /--reason/);
    const done = await run("feeds", "show", FEED, "cmd-1", "--reason", "the hospital asks what came");
    assert.equal(done.stdout.toString("utf8"), adt("cmd-1").replaceAll("\n", "\r"));
    const officer = await WebReader.signIn(product, PRIVACY_OFFICER);
    const trail = await officer.post("/office/privacy", await officer.get("/office/privacy"), { nhsNumber: "9990012346" });
    assert.ok(rowsOf(trail.html).some((cells) => /Operator at the command line/.test(cells[1] ?? "") && /Read a message of a feed/.test(cells[3] ?? "") && /the hospital asks what came/.test(cells[4] ?? "")), trail.text);
  });

  it("replays a time: a dry run says what it would do and keeps nothing, then it is done under the operator's name", async () => {
    const choice = ["feeds", "replay", FEED, "--from", "2020-01-01T00:00:00Z", "--to", "2099-01-01T00:00:00Z", "--state", "applied", "--reason", "after a repair"];
    const tried = await json<{ controlId: string; state: string; created: number }[]>(...choice, "--dry-run");
    assert.deepEqual(tried.map(({ controlId, state, created }) => [controlId, state, created]), [["cmd-1", "applied", 0]]);
    assert.equal((await messages()).length, 2);
    assert.deepEqual(await json(...choice), { taken: 1, refused: [] });
    await untilApplied(product, FEED);
    const replay = (await messages()).at(-1)!;
    assert.deepEqual([replay.controlId, replay.state, replay.replays !== null], ["cmd-1", "applied", true]);
    assert.match(replay.replayedBy!, /^operator /);
    assert.equal((await run("feeds", "replay", FEED, "--reason", "no time given")).code, 2);
  });

  it("counts what is in the store, gives the secret of an HTTP feed, and lists codes without a map", async () => {
    const counts = await json<{ resources: Record<string, number> }>("feeds", "counts", FEED);
    assert.equal(counts.resources["Patient"], 1);
    assert.match((await json<{ secret: string }>("feeds", "secret", "ryy-fhir")).secret, /^[\w-]{43}$/);
    assert.equal((await run("feeds", "secret", FEED)).code, 2, "MLLP has no secret");
    assert.deepEqual(await json("feeds", "codes", FEED), []);
  });
});

describe("kmcr quarantine", () => {
  it("EXC-01 lists what waits, puts it right from a file, and the finding is dealt with", async () => {
    const waiting = await json<{ messageId: string; code: string; place: string; why: string }[]>("quarantine", "list", FEED, "--code", "feeds.unknown-event");
    assert.deepEqual(waiting.map(({ place }) => place), ["MSH-9"]);
    const fixed = await json<{ messageId: string; replays: string }>("quarantine", "fix", FEED, "cmd-2", file("fixed.hl7", adt("cmd-2").replaceAll("\n", "\r")), "--reason", "the event was mistyped");
    assert.equal(fixed.replays, waiting[0]!.messageId);
    await untilApplied(product, FEED);
    assert.equal((await messages()).find((each) => each.messageId === fixed.messageId)!.state, "applied");
    assert.deepEqual(await json("quarantine", "list", FEED, "--code", "feeds.unknown-event"), []);
  });

  it("replays a message as it is, and closes findings with a reason", async () => {
    assert.equal((await run("feeds", "send", FEED, file("third.hl7", adt("cmd-3", "A99")))).code, 0);
    await untilApplied(product, FEED);
    assert.equal((await run("quarantine", "replay", FEED, "cmd-3", "--reason", "the map was extended")).code, 0);
    await untilApplied(product, FEED);
    const [again] = await json<{ messageId: string }[]>("quarantine", "list", FEED, "--code", "feeds.unknown-event");
    assert.ok(again, "it still cannot be used, and its replay says so");
    assert.equal((await run("quarantine", "close", FEED, again.messageId)).code, 2, "never without a reason");
    assert.equal((await json<{ closed: number }>("quarantine", "close", FEED, again.messageId, "--reason", "an event that nobody needs")).closed, 1);
    assert.deepEqual(await json("quarantine", "list", FEED, "--code", "feeds.unknown-event"), []);
  });
});

describe("kmcr", () => {
  it("says how it is used, and refuses what it does not know", async () => {
    const help = await run("--help");
    assert.equal(help.code, 0);
    for (const act of ["feeds list", "feeds send", "feeds replay", "feeds show", "feeds counts", "feeds secret", "feeds codes", "quarantine list", "quarantine fix", "quarantine replay", "quarantine close"]) assert.match(help.stdout.toString("utf8"), new RegExp(`  ${act} `));
    assert.match((await run("feeds", "replay", "--help")).stdout.toString("utf8"), /--dry-run/);
    for (const wrong of [[], ["feeds"], ["feeds", "fly"], ["feeds", "list", "no-such-feed"], ["feeds", "show", FEED], ["feeds", "list", "--flag"]]) assert.equal((await run(...wrong)).code, 2, wrong.join(" "));
  });
});
