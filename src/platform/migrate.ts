import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ROLES, rolePassword, type Pool } from "./database.ts";

/** Thrown at start-up only: the database is not one that this product may run on. */
export class MigrationFault extends Error {
  override name = "MigrationFault";
}

/**
 * Makes the login roles, applies the migrations that are missing, in order, each
 * in its own transaction, and refuses a database where a migration was changed
 * after it was applied or where a role could bypass row-level security.
 */
export async function migrate(owner: Pool, folder: string, roleKey: string): Promise<{ applied: string[] }> {
  await makeRoles(owner, roleKey);
  await owner.query("create schema if not exists platform");
  await owner.query("create table if not exists platform.migration (name text primary key, sha256 text not null, applied timestamptz not null default now())");
  await owner.query(`grant usage on schema platform to ${ROLES.join(", ")}`);
  const done = new Map((await owner.query<{ name: string; sha256: string }>("select name, sha256 from platform.migration")).rows.map((row) => [row.name, row.sha256]));
  const applied: string[] = [];
  for (const name of readdirSync(folder).filter((file) => file.endsWith(".sql")).sort()) {
    const text = readFileSync(join(folder, name), "utf8");
    const sha256 = createHash("sha256").update(text).digest("hex");
    const before = done.get(name);
    if (before === sha256) continue;
    if (before !== undefined) throw new MigrationFault(`migrations/${name} was changed after it was applied; add a new migration instead`);
    await owner.transaction(async (sql) => {
      await sql.query(text);
      await sql.query("insert into platform.migration (name, sha256) values ($1, $2)", [name, sha256]);
    });
    applied.push(name);
  }
  await refuseUnsafeRoles(owner);
  return { applied };
}

async function makeRoles(owner: Pool, roleKey: string): Promise<void> {
  for (const role of ROLES) {
    const { rows } = await owner.query("select 1 from pg_roles where rolname = $1", [role]);
    const verb = rows.length > 0 ? "alter" : "create";
    // A role name and a base64url password: no character that could end the literal.
    await owner.query(`${verb} role ${role} login nosuperuser nocreatedb nocreaterole nobypassrls password '${rolePassword(roleKey, role)}'`);
    // Statements are few and keyed: planning each of them anew took as long as running it (0.4 ms of 0.9).
    await owner.query(`alter role ${role} set plan_cache_mode = force_generic_plan`);
  }
}

async function refuseUnsafeRoles(owner: Pool): Promise<void> {
  const { rows } = await owner.query<{ rolname: string }>(
    `select r.rolname from pg_roles r where r.rolname = any($1) and (r.rolsuper or r.rolbypassrls
       or exists (select 1 from pg_class c join pg_namespace n on n.oid = c.relnamespace
                  where c.relowner = r.oid and n.nspname in ('record', 'identity', 'audit', 'feeds', 'access', 'objections', 'monitoring')))`,
    [[...ROLES]],
  );
  if (rows.length > 0) throw new MigrationFault(`role ${rows.map((row) => row.rolname).join(", ")} owns tables or may bypass row-level security; the product does not start with it`);
}
