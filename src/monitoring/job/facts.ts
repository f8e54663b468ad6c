/** Gathers what the engine is told about accesses: who works where, what is compared, and the care behind it. Everything is read by id; nothing read here is kept. */
import { hash } from "node:crypto";
import { readAllRelationships, readReasons } from "#access";
import { NOBODY, type AccessLine } from "#audit";
import { trainingInDate, type Region } from "#governance";
import { readComparable, readPersonsByNumber, readProtectedPersons, type Comparable } from "#identity";
import { readInForce, type Objection } from "#objections";
import type { Sql } from "#platform";
import { fold } from "#standards";
import { ACT, FLAG, NEVER, type CareKind } from "../engine/columns.ts";
import type { AccessFacts, CareFacts, Facts, PersonFacts, PostingFacts, StaffFacts } from "../engine/gather.ts";
import type { RegionMonitoring, StaffMember } from "../region-monitoring.ts";
import { shiftsOf } from "./rota.ts";

const DAY = 86_400;
const ACTS: Readonly<Record<string, number>> = { open: ACT.open, section: ACT.section, item: ACT.item, document: ACT.document, inbox: ACT.document, search: ACT.search, found: ACT.found, print: ACT.print, download: ACT.export, export: ACT.export, refused: ACT.refused, "reason-given": ACT["reason-given"], "objection-override": ACT["reason-given"], write: ACT.write, acknowledge: ACT.write };
/** Sections that tell where a person lives or is looked after. */
const LOCATING: ReadonlySet<string> = new Set(["gp-practice", "person-demographics"]);

/** Whether monitoring judges such an entry at all: a professional's look at somebody for care, not what an office or the product itself does. */
export const isJudged = (region: Region, line: AccessLine): boolean => ACTS[line.action] !== undefined && region.professional(line.actorId) !== undefined && line.purpose !== "audit";

export const postingId = (line: Pick<AccessLine, "actorId" | "role" | "organisation">): string => `${line.actorId} ${line.role} ${line.organisation}`;
const seconds = (at: Date): number => Math.max(0, Math.floor(at.getTime() / 1000));
/** Blind and short: it is compared within one run and never written. */
const blind = (text: string): number => (text === "" ? 0 : (Number.parseInt(hash("sha256", text).slice(0, 8), 16) || 1));
const close = (text: string): string => text.replace(/\s/g, "").toUpperCase();
const digits = (text: string): string => text.replace(/\D/g, "").replace(/^44/, "0");

type Home = { surname: number; postcode: number; household: number; phone: number };
function homeOf(member: StaffMember | undefined): Home {
  const home = member?.home ?? null;
  if (home === null) return { surname: 0, postcode: 0, household: 0, phone: 0 };
  return { surname: blind(fold(home.surname)), postcode: blind(close(home.postcode)), household: blind(close(`${home.firstLine} ${home.postcode}`)), phone: blind(digits(home.phone)) };
}

/** @param fresh what is to be judged; `context`: what was looked at before and gives the others their context */
export async function gatherFacts(sql: Sql, region: Region, monitoring: RegionMonitoring, fresh: readonly AccessLine[], context: readonly AccessLine[], now: Date): Promise<Facts> {
  const isFresh = new Set(fresh.map((each) => each.entryId));
  const lines = [...fresh, ...context.filter((each) => !isFresh.has(each.entryId))];
  const personIds = [...new Set(lines.map((each) => each.personId))].filter((each) => each !== NOBODY);
  const earliest = lines.reduce((least, each) => (each.recorded < least ? each.recorded : least), now);
  const numbers = new Map(region.professionals.flatMap((each) => (each.ownNhsNumber === null ? [] : [[each.ownNhsNumber, each.uid] as const])));
  const [people, reasons, hidden, personsByNumber, objections] = await Promise.all([
    readComparable(sql, personIds), readReasons(sql, personIds, earliest), readProtectedPersons(sql, personIds), personsByNumberOf(sql, [...numbers.keys(), ...monitoring.wellKnown], now),
    readInForce(sql, personIds),
  ]);
  const relationships = await readAllRelationships(sql, people.flatMap((each) => each.sourcePatientIds));
  const personOf = new Map(people.flatMap((each) => each.sourcePatientIds.map((id) => [id, each.personId] as const)));
  const ownPerson = new Map([...numbers].flatMap(([number, uid]) => (personsByNumber.has(number) ? [[uid, personsByNumber.get(number)!] as const] : [])));
  const wellKnown = new Set(monitoring.wellKnown.map((each) => personsByNumber.get(each)));

  // Whoever acted, and whoever is looked at and is staff themselves.
  const isLookedAt = new Set(personIds);
  const staffIds = new Set([...lines.map((each) => each.actorId), ...[...ownPerson].filter(([, person]) => isLookedAt.has(person)).map(([uid]) => uid)]);
  const members = region.professionals.filter((each) => staffIds.has(each.uid));
  const span: [Date, Date] = [new Date(earliest.getTime() - 2 * DAY * 1000), now];
  const homes = members.map((each) => homeOf(monitoring.staff.get(each.uid)));
  const staff: StaffFacts[] = members.map((each, index) => {
    const member = monitoring.staff.get(each.uid);
    const trained = each.trainedDaysAgo === null ? 0 : seconds(now) + (region.rules.trainingValidDays + region.rules.trainingGraceDays - each.trainedDaysAgo) * DAY;
    return {
      id: each.uid, ownPerson: ownPerson.get(each.uid) ?? null, ...homes[index]!, leftAt: member?.leftOn == null ? NEVER : seconds(new Date(`${member.leftOn}T23:59:59Z`)), trainedUntil: trainingInDate(each, region.rules.trainingValidDays + region.rules.trainingGraceDays) ? NEVER : trained,
      rota: member?.rota == null ? [] : shiftsOf(member.rota, span, region.timeZone),
    };
  });
  const postings = new Map<string, PostingFacts>();
  const unitOf = (uid: string, organisation: string, role: string): string | null => region.professional(uid)?.profiles.find((profile) => profile.organisation === organisation && profile.role === role)?.unit ?? null;
  for (const each of lines) postings.set(postingId(each), { id: postingId(each), professional: each.actorId, organisation: each.organisation, unit: unitOf(each.actorId, each.organisation, each.role), role: each.role });
  for (const each of members) for (const { organisation, role, unit } of each.profiles) {
    const id = postingId({ actorId: each.uid, role, organisation });
    if (!postings.has(id)) postings.set(id, { id, professional: each.uid, organisation, unit: unit ?? null, role });
  }

  const known = {
    surname: new Set(homes.map((each) => each.surname)), postcode: new Set(homes.map((each) => each.postcode)), household: new Set(homes.map((each) => each.household)), phone: new Set(homes.map((each) => each.phone)),
  };
  const described = new Map(people.map((each) => [each.personId, each]));
  const persons: PersonFacts[] = [...new Set([...personIds, ...ownPerson.values()])].map((id) => personFacts(id, described.get(id), known, wellKnown.has(id), objections.get(id) ?? []));
  const care: CareFacts[] = relationships.flatMap((each) => (personOf.has(each.sourcePatientId) ? [{ person: personOf.get(each.sourcePatientId)!, kind: (each.kind === "form-written" ? "form" : each.kind) as CareKind, organisation: each.organisation, unit: each.service, professional: null, start: seconds(each.start), end: each.end === null ? NEVER : seconds(each.end) }] : []));
  const accesses: AccessFacts[] = lines.map((each) => {
    const reason = reasons.find((one) => one.personId === each.personId && one.professionalId === each.actorId && one.organisation === each.organisation && one.givenAt <= each.recorded && each.recorded < one.until);
    const locates = hidden.has(each.personId) && (each.outcome === "refused" || each.sections.some((section) => LOCATING.has(section)));
    const flags = (reason === undefined ? 0 : reason.kind === "break-glass" ? FLAG.breakGlass : FLAG.reason) | (locates ? FLAG.location : 0) | (isFresh.has(each.entryId) ? 0 : FLAG.context);
    return { id: each.entryId, posting: postingId(each), person: each.personId === NOBODY ? null : each.personId, at: seconds(each.recorded), act: each.outcome === "refused" ? ACT.refused : (ACTS[each.action] ?? ACT.other), flags, device: 0 };
  });
  return {
    accesses, postings: [...postings.values()], staff, persons, care, houseServices: new Set(monitoring.settings.houseServices), childRoles: new Set(monitoring.settings.childRoles),
    oneTeam: new Set(region.organisations.filter((each) => monitoring.settings.oneTeam.includes(each.type)).map((each) => each.odsCode)),
  };
}

/** Whose numbers the register holds changes seldom, and a region employs tens of thousands. */
const KEPT_MS = 600_000;
const kept = new WeakMap<Sql, { until: number; persons: Promise<ReadonlyMap<string, string>> }>();
function personsByNumberOf(sql: Sql, numbers: readonly string[], now: Date): Promise<ReadonlyMap<string, string>> {
  const known = kept.get(sql);
  if (known !== undefined && now.getTime() < known.until && now.getTime() >= known.until - KEPT_MS) return known.persons;
  const persons = readPersonsByNumber(sql, numbers);
  persons.catch(() => kept.delete(sql));
  kept.set(sql, { until: now.getTime() + KEPT_MS, persons });
  return persons;
}

/** Sources disagree: of several values the one that is also some professional's stands, so that an old postcode hides nobody. */
function personFacts(id: string, one: Comparable | undefined, known: Record<"surname" | "postcode" | "household" | "phone", ReadonlySet<number>>, wellKnown: boolean, objections: readonly Objection[]): PersonFacts {
  const pick = (values: readonly string[], whose: ReadonlySet<number>): number => {
    const blinded = values.map(blind).filter((each) => each !== 0);
    return blinded.find((each) => whose.has(each)) ?? blinded[0] ?? 0;
  };
  const died = one?.died ?? null;
  return {
    id, surname: pick((one?.families ?? []).map(fold), known.surname), postcode: pick((one?.postcodes ?? []).map(close), known.postcode), household: pick((one?.addresses ?? []).map(close), known.household), phone: pick((one?.phones ?? []).map(digits), known.phone),
    born: one?.birthDate == null ? 0 : Date.parse(one.birthDate) / 1000, diedAt: died === null ? NEVER : Number.isNaN(Date.parse(died)) ? 0 : seconds(new Date(died)), wellKnown, objectedAt: objectedAt(objections), barred: objections.flatMap(({ scope, recordedAt }) => (scope.kind === "viewer" ? [{ organisation: scope.odsCode, at: seconds(recordedAt) }] : [])), contactPhones: [],
  };
}

/** From when an objection to everything is in force. */
function objectedAt(objections: readonly Objection[]): number {
  return objections.filter((each) => each.scope.kind === "everything").reduce((least, each) => Math.min(least, seconds(each.recordedAt)), NEVER);
}
