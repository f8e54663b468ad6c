/**
 * Statements that go to PostgreSQL together and are answered together, behind one
 * Sync. The driver's pipeline ends each statement with a Sync of its own, which the
 * server answers with a write of its own: a summary's 17 statements were 17 writes
 * here and 17 there. Column names are asked for once a connection.
 */
import pg from "pg";

export type Statement = {
  /** Prepared once a connection under this name; missing: for this once. */
  readonly name?: string;
  readonly text: string;
  readonly params: readonly unknown[];
  /** True where it gives no rows: begin, commit, set. */
  readonly silent?: true;
};

export type Answer = { rows: Record<string, unknown>[]; rowCount: number };

/** Columns of a prepared statement, and what makes a value of each text. */
type Shape = { readonly names: readonly string[]; readonly parsers: readonly ((text: string) => unknown)[] };

/** What the driver's connection offers, as this file uses it. */
type Wire = {
  readonly stream: { cork(): void; uncork(): void };
  parse(statement: { name: string; text: string; types?: undefined }): void;
  bind(to: { portal: ""; statement: string; values: readonly unknown[]; valueMapper: (value: unknown) => string | Buffer | null }): void;
  describe(what: { type: "P"; name: "" }): void;
  execute(): void;
  sync(): void;
};

/** A value as a text that PostgreSQL reads. */
function parameter(value: unknown): string | Buffer | null {
  if (value === null || value === undefined) return null;
  if (typeof value === "string" || Buffer.isBuffer(value)) return value;
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return `{${value.map(element).join(",")}}`;
  throw new TypeError(`a ${typeof value} is no parameter of a statement`);
}

function element(value: unknown): string {
  if (Array.isArray(value)) return String(parameter(value));
  const text = parameter(value);
  if (text === null) return "NULL";
  return typeof text === "string" ? `"${text.replace(/["\\]/g, "\\$&")}"` : `"\\\\x${text.toString("hex")}"`;
}

/** What each connection has prepared; `null`: its columns are not known yet. */
const prepared = new WeakMap<object, Map<string, Shape | null>>();

/**
 * One batch. Where a statement fails, PostgreSQL passes over the rest, so all are
 * refused with its error, and the connection must not be used again: which of
 * its statements were prepared is then unknown.
 */
export class Batch extends pg.Query {
  readonly #statements: readonly Statement[];
  readonly #settle: (error: Error | null, answers: readonly Answer[]) => void;
  readonly #answers: Answer[] = [];
  #rows: Record<string, unknown>[] = [];
  #shape: Shape | null = null;
  #known: Map<string, Shape | null> = new Map();

  constructor(statements: readonly Statement[], settle: (error: Error | null, answers: readonly Answer[]) => void) {
    // The name is for the driver's eyes alone: none, so that it keeps no account of what is prepared.
    super({ text: "batch" });
    this.#statements = statements;
    this.#settle = settle;
    Object.assign(this, { submit: (connection: object) => this.#submit(connection as Wire) });
  }

  #submit(wire: Wire): null {
    this.#known = prepared.get(wire) ?? new Map();
    prepared.set(wire, this.#known);
    wire.stream.cork();
    try {
      for (const { name = "", text, params, silent } of this.#statements) {
        if (name === "" || !this.#known.has(name)) wire.parse({ name, text });
        if (name !== "" && !this.#known.has(name)) this.#known.set(name, null);
        wire.bind({ portal: "", statement: name, values: params, valueMapper: parameter });
        if (silent !== true && (name === "" || this.#known.get(name) === null)) wire.describe({ type: "P", name: "" });
        wire.execute();
      }
      wire.sync();
    } finally {
      wire.stream.uncork();
    }
    this.#begin();
    return null;
  }

  /** What is known of the statement whose answer comes next. */
  #begin(): void {
    const name = this.#statements[this.#answers.length]?.name;
    this.#shape = name === undefined ? null : (this.#known.get(name) ?? null);
    this.#rows = [];
  }

  // The driver calls these by name as messages arrive.
  handleRowDescription({ fields }: { fields: readonly { name: string; dataTypeID: number }[] }): void {
    this.#shape = { names: fields.map((each) => each.name), parsers: fields.map((each) => pg.types.getTypeParser(each.dataTypeID, "text") as (text: string) => unknown) };
    const name = this.#statements[this.#answers.length]?.name;
    if (name !== undefined) this.#known.set(name, this.#shape);
  }

  handleDataRow({ fields }: { fields: readonly (string | null)[] }): void {
    const { names, parsers } = this.#shape!;
    const row: Record<string, unknown> = {};
    for (let index = 0; index < fields.length; index++) {
      const text = fields[index]!;
      row[names[index]!] = text === null ? null : parsers[index]!(text);
    }
    this.#rows.push(row);
  }

  handleCommandComplete(): void {
    this.#answers.push({ rows: this.#rows, rowCount: this.#rows.length });
    this.#begin();
  }

  handleError(error: Error): void {
    this.#settle(error, []);
  }

  handleReadyForQuery(): void {
    this.#settle(null, this.#answers);
  }
}
