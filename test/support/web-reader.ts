/** A professional with a browser but no window: signs in through the stand-in over HTTP, keeps cookies, follows redirects, reads pages. */
import type { Product } from "./product.ts";

export type Page = { status: number; url: string; html: string; /** Text as a reader sees it, white space folded. */ text: string; headers: Headers; bytes: Uint8Array };

/** Who can be signed in as, by role. */
export const PARAMEDIC = "555000001001";
export const DATA_QUALITY_OFFICER = "555000001020";
/** Of the community trust that runs the product: every feed. */
export const ADMINISTRATOR = "555000001021";
export const PRIVACY_OFFICER = "555000001019";

export class WebReader {
  readonly #base: string;
  readonly #jars = new Map<string, Map<string, string>>();

  private constructor(base: string) {
    this.#base = base;
  }

  /** Signs in as a professional of the region; where there are several roles, as the one whose name is given. */
  static async signIn(product: Product, uid: string, roleName?: string): Promise<WebReader> {
    const reader = new WebReader(product.base);
    const asked = await reader.get("/sign-in/cis2");
    const chosen = await reader.#follow(asked.url, { uid });
    if (!chosen.url.includes("/sign-in/role")) return reader;
    const form = /<input class="nhsuk-radios__input" id="profile-\d+" name="profile" type="radio" value="([^"]+)"[^>]*>\s*<label[^>]*>([^<]*)/g;
    const profile = [...chosen.html.matchAll(form)].find((each) => roleName === undefined || each[2] === roleName)?.[1];
    if (profile === undefined) throw new Error(`no role "${roleName}" to choose on:\n${chosen.text}`);
    await reader.post(chosen.url, chosen, { profile });
    return reader;
  }

  /** What the browser would send as its cookies to the product: for a bench that must not spend its time on reading pages. */
  get cookies(): string {
    return [...(this.#jars.get(new URL(this.#base).host) ?? [])].map(([name, value]) => `${name}=${value}`).join("; ");
  }

  /** The same for a browser's own jar: `context.addCookies(reader.browserCookies)`. */
  get browserCookies(): { name: string; value: string; url: string }[] {
    return [...(this.#jars.get(new URL(this.#base).host) ?? [])].map(([name, value]) => ({ name, value, url: this.#base }));
  }

  get(address: string): Promise<Page> {
    return this.#follow(new URL(address, this.#base).href);
  }

  /** Posts a form with the token of the page that it stands on. */
  post(address: string, from: Page, fields: Record<string, string>): Promise<Page> {
    const csrf = /name="_csrf" value="([^"]+)"/.exec(from.html)?.[1] ?? "";
    return this.#follow(new URL(address, this.#base).href, { _csrf: csrf, ...fields });
  }

  /** Finds a person by NHS number, or by family name and date of birth (`1989-01-18`); gives the ids of the people found. */
  async find(query: { nhsNumber: string } | { family: string; dateOfBirth: string }): Promise<string[]> {
    const form = await this.get("/find");
    const [year, month, day] = "dateOfBirth" in query ? query.dateOfBirth.split("-") : ["", "", ""];
    const fields: Record<string, string> = "nhsNumber" in query ? { nhsNumber: query.nhsNumber } : { family: query.family, day: day!, month: month!, year: year! };
    const found = await this.post("/find", form, fields);
    if (found.status !== 200) throw new Error(`find answered ${found.status}: ${found.text}`);
    return [...new Set([...found.html.matchAll(/\/person\/([0-9a-f-]{36})"/g)].map((each) => each[1]!))];
  }

  /** Opens a page of a person; where a reason is asked for, gives one and goes on. */
  async open(personId: string, path = ""): Promise<Page> {
    const address = `/person/${personId}${path}`;
    const page = await this.get(address);
    if (!page.url.endsWith("/reason")) return page;
    const kind = /name="kind" value="([^"]+)"/.exec(page.html)?.[1];
    if (kind === undefined) throw new Error(`no reason to choose on:\n${page.text}`);
    const given = await this.post(page.url, page, { kind, words: "called by her daughter, breathless at home" });
    if (given.status !== 200) throw new Error(`the reason was answered with ${given.status}: ${given.text}`);
    return path === "" ? given : this.get(address);
  }

  async #follow(address: string, form?: Record<string, string>): Promise<Page> {
    let url = new URL(address);
    let body = form === undefined ? undefined : new URLSearchParams(form);
    for (let hops = 0; hops < 12; hops++) {
      const jar = this.#jars.get(url.host) ?? new Map<string, string>();
      this.#jars.set(url.host, jar);
      const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join("; ");
      const answer = await fetch(url, { method: body === undefined ? "GET" : "POST", redirect: "manual", headers: { cookie, origin: url.origin, accept: "text/html" }, ...(body && { body }) });
      for (const set of answer.headers.getSetCookie()) {
        const [, name, value] = /^([^=]+)=([^;]*)/.exec(set) ?? [];
        if (name === undefined) continue;
        if (value === "") jar.delete(name);
        else jar.set(name, value!);
      }
      const location = answer.headers.get("location");
      if (answer.status >= 300 && answer.status < 400 && location !== null) {
        await answer.body?.cancel();
        url = new URL(location, url);
        body = undefined;
        continue;
      }
      const bytes = await answer.bytes();
      const html = new TextDecoder().decode(bytes);
      return { status: answer.status, url: url.href, html, text: textOf(html), headers: answer.headers, bytes };
    }
    throw new Error(`more than 12 redirects from ${address}`);
  }
}

/** What stands in an element, without markup. */
export function textOf(html: string): string {
  return html
    .replace(/<(script|style|svg)\b[\s\S]*?<\/\1>/g, " ")
    .replace(/<[^>]+>/g, " ")
    .replace(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)))
    .replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&quot;/g, '"').replace(/&#x27;|&apos;/g, "'").replace(/&nbsp;/g, " ").replace(/&amp;/g, "&")
    .replace(/\s+/g, " ")
    .trim();
}

/** The rows of the page's tables: the text of each cell. */
export function rowsOf(html: string): string[][] {
  return [...html.matchAll(/<tr\b[^>]*>([\s\S]*?)<\/tr>/g)].map((row) => [...row[1]!.matchAll(/<t[hd]\b[^>]*>([\s\S]*?)<\/t[hd]>/g)].map((cell) => textOf(cell[1]!)));
}
