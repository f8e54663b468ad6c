import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Carriers } from "./carriers.ts";
import type { Accesses, Staff } from "./columns.ts";

const [REPEAT, CONSULTATION] = [9, 4];
/** Postings: three professionals, one of them in two units; one without a unit; two organisations that name a unit alike. */
const POSTINGS = [[0, 1, 1], [0, 1, 2], [1, 1, 1], [2, 2, 1], [1, 1, 0]] as const;
const postings = { size: POSTINGS.length, professional: Int32Array.from(POSTINGS, ([each]) => each), organisation: Uint16Array.from(POSTINGS, ([, each]) => each), unit: Uint16Array.from(POSTINGS, ([, , each]) => each), role: new Uint16Array(POSTINGS.length) } satisfies Staff["postings"];

test("what an access leans on is the nearest one before it that the rule allows, else the nearest one after it", () => {
  const access = fc.record({ gap: fc.integer({ min: 0, max: 3 }), posting: fc.integer({ min: 0, max: POSTINGS.length - 1 }), carries: fc.boolean() });
  fc.assert(fc.property(fc.array(access, { maxLength: 40 }), (told) => {
    let time = 100;
    const at = Uint32Array.from(told, ({ gap }) => (time += gap));
    const accesses = { size: told.length, at, posting: Int32Array.from(told, ({ posting }) => posting) } as unknown as Accesses;
    const carriers = new Carriers(accesses, postings);
    told.forEach(({ carries }, row) => carries && carriers.add(row));
    const mayLean = (row: number, other: number): boolean => {
      const [mine, theirs] = [POSTINGS[told[row]!.posting]!, POSTINGS[told[other]!.posting]!];
      const gap = at[row]! - at[other]!;
      if (!told[other]!.carries) return false;
      return mine[0] === theirs[0] ? gap >= 0 && gap <= REPEAT : mine[2] !== 0 && mine[2] === theirs[2] && mine[1] === theirs[1] && Math.abs(gap) <= CONSULTATION;
    };
    for (let row = 0; row < told.length; row++) {
      if (told[row]!.carries) continue;
      const rows = told.map((_, other) => other);
      assert.equal(carriers.before(row, REPEAT, CONSULTATION), rows.slice(0, row).findLast((other) => mayLean(row, other)) ?? null, `before ${row}`);
      assert.equal(carriers.after(row, CONSULTATION), rows.slice(row + 1).find((other) => mayLean(row, other)) ?? null, `after ${row}`);
    }
  }));
});
