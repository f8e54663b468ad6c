/** The audit log from outside: partners fetch and verify it, a witness cosigns, the button checks all of it, and what somebody changed in the database is named. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { Browser } from "playwright-core";
import { embeddedSocketDir, openPool, type Pool } from "#platform";
import { admission, sendAll } from "#test/admission.ts";
import { follow, launchBrowser } from "#test/browser.ts";
import { keepsAccessible } from "#test/keeps.ts";
import { STAFF } from "#test/people.ts";
import { installationKey, startProduct, type Product } from "#test/product.ts";
import { WebReader } from "#test/web-reader.ts";

const verifier = fileURLToPath(new URL("../../kmcr-verify/kmcr-verify.mjs", import.meta.url));
const root = fileURLToPath(new URL("../..", import.meta.url));

type Ran = { status: number | null; out: string; err: string };
const run = (command: string, args: readonly string[], env: NodeJS.ProcessEnv = process.env): Promise<Ran> =>
  new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, env, stdio: ["ignore", "pipe", "pipe"] });
    let [out, err] = ["", ""];
    child.stdout.on("data", (chunk) => (out += chunk));
    child.stderr.on("data", (chunk) => (err += chunk));
    child.on("exit", (status) => resolve({ status, out, err }));
  });
const verify = (...args: string[]): Promise<Ran> => run(process.execPath, [verifier, ...args]);

describe("the audit log, from outside", () => {
  let folder: string;
  let product: Product;
  let owner: Pool;
  let officer: WebReader;
  let browser: Browser;
  let witnessKey: string;
  const log = (): string => `${product.base}/audit-log`;
  const text = async (path: string): Promise<string> => (await fetch(`${log()}/${path}`)).text();
  const logKey = async (): Promise<string> => (await text("keys")).trim().split("\n").at(-1)!;
  /** Waits until what was written so far is in the log. */
  const settled = async (least = 1): Promise<void> => {
    for (const end = Date.now() + 15_000; ; await sleep(200)) {
      const { rows } = await owner.query<{ waiting: number; size: number }>("select (select count(*)::int from audit.unsequenced) as waiting, (select size from audit.log_head) as size");
      if (rows[0]!.waiting === 0 && rows[0]!.size >= least) return;
      assert.ok(Date.now() < end, "the log stands still");
    }
  };
  const kmcr = (...args: string[]): Promise<Ran> => run(process.execPath, ["src/apps/cli/kmcr.ts", ...args], product.env);

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "kmcr-audit-log-"));
    const made = await verify("witness-key", "dpo.rvv.example/kmcr", "--secret", join(folder, "witness.pem"));
    assert.equal(made.status, 0, made.err);
    witnessKey = made.out.trim();
    const hospital = (JSON.parse(readFileSync("regions/kent-medway/organisations.json", "utf8")) as { odsCode: string }[]).find((each) => each.odsCode === "RVV")!;
    writeFileSync(join(folder, "organisations.json"), JSON.stringify([{ ...hospital, odsCode: "X-WIT", odsCodeVerified: false, name: "Witness Hospital", aliases: [], auditWitness: { key: witnessKey } }]));
    product = await startProduct({ overlays: [folder] });
    const password = readFileSync(join(product.dataDir, "postgres-owner"), "utf8").trim();
    owner = openPool({ kind: "socket", socketDir: embeddedSocketDir(product.dataDir), user: "kmcr_owner", password, database: "postgres", roleKey: installationKey(product) }, undefined, 1);
    [officer, browser] = await Promise.all([WebReader.signIn(product, STAFF.privacyOfficer), launchBrowser()]);
    await sendAll(product.mllpPort, ...Array.from({ length: 12 }, (_, index) => admission("RVV", `L${index}`, { name: `Logged${index}^Ann`, birth: `1950010${(index % 9) + 1}` })));
    await settled(13);
  });
  after(async () => {
    await Promise.all([owner?.end(), browser?.close()]);
    await product?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it("AUD-09 anyone may fetch checkpoint, keys and tiles; they verify from the address alone, hold no person, and full answers may be cached for ever", async () => {
    const all = await verify("log", log(), "--key", await logKey());
    assert.equal(all.status, 0, all.err);
    assert.match(all.out, /all is well/);
    const size = Number((await text("checkpoint")).split("\n")[1]);
    assert.ok(size >= 13, `${size} lines`);
    const bundle = await fetch(`${log()}/tile/entries/000.p/${size}`);
    assert.equal((await bundle.arrayBuffer()).byteLength, size * 34, "32 bytes and a length for each entry, and nothing else");
    assert.match(bundle.headers.get("cache-control")!, /immutable/);
    assert.doesNotMatch((await fetch(`${log()}/checkpoint`)).headers.get("cache-control")!, /immutable/);
    for (const path of ["tile/0/001", "tile/0/000", "tile/0/0", "tile/0/000.p/0", "tile/0/000.p/999", "tile/-1/000", "tile/9/000.p/1", "tile/entries/../keys", "checkpoint/999999", "checkpoint/0x1", "tile/"]) assert.equal((await fetch(`${log()}/${path}`)).status, 404, path);
  });

  it("AUD-09 a witness sees that the log only grew, and cosigns it; the page says when, and a key that is not registered is refused", async () => {
    const page = await officer.get("/office/audit-log");
    assert.match(page.text, /Witness Hospital is registered as a witness and has never cosigned/);
    const look = async (secret: string): Promise<Ran> => verify("witness", log(), "--key", await logKey(), "--name", "dpo.rvv.example/kmcr", "--secret", join(folder, secret), "--state", join(folder, `${secret}.seen`), "--post", `${log()}/witness/X-WIT`);
    const first = await look("witness.pem");
    assert.equal(first.status, 0, first.err);
    await officer.get("/office/privacy");
    await settled();
    const second = await look("witness.pem");
    assert.equal(second.status, 0, second.err);
    assert.equal((await verify("checkpoint", log(), "--key", await logKey())).status, 0);
    const after = await officer.get("/office/audit-log");
    assert.doesNotMatch(after.text, /never cosigned/);
    assert.match(after.text, /Witness Hospital Agrees/);
    await verify("witness-key", "dpo.rvv.example/kmcr", "--secret", join(folder, "other.pem"));
    // A checkpoint is served with the cosignatures that it has: one of the registered key must not stand on this one.
    await officer.get("/office/privacy");
    await settled(Number((await text("checkpoint")).split("\n")[1]) + 1);
    assert.match((await look("other.pem")).err, /403 audit.bad-cosignature/);
    for (const [organisation, status] of [["RN7", 404], ["X-WIT", 400]] as const) assert.equal((await fetch(`${log()}/witness/${organisation}`, { method: "POST", headers: { "content-type": "text/plain" }, body: "x" })).status, status);
    assert.equal((await fetch(`${log()}/witness/X-WIT`, { method: "POST", headers: { "content-type": "text/plain" }, body: "x".repeat(20_000) })).status, 413);
    assert.match(await (await fetch(`${product.base}/metrics`)).text(), /kmcr_audit_witness_age_seconds\{organisation="X-WIT"\} \d+\n/);
  });

  it("AUD-09 the check button verifies the whole log and says what it looked at; a changed entry is named by its line", async () => {
    const before = await officer.get("/office/audit-log");
    const clean = await officer.post("/office/audit-log/check", before, {});
    assert.match(clean.text, /All as it was written asked by Margaret Stone/);
    assert.match(clean.text, /\d+ entries against \d+ lines of the log, every tile against what lies below it, \d+ signed checkpoints, \d+ cosignatures/);
    await settled();
    const { rows } = await owner.query<{ leaf_index: number; organisation_name: string }>("select s.leaf_index, e.organisation_name from audit.sequenced s join audit.entry e using (person_id, entry_id) where e.action = 'write' order by s.leaf_index limit 1");
    const { leaf_index: index, organisation_name: name } = rows[0]!;
    const change = (to: string): Promise<unknown> => owner.query("update audit.entry e set organisation_name = $2 from audit.sequenced s where s.person_id = e.person_id and s.entry_id = e.entry_id and s.leaf_index = $1", [index, to]);
    await change("Somebody else");
    const found = await officer.post("/office/audit-log/check", clean, {});
    assert.match(found.text, /1 fault asked by/);
    assert.match(found.text, new RegExp(`Entry ${index} \\([0-9a-f-]+\\) is not what was committed to`));
    assert.match(found.text, /The last check that ended found 1 fault/);
    const told = await kmcr("audit", "check", "--json");
    assert.equal(told.status, 1, told.err);
    assert.equal((JSON.parse(told.out) as { faults: { index: number }[] }).faults[0]!.index, index);
    await change(name);
    assert.match((await officer.post("/office/audit-log/check", found, {})).text, /All as it was written/);
    assert.ok((await owner.query("select 1 from audit.entry where action = 'log-check' and actor_name = 'Margaret Stone'")).rows.length >= 3, "the checks are in the trail");
  });

  it("the page keeps WCAG 2.2 AA and fits a phone, before a check, after one, and with what it found", async () => {
    const page = await (await browser.newContext({ viewport: { width: 1280, height: 800 } })).newPage();
    await page.goto(`${product.base}/sign-in/cis2`);
    await follow(page, () => page.locator(`button[value="${STAFF.privacyOfficer}"]`).click());
    await page.goto(`${product.base}/office/audit-log`);
    await page.locator("button:has-text('Check now')").focus();
    await page.keyboard.press("Enter");
    await page.waitForURL(/#check/);
    await keepsAccessible(page, "audit-log");
    await owner.query("insert into audit.check_run values ('01900000-0000-7000-8000-000000000001', $1, 'Margaret Stone', 'running', 120000, 4000000, null, null)", [new Date(Date.now() + 60_000)]);
    await page.goto(`${product.base}/office/audit-log`);
    assert.match(await page.locator("main").innerText(), /120,000 of 4,000,000 lines so far/);
    await keepsAccessible(page, "audit-log-checking");
    await owner.query("delete from audit.check_run where check_id = '01900000-0000-7000-8000-000000000001'");
  });

  it("the command line takes a copy that verifies, a bundle of evidence, and leaves both in the trail; without a reason it gives no entries", async () => {
    const copy = join(folder, "copy");
    assert.equal((await kmcr("audit", "export", copy, "--entries")).status, 2);
    await settled();
    const exported = await kmcr("audit", "export", copy, "--entries", "--reason", "yearly audit by a partner");
    assert.equal(exported.status, 0, exported.err);
    const all = await verify("log", copy, "--key", await logKey(), "--entries", join(copy, "entries.jsonl"));
    assert.equal(all.status, 0, all.err);
    const { rows } = await owner.query<{ entry_id: string; person_id: string }>("select entry_id, person_id from audit.entry where action = 'write' limit 2");
    const bundle = await kmcr("audit", "bundle", ...rows.map((row) => row.entry_id), "--reason", "case 12 of the privacy officer");
    assert.equal(bundle.status, 0, bundle.err);
    writeFileSync(join(folder, "evidence.json"), bundle.out);
    const evidence = await verify("bundle", join(folder, "evidence.json"), "--key", await logKey());
    assert.equal(evidence.status, 0, evidence.err);
    assert.match(evidence.out, /2 entries checked against it/);
    for (const row of rows) assert.equal((await owner.query("select 1 from audit.entry where action = 'log-export' and person_id = $1 and reason = 'case 12 of the privacy officer'", [row.person_id])).rows.length, 1);
    assert.equal((await owner.query("select 1 from audit.entry where action = 'log-export' and reason = 'yearly audit by a partner'")).rows.length, 1);
  });

  it("destroying is for what is past its retention, looked at first and then confirmed, and names who and why in the log", async () => {
    const early = await kmcr("audit", "destroy", "--before", "2026-01-01", "--name", "Dana Whitlock", "--reason", "end of retention");
    assert.match(early.err, /kept for 30 years/);
    const day = "1995-01-01";
    const asked = await kmcr("audit", "destroy", "--before", day, "--name", "Dana Whitlock", "--reason", "end of retention");
    assert.match(asked.out, /^0 entries/, asked.err);
  });
});
