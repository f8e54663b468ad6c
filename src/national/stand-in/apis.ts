/**
 * A stand-in for the API platform: tokens against signed assertions, and behind
 * them PDS and MNS, with faults on demand. For demonstrations and tests; it says
 * what it is in a header, and production neither starts it nor talks to it.
 */
import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { importSPKI, jwtVerify } from "jose";
import { refuse, type Refusal } from "#platform";
import type { PdsMode } from "../pds/search.ts";
import { STAND_IN_HEADER } from "../wire.ts";
import { MemoryMns, type StandInDelivery } from "./mns.ts";
import { MemoryPds, outcome, type StandInPdsPerson } from "./pds.ts";

export type ApisSettings = {
  /** Applications that are registered, each with its public key (SPKI, PEM). */
  readonly applications: readonly { readonly apiKey: string; readonly keyId: string; readonly publicKey: string }[];
  /** Tokens of professionals who are signed in, with the roles that they have. */
  readonly workers?: readonly { readonly accessToken: string; readonly roleProfileIds: readonly string[] }[];
  /** Who is at PDS; asked for at the first question. */
  readonly people: () => Iterable<StandInPdsPerson> | Promise<Iterable<StandInPdsPerson>>;
  /** Calls that an application may make in any second; missing: as many as it likes. */
  readonly callsPerSecond?: number;
  /** Lays an event into a mailbox at MESH. */
  readonly deliver?: (delivery: StandInDelivery) => void;
  readonly tokenSeconds?: number;
};
export type StandInApisSettings = ApisSettings & { readonly mode: "demo" | "production"; readonly port: number; readonly host?: string };

/**
 * A fault that the next requests meet. A number: that status, without the work.
 * `lost`: the work is done and the connection cut before the answer. `silent`: no answer. `slow`: the answer in drops.
 * `cut`: half a body under a whole body's length. `malformed`: half a body as if it
 * were whole. `not-json`: some gateway's page. `stranger`: another request's answer.
 */
export type ApiFault = number | "lost" | "silent" | "slow" | "cut" | "malformed" | "not-json" | "stranger";

export type StandInApis = {
  readonly url: string;
  readonly pdsUrl: string;
  readonly mnsUrl: string;
  readonly tokenUrl: string;
  readonly asked: readonly { readonly at: number; readonly method: string; readonly path: string; readonly headers: Readonly<Record<string, string>> }[];
  /** Makes requests whose `METHOD path` holds `on` meet a fault, so many times. */
  fail(on: string, fault: ApiFault, times?: number, retryAfter?: string): void;
  /** Changes somebody at PDS and tells subscribers of this type of event. */
  change(person: StandInPdsPerson, eventType: string, at?: Date): Promise<void>;
  /** Sends the test event that comes every 15 minutes. */
  heartbeat(at?: Date): void;
  close(): Promise<void>;
};

export const PDS_PATH = "/personal-demographics/FHIR/R4";
export const MNS_PATH = "/multicast-notification-service";
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
/** Furthest end of an assertion that the platform takes. */
const ASSERTION_SECONDS = 300;

/** Starts it; refuses `national.stand-in-in-production` in production. */
export async function startStandInApis(settings: StandInApisSettings): Promise<StandInApis | Refusal> {
  if (settings.mode === "production") return refuse("forbidden", "national.stand-in-in-production", "The stand-in for PDS and MNS is for demonstration; it does not start in production.", {});
  const platform = new ApiPlatform(settings);
  const server = createServer((request, response) => void platform.serve(request, response).catch(() => response.destroy()));
  await new Promise<void>((resolve, reject) => server.once("error", reject).listen(settings.port, settings.host ?? "localhost", resolve));
  const url = `http://localhost:${(server.address() as AddressInfo).port}`;
  platform.url = url;
  return {
    url, pdsUrl: `${url}${PDS_PATH}`, mnsUrl: `${url}${MNS_PATH}`, tokenUrl: `${url}/oauth2/token`,
    asked: platform.asked,
    fail: (on, fault, times = 1, retryAfter = "0") => void platform.faults.push({ on, fault, times, retryAfter }),
    async change(person, eventType, at = new Date()) {
      (await platform.pds()).put(person);
      platform.mns.publish(eventType, person.nhsNumber, at);
    },
    heartbeat: (at = new Date()) => platform.mns.heartbeat(at),
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

type Said = { readonly status: number; readonly body?: unknown; readonly headers?: Readonly<Record<string, string>> };
type Bearer = { readonly mode: PdsMode; readonly who: string; readonly roles: readonly string[]; readonly until: number };

/** The platform without a server of its own: another stand-in's can answer for it. */
export class ApiPlatform {
  /** Where it is reached; the audience of an assertion must name it. */
  url = "";
  readonly faults: { on: string; fault: ApiFault; times: number; retryAfter: string }[] = [];
  readonly asked: { at: number; method: string; path: string; headers: Record<string, string> }[] = [];
  readonly mns: MemoryMns;
  readonly #settings: ApisSettings;
  readonly #tokens = new Map<string, Bearer>();
  readonly #used = new Set<string>();
  readonly #calls = new Map<string, number[]>();
  #pds: Promise<MemoryPds> | undefined;

  constructor(settings: ApisSettings) {
    this.#settings = settings;
    this.mns = new MemoryMns(settings.deliver ?? (() => undefined), "https://api.service.nhs.uk/personal-demographics/FHIR/R4");
    for (const each of settings.workers ?? []) this.#tokens.set(each.accessToken, { mode: "healthcare-worker", who: each.accessToken, roles: each.roleProfileIds, until: Infinity });
  }

  /** True for an address that is the platform's. */
  static owns(path: string): boolean {
    return path === "/oauth2/token" || path.startsWith(`${PDS_PATH}/`) || path.startsWith(`${MNS_PATH}/`);
  }

  pds(): Promise<MemoryPds> {
    this.#pds ??= Promise.resolve(this.#settings.people()).then((people) => new MemoryPds(people));
    return this.#pds;
  }

  async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const target = new URL(request.url ?? "/", "http://platform");
    const method = request.method ?? "GET";
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const path = `${target.pathname}${target.search}`;
    this.asked.push({ at: performance.now(), method, path, headers: Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)])) });
    const met = this.faults.find((each) => each.times > 0 && `${method} ${path}`.includes(each.on));
    if (met !== undefined) met.times--;
    if (met?.fault === "silent") return;
    const said: Said = typeof met?.fault === "number" ? { ...outcome(met.fault, met.fault === 429 ? "TOO_MANY_REQUESTS" : met.fault === 408 ? "UNABLE_TO_CALL_SERVICE" : "FAILURE_TO_PROCESS_MESSAGE", "a fault on demand"), headers: met.fault === 429 ? { "retry-after": met.retryAfter } : {} } : await this.#answer(method, target, request, Buffer.concat(parts).toString());
    if (met?.fault === "lost") return void request.socket.destroy();
    const whole = Buffer.from(met?.fault === "not-json" ? "<html><body>Bad gateway</body></html>" : said.body === undefined ? "" : JSON.stringify(said.body));
    const body = met?.fault === "malformed" ? whole.subarray(0, whole.length >> 1) : whole;
    const requestId = request.headers["x-request-id"];
    response.writeHead(met?.fault === "not-json" ? 404 : said.status, {
      [STAND_IN_HEADER]: "apis", "content-type": met?.fault === "not-json" ? "text/html" : "application/fhir+json", "content-length": String(body.length),
      ...(requestId !== undefined && { "x-request-id": met?.fault === "stranger" ? randomUUID() : String(requestId) }), ...said.headers,
    });
    if (met?.fault === "cut") return void response.write(body.subarray(0, body.length >> 1), () => request.socket.destroy());
    if (met?.fault !== "slow") return void response.end(body);
    for (let at = 0; at < body.length && !response.destroyed; at += 8) {
      response.write(body.subarray(at, at + 8));
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    response.end();
  }

  async #answer(method: string, url: URL, request: IncomingMessage, body: string): Promise<Said> {
    if (url.pathname === "/oauth2/token" && method === "POST") return this.#token(new URLSearchParams(body));
    const bearer = this.#tokens.get(/^Bearer (.+)$/.exec(request.headers.authorization ?? "")?.[1] ?? "");
    if (bearer === undefined || bearer.until < Date.now()) return outcome(401, "ACCESS_DENIED", "Access Denied");
    if (this.#isTooOften(bearer.who)) return { ...outcome(429, "TOO_MANY_REQUESTS", "Too Many Requests"), headers: { "retry-after": "1" } };
    if (url.pathname.startsWith(`${MNS_PATH}/subscriptions`)) return this.mns.answer(method, url.pathname.slice(`${MNS_PATH}/subscriptions`.length).replace(/^\//, "") || undefined, body === "" ? null : (JSON.parse(body) as unknown));
    if (method !== "GET" || !url.pathname.startsWith(`${PDS_PATH}/Patient`)) return outcome(400, "UNSUPPORTED_SERVICE", "Unsupported Service");
    const header = (name: string): string => String(request.headers[name] ?? "");
    const value = (fault: "MISSING_VALUE" | "INVALID_VALUE", name: string): Said => outcome(400, fault, fault === "MISSING_VALUE" ? "Required value is missing" : "Provided value is invalid", fault === "MISSING_VALUE" ? `Missing value - '${name}'` : `Invalid value - in field '${name}'`);
    if (header("x-request-id") === "") return value("MISSING_VALUE", "X-Request-ID");
    if (!UUID.test(header("x-request-id"))) return value("INVALID_VALUE", "X-Request-ID");
    if (bearer.mode === "healthcare-worker" && !bearer.roles.includes(header("nhsd-session-urid"))) return value(header("nhsd-session-urid") === "" ? "MISSING_VALUE" : "INVALID_VALUE", "NHSD-Session-URID");
    const id = decodeURIComponent(url.pathname.slice(`${PDS_PATH}/Patient`.length).replace(/^\//, ""));
    const pds = await this.pds();
    return id === "" ? pds.search(url.searchParams, bearer.mode) : pds.read(id);
  }

  async #token(form: URLSearchParams): Promise<Said> {
    const no = (status: number, error: string, why: string): Said => ({ status, body: { error, error_description: why, message_id: randomUUID() } });
    if (form.get("grant_type") !== "client_credentials") return no(400, "unsupported_grant_type", "grant_type is invalid");
    if (form.get("client_assertion_type") !== ASSERTION_TYPE) return no(400, "invalid_request", "Missing or invalid client_assertion_type");
    const assertion = form.get("client_assertion") ?? "";
    let claimed: { kid?: string; alg?: string; iss?: string };
    try {
      const [head = "", claims = ""] = assertion.split(".");
      claimed = { ...(JSON.parse(Buffer.from(head, "base64url").toString()) as object), ...(JSON.parse(Buffer.from(claims, "base64url").toString()) as object) };
    } catch {
      return no(400, "invalid_request", "Malformed JWT in client_assertion");
    }
    if (claimed.alg !== "RS512") return no(400, "invalid_request", "Invalid 'alg' header in client_assertion JWT - unsupported JWT algorithm - must be 'RS512'");
    const application = this.#settings.applications.find((each) => each.apiKey === claimed.iss);
    if (application === undefined) return no(401, "invalid_request", "Invalid 'iss'/'sub' claims in client_assertion JWT");
    if (application.keyId !== claimed.kid) return no(401, "invalid_request", "Invalid 'kid' header in client_assertion JWT - no matching public key");
    try {
      const { payload } = await jwtVerify(assertion, await importSPKI(application.publicKey, "RS512"), { algorithms: ["RS512"], audience: `${this.url}/oauth2/token`, subject: application.apiKey });
      if (payload.exp === undefined || payload.exp > Date.now() / 1000 + ASSERTION_SECONDS) return no(400, "invalid_request", "Invalid 'exp' claim in client_assertion JWT - more than 5 minutes in future");
      if (typeof payload.jti !== "string" || this.#used.has(payload.jti)) return no(400, "invalid_request", "Non-unique 'jti' claim in client_assertion JWT");
      this.#used.add(payload.jti);
    } catch (error) {
      return no(401, "public_key error", (error as Error).message);
    }
    const seconds = this.#settings.tokenSeconds ?? 599;
    const token = randomUUID();
    this.#tokens.set(token, { mode: "application", who: application.apiKey, roles: [], until: Date.now() + seconds * 1000 });
    return { status: 200, body: { access_token: token, expires_in: String(seconds), token_type: "Bearer", issued_at: String(Date.now()) } };
  }

  #isTooOften(who: string): boolean {
    const most = this.#settings.callsPerSecond;
    if (most === undefined) return false;
    const now = performance.now();
    const recent = (this.#calls.get(who) ?? []).filter((at) => at > now - 1000);
    if (recent.length >= most) return true;
    this.#calls.set(who, [...recent, now]);
    return false;
  }
}
