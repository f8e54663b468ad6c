import { daysBefore, isoDay } from "../calendar.ts";
import type { Life } from "../population/life.ts";
import type { Person } from "../population/person.ts";
import type { Random } from "../random.ts";
import type { FhirSource, Region } from "../region.ts";
import { patientOf, postBundle, putBundle, Writer } from "../streams/fhir.ts";
import type { GpOptions } from "../streams/gp-connect/index.ts";
import { Hospital } from "../streams/hospital.ts";
import type { Planned } from "../streams/message.ts";
import { clientRow, personCells, type SocialRow } from "../streams/social-care.ts";
import { localNumber, trueView, type View } from "../views/view.ts";
import type { Story, Telling, Voice } from "./story.ts";

export type Told = { planned: Planned[]; social: SocialRow[]; views: View[]; gp?: (view: View) => GpOptions };

/** Lets a story speak: fills the life, and gathers what organisations say beyond the ordinary. */
export function tellStory(story: Story, person: Person, life: Life, region: Region, now: Date, random: Random): Told {
  const told: Told = { planned: [], social: [], views: [] };
  const born = new Date(`${person.birthDate}T01:00:00Z`);
  const ago = (days: number): Date => new Date(Math.max(born.getTime(), daysBefore(now, days).getTime()));
  const ahead = (days: number): Date => daysBefore(now, -days);
  story.live?.(life, { ago, ahead, now });

  const practice = region.practices.find((one) => one.ods === person.practice);
  const acute = region.acute.find((one) => one.feed === person.town.acute)!;
  const council = region.councils.find((one) => one.id === person.town.council)!;
  const hospitals: Hospital[] = [];
  const counts = new Map<string, number>();
  const next = (name: string): number => {
    const count = (counts.get(name) ?? 0) + 1;
    counts.set(name, count);
    return count;
  };
  const see = (feed: string, change: Partial<View> = {}): View => {
    const view = { ...trueView(person, feed), ...change };
    if (!told.views.some((one) => one.feed === feed && one.localId === view.localId)) told.views.push(view);
    return view;
  };
  const telling: Telling = {
    person,
    life,
    now,
    ago,
    ahead,
    hospital(change = {}, as) {
      const localId =
        as === undefined ? localNumber(acute.feed, person.key) : localNumber(acute.feed, `${person.key}/${as}`);
      const view = see(acute.feed, { ...change, localId });
      const hospital = new Hospital({ region, acute, person, view }, [], `x${next(acute.feed)}`);
      hospitals.push(hospital);
      return hospital;
    },
    fhir(voice, at, write, options = {}) {
      const source = sourceOf(voice, person, region);
      const view = see(source.feed, options.change);
      const count = next(source.feed);
      told.planned.push({
        feedId: source.feed,
        kind: "fhir-r4",
        at,
        write: () => {
          const writer = new Writer(view, `s${count}.`);
          write(writer);
          const patient = patientOf(view, person, practice, options.labels);
          options.adjust?.(patient);
          const resources = [patient, ...writer.resources];
          const stream = random.fork(`${source.feed} ${count}`);
          return options.post === true ? postBundle(resources, at, () => stream.uuid()) : putBundle(resources, at);
        },
      });
    },
    council(part, kind, at, cells) {
      const feed = council[part];
      const view = see(feed);
      const count = next(feed);
      if (count === 1) told.social.push(clientRow(view, person, feed, at));
      const british = Object.fromEntries(
        Object.entries(cells).map(([name, value]) => [
          name,
          /^\d{4}-\d\d-\d\d$/.test(value) ? value.split("-").reverse().join("/") : value,
        ]),
      );
      told.social.push({
        at,
        feedId: feed,
        cells: {
          record_type: kind,
          record_id: `${view.localId}-s${count}`,
          ...personCells(view),
          recorded_at: `${isoDay(at).split("-").reverse().join("/")} 10:00`,
          ...british,
        },
      });
    },
  };
  story.tell?.(telling);
  told.planned.push(...hospitals.flatMap((one) => one.planned));
  const { gp } = story;
  return gp === undefined ? told : { ...told, gp: (view) => gp(telling, view) };
}

function sourceOf(voice: Voice, person: Person, region: Region): FhirSource {
  const feed = voice === "community" ? person.town.community : voice === "hospice" ? person.town.hospice : undefined;
  return region.fhir.find((one) => (feed === undefined ? one.kind === voice : one.feed === feed))!;
}
