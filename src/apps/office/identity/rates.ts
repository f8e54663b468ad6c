/** `/office/identity/rates`: how well linking works, and for whom it works less well. Counts of groups, never of a person. */
import type { FastifyInstance } from "fastify";
import { countByGroup, readOutcomes, type LinkOutcome } from "#identity";
import { countByEthnicGroup } from "#record";
import { send } from "../officer.ts";
import { enterIdentity, type IdentityOfficeDeps } from "./officer.ts";
import { ratesPage, type Dimension, type Group, type Rates } from "./rates-page.ts";

/** The report scans every link: it is made once in so long, whoever asks. */
const KEPT_MS = 600_000;
const OUTCOMES: readonly LinkOutcome[] = ["reviewed", "missed", "wrong"];

export function ratesRoutes(app: FastifyInstance, deps: IdentityOfficeDeps): void {
  const kept = new Map<string, { until: number; rates: Promise<Rates> }>();

  app.get("/office/identity/rates", async (request, reply) => {
    const officer = await enterIdentity(deps, request, reply);
    if (officer === null) return reply;
    const key = officer.organisation ?? "";
    const now = deps.clock.now();
    let found = kept.get(key);
    if (found === undefined || found.until < now.getTime()) {
      found = { until: now.getTime() + KEPT_MS, rates: measure(deps, officer.organisation, now) };
      found.rates.catch(() => kept.delete(key));
      kept.set(key, found);
    }
    return send(reply, 200, officer.shell, "How well linking works", ratesPage(deps.region, officer, await found.rates));
  });
}

async function measure(deps: IdentityOfficeDeps, organisation: string | null, now: Date): Promise<Rates> {
  const outcomes = await readOutcomes(deps.pages, organisation);
  const [all, ethnic, ...parts] = await Promise.all([
    countByGroup(deps.pages, null, organisation, now),
    countByEthnicGroup(deps.intake, null, organisation),
    ...OUTCOMES.map(async (outcome) => ({ groups: await countByGroup(deps.pages, outcomes[outcome], organisation, now), ethnic: await countByEthnicGroup(deps.intake, outcomes[outcome], organisation) })),
  ]);
  const outcomeOf = (dimension: Dimension, value: string, outcome: LinkOutcome): number => {
    const part = parts[OUTCOMES.indexOf(outcome)]!;
    return dimension === "ethnic" ? (part.ethnic.get(value) ?? 0) : (part.groups.find((each) => each.dimension === dimension && each.value === value)?.records ?? 0);
  };
  const group = (dimension: Dimension, value: string, records: number, linked: number | null): Group => ({ dimension, value, records, linked, reviewed: outcomeOf(dimension, value, "reviewed"), missed: outcomeOf(dimension, value, "missed"), wrong: outcomeOf(dimension, value, "wrong") });
  const groups = [...all.map((each) => group(each.dimension, each.value, each.records, each.number + each.match + each.source + each.person)), ...[...ethnic].map(([value, records]) => group("ethnic", value, records, null))];
  const totals = all.filter((each) => each.dimension === "organisation").reduce((sum, { records, number, match, source, person }) => ({ records: sum.records + records, number: sum.number + number, match: sum.match + match, source: sum.source + source, person: sum.person + person }), { records: 0, number: 0, match: 0, source: 0, person: 0 });
  return { at: now, totals, outcomes: { reviewed: outcomes.reviewed.length, missed: outcomes.missed.length, wrong: outcomes.wrong.length }, groups };
}
