/**
 * The session, sign-in and launch tables in memory, for the few statements that
 * their stores make: inserts by column, and select, update and delete by key.
 * Tests of the same stores on a real database are in `test/`.
 */
import assert from "node:assert/strict";
import type { Sql } from "#platform";

type Row = Record<string, unknown>;

export type MemorySql = Sql & { table(name: string): Map<unknown, Row> };

export function memorySql(): MemorySql {
  const tables = new Map<string, Map<unknown, Row>>();
  const table = (name: string): Map<unknown, Row> => {
    if (!tables.has(name)) tables.set(name, new Map());
    return tables.get(name)!;
  };
  const query = async (text: string, params: readonly unknown[] = []): Promise<{ rows: Row[]; rowCount: number }> => {
    const name = /platform\.(\w+)/.exec(text)?.[1];
    assert.ok(name, `no table of platform in: ${text}`);
    const rows = table(name);
    const [key] = params;
    const row = rows.get(key);
    if (text.startsWith("insert")) {
      if (row !== undefined) return { rows: [], rowCount: 0 };
      const columns = /\(([^)]*)\)/.exec(text)![1]!.split(",").map((column) => column.trim());
      rows.set(key, Object.fromEntries(columns.map((column, at) => [column, params[at]])));
      return { rows: [], rowCount: 1 };
    }
    if (row === undefined) return { rows: [], rowCount: 0 };
    if (text.startsWith("update")) row["last_used_at"] = params[1];
    if (text.startsWith("delete")) rows.delete(key);
    return { rows: [{ ...row }], rowCount: 1 };
  };
  return { table, query: query as Sql["query"] };
}
