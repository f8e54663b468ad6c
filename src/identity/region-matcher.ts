/** The matcher of a region's pack, made once. */
import type { Region } from "#governance";
import { readMatcher, type Matcher, type NameLists } from "./match/index.ts";

const made = new WeakMap<NonNullable<Region["linkage"]>, Matcher>();

/**
 * The matcher of a region; `null` where its pack has no `linkage/`. A fault in the
 * pack is a defect here: `linkageFaults` has said it before the first port opened.
 */
export function matcherOf(region: Pick<Region, "linkage">): Matcher | null {
  const { linkage } = region;
  if (linkage === null) return null;
  const known = made.get(linkage);
  if (known !== undefined) return known;
  const read = readMatcher(linkage.spec, linkage.model, linkage.names as NameLists);
  if (!read.ok) throw new Error(`the region's linkage cannot be used:\n  ${read.faults.join("\n  ")}`);
  made.set(linkage, read.matcher);
  return read.matcher;
}

/** Every fault of a region's comparison specification and model, each naming its place. */
export function linkageFaults(region: Pick<Region, "linkage">): readonly string[] {
  if (region.linkage === null) return [];
  const read = readMatcher(region.linkage.spec, region.linkage.model, region.linkage.names as NameLists);
  return read.ok ? [] : read.faults;
}
