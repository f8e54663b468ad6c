/** Processes of a started product, and their sudden end. */
import { readdirSync, readFileSync } from "node:fs";
import type { Product } from "#test/product.ts";

export type Victim = "whole" | "mllp" | "worker" | "web";

const parentOf = (pid: number): number => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
  } catch {
    return 0;
  }
};
const processes = (): number[] => readdirSync("/proc").filter((each) => /^\d+$/.test(each)).map(Number);

function read(pid: number, file: "environ" | "cmdline"): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "utf8");
  } catch {
    return "";
  }
}

/** kill -9 of what `victim` names: the whole product's processes at once (its database is told to end by the system, as at a crash of the container), or one part. */
export function killPart(product: Product, victim: Victim): void {
  const children = processes().filter((pid) => parentOf(pid) === product.pid);
  const parts = children.filter((pid) => victim === "whole" ? read(pid, "environ").includes("KMCR_PART=") : read(pid, "environ").includes(`KMCR_PART=${victim}\0`));
  if (victim === "whole") kill(product.pid);
  for (const pid of parts) kill(pid);
}

/** kill -9 of PostgreSQL: the server first, then every process of it, at once. */
export function killPostgres(product: Product): number {
  const servers = processes().filter((pid) => parentOf(pid) === product.pid && read(pid, "cmdline").includes("/bin/postgres"));
  const all = servers.flatMap((server) => [server, ...processes().filter((pid) => parentOf(pid) === server)]);
  for (const pid of all) kill(pid);
  return all.length;
}

/** Ends what a killed product left behind, as a restarted container has nothing of it. */
export function killOrphans(product: Product): void {
  for (const pid of processes()) if (read(pid, "environ").includes(`KMCR_DATA_DIR=${product.dataDir}\0`) && read(pid, "environ").includes("KMCR_PART=")) kill(pid);
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // it was faster
  }
}
