/**
 * The house's rules about its rooms, held by reading the source: `ls src` is
 * the table of contents, and whoever knows a room's floor knows what it may use.
 */
import assert from "node:assert/strict";
import { existsSync, globSync, readFileSync, readdirSync } from "node:fs";
import { basename, dirname, join, relative, resolve } from "node:path";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));

/** From the ground up: a room imports only from rooms that stand before it here. Rooms that are to come have their place already. */
const FLOORS = [
  "standards", "platform", "decision", "audit", "terminology", "governance", "national", "identity", "objections", "access", "record", "feeds", "gateway", "sections", "forms", "mailbox", "monitoring",
  "subject-rights", "secondary-uses", "data-quality", "stewardship", "synthetic", "apps",
];

/** Schemas of the database that a room's SQL may name. */
const SCHEMAS: Readonly<Record<string, string>> = { platform: "platform", audit: "audit", identity: "identity", objections: "objections", access: "access", record: "record", feeds: "feeds", "data-quality": "data_quality", governance: "governance", mailbox: "mailbox", monitoring: "monitoring" };
const SCHEMA_NAMES = Object.values(SCHEMAS);

/** SQL outside the room that owns the schema, each with its reason. */
const SQL_EXCEPTIONS: Readonly<Record<string, { schema: string; why: string }>> = {
  "src/apps/sign-in/store.ts": { schema: "platform", why: "signing in joins cookies, providers and launch links, which no room below may know together; its two tables lie beside the session's" },
  "src/apps/sign-in/passkeys/store.ts": { schema: "platform", why: "passkeys are what sessions are opened with, and lie beside them" },
  "src/apps/demo.ts": { schema: "platform", why: "one setting says whether the demonstration was loaded; production never reads it" },
};

/** Words of one region that may stand in `src` outside a comment or a test, each with its reason. */
const REGION_EXCEPTIONS: Readonly<Record<string, string>> = {
  "src/platform/config.ts": "the default of KMCR_REGION: the region pack that comes with the product",
  "src/apps/stand-in.ts": "the same default, for the stand-in's own process",
  "src/monitoring/engine/scenario.ts": "words for tests: organisations of the pack that the project ships",
  "src/access/scenario.ts": "words for tests: they read the pack that the project ships",
};

const sources = globSync("src/**/*.ts", { cwd: root }).sort();
const isTest = (file: string): boolean => file.endsWith(".test.ts");
const textOf = (file: string): string => readFileSync(join(root, file), "utf8");
const roomOf = (file: string): string => file.split("/")[1]!;
/** Comments are for people: the rules look at the code alone. */
const codeOf = (file: string): string => textOf(file).replace(/\/\*[\s\S]*?\*\//g, "").replace(/(^|[\s;,{}(])\/\/[^\n]*/g, "$1");

/** What a file imports or re-exports, statically or by `import()`. */
function importsOf(file: string): string[] {
  const text = codeOf(file);
  const statements = [...text.matchAll(/^\s*(?:import|export)\b[^;"']*?\bfrom\s*["']([^"']+)["']/gm), ...text.matchAll(/^\s*import\s*["']([^"']+)["']/gm), ...text.matchAll(/\bimport\(\s*["']([^"']+)["']\s*\)/g)];
  return statements.map((match) => match[1]!);
}

/** All faults at once, so that one run tells the whole story. */
function none(faults: readonly string[], rule: string): void {
  assert.equal(faults.length, 0, `${rule}:\n  ${faults.join("\n  ")}`);
}

const rooms = readdirSync(join(root, "src"), { withFileTypes: true }).filter((each) => each.isDirectory()).map((each) => each.name);

describe("rooms and floors", () => {
  test("these rules read the whole of src: what they find agrees with a count of the import lines", () => {
    const found = sources.reduce((sum, file) => sum + importsOf(file).filter((target) => target.startsWith("#")).length, 0);
    const lines = sources.reduce((sum, file) => sum + [...codeOf(file).matchAll(/(?:from |import\()"#/g)].length, 0);
    assert.ok(found > 300 && found === lines, `${found} of ${lines}`);
  });

  test("every folder of src is a room with a known floor, and src holds nothing but rooms", () => {
    none(readdirSync(join(root, "src")).filter((name) => !FLOORS.includes(name)), "not a room of docs/architecture.md");
  });

  test("a room imports only from rooms below it", () => {
    const faults: string[] = [];
    for (const file of sources.filter((each) => !isTest(each))) {
      for (const target of importsOf(file).filter((each) => each.startsWith("#"))) {
        const room = target.slice(1).split("/")[0]!;
        if (room === roomOf(file)) faults.push(`${file} imports its own room by ${target}`);
        else if (FLOORS.indexOf(room) >= FLOORS.indexOf(roomOf(file))) faults.push(`${file} imports ${target}, which is not below ${roomOf(file)}`);
      }
    }
    none(faults, "imports upward");
  });

  test("a room is entered through its index.ts alone", () => {
    const faults: string[] = [];
    for (const file of sources) {
      for (const target of importsOf(file)) {
        if (target.startsWith(".")) {
          const to = relative(root, resolve(root, dirname(file), target));
          if (to.split("/")[0] !== "src" || roomOf(to) !== roomOf(file)) faults.push(`${file} reaches ${to} by a path`);
          else if (!existsSync(join(root, to))) faults.push(`${file} imports ${to}, which does not exist`);
        } else if (target.startsWith("#") && !/^#[a-z-]+$/.test(target) && target !== "#decision/make" && !(isTest(file) && target.startsWith("#test/"))) faults.push(`${file} imports ${target}`);
      }
    }
    none(faults, "rooms entered by a side door");
  });

  test("package.json opens one door a room, and the decision's making", () => {
    const { imports } = JSON.parse(textOf("package.json")) as { imports: Record<string, string> };
    const faults = rooms.filter((room) => room !== "apps" && imports[`#${room}`] !== `./src/${room}/index.ts`);
    for (const [name, path] of Object.entries(imports)) if (name !== "#decision/make" && name !== "#test/*" && path !== `./src/${name.slice(1)}/index.ts`) faults.push(`${name} leads to ${path}`);
    none(faults, "doors");
  });

  test("only access makes a decision; nobody else imports #decision/make", () => {
    none(sources.filter((file) => !isTest(file) && roomOf(file) !== "access" && importsOf(file).some((target) => target === "#decision/make" || (roomOf(file) === "decision" && target.endsWith("/make.ts")))), "makers of decisions");
  });

  test("nothing in src but its tests imports a test", () => {
    none(sources.filter((file) => !isTest(file) && importsOf(file).some((target) => target.startsWith("#test/") || target.endsWith(".test.ts"))), "product code that leans on tests");
  });

  test("the path of an import can be read: every dynamic import names its module", () => {
    none(sources.filter((file) => /\bimport\(\s*[^"'\s)]/.test(codeOf(file)) || /\brequire\(/.test(codeOf(file))), "computed imports");
  });

  test("each room tells its question in README.md and documents its door in index.ts", () => {
    const faults: string[] = [];
    for (const room of rooms) {
      if (!existsSync(join(root, "src", room, "README.md"))) faults.push(`src/${room}/README.md is missing`);
      else if (!textOf(`src/${room}/README.md`).includes("**The question it answers:**")) faults.push(`src/${room}/README.md does not say which question it answers`);
      if (room === "apps") continue; // composes rooms; nobody imports it
      if (!existsSync(join(root, "src", room, "index.ts"))) faults.push(`src/${room}/index.ts is missing`);
      else if (!textOf(`src/${room}/index.ts`).startsWith("/**")) faults.push(`src/${room}/index.ts does not begin with what the room is`);
    }
    none(faults, "rooms without a sign");
  });

  test("docs/architecture.md lists the rooms in the order of their floors", () => {
    const listed = /standards · [\s\S]*?apps/.exec(textOf("docs/architecture.md"))![0].split("·").map((each) => each.trim());
    assert.deepEqual(listed, FLOORS.filter((room) => rooms.includes(room)));
  });
});

describe("what src does not hold", () => {
  test("no region: nothing names Kent, Medway or one of their ODS codes", () => {
    const pack = JSON.parse(textOf("regions/kent-medway/organisations.json")) as { organisations?: { odsCode: string }[] } | { odsCode: string }[];
    const codes = (Array.isArray(pack) ? pack : pack.organisations!).map((each) => each.odsCode);
    assert.ok(codes.length > 20 && codes.every((code) => typeof code === "string" && code.length >= 3), "the pack's ODS codes were read");
    const quoted = new Set(codes.flatMap((code) => [`"${code}"`, `'${code}'`, `\`${code}\``]));
    const faults: string[] = [];
    for (const file of globSync("src/**/*.{ts,json}", { cwd: root }).sort()) {
      if (isTest(file) || REGION_EXCEPTIONS[file] !== undefined) continue;
      const code = file.endsWith(".json") ? textOf(file) : codeOf(file);
      if (/\b(kent|medway)\b/i.test(code)) faults.push(`${file} names the region`);
      for (const each of quoted) if (code.includes(each)) faults.push(`${file} names the organisation ${each}`);
    }
    none(faults, "the region in the product");
    none(Object.keys(REGION_EXCEPTIONS).filter((file) => !existsSync(join(root, file)) || !/kent|medway/i.test(textOf(file))), "exceptions that are no longer needed");
  });

  test("no drawers: no file is called utils, helpers, common, misc, manager or types", () => {
    none(globSync("src/**/*", { cwd: root }).filter((file) => /^(utils?|helpers?|common|misc|managers?|types)(\.|$)/.test(basename(file)) || /-(utils?|helpers?|manager)\./.test(basename(file))), "drawers");
  });

  test("files are kebab-case", () => {
    none(sources.filter((file) => !/^[a-z0-9]+(-[a-z0-9]+)*(\.browser)?(\.test|\.d)?\.ts$/.test(basename(file))), "names");
  });

  test("no code from data: no eval, new Function or vm", () => {
    none(sources.filter((file) => /\beval\(|new Function\b|\bFunction\(|node:vm\b|["']vm["']/.test(codeOf(file))), "code made of data");
  });

  test("one entry point for XML: the streaming parser is imported in one file", () => {
    const readers = sources.filter((file) => importsOf(file).some((target) => /^(saxes|fast-xml-parser|xml2js|@xmldom\/xmldom|libxmljs.*|sax)$/.test(target)));
    assert.ok(readers.length <= 1, readers.join(", "));
  });

  test("no shell and no other program, but for the supervisor's own parts, the database and the press", () => {
    const allowed: Readonly<Record<string, string>> = {
      "src/platform/postgres.ts": "the embedded database",
      "src/apps/server/supervisor.ts": "the product's own processes",
      "src/platform/pdf/press.ts": "one file of its own, started as Node: native code that sets PDF may neither hold up nor end a web process, and a thread of it cannot be stopped (decision 0014)",
    };
    const faults = sources.filter((file) => !isTest(file) && importsOf(file).some((target) => /child_process$/.test(target)) && allowed[file] === undefined);
    none(faults, "files that start programs");
  });

  test("type stripping is enough: no enum, namespace, parameter property or decorator", () => {
    none(sources.filter((file) => /^\s*(export\s+)?(const\s+)?enum\s+\w|^\s*(export\s+)?namespace\s+\w/m.test(codeOf(file))), "syntax that is not erased");
  });
});

describe("the database's rooms", () => {
  test("SQL names tables of its own room's schema only", () => {
    const faults: string[] = [];
    const used = new Set<string>();
    for (const file of sources.filter((each) => !isTest(each))) {
      for (const [, schema] of codeOf(file).matchAll(new RegExp(`\\b(?:from|join|into|update|table|delete from)\\s+(${SCHEMA_NAMES.join("|")})\\.[a-z_]+`, "g"))) {
        if (schema === SCHEMAS[roomOf(file)]) continue;
        if (SQL_EXCEPTIONS[file]?.schema === schema) used.add(file);
        else faults.push(`${file} names a table of ${schema}`);
      }
    }
    none([...new Set(faults)], "tables of another room");
    none(Object.keys(SQL_EXCEPTIONS).filter((file) => !used.has(file)), "exceptions that are no longer needed");
  });

  test("only the file that finds people is given the search role", () => {
    const faults = sources.filter((file) => !isTest(file) && /"kmcr_search"/.test(codeOf(file)) && !["src/platform/database.ts"].includes(file) && roomOf(file) !== "apps");
    none(faults, "users of the search role");
  });
});
