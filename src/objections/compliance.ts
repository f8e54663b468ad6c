/**
 * Did everybody keep to what people decided (OPT-13)? Every objection that is or was in force is held
 * against the audit trail: what was shown after it took effect, and should not have been. Pure.
 */
import type { ShownEntry } from "#audit";
import { referenceOf, type ObjectionCase } from "./case.ts";
import { isInForce, type ObjectionState } from "./objection.ts";
import type { ObjectionScope } from "./scope.ts";

/** A time in which a case restricted the same, from its effect until its end. */
export type InForce = { readonly personId: string; readonly objectionId: string; readonly reference: string; readonly state: ObjectionState; readonly parts: readonly ObjectionScope[]; readonly from: Date; readonly until: Date | null };

/** The times in which a case was in force; what a link carried here holds from then. */
export function timesInForce(objection: ObjectionCase): InForce[] {
  const times: InForce[] = [];
  let last: string | null = null;
  for (const [index, step] of objection.steps.entries()) {
    // Rows that a link carried came all at once: only the last of them ever held here.
    if (step.carriedAt !== null && objection.steps[index + 1]?.carriedAt?.getTime() === step.carriedAt.getTime()) continue;
    const key = isInForce(step) ? `${step.state} ${JSON.stringify(step.parts)}` : null;
    const from = step.carriedAt ?? step.at;
    if (key === last) continue;
    if (last !== null) times.push({ ...times.pop()!, until: from });
    if (key !== null) times.push({ personId: objection.personId, objectionId: objection.objectionId, reference: referenceOf(objection), state: step.state, parts: step.parts, from, until: null });
    last = key;
  }
  return times;
}

/** The policy by which a record is opened to protect life, where a region offers that: told, not a breach. */
export const VITAL_INTERESTS_POLICY = "care-vital-interests";

/**
 * What of the trail the objection forbade. `organisationOf` gives the organisation of a source patient. Audit
 * entries name source patients and sections; of one entry, and of a category while authors
 * still see their own, the trail cannot tell, and the check of the present state does.
 */
export function breachesOf(time: InForce, entries: readonly ShownEntry[], organisationOf: ReadonlyMap<string, string>): { entry: ShownEntry; part: ObjectionScope }[] {
  return entries
    .filter((entry) => entry.purpose === "direct-care" && entry.policy !== VITAL_INTERESTS_POLICY && entry.recorded > time.from && (time.until === null || entry.recorded < time.until))
    .flatMap((entry) => {
      const part = time.parts.find((each) => isForbidden(each, time.state, entry, organisationOf));
      return part === undefined ? [] : [{ entry, part }];
    });
}

function isForbidden(part: ObjectionScope, state: ObjectionState, entry: ShownEntry, organisationOf: ReadonlyMap<string, string>): boolean {
  const isOwnOnly = entry.sourcePatients.every((each) => organisationOf.get(each) === entry.organisation);
  const isAuthors = state === "interim" && isOwnOnly;
  switch (part.kind) {
    case "everything":
      return entry.sourcePatients.length > 0 && !isAuthors;
    case "viewer":
      return entry.organisation === part.odsCode && entry.sourcePatients.length > 0 && !isAuthors;
    case "organisation":
      return entry.sourcePatients.some((each) => organisationOf.get(each) === part.odsCode) && !(state === "interim" && entry.organisation === part.odsCode);
    case "section":
      return state === "upheld" && entry.sections.includes(part.section);
    case "item":
      return false;
  }
}

export type Breach = {
  readonly personId: string;
  readonly objectionId: string;
  readonly reference: string;
  /** `trail`: it was shown. `present`: it would be shown now. */
  readonly found: "trail" | "present";
  readonly at: string;
  readonly who: string;
  readonly what: string;
};

export type ComplianceReport = {
  readonly ranAt: string;
  readonly cases: number;
  readonly inForce: number;
  readonly entriesChecked: number;
  readonly decisionsChecked: number;
  /** Persons whose trail was too long to be read whole: never silently. */
  readonly notWhole: readonly string[];
  readonly breaches: readonly Breach[];
  readonly overrides: number;
  /** From an effect until the last thing that was shown against it, in seconds; 0 where nothing was. */
  readonly longestSecondsToEffect: number;
  readonly overdue: readonly { readonly personId: string; readonly objectionId: string; readonly reference: string; readonly due: string }[];
  readonly formsWaiting: number;
  readonly carriedWaiting: number;
};

/** The one line that the report is read for. */
export const complianceLine = (report: ComplianceReport): string =>
  report.breaches.length === 0 && report.notWhole.length === 0
    ? `No breach: ${report.inForce} objections in force, ${report.entriesChecked} audit entries and ${report.decisionsChecked} decisions checked.`
    : `${report.breaches.length} ${report.breaches.length === 1 ? "breach" : "breaches"} found${report.notWhole.length > 0 ? `; ${report.notWhole.length} trails could not be read whole` : ""}: ${report.inForce} objections in force, ${report.entriesChecked} audit entries and ${report.decisionsChecked} decisions checked.`;

