/** A database that fails when a test says so: wraps a real pool, and lets one statement in so many fail. */
import type { Pool, Sql } from "#platform";

export type Fault = (text: string, params: readonly unknown[] | undefined) => Error | null;

/** As PostgreSQL would say it: a SQLSTATE and a message. */
export function databaseError(code: string, message: string): Error {
  return Object.assign(new Error(message), { code });
}

/** Statements for which `fault` gives an error fail with it, inside their transaction as outside. */
export function failingPool(pool: Pool, fault: Fault): Pool {
  const wrap = (sql: Sql): Sql => ({
    query: (text, params) => {
      const error = fault(text, params);
      return error === null ? sql.query(text, params) : Promise.reject(error);
    },
  });
  return { ...pool, query: wrap(pool).query, transaction: (work) => pool.transaction((sql) => work(wrap(sql))) };
}
