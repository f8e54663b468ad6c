/** The people of a reader's wards and teams, from relationships that feeds gave rise to: few fields, no clinical fact. */
import { readListed, readUnits, type Listed } from "#access";
import { landingOf, type LandingPart, type Region } from "#governance";
import { describePeople, readPersonsOf, readProtectedPersons } from "#identity";
import { isRefusal } from "#platform";
import type { SectionId } from "#standards";
import type { FoundPerson, ListedPerson, ListKind, ListsDeps } from "../../professional/index.ts";
import { purposeOf } from "../../sign-in/index.ts";
import { closerOf } from "./finding.ts";
import { readerOf } from "./reader.ts";
import type { Rooms } from "./rooms.ts";

/** People on one list; who looks for more chooses a ward or team. */
const MOST_LISTED = 50;
/** Relationships read for it: one person may be with several teams. */
const MOST_READ = 200;
/** Wards or teams that are offered. */
const MOST_UNITS = 60;

/** What each list is made from, and the section in which the record shows the same: who may not see that, has no such list. */
const LISTS = { wards: { kinds: ["admission"], section: "admissions" }, caseload: { kinds: ["caseload", "care-team"], section: "services" } } as const satisfies Record<ListKind, { kinds: readonly string[]; section: SectionId }>;

export function listsDeps(rooms: Rooms): ListsDeps {
  const { region, access, pages, search, clock } = rooms;
  const closedTo = closerOf(rooms);
  return {
    landing: (request) => landingFor(region, readerOf(request).actor.role),
    async peopleList(request, kind, chosen) {
      const reader = readerOf(request);
      const { session, actor } = reader;
      const role = region.role(actor.role);
      const purpose = purposeOf(session);
      const isAllowed = purpose === "direct-care" && role !== undefined && region.sectionRights(role.id).sees.has(LISTS[kind].section) && !isRefusal(access.mayOpenSearch({ actor, purpose, assurance: session.assurance }, clock.now()));
      if (!isAllowed) return null;
      const query = { organisation: actor.organisation, kinds: LISTS[kind].kinds, labels: role.labels, now: clock.now() };
      const [units, naming] = await Promise.all([readUnits(pages, query, MOST_UNITS), kind === "wards" ? [] : readListed(pages, query, { professional: actor.name }, 1)]);
      const isNamed = chosen.named || (chosen.unit === null && naming.length > 0 && !chosen.all);
      const of = { ...(isNamed && { professional: actor.name }), ...(chosen.unit !== null && { unit: chosen.unit }) };
      const listed = await readListed(pages, query, of, MOST_READ);
      const personOf = await readPersonsOf(pages, listed.map((each) => each.sourcePatientId));
      const newest = new Map<string, Listed>();
      for (const each of listed) {
        const personId = personOf.get(each.sourcePatientId);
        if (personId !== undefined && !newest.has(personId)) newest.set(personId, each);
      }
      // That somebody is on a ward says where they are.
      const hidden = role.labels.includes("protected-address") ? new Set<string>() : await readProtectedPersons(pages, [...newest.keys()]);
      const ids = [...newest.keys()].filter((personId) => !hidden.has(personId));
      const shown = ids.slice(0, MOST_LISTED);
      const [closed, described] = await Promise.all([closedTo(reader, shown), describePeople(search, shown)]);
      const people = new Map(described.map((person) => [person.personId, person]));
      return {
        kind, units, unit: chosen.unit, isNamed, hasNamed: naming.length > 0, hidesProtected: !role.labels.includes("protected-address"), limit: MOST_LISTED, more: ids.length > MOST_LISTED || listed.length === MOST_READ,
        people: shown.flatMap((personId): ListedPerson[] => {
          const person = people.get(personId);
          const { unit, professional, since } = newest.get(personId)!;
          return person === undefined ? [] : closed.has(personId) ? [{ ...notShared(personId), unit: null, professional: null, since: null }] : [{ ...person, unit, professional, since }];
        }),
      };
    },
  };
}

/** A role without a layout of its own has the search and who was opened lately. */
const landingFor = (region: Region, role: string): readonly LandingPart[] => landingOf(region.summaryView(role));

/** What a list says of somebody whose record is not shared: that they are on it. */
const notShared = (personId: string): FoundPerson => ({ personId, family: "", given: "", title: "", dateOfBirth: "", dateOfDeath: null, sex: "", nhsNumber: null, postcodeArea: "", notShared: true });
