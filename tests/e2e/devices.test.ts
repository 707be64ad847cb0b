import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import { PASSWORD, register } from "../sdk/people.ts";
import { startServer } from "../server.ts";
import { accessibilityFaults, buildClient, hasBrowser, openBrowser, picture, signIn } from "./browser.ts";
import { person } from "./people.ts";

if (hasBrowser()) {
  describe("devices of one person", () => {
    before(() => buildClient());

    test("a later device reads all history with the recovery phrase, and a wrong phrase changes nothing", async () => {
      await using server = await startServer();
      for (const name of ["alice", "bob"]) await register(server.url, name);
      await using first = await openBrowser();
      await signIn(first.page, server.url, { name: "alice", password: PASSWORD });
      const alice = person(first.page);
      await alice.makeRoom("patrol", "bob");
      for (const text of ["早晨", "second message"]) await alice.say(text);
      // At once: what has not gone yet must survive the reload.
      await first.page.goto(`${server.url}/settings`);
      await first.page.getByRole("button", { name: "Show recovery phrase" }).click();
      const phrase = await first.page.locator("code").innerText();
      assert.match(phrase, /^(\w{4} )+\w{4}$/);

      await using second = await openBrowser({ width: 390, height: 844 });
      const { page } = second;
      await signIn(page, server.url, { name: "alice", password: PASSWORD });
      const recovery = page.getByRole("textbox", { name: "Recovery phrase" });
      await picture(page, "recovery-390");
      await recovery.fill("EsTc LW2K");
      await page.getByRole("button", { name: "Let this device in" }).click();
      await page.getByText("That is not the recovery phrase").waitFor();
      await recovery.fill(phrase);
      await page.getByRole("button", { name: "Let this device in" }).click();
      await recovery.waitFor({ state: "detached" });
      const again = person(page);
      await again.open("patrol");
      for (const text of ["早晨", "second message"]) await again.sees(text);
      await page.getByText("The key of this message").waitFor({ state: "detached" });

      await page.getByRole("button", { name: "Back" }).click();
      await page.getByRole("link", { name: "Settings" }).click();
      await page.getByRole("button", { name: "Sign out", exact: true }).click();
      await page.getByRole("dialog").getByRole("button", { name: "Sign out" }).click();
      await page.getByRole("button", { name: "Sign in" }).waitFor();
      const kept = await page.evaluate(async () => {
        const databases = await indexedDB.databases();
        return [...databases.map(({ name }) => name), ...Object.keys(localStorage)];
      });
      assert.deepEqual(
        kept.filter((name) => name?.includes("alice")),
        [],
      );
      await page.reload();
      await page.getByRole("button", { name: "Sign in" }).waitFor();
      assert.deepEqual([...first.complaints, ...second.complaints], []);
    });

    test("one tap on an earlier device lets a later one in, which then reads all history; both show the same number", async () => {
      await using server = await startServer();
      for (const name of ["alice", "bob"]) await register(server.url, name);
      await using first = await openBrowser();
      await signIn(first.page, server.url, { name: "alice", password: PASSWORD });
      const alice = person(first.page);
      await alice.makeRoom("patrol", "bob");
      await alice.say("before the phone");

      await using second = await openBrowser({ width: 390, height: 844 });
      const phone = person(second.page);
      await signIn(second.page, server.url, { name: "alice", password: PASSWORD });
      const shown = await second.page.getByText(/^Number of this device/).innerText();
      const number = /\d{4} \d{4} \d{4}/.exec(shown)?.[0] ?? "none";
      const question = first.page.getByRole("region", { name: /^New sign-in/ });
      await question.getByText(number).waitFor();
      assert.deepEqual(await accessibilityFaults(first.page), []);
      await picture(first.page, "new-sign-in");
      await picture(second.page, "asks-to-be-let-in-390");
      await question.getByRole("button", { name: "Let it in" }).click();
      await question.waitFor({ state: "detached" });
      await second.page.getByRole("textbox", { name: "Recovery phrase" }).waitFor({ state: "detached" });
      await phone.open("patrol");
      await phone.sees("before the phone");
      assert.deepEqual([...first.complaints, ...second.complaints], []);
    });

    test("a first sign-in that is cut short anywhere ends in an account that can read everything", async () => {
      await using server = await startServer();
      const places = [0, 60, 120, 200, 300, 450, 700].map((delay) => ({ at: /device_signing\/upload/, delay }));
      for (const [place, { at, delay }] of [...places, { at: /signatures\/upload/, delay: 0 }].entries()) {
        const name = `cut${place}`;
        await register(server.url, name);
        await using browser = await openBrowser();
        const { page } = browser;
        await page.goto(server.url);
        await page.getByRole("textbox", { name: "Username" }).fill(name);
        await page.getByRole("textbox", { name: "Password" }).fill(PASSWORD);
        const identity = page.waitForRequest(at);
        await page.getByRole("button", { name: "Sign in" }).click();
        await identity;
        await page.waitForTimeout(delay);
        await page.goto(`${server.url}/settings`);
        await page.getByRole("button", { name: "Show recovery phrase" }).waitFor();
        assert.equal(await page.getByRole("textbox", { name: "Recovery phrase" }).count(), 0, `${at} and ${delay} ms`);
      }
    });

    test("a session that ended elsewhere leads back to the sign-in and says so; a wrong password too", async () => {
      await using server = await startServer();
      await register(server.url, "alice");
      await using browser = await openBrowser();
      const { page } = browser;
      await page.goto(`${server.url}/settings`);
      await page.getByRole("textbox", { name: "Username" }).fill("alice");
      await page.getByRole("textbox", { name: "Password" }).fill("not it");
      await page.keyboard.press("Enter");
      await page.getByText("The username or password is not right.").waitFor();
      await page.getByRole("textbox", { name: "Password" }).fill(PASSWORD);
      await page.keyboard.press("Enter");
      await page.getByRole("heading", { name: "Appearance" }).waitFor();
      const session: unknown = await page.evaluate(() => JSON.parse(localStorage.getItem("causeway.session") ?? "{}"));
      const authorization = `Bearer ${Object(session).accessToken}`;
      await fetch(`${server.url}/_matrix/client/v3/logout/all`, { method: "POST", headers: { authorization } });
      await page.getByText("You were signed out of this device").waitFor();
      await page.getByRole("button", { name: "Sign in" }).waitFor();
    });

    test("a token that runs out is exchanged without a word", async () => {
      await using server = await startServer({ env: { CAUSEWAY_LIMITS_ACCOUNTS_ACCESS_TOKEN_MS: "5000" } });
      await register(server.url, "alice");
      await using browser = await openBrowser();
      const { page } = browser;
      await signIn(page, server.url, { name: "alice", password: PASSWORD });
      const alice = person(page);
      await alice.makeRoom("patrol", "");
      const token = (): Promise<unknown> =>
        page.evaluate(() => JSON.parse(localStorage.getItem("causeway.session") ?? "{}").accessToken);
      const first = await token();
      await page.waitForFunction(
        (before) => JSON.parse(localStorage.getItem("causeway.session") ?? "{}").accessToken !== before,
        first,
        { timeout: 60_000 },
      );
      await alice.say("still here");
      await page.locator("article svg[aria-label=Sending]").waitFor({ state: "detached" });
      await page.reload();
      await alice.sees("still here");
    });

    test("a second tab asks before it takes over, and the first lets go", async () => {
      await using server = await startServer();
      await register(server.url, "alice");
      await using browser = await openBrowser();
      const { page } = browser;
      await signIn(page, server.url, { name: "alice", password: PASSWORD });
      const second = await browser.context.newPage();
      await second.goto(`${server.url}/settings`);
      await second.getByText("open in another tab").waitFor();
      await second.getByRole("button", { name: "Use it here" }).click();
      await second.getByRole("heading", { name: "Appearance" }).waitFor();
      await page.getByText("open in another tab").waitFor();
      assert.deepEqual(browser.complaints, []);
    });

    test("the app opens without a network once it was there, in the language and theme that were chosen", async () => {
      await using server = await startServer();
      await register(server.url, "alice");
      await using browser = await openBrowser();
      const { page } = browser;
      await signIn(page, server.url, { name: "alice", password: PASSWORD });
      const alice = person(page);
      await alice.makeRoom("patrol", "");
      await alice.say("kept");
      await alice.sees("kept");
      await page.getByRole("link", { name: "Settings" }).click();
      await page.getByText("繁體中文").click();
      await page.getByText("深色").click();
      await page.getByRole("heading", { name: "外觀" }).waitFor();
      await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
      await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
      await page.goto(`${server.url}/chat`);
      await page.getByRole("list", { name: "聊天室" }).getByRole("link").first().click();
      await page.getByRole("textbox", { name: /^傳送訊息到/ }).waitFor();
      // What arrived is written half a second later.
      await page.waitForTimeout(1500);
      await server.stop();
      await page.reload();
      await page.getByRole("log").getByText("kept").waitFor();
      await page.getByText("離線").waitFor();
      assert.equal(await page.evaluate(() => document.documentElement.dataset["theme"]), "dark");
      assert.equal(await page.evaluate(() => document.documentElement.lang), "zh-Hant-HK");
      await picture(page, "offline-reload-zh");
      assert.deepEqual(
        browser.complaints.filter((text) => text.includes("Content Security Policy")),
        [],
      );
    });
  });
}
