/** From national roles to the role profiles that a professional may work in here. Pure. */
import type { Cis2Identity, NationalRole } from "#national";
import type { Region } from "#governance";
import type { SessionProfile } from "#platform";

/**
 * The profiles of who signed in: national roles that the region maps, and those
 * that only the region's register knows (many social workers hold no national
 * role). A role that is not mapped gives no profile; one that works for several
 * purposes gives one profile a purpose, the first under the national role's own id.
 */
export function profilesOf(region: Region, identity: Pick<Cis2Identity, "uid" | "roles">): SessionProfile[] {
  const registered = region.professional(identity.uid)?.profiles.filter((profile) => !profile.national) ?? [];
  const own: NationalRole[] = registered.map((profile) => ({
    id: profile.id,
    organisation: profile.organisation,
    code: profile.sourceRole,
    name: profile.sourceRoleName,
    areaOfWork: profile.areaOfWork ?? null,
  }));
  return [...identity.roles, ...own].flatMap((role) => profilesOfRole(region, role));
}

function profilesOfRole(region: Region, national: NationalRole): SessionProfile[] {
  const profile = profileOf(region, national);
  if (profile === null) return [];
  const [, ...others] = region.role(profile.role)!.purposes;
  return [profile, ...others.map((purpose) => ({ ...profile, id: `${profile.id}-${purpose}`, roleName: `${profile.roleName}: ${region.purpose(purpose)!.name.toLowerCase()}`, purpose }))];
}

/** One role as a profile for its first purpose, or `null` where the region maps it to none. */
export function profileOf(region: Region, national: NationalRole): SessionProfile | null {
  const organisation = region.organisation(national.organisation);
  const role = region.roleFor(national.code, national.organisation, national.areaOfWork);
  if (organisation === undefined || role === undefined) return null;
  return {
    id: national.id,
    organisation: organisation.odsCode,
    organisationName: organisation.name,
    role: role.id,
    roleName: role.name,
    sourceRole: national.code,
    sourceRoleName: national.name,
    areaOfWork: national.areaOfWork,
    purpose: role.purposes[0] ?? "direct-care",
  };
}
