import assert from "node:assert/strict";
import { createServer, type AddressInfo } from "node:net";
import { test } from "node:test";
import { faultOf, MllpClient, pdfOf, planRegion, playRegion } from "./index.ts";

const now = new Date("2026-11-21T12:00:00Z");
const ack = (message: Buffer, code = "AA"): string =>
  `MSH|^~\\&|R|R|S|S|1||ACK|1|P|2.4\rMSA|${code}|${message.toString().split("\r", 1)[0]!.split("|")[9]!}\r`;

test("a region plays feed by feed in order, one message under way on each", async () => {
  const under = new Map<string, number>();
  const order = new Map<string, string[]>();
  let last = 0;
  const enter = async (feedId: string, what: string): Promise<void> => {
    assert.equal(under.get(feedId) ?? 0, 0, "one at a time");
    under.set(feedId, 1);
    await new Promise((resolve) => setImmediate(resolve));
    under.set(feedId, 0);
    order.set(feedId, [...(order.get(feedId) ?? []), what]);
  };
  const played = await playRegion({
    people: 60,
    seed: 1,
    now,
    send: {
      async mllp(feedId, message) {
        await enter(feedId, message.toString());
        return ack(message);
      },
      async http(feedId, _kind, body) {
        await enter(feedId, body.toString());
        return feedId.startsWith("gp-") ? { status: 422, body: "no" } : { status: 200, body: "" };
      },
    },
    progress: (done, total) => {
      assert.equal(done, ++last);
      assert.ok(done <= total);
    },
  });
  const { planned } = planRegion({ people: 60, seed: 1, now });
  assert.equal(played.sent, planned.length);
  assert.equal(played.notTaken.length, planned.filter((one) => one.kind === "gp-connect-stu3").length);
  for (const [feedId, sent] of order)
    assert.deepEqual(
      sent,
      planned.filter((one) => one.feedId === feedId).map((one) => one.write().toString()),
    );
});

test("only its own acknowledgement accepts a message", () => {
  const message = Buffer.from("MSH|^~\\&|A|B|C|D|1||ADT^A28|X1|P|2.4\r");
  assert.equal(faultOf(message.toString(), ack(message)), null);
  assert.equal(faultOf(message.toString(), ack(message, "CA")), null);
  assert.match(faultOf(message.toString(), ack(message, "AE"))!, /MSA\|AE/);
  assert.match(
    faultOf(message.toString(), ack(Buffer.from(message.toString().replace("X1", "X2"))))!,
    /acknowledges X2, sent X1/,
  );
  assert.match(faultOf(message.toString(), "")!, /no MSA/);
});

test("the MLLP client waits for each answer, even in pieces, and says when the listener goes", async () => {
  const listener = createServer((socket) => {
    let rest = "";
    socket.on("data", (bytes) => {
      rest += bytes.toString();
      const end = rest.indexOf("\x1c\r");
      if (end < 0) return;
      const message = rest.slice(1, end);
      rest = rest.slice(end + 2);
      if (message.includes("CLOSE")) return void socket.destroy();
      const answer = `\x0b${ack(Buffer.from(message))}\x1c\r`;
      socket.write(answer.slice(0, 9));
      setTimeout(() => socket.write(answer.slice(9)), 5);
    });
  });
  await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve));
  const client = new MllpClient("127.0.0.1", (listener.address() as AddressInfo).port);
  for (const id of ["A", "B", "C"]) {
    const message = `MSH|^~\\&|A|B|C|D|1||ADT^A28|${id}|P|2.4\r`;
    assert.equal(faultOf(message, await client.send(Buffer.from(message))), null);
  }
  await assert.rejects(client.send(Buffer.from("MSH|^~\\&|A|B|C|D|1||ADT^A28|CLOSE|P|2.4\r")), /closed|reset/i);
  client.close();
  listener.close();
});

test("the hand-written PDF has a true cross-reference table", () => {
  const text = pdfOf("A (title)", ["One line", "Ünïcode → ok", "word ".repeat(60)]).toString("latin1");
  const start = Number(/startxref\n(\d+)/.exec(text)![1]);
  assert.equal(text.slice(start, start + 4), "xref");
  const offsets = [...text.slice(start).matchAll(/^(\d{10}) 00000 n/gm)].map((match) => Number(match[1]));
  offsets.forEach((offset, index) => assert.ok(text.slice(offset).startsWith(`${index + 1} 0 obj`)));
  const length = Number(/\/Length (\d+)/.exec(text)![1]);
  assert.equal(/\nstream\n([^]*?)\nendstream/.exec(text)![1]!.length, length);
});
