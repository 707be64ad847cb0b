import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { before, describe, test } from "node:test";
import type { Page } from "playwright-core";
import { proved } from "../proofs.ts";
import { startServer, type TestServer } from "../server.ts";
import {
  accessibilityFaults,
  buildClient,
  english,
  enterAt,
  hasBrowser,
  openBrowser,
  picture,
  simplified,
  traditional,
  type BrowserOptions,
  type SignInWords,
  type TestBrowser,
} from "./browser.ts";
import { samplePerson } from "./sample-people.ts";

const BLOCKED = "https://web.whatsapp.com/";
const ASK = `/access/ask?url=${encodeURIComponent(BLOCKED)}`;

interface Words extends SignInWords {
  readonly need: RegExp;
  readonly send: string;
  readonly approve: RegExp;
  readonly open: RegExp;
  readonly openPage: string;
}

const inEnglish: Words = {
  ...{ ...english, need: /What you need it for/, send: "Send request" },
  ...{ approve: /^Approve until/, open: /Open until/, openPage: "Open the page" },
};

async function enter(
  server: TestServer,
  who: { readonly name: string; readonly path: string; readonly words: Words },
  options: BrowserOptions,
): Promise<TestBrowser> {
  const browser = await openBrowser(options);
  const { password } = samplePerson(server, who.name);
  await enterAt(browser.page, `${server.url}${who.path}`, { ...who, password });
  return browser;
}

async function askForIt(page: Page, words: Words): Promise<void> {
  await page.getByRole("textbox", { name: words.need }).fill("Photos of a fallen tree from the contractor");
  await page.getByRole("button", { name: words.send }).click();
}

if (hasBrowser()) {
  describe("access", () => {
    before(() => buildClient());

    for (const width of [1280, 390]) {
      test(`at ${width} px an officer asks where they were stopped, the Head decides, and the way is open`, async () => {
        await using server = await startServer({ args: [] });
        await using officer = await enter(server, { name: "chan.taiman", path: ASK, words: inEnglish }, { width });
        const { page } = officer;
        await page.getByRole("heading", { name: "WhatsApp" }).waitFor();
        await page.getByText("Ways that need no authorisation").waitFor();
        assert.deepEqual(await accessibilityFaults(page), []);
        await picture(page, `access-ask-${width}`);
        await askForIt(page, inEnglish);
        await page.getByRole("status").filter({ hasText: "waits for a decision" }).waitFor();
        assert.deepEqual(await accessibilityFaults(page), []);
        await picture(page, `access-asked-${width}`);

        await using head = await enter(server, { name: "lee.wailing", path: "/access", words: inEnglish }, { width });
        await head.page
          .getByRole("list", { name: "Waiting for your decision" })
          .getByRole("link", { name: /WhatsApp/ })
          .click();
        await head.page.getByText("Photos of a fallen tree").waitFor();
        assert.deepEqual(await accessibilityFaults(head.page), []);
        await picture(head.page, `access-decide-${width}`);
        await head.page.getByRole("button", { name: inEnglish.approve }).click();
        await head.page.getByRole("status").filter({ hasText: "Open" }).waitFor();

        const link = page.getByRole("link", { name: inEnglish.openPage });
        await link.waitFor();
        assert.equal(await link.getAttribute("href"), BLOCKED);
        await picture(page, `access-open-${width}`);
        await page.getByRole("link", { name: "See the authorisation" }).first().click();
        await page.getByRole("textbox", { name: "Reason" }).fill("It came by post");
        await page.getByRole("button", { name: "Hand it back" }).click();
        await page.getByRole("status").filter({ hasText: "handed back" }).waitFor();
        const saving = page.waitForEvent("download");
        await page.getByRole("button", { name: "Save the proof" }).click();
        const steps = await proved(server, readFileSync(await (await saving).path(), "utf8"));
        for (const act of ["request.asked", "request.approved", "grant.began", "grant.revoked"])
          assert.ok(
            steps.some((step) => step.act === act),
            act,
          );
        await picture(page, `access-grant-${width}`);
        assert.deepEqual([...officer.complaints, ...head.complaints], []);
      });
    }

    test("the Head gives less, asks and refuses with a reason; the register and its chart show it", async () => {
      await using server = await startServer({ args: [] });
      await using officer = await enter(server, { name: "chan.taiman", path: ASK, words: inEnglish }, {});
      const { page } = officer;
      await askForIt(page, inEnglish);
      await using head = await enter(server, { name: "lee.wailing", path: "/access", words: inEnglish }, {});
      await head.page.getByRole("list", { name: "Waiting for your decision" }).getByRole("link").first().click();
      await head.page.getByRole("button", { name: "Question", exact: true }).click();
      await head.page.getByRole("textbox", { name: "Question" }).fill("Which contractor?");
      await head.page.getByRole("button", { name: "Send question" }).click();
      await page.getByText("Which contractor?").first().waitFor();
      await page.getByRole("textbox", { name: "Answer" }).fill("Green Works Ltd");
      await page.getByRole("button", { name: "Send answer" }).click();
      // News of it may be elsewhere on the screen before; what is decided is what the page shows.
      await head.page.getByRole("region", { name: "WhatsApp" }).getByText("Green Works Ltd").first().waitFor();
      await head.page.getByRole("button", { name: "Refuse", exact: true }).click();
      await head.page.getByRole("textbox", { name: "Reason" }).fill("They have an account here");
      await head.page.getByRole("button", { name: "Refuse with this reason" }).click();
      await page.getByRole("status").filter({ hasText: "Refused" }).waitFor();
      await page.getByText("They have an account here").first().waitFor();

      await head.page.getByRole("link", { name: "Register" }).click();
      await head.page
        .getByRole("table")
        .getByRole("link", { name: /WhatsApp/ })
        .waitFor();
      assert.deepEqual(await accessibilityFaults(head.page), []);
      await picture(head.page, "access-register");
      const saved = head.page.waitForEvent("download");
      await head.page.getByRole("button", { name: "Save as CSV" }).click();
      assert.equal((await saved).suggestedFilename(), "register.csv");
      assert.deepEqual([...officer.complaints, ...head.complaints], []);

      // A decision that comes too late: why it was refused stands beside what became of the request.
      await page.goto(`${server.url}${ASK}`);
      await askForIt(page, inEnglish);
      await head.page.getByRole("list", { name: "Waiting for your decision" }).getByRole("link").first().click();
      await head.page.route("**/requests/*/decide", async (route) => {
        await page.getByRole("button", { name: "Withdraw" }).click();
        await page.getByRole("status").filter({ hasText: "Withdrawn" }).waitFor();
        await route.continue();
      });
      await head.page.getByRole("button", { name: inEnglish.approve }).click();
      await head.page.getByRole("status").filter({ hasText: "Withdrawn" }).waitFor();
      await head.page.getByRole("button", { name: inEnglish.approve }).waitFor({ state: "detached" });
      await head.page.getByRole("alert").filter({ hasText: "That did not work" }).waitFor();
    });

    for (const [locale, words] of [
      [
        "zh-HK",
        {
          ...{ ...traditional, need: /用途/, send: "提交申請" },
          ...{ approve: /^批准至/, open: /開放至/, openPage: "開啟網頁" },
        },
      ],
      [
        "zh-CN",
        {
          ...{ ...simplified, need: /用途/, send: "提交申请" },
          ...{ approve: /^批准至/, open: /开放至/, openPage: "打开网页" },
        },
      ],
    ] as const) {
      test(`the same in ${locale}`, async () => {
        await using server = await startServer({ args: [] });
        await using officer = await enter(server, { name: "chan.taiman", path: ASK, words }, { width: 390, locale });
        await askForIt(officer.page, words);
        await using head = await enter(server, { name: "lee.wailing", path: "/access", words }, { width: 390, locale });
        await head.page
          .getByRole("link", { name: /WhatsApp/ })
          .first()
          .click();
        await head.page.getByRole("button", { name: words.approve }).click();
        await officer.page.getByRole("link", { name: words.openPage }).waitFor();
        await picture(officer.page, `access-open-${locale}`);
        assert.deepEqual([...officer.complaints, ...head.complaints], []);
      });
    }
  });
}
