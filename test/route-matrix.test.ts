/** Who may call which route, and what nobody gets: every route of the web application stands in this table, or the test fails. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, describe, it } from "node:test";
import { isRegionFaults, loadRegion } from "#governance";
import { readConfig } from "#platform";
import { routesOf, webApp } from "../src/apps/server/app.ts";
import { wire } from "../src/apps/wiring.ts";
import { People, type Staff } from "./support/people.ts";
import { startProduct, type Product } from "./support/product.ts";
import { WebReader, type Page } from "./support/web-reader.ts";

type Who =
  /** Signed in or not. */
  | "anybody"
  /** Any professional with a session. */
  | "signed in"
  /** A professional whom the gate lets search or open. */
  | "direct care"
  /** The same for a program that carries the professional's session: 401 where a browser is led to the way in. */
  | "direct care program"
  | "privacy officer"
  /** The same for a program that carries the officer's session. */
  | "privacy officer program"
  /** A professional of a GP practice whose role sees documents. */
  | "practice"
  | "operations"
  /** Commissioners and the offices: counts, no person. */
  | "programme"
  | "data quality"
  /** A role to which the region pack gives the identity office. */
  | "identity"
  /** The objections office, and clinicians who may be asked to decide. */
  | "objections"
  /** A program with a token, or asking for one. */
  | "feed";
type Row = { readonly who: Who; /** Does an answer hold person data? */ readonly person: boolean };
const row = (who: Who, person = false): Row => ({ who, person });

const MATRIX: Readonly<Record<string, Row>> = {
  "GET /assets/:file": row("anybody"),
  "GET /health/live": row("anybody"),
  "GET /health/ready": row("anybody"),
  "GET /metrics": row("anybody"),
  "GET /help": row("anybody"),
  "GET /help/sign-in-policy": row("anybody"),
  "GET /objection": row("anybody"),
  "POST /launch/digest": row("anybody"),
  "GET /gallery": row("anybody"),
  "GET /gallery/:page": row("anybody"),
  "GET /objection/form": row("anybody"),
  "POST /objection": row("anybody"),
  "GET /sign-in": row("anybody"),
  "GET /sign-in/cis2": row("anybody"),
  "GET /sign-in/passkey": row("anybody"),
  "POST /sign-in/passkey": row("anybody"),
  "POST /sign-in/passkey/options": row("anybody"),
  "GET /passkeys/invitation": row("anybody"),
  "POST /passkeys/invitation": row("anybody"),
  "POST /passkeys/invitation/options": row("anybody"),
  "GET /passkeys": row("signed in"),
  "POST /passkeys": row("signed in"),
  "POST /passkeys/options": row("signed in"),
  "POST /passkeys/remove": row("signed in"),
  "GET /sign-in/callback": row("anybody"),
  "GET /sign-in/role": row("signed in"),
  "POST /sign-in/role": row("signed in"),
  "GET /confidentiality": row("signed in"),
  "POST /confidentiality": row("signed in"),
  "POST /sign-out": row("anybody"),
  "GET /launch": row("anybody"),
  "GET /": row("signed in", true),
  "GET /find": row("signed in"),
  "POST /find": row("direct care", true),
  "GET /person/:personId": row("direct care", true),
  "GET /person/:personId/reason": row("direct care", true),
  "POST /person/:personId/reason": row("direct care", true),
  "GET /person/:personId/sources": row("direct care", true),
  "GET /person/:personId/live": row("direct care", true),
  "GET /person/:personId/changed": row("direct care", true),
  "GET /person/:personId/details": row("direct care", true),
  "GET /person/:personId/access": row("direct care", true),
  "GET /person/:personId/print": row("direct care", true),
  "POST /person/:personId/print": row("direct care", true),
  "GET /person/:personId/not-same": row("direct care", true),
  "POST /person/:personId/not-same": row("direct care", true),
  "GET /person/:personId/objection": row("direct care", true),
  "POST /person/:personId/objection": row("direct care", true),
  "GET /person/:personId/objection/override": row("direct care"),
  "POST /person/:personId/objection/override": row("direct care"),
  "GET /person/:personId/search": row("direct care", true),
  "POST /person/:personId/search": row("direct care", true),
  "GET /person/:personId/timeline": row("direct care", true),
  "GET /person/:personId/documents": row("direct care", true),
  "GET /person/:personId/documents/:itemId": row("direct care", true),
  "POST /person/:personId/documents/:itemId": row("direct care", true),
  "GET /person/:personId/people": row("direct care", true),
  "GET /person/:personId/birth": row("direct care", true),
  "GET /person/:personId/referrals": row("direct care", true),
  "GET /person/:personId/referral/:itemId": row("direct care", true),
  "GET /person/:personId/results": row("direct care", true),
  "GET /person/:personId/:slug": row("direct care", true),
  "GET /person/:personId/section/:section": row("direct care", true),
  "GET /person/:personId/medicines/compare": row("direct care", true),
  "GET /person/:personId/observations": row("direct care", true),
  "GET /person/:personId/test/:itemId": row("direct care", true),
  "POST /person/:personId/test/:itemId/values": row("direct care", true),
  "GET /person/:personId/item/:itemId": row("direct care", true),
  "GET /person/:personId/item/:itemId/query": row("direct care", true),
  "POST /person/:personId/item/:itemId/query": row("direct care", true),
  "GET /person/:personId/item/:itemId/own-record": row("direct care", true),
  "POST /person/:personId/item/:itemId/own-record": row("direct care", true),
  "GET /person/:personId/item/:itemId/document": row("direct care", true),
  "GET /inbox": row("practice", true),
  "POST /inbox/:delivery/open": row("practice", true),
  "POST /inbox/:delivery/acknowledge": row("practice", true),
  "GET /office/deliveries": row("operations"),
  "GET /office/privacy": row("privacy officer", true),
  "POST /office/privacy": row("privacy officer", true),
  "GET /office/privacy/person": row("privacy officer", true),
  "GET /office/privacy/staff": row("privacy officer", true),
  "GET /office/privacy/alerts/:alert": row("privacy officer", true),
  "POST /office/privacy/alerts/:alert": row("privacy officer", true),
  "GET /office/privacy/cases": row("privacy officer"),
  "GET /office/privacy/cases/:case": row("privacy officer", true),
  "POST /office/privacy/cases/:case": row("privacy officer", true),
  "POST /office/privacy/cases/:case/evidence": row("privacy officer", true),
  "GET /office/privacy/samples": row("privacy officer"),
  "POST /office/privacy/samples": row("privacy officer"),
  "GET /office/privacy/samples/:sample": row("privacy officer", true),
  "POST /office/privacy/samples/:sample": row("privacy officer", true),
  "GET /office/privacy/reports": row("privacy officer"),
  "POST /office/privacy/reports/export": row("privacy officer", true),
  "GET /office/privacy/plan": row("privacy officer"),
  "POST /office/privacy/plan": row("privacy officer"),
  "GET /office/privacy/plan/policy/:name": row("privacy officer"),
  "GET /office/feeds": row("operations"),
  "GET /office/feeds/:feed": row("operations"),
  "POST /office/feeds/:feed/replay": row("operations"),
  "GET /office/quarantine": row("operations"),
  "GET /office/connections": row("operations"),
  "GET /office/playground": row("operations"),
  "POST /office/playground": row("operations"),
  "GET /office/messages/:feed/:messageId": row("operations"),
  "POST /office/messages/:feed/:messageId": row("operations", true),
  "POST /office/messages/:feed/:messageId/fix": row("operations", true),
  "POST /office/messages/:feed/:messageId/replay": row("operations"),
  "POST /office/messages/:feed/:messageId/close": row("operations"),
  "GET /office/staff": row("privacy officer"),
  "GET /office/staff/:professional": row("privacy officer"),
  "POST /office/staff/:professional/invite": row("privacy officer"),
  "POST /office/staff/:professional/withdraw": row("privacy officer"),
  "POST /office/staff/:professional/revoke": row("privacy officer"),
  "GET /office/onboarding": row("operations"),
  "GET /office/prints": row("privacy officer"),
  "GET /office/programme": row("programme"),
  "GET /office/policy": row("operations"),
  "GET /office/policy/roles": row("operations"),
  "POST /office/policy/roles": row("operations", true),
  "GET /office/policy/why": row("privacy officer"),
  "POST /office/policy/why": row("privacy officer", true),
  "GET /office/policy/change": row("operations"),
  "POST /office/policy/change": row("operations"),
  "GET /office/data-quality": row("data quality"),
  "GET /office/data-quality/issue/:feed/:messageId/:rule": row("data quality"),
  "POST /office/data-quality/issue/:feed/:messageId/:rule": row("data quality"),
  "GET /office/queries": row("data quality"),
  "GET /office/queries/:sourcePatientId/:queryId": row("data quality"),
  "POST /office/queries/:sourcePatientId/:queryId": row("data quality", true),
  "POST /office/queries/:sourcePatientId/:queryId/answer": row("data quality", true),
  "GET /office/identity": row("identity", true),
  "POST /office/identity/find": row("identity", true),
  "GET /office/identity/review/:one/:other": row("identity", true),
  "POST /office/identity/review/:one/:other": row("identity", true),
  "GET /office/identity/person/:personId": row("identity", true),
  "POST /office/identity/person/:personId/split": row("identity", true),
  "GET /office/identity/act/:actId": row("identity", true),
  "POST /office/identity/act/:actId/undo": row("identity", true),
  "GET /office/identity/rates": row("identity"),
  "GET /audit-log/checkpoint": row("anybody"),
  "GET /audit-log/checkpoint/:size": row("anybody"),
  "GET /audit-log/keys": row("anybody"),
  "GET /audit-log/tile/*": row("anybody"),
  "POST /audit-log/witness/:organisation": row("anybody"),
  "GET /office/audit-log": row("operations"),
  "POST /office/audit-log/check": row("operations"),
  "GET /office/objections": row("objections", true),
  "GET /office/objections/report": row("objections"),
  "POST /office/objections/report": row("objections"),
  "GET /office/objections/form/:reference": row("objections", true),
  "POST /office/objections/form/:reference/match": row("objections", true),
  "POST /office/objections/form/:reference/close": row("objections"),
  "GET /office/objections/case/:personId/:objectionId": row("objections", true),
  "POST /office/objections/case/:personId/:objectionId/:step": row("objections", true),
  "POST /office/objections/case/:personId/:objectionId/letter": row("objections", true),
  "GET /office/objections/letter/:personId/:objectionId/:letterId": row("objections", true),
  "POST /office/objections/letter/:personId/:objectionId/:letterId/sent": row("objections", true),
  "POST /oauth2/token": row("feed"),
  "POST /feeds/:feed/:shape": row("feed"),
  "GET /feeds/:feed/messages/:messageId/report": row("feed"),
  "POST /fhir/R4/:type": row("feed"),
  "POST /fhir/R4/Patient/$match": row("direct care program", true),
  "GET /fhir/R4/AuditEvent": row("privacy officer program", true),
};

/** A professional whom no row of that kind lets in. */
const OUTSIDER: Readonly<Record<"direct care" | "direct care program" | "privacy officer" | "privacy officer program" | "practice" | "operations" | "data quality" | "identity" | "objections" | "programme", Staff>> = { programme: "gp", identity: "gp", objections: "privacyOfficer", "direct care": "commissioner", "direct care program": "commissioner", practice: "paramedic", "privacy officer": "gp", "privacy officer program": "gp", operations: "gp", "data quality": "privacyOfficer" };

const TRACE = /\bat (?:async )?[\w.$]+ ?\(?(?:file:|\/)|\.ts:\d+:\d+|node_modules|node:internal/;

describe("the route matrix", () => {
  let product: Product;
  let people: People;
  let ids: { personId: string; otherItem: string; otherTest: string };

  const address = (route: string, params: Readonly<Record<string, string>> = {}): string =>
    route.split(" ")[1]!.replace(/:(\w+)/g, (_, name: string) => params[name] ?? { personId: ids.personId, slug: "medicines", section: "medicines", itemId: ids.otherItem, file: "none.css", feed: "rvv-adt", shape: "fhir", type: "Patient" }[name] ?? "x");
  /** One request as it is, with no session and no following. */
  const bare = async (route: string, params?: Readonly<Record<string, string>>): Promise<{ status: number; text: string; location: string }> => {
    const method = route.split(" ")[0]!;
    const answer = await fetch(new URL(address(route, params), product.base), { method, redirect: "manual", headers: { accept: "text/html", origin: product.base }, ...(method === "POST" && { body: new URLSearchParams({ nhsNumber: "9990000441" }) }) });
    return { status: answer.status, text: await answer.text(), location: answer.headers.get("location") ?? "" };
  };
  const asked = async (reader: WebReader, route: string, params?: Readonly<Record<string, string>>): Promise<Page> =>
    route.startsWith("GET") ? reader.get(address(route, params)) : reader.post(address(route, params), await reader.get("/help"), { nhsNumber: "9990000441", kind: "emergency", words: "a reason that should not help" });

  before(async () => {
    product = await startProduct({ people: 60 });
    people = new People(product);
    const items = await people.page("gp", "heavy", "/alerts");
    const results = await people.page("gp", "heavy", "/results");
    await people.page("gp", "deaf");
    ids = { personId: await people.id("deaf"), otherItem: /\/item\/([^"#/]+)"/.exec(items.html)![1]!, otherTest: /\/test\/([^"#/]+)"/.exec(results.html)![1]! };
  });
  after(() => product?.stop());

  it("every route of the application stands in the table, and nothing else does", async () => {
    const read = readConfig({});
    assert.ok(read.ok);
    const region = loadRegion("regions/kent-medway", []);
    assert.ok(!isRegionFaults(region));
    wire("a key for listing routes alone, forty letters");
    const never = {} as never;
    const app = await webApp({ config: read.config, region, address: { kind: "url", url: "", roleKey: "a key for listing routes alone, forty letters" }, publicUrl: "http://localhost:1", documents: never, pool: () => never }, { pages: never, search: never, intake: never, audit: never });
    await app.ready();
    assert.deepEqual([...new Set(routesOf(app))].sort(), Object.keys(MATRIX).sort());
    await app.close();
  });

  it("ACC-04 without a session no route gives anything but the way in", async () => {
    for (const [route, { who }] of Object.entries(MATRIX)) {
      const answer = await bare(route);
      assert.doesNotMatch(answer.text, TRACE, route);
      assert.doesNotMatch(answer.text, /CHITTENDEN|WHIBLEY|Whibley/, route);
      if (who === "direct care program" || who === "privacy officer program") assert.equal(answer.status, 401, route);
      else if (who === "feed") assert.ok(answer.status === 400 || answer.status === 401, `${route} answered ${answer.status}`);
      else if (who !== "anybody") assert.ok(answer.status === 303 && answer.location.startsWith("/sign-in"), `${route} answered ${answer.status} ${answer.location}`);
    }
  });

  it("ACC-03 ACC-04 with a role that it is not for, each route refuses and holds no person data", async () => {
    for (const [route, { who }] of Object.entries(MATRIX)) {
      if (who !== "direct care" && who !== "direct care program" && who !== "privacy officer" && who !== "privacy officer program" && who !== "practice" && who !== "operations" && who !== "data quality" && who !== "identity" && who !== "objections") continue;
      const page = await asked(await people.as(OUTSIDER[who]), route);
      assert.ok(page.status === 403 || (page.status === 400 && route === "POST /person/:personId/reason"), `${route} answered ${page.status} to ${OUTSIDER[who]}: ${page.text.slice(0, 200)}`);
      assert.doesNotMatch(page.html, TRACE, route);
      assert.doesNotMatch(page.text, /CHITTENDEN|WHIBLEY|Difficult airway/, route);
    }
  });

  it("an item of one person under another's address is not found, nor is an id that nobody has", async () => {
    const gp = await people.as("gp");
    for (const route of Object.keys(MATRIX).filter((each) => each.includes(":itemId"))) {
      for (const itemId of [route.includes("/test/") ? ids.otherTest : ids.otherItem, randomUUID(), "x", "..", "%00", "'--"]) {
        const page = await asked(gp, route, { itemId: encodeURIComponent(itemId) });
        assert.ok(page.status === 404 || page.status === 400, `${route} with ${itemId} answered ${page.status}`);
        assert.doesNotMatch(page.html, TRACE, route);
        assert.doesNotMatch(page.text, /Difficult airway|Falls: three|WHIBLEY/, route);
      }
    }
  });

  it("a person whom nobody knows is not found on any route, and ids of any shape break nothing", async () => {
    const gp = await people.as("gp");
    for (const route of Object.keys(MATRIX).filter((each) => each.startsWith("GET") && each.includes(":personId"))) {
      for (const personId of [randomUUID(), "00000000-0000-0000-0000-000000000000", "1", "a'b", "x".repeat(190)]) {
        const page = await asked(MATRIX[route]!.who === "identity" ? await people.as("identityOfficer") : MATRIX[route]!.who === "objections" ? await people.as("objectionsOfficer") : gp, route, { personId: encodeURIComponent(personId) });
        assert.ok(page.status === 404 || page.status === 400 || page.status === 414, `${route} with ${personId} answered ${page.status}: ${page.text.slice(0, 200)}`);
        assert.doesNotMatch(page.html, TRACE, route);
      }
    }
    for (const slug of ["nothing", "__proto__", "constructor", "..%2f..%2fetc"]) assert.equal((await asked(gp, "GET /person/:personId/:slug", { slug })).status, 404, slug);
    for (const section of ["nothing", "toString"]) assert.equal((await asked(gp, "GET /person/:personId/section/:section", { section })).status, 404, section);
    assert.equal((await gp.get("/no/such/page")).status, 404);
  });
});
