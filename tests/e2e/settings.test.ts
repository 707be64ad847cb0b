import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { before, describe, test } from "node:test";
import { PASSWORD, register } from "../sdk/people.ts";
import { startServer } from "../server.ts";
import { accessibilityFaults, buildClient, hasBrowser, openBrowser, picture, signIn } from "./browser.ts";
import { overHttp } from "./over-http.ts";
import { person } from "./people.ts";

if (hasBrowser()) {
  describe("settings", () => {
    before(() => buildClient());

    test("other sessions are listed and signed out, one or all, with the password; own data comes as a file without keys", async () => {
      await using server = await startServer();
      await register(server.url, "amy");
      for (let turn = 0; turn < 3; turn += 1) await overHttp(server.url, "amy");
      await using browser = await openBrowser();
      const { page } = browser;
      await signIn(page, server.url, { name: "amy", password: PASSWORD });
      const amy = person(page);
      await amy.makeRoom("Notes", "");
      await amy.say("a note of mine");
      await amy.sees("a note of mine");
      await page.getByRole("link", { name: "Settings" }).click();
      const sessions = page.getByRole("list", { name: "Where you are signed in" }).getByRole("listitem");
      await sessions.nth(3).waitFor();
      assert.match((await sessions.first().textContent()) ?? "", /This device/);
      await picture(page, "settings-sessions-1280");
      await sessions.nth(1).getByRole("button").click();
      const dialog = page.getByRole("dialog");
      await dialog.getByRole("textbox", { name: "Password" }).fill("not the password");
      await page.keyboard.press("Enter");
      await dialog.getByText("That password is not right").waitFor();
      assert.deepEqual(await accessibilityFaults(page), []);
      await dialog.getByRole("textbox", { name: "Password" }).fill(PASSWORD);
      await page.keyboard.press("Enter");
      await dialog.waitFor({ state: "detached" });
      await sessions.nth(3).waitFor({ state: "detached" });
      await page.getByRole("button", { name: "Sign out of all other devices" }).click();
      await dialog.getByRole("textbox", { name: "Password" }).fill(PASSWORD);
      await page.keyboard.press("Enter");
      await sessions.nth(1).waitFor({ state: "detached" });
      assert.equal(await sessions.count(), 1);

      const saving = page.waitForEvent("download");
      await page.getByRole("button", { name: "Save my data" }).click();
      const text = readFileSync(await (await saving).path(), "utf8");
      const data: unknown = JSON.parse(text);
      assert.equal(Object(data).user_id, "@amy:localhost");
      assert.match(text, /a note of mine/);
      assert.doesNotMatch(text, /secret_storage|access_token|cross_signing/);
      assert.ok(
        browser.complaints.every((line) => /status of 401/.test(line)),
        browser.complaints.join("\n"),
      );
    });
  });
}
