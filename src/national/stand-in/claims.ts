/** The claims that CIS2 would issue for a professional of the demo. Pure. */
import type { Professional, Region } from "#governance";

/** Claims of one professional; roles that the national directory does not hold are left out, as there. */
export function claimsOf(region: Region, professional: Professional): Record<string, unknown> {
  const national = professional.profiles.filter((profile) => profile.national);
  const [given = "", ...rest] = professional.name.split(" ");
  return {
    sub: professional.uid,
    uid: professional.uid,
    nhsid_useruid: professional.uid,
    name: professional.name,
    given_name: given,
    family_name: rest.join(" "),
    idassurancelevel: "3",
    authentication_assurance_level: "3",
    nhsid_nrbac_roles: national.map((profile) => ({
      person_orgid: profile.id.replace(/^5550002/, "5550003"),
      person_roleid: profile.id,
      org_code: profile.organisation,
      role_name: `"Demonstration":"Demonstration":"${profile.sourceRoleName}"`,
      role_code: profile.sourceRole,
      aow: profile.areaOfWork === undefined ? [] : [profile.areaOfWork],
    })),
    nhsid_user_orgs: [...new Set(national.map((profile) => profile.organisation))].map((code) => ({ org_code: code, org_name: region.organisation(code)?.name })),
  };
}
