import { PURPOSES, type Actor, type Purpose } from "#decision";
import type { Session } from "#platform";

/** The session's professional as the one who acts; `null` until a role is chosen. */
export function actorOf(session: Session): Actor | null {
  const { profile } = session;
  if (profile === null) return null;
  return {
    id: session.professionalId,
    name: session.name,
    role: profile.role,
    roleName: profile.roleName,
    sourceRole: profile.sourceRole,
    organisation: profile.organisation,
    organisationName: profile.organisationName,
    sessionId: session.sessionId,
    confidentialityAcceptedAt: session.confidentialityAcceptedAt,
  };
}

/** What this session opens records for: chosen with the role, so that nobody mixes care and administration in one sitting (LAW-17, PUR-18). */
export function purposeOf(session: Session): Purpose {
  return PURPOSES.find((each) => each === session.profile?.purpose) ?? "direct-care";
}
