import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import { startServer } from "../server.ts";
import { accessibilityFaults, buildClient, hasBrowser, openBrowser, picture, signIn } from "./browser.ts";
import { samplePerson } from "./sample-people.ts";

if (hasBrowser()) {
  describe("people and the palette", () => {
    before(() => buildClient());

    test("people are found by name in either script and by post, chosen by key, and shown with post and department", async () => {
      await using server = await startServer({ args: [] });
      await using browser = await openBrowser();
      const { page } = browser;
      await signIn(page, server.url, samplePerson(server, "lee.wailing"));
      await page.getByRole("button", { name: "Start", exact: true }).click();
      await page.getByRole("menuitem", { name: "New room" }).click();
      await page.getByRole("textbox", { name: "Name", exact: true }).fill("Boats");
      const invite = page.getByRole("textbox", { name: "Invite people" });
      await invite.fill("陳");
      const found = page.getByRole("list", { name: "People in the directory" });
      await found.getByRole("button").first().waitFor();
      assert.match((await found.getByRole("button").first().textContent()) ?? "", /陳/);
      assert.deepEqual(await accessibilityFaults(page), []);
      await picture(page, "invite-1280");
      await invite.press("ArrowDown");
      await page.keyboard.press("Enter");
      await page.waitForFunction(() => document.activeElement?.tagName === "INPUT");
      assert.match(await invite.inputValue(), /^\S+, $/);
      await page.getByRole("button", { name: "Create room" }).click();
      await page.getByRole("textbox", { name: /^Message/ }).waitFor();
      await page.getByRole("button", { name: "Details" }).click();
      const members = page.getByRole("list", { name: "Members" });
      await members
        .getByText(/, .*(Department|Office|Bureau)/)
        .first()
        .waitFor();
      await members.getByText("陳大文").waitFor();
      await picture(page, "members-1280");
      assert.deepEqual(browser.complaints, []);
    });

    test("Ctrl K finds rooms, people and actions; keys alone are enough", async () => {
      await using server = await startServer({ args: [] });
      await using browser = await openBrowser();
      const { page } = browser;
      await signIn(page, server.url, samplePerson(server, "lee.wailing"));
      const palette = page.getByRole("dialog", { name: "Go to…" });
      await page.keyboard.press("Control+k");
      await palette.getByRole("menuitem").first().waitFor();
      await page.keyboard.type("setti");
      await palette.getByRole("menuitem", { name: "Settings" }).waitFor();
      // The list settles on what is pointed at a moment after it has been drawn.
      await page.waitForFunction(() => {
        const id = document.activeElement?.getAttribute("aria-activedescendant");
        return id === null || id === undefined || document.getElementById(id) !== null;
      });
      assert.deepEqual(await accessibilityFaults(page), []);
      await page.keyboard.press("ArrowDown");
      await page.keyboard.press("Enter");
      await page.getByRole("heading", { name: "Appearance" }).waitFor();
      await page.keyboard.press("Control+k");
      await page.keyboard.type("陳");
      await palette.getByRole("group", { name: "People" }).getByRole("menuitem").first().waitFor();
      await picture(page, "palette-1280");
      await palette.getByRole("group", { name: "People" }).getByRole("menuitem").first().click();
      await page.getByRole("textbox", { name: /^Message/ }).waitFor();
      await page.keyboard.press("Control+k");
      await palette.waitFor();
      await page.keyboard.press("Escape");
      await page.keyboard.press("Escape");
      await palette.waitFor({ state: "detached" });
      assert.deepEqual(browser.complaints, []);
    });
  });
}
