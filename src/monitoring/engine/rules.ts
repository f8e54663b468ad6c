/** Rules that look at one access: who the two are to each other, and what state the professional and the person are in. */
import { ACT, CARE_KIND, FLAG, groupBy, isSeen, NEVER, type Accesses, type Context } from "./columns.ts";
import { NOT_EXPLAINED, shiftAt, type Explained } from "./explain.ts";
import { bitOf } from "./rule-names.ts";
import type { Settings } from "./settings.ts";

const DAY = 86_400;
const YEAR = 31_557_600;
/** The reasons in words are made elsewhere: see `words.ts`. */
const BIT = {
  own: bitOf("own-record"), family: bitOf("family"), household: bitOf("household"), neighbour: bitOf("neighbour"), colleague: bitOf("colleague"), wellKnown: bitOf("well-known"), none: bitOf("no-relationship"),
  glass: bitOf("break-glass"), noContact: bitOf("no-later-contact"), deceased: bitOf("deceased"), child: bitOf("child"), objection: bitOf("after-objection"), location: bitOf("protected-location"), sensitive: bitOf("sensitive"),
  leaver: bitOf("leaver"), untrained: bitOf("untrained"), offShift: bitOf("off-shift"), former: bitOf("former-patient"), device: bitOf("new-device"), dormant: bitOf("dormant"), noTie: bitOf("no-tie"),
} as const;

/** What the rules know of roles. */
export type RoleSets = { readonly seesChildren: ReadonlySet<number> };

/**
 * Bits of the rules that fire on each access by itself. An attempt that was refused
 * can fire what stands between the two, never what depends on having seen.
 * @param now a later contact can be missed only when its time has passed
 */
export function fireOnAccesses(accesses: Accesses, context: Context, explained: Explained, roles: RoleSets, settings: Settings, now: number): Int32Array {
  const { staff, persons, care } = context;
  const { postings } = staff;
  const fired = new Int32Array(accesses.size);
  const { thresholds } = settings;
  const contactWithin = thresholds.contactWithinDays * DAY;
  for (let row = 0; row < accesses.size; row++) {
    const act = accesses.act[row]!;
    const posting = accesses.posting[row]!;
    const professional = postings.professional[posting]!;
    const time = accesses.at[row]!;
    const flags = accesses.flags[row]!;
    let bits = 0;
    if (time > staff.leftAt[professional]!) bits |= BIT.leaver;
    const person = accesses.person[row]!;
    const seen = isSeen(act);
    if (person < 0 || (!seen && act !== ACT.refused && act !== ACT["reason-given"])) {
      fired[row] = act === ACT.other ? 0 : bits;
      continue;
    }
    if ((flags & FLAG.location) !== 0) bits |= BIT.location;
    if (staff.ownPerson[professional] === person) bits |= BIT.own;
    else bits |= betweenThem(context, professional, person, postings.organisation[posting]!);
    if (seen) {
      // Whoever is refused for want of training, or since somebody objected, could not know: that is no misuse.
      const trainedUntil = staff.trainedUntil[professional]!;
      if (trainedUntil !== NEVER && time > trainedUntil + thresholds.untrainedAfterDays * DAY) bits |= BIT.untrained;
      if (time >= persons.objectedAt[person]! || isBarred(persons, person, postings.organisation[posting]!, time)) bits |= BIT.objection;
      const unexplained = explained.by[row] === NOT_EXPLAINED;
      if (unexplained) bits |= BIT.none | (hasTie(care, person, postings.organisation[posting]!, time - thresholds.tieDays * DAY, time + thresholds.tieDays * DAY) ? 0 : BIT.noTie);
      if (persons.wellKnown[person] === 1) bits |= BIT.wellKnown;
      if (time > persons.diedAt[person]! + thresholds.deceasedAfterDays * DAY) bits |= BIT.deceased;
      const born = persons.born[person]!;
      if (born !== 0 && (time - born) / YEAR < thresholds.childUnderYears && !roles.seesChildren.has(postings.role[posting]!)) bits |= BIT.child;
      if ((flags & FLAG.sensitive) !== 0) bits |= BIT.sensitive;
      if ((flags & FLAG.breakGlass) !== 0) {
        bits |= BIT.glass;
        if (now >= time + contactWithin && !hasContact(care, person, postings.organisation[posting]!, time - DAY, time + contactWithin)) bits |= BIT.noContact;
      }
      if (staff.rotaFrom[professional + 1]! > staff.rotaFrom[professional]! && shiftAt(staff, professional, time, thresholds.offShiftMinutes * 60) < 0) bits |= BIT.offShift;
      if (unexplained && wasTheirs(care, person, professional, time - thresholds.formerPatientDays * DAY)) bits |= BIT.former;
    }
    fired[row] = bits;
  }
  fireOnCustom(accesses, context, settings, fired);
  return fired;
}

/** Family before household before neighbour: the nearest word for what the two share. */
function betweenThem({ staff, persons }: Context, professional: number, person: number, organisation: number): number {
  let bits = 0;
  const same = (mine: Uint32Array, theirs: Uint32Array): boolean => mine[professional] !== 0 && mine[professional] === theirs[person];
  const [surname, postcode, address, phone] = [same(staff.surname, persons.surname), same(staff.postcode, persons.postcode), same(staff.household, persons.household), same(staff.phone, persons.phone)];
  let isContact = false;
  if (staff.phone[professional] !== 0) for (let contact = persons.contactFrom[person]!; contact < persons.contactFrom[person + 1]!; contact++) if (persons.contactPhone[contact] === staff.phone[professional]) isContact = true;
  if ((surname && (postcode || address || phone)) || isContact) bits |= BIT.family;
  else if (address || phone) bits |= BIT.household;
  else if (postcode) bits |= BIT.neighbour;
  const other = persons.staff[person]!;
  if (other >= 0 && other !== professional) for (const posting of postingsOf(staff, other)) if (staff.postings.organisation[posting] === organisation) bits |= BIT.colleague;
  return bits;
}

const postingsByProfessional = new WeakMap<Context["staff"], ReturnType<typeof groupBy>>();
function* postingsOf(staff: Context["staff"], professional: number): Generator<number> {
  let grouped = postingsByProfessional.get(staff);
  if (grouped === undefined) postingsByProfessional.set(staff, (grouped = groupBy(staff.postings.professional, staff.postings.size, staff.size)));
  for (let at = grouped.from[professional]!; at < grouped.from[professional + 1]!; at++) yield grouped.rows[at]!;
}

/** Whether the person does not want this organisation to look. */
function isBarred(persons: Context["persons"], person: number, organisation: number, time: number): boolean {
  for (let row = persons.barredFrom[person]!; row < persons.barredFrom[person + 1]!; row++) if (persons.barredOrganisation[row] === organisation && time >= persons.barredAt[row]!) return true;
  return false;
}

const EMERGENCY: ReadonlySet<number> = new Set([CARE_KIND.attendance, CARE_KIND.admission, CARE_KIND.crew]);

/** Whether the employer had to do with the person in a span of time, or anybody in an emergency. A registration that has been there for years is no contact. */
function hasContact(care: Context["care"], person: number, organisation: number, from: number, until: number): boolean {
  for (let piece = care.from[person]!; piece < care.from[person + 1]!; piece++) {
    if (care.organisation[piece] !== organisation && !EMERGENCY.has(care.kind[piece]!)) continue;
    if (care.start[piece]! >= from && care.start[piece]! <= until) return true;
    if (care.kind[piece] !== CARE_KIND.registration && care.start[piece]! < from && care.end[piece]! !== NEVER && care.end[piece]! >= from) return true;
  }
  return false;
}

/** Whether the employer has anything to do with the person around a moment, in whatever part of the house. */
function hasTie(care: Context["care"], person: number, organisation: number, from: number, until: number): boolean {
  for (let piece = care.from[person]!; piece < care.from[person + 1]!; piece++) if (care.organisation[piece] === organisation && care.start[piece]! <= until && (care.end[piece] === NEVER || care.end[piece]! >= from)) return true;
  return false;
}

/** Whether the professional was named in care that ended before a moment. */
function wasTheirs(care: Context["care"], person: number, professional: number, before: number): boolean {
  for (let piece = care.from[person]!; piece < care.from[person + 1]!; piece++) if (care.professional[piece] === professional && care.end[piece]! < before) return true;
  return false;
}

/** What is unlike the professional's own custom: a device never used before, an account that wakes. */
function fireOnCustom(accesses: Accesses, { staff }: Context, settings: Settings, fired: Int32Array): void {
  const learnt = settings.thresholds.learnDeviceDays * DAY;
  const dormant = settings.thresholds.dormantDays * DAY;
  const first = new Uint32Array(staff.size);
  const last = new Uint32Array(staff.size);
  const wokenOn = new Uint32Array(staff.size);
  const devices = new Map<number, Set<number>>();
  // A ward's shared computer is new to whoever covers there, and to nobody else of the house: it is the house that knows it.
  const knownTo = new Map<number, Set<number>>();
  const strange = new Map<number, number>();
  for (let row = 0; row < accesses.size; row++) {
    const posting = accesses.posting[row]!;
    const professional = staff.postings.professional[posting]!;
    const [time, device] = [accesses.at[row]!, accesses.device[row]!];
    if (last[professional]! !== 0 && time - last[professional]! > dormant) wokenOn[professional] = time;
    // The whole first day after the pause.
    if (wokenOn[professional]! !== 0 && time - wokenOn[professional]! < DAY && isSeen(accesses.act[row]!)) fired[row]! |= BIT.dormant;
    if (first[professional] === 0) first[professional] = time;
    last[professional] = time;
    if (device === 0) continue;
    let own = devices.get(professional);
    if (own === undefined) devices.set(professional, (own = new Set()));
    const organisation = staff.postings.organisation[posting]!;
    let house = knownTo.get(organisation);
    if (house === undefined) knownTo.set(organisation, (house = new Set()));
    const isNew = !own.has(device) && !house.has(device) && time - first[professional]! > learnt;
    if (isNew) strange.set(professional * 4_294_967_296 + device, time);
    const since = strange.get(professional * 4_294_967_296 + device);
    if (since !== undefined && time - since < DAY && isSeen(accesses.act[row]!)) fired[row]! |= BIT.device;
    own.add(device);
    house.add(device);
  }
}
