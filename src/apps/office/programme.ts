/** How the record is used, for those who commission it: counts by month and organisation, and no person's record (ORG-03). */
import type { FastifyInstance } from "fastify";
import { countUsage, NOBODY, type Usage } from "#audit";
import { html, uuidv7, type Html } from "#platform";
import { few } from "./few.ts";
import type { Purpose } from "#decision";
import { enterOffice, routeOf, send, type Office, type OfficeDeps } from "./officer.ts";
import { table } from "./words.ts";

const RIGHTS: Readonly<Record<string, Purpose>> = { commissioner: "secondary-use", "privacy-officer": "audit", "system-administrator": "administration" };
const OFFICE: Office<Purpose> = { home: "/office/programme", page: "programme report", isFor: "The programme report is for commissioners and the offices.", rightOf: (actor) => RIGHTS[actor.role], purposeOf: (right) => right, holdsNoPerson: true };
const MONTHS = 12;

export function programmeOffice(app: FastifyInstance, deps: OfficeDeps): void {
  app.get("/office/programme", async (request, reply) => {
    const entered = await enterOffice(deps, OFFICE, request, reply);
    if (entered === null) return reply;
    const { actor, shell, right } = entered;
    const since = new Date(deps.clock.now().getTime() - MONTHS * 31 * 86_400_000);
    const usage = await countUsage(deps.pages, since, deps.region.timeZone);
    await deps.audit.write({ personId: NOBODY, actor, purpose: right, action: "audit-read", outcome: "allowed", relationship: actor.roleName, reason: null, policy: "programme report", route: routeOf(request), requestId: uuidv7(), sourcePatients: [], shown: { of: "usage by organisation", rows: usage.length } });
    return send(reply, 200, shell, "Programme report", page(usage, (odsCode) => deps.region.organisation(odsCode)?.name ?? odsCode));
  });
}

function page(usage: readonly Usage[], nameOf: (odsCode: string) => string): Html {
  const months = Map.groupBy(usage, (each) => each.month);
  return html`<h1 class="h1">Programme report</h1>
<p>Records opened for direct care, by month and organisation. Counts are rounded and those below five are not written, so that nobody can be told from them. No person's record can be opened from here, and commissioners open none.</p>
${months.size === 0 ? html`<p>Records opened: none so far. Counts appear from the first; they are written as "fewer than 5" until there are five.</p>` : [...months].map(([month, rows]) => html`<h2 class="h2">${month}</h2>${table(`Records opened in ${month}`, ["Organisation", "Records opened", "People", "Professionals"], rows.map((each) => html`<tr><th scope="row">${nameOf(each.organisation)}</th><td>${few(each.opened)}</td><td>${few(each.people)}</td><td>${few(each.professionals)}</td></tr>`))}`)}`;
}
