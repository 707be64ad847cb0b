import { realProvider, type RealProvider } from "@causeway/testkit-provider";
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import type { Page } from "playwright-core";
import { sampleCaller } from "../sample-caller.ts";
import { startServer, type TestServer } from "../server.ts";
import { addAuthenticator } from "./authenticator.ts";
import { accessibilityFaults, buildClient, hasBrowser, openBrowser, picture, type TestBrowser } from "./browser.ts";
import { person } from "./people.ts";
import { samplePerson } from "./sample-people.ts";

const NOOR = { sub: "subject-1", preferred_username: "noor.khan", name: "KHAN Noor" };

/** The server with the sample people and an identity provider, by the name that passkeys need: an address is no site to them. */
interface Place extends AsyncDisposable {
  readonly server: TestServer;
  readonly provider: RealProvider;
  readonly url: string;
}

function freePort(): Promise<number> {
  return new Promise((done) => {
    const probe = createServer();
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() => done(address !== null && typeof address === "object" ? address.port : 0));
    });
  });
}

async function open(): Promise<Place> {
  const port = await freePort();
  const url = `http://localhost:${port}`;
  const provider = await realProvider([`${url}/causeway/v1/sso/callback/gov`]);
  const folder = mkdtempSync(join(tmpdir(), "causeway-provider-"));
  const clientSecretFile = join(folder, "secret");
  writeFileSync(clientSecretFile, provider.secret);
  const server = await startServer({
    args: ["--port", String(port)],
    env: {
      CAUSEWAY_OIDC_PROVIDERS: JSON.stringify([provider.config({ clientSecretFile })]),
      CAUSEWAY_ACCESS_STEP_UP: "passkey",
    },
  });
  return {
    ...{ server, provider, url },
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      await provider[Symbol.asyncDispose]();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function signInByPassword(page: Page, who: { readonly name: string; readonly password: string }): Promise<void> {
  await page.locator("input[name=username]").fill(who.name);
  await page.locator("input[name=password]").fill(who.password);
  await page.keyboard.press("Enter");
}

async function signOut(page: Page): Promise<void> {
  await page.getByRole("link", { name: "Settings" }).click();
  await page.getByRole("region", { name: "Account" }).getByRole("button", { name: "Sign out" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Sign out" }).click();
  await page.getByRole("button", { name: "Use a passkey" }).waitFor();
}

/** The policy of the page and the app itself have nothing to complain of; the server asking for a proof is no fault. */
function faultsOf({ complaints }: TestBrowser): readonly string[] {
  return complaints.filter(
    (line) => !line.startsWith("Failed to load resource: the server responded with a status of 40"),
  );
}

if (hasBrowser()) {
  describe("signing in with an identity provider and with passkeys", () => {
    let place: Place;
    before(async () => {
      buildClient();
      place = await open();
    });
    after(async () => {
      await place[Symbol.asyncDispose]();
    });

    test("somebody without a password comes in by the provider, adds a passkey, and with it a new device reads everything", async () => {
      const { url, provider } = place;
      await using browser = await openBrowser();
      const { page } = browser;
      const byProvider = page.getByRole("button", { name: "Continue with Government" });
      await page.goto(`${url}/settings?x=1`);
      await byProvider.waitFor();
      assert.deepEqual(await accessibilityFaults(page), []);
      await picture(page, "sign-in-ways-1280");
      provider.leave();
      await byProvider.click();
      await page.getByText("You did not sign in at the sign-in service.").waitFor();
      assert.equal(page.url(), `${url}/settings?x=1`);
      provider.at({ ...NOOR, preferred_username: "_nobody" });
      await byProvider.click();
      await page.getByText("You have no account here").waitFor();
      await picture(page, "sign-in-no-account-1280");

      provider.at(NOOR);
      const token = page.waitForRequest((request) => request.url().includes("loginToken="));
      await byProvider.click();
      await page.getByRole("heading", { name: "Appearance" }).waitFor();
      assert.equal(page.url(), `${url}/settings?x=1`, "the page that was wanted, and no token");
      await page.getByRole("link", { name: "Chat" }).click();
      const noor = person(page);
      await noor.makeRoom("patrol", "");
      await noor.say("before the new device");
      await noor.sees("before the new device");

      await addAuthenticator(page, { hasPrf: true });
      await page.getByRole("link", { name: "Settings" }).click();
      await page.getByRole("button", { name: "Add a passkey" }).click();
      const name = page.getByRole("textbox", { name: "Name of the passkey" });
      assert.equal(await name.inputValue(), "Chrome, Linux");
      await name.fill("Desk");
      const sent = page.waitForRequest((request) => request.method() === "POST" && request.url().endsWith("/passkeys"));
      await page.keyboard.press("Enter");
      await page.getByRole("dialog", { name: "Confirm that it is you" }).waitFor();
      assert.deepEqual(await accessibilityFaults(page), []);
      await picture(page, "confirm-at-provider-1280");
      const asked = provider.asked();
      await page.getByRole("button", { name: "Confirm where you sign in" }).click();
      await page.getByText("“Desk” was added.").waitFor();
      assert.equal(provider.asked(), asked + 1, "the provider asked again although it knew the browser");
      assert.doesNotMatch((await sent).postData() ?? "", /"results"/, "what the passkey opens is told to nobody");
      const list = page.getByRole("list", { name: "Your passkeys" }).getByRole("listitem");
      assert.match((await list.textContent()) ?? "", /Desk.*not used yet.*Lets new devices read your messages/);
      await picture(page, "passkeys-1280");

      // NOTE Chromium's authenticator keeps its secret for PRF to itself, so the new device is this page, signed out and emptied.
      await signOut(page);
      await page.goto((await token).url());
      await page.getByText("This sign-in has lapsed, has been used already").waitFor();
      assert.equal(new URL(page.url()).search, "");
      await byProvider.click();
      await page.getByRole("button", { name: "Let in with a passkey" }).waitFor();
      assert.deepEqual(await accessibilityFaults(page), []);
      await picture(page, "let-in-with-a-passkey-1280");
      await page.getByRole("button", { name: "Let in with a passkey" }).click();
      await page.getByRole("textbox", { name: "Recovery phrase" }).waitFor({ state: "detached" });
      await noor.open("patrol");
      await noor.sees("before the new device");

      await signOut(page);
      const questions: string[] = [];
      page.on("request", (request) => {
        if (request.url().includes("org.causeway.admission.request")) questions.push(request.url());
      });
      await page.getByRole("button", { name: "Use a passkey" }).click();
      await page.getByRole("link", { name: "Chat" }).click();
      await noor.open("patrol");
      await noor.sees("before the new device");
      assert.equal(await page.getByRole("textbox", { name: "Recovery phrase" }).count(), 0);
      assert.deepEqual(questions, [], "no other device was asked");
      assert.deepEqual(faultsOf(browser), []);
    });

    test("on a phone, in Chinese: a passkey that only signs in, what goes wrong in words, and one that is removed", async () => {
      const { url, server } = place;
      await using browser = await openBrowser({ width: 390, height: 844, locale: "zh-HK" });
      const { page } = browser;
      await page.route("**/_matrix/client/v3/login", async (route) => {
        if (route.request().method() !== "GET") return await route.continue();
        const answer = Object(await (await route.fetch()).json());
        const flows = [answer.flows].flat().filter(({ type }) => type !== "m.login.password");
        return await route.fulfill({ json: { flows } });
      });
      await page.goto(url);
      await page.getByRole("button", { name: "以「Government」繼續" }).waitFor();
      assert.equal(await page.getByRole("textbox").count(), 0, "no password where the server takes none");
      await picture(page, "sign-in-without-password-390-zh");
      await page.unroute("**/_matrix/client/v3/login");
      await page.reload();

      const authenticator = await addAuthenticator(page, { hasPrf: false });
      const byPasskey = page.getByRole("button", { name: "使用通行密鑰" });
      await byPasskey.click();
      await page.getByText("沒有使用通行密鑰").waitFor();
      assert.deepEqual(await accessibilityFaults(page), []);
      await picture(page, "passkey-cancelled-390-zh");
      for (const language of ["简体中文", "English", "繁體中文"]) {
        await page.getByText(language).click();
        await page.waitForFunction(
          (lang) => document.documentElement.lang === lang,
          {
            ...{ 简体中文: "zh-Hans", English: "en", 繁體中文: "zh-Hant-HK" },
          }[language],
        );
        await picture(page, `sign-in-ways-390-${language}`);
      }
      await signInByPassword(page, samplePerson(server, "chan.taiman"));
      await page.getByRole("list", { name: "聊天室" }).waitFor();
      await page.getByRole("link", { name: "設定" }).click();
      await page.getByText("你尚未有通行密鑰。").waitFor();
      await page.getByRole("button", { name: "加入通行密鑰" }).click();
      await page.keyboard.press("Enter");
      await page.locator("input[type=password]").fill(samplePerson(server, "chan.taiman").password);
      await page.keyboard.press("Enter");
      await page.getByText("可用於登入，但不能在新裝置開啟你的訊息").waitFor();
      assert.deepEqual(await accessibilityFaults(page), []);
      await picture(page, "passkeys-390-zh");

      await authenticator.shows(false);
      await page.getByRole("button", { name: "移除「Chrome, Linux」" }).click();
      await page.getByRole("button", { name: "使用通行密鑰" }).click();
      await page.getByRole("dialog").getByText("沒有使用通行密鑰").waitFor();
      assert.deepEqual(await accessibilityFaults(page), []);
      await picture(page, "passkey-remove-390-zh");
      await authenticator.shows(true);
      await page.getByRole("button", { name: "使用通行密鑰" }).click();
      await page.getByText("你尚未有通行密鑰。").waitFor();
      assert.deepEqual(faultsOf(browser), []);
    });

    test("a decision of high risk takes a passkey: who has none adds one there, and goes on", async () => {
      const { url, server } = place;
      const id = await askForSomethingRisky(place);
      await using browser = await openBrowser();
      const { page } = browser;
      await addAuthenticator(page, { hasPrf: true });
      await page.goto(`${url}/access/requests/${id}`);
      await signInByPassword(page, samplePerson(server, "lee.wailing"));
      await page.getByRole("button", { name: "Refuse" }).click();
      await page.getByRole("textbox", { name: "Reason" }).fill("Use the case room");
      await page.getByRole("button", { name: "Refuse" }).last().click();
      const needs = page.getByRole("dialog", { name: "Confirm that it is you" });
      await needs.getByText("Only a passkey confirms this").waitFor();
      assert.deepEqual(await accessibilityFaults(page), []);
      await picture(page, "step-up-without-passkey-1280");
      await needs.getByRole("button", { name: "Add a passkey" }).click();
      await page.getByRole("textbox", { name: "Name of the passkey" }).press("Enter");
      await page.locator("input[type=password]").fill(samplePerson(server, "lee.wailing").password);
      await page.keyboard.press("Enter");
      await page.getByRole("button", { name: "Use a passkey" }).click();
      await page.getByRole("status").filter({ hasText: "Refused" }).waitFor();

      await signOut(page);
      // Chromium's authenticator answers as if somebody chose what is suggested under the name.
      await page.mouse.move(100, 100);
      await page.getByRole("heading", { name: "Appearance" }).waitFor();
      assert.deepEqual(faultsOf(browser), []);
    });
  });
}

/** An officer's request that is not for a Head alone to wave through. */
async function askForSomethingRisky({ server }: Place): Promise<string> {
  const officer = await sampleCaller(server, "chan.taiman");
  const { request_id: id } = await officer.post("/access/requests", {
    ...{ url: "https://web.whatsapp.com/", need: "Photos of a patient", label: "CONFIDENTIAL" },
    until: Date.now() + 86_400_000,
  });
  return String(id);
}
