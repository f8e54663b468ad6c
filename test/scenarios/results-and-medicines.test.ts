/** Results over laboratories and time, medicines compared, and a fact queried until its owner answers: through HTTP and in a real browser. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { Browser, Page } from "playwright-core";
import { follow, launchBrowser } from "#test/browser.ts";
import { keepsAccessible } from "#test/keeps.ts";
import { People, type Staff } from "#test/people.ts";
import { startProduct, type Product } from "#test/product.ts";
import { readPdf } from "#test/read-pdf.ts";
import { rowsOf, textOf } from "#test/web-reader.ts";

const ACUTE = "Maidstone and Tunbridge Wells NHS Trust";
const COMMUNITY = "Kent Community Health NHS Foundation Trust";

describe("results, medicines and queries", () => {
  let product: Product;
  let people: People;
  let browser: Browser;
  before(async () => {
    [product, browser] = await Promise.all([startProduct({ people: 60 }), launchBrowser()]);
    people = new People(product);
  });
  after(async () => {
    await browser?.close();
    await product?.stop();
  });

  /** A browser's page of a professional who has signed in, and has opened the person where one is named. */
  const browserOf = async (staff: Staff, key?: string): Promise<Page> => {
    if (key !== undefined) await people.page(staff, key);
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, baseURL: product.base });
    await context.addCookies((await people.as(staff)).browserCookies);
    return context.newPage();
  };
  const linkOf = (html: string, words: string): string => {
    const found = [...html.matchAll(/<a [^>]*href="([^"]+)"[^>]*>([\s\S]*?)<\/a>/g)].find(([, , inner]) => textOf(inner!).includes(words));
    return found?.[1]?.replaceAll("&amp;", "&") ?? assert.fail(`no link "${words}"`);
  };
  const basePath = async (key: string): Promise<string> => `/person/${await people.id(key)}`;
  const trendOf = async (key: string, test: string): Promise<string> => linkOf((await people.page("hospitalDoctor", key, "/results")).html, test);

  it("REC-16 one test of two laboratories in two units is one trend, converted with what was sent beside it, and says whose it is", async () => {
    const doctor = await people.as("hospitalDoctor");
    const page = await doctor.get(`${await trendOf("corrected-result", "Creatinine")}?period=all`);
    assert.equal(page.status, 200);
    assert.match(page.text, /Values from 2 laboratories, methods may differ: .*Weald Private Pathology/);
    const rows = rowsOf(page.html).map((cells) => cells.join(" | "));
    const theirs = rows.find((row) => row.includes("1.45 mg/dL"))!;
    assert.ok(theirs.includes(COMMUNITY) || theirs.includes("Weald Private Pathology"), theirs);
    // The newest value gives the unit: the hospital's stands converted beside what it sent, or theirs does.
    assert.match(page.text, /converted from \d+ µmol\/L|converted from 1\.45 mg\/dL/);
    assert.match(page.text, /59 - 104 µmol\/L/, "a range beside a converted value says which unit it is in");
    assert.equal(new Set([...page.html.slice(page.html.indexOf("<tbody>")).matchAll(/<strong>[\d.]+<\/strong> (mg\/dL|µmol\/L)/g)].map(([, unit]) => unit)).size, 1, "one unit in the series");
    assert.equal((page.html.match(/<svg class="chart"/g) ?? []).length, 1, "one chart");
    assert.ok((page.html.match(/class="chart__pick" href="\/person\/[^"]+\/item\//g) ?? []).length >= 3, "each value leads to its entry");
  });

  it("REC-16 a corrected result is marked, and what it said before stands beside it in the list and in the trend", async () => {
    await people.row("hospitalDoctor", "corrected-result", "/results", "Potassium", "4.4 mmol/L", "was 7.9 mmol/L", "Corrected", ACUTE);
    const doctor = await people.as("hospitalDoctor");
    const page = await doctor.get(`${await trendOf("corrected-result", "Potassium")}?period=1y`);
    assert.match(page.text, /4\.4 mmol\/L.*was 7\.9 mmol\/L/);
    assert.ok(!/aria-label="[^"]*7\.9/.test(page.html), "the value that was wrong is not drawn");
  });

  it("REC-25 results of the last 30 days, 90 days or year are one link each; an empty period is no bare negative", async () => {
    const recent = await people.page("hospitalDoctor", "corrected-result", "/results?period=30d");
    assert.match(recent.text, /filter on: last 30 days/);
    assert.match(recent.text, /Potassium/);
    const old = await people.page("gp", "heavy", "/observations?period=30d");
    assert.doesNotMatch(old.text, /(^|[.>] )No (results|observations)/);
    const flagged = await people.page("hospitalDoctor", "corrected-result", "/results?first=abnormal");
    // Each row of the table by tests: flagged ones first, none behind one that is not.
    const order = rowsOf(flagged.html.slice(flagged.html.indexOf('id="s-results"'))).filter((cells) => cells.length === 8).slice(1).map((cells) => /\b(High|Low|Abnormal)\b/.test(cells[1]!));
    assert.ok(order.length > 3);
    assert.deepEqual(order, order.toSorted((a, b) => Number(b) - Number(a)));
  });

  it("REC-18 PUR-08 observations have trends like results: weight on a virtual ward, blood pressure as one thing with two lines", async () => {
    const page = await people.page("communityNurse", "virtual-ward", "/observations");
    const weight = rowsOf(page.html).find((cells) => cells[0]!.includes("Body weight"))!;
    assert.match(weight.join(" | "), /81\.2 kg.*81\.8 kg.*6 values/);
    const nurse = await people.as("communityNurse");
    const trend = await nurse.get(linkOf(page.html, "Body weight"));
    assert.match(trend.html, /<svg class="chart"/);
    const pressure = await people.page("communityNurse", "corrected-result", "/observations");
    const both = await nurse.get(`${linkOf(pressure.html, "Blood pressure")}?period=all`);
    assert.match(both.html, /chart__second/);
    assert.match(both.text, /Systolic blood pressure 142 mmHg , Diastolic blood pressure 84 mmHg/);
  });

  it("REC-39 what was asked for and has no result is told with who asked and whom, and who did a test stands beside it", async () => {
    const page = await people.page("hospitalDoctor", "corrected-result", "/results");
    assert.match(page.text, /Asked for, no result here yet.*Ultrasound of kidneys.*Dr Nina Kowalska.*Radiology, County Hospital/);
    await people.row("hospitalDoctor", "corrected-result", "/results", "Creatinine", "Weald Private Pathology");
  });

  it("PUR-13 REC-16 values leave as a file only for roles that may download, and with a reason; nothing in it is a formula", async () => {
    const path = await trendOf("corrected-result", "Creatinine");
    const doctor = await people.as("hospitalDoctor");
    assert.doesNotMatch((await doctor.get(path)).text, /Download these values/);
    const refused = await doctor.post(`${path}/values`, await doctor.get(path), { period: "all", reason: "handover" });
    assert.equal(refused.status, 403);
    const gp = await people.as("gp");
    await people.page("gp", "corrected-result");
    const page = await gp.get(path);
    assert.match(page.text, /Download these values/);
    assert.equal((await gp.post(`${path}/values`, page, { period: "all", reason: "nothing of the list" })).status, 400);
    const file = await gp.post(`${path}/values`, page, { period: "all", reason: "handover", words: "to the renal clinic" });
    assert.equal(file.status, 200, file.text.slice(0, 200));
    const lines = file.html.trim().split("\r\n");
    assert.match(lines[0]!, /^date,test,value as sent,unit as sent,value,unit,/);
    assert.ok(lines.some((line) => line.includes(",1.45,mg/dL,")), file.html);
    assert.ok(lines.slice(1).every((line) => !line.split(",").some((cell) => /^["']?[=@]/.test(cell))));
  });

  it("J9 REC-09 compare medicines: two activations from the summary, what is stopped in one place and current in another first, no column empty", async () => {
    const page = await browserOf("pharmacist", "corrected-result");
    await page.goto(await basePath("corrected-result"));
    let activations = 0;
    const activate = async (name: RegExp): Promise<void> => {
      await follow(page, () => page.getByRole("link", { name }).first().click());
      activations += 1;
    };
    await activate(/^Medicines$/);
    const started = performance.now();
    await activate(/^Compare sources$/);
    await page.waitForSelector("#s-stopped");
    const took = Math.round(performance.now() - started);
    console.log(`J9: ${activations} activations, ${took} ms`);
    assert.equal(activations, 2);
    assert.ok(took < 5000, `${took} ms`);
    const first = await page.locator("section.panel--list table").first().innerText();
    assert.match(first, /Ramipril 5mg capsules[\s\S]*Lately stopped by Kent Community Health[\s\S]*still current at/);
    const cells = await page.locator(".t--compare td").allInnerTexts();
    assert.ok(cells.length >= 2 && cells.every((cell) => cell.trim() !== ""));
    await keepsAccessible(page, "compare-medicines");
    await people.page("pharmacist", "dose-disagreement");
    await page.goto(`${await basePath("dose-disagreement")}/medicines/compare`);
    assert.match(await page.locator("#s-differs").innerText(), /Methotrexate 2\.5mg tablets[\s\S]*once a WEEK/);
    assert.ok((await page.locator("#s-differs td b").count()) >= 2, "what differs is bold");
    assert.ok((await page.locator("fieldset input[name=source]").count()) > 2, "sources can be chosen");
    await page.context().close();
  });

  it("ACC-13 REC-09 the comparison leaves as paper and as file with the sources that were compared, each cell and silence as on screen", async () => {
    const gp = await people.as("gp");
    await people.page("gp", "corrected-result");
    const base = await basePath("corrected-result");
    const screen = await gp.get(`${base}/medicines/compare`);
    const link = /href="([^"]*\/print\?compare=yes[^"]*)"[^>]*>Print this comparison/.exec(screen.html)![1]!.replaceAll("&amp;", "&");
    const sources = new URL(link, product.base).searchParams.get("sources")!.split(",");
    assert.ok(sources.length > 1, link);
    const form = await gp.get(link);
    assert.match(form.html, /name="compare" value="yes" checked/);
    assert.doesNotMatch(form.html, /name="section-[a-z-]+" value="yes" checked/, "nothing else is chosen");
    const order = (as: "print" | "download", chosen = sources) => ({ compare: "yes", reason: "handover", words: "to the ward pharmacist", sources: chosen.join(","), as });
    const paper = await gp.post(`${base}/print`, form, order("print"));
    assert.equal(paper.status, 200, paper.text.slice(0, 300));
    for (const words of [/Chosen: Medicines of several sources side by side\. Nothing else/, /Stopped by one source, current at another\. Find out which holds/, /Ramipril 5mg capsules.*Lately stopped by Kent Community Health.*still current at/s, /Dose One capsule once a day — Active/]) assert.match(paper.text, words);
    assert.doesNotMatch(paper.text, /Wrong\?/);
    const columns = (html: string): string[] => [...(/<table class="even"><thead><tr>(.*?)<\/tr>/s.exec(html)?.[1] ?? "").matchAll(/<th scope="col">([^<]+)</g)].map(([, title]) => title!);
    assert.equal(columns(paper.html).length, sources.length + 1);
    const one = await gp.post(`${base}/print`, form, order("print", sources.slice(0, 1)));
    assert.deepEqual(columns(one.html), columns(paper.html).slice(0, 2), "the sources that were chosen, and no other");
    assert.match(one.text, /entr(?:y|ies) of sources that are not compared here/);
    const file = await gp.post(`${base}/print`, form, order("download"));
    assert.match((await readPdf(file.bytes)).tagged.join(" ").replace(/\s+/g, " "), /Ramipril 5mg capsules.*Lately stopped by Kent Community Health.*still current at/);
  });

  it("U9 the trend is read by keyboard: each value is reached by Tab, says what it is, and opens its source by Enter", async () => {
    const page = await browserOf("hospitalDoctor", "corrected-result");
    await page.goto(`${await trendOf("corrected-result", "Creatinine")}?period=all`);
    await keepsAccessible(page, "trend");
    const picks = await page.locator(".chart__pick").count();
    await page.locator(".choices a").last().focus();
    const names: string[] = [];
    for (let step = 0; step < 40 && names.length < picks; step++) {
      await page.keyboard.press("Tab");
      const name = await page.evaluate(`document.activeElement.matches(".chart__pick") ? document.activeElement.getAttribute("aria-label") : ""`) as string;
      if (name !== "") names.push(name);
    }
    assert.equal(names.length, picks);
    assert.ok(names.every((name) => /\d{2}-\w{3}-\d{4}/.test(name)), names.join("; "));
    assert.equal(await page.evaluate(`getComputedStyle(document.querySelector(".chart__pick:focus-visible .chart__focus")).visibility`), "visible");
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/item\/|#v-/);
    await page.goto(`${await basePath("corrected-result")}/results`);
    await keepsAccessible(page, "results");
    await page.context().close();
  });

  it("REC-16 PUR-13 a wrong fact is queried in two clicks from its row; the entry says so until its owner has answered, and never changes", async () => {
    const base = await basePath("allergy-conflict");
    const doctor = await people.as("edDoctor");
    const list = await people.page("edDoctor", "allergy-conflict", "/allergies");
    const before = rowsOf(list.html).find((cells) => cells.join(" ").includes("Penicillin"))!.join(" | ");
    const href = /href="([^"]+\/query[^"]*)"/.exec(list.html.slice(list.html.indexOf("Penicillin")))![1]!.replaceAll("&amp;", "&");
    const form = await doctor.get(href);
    assert.match(form.text, /Goes to .*whose data it is/);
    assert.equal((await doctor.post(href.split("?")[0]!, form, { kind: "wrong-fact", words: "no" })).status, 400);
    const sent = await doctor.post(href.split("?")[0]!, form, { kind: "wrong-fact", words: "He says that it was amoxicillin and not penicillin V." });
    assert.match(sent.text, /Queried on \d\d-\w{3}-\d{4} .*? by Tom Okafor, [^:]*: the fact is wrong/);
    for (const [staff, path] of [["edDoctor", "/allergies"], ["paramedic", ""], ["gp", "/allergies"]] as const) {
      const { text } = await people.page(staff, "allergy-conflict", path);
      assert.match(text, /Queried on \d\d-\w{3}-\d{4} .*? by Tom Okafor, [^:]*: the fact is wrong/, `${staff} ${path}`);
      assert.doesNotMatch(text, /amoxicillin and not penicillin V/, "the words are for its owner");
    }
    const now = rowsOf((await people.page("edDoctor", "allergy-conflict", "/allergies")).html).find((cells) => cells.join(" ").includes("Penicillin"))!.join(" | ");
    assert.equal(now.replace(/Queried on [^|]*?: the fact is wrong ?/, "").replace(/\s+/g, " "), before.replace(/\s+/g, " "), "nothing else changed");
    const printed = await doctor.post(`${base}/print`, await doctor.get(`${base}/print`), { as: "print", reason: "handover", words: "to the ward", "section-allergies": "yes" });
    assert.match(printed.text, /Queried on/);

    const administrator = await people.as("administrator");
    const queue = await administrator.get("/office/queries");
    assert.doesNotMatch(queue.text, /Penicillin|amoxicillin/, "the list holds no fact");
    const link = /href="(\/office\/queries\/[^"]+)"/.exec(queue.html)![1]!;
    const closed = await administrator.get(link);
    assert.doesNotMatch(closed.text, /Penicillin|amoxicillin/);
    const open = await administrator.post(link, closed, { reason: "to find it at the source" });
    assert.match(open.text, /Penicillin.*amoxicillin and not penicillin V/);
    assert.equal((await administrator.post(`${link}/answer`, open, { answer: "", words: "" })).status, 400);
    await administrator.post(`${link}/answer`, open, { answer: "correct", words: "Checked against the letter of 2011." });
    const answered = await people.page("edDoctor", "allergy-conflict", "/allergies");
    assert.doesNotMatch(answered.text, /Queried on/);
    const item = await doctor.get(href.split("/query")[0]!);
    assert.match(item.text, /Answered on .*correct as it is\. Checked against the letter of 2011\./);

    // An officer of another organisation finds nothing of it.
    const officer = await people.as("dataQualityOfficer");
    const other = await officer.get(link);
    const own = (await officer.get("/office/queries")).html.includes(link);
    assert.equal(other.status, own ? 200 : 404);
  });

  it("the query's office and form hold the rules of accessibility", async () => {
    const page = await browserOf("administrator");
    await page.goto("/office/queries");
    await keepsAccessible(page, "queries");
    await follow(page, () => page.locator("tbody a").first().click());
    await keepsAccessible(page, "query-closed");
    await page.getByLabel("Why do you open it?").fill("looking at it again");
    await follow(page, () => page.getByRole("button", { name: "Open" }).click());
    await keepsAccessible(page, "query-open");
    await page.context().close();
    const form = await browserOf("edDoctor", "heavy");
    await form.goto(`${await basePath("heavy")}/allergies`);
    await follow(form, () => form.getByRole("link", { name: /Wrong\?/ }).first().click());
    await keepsAccessible(form, "query-form");
    await form.context().close();
  });
});
