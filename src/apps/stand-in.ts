/** The process that stands in for NHS CIS2, PDS and MNS in demonstrations, and for MESH where the region names mailboxes. */
import { faultLines, isRegionFaults, loadRegion } from "#governance";
import { HEARTBEAT_EVERY_MS, startStandIn, startStandInMesh, type HostLaunch, type StandInDelivery, type StandInPdsPerson } from "#national";
import { isRefusal, openPool, systemClock, type DatabaseAddress } from "#platform";
import { namesMesh, standInMailboxes } from "./server/mesh-settings.ts";
import { standInApplications } from "./server/pds-settings.ts";
import { demonstrationKey, launchAddress, signLaunch } from "./sign-in/index.ts";

/** Reads what this process needs and nothing more; `#platform`'s configuration has checked the rest. */
const env = process.env;
const mode = env["KMCR_MODE"] === "production" ? "production" : "demo";
const publicUrl = env["KMCR_PUBLIC_URL"] || `http://localhost:${env["PORT"] ?? "8080"}`;
const secret = env["KMCR_SECRET"] ?? "";

function fail(message: string): never {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}

async function launchLink({ host, professional, profile, nhsNumber, dateOfBirth }: HostLaunch): Promise<string> {
  const request = { professional: professional.uid, organisation: profile.organisation, roleCode: profile.sourceRole, areaOfWork: profile.areaOfWork ?? null, nhsNumber, dateOfBirth };
  return launchAddress(publicUrl, await signLaunch(host.id, demonstrationKey(secret, host.id), publicUrl, request, systemClock.now()));
}

/** PDS knows the invented region as it truly is, up to the moment for which it was loaded. */
async function peopleAtPds(): Promise<Iterable<StandInPdsPerson>> {
  // Loaded at the first question: signing in waits for none of it.
  const [{ loadRegion: loadSynthetic, pdsPeople }, { readDemoMoment }] = await Promise.all([import("#synthetic"), import("./demo.ts")]);
  const pool = openPool(JSON.parse(env["KMCR_DATABASE"] ?? "null") as DatabaseAddress, "kmcr_pages", 1);
  try {
    const now = (await readDemoMoment(pool)) ?? systemClock.now();
    return pdsPeople({ people: Number(env["KMCR_DEMO_PEOPLE"] ?? "500"), seed: env["KMCR_DEMO_SEED"] ?? "1", now, region: loadSynthetic(env["KMCR_REGION"] || undefined) });
  } finally {
    await pool.end();
  }
}

/** Change events come by MESH, where there is one. */
const deliver = ({ mailbox, workflowId, bytes }: StandInDelivery): void => {
  if (mesh !== null && !isRefusal(mesh)) mesh.deliver({ from: "MNS", to: mailbox, workflowId, chunks: [bytes], fileName: "event.json" });
};

if (mode === "production") fail("The stand-in for NHS CIS2 is for demonstration; it does not start in production (national.stand-in-in-production).");
if (secret.length < 32) fail("KMCR_SECRET must be set for the stand-in: the keys of the demonstration hosts follow from it.");
const region = loadRegion(env["KMCR_REGION"] ?? "regions/kent-medway", (env["KMCR_REGION_OVERLAYS"] ?? "").split(",").filter((each) => each !== ""));
if (isRegionFaults(region)) fail(faultLines(region));

const mesh = namesMesh(region) && (env["KMCR_MESH_URL"] ?? "") === "" ? await startStandInMesh({ mode, port: Number(env["KMCR_MESH_STANDIN_PORT"] ?? "8082"), ...standInMailboxes(region, secret) }) : null;
if (isRefusal(mesh)) fail(mesh.message);
const standIn = await startStandIn({
  mode,
  region,
  port: Number(env["KMCR_STANDIN_PORT"] ?? "8081"),
  host: env["KMCR_HOST"] || "localhost",
  clientId: env["KMCR_CIS2_CLIENT_ID"] ?? "kmcr",
  clientSecret: env["KMCR_CIS2_CLIENT_SECRET"] || secret,
  publicUrl,
  launchLink,
  apis: { applications: standInApplications(env["KMCR_DATA_DIR"] || "./data"), people: peopleAtPds, deliver },
});
if (isRefusal(standIn)) fail(standIn.message);
setInterval(() => standIn.heartbeat(), HEARTBEAT_EVERY_MS).unref();
for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => void standIn.close().then(() => process.exit(0)));
