import type { Actor } from "#decision";
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
  };
}
