import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import { PASSWORD, register } from "../sdk/people.ts";
import { startServer } from "../server.ts";
import { accessibilityFaults, buildClient, hasBrowser, openBrowser, picture, signIn } from "./browser.ts";
import { overHttp } from "./over-http.ts";
import { person } from "./people.ts";

if (hasBrowser()) {
  describe("search", () => {
    before(() => buildClient());

    test("messages of encrypted and open rooms are found in one list, by Chinese substrings in either script, and open in their place", async () => {
      await using server = await startServer();
      await register(server.url, "alice");
      await register(server.url, "bob");
      const alice = await overHttp(server.url, "alice");
      const room: unknown = Object(
        await alice("POST", "/createRoom", { preset: "private_chat", name: "Open office" }),
      ).room_id;
      const path = `/rooms/${encodeURIComponent(String(room))}/send/m.room.message`;
      await alice("PUT", `${path}/1`, { msgtype: "m.text", body: "巡邏時間表已更新" });
      for (let n = 2; n < 120; n += 1) await alice("PUT", `${path}/${n}`, { msgtype: "m.text", body: `line ${n}` });

      await using browser = await openBrowser();
      const { page } = browser;
      await signIn(page, server.url, { name: "alice", password: PASSWORD });
      const me = person(page);
      await me.makeRoom("Case 7", "bob");
      await me.say("今日巡邏發現三棵樹倒下");
      await me.sees("今日巡邏發現三棵樹倒下");
      await me.say("nothing of note");

      await page.getByRole("button", { name: "Search messages" }).click();
      const words = page.getByRole("searchbox", { name: "Words" });
      await page.getByText("Type words from a message").waitFor();
      await words.fill("巡逻");
      const found = page.getByRole("list", { name: "Messages found" });
      await found.getByRole("link").nth(1).waitFor();
      assert.equal(await found.getByRole("link").count(), 2);
      assert.deepEqual(await found.locator("mark").allInnerTexts(), ["巡邏", "巡邏"]);
      await picture(page, "search");
      assert.deepEqual(await accessibilityFaults(page), []);

      await page.getByText("Filters").click();
      await page.getByRole("combobox", { name: "Room" }).selectOption({ label: "Case 7" });
      await found.getByText("今日").waitFor();
      await page.getByText("1 message", { exact: true }).waitFor();
      await page.getByRole("combobox", { name: "Room" }).selectOption({ label: "All rooms" });
      await page.getByText("2 messages", { exact: true }).waitFor();
      await page.getByLabel("Since").fill("2099-01-01");
      await page.getByText("No message has these words").waitFor();
      await page.getByLabel("Since").fill("");
      await words.fill("巡邏時間");
      await page.getByText("1 message", { exact: true }).waitFor();

      await found.getByRole("link").first().click();
      await me.message("巡邏時間表已更新").waitFor();
      await page.waitForFunction(() => document.activeElement?.textContent?.includes("巡邏時間表已更新") === true);
      await me.sees("line 10");
      await picture(page, "search-opened");
      assert.deepEqual(browser.complaints, []);
    });

    test("the index outlives a reload, is sealed, and goes with the sign-out; a link to nothing says so", async () => {
      await using server = await startServer();
      await register(server.url, "alice");
      await register(server.url, "bob");
      await using browser = await openBrowser();
      const { page } = browser;
      await signIn(page, server.url, { name: "alice", password: PASSWORD });
      const me = person(page);
      await me.makeRoom("Case 7", "bob");
      await me.say("the purple umbrella");
      await me.sees("the purple umbrella");
      await page.waitForTimeout(1500);
      await page.reload();
      await me.sees("the purple umbrella");
      const kept = await page.evaluate(async () => {
        const names = (await indexedDB.databases())
          .map(({ name }) => name ?? "")
          .filter((name) => name.endsWith("-search"));
        const texts: string[] = [];
        for (const name of names) {
          const db = await new Promise<IDBDatabase>((resolve) => {
            const request = indexedDB.open(name);
            request.onsuccess = () => resolve(request.result);
          });
          const all = await new Promise<unknown[]>((resolve) => {
            const request = db.transaction("sealed").objectStore("sealed").getAll();
            request.onsuccess = () => resolve(request.result);
          });
          for (const one of all) texts.push(new TextDecoder().decode(Object(one).bytes));
          db.close();
        }
        return texts;
      });
      assert.ok(kept.length > 0);
      assert.ok(!kept.some((text) => text.includes("umbrella")));
      await page.getByRole("button", { name: "Search messages" }).click();
      await page.getByRole("searchbox", { name: "Words" }).fill("purp");
      await page.getByRole("list", { name: "Messages found" }).getByRole("link").waitFor();
      await page.goto(`${page.url().split("/chat")[0]}/chat/${encodeURIComponent("!nothing:localhost")}?at=%24nothing`);
      await page.getByText("You are not in this room").waitFor();
      await me.open("Case 7");
      const address = page.url();
      await page.goto(`${address.split("?")[0]}?at=%24nothing`);
      await page.getByText("This message cannot be shown").waitFor();

      await page.goto(`${address.split("/chat")[0]}/settings`);
      await page.getByRole("button", { name: "Sign out" }).first().click();
      await page
        .getByRole("dialog")
        .getByRole("button", { name: "Sign out" })
        .click()
        .catch(() => undefined);
      await page.getByRole("textbox", { name: "Username" }).waitFor();
      const left = await page.evaluate(async () => (await indexedDB.databases()).map(({ name }) => name ?? ""));
      assert.deepEqual(
        left.filter((name) => name.endsWith("-search")),
        [],
      );
    });
  });
}
