/** A real sender's stream over real sockets: Simulated Hospital, 506 messages. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { after, before, describe, it } from "node:test";
import { counts, feedCommand, keptBytes, listed, untilApplied, type Counts } from "#test/feed-command.ts";
import { MllpLine } from "#test/mllp-line.ts";
import { lacksOutsideData, simulatedHospital } from "#test/outside-data.ts";
import { startProduct, type Product } from "#test/product.ts";
import { PARAMEDIC, rowsOf, WebReader } from "#test/web-reader.ts";

const FEED = "outside-hl7v2";
const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

type Message = ReturnType<typeof simulatedHospital>[number];

/** Sends messages one after another over one socket and checks each answer. */
async function sendAll(line: MllpLine, messages: readonly Message[]): Promise<void> {
  for (const message of messages) {
    const ack = await line.send(message.bytes);
    assert.equal(ack.code, "CA", `MSH-15 AL asks for an accept acknowledgement: ${ack.text}`);
    assert.equal(ack.controlId, message.controlId, "MSA-2 repeats MSH-10");
  }
  assert.equal(line.unread, 0, "one acknowledgement a message and none more");
}

/** The creatinine values of the person who has most of them, newest first, as the laboratory wrote them. */
function mostCreatinine(messages: readonly Message[]): { nhsNumber: string; values: { time: string; value: string; unit: string; range: string }[] } {
  const people = new Map<string, { nhsNumber: string; values: { time: string; value: string; unit: string; range: string }[] }>();
  for (const { segments } of messages) {
    const pid = segments.find(([name]) => name === "PID")!;
    const nhsNumber = pid[3]!.split("~").find((id) => id.includes("NHSNMBR"))!.split("^")[0]!;
    for (const obx of segments.filter(([name, , type, code]) => name === "OBX" && type === "NM" && code!.includes("^Creatinine^"))) {
      const person = people.get(nhsNumber) ?? { nhsNumber, values: [] };
      person.values.push({ time: obx[14]!, value: obx[5]!, unit: obx[6]!, range: obx[7]! });
      people.set(nhsNumber, person);
    }
  }
  const most = [...people.values()].reduce((best, each) => (each.values.length > best.values.length ? each : best));
  return { ...most, values: most.values.toSorted((a, b) => b.time.localeCompare(a.time)) };
}

describe("Simulated Hospital over one socket", { skip: lacksOutsideData }, () => {
  const messages = lacksOutsideData ? [] : simulatedHospital();
  let product: Product;
  let once: Counts;
  before(async () => {
    product = await startProduct({ overlays: ["regions/outside"], workerProcesses: 2 });
  });
  after(() => product?.stop());

  it("EXC-01 an acute trust's HL7 v2 feed of 506 messages gets exactly one acknowledgement each, MSA-2 = MSH-10", async () => {
    assert.equal(messages.length, 506);
    const line = await MllpLine.open(product.mllpPort);
    await sendAll(line, messages);
    line.close();
  });

  it("every message is applied, and each ORU, ADT and MDM is in the store", async () => {
    await untilApplied(product, FEED);
    once = await counts(product, FEED);
    assert.deepEqual(once.messages, { applied: 506 });
    const sent = (name: string): number => new Set(messages.flatMap(({ segments }) => segments.filter(([each]) => each === name).map((segment) => segment.join("|")))).size;
    assert.ok(once.resources["Observation"]! > 0 && once.resources["Observation"]! <= sent("OBX"));
    assert.equal(once.resources["DiagnosticReport"], new Set(messages.flatMap(({ segments }) => segments.filter(([name]) => name === "OBR").map((obr) => `${obr[3]} ${obr[4]}`))).size);
    assert.equal(once.resources["Patient"], new Set(messages.map(({ segments }) => segments.find(([name]) => name === "PID")![3]!.split("^")[0])).size);
  });

  it("the bytes of a message are read back as they were sent, by SHA-256", async () => {
    const kept = await listed(product, FEED);
    assert.equal(kept.length, 506);
    assert.deepEqual(kept.map(({ controlId, sha256: sum }) => [controlId, sum]), messages.map(({ controlId, bytes }) => [controlId, sha256(bytes)]), "in the order in which they came");
    for (const message of [messages[0]!, messages[253]!, messages[505]!]) assert.equal(sha256(await keptBytes(product, FEED, message.controlId)), sha256(message.bytes));
  });

  it("REC-16 a person's creatinine results stand on the results page in time order with units and ranges", async () => {
    const person = mostCreatinine(messages);
    assert.ok(person.values.length >= 3, "the stream has a person with several values");
    const reader = await WebReader.signIn(product, PARAMEDIC);
    const [personId, ...others] = await reader.find({ nhsNumber: person.nhsNumber });
    assert.ok(personId !== undefined && others.length === 0, "one record for the number");
    const results = await reader.open(personId, "/results");
    assert.equal(results.status, 200, results.text);
    const [latest, previous] = person.values;
    const row = rowsOf(results.html).find(([test]) => test?.startsWith("Creatinine"))!;
    assert.ok(row, results.text);
    assert.match(row[1]!, new RegExp(`^${latest!.value} ${written(latest!.unit)}`));
    assert.match(row[2]!, new RegExp(`^${previous!.value} ${written(previous!.unit)}`));
    assert.match(row[3]!, rangeOf(latest!.range));
    assert.match(row[7]!, /Simulated Hospital/);

    const href = /href="(\/person\/[^"]+\/test\/[^"]+)">Creatinine</.exec(results.html)![1]!;
    const test = await reader.get(href);
    const shown = rowsOf(test.html).slice(1);
    assert.equal(shown.length, person.values.length, "every value");
    person.values.forEach((value, index) => {
      const [, text, range] = shown[index]!;
      assert.match(text!, new RegExp(`^${value.value} ${written(value.unit)}`), `value ${index} of ${person.values.length}, newest first`);
      assert.match(range!, rangeOf(value.range));
    });
  });

  it("the stream fed a second time changes nothing, and gets the same acknowledgements", async () => {
    const line = await MllpLine.open(product.mllpPort);
    await sendAll(line, messages);
    line.close();
    await untilApplied(product, FEED);
    assert.deepEqual(await counts(product, FEED), once);
  });

  it("the newest messages under new control ids are kept as messages of their own and change no fact", async () => {
    // A repeated message is a statement of the same facts: it makes no new version of any.
    const last = messages.findLast(({ segments }) => segments.some(([name]) => name === "OBX"))!;
    const again = Buffer.from(last.bytes.toString("latin1").replace(`|${last.controlId}|`, "|again-1|"), "latin1");
    const line = await MllpLine.open(product.mllpPort);
    assert.equal((await line.send(again)).controlId, "again-1");
    line.close();
    await untilApplied(product, FEED);
    assert.deepEqual(await counts(product, FEED), { ...once, messages: { applied: 507 } });
  });

  it("a message that nobody sent, and a feed that nobody registered, are named and end with a fault", async () => {
    const missing = await feedCommand(product, "show", FEED, "no-such-id", "--reason", "looking for it");
    assert.equal(missing.code, 1);
    assert.match(missing.stderr, /has kept no message no-such-id/);
    assert.equal(missing.stdout.length, 0);
    const unknown = await feedCommand(product, "list", "no-such-feed");
    assert.equal(unknown.code, 2);
    assert.match(unknown.stderr, /no feed "no-such-feed" is registered/);
  });
});

/** The laboratory's unit as the page writes it. */
const written = (unit: string): string => ({ UMOLL: "µmol/L" })[unit] ?? unit;

/** A range as the page may lay it out: `49 - 92`, `49 to 92`, `49–92`. */
const rangeOf = (text: string): RegExp => {
  const [low, high] = text.split(/\s*-\s*/);
  return new RegExp(`^${low}\\s*(-|–|to)\\s*${high}`);
};

describe("Simulated Hospital over five sockets at once", { skip: lacksOutsideData }, () => {
  const messages = lacksOutsideData ? [] : simulatedHospital();
  let product: Product;
  before(async () => {
    product = await startProduct({ overlays: ["regions/outside"], workerProcesses: 2 });
  });
  after(() => product?.stop());

  it("five connections at once: one acknowledgement a message on the connection that sent it, everything applied", async () => {
    const lines = await Promise.all(Array.from({ length: 5 }, () => MllpLine.open(product.mllpPort)));
    await Promise.all(lines.map((line, index) => sendAll(line, messages.filter((_, at) => at % 5 === index))));
    await untilApplied(product, FEED);
    const stored = await counts(product, FEED);
    assert.deepEqual(stored.messages, { applied: 506 });
    const kept = await listed(product, FEED);
    assert.deepEqual(kept.map(({ controlId }) => controlId).toSorted(), messages.map(({ controlId }) => controlId).toSorted());
    for (const line of lines) line.close();
  });

  it("messages written without waiting for answers are answered in the order in which they were written", async () => {
    const line = await MllpLine.open(product.mllpPort);
    const some = messages.slice(0, 200);
    await line.write(Buffer.concat(some.map(({ bytes }) => Buffer.concat([Buffer.from([0x0b]), bytes, Buffer.from([0x1c, 0x0d])]))));
    const acks = await line.take(some.length);
    assert.deepEqual(acks.map(({ controlId }) => controlId), some.map(({ controlId }) => controlId));
    assert.equal(line.unread, 0);
    line.close();
  });
});
