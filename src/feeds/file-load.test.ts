/** Full files, their release by a person, and replays of earlier ones, on a real database. */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { loadRegion, type Region } from "#governance";
import { openPool, type Pool } from "#platform";
import { freshDatabase } from "#test/database.ts";
import { Inbox } from "./inbox.ts";
import { receiveFile, type FileReceipt } from "./receive-http.ts";
import { replayMessages } from "./replay.ts";
import { runWorker } from "./worker.ts";

const FEED = "kcc-adult-csv";
const region = loadRegion("regions/kent-medway") as Region;
const feed = region.feed(FEED)!;
const file = (numbers: readonly number[], words = "Review"): Buffer => Buffer.from(["record_type,record_id,person_id,family_name,date_of_birth,type,start_date", ...numbers.map((number) => `assessment,R${number},P1,Fileload,1950-01-01,${words} ${number},2026-01-01`), ""].join("\r\n"));
const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1);

describe("full files", { skip: process.env["KMCR_TEST_DATABASE_URL"] === undefined && "needs the test database of npm test" }, () => {
  let database: NonNullable<Awaited<ReturnType<typeof freshDatabase>>>;
  let intake: Pool;
  before(async () => {
    database = (await freshDatabase("file_load"))!;
    intake = openPool(database.address, "kmcr_intake", 4);
  });
  after(async () => {
    await intake.end();
    await database.drop();
  });
  const send = (bytes: Buffer): Promise<FileReceipt> => receiveFile({ region, inbox: new Inbox(intake), intake }, feed, bytes, "", "full");
  async function replay(messageId: string): Promise<void> {
    await replayMessages(intake, region, { feed: FEED, messageIds: [messageId] }, { by: "officer", reason: "the team was closed" });
    const stop = { stopped: false };
    const running = runWorker(intake, region, { index: 0, of: 1 }, stop, { applied: 0, quarantined: 0, failed: 0 });
    for (const until = Date.now() + 20_000; Date.now() < until && (await intake.query("select 1 from feeds.inbox where state = 'kept'")).rows.length > 0; ) await new Promise((resolve) => setTimeout(resolve, 20));
    stop.stopped = true;
    await running;
  }
  const held = async (): Promise<string[]> => (await intake.query<{ display: string }>("select display from record.resource where feed = $1 and type = 'Observation' order by source_key", [FEED])).rows.map((row) => row.display);

  test("one that would remove much is applied when a person replays it, whole", async () => {
    assert.equal((await send(file(upTo(6)))).created >= 6, true);
    const cut = await send(file(upTo(2)));
    assert.deepEqual([cut.state, cut.marks[0]!.code, (await held()).length], ["quarantined", "feeds.csv-mass-delete", 6]);
    await replay(cut.messageId);
    assert.deepEqual(await held(), ["Review 1", "Review 2"]);
    const { rows } = await intake.query<{ n: number }>("select count(*)::int as n from record.resource_history where feed = $1 and type = 'Observation'", [FEED]);
    assert.equal(rows[0]!.n, 4, "what was removed is in the history");
  });

  test("an earlier file that is taken up again neither brings back old words nor removes what came later", async () => {
    const first = await send(file(upTo(2)));
    await send(file(upTo(4), "Corrected"));
    assert.deepEqual(await held(), upTo(4).map((number) => `Corrected ${number}`));
    await replay(first.messageId);
    assert.deepEqual(await held(), upTo(4).map((number) => `Corrected ${number}`));
  });
});
