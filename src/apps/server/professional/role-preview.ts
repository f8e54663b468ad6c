/** A person's summary as a role would see it. */
import { reachedBy } from "#access";
import { readLastReceived } from "#feeds";
import { isRefusal, type Shell } from "#platform";
import type { PolicyOfficeDeps } from "../../office/policy/index.ts";
import { rolePreview } from "../../professional/index.ts";
import { factsFor, noSuchPerson, openedUnder } from "../person-access.ts";
import { professionalDeps } from "./deps.ts";
import { openedPerson } from "./opened.ts";
import type { Rooms } from "./rooms.ts";

/** A person's summary as a role would see it, for the policy office: the same decision, rows and pages as for a professional. */
export function rolePreviewer(rooms: Rooms): PolicyOfficeDeps["previewRole"] {
  const { region, access, pages, clock } = rooms;
  const deps = professionalDeps(rooms);
  return async (request, shell, officer, personId, as) => {
    const now = clock.now();
    const known = await factsFor(pages, access, reachedBy(region, as.organisation), officer, personId, now);
    if (known === null) return noSuchPerson();
    const decision = access.decidePreview(as, officer, known.facts);
    if (isRefusal(decision)) return decision;
    const person = await openedPerson(rooms, openedUnder(decision, known), await readLastReceived(pages, region.feeds.map((feed) => feed.id)), now);
    const preview: Shell = { ...shell, find: null, links: [{ href: "/office/policy/roles", text: "Preview: choose another role" }], account: { name: "Preview", role: decision.actor.roleName, organisation: decision.actor.organisationName }, signOut: null };
    const { html, shown } = await rolePreview(deps, request, preview, person);
    return { html, shown, sourcePatientIds: decision.sourcePatientIds };
  };
}
