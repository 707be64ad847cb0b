import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { PASSWORD, register } from "../sdk/people.ts";
import { openBrowser, signIn, type BrowserOptions, type TestBrowser } from "./browser.ts";

/** What a person does with the app, by the names that it shows. */
export function person(page: Page) {
  const log = page.getByRole("log");
  const box = page.getByRole("textbox", { name: /^Message/ });
  const message = (text: string) => log.getByRole("article").filter({ hasText: text }).first();
  return {
    page,
    log,
    box,
    message,
    /** Makes a room and is in it. */
    async makeRoom(name: string, invite: string): Promise<void> {
      await page.getByRole("button", { name: "Start", exact: true }).click();
      await page.getByRole("menuitem", { name: "New room" }).click();
      await page.getByRole("textbox", { name: "Name", exact: true }).fill(name);
      await page.getByRole("textbox", { name: "Invite people" }).fill(invite);
      await page.getByRole("button", { name: "Create room" }).click();
      await box.waitFor();
    },
    async open(name: string): Promise<void> {
      await page
        .getByRole("list", { name: "Rooms" })
        .getByRole("link", { name: new RegExp(name) })
        .click();
    },
    async join(name: string): Promise<void> {
      await page
        .getByRole("list", { name: "Rooms" })
        .getByRole("link", { name: new RegExp(name) })
        .click();
      await page.getByRole("button", { name: "Join" }).click();
      await box.waitFor();
    },
    async say(text: string): Promise<void> {
      await box.fill(text);
      await box.press("Enter");
    },
    async sees(text: string): Promise<void> {
      await log.getByText(text, { exact: true }).last().waitFor();
    },
    /** Points at a message and presses one of its actions. */
    async act(text: string, action: string): Promise<void> {
      await message(text).hover();
      await message(text).getByRole("button", { name: action }).click();
    },
  };
}

/** Somebody at a page. */
export type Person = ReturnType<typeof person>;

/** Somebody who is registered comes in, at a browser of their own that closes with the stack. */
export async function comeIn(
  url: string,
  browsers: AsyncDisposableStack,
  { name, ...options }: BrowserOptions & { readonly name: string },
): Promise<Person & TestBrowser> {
  const browser = browsers.use(await openBrowser(options));
  await signIn(browser.page, url, { name, password: PASSWORD });
  return { ...browser, ...person(browser.page) };
}

/** Alice at a desk and Bob with a phone, both new, in an encrypted room that she has made. In the end neither console has complained. */
export async function deskAndPhone(
  url: string,
  browsers: AsyncDisposableStack,
  room: string,
): Promise<readonly [alice: Person & TestBrowser, bob: Person & TestBrowser]> {
  for (const name of ["alice", "bob"]) await register(url, name);
  const alice = await comeIn(url, browsers, { name: "alice" });
  const bob = await comeIn(url, browsers, { name: "bob", width: 390, height: 844, colorScheme: "dark" });
  browsers.defer(() => assert.deepEqual([...alice.complaints, ...bob.complaints], []));
  await alice.makeRoom(room, "bob");
  await bob.join(room);
  return [alice, bob];
}
