/** `npm run kmcr` beside a started product, and its feeds over HTTP, as an operator and a sender use them. */
import { spawn } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { Product } from "./product.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

export type Finished = { code: number; stdout: Buffer; stderr: string };

/** Runs `kmcr feeds ...` with the product's own settings. */
export const feedCommand = (product: Product, ...args: string[]): Promise<Finished> => kmcr(product, "feeds", ...args);

/** Runs the command with the product's own settings. */
export function kmcr(product: Product, ...args: string[]): Promise<Finished> {
  const child = spawn(process.execPath, ["src/apps/cli/kmcr.ts", ...args], { cwd: root, env: product.env, stdio: ["ignore", "pipe", "pipe"] });
  const stdout: Buffer[] = [];
  let stderr = "";
  child.stdout.on("data", (chunk: Buffer) => stdout.push(chunk));
  child.stderr.on("data", (chunk) => (stderr += chunk));
  return new Promise((resolve) => child.once("close", (code) => resolve({ code: code ?? 1, stdout: Buffer.concat(stdout), stderr })));
}

async function mustRun(product: Product, ...args: string[]): Promise<Buffer> {
  const done = await feedCommand(product, ...args);
  if (done.code !== 0) throw new Error(`npm run kmcr -- feeds ${args.join(" ")} ended with ${done.code}: ${done.stderr}`);
  return done.stdout;
}

/** The kept bytes of a message. */
export const keptBytes = (product: Product, feed: string, id: string): Promise<Buffer> => mustRun(product, "show", feed, id, "--reason", "the test compares the bytes");

export type Listed = { received: string; messageId: string; controlId: string; kind: string; bytes: number; sha256: string; state: string; answered: string; flags: string[] };

/** The messages of a feed, oldest first. */
export async function listed(product: Product, feed: string): Promise<Listed[]> {
  const text = (await mustRun(product, "list", feed)).toString("utf8");
  return text.split("\n").filter((line) => line !== "").map((line) => {
    const [received, messageId, controlId, kind, size, sha256, state, answered, ...flags] = line.split("\t") as [string, string, string, string, string, string, string, string, ...string[]];
    return { received, messageId, controlId, kind, bytes: Number.parseInt(size, 10), sha256, state, answered: answered.replace("answered ", ""), flags };
  });
}

export type Counts = { feed: string; messages: Record<string, number>; resources: Record<string, number>; directory: Record<string, number>; earlierVersions: number };

/** What of a feed is in the store. */
export async function counts(product: Product, feed: string): Promise<Counts> {
  return JSON.parse((await mustRun(product, "counts", feed)).toString("utf8")) as Counts;
}

/** Waits until no message of the feed waits to be applied. */
export async function untilApplied(product: Product, feed: string, patienceMs = 120_000): Promise<void> {
  for (const until = Date.now() + patienceMs; ; await sleep(200)) {
    const metrics = await (await fetch(`${product.base}/metrics`)).text();
    const waiting = new RegExp(`kmcr_feed_messages\\{feed="${feed}",state="waiting"\\} (\\d+)`).exec(metrics)?.[1];
    if (waiting === "0") return;
    if (Date.now() > until) throw new Error(`${waiting ?? "no"} messages of ${feed} wait after ${patienceMs} ms`);
  }
}

/** The secret of a feed's client. */
export const feedSecret = async (product: Product, feed: string): Promise<string> => (await mustRun(product, "secret", feed)).toString("utf8").trim();

export type Answer = { status: number; text: string; headers: Headers };

/** A sender over HTTP: takes a token with the feed's secret and posts under it. */
export class FeedClient {
  readonly #product: Product;
  readonly #feed: string;
  #token = "";

  constructor(product: Product, feed: string) {
    this.#product = product;
    this.#feed = feed;
  }

  async token(): Promise<string> {
    if (this.#token !== "") return this.#token;
    const body = new URLSearchParams({ grant_type: "client_credentials", client_id: this.#feed, client_secret: await feedSecret(this.#product, this.#feed) });
    const answer = await fetch(`${this.#product.base}/oauth2/token`, { method: "POST", body });
    if (!answer.ok) throw new Error(`no token for ${this.#feed}: ${answer.status} ${await answer.text()}`);
    return (this.#token = ((await answer.json()) as { access_token: string }).access_token);
  }

  /** Posts to `/feeds/<this feed><path>`. */
  async post(path: string, body: string | Uint8Array, type = "application/fhir+json", token?: string): Promise<Answer> {
    const answer = await fetch(`${this.#product.base}/feeds/${this.#feed}${path}`, { method: "POST", headers: { authorization: `Bearer ${token ?? (await this.token())}`, "content-type": type }, body: typeof body === "string" ? body : new Uint8Array(body) });
    return { status: answer.status, text: await answer.text(), headers: answer.headers };
  }

  /** Gets `/feeds/<this feed><path>`; `feed` asks on another's address with this one's token. */
  async get(path: string, options: { accept?: string; feed?: string } = {}): Promise<Answer> {
    const answer = await fetch(`${this.#product.base}/feeds/${options.feed ?? this.#feed}${path}`, { headers: { authorization: `Bearer ${await this.token()}`, accept: options.accept ?? "application/json" } });
    return { status: answer.status, text: Buffer.from(await answer.arrayBuffer()).toString("utf8"), headers: answer.headers };
  }
}
