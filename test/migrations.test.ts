/**
 * The rules that let one schema run on one PostgreSQL and on a cluster
 * distributed by the home key, and the rights of the product's roles: read
 * from the migrations' text, and tried on a database made by them.
 */
import assert from "node:assert/strict";
import { globSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { openPool, openSourcePatients, ROLES, uuidv7, type Pool } from "#platform";
import { freshDatabase } from "#test/database.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const files = readdirSync(join(root, "migrations")).sort();
/** The SQL without its comments. */
const sqlOf = (file: string): string => readFileSync(join(root, "migrations", file), "utf8").replace(/--[^\n]*/g, "");
const sources = globSync("src/**/*.ts", { cwd: root }).filter((file) => !file.endsWith(".test.ts")).map((file) => ({ file, text: readFileSync(join(root, file), "utf8").replace(/\/\*[\s\S]*?\*\//g, "") }));

/** Schemas whose tables may be keyed by the person; in all others the source patient is the home key. */
const BY_PERSON = new Set(["identity", "access", "objections", "audit"]);

/** Tables whose keys begin with neither, each with the rule that allows it. */
const KEYED_OTHERWISE: Readonly<Record<string, string>> = {
  "identity.local_identifier": "keyed look-up: uniqueness of a local id in a table of its own",
  "identity.nhs_number_key": "keyed look-up: who carries an NHS number, in a table of its own",
  "identity.name_key": "keyed look-up: find by name and date of birth, in a table of its own",
  "identity.candidate_key": "keyed look-up: who shares a candidate key, in a table of its own",
  "identity.change_line": "a fact of the installation: when PDS's changes were last heard of",
  "identity.keys_made": "a fact of the installation: whose candidate keys are made",
  "identity.number_alias": "keyed look-up: what a superseded number became, in a table of its own",
  "identity.keep_apart": "keyed look-up: pairs of hashed identifiers, in a table of its own",
  "identity.sealed_number": "keyed look-up: hashed numbers of former identities, in a table of its own",
  "identity.nhs_number_gate": "keyed look-up: the row lock under which a number's links are decided",
  "objections.request": "not known yet whose it is: a form from the public page, by its reference",
  "objections.request_outcome": "what became of such a form, by its reference",
  "objections.compliance_run": "a fact of the installation: what a compliance report found",
  "record.directory": "belongs to no person: organisations, practitioners, locations",
  "feeds.inbox": "not known yet whose it is: distributed by feed",
  "feeds.quarantine": "lies with its message: distributed by feed",
  "feeds.tally": "counts of a feed by the hour: distributed by feed",
  "feeds.connection": "how a feed's sender was last connected: distributed by feed",
  "feeds.unmapped_code": "names no person: counts of a feed's local codes",
  "files.sent_row": "of files, before it is known whose a row is: distributed by feed",
  "data_quality.issue": "lies with its message: distributed by feed",
  "files.report": "lies with its message: distributed by feed",
  "mailbox.mesh_mailbox": "a fact of the installation: when our mailbox was last looked into",
  "audit.tile": "the installation's one log, which holds hashes alone: by level and place",
  "audit.checkpoint": "the installation's one log: one root a size",
  "audit.log_head": "a fact of the installation: the log's name and size",
  "audit.signing_key": "a fact of the installation: the keys that signed the log",
  "audit.cosignature": "what witnesses said of the log: by organisation and size",
  "audit.check_run": "a run of the check of the whole log",
  "monitoring.progress": "a fact of the installation: how far the job has come",
  "monitoring.alert": "lies with the professional's employer, whose officers look into it: distributed by organisation",
  "monitoring.alert_entry": "lies with its alert: distributed by organisation",
  "monitoring.bare_access": "lies with the professional's employer: distributed by organisation",
  "monitoring.day_count": "counts of a professional's day: distributed by organisation",
  "monitoring.case_file": "lies with the professional's employer: distributed by organisation",
  "monitoring.journal": "lies with what it tells of: distributed by organisation",
  "monitoring.sample": "of an organisation's accesses: distributed by organisation",
  "monitoring.sample_item": "lies with its sample: distributed by organisation",
  "monitoring.plan": "names no person: an organisation's plan",
  "monitoring.concern": "not known yet whose record it is about: distributed by organisation",
  "monitoring.control_check": "names no person: an organisation's controls",
  "platform.setting": "a fact of the installation",
  "platform.session": "a professional's session, by the hash of its cookie",
  "platform.sign_in": "a sign-in on its way, by the hash of its cookie",
  "platform.passkey": "keyed look-up: whose a credential is, by its id",
  "platform.passkey_invitation": "an invitation of a professional, by the hash of its token",
  "platform.passkey_challenge": "a challenge on its way, by the hash of its cookie",
  "platform.confidentiality_acceptance": "a professional's acceptances of the duty of confidentiality",
  "platform.launch_used": "used launch links, by host and token",
};

/** What happens to each table that names a person when a source patient is linked to another one. */
const AFTER_RELINK: Readonly<Record<string, string>> = {
  "identity.source_patient": "written by relink itself, in the same transaction",
  "identity.link": "written by relink itself, in the same transaction",
  "identity.relink_journal": "is the journal: from and to stay as they were",
  "audit.entry": "stays with the person as opened then; its source_patients lead from either side",
  "audit.unsequenced": "lies with its entry, for a second",
  "audit.sequenced": "lies with its entry",
  "audit.committed_later": "lies with its entry",
  "monitoring.alert": "stays with the person as opened then: its entries' source patients lead from either side",
  "monitoring.alert_entry": "names audit entries, which stay",
  "monitoring.bare_access": "names audit entries, which stay; it is judged again with the links as they are",
  "monitoring.sample_item": "names audit entries, which stay",
  "access.reason": "stays with the person for whom it was given; opens nothing new, the professional is asked again",
  "objections.request_outcome": "stays as it was decided: the case that it led to follows the person",
  "objections.letter": "stays with the person to whom it was written; nothing is read by it",
  "objections.letter_sent": "stays with its letter",
  "objections.override": "stays with the person for whom it was stated; opens nothing new, the professional is asked again",
  "objections.objection": "stays, and a follower in the same transaction carries it to the other side: the stricter holds on both (src/objections/carry.test.ts)",
};

type Key = { table: string; kind: string; columns: string[] };

/** Primary, unique and foreign keys of the migrations' text. */
function keys(): Key[] {
  const found: Key[] = [];
  for (const file of files) {
    const sql = sqlOf(file);
    for (const [, table, body] of sql.matchAll(/create table ([a-z_]+\.[a-z_]+) \(([\s\S]*?)\n\);/g)) {
      for (const [, kind, columns] of body!.matchAll(/^\s*(?:constraint \w+ )?(primary key|unique|foreign key)\s*\(([^)]*)\)/gm)) found.push({ table: table!, kind: kind!, columns: columns!.split(",").map((each) => each.trim()) });
      for (const [, column, kind] of body!.matchAll(/^\s*(\w+)\s+[^\n,]*?\b(primary key|unique|references)\b/gm)) if (column !== "primary" && column !== "unique" && column !== "foreign") found.push({ table: table!, kind: kind!, columns: [column!] });
    }
    for (const [, table, columns] of sql.matchAll(/create unique index \w+ on ([a-z_]+\.[a-z_]+)\s*(?:using \w+ )?\(([^)]*)\)/g)) found.push({ table: table!, kind: "unique index", columns: columns!.split(",").map((each) => each.trim().split(" ")[0]!) });
    for (const [, table, kind, columns] of sql.matchAll(/alter table ([a-z_]+\.[a-z_]+)[^;]*?\badd (?:constraint \w+ )?(primary key|unique|foreign key)\s*\(([^)]*)\)/g)) found.push({ table: table!, kind: kind!, columns: columns!.split(",").map((each) => each.trim()) });
  }
  return found;
}

const none = (faults: readonly string[], rule: string): void => assert.equal(faults.length, 0, `${rule}:\n  ${faults.join("\n  ")}`);

describe("migrations as they are written", () => {
  test("files have padded numbers, words, and no number twice", () => {
    none(files.filter((file) => !/^\d{4}-[a-z0-9]+(-[a-z0-9]+)*\.sql$/.test(file)), "names");
    assert.equal(new Set(files.map((file) => file.slice(0, 4))).size, files.length);
  });

  test("forward only: nothing undoes a migration, and no table or schema is dropped", () => {
    none(files.filter((file) => /down|rollback|undo/.test(file) || /\b(drop (table|schema)|truncate)\b/i.test(sqlOf(file))), "files that go back");
  });

  test("the home key stands first in each primary, unique and foreign key", () => {
    const all = keys();
    assert.ok(all.length > 15, "the keys were read");
    const faults = all.filter(({ table, columns }) => KEYED_OTHERWISE[table] === undefined && columns[0] !== "source_patient_id" && !(columns[0] === "person_id" && BY_PERSON.has(table.split(".")[0]!)));
    none(faults.map((each) => `${each.table}: ${each.kind} (${each.columns.join(", ")})`), "keys that do not begin with the home key");
  });

  test("keyed look-ups begin with their key and end with the home key's owner; messages begin with their feed", () => {
    for (const { table, columns } of keys().filter((each) => KEYED_OTHERWISE[each.table] !== undefined && each.table.startsWith("feeds."))) assert.equal(columns[0], "feed", table);
    none(Object.keys(KEYED_OTHERWISE).filter((table) => !keys().some((key) => key.table === table)), "exceptions that are no longer needed");
  });

  test("no triggers, sequences, advisory locks or notifications: they do not go to a cluster", () => {
    const forbidden = /\b(create (or replace )?(constraint )?trigger|create sequence|serial|bigserial|smallserial|generated (always|by default) as identity|nextval|setval|pg_(try_)?advisory\w*|listen|notify|pg_notify)\b/i;
    none(files.filter((file) => forbidden.test(sqlOf(file))), "migrations");
    const inCode = /\b(nextval\(|setval\(|pg_(try_)?advisory\w*|pg_notify|set_config\()|["'`](listen|notify) /i;
    none(sources.filter(({ text }) => inCode.test(text)).map(({ file }) => file), "source files");
  });

  test("no statement updates a home key: clinical rows stay with their source patient for ever", () => {
    const faults: string[] = [];
    for (const { file, text } of sources) {
      for (const [, assignments] of text.matchAll(/\bset\s+((?:(?!\bwhere\b|\breturning\b|`;|";)[\s\S]){1,3000}?)(?=\bwhere\b|\breturning\b|`|")/gi)) {
        if (/\bsource_patient_id\s*=/.test(assignments!)) faults.push(`${file}: set ${assignments!.slice(0, 80)}`);
        if (/\bperson_id\s*=/.test(assignments!) && file !== "src/identity/links.ts") faults.push(`${file}: set ${assignments!.slice(0, 80)}`);
      }
    }
    none(faults, "updates of a key");
    const relinks = sources.find(({ file }) => file === "src/identity/links.ts")!.text.match(/set person_id =/g);
    assert.equal(relinks?.length, 1, "person_id is written in one place, relink");
  });

  test("volatile values are parameters: no now() or random() in a statement of src", () => {
    const faults = sources.filter(({ file }) => file !== "src/platform/migrate.ts").filter(({ text }) => [...text.matchAll(/(["`])((?:select|insert|update|delete|with)\b(?:(?!\1)[\s\S])*)\1/g)].some(([, , sql]) => /\b(now\(\)|current_timestamp|clock_timestamp\(\)|random\(\)|gen_random_uuid\(\))/.test(sql!)));
    none(faults.map(({ file }) => file), "statements with volatile values");
  });

  test("ids are made in the application: no column makes its own", () => {
    none(files.filter((file) => /default\s+(gen_random_uuid|uuid_generate|uuidv7)/i.test(sqlOf(file))), "migrations");
  });
});

describe("a database made by the migrations", () => {
  let database: Awaited<ReturnType<typeof freshDatabase>>;
  let owner: Pool;
  const roles = new Map<string, Pool>();

  before(async () => {
    database = await freshDatabase("migrations");
    if (database === null) return;
    owner = openPool(database.address, undefined, 2);
    for (const role of ROLES) roles.set(role, openPool(database.address, role, 1));
  });
  after(async () => {
    if (database === null) return;
    await Promise.all([owner.end(), ...[...roles.values()].map((pool) => pool.end())]);
    await database.drop();
  });
  const onDatabase = (title: string, work: () => Promise<void>): void => void test(title, async (t) => (database === null ? t.skip("needs the test database of npm test") : work()));

  onDatabase("no role of the product owns anything, bypasses row-level security, or may make roles, databases or tables", async () => {
    const { rows } = await owner.query<{ rolname: string }>("select rolname from pg_roles where rolname = any($1) and (rolsuper or rolbypassrls or rolcreatedb or rolcreaterole or rolreplication)", [[...ROLES]]);
    assert.deepEqual(rows, []);
    const owned = await owner.query("select c.relname from pg_class c join pg_roles r on r.oid = c.relowner where r.rolname = any($1)", [[...ROLES]]);
    assert.deepEqual(owned.rows, []);
    const member = await owner.query("select m.rolname from pg_auth_members a join pg_roles m on m.oid = a.member where m.rolname = any($1)", [[...ROLES]]);
    assert.deepEqual(member.rows, []);
    for (const role of ROLES) {
      const { rows: makes } = await owner.query<{ nspname: string }>("select nspname from pg_namespace where nspname !~ '^pg_' and has_schema_privilege($1, oid, 'create')", [role]);
      assert.deepEqual(makes, [], role);
    }
  });

  onDatabase("every table of record that names a source patient is under row-level security", async () => {
    const { rows } = await owner.query<{ relname: string }>(
      `select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace join pg_attribute a on a.attrelid = c.oid and a.attname = 'source_patient_id'
       where n.nspname = 'record' and c.relkind = 'r' and not c.relrowsecurity`,
    );
    assert.deepEqual(rows, []);
  });

  onDatabase("pages see no clinical row until the transaction opens source patients, and then only theirs", async () => {
    const [mine, other] = [uuidv7(), uuidv7()];
    const tables = {
      "record.resource": (id: string) => `insert into record.resource values ('${id}', '${uuidv7()}', 'Condition', 'problems', 1, null, null, null, null, 'x', 'active', '{}', 'X', null, null, '2026-01-01', 'f', '${uuidv7()}', 'k', '{}', '${uuidv7()}', 0, 1, '{}')`,
      "record.body_chunk": (id: string) => `insert into record.body_chunk values ('${id}', '${uuidv7()}', '')`,
      "record.source_statement": (id: string) => `insert into record.source_statement values ('${id}', 'f', 'allergies', 'asserted-none', 'x', '2026-01-01', '${uuidv7()}')`,
    };
    for (const [, insert] of Object.entries(tables)) for (const id of [mine, other]) await owner.query(insert(id));
    await owner.query(`insert into record.resource_history values ('${mine}', '${uuidv7()}', 'Condition', 'problems', 1, null, null, null, null, 'x', 'active', '{}', 'X', null, null, '2026-01-01', 'f', '${uuidv7()}', 'k', '{}', '${uuidv7()}', 0, 1, '{}'), ('${other}', '${uuidv7()}', 'Condition', 'problems', 1, null, null, null, null, 'x', 'active', '{}', 'X', null, null, '2026-01-01', 'f', '${uuidv7()}', 'k', '{}', '${uuidv7()}', 0, 1, '{}')`);
    const pages = roles.get("kmcr_pages")!;
    for (const table of [...Object.keys(tables), "record.resource_history"]) {
      const ids = async (open: string[] | null): Promise<string[]> =>
        pages.transaction(async (sql) => {
          if (open !== null) await openSourcePatients(sql, open);
          return (await sql.query<{ source_patient_id: string }>(`select source_patient_id from ${table}`)).rows.map((row) => row.source_patient_id);
        });
      assert.deepEqual(await ids(null), [], `${table} unopened`);
      assert.deepEqual(await ids([mine]), [mine], `${table} opened`);
      assert.deepEqual(await ids([]), [], `${table} with nobody opened`);
      assert.deepEqual(await ids(null), [], `${table} after a transaction that had opened some, on the same connection`);
    }
  });

  onDatabase("pages cannot write the record, and neither pages nor search can read what the other is for", async () => {
    const pages = roles.get("kmcr_pages")!;
    const search = roles.get("kmcr_search")!;
    for (const statement of ["delete from record.resource", "update record.resource set display = 'x'", "insert into record.body_chunk values (null, null, '')", "select bytes from feeds.inbox", "update identity.link set reason = 'x'"]) {
      await assert.rejects(pages.query(statement), { code: "42501" }, statement);
    }
    for (const statement of ["select 1 from record.resource", "select 1 from record.body_chunk", "select 1 from feeds.inbox", "select 1 from audit.entry", "select evidence from identity.review", "select reason from identity.review", "select 1 from platform.session"]) {
      await assert.rejects(search.query(statement), { code: "42501" }, statement);
    }
  });

  onDatabase("an audit entry stays as it was written: no role of the product may update, delete or empty, but the one that destroys at the end of retention", async () => {
    for (const [role, pool] of roles) {
      for (const statement of ["update audit.entry set reason = 'x'", "truncate audit.entry", ...(role === "kmcr_destroy" ? [] : ["delete from audit.entry", "delete from audit.sequenced"])]) await assert.rejects(pool.query(statement), { code: "42501" }, `${role}: ${statement}`);
    }
  });

  onDatabase("what was signed stays: no role may change or delete a checkpoint, a key or a line of the log, and only the sequencer signs", async () => {
    for (const [role, pool] of roles) {
      for (const table of ["audit.checkpoint", "audit.signing_key", "audit.tile"]) for (const statement of [`delete from ${table}`, `truncate ${table}`]) await assert.rejects(pool.query(statement), { code: "42501" }, `${role}: ${statement}`);
      await assert.rejects(pool.query("update audit.checkpoint set root = ''"), { code: "42501" }, role);
      await assert.rejects(pool.query("update audit.sequenced set leaf_index = 0"), { code: "42501" }, role);
      if (role !== "kmcr_log") for (const statement of ["insert into audit.checkpoint values (1, '', '2026-01-01', '')", "insert into audit.tile values (0, 0, '')", "update audit.tile set hashes = ''", "update audit.log_head set size = 0", "delete from audit.unsequenced"]) await assert.rejects(pool.query(statement), { code: "42501" }, `${role}: ${statement}`);
    }
  });

  onDatabase("a reason, an objection and the journal of links are evidence: nobody changes or deletes them", async () => {
    for (const [role, pool] of roles) {
      for (const table of ["access.reason", "objections.objection", "objections.override", "identity.relink_journal", "platform.confidentiality_acceptance"]) {
        for (const statement of [`delete from ${table}`, `truncate ${table}`, `update ${table} set ${{ "identity.relink_journal": "reason", "platform.confidentiality_acceptance": "version" }[table] ?? "words"} = 'x'`]) await assert.rejects(pool.query(statement), { code: "42501" }, `${role}: ${statement}`);
      }
    }
  });

  onDatabase("who held which passkey, and who invited them, stays on record: nobody deletes one or changes whose it is", async () => {
    for (const [role, pool] of roles) {
      for (const statement of ["delete from platform.passkey", "update platform.passkey set public_key = ''", "update platform.passkey set professional_id = 'x'", "delete from platform.passkey_invitation", "update platform.passkey_invitation set professional_id = 'x'", "update platform.passkey_invitation set expires_at = '2999-01-01'"]) await assert.rejects(pool.query(statement), { code: "42501" }, `${role}: ${statement}`);
    }
  });

  onDatabase("every table that names a person says what follows when a source patient is linked to another one", async () => {
    const { rows } = await owner.query<{ name: string }>(
      "select distinct table_schema || '.' || table_name as name from information_schema.columns where table_schema !~ '^(pg_|information_schema)' and column_name ~ '(^|_)person(_id)?$'",
    );
    none(rows.map((row) => row.name).filter((name) => AFTER_RELINK[name] === undefined), "tables without a rule for relink");
    none(Object.keys(AFTER_RELINK).filter((name) => !rows.some((row) => row.name === name)), "rules without a table");
  });

  onDatabase("no trigger, sequence or identity column came in any other way", async () => {
    const { rows } = await owner.query("select tgname from pg_trigger where not tgisinternal");
    assert.deepEqual(rows, []);
    const { rows: sequences } = await owner.query("select relname from pg_class where relkind = 'S'");
    assert.deepEqual(sequences, []);
  });
});
