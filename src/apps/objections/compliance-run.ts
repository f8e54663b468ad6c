/**
 * The compliance report (OPT-13): every objection against the audit trail, and against what would
 * be decided now for every organisation and every role that could ask. Runs at night and when asked.
 */
import { listShownSince } from "#audit";
import type { Access, AccessFacts } from "#access";
import type { AccessDecision } from "#decision";
import type { Region } from "#governance";
import { readPerson, readSourcePatients, type SourcePatient } from "#identity";
import {
  breachesOf, dueOf, isCarried, isEnded, isOverdue, readCases, readObjections, readOpenRequests, readOverrides, reviewOf, decisionOf, referenceOf, timesInForce,
  type Breach, type ComplianceReport, type InForce, type ObjectionCase,
} from "#objections";
import { isRefusal, type Pool } from "#platform";

export type ComplianceRoom = { readonly region: Region; readonly pages: Pool; readonly access: Pick<Access, "decideDelivery"> };

const SECOND = 1000;
const OVERRIDES_SINCE_MS = 86_400_000 * 31;

/** Makes the report; changes nothing. */
export async function checkCompliance({ region, pages, access }: ComplianceRoom, now: Date): Promise<ComplianceReport> {
  const cases = await readCases(pages);
  const breaches: Breach[] = [];
  const notWhole = new Set<string>();
  let [entriesChecked, decisionsChecked, longest, inForce] = [0, 0, 0, 0];
  for (const [personId, mine] of Map.groupBy(cases, (each) => each.personId)) {
    const times = mine.flatMap(timesInForce);
    if (times.length === 0) continue;
    const since = new Date(Math.min(...times.map((each) => each.from.getTime())));
    const [{ entries, isCut }, person] = await Promise.all([listShownSince(pages, personId, since), readPerson(pages, personId)]);
    if (isCut) notWhole.add(personId);
    entriesChecked += entries.length;
    const homes = new Map((await readSourcePatients(pages, [...new Set([...entries.flatMap((each) => each.sourcePatients), ...(person?.sourcePatients ?? []).map((each) => each.sourcePatientId)])])).map((each) => [each.sourcePatientId, each.organisation]));
    for (const time of times) {
      if (time.until === null) inForce += 1;
      for (const { entry, part } of breachesOf(time, entries, homes)) {
        longest = Math.max(longest, Math.ceil((entry.recorded.getTime() - time.from.getTime()) / SECOND));
        breaches.push({ ...named(time), found: "trail", at: entry.recorded.toISOString(), who: `${entry.actorName}, ${entry.organisationName}`, what: `${entry.action} by ${entry.route}, against the objection to ${part.kind}` });
      }
    }
    const current = times.filter((each) => each.until === null);
    if (person === null || current.length === 0) continue;
    const facts = await factsOf(pages, region, person, now);
    for (const reader of readersOf(region)) {
      const decision = access.decideDelivery(reader, { ...facts, relationships: [relationshipOf(reader.organisation, person.sourcePatients, now)] });
      decisionsChecked += 1;
      if (isRefusal(decision)) continue;
      for (const time of current) {
        const against = time.parts.find((part) => isShownAgainst(part, time, decision, reader.organisation, person.sourcePatients));
        if (against !== undefined) breaches.push({ ...named(time), found: "present", at: now.toISOString(), who: `${region.role(reader.role)?.name ?? reader.role}, ${region.organisation(reader.organisation)?.name ?? reader.organisation}`, what: `would be shown now, against the objection to ${against.kind}` });
      }
    }
  }
  const late = cases.filter((each) => isOverdue(region, each, now));
  const [forms, overrides] = await Promise.all([readOpenRequests(pages), readOverrides(pages, new Date(now.getTime() - OVERRIDES_SINCE_MS))]);
  return {
    ranAt: now.toISOString(), cases: cases.length, inForce, entriesChecked, decisionsChecked, notWhole: [...notWhole], breaches, overrides: overrides.length, longestSecondsToEffect: longest,
    overdue: late.map((each) => ({ personId: each.personId, objectionId: each.objectionId, reference: referenceOf(each), due: dueDay(region, each) })),
    formsWaiting: forms.length, carriedWaiting: cases.filter((each) => isCarried(each) && !isEnded(each)).length,
  };
}

const named = ({ personId, objectionId, reference }: InForce): Pick<Breach, "personId" | "objectionId" | "reference"> => ({ personId, objectionId, reference });
const dueDay = (region: Region, objection: ObjectionCase): string => (decisionOf(objection) === null ? dueOf(region, objection) : (reviewOf(objection) ?? ""));

/** Every organisation that may view, in the widest role of care; and every role of care at one of them. */
function readersOf(region: Region): { organisation: string; role: string }[] {
  const viewers = region.organisations.filter((each) => each.mayView);
  const roles = region.roles.filter((each) => each.purposes.includes("direct-care")).toSorted((a, b) => region.sectionRights(b.id).sees.size - region.sectionRights(a.id).sees.size);
  const [widest] = roles;
  if (widest === undefined) return [];
  return [...viewers.map((each) => ({ organisation: each.odsCode, role: widest.id })), ...roles.slice(1).flatMap((role) => viewers.slice(0, 1).map((each) => ({ organisation: each.odsCode, role: role.id })))];
}

/** As near to the person as anybody can be: whoever is refused then is refused by the objection. */
const relationshipOf = (organisation: string, sourcePatients: readonly SourcePatient[], now: Date): AccessFacts["relationships"][number] => ({ sourcePatientId: sourcePatients[0]!.sourcePatientId, organisation, kind: "registration", start: now, end: null, service: null, words: "asked for the compliance report" });

async function factsOf(pages: Pool, region: Region, person: { personId: string; sourcePatients: readonly SourcePatient[]; linksRevision: string }, now: Date): Promise<AccessFacts> {
  return {
    personId: person.personId, sourcePatients: person.sourcePatients.map((each) => ({ sourcePatientId: each.sourcePatientId, organisation: each.organisation })), personDateOfBirth: person.sourcePatients.find((each) => each.dateOfBirth !== null)?.dateOfBirth ?? null, personNhsNumber: null,
    relationships: [], reason: null, objections: await readObjections(pages, person.personId), whereabouts: null, linksRevision: person.linksRevision, now,
  };
}

/** Whether a decision shows what a part forbids, asked anew and not as the decision was made. */
function isShownAgainst(part: InForce["parts"][number], time: InForce, decision: AccessDecision, reader: string, sourcePatients: readonly SourcePatient[]): boolean {
  const shown = sourcePatients.filter((each) => decision.sourcePatientIds.includes(each.sourcePatientId));
  const beyond = time.state === "interim" ? shown.filter((each) => each.organisation !== reader) : shown;
  switch (part.kind) {
    case "everything":
      return beyond.length > 0;
    case "viewer":
      return part.odsCode === reader && beyond.length > 0;
    case "organisation":
      return beyond.some((each) => each.organisation === part.odsCode);
    case "section":
      return decision.sections.has(part.section) && beyond.some((each) => !(decision.withheld?.sections ?? []).some((kept) => kept.section === part.section && kept.sourcePatientId === each.sourcePatientId));
    case "item":
      return beyond.some((each) => part.itemId.startsWith(each.sourcePatientId.replaceAll("-", ""))) && !(decision.withheld?.items ?? []).some((kept) => part.itemId.endsWith(kept.replaceAll("-", "")));
  }
}

