/** Reads the region pack's linkage folder: specification, weights and names. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { readMatcher, type MatcherRead, type NameLists } from "./match/index.ts";

/** The matcher of `regionDir` (`regions/kent-medway`), or every fault of its files at once. */
export function loadMatcher(regionDir: string): MatcherRead {
  const faults: string[] = [];
  const read = (name: string): unknown => {
    try {
      return JSON.parse(readFileSync(join(regionDir, "linkage", name), "utf8"));
    } catch (error) {
      faults.push(`linkage/${name}: ${(error as Error).message}`);
      return undefined;
    }
  };
  const [spec, model, names] = [read("spec.json"), read("model.json"), read("names.json")];
  return faults.length > 0 ? { ok: false, faults } : readMatcher(spec, model, names as NameLists);
}
