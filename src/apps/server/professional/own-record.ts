/** What the person sees of their entries, and releasing: the rule of `#access` with the register and the names that the reader may read. */
import { kindOf, mayRelease, recordRelease, shownToPerson } from "#access";
import type { Region } from "#governance";
import { readSourcePatients } from "#identity";
import { refuse } from "#platform";
import { parseResourceId } from "#record";
import type { OwnRecordDeps } from "../../professional/index.ts";
import { decisionFor } from "./opened.ts";
import { actOf, readerOf } from "./reader.ts";
import type { Rooms } from "./rooms.ts";

const organisationName = (region: Region, odsCode: string): string => region.organisation(odsCode)?.name ?? odsCode;

export function ownRecordDeps({ region, audit, pages, intake, clock }: Rooms): OwnRecordDeps {
  return {
    ownRecord(person, entry) {
      const last = person.released.get(entry.id) ?? null;
      // Where the person's whereabouts are protected, the organisation of who decided would tell where they are seen.
      const by = last === null ? null : person.decision.hiddenWhereabouts === null ? `${last.by.name}, ${organisationName(region, last.by.organisation)}` : `a ${last.by.role.toLowerCase()}`;
      return { answer: shownToPerson(region, entry, last), by };
    },
    mayRelease(request, entry) {
      const kind = kindOf(region, entry);
      return kind === null ? true : mayRelease(region, entry, kind, readerOf(request).actor);
    },
    async release(request, person, { entry }, act, words) {
      const { actor } = readerOf(request);
      const decision = decisionFor(person, entry.id);
      const sourcePatientId = parseResourceId(entry.id)?.sourcePatientId;
      const [home] = sourcePatientId === undefined ? [] : await readSourcePatients(pages, [sourcePatientId]);
      if (home === undefined) return refuse("not-found", "pages.no-such-item", "");
      await audit.write({ ...actOf(request, actor, decision.personId), action: "own-record-act", outcome: "allowed", relationship: decision.relationship.words, reason: words, policy: kindOf(region, entry)?.id ?? "", decisionId: decision.id, sourcePatients: [home.sourcePatientId], shown: { page: "own-record", act, section: entry.section, version: entry.version, entries: 1, entryIds: [entry.id] } });
      await intake.transaction((sql) => recordRelease(sql, { sourcePatientId: home.sourcePatientId, entryId: entry.id, version: entry.version, act, words, by: { id: actor.id, name: actor.name, role: actor.roleName, organisation: actor.organisation }, at: clock.now() }));
      return true;
    },
  };
}
