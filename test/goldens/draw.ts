/**
 * The screens of the wireframes (experience.md 9), drawn from invented people that
 * never change, at a clock that stands still, with the one font that the browser's
 * package carries: two machines draw the same picture, so that a difference is ours.
 */
import type { Browser } from "playwright-core";
import { PNG } from "pngjs";
import { launchBrowser } from "#test/browser.ts";
import { coarse, type Pixels } from "#test/palette-png.ts";
import { PEOPLE, sampleApp } from "#test/sample-app.ts";
import { send } from "../../src/apps/office/officer.ts";
import { sampleAlertPage } from "./sample-alert.ts";

/** Width and height of a screen; a picture holds two screens of height at most. */
const SIZES = [[390, 844], [1024, 768], [1280, 720]] as const;
const [, MIDDLE, WIDE] = SIZES;
const SCREENS_HIGH = 2;

type Look = { readonly name: string; readonly screen: string; readonly size: readonly [number, number]; readonly media?: "print"; readonly forcedColours?: true };
const SCREENS = ["summary", "timeline", "results", "trend", "alert"] as const;

export const LOOKS: readonly Look[] = [
  ...SCREENS.flatMap((screen) => SIZES.map((size) => ({ name: `${screen}-${size[0]}`, screen, size }))),
  { name: "summary-forced-colours-1024", screen: "summary", size: MIDDLE, forcedColours: true },
  // A page of the record is no paper: what it prints is one sentence, which would drown in a whole screen's pixels.
  { name: "summary-print", screen: "summary", size: [640, 30], media: "print" },
];

/** Screens whose accessibility tree is kept too. */
export const TREES: readonly string[] = SCREENS;

export type Gallery = { readonly picture: (name: string) => Promise<Pixels>; readonly tree: (screen: string) => Promise<string>; readonly close: () => Promise<void> };

/** Opens the screens; close it when done. */
export async function openGallery(): Promise<Gallery> {
  const { app, deps } = sampleApp();
  app.get("/alert", async (request, reply) => send(reply, 200, { ...deps.shell(request), find: null, account: { name: "Margaret Stone", role: "Privacy officer", organisation: "Royal Northgate Hospital" } }, "Alert", sampleAlertPage(deps.shell(request))));
  const [browser, origin] = await Promise.all([launchBrowser({ sameEverywhere: true }), app.listen({ port: 0, host: "127.0.0.1" })]);
  const heavy = `${origin}/person/${PEOPLE.heavy}`;
  const trend = /href="([^"]+\/test\/[^"]+)">Creatinine/.exec((await app.inject(`/person/${PEOPLE.heavy}/results`)).body)![1]!;
  const addresses: Readonly<Record<string, string>> = { summary: heavy, timeline: `${heavy}/timeline?period=1y`, results: `${heavy}/results`, trend: `${origin}${trend}?period=1y`, alert: `${origin}/alert` };
  return {
    picture: (name) => picture(browser, LOOKS.find((look) => look.name === name)!, addresses),
    // A quarter of a year has every lane and every kind of mark.
    tree: (screen) => tree(browser, screen === "timeline" ? `${heavy}/timeline?period=3m` : addresses[screen]!),
    close: async () => {
      await browser.close();
      await app.close();
    },
  };
}

async function picture(browser: Browser, look: Look, addresses: Readonly<Record<string, string>>): Promise<Pixels> {
  const [width, height] = look.size;
  // Without script: what a script draws later would make a picture of chance.
  const context = await browser.newContext({ viewport: { width, height: height * SCREENS_HIGH }, reducedMotion: "reduce", locale: "en-GB", timezoneId: "Europe/London", javaScriptEnabled: false });
  const page = await context.newPage();
  await page.emulateMedia({ ...(look.media && { media: look.media }), ...(look.forcedColours && { forcedColors: "active" as const }) });
  await page.goto(addresses[look.screen]!);
  const shot = PNG.sync.read(await page.screenshot({ animations: "disabled", caret: "hide" }));
  await context.close();
  return coarse(shot);
}

/** What a screen reader is told, as text: addresses are no part of it. */
async function tree(browser: Browser, address: string): Promise<string> {
  const context = await browser.newContext({ viewport: { width: WIDE[0], height: WIDE[1] }, locale: "en-GB", timezoneId: "Europe/London" });
  const page = await context.newPage();
  await page.goto(address);
  const told = await page.locator("body").ariaSnapshot();
  await context.close();
  const lines = told.split("\n").filter((line) => !/^ *- \/url:/.test(line));
  const depth = (line: string | undefined): number => (line === undefined ? 0 : line.search(/\S/));
  // A link that held its address alone ends without the colon before it.
  return `${lines.map((line, index) => (depth(lines[index + 1]) > depth(line) ? line : line.replace(/:$/, ""))).join("\n")}\n`;
}
