/** What every child process of the product starts from: configuration, region, database pools. */
import { faultLines, isRegionFaults, loadRegion, type Region } from "#governance";
import { openDocumentStore, openPool, readConfig, type Config, type DatabaseAddress, type DocumentStore, type Pool, type Role } from "#platform";
import { keepDocumentsIn } from "#record";
import { wire } from "../wiring.ts";

export type Context = {
  config: Config;
  region: Region;
  address: DatabaseAddress;
  /** By which browsers reach the product. */
  publicUrl: string;
  /** Where documents lie; this process keeps the documents of what it applies there. */
  documents: DocumentStore;
  pool(role: Role, most: number): Pool;
};

/** Reads what the supervisor handed on; it has checked all of it, so a fault here is a defect. */
export function childContext(): Context {
  const read = readConfig(process.env);
  if (!read.ok) throw new Error(read.faults.join("; "));
  const { config } = read;
  const region = loadRegion(config.region, config.regionOverlays);
  if (isRegionFaults(region)) throw new Error(faultLines(region));
  const address = JSON.parse(process.env["KMCR_DATABASE"] ?? "null") as DatabaseAddress | null;
  if (address === null) throw new Error("a child process is started by the supervisor, with KMCR_DATABASE");
  wire(address.roleKey);
  const documents = openDocumentStore(config);
  keepDocumentsIn(documents);
  return { config, region, address, documents, publicUrl: config.publicUrl || `http://localhost:${config.port}`, pool: (role, most) => openPool(address, role, most) };
}

export { serveUnderSupervisor } from "./under-supervisor.ts";
