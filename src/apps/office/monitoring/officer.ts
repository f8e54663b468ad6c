/** Who stands at the monitoring office: privacy officers, each for the staff of their own organisation, and what all its pages share. */
import type { FastifyReply, FastifyRequest } from "fastify";
import { NOBODY, type AuditAction } from "#audit";
import type { Actor } from "#decision";
import { monitoringOf, type JournalLine, type Officer, type RegionMonitoring } from "#monitoring";
import { csrfField, html, isCsrfToken, refuse, uuidv7, type Content, type Html, type Pool, type Refusal, type Session, type Shell, type Sql } from "#platform";
import { enterOffice, routeOf, send, type Form, type OfficeDeps } from "../officer.ts";

export type MonitoringOfficeDeps = OfficeDeps;
export type PrivacyOfficer = { session: Session; actor: Actor; shell: Shell; monitoring: RegionMonitoring; /** As the journal names them. */ officer: Officer };

const isFor = "Who opened records, and what nothing explains, is for privacy officers.";

/**
 * The officer, or `null` where the answer has been sent. Every role comes as far as the
 * gate's policies on the purpose of audit, so that a refusal names its policy and is kept.
 */
export async function enterMonitoring(deps: MonitoringOfficeDeps, request: FastifyRequest, reply: FastifyReply): Promise<PrivacyOfficer | null> {
  const entered = await enterOffice(deps, { home: "/office/privacy", page: "monitoring office", isFor, rightOf: () => true as const, purposeOf: () => "audit" as const }, request, reply);
  if (entered === null) return null;
  const monitoring = monitoringOf(deps.region);
  if (monitoring === null) {
    send(reply, 404, entered.shell, "Not here", html`<h1 class="h1">Not here</h1><p>This region has no monitoring of access.</p>`);
    return null;
  }
  const { actor } = entered;
  return { session: entered.session, actor, shell: entered.shell, monitoring, officer: { id: actor.id, name: actor.name, organisation: actor.organisation } };
}

export const TABS = { alerts: ["/office/privacy", "Alerts"], cases: ["/office/privacy/cases", "Cases"], person: ["/office/privacy/person", "Person audit"], staff: ["/office/privacy/staff", "User audit"], samples: ["/office/privacy/samples", "Samples"], reports: ["/office/privacy/reports", "Reports"], plan: ["/office/privacy/plan", "Policy and plan"] } as const;
export type Tab = keyof typeof TABS;
export const tabs = (current: Tab): Html => html`<nav class="subtabs" aria-label="Privacy office"><ul>${Object.entries(TABS).map(([tab, [href, words]]) => html`<li><a href="${href}"${tab === current ? html` aria-current="page"` : null}>${words}</a></li>`)}</ul></nav>`;

/** One entry for each person whose access was looked at or dealt with; durable when it resolves, and only then does the page leave. */
export async function auditMonitoring(deps: MonitoringOfficeDeps, request: FastifyRequest, { actor }: PrivacyOfficer, action: Extract<AuditAction, "audit-read" | "monitoring-act" | "export">, personIds: readonly string[], shown: Readonly<Record<string, unknown>>, reason: string | null = null): Promise<void> {
  const about = [...new Set(personIds)].filter((each) => each !== NOBODY);
  const requestId = uuidv7();
  await Promise.all((about.length === 0 ? [NOBODY] : about).map((personId) => deps.audit.write({ personId, actor, purpose: "audit", action, outcome: "allowed", relationship: "privacy officer", reason, policy: "monitoring office", route: routeOf(request), requestId, sourcePatients: [], shown })));
}

/** A refusal where the form did not come from our own page. */
export const formToken = ({ session }: PrivacyOfficer, form: Form): Refusal | null => (isCsrfToken(session, form?.["_csrf"]) ? null : refuse("forbidden", "office.form-token", "This form is out of date. Try again."));

export const STATUS: Readonly<Record<string, number>> = { "not-found": 404, gone: 410, conflict: 409, forbidden: 403, invalid: 400, unavailable: 503, unsupported: 501 };
export const statusOf = (refusal: Refusal | null): number => (refusal === null ? 200 : (STATUS[refusal.kind] ?? 400));

export const notTheirs = (reply: FastifyReply, { shell }: PrivacyOfficer, tab: Tab): FastifyReply => send(reply, 404, shell, "Not found", html`${tabs(tab)}<h1 class="h1">Not found</h1><p>There is nothing here among what is your organisation's.</p>`);

export const faultSummary = (refusal: Refusal | null, field: string): Content => refusal !== null && html`<div class="nhsuk-error-summary" role="alert" tabindex="-1"><h2 class="nhsuk-error-summary__title">There is a problem</h2><p><a href="#${field}">${refusal.message}</a></p></div>`;
export const tokenField = ({ shell }: PrivacyOfficer): Html => csrfField(shell);

/** An act runs in one transaction, with a moment that all its lines share. */
export const act = <T>(deps: MonitoringOfficeDeps, work: (sql: Sql, at: Date) => Promise<T>): Promise<T> => (deps.pages as Pool).transaction((sql) => work(sql, deps.clock.now()));

/** A professional by name, as the register has them. */
export const professionalName = (deps: Pick<OfficeDeps, "region">, uid: string): string => (uid === "" ? "Several professionals" : (deps.region.professional(uid)?.name ?? uid));
export const roleName = (deps: Pick<OfficeDeps, "region">, role: string): string => deps.region.role(role)?.name ?? role;

const ACT_WORDS: Readonly<Record<JournalLine["act"], string>> = {
  escalated: "Escalated", taken: "Took it", revealed: "Revealed who it is about", justified: "Justified", "asked-manager": "Asked the manager", "manager-answered": "The manager answered", "case-opened": "Opened a case", "alert-added": "Added an alert", noted: "Noted", "close-proposed": "Proposed to close", "close-declined": "Did not agree to close",
  closed: "Closed", "breach-reported": "Took it for a breach", referred: "Referred to the employer", "evidence-made": "Made the evidence", "sample-drawn": "Drew a sample", "sample-judged": "Judged an access", "plan-made": "Made a plan", "plan-signed": "Signed the plan off", "concern-recorded": "Recorded a concern", "concern-linked": "Linked a concern",
};

export function journalList(lines: readonly JournalLine[], when: (at: Date) => Html): Content {
  if (lines.length === 0) return html`<p class="said said--grey">Nothing has been done with it yet.</p>`;
  return html`<ol class="facts">${lines.map((line) => html`<li><div class="fact"><strong>${ACT_WORDS[line.act]}</strong> ${line.actorName}: ${line.words}</div><div class="src">${when(line.at)}</div></li>`)}</ol>`;
}
