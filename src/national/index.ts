/**
 * Clients of national services: nothing else talks to them. CIS2 (sign-in of
 * professionals) and MESH (mailboxes), and stand-ins for both for demonstrations and tests.
 */
import type { Refusal } from "#platform";
import type { StandInMesh, StandInMeshSettings } from "./stand-in/mesh.ts";
import type { StandIn, StandInSettings } from "./stand-in/server.ts";

export { createCis2Client, type Cis2Client, type Cis2Settings, type SignInState } from "./cis2/client.ts";
export type { Cis2Identity, NationalRole } from "./cis2/claims.ts";
export { createMeshClient, MESH_PAGE, type MeshClient, type MeshData, type MeshOutgoing, type MeshReport, type MeshSettings, type MeshTracking } from "./mesh/client.ts";
export type { MeshMailbox, StandInMesh, StandInMeshSettings } from "./stand-in/mesh.ts";
export { standInIssuer } from "./stand-in/issuer.ts";
export type { HostLaunch, StandIn, StandInSettings } from "./stand-in/server.ts";

/**
 * Starts the stand-in for NHS CIS2; refuses `national.stand-in-in-production` in
 * production. Loaded when called, so that no other process carries a provider.
 */
export async function startStandIn(settings: StandInSettings): Promise<StandIn | Refusal> {
  const stand = await import("./stand-in/server.ts");
  return stand.startStandIn(settings);
}

/** Starts the stand-in for MESH; refuses `national.stand-in-in-production` in production. Loaded when called. */
export async function startStandInMesh(settings: StandInMeshSettings): Promise<StandInMesh | Refusal> {
  const stand = await import("./stand-in/mesh.ts");
  return stand.startStandInMesh(settings);
}
