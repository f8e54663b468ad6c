/** The gate: one Cedar decision a session, person and purpose, kept until a fact changes. */
import { createHash, randomUUID } from "node:crypto";
import type { EntityJson } from "@cedar-policy/cedar-wasm/nodejs";
import { makeDecision } from "#decision/make";
import type { AccessDecision, Actor, Purpose } from "#decision";
import { faultLines, isRegionFaults, type Region } from "#governance";
import type { Refusal } from "#platform";
import { readerOf, standingOf, type Reader, type Standing } from "./derive.ts";
import type { CedarRequest } from "./cells.ts";
import { factsInWords, type Explanation } from "./explain.ts";
import type { AccessFacts, AccessRequest } from "./facts.ts";
import { grantOf, relationshipOf } from "./grant.ts";
import { readPolicies, type PolicySet } from "./policies.ts";
import { forbidden, noPolicyPermits, policiesFailed } from "./problems.ts";

/** May this professional look for a person. */
export type SearchPermission = { readonly policy: string; readonly words: string; readonly policySet: string };

export type Access = {
  /** SHA-256 of the policies in force; goes into the audit entry of every decision and refusal. */
  readonly policySet: string;
  /** True where the region lets an upheld objection be overridden to protect life. */
  readonly offersVitalInterests: boolean;
  /**
   * Decides whether the professional may open this person's record, and what of it.
   * The same decision is given again until a fact, a policy or the day changes.
   * @returns the decision, or a refusal of kind `forbidden` whose `code` and `message` are those of the
   *   first policy that forbids; `details.obligation` is `reason-required` where stating a reason would open it
   */
  decide(request: AccessRequest, facts: AccessFacts): AccessDecision | Refusal;
  /**
   * Decides what may be delivered to an organisation when nobody there has asked: by the
   * same policies as for one of its staff in this role who is known, trained and signed in
   * well, and who has stated no reason. Refuses as `decide` does.
   */
  decideDelivery(to: { readonly organisation: string; readonly role: string }, facts: AccessFacts): AccessDecision | Refusal;
  /**
   * What a professional of a role would see, who works where it is said, is trained, and whose own
   * system opened this person: for the preview on people of the demonstration. Refuses as `decide` does.
   */
  decidePreview(as: { readonly organisation: string; readonly role: string; readonly purpose: Purpose }, officer: Actor, facts: AccessFacts): AccessDecision | Refusal;
  /** Every policy that holds for a request, in the order in which it would be named, and what was known: for "why was this refused". */
  explain(request: AccessRequest, facts: AccessFacts): Explanation;
  /** Decides whether the professional may look for a person at all. */
  mayOpenSearch(request: Pick<AccessRequest, "actor" | "purpose" | "assurance">, now: Date): SearchPermission | Refusal;
  /** Forgets what was decided in a session that has ended. */
  forget(sessionId: string): void;
};

/** Decisions kept; beyond it the longest unused is dropped, and made anew when asked for. */
const KEPT = 20_000;

/**
 * Makes the gate of a region. A defect (thrown) where its policies do not
 * validate: `checkPolicies` says so before a port opens.
 */
export function createAccess(region: Region): Access {
  const policies = readPolicies(region);
  if (isRegionFaults(policies)) throw new Error(`the policies of ${region.id} do not validate:\n${faultLines(policies)}`);
  const kept = new Map<string, { fingerprint: string; decision: AccessDecision }>();

  const decide = (request: AccessRequest, facts: AccessFacts): AccessDecision | Refusal => {
    const reader = readerOf(region, request, region.dayOf(facts.now));
    const standing = standingOf(region, request, facts);
    const key = `${request.actor.sessionId} ${facts.personId} ${request.purpose}`;
    const fingerprint = fingerprintOf(policies.hash, region, request, facts, reader, standing);
    const before = kept.get(key);
    kept.delete(key);
    if (before?.fingerprint === fingerprint) {
      kept.set(key, before);
      return before.decision;
    }
    const decision = decideAnew(region, policies, request, facts, reader, standing);
    if (!("refused" in decision)) {
      kept.set(key, { fingerprint, decision });
      if (kept.size > KEPT) kept.delete(kept.keys().next().value!);
    }
    return decision;
  };

  return {
    policySet: policies.hash,
    offersVitalInterests: region.rules.objections.emergencies === "vital-interests",
    decide,
    decidePreview(as, officer, facts) {
      const role = region.role(as.role);
      const actor: Actor = { ...officer, role: as.role, roleName: role?.name ?? as.role, organisation: as.organisation, organisationName: region.organisation(as.organisation)?.name ?? as.organisation };
      const request: AccessRequest = { actor, purpose: as.purpose, assurance: 3, launch: { personId: facts.personId, host: "the preview of roles" } };
      const reason = role?.alwaysGivesReason === true ? { kind: "reason-given" as const, words: "preview of a role", until: new Date(facts.now.getTime() + 60_000), service: null } : null;
      const previewed: AccessFacts = { ...facts, reason };
      const reader: Reader = { ...readerOf(region, request, region.dayOf(facts.now)), known: true, trainingInDate: true, confidentialityAccepted: true, registered: true };
      return decideAnew(region, policies, request, previewed, reader, { ...standingOf(region, request, previewed), ownRecord: false, withinServiceLimit: true });
    },
    explain(request, facts) {
      const reader = readerOf(region, request, region.dayOf(facts.now));
      const standing = standingOf(region, request, facts);
      const asked = cedarRequest(region, request, facts, reader, standing);
      const applied = policies.policies.filter((policy) => policies.askAlone(policy.id, asked) === "satisfied");
      const rank = (policy: (typeof applied)[number]): number => (policy.effect === "forbid" ? 0 : 1_000_000) + policy.order;
      return { answer: decideAnew(region, policies, request, facts, reader, standing), applied: applied.sort((a, b) => rank(a) - rank(b)).map(({ id, effect, words }) => ({ policy: id, effect, words })), facts: factsInWords(region, request, reader, standing) };
    },
    decideDelivery: (to, facts) => decideDelivery(region, policies, to, { ...facts, reason: null }),
    mayOpenSearch: (request, now) => maySearch(region, policies, request, now),
    forget: (sessionId) => {
      for (const key of kept.keys()) if (key.startsWith(`${sessionId} `)) kept.delete(key);
    },
  };
}

/**
 * Everything that a decision rests on, as one digest. It is taken from what was
 * derived and not from the clock, so that a decision lasts while nothing changes
 * and ends in the moment a reason or a relationship does.
 */
function fingerprintOf(hash: string, region: Region, request: AccessRequest, facts: AccessFacts, reader: Reader, standing: Standing): string {
  const everything = [hash, region.fingerprint, region.dayOf(facts.now), request, reader, standing, facts.linksRevision, facts.sourcePatients, facts.objections, facts.reason, facts.vitalInterests ?? null, facts.whereabouts];
  return createHash("sha256").update(JSON.stringify(everything)).digest("hex");
}

function decideAnew(region: Region, policies: PolicySet, request: AccessRequest, facts: AccessFacts, reader: Reader, standing: Standing): AccessDecision | Refusal {
  const { principal, resource, context, entities } = cedarRequest(region, request, facts, reader, standing);
  const { allow, policy, failed } = policies.ask(principal, "open", resource, context, entities);
  if (failed) return policiesFailed(policies.hash);
  if (policy === null) return noPolicyPermits(policies.hash);
  const organisation = region.organisation(request.actor.organisation);
  if (!allow) {
    const isLimit = policy.code?.startsWith("access.service-limit") ?? false;
    return forbidden(policy, policies.hash, isLimit ? organisation?.serviceLimit?.words : undefined);
  }
  const role = region.role(request.actor.role)!;
  const isAgainst = request.purpose === "direct-care" && standing.objectedToAll && standing.vitalInterests === "claimed";
  const grant = grantOf(region, role, organisation!, request, standing, facts);
  return makeDecision({
    id: randomUUID(),
    personId: facts.personId,
    actor: request.actor,
    purpose: request.purpose,
    relationship: relationshipOf(policy, standing, request, facts),
    reason: isAgainst ? facts.vitalInterests! : standing.reason === "" ? null : facts.reason!.words,
    policy: policy.id,
    words: policy.words,
    ...grant,
  });
}

/** What Cedar is asked about opening a person's record. */
function cedarRequest(region: Region, request: AccessRequest, facts: AccessFacts, reader: Reader, standing: Standing): CedarRequest {
  const resource = { type: "Person", id: facts.personId };
  const context = {
    purpose: request.purpose,
    relationships: [...new Set([...standing.relationships.map((each) => each.kind), ...(standing.launched ? ["launch"] : [])])],
    reason: standing.reason,
    minimumAssurance: region.rules.minimumAssurance,
    ownRecord: standing.ownRecord,
    withinAgeLimit: standing.withinAgeLimit,
    withinServiceLimit: standing.withinServiceLimit,
    vitalInterests: standing.vitalInterests,
  };
  const entities = [...readerEntities(request.actor.id, reader), { uid: resource, attrs: { objectedToAll: standing.objectedToAll }, parents: [] }];
  return { principal: { type: "Professional", id: request.actor.id }, action: "open", resource, context, entities };
}

function decideDelivery(region: Region, policies: PolicySet, to: { readonly organisation: string; readonly role: string }, facts: AccessFacts): AccessDecision | Refusal {
  const role = region.role(to.role);
  const actor: Actor = {
    id: "system:mailbox", name: "Delivery into mailboxes", role: to.role, roleName: role?.name ?? to.role, sourceRole: "system",
    organisation: to.organisation, organisationName: region.organisation(to.organisation)?.name ?? to.organisation, sessionId: randomUUID(),
  };
  const request: AccessRequest = { actor, purpose: "direct-care", assurance: 3, launch: null };
  const reader: Reader = { ...readerOf(region, request, region.dayOf(facts.now)), known: true, trainingInDate: true, confidentialityAccepted: true, registered: true };
  return decideAnew(region, policies, request, facts, reader, standingOf(region, request, facts));
}

function maySearch(region: Region, policies: PolicySet, request: Pick<AccessRequest, "actor" | "purpose" | "assurance">, now: Date): SearchPermission | Refusal {
  const reader = readerOf(region, request, region.dayOf(now));
  const here = { type: "Region", id: region.id };
  const context = { purpose: request.purpose, minimumAssurance: region.rules.minimumAssurance };
  const entities = [...readerEntities(request.actor.id, reader), { uid: here, attrs: {}, parents: [] }];
  const { allow, policy, failed } = policies.ask({ type: "Professional", id: request.actor.id }, "find", here, context, entities);
  if (failed) return policiesFailed(policies.hash);
  if (policy === null) return noPolicyPermits(policies.hash);
  return allow ? { policy: policy.id, words: policy.words, policySet: policies.hash } : forbidden(policy, policies.hash);
}

function readerEntities(id: string, reader: Reader): EntityJson[] {
  const { organisation, rolePurposes, ...rest } = reader;
  const { odsCode, ...attrs } = organisation;
  const uid = { type: "Organisation", id: odsCode };
  return [
    { uid: { type: "Professional", id }, attrs: { ...rest, rolePurposes: [...rolePurposes], organisation: { __entity: uid } }, parents: [] },
    { uid, attrs, parents: [] },
  ];
}
