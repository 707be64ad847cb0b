import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import { startServer } from "../server.ts";
import { accessibilityFaults, buildClient, hasBrowser, openBrowser, picture, signIn } from "./browser.ts";
import { samplePerson } from "./sample-people.ts";

const CSV = "department,post,title_en,user,name_en,name_zh\nPGD,CLERK9,Clerk,ada.new,ADA New,新愛達\n";

if (hasBrowser()) {
  describe("the Administration place", () => {
    before(() => buildClient());

    test("a system administrator sees people, posts, rooms and the server, and imports after a look", async () => {
      await using server = await startServer({ args: [] });
      await using browser = await openBrowser();
      const { page } = browser;
      await signIn(page, server.url, samplePerson(server, "siu.hoiyan"));
      await page.getByRole("link", { name: "Admin" }).click();
      const people = page.getByRole("table", { name: "People" });
      const row = people.getByRole("row", { name: /chan\.taiman/ });
      await row.getByText("RANGER1").first().waitFor();
      assert.equal(await page.getByRole("button", { name: "Devices" }).count(), 0, "devices are for the others");
      assert.deepEqual(await accessibilityFaults(page), []);
      await picture(page, "admin-people-1280");
      await row.getByRole("button", { name: "Lock" }).click();
      await row.getByText("Locked").waitFor();
      await row.getByRole("button", { name: "Unlock" }).click();
      await row.getByText("Active").waitFor();

      await page.getByRole("tab", { name: "Posts" }).click();
      await page.getByLabel("Department").selectOption("PGD");
      await page
        .getByRole("table", { name: "Posts" })
        .getByRole("row", { name: /^RANGER1/ })
        .waitFor();
      assert.deepEqual(await accessibilityFaults(page), []);
      await picture(page, "admin-posts-1280");

      await page.getByRole("tab", { name: "Import" }).click();
      const choose = async (content: string): Promise<void> =>
        await page
          .getByLabel("CSV file")
          .setInputFiles([{ name: "people.csv", mimeType: "text/csv", buffer: Buffer.from(content) }]);
      await choose("nonsense\n1\n");
      await page.getByText(/did not work/).waitFor();
      await choose(CSV);
      await page.getByText(/changes? would be made/).waitFor();
      await picture(page, "admin-import-1280");
      await page.getByRole("button", { name: "Make these changes" }).click();
      await page.getByText(/changes? made\./).waitFor();

      await page.getByRole("tab", { name: "Rooms" }).click();
      await page
        .getByRole("table", { name: "Rooms" })
        .getByText(/Country park patrols/)
        .waitFor();
      assert.deepEqual(await accessibilityFaults(page), []);
      await picture(page, "admin-rooms-1280");
      await page.getByRole("tab", { name: "Server" }).click();
      await page.getByText("Running since").waitFor();
      await picture(page, "admin-server-1280");
      assert.ok(
        browser.complaints.every((text) => /status of 4/.test(text)),
        browser.complaints.join("\n"),
      );
    });

    test("a security administrator sees devices and no imports; others have no such place", async () => {
      await using server = await startServer({ args: [] });
      await using browser = await openBrowser({ width: 390, height: 780 });
      const { page } = browser;
      await signIn(page, server.url, samplePerson(server, "poon.manhin"));
      await page.getByRole("link", { name: "Admin" }).click();
      const row = page.getByRole("table", { name: "People" }).getByRole("row", { name: /poon\.manhin/ });
      await row.waitFor();
      assert.equal(await page.getByRole("tab", { name: "Import" }).count(), 0);
      await picture(page, "admin-people-390");
      const wide = await page.evaluate(() => document.documentElement.scrollWidth);
      assert.ok(wide <= 390, `${wide} px wide`);
      await row.getByRole("button", { name: "Devices" }).click();
      const device = page.getByRole("dialog").getByRole("listitem").first();
      // In the sample data what signs in from this machine is the government's already.
      await device.getByRole("button", { name: "Mark as personal" }).click();
      await device.getByRole("button", { name: "Mark as managed" }).click();
      await device.getByText("Managed by the government").waitFor();
      assert.deepEqual(await accessibilityFaults(page), []);
      await picture(page, "admin-devices-390");
      assert.deepEqual(browser.complaints, []);

      await using other = await openBrowser();
      await signIn(other.page, server.url, samplePerson(server, "chan.taiman"));
      assert.equal(await other.page.getByRole("link", { name: "Admin" }).count(), 0);
      await other.page.goto(`${server.url}/admin`);
      await other.page.getByText("Administration is for system and security administrators.").waitFor();
    });
  });
}
