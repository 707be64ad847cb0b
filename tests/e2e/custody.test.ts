import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import type { Page } from "playwright-core";
import { startServer, type TestServer } from "../server.ts";
import {
  buildClient,
  enterAt,
  hasBrowser,
  look,
  openBrowser,
  picture,
  signIn,
  simplified,
  traditional,
  type BrowserOptions,
  type SignInWords,
  type TestBrowser,
} from "./browser.ts";
import { person } from "./people.ts";
import { samplePerson } from "./sample-people.ts";

/** Somebody of the sample people on a phone, in a Chinese interface, at an address of the app. */
async function onPhone(
  server: TestServer,
  who: { readonly name: string; readonly path: string; readonly words: SignInWords },
  options: BrowserOptions,
): Promise<TestBrowser> {
  const browser = await openBrowser({ width: 390, height: 844, ...options });
  const { password } = samplePerson(server, who.name);
  await enterAt(browser.page, `${server.url}${who.path}`, { ...who, password });
  return browser;
}

async function numberOn(page: Page): Promise<string> {
  const text = await page.locator(".custody-number strong").innerText();
  assert.match(text, /^(\d{4} ){4}\d{4}$/);
  return text;
}

async function choose(page: Page, typed: string, name: RegExp): Promise<void> {
  await page.getByRole("textbox", { name: "Add a custodian" }).fill(typed);
  await page.getByRole("list", { name: "People in the directory" }).getByRole("button", { name }).click();
  await page.getByRole("list", { name: "Custodians of the department" }).getByText(name).waitFor();
}

if (hasBrowser()) {
  describe("custodians", () => {
    before(() => buildClient());

    test("two custodians who see somebody let their new device in, which then reads all history", async () => {
      await using server = await startServer({ args: [] });
      await using lost = await openBrowser();
      const chan = person(lost.page);
      await signIn(lost.page, server.url, samplePerson(server, "chan.taiman"));
      await chan.makeRoom("Night patrol", "");
      // Keys go to the backup some seconds after their message: what was lost before that is lost.
      const isKept = lost.page.waitForResponse(
        (answer) => answer.url().includes("/room_keys/keys") && answer.request().method() === "PUT" && answer.ok(),
      );
      await chan.say("before it was lost");
      await chan.sees("before it was lost");

      await using head = await openBrowser();
      const { page } = head;
      await signIn(page, server.url, samplePerson(server, "lee.wailing"));
      await page.getByRole("link", { name: "Settings" }).click();
      await page.getByText("Your department has no custodians.").waitFor();
      await page.getByRole("link", { name: "Name custodians" }).click();
      await page.getByText("Two custodians together may let").click();
      await choose(page, "yeung", /YEUNG Kwok-keung/);
      await page.getByText("At least two custodians are needed.").waitFor();
      await choose(page, "lee", /LEE Wai-ling/);
      await look(page, "custody-name-1280");
      await page.getByRole("button", { name: "Save" }).click();
      await page.getByText("Saved.").waitFor();

      const second = { name: "yeung.kwokkeung", path: "/settings", words: traditional };
      await using other = await onPhone(server, second, { locale: "zh-HK", colorScheme: "dark" });
      const custodian = other.page;
      await custodian.getByText("你本人 · 已備妥").waitFor();
      await page.getByRole("link", { name: "Back to settings" }).click();
      await page.getByText("you · ready").waitFor();

      await lost.page.getByRole("link", { name: "Settings" }).click();
      await lost.page.getByText(/^Your halves are up to date since/).waitFor();
      await lost.page
        .getByText(/^Number of their key/)
        .last()
        .scrollIntoViewIfNeeded();
      await look(lost.page, "custody-settings-1280");
      await isKept;
      assert.deepEqual(lost.complaints, []);
      await lost.context.close();

      const again = { name: "chan.taiman", path: "/chat", words: simplified };
      await using fresh = await onPhone(server, again, { locale: "zh-CN" });
      const phone = fresh.page;
      await phone.getByRole("button", { name: "向部门保管人求助" }).click();
      await phone
        .getByText("YEUNG Kwok-keung：尚未回应")
        .or(phone.getByText(/楊國強.*尚未回应/))
        .first()
        .waitFor();
      const number = await numberOn(phone);
      await look(phone, "custody-asking-390");
      await phone.reload();
      await phone.locator(".custody-number").waitFor();
      assert.equal(await numberOn(phone), number, "a reload loses nothing");

      await page.getByRole("link", { name: /^Chat/ }).click();
      await person(page).open("Causeway");
      const card = page.getByRole("region", { name: "Somebody asks for their recovery key" });
      await card.getByRole("link", { name: "Open" }).click();
      await page.getByText("RANGER1").waitFor();
      assert.equal(await numberOn(page), number);
      const give = page.getByRole("button", { name: "Give my half" });
      assert.ok(await give.isDisabled(), "not before the person was seen");
      await picture(page, "custody-answer-1280");
      await page.getByText("I have seen this person and the number matches").click();
      await give.click();
      await page.getByText("You have given your half.").waitFor();

      await phone.getByText(/✓ .*已同意/).waitFor();
      await custodian
        .getByRole("list", { name: "等候你（作為保管人）處理" })
        .getByRole("link", { name: /CHAN Tai-man|陳大文/ })
        .click();
      await custodian.getByText("RANGER1").waitFor();
      assert.equal(await numberOn(custodian), number);
      await look(custodian, "custody-answer-390");
      await custodian.getByText("我已面見此人，號碼相符").click();
      await custodian.getByRole("button", { name: "交出我持有的一半" }).click();
      await custodian.getByText("兩名保管人均已同意").waitFor();

      await phone.locator(".device-banner").waitFor({ state: "detached" });
      await phone
        .getByRole("link", { name: /Night patrol/ })
        .first()
        .click();
      await phone.getByRole("log").getByText("before it was lost").waitFor();
      assert.deepEqual([...head.complaints, ...other.complaints, ...fresh.complaints], []);
    });
  });
}
