/** Where PDS and MNS are and how we sign in there: by the settings or, in a demonstration, at the stand-in. */
import { createPublicKey, generateKeyPairSync } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { standInApiAddresses, type ApplicationCredentials, type ApisSettings, type MnsSettings, type PdsSettings } from "#national";
import type { Config } from "#platform";

const DEMO_API_KEY = "kmcr-demonstration";
const DEMO_KEY_ID = "kmcr-demo-1";
const keyFile = (dataDir: string): string => join(dataDir, "pds-stand-in-key.pem");

/** True where the stand-in answers for PDS. */
const isStandIn = (config: Pick<Config, "mode" | "cis2Issuer" | "pdsUrl">): boolean => config.mode === "demo" && config.cis2Issuer === "" && config.pdsUrl === "";

/** Makes the demonstration's signing key at its first start; the supervisor does so before any part wants it. */
export function makeStandInKey(dataDir: string): void {
  if (existsSync(keyFile(dataDir))) return;
  writeFileSync(keyFile(dataDir), generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey.export({ type: "pkcs8", format: "pem" }), { mode: 0o600 });
}

/** The applications that the stand-in knows: the demonstration's own. */
export function standInApplications(dataDir: string): ApisSettings["applications"] {
  return [{ apiKey: DEMO_API_KEY, keyId: DEMO_KEY_ID, publicKey: String(createPublicKey(readFileSync(keyFile(dataDir))).export({ type: "spki", format: "pem" })) }];
}

/** How to ask PDS; `null` where nobody is to be asked. The key is read here, so that a missing file is said at the start. */
export function pdsSettings(config: Config): PdsSettings | null {
  const at = addresses(config);
  return at && { url: at.pds, mode: config.mode, application: at.application, odsCode: config.pdsOdsCode || "X26", callsPerSecond: config.pdsCallsPerSecond };
}

/** How to subscribe to change events, which come into `mailbox` at MESH; `null` where there are none. */
export function mnsSettings(config: Config, mailbox: string): MnsSettings | null {
  const at = addresses(config);
  return at?.mns ? { url: at.mns, mode: config.mode, application: at.application, mailbox, workflowId: config.mnsWorkflow } : null;
}

function addresses(config: Config): { pds: string; mns: string | null; application: ApplicationCredentials } | null {
  if (isStandIn(config)) {
    const { pds, mns, token } = standInApiAddresses(config.standInPort);
    return { pds, mns, application: { tokenUrl: token, apiKey: DEMO_API_KEY, keyId: DEMO_KEY_ID, privateKey: readFileSync(keyFile(config.dataDir), "utf8") } };
  }
  if (config.pdsUrl === "") return null;
  return { pds: config.pdsUrl, mns: config.mnsUrl || null, application: { tokenUrl: config.pdsTokenUrl, apiKey: config.pdsApiKey, keyId: config.pdsKeyId, privateKey: readFileSync(config.pdsKey, "utf8") } };
}
