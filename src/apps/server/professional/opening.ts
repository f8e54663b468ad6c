/** What a reader says to open a record: a reason, or that life is at risk against an objection. */
import { isReason, makeReason, recordReason } from "#access";
import { isOverride, makeOverride, recordOverride } from "#objections";
import { log, refuse, uuidv7 } from "#platform";
import type { ProfessionalDeps } from "../../professional/index.ts";
import { emergencyStepUp, signInAgain } from "../../sign-in/index.ts";
import { deciderOf } from "./deciding.ts";
import { actOf, readerOf } from "./reader.ts";
import type { Rooms } from "./rooms.ts";

export function openingDeps(rooms: Rooms): Pick<ProfessionalDeps, "overrideObjection" | "reasons" | "giveReason"> {
  const { region, audit, pages, clock } = rooms;
  const decide = deciderOf(rooms);
  return {
    async overrideObjection(request, personId, given) {
      const reader = readerOf(request);
      const { actor } = reader;
      const now = clock.now();
      const found = await decide(reader, personId);
      if (!("refusal" in found)) return refuse("conflict", "objections.nothing-closed", "This record is not closed to you.");
      if (found.refusal.details?.["obligation"] !== "vital-interests" || region.role(actor.role)?.mayGiveReason !== true) return found.refusal;
      if (given === null) return true;
      const override = makeOverride({ personId, overrideId: uuidv7(), professionalId: actor.id, professionalName: `${actor.name}, ${actor.roleName}`, organisation: actor.organisation }, given.words, given.isLifeAtRisk, now);
      if (!isOverride(override)) return override;
      await recordOverride(pages, override);
      log("warn", "objections.override", { override: override.overrideId });
      await audit.write({ ...actOf(request, actor, personId), action: "objection-override", outcome: "allowed", relationship: "to protect life, against an objection", reason: override.words, policy: "vital interests", sourcePatients: found.sourcePatientIds, shown: { until: override.until.toISOString() } });
      return true;
    },
    reasons: region.rules.reasons,
    async giveReason(request, personId, given) {
      const { actor, session } = readerOf(request);
      const reason = makeReason(region, actor, personId, uuidv7(), { reason: given.kind, words: given.words }, clock.now());
      if (!isReason(reason)) return reason;
      const stepUp = reason.kind === "break-glass" ? await emergencyStepUp(session, region.rules.stepUp.emergencyMinutes, clock.now(), rooms.providerAnswers) : "fresh";
      if (stepUp === "sign-in-again") return refuse("forbidden", "access.sign-in-again", "Sign in again to open a record in an emergency: you signed in some hours ago.", { href: signInAgain(session, `/person/${personId}/reason`) });
      await recordReason(pages as never, reason);
      await audit.write({ ...actOf(request, actor, personId), action: "reason-given", outcome: "allowed", relationship: reason.kind, reason: reason.words, policy: "reason stated", sourcePatients: [], shown: { until: reason.until.toISOString(), ...(stepUp === "provider-away" && { signedInAgain: "not possible: the identity provider does not answer" }) } });
      return true;
    },
  };
}
