/** The stand-in's own small web server: the provider, its sign-in page, and a demonstration host system. */
import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type Provider from "oidc-provider";
import type { Host, Region, Professional, RoleProfile } from "#governance";
import { refuse, type Refusal } from "#platform";
import { ApiPlatform, type ApisSettings } from "./apis.ts";
import { createFaults, isFault } from "./faults.ts";
import { standInIssuer } from "./issuer.ts";
import { hostPage, loginPage, messagePage, PAGE_STYLE } from "./pages.ts";
import { createProvider } from "./provider.ts";

/** What a demonstration host system puts into a launch link. */
export type HostLaunch = { readonly host: Host; readonly professional: Professional; readonly profile: RoleProfile; readonly nhsNumber: string; readonly dateOfBirth: string };

export type StandInSettings = {
  readonly mode: "demo" | "production";
  readonly region: Region;
  readonly port: number;
  /** Address to listen on; `localhost` unless said otherwise, since anybody who reaches it can sign in as anybody. */
  readonly host?: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Address of the product, as browsers know it. */
  readonly publicUrl: string;
  /** Makes the address that a host system sends the browser to. */
  readonly launchLink: (launch: HostLaunch) => Promise<string>;
  /** PDS and MNS behind the same address; missing: there are none. */
  readonly apis?: ApisSettings;
  /** Lets tests inject faults by `POST /stand-in/faults`. */
  readonly test?: boolean;
};

export type StandIn = { readonly issuer: string; /** Sends the test event of MNS to its subscribers. */ heartbeat(): void; close(): Promise<void> };

/** Starts the stand-in; refuses `national.stand-in-in-production` in production. */
export async function startStandIn(settings: StandInSettings): Promise<StandIn | Refusal> {
  const issuer = standInIssuer(settings.port);
  if (settings.mode === "production") {
    return refuse("forbidden", "national.stand-in-in-production", "The stand-in for NHS CIS2 is for demonstration; it does not start in production.", { issuer });
  }
  const faults = createFaults();
  const provider = await createProvider({ ...settings, issuer, redirectUri: `${settings.publicUrl}/sign-in/callback`, faults });
  const callback = provider.callback();
  const platform = settings.apis && new ApiPlatform(settings.apis);
  if (platform) platform.url = `http://localhost:${settings.port}`;
  const server = createServer((request, response) => {
    if (platform && ApiPlatform.owns((request.url ?? "").split("?")[0]!)) return void platform.serve(request, response).catch(() => response.destroy());
    serve(settings, provider, callback, faults, request, response).catch(() => answer(settings, response, 500, messagePage("Something went wrong", "Start again from the shared care record.")));
  });
  await new Promise<void>((resolve, reject) => server.once("error", reject).listen(settings.port, settings.host ?? "localhost", resolve));
  return { issuer, heartbeat: () => platform?.mns.heartbeat(new Date()), close: () => close(server) };
}

function close(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}

async function serve(
  settings: StandInSettings,
  provider: Provider,
  callback: ReturnType<Provider["callback"]>,
  faults: ReturnType<typeof createFaults>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? "/", "http://stand-in");
  const { pathname } = url;
  if (pathname === "/stand-in/host") return hostSystem(settings, request, response);
  if (pathname === "/stand-in/health") return answer(settings, response, 200, "ready");
  if (pathname === "/stand-in/faults" && settings.test === true && request.method === "POST") {
    const fault = (await formOf(request)).get("fault") ?? "";
    if (!isFault(fault)) return answer(settings, response, 400, "unknown fault");
    faults.set(fault);
    return answer(settings, response, 200, fault);
  }
  if (pathname.startsWith("/cis2/interaction/")) return interaction(settings, provider, url, request, response);
  if (!pathname.startsWith("/cis2/")) return answer(settings, response, 404, messagePage("Not found", "There is no such page."));

  if (faults.current() === "server-error" && pathname === "/cis2/token") return answer(settings, response, 503, "unavailable");
  if (faults.current() === "wrong-nonce" && url.searchParams.has("nonce")) url.searchParams.set("nonce", "not-the-one-that-was-asked");
  // The provider takes its mount path from the difference between the two.
  (request as { originalUrl?: string }).originalUrl = `${pathname}${url.search}`;
  request.url = `${pathname.slice("/cis2".length)}${url.search}`;
  return callback(request, response);
}

async function interaction(settings: StandInSettings, provider: Provider, url: URL, request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    await provider.interactionDetails(request, response);
  } catch {
    return answer(settings, response, 400, messagePage("This sign-in has ended", "Start again from the shared care record."));
  }
  if (request.method !== "POST") return answer(settings, response, 200, loginPage(settings.region, url.pathname, url.searchParams.get("q") ?? ""));
  const uid = (await formOf(request)).get("uid") ?? "";
  const professional = settings.region.professional(uid);
  // Whose organisation has no CIS2 has no account there either.
  if (professional === undefined || settings.region.signInOf(professional) !== "cis2") return answer(settings, response, 400, messagePage("Nobody chosen", "Go back and choose a professional."));
  return provider.interactionFinished(request, response, { login: { accountId: uid, remember: false } }, { mergeWithLastSubmission: false });
}

async function hostSystem(settings: StandInSettings, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { region } = settings;
  const hosts = region.hosts.filter((host) => host.demonstration);
  if (request.method !== "POST") return answer(settings, response, 200, hostPage(region, hosts, null));
  const form = await formOf(request);
  const host = hosts.find((each) => each.id === form.get("host"));
  const professional = region.professionals.find((each) => each.profiles.some((profile) => profile.id === form.get("profile")));
  const profile = professional?.profiles.find((each) => each.id === form.get("profile"));
  if (host === undefined || professional === undefined || profile === undefined) return answer(settings, response, 400, hostPage(region, hosts, "Choose a system and a professional."));
  if (profile.organisation !== host.organisation) return answer(settings, response, 400, hostPage(region, hosts, "This professional does not work where the system is."));
  const launch = { host, professional, profile, nhsNumber: (form.get("nhsNumber") ?? "").replace(/\s/g, ""), dateOfBirth: form.get("dateOfBirth") ?? "" };
  response.writeHead(303, { location: await settings.launchLink(launch), "cache-control": "no-store", "referrer-policy": "no-referrer" }).end();
}

const LARGEST_FORM = 10_000;

async function formOf(request: IncomingMessage): Promise<URLSearchParams> {
  let text = "";
  for await (const part of request) {
    text += String(part);
    if (text.length > LARGEST_FORM) throw new Error("form too large");
  }
  return new URLSearchParams(text);
}

const styleHash = createHash("sha256").update(PAGE_STYLE).digest("base64");

function answer(settings: StandInSettings, response: ServerResponse, status: number, body: string): void {
  if (response.headersSent) return void response.end();
  response
    .writeHead(status, {
      "content-type": body.startsWith("<") ? "text/html; charset=utf-8" : "text/plain; charset=utf-8",
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
      "referrer-policy": "no-referrer",
      // Browsers hold a form's redirects to form-action as well, so the product's own address is named.
      "content-security-policy": `default-src 'none'; style-src 'sha256-${styleHash}'; form-action 'self' ${new URL(settings.publicUrl).origin}; base-uri 'none'; frame-ancestors 'none'`,
    })
    .end(body);
}
