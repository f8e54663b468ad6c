/** Reads that travel together, on a real database. */
import { after, describe, test } from "node:test";
import assert from "node:assert/strict";
import { openPool, type Pool } from "./index.ts";

const url = process.env["KMCR_TEST_DATABASE_URL"];

describe("a snapshot", { skip: url === undefined && "KMCR_TEST_DATABASE_URL is not set" }, () => {
  const pools: Pool[] = [];
  const pool = (): Pool => (pools[0] ??= openPool({ kind: "url", url: url!, roleKey: "unused by the owner" }, undefined, 2));
  after(() => Promise.all(pools.map((each) => each.end())));

  const HOSTILE = ['a "quote"', "back\\slash", "{brace, comma}", "NULL", "", "two\nlines", "caf\u00e9 \u{1f9ea}"];
  const asked = "select $1::text[] as texts, $2::timestamptz as at, $3::date as day, $4::bigint as large, $5::uuid as id, $6::bytea as bytes, $7::int[] as numbers, $8::boolean as flag, $9::text as nothing, $10::timestamptz[] as times";
  const AT = new Date("2026-03-29T01:30:00.125Z");
  const given = [HOSTILE, AT, "1931-02-07", 9_007_199_254_740_991, "01a2037f-0f75-7000-8a33-ae2cb7ee5740", Buffer.from([0, 1, 255]), [1, null, 3], true, null, [AT]];
  const answered = { texts: HOSTILE, at: AT, day: "1931-02-07", large: 9_007_199_254_740_991, id: given[4], bytes: given[5], numbers: [1, null, 3], flag: true, nothing: null, times: [AT] };

  test("values come back as they were given, whatever stands in them, the first time and when the columns are known", async () => {
    for (let time = 0; time < 3; time++) {
      const [one, many, none] = await pool().snapshot((sql) => Promise.all([sql.query(asked, given), sql.query<{ n: number }>("select n from generate_series(1, $1::int) n", [3]), sql.query("select 1 as x where $1", [false])]));
      assert.deepEqual({ ...one.rows[0] }, answered);
      assert.deepEqual(many.rows.map((row) => row.n), [1, 2, 3]);
      assert.deepEqual([none.rows, none.rowCount], [[], 0]);
    }
  });

  test("a snapshot and a statement by itself give the same", async () => {
    const alone = await pool().query(asked, given);
    const together = await pool().snapshot((sql) => sql.query(asked, given));
    assert.deepEqual({ ...together.rows[0] }, { ...alone.rows[0] });
  });

  test("a moment comes to the millisecond, of any year and with any number of decimals", async () => {
    const moments = ["2026-11-21T09:12:00.000Z", "2026-11-21T09:12:00.500Z", "1899-12-31T23:59:59.999Z", "0044-03-15T12:00:00.007Z", "9999-12-31T23:59:59.120Z"].map((each) => new Date(each));
    const { rows } = await pool().snapshot((sql) => sql.query<{ at: Date }>("select at from unnest($1::timestamptz[]) at", [moments]));
    assert.deepEqual(rows.map(({ at }) => at.toISOString()), moments.map((each) => each.toISOString()));
    const [finer] = (await pool().snapshot((sql) => sql.query<{ at: Date; large: unknown }>("select '2026-11-21 09:12:00.123987+00'::timestamptz as at, '12026-11-21 09:12:00+00'::timestamptz as large where $1", [true]))).rows;
    assert.deepEqual([finer!.at.toISOString(), new Date(finer!.large as Date).getUTCFullYear()], ["2026-11-21T09:12:00.123Z", 12_026]);
  });

  test("where one statement fails all are refused with its error, and the next snapshot is served", async () => {
    for (let time = 0; time < 3; time++) {
      const outcomes: unknown[] = [];
      const failed = pool().snapshot((sql) => Promise.all([sql.query("select 1 as one", []), sql.query("select 1 / $1::int as x", [0]), sql.query("select 2 as two", [])].map((each) => each.catch((error: { code?: string }) => outcomes.push(error.code)))));
      await assert.rejects(failed, { code: "22012" });
      assert.deepEqual(outcomes, ["22012", "22012", "22012"]);
      const { rows } = await pool().snapshot((sql) => sql.query("select 2 as two", []));
      assert.deepEqual({ ...rows[0] }, { two: 2 });
    }
  });

  test("a snapshot writes nothing, opens source patients for itself alone, and takes no statement after its end", async () => {
    await assert.rejects(pool().snapshot((sql) => sql.query("create table written_in_a_snapshot (id int)", [])), { code: "25006" });
    const id = "01a2037f-0f75-7000-8a33-ae2cb7ee5740";
    const read = "select current_setting('kmcr.open', true) as open, current_setting('transaction_isolation') as isolation";
    assert.equal((await pool().snapshot((sql) => sql.query<{ open: string }>(read, []), [id])).rows[0]!.open, `{${id}}`);
    for (let time = 0; time < 4; time++) assert.ok(["", null].includes((await pool().snapshot((sql) => sql.query<{ open: string | null }>(read, []))).rows[0]!.open));
    let late: Parameters<Parameters<Pool["snapshot"]>[0]>[0] | undefined;
    await pool().snapshot((sql) => (late = sql).query(read, []));
    assert.throws(() => late!.query(read, []), /after its commit/);
    await assert.rejects(pool().snapshot((sql) => sql.query(read, []), ["no uuid"]), /must be a UUID/);
  });

  test("a connection that ends in the middle refuses what it carried, and the next is served by another", async () => {
    await assert.rejects(pool().snapshot((sql) => Promise.all([sql.query("select 1 as one", []), sql.query("select pg_terminate_backend(pg_backend_pid())", [])])));
    assert.equal((await pool().snapshot((sql) => sql.query<{ one: number }>("select 1 as one", []))).rows[0]!.one, 1);
  });
});
