/** What CIS2 says about a professional, read from its claims. Pure. */
import type { Refusal } from "#platform";
import { claimsUnusable } from "../problems.ts";

/** One nationally issued role at one organisation. */
export type NationalRole = {
  /** `person_roleid`. */
  readonly id: string;
  /** `org_code`: ODS code of the employer. */
  readonly organisation: string;
  /** For example `S8000:G8000:R1070`. */
  readonly code: string;
  readonly name: string;
  readonly areaOfWork: string | null;
};

/** Who signed in at CIS2. */
export type Cis2Identity = {
  /** `nhsid_useruid`, 12 digits. */
  readonly uid: string;
  readonly name: string;
  /** `authentication_assurance_level` as a number; 0 where it was not said. */
  readonly authenticationAssurance: number;
  /** `idassurancelevel` as a number; 0 where it was not said. */
  readonly identityAssurance: number;
  /** Empty for a professional without a nationally issued role. */
  readonly roles: readonly NationalRole[];
  /** `selected_roleid`, where the professional chose at CIS2. */
  readonly selectedRole: string | null;
};

/** Reads the claims; refuses `national.claims-unusable` where the identity itself is missing. Roles that are incomplete are left out. */
export function identityOf(claims: Readonly<Record<string, unknown>>): Cis2Identity | Refusal {
  const uid = claims["nhsid_useruid"];
  if (typeof uid !== "string" || !/^\d{12}$/.test(uid)) return claimsUnusable("nhsid_useruid");
  const name = claims["name"];
  if (typeof name !== "string" || name.trim() === "") return claimsUnusable("name");
  const roles = Array.isArray(claims["nhsid_nrbac_roles"]) ? claims["nhsid_nrbac_roles"].flatMap(roleOf) : [];
  const selected = claims["selected_roleid"];
  return {
    uid,
    name: name.trim(),
    authenticationAssurance: levelOf(claims["authentication_assurance_level"]),
    identityAssurance: levelOf(claims["idassurancelevel"] ?? claims["id_assurance_level"]),
    roles,
    selectedRole: typeof selected === "string" && roles.some((role) => role.id === selected) ? selected : null,
  };
}

function roleOf(claim: unknown): NationalRole[] {
  if (typeof claim !== "object" || claim === null) return [];
  const { person_roleid: id, org_code: organisation, role_code: code, role_name: name, aow } = claim as Record<string, unknown>;
  if (typeof id !== "string" || typeof organisation !== "string" || typeof code !== "string") return [];
  const area: unknown = Array.isArray(aow) ? aow[0] : aow;
  return [{ id, organisation, code, name: typeof name === "string" ? lastPart(name) : code, areaOfWork: typeof area === "string" && area !== "" ? area : null }];
}

/** CIS2 writes `"Clinical":"Clinical Provision":"Paramedic"`; the last part is what people say. */
function lastPart(name: string): string {
  return name.slice(name.lastIndexOf(":") + 1).replaceAll('"', "").trim();
}

/** `"3"`, `3` and `"AAL3"` are 3; anything else is 0, which no rule accepts. */
function levelOf(claim: unknown): number {
  const digit = /^(?:[A-Z]*)([1-3])$/.exec(String(claim ?? ""))?.[1];
  return digit === undefined ? 0 : Number(digit);
}
