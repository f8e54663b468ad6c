/**
 * What a person may be shown of one entry of their own record: one door for every
 * page, export and API that a person reads. Pure; the kinds that are kept back, and
 * who releases them, are the region's (`own-record.json`).
 */
import type { Actor } from "#decision";
import { RELEASERS, type KeptBack, type Region } from "#governance";
import type { Refusal } from "#platform";
import type { Label } from "#standards";
import { notReleasable, notYoursToRelease } from "./problems.ts";

/** What is known of an entry, as its row has it. */
export type OwnRecordFacts = { readonly version: number; readonly codeSystem: string | null; readonly code: string | null; readonly labels: readonly Label[]; readonly organisation: string; readonly author: string | null; readonly line: { readonly opinion?: true; readonly saidBy?: string } };

/** What somebody decided of an entry last: that the person may see it, or that they may not after all. It holds for the version that was read. */
export type Release = {
  readonly sourcePatientId: string; readonly entryId: string; readonly version: number; readonly act: "released" | "kept-back"; readonly words: string;
  readonly by: { readonly id: string; readonly name: string; readonly role: string; readonly organisation: string }; readonly at: Date;
};

/** `changed`: it was released, and its source has changed it since. */
export type OwnRecordAnswer = { readonly shown: true; readonly release: Release | null } | { readonly shown: false; readonly kind: KeptBack; readonly changed: Release | null };

type Rules = Pick<Region, "ownRecord">;

/** Whether the person sees it. What is of several kinds is of the strictest. */
export function shownToPerson(region: Rules, entry: OwnRecordFacts, last: Release | null): OwnRecordAnswer {
  const kind = kindOf(region, entry);
  if (kind === null) return { shown: true, release: null };
  if (kind.release !== "nobody" && last?.act === "released") {
    if (last.version === entry.version) return { shown: true, release: last };
    return { shown: false, kind, changed: last };
  }
  return { shown: false, kind, changed: null };
}

/** The strictest kind that an entry is of; `null`: the person sees it without anybody's act. */
export function kindOf({ ownRecord }: Rules, { codeSystem, code, labels, line }: OwnRecordFacts): KeptBack | null {
  const fits = ownRecord.keptBack.filter(
    (kind) => (kind.opinion === true && line.opinion === true) || kind.labels?.some((label) => labels.includes(label)) === true || kind.codes?.some((each) => each.system === codeSystem && each.code === code) === true || (line.saidBy !== undefined && (kind.saidBy as readonly string[] | undefined)?.includes(line.saidBy) === true),
  );
  return fits.toSorted((a, b) => RELEASERS.indexOf(b.release) - RELEASERS.indexOf(a.release))[0] ?? null;
}

/** Whether a professional may release an entry, or keep it back again. Always of their own organisation: they know what it meant. */
export function mayRelease({ ownRecord }: Rules, entry: OwnRecordFacts, kind: KeptBack, actor: Pick<Actor, "id" | "name" | "organisation">): true | Refusal {
  if (kind.release === "nobody") return notReleasable(kind.words);
  const isOfficer = ownRecord.officers.some(({ organisation, professional }) => organisation === entry.organisation && professional === actor.id);
  if (actor.organisation !== entry.organisation) return notYoursToRelease(kind.release);
  return isOfficer || (kind.release === "author" && isAuthor(entry.author, actor.name)) ? true : notYoursToRelease(kind.release);
}

/** Sources name authors by text: with titles, in either order, in capitals. Every word of the professional's own name has to be in it. */
function isAuthor(author: string | null, name: string): boolean {
  const wordsOf = (text: string): string[] => text.toLowerCase().match(/\p{L}[\p{L}'-]*/gu) ?? [];
  const said = new Set(wordsOf(author ?? ""));
  const own = wordsOf(name).filter((word) => !TITLES.has(word));
  return own.length > 1 && own.every((word) => said.has(word));
}
const TITLES: ReadonlySet<string> = new Set(["dr", "mr", "mrs", "ms", "miss", "mx", "prof", "professor", "nurse", "sister"]);
