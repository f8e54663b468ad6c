/** The key that signs the audit log: a file of its own, or one that follows from the installation's key. */
import { createPrivateKey, type KeyObject } from "node:crypto";
import { readFileSync } from "node:fs";
import { derivedKey } from "#audit";
import type { Config } from "#platform";

/** Why the key file can't be used; said before the first port opens. */
export function auditKeyFaults(config: Config): string[] {
  if (config.auditKey === "") return [];
  try {
    return createPrivateKey(readFileSync(config.auditKey)).asymmetricKeyType === "ed25519" ? [] : ["KMCR_AUDIT_KEY is not a key of Ed25519 (openssl genpkey -algorithm ed25519)"];
  } catch (error) {
    return [`KMCR_AUDIT_KEY cannot be read: ${(error as Error).message}`];
  }
}

export const auditKey = (config: Config, installationKey: string): KeyObject => (config.auditKey === "" ? derivedKey(installationKey) : createPrivateKey(readFileSync(config.auditKey)));

/** The log's name in all its checkpoints: the address by which partners reach it, without its scheme. What it first was stays. */
export const logOrigin = (publicUrl: string): string => `${new URL(publicUrl).host}/audit-log`;
