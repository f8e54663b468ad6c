/** Who may decide an objection: a named, registered clinician of the region's list, and never about themselves (OPT-08). Pure. */
import type { Actor } from "#decision";
import type { Region } from "#governance";
import type { Refusal } from "#platform";
import { noDecider, ownCase } from "./problems.ts";

declare const checked: unique symbol;

/** Only `deciderOf` makes one, so that a decision without a clinician does not type-check. */
export type Decider = { readonly [checked]: true; readonly id: string; readonly name: string; readonly roleName: string; readonly organisationName: string; /** For example `GMC 0000004`. */ readonly registration: string };

/** True where the record is the professional's own, as far as the employer told. */
export function isOwnRecord(region: Region, professionalId: string, nhsNumbers: readonly string[]): boolean {
  const own = region.professional(professionalId)?.ownNhsNumber ?? null;
  return own !== null && nhsNumbers.includes(own);
}

/**
 * Checks a professional as decider of an objection of the person with these NHS numbers.
 * Refuses `objections.no-decider` where the role is not among `objections.deciders` or no
 * professional registration is known, `objections.own-case` for the own record.
 */
export function deciderOf(region: Region, actor: Pick<Actor, "id" | "name" | "role" | "roleName" | "organisation" | "organisationName">, nhsNumbers: readonly string[]): Decider | Refusal {
  if (!region.rules.objections.deciders.includes(actor.role)) return noDecider("Objections are decided by a clinician whose role the region names.");
  const professional = region.professional(actor.id);
  if (professional === undefined || !professional.profiles.some((each) => each.organisation === actor.organisation && each.role === actor.role)) return noDecider("You are not in the register of professionals in this role.");
  if (professional.registration === null) return noDecider("Objections are decided by a clinician with a professional registration; none is known of you.");
  if (isOwnRecord(region, actor.id, nhsNumbers)) return ownCase();
  return { id: actor.id, name: actor.name, roleName: actor.roleName, organisationName: actor.organisationName, registration: `${professional.registration.body} ${professional.registration.number}` } as Decider;
}

/** The professionals of the region who may be asked to decide, by name. */
export function decidersOf(region: Region): readonly { readonly id: string; readonly name: string; readonly roleName: string; readonly organisationName: string }[] {
  return region.professionals
    .flatMap((professional) => {
      const profile = professional.registration === null ? undefined : professional.profiles.find((each) => region.rules.objections.deciders.includes(each.role));
      return profile === undefined ? [] : [{ id: professional.uid, name: professional.name, roleName: region.role(profile.role)!.name, organisationName: region.organisation(profile.organisation)!.name }];
    })
    .toSorted((a, b) => a.name.localeCompare(b.name));
}
