/** One invented alert, as the privacy officer's page takes it: fixed in every word and minute. */
import { isRegionFaults, loadRegion } from "#governance";
import { monitoringOf, type Alert } from "#monitoring";
import type { Html, Shell } from "#platform";
import { alertPage, type AlertView } from "../../src/apps/office/monitoring/alert-page.ts";
import { actor, NOW } from "#test/sample-person.ts";

const minutes = (before: number): Date => new Date(NOW.getTime() - before * 60_000);
const PERSON = "0199a000-0000-7000-8000-000000004567";

const ALERT: Alert = {
  alertId: "0199a000-0000-7000-8000-0000000a0001", organisation: "RXA01", kind: "access", professionalId: "555000000099", role: "ward-clerk", personId: PERSON, firstAt: minutes(153), lastAt: minutes(149), score: 92,
  rules: ["household", "break-glass"],
  parts: [{ rule: "household", weight: 0.88, words: "The same surname and postcode as the professional." }, { rule: "break-glass", weight: 0.31, words: "Opened with a stated reason, without a known relationship." }],
  explanation: "No appointment, admission, referral or caseload link was found.", breakGlass: true, raisedAt: minutes(120), dueAt: new Date("2026-11-24T17:00:00Z"), state: "new", escalatedAt: null, caseId: null, ownerId: "",
};

const line = (before: number, action: AlertView["lines"][number]["action"], sections: readonly string[], reason: string | null = null): AlertView["lines"][number] => ({ entryId: `entry-${before}`, personId: PERSON, recorded: minutes(before), actorId: ALERT.professionalId, role: ALERT.role, organisation: ALERT.organisation, purpose: "direct-care", action, outcome: "allowed", sections, reason });

/** The page of it, with the rules as the region pack words them. */
export function sampleAlertPage(shell: Shell): Html {
  const loaded = loadRegion("regions/kent-medway");
  if (isRegionFaults(loaded)) throw new Error("the region pack has faults");
  const names: Readonly<Record<string, string>> = { [ALERT.professionalId]: "M. Hart" };
  // Who works where is invented here, so that a change of the pack's people changes no picture.
  const region = { timeZone: loaded.timeZone, professional: (uid: string) => (names[uid] === undefined ? undefined : { name: names[uid] }), role: () => ({ name: "Ward clerk" }), organisation: () => ({ name: actor.organisationName }) };
  return alertPage({
    deps: { region } as unknown as AlertView["deps"],
    who: { shell, actor, monitoring: monitoringOf(loaded)! } as unknown as AlertView["who"],
    alert: ALERT,
    lines: [line(153, "search", []), line(152, "reason-given", [], "I am treating this person in an emergency"), line(151, "open", ["allergies", "medicines", "problems"]), line(150, "document", ["documents"]), line(149, "print", ["documents"])],
    journal: [], norm: { days: 30, persons: 12 }, people: new Map(), isRevealed: false, more: 0,
    others: [{ ...ALERT, alertId: "0199a000-0000-7000-8000-0000000a0002", score: 61, rules: ["volume"], parts: [{ rule: "volume", weight: 0.61, words: "41 records in one hour." }], firstAt: minutes(3000) }],
    query: "", fault: null, next: "0199a000-0000-7000-8000-0000000a0003", now: NOW,
  });
}
