/** An overlay with a practice that has a mailbox at MESH, feeds that arrive by it, and the stand-in that holds the mailboxes. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createMeshClient, startStandInMesh, type MeshClient, type StandInMesh } from "#national";
import { isRefusal } from "#platform";

export const OURS = "X26KM001";
export const COUNCIL = "X26CC001";
export const HOSPITAL = "X26HO001";
export const PRACTICE = "X26GP001";
const SHARED_KEY = "the shared key of the stand-in";
const passwordOf = (mailbox: string): string => `password of ${mailbox}`;

export const GP_OF_PRACTICE = "555000009001";
export const RECEPTION_OF_PRACTICE = "555000009002";

type Entry = Record<string, unknown>;
const pack = (file: string): Entry[] => JSON.parse(readFileSync(`regions/kent-medway/${file}.json`, "utf8")) as Entry[];
const like = (file: string, key: string, value: string, change: Entry): Entry => ({ ...structuredClone(pack(file).find((each) => each[key] === value)), ...change });

/** A folder with the overlay: the practice X-MAIL, its GP, and feeds by MESH of a council (CSV), a hospital (FHIR R4) and another (HL7 v2). */
export function meshOverlay(): { folder: string; remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), "kmcr-mesh-"));
  const write = (file: string, value: unknown): void => writeFileSync(join(folder, `${file}.json`), JSON.stringify(value));
  const supplies = like("feeds", "id", "kcc-adult-csv", {})["supplies"];
  const feed = (id: string, from: Entry): Entry => ({ ...like("feeds", "id", "ryy-fhir", {}), id, title: `${id} of the test`, ...from });
  write("organisations", [like("organisations", "odsCode", "G82060", { odsCode: "X-MAIL", odsCodeVerified: false, name: "Mailbox Surgery", mesh: { mailbox: PRACTICE, workflows: { documents: "KMCR_DOCUMENT" }, readAs: "practice-nurse" } })]);
  write("feeds", [
    feed("mail-fhir", { organisation: "X-MAIL", format: "fhir-r4", transport: { http: { clientId: "mail-fhir" } } }),
    feed("kcc-mesh", { organisation: "X-KCC", format: "csv", supplies, transport: { mesh: { workflowId: "KMCR_CSV", fromMailbox: COUNCIL } }, options: { layout: "council-adult" } }),
    feed("rvv-mesh", { organisation: "RVV", format: "fhir-r4", transport: { mesh: { workflowId: "KMCR_FHIR", fromMailbox: HOSPITAL } } }),
    feed("rpa-mesh", { organisation: "RPA", format: "hl7v2", transport: { mesh: { workflowId: "KMCR_HL7", fromMailbox: HOSPITAL } } }),
  ]);
  const gp = like("professionals", "uid", "555000001004", {});
  const clerk = like("professionals", "uid", "555000001006", {});
  write("professionals", [
    { ...gp, uid: GP_OF_PRACTICE, name: "Nell Carey", profiles: [{ ...(gp["profiles"] as Entry[])[0], id: "555000299001", organisation: "X-MAIL" }] },
    { ...clerk, uid: RECEPTION_OF_PRACTICE, name: "Will Marsh", profiles: [{ ...(clerk["profiles"] as Entry[])[0], id: "555000299002", organisation: "X-MAIL" }] },
  ]);
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** The stand-in with our mailbox and those of the overlay. */
export async function meshOfRegion(): Promise<StandInMesh> {
  const mesh = await startStandInMesh({ mode: "demo", port: 0, sharedKey: SHARED_KEY, mailboxes: [OURS, COUNCIL, HOSPITAL, PRACTICE].map((id) => ({ id, password: passwordOf(id) })) });
  if (isRefusal(mesh)) throw new Error(mesh.message);
  return mesh;
}

/** The settings by which the product uses our mailbox there. */
export const meshEnvironment = (mesh: StandInMesh): Record<string, string> => ({ KMCR_MESH_URL: mesh.url, KMCR_MESH_MAILBOX: OURS, KMCR_MESH_PASSWORD: passwordOf(OURS), KMCR_MESH_SHARED_KEY: SHARED_KEY, KMCR_MESH_POLL_SECONDS: "1" });

/** A partner with a mailbox of its own: what the other end of MESH does. */
export const partner = (mesh: StandInMesh, mailbox: string): MeshClient => createMeshClient({ url: mesh.url, mode: "demo", mailbox, password: passwordOf(mailbox), sharedKey: SHARED_KEY, tls: null, mostBytes: 10_000_000, chunkBytes: 1_000_000, backoffMs: 10 });
