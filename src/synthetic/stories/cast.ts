import { daysBefore, isoDay } from "../calendar.ts";
import { storyNhsNumber } from "../nhs-numbers.ts";
import { addressIn } from "../population/households.ts";
import type { Person } from "../population/person.ts";
import { Random } from "../random.ts";
import type { Region } from "../region.ts";
import { ALL_STORIES } from "./index.ts";
import type { Story } from "./story.ts";

export type Cast = { readonly story: Story; readonly person: Person };

/** The story people in a region: names, birthdays and numbers are the story's, towns and streets the region's. */
export function castOf(region: Region, now: Date): Cast[] {
  const people = new Map<string, Person>();
  return ALL_STORIES.filter((story) => new Date(`${story.birthDate}T00:00:00Z`) < now).map((story) => {
    const random = new Random(`story ${story.key}`);
    const town =
      region.towns.find((one) => one.name === region.storyTowns[story.key]) ??
      region.towns.find((one) => one.name === region.storyTown)!;
    const roof = story.livesWith === undefined ? undefined : people.get(story.livesWith);
    const person: Person = {
      key: story.key,
      nhsNumber: story.number === null ? null : storyNhsNumber(story.number),
      title: story.title,
      given: story.given,
      family: story.family,
      sex: story.sex,
      birthDate: story.birthDate,
      deceased: story.deceasedDaysAgo === undefined ? null : isoDay(daysBefore(now, story.deceasedDaysAgo)),
      ethnicity: story.ethnicity ?? "A",
      religion: "Not stated",
      language: story.language ?? "en",
      address: roof?.address ?? addressIn(town, region, random),
      formerAddress: addressIn(town, region, random),
      phone: `07700 900${String(random.whole(0, 999)).padStart(3, "0")}`,
      town: roof?.town ?? town,
      practice: story.noPractice === true ? null : (roof?.town ?? town).practice,
      household: roof?.household ?? `h-${story.key}`,
      nextOfKin: story.nextOfKin ?? null,
      protectedAddress: story.protectedAddress ?? false,
    };
    people.set(story.key, person);
    return { story, person };
  });
}
