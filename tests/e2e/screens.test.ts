import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Page } from "playwright-core";
import { startServer } from "../server.ts";
import { accessibilityFaults, buildClient, hasBrowser, openBrowser, picture, signIn } from "./browser.ts";
import { samplePerson } from "./sample-people.ts";

/** Looks at a screen as it stands: keeps its picture, and asks axe. */
async function look(page: Page, name: string, faults: string[]): Promise<void> {
  await picture(page, name);
  faults.push(...(await accessibilityFaults(page)).map((fault) => `${name}: ${fault}`));
}

async function lookAtAll(page: Page, look: (name: string) => Promise<void>): Promise<void> {
  await look("chat");
  await page.getByRole("list", { name: "Rooms" }).getByRole("link").first().click();
  await page.getByRole("log").getByText("郊野").or(page.getByRole("log").getByRole("article")).first().waitFor();
  await look("room");
  await page.getByRole("button", { name: "Details" }).click();
  await page.getByRole("list", { name: "Members" }).waitFor();
  await look("details");
  await page.getByRole("complementary").getByRole("button", { name: "Close" }).click();
  await page.goto(new URL("/chat", page.url()).href);
  await page.getByRole("button", { name: "Start" }).click();
  await page.getByRole("menuitem", { name: "New room" }).click();
  await page.getByRole("dialog").waitFor();
  await look("new-room");
  await page.keyboard.press("Escape");
  await page.goto(new URL("/settings", page.url()).href);
  await page.getByRole("heading", { name: "Appearance" }).waitFor();
  await look("settings");
}

if (hasBrowser()) {
  describe("every screen, wide and narrow, light and dark", () => {
    for (const colorScheme of ["light", "dark"] as const) {
      for (const width of [1280, 390]) {
        test(`${width} px, ${colorScheme}: axe finds nothing, and nothing sticks out`, async () => {
          buildClient();
          await using server = await startServer({ args: [] });
          await using browser = await openBrowser({ width, height: 844, colorScheme });
          const { page } = browser;
          const faults: string[] = [];
          const lookAt = async (name: string): Promise<void> => {
            await look(page, `${name}-${width}-${colorScheme}`, faults);
            // 320 px is also what 200 % of zoom leaves of a small window.
            for (const narrow of width === 390 ? [320, 390] : [width]) {
              await page.setViewportSize({ width: narrow, height: 844 });
              const wide = await page.evaluate(() => document.documentElement.scrollWidth);
              if (wide > narrow) faults.push(`${name}: ${wide} px wide at ${narrow}`);
            }
          };
          await page.goto(server.url);
          await page.getByRole("button", { name: "Sign in" }).waitFor();
          await lookAt("sign-in");
          await signIn(page, server.url, samplePerson(server, "lee.wailing"));
          await lookAtAll(page, lookAt);
          assert.deepEqual(faults, []);
          assert.deepEqual(browser.complaints, []);
        });
      }
    }
  });
}
