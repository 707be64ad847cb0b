import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import { PASSWORD, register } from "../sdk/people.ts";
import { startServer } from "../server.ts";
import { accessibilityFaults, buildClient, hasBrowser, openBrowser, picture, signIn } from "./browser.ts";
import { overHttp } from "./over-http.ts";
import { person } from "./people.ts";

if (hasBrowser()) {
  describe("reach", () => {
    before(() => buildClient());

    test("with the keyboard alone: sign in, make a room, write, answer, react, and go back", async () => {
      await using server = await startServer();
      await register(server.url, "alice");
      await using browser = await openBrowser();
      const { page } = browser;
      const keys = page.keyboard;
      await page.goto(server.url);
      await page.getByRole("button", { name: "Sign in" }).waitFor();
      await keys.type("alice");
      await keys.press("Tab");
      await keys.type(PASSWORD);
      await keys.press("Enter");
      await page.getByText("No rooms yet").waitFor();
      await page.getByRole("button", { name: "Start", exact: true }).focus();
      await keys.press("Enter");
      await page.getByRole("menuitem", { name: "New direct message" }).waitFor();
      await keys.press("ArrowDown");
      await keys.press("Enter");
      await page.getByRole("dialog").waitFor();
      await keys.type("by keyboard");
      await keys.press("Enter");
      const alice = person(page);
      await alice.box.waitFor();
      await keys.type("first");
      await keys.press("Enter");
      await alice.sees("first");
      await page.locator("article [aria-label=Sending]").waitFor({ state: "detached" });
      const here = (): Promise<string | undefined> => page.evaluate(() => document.activeElement?.tagName);
      for (let steps = 0; steps < 4 && (await here()) !== "ARTICLE"; steps += 1) await keys.press("Shift+Tab");
      assert.equal(await here(), "ARTICLE");
      await page.getByRole("button", { name: "Reply" }).waitFor();
      await keys.press("Tab");
      await keys.press("Tab");
      await keys.press("Enter");
      await page.getByText("Reply to alice").waitFor();
      await keys.type("second");
      await keys.press("Enter");
      await alice.message("second").getByText("first").waitFor();
      await keys.press("Escape");
      assert.deepEqual(browser.complaints, []);
    });

    test("on a phone the list and the room are screens of their own, and back leads back", async () => {
      await using server = await startServer();
      for (const name of ["alice", "bob"]) await register(server.url, name);
      await using browser = await openBrowser({ width: 390, height: 844 });
      const { page } = browser;
      await signIn(page, server.url, { name: "alice", password: PASSWORD });
      const alice = person(page);
      await page.getByRole("button", { name: "Start", exact: true }).click();
      await page.getByRole("menuitem", { name: "New direct message" }).click();
      await page.getByRole("textbox", { name: "Username" }).fill("bob");
      await page.getByRole("button", { name: "Open chat" }).click();
      await alice.say("hello bob");
      await alice.sees("hello bob");
      assert.equal(await page.getByRole("list", { name: "Rooms" }).isVisible(), false);
      await picture(page, "direct-390");
      await page.goBack();
      await page.getByRole("list", { name: "Rooms" }).waitFor();
      assert.equal(await alice.box.isVisible(), false);
      await alice.open("bob");
      await alice.sees("hello bob");
      await page.getByRole("button", { name: "Back" }).click();
      await page.getByRole("list", { name: "Rooms" }).waitFor();
      await page.getByRole("button", { name: "Start", exact: true }).click();
      await page.getByRole("menuitem", { name: "New direct message" }).click();
      await page.getByRole("textbox", { name: "Username" }).fill("bob");
      await page.getByRole("button", { name: "Open chat" }).click();
      await alice.sees("hello bob");
      assert.equal(await page.getByRole("list", { name: "Rooms" }).getByRole("link").count(), 0);
    });

    test("a long room opens at its end and scrolls back to its beginning without losing the place", async () => {
      await using server = await startServer();
      await register(server.url, "alice");
      const http = await overHttp(server.url, "alice");
      const { room_id: room } = Object(await http("POST", "/createRoom", { name: "long", preset: "private_chat" }));
      for (let number = 1; number <= 400; number += 1) {
        const body = `message ${number}`;
        await http("PUT", `/rooms/${room}/send/m.room.message/t${number}`, { msgtype: "m.text", body });
      }
      await using browser = await openBrowser();
      const { page } = browser;
      await signIn(page, server.url, { name: "alice", password: PASSWORD });
      const alice = person(page);
      await alice.open("long");
      await alice.sees("message 400");
      await alice.log.hover();
      for (
        let turn = 0;
        turn < 200 && !(await alice.log.getByText("message 1", { exact: true }).isVisible());
        turn += 1
      ) {
        await page.mouse.wheel(0, -1500);
        await page.waitForTimeout(60);
      }
      await alice.sees("message 1");
      assert.ok((await alice.log.getByRole("article").count()) < 120, "only what is in sight exists");
      await page.getByRole("button", { name: "To the newest message" }).click();
      await alice.sees("message 400");
      await alice.say("after all");
      await alice.sees("after all");
      assert.deepEqual(browser.complaints, []);
    });

    for (const [locale, start, list, name] of [
      ["zh-HK", "登入", "聊天室", "zh-Hant-HK"],
      ["zh-CN", "登录", "聊天室", "zh-Hans"],
    ] as const) {
      test(`in ${name} everything has its words, and axe finds nothing`, async () => {
        await using server = await startServer();
        await register(server.url, "alice");
        await using browser = await openBrowser({ locale });
        const { page } = browser;
        await page.goto(server.url);
        await page.getByRole("button", { name: start, exact: true }).waitFor();
        await picture(page, `sign-in-${name}`);
        const faults = [...(await accessibilityFaults(page))];
        const boxes = page.getByRole("textbox");
        await boxes.nth(0).fill("alice");
        await boxes.nth(1).fill(PASSWORD);
        await page.keyboard.press("Enter");
        await page.locator("nav").waitFor();
        const http = await overHttp(server.url, "alice");
        await http("POST", "/createRoom", { name: "中環分區", preset: "private_chat" });
        await page.getByRole("list", { name: list }).getByRole("link").click();
        await page.getByRole("textbox", { name: /中環分區/ }).fill("早晨");
        await page.keyboard.press("Enter");
        await page.getByRole("log").getByText("早晨", { exact: true }).waitFor();
        await picture(page, `room-${name}`);
        faults.push(...(await accessibilityFaults(page)));
        await page.goto(`${server.url}/settings`);
        await page.getByRole("heading", { level: 1 }).waitFor();
        await picture(page, `settings-${name}`);
        assert.deepEqual(faults, []);
        assert.equal(await page.evaluate(() => document.documentElement.lang), name);
      });
    }
  });
}
