/** Turns facts that carry names into the engine's columns: how the job over the database, and a story in a test, come to the same engine as a quarter of eight million. */
import { CARE_KIND, groupBy, type Accesses, type Care, type CareKind, type Context } from "./columns.ts";
import type { Places } from "./explain.ts";
import type { RoleSets } from "./rules.ts";

export type AccessFacts = { readonly id: string; readonly posting: string; readonly person: string | null; readonly at: number; readonly act: number; readonly flags: number; readonly device: number };
export type PostingFacts = { readonly id: string; readonly professional: string; readonly organisation: string; readonly unit: string | null; readonly role: string };
export type StaffFacts = { readonly id: string; readonly ownPerson: string | null; readonly surname: number; readonly postcode: number; readonly household: number; readonly phone: number; readonly leftAt: number; readonly trainedUntil: number; readonly rota: readonly { readonly start: number; readonly end: number; readonly unit: string | null }[] };
export type PersonFacts = { readonly id: string; readonly surname: number; readonly postcode: number; readonly household: number; readonly phone: number; readonly born: number; readonly diedAt: number; readonly wellKnown: boolean; readonly objectedAt: number; readonly barred: readonly { readonly organisation: string; readonly at: number }[]; readonly contactPhones: readonly number[] };
export type CareFacts = { readonly person: string; readonly kind: CareKind; readonly organisation: string; readonly unit: string | null; readonly professional: string | null; readonly start: number; readonly end: number };

export type Facts = {
  readonly accesses: readonly AccessFacts[]; readonly postings: readonly PostingFacts[]; readonly staff: readonly StaffFacts[]; readonly persons: readonly PersonFacts[]; readonly care: readonly CareFacts[];
  readonly oneTeam: ReadonlySet<string>; readonly houseServices: ReadonlySet<string>; readonly childRoles: ReadonlySet<string>;
};

export type Gathered = {
  readonly accesses: Accesses; readonly context: Context; readonly places: Places; readonly roles: RoleSets;
  /** By row: ids of accesses, postings and persons, and the facts of each piece of care. */
  readonly accessIds: readonly string[]; readonly postingIds: readonly string[]; readonly personIds: readonly string[]; readonly careFacts: readonly CareFacts[];
  /** Numbers of roles, by name. */
  readonly roleNumbers: ReadonlyMap<string, number>;
};

/** Gives each name a number, from 1; 0 and `null` are nothing. */
class Numbers {
  readonly byName = new Map<string, number>();
  of(name: string | null): number {
    if (name === null) return 0;
    const known = this.byName.get(name);
    if (known !== undefined) return known;
    this.byName.set(name, this.byName.size + 1);
    return this.byName.size;
  }
}

/** Accesses by postings or to persons that no fact names are a fault of the caller. */
export function gather(facts: Facts): Gathered {
  const [organisations, roles, units] = [new Numbers(), new Numbers(), new Numbers()];
  const unitOf = (organisation: string, unit: string | null): number => (unit === null ? 0 : units.of(`${organisation} ${unit}`));
  const rowOf = <T extends { id: string }>(list: readonly T[]): ReadonlyMap<string, number> => new Map(list.map((each, row) => [each.id, row]));
  const [staffRow, postingRow, personRow] = [rowOf(facts.staff), rowOf(facts.postings), rowOf(facts.persons)];
  const must = (rows: ReadonlyMap<string, number>, id: string): number => rows.get(id) ?? fail(id);

  const accesses = facts.accesses.toSorted((a, b) => a.at - b.at);
  const rota = facts.staff.map((each) => each.rota.toSorted((a, b) => a.start - b.start));
  const rotaFrom = startsOf(rota.map((each) => each.length));
  const employer = new Map(facts.postings.map((each) => [each.professional, each.organisation]));
  const [contactFrom, barredFrom] = [startsOf(facts.persons.map((each) => each.contactPhones.length)), startsOf(facts.persons.map((each) => each.barred.length))];
  const staffOfPerson = new Map(facts.staff.flatMap((each, row) => (each.ownPerson === null ? [] : [[each.ownPerson, row] as const])));

  const known = facts.care.filter((each) => personRow.has(each.person));
  const grouped = groupBy(Int32Array.from(known, (each) => personRow.get(each.person)!), known.length, facts.persons.length);
  const careFacts = Array.from(grouped.rows, (row) => known[row]!);
  const care: Care = {
    from: grouped.from, kind: Uint8Array.from(careFacts, (each) => CARE_KIND[each.kind]), organisation: Uint16Array.from(careFacts, (each) => organisations.of(each.organisation)), unit: Uint16Array.from(careFacts, (each) => unitOf(each.organisation, each.unit)),
    professional: Int32Array.from(careFacts, (each) => (each.professional === null ? -1 : (staffRow.get(each.professional) ?? -1))), start: Uint32Array.from(careFacts, (each) => each.start), end: Uint32Array.from(careFacts, (each) => each.end),
  };
  const column = <T>(list: readonly T[], pick: (each: T) => number): Uint32Array => Uint32Array.from(list, pick);
  const context: Context = {
    care,
    staff: {
      postings: { size: facts.postings.length, professional: Int32Array.from(facts.postings, (each) => must(staffRow, each.professional)), organisation: Uint16Array.from(facts.postings, (each) => organisations.of(each.organisation)), unit: Uint16Array.from(facts.postings, (each) => unitOf(each.organisation, each.unit)), role: Uint16Array.from(facts.postings, (each) => roles.of(each.role)) },
      size: facts.staff.length, ownPerson: Int32Array.from(facts.staff, (each) => (each.ownPerson === null ? -1 : (personRow.get(each.ownPerson) ?? -1))),
      surname: column(facts.staff, (each) => each.surname), postcode: column(facts.staff, (each) => each.postcode), household: column(facts.staff, (each) => each.household), phone: column(facts.staff, (each) => each.phone),
      leftAt: column(facts.staff, (each) => each.leftAt), trainedUntil: column(facts.staff, (each) => each.trainedUntil),
      rotaFrom, rotaStart: column(rota.flat(), (each) => each.start), rotaEnd: column(rota.flat(), (each) => each.end), rotaUnit: Uint16Array.from(rota.flatMap((each, row) => each.map((shift) => unitOf(employer.get(facts.staff[row]!.id) ?? "", shift.unit)))),
    },
    persons: {
      size: facts.persons.length, surname: column(facts.persons, (each) => each.surname), postcode: column(facts.persons, (each) => each.postcode), household: column(facts.persons, (each) => each.household), phone: column(facts.persons, (each) => each.phone),
      born: Float64Array.from(facts.persons, (each) => each.born), diedAt: column(facts.persons, (each) => each.diedAt), staff: Int32Array.from(facts.persons, (each) => staffOfPerson.get(each.id) ?? -1), wellKnown: Uint8Array.from(facts.persons, (each) => (each.wellKnown ? 1 : 0)),
      objectedAt: column(facts.persons, (each) => each.objectedAt), contactFrom, barredFrom, barredOrganisation: Uint16Array.from(facts.persons.flatMap((each) => each.barred), (each) => organisations.of(each.organisation)), barredAt: column(facts.persons.flatMap((each) => each.barred), (each) => each.at), contactPhone: column(facts.persons.flatMap((each) => each.contactPhones), (each) => each),
    },
  };
  return {
    accesses: {
      size: accesses.length, posting: Int32Array.from(accesses, (each) => must(postingRow, each.posting)), person: Int32Array.from(accesses, (each) => (each.person === null ? -1 : must(personRow, each.person))), at: column(accesses, (each) => each.at),
      act: Uint8Array.from(accesses, (each) => each.act), flags: Uint8Array.from(accesses, (each) => each.flags), device: column(accesses, (each) => each.device),
    },
    context, places: { houseUnits: new Set([...units.byName].filter(([name]) => facts.houseServices.has(name.slice(name.indexOf(" ") + 1))).map(([, number]) => number)), oneTeam: new Set([...organisations.byName].filter(([name]) => facts.oneTeam.has(name)).map(([, number]) => number)) },
    roles: { seesChildren: new Set([...roles.byName].filter(([name]) => facts.childRoles.has(name)).map(([, number]) => number)) },
    accessIds: accesses.map((each) => each.id), postingIds: facts.postings.map((each) => each.id), personIds: facts.persons.map((each) => each.id), careFacts, roleNumbers: roles.byName,
  };
}

/** Where each group begins, from how many each holds; the last number is where all end. */
function startsOf(counts: readonly number[]): Int32Array {
  const starts = new Int32Array(counts.length + 1);
  counts.forEach((count, row) => (starts[row + 1] = starts[row]! + count));
  return starts;
}

function fail(id: string): never {
  throw new Error(`nobody told the engine who ${id} is`);
}
