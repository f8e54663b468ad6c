/**
 * The synthetic region, linked record by record as they come, by the product's own
 * ladder (`decideLink`) and candidate keys; a map in memory stands where the database would.
 */
import { decideLink, linkingBirthDate, NO_DEMOGRAPHICS, numberOf, type Matcher, type MatchRecord, type SourcePatient } from "#identity";
import type { LinkageRecord } from "#synthetic";
import { matchRecordOf } from "../../src/identity/match-record.ts";

/** What became of the records of one group. */
export type Tally = { records: number; links: number; wrong: number; /** Records whose human was here already. */ awaited: number; missed: number; reviews: number };
export type RegionJudged = { all: Tally; groups: ReadonlyMap<string, Tally>; byDifficulty: ReadonlyMap<string, Tally>; seconds: number; passedOver: number; examples: { kind: "wrong" | "missed"; mine: MatchRecord; theirs: MatchRecord; why: string }[] };

const EPOCH = new Date(0);
const EXAMPLES = 40;

/**
 * A wrong link joins a person of which no record is of the same human; a missed one
 * begins a new person although the human is here, and asks nobody; a review asks.
 */
export function judgeRegion(matcher: Matcher, records: readonly LinkageRecord[]): RegionJudged {
  const began = performance.now();
  const persons = new Map<string, SourcePatient[]>();
  const byKey = new Map<bigint, SourcePatient[]>();
  const byNumber = new Map<string, SourcePatient[]>();
  const humansHere = new Map<string, string[]>();
  const humanOf = new Map<string, string>();
  const all = noTally();
  const groups = new Map<string, Tally>();
  const byDifficulty = new Map<string, Tally>();
  const examples: RegionJudged["examples"] = [];
  let passedOver = 0;
  for (const { at, each } of inNoOrder(records)) {
    const me = sourcePatientOf(each, `r${at}`);
    const prepared = matcher.prepare(matchRecordOf(me));
    const keys = matcher.keys(prepared);
    const found = new Set<string>();
    for (const key of keys) {
      const sharers = byKey.get(key) ?? [];
      if (sharers.length > matcher.spec.keys.cap) passedOver++;
      else for (const other of sharers) found.add(other.personId);
    }
    for (const other of me.nhsNumber === null ? [] : (byNumber.get(me.nhsNumber) ?? [])) found.add(other.personId);
    const others = [...found].flatMap((personId) => persons.get(personId)!);
    const decision = decideLink({ me, others, matcher });
    const mine = { ...me, personId: decision.personId ?? me.sourcePatientId };
    humanOf.set(me.sourcePatientId, each.personKey);

    const human = each.personKey;
    const awaited = humansHere.has(human);
    const joined = decision.personId === null ? [] : persons.get(decision.personId)!;
    const isWrong = joined.length > 0 && !joined.some((other) => humanOf.get(other.sourcePatientId) === human);
    const isReview = decision.review.length > 0;
    const isMissed = awaited && joined.length === 0 && !isReview;
    const tallies = [all, ...Object.entries(each.groups).map(([group, value]) => tallyOf(groups, `${group} ${value}`)), ...(each.difficulties.length === 0 ? ["none"] : each.difficulties).map((difficulty) => tallyOf(byDifficulty, difficulty))];
    for (const tally of tallies) {
      tally.records++;
      if (joined.length > 0) tally.links++;
      if (awaited) tally.awaited++;
      if (isWrong) tally.wrong++;
      if (isMissed) tally.missed++;
      if (isReview) tally.reviews++;
    }
    if ((isWrong || isMissed) && examples.length < EXAMPLES) {
      const other = isWrong ? joined[0]! : persons.get(humansHere.get(human)![0]!)![0]!;
      examples.push({ kind: isWrong ? "wrong" : "missed", mine: matchRecordOf(me), theirs: matchRecordOf(other), why: decision.reason });
    }

    if (joined.length > 0) joined.push(mine);
    else persons.set(mine.personId, [mine]);
    if (!awaited) humansHere.set(human, [mine.personId]);
    for (const key of keys) put(byKey, key, mine);
    if (mine.nhsNumber !== null) put(byNumber, mine.nhsNumber, mine);
  }
  return { all, groups, byDifficulty, seconds: (performance.now() - began) / 1000, passedOver, examples };
}

const noTally = (): Tally => ({ records: 0, links: 0, wrong: 0, awaited: 0, missed: 0, reviews: 0 });

function tallyOf(tallies: Map<string, Tally>, name: string): Tally {
  let tally = tallies.get(name);
  if (tally === undefined) tallies.set(name, (tally = noTally()));
  return tally;
}

function put<K>(map: Map<K, SourcePatient[]>, key: K, value: SourcePatient): void {
  const known = map.get(key);
  if (known === undefined) map.set(key, [value]);
  else known.push(value);
}

/** An order that has nothing to do with people, and is the same on every run. */
function* inNoOrder(records: readonly LinkageRecord[]): Generator<{ at: number; each: LinkageRecord }> {
  const mixed = Float64Array.from(records, (_, at) => {
    let hash = Math.imul(at + 1, 0x9e3779b1);
    hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
    return ((hash ^ (hash >>> 13)) >>> 0) * 2 ** 21 + at;
  }).sort();
  for (const each of mixed) yield { at: each % 2 ** 21, each: records[each % 2 ** 21]! };
}

function sourcePatientOf({ record, organisation }: LinkageRecord, id: string): SourcePatient {
  const first = (values: readonly string[]): string | null => values[0] ?? null;
  const demographics = {
    ...NO_DEMOGRAPHICS, nhsNumberText: first(record.nhsNumber), nhsNumberStatus: first(record.nhsNumberStatus), family: first(record.family), given: first(record.given), birthDate: first(record.dateOfBirth), sex: first(record.sex),
    address: record.address.slice(0, 1), postcode: first(record.postcode), phone: first(record.phone), email: first(record.email), gpPractice: first(record.gpPractice),
    otherNames: record.family.slice(1).map((family) => `${family}^${record.given[0] ?? ""}`), otherPostcodes: record.postcode.slice(1),
  };
  const { nhsNumber, status } = numberOf(demographics);
  return {
    ...demographics, nhsNumber, status, dateOfBirth: linkingBirthDate(demographics.birthDate), sourcePatientId: id, personId: id, organisation, localId: id, feed: "bench", tracedNumber: null, traceOutcome: null, sealed: false, active: true, replacedBy: null,
    demographicsAt: EPOCH, firstSeen: EPOCH, lastSeen: EPOCH,
  };
}
