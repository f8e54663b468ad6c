/**
 * Clients of national services: nothing else talks to them. CIS2 (sign-in of
 * professionals), MESH (mailboxes), PDS (who has which NHS number) and MNS (that
 * something changed there), and stand-ins for all for demonstrations and tests.
 */
import type { Refusal } from "#platform";
import type { StandInApis, StandInApisSettings } from "./stand-in/apis.ts";
import type { StandInMesh, StandInMeshSettings } from "./stand-in/mesh.ts";
import type { StandIn, StandInSettings } from "./stand-in/server.ts";

export { createCis2Client, type Cis2Client, type Cis2Settings, type SignInState } from "./cis2/client.ts";
export type { Cis2Identity, NationalRole } from "./cis2/claims.ts";
export { createMeshClient, MESH_PAGE, type MeshClient, type MeshData, type MeshOutgoing, type MeshReport, type MeshSettings, type MeshTracking } from "./mesh/client.ts";
export { createPds, type Pds, type PdsClient, type PdsSettings, type PdsWorker } from "./pds/client.ts";
export type { PdsFound, PdsMatch, PdsRead } from "./pds/answer.ts";
export type { PdsMode, PdsSearch, SearchTerm } from "./pds/search.ts";
export type { ApplicationCredentials } from "./pds/token.ts";
export type { PdsProblem, Period, TracedAddress, TracedLocation, TracedName, TracedPatient, TracedPractice, TracedTelecom } from "./pds/traced-patient.ts";
export { createMnsClient, type MnsClient, type MnsSettings, type MnsSubscription } from "./mns/client.ts";
export { EVENT_TYPES, EVENTS_TO_SUBSCRIBE, HEARTBEAT_EVENT, readChangeEvent, type ChangeEvent, type EventUse } from "./mns/event.ts";
export { HEARTBEAT_EVERY_MS, liveness, type Liveness } from "./mns/heartbeat.ts";
export type { ApiFault, ApisSettings, StandInApis, StandInApisSettings } from "./stand-in/apis.ts";
export type { StandInDelivery } from "./stand-in/mns.ts";
export type { StandInAddress, StandInName, StandInPdsPerson } from "./stand-in/pds.ts";
export type { MeshMailbox, StandInMesh, StandInMeshSettings } from "./stand-in/mesh.ts";
export { standInApiAddresses, standInIssuer } from "./stand-in/issuer.ts";
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

/** Starts the stand-in for PDS and MNS behind the API platform's tokens; refuses `national.stand-in-in-production` in production. Loaded when called. */
export async function startStandInApis(settings: StandInApisSettings): Promise<StandInApis | Refusal> {
  const stand = await import("./stand-in/apis.ts");
  return stand.startStandInApis(settings);
}
