/** The whole way of signing in, with the stand-in and the server on real sockets. */
import { after, before, describe, test } from "node:test";
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import Fastify, { type FastifyInstance } from "fastify";
import { isRegionFaults, loadRegion, type Region } from "#governance";
import { createCis2Client, startStandIn, standInIssuer, type StandIn } from "#national";
import { createSessions, isRefusal, originGuard, render, systemClock } from "#platform";
import { memorySql } from "#test/memory-sql.ts";
import { demonstrationKey, launchAddress, signIn, signLaunch, type SignInEvent } from "./index.ts";

const WEB = 9111;
const STAND_IN = 9112;
const URL_WEB = `http://localhost:${WEB}`;
const SECRET = "a secret of the installation, long enough";
const CLIENT = { clientId: "kmcr", clientSecret: SECRET };

const region = loadRegion("regions/kent-medway") as Region;
assert.ok(!isRegionFaults(region));
const uidOf = (name: string): string => region.professionals.find((each) => each.name === name)!.uid;

/** A browser as far as signing in needs one: cookies by host, redirects one at a time, forms. */
class Browser {
  readonly #cookies = new Map<string, Map<string, string>>();
  async go(url: string, form?: Record<string, string>, headers: Record<string, string> = {}): Promise<{ status: number; url: string; location: string | null; text: string }> {
    const jar = this.#jar(url);
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join("; ");
    const response = await fetch(url, {
      method: form === undefined ? "GET" : "POST",
      redirect: "manual",
      headers: { ...(cookie === "" ? {} : { cookie }), ...(form === undefined ? {} : { origin: new URL(url).origin }), ...headers },
      ...(form === undefined ? {} : { body: new URLSearchParams(form) }),
    });
    for (const line of response.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line)!;
      if (value === "" || /Max-Age=0|expires=Thu, 01 Jan 1970/i.test(line)) jar.delete(name!);
      else jar.set(name!, value!);
    }
    const location = response.headers.get("location");
    return { status: response.status, url, location: location === null ? null : new URL(location, url).href, text: await response.text() };
  }
  /** Follows redirects until a page or an address that `stop` names. */
  async follow(url: string, stop: (url: string) => boolean = () => false): Promise<{ status: number; url: string; text: string }> {
    let next = url;
    for (let step = 0; step < 10; step++) {
      if (stop(next)) return { status: 0, url: next, text: "" };
      const answer = await this.go(next);
      if (answer.location === null) return answer;
      next = answer.location;
    }
    throw new Error(`too many redirects, last to ${next}`);
  }
  forget(url: string): void {
    this.#jar(url).clear();
  }
  cookie(name: string): string | undefined {
    return this.#jar(URL_WEB).get(name);
  }
  // Ports do not divide cookies in real browsers; hosts here differ by port only, so they are kept apart by name anyway.
  #jar(url: string): Map<string, string> {
    const { host } = new URL(url);
    if (!this.#cookies.has(host)) this.#cookies.set(host, new Map());
    return this.#cookies.get(host)!;
  }
}

let standIn: StandIn;
let app: FastifyInstance;
const events: SignInEvent[] = [];
const sql = memorySql();
const sessions = createSessions(sql, { idleMinutes: 15, hours: 12 }, systemClock);

before(async () => {
  const launchLink = async ({ host, professional, profile, nhsNumber, dateOfBirth }: Parameters<Parameters<typeof startStandIn>[0]["launchLink"]>[0]) =>
    launchAddress(URL_WEB, await signLaunch(host.id, demonstrationKey(SECRET, host.id), URL_WEB, {
      professional: professional.uid, organisation: profile.organisation, roleCode: profile.sourceRole, areaOfWork: profile.areaOfWork ?? null, nhsNumber, dateOfBirth,
    }, new Date()));
  const started = await startStandIn({ mode: "demo", region, port: STAND_IN, ...CLIENT, publicUrl: URL_WEB, launchLink, test: true });
  assert.ok(!isRefusal(started));
  standIn = started;
  app = Fastify();
  app.addHook("onRequest", originGuard([URL_WEB]));
  await app.register(signIn, {
    region, sql, clock: systemClock, mode: "demo", publicUrl: URL_WEB, secret: SECRET, sessions, secure: false, passkeyScript: "/assets/passkey.js",
    cis2: createCis2Client({ issuer: standInIssuer(STAND_IN), ...CLIENT, redirectUri: `${URL_WEB}/sign-in/callback`, mode: "demo" }),
    page: ({ title, main }) => `<title>${title}</title>${render(main)}`,
    record: async (event) => void events.push(event),
    findByNhsNumberAndBirth: async (nhsNumber, dateOfBirth) => (nhsNumber === "9990009996" && dateOfBirth === "1950-03-01" ? { personId: "0190-person" } : null),
  });
  await app.listen({ port: WEB, host: "localhost" });
});

after(async () => {
  await app?.close();
  await standIn?.close();
});

/** Signs in as somebody; ends where the product sends the browser. */
async function signInAs(browser: Browser, name: string, path = "/sign-in/cis2"): Promise<{ status: number; url: string; text: string }> {
  const login = await browser.follow(`${URL_WEB}${path}`);
  const chosen = await browser.go(login.url, { uid: uidOf(name) });
  assert.ok(chosen.location, chosen.text);
  return browser.follow(chosen.location, (url) => url.startsWith(URL_WEB) && !url.includes("/sign-in"));
}

async function commit(fault: string): Promise<void> {
  const answer = await fetch(`http://localhost:${STAND_IN}/stand-in/faults`, { method: "POST", body: new URLSearchParams({ fault }) });
  assert.equal(answer.status, 200);
}

describe("signing in by CIS2", () => {
  test("ACC-07: the sign-in page says that it is a stand-in, lists the professionals, and finds one without script", async () => {
    const page = await new Browser().follow(`${URL_WEB}/sign-in/cis2`);
    assert.match(page.text, /STAND-IN for demonstration, not NHS CIS2/);
    for (const professional of region.professionals) assert.equal(page.text.includes(professional.name), region.signInOf(professional) === "cis2", professional.name);
    assert.ok(!page.text.includes("<script"));
  });

  test("the page offers CIS2 first, then a passkey, says what to do without script, and comes back to what was asked for", async () => {
    const page = await new Browser().follow(`${URL_WEB}/sign-in?return=/worklist`);
    assert.ok(page.text.indexOf('href="/sign-in/cis2?return=%2Fworklist"') < page.text.indexOf('action="/sign-in/passkey?return=%2Fworklist"'), page.text);
    assert.match(page.text, /<noscript>[^<]*<p[^>]*>A passkey needs JavaScript/);
  });

  test("who has no CIS2 has no account with the stand-in either", async () => {
    const browser = new Browser();
    const login = await browser.follow(`${URL_WEB}/sign-in/cis2`);
    assert.equal((await browser.go(login.url, { uid: uidOf("Rowan Tate") })).status, 400);
  });

  test("a search on the sign-in page is escaped and narrows the list", async () => {
    const browser = new Browser();
    const page = await browser.follow(`${URL_WEB}/sign-in/cis2`);
    const found = await browser.go(`${page.url}?q=${encodeURIComponent('"><script>alert(1)</script>')}`);
    assert.ok(!found.text.includes("<script"));
    assert.match(found.text, /0 of \d+ professionals/);
    assert.match((await browser.go(`${page.url}?q=paramedic`)).text, /Priya Nair/);
  });

  test("a professional with one role arrives where they wanted to go, with role and employer in the session", async () => {
    const browser = new Browser();
    const end = await signInAs(browser, "Priya Nair", "/sign-in/cis2?return=/worklist");
    assert.equal(end.url, `${URL_WEB}/worklist`);
    const session = (await sessions.read(browser.cookie("kmcr-session") ?? null, false))!;
    assert.deepEqual([session.name, session.profile?.role, session.profile?.organisation, session.assurance], ["Priya Nair", "paramedic", "RYD", 3]);
    assert.equal(events.at(-1)?.what, "signed-in");
  });

  test("a professional with several roles chooses one, under a new session", async () => {
    const browser = new Browser();
    const page = await signInAs(browser, "Tom Okafor", "/sign-in/cis2?return=/worklist");
    assert.match(page.text, /Which role are you working in/);
    const before = browser.cookie("kmcr-session")!;
    const session = (await sessions.read(before, false))!;
    assert.equal(session.profile, null);
    assert.deepEqual(session.profiles.map((each) => each.role), ["ed-doctor", "hospital-doctor"]);
    const wrong = await browser.go(page.url, { _csrf: session.csrf, profile: "555000299999" });
    assert.equal(wrong.status, 400);
    assert.equal((await browser.go(page.url, { _csrf: "other", profile: session.profiles[1]!.id })).status, 403);
    const action = new URL(/action="([^"]+)"/.exec(page.text)![1]!, URL_WEB).href;
    const chosen = await browser.go(action, { _csrf: session.csrf, profile: session.profiles[1]!.id });
    assert.deepEqual([chosen.status, chosen.location], [303, `${URL_WEB}/worklist`]);
    assert.notEqual(browser.cookie("kmcr-session"), before);
    assert.equal((await sessions.read(browser.cookie("kmcr-session")!, false))?.profile?.role, "hospital-doctor");
    assert.equal(await sessions.read(before, false), null);
  });

  test("a social worker without a national role works by the region's own register", async () => {
    const browser = new Browser();
    await signInAs(browser, "Grace Adeyemi");
    assert.equal((await sessions.read(browser.cookie("kmcr-session") ?? null, false))?.profile?.role, "adult-social-worker");
  });

  test("whoever signs in where somebody else was signed in ends that session", async () => {
    const browser = new Browser();
    await signInAs(browser, "Priya Nair");
    const left = browser.cookie("kmcr-session")!;
    // CIS2 asks whoever comes; the stand-in would first sign out the one before by a page of script.
    browser.forget(standInIssuer(STAND_IN));
    await signInAs(browser, "Anil Desai");
    assert.equal(await sessions.read(left, false), null);
    assert.equal((await sessions.read(browser.cookie("kmcr-session")!, false))?.name, "Anil Desai");
  });

  test("signing out ends the session on the server", async () => {
    const browser = new Browser();
    await signInAs(browser, "Priya Nair");
    const cookie = browser.cookie("kmcr-session")!;
    const session = (await sessions.read(cookie, false))!;
    assert.equal((await browser.go(`${URL_WEB}/sign-out`, { _csrf: "other" })).status, 403);
    assert.equal((await browser.go(`${URL_WEB}/sign-out`, { _csrf: session.csrf }, { origin: "https://evil.example" })).status, 403);
    assert.ok(await sessions.read(cookie, false));
    assert.equal((await browser.go(`${URL_WEB}/sign-out`, { _csrf: session.csrf })).status, 200);
    assert.equal(await sessions.read(cookie, false), null);
  });

  test("a callback that was not started in this browser is refused, and one that was can be used once", async () => {
    const browser = new Browser();
    const login = await browser.follow(`${URL_WEB}/sign-in/cis2`);
    const chosen = await browser.go(login.url, { uid: uidOf("Priya Nair") });
    const callback = (await browser.follow(chosen.location!, (url) => url.includes("/sign-in/callback"))).url;
    assert.match((await new Browser().go(callback)).text, /sign-in\.not-started/);
    assert.equal((await browser.go(callback)).status, 303);
    assert.match((await browser.go(callback)).text, /sign-in\.not-started/);
  });

  test("a callback whose state was changed is refused", async () => {
    const browser = new Browser();
    const login = await browser.follow(`${URL_WEB}/sign-in/cis2`);
    const chosen = await browser.go(login.url, { uid: uidOf("Priya Nair") });
    const callback = new URL((await browser.follow(chosen.location!, (url) => url.includes("/sign-in/callback"))).url);
    callback.searchParams.set("state", "another");
    const answer = await browser.go(callback.href);
    assert.equal(answer.status, 403);
    assert.match(answer.text, /national\.sign-in-rejected/);
    assert.equal(browser.cookie("kmcr-session"), undefined);
  });

  for (const [fault, status, code] of [
    ["wrong-nonce", 403, "national.sign-in-rejected"],
    ["expired-token", 403, "national.sign-in-rejected"],
    ["server-error", 503, "national.provider-unavailable"],
    ["no-roles", 403, "sign-in.no-role"],
  ] as const) {
    test(`a provider that answers with ${fault} signs nobody in`, async () => {
      await commit(fault);
      try {
        const browser = new Browser();
        const end = await signInAs(browser, "Priya Nair");
        assert.equal(end.status, status);
        assert.ok(end.text.includes(code), end.text);
        assert.equal(browser.cookie("kmcr-session"), undefined);
        assert.equal(events.at(-1)?.code, code);
      } finally {
        await commit("none");
      }
    });
  }

  test("no link can send people elsewhere after signing in", async () => {
    for (const path of ["//evil.example", "https://evil.example", "/\\evil.example", "/sign-in"]) {
      assert.equal((await signInAs(new Browser(), "Priya Nair", `/sign-in/cis2?return=${encodeURIComponent(path)}`)).url, `${URL_WEB}/`, path);
    }
  });
});

describe("launch in context", () => {
  const profile = (name: string): string => region.professionals.find((each) => each.name === name)!.profiles[0]!.id;
  const form = { host: "demo-gp-system", profile: profile("Anil Desai"), nhsNumber: "999 000 9996", dateOfBirth: "1950-03-01" };
  const host = `http://localhost:${STAND_IN}/stand-in/host`;

  test("ACC-01: from a host system straight to the person, with no further click", async () => {
    const browser = new Browser();
    const launched = await browser.go(host, form);
    const opened = await browser.go(launched.location!);
    assert.deepEqual([opened.status, opened.location], [303, `${URL_WEB}/person/0190-person`]);
    const session = (await sessions.read(browser.cookie("kmcr-session")!, false))!;
    assert.deepEqual([session.profile?.role, session.launch?.personId], ["gp", "0190-person"]);
    assert.match((await browser.go(launched.location!)).text, /launch\.used/);
  });

  test("a launch whose person does not match opens nothing and says so", async () => {
    const browser = new Browser();
    const launched = await browser.go(host, { ...form, dateOfBirth: "1951-03-01" });
    const answer = await browser.go(launched.location!);
    assert.equal(answer.status, 404);
    assert.match(answer.text, /launch\.patient-mismatch/);
    assert.equal(browser.cookie("kmcr-session"), undefined);
  });

  test("a host system launches only for its own staff", async () => {
    assert.match((await new Browser().go(host, { ...form, profile: profile("Priya Nair") })).text, /does not work where the system is/);
  });
});

describe("the stand-in stays out of production", () => {
  test("it does not start there", async () => {
    const answer = await startStandIn({ mode: "production", region, port: STAND_IN + 1, ...CLIENT, publicUrl: URL_WEB, launchLink: async () => "" });
    assert.ok(isRefusal(answer) && answer.code === "national.stand-in-in-production");
    const process = spawnSync("node", ["src/apps/stand-in.ts"], { env: { PATH: globalThis.process.env["PATH"], KMCR_MODE: "production", KMCR_SECRET: SECRET }, encoding: "utf8", timeout: 120_000, killSignal: "SIGKILL" });
    assert.equal(process.status, 1);
    assert.match(process.stderr, /does not start in production/);
  });

  test("the client refuses it there, whatever its address", async () => {
    const client = (issuer: string) => createCis2Client({ issuer, ...CLIENT, redirectUri: "https://record.example/sign-in/callback", mode: "production" });
    const plain = await client(standInIssuer(STAND_IN)).begin();
    assert.ok(isRefusal(plain) && plain.code === "national.issuer-not-https");
  });
});

// Last: it keeps this address from trying for ten minutes.
describe("passkeys at the door", () => {
  test("ACC-08 guessing at passkeys and invitations waits, whichever of them is guessed at, and is told by one entry of the trail", async () => {
    const browser = new Browser();
    const { most } = region.rules.signIn.refusedFromOneAddress;
    const before = events.length;
    let waited = 0;
    for (let time = 0; time < most + 5; time++) {
      const answer = time % 2 === 0 ? await browser.go(`${URL_WEB}/sign-in/passkey`, { credential: "{}" }) : await browser.go(`${URL_WEB}/passkeys/invitation?token=${"x".repeat(43)}`);
      if (answer.status === 429) waited += 1;
      else assert.ok([400, 404].includes(answer.status), String(answer.status));
    }
    assert.ok(waited >= 5, `${waited} waited`);
    assert.equal(events.slice(before).filter((each) => each.code === "sign-in.must-wait").length, 1);
    for (const [path, form] of [["/sign-in/passkey", { credential: "{}" }], ["/passkeys/invitation", { token: "x" }], ["/passkeys/invitation/options", { token: "x" }]] as const) assert.equal((await browser.go(`${URL_WEB}${path}`, form)).status, 429, path);
  });
});
