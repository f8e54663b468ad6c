/** Candidate keys for everybody, when the region's specification changes what a key means or an installation meets one for the first time. */
import { log, type Pool } from "#platform";
import { keysOf } from "./candidates.ts";
import { gatesOf, takeGates } from "./gates.ts";
import { linkAnew } from "./link-anew.ts";
import type { Matcher } from "./match/index.ts";
import { lockSourcePatients, toSourcePatient, type Row } from "./rows.ts";

const PAGE = 1000;

/** True where everybody has the keys of this specification. */
export async function areKeysMade(intake: Pool, matcher: Matcher): Promise<boolean> {
  const { rows } = await intake.query("select 1 from identity.keys_made where spec = $1 and version = $2", [matcher.spec.id, matcher.spec.keys.version]);
  return rows.length > 0;
}

/**
 * Makes the keys of everybody, page by page, beside intake: who arrives meanwhile
 * has the new keys already. Then whoever stands alone is compared with the others,
 * as if they came now, and the old keys go. Stopped anywhere it begins again.
 */
export async function makeKeys(intake: Pool, matcher: Matcher, stop: { stopped: boolean }): Promise<{ made: number; linked: number }> {
  const done = { made: 0, linked: 0 };
  if (await areKeysMade(intake, matcher)) return done;
  const { id, keys: { version } } = matcher.spec;
  for await (const page of everybody(intake, stop)) {
    const [keys, owners]: [string[], string[]] = [[], []];
    for (const row of page) {
      for (const key of keysOf(matcher, toSourcePatient(row)).keys) {
        keys.push(String(key));
        owners.push(row.source_patient_id);
      }
    }
    await intake.query("insert into identity.candidate_key (candidate_key, source_patient_id, keys_version) select key, owner, $3 from unnest($1::bigint[], $2::uuid[]) as n(key, owner) on conflict do nothing", [keys, owners, version]);
    done.made += page.length;
  }
  for await (const page of everybody(intake, stop)) {
    const { rows: alone } = await intake.query<{ source_patient_id: string }>(
      "select l.source_patient_id from identity.link l where l.person_id = any($1::uuid[]) group by l.person_id, l.source_patient_id having (select count(*) from identity.link o where o.person_id = l.person_id) = 1",
      [[...new Set(page.map((row) => row.person_id))]],
    );
    for (const { source_patient_id: each } of alone) if (await linkNow(intake, matcher, each)) done.linked++;
  }
  if (stop.stopped) return done;
  await intake.query("delete from identity.candidate_key where keys_version <> $1", [version]);
  await intake.query("insert into identity.keys_made (spec, version, at) values ($1, $2, $3) on conflict do nothing", [id, version, new Date()]);
  log("info", "identity.keys-made", { spec: id, version, ...done });
  return done;
}

/** Decides one link anew, in a transaction of its own; true where it changed. */
async function linkNow(intake: Pool, matcher: Matcher, sourcePatientId: string): Promise<boolean> {
  return intake.transaction(async (sql) => {
    const [me] = await lockSourcePatients(sql, [sourcePatientId]);
    if (me === undefined || me.sealed) return false;
    await takeGates(sql, gatesOf(me), new Date());
    const { personId } = await linkAnew(sql, matcher, me, false);
    return personId !== me.personId;
  });
}

/** All source patients in the order of their ids, a page at a time. */
async function* everybody(intake: Pool, stop: { stopped: boolean }): AsyncGenerator<Row[]> {
  for (let after = "00000000-0000-0000-0000-000000000000"; !stop.stopped; ) {
    const { rows } = await intake.query<Row>("select * from identity.source_patient where source_patient_id > $1 order by source_patient_id limit $2", [after, PAGE]);
    if (rows.length === 0) return;
    yield rows;
    after = rows.at(-1)!.source_patient_id;
  }
}
