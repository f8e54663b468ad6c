/** What an organisation's people printed and downloaded: the report that policing of paper rests on (ACC-13, AUD-08). */
import type { FastifyInstance } from "fastify";
import { listPrints, NOBODY, type AuditEntry } from "#audit";
import { html, uuidv7, type Html } from "#platform";
import { isSectionId, sectionTitle } from "#standards";
import { enterOffice, routeOf, send, type Office, type OfficeDeps } from "./officer.ts";
import { table, when } from "./words.ts";

const OFFICE: Office<true> = { home: "/office/prints", page: "prints", isFor: "The report on prints and downloads is for privacy officers.", rightOf: (actor) => (actor.role === "privacy-officer" ? true : undefined), purposeOf: () => "audit" };
const PAGE = 100;

export function printsOffice(app: FastifyInstance, deps: OfficeDeps): void {
  app.get<{ Querystring: { before?: string } }>("/office/prints", async (request, reply) => {
    const entered = await enterOffice(deps, OFFICE, request, reply);
    if (entered === null) return reply;
    const { actor, shell } = entered;
    const { before = "" } = request.query;
    const from = Number.isNaN(Date.parse(before)) ? {} : { before: new Date(before) };
    const entries = await listPrints(deps.pages, actor.organisation, { limit: PAGE, ...from });
    await deps.audit.write({ personId: NOBODY, actor, purpose: "audit", action: "audit-read", outcome: "allowed", relationship: actor.roleName, reason: null, policy: "prints", route: routeOf(request), requestId: uuidv7(), sourcePatients: [], shown: { of: "prints", entries: entries.length } });
    return send(reply, 200, shell, "Prints and downloads", page(entries, actor.organisationName, deps.region.timeZone));
  });
}

function page(entries: readonly AuditEntry[], organisation: string, timeZone: string): Html {
  const older = entries.length < PAGE ? null : entries.at(-1)!.recorded.toISOString();
  return html`<h1 class="h1">Prints and downloads</h1>
<p>By staff of ${organisation}, newest first. Whose record it was stands in the trail of the person, opened with its own reason.</p>
${entries.length === 0 ? html`<p>Nobody of your organisation has printed or downloaded anything${older === null ? "" : " in this time"}.</p>` : table("Prints and downloads", ["When", "Who", "What", "What for", "How the record was opened", "Sections"], entries.map((entry) => html`<tr><td>${when(entry.recorded, timeZone)}</td><td>${entry.actorName}<br><span class="dim">${entry.roleName}</span></td><td>${entry.action === "print" ? "Printed" : "Downloaded"}, ${String(entry.shown["items"] ?? 0)} entries</td><td>${entry.reason ?? ""}</td><td>${entry.relationship}</td><td>${sections(entry)}</td></tr>`))}
${older && html`<p><a href="/office/prints?before=${encodeURIComponent(older)}">Older</a></p>`}`;
}

function sections({ shown }: AuditEntry): string {
  const ids = Array.isArray(shown["sections"]) ? shown["sections"].map(String).filter((id) => id !== "person-demographics") : [];
  return ids.length > 10 ? `${ids.length} kinds of information: most of a record` : ids.map((id) => (isSectionId(id) ? sectionTitle(id) : id)).join(", ");
}
