import { storyNhsNumber } from "../nhs-numbers.ts";
import { allergyStories } from "./allergies.ts";
import { careStories } from "./care.ts";
import { endOfLifeStories } from "./end-of-life.ts";
import { hospitalStories } from "./hospital.ts";
import { identityStories } from "./identity.ts";
import { needsStories } from "./needs.ts";
import { mentalHealthActStories } from "./mental-health-act.ts";
import { safeguardingStories } from "./safeguarding.ts";
import { sensitiveStories } from "./sensitive.ts";
import type { Story } from "./story.ts";
import { volumeStories } from "./volume.ts";

export type { Story, Telling, Voice } from "./story.ts";

/** Every story of the region, the ones worth opening first at the top. */
export const ALL_STORIES: readonly Story[] = [
  ...volumeStories,
  ...allergyStories,
  ...endOfLifeStories,
  ...safeguardingStories,
  ...mentalHealthActStories,
  ...sensitiveStories,
  ...identityStories,
  ...hospitalStories,
  ...needsStories,
  ...careStories,
];

/** What the start-up says of each story person: whom to open, why, and as whom. The same in every region and for every seed. */
export const STORIES: readonly {
  key: string;
  nhsNumber: string | null;
  name: string;
  dateOfBirth: string;
  why: string;
  bestRole: string;
}[] = ALL_STORIES.map((story) => ({
  key: story.key,
  nhsNumber: story.number === null ? null : storyNhsNumber(story.number),
  name: `${story.given.join(" ")} ${story.family}`,
  dateOfBirth: story.birthDate,
  why: story.why,
  bestRole: story.bestRole,
}));
