import { createHash, createHmac } from "node:crypto";
import pg from "pg";
import type { PoolClient } from "pg";
import { Batch, type Answer, type Settle, type Statement } from "./batch.ts";

/** How to reach PostgreSQL: a URL, or the socket of the embedded server. Handed to child processes as JSON. */
export type DatabaseAddress =
  | { kind: "url"; url: string; roleKey: string }
  | { kind: "socket"; socketDir: string; user: string; password: string; database: string; roleKey: string };

/** What a store function needs: text and parameters in, rows out. */
export type Sql = {
  query<R = Record<string, unknown>>(text: string, params?: readonly unknown[]): Promise<{ rows: R[]; rowCount: number | null }>;
};

/** The login roles of the running product; none owns a table, none may bypass row-level security. */
export const ROLES = ["kmcr_pages", "kmcr_search", "kmcr_intake", "kmcr_monitoring", "kmcr_log", "kmcr_destroy"] as const;
export type Role = (typeof ROLES)[number];

/** One pool of pipelined connections under one role. */
export type Pool = Sql & {
  /** Runs `work` in one transaction; statements issued without awaiting each other travel in one go. */
  transaction<T>(work: (sql: Sql) => Promise<T>): Promise<T>;
  /**
   * Runs reads in one transaction that travels in one go, commit included. All
   * statements must be issued before `work` first waits: a later one would run
   * outside the transaction, without what it opened, so it is a defect and throws.
   * `open`: the source patients that row-level security lets it see.
   */
  snapshot<T>(work: (sql: Sql) => Promise<T>, open?: readonly string[]): Promise<T>;
  /** A connection of its own, for work that keeps one busy (audit's group commit). */
  connection(): Promise<Sql & { release(): void }>;
  end(): Promise<void>;
};

/** A role's password follows from the installation's key, so that every process and node knows it. */
export function rolePassword(roleKey: string, role: string): string {
  return createHmac("sha256", roleKey).update(`database role ${role}`).digest("base64url");
}

pg.types.setTypeParser(pg.types.builtins.DATE, (text) => text); // a date of birth is a text, never an instant
pg.types.setTypeParser(pg.types.builtins.INT8, Number);
const TEXTS = 1009 as Parameters<typeof pg.types.getTypeParser>[0]; // text[]: the driver names no arrays
const anyTexts = pg.types.getTypeParser(TEXTS) as (text: string) => string[];
pg.types.setTypeParser(TEXTS, (text) => (text === "{}" ? [] : anyTexts(text))); // most entries have no label
const anyInstant = pg.types.getTypeParser(pg.types.builtins.TIMESTAMPTZ) as (text: string) => Date;
pg.types.setTypeParser(pg.types.builtins.TIMESTAMPTZ, (text) => instant(text) ?? anyInstant(text));

/** `2026-11-21 09:12:00.5+00` as PostgreSQL writes it under UTC, to the millisecond; a record page reads some five hundred of them, and the engine's own parser takes three times as long. */
function instant(text: string): Date | null {
  const end = text.length - 3;
  if (end < 19 || !text.endsWith("+00") || text.charCodeAt(4) !== 45 || text.charCodeAt(10) !== 32) return null;
  const digit = (index: number): number => text.charCodeAt(index) - 48;
  const two = (index: number): number => digit(index) * 10 + digit(index + 1);
  const year = two(0) * 100 + two(2);
  if (year < 100) return null; // the engine takes these for years of the last century
  let milliseconds = 0;
  for (let index = 20, worth = 100; index < end && worth >= 1; index++, worth /= 10) milliseconds += digit(index) * worth;
  return new Date(Date.UTC(year, two(5) - 1, two(8), two(11), two(14), two(17), milliseconds));
}

/** Opens a pool; `role` undefined means the owner (migrations and tests only). */
export function openPool(address: DatabaseAddress, role: Role | undefined, most: number): Pool {
  const pool = new pg.Pool({ ...connectionOf(address, role), max: most, pipeline: true, idleTimeoutMillis: 60_000, application_name: role ?? "kmcr" } as pg.PoolConfig);
  pool.on("error", () => undefined); // an idle connection that broke is replaced at its next use
  // One that breaks in use fails its statements; the event itself, unheard, would end the process.
  pool.on("connect", (client) => client.on("error", () => undefined));
  return {
    query: (text, params) => run(pool, text, params),
    async transaction(work) {
      const client = await pool.connect();
      let broken: Error | undefined;
      try {
        const result = await work(batching(client, BEGIN));
        await client.query("commit");
        return result;
      } catch (error) {
        await client.query("rollback").catch((rollback: Error) => (broken = rollback));
        throw error;
      } finally {
        client.release(broken);
      }
    },
    async snapshot(work, open) {
      const asked: Asked[] = [];
      let isOver = false;
      const inside: Sql = {
        query(text, params = []) {
          if (isOver) throw new Error("a statement of a snapshot was issued after its commit");
          return asking(statementOf(text, params), (each) => asked.push(each));
        },
      };
      const opening: Statement[] = open === undefined ? [BEGIN_READ] : [BEGIN_READ, { text: openingOf(open), params: [], silent: true }];
      const result = work(inside);
      isOver = true;
      result.catch(() => undefined); // heard below, after the connection is given back
      if (asked.length === 0) return result;
      const client = await pool.connect().catch((error: Error) => {
        for (const each of asked) each.reject(error, false);
        throw error;
      });
      const failure = await new Promise<Error | null>((resolve) => {
        client.query(new Batch([...opening, ...asked.map(({ statement }) => statement), COMMIT], (error, answers, failedAt) => {
          settling(asked, opening.length)(error, answers, failedAt);
          resolve(error);
        }));
      });
      client.release(failure ?? undefined);
      if (failure !== null) throw failure;
      return result;
    },
    async connection() {
      const client = await pool.connect();
      return { ...sqlOf(client), release: () => client.release() };
    },
    end: () => pool.end(),
  };
}

function connectionOf(address: DatabaseAddress, role: Role | undefined): pg.ClientConfig {
  const password = role === undefined ? undefined : rolePassword(address.roleKey, role);
  if (address.kind === "socket") {
    return { host: address.socketDir, database: address.database, user: role ?? address.user, password: password ?? address.password };
  }
  if (role === undefined) return { connectionString: address.url };
  const url = new URL(address.url);
  url.username = role;
  url.password = password!;
  return { connectionString: url.href };
}

/** Statements of one connection that are issued before any of them was waited for travel together, behind `first`. */
function batching(client: PoolClient, first: Statement): Sql {
  let waiting: Asked[] = [];
  const send = (): void => {
    const asked = waiting;
    waiting = [];
    if (asked.length > 0) client.query(new Batch(asked.map(({ statement }) => statement), settling(asked)));
  };
  const add = (asked: Asked): void => {
    if (waiting.push(asked) === 1) queueMicrotask(send);
  };
  add({ statement: first, resolve: () => undefined, reject: () => undefined });
  return {
    query(text, params) {
      if (params === undefined) {
        send();
        return run(client, text, params);
      }
      return asking(statementOf(text, params), add);
    },
  };
}

type Asked = { readonly statement: Statement; resolve(answer: Answer): void; reject(error: Error, isOwn: boolean): void };

function asking<R>(statement: Statement, add: (asked: Asked) => void): Promise<{ rows: R[]; rowCount: number | null }> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  add({
    statement, resolve,
    reject(error, isOwn) {
      // One that fell with another may not be waited for yet, or never: the other one tells.
      if (!isOwn) promise.catch(() => undefined);
      reject(error);
    },
  });
  return promise as Promise<{ rows: R[]; rowCount: number | null }>;
}

/** Settles what was asked; `before`: statements of the batch that nobody asked for, ahead of these. */
const settling = (asked: readonly Asked[], before = 0): Settle => (error, answers, failedAt) => asked.forEach((each, index) => (error === null ? each.resolve(answers[before + index]!) : each.reject(error, failedAt === before + index)));

const sqlOf = (client: PoolClient): Sql => ({ query: (text, params) => run(client, text, params) });

const BEGIN: Statement = { name: "batch begin", text: "begin", params: [], silent: true };
const BEGIN_READ: Statement = { name: "batch begin read", text: "begin read only", params: [], silent: true };
const COMMIT: Statement = { name: "batch commit", text: "commit", params: [], silent: true };

const names = new Map<string, string>();
/** The name of a prepared statement follows from its text. */
function nameOf(text: string): string {
  let name = names.get(text);
  if (name === undefined) names.set(text, (name = createHash("sha256").update(text).digest("base64url").slice(0, 20)));
  return name;
}

const statementOf = (text: string, params: readonly unknown[]): Statement => ({ name: `batch ${nameOf(text)}`, text, params });

/** Statements with parameters are prepared once a connection. */
function run<R>(target: pg.Pool | PoolClient, text: string, params: readonly unknown[] | undefined): Promise<{ rows: R[]; rowCount: number | null }> {
  if (params === undefined) return target.query(text) as unknown as Promise<{ rows: R[]; rowCount: number | null }>;
  return target.query({ name: nameOf(text), text, values: params as unknown[] }) as unknown as Promise<{ rows: R[]; rowCount: number | null }>;
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** True for a lower-case UUID, the only form that this product stores or accepts in an address. */
export function isUuid(text: string): boolean {
  return UUID.test(text);
}

/**
 * Opens source patients for the rest of this transaction: row-level security
 * lets the pages' role see these and no others. A literal `set local`, since
 * Citus propagates that and not `set_config()`; the ids are checked first.
 */
export function openSourcePatients(sql: Sql, sourcePatientIds: readonly string[]): Promise<unknown> {
  return sql.query(openingOf(sourcePatientIds));
}

function openingOf(sourcePatientIds: readonly string[]): string {
  for (const id of sourcePatientIds) if (!isUuid(id)) throw new Error("a source patient id must be a UUID");
  return `set local kmcr.open = '{${sourcePatientIds.join(",")}}'`;
}
