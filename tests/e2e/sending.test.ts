import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import type { Page } from "playwright-core";
import { PASSWORD, register } from "../sdk/people.ts";
import { startServer } from "../server.ts";
import { buildClient, hasBrowser, look, openBrowser, picture, signIn } from "./browser.ts";
import { comeIn, person } from "./people.ts";

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
      await look(page, "storage-full");
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

    test("a message is sent later: scheduled, changed, sent, refused and queued, on each device of its sender", async () => {
      await using server = await startServer();
      await using browsers = new AsyncDisposableStack();
      for (const name of ["alice", "bob"]) await register(server.url, name);
      const alice = await comeIn(server.url, browsers, { name: "alice" });
      const bob = await comeIn(server.url, browsers, { name: "bob", width: 390 });
      const { page } = alice;
      await alice.makeRoom("Patrol", "bob");
      await bob.join("Patrol");
      const dialog = page.getByRole("dialog");
      const later = async (text: string): Promise<void> => {
        await alice.box.fill(text);
        await page.getByRole("button", { name: "Send later" }).press("Enter");
        await page.getByRole("menuitem", { name: /^Tomorrow/ }).waitFor();
      };
      const strip = (name: string | RegExp) => page.getByRole("button", { name });

      await later("patrol at nine");
      await look(page, "later-menu");
      await page.getByRole("menuitem", { name: "Choose a time…" }).click();
      await dialog.getByLabel("Day").fill("2020-01-01");
      await dialog.getByRole("button", { name: "Schedule" }).click();
      await dialog.getByText("That time has passed.").waitFor();
      await picture(page, "later-choose");
      await page.keyboard.press("Escape");
      await later("patrol at nine");
      await page.getByRole("menuitem", { name: /^Tomorrow/ }).press("Enter");
      await strip("1 scheduled message").click();
      const row = dialog.getByRole("listitem").filter({ hasText: "patrol at" });
      await row.getByText("patrol at nine").waitFor();
      await look(page, "later-list");

      // What the server keeps is encrypted; a copy of it that is due at once reaches bob, who can read it.
      const types = await page.evaluate(async () => {
        const { accessToken } = JSON.parse(localStorage.getItem("causeway.session") ?? "{}");
        const headers = { authorization: `Bearer ${accessToken}`, "content-type": "application/json" };
        const base = "/_matrix/client/unstable/org.matrix.msc4140";
        const list = async () => (await (await fetch(`${base}/delayed_events`, { headers })).json()).scheduled;
        let kept = await list();
        while (kept.length === 0) kept = await list();
        const [{ room_id: room, type, content }] = kept;
        const place = `${base}/rooms/${encodeURIComponent(room)}/delayed_event/${type}/copy`;
        await fetch(place, { method: "PUT", headers, body: JSON.stringify({ delay_ms: 1, content }) });
        return kept.map((one: { type: string }) => one.type);
      });
      assert.deepEqual(types, ["m.room.encrypted"]);
      await bob.sees("patrol at nine");

      await row.getByRole("button", { name: "Edit" }).click();
      await page.getByText("Editing the message for").waitFor();
      assert.equal(await alice.box.inputValue(), "patrol at nine");
      await alice.say("patrol at ten");
      await strip("1 scheduled message").click();
      await row.getByText("patrol at ten").waitFor();
      await row.getByRole("button", { name: "Cancel" }).click();
      await row.getByText("Cancelled: it will not be sent.").waitFor();
      await row.getByRole("button", { name: "Undo" }).click();
      await row.getByRole("button", { name: "Change the time" }).click();
      await row.getByLabel("Day").fill("2099-01-01");
      await row.getByRole("button", { name: "Change the time" }).last().click();
      const refused = row.filter({ hasText: "The event is to be sent later than is possible here." });
      await refused.waitFor();
      const still = row.filter({ hasNotText: "refused" });
      await still.waitFor();
      await picture(page, "later-refused");
      await refused.getByRole("button", { name: "Discard" }).click();
      await still.filter({ hasNotText: "Cancelled" }).getByRole("button", { name: "Send now" }).click();
      await bob.sees("patrol at ten");
      await page.keyboard.press("Escape");

      await later("HKID A123456(3) is for Ms Chan");
      await page.getByRole("menuitem", { name: /^Tomorrow/ }).click();
      await page.getByRole("button", { name: "Mask and send" }).click();
      await strip("1 scheduled message").waitFor();

      await server.stop("SIGKILL");
      await page.getByText("Offline.").waitFor();
      await later("written offline");
      await page.getByRole("menuitem", { name: /^Tomorrow/ }).click();
      await strip("2 scheduled messages").click();
      await dialog.getByText("Not scheduled yet: waits for the connection.").last().waitFor();
      await dialog.getByText("A123***(*)").waitFor();
      assert.doesNotMatch((await kept(page)).text, /written offline/);
      await server.start();
      await page.waitForFunction(() => !document.body.innerText.includes("Not scheduled yet"));
      await page.reload();
      await strip("2 scheduled messages").waitFor();

      // Another device of hers reads what the server keeps.
      const phone = await comeIn(server.url, browsers, { name: "alice", width: 390 });
      await page
        .getByRole("region", { name: /^New sign-in/ })
        .getByRole("button", { name: "Let it in" })
        .click();
      await phone.open("Patrol");
      for (const [locale, name] of [
        ["en", "2 scheduled messages"],
        ["zh-Hant-HK", "2 則排程訊息"],
        ["zh-Hans", "2 条定时消息"],
      ] as const) {
        await phone.page.evaluate((wanted) => {
          localStorage.setItem("causeway.preferences", JSON.stringify({ locale: wanted }));
        }, locale);
        if (locale !== "en") await phone.page.reload();
        await phone.page.getByRole("button", { name }).click();
        for (const text of ["A123***(*)", "written offline"]) await phone.page.getByText(text).waitFor();
        await look(phone.page, `later-list-390-${locale}`);
      }
      // The browser writes down the one thing that the server refused.
      const complaints = [alice, bob, phone].flatMap((browser) => browser.complaints);
      assert.deepEqual(complaints, ["Failed to load resource: the server responded with a status of 403 (Forbidden)"]);
    });
  });
}
