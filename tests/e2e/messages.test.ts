import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import { PASSWORD, register } from "../sdk/people.ts";
import { startServer, type TestServer } from "../server.ts";
import { accessibilityFaults, buildClient, hasBrowser, openBrowser, picture, signIn } from "./browser.ts";
import { overHttp } from "./over-http.ts";
import { person, type Person } from "./people.ts";

async function enter(
  server: TestServer,
  name: string,
  browsers: AsyncDisposableStack,
): Promise<Person & { readonly complaints: readonly string[] }> {
  const browser = browsers.use(await openBrowser());
  await signIn(browser.page, server.url, { name, password: PASSWORD });
  return Object.assign(person(browser.page), { complaints: browser.complaints });
}

if (hasBrowser()) {
  describe("messages", () => {
    before(() => buildClient());

    test("people are called by name while one types, and marks are drawn", async () => {
      await using server = await startServer();
      await using browsers = new AsyncDisposableStack();
      for (const name of ["alice", "bob", "bonnie"]) await register(server.url, name);
      const alice = await enter(server, "alice", browsers);
      const bob = await enter(server, "bob", browsers);
      await alice.makeRoom("Case 7", "bob, bonnie");
      await bob.join("Case 7");
      await alice.say("hello");
      await bob.sees("hello");
      await bob.page.getByRole("link", { name: "Settings" }).click();

      await alice.box.pressSequentially("look @bo");
      const list = alice.page.getByRole("listbox", { name: "People to mention" });
      await list.getByRole("option", { name: /bob/ }).waitFor();
      assert.deepEqual(await accessibilityFaults(alice.page), []);
      await picture(alice.page, "mention-choice");
      await alice.box.press("Enter");
      assert.equal(await alice.box.inputValue(), "look @bob ");
      await alice.box.pressSequentially("**now** `<b>` please");
      await alice.box.press("Enter");
      await alice.message("look").locator("strong", { hasText: "now" }).waitFor();
      await alice.message("look").locator("code", { hasText: "<b>" }).waitFor();

      await bob.page.getByRole("navigation").getByText("@1").waitFor();
      await bob.page.getByRole("link", { name: "Chat" }).click();
      await bob.open("Case 7");
      await bob.message("look").locator(".mention--me", { hasText: "@bob" }).waitFor();
      await picture(bob.page, "mentioned");
      assert.deepEqual([...alice.complaints, ...bob.complaints], []);
    });

    test("messages are pinned, forwarded but not downhill, and copied with names and times", async () => {
      await using server = await startServer({ env: { CAUSEWAY_DEVICES_MANAGED_NETWORKS: "127.0.0.0/8" } });
      await using browsers = new AsyncDisposableStack();
      for (const name of ["alice", "bob"]) await register(server.url, name);
      const alice = await enter(server, "alice", browsers);
      const { page } = alice;
      await alice.makeRoom("Open room", "bob");
      await page.getByRole("button", { name: "Start", exact: true }).click();
      await page.getByRole("menuitem", { name: "New room" }).click();
      await page.getByRole("textbox", { name: "Name", exact: true }).fill("Quiet room");
      await page.getByRole("dialog").getByText("RESTRICTED").click();
      await page.getByRole("button", { name: "Create room" }).click();
      await page.getByRole("heading", { name: "Quiet room" }).waitFor();
      await alice.say("the first thing");
      await alice.say("the second thing");
      await alice.sees("the second thing");

      await alice.act("the first thing", "More actions");
      await page.getByRole("menuitem", { name: "Pin" }).click();
      await page.getByRole("button", { name: "1 pinned message" }).click();
      await page
        .getByRole("dialog")
        .getByRole("link", { name: /the first thing/ })
        .click();
      await page.waitForFunction(() => document.activeElement?.textContent?.includes("the first thing") === true);

      await alice.act("the first thing", "More actions");
      await page.getByRole("menuitem", { name: "Forward" }).click();
      const dialog = page.getByRole("dialog");
      await dialog.getByText("Lower label: RESTRICTED messages stay").waitFor();
      assert.ok(await dialog.getByRole("button", { name: "Forward: Open room" }).isDisabled());
      assert.deepEqual(await accessibilityFaults(page), []);
      await picture(page, "forward");
      await page.keyboard.press("Escape");

      const copied = await page.evaluate(() => {
        const rows = document.querySelectorAll("[data-message]");
        const range = document.createRange();
        range.setStartBefore(rows[0] ?? document.body);
        range.setEndAfter(rows[rows.length - 1] ?? document.body);
        getSelection()?.removeAllRanges();
        getSelection()?.addRange(range);
        const data = new DataTransfer();
        rows[0]?.dispatchEvent(new ClipboardEvent("copy", { bubbles: true, cancelable: true, clipboardData: data }));
        return data.getData("text/plain");
      });
      assert.match(copied, /^\[.*\d\d:\d\d\] alice: the first thing\n\[.*\] alice: the second thing$/);

      await alice.open("Open room");
      await alice.say("for everybody");
      await alice.sees("for everybody");
      await alice.act("for everybody", "More actions");
      await page.getByRole("menuitem", { name: "Forward" }).click();
      await dialog.getByRole("button", { name: "Forward: Quiet room" }).click();
      await dialog.getByText("Forwarded to “Quiet room”.").waitFor();
      await dialog.getByRole("button", { name: "Close" }).last().click();
      await alice.open("Quiet room");
      await alice.sees("for everybody");
      assert.deepEqual(alice.complaints, []);
    });

    test("one goes to the first unread message and to a date", async () => {
      await using server = await startServer();
      await using browsers = new AsyncDisposableStack();
      for (const name of ["alice", "bob"]) await register(server.url, name);
      const bob = await overHttp(server.url, "bob");
      const made: unknown = Object(await bob("POST", "/createRoom", { preset: "public_chat", name: "Busy" })).room_id;
      const room = `/rooms/${encodeURIComponent(String(made))}`;
      const alice = await enter(server, "alice", browsers);
      await (
        await overHttp(server.url, "alice")
      )("POST", `/join/${encodeURIComponent(String(made))}`);
      await alice.open("Busy");
      const say = async (from: number, to: number): Promise<void> => {
        for (let n = from; n < to; n += 1)
          await bob("PUT", `${room}/send/m.room.message/${n}`, { msgtype: "m.text", body: `line ${n}` });
      };
      await say(0, 3);
      await alice.sees("line 2");
      await alice.page.getByRole("link", { name: "Settings" }).click();
      await say(3, 150);
      await alice.page.getByRole("link", { name: "Chat" }).click();
      await alice.open("Busy");
      await alice.sees("line 149");
      await alice.page.getByRole("button", { name: "First unread message" }).click();
      await alice.sees("line 3");
      await alice.page.getByRole("separator", { name: "New messages" }).waitFor();
      await picture(alice.page, "first-unread");

      await alice.page.getByRole("button", { name: "Details" }).click();
      await alice.page.getByRole("button", { name: "Go to a date" }).click();
      await alice.page.getByRole("dialog").getByLabel("Day").fill("2001-01-01");
      await alice.page.getByRole("dialog").getByRole("button", { name: "Go to a date" }).click();
      await alice.page.getByRole("dialog").waitFor({ state: "detached" });
      await alice.sees("line 0");
      assert.deepEqual(alice.complaints, []);
    });
  });
}
