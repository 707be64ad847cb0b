import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { PASSWORD, register } from "../sdk/people.ts";
import { startServer } from "../server.ts";
import { buildClient, hasBrowser, openBrowser, picture, signIn } from "./browser.ts";

if (hasBrowser()) {
  describe("chat in a browser", () => {
    test("two people in two browsers chat encrypted, a reload keeps everything", async () => {
      buildClient();
      await using server = await startServer();
      for (const name of ["alice", "bob"]) await register(server.url, name);
      await using alice = await openBrowser();
      await using bob = await openBrowser();
      await picture((await alice.page.goto(server.url), alice.page), "sign-in-empty");
      await signIn(alice.page, server.url, { name: "alice", password: PASSWORD });
      await signIn(bob.page, server.url, { name: "bob", password: PASSWORD });

      await alice.page.getByRole("button", { name: "Start" }).click();
      await alice.page.getByRole("menuitem", { name: "New room" }).click();
      await alice.page.getByRole("textbox", { name: "Name" }).fill("巡邏 patrol");
      await alice.page.getByText("RESTRICTED").click();
      await alice.page.getByRole("textbox", { name: "Invite people" }).fill("bob");
      await alice.page.getByRole("button", { name: "Create room" }).click();
      const box = alice.page.getByRole("textbox", { name: /^Message/ });
      await box.fill("早晨");
      await box.press("Enter");
      await alice.page.getByRole("log").getByText("早晨").waitFor();

      await bob.page
        .getByRole("list", { name: "Rooms" })
        .getByRole("link", { name: /巡邏 patrol/ })
        .click();
      await bob.page.getByRole("button", { name: "Join" }).click();
      const bobBox = bob.page.getByRole("textbox", { name: /^Message/ });
      await bobBox.fill("good morning");
      await bobBox.press("Enter");
      await alice.page.getByRole("log").getByText("good morning").waitFor();
      await box.fill("for both");
      await box.press("Enter");
      await bob.page.getByRole("log").getByText("for both").waitFor();

      await bobBox.fill("a draft");
      await bob.page.reload();
      await bob.page.getByRole("log").getByText("for both").waitFor();
      assert.equal(await bob.page.getByRole("textbox", { name: /^Message/ }).inputValue(), "a draft");
      assert.deepEqual(alice.complaints, []);
      assert.deepEqual(bob.complaints, []);
      await picture(alice.page, "room");
    });
  });
}
