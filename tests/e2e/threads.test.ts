import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Page } from "playwright-core";
import { startServer, type TestServer } from "../server.ts";
import { buildClient, hasBrowser, look, picture } from "./browser.ts";
import { deskAndPhone, type Person } from "./people.ts";

/** The thread that is open on a page. */
function threadOn(page: Page) {
  const pane = page.getByRole("complementary", { name: "Thread", exact: true });
  const box = pane.getByRole("textbox", { name: /^Message the thread/ });
  const log = pane.getByRole("log", { name: "Messages in the thread" });
  return {
    pane,
    box,
    log,
    async say(text: string): Promise<void> {
      await box.fill(text);
      await box.press("Enter");
    },
    async sees(text: string): Promise<void> {
      await log.getByText(text, { exact: true }).last().waitFor();
    },
  };
}

if (hasBrowser()) {
  describe("threads", () => {
    // One server and two browsers for both: what is said in one test is in the other's way nowhere.
    const world = new AsyncDisposableStack();
    let server: TestServer;
    let alice: Person;
    let bob: Person;
    before(async () => {
      buildClient();
      server = world.use(await startServer());
      [alice, bob] = await deskAndPhone(server.url, world, "Patrol");
    });
    after(() => world.disposeAsync());

    test("a thread is led beside the room, on a desk and on a phone, and what is unread in it is told", async () => {
      const [ofAlice, ofBob] = [threadOn(alice.page), threadOn(bob.page)];
      await alice.say("Which way today?");
      await bob.sees("Which way today?");

      await alice.act("Which way today?", "More actions");
      await alice.page.getByRole("menuitem", { name: "Reply in thread" }).click();
      await ofAlice.sees("Which way today?");
      await ofAlice.say("> along the **coast**");
      await ofAlice.log.locator("strong", { hasText: "coast" }).waitFor();
      const room = bob.page.getByRole("log", { name: "Messages", exact: true });
      await room.getByRole("link", { name: /1 reply/ }).waitFor();
      assert.equal(await room.getByRole("article").count(), 1, "threaded messages do not stand among the others");
      await picture(bob.page, "thread-below-390");

      await room.getByRole("link", { name: /1 reply/ }).focus();
      await bob.page.keyboard.press("Enter");
      await ofBob.log.locator("strong", { hasText: "coast" }).waitFor();
      await ofBob.say("that is too long");
      await ofAlice.sees("that is too long");
      await alice.page.getByRole("link", { name: /2 replies/ }).waitFor();
      await look(alice.page, "thread-1280");
      await look(bob.page, "thread-390");

      await ofAlice.box.press("Escape");
      await ofAlice.pane.waitFor({ state: "detached" });
      await alice.page.waitForFunction(() => document.activeElement?.matches("article[data-message]") === true);
      await ofBob.box.pressSequentially("@ali");
      await bob.page
        .getByRole("listbox", { name: "People to mention" })
        .getByRole("option", { name: /alice/ })
        .waitFor();
      await ofBob.box.press("Enter");
      await ofBob.box.pressSequentially("the hill?");
      await ofBob.box.press("Enter");
      await alice.page.getByRole("button", { name: "Threads, 1 unread message" }).click();
      const rooms = alice.page.getByRole("list", { name: "Rooms" });
      await rooms.getByText("1 unread message").waitFor();
      await rooms.getByText("1 mention").waitFor();
      const list = alice.page.getByRole("list", { name: "Threads" });
      await list.getByText("1 unread message").waitFor();
      await look(alice.page, "threads-1280");
      await list.getByRole("link", { name: /Which way today.*3 replies/ }).click();
      await ofAlice.log.locator(".mention--me", { hasText: "@alice" }).waitFor();
      await alice.page.getByRole("button", { name: "Threads", exact: true }).waitFor();
      await rooms.getByText("unread").waitFor({ state: "detached" });
      await rooms.getByText("mention").waitFor({ state: "detached" });
      await ofBob.log.getByRole("img", { name: "Read by alice" }).first().waitFor();
    });

    test("drafts, links and what is written offline keep their thread", async () => {
      const [ofAlice, ofBob] = [threadOn(alice.page), threadOn(bob.page)];
      const { page } = alice;
      await page.goto(page.url().replace(/\?.*/, ""));
      await bob.page.goto(bob.page.url().replace(/\?.*/, ""));
      await page.getByRole("textbox", { name: "Message Patrol" }).fill("Supplies");
      await page.keyboard.press("Enter");
      await alice.sees("Supplies");
      await alice.act("Supplies", "More actions");
      await page.getByRole("menuitem", { name: "Reply in thread" }).click();
      await ofAlice.say("two boxes of 紗布");
      await ofAlice.sees("two boxes of 紗布");
      const said = ofAlice.log.getByRole("article").filter({ hasText: "two boxes" });
      await said.locator(".lucide-check").waitFor();
      const id = (await said.getAttribute("data-message")) ?? "";
      const address = new URL(page.url());

      await ofAlice.box.fill("a draft of the thread");
      await page.goto(`${server.url}${address.pathname}?at=${encodeURIComponent(id)}`);
      await page.waitForFunction(
        (message) => document.activeElement?.matches(`.pane--thread [data-message="${message}"]`) === true,
        id,
      );
      assert.equal(await ofAlice.box.inputValue(), "a draft of the thread");
      assert.equal(await page.getByRole("textbox", { name: "Message Patrol" }).inputValue(), "");

      await page.getByRole("button", { name: "Search in this room" }).click();
      await page.getByRole("searchbox", { name: "Words" }).fill("纱布");
      await page
        .getByRole("list", { name: "Messages found" })
        .getByRole("link", { name: /two boxes/ })
        .click();
      await ofAlice.sees("two boxes of 紗布");

      await bob.page.getByRole("link", { name: /1 reply/ }).click();
      await ofBob.sees("two boxes of 紗布");
      await ofBob.log.getByRole("article").filter({ hasText: "two boxes" }).hover();
      await ofBob.log.getByRole("button", { name: "React" }).click();
      await bob.page.getByRole("button", { name: "👍" }).click();
      await ofAlice.log.getByRole("button", { name: /👍 by bob/ }).waitFor();

      await page.context().setOffline(true);
      await page.getByText("Offline.").waitFor();
      await page.reload();
      await ofAlice.sees("two boxes of 紗布");
      await ofAlice.say("and water");
      await ofAlice.sees("and water");
      await page.context().setOffline(false);
      await ofBob.sees("and water");
      await ofBob.log.getByRole("article").nth(2).waitFor();
      assert.equal(await ofBob.log.getByRole("article").count(), 3);
    });
  });
}
