/** Every source of the region as it stands towards one person. */
import { maySeeSource } from "#access";
import type { AccessDecision } from "#decision";
import { arrivalOf, type Organisation, type Region } from "#governance";
import type { SourcePatient as Stored } from "#identity";
import { organisationShown } from "#record";
import type { SourceAtPerson, SourcePatient } from "#sections";

/** Which organisation types supply a shared care record; commissioners and the like never count as silent sources. */
const isSource = (organisation: Organisation, region: Region): boolean => region.feedsOf(organisation.odsCode).length > 0;

/** Every organisation that could hold something of the person, known or not: silence has a name. */
export function sourcesOf(region: Region, stored: readonly Stored[], heldApart: readonly { organisation: string; reason: string }[], received: ReadonlyMap<string, Date>, decision: AccessDecision): SourceAtPerson[] {
  const byOrganisation = Map.groupBy(stored, (each) => each.organisation);
  const apart = new Map(heldApart.map((each) => [each.organisation, each.reason]));
  const hidden = decision.hiddenWhereabouts;
  return region.organisations
    .filter((organisation) => maySeeSource(region, decision, organisation.odsCode) && isExpected(region, organisation, byOrganisation, apart))
    .map((organisation) => {
      const mine = byOrganisation.get(organisation.odsCode) ?? [];
      return {
        organisation: organisationShown(organisation.odsCode, hidden),
        organisationName: nameShown(region, organisation.odsCode, decision),
        type: organisation.type,
        feeds: hidden?.organisations.has(organisation.odsCode) ? feedsOf(region, organisation.odsCode, received).map((feed, index) => ({ ...feed, id: `${organisationShown(organisation.odsCode, hidden)}-${index}` })) : feedsOf(region, organisation.odsCode, received),
        known: mine.length > 0,
        sourcePatients: mine.map((each) => sourcePatientOf(region, each, hidden !== null)),
        heldApart: apart.has(organisation.odsCode) ? { why: apart.get(organisation.odsCode)! } : null,
        // When the source last said who the person is: that it sent anything at all would tell of items that this reader may not see.
        lastAnswer: mine.reduce<Date | null>((latest, each) => (each.demographicsAt.getTime() < 0 || (latest !== null && each.demographicsAt <= latest) ? latest : each.demographicsAt), null),
        failed: false,
      };
    });
}

/** Feeds of an organisation with when each last brought anything: the same list for every person while `received` lasts, so that what is worked out from it is too. */
function feedsOf(region: Region, odsCode: string, received: ReadonlyMap<string, Date>): SourceAtPerson["feeds"] {
  let byOrganisation = feedsBy.get(received);
  if (byOrganisation === undefined) feedsBy.set(received, (byOrganisation = new Map()));
  let feeds = byOrganisation.get(odsCode);
  if (feeds === undefined) byOrganisation.set(odsCode, (feeds = region.feedsOf(odsCode).map((feed) => ({ id: feed.id, supplies: feed.supplies, arrives: arrivalOf(feed), expectedEveryMinutes: feed.expectedEveryMinutes, lastReceived: received.get(feed.id) ?? null }))));
  return feeds;
}

const feedsBy = new WeakMap<ReadonlyMap<string, Date>, Map<string, SourceAtPerson["feeds"]>>();

/** The organisation's name, or the word that stands for one whose name would tell where a protected person lives. */
export function nameShown(region: Region, odsCode: string, decision: AccessDecision): string {
  return decision.hiddenWhereabouts?.organisations.get(odsCode)?.replace("-", " ") ?? region.organisation(odsCode)?.name ?? odsCode;
}

/** Organisations with feeds; of the many practices only the person's own. */
function isExpected(region: Region, organisation: Organisation, known: ReadonlyMap<string, readonly Stored[]>, apart: ReadonlyMap<string, string>): boolean {
  if (known.has(organisation.odsCode) || apart.has(organisation.odsCode)) return true;
  if (!isSource(organisation, region)) return false;
  return organisation.type === "gp-practice" ? [...known.values()].flat().some((each) => each.gpPractice === organisation.odsCode) : true;
}

function sourcePatientOf(region: Region, each: Stored, hideLocation: boolean): SourcePatient {
  return {
    sourcePatientId: each.sourcePatientId, localId: each.localId, nhsNumber: each.nhsNumber, ...(each.supersededBy !== undefined && { nhsNumberNow: each.supersededBy }), nhsNumberStatus: each.status, ...(each.status === "invalid" && each.nhsNumberText !== null && { nhsNumberNotValid: each.nhsNumberText }), family: each.family ?? "", given: each.given ?? "", title: each.title ?? "",
    dateOfBirth: each.birthDate ?? "", dateOfDeath: each.dateOfDeath ?? (each.deceased ? "" : null), sex: each.sex ?? "", addressLines: hideLocation ? [] : each.address, postcode: hideLocation ? "" : (each.postcode ?? ""),
    phone: hideLocation ? "" : (each.phone ?? ""), preferredName: each.preferredName ?? "", gpPractice: hideLocation || each.gpPractice === null ? "" : (region.organisation(each.gpPractice)?.name ?? each.gpPractice), lastReceived: each.lastSeen,
  };
}
