/**
 * Words for access tests: `outcome(requestOf("gp", "G82060"), person({ relationships: [related("registration", "G82060")] }))`
 * says `allowed by care-registration`.
 * Only tests import this file.
 */
import assert from "node:assert/strict";
import type { AccessDecision, Purpose } from "#decision";
import { faultLines, isRegionFaults, loadRegion, type Region, type RelationshipKind } from "#governance";
import { isRefusal, type Refusal } from "#platform";
import { createAccess, type Access } from "./access.ts";
import type { AccessFacts, AccessRequest } from "./facts.ts";

export const NOW = new Date("2026-11-21T12:00:00Z");

function kent(): Region {
  const region = loadRegion("regions/kent-medway");
  if (isRegionFaults(region)) assert.fail(faultLines(region));
  return region;
}

export const region = kent();
export const access: Access = createAccess(region);

/** A person with one source patient at a practice, a hospital and a mental health trust, and nothing else known. */
export function person(facts: Partial<AccessFacts> = {}): AccessFacts {
  return {
    personId: "person-1",
    sourcePatients: [
      { sourcePatientId: "sp-gp", organisation: "G82060" },
      { sourcePatientId: "sp-hospital", organisation: "RVV" },
      { sourcePatientId: "sp-mental-health", organisation: "RXY" },
    ],
    personDateOfBirth: "1950-03-01",
    personNhsNumber: "9990000018",
    relationships: [],
    reason: null,
    objections: [],
    whereabouts: null,
    linksRevision: 1,
    now: NOW,
    ...facts,
  };
}

/** A relationship that holds now, unless dates are given. */
export function related(kind: RelationshipKind, organisation: string, more: { start?: string; end?: string | null; service?: string } = {}): AccessFacts["relationships"][number] {
  return {
    sourcePatientId: "sp-gp",
    organisation,
    kind,
    start: new Date(more.start ?? "2026-11-20T09:00:00Z"),
    end: more.end === undefined || more.end === null ? null : new Date(more.end),
    service: more.service ?? null,
    words: `${kind} at ${organisation}`,
  };
}

/** A reason that still lasts for an hour. */
export function stated(kind: "reason-given" | "break-glass" = "reason-given", service: string | null = null): AccessFacts["reason"] {
  return { kind, words: "Called by the daughter", until: new Date(NOW.getTime() + 3_600_000), service };
}

type Asked = { purpose?: Purpose; assurance?: number; session?: string; launch?: AccessRequest["launch"] };

/** The first professional of the pack with this role, at this organisation where one is named. */
export function requestOf(role: string, at?: string, asked: Asked = {}, uid?: string): AccessRequest {
  for (const professional of region.professionals) {
    const profile = professional.profiles.find((each) => each.role === role && (at === undefined || each.organisation === at));
    if (profile === undefined || (uid !== undefined && professional.uid !== uid)) continue;
    return {
      actor: {
        id: professional.uid,
        name: professional.name,
        role,
        roleName: region.role(role)!.name,
        sourceRole: profile.sourceRole,
        organisation: profile.organisation,
        organisationName: region.organisation(profile.organisation)!.name,
        sessionId: asked.session ?? "session-1",
      },
      purpose: asked.purpose ?? "direct-care",
      assurance: asked.assurance ?? 3,
      launch: asked.launch ?? null,
    };
  }
  throw new Error(`the pack has no ${role} ${at === undefined ? "" : `at ${at}`}`);
}

/** Decides, and says in one line what came out: `allowed by P` or `refused CODE`. */
export function outcome(request: AccessRequest, facts: AccessFacts, gate: Access = access): string {
  const answer = gate.decide(request, facts);
  return isRefusal(answer) ? `refused ${answer.code}` : `allowed by ${answer.policy}`;
}

/** Decides and insists on a decision. */
export function allowed(request: AccessRequest, facts: AccessFacts, gate: Access = access): AccessDecision {
  const answer = gate.decide(request, facts);
  if (isRefusal(answer)) assert.fail(`${answer.code}: ${answer.message}`);
  return answer;
}

/** Decides and insists on a refusal. */
export function refused(request: AccessRequest, facts: AccessFacts, gate: Access = access): Refusal {
  const answer = gate.decide(request, facts);
  if (!isRefusal(answer)) assert.fail(`allowed by ${answer.policy}`);
  return answer;
}
