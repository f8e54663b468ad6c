/** The objections office, the clinician and the public page as people use them: over HTTP, form by form. */
import assert from "node:assert/strict";
import type { Product } from "./product.ts";
import { WebReader, type Page } from "./web-reader.ts";

/** Somebody without a session. */
export async function anybody(product: Product, path: string, fields?: Readonly<Record<string, string>>): Promise<{ status: number; html: string }> {
  const answer = await fetch(new URL(path, product.base), { redirect: "manual", headers: { accept: "text/html", origin: product.base }, ...(fields && { method: "POST", body: new URLSearchParams(fields) }) });
  return { status: answer.status, html: await answer.text() };
}

export const ASSESSMENT = { safeCare: "with-measures", allergies: "penicillin, stands on the card", anticoagulants: "takes none", emergencies: "understands and accepts it", others: "nobody depends on them", measures: "carries a card" };

/** One case, by its address. */
export class CaseOutside {
  readonly href: string;
  constructor(href: string) {
    this.href = href;
  }

  async post(reader: WebReader, step: string, fields: Readonly<Record<string, string>>): Promise<Page> {
    return reader.post(`${this.href}/${step}`, await reader.get("/office/objections"), { ...fields });
  }
  /** The same, which must be done. */
  async done(reader: WebReader, step: string, fields: Readonly<Record<string, string>>): Promise<Page> {
    const page = await this.post(reader, step, fields);
    assert.equal(page.status, 200, `${step}: ${page.text.slice(0, 600)}`);
    return page;
  }
  /** From lodged to with the clinician. */
  async toReview(officer: WebReader, reviewer: string): Promise<void> {
    await this.done(officer, "identity-confirmed", { how: "A document with a photograph was seen", words: "passport seen", restrict: "yes" });
    await this.done(officer, "review-asked", { reviewer, words: "" });
  }
  async decide(clinician: WebReader, outcome: "upheld" | "partly-upheld" | "not-upheld", fields: Readonly<Record<string, string>> = {}): Promise<Page> {
    await this.done(clinician, "safety-assessed", ASSESSMENT);
    return this.done(clinician, outcome, { words: "reasons that the person can read and answer", reviewOn: "2027-11-01", ...fields });
  }
}

/** A professional lodges with the person: the record's own form. */
export async function lodgeAtRecord(reader: WebReader, personId: string, scope: Readonly<Record<string, string>>, how: "document" | "not-checked" = "not-checked", path = ""): Promise<Page> {
  const form = await reader.open(personId, `/objection${path}`);
  assert.equal(form.status, 200, form.text.slice(0, 400));
  return reader.post(`/person/${personId}/objection`, form, { told: "yes", words: "fears that a relative looks", contact: "by telephone, in the morning", how, seen: "driving licence", ...scope });
}

/** The case of this reference, as the officer finds it. */
export async function caseOf(officer: WebReader, reference: string): Promise<CaseOutside> {
  const list = await officer.get("/office/objections?show=all");
  const href = new RegExp(`href="(/office/objections/case/[0-9a-f-]+/[0-9a-f-]+)">[^<]*<span class="vh">, ${reference}`).exec(list.html)?.[1];
  assert.ok(href, `${reference} is not in the list: ${list.text.slice(0, 1500)}`);
  return new CaseOutside(href);
}

export const referenceIn = (page: { html: string }): string => /OBJ-[0-9A-Z]{4}-[0-9A-Z]{4}/.exec(page.html)?.[0] ?? assert.fail(`no reference: ${page.html.slice(0, 500)}`);
