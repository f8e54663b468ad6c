/** Whom to contact by the register, and a child's mother where her record would open for this reader. */
import { findPerson } from "#identity";
import { isRefusal } from "#platform";
import { openRecord, readItem } from "#record";
import type { CareDeps } from "../../professional/index.ts";
import { deciderOf } from "./deciding.ts";
import { decisionFor } from "./opened.ts";
import { readerOf } from "./reader.ts";
import type { Rooms } from "./rooms.ts";

const NHS_NUMBER = "https://fhir.nhs.uk/Id/nhs-number";

export function careDeps(rooms: Rooms): CareDeps {
  const { region, pages, search } = rooms;
  const decide = deciderOf(rooms);
  return {
    phoneOf: (odsCode) => region.organisation(odsCode)?.phone ?? null,
    async motherOf(request, person, contactIds) {
      const numbers = new Set<string>();
      for (const id of contactIds) {
        const decision = decisionFor(person, id);
        const item = await openRecord(pages, decision, (sql) => readItem(sql, decision, id));
        // As this reader is shown it: of somebody whose whereabouts are hidden there may be no number in it.
        if (!isRefusal(item)) for (const each of (item.resource["identifier"] ?? []) as { system?: string; value?: string }[]) if (each.system === NHS_NUMBER && each.value !== undefined) numbers.add(each.value);
      }
      // Two numbers for one mother: nobody can say which is meant.
      const [nhsNumber] = numbers;
      if (nhsNumber === undefined || numbers.size > 1) return null;
      const found = await findPerson(search, { nhsNumber });
      if (isRefusal(found) || found.people.length !== 1 || found.people[0]!.personId === person.decision.personId) return null;
      const mother = await decide(readerOf(request), found.people[0]!.personId);
      return "refusal" in mother ? null : found.people[0]!.personId;
    },
  };
}
