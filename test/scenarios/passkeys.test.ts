/** A hospice without NHS CIS2: from the first administrator's invitation to a revoked passkey, in a real browser with an authenticator of its own. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { Browser, BrowserContext, CDPSession, Page } from "playwright-core";
import { embeddedSocketDir, openPool } from "#platform";
import { follow, launchBrowser } from "#test/browser.ts";
import { kmcr } from "#test/feed-command.ts";
import { keepsAccessible } from "#test/keeps.ts";
import { storyOf } from "#test/people.ts";
import { installationKey, startProduct, type Product } from "#test/product.ts";

const JUDITH = "555000001052";
const ROWAN = "555000001053";

/** Somebody with a device that checks who they are. */
type Holder = { context: BrowserContext; page: Page; device: CDPSession; authenticator: string };

let product: Product;
let browser: Browser;
let judith: Holder;
let rowan: Holder;
let rowansLink = "";
let record = "";

async function holder(): Promise<Holder> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  const page = await context.newPage();
  const device = await context.newCDPSession(page);
  await device.send("WebAuthn.enable");
  const { authenticatorId } = await device.send("WebAuthn.addVirtualAuthenticator", { options: { protocol: "ctap2", transport: "internal", hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true } });
  return { context, page, device, authenticator: authenticatorId };
}

const says = (page: Page, words: string | RegExp): Promise<void> => page.getByText(words).first().waitFor({ timeout: 10_000 });
const press = (page: Page, name: string): Promise<void> => page.locator("main").getByRole("button", { name, exact: true }).click();
async function make({ page }: Holder, link: string, deviceName: string): Promise<void> {
  await page.goto(link);
  await page.getByLabel("Name of the device").fill(deviceName);
  await press(page, "Make my passkey");
}
async function signIn({ page }: Holder, path = "/sign-in"): Promise<void> {
  await page.goto(`${product.base}${path}`);
  await press(page, "Sign in with a passkey");
  await page.waitForURL((url) => !url.pathname.startsWith("/sign-in"));
}
/** Lets the sessions of a professional have begun so many hours ago, as if they had stayed. */
async function hoursPass(uid: string, hours: number): Promise<void> {
  const pages = openPool({ kind: "socket", socketDir: embeddedSocketDir(product.dataDir), user: "", password: "", database: "postgres", roleKey: installationKey(product) }, "kmcr_pages", 1);
  await pages.query("update platform.session set started_at = started_at - make_interval(hours => $2) where professional_id = $1", [uid, hours]);
  await pages.end();
}

before(async () => {
  [product, browser] = await Promise.all([startProduct({ people: 60 }), launchBrowser()]);
  [judith, rowan] = [await holder(), await holder()];
});
after(async () => {
  await browser?.close();
  await product?.stop();
});

describe("passkeys", () => {
  it("ACC-07 the operator invites the first administrator of an organisation without CIS2, and nobody else", async () => {
    const invite = (uid: string, ...more: string[]) => kmcr(product, "passkeys", "invite", uid, "--reason", "first administrator of the hospice", ...more);
    assert.match((await invite(ROWAN, "--code", "photograph")).stderr, /may not invite/);
    const { code, stdout, stderr } = await invite(JUDITH, "--code", "photograph", "--json");
    assert.equal(code, 0, stderr);
    const { link } = JSON.parse(stdout.toString("utf8")) as { link: string };

    const { page } = judith;
    await page.goto(link);
    await says(page, "Judith Amos");
    await keepsAccessible(page, "passkey-invitation");
    await press(page, "Make my passkey");
    await says(page, "Give the device a name");
    await keepsAccessible(page, "passkey-invitation-fault");
    await make(judith, link, "office computer");
    await says(page, "Your passkey is made");
    await keepsAccessible(page, "passkey-made");
    await page.goto(link);
    await says(page, "used already");
    await keepsAccessible(page, "passkey-invitation-used");
  });

  it("ACC-07 the sign-in page offers CIS2 first and a passkey by keyboard, and works in words without script", async () => {
    const { page } = judith;
    await page.goto(`${product.base}/sign-in?return=/office/staff`);
    await keepsAccessible(page, "sign-in");
    const buttons = page.locator("main .nhsuk-button");
    assert.deepEqual((await buttons.allTextContents()).map((each) => each.trim()), ["Sign in with NHS CIS2", "Sign in with a passkey"]);
    await buttons.first().focus();
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/office\/staff$/);

    const plain = await browser.newContext({ javaScriptEnabled: false });
    const without = await plain.newPage();
    await without.goto(`${product.base}/sign-in`);
    assert.ok(await without.locator("noscript p").isVisible());
    await press(without, "Sign in with a passkey");
    await says(without, "passkeys.no-script");
    await plain.close();
  });

  it("ACC-07 ONB-06 the administrator sees who signs in by what, and invites a named professional once it is said how they were recognised", async () => {
    const { page } = judith;
    await keepsAccessible(page, "staff-with-passkeys");
    await says(page, "No passkey yet");
    await page.goto(`${product.base}/office/staff/${JUDITH}`);
    await says(page, "Nobody invites or revokes themselves");
    assert.equal(await page.getByRole("button", { name: /link|Revoke/ }).count(), 0);
    assert.equal((await page.goto(`${product.base}/office/staff/555000001019`))?.status(), 404, "a professional of another organisation");
    await page.goto(`${product.base}/office/staff/${ROWAN}`);
    await press(page, "Make a link");
    await says(page, "Choose how you made sure who it is");
    await page.getByLabel("I met them and saw").check();
    await press(page, "Make a link");
    rowansLink = await page.getByLabel("Link", { exact: true }).inputValue();
    assert.match(rowansLink, /\/passkeys\/invitation\?token=[\w-]{43}$/);
    await keepsAccessible(page, "staff-passkey-link");
    await page.goto(`${product.base}/office/staff/${ROWAN}`);
    assert.ok(!(await page.content()).includes(rowansLink.slice(-43)), "shown once");
    await says(page, "Its link cannot be shown again");
  });

  it("ACC-07 the professional makes the passkey, signs in without typing a name, and opens a record that says how", async () => {
    await make(rowan, rowansLink, "my phone");
    await says(rowan.page, "Your passkey is made");
    await signIn(rowan, "/sign-in?return=/find");
    const { page } = rowan;
    await page.locator("main #nhsNumber").fill(storyOf("heavy").nhsNumber!);
    await press(page, "Find by NHS number");
    await follow(page, () => page.locator(".t--people a").first().click());
    record = /\/person\/[0-9a-f-]{36}/.exec(page.url())![0];
    if (page.url().endsWith("/reason")) {
      await page.getByLabel("I am answering a call").check();
      await page.locator("#words").fill("admitted to the ward this morning");
      await page.locator("main form button[type=submit]").click();
      await page.waitForURL((url) => url.pathname === record);
    }
    await page.goto(`${product.base}${record}/access`);
    await says(page, /with a passkey/);
    await says(page, /assurance level 2 of 3/);
    await says(page, "Heart of Kent Hospice");
  });

  it("ACC-08 an emergency some hours after signing in asks for the passkey again, and comes back to it", async () => {
    const { page } = rowan;
    await hoursPass(ROWAN, 5);
    await page.goto(`${product.base}${record}/reason`);
    await page.getByLabel("I am treating this person in an emergency").check();
    await page.locator("#words").fill("found unconscious in the garden");
    await page.locator("main form button[type=submit]").click();
    await page.waitForURL(/\/sign-in\/passkey\?return=/);
    await keepsAccessible(page, "passkey-sign-in-again");
    await press(page, "Sign in with a passkey");
    await page.waitForURL(new RegExp(`${record}/reason$`));
  });

  it("ACC-08 an office some hours after signing in asks for the passkey again", async () => {
    await hoursPass(JUDITH, 3);
    await judith.page.goto(`${product.base}/office/staff/${ROWAN}`);
    assert.match(judith.page.url(), /\/sign-in\/passkey\?return=/);
    await press(judith.page, "Sign in with a passkey");
    await judith.page.waitForURL(new RegExp(`/office/staff/${ROWAN}$`));
    await keepsAccessible(judith.page, "staff-passkeys");
  });

  it("one's own passkeys are listed; the only one stays, a second one is not made on the same device, and who signed in long ago is asked again", async () => {
    const { page } = rowan;
    await page.goto(`${product.base}/`);
    await page.getByRole("link", { name: "My passkeys" }).click();
    await says(page, "It is your only one");
    assert.equal(await page.getByRole("button", { name: /^Remove/ }).count(), 0);
    await page.getByLabel("Name of the device").fill("the same phone");
    await press(page, "Add a passkey");
    await says(page, "This device holds a passkey of yours");
    await keepsAccessible(page, "my-passkeys-fault");
    const second = await rowan.device.send("WebAuthn.addVirtualAuthenticator", { options: { protocol: "ctap2", transport: "usb", hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true } });
    await press(page, "Add a passkey");
    await says(page, "signs in as you from now on");
    await keepsAccessible(page, "my-passkeys");
    await page.getByRole("button", { name: "Remove the same phone" }).click();
    await says(page, "signs in nobody any more");
    await rowan.device.send("WebAuthn.removeVirtualAuthenticator", second);
    await hoursPass(ROWAN, 1);
    await page.goto(`${product.base}/passkeys`);
    await says(page, "show again that it is you");
    await keepsAccessible(page, "my-passkeys-sign-in-again");
  });

  it("ACC-07 what goes wrong on the device is said in words: nobody verified, another address", async () => {
    const { page, device, authenticator } = judith;
    const place = page.url();
    await device.send("WebAuthn.setUserVerified", { authenticatorId: authenticator, isUserVerified: false });
    await page.goto(`${product.base}/sign-in/passkey`);
    await press(page, "Sign in with a passkey");
    await says(page, "Nothing was signed");
    await keepsAccessible(page, "passkey-cancelled");
    await device.send("WebAuthn.setUserVerified", { authenticatorId: authenticator, isUserVerified: true });
    await page.goto(`http://127.0.0.1:${product.port}/sign-in/passkey`);
    await press(page, "Sign in with a passkey");
    await says(page, "asked for by another address than ours");
    await page.goto(place);
  });

  it("ACC-07 a lost device is revoked with a reason: its session ends at once, it signs in nobody, and the trail names every act", async () => {
    await signIn(rowan, "/sign-in/passkey?return=/find");
    const { page } = judith;
    await page.goto(`${product.base}/office/staff/${ROWAN}`);
    await page.getByRole("button", { name: "Revoke my phone" }).click();
    await says(page, "Say in a few words why");
    await page.getByLabel("Why “my phone” is revoked").fill("left on the bus");
    await page.getByRole("button", { name: "Revoke my phone" }).click();
    await says(page, "Every session that it opened has ended");
    await keepsAccessible(page, "staff-passkey-revoked");

    await rowan.page.goto(`${product.base}${record}`);
    assert.equal(new URL(rowan.page.url()).pathname, "/sign-in");
    await press(rowan.page, "Sign in with a passkey");
    await says(rowan.page, "This passkey is not registered here");
    await keepsAccessible(rowan.page, "passkey-not-registered");

    await page.goto(`${product.base}/office/privacy/staff`);
    const trail = await page.locator("main").innerText();
    for (const words of ["Invited a professional to make a passkey", "Made a passkey", "Ended a passkey", "left on the bus", "I met them and saw a passport"]) assert.ok(trail.includes(words), `${words} is not in:\n${trail.slice(0, 3000)}`);
  });
});
