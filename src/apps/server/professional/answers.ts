/** One answer on record: the audit entry of what its bytes show. */
import { hash } from "node:crypto";
import type { FastifyRequest } from "fastify";
import type { AuditAction, AuditWriter } from "#audit";
import type { Actor } from "#decision";
import type { AuditedAnswer } from "../../professional/index.ts";
import { actOf } from "./reader.ts";

/** One entry a person shown; resolves when all are durable. */
export async function recordAnswer(audit: AuditWriter, request: FastifyRequest, actor: Actor, answer: AuditedAnswer, bytes: Uint8Array): Promise<void> {
  const { decision } = answer;
  const action: AuditAction = decision === null ? (answer.action === "search" ? "found" : "search") : answer.action === "print" || answer.action === "download" || answer.action === "search" ? answer.action : answer.page === "summary" ? "open" : answer.page === "item" ? "item" : answer.page === "document" ? "document" : "section";
  const shown = { page: answer.page, sections: answer.sections, items: answer.entryIds.length, digest: digestOf(answer.entryIds), states: compactStates(answer), ...(answer.searched !== undefined && { searched: answer.searched }), bytes: bytes.length };
  await Promise.all(
    answer.personIds.map((personId) =>
      audit.write({
        ...actOf(request, actor, personId), action, outcome: "allowed", relationship: decision?.relationship.words ?? "none yet", reason: answer.reason ?? decision?.reason ?? null, policy: decision?.policy ?? "find a person", decisionId: decision?.id ?? null,
        sourcePatients: [...(decision?.sourcePatientIds ?? []), ...(answer.doubted ?? []).map((each) => each.sourcePatientId)], shown,
      }),
    ),
  );
}

/** States by their name, with the organisations that were in each: what was and was not on screen. */
function compactStates(answer: AuditedAnswer): Record<string, string[]> {
  const states: Record<string, Set<string>> = {};
  for (const each of answer.states) if (each.organisation !== "") (states[each.state] ??= new Set()).add(each.organisation);
  return Object.fromEntries(Object.entries(states).map(([state, organisations]) => [state, [...organisations]]));
}

const digestOf = (ids: readonly string[]): string => hash("sha256", [...ids].sort().join("\n")).slice(0, 32);
