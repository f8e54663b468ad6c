/** `npm run kmcr -- identity ...`: who is whom, for the operator whom the identity office asks. Each act has a reason and an entry in the audit of everyone concerned. */
import type { AuditAction } from "#audit";
import { matcherOf, mergePersons, readJournal, readPerson, sealFormerIdentity, sourcePatientsNamed, splitPerson, undoAct, type By } from "#identity";
import { isRefusal, type Refusal, type Sql } from "#platform";
import { parseNhsNumber } from "#standards";
import { addOperatorEntries, database, fail, keyOf, operatorName } from "./installation.ts";
import { wire } from "../wiring.ts";
import { print, reasonIn, type Act, type Asked } from "./kmcr-act.ts";

export const IDENTITY_ACTS: Readonly<Record<string, Act>> = {
  journal: { takes: "ORGANISATION LOCAL-ID --reason WHY", help: "how an organisation's patient came to be linked, oldest first, with every act", words: [2, 2], run: journal },
  merge: { takes: "FROM-PERSON INTO-PERSON --reason WHY", help: "joins two persons; no clinical row moves, and undo restores both", words: [2, 2], run: (asked) => change(asked, [asked.words[0]!, asked.words[1]!], (sql, by) => mergePersons(sql, { ...by, from: asked.words[0]!, into: asked.words[1]! })) },
  split: { takes: "PERSON SOURCE-PATIENT --reason WHY", help: "takes one organisation's patient out of a person, for good", words: [2, 2], run: (asked) => change(asked, [asked.words[0]!], (sql, by) => splitPerson(sql, { ...by, personId: asked.words[0]!, apart: [asked.words[1]!] })) },
  undo: { takes: "ACT --reason WHY", help: "takes an act of the journal back, exactly", words: [1, 1], run: (asked) => change(asked, [], (sql, by) => undoAct(sql, { ...by, actId: asked.words[0]! })) },
  seal: { takes: "FORMER-NHS-NUMBER PRESENT-PERSON --reason WHY", help: "seals a former identity (adoption, change of gender): found, linked and shown by nobody from then on", words: [2, 2], run: seal },
};

const actionOf = (route: string): AuditAction => (route.endsWith("journal") ? "identity-read" : "identity-act");

async function journal({ config, region, words, values, route }: Asked): Promise<void> {
  const reason = reasonIn(values);
  const pool = await database(config);
  const [named] = await sourcePatientsNamed(pool, words[0]!, [words[1]!], []);
  // A sealed identity is not there.
  if (named === undefined || named.isSealed) fail(`${words[0]} has no patient ${words[1]} here`);
  await addOperatorEntries(pool, region, [named], { action: actionOf(route), reason, route }, { page: "journal" });
  const entries = await readJournal(pool, [named.sourcePatientId]);
  await pool.end();
  print(values, entries, () => entries.map((each) => [each.at.toISOString(), each.actId, each.kind, each.fromPerson ?? "-", each.toPerson, each.actor, each.reason].join("\t")));
}

/** Does an act in one transaction, and writes who did what to whom before it says that it is done. */
async function change({ config, region, values, route }: Asked, personIds: readonly string[], act: (sql: Sql, by: By) => Promise<{ actId: string } | Refusal>): Promise<void> {
  const reason = reasonIn(values);
  // What follows a relink follows it from here too: an objection holds on both sides, whoever moves a link.
  wire(keyOf(config));
  const pool = await database(config);
  const concerned = (await Promise.all(personIds.map((each) => readPerson(pool, each)))).flatMap((person) => person?.sourcePatients ?? []);
  // An act refuses before it writes anything.
  const done = await pool.transaction((sql) => act(sql, { actor: operatorName(), reason, at: new Date() }));
  await addOperatorEntries(pool, region, concerned, { action: actionOf(route), reason, route }, isRefusal(done) ? { refused: done.code } : { act: done.actId });
  await pool.end();
  if (isRefusal(done)) fail(done.message);
  print(values, done, () => [done.actId]);
}

async function seal(asked: Asked): Promise<void> {
  const number = parseNhsNumber(asked.words[0]);
  if (!number.ok) fail("the former NHS number is not a valid one", 2);
  const presentPersonId = asked.words[1]!;
  // In nobody's trail by name: an entry with this act, or its reason, about the present person would say that there was another.
  await change(asked, [], async (sql, by) => {
    const former = (await sourcePatientsNamed(sql, "", [], [number.value])).map((each) => each.sourcePatientId);
    return sealFormerIdentity(sql, { ...by, former, presentPersonId }, matcherOf(asked.region));
  });
}
