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

/** Told once: all answers in order, or the error of one statement, and its place. */
export type Settle = (error: Error | null, answers: readonly Answer[], failedAt: number) => void;

/** Columns of a prepared statement, and what makes a value of each text; `null`: the text itself. */
type Shape = {
  readonly names: readonly string[];
  readonly parsers: readonly (((text: string) => unknown) | null)[];
  /** All columns without a value: a row begins as its copy, so that rows of a statement are of one kind to the engine. */
  readonly empty: Readonly<Record<string, null>>;
};

/** Types whose text is their value: text, varchar, uuid. */
const AS_THEY_ARE: ReadonlySet<number> = new Set([pg.types.builtins.TEXT, pg.types.builtins.VARCHAR, pg.types.builtins.UUID]);

function shapeOf(fields: readonly { name: string; dataTypeID: number }[]): Shape {
  const names = fields.map((each) => each.name);
  return { names, parsers: fields.map(({ dataTypeID }) => (AS_THEY_ARE.has(dataTypeID) ? null : (pg.types.getTypeParser(dataTypeID, "text") as (text: string) => unknown))), empty: Object.fromEntries(names.map((name) => [name, null])) };
}

/** A statement on one connection: under which name it is prepared there, whether it is, and its columns once they are known. */
type Prepared = { as: string; isParsed: boolean; shape: Shape | null };

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

const NO_COLUMNS: Shape = shapeOf([]);

/** What each connection has prepared, by the name that the product gave. */
const prepared = new WeakMap<object, Map<string, Prepared>>();

/** One batch. Where a statement fails, PostgreSQL passes over the rest, so all are refused with its error. */
export class Batch extends pg.Query {
  readonly #statements: readonly Statement[];
  readonly #settle: Settle;
  readonly #answers: Answer[] = [];
  #rows: Record<string, unknown>[] = [];
  #shape: Shape | null = null;
  readonly #prepared: (Prepared | null)[] = [];
  readonly #fresh: Prepared[] = [];

  constructor(statements: readonly Statement[], settle: Settle) {
    // The name is for the driver's eyes alone: none, so that it keeps no account of what is prepared.
    super({ text: "batch" });
    this.#statements = statements;
    this.#settle = settle;
    Object.assign(this, { submit: (connection: object) => this.#submit(connection as Wire) });
  }

  #submit(wire: Wire): null {
    let known = prepared.get(wire);
    if (known === undefined) prepared.set(wire, (known = new Map()));
    wire.stream.cork();
    try {
      for (const { name, text, params, silent } of this.#statements) {
        let own: Prepared | null = null;
        if (name !== undefined) {
          own = known.get(name) ?? { as: name, isParsed: false, shape: null };
          known.set(name, own);
        }
        if (own?.isParsed !== true) wire.parse({ name: own?.as ?? "", text });
        if (own?.isParsed === false) {
          own.isParsed = true;
          this.#fresh.push(own);
        }
        wire.bind({ portal: "", statement: own?.as ?? "", values: params, valueMapper: parameter });
        if (silent !== true && (own === null || own.shape === null)) wire.describe({ type: "P", name: "" });
        wire.execute();
        this.#prepared.push(own);
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
    this.#shape = this.#prepared[this.#answers.length]?.shape ?? null;
    this.#rows = [];
  }

  // The driver calls these by name as messages arrive.
  handleRowDescription({ fields }: { fields: readonly { name: string; dataTypeID: number }[] }): void {
    this.#shape = shapeOf(fields);
    const own = this.#prepared[this.#answers.length];
    if (own) own.shape = this.#shape;
  }

  handleDataRow({ fields }: { fields: readonly (string | null)[] }): void {
    const { names, parsers, empty } = this.#shape!;
    const row: Record<string, unknown> = { ...empty };
    for (let index = 0; index < fields.length; index++) {
      const text = fields[index]!;
      if (text === null) continue;
      const parse = parsers[index]!;
      row[names[index]!] = parse === null ? text : parse(text);
    }
    this.#rows.push(row);
  }

  handleCommandComplete({ text }: { text: string }): void {
    const own = this.#prepared[this.#answers.length];
    // What gives no rows is not asked for its columns again.
    if (own) own.shape ??= this.#shape ?? NO_COLUMNS;
    // "SELECT 3", "UPDATE 2", "INSERT 0 1", "COMMIT".
    this.#answers.push({ rows: this.#rows, rowCount: Number(text.slice(text.lastIndexOf(" ") + 1)) || 0 });
    this.#begin();
  }

  handleError(error: Error): void {
    // Nobody knows which of them PostgreSQL came to: they are prepared again, under names that it cannot know yet.
    for (const own of this.#fresh.splice(0)) {
      own.isParsed = false;
      own.shape = null;
      own.as += "+";
    }
    this.#settle(error, [], this.#answers.length);
  }

  handleReadyForQuery(): void {
    this.#settle(null, this.#answers, -1);
  }
}
