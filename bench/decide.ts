/**
 * How long the gate takes: a decision made anew, one that is kept, and a refusal.
 * Last line: one JSON object, as every bench.
 */
import { createAccess, type AccessFacts, type AccessRequest } from "#access";
import { isRefusal } from "#platform";
import { isRegionFaults, loadRegion } from "#governance";

const region = loadRegion("regions/kent-medway");
if (isRegionFaults(region)) throw new Error("the region pack has faults");
const access = createAccess(region);
const gp = region.professionals.find((each) => each.profiles.some((profile) => profile.role === "gp"))!;
const profile = gp.profiles[0]!;
const now = new Date();

const request = (session: string): AccessRequest => ({
  actor: {
    id: gp.uid, name: gp.name, role: "gp", roleName: "General practitioner", sourceRole: profile.sourceRole,
    organisation: profile.organisation, organisationName: region.organisation(profile.organisation)!.name, sessionId: session,
  },
  purpose: "direct-care", assurance: 3, launch: null,
});
const sourcePatients = ["G82060", "RVV", "RYY", "RXY", "RYD", "X-KCC"].map((organisation, at) => ({ sourcePatientId: `sp-${at}`, organisation }));
const facts = (person: string, related: boolean): AccessFacts => ({
  personId: person, sourcePatients, personDateOfBirth: "1950-03-01", personNhsNumber: "9990000018",
  relationships: related ? [{ sourcePatientId: "sp-0", organisation: profile.organisation, kind: "registration", start: new Date(now.getTime() - 86_400_000), end: null, service: null, words: "registered" }] : [],
  reason: null, objections: [], whereabouts: null, linksRevision: 1, now,
});

function measure(name: string, times: number, run: (index: number) => unknown): { p50: number; p99: number } {
  for (let index = 0; index < 200; index++) run(-1 - index);
  const taken: number[] = [];
  for (let index = 0; index < times; index++) {
    const start = performance.now();
    run(index);
    taken.push(performance.now() - start);
  }
  taken.sort((a, b) => a - b);
  const at = (share: number): number => Number(taken[Math.floor(times * share)]!.toFixed(3));
  const result = { p50: at(0.5), p99: at(0.99) };
  process.stdout.write(`${name}: ${times} times, p50 ${result.p50} ms, p99 ${result.p99} ms\n`);
  return result;
}

const insist = (answer: unknown, refused: boolean): void => {
  if (isRefusal(answer) !== refused) throw new Error(`unexpected answer: ${JSON.stringify(answer)}`);
};
const anew = measure("decided anew", 3000, (index) => insist(access.decide(request("s"), facts(`person-${index}`, true)), false));
const kept = measure("kept", 20000, () => insist(access.decide(request("s"), facts("person-1", true)), false));
const refused = measure("refused", 3000, (index) => insist(access.decide(request("s"), facts(`person-${index}`, false)), true));
process.stdout.write(`${JSON.stringify({ bench: "decide", figures: { median_ms: anew.p50, p99_ms: anew.p99, kept_median_ms: kept.p50, refused_median_ms: refused.p50 } })}\n`);
