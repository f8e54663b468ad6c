/** Which mailbox at MESH is ours: by the settings or, in a demonstration whose region names one, at the stand-in. */
import { createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import type { Region } from "#governance";
import type { MeshMailbox, MeshSettings } from "#national";
import type { Config } from "#platform";

/** True where a feed arrives by MESH, or an organisation gets what is delivered to it that way. */
export const namesMesh = (region: Region): boolean => region.feeds.some((feed) => "mesh" in feed.transport) || region.organisations.some((each) => each.mesh !== undefined);

/** Why the settings do not fit the region: a mailbox that it names must be reachable. */
export function meshSettingFaults(config: Config, region: Region): string[] {
  const isStandIn = config.mode === "demo" && config.cis2Issuer === "";
  return namesMesh(region) && config.meshUrl === "" && !isStandIn ? ["KMCR_MESH_URL must be set: the region names mailboxes at MESH"] : [];
}

const DEMO_MAILBOX = "KMCRDEMO";
const demoSecret = (secret: string, what: string): string => createHmac("sha256", secret).update(`mesh stand-in ${what}`).digest("base64url");

/** What the stand-in of a demonstration starts with: our mailbox, and those that the region names. */
export function standInMailboxes(region: Region, secret: string): { sharedKey: string; mailboxes: MeshMailbox[] } {
  const ids = new Map<string, string | undefined>([[DEMO_MAILBOX, undefined]]);
  for (const feed of region.feeds) if ("mesh" in feed.transport) ids.set(feed.transport.mesh.fromMailbox, feed.organisation);
  for (const each of region.organisations) if (each.mesh !== undefined) ids.set(each.mesh.mailbox, each.odsCode);
  return { sharedKey: demoSecret(secret, "shared key"), mailboxes: [...ids].map(([id, odsCode]) => ({ id, password: demoSecret(secret, id), ...(odsCode && { odsCode }) })) };
}

/** The mailbox's address and credentials; `null` where there is none. Certificates are read here, so that a missing file is said at the start. */
export function meshSettings(config: Config, region: Region, secret: string): MeshSettings | null {
  const common = { mode: config.mode, mostBytes: config.maxBodyMb * 1_048_576 };
  if (config.meshUrl !== "") {
    const tls = config.meshCertificate === "" ? null : { certificate: readFileSync(config.meshCertificate, "utf8"), key: readFileSync(config.meshKey, "utf8"), ...(config.meshAuthority !== "" && { authority: readFileSync(config.meshAuthority, "utf8") }) };
    return { ...common, url: config.meshUrl, mailbox: config.meshMailbox, password: config.meshPassword, sharedKey: config.meshSharedKey, tls };
  }
  if (!namesMesh(region) || config.mode !== "demo" || config.cis2Issuer !== "") return null;
  const { sharedKey } = standInMailboxes(region, secret);
  return { ...common, url: `http://localhost:${config.meshStandInPort}`, mailbox: DEMO_MAILBOX, password: demoSecret(secret, DEMO_MAILBOX), sharedKey, tls: null };
}
