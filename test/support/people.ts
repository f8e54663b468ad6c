/** Story people of a started product, opened by professionals of the region over HTTP: who, whose record, which page. */
import assert from "node:assert/strict";
import { STORIES } from "#synthetic";
import type { Product } from "./product.ts";
import { rowsOf, WebReader, type Page } from "./web-reader.ts";

/** Professionals of the demonstration, by what they are. */
export const STAFF = {
  paramedic: "555000001001", edDoctor: "555000001002", hospitalDoctor: "555000001003", gp: "555000001004", practiceNurse: "555000001006", communityNurse: "555000001007", mentalHealthNurse: "555000001008",
  adultSocialWorker: "555000001009", childrensSocialWorker: "555000001010", hospiceNurse: "555000001011", pharmacist: "555000001012", therapist: "555000001013", midwife: "555000001014", wardClerk: "555000001015",
  childrensNurse: "555000001016", locum: "555000001017", lapsed: "555000001018", privacyOfficer: "555000001019", dataQualityOfficer: "555000001020", administrator: "555000001021", commissioner: "555000001022", hospitalPrivacyOfficer: "555000001023", identityOfficer: "555000001024", secondIdentityOfficer: "555000001025", rochesterGp: "555000001005", objectionsOfficer: "555000001040",
} as const;
export type Staff = keyof typeof STAFF;

export class People {
  readonly #product: Product;
  readonly #readers = new Map<string, Promise<WebReader>>();
  readonly #ids = new Map<string, string>();

  constructor(product: Product) {
    this.#product = product;
  }

  /** The professional, signed in once, in the named role where there are several. */
  as(staff: Staff, roleName?: string): Promise<WebReader> {
    const key = `${staff} ${roleName ?? ""}`;
    const known = this.#readers.get(key) ?? WebReader.signIn(this.#product, STAFF[staff], roleName);
    this.#readers.set(key, known);
    return known;
  }

  /** Id of a story person, whom find-a-person must know exactly once. */
  async id(key: string): Promise<string> {
    const known = this.#ids.get(key);
    if (known !== undefined) return known;
    const { nhsNumber } = storyOf(key);
    const found = await (await this.as("gp")).find({ nhsNumber: nhsNumber! });
    assert.equal(found.length, 1, `${key} is one person`);
    this.#ids.set(key, found[0]!);
    return found[0]!;
  }

  /** A page of a story person's record; a reason is given where one is asked for. */
  async page(staff: Staff, key: string, path = ""): Promise<Page> {
    const reader = await this.as(staff);
    return reader.open(await this.id(key), path);
  }

  /** The page, which must answer 200 and hold one table row with all of these facts. */
  async row(staff: Staff, key: string, path: string, ...facts: readonly (string | RegExp)[]): Promise<string> {
    const page = await this.page(staff, key, path);
    assert.equal(page.status, 200, page.text.slice(0, 300));
    const rows = rowsOf(page.html).map((cells) => cells.join(" | "));
    const found = rows.find((row) => facts.every((fact) => (typeof fact === "string" ? row.includes(fact) : fact.test(row))));
    assert.ok(found, `${key} ${path} as ${staff}: no row with ${facts.join(", ")} among:\n${rows.join("\n")}`);
    return found;
  }
}

export const storyOf = (key: string): (typeof STORIES)[number] => STORIES.find((story) => story.key === key) ?? assert.fail(`no story ${key}`);

/** The day so many days before now as pages write it; two days are taken, since a night may pass between loading and asking. */
export function daysAgo(days: number): RegExp {
  const text = (at: number): string => new Intl.DateTimeFormat("en-GB", { timeZone: "Europe/London", day: "2-digit", month: "short", year: "numeric" }).format(at).replace("Sept", "Sep").replaceAll(" ", "-");
  const then = Date.now() - days * 86_400_000;
  return new RegExp(`${text(then)}|${text(then - 86_400_000)}`);
}
