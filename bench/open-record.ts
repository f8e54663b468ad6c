/** Opening the summary of a 750-entry and of the 20,000-entry person, 10 at once, and finding words in the latter with 500 documents, each with its durable audit entry. */
import { Agent, request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { STORIES } from "#synthetic";
import { bundleOf, documentResource, patientResource } from "#test/fhir-patient.ts";
import { FeedClient, untilApplied } from "#test/feed-command.ts";
import { startProduct, type Product } from "#test/product.ts";
import { WebReader } from "#test/web-reader.ts";
import { percentiles, processorTime, spent } from "./support/machine.ts";

const AT_ONCE = 10;

export async function bench(): Promise<Record<string, number>> {
  const product = await startProduct({ people: 60, webProcesses: 2, workerProcesses: 2, env: process.env["BENCH_NODE_OPTIONS"] ? { NODE_OPTIONS: process.env["BENCH_NODE_OPTIONS"] } : {} });
  try {
    const reader = await WebReader.signIn(product, "555000001001");
    const ordinary = await open(product, reader, "entries-750", 1500);
    const section = await open(product, reader, "entries-750", 600, "/medicines");
    const large = await open(product, reader, "entries-20000", 600);
    await giveDocuments(product, "entries-20000");
    // A crew sees no letters.
    const gp = await WebReader.signIn(product, "555000001004");
    const searched = await search(product, gp, "entries-20000", 400);
    return { p95_ms_750: ordinary.p95, p95_ms_20000: large.p95, summaries_per_s: ordinary.perSecond, p95_ms_section: section.p95, p95_ms_search: searched.p95, p95_ms_timeline: (await timeline(product, gp, "entries-20000", 200)).p95 };
  } finally {
    await product.stop();
  }
}

async function open(product: Product, reader: WebReader, key: string, times: number, path = ""): Promise<{ p95: number; perSecond: number }> {
  const story = STORIES.find((each) => each.key === key);
  if (!story?.nhsNumber) throw new Error(`no story person "${key}": ${STORIES.map((each) => each.key).join(", ")}`);
  const [personId] = await reader.find({ nhsNumber: story.nhsNumber });
  const first = await reader.open(personId!, path);
  if (first.status !== 200) throw new Error(`the page answered ${first.status}`);
  const cookie = reader.cookies;
  const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });
  const run = async (count: number): Promise<number[]> => {
    const taken: number[] = [];
    let left = count;
    await Promise.all(Array.from({ length: AT_ONCE }, async () => {
      while (left-- > 0) {
        const sent = performance.now();
        const bytes = await getBytes(product, `/person/${personId}${path}`, cookie, agent);
        taken.push(performance.now() - sent);
        if (bytes < first.html.length / 2) throw new Error(`a page of ${bytes} bytes is no summary`);
      }
    }));
    return taken;
  };
  await run(1000); // both web processes warm
  const before = processorTime(product.dataDir);
  const began = performance.now();
  const shares = percentiles(await run(times));
  const seconds = (performance.now() - began) / 1000;
  process.stdout.write(`${key}: ${times} ${path === "" ? "summaries" : `pages ${path}`} of ${(first.html.length / 1024).toFixed(0)} kB, ${AT_ONCE} at once: ${shares.text}, ${(times / seconds).toFixed(0)}/s\nprocessor time: ${spent(before, processorTime(product.dataDir))}\n`);
  return { p95: shares.p95, perSecond: Math.round(times / seconds) };
}

const DOCUMENTS = 500;
/** Words of letters: common and rare ones, so that some searches find hundreds and some none. */
const SENTENCES = ["Seen in clinic today with his daughter.", "Blood pressure well controlled on current treatment.", "Reports breathlessness on two flights of stairs.", "Old myocardial infarction in 2011, stented.", "Renal function stable, creatinine 128.", "Plan: continue bisoprolol, repeat bloods in three months.", "No ankle swelling, weight steady.", "Referred to pulmonary rehabilitation.", "Discussed resuscitation, wishes recorded.", "Sleeps with three pillows."];

/** Letters of some six kilobytes each, read for search before this returns. */
async function giveDocuments(product: Product, key: string): Promise<void> {
  const story = STORIES.find((each) => each.key === key)!;
  const [given, family] = [story.name.split(" ").find((part) => part === "Peter")!, "Yeomans"];
  const client = new FeedClient(product, "mch-fhir");
  for (let from = 0; from < DOCUMENTS; from += 50) {
    const letters = Array.from({ length: 50 }, (_, index) => from + index).map((n) => documentResource("bench", `letter-${n}`, n % 10 === 0 ? "Discharge summary" : "Clinic letter", Array.from({ length: 120 }, (_, line) => SENTENCES[(n * 7 + line * 3) % SENTENCES.length]).join(" ") + (n === 77 ? " Zebrafish." : ""), { date: new Date(Date.now() - n * 2 * 86_400_000).toISOString() }));
    const answer = await client.post("/fhir", bundleOf({ ...patientResource({ id: "bench", nhsNumber: story.nhsNumber!, family, given, birthDate: story.dateOfBirth }), gender: "male" }, ...letters));
    if (answer.status >= 300) throw new Error(`${answer.status} ${answer.text}`);
  }
  await untilApplied(product, "mch-fhir");
}

/** What is typed: one word, a phrase with other names, two words, one that nothing has, one that thousands of readings have. */
const TYPED = ["crea", "heart attack", "bisoprolol renal", "zebrafish", "heart rate", "nothinglikethis", "sats 95", "clinic letter 2026"];

async function search(product: Product, reader: WebReader, key: string, times: number): Promise<{ p95: number }> {
  const [personId] = await reader.find({ nhsNumber: STORIES.find((each) => each.key === key)!.nhsNumber! });
  const from = await reader.open(personId!);
  const csrf = /name="_csrf" value="([^"]+)"/.exec(from.html)![1]!;
  for (const until = Date.now() + 300_000; ; await sleep(1000)) {
    const { text } = await reader.post(`/person/${personId}/search`, from, { words: "zebrafish" });
    if (!/not searched by their words/.test(text) && /1 found/.test(text)) break;
    if (Date.now() > until) throw new Error(`the letters were not read within five minutes: ${text.slice(text.indexOf("found") - 60, text.indexOf("found") + 600)}`);
  }
  const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });
  const run = (typed: readonly string[]): Promise<number[]> => spread(typed, (words) => getBytes(product, `/person/${personId}/search`, reader.cookies, agent, new URLSearchParams({ _csrf: csrf, words }).toString()), 1);
  await run(Array.from({ length: 80 }, (_, index) => TYPED[index % TYPED.length]!));
  for (const words of TYPED) process.stdout.write(`search "${words}": ${percentiles(await run(Array.from({ length: 20 }, () => words))).text}\n`);
  const shares = percentiles(await run(Array.from({ length: times }, (_, index) => TYPED[index % TYPED.length]!)));
  process.stdout.write(`${key} with ${DOCUMENTS} documents: ${times} searches one after another: ${shares.text}\n`);
  return shares;
}

async function timeline(product: Product, reader: WebReader, key: string, times: number): Promise<{ p95: number }> {
  const [personId] = await reader.find({ nhsNumber: STORIES.find((each) => each.key === key)!.nhsNumber! });
  const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });
  const run = (count: number): Promise<number[]> => spread(Array.from({ length: count }, (_, index) => ["", "?period=all", "?period=30d"][index % 3]!), (query) => getBytes(product, `/person/${personId}/timeline${query}`, reader.cookies, agent), 1);
  await run(60);
  const shares = percentiles(await run(times));
  process.stdout.write(`${key}: ${times} timelines one after another: ${shares.text}\n`);
  return shares;
}

/** Each asked once, so many at a time; how long each took. */
async function spread<T>(all: readonly T[], ask: (each: T) => Promise<number>, atOnce: number): Promise<number[]> {
  const taken: number[] = [];
  let at = 0;
  await Promise.all(Array.from({ length: atOnce }, async () => {
    while (at < all.length) {
      const each = all[at++]!;
      const sent = performance.now();
      await ask(each);
      taken.push(performance.now() - sent);
    }
  }));
  return taken;
}

/** The whole answer, read and thrown away: a browser is not what is measured. */
function getBytes(product: Product, path: string, cookie: string, agent: Agent, form?: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const asked = request({ host: "localhost", port: product.port, path, agent, method: form === undefined ? "GET" : "POST", headers: { cookie, ...(form !== undefined && { "content-type": "application/x-www-form-urlencoded", origin: product.base }) } }, (answer) => {
      let bytes = 0;
      answer.on("data", (chunk: Buffer) => (bytes += chunk.length));
      answer.on("end", () => (answer.statusCode === 200 ? resolve(bytes) : reject(new Error(`${path} answered ${answer.statusCode}`))));
    });
    asked.on("error", reject);
    asked.end(form);
  });
}
