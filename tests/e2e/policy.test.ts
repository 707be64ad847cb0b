import { enrolAtServer } from "@causeway/enforce";
import assert from "node:assert/strict";
import { join } from "node:path";
import { before, describe, test } from "node:test";
import { startServer } from "../server.ts";
import { buildClient, enterAt, hasBrowser, look, openBrowser, picture, signIn, traditional } from "./browser.ts";
import { samplePerson } from "./sample-people.ts";

if (hasBrowser()) {
  describe("the catalogue and the rules", () => {
    before(() => buildClient());

    test("the DPO publishes a service, observes a rule before enforcing it; a DITSO on a phone adds to it", async () => {
      await using server = await startServer({ args: [] });
      await using browser = await openBrowser();
      const { page } = browser;
      await signIn(page, server.url, samplePerson(server, "chow.yatming"));
      await page.getByRole("link", { name: "Access" }).click();
      await page.getByRole("link", { name: "Catalogue of services" }).click();
      await page.getByRole("searchbox", { name: /Find a service/ }).fill("wa.me");
      await page.getByRole("list", { name: "Services" }).getByText("WhatsApp").click();
      await page.getByText("whatsappbrand.com").waitFor();
      await look(page, "policy-catalogue-1280");

      await page.getByRole("tab", { name: "Next version" }).click();
      await page.getByRole("button", { name: "Add a service" }).click();
      const dialog = page.getByRole("dialog");
      await dialog.getByRole("textbox", { name: "Short name" }).fill("vendor-share");
      await dialog.getByRole("button", { name: "Save to the draft" }).click();
      await dialog.getByText("This is needed.").first().waitFor();
      await dialog.getByRole("textbox", { name: "Category" }).fill("file-transfer");
      await dialog.getByRole("textbox", { name: "Clause" }).fill("OS-4");
      for (const language of ["English", "Traditional Chinese", "Simplified Chinese"]) {
        await dialog.getByRole("textbox", { name: `Name, ${language}` }).fill("Vendor share");
        await dialog.getByRole("textbox", { name: `Reason, ${language}` }).fill("Files leave.");
      }
      const hosts = dialog.getByRole("textbox", { name: "Hosts", exact: true });
      await hosts.fill("not a host");
      await dialog.getByRole("button", { name: "Save to the draft" }).click();
      await dialog.getByText(/is no host name/).waitFor();
      await look(page, "policy-service-1280");
      await hosts.fill("share.example");
      await dialog.getByRole("button", { name: "Save to the draft" }).click();
      await page.getByText("New: Vendor share").waitFor();
      await page.getByRole("textbox", { name: "Reason for the change" }).fill("Vendors moved there");
      await picture(page, "policy-publish-1280");
      await page.getByRole("button", { name: "Publish", exact: true }).click();
      const versions = page.getByRole("table", { name: "Versions" });
      await versions
        .getByRole("row", { name: /^2 In force/ })
        .getByText("Vendors moved there")
        .waitFor();
      await page.getByText("New: Vendor share").waitFor();
      await look(page, "policy-versions-1280");

      await page.getByRole("link", { name: "Rules" }).click();
      await page.getByRole("tab", { name: "Next version" }).click();
      await page.getByRole("button", { name: "Messaging, Internal desktop: Blocked" }).click();
      await dialog.getByRole("checkbox", { name: /^Observe only/ }).check();
      await look(page, "policy-rule-1280");
      await dialog.getByRole("button", { name: "Save to the draft" }).click();
      await page.getByText(/^Changed: Messaging · Internal desktop/).waitFor();
      await page.getByRole("button", { name: "Work it out" }).click();
      await page.getByText("Nothing was asked for in the last 30 days.").waitFor();
      await page.getByRole("textbox", { name: "Reason for the change" }).fill("We look first");
      await picture(page, "policy-rules-draft-1280");
      await page.getByRole("button", { name: "Publish", exact: true }).click();
      await page.getByRole("tab", { name: "In force", selected: true }).waitFor();
      await page.getByRole("cell", { name: /Observed: Blocked/ }).waitFor();
      await look(page, "policy-rules-1280");
      const faults = browser.complaints.filter((text) => !/status of 400/.test(text));
      assert.deepEqual(faults, []);

      await using phone = await openBrowser({ width: 390, height: 780, locale: "zh-HK", colorScheme: "dark" });
      const ditso = { ...samplePerson(server, "wong.kaho"), words: traditional };
      await enterAt(phone.page, `${server.url}/access/rules`, ditso);
      await phone.page.getByText("觀察中：封鎖").waitFor();
      await look(phone.page, "policy-rules-390");
      await phone.page.getByRole("tab", { name: "下一版本" }).click();
      await phone.page.getByRole("button", { name: "網上電郵，指定電腦：開放（沒有規則）" }).click();
      await picture(phone.page, "policy-rule-390");
      await phone.page.getByRole("button", { name: "儲存至草稿" }).click();
      await phone.page.getByText(/^新增：網上電郵/).waitFor();
      await look(phone.page, "policy-rules-draft-390");
      await phone.page.goto(`${server.url}/access/catalogue`);
      await phone.page.getByRole("searchbox").fill("百度");
      await phone.page.getByText(/^[0-9]+ 項服務$/).waitFor();
      await phone.page.getByRole("list", { name: "服務" }).getByRole("group").first().click();
      await look(phone.page, "policy-catalogue-390");
      assert.deepEqual(phone.complaints, []);
    });

    test("a security administrator lets a point in with a code that is shown once, sees what it obeys, and revokes it", async () => {
      await using server = await startServer({ args: [], env: { CAUSEWAY_PROXY_PORT: "0" } });
      await using browser = await openBrowser();
      const { page } = browser;
      await signIn(page, server.url, samplePerson(server, "poon.manhin"));
      await page.getByRole("link", { name: "Access" }).click();
      await page.getByRole("link", { name: "Enforcement points" }).click();
      const points = page.getByRole("table", { name: "Point" });
      const own = points.getByRole("row", { name: /Part of the server/ });
      await own.getByText("Enforcing, proved").waitFor();
      await page.getByRole("button", { name: "Let a point in" }).click();
      const dialog = page.getByRole("dialog");
      await dialog.getByRole("textbox", { name: "Name" }).fill("Resolver 1, 3/F");
      await dialog.getByRole("button", { name: "Make a code" }).click();
      const code = (await dialog.getByRole("figure", { name: "Code", exact: true }).locator("pre").textContent()) ?? "";
      await dialog.getByText(`CAUSEWAY_POINT_CODE=${code} causeway-point unbound`).waitFor();
      await look(page, "points-code-1280");
      const directory = join(server.directory, "point");
      await enrolAtServer({ server: server.url, code, directory });
      await dialog.getByRole("button", { name: "Done" }).click();
      assert.ok(!(await page.content()).includes(code), "the code is shown once");
      const there = points.getByRole("row", { name: /Resolver 1, 3\/F/ });
      await there.getByText("Not enforcing: no proof yet").waitFor();
      await own.getByText(/as expected/).click();
      await look(page, "points-1280");
      await page.setViewportSize({ width: 390, height: 780 });
      await look(page, "points-390");
      await there.getByRole("button", { name: "Revoke Resolver 1, 3/F" }).click();
      await dialog.getByText(/no more policies, at once and for ever/).waitFor();
      await dialog.getByRole("button", { name: "Revoke" }).click();
      await there.waitFor({ state: "detached" });
      assert.deepEqual(browser.complaints, []);
    });
  });
}
