import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Page } from "playwright-core";
import { startServer, type TestServer } from "../server.ts";
import { accessibilityFaults, buildClient, hasBrowser, openBrowser, picture, signIn } from "./browser.ts";
import { samplePerson } from "./sample-people.ts";

const CSV = "department,post,title_en,user,name_en,name_zh\nPGD,CLERK9,Clerk,ada.new,ADA New,新愛達\n";

/** Enters a person, gives them a post, and registers a machine with a token. */
async function addOneByOne(page: Page): Promise<void> {
  const dialog = page.getByRole("dialog");
  await page.getByRole("tab", { name: "People" }).click();
  await page.getByRole("button", { name: "Add a person" }).click();
  await dialog.getByRole("textbox", { name: "Username" }).fill("kong.mei");
  await dialog.getByRole("textbox", { name: "Name, Chinese" }).fill("江美");
  await dialog.getByRole("button", { name: "Add a person" }).click();
  await dialog.getByRole("button", { name: "Make a password" }).click();
  await dialog.getByText(/^[a-z0-9]{5}(-[a-z0-9]{5}){3}$/).waitFor();
  await dialog.getByRole("button", { name: "Done" }).click();
  await page.getByRole("row", { name: /kong\.mei/ }).waitFor();

  await page.getByRole("tab", { name: "Posts" }).click();
  await page.getByLabel("Department").selectOption("PGD");
  await page.getByRole("button", { name: "Add a post" }).click();
  await dialog.getByRole("textbox", { name: "Code" }).fill("RANGER1");
  await dialog.getByRole("textbox", { name: "Title, English" }).fill("Ranger");
  await dialog.getByRole("button", { name: "Save" }).click();
  await dialog.getByText(/^That did not work/).waitFor();
  await dialog.getByRole("textbox", { name: "Code" }).fill("RANGER2");
  await dialog.getByRole("button", { name: "Save" }).click();
  await page.getByRole("button", { name: "Appoint to RANGER2" }).click();
  await dialog.getByRole("textbox", { name: "Person" }).fill("kong.mei");
  await dialog.getByRole("button", { name: "Appoint" }).click();
  await page
    .getByRole("row", { name: /^RANGER2/ })
    .getByText("江美")
    .waitFor();
  assert.deepEqual(await accessibilityFaults(page), []);
  await picture(page, "admin-posts-1280");
  await page.getByRole("button", { name: "More for RANGER2" }).click();
  await page.getByRole("menuitem", { name: "Abolish" }).click();
  await dialog.getByText(/is there no more, for good/).waitFor();
  await dialog.getByRole("button", { name: "Abolish" }).click();
  await page.getByRole("row", { name: /^RANGER2/ }).waitFor({ state: "detached" });

  await page.getByRole("tab", { name: "Computers" }).click();
  await page.getByText("No computer is registered.").waitFor();
  await page.getByRole("button", { name: "Register a computer" }).click();
  await dialog.getByRole("textbox", { name: "Name" }).fill("Clean machine, G/F");
  await dialog.getByRole("textbox", { name: "Addresses" }).fill("192.0.2.7\n2001:db8::7");
  await dialog.getByRole("button", { name: "Save" }).click();
  await page.getByRole("button", { name: "More for Clean machine, G/F" }).click();
  await page.getByRole("menuitem", { name: "Make a token" }).click();
  await dialog.getByText(/^cwm_/).waitFor();
  await picture(page, "admin-token-1280");
  await dialog.getByRole("button", { name: "Done" }).click();
  assert.deepEqual(await accessibilityFaults(page), []);
  await picture(page, "admin-machines-1280");
  assert.equal(await page.getByRole("button", { name: /^Kind of/ }).count(), 0, "what it is the others say");
}

/** Signs a lost device out, gives and takes roles, and says what a machine is. */
async function decideSecurity(page: Page): Promise<void> {
  const dialog = page.getByRole("dialog");
  await page
    .getByRole("row", { name: /siu\.hoiyan/ })
    .getByRole("button", { name: "Devices" })
    .click();
  await dialog.getByRole("button", { name: /^Sign out/ }).click();
  await dialog.getByText(/is signed out at once/).waitFor();
  await dialog.getByRole("button", { name: "Sign out", exact: true }).click();
  await dialog.getByText("Signed in nowhere.").waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("tab", { name: "Roles" }).click();
  const give = async (person: string, role: string): Promise<void> => {
    await page.getByRole("button", { name: "Give a role" }).click();
    await dialog.getByRole("textbox", { name: "Person" }).fill(person);
    await dialog.getByLabel("Role").selectOption(role);
    await dialog.getByRole("button", { name: "Give a role" }).click();
  };
  await give("siu.hoiyan", "security-administrator");
  await dialog.getByText(/^That did not work: .*both/).waitFor();
  assert.deepEqual(await accessibilityFaults(page), []);
  await picture(page, "admin-role-390");
  await page.keyboard.press("Escape");
  assert.equal(await page.getByRole("button", { name: /^Take away: System administrator/ }).count(), 0);
  await give("ng.siuming", "auditor");
  const take = page.getByRole("button", { name: /^Take away: Auditor, .*NG Siu-ming/ });
  await take.waitFor();
  assert.deepEqual(await accessibilityFaults(page), []);
  await picture(page, "admin-roles-390");
  await take.click();
  await dialog.getByRole("button", { name: "Take away" }).click();
  await take.waitFor({ state: "detached" });
  await page.getByLabel("Department").selectOption("PGD");
  await page.getByRole("button", { name: "Change FOREMAN" }).click();
  await dialog.getByRole("checkbox", { name: /^DSO/ }).check();
  await dialog.getByRole("button", { name: "Save" }).click();
  await page
    .getByRole("row", { name: /^FOREMAN/ })
    .getByText(/^DSO/)
    .waitFor();

  await page.getByRole("tab", { name: "Computers" }).click();
  assert.equal(await page.getByRole("button", { name: "Register a computer" }).count(), 0);
  await page.getByRole("button", { name: "Kind of Clean machine, G/F" }).click();
  await dialog.getByText("Designated machine").click();
  await dialog.getByRole("button", { name: "Save" }).click();
  await page
    .getByRole("row", { name: /Clean machine/ })
    .getByText("Designated machine")
    .waitFor();
  await picture(page, "admin-machines-390");
}

if (hasBrowser()) {
  describe("the Administration place", () => {
    let server: TestServer;
    before(async () => {
      buildClient();
      server = await startServer({ args: [] });
    });
    after(async () => await server[Symbol.asyncDispose]());

    test("a system administrator sees people, posts, rooms and the server, and imports after a look", async () => {
      await using browser = await openBrowser();
      const { page } = browser;
      await signIn(page, server.url, samplePerson(server, "siu.hoiyan"));
      await page.getByRole("link", { name: "Admin" }).click();
      const people = page.getByRole("table", { name: "People" });
      const row = people.getByRole("row", { name: /chan\.taiman/ });
      await row.getByText("RANGER1").first().waitFor();
      assert.deepEqual(await accessibilityFaults(page), []);
      await picture(page, "admin-people-1280");
      await people
        .getByRole("row", { name: /siu\.hoiyan/ })
        .getByRole("button", { name: "Devices" })
        .click();
      const dialog = page.getByRole("dialog");
      await dialog.getByText(/^last used/).waitFor();
      assert.equal(await dialog.getByRole("button", { name: /^Mark as/ }).count(), 0, "what they are the others say");
      assert.equal(await dialog.getByRole("button", { name: /^Sign out/ }).count(), 0, "one's own are in the settings");
      await page.keyboard.press("Escape");
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

      await addOneByOne(page);

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
      await page.keyboard.press("Escape");
      await decideSecurity(page);
      assert.ok(
        browser.complaints.every((text) => /status of 409/.test(text)),
        browser.complaints.join("\n"),
      );

      await using other = await openBrowser();
      await signIn(other.page, server.url, samplePerson(server, "chan.taiman"));
      assert.equal(await other.page.getByRole("link", { name: "Admin" }).count(), 0);
      await other.page.goto(`${server.url}/admin`);
      await other.page.getByText("Administration is for system and security administrators.").waitFor();
    });
  });
}
