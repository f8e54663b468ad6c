/** The summary of the heavy person in the real browser on a slow ward PC: largest paint, layout shift, what is loaded (experience.md 11.2), and what a source that fell silent moves. */
import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import type { Browser } from "playwright-core";
import { openPool } from "#platform";
import { launchBrowser } from "#test/browser.ts";
import { People } from "#test/people.ts";
import { startProduct, type Product } from "#test/product.ts";
import type { WebReader } from "#test/web-reader.ts";
import { ownerAddress } from "../test/faults/ledger.ts";
import { percentiles } from "./support/machine.ts";

/** 4x processor slowdown, 10 Mbit/s, 60 ms round trip. */
const SLOW = { cpu: 4, bytesPerSecond: 10_000_000 / 8, latencyMs: 60 };
const LOADS = 12;

type Load = { readonly paintMs: number; readonly shift: number; readonly requests: number; readonly hosts: number; readonly scriptBytes: number; readonly htmlBytes: number; readonly firstByteMs: number };

export async function bench(): Promise<Record<string, number>> {
  const product = await startProduct({ people: 60, webProcesses: 2, workerProcesses: 2 });
  const browser = await launchBrowser();
  try {
    const people = new People(product);
    await people.page("paramedic", "heavy");
    const reader = await people.as("paramedic");
    const address = `${product.base}/person/${await people.id("heavy")}`;
    await load(browser, product, reader, address, true);
    const first = await load(browser, product, reader, address, true);
    const several = async (): Promise<Load[]> => {
      const loads: Load[] = [];
      for (let index = 0; index < LOADS; index++) loads.push(await load(browser, product, reader, address, false));
      return loads;
    };
    const loads = await several();
    await fallSilent(product);
    const { text } = await people.page("paramedic", "heavy");
    assert.match(text, /East Kent Hospitals[^.]* updated 5 days ago/, `the page does not say that the source fell silent: ${text.slice(0, 1500)}`);
    const silent = await several();
    const paint = percentiles(loads.map(({ paintMs }) => paintMs));
    const after = percentiles(silent.map(({ paintMs }) => paintMs));
    const sorted = loads.map(({ paintMs }) => paintMs).toSorted((a, b) => a - b);
    const p75 = sorted[Math.ceil(sorted.length * 0.75) - 1]!;
    process.stdout.write(`${LOADS} loads at 4x processor, 10 Mbit/s, 60 ms: largest paint ${paint.text}, p75 ${p75.toFixed(0)} ms; first byte ${loads.map(({ firstByteMs }) => firstByteMs.toFixed(0)).join(", ")} ms\nfirst visit: ${first.requests} requests to ${first.hosts} host, script ${first.scriptBytes} bytes, page ${first.htmlBytes} bytes as sent\none source silent for five days: largest paint ${after.text}\n`);
    return { lcp_p75_ms: Math.round(p75), layout_shift: Math.max(...[...loads, ...silent].map(({ shift }) => shift)), requests: first.requests, script_bytes: first.scriptBytes, silent_source_moves_ms: Math.round(after.p50 - paint.p50) };
  } finally {
    await browser.close();
    await product.stop();
  }
}

/** A hospital whose feeds ended five days ago: what they last brought is that old. */
async function fallSilent(product: Product): Promise<void> {
  const owner = openPool(ownerAddress(product.dataDir), undefined, 1);
  await owner.query("update feeds.inbox set received = received - interval '5 days' where feed like 'rvv-%'");
  await owner.end();
  await sleep(3_000); // the times of feeds are read again every two seconds
}

/** One load in a browser of its own that has been here before (`isFirst`: has not). */
async function load(browser: Browser, product: Product, reader: WebReader, address: string, isFirst: boolean): Promise<Load> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 720 } });
  await context.addCookies(reader.browserCookies);
  const page = await context.newPage();
  // The reader comes from the service itself, so stylesheet and script are known.
  if (!isFirst) await page.goto(`${product.base}/help`);
  const session = await context.newCDPSession(page);
  await session.send("Network.enable");
  await session.send("Network.emulateNetworkConditions", { offline: false, latency: SLOW.latencyMs, downloadThroughput: SLOW.bytesPerSecond, uploadThroughput: SLOW.bytesPerSecond });
  await session.send("Emulation.setCPUThrottlingRate", { rate: SLOW.cpu });
  const seen: string[] = [];
  const sizes = new Map<string, number>();
  const types = new Map<string, string>();
  session.on("Network.responseReceived", ({ requestId, response }) => {
    seen.push(response.url);
    types.set(requestId, response.mimeType);
  });
  session.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => sizes.set(requestId, encodedDataLength));
  await page.addInitScript(`globalThis.shift = 0; globalThis.paint = 0;
    new PerformanceObserver((list) => { for (const each of list.getEntries()) globalThis.paint = each.startTime; }).observe({ type: "largest-contentful-paint", buffered: true });
    new PerformanceObserver((list) => { for (const each of list.getEntries()) if (!each.hadRecentInput) globalThis.shift += each.value; }).observe({ type: "layout-shift", buffered: true });`);
  await page.goto(address, { waitUntil: "load" });
  await page.waitForTimeout(400);
  const told = (await page.evaluate("({ paint, shift, firstByte: performance.getEntriesByType('navigation')[0].responseStart })")) as { paint: number; shift: number; firstByte: number };
  const of = (mime: RegExp): number => [...sizes].reduce((sum, [id, bytes]) => sum + (mime.test(types.get(id) ?? "") ? bytes : 0), 0);
  await context.close();
  return { paintMs: told.paint, shift: told.shift, firstByteMs: told.firstByte, requests: seen.length, hosts: new Set(seen.map((url) => new URL(url).host)).size, scriptBytes: of(/javascript/), htmlBytes: of(/html/) };
}
