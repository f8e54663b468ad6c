/** What the professional's pages ask for, from the rooms: the wiring of `apps/professional`. */
import { daysSinceAccepted } from "#governance";
import { readLastReceived } from "#feeds";
import { log } from "#platform";
import { LABELS } from "#standards";
import type { ProfessionalDeps } from "../../professional/index.ts";
import { METHOD_WORDS } from "../../sign-in/index.ts";
import { recordAnswer } from "./answers.ts";
import { Cached } from "./cached.ts";
import { careDeps } from "./care.ts";
import { deciderOf } from "./deciding.ts";
import { findingDeps } from "./finding.ts";
import { listsDeps } from "./lists.ts";
import { liveDeps } from "./live.ts";
import { openedPerson, type OpenFor } from "./opened.ts";
import { openingDeps } from "./opening.ts";
import { printingDeps } from "./printing.ts";
import { actOf, readerDeps, readerOf } from "./reader.ts";
import { ownRecordDeps } from "./own-record.ts";
import { queryDeps } from "./queries.ts";
import { readingDeps } from "./reading.ts";
import { resultsDeps } from "./results.ts";
import type { Rooms } from "./rooms.ts";
import { sayingDeps } from "./saying.ts";
import { searchingDeps } from "./searching.ts";
import { timelineDeps } from "./along-time.ts";

export function professionalDeps(rooms: Rooms): ProfessionalDeps & { readonly openFor: OpenFor } {
  const { region, audit, pages, clock } = rooms;
  const lastReceived = new Cached(() => readLastReceived(pages, region.feeds.map((feed) => feed.id)), 2000);
  const decide = deciderOf(rooms);
  const openFor: OpenFor = async (request, reader, personId, ahead = []) => {
    const { actor } = reader;
    const found = await decide(reader, personId);
    if ("refusal" in found) {
      await audit.write({ ...actOf(request, actor, personId), action: "refused", outcome: "refused", relationship: "none found", reason: null, policy: String(found.refusal.details?.["policy"] ?? found.refusal.code), sourcePatients: found.sourcePatientIds, shown: { code: found.refusal.code } });
      return found.refusal;
    }
    return openedPerson(rooms, found, await lastReceived.value(), clock.now(), ahead);
  };

  return {
    ...readerDeps(rooms),
    ...findingDeps(rooms),
    ...listsDeps(rooms),
    ...careDeps(rooms),
    ...openingDeps(rooms),
    ...readingDeps(rooms),
    ...resultsDeps(rooms),
    ...queryDeps(rooms),
    ...ownRecordDeps(rooms),
    ...sayingDeps(rooms),
    ...liveDeps(rooms, openFor),
    ...searchingDeps(rooms),
    ...timelineDeps(rooms),
    ...printingDeps(),
    openFor,
    now: () => clock.now(),
    openPerson: (request, personId, ahead) => openFor(request, readerOf(request), personId, ahead),
    removedShownDays: region.rules.removedShownDays,
    sensitive: new Map(LABELS.filter((label) => region.matrix.labels[label].confirm === true).map((label) => [label, region.matrix.labels[label].words])),
    printReasons: region.rules.printReasons,
    howOpened(request, { decision }) {
      const { session, actor } = readerOf(request);
      const purpose = region.purpose(decision.purpose)!;
      const professional = region.professional(actor.id);
      const profile = professional?.profiles.find((each) => each.organisation === actor.organisation && each.sourceRole === actor.sourceRole);
      const accepted = daysSinceAccepted(professional, session.confidentialityAcceptedAt, region.dayOf(clock.now()));
      const dayIn = (days: number): string => region.dayOf(new Date(clock.now().getTime() + days * 86_400_000));
      return {
        purpose, roleName: actor.roleName, organisationName: actor.organisationName, sourceRole: [session.profile?.sourceRoleName ?? profile?.sourceRoleName ?? "", actor.sourceRole].filter((part) => part !== "").join(", "),
        registration: professional?.registration ?? null, contractor: professional?.contractor ?? false,
        trainedUntil: professional === undefined || professional.trainedDaysAgo === null ? null : dayIn(region.rules.trainingValidDays - professional.trainedDaysAgo),
        signedIn: { words: METHOD_WORDS[session.method], assurance: session.assurance, at: session.startedAt },
        confidentialUntil: accepted === null ? null : dayIn(region.rules.confidentialityValidDays - accepted),
      };
    },
    summaryView: (role) => region.summaryView(role),
    shortName: (odsCode) => region.organisation(odsCode)?.shortName,
    sharedRecord: region.rules.sharedRecord ?? null,
    audited: (request, answer, bytes) => recordAnswer(audit, request, readerOf(request).actor, answer, bytes),
    defect: (request, error) => log("error", "page.defect", { request: request.id, route: request.routeOptions.url ?? "", error: (error as Error).message, at: (error as Error).stack?.split("\n")[1]?.trim() ?? "" }),
  };
}
