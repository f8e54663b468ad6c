/** What a broken or careless HL7 v2 sender gets: a precise answer, its bytes kept, and the next message served. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { after, before, describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { counts, keptBytes, listed, untilApplied, type Listed } from "#test/feed-command.ts";
import { hl7, result } from "#test/hl7.ts";
import { framed, MllpLine, type Ack } from "#test/mllp-line.ts";
import { startProduct, type Product } from "#test/product.ts";
import { ADMINISTRATOR, PARAMEDIC, rowsOf, WebReader, type Page } from "#test/web-reader.ts";

const FEED = "outside-hl7v2";
const MOST_MB = 31;
let product: Product;
let number = 0;
const nextId = (): string => `bad-${++number}`;

before(async () => {
  product = await startProduct({ overlays: ["regions/outside"], env: { KMCR_MAX_BODY_MB: String(MOST_MB) } });
});
after(() => product?.stop());

/** Runs one trial on a connection of its own and then holds that the connection still serves. */
async function onOneLine(work: (line: MllpLine) => Promise<void>): Promise<void> {
  const line = await MllpLine.open(product.mllpPort);
  await work(line);
  const id = nextId();
  const next = await line.send(hl7({ id }));
  assert.deepEqual([next.code, next.controlId], ["AA", id], "the connection and the next message are served");
  assert.equal(line.unread, 0, "no acknowledgement too many");
  line.close();
}

/** Refused: the code of the answer, where ERR-2 says it is, and what ERR-3 calls it. */
function assertRefused(ack: Ack, wanted: { code: "AE" | "AR"; location: string; error: string; controlId?: string; why: RegExp }): void {
  assert.equal(ack.code, wanted.code, ack.text);
  assert.equal(ack.controlId, wanted.controlId ?? "", "MSA-2");
  assert.equal(ack.field("ERR", 2), wanted.location, `ERR-2 of ${ack.text}`);
  assert.equal(ack.field("ERR", 3).split("^")[0], wanted.error, `ERR-3 of ${ack.text}`);
  assert.match(ack.field("MSA", 3), wanted.why);
}

/** What was sent and must have been kept, on which feed; held at the end in one look. */
const sent: { feed: string; title: string; bytes: Buffer }[] = [];
function mustBeKept(feed: string, title: string, bytes: string | Uint8Array): void {
  sent.push({ feed, title, bytes: Buffer.from(bytes as string) });
}

describe("frames", () => {
  it("bytes outside a frame get AR and are kept", () =>
    onOneLine(async (line) => {
      const garbage = Buffer.from("GET / HTTP/1.1\r\nHost: here\r\n\r\n");
      await line.write(Buffer.concat([garbage, framed(hl7({ id: "after-garbage" }))]));
      const [refused, taken] = await line.take(2);
      assertRefused(refused!, { code: "AR", location: "", error: "100", why: /bytes outside a frame/ });
      assert.deepEqual([taken!.code, taken!.controlId], ["AA", "after-garbage"]);
      mustBeKept("unknown", "garbage", garbage);
    }));

  it("bytes of no use to anyone, zeros and high bytes in a frame, get AR at MSH", () =>
    onOneLine(async (line) => {
      const noise = Buffer.from(Array.from({ length: 500 }, (_, index) => (index * 37) % 256).filter((byte) => byte !== 0x0b && byte !== 0x1c));
      assertRefused(await line.send(noise), { code: "AR", location: "MSH^1", error: "100", why: /a message starts with MSH/ });
      mustBeKept("unknown", "noise", noise);
    }));

  it("a frame that is cut off by the next one gets AR, the next one AA", () =>
    onOneLine(async (line) => {
      const half = Buffer.from(hl7({ id: "cut" }).slice(0, 60));
      await line.write(Buffer.concat([Buffer.from([0x0b]), half, framed(hl7({ id: "whole" }))]));
      const [refused, taken] = await line.take(2);
      assertRefused(refused!, { code: "AR", location: "", error: "100", why: /a new frame began before this one ended/ });
      assert.deepEqual([taken!.code, taken!.controlId], ["AA", "whole"]);
      mustBeKept("unknown", "cut off by the next", half);
    }));

  it("a frame that is cut off by the end of the connection is answered and kept", async () => {
    const line = await MllpLine.open(product.mllpPort);
    const half = Buffer.from(hl7({ id: "hung-up" }).slice(0, 71));
    await line.write(Buffer.concat([Buffer.from([0x0b]), half]));
    line.halfClose();
    const [refused] = await line.take(1);
    assertRefused(refused!, { code: "AR", location: "", error: "100", why: /the connection ended before the frame did/ });
    line.close();
    mustBeKept("unknown", "cut off by the end", half);
  });

  it("two messages in one write get two answers in their order", () =>
    onOneLine(async (line) => {
      await line.write(Buffer.concat([framed(hl7({ id: "first" })), framed(hl7({ id: "second" }))]));
      assert.deepEqual((await line.take(2)).map(({ code, controlId }) => [code, controlId]), [["AA", "first"], ["AA", "second"]]);
    }));

  it("one byte a write gets one answer", () =>
    onOneLine(async (line) => {
      for (const byte of framed(hl7({ id: "slowly" }))) await line.write(Buffer.from([byte]));
      const [ack] = await line.take(1);
      assert.deepEqual([ack!.code, ack!.controlId], ["AA", "slowly"]);
    }));

  for (const [name, end] of [["CR", "\r"], ["LF", "\n"], ["CRLF", "\r\n"]] as const) {
    it(`segments that end with ${name} are read, and kept as they came`, () =>
      onOneLine(async (line) => {
        const message = hl7({ id: `ends-${name}`, patient: `ENDS-${name}`, end });
        assert.equal((await line.send(message)).code, "AA");
        mustBeKept(FEED, `segments that end with ${name}`, message);
      }));
  }

  it("a frame of 30 MB is taken whole", () =>
    onOneLine(async (line) => {
      const letter = Buffer.alloc(30_000_000, "A").toString("latin1");
      const message = hl7({ id: "thirty", kind: "ORU^R01", patient: "BIG", segments: [...result({ order: "BIG-1", value: "80" }), `OBX|2|ED|LETTER^Letter^LOCAL||^application^pdf^Base64^${letter}||||||F`] });
      const ack = await line.send(message);
      assert.deepEqual([ack.code, ack.controlId], ["AA", "thirty"]);
      assert.ok((await keptBytes(product, FEED, "thirty")).equals(Buffer.from(message)));
    }));

  it("a frame above the limit gets AR that names the limit, and its beginning is kept", () =>
    onOneLine(async (line) => {
      const message = Buffer.from(hl7({ id: "too-long", segments: [`NTE|1||${"B".repeat((MOST_MB + 1) * 1_048_576)}`] }));
      const ack = await line.send(message);
      assertRefused(ack, { code: "AR", location: "", error: "100", why: new RegExp(`longer than the ${MOST_MB * 1_048_576} bytes`) });
      mustBeKept("unknown", "the beginning of the too long", message.subarray(0, MOST_MB * 1_048_576));
    }));
});

describe("messages that cannot be read", () => {
  const refusals: { title: string; message: string; code: "AE" | "AR"; location: string; error: string; controlId?: string; why: RegExp; feed: string }[] = [
    { title: "delimiters that are letters", message: "MSHAaBcD&ASIMHOSPASFAC\r", code: "AR", location: "MSH^1^1^1", error: "102", why: /MSH-1 is not a field separator/, feed: "unknown" },
    { title: "delimiters that are not different", message: "MSH|^^\\&|SIMHOSP|SFAC|RAPP|RFAC|20261101||ADT^A31|delims|T|2.3\r", code: "AR", location: "MSH^1^2^1", error: "102", why: /does not name four different delimiters/, feed: "unknown" },
    { title: "no MSH-9", message: hl7({ id: "no-type", kind: "" }), code: "AE", location: "MSH^1^9^1", error: "101", controlId: "no-type", why: /MSH-9 .* is required/, feed: FEED },
    { title: "no MSH-10", message: hl7({ id: "" }), code: "AE", location: "MSH^1^10^1", error: "101", why: /MSH-10 .* is required/, feed: FEED },
    { title: "a line that is no segment", message: hl7({ id: "no-segment", segments: ["this is not a segment"] }), code: "AE", location: "PID^1", error: "100", controlId: "no-segment", why: /after PID comes/, feed: FEED },
    { title: "two messages in one frame", message: hl7({ id: "twice-a" }) + hl7({ id: "twice-b" }), code: "AE", location: "MSH^2", error: "100", controlId: "twice-a", why: /one message a frame/, feed: FEED },
    { title: "a sender that nobody registered", message: hl7({ id: "who" }).replace("|SIMHOSP|SFAC|", "|OTHER|NOWHERE|"), code: "AR", location: "MSH^1^4^1", error: "207", controlId: "who", why: /no feed is registered for sending facility .NOWHERE/, feed: "unknown" },
  ];
  for (const { title, message, feed, ...wanted } of refusals) {
    it(`${title}: ${wanted.code} at ${wanted.location || "the message"}, kept on feed ${feed}`, () =>
      onOneLine(async (line) => {
        assertRefused(await line.send(message), { ...wanted, why: wanted.why });
        mustBeKept(feed, title, message);
      }));
  }

  it("a refusal names the sender back: MSH-5 and MSH-6 of the answer are MSH-3 and MSH-4 of the message", async () => {
    const line = await MllpLine.open(product.mllpPort);
    const ack = await line.send(hl7({ id: "no-type-2", kind: "" }));
    assert.deepEqual([ack.field("MSH", 5), ack.field("MSH", 6)], ["SIMHOSP", "SFAC"]);
    line.close();
  });
});

describe("messages that can be read and not used", () => {
  let quarantine: Page;
  let feedPage: Page;

  before(async () => {
    const line = await MllpLine.open(product.mllpPort);
    const messages = [
      hl7({ id: "trigger", kind: "ADT^A99" }),
      hl7({ id: "no-pid" }).replace(/PID\|[^\r]*\r/, ""),
      hl7({ id: "number", patient: "BADNUM", nhsNumber: "9990000019", family: "Wrongdigit" }),
      hl7({ id: "value-type", kind: "ORU^R01", patient: "VALUES", family: "Valuetype", segments: result({ order: "V-1", type: "XYZ", value: "about 7" }) }),
      hl7({ id: "no-number", kind: "ORU^R01", patient: "VALUES", family: "Valuetype", segments: result({ order: "V-2", code: "K^Potassium^LOCAL", value: "haemolysed" }) }),
      hl7({ id: "birth", patient: "BIRTH", birth: "19501399" }),
    ];
    for (const message of messages) {
      const ack = await line.send(message);
      assert.equal(ack.code, "AA", `kept and acknowledged: ${ack.text}`);
    }
    line.close();
    await untilApplied(product, FEED);
    const officer = await WebReader.signIn(product, ADMINISTRATOR);
    quarantine = await officer.get("/office/quarantine");
    feedPage = await officer.get("/office/feeds");
  });

  const finding = (controlId: string): string[] | undefined => rowsOf(quarantine.html).find((cells) => cells[2]?.endsWith(` ${controlId}`));

  for (const [title, controlId, place, why, state] of [
    ["an unknown trigger waits in quarantine", "trigger", "MSH-9", /ADT\^A99 is not mapped/, /Not used, waits here, answered AA/],
    ["a message without a patient waits in quarantine", "no-pid", "PID", /carries no PID/, /Not used, waits here, answered AA/],
    ["an invalid NHS number is used and marked", "number", "PID-3", /NHS number is not valid.*unverified/, /Used, with this marked, answered AA/],
    ["an unknown value type is used as text and marked", "value-type", "OBX[1]-2", /value type .XYZ. is not known/, /Used, with this marked, answered AA/],
    ["a number that is none is used as text and marked", "no-number", "OBX[1]-5", /"•••" is not a number/, /Used, with this marked, answered AA/],
    ["a date of birth that is no date is used and marked", "birth", "PID-7", /"•••" is not a date/, /Used, with this marked, answered AA/],
    ["a message without MSH-9 stands there as refused", "no-type", "MSH-9", /MSH-9 .* is required/, /Refused, answered AE/],
    ["a sender that nobody registered stands there as refused", "who", "MSH-4", /no feed is registered/, /Refused, answered AR/],
  ] as const) {
    it(`${title}, with reason and place on the quarantine page`, () => {
      const row = finding(controlId);
      assert.ok(row, `${controlId} is not on the page:\n${quarantine.text}`);
      assert.equal(row[3], place);
      assert.match(row[4]!, why);
      assert.match(row[5]!, state);
    });
  }

  it("the feeds page counts what was quarantined and refused, and what came from senders that no feed names", () => {
    const own = rowsOf(feedPage.html).find((cells) => cells[1] === FEED);
    assert.ok(own, feedPage.text);
    assert.ok(Number(own[5]) >= 2, own.join(" | "));
    assert.ok(Number.parseInt(own[6]!, 10) >= 4, own.join(" | "));
    assert.match(feedPage.text, /Senders that no feed names/);
  });

  it("a person with an invalid NHS number is found by name and shown with no number that could pass for a verified one", async () => {
    const reader = await WebReader.signIn(product, PARAMEDIC);
    const [personId] = await reader.find({ family: "Wrongdigit", dateOfBirth: "1950-03-01" });
    const summary = await reader.open(personId!);
    assert.equal(summary.status, 200, summary.text);
    assert.match(summary.text, /NHS No\. not valid, see details/);
    const details = await reader.open(personId!, "/details");
    assert.match(details.text, /NHS number 999 000 0019 not valid/, "as sent, on the details page");
    assert.deepEqual(await reader.find({ nhsNumber: "9990000018" }), [], "and nobody is found by a number that was put right by guess");
  });

  it("a value of an unknown type stands in the results as the text that was sent", async () => {
    const reader = await WebReader.signIn(product, PARAMEDIC);
    const [personId] = await reader.find({ family: "Valuetype", dateOfBirth: "1950-03-01" });
    const results = await reader.open(personId!, "/results");
    assert.match(results.text, /Creatinine.*about 7/);
    assert.match(results.text, /Potassium.*haemolysed/);
  });

  it("a paramedic may not read the quarantine page", async () => {
    const reader = await WebReader.signIn(product, PARAMEDIC);
    const page = await reader.get("/office/quarantine");
    assert.equal(page.status, 403);
    assert.doesNotMatch(page.text, /is not mapped/);
  });

  it("messages under one control id with other bytes are both kept, and the second is flagged", async () => {
    const line = await MllpLine.open(product.mllpPort);
    assert.equal((await line.send(hl7({ id: "same", patient: "SAME-1" }))).code, "AA");
    assert.equal((await line.send(hl7({ id: "same", patient: "SAME-2" }))).code, "AA");
    line.close();
    await untilApplied(product, FEED);
    const same = (await listed(product, FEED)).filter(({ controlId }) => controlId === "same");
    assert.deepEqual(same.map(({ flags }) => flags), [[], ["same-id-other-bytes"]]);
  });

  it("every byte that was sent above, taken or refused, is kept as it came", async () => {
    const kept: Record<string, Listed[]> = { unknown: await listed(product, "unknown"), [FEED]: await listed(product, FEED) };
    assert.ok(sent.length >= 14);
    for (const { feed, title, bytes } of sent) {
      const sum = createHash("sha256").update(bytes).digest("hex");
      assert.ok(kept[feed]!.some((each) => each.sha256 === sum && each.bytes === bytes.length), `${title}: not kept on feed ${feed}`);
    }
    const refused = sent.find(({ title }) => title === "noise")!;
    const message = kept["unknown"]!.find(({ bytes }) => bytes === refused.bytes.length)!;
    assert.ok(refused.bytes.equals(await keptBytes(product, "unknown", message.messageId)));
  });

  it("a refused message leaves nothing in the record", async () => {
    const stored = await counts(product, FEED);
    const before = JSON.stringify(stored.resources);
    const line = await MllpLine.open(product.mllpPort);
    await line.send(hl7({ id: "gone-1", kind: "", patient: "GONE" }));
    line.close();
    await sleep(300);
    assert.equal(JSON.stringify((await counts(product, FEED)).resources), before);
  });
});
