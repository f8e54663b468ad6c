/** From a launch link to a session with the person open. */
import type { Region } from "#governance";
import type { Clock, Refusal, SignedIn, Sql } from "#platform";
import { isRefusal } from "#platform";
import { hostKey, verifyLaunch } from "./launch-token.ts";
import { launchProblems } from "./problems.ts";
import { profileOf } from "./profiles.ts";
import { useLaunch } from "./store.ts";

export type LaunchDeps = {
  readonly region: Region;
  readonly sql: Sql;
  readonly clock: Clock;
  readonly mode: "demo" | "production";
  readonly publicUrl: string;
  readonly secret: string;
  /** The person with this NHS number and this date of birth (`1950-03-01`), both agreeing, or `null`. */
  findByNhsNumberAndBirth(nhsNumber: string, dateOfBirth: string): Promise<{ readonly personId: string } | null>;
};

/** A host vouches for its own sign-in; it is taken as two factors, not as the smartcard itself. */
const HOST_ASSURANCE = 2;

/** What a launch leads to. */
export type Launched = { readonly who: SignedIn; readonly personId: string };

/**
 * Takes a launch link. The link is used up before anything is looked up, so that
 * it cannot serve to try out numbers. Refuses with the codes of `launchProblems`.
 */
export async function takeLaunch(deps: LaunchDeps, token: string): Promise<Launched | Refusal> {
  const { region, clock } = deps;
  const now = clock.now();
  const launch = await verifyLaunch(token, deps.publicUrl, (id) => hostKey(region.host(id), deps.secret, deps.mode), now);
  if (isRefusal(launch)) return launch;
  if (!(await useLaunch(deps.sql, launch.host, launch.jti, now, launch.expiresAt))) return launchProblems.used();

  const host = region.host(launch.host)!;
  if (host.organisation !== launch.organisation) return launchProblems.foreignOrganisation();
  const professional = region.professional(launch.professional);
  const registered = professional?.profiles.find(
    (each) => each.organisation === launch.organisation && each.sourceRole === launch.roleCode && (each.areaOfWork ?? null) === launch.areaOfWork,
  );
  const profile = registered && profileOf(region, { id: registered.id, organisation: registered.organisation, code: registered.sourceRole, name: registered.sourceRoleName, areaOfWork: launch.areaOfWork });
  if (professional === undefined || !profile) return launchProblems.unknownProfessional();

  const person = await deps.findByNhsNumberAndBirth(launch.nhsNumber, launch.dateOfBirth);
  if (person === null) return launchProblems.patientMismatch();
  return {
    personId: person.personId,
    who: {
      professionalId: professional.uid,
      name: professional.name,
      method: "launch",
      passkeyId: null,
      assurance: HOST_ASSURANCE,
      // Only the role that the host named: another one needs a sign-in of its own.
      profiles: [profile],
      profileId: profile.id,
      launch: { personId: person.personId, host: host.name },
    },
  };
}
