/** What an audit entry is. */
import type { Actor } from "#decision";

/** The person of an act that concerns no single one, such as a search without a hit. */
export const NOBODY = "00000000-0000-0000-0000-000000000000";

/** Every act that the trail knows; each has its words in `src/apps/office/monitoring/trail-page.ts` and its kind of event in `src/apps/fhir-api/audit-event.ts`. */
export const AUDIT_ACTIONS = [
  "open", "section", "item", "document", "search", "found", "refused", "reason-given",
  "digest", "launch", "sign-in", "sign-out", "confidentiality-accepted",
  "passkey-invited", "passkey-withdrawn", "passkey-made", "passkey-revoked", "passkey-locked",
  "write", "print", "download", "export", "inbox", "acknowledge", "deliver",
  "audit-read", "quarantine-read", "fact-queried", "own-record-act", "query-read", "query-answered", "message-read", "message-replayed", "findings-closed",
  "identity-read", "identity-act",
  "monitoring-act", "role-preview", "access-explained",
  "log-check", "log-export", "log-heartbeat", "log-key", "log-destroy",
  "objection-read", "objection-act", "objection-override",
] as const;
export type AuditAction = (typeof AUDIT_ACTIONS)[number];

/** The way by which an act came in. */
export type Channel = "web" | "fhir" | "mllp" | "mesh" | "feed" | "command" | "system";

export type AuditInput = {
  personId: string;
  actor: Actor;
  purpose: string;
  action: AuditAction;
  outcome: "allowed" | "refused";
  relationship: string;
  reason: string | null;
  policy: string;
  route: string;
  requestId: string;
  /** Without it, the channel that the route names. */
  channel?: Channel;
  /** The access decision (`AccessDecision.id`) under which it was shown; none where nothing of a record was. */
  decisionId?: string | null;
  sourcePatients: readonly string[];
  /** What was shown: sections, number and digest of items, state of each source. Never the data itself. */
  shown: Readonly<Record<string, unknown>>;
};

export type AuditEntry = Omit<AuditInput, "channel" | "decisionId"> & {
  entryId: string; recorded: Date; channel: Channel | ""; decisionId: string | null;
  actorId: string; actorName: string; role: string; roleName: string; organisation: string; organisationName: string; relationshipWords: string;
};

/** What is written: an input with its id, its time and its salt. */
export type Stamped = { readonly input: AuditInput; readonly entryId: string; readonly recorded: Date; readonly salt: Buffer };

/** The channel that a route names: `GET /fhir/R4/...` is fhir, `npm run kmcr -- ...` the command line. */
export function channelOf(route: string): Channel {
  if (/^(GET|POST|PUT|PATCH|DELETE|HEAD) \/(fhir|oauth2)\b/.test(route)) return "fhir";
  if (/^(GET|POST|PUT|PATCH|DELETE|HEAD) \/feeds\b/.test(route) || route.startsWith("feed ")) return "feed";
  if (route.startsWith("mesh")) return "mesh";
  if (route.startsWith("mllp")) return "mllp";
  if (route.startsWith("npm run")) return "command";
  if (route.startsWith("system")) return "system";
  return "web";
}
