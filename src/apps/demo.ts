/** First start: the invented region, through the real intake, with a progress bar; then where to go and whom to open. */
import { setTimeout as sleep } from "node:timers/promises";
import { countWaiting } from "#feeds";
import { loadRegion, isRegionFaults, type Region } from "#governance";
import { findPerson } from "#identity";
import { deciderOf, lodge, takeStep, type CaseAct } from "#objections";
import { isRefusal, type Config, type Pool } from "#platform";
import { clientSecret } from "./feeds/credentials.ts";
import type { Running } from "./server/supervisor.ts";

const LOADED = "demo-region";
/** The invented region, for the start that plays or speaks of it: an empty one and production carry none of it. */
const invented = () => import("#synthetic");

/** Plays the region into the running server, once in the life of a data folder; what was cut off is played again, which changes nothing. */
export async function loadDemo(config: Config, running: Running): Promise<void> {
  if (await isLoaded(running)) return;
  const { networkSend, playRegion } = await invented();
  const send = networkSend({ http: `http://127.0.0.1:${config.port}`, mllp: { host: "127.0.0.1", port: config.mllpPort }, secret: (feedId) => clientSecret(running.secret, feedId) });
  const bar = progressBar("Loading the invented region through the real feeds");
  // One moment for all of its messages, kept so that a repeat after a cut sends the same bytes.
  const now = await momentOf(running);
  try {
    const played = await playRegion({ people: config.demoPeople, seed: config.demoSeed, now, send, progress: bar.show });
    bar.end();
    for (const each of played.notTaken.slice(0, 5)) process.stderr.write(`  not taken by ${each.feedId}: ${each.answer}\n`);
  } finally {
    send.close();
  }
  while ((await countWaiting(running.owner)) > 0) await sleep(50);
  const region = loadRegion(config.region, config.regionOverlays);
  if (!isRegionFaults(region)) await recordDemoObjection(running, region);
  await running.owner.query("insert into platform.setting (name, value) values ($1, $2) on conflict do nothing", [LOADED, String(config.demoPeople)]);
  await running.owner.query("analyze");
}

async function isLoaded(running: Running): Promise<boolean> {
  return (await running.owner.query("select 1 from platform.setting where name = $1", [LOADED])).rows.length > 0;
}

async function momentOf(running: Running): Promise<Date> {
  await running.owner.query("insert into platform.setting (name, value) values ('demo-moment', $1) on conflict do nothing", [new Date().toISOString()]);
  const { rows } = await running.owner.query<{ value: string }>("select value from platform.setting where name = 'demo-moment'");
  return new Date(rows[0]!.value);
}

/** The story person whose objection was upheld: no feed carries an objection, the demonstration's own people take it through its steps. */
async function recordDemoObjection(running: Running, region: Region): Promise<void> {
  const story = (await invented()).STORIES.find((each) => each.key.includes("objection"));
  if (!story?.nhsNumber) return;
  const found = await findPerson(running.owner, { nhsNumber: story.nhsNumber });
  if (isRefusal(found)) throw new Error(found.message);
  const officer = region.professionals.find((each) => each.profiles.some((profile) => profile.role === region.rules.objections.office));
  const clinician = region.professionals.find((each) => each.profiles.some((profile) => profile.role === region.rules.objections.deciders[0]));
  const profile = clinician?.profiles.find((each) => each.role === region.rules.objections.deciders[0]);
  if (officer === undefined || clinician === undefined || profile === undefined) return;
  const decider = deciderOf(region, { id: clinician.uid, name: clinician.name, role: profile.role, roleName: region.role(profile.role)!.name, organisation: profile.organisation, organisationName: region.organisation(profile.organisation)!.name }, [story.nhsNumber]);
  if (isRefusal(decider)) throw new Error(decider.message);
  const by = { id: officer.uid, name: officer.name };
  const at = new Date();
  const steps: Exclude<CaseAct, { step: "lodged" }>[] = [
    { step: "identity-confirmed", how: "seen in person with a document", words: "Seen at the practice with a passport." },
    { step: "interim", words: "Restricted while it is considered." },
    { step: "review-asked", reviewer: decider, words: "" },
    { step: "safety-assessed", decider, assessment: { safeCare: "with-measures", allergies: "No severe allergy is known.", anticoagulants: "Takes none.", emergencies: "Understands that nobody will see the record, in an emergency either.", others: "Nobody else depends on this record.", measures: "Carries a card with conditions and medicines." } },
    { step: "upheld", decider, words: "The person objects to all sharing for direct care and understands what that means. Safe care is possible with a card.", granted: [], reviewOn: `${region.dayOf(new Date(at.getTime() + 365 * 86_400_000))}` },
  ];
  for (const { personId } of found.people) {
    let objection = await lodge(running.owner, personId, { step: "lodged", channel: "gp-practice", reference: "OBJ-DEMO", asked: [{ kind: "everything" }], words: "The person does not want the record shared for direct care.", contact: { name: story.name, where: "at the practice, in person", doNotWrite: false } }, by, at);
    for (const step of steps) {
      if (isRefusal(objection)) throw new Error(objection.message);
      objection = await takeStep(running.owner, personId, objection.objectionId, step, by, at);
    }
    if (isRefusal(objection)) throw new Error(objection.message);
  }
}

/** The moment up to which the demonstration's region has lived; `null` where none was loaded. */
export async function readDemoMoment(pages: Pick<Pool, "query">): Promise<Date | null> {
  const { rows } = await pages.query<{ value: string }>("select value from platform.setting where name = 'demo-moment'");
  return rows[0] === undefined ? null : new Date(rows[0].value);
}

function progressBar(title: string): { show(done: number, total: number): void; end(): void } {
  const isTerminal = process.stdout.isTTY;
  let last = -1;
  return {
    show(done, total) {
      const percent = Math.floor((done / total) * 100);
      if (percent === last || (!isTerminal && percent % 20 !== 0)) return;
      last = percent;
      const bar = "#".repeat(percent / 4).padEnd(25, ".");
      process.stdout.write(isTerminal ? `\r${title} [${bar}] ${percent} %` : `${title} [${bar}] ${percent} %\n`);
    },
    end: () => void (isTerminal && process.stdout.write("\n")),
  };
}

/** Printed when all is ready. */
export async function welcome(config: Config, running: Running, how: { seconds: number; empty: boolean }): Promise<void> {
  const address = config.publicUrl || `http://localhost:${config.port}`;
  const lines = ["", `KMCR is ready after ${how.seconds.toFixed(1)} s: ${address}`, `HL7 v2 (MLLP) on port ${config.mllpPort}; data in ${config.databaseUrl === "" ? config.dataDir : "the database at DATABASE_URL"}`];
  if (config.mode === "demo") {
    const region = loadRegion(config.region, config.regionOverlays);
    if (!isRegionFaults(region)) {
      const shown = new Set<string>();
      lines.push("", "Sign in as (stand-in for NHS CIS2, demonstration only):");
      for (const professional of region.professionals) {
        const profile = professional.profiles[0];
        const role = profile && region.roleFor(profile.sourceRole, profile.organisation, profile.areaOfWork ?? null);
        if (!profile || !role || shown.has(role.id) || region.signInOf(professional) === "passkey") continue;
        shown.add(role.id);
        lines.push(`  ${professional.name.padEnd(26)} ${role.name}, ${region.organisation(profile.organisation)?.name ?? profile.organisation}`);
      }
      if (!how.empty && (await isLoaded(running))) {
        const { STORIES } = await invented();
        lines.push("", "Open (find by NHS number):");
        for (const story of STORIES.slice(0, 14)) lines.push(`  ${(story.nhsNumber ?? "no number").replace(/^(\d{3})(\d{3})(\d{4})$/, "$1 $2 $3").padEnd(13)} ${story.name.padEnd(26)} ${story.why}`);
        lines.push(`  ... and ${STORIES.length - 14} more in src/synthetic/stories`);
      }
    }
  }
  process.stdout.write(`${lines.join("\n")}\n\n`);
}
