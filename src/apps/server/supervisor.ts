/**
 * Starts the database and keeps the product's processes alive. One process a
 * part: ingest beside pages keeps reads at 11.6 ms p99 against 21 ms together
 * (fhir-and-speed.md section 7, point 7).
 */
import cluster, { type Worker } from "node:cluster";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { freshSecret, log, migrate, openPool, startEmbeddedPostgres, type Config, type DatabaseAddress, type EmbeddedPostgres, type Pool } from "#platform";
import { makeStandInKey } from "./pds-settings.ts";

export type Part = "web" | "mllp" | "worker" | "audit-log" | "stand-in";

export type Running = {
  address: DatabaseAddress;
  secret: string;
  owner: Pool;
  /** Stops the parts, then the database. */
  stop(): Promise<void>;
  /** Resolves when the database ends by itself: nothing can go on without it. */
  databaseEnded: Promise<void>;
};

const migrations = fileURLToPath(new URL("../../../migrations", import.meta.url));

/** Starts everything; resolves when every part serves. */
export async function start(config: Config): Promise<Running> {
  mkdirSync(config.dataDir, { recursive: true, mode: 0o700 });
  const unlock = lock(config.dataDir);
  const secret = config.secret || storedSecret(config.dataDir);
  const embedded = config.databaseUrl === "" ? await KeptPostgres.start(config.dataDir) : null;
  try {
    const address = addressOf(config, embedded?.server ?? null, secret);
    const owner = openPool(address, undefined, 2);
    await migrate(owner, migrations, secret);
    if (config.mode === "demo") makeStandInKey(config.dataDir);
    const parts = new Parts(config, address, secret, embedded?.server.pid);
    embedded?.onRestart((pid) => parts.databaseIs(pid));
    await parts.start();
    const stop = async (): Promise<void> => {
      await parts.stop();
      await owner.end();
      await embedded?.stop();
      unlock();
    };
    return { address, secret, owner, stop, databaseEnded: embedded?.given ?? new Promise(() => undefined) };
  } catch (error) {
    await embedded?.stop();
    unlock();
    throw error;
  }
}

/** The embedded server, started again when it ends by itself: intake says "send it again" meanwhile, and nothing is lost. */
class KeptPostgres {
  server: EmbeddedPostgres;
  /** Resolves when it ended and could not be started again. */
  readonly given: Promise<void>;
  #stopping = false;
  #told: (pid: number) => void = () => undefined;

  private constructor(dataDir: string, server: EmbeddedPostgres) {
    this.server = server;
    this.given = this.#keep(dataDir);
  }

  static async start(dataDir: string): Promise<KeptPostgres> {
    return new KeptPostgres(dataDir, await startEmbeddedPostgres(dataDir));
  }

  /** `told` learns the process number of each new server. */
  onRestart(told: (pid: number) => void): void {
    this.#told = told;
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    await this.server.stop();
  }

  async #keep(dataDir: string): Promise<void> {
    for (;;) {
      await this.server.ended;
      if (this.#stopping) return;
      log("error", "database-ended", {});
      const next = await this.#again(dataDir);
      if (next === null) return;
      this.server = next;
      this.#told(next.pid);
      log("info", "database-again", { pid: next.pid });
    }
  }

  /** Sessions of the dead server take a moment to end, and PostgreSQL refuses to start beside them. */
  async #again(dataDir: string): Promise<EmbeddedPostgres | null> {
    for (const until = Date.now() + 120_000; Date.now() < until && !this.#stopping; ) {
      try {
        return await startEmbeddedPostgres(dataDir);
      } catch (error) {
        log("warn", "database-not-yet", { error: (error as Error).message });
        await sleep(200);
      }
    }
    return null;
  }
}

function addressOf(config: Config, embedded: EmbeddedPostgres | null, secret: string): DatabaseAddress {
  return embedded === null
    ? { kind: "url", url: config.databaseUrl, roleKey: secret }
    : { kind: "socket", socketDir: embedded.socketDir, user: embedded.user, password: embedded.password, database: "postgres", roleKey: secret };
}

/** The installation's key, made at first start; in production it is given by the environment. */
function storedSecret(dataDir: string): string {
  const file = join(dataDir, "secret");
  if (!existsSync(file)) writeFileSync(file, freshSecret(), { mode: 0o600 });
  return readFileSync(file, "utf8").trim();
}

/** One supervisor a data folder. A lock whose process is gone (kill -9) is taken over. */
function lock(dataDir: string): () => void {
  const file = join(dataDir, "supervisor.pid");
  if (existsSync(file)) {
    const [pid, started] = readFileSync(file, "utf8").trim().split(" ");
    if (pid !== String(process.pid) && startedAt(Number(pid)) === started) throw new Error(`KMCR already runs on ${dataDir} (process ${pid})`);
  }
  writeFileSync(file, `${process.pid} ${startedAt(process.pid)}\n`, { mode: 0o600 });
  return () => rmSync(file, { force: true });
}

/** The start time of a process in kernel ticks: tells a process from a later one with the same number. */
function startedAt(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? null;
  } catch {
    return null;
  }
}

class Parts {
  readonly #environment: Record<string, string>;
  readonly #wanted: { part: Part; index: number }[];
  readonly #statistics: Record<string, unknown> = {};
  #stopping = false;

  constructor(config: Config, address: DatabaseAddress, secret: string, postgresPid: number | undefined) {
    this.#environment = {
      KMCR_DATABASE: JSON.stringify(address), KMCR_SECRET: secret, ...(postgresPid && { KMCR_POSTGRES_PID: String(postgresPid) }),
      // What the parts read is kept compiled from the first stop on: starting them then takes half the processor time.
      NODE_COMPILE_CACHE: process.env["NODE_COMPILE_CACHE"] || join(config.dataDir, "compiled"),
    };
    const standIn = config.mode === "demo" && config.cis2Issuer === "";
    const count: Record<Part, number> = { web: config.webProcesses, mllp: 1, worker: config.workerProcesses, "audit-log": 1, "stand-in": standIn ? 1 : 0 };
    this.#wanted = (Object.keys(count) as Part[]).flatMap((part) => Array.from({ length: count[part] }, (_, index) => ({ part, index })));
    // Threads beside each part by the machine and not the engine's four: on two cores those of seven parts are in each other's way (p99 of a summary, ten at once: 170 ms over 13 runs, 204 over 8 with four).
    cluster.setupPrimary({ exec: fileURLToPath(new URL("child.ts", import.meta.url)), args: [], execArgv: [...process.execArgv, "--v8-pool-size=0"], silent: false });
    cluster.on("message", (_worker, message: { type?: string; statistics?: unknown }) => {
      if (message?.type === "statistics") Object.assign(this.#statistics, message.statistics);
    });
  }

  async start(): Promise<void> {
    await Promise.all(this.#wanted.map((each) => this.#spawn(each, 0)));
  }

  /** Starts a part and keeps it: one that dies comes back, later each time up to 10 s. */
  #spawn({ part, index }: { part: Part; index: number }, failures: number): Promise<void> {
    const began = Date.now();
    const child: Worker = cluster.fork({ ...this.#environment, KMCR_PART: part, KMCR_PART_INDEX: String(index) });
    return new Promise((resolve, reject) => {
      let ready = false;
      child.on("message", (message: { type?: string }) => {
        if (message?.type !== "ready") return;
        ready = true;
        resolve();
      });
      child.on("exit", (code, signal) => {
        if (this.#stopping) return;
        log("error", "part-ended", { part, code, signal });
        if (!ready && failures === 0 && Date.now() - began < 20_000) return reject(new Error(`the ${part} process ended while starting (see above)`));
        const next = Date.now() - began > 60_000 ? 1 : failures + 1;
        setTimeout(() => !this.#stopping && void this.#spawn({ part, index }, next).catch(() => undefined), Math.min(10_000, 100 * 2 ** next));
      });
    });
  }

  /** The database was started again under another process number. */
  databaseIs(pid: number): void {
    this.#environment["KMCR_POSTGRES_PID"] = String(pid);
    for (const child of Object.values(cluster.workers ?? {})) child?.send({ type: "database", pid }, () => undefined);
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    const children = Object.values(cluster.workers ?? {}).filter((each) => each !== undefined);
    await Promise.all(
      children.map(
        (child) =>
          new Promise<void>((resolve) => {
            const timer = setTimeout(() => child.process.kill("SIGKILL"), 12_000);
            child.once("exit", () => {
              clearTimeout(timer);
              resolve();
            });
            child.send({ type: "stop" }, () => undefined);
          }),
      ),
    );
  }
}
