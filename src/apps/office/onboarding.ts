/**
 * `/office/onboarding`: what stands between an organisation and records: agreement, onboarding, Data Security and
 * Protection Toolkit, and the evidence that it keeps strict role-based access itself (ACC-10), each with its end.
 * Privacy officers see their own organisation, the administrator all that view records.
 */
import type { FastifyInstance } from "fastify";
import { NOBODY } from "#audit";
import type { Purpose } from "#decision";
import { agreementState, onboardingGaps, type Organisation } from "#governance";
import { dateText, html, uuidv7, type Content, type Html } from "#platform";
import { enterOffice, routeOf, send, type Office, type OfficeDeps } from "./officer.ts";
import { AGREEMENT, mark, table } from "./words.ts";

type Right = { readonly purpose: Purpose; readonly all: boolean };
const RIGHTS: Readonly<Record<string, Right>> = { "privacy-officer": { purpose: "audit", all: false }, "system-administrator": { purpose: "administration", all: true } };
const OFFICE: Office<Right> = { home: "/office/onboarding", page: "onboarding", isFor: "Onboarding is for privacy officers and system administrators.", rightOf: (actor) => RIGHTS[actor.role], purposeOf: ({ purpose }) => purpose, holdsNoPerson: true };
/** Evidence that ends within this time is said to: it takes weeks to gather anew. */
const SOON_DAYS = 60;

export function onboardingOffice(app: FastifyInstance, deps: OfficeDeps): void {
  app.get("/office/onboarding", async (request, reply) => {
    const entered = await enterOffice(deps, OFFICE, request, reply);
    if (entered === null) return reply;
    const { actor, shell, right } = entered;
    const { region, clock } = deps;
    const shown = region.organisations.filter((each) => (right.all ? each.mayView : each.odsCode === actor.organisation));
    await deps.audit.write({ personId: NOBODY, actor, purpose: right.purpose, action: "audit-read", outcome: "allowed", relationship: actor.roleName, reason: null, policy: "onboarding", route: routeOf(request), requestId: uuidv7(), sourcePatients: [], shown: { of: "onboarding", rows: shown.length } });
    const now = clock.now();
    return send(reply, 200, shell, "Onboarding", page(shown, region.dayOf(now), region.dayOf(new Date(now.getTime() + SOON_DAYS * 86_400_000))));
  });
}

function page(organisations: readonly Organisation[], today: string, soon: string): Html {
  const state = (each: Organisation): Content => {
    const gaps = onboardingGaps(each, today);
    if (gaps.length > 0) return html`${mark("bad", "Closed")}<br>${gaps.join(" ")}`;
    const ends = [each.onboarding?.rbac?.validTo, each.onboarding?.dsptValidTo].filter((end) => typeof end === "string").sort()[0];
    return ends !== undefined && ends <= soon ? html`${mark("late", "Ends soon")}<br>${dateText(ends)}` : mark("ok", "In date");
  };
  const rank = (each: Organisation): number => (onboardingGaps(each, today).length > 0 ? 0 : 1);
  const closed = organisations.filter((each) => rank(each) === 0).length;
  return html`<h1 class="h1">Onboarding</h1>
<p>Whoever has access must keep strict role-based access itself, and show it. Where evidence is missing or has run out, nobody of that organisation opens a record. ${closed === 0 ? "All evidence is in date." : `${closed} of ${organisations.length} closed.`}</p>
${table("Onboarding", ["Organisation", "Sharing agreement", "Onboarded", "Toolkit until", "Role-based access: evidence", "Checked", "Valid until", "Records"], organisations.toSorted((a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name)).map((each) => html`<tr><th scope="row">${each.name}<br><span class="dim">${each.odsCode}</span></th><td>${AGREEMENT[agreementState(each, "direct-care", today)]}</td><td>${day(each.onboarding?.completedOn, "No")}</td><td>${each.onboarding === null ? "" : day(each.onboarding.dsptValidTo, "No end given")}</td><td>${each.onboarding?.rbac?.evidence ?? "None"}</td><td>${day(each.onboarding?.rbac?.checkedOn, "")}</td><td>${day(each.onboarding?.rbac?.validTo, "")}</td><td>${state(each)}</td></tr>`))}`;
}

const day = (date: string | null | undefined, none: string): string => (date === null || date === undefined ? none : dateText(date));
