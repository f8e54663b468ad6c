/**
 * `/office/staff`: the professionals of the officer's own organisation as the register has them
 * (ONB-06, ONB-07, ORG-24, ACC-12): role, registration, contract, training, duty of confidentiality,
 * and whether the gate lets them in. "100 % trained or blocked" is checked, not said: training
 * by the register alone, without grace, and who is blocked by asking the gate for each role.
 */
import type { FastifyInstance } from "fastify";
import type { Access } from "#access";
import { NOBODY } from "#audit";
import { daysSinceAccepted, trainingInDate, type Professional, type Region } from "#governance";
import { dateText, html, isRefusal, uuidv7, type Html } from "#platform";
import { listPasskeys, readAcceptances, type Passkey } from "../sign-in/index.ts";
import { enterOffice, routeOf, send, type Office } from "./officer.ts";
import { staffPasskeyOffice, type PasskeyOfficeDeps } from "./staff-passkeys.ts";
import { mark, table } from "./words.ts";

const OFFICE: Office<true> = { home: "/office/staff", page: "staff register", isFor: "The register of staff is for privacy officers.", rightOf: (actor) => (actor.role === "privacy-officer" ? true : undefined), purposeOf: () => "audit" };
const PAGE = 200;
const DAY_MS = 86_400_000;

/** One professional at one organisation, as the register and the gate have them on a day. */
export type StaffLine = {
  readonly professional: Professional;
  readonly roles: readonly string[];
  readonly trainedOn: string | null;
  /** Last day on which the training holds, grace not counted. */
  readonly trainedUntil: string | null;
  readonly trained: boolean;
  /** Not trained within the time, and still within the region's grace. */
  readonly inGrace: boolean;
  readonly acceptedOn: string | null;
  readonly acceptedUntil: string | null;
  /** Why no role of theirs here opens anything; `null`: at least one does. */
  readonly blocked: string | null;
};

/**
 * The lines of an organisation: who is neither trained nor blocked first, then who is blocked, then by name.
 * @param acceptedHere when each professional last accepted the duty of confidentiality in the product
 */
export function staffLines(region: Region, access: Pick<Access, "mayOpenSearch">, organisation: string, acceptedHere: ReadonlyMap<string, Date>, now: Date): StaffLine[] {
  const dayIn = (days: number): string => region.dayOf(new Date(now.getTime() + days * DAY_MS));
  const { trainingValidDays, trainingGraceDays, confidentialityValidDays } = region.rules;
  const lines = region.professionals.flatMap((professional): StaffLine[] => {
    const profiles = professional.profiles.filter((each) => each.organisation === organisation);
    if (profiles.length === 0) return [];
    const confidentialityAcceptedAt = acceptedHere.get(professional.uid) ?? null;
    const refusals = profiles.flatMap(({ role: id, sourceRole }) => {
      const role = region.role(id);
      const actor = { id: professional.uid, name: professional.name, role: id, roleName: role?.name ?? id, sourceRole, organisation, organisationName: region.organisation(organisation)?.name ?? organisation, sessionId: "", confidentialityAcceptedAt };
      const permission = access.mayOpenSearch({ actor, purpose: role?.purposes[0] ?? "direct-care", assurance: 3 }, now);
      // Who may not look for people may still open those whom the own system hands over.
      return isRefusal(permission) && permission.code !== "access.may-not-find" ? [permission.message] : [];
    });
    const trained = trainingInDate(professional, trainingValidDays);
    const accepted = daysSinceAccepted(professional, confidentialityAcceptedAt, region.dayOf(now));
    return [{
      professional, roles: [...new Set(profiles.map((each) => region.role(each.role)?.name ?? each.role))], trained,
      trainedOn: professional.trainedDaysAgo === null ? null : dayIn(-professional.trainedDaysAgo), trainedUntil: professional.trainedDaysAgo === null ? null : dayIn(trainingValidDays - professional.trainedDaysAgo),
      inGrace: !trained && trainingInDate(professional, trainingValidDays + trainingGraceDays),
      acceptedOn: accepted === null ? null : dayIn(-accepted), acceptedUntil: accepted === null ? null : dayIn(confidentialityValidDays - accepted),
      blocked: refusals.length === profiles.length ? refusals[0]! : null,
    }];
  });
  const rank = (line: StaffLine): number => (isNeither(line) ? 0 : line.blocked === null ? 2 : 1);
  return lines.sort((a, b) => rank(a) - rank(b) || a.professional.name.localeCompare(b.professional.name));
}

/** Neither trained within the time nor kept out by the gate: what the statement of the page counts. */
export const isNeither = (line: StaffLine): boolean => !line.trained && line.blocked === null;

export function staffOffice(app: FastifyInstance, deps: PasskeyOfficeDeps): void {
  staffPasskeyOffice(app, deps, OFFICE);
  app.get<{ Querystring: Record<string, unknown> }>("/office/staff", async (request, reply) => {
    const entered = await enterOffice(deps, OFFICE, request, reply);
    if (entered === null) return reply;
    const { actor, shell } = entered;
    const { region } = deps;
    const uids = region.professionals.filter((each) => each.profiles.some(({ organisation }) => organisation === actor.organisation)).map(({ uid }) => uid);
    const [accepted, passkeys] = await Promise.all([readAcceptances(deps.pages, uids), listPasskeys(deps.pages, uids)]);
    const lines = staffLines(region, deps.access, actor.organisation, accepted, deps.clock.now());
    await deps.audit.write({ personId: NOBODY, actor, purpose: "audit", action: "audit-read", outcome: "allowed", relationship: actor.roleName, reason: null, policy: "staff register", route: routeOf(request), requestId: uuidv7(), sourcePatients: [], shown: { of: "staff", rows: lines.length } });
    const at = Math.max(0, Math.min(Number(request.query["page"]) - 1 || 0, Math.ceil(lines.length / PAGE) - 1));
    return send(reply, 200, shell, "Staff", page(region, actor.organisationName, lines, Math.floor(at), Map.groupBy(passkeys, (each) => each.professionalId)));
  });
}

function page(region: Region, organisation: string, lines: readonly StaffLine[], at: number, passkeys: ReadonlyMap<string, readonly Passkey[]>): Html {
  const { rules, role } = region;
  const neither = lines.filter(isNeither);
  const sound = lines.length - neither.length;
  // Never rounded up to a hundred.
  const percent = lines.length === 0 ? 100 : Math.floor((sound / lines.length) * 100);
  const untrained = lines.filter((each) => !each.trained).length;
  return html`<h1 class="h1">Staff who may sign in</h1>
<p>${organisation}, as the register of professionals and the gate have them now. Your organisation keeps the register right; what is missing here closes records, not this page.</p>
<p>${mark(neither.length === 0 ? "ok" : "bad", `${percent} % trained or blocked`)} ${lines.length - untrained} of ${lines.length} are trained within ${rules.trainingValidDays} days; ${untrained - neither.length} are not and are blocked; ${neither.length} are not and still get in${neither.length === 0 ? "." : `: ${neither.map((each) => each.professional.name).slice(0, 10).join(", ")}.`}</p>
<p class="dim">Grace after training has run out: ${rules.trainingGraceDays === 0 ? "none" : `${rules.trainingGraceDays} days`}. Who is within it counts as neither.</p>
${table("Staff", ["Who", "Role here", "Registration", "Employed as", "Training", "Duty of confidentiality", "Signs in by", "Records"], lines.slice(at * PAGE, (at + 1) * PAGE).map((line) => html`<tr><th scope="row">${line.professional.name}<br><span class="dim">${line.professional.uid}</span></th><td>${line.roles.join(", ")}</td><td>${registration(line)}</td><td>${line.professional.contractor ? "Contractor" : "Member of staff"}</td><td>${span(line.trainedOn, line.trainedUntil, "Never trained")}${line.inGrace ? html`<br>${mark("late", "In grace")}` : null}</td><td>${span(line.acceptedOn, line.acceptedUntil, "Not accepted")}</td><td>${signIn(line)}</td><td>${line.blocked === null ? mark("ok", "Open") : html`${mark("bad", "Blocked")}<br>${line.blocked}`}</td></tr>`))}
${lines.length > PAGE ? html`<p>Page ${at + 1} of ${Math.ceil(lines.length / PAGE)}. ${at > 0 ? html`<a href="/office/staff?page=${at}">Before</a> ` : null}${(at + 1) * PAGE < lines.length ? html`<a href="/office/staff?page=${at + 2}">Next</a>` : null}</p>` : null}`;

  function signIn({ professional }: StaffLine): Html {
    const own = passkeys.get(professional.uid) ?? [];
    const live = own.filter((each) => each.ended === null);
    const lastUsed = live.flatMap((each) => each.lastUsedAt ?? []).sort((a, b) => b.getTime() - a.getTime())[0];
    // One that was locked says so until its holder has another: somebody may have copied it.
    const isLocked = live.length === 0 && own[0]?.ended?.how === "locked";
    const words = region.signInOf(professional) === "cis2" ? html`NHS CIS2` : live.length === 0 ? (isLocked ? mark("bad", "Passkey locked") : html`No passkey yet`) : html`Passkey${live.length > 1 ? ` (${live.length})` : ""}<br><span class="dim">${lastUsed === undefined ? "never used" : html`used ${dateText(region.dayOf(lastUsed))}`}</span>`;
    return own.length === 0 && region.signInOf(professional) === "cis2" ? words : html`${words}<br><a href="/office/staff/${professional.uid}">Passkeys<span class="vh"> of ${professional.name}</span></a>`;
  }
  function registration({ professional }: StaffLine): string {
    if (professional.registration !== null) return `${professional.registration.body} ${professional.registration.number}`;
    return professional.profiles.some((each) => role(each.role)?.registration !== undefined) ? "Missing" : "None needed";
  }
}

const span = (on: string | null, until: string | null, never: string): Html => (on === null || until === null ? html`${never}` : html`${dateText(on)}<br><span class="dim">until ${dateText(until)}</span>`);
