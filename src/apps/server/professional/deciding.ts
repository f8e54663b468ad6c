/** The decision over one person for one reader, as every page of the record asks for it. */
import { reachedBy } from "#access";
import { decideForPerson } from "../person-access.ts";
import type { Reader } from "./reader.ts";
import type { Rooms } from "./rooms.ts";

/** Decides anew at each call; the organisations that a reader's own stands for are looked up once. */
export function deciderOf({ region, pages, access, clock }: Rooms): (reader: Reader, personId: string) => ReturnType<typeof decideForPerson> {
  const reachedOf = new Map(region.organisations.map((each) => [each.odsCode, reachedBy(region, each.odsCode)]));
  return ({ session, actor }, personId) => decideForPerson(pages, access, reachedOf.get(actor.organisation) ?? [], session, actor, personId, clock.now());
}
