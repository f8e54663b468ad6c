/** Finding a person: by what is asked, by what was opened lately, and the few fields before a reason is given. */
import { listByActor, NOBODY } from "#audit";
import { describePeople, findPerson } from "#identity";
import { isRefusal, refuse } from "#platform";
import { readInForce } from "#objections";
import type { FindQuery, FoundPerson, ProfessionalDeps } from "../../professional/index.ts";
import { purposeOf } from "../../sign-in/index.ts";
import { isClosedByObjection } from "../person-access.ts";
import { deciderOf } from "./deciding.ts";
import { actOf, readerOf, type Reader } from "./reader.ts";
import type { Rooms } from "./rooms.ts";

/** Those of these people whose record an objection closes to this reader: decided as if it were opened. */
export function closerOf(rooms: Rooms): (reader: Reader, personIds: readonly string[]) => Promise<ReadonlySet<string>> {
  const decide = deciderOf(rooms);
  return async (reader, personIds) => {
    const objecting = [...(await readInForce(rooms.pages, personIds)).keys()];
    const decided = await Promise.all(objecting.map((personId) => decide(reader, personId)));
    return new Set(objecting.filter((_, index) => isClosedByObjection(decided[index]!)));
  };
}

export function findingDeps(rooms: Rooms): Pick<ProfessionalDeps, "find" | "recentPeople" | "personToConfirm"> {
  const { access, audit, pages, search, clock } = rooms;
  const decide = deciderOf(rooms);
  const closedTo = closerOf(rooms);
  return {
    async find(request, query, limit) {
      const { session, actor } = readerOf(request);
      const permission = access.mayOpenSearch({ actor, purpose: purposeOf(session), assurance: session.assurance }, clock.now());
      if (isRefusal(permission)) {
        await audit.write({ ...actOf(request, actor, NOBODY), action: "refused", outcome: "refused", relationship: "none", reason: null, policy: permission.code, sourcePatients: [], shown: { page: "find" } });
        return permission;
      }
      const found = await findPerson(search, query.by === "nhs-number" ? { nhsNumber: query.nhsNumber } : { family: query.family, given: query.given, dateOfBirth: query.dateOfBirth, postcode: query.postcode });
      if (isRefusal(found)) return found;
      if (found.people.length === 0) {
        await audit.write({ ...actOf(request, actor, NOBODY), action: "search", outcome: "allowed", relationship: "none", reason: null, policy: permission.policy, sourcePatients: [], shown: { by: query.by, found: 0 } });
      }
      const closed = await closedTo(readerOf(request), found.people.slice(0, limit).map((each) => each.personId));
      const people = found.people.slice(0, limit).map((each) => (closed.has(each.personId) ? askedFor(each.personId, query) : each));
      return { people, limit, more: found.more || found.total > Math.min(limit, found.people.length) };
    },
    async recentPeople(request) {
      const { actor } = readerOf(request);
      const entries = await listByActor(pages, actor.id, { limit: 200 });
      const opened = new Map<string, Date>();
      for (const entry of entries) if (entry.action === "open" && entry.outcome === "allowed" && entry.organisation === actor.organisation && !opened.has(entry.personId)) opened.set(entry.personId, entry.recorded);
      const latest = [...opened.keys()].slice(0, 10);
      const closed = await closedTo(readerOf(request), latest);
      const ids = latest.filter((id) => !closed.has(id));
      const people = new Map((await describePeople(search, ids)).map((person) => [person.personId, person]));
      return ids.flatMap((id) => (people.has(id) ? [{ ...people.get(id)!, openedAt: opened.get(id)! }] : []));
    },
    async personToConfirm(request, personId) {
      const { session, actor } = readerOf(request);
      const permission = access.mayOpenSearch({ actor, purpose: purposeOf(session), assurance: session.assurance }, clock.now());
      // Nobody is looked for: the address names the person.
      if (isRefusal(permission) && permission.code !== "access.may-not-find") return permission;
      const found = await decide(readerOf(request), personId);
      // Only where stating a reason would open the record is a reason asked for.
      if ("refusal" in found && found.refusal.details?.["obligation"] !== "reason-required") return found.refusal;
      const [person] = await describePeople(search, [personId]);
      return person ?? refuse("not-found", "identity.no-person", "There is no such person in this record.");
    },
  };
}

/** What a list says of somebody whose record is not shared: what the reader asked with, and nothing that is on record. */
function askedFor(personId: string, query: FindQuery): FoundPerson {
  const nothing = { personId, family: "", given: "", title: "", dateOfBirth: "", dateOfDeath: null, sex: "", nhsNumber: null, postcodeArea: "", notShared: true };
  return query.by === "nhs-number" ? { ...nothing, nhsNumber: query.nhsNumber } : { ...nothing, family: query.family, dateOfBirth: query.dateOfBirth };
}
