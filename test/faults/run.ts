/**
 * `npm run faults -- intake [--kills N] [--postgres N] [--seed N]`: the intake's
 * promise under sudden ends, a full disk and bad senders. Each run prints its seed
 * and its counts; the command fails where anything acknowledged is lost or applied
 * twice, and where the control that acknowledges too early loses nothing.
 */
import { parseArgs } from "node:util";
import { databaseDown, diskFull } from "./database-away.ts";
import { killControl, killDatabase, killServer } from "./kills.ts";
import type { Verdict } from "./ledger.ts";
import { rudeSenders } from "./rude-senders.ts";

const { values, positionals } = parseArgs({ allowPositionals: true, options: { kills: { type: "string", default: "200" }, postgres: { type: "string", default: "50" }, seed: { type: "string", default: String(Date.now() % 1_000_000) } } });
if (positionals[0] !== "intake") {
  process.stderr.write("npm run faults -- intake [--kills N] [--postgres N] [--seed N]\n");
  process.exit(2);
}
const seed = Number(values.seed);
const faults: string[] = [];
const say = (line: string): void => void process.stdout.write(`${line}\n`);

function held(name: string, verdict: Verdict, more: Readonly<Record<string, unknown>>): void {
  const { lost, twice, doubled, notApplied, ...counts } = verdict;
  say(JSON.stringify({ run: name, ...counts, lost: lost.length, appliedTwice: twice.length, keptTwice: doubled.length, notApplied: notApplied.length, ...more }));
  for (const [what, ids] of Object.entries({ lost, "applied twice": twice, "kept twice": doubled, "not applied": notApplied })) if (ids.length > 0) faults.push(`${name}: ${ids.length} ${what}, for example ${ids[0]}`);
}

say(`seed ${seed}`);
const server = await killServer(Number(values.kills), seed, say);
held("kill the server", server, { kills: server.kills, brokenConnections: server.brokenConnections, askedToSendAgain: server.askedToSendAgain, seconds: server.seconds, seed });
const database = await killDatabase(Number(values.postgres), seed, say);
held("kill PostgreSQL", database, { kills: database.kills, brokenConnections: database.brokenConnections, askedToSendAgain: database.askedToSendAgain, seconds: database.seconds, seed });
const control = await killControl(8, seed);
say(JSON.stringify({ run: "control: acknowledges before the commit", ...control, seed }));
if (control.lost === 0) faults.push("the control lost nothing: these runs would not have found a loss");
const down = await databaseDown();
held("database down", down.verdict, { askedToSendAgain: down.askedToSendAgain, connectionKept: down.sameConnection, aliveWhileAway: down.readsWhileAway });
const full = await diskFull();
if (full === null) say(JSON.stringify({ run: "disk full", skipped: "this machine does not let us mount a small file system" }));
else {
  held("disk full", full.verdict, { askedToSendAgain: full.askedToSendAgain, closedByWatch: full.byWatch, refusedByDatabase: full.byDatabase, readyWhileFull: full.readsWhileAway });
  if (!full.byWatch || !full.byDatabase || !full.readsWhileAway) faults.push("disk full: intake did not close in time, or reading stopped");
}
const rude = await rudeSenders(100, seed);
held("bad senders", rude.verdict, { pairsAtOnce: rude.pairs, sameAnswers: rude.sameAnswers, slow: rude.slow, vanished: rude.vanished, halfFrames: rude.halfFrames, servedBesides: rude.besides, seed });
if (rude.sameAnswers !== rude.pairs) faults.push(`bad senders: ${rude.pairs - rude.sameAnswers} pairs got different answers`);
for (const fault of faults) process.stderr.write(`${fault}\n`);
say(faults.length === 0 ? "held" : "NOT held");
process.exit(faults.length === 0 ? 0 : 1);
