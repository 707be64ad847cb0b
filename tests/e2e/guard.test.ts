import { instant, parseUserId } from "@causeway/base";
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test } from "node:test";
import { skipLoudly } from "../skip-loudly.ts";
import { grant, guardWorld, type GuardWorld } from "./guard-world.ts";
import { canManageBrowsers, openManagedBrowser, type ManagedBrowser } from "./managed-browser.ts";
import type { Page } from "playwright-core";
import { hasBrowser, picture } from "./browser.ts";

const BLOCKED = "https://web.whatsapp.com/";

async function desktop(world: GuardWorld): Promise<ManagedBrowser> {
  const browser = await openManagedBrowser({
    extensions: [world.extension],
    args: ["--ignore-certificate-errors"],
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

/** Tries each way to give a page a file, and says what the page got. */
async function attempts(page: Page): Promise<object> {
  return await page.evaluate(async () => {
    document.body.innerHTML = "<input id='file' type='file'>";
    const heard = { inPage: 0, dropped: 0, pasted: 0 };
    const files = new DataTransfer();
    files.items.add(new File(["x"], "leak.txt"));
    const input = document.querySelector("input");
    if (input === null) throw new Error("the page has its input");
    input.addEventListener("change", () => (heard.inPage += input.files?.length ?? 0));
    input.files = files.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
    document.body.addEventListener("drop", () => (heard.dropped += 1));
    document.body.dispatchEvent(new DragEvent("drop", { dataTransfer: files, bubbles: true, cancelable: true }));
    document.body.addEventListener("paste", () => (heard.pasted += 1));
    document.body.dispatchEvent(new ClipboardEvent("paste", { clipboardData: files, bubbles: true, cancelable: true }));
    const loose = document.createElement("input");
    loose.type = "file";
    loose.click();
    const show: unknown = Reflect.get(window, "showOpenFilePicker");
    const picker = await (typeof show === "function" ? show.call(window) : undefined)?.then(
      () => "chosen",
      (error: unknown) => (error instanceof Error && error.name === "AbortError" ? "AbortError" : "other"),
    );
    return { ...heard, loose: loose.value === "" ? "nothing" : "a file", picker };
  });
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

  test("on a page that is open without uploads no file is chosen, dropped or pasted; with uploads everything goes", async () => {
    await using world = await guardWorld();
    await using browser = await desktop(world);
    const { page } = browser;
    const ends = instant(Date.now() + 3_600_000);
    await world.obeys(world.publish({ grants: [grant(ends)] }));
    assert.equal(await go(browser, BLOCKED), BLOCKED);
    let choosers = 0;
    page.on("filechooser", () => (choosers += 1));
    assert.deepEqual(await attempts(page), {
      inPage: 0,
      loose: "nothing",
      picker: "AbortError",
      dropped: 0,
      pasted: 0,
    });
    await page.locator("#file").setInputFiles({ name: "leak.txt", mimeType: "text/plain", buffer: Buffer.from("x") });
    assert.equal(await page.locator("#file").inputValue(), "");
    await page.locator("#file").click();
    assert.equal(choosers, 0);
    await picture(page, "guard-no-upload");

    await world.obeys(world.publish({ grants: [grant(ends, { upload: true })] }));
    await page.reload();
    assert.deepEqual(await attempts(page), { inPage: 1, loose: "nothing", picker: "other", dropped: 1, pasted: 1 });
    await Promise.all([page.waitForEvent("filechooser"), page.locator("#file").click()]);

    await world.obeys(world.publish({ grants: [grant(ends)] }));
    const last = (): Promise<unknown> => page.evaluate(() => document.documentElement.lastElementChild?.tagName);
    assert.equal(await last(), "BODY");
    await page.locator("#file").click();
    assert.equal(await last(), "DIV", "also on the page that was shown already, and says so");
  });

  test("no spelling of the address, no frame, no script and no redirect of another site gets to a blocked site", async () => {
    await using world = await guardWorld();
    await using browser = await desktop(world);
    const page = `${world.url}/blocked?url=${BLOCKED}`;
    for (const address of [
      "https://WEB.WhatsApp.com/",
      "https://web.whatsapp.com./",
      "https://web.whatsapp.com:443/",
      "https://user:secret@web.whatsapp.com/",
      "https://intranet.example@web.whatsapp.com/",
      "https://ｗｅｂ。whatsapp.com/",
      "http://web.whatsapp.com/",
      "https://open.example/?to=https://web.whatsapp.com/",
      "https://open.example/?to=https://web.whatsapp.com./",
      "view-source:https://web.whatsapp.com/",
    ]) {
      const went = (await go(browser, address)).replace("view-source:", "").replace("url=http:", "url=https:");
      assert.equal(went, page, address);
    }
    assert.deepEqual(
      world.site.asked.filter((one) => one.startsWith("web.whatsapp")),
      [],
    );

    await go(browser, "https://open.example/");
    const found = await browser.page.evaluate(async () => {
      const tried = (work: () => Promise<unknown>): Promise<string> =>
        work().then(
          () => "reached",
          () => "refused",
        );
      const socket = await new Promise<string>((resolve) => {
        const opened = new WebSocket("wss://web.whatsapp.com/");
        opened.addEventListener("open", () => resolve("reached"));
        opened.addEventListener("error", () => resolve("refused"));
      });
      const image = await new Promise<string>((resolve) => {
        const shown = new Image();
        shown.addEventListener("load", () => resolve("reached"));
        shown.addEventListener("error", () => resolve("refused"));
        shown.src = "https://web.whatsapp.com/a.png";
      });
      const frame = document.createElement("iframe");
      const loaded = new Promise((resolve) => frame.addEventListener("load", resolve));
      frame.src = "https://web.whatsapp.com/";
      document.body.append(frame);
      await loaded;
      navigator.sendBeacon("https://web.whatsapp.com/beacon", "x");
      return {
        fetched: await tried(() => fetch("https://web.whatsapp.com/", { mode: "no-cors" })),
        dotted: await tried(() => fetch("https://web.whatsapp.com./", { mode: "no-cors" })),
        ...{ socket, image },
      };
    });
    assert.deepEqual(found, { fetched: "refused", dotted: "refused", socket: "refused", image: "refused" });
    await browser.page.evaluate(() => {
      const form = document.createElement("form");
      form.method = "post";
      form.action = "https://web.whatsapp.com/post";
      document.body.append(form);
      form.submit();
    });
    await browser.page.waitForURL(`${world.url}/blocked?url=https://web.whatsapp.com/post`);
    for (const open of ["https://notwhatsapp.example/", "https://whatsapp.com.example/"])
      assert.equal(await go(browser, open), open);
    assert.deepEqual(
      world.site.asked.filter((one) => one.startsWith("web.whatsapp")),
      [],
    );
  });

  test("our page leads nowhere that was not taken from its tab, and other pages cannot speak to the guard", async () => {
    await using world = await guardWorld();
    await using browser = await desktop(world);
    for (const address of ["https://open.example/x", "javascript:alert(1)", "https://web.whatsapp.com@open.example/"]) {
      const page = `${world.url}/blocked?url=${address}`;
      assert.equal(await go(browser, page), page);
    }
    world.publish({ grants: [grant(instant(Date.now() + 600_000))] });
    await world.obeys(2);
    const before = browser.page.url();
    assert.match(before, /blocked/);
    assert.equal(
      await go(browser, `${world.url}/blocked?url=https://drive.example/`),
      `${world.url}/blocked?url=https://drive.example/`,
    );
    const id = world.guards.extension.id;
    for (const origin of ["https://open.example/", world.url]) {
      await go(browser, `${origin}${origin.endsWith("/") ? "" : "/blocked"}`);
      const answered = await browser.page.evaluate(async (extension) => {
        const runtime: unknown = Reflect.get(Object(Reflect.get(globalThis, "chrome")), "runtime");
        const send: unknown = Reflect.get(Object(runtime), "sendMessage");
        if (typeof send !== "function") return "cannot speak";
        return await send.call(runtime, extension, { type: "state" });
      }, id);
      if (origin === world.url) assert.deepEqual(answered, { version: 2, isConnected: true });
      else assert.equal(answered, "cannot speak");
    }
    const stolen = await browser.page.goto(`chrome-extension://${id}/config.json`).then(
      () => browser.page.content(),
      () => "refused",
    );
    assert.equal(stolen.includes("keys"), stolen !== "refused", "typed by the person, it holds nothing secret");
  });

  test("who is signed in is known by what the server's own page says, and forgotten when it says so", async () => {
    await using world = await guardWorld();
    await using browser = await desktop(world);
    const user = parseUserId("@chan.taiman:gov.example") ?? assert.fail();
    world.signedIn.add(`${user} s1`);
    world.publish({ grants: [grant(instant(Date.now() + 600_000), { users: [user], machines: [] })] });
    assert.match(await go(browser, BLOCKED), /blocked/);
    const tell = async (message: object): Promise<void> => {
      const teller = await browser.context.newPage();
      await teller.goto(`${world.url}/blocked`);
      await teller.evaluate(
        async ([extension, said]) => {
          const runtime: unknown = Reflect.get(Object(Reflect.get(globalThis, "chrome")), "runtime");
          const send: unknown = Reflect.get(Object(runtime), "sendMessage");
          if (typeof send === "function") await send.call(runtime, extension, said);
        },
        [world.guards.extension.id, message] as const,
      );
      await teller.close();
    };
    await tell({ type: "ticket", ticket: world.guards.ticketFor({ user, session: "s1" }) });
    await browser.page.waitForURL(BLOCKED);
    await tell({ type: "forget" });
    await browser.page.waitForURL(/\/blocked\?url=/);
  });

  test("without the server the last policy holds; a page that a site keeps for itself is taken away when its time ends", async () => {
    await using world = await guardWorld();
    await using browser = await desktop(world);
    const ends = Date.now() + 6000;
    const version = world.publish({ grants: [grant(instant(ends))] });
    await world.obeys(version);
    assert.equal(await go(browser, BLOCKED), BLOCKED);
    await browser.page.evaluate(async () => {
      await navigator.serviceWorker.register("/sw.js");
      await navigator.serviceWorker.ready;
    });
    await browser.page.reload();
    await browser.page.getByRole("heading", { name: "The site, kept" }).waitFor();
    await world.stop();
    // Our page cannot be reached either, so the browser shows an error in its place.
    await browser.page.waitForURL(/\/blocked\?url=|chrome-error/).catch(() => undefined);
    assert.ok(Date.now() >= ends - 200);
    const site = browser.page.getByRole("heading", { name: /The site/ });
    for (const address of [BLOCKED, "https://drive.example/"]) {
      await browser.page.goto(address).catch(() => undefined);
      await site.waitFor({ state: "detached" });
      assert.notEqual(new URL(browser.page.url()).origin, new URL(address).origin);
    }
    assert.equal(world.site.asked.filter((one) => one.startsWith("drive.")).length, 0);
  });

  test("a managed browser installs the signed guard by itself, and what ended while it was shut is closed from its first moment", async (t) => {
    if (!canManageBrowsers()) return skipLoudly(t, "managed policies: the right to make a mount namespace is missing");
    await using world = await guardWorld();
    const profile = mkdtempSync(join(tmpdir(), "causeway-profile-"));
    const facts = world.guards.facts();
    const managed = {
      policy: JSON.stringify({
        ...{
          ExtensionInstallForcelist: [`${facts?.extensionId};${facts?.updateUrl}`],
          ExtensionInstallBlocklist: ["*"],
        },
        "3rdparty": { extensions: { [facts?.extensionId ?? ""]: { server: world.url, policyVersion: 1 } } },
      }),
      ...{
        profile,
        installs: true,
        hosts: `MAP *.whatsapp.com 127.0.0.1:${world.site.port}`,
        args: ["--ignore-certificate-errors"],
      },
    };
    try {
      {
        await using browser = await openManagedBrowser(managed);
        await world.obeys(1);
        assert.match(await go(browser, BLOCKED), /\/blocked\?url=/);
        const version = world.publish({ grants: [grant(instant(Date.now() + 3000))] });
        await world.obeys(version);
        assert.equal(await go(browser, BLOCKED), BLOCKED);
      }
      await new Promise((resolve) => setTimeout(resolve, 3000));
      const asked = world.site.asked.length;
      await using browser = await openManagedBrowser(managed);
      await go(browser, BLOCKED);
      assert.match(browser.page.url(), /\/blocked\?url=/);
      assert.equal(world.site.asked.length, asked);
    } finally {
      rmSync(profile, { recursive: true, force: true });
    }
  });
});
