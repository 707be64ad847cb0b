import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import type { Page } from "playwright-core";
import { PASSWORD, register } from "../sdk/people.ts";
import { startServer } from "../server.ts";
import { accessibilityFaults, buildClient, hasBrowser, openBrowser, picture, signIn } from "./browser.ts";
import { person } from "./people.ts";

/** Everything that the browser keeps of the page's origin and could be read there, as text; with the names in the database of notes. */
async function kept(page: Page): Promise<{ readonly text: string; readonly notes: readonly string[] }> {
  return await page.evaluate(async () => {
    const done = <T>(request: IDBRequest<T>): Promise<T> =>
      new Promise((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(new Error("refused"));
      });
    const parts: unknown[] = [Object.entries(localStorage)];
    const notes: string[] = [];
    for (const { name = "" } of await indexedDB.databases()) {
      if (!name.endsWith("-notes") && !name.endsWith("-events")) continue;
      const db = await done(indexedDB.open(name));
      const store = db.transaction("sealed").objectStore("sealed");
      const [keys, values] = await Promise.all([done(store.getAllKeys()), done(store.getAll())]);
      if (name.endsWith("-notes")) notes.push(...keys.map(String));
      for (const { bytes } of values) parts.push(new TextDecoder().decode(bytes));
      db.close();
    }
    return { text: JSON.stringify(parts), notes };
  });
}

if (hasBrowser()) {
  describe("what is not sent yet", () => {
    before(() => buildClient());

    test("a draft outlives a closed tab, lies nowhere in clear, and a full device says so", async () => {
      await using server = await startServer();
      await using browser = await openBrowser();
      await register(server.url, "alice");
      await signIn(browser.page, server.url, { name: "alice", password: PASSWORD });
      let alice = person(browser.page);
      await alice.makeRoom("Patrol", "");
      const room = browser.page.url();
      await alice.box.pressSequentially("wild boar 野豬 at the ga");
      await alice.box.press("t");
      await browser.page.close();

      const page = await browser.context.newPage();
      page.on("pageerror", (error) => assert.fail(error));
      await page.goto(room);
      alice = person(page);
      await alice.box.waitFor();
      assert.equal(await alice.box.inputValue(), "wild boar 野豬 at the gat");
      await alice.box.press("End");
      await alice.box.press("e");
      const inStore = await kept(page);
      assert.doesNotMatch(inStore.text, /boar|野豬/);

      // An earlier version's draft of another room is taken over; its own of this room is older than what there is.
      const roomId = decodeURIComponent(room.split("/").at(-1) ?? "");
      await page.evaluate((id) => {
        const { userId } = JSON.parse(localStorage.getItem("causeway.session") ?? "{}");
        localStorage.setItem(`causeway.draft ${userId} ${id}`, JSON.stringify({ text: "from before" }));
        localStorage.setItem(`causeway.draft ${userId} !other:b`, JSON.stringify({ text: "from before" }));
      }, roomId);
      await page.reload();
      await alice.box.waitFor();
      assert.equal(await alice.box.inputValue(), "wild boar 野豬 at the gate");
      const after = await kept(page);
      assert.doesNotMatch(after.text, /from before|causeway\.draft/);
      assert.ok(after.notes.some((name) => name.includes("!other:b")));

      // NOTE Chromium remembers for half a minute how much space there was, so the browser's answer is given in its place.
      await page.evaluate(() => {
        const places = [
          [IDBObjectStore.prototype, "put"],
          [Storage.prototype, "setItem"],
        ] as const;
        const real = places.map(([on, name]) => Object.getOwnPropertyDescriptor(on, name) ?? {});
        const refuse = (): never => {
          throw new DOMException("no space", "QuotaExceededError");
        };
        for (const [on, name] of places) Object.defineProperty(on, name, { value: refuse, configurable: true });
        addEventListener("space", () => {
          for (const [index, [on, name]] of places.entries()) Object.defineProperty(on, name, real[index] ?? {});
        });
      });
      await alice.box.press("End");
      await alice.box.pressSequentially(" and more");
      await page.getByText("This device has no space left.").waitFor();
      assert.deepEqual(await accessibilityFaults(page), []);
      await picture(page, "storage-full");
      await page.evaluate(() => dispatchEvent(new Event("space")));
      await alice.box.pressSequentially("!");
      await page.getByText("This device has no space left.").waitFor({ state: "detached" });
      await page.reload();
      await alice.box.waitFor();
      assert.equal(await alice.box.inputValue(), "wild boar 野豬 at the gate and more!");

      // The device is a personal one: when the room becomes RESTRICTED, nothing of it stays here.
      await page.evaluate(async (id) => {
        const { accessToken } = JSON.parse(localStorage.getItem("causeway.session") ?? "{}");
        const place = `/_matrix/client/v3/rooms/${encodeURIComponent(id)}/state/org.causeway.label/`;
        const headers = { authorization: `Bearer ${accessToken}`, "content-type": "application/json" };
        await fetch(place, { method: "PUT", headers, body: JSON.stringify({ label: "RESTRICTED" }) });
      }, roomId);
      for (let notes = [roomId]; notes.length > 0;)
        notes = (await kept(page)).notes.filter((name) => name.includes(roomId));
      assert.deepEqual(browser.complaints, []);
    });
  });
}
