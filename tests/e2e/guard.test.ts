import { instant } from "@causeway/base";
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { grant, guardWorld, type GuardWorld } from "./guard-world.ts";
import { openManagedBrowser, type ManagedBrowser } from "./managed-browser.ts";
import { hasBrowser } from "./browser.ts";

const BLOCKED = "https://web.whatsapp.com/";

async function desktop(world: GuardWorld): Promise<ManagedBrowser> {
  const browser = await openManagedBrowser({
    extensions: [world.extension],
    hosts: `MAP *.whatsapp.com 127.0.0.1:${world.site.port},MAP *.example 127.0.0.1:${world.site.port}`,
  });
  await world.obeys(1);
  return browser;
}

/** Goes to an address, wherever that leads. */
async function go(browser: ManagedBrowser, url: string): Promise<string> {
  await browser.page.goto(url).catch(() => undefined); // a redirect in between ends what was begun
  await browser.page.waitForLoadState("load");
  return browser.page.url();
}

describe("the guard in a browser", { skip: !hasBrowser() }, () => {
  test("a blocked HTTPS page becomes ours before any connection is made; it opens by itself when it is granted, and closes when that ends", async () => {
    await using world = await guardWorld();
    await using browser = await desktop(world);
    assert.equal(await go(browser, `${BLOCKED}send?phone=1#x`), `${world.url}/blocked?url=${BLOCKED}`);
    assert.equal(world.site.connections(), 0);

    const asked = performance.now();
    const lifetimeMs = 4000;
    world.publish({ grants: [grant(instant(Date.now() + lifetimeMs))] });
    await browser.page.waitForURL(`${BLOCKED}send?phone=1#x`);
    const opened = performance.now() - asked;
    process.stdout.write(`guard: open ${opened.toFixed(0)} ms after the policy was published\n`);
    assert.ok(opened < 5000);
    await browser.page.getByRole("heading", { name: /The site \/send/ }).waitFor();

    await browser.page.waitForURL(`${world.url}/blocked?url=${BLOCKED}`);
    const closed = performance.now() - asked - lifetimeMs;
    process.stdout.write(`guard: closed ${closed.toFixed(0)} ms after the grant ended\n`);
    assert.ok(closed > -200);
    const connections = world.site.connections();
    assert.equal(await go(browser, BLOCKED), `${world.url}/blocked?url=${BLOCKED}`);
    assert.equal(world.site.connections(), connections);
  });
});
