import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import type { Page } from "playwright-core";
import { PASSWORD, register } from "../sdk/people.ts";
import { startServer } from "../server.ts";
import { buildClient, hasBrowser, openBrowser, signIn } from "./browser.ts";
import { overHttp } from "./over-http.ts";
import { person } from "./people.ts";

const ROOMS = 500;
const SWITCHES = 200;
const MESSAGES = 2000;

function say(figure: string): void {
  process.stdout.write(`figure: ${figure}\n`);
}

function quantile(values: readonly number[], at: number): number {
  return values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) * at)] ?? 0;
}

/** The heap after a collection, in MB. */
async function heap(page: Page): Promise<number> {
  const session = await page.context().newCDPSession(page);
  await session.send("HeapProfiler.collectGarbage");
  const { usedSize } = await session.send("Runtime.getHeapUsage");
  await session.detach();
  return usedSize / 1e6;
}

/** Opens rooms by their links, one after the other; how long each took until its composer was there, in the page's own time. */
async function switchRooms(page: Page, count: number): Promise<readonly number[]> {
  return await page.evaluate(async (rooms) => {
    const took: number[] = [];
    for (let turn = 0; turn < rooms; turn += 1) {
      const links = [...document.querySelectorAll<HTMLElement>("a.room-row:not(.room-row--here)")];
      const link = links[turn % Math.min(links.length, 8)];
      const name = link?.querySelector(".room-row__name")?.textContent ?? "";
      const begun = performance.now();
      link?.click();
      while (
        document.querySelector(".room-title")?.textContent !== name ||
        document.querySelector("article") === null
      ) {
        await new Promise((resolve) => requestAnimationFrame(resolve));
      }
      took.push(performance.now() - begun);
    }
    return took;
  }, count);
}

/** Scrolls the timeline for a while; the lengths of the frames. */
async function scrollFrames(page: Page): Promise<readonly number[]> {
  return await page.evaluate(async () => {
    const log = document.querySelector('[role="log"]');
    const frames: number[] = [];
    let last = performance.now();
    for (let frame = 0; frame < 180; frame += 1) {
      log?.scrollBy(0, -60);
      await new Promise((resolve) => requestAnimationFrame(resolve));
      const now = performance.now();
      frames.push(now - last);
      last = now;
    }
    return frames;
  });
}

if (hasBrowser()) {
  describe("speed, with ceilings that a busy machine keeps", () => {
    before(() => buildClient());

    test(`an account in ${ROOMS} rooms starts warm, switches rooms, and its memory stays flat`, async () => {
      await using server = await startServer();
      await register(server.url, "alice");
      const http = await overHttp(server.url, "alice");
      for (let number = 0; number < ROOMS; number += 1) {
        const made = await http("POST", "/createRoom", { name: `room ${number}`, preset: "private_chat" });
        const body = { msgtype: "m.text", body: `hello ${number}` };
        await http("PUT", `/rooms/${Object(made).room_id}/send/m.room.message/t`, body);
      }
      await using browser = await openBrowser();
      const { page } = browser;
      await signIn(page, server.url, { name: "alice", password: PASSWORD });
      await person(page).open(`room ${ROOMS - 1}`);
      await person(page).sees(`hello ${ROOMS - 1}`);
      await page.waitForTimeout(2000);
      const begun = performance.now();
      await page.goto(`${server.url}/chat`);
      await page.getByRole("list", { name: "Rooms" }).getByRole("link").first().waitFor();
      const warm = performance.now() - begun;
      say(`warm start in ${ROOMS} rooms: ${warm.toFixed(0)} ms (wanted 2,000)`);
      await page.getByRole("list", { name: "Rooms" }).getByRole("link").first().click();
      await switchRooms(page, 20);
      const early = await heap(page);
      const took = await switchRooms(page, SWITCHES);
      const late = await heap(page);
      say(
        `switching rooms: p50 ${quantile(took, 0.5).toFixed(0)} ms, p95 ${quantile(took, 0.95).toFixed(0)} ms (wanted 100)`,
      );
      say(`heap: ${early.toFixed(1)} MB after 20 rooms, ${late.toFixed(1)} MB after ${SWITCHES} more`);
      assert.ok(warm < 10_000);
      assert.ok(quantile(took, 0.5) < 500);
      assert.ok(late < early * 1.3 + 5);
    });

    test(`a room of ${MESSAGES} messages opens and scrolls`, async () => {
      await using server = await startServer();
      await register(server.url, "alice");
      const http = await overHttp(server.url, "alice");
      const { room_id: room } = Object(await http("POST", "/createRoom", { name: "long", preset: "private_chat" }));
      for (let from = 0; from < MESSAGES; from += 20) {
        const some = Array.from({ length: 20 }, (_, index) => from + index);
        const send = (number: number): Promise<unknown> =>
          http("PUT", `/rooms/${room}/send/m.room.message/t${number}`, {
            msgtype: "m.text",
            body: `message ${number}`,
          });
        await Promise.all(some.map(send));
      }
      await using browser = await openBrowser();
      const { page } = browser;
      await signIn(page, server.url, { name: "alice", password: PASSWORD });
      const begun = performance.now();
      await person(page).open("long");
      await person(page).log.getByRole("article").last().waitFor();
      say(`a long room opens: ${(performance.now() - begun).toFixed(0)} ms (wanted 500)`);
      const frames = await scrollFrames(page);
      say(
        `scrolling: frames p50 ${quantile(frames, 0.5).toFixed(0)} ms, p95 ${quantile(frames, 0.95).toFixed(0)} ms (wanted 50)`,
      );
      assert.ok(quantile(frames, 0.95) < 300);
    });
  });
}
