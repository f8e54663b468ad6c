/** `npm run kmcr -- passkeys ...`: the first administrator of an organisation without CIS2, whom nobody there could invite; and revoking when nobody else can. */
import { NOBODY } from "#audit";
import { isRefusal } from "#platform";
import { endPasskey, firstAdministratorRefusal, identityCheckWords, invitationAddress, invite, listPasskeys } from "../sign-in/index.ts";
import { addOperatorEntries, database, fail, operatorAct } from "./installation.ts";
import { print, reasonIn, type Act, type Asked } from "./kmcr-act.ts";

export const PASSKEY_ACTS: Readonly<Record<string, Act>> = {
  invite: { takes: "UID --code CHECK --reason WHY", help: "a link for an administrator of an organisation without CIS2; CHECK is how it was made sure who it is", words: [1, 1], run: inviteFirst },
  list: { takes: "UID --reason WHY", help: "a professional's passkeys", words: [1, 1], run: list },
  revoke: { takes: "UID PASSKEY --reason WHY", help: "ends a passkey and the sessions that it opened", words: [2, 2], run: revoke },
};

const nobody = [{ personId: NOBODY, sourcePatientId: null }] as const;

async function inviteFirst({ config, region, words: [uid = ""], values, route }: Asked): Promise<void> {
  const reason = reasonIn(values);
  const professional = region.professional(uid);
  const refusal = firstAdministratorRefusal(region, professional);
  if (refusal !== null || professional === undefined) fail(refusal?.message ?? `${uid} is not registered`);
  const check = identityCheckWords(region, values.code);
  if (isRefusal(check)) fail(`say with --code how it was made sure who it is: ${region.rules.passkeys!.identityChecks.map((each) => `${each.id} (${each.words})`).join("; ")}`, 2);
  const { actor } = operatorAct(region, { reason, route });
  const organisation = professional.profiles.find((each) => region.rules.passkeys!.administrators.includes(each.role))!.organisation;
  const pool = await database(config, "kmcr_pages");
  // Durable before the link is shown, as every act is.
  await addOperatorEntries(pool, region, nobody, { action: "passkey-invited", reason, route }, { of: uid, identityCheck: values.code });
  const { token, invitation } = await invite(pool, { id: actor.id, name: "The operator of the care record", role: actor.role, organisation }, uid, values.code!, new Date());
  await pool.end();
  const link = invitationAddress(config.publicUrl || `http://localhost:${config.port}`, token);
  print(values, { link, expiresAt: invitation.expiresAt }, () => [`For ${professional.name}, until ${invitation.expiresAt.toISOString()}, shown this once:`, link]);
}

async function list({ config, region, words: [uid = ""], values, route }: Asked): Promise<void> {
  const reason = reasonIn(values);
  const pool = await database(config, "kmcr_pages");
  await addOperatorEntries(pool, region, nobody, { action: "audit-read", reason, route }, { of: uid, page: "passkeys" });
  const passkeys = (await listPasskeys(pool, [uid])).map(({ passkeyId, deviceName, synced, madeAt, lastUsedAt, ended }) => ({ passkeyId, deviceName, synced, madeAt, lastUsedAt, ended }));
  await pool.end();
  print(values, passkeys, () => (passkeys.length === 0 ? ["none"] : passkeys.map((each) => `${each.passkeyId}  ${each.deviceName.padEnd(24)} made ${each.madeAt.toISOString()}  used ${each.lastUsedAt?.toISOString() ?? "never"}  ${each.ended === null ? "holds" : `${each.ended.how} ${each.ended.at.toISOString()}`}`)));
}

async function revoke({ config, region, words: [uid = "", passkeyId = ""], values, route }: Asked): Promise<void> {
  const reason = reasonIn(values);
  const pool = await database(config, "kmcr_pages");
  const held = (await listPasskeys(pool, [uid])).find((each) => each.passkeyId === passkeyId && each.ended === null);
  if (held === undefined) fail(`${uid} has no passkey ${passkeyId} that holds`);
  await addOperatorEntries(pool, region, nobody, { action: "passkey-revoked", reason, route }, { of: uid, passkey: passkeyId });
  await endPasskey(pool, { passkeyId, professionalId: uid, how: "revoked", by: operatorAct(region, { reason, route }).actor.id }, new Date());
  await pool.end();
  print(values, { revoked: passkeyId }, () => [`${held.deviceName} is revoked; every session that it opened has ended`]);
}
