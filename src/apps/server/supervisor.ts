/**
 * Starts the database and keeps the product's processes alive. One process a
 * part: ingest beside pages keeps reads at 11.6 ms p99 against 21 ms together
 * (fhir-and-speed.md section 7, point 7).
 */
import cluster, { type Worker } from "node:cluster";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { freshSecret, log, migrate, openPool, startEmbeddedPostgres, type Config, type DatabaseAddress, type EmbeddedPostgres, type Pool } from "#platform";

export type Part = "web" | "mllp" | "worker" | "stand-in";

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
  const embedded = config.databaseUrl === "" ? await startEmbeddedPostgres(config.dataDir) : null;
  try {
    const address = addressOf(config, embedded, secret);
    const owner = openPool(address, undefined, 2);
    await migrate(owner, migrations, secret);
    const parts = new Parts(config, address, secret, embedded?.pid);
    await parts.start();
    const stop = async (): Promise<void> => {
      await parts.stop();
      await owner.end();
      await embedded?.stop();
      unlock();
    };
    return { address, secret, owner, stop, databaseEnded: embedded?.ended ?? new Promise(() => undefined) };
  } catch (error) {
    await embedded?.stop();
    unlock();
    throw error;
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
  readonly #wanted: Part[];
  readonly #alive = new Map<number, Part>();
  readonly #statistics: Record<string, unknown> = {};
  #stopping = false;

  constructor(config: Config, address: DatabaseAddress, secret: string, postgresPid: number | undefined) {
    this.#environment = { KMCR_DATABASE: JSON.stringify(address), KMCR_SECRET: secret, ...(postgresPid && { KMCR_POSTGRES_PID: String(postgresPid) }) };
    const standIn = config.mode === "demo" && config.cis2Issuer === "";
    this.#wanted = [...Array.from({ length: config.webProcesses }, (): Part => "web"), "mllp", "worker", ...(standIn ? (["stand-in"] as const) : [])];
    cluster.setupPrimary({ exec: fileURLToPath(new URL("child.ts", import.meta.url)), args: [], silent: false });
    cluster.on("message", (_worker, message: { type?: string; statistics?: unknown }) => {
      if (message?.type === "statistics") Object.assign(this.#statistics, message.statistics);
    });
  }

  async start(): Promise<void> {
    await Promise.all(this.#wanted.map((part) => this.#spawn(part, 0)));
  }

  /** Starts a part and keeps it: one that dies comes back, later each time up to 10 s. */
  #spawn(part: Part, failures: number): Promise<void> {
    const began = Date.now();
    const child: Worker = cluster.fork({ ...this.#environment, KMCR_PART: part });
    this.#alive.set(child.id, part);
    return new Promise((resolve, reject) => {
      let ready = false;
      child.on("message", (message: { type?: string }) => {
        if (message?.type !== "ready") return;
        ready = true;
        resolve();
      });
      child.on("exit", (code, signal) => {
        this.#alive.delete(child.id);
        if (this.#stopping) return;
        log("error", "part-ended", { part, code, signal });
        if (!ready && failures === 0 && Date.now() - began < 20_000) return reject(new Error(`the ${part} process ended while starting (see above)`));
        const next = Date.now() - began > 60_000 ? 1 : failures + 1;
        setTimeout(() => !this.#stopping && void this.#spawn(part, next).catch(() => undefined), Math.min(10_000, 100 * 2 ** next));
      });
    });
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
