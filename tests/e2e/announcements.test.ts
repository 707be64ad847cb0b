import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import { startServer } from "../server.ts";
import { buildClient, enterAt, hasBrowser, look, openBrowser, picture, signIn, traditional } from "./browser.ts";
import { samplePerson } from "./sample-people.ts";

if (hasBrowser()) {
  describe("announcements", () => {
    before(() => buildClient());

    test("an office writes, looks, sends and reminds; a reader notes on a phone; the office sees numbers and takes it back", async () => {
      await using server = await startServer({ args: [] });
      await using office = await openBrowser();
      const { page } = office;
      await signIn(page, server.url, samplePerson(server, "lee.wailing"));
      await page.getByRole("link", { name: "Announcements" }).click();
      await page.getByText("You have sent none yet").waitFor();
      await picture(page, "announcements-empty-1280");
      await page.getByRole("button", { name: "New announcement" }).click();
      await page.getByRole("button", { name: "Preview" }).click();
      await page.getByText("A title is missing.").waitFor();
      await page.getByText("A text in each language").click();
      const write = async (field: string, text: string): Promise<void> =>
        await page.getByRole("textbox", { name: field }).fill(text);
      await write("Title in English", "New radio channel");
      await write("Text in English", "From Monday:\nchannel 7.");
      await write("Title in 繁體中文", "新無線電頻道");
      await write("Text in 繁體中文", "星期一起使用第七頻道。");
      await page.reload();
      await page
        .getByRole("textbox", { name: "Title in English" })
        .and(page.locator('[value="New radio channel"]'))
        .waitFor();
      await page.getByText("Country Parks Division").click();
      await page.getByText("Gardens Division").click();
      await look(page, "announcements-write-1280");
      await page.getByRole("button", { name: "Preview" }).click();
      await page.getByText(/It goes to Country Parks Division, Gardens Division of Parks and Gardens/).waitFor();
      await look(page, "announcements-preview-1280");
      await page.getByRole("button", { name: "Send" }).click();
      await page.getByRole("dialog").getByRole("button", { name: "Send" }).click();
      await page.getByText("0 of 2 (0 %)").waitFor();

      await using reader = await openBrowser({ width: 390, height: 780, locale: "zh-HK", colorScheme: "dark" });
      const phone = reader.page;
      await enterAt(phone, server.url, { ...samplePerson(server, "chan.taiman"), words: traditional });
      await phone.getByRole("link", { name: "公告 1 則待確認" }).click();
      await phone.getByText("星期一起使用第七頻道。").waitFor();
      await look(phone, "announcements-to-note-390");
      await phone.getByRole("button", { name: "知悉：新無線電頻道" }).press("Enter");
      await phone.getByText("沒有待確認的公告").waitFor();
      await phone.getByRole("link", { name: "新無線電頻道" }).click();
      await phone.getByRole("status").filter({ hasText: "確認知悉" }).waitFor();

      await page.getByText("1 of 2 (50 %)").waitFor();
      await page.getByRole("progressbar", { name: "Country Parks Division: 1 of 1 (100 %)" }).waitFor();
      await page.getByRole("progressbar", { name: "Gardens Division: 0 of 1 (0 %)" }).waitFor();
      await page.getByText("Nobody has been reminded yet.").waitFor();
      await page.getByRole("button", { name: "Remind the one who has not" }).click();
      await page.getByText(/^Reminded once, last /).waitFor();
      await picture(page, "announcements-progress-1280");
      await page.getByRole("button", { name: "Remind the one who has not" }).click();
      await page.getByText(/You can remind them again from/).waitFor();
      await page.setViewportSize({ width: 320, height: 780 });
      await look(page, "announcements-progress-320");
      await page.getByRole("button", { name: "Take back" }).click();
      await page.getByRole("dialog").getByRole("button", { name: "Take back" }).click();
      await page.getByRole("status").filter({ hasText: "Taken back" }).waitFor();
      await phone.getByRole("status").filter({ hasText: "撤回" }).waitFor();
      assert.deepEqual(
        [...office.complaints, ...reader.complaints].filter((text) => !/status of 429/.test(text)),
        [],
      );
    });
  });
}
