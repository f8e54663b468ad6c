/** `npm run kmcr -- audit ...`: the audit log checked, copied, taken evidence from, and destroyed at the end of its retention. */
import { checkLog, destroyEntries, exportLog, makeEvidence, NOBODY, planDestruction } from "#audit";
import { isRefusal, isUuid, openPool, type Pool } from "#platform";
import { addOperatorEntries, addressFor, fail, operatorAct } from "./installation.ts";
import { instantIn, print, reasonIn, type Act, type Asked } from "./kmcr-act.ts";

export const AUDIT_ACTS: Readonly<Record<string, Act>> = {
  check: { takes: "", help: "checks the whole log against what is stored; names what is not as it was written", words: [0, 0], run: check },
  export: { takes: "FOLDER [--entries --reason WHY]", help: "a copy for kmcr-verify: checkpoint, keys and tiles; with entries, person data too", words: [1, 1], run: exportCopy },
  bundle: { takes: "ENTRY... --reason WHY", help: "evidence of single entries that stands without this system (person data)", words: [1, 500], run: bundle },
  destroy: { takes: "--before DAY --name WHO --reason WHY [--confirm WORD]", help: "what is past its retention: looked at without a word, destroyed with it", words: [0, 0], run: destroy },
};

const poolFor = async ({ config }: Asked, role: "kmcr_log" | "kmcr_destroy"): Promise<Pool> => {
  const pool = openPool(addressFor(config), role, 2);
  await pool.query("select 1").catch((error: Error) => fail(`KMCR does not run: ${error.message}`));
  return pool;
};

async function check(asked: Asked): Promise<void> {
  const pool = await poolFor(asked, "kmcr_log");
  const report = await checkLog(pool, () => new Date(), async (done, of) => void (process.stderr.isTTY && process.stderr.write(`\r${done} of ${of}`)));
  await pool.end();
  print(asked.values, report, () => [
    `${report.size} lines of the log, ${report.entries} entries, ${report.checkpoints} checkpoints, ${report.cosignatures} cosignatures, in ${report.seconds} s`,
    ...report.destructions.map((each) => `${each.entries} destroyed at ${each.at.toISOString()} by ${each.by}: ${each.reason}`),
    ...report.faults.map(({ words }) => `WRONG ${words}`), report.faultCount === 0 ? "all as it was written" : `${report.faultCount} faults`,
  ]);
  process.exitCode = report.faultCount === 0 ? 0 : 1;
}

async function exportCopy(asked: Asked): Promise<void> {
  const { words, values, region, route } = asked;
  const entries = values.entries === true;
  const reason = entries ? reasonIn(values) : null;
  const pool = await poolFor(asked, "kmcr_log");
  // Entries are person data: who took them stands in the trail before they are written anywhere.
  if (reason !== null) await addOperatorEntries(pool, region, [], { action: "log-export", reason, route }, { entries: "all" });
  const done = await exportLog(pool, words[0]!, { entries });
  await pool.end();
  if (isRefusal(done)) fail(done.message);
  print(values, done, () => [`${done.size} lines in ${done.tiles} tiles${entries ? `, ${done.entries} entries` : ""}: node kmcr-verify/kmcr-verify.mjs log ${words[0]} --key KEY${entries ? ` --entries ${words[0]}/entries.jsonl` : ""}`]);
}

async function bundle(asked: Asked): Promise<void> {
  const { words, values, region, route } = asked;
  const reason = reasonIn(values);
  const wrong = words.find((word) => !isUuid(word));
  if (wrong !== undefined) fail(`${wrong} is no id of an entry`, 2);
  const pool = await poolFor(asked, "kmcr_log");
  const evidence = await makeEvidence(pool, words);
  if (isRefusal(evidence)) fail(evidence.message);
  await addOperatorEntries(pool, region, evidence.entries.flatMap(({ entry: { personId, sourcePatients } }) => [{ personId, sourcePatientId: null }, ...sourcePatients.map((sourcePatientId) => ({ personId, sourcePatientId }))]), { action: "log-export", reason, route }, { entries: words.length });
  await pool.end();
  process.stdout.write(`${JSON.stringify(evidence, null, 1)}\n`);
}

async function destroy(asked: Asked): Promise<void> {
  const { values, region, route } = asked;
  const reason = reasonIn(values);
  const name = (values.name ?? "").trim();
  const before = instantIn(values.before, "before");
  if (before === undefined || name.length < 3) fail("say with --before up to which day, and with --name who has decided it", 2);
  const pool = await poolFor(asked, "kmcr_destroy");
  const plan = await planDestruction(pool, before, region.rules.auditKeptYears, new Date());
  if (isRefusal(plan)) fail(plan.message);
  if (values.confirm === undefined) {
    await pool.end();
    return print(values, { entries: plan.entries, ranges: plan.ranges.length, confirm: plan.confirm }, () => [`${plan.entries} entries from before ${before.toISOString()} would be destroyed, for good, with their salts; their lines in the log stay.`, ...(plan.entries > 0 ? [`To do it: the same again with --confirm ${plan.confirm}`] : [])]);
  }
  const done = await destroyEntries(pool, plan, values.confirm, { ...operatorAct(region, { reason, route }, name), personId: NOBODY });
  await pool.end();
  if (isRefusal(done)) fail(done.message);
  print(values, done, () => [`${done.entries} entries destroyed`]);
}
