/** What the invented region sends lies within what its feeds may give: nothing of it would wait in quarantine as out of remit. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { OUT_OF_REMIT, tryMessage } from "#feeds";
import { loadRegion as loadPack, type Region } from "#governance";
import { loadRegion, playRegion } from "#synthetic";

const pack = loadPack("regions/kent-medway") as Region;

test("REC-34 every message of the invented region, played whole, is within its feed's remit", async () => {
  const outside = new Set<string>();
  let tried = 0;
  const look = (feedId: string, bytes: Buffer): void => {
    tried++;
    for (const finding of tryMessage(pack, pack.feed(feedId)!, bytes, new Date()).findings) if (finding.code === OUT_OF_REMIT) outside.add(finding.why);
  };
  await playRegion({
    people: 150, seed: "1", now: new Date("2026-11-21T12:00:00Z"), region: loadRegion(),
    send: {
      mllp: async (feedId, message) => (look(feedId, Buffer.from(message)), "MSH|^~\\&|||||||ACK|1|P|2.4\rMSA|AA|1\r"),
      http: async (feedId, _kind, body) => (look(feedId, Buffer.from(body)), { status: 200, body: "{}" }),
    },
  });
  assert.ok(tried > 300, String(tried));
  assert.deepEqual([...outside], []);
});
