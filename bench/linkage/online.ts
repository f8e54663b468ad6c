/**
 * One registration against millions: the product's own path (gates, candidate
 * search by keys, comparison, link, journal, one commit with full sync) on an
 * embedded PostgreSQL that holds everybody's practice registration.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { keysOfRecord, NO_DEMOGRAPHICS, takeSourcePatient, type Demographics, type Matcher } from "#identity";
import { migrate, openPool, startEmbeddedPostgres, uuidv7, type DatabaseAddress, type Pool } from "#platform";
import { linkagePeople, type LinkageFields, type SourceRecord } from "#synthetic";
import { percentiles } from "../support/machine.ts";

const NOW = new Date("2026-11-01T00:00:00Z");
const ROLE_KEY = "a key for benches alone, forty letters long";
const PAGE = 5000;
/** Registrations in flight: as many as the product has workers' strands. */
const AT_ONCE = 4;

/** A source record of the population as a message would tell of it. */
export function demographicsOf(fields: LinkageFields): Demographics {
  const first = (name: keyof LinkageFields): string | null => fields[name]?.[0] ?? null;
  const [families, givens] = [fields["family"] ?? [], fields["given"] ?? []];
  const others = Array.from({ length: Math.max(families.length, givens.length) - 1 }, (_, index) => `${families[index + 1] ?? families[0] ?? ""}^${givens[index + 1] ?? givens[0] ?? ""}`);
  return {
    ...NO_DEMOGRAPHICS, nhsNumberText: first("nhsNumber"), nhsNumberStatus: first("nhsNumberStatus"), family: first("family"), given: first("given"), otherNames: others, birthDate: first("dateOfBirth"), sex: first("sex"),
    address: first("address") === null ? [] : [first("address")!], postcode: first("postcode"), otherPostcodes: (fields["postcode"] ?? []).slice(1), phone: first("phone"), email: first("email"), gpPractice: first("gpPractice"),
  };
}

export type OnlineFigures = { people: number; loadedSeconds: number; perSecond: number; p50: number; p95: number; p99: number; linked: number; wrong: number; review: number; taken: number };

/** Loads the first record of each person, then registers `registrations` further records of theirs as they would arrive. */
export async function online(matcher: Matcher, people: number, registrations: number, say: (line: string) => void): Promise<OnlineFigures> {
  const folder = mkdtempSync(join(tmpdir(), "kmcr-online-"));
  const server = await startEmbeddedPostgres(folder);
  const address: DatabaseAddress = { kind: "socket", socketDir: server.socketDir, user: server.user, password: server.password, database: "postgres", roleKey: ROLE_KEY };
  const owner = openPool(address, undefined, 2);
  const intake = openPool(address, "kmcr_intake", AT_ONCE);
  try {
    await migrate(owner, fileURLToPath(new URL("../../migrations", import.meta.url)), ROLE_KEY);
    const began = performance.now();
    const later = await load(owner, matcher, people, registrations);
    const loadedSeconds = (performance.now() - began) / 1000;
    say(`${people} people loaded in ${loadedSeconds.toFixed(0)} s; ${later.length} registrations, ${AT_ONCE} at once`);
    // What is asked for first is read from disk; the product has been running for a while.
    const warm = later.splice(0, Math.min(1000, later.length >> 2));
    await register(intake, matcher, warm);
    return { people, loadedSeconds, ...(await register(intake, matcher, later)) };
  } finally {
    await Promise.all([owner.end(), intake.end()]);
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

type Later = SourceRecord;

async function load(owner: Pool, matcher: Matcher, people: number, registrations: number): Promise<Later[]> {
  const later: Later[] = [];
  // Every so many people one registers somewhere else.
  const every = Math.max(1, Math.floor(people / (registrations * 0.6)));
  await owner.query("alter table identity.candidate_key drop constraint candidate_key_pkey");
  let page: { id: string; person: string; localId: string; d: Demographics; keys: bigint[] }[] = [];
  const write = async (): Promise<void> => {
    const rows = page;
    page = [];
    const column = (of: (each: (typeof rows)[number]) => unknown): unknown[] => rows.map(of);
    await owner.transaction((sql) => Promise.all([
      sql.query(
        `insert into identity.source_patient (source_patient_id, person_id, organisation, local_id, feed, nhs_number, nhs_number_text, nhs_number_status, family, given, date_of_birth, birth_text, sex, address, postcode, phone, email, gp_practice, other_names, other_postcodes, demographics_at, first_seen, last_seen)
         select id, person, 'GP', local_id, 'gp', number, number, coalesce(status, 'absent'), family, given, born, born::text, sex, array[address], postcode, phone, email, practice, coalesce(string_to_array(nullif(names, ''), '|'), '{}'), coalesce(string_to_array(nullif(postcodes, ''), '|'), '{}'), $17, $17, $17
         from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::date[], $9::text[], $10::text[], $11::text[], $12::text[], $13::text[], $14::text[], $15::text[], $16::text[]) as n(id, person, local_id, number, status, family, given, born, sex, address, postcode, phone, email, practice, names, postcodes)`,
        [column((each) => each.id), column((each) => each.person), column((each) => each.localId), column((each) => each.d.nhsNumberText), column((each) => each.d.nhsNumberStatus), column((each) => each.d.family), column((each) => each.d.given), column((each) => (/^\d{4}-\d{2}-\d{2}$/.test(each.d.birthDate ?? "") ? each.d.birthDate : null)), column((each) => each.d.sex), column((each) => each.d.address[0] ?? ""), column((each) => each.d.postcode), column((each) => each.d.phone), column((each) => each.d.email), column((each) => each.d.gpPractice), column((each) => each.d.otherNames.join("|")), column((each) => each.d.otherPostcodes.join("|")), NOW],
      ),
      sql.query("insert into identity.link (person_id, source_patient_id, linked_at, reason) select person, id, $3, 'first message' from unnest($1::uuid[], $2::uuid[]) as n(person, id)", [column((each) => each.person), column((each) => each.id), NOW]),
      sql.query("insert into identity.nhs_number_key (nhs_number, source_patient_id) select number, id from unnest($1::text[], $2::uuid[]) as n(number, id) where number is not null on conflict do nothing", [column((each) => each.d.nhsNumberText), column((each) => each.id)]),
      sql.query("insert into identity.candidate_key (candidate_key, source_patient_id, keys_version) select key, id, $3 from unnest($1::bigint[], $2::uuid[]) as n(key, id)", [rows.flatMap((each) => each.keys.map(String)), rows.flatMap((each) => each.keys.map(() => each.id)), matcher.spec.keys.version]),
    ]));
  };
  let index = 0;
  for (const { records } of linkagePeople({ people, seed: 7, level: "hes-like", now: NOW })) {
    const [first, ...others] = records;
    if (first === undefined) continue;
    const d = demographicsOf(first.fields);
    page.push({ id: uuidv7(), person: uuidv7(), localId: first.truth, d, keys: keysOfRecord(matcher, d) });
    if (index++ % every === 0 && later.length < registrations) later.push(...others);
    if (page.length === PAGE) await write();
  }
  await write();
  await owner.query("alter table identity.candidate_key add primary key (candidate_key, source_patient_id)");
  await owner.query("vacuum analyze");
  return later;
}

async function register(intake: Pool, matcher: Matcher, records: readonly Later[]): Promise<Omit<OnlineFigures, "people" | "loadedSeconds">> {
  const taken: number[] = [];
  let [linked, next] = [0, 0];
  const began = performance.now();
  await Promise.all(Array.from({ length: AT_ONCE }, async () => {
    for (let at = next++; at < records.length; at = next++) {
      const record = records[at]!;
      const started = performance.now();
      const { relinked } = await intake.transaction((sql) => takeSourcePatient(sql, matcher, { organisation: record.organisation, localId: `${record.truth}/${uuidv7()}`, feed: "bench", demographics: demographicsOf(record.fields), at: NOW, received: NOW }));
      taken.push(performance.now() - started);
      if (relinked) linked++;
    }
  }));
  const seconds = (performance.now() - began) / 1000;
  const { rows } = await intake.query<{ many: number }>("select count(distinct source_patient_id)::int as many from identity.review");
  // A local id begins with whose the record is: whoever stands under a person beside more records of another human is linked wrongly.
  const { rows: mixed } = await intake.query<{ wrong: number }>(
    `select coalesce(sum(records - most), 0)::int as wrong from (select person_id, sum(n) as records, max(n) as most from (
       select l.person_id, split_part(s.local_id, '/', 1) as human, count(*) as n from identity.link l join identity.source_patient s using (source_patient_id)
       where l.person_id in (select person_id from identity.link where kind <> 'first') group by 1, 2) each group by person_id) persons`,
  );
  const wrong = mixed[0]!.wrong;
  const { p50, p95, p99 } = percentiles(taken);
  return { perSecond: Math.round(records.length / seconds), p50, p95, p99, linked, wrong, review: rows[0]!.many, taken: taken.length };
}
