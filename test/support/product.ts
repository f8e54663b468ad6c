/** The whole product, started as a stranger starts it, in a folder and on ports of its own. */
import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { appendFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));

export type Product = {
  base: string;
  port: number;
  mllpPort: number;
  standInPort: number;
  dataDir: string;
  /** Everything that it printed. */
  printed(): string;
  pid: number;
  child: ChildProcess;
  /** The environment that it runs in: what a command beside it needs. */
  env: Readonly<Record<string, string>>;
  /** SIGTERM and wait; `keep` leaves the data folder for another start. */
  stop(options?: { keep?: boolean }): Promise<void>;
};

export type StartOptions = {
  /** Folder to use again; a fresh one otherwise. */
  dataDir?: string;
  /** People of the demonstration; missing: `--empty`. */
  people?: number;
  overlays?: readonly string[];
  env?: Readonly<Record<string, string>>;
  webProcesses?: number;
  /** Processes that apply messages; one, unless the test is about several beside each other. */
  workerProcesses?: number;
  /** A first start, on a database that waits for the disk as a stranger's does. */
  durable?: boolean;
  /** Runs as this account instead of ours; only root can. */
  account?: { uid: number; gid: number };
};

/** Ports that were free a moment ago. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(Array.from({ length: count }, () => new Promise<ReturnType<typeof createServer>>((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => resolve(server));
  })));
  const ports = servers.map((server) => (server.address() as { port: number }).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

/** Settings that a prepared folder was not made for: another database, key or kind of installation. */
const OTHERWISE_MADE = ["DATABASE_URL", "KMCR_SECRET", "KMCR_MODE"];

/**
 * A copy of a data folder that a product of the same run made before: with its database, and with so many people
 * played into it; `null` where there is no place for such folders (`npm test` gives one) or the start is to be a
 * first one. Making a database takes a second and playing the region half a minute, and fifty starts want one of two.
 * Its database does not wait for the disk: what must survive more than the end of a process asks for `durable`.
 */
async function preparedFolder({ people, durable, env = {}, account }: StartOptions): Promise<string | null> {
  const place = process.env["KMCR_TEST_FILLED"];
  if (place === undefined || durable === true || account !== undefined || OTHERWISE_MADE.some((name) => name in env)) return null;
  const prepared = join(place, people === undefined ? "empty" : `people-${people}`);
  mkdirSync(place, { recursive: true });
  if (claims(`${prepared}.claimed`)) {
    const product = await startProduct({ dataDir: prepared, ...(people !== undefined && { people }) });
    await product.stop({ keep: true });
    appendFileSync(join(prepared, "postgres", "postgresql.conf"), "fsync = off\nfull_page_writes = off\n");
    writeFileSync(`${prepared}.ready`, "");
  }
  for (const until = Date.now() + 300_000; !existsSync(`${prepared}.ready`); await sleep(200)) if (Date.now() > until) throw new Error(`${prepared} was never made`);
  const copy = mkdtempSync(join(tmpdir(), "kmcr-product-"));
  rmSync(copy, { recursive: true });
  // PostgreSQL's files belong to an account of their own where the tests run as root.
  const { status, stderr } = spawnSync("cp", ["-a", prepared, copy], { encoding: "utf8" });
  if (status !== 0) throw new Error(stderr);
  return copy;
}

/** True for the first who asks, of all processes. */
function claims(path: string): boolean {
  try {
    mkdirSync(path);
    return true;
  } catch {
    return false;
  }
}

/** Starts the product and waits until it says that it is ready; throws with what it printed where it does not. */
export async function startProduct(options: StartOptions = {}): Promise<Product> {
  const dataDir = options.dataDir ?? (await preparedFolder(options)) ?? mkdtempSync(join(tmpdir(), "kmcr-product-"));
  const [port, mllpPort, standInPort] = (await freePorts(3)) as [number, number, number];
  const env: Record<string, string> = {};
  for (const [name, value] of Object.entries(process.env)) if (value !== undefined && !name.startsWith("KMCR_") && name !== "DATABASE_URL" && name !== "NODE_TEST_CONTEXT") env[name] = value;
  Object.assign(env, {
    KMCR_DATA_DIR: dataDir, PORT: String(port), KMCR_MLLP_PORT: String(mllpPort), KMCR_STANDIN_PORT: String(standInPort), KMCR_WEB_PROCESSES: String(options.webProcesses ?? 1), KMCR_WORKER_PROCESSES: String(options.workerProcesses ?? 1), NODE_ENV: "production",
    ...(options.people !== undefined && { KMCR_DEMO_PEOPLE: String(options.people) }), ...(options.overlays && { KMCR_REGION_OVERLAYS: options.overlays.join(",") }), ...options.env,
  });
  const child = spawn(process.execPath, ["--disable-proto=throw", "src/apps/main.ts", ...(options.people === undefined ? ["--empty"] : [])], { cwd: root, env, ...options.account, stdio: ["ignore", "pipe", "pipe"] });
  let printed = "";
  child.stdout!.on("data", (chunk) => (printed += chunk));
  child.stderr!.on("data", (chunk) => (printed += chunk));
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`the product was not ready within 180 s:\n${printed}`)), 180_000);
    const look = (): void => {
      if (!printed.includes("KMCR is ready")) return;
      clearTimeout(timer);
      resolve();
    };
    child.stdout!.on("data", look);
    child.once("exit", (code) => {
      clearTimeout(timer);
      reject(new Error(`the product ended with ${code} instead of starting:\n${printed}`));
    });
  });
  return {
    base: `http://localhost:${port}`, port, mllpPort, standInPort, dataDir, printed: () => printed, pid: child.pid!, child, env,
    async stop({ keep = false } = {}) {
      if (child.exitCode === null) child.kill("SIGTERM");
      await ended;
      if (!keep) rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/** The installation's key of a started product: what credentials of feeds follow from. */
export const installationKey = (product: Product): string => readFileSync(join(product.dataDir, "secret"), "utf8").trim();
