import { ageAt, daysBefore, DAY } from "./calendar.ts";
import { nhsNumbers } from "./nhs-numbers.ts";
import { household } from "./population/households.ts";
import type { Life } from "./population/life.ts";
import { emptyLife, live } from "./population/live.ts";
import type { Person } from "./population/person.ts";
import { Random } from "./random.ts";
import { loadRegion, type FhirSource, type Region } from "./region.ts";
import { castOf } from "./stories/cast.ts";
import type { Story } from "./stories/story.ts";
import { tellStory } from "./stories/tell.ts";
import { structuredRecord, type GpOptions } from "./streams/gp-connect/index.ts";
import { hospitalMessages } from "./streams/hospital.ts";
import { inTimeOrder, type Planned, type RegionMessage } from "./streams/message.ts";
import { careMessages } from "./streams/other-care.ts";
import { clientRow, councilCsv, packageRows, type SocialRow } from "./streams/social-care.ts";
import type { SourceTruth } from "./truth.ts";
import { factsSeenBy } from "./views/facts.ts";
import { trueView, viewOf, type View } from "./views/view.ts";

export type RegionOptions = {
  /** People in all, stories included. */
  readonly people: number;
  readonly seed: string | number;
  /** The instant up to which the region has lived. */
  readonly now: Date;
  /** Region pack; the only one under `regions/` where none is given. */
  readonly region?: Region;
};

/** A region, planned: what will be sent, and the truth that no receiver is told. */
export type PlannedRegion = {
  /** In time order; `write` makes the bytes. */
  readonly planned: readonly Planned[];
  readonly people: readonly Person[];
  readonly sources: readonly SourceTruth[];
};

/** Councils send a file every two weeks, at night. */
const COUNCIL_DAYS = 14;

/** Plans a whole region: people, their lives, each organisation's view, and every message in time order. Pure. */
export function planRegion(options: RegionOptions): PlannedRegion {
  const region = options.region ?? loadRegion();
  const random = new Random(`region ${options.seed}`);
  const { now } = options;
  const planned: Planned[] = [];
  const people: Person[] = [];
  const sources: SourceTruth[] = [];
  const social: SocialRow[] = [];
  const known = new Set<string>();
  const know = (person: Person, view: View): void => {
    const { feed, localId, nhsNumber: nhsNumberSent, status, flaws } = view;
    if (known.has(`${feed} ${localId}`)) return;
    known.add(`${feed} ${localId}`);
    sources.push({ person: person.key, feed, localId, nhsNumberSent, status, flaws });
  };

  for (const { story, person } of castOf(region, now)) {
    if (people.length >= options.people) break;
    people.push(person);
    const life = emptyLife();
    const told = tellStory(story, person, life, region, now, random.fork(story.key));
    planned.push(...told.planned);
    social.push(...told.social);
    for (const view of told.views) know(person, view);
    planned.push(
      ...ordinary(person, life, region, random.fork(`${story.key} ordinary`), now, social, know, story, told.gp),
    );
  }

  const numbers = nhsNumbers();
  while (people.length < options.people) {
    const stream = random.fork(`household ${people.length}`);
    for (const person of household(stream, region, numbers, people.length, now)) {
      if (people.length >= options.people) break;
      people.push(person);
      const own = stream.fork(person.key);
      planned.push(
        ...ordinary(person, live(person, own.fork("life"), now), region, own.fork("views"), now, social, know),
      );
    }
  }
  planned.push(...councilFiles(social, region, now));
  return { planned: inTimeOrder(planned.filter((one) => one.at <= now)), people, sources };
}

/** The people alone, without lives and messages: the same as in `planRegion`. */
export function* regionPeople(options: RegionOptions): Generator<Person, void, undefined> {
  const region = options.region ?? loadRegion();
  const random = new Random(`region ${options.seed}`);
  let made = 0;
  for (const { person } of castOf(region, options.now)) if (made++ < options.people) yield person;
  made = Math.min(made, options.people);
  const numbers = nhsNumbers();
  while (made < options.people) {
    for (const person of household(random.fork(`household ${made}`), region, numbers, made, options.now)) {
      if (made >= options.people) break;
      made++;
      yield person;
    }
  }
}

/** The region's messages in time order, written one by one as they are asked for. */
export function* regionMessages(options: RegionOptions): Generator<RegionMessage, void, undefined> {
  for (const one of planRegion(options).planned)
    yield { feedId: one.feedId, kind: one.kind, body: one.write(), at: one.at };
}

/** What everybody's organisations send: hospital, practice, other care and council, each from its own view. */
function ordinary(
  person: Person,
  life: Life,
  region: Region,
  random: Random,
  now: Date,
  social: SocialRow[],
  know: (person: Person, view: View) => void,
  story?: Story,
  gp?: (view: View) => GpOptions,
): Planned[] {
  const out: Planned[] = [];
  // Stories say on purpose what is wrong; chance adds nothing to them.
  const see = (feed: string, traced = false): View =>
    story === undefined ? viewOf(person, feed, random.fork(feed), traced) : trueView(person, feed);
  // The practice's record is the fullest; others hold what they were told.
  const holds = (feed: string): { life: Life; flaws: string[] } =>
    story === undefined ? factsSeenBy(life, random.fork(`${feed} facts`)) : { life, flaws: [] };
  const add = (view: View, messages: readonly Planned[]): void => {
    if (messages.length === 0) return;
    if (story === undefined || !out.some((one) => one.feedId === view.feed)) know(person, view);
    out.push(...messages);
  };
  const acute = region.acute.find((one) => one.feed === person.town.acute)!;
  const atHospital = see(acute.feed);
  const held = holds(acute.feed);
  const view = { ...atHospital, flaws: [...atHospital.flaws, ...held.flaws] };
  add(view, hospitalMessages({ region, acute, person, view }, held.life, now));

  const practice = region.practices.find((one) => one.ods === person.practice);
  if (practice !== undefined) {
    const view = see(practice.feed, true);
    const at = daysBefore(now, story === undefined ? random.whole(0, 60) + random.next() : 1.5);
    const extracted =
      person.deceased === null
        ? at
        : new Date(Math.min(at.getTime(), new Date(`${person.deceased}T20:00:00Z`).getTime()));
    add(view, [
      {
        feedId: practice.feed,
        kind: "gp-connect-stu3",
        at: extracted,
        write: () => structuredRecord(person, life, view, practice, extracted, gp?.(view)),
      },
    ]);
  }

  const age = ageAt(person.birthDate, now);
  const care = (source: FhirSource | undefined, facts: Life["community"]): void => {
    if (source === undefined || facts.length === 0) return;
    const seen = see(source.feed);
    const held = holds(source.feed);
    const view = { ...seen, flaws: [...seen.flaws, ...held.flaws] };
    const sorted = facts.toSorted((left, right) => left.at.getTime() - right.at.getTime());
    add(view, careMessages(source, region, person, held.life, view, sorted, random.fork(source.feed)));
  };
  const kind = (wanted: FhirSource["kind"]): FhirSource | undefined => region.fhir.find((one) => one.kind === wanted);
  care(
    region.fhir.find((one) => one.feed === person.town.community),
    life.community,
  );
  care(kind(age < 18 ? "children" : "mental-health"), life.mentalHealth);
  care(kind("ambulance"), life.ambulance);
  care(kind("out-of-hours"), life.outOfHours);

  if (life.packages.length > 0) {
    const council = region.councils.find((one) => one.id === person.town.council)!;
    const feed = age < 18 ? council.children : council.adult;
    const view = see(feed);
    know(person, view);
    const first = new Date(Math.min(...life.packages.map((one) => one.from.getTime())) - 11 * DAY);
    social.push(
      clientRow(view, person, feed, first),
      ...life.packages.flatMap((fact, index) => packageRows(view, person, fact, feed, age < 18, index)),
    );
  }
  return out;
}

/** Gathers the councils' rows into one file a feed and fortnight. */
function councilFiles(rows: readonly SocialRow[], region: Region, now: Date): Planned[] {
  const files = new Map<string, SocialRow[]>();
  for (const row of rows) {
    const fortnight = Math.ceil((now.getTime() - Math.min(row.at.getTime(), now.getTime())) / (COUNCIL_DAYS * DAY));
    const key = `${row.feedId} ${Math.max(0, fortnight - 1)}`;
    files.set(key, [...(files.get(key) ?? []), row]);
  }
  const feeds = new Set(region.councils.flatMap((one) => [one.adult, one.children]));
  return [...files]
    .filter(([key]) => feeds.has(key.split(" ")[0]!))
    .map(([key, inFile]) => {
      const [feedId, back] = key.split(" ") as [string, string];
      const sorted = inFile.toSorted((left, right) => left.at.getTime() - right.at.getTime());
      return { feedId, kind: "csv", at: daysBefore(now, Number(back) * COUNCIL_DAYS), write: () => councilCsv(sorted) };
    });
}
