/** What a reader says of a record: that a part of it is somebody else's, or that the person objects. */
import { sayNotSame } from "#identity";
import { lodge, newReference, takeStep } from "#objections";
import { isRefusal, refuse } from "#platform";
import { demographicsOf } from "#sections";
import { readScopes, scopeFields } from "../../objections/scope-fields.ts";
import type { ProfessionalDeps } from "../../professional/index.ts";
import { actOf, readerOf } from "./reader.ts";
import type { Rooms } from "./rooms.ts";

export function sayingDeps(rooms: Rooms): Pick<ProfessionalDeps, "sayNotSame" | "objectionForm" | "lodgeObjection"> {
  const { region, audit, pages, clock } = rooms;
  return {
    async sayNotSame(request, person, sourcePatientId, words) {
      const { actor } = readerOf(request);
      const { decision } = person;
      if (!decision.sourcePatientIds.includes(sourcePatientId)) return refuse("not-found", "pages.no-such-source", "");
      const reason = `${actor.roleName}, ${actor.organisationName}, says that this is not the same person${words === "" ? "" : `: ${words}`}`;
      const said = await rooms.intake.transaction((sql) => sayNotSame(sql, { personId: decision.personId, sourcePatientId, actor: actor.id, reason, at: clock.now() }));
      if (isRefusal(said)) return said;
      await audit.write({ ...actOf(request, actor, decision.personId), action: "identity-act", outcome: "allowed", relationship: decision.relationship.words, reason: words === "" ? null : words, policy: decision.policy, decisionId: decision.id, sourcePatients: [sourcePatientId], shown: { page: "not the same person", due: said.due.toISOString() } });
      return said;
    },
    objectionForm: { emergencyWords: region.rules.objections.emergencyWords, fields: (chosen, itemId) => scopeFields(region, chosen, itemId), read: readScopes },
    async lodgeObjection(request, person, objection) {
      const { actor } = readerOf(request);
      const { decision } = person;
      const by = { id: actor.id, name: `${actor.name}, ${actor.roleName}, ${actor.organisationName}` };
      const now = clock.now();
      const lead = demographicsOf(person.sources).facts;
      const contact = { name: [lead.given.lead?.value, lead.family.lead?.value].filter(Boolean).join(" ") || "the person", where: objection.contact, doNotWrite: objection.doNotWrite };
      const reference = newReference();
      const channel = region.organisation(actor.organisation)?.type === "gp-practice" ? "gp-practice" : "provider";
      // In one transaction, so that nobody sees it lodged and not yet held back.
      const done = await pages.transaction(async (sql) => {
        let lodged = await lodge(sql, decision.personId, { step: "lodged", channel, reference, asked: objection.asked, words: objection.words, contact }, by, now);
        if (objection.identity === null || isRefusal(lodged)) return lodged;
        for (const act of [{ step: "identity-confirmed", ...objection.identity }, { step: "interim", words: "Held back while it is considered." }] as const) if (!isRefusal(lodged)) lodged = await takeStep(sql, decision.personId, lodged.objectionId, act, by, now);
        return lodged;
      });
      if (isRefusal(done)) return done;
      await audit.write({ ...actOf(request, actor, decision.personId), action: "objection-act", outcome: "allowed", relationship: decision.relationship.words, reason: null, policy: decision.policy, sourcePatients: decision.sourcePatientIds, shown: { page: "objection", objection: done.objectionId, step: done.steps.at(-1)!.step } });
      return { reference };
    },
  };
}
