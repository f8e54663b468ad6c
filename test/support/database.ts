/** A migrated PostgreSQL of its own for one test run, and fresh databases of it for tests that need them. */
import { fileURLToPath } from "node:url";
import { migrate, openPool, startEmbeddedPostgres, type DatabaseAddress } from "#platform";

const ROLE_KEY = "a key for the roles of one test run";
const migrations = fileURLToPath(new URL("../../migrations", import.meta.url));

/** Starts the server; durability is switched off, since no test here is about it (those start the product itself). */
export async function startTestDatabase(folder: string): Promise<{ url: string; stop(): Promise<void> }> {
  const server = await startEmbeddedPostgres(folder, { durable: false });
  const url = `postgres://${server.user}:${server.password}@localhost/template_kmcr?host=${encodeURIComponent(server.socketDir)}`;
  const first = openPool({ kind: "socket", socketDir: server.socketDir, user: server.user, password: server.password, database: "postgres", roleKey: ROLE_KEY }, undefined, 1);
  await first.query("create database template_kmcr");
  await first.end();
  const owner = openPool({ kind: "url", url, roleKey: ROLE_KEY }, undefined, 1);
  await migrate(owner, migrations, ROLE_KEY);
  await owner.end();
  return { url, stop: () => server.stop() };
}

/** A database of its own for one test file, copied from the migrated one; `null` where no server was started (`node --test` by hand). */
export async function freshDatabase(name: string): Promise<{ address: DatabaseAddress; drop(): Promise<void> } | null> {
  const url = process.env["KMCR_TEST_DATABASE_URL"];
  if (url === undefined) return null;
  const database = `test_${name.replace(/\W/g, "_")}_${process.pid}`;
  const admin = new URL(url);
  admin.pathname = "/postgres";
  const owner = openPool({ kind: "url", url: admin.href, roleKey: ROLE_KEY }, undefined, 1);
  await owner.query(`create database ${database} template template_kmcr`);
  const own = new URL(url);
  own.pathname = `/${database}`;
  return {
    address: { kind: "url", url: own.href, roleKey: ROLE_KEY },
    async drop() {
      await owner.query(`drop database ${database} with (force)`);
      await owner.end();
    },
  };
}
