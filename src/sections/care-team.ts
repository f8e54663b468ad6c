/**
 * Who is involved with a person, by organisation: professionals with their role,
 * services, whom to ring and when, since when; and beside them the people of their
 * own life (REC-30, REC-43). Nothing is joined across organisations. Pure.
 */
import type { Entry } from "#record";
import { isCurrent } from "./merge.ts";

export type Involved = {
  /** The professional's name; `null` where the source names a team or service alone. */
  readonly name: string | null;
  readonly role: string | null;
  readonly service: string | null;
  readonly phone: string | null;
  readonly hours: string | null;
  readonly since: string | null;
  readonly until: string | null;
  /** Marked since this is whom to turn to first. */
  readonly key: KeyRole | null;
  readonly entry: Entry;
};

/** Roles that are marked, most telling first. */
export const KEY_ROLES = ["key-worker", "care-coordinator", "named-nurse", "named-consultant", "social-worker"] as const;
export type KeyRole = (typeof KEY_ROLES)[number];

const KEY: Readonly<Record<KeyRole, RegExp>> = {
  "key-worker": /\b(?:key|lead|link) ?worker|lead professional\b/i,
  "care-coordinator": /\bcare co-?ordinator\b/i,
  "named-nurse": /\b(?:named|primary|lead) (?:nurse|midwife)\b/i,
  "named-consultant": /\b(?:named |responsible |lead )?consultant\b/i,
  "social-worker": /\bsocial worker\b/i,
};

/** What a role is marked as, or `null`. */
export function keyRoleOf(role: string | null): KeyRole | null {
  return role === null ? null : (KEY_ROLES.find((each) => KEY[each].test(role)) ?? null);
}

export type TeamOfOrganisation = { readonly organisation: string; readonly members: readonly Involved[] };
export type CareTeam = {
  /** Organisations with somebody involved now, those with a marked role first. */
  readonly teams: readonly TeamOfOrganisation[];
  readonly past: readonly Involved[];
};

/** `entries`: care teams, services, current admissions: whatever names who cares for the person. */
export function careTeamOf(entries: readonly Entry[], now: Date): CareTeam {
  const all = entries.filter((entry) => entry.status !== "entered-in-error").flatMap(involvedOf);
  const isNow = (each: Involved): boolean => isCurrent(each.entry) && (each.until === null || !(Date.parse(each.until) + 86_400_000 <= now.getTime()));
  const rank = ({ key }: Involved): number => (key === null ? KEY_ROLES.length : KEY_ROLES.indexOf(key));
  const byOrganisation = Map.groupBy(once(all.filter(isNow)), (each) => each.entry.organisation);
  const teams = [...byOrganisation].map(([organisation, members]) => ({ organisation, members: members.toSorted((a, b) => rank(a) - rank(b)) })).toSorted((a, b) => rank(a.members[0]!) - rank(b.members[0]!));
  return { teams, past: all.filter((each) => !isNow(each)) };
}

/** Whom to ring first: marked roles, then others with a number; each name once. */
export function whomToRing(team: CareTeam, most: number): readonly Involved[] {
  const everybody = team.teams.flatMap(({ members }) => members).filter(({ name, phone, key }) => name !== null && (phone !== null || key !== null));
  return everybody.toSorted((a, b) => Number(a.phone === null) - Number(b.phone === null) || Number(a.key === null) - Number(b.key === null)).slice(0, most);
}

function involvedOf(entry: Entry): readonly Involved[] {
  const { line, type, display } = entry;
  const said = { phone: line.phone ?? null, hours: line.hours ?? null, since: line.start ?? entry.when, until: line.end ?? null, entry };
  const one = (name: string | null | undefined, role: string | null | undefined, service: string | null | undefined, phone = said.phone): Involved => ({ ...said, name: name ?? null, role: role ?? null, service: service ?? null, phone, key: keyRoleOf(role ?? null) });
  if (line.members !== undefined) return line.members.map((member) => one(member.name, member.role, display === member.name ? null : display, member.phone ?? said.phone));
  if (type === "EpisodeOfCare") return [{ ...one(line.professional, null, display), entry }];
  if (type === "Encounter") return [one(line.professional, line.professionalRole, [display, line.place].filter(Boolean).join(", "))];
  return [one(line.professional ?? (type === "CareTeam" ? null : display), line.professionalRole, line.professional === undefined || display !== line.professional ? display : null)];
}

/** The same professional for the same service, told by two messages of one organisation, stands once: with a number, else the first. */
function once(members: readonly Involved[]): readonly Involved[] {
  const seen = new Map<string, Involved>();
  for (const each of members) {
    const key = [each.entry.organisation, each.name, each.role, each.service].join("|").toLowerCase();
    const before = seen.get(key);
    if (before === undefined || (before.phone === null && each.phone !== null)) seen.set(key, each);
  }
  return [...seen.values()];
}

/** What a person of somebody's own life is to them, beyond the relationship that the source names. */
export type Support = "carer" | "emergency" | "attorney";

/** Marks of a personal contact or a legal entry, from the source's own words. */
export function supportOf({ line, display, type }: Entry): readonly Support[] {
  const words = `${line.relationship ?? ""} ${type === "RelatedPerson" ? "" : display}`;
  return [...(/\bcarer\b|cares for/i.test(words) ? (["carer"] as const) : []), ...(line.rank !== undefined || /emergency/i.test(words) ? (["emergency"] as const) : []), ...(line.decision === "lpa" || /power of attorney|\battorney\b|deputy/i.test(words) ? (["attorney"] as const) : [])];
}
