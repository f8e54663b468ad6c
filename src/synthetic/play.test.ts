import assert from "node:assert/strict";
import { createServer as createHttpServer } from "node:http";
import { createServer, type AddressInfo } from "node:net";
import { test } from "node:test";
import { faultOf, MllpClient, networkSend, pdfOf, planRegion, playRegion } from "./index.ts";

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
      async http(feedId, kind, body) {
        await enter(feedId, body.toString());
        return kind === "gp-connect-stu3" ? { status: 422, body: "no" } : { status: 200, body: "" };
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

test("HTTP messages go to the route of their kind with a token of the feed's own client, asked for once", async () => {
  const seen: string[] = [];
  const server = createHttpServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const { authorization = "" } = request.headers;
      seen.push(
        `${request.url!} ${authorization.startsWith("Basic ") ? Buffer.from(authorization.slice(6), "base64").toString() : authorization} ${Buffer.concat(chunks).toString()}`,
      );
      response.setHeader("content-type", "application/json");
      response.end(request.url === "/oauth2/token" ? JSON.stringify({ access_token: "T", expires_in: 600 }) : "{}");
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const http = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const send = networkSend({ http, mllp: { host: "127.0.0.1", port: 1 }, secret: (feedId) => `secret of ${feedId}` });
  assert.deepEqual(await send.http("one", "fhir-r4", Buffer.from("{}")), { status: 200, body: "{}" });
  await send.http("one", "csv", Buffer.from("a,b"));
  await send.http("one", "gp-connect-stu3", Buffer.from("[]"));
  send.close();
  server.close();
  server.closeAllConnections();
  assert.deepEqual(seen, [
    "/oauth2/token one:secret of one grant_type=client_credentials",
    "/feeds/one/fhir Bearer T {}",
    "/feeds/one/csv Bearer T a,b",
    "/feeds/one/gp-connect Bearer T []",
  ]);
});
