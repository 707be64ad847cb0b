import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import type { Page } from "playwright-core";
import { PASSWORD, register } from "../sdk/people.ts";
import { startServer } from "../server.ts";
import { buildClient, hasBrowser, openBrowser, signIn } from "./browser.ts";
import { overHttp } from "./over-http.ts";
import { person } from "./people.ts";

/** Scrolls back until a message is there; the texts of all that were passed. */
async function scrollBackTo(page: Page, text: string): Promise<readonly string[]> {
  return await page.evaluate(async (wanted) => {
    const log = document.querySelector('[role="log"]');
    const texts = new Set<string>();
    while (![...texts].some((found) => found.includes(wanted))) {
      for (const article of document.querySelectorAll("article")) texts.add(article.textContent ?? "");
      log?.scrollBy(0, -150);
      await new Promise((resolve) => requestAnimationFrame(resolve));
    }
    return [...texts];
  }, text);
}

/** The numbers of messages, in order. */
function numbersIn(texts: readonly string[]): readonly number[] {
  const found = texts.flatMap((text) => /message ([0-9]+)\b/.exec(text)?.[1] ?? []);
  return [...new Set(found.map(Number))].toSorted((left, right) => left - right);
}

/** The names of what this device keeps of histories. */
async function keptPages(page: Page): Promise<number> {
  return await page.evaluate(async () => {
    const [name] = (await indexedDB.databases()).flatMap(({ name: one = "" }) =>
      one.endsWith("-events") ? [one] : [],
    );
    if (name === undefined) return 0;
    const db = await new Promise<IDBDatabase>((resolve) => {
      const request = indexedDB.open(name);
      request.addEventListener("success", () => resolve(request.result));
    });
    const keys = await new Promise<readonly IDBValidKey[]>((resolve) => {
      const request = db.transaction("sealed").objectStore("sealed").getAllKeys();
      request.addEventListener("success", () => resolve(request.result));
    });
    db.close();
    return keys.filter((key) => typeof key === "string" && key.startsWith("history page ")).length;
  });
}

const FIRST = "message 0 of the day";

function numbers(from: number, to: number): readonly number[] {
  return Array.from({ length: to - from }, (_, at) => from + at);
}

if (hasBrowser()) {
  describe("history on the device", () => {
    before(() => buildClient());

    test("history that was read once is read again without a server, as it was changed since, and no two parts as one", async () => {
      await using server = await startServer();
      await register(server.url, "alice");
      const http = await overHttp(server.url, "alice");
      const { room_id: room } = Object(await http("POST", "/createRoom", { name: "pier", preset: "private_chat" }));
      const ids: string[] = [];
      const say = async (from: number, to: number): Promise<void> => {
        for (const number of numbers(from, to)) {
          const body = { msgtype: "m.text", body: `message ${number} of the day` };
          const sent = await http("PUT", `/rooms/${room}/send/m.room.message/m${number}`, body);
          ids.push(String(Object(sent).event_id));
        }
      };
      await say(0, 110);
      await using browser = await openBrowser();
      const { page } = browser;
      await signIn(page, server.url, { name: "alice", password: PASSWORD });
      await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
      await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
      const alice = person(page);
      await alice.open("pier");
      await alice.sees("message 109 of the day");
      assert.deepEqual(numbersIn(await scrollBackTo(page, FIRST)), numbers(0, 110));
      // What is changed later is changed in what was kept.
      await http("PUT", `/rooms/${room}/redact/${ids[20]}/r`, { reason: "a mistake" });
      await http("PUT", `/rooms/${room}/send/m.room.message/e`, {
        ...{
          msgtype: "m.text",
          body: "* message 30 anew",
          "m.new_content": { msgtype: "m.text", body: "message 30 anew" },
        },
        "m.relates_to": { rel_type: "m.replace", event_id: ids[30] },
      });
      await say(110, 111);
      await page.getByRole("list", { name: "Rooms" }).getByText("message 110 of the day").waitFor();

      // Away while more is said than a sync brings: what lies between is fetched, not jumped over.
      await page.goto("about:blank");
      await say(111, 160);
      await page.goto(`${server.url}/chat/${encodeURIComponent(room)}`);
      await alice.sees("message 159 of the day");
      const all = numbers(0, 160).filter((number) => number !== 20);
      assert.deepEqual(numbersIn(await scrollBackTo(page, FIRST)), all);
      // What arrived is written half a second later.
      await page.waitForTimeout(1500);

      await server.stop();
      await page.reload();
      await alice.sees("message 159 of the day");
      const texts = await scrollBackTo(page, FIRST);
      assert.deepEqual(numbersIn(texts), all);
      assert.ok(texts.some((text) => text.includes("message 30 anew")));
      assert.ok(!texts.some((text) => text.includes("message 30 of the day")));
      assert.ok(texts.some((text) => text.includes("Message deleted")));
      assert.ok((await keptPages(page)) >= 3);

      // Who leaves a room takes nothing of it along.
      await server.start();
      await http("POST", `/rooms/${room}/leave`);
      await page.getByText("No rooms yet").waitFor();
      while ((await keptPages(page)) > 0) await page.waitForTimeout(100);
      assert.deepEqual(browser.complaints, []);
    });
  });
}
