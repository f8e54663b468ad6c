/** A loaded region: its registers, and look-ups over them. */
import type { SectionId } from "#standards";
import type { Organisation } from "./organisation.ts";
import type { Feed } from "./feed.ts";
import type { FileLayout } from "./file-layout.ts";
import { roleFor, type Role } from "./role.ts";
import { sectionsOf, type Matrix, type SectionRights } from "./matrix.ts";
import type { Approval } from "./access-policy.ts";
import { signInOf, type Professional } from "./professional.ts";
import type { Host } from "./host.ts";
import type { PurposeOfUse } from "./purpose.ts";
import { localCodesOf, type CodeMap, type LocalCodes } from "./code-map.ts";
import type { ConfidentialityCode } from "./confidentiality.ts";
import type { OwnRecordRules } from "./own-record.ts";
import { summaryViewOf, type SummaryView, type SummaryViews } from "./summary-view.ts";
import type { LetterTemplate } from "./letter-template.ts";
import type { RegionRules } from "./rules.ts";

/** The pack as read, before anything is indexed. */
export type RegionData = {
  readonly directory: string;
  readonly rules: RegionRules;
  readonly organisations: readonly Organisation[];
  readonly feeds: readonly Feed[];
  readonly roles: readonly Role[];
  readonly matrix: Matrix;
  readonly professionals: readonly Professional[];
  readonly hosts: readonly Host[];
  readonly purposes: readonly PurposeOfUse[];
  readonly codeMaps: readonly CodeMap[];
  readonly layouts: readonly FileLayout[];
  readonly letters: readonly LetterTemplate[];
  /** What professionals accept before records open. */
  readonly confidentiality: ConfidentialityCode;
  /** How the summary is laid out, by role. */
  readonly summaryViews: SummaryViews;
  /** What a person is not shown of their own record by itself, and who releases it. */
  readonly ownRecord: OwnRecordRules;
  /** Cedar text as it stands in the pack; `#access` parses and validates it. */
  readonly policies: { readonly schema: string; readonly files: readonly { readonly name: string; readonly text: string }[] };
  /** Who approved the access policy of this pack; `null`: nobody has. */
  readonly approval: Approval | null;
  /** How identities are compared, as `#identity` reads it; `null`: the pack has none, and verified numbers alone link. */
  readonly linkage: { readonly spec: unknown; readonly model: unknown; readonly names: unknown } | null;
  /** How accesses are monitored, as `#monitoring` reads it; `null`: the pack has none, and nothing is judged. */
  readonly monitoring: { readonly settings: unknown; readonly staff: unknown; readonly wellKnown: unknown; readonly controls: unknown; readonly policies: readonly { readonly name: string; readonly text: string }[] } | null;
  /** SHA-256 over every file read, hex: changes when anything in the pack changes. */
  readonly fingerprint: string;
};

export type Region = RegionData & {
  readonly id: string;
  readonly name: string;
  readonly title: string;
  /** IANA zone that calendar days are counted in. */
  readonly timeZone: string;
  organisation(odsCode: string): Organisation | undefined;
  feed(id: string): Feed | undefined;
  feedsOf(odsCode: string): readonly Feed[];
  role(id: string): Role | undefined;
  professional(uid: string): Professional | undefined;
  /** How a professional signs in: by passkey only where every organisation they work for does. */
  signInOf(professional: Professional): "cis2" | "passkey";
  host(id: string): Host | undefined;
  /** The register's entry of a purpose; `undefined` where the region uses records for no such purpose. */
  purpose(id: string): PurposeOfUse | undefined;
  /** What the local codes of a feed are nationally; `undefined` where the region has no map of them. */
  localCodes(feed: string): LocalCodes | undefined;
  /** The layout of a feed's files. */
  layout(id: string): FileLayout | undefined;
  /** The product role of a nationally issued role code at an organisation; `undefined` when none is mapped. */
  roleFor(sourceRole: string, odsCode: string, areaOfWork?: string | null): Role | undefined;
  /** What a role sees; empty sets for a role that the matrix does not name. */
  sectionRights(role: string): SectionRights;
  /** How the summary is laid out for a role. */
  summaryView(role: string): SummaryView;
  /** The calendar day of an instant in the region's zone, `2026-11-21`. */
  dayOf(instant: Date): string;
};

const nothing: SectionRights = { sees: new Set(), mayWithhold: new Set() };

/** Indexes a pack. Assumes that `checkReferences` found no fault. */
export function regionOf(data: RegionData): Region {
  const organisations = new Map(data.organisations.map((each) => [each.odsCode, each]));
  const feeds = new Map(data.feeds.map((each) => [each.id, each]));
  const feedsOf = Map.groupBy(data.feeds, (each) => each.organisation);
  const roles = new Map(data.roles.map((each) => [each.id, each]));
  const professionals = new Map(data.professionals.map((each) => [each.uid, each]));
  const hosts = new Map(data.hosts.map((each) => [each.id, each]));
  const purposes = new Map<string, PurposeOfUse>(data.purposes.map((each) => [each.id, each]));
  const localCodes = localCodesOf(data.codeMaps);
  const layouts = new Map(data.layouts.map((each) => [each.id, each]));
  const rights = new Map<string, SectionRights>(
    data.matrix.roles.map((row) => [row.role, { sees: new Set<SectionId>(sectionsOf(row.sees)), mayWithhold: new Set<SectionId>(row.mayWithhold) }]),
  );
  // en-CA writes a date as 2026-11-21.
  const day = new Intl.DateTimeFormat("en-CA", { timeZone: data.rules.timeZone, year: "numeric", month: "2-digit", day: "2-digit" });
  return {
    ...data,
    id: data.rules.id,
    name: data.rules.name,
    title: data.rules.title,
    timeZone: data.rules.timeZone,
    organisation: (odsCode) => organisations.get(odsCode),
    feed: (id) => feeds.get(id),
    feedsOf: (odsCode) => feedsOf.get(odsCode) ?? [],
    role: (id) => roles.get(id),
    professional: (uid) => professionals.get(uid),
    signInOf: (professional) => signInOf(professional, (odsCode) => organisations.get(odsCode)),
    host: (id) => hosts.get(id),
    purpose: (id) => purposes.get(id),
    localCodes: (feed) => localCodes.get(feed),
    layout: (id) => layouts.get(id),
    roleFor: (sourceRole, odsCode, areaOfWork = null) => roleFor(data.roles, sourceRole, organisations.get(odsCode), areaOfWork),
    sectionRights: (role) => rights.get(role) ?? nothing,
    summaryView: (role) => summaryViewOf(data.summaryViews, role),
    dayOf: daysIn(day),
  };
}

/** Since 1973 no time zone's midnight lies elsewhere than on a quarter of an hour. */
const [QUARTER, QUARTERS_SINCE] = [900_000, Date.UTC(1973)];
const MOST_QUARTERS = 10_000;

/** The day of an instant, looked up by its quarter of an hour: an opening asks four times, monitoring once for each access, and the calendar takes 15 microseconds an answer. */
function daysIn(calendar: Intl.DateTimeFormat): (instant: Date) => string {
  const known = new Map<number, string>();
  return (instant) => {
    if (!(instant.getTime() >= QUARTERS_SINCE)) return calendar.format(instant);
    const quarter = Math.floor(instant.getTime() / QUARTER);
    let day = known.get(quarter);
    if (day === undefined) {
      if (known.size >= MOST_QUARTERS) known.clear();
      known.set(quarter, (day = calendar.format(instant)));
    }
    return day;
  };
}
