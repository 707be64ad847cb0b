import { canonicalJson, instant, type Instant } from "@causeway/base";
import { GUARD_PING_MS, GUARD_SOCKET_PATH } from "@causeway/contract";
import { baseFor, grantsFor, type PolicyDocument } from "@causeway/policy";
import assert from "node:assert/strict";
import { generateKeyPairSync, sign } from "node:crypto";
import { describe, test } from "node:test";
import { done, type HeldRules } from "./browser-model.ts";
import { Guard } from "./guard.ts";
import { hearPage } from "./page-messages.ts";
import { hashOf, type GuardConfig } from "./policy.ts";
import type { Browser, Tab } from "./ports.ts";
import type { BrowserRule, PagesWithoutUpload } from "./rules.ts";
import { sampleDocument, sampleGrant } from "./sample.ts";
import * as wire from "./wire.ts";

const SERVER = "https://chat.gov.example";
const { privateKey, publicKey } = generateKeyPairSync("ed25519");
const KEY = "ed25519:p_1";

function unpadded(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64").replace(/=+$/, "");
}

const config: GuardConfig = {
  server: SERVER,
  installation: "gov.example",
  keys: { [KEY]: unpadded(Buffer.from(publicKey.export({ format: "jwk" }).x ?? "", "base64url")) },
  initial: undefined,
};

const subject = { machine: { key: "ma_desk", class: "internal-desktop" } } as const;

/** A policy as the server sends it. */
async function sent(document: PolicyDocument, now: number, key = privateKey) {
  const base = canonicalJson(baseFor(document, subject.machine));
  const { services: _s, rules: _r, grants: _g, machines: _m, ...head } = document;
  const view = { head, subject, now, base: await hashOf(base), grants: grantsFor(document, subject) };
  const signed = canonicalJson(view);
  return { signed, signatures: { [KEY]: unpadded(sign(null, Buffer.from(signed), key)) }, base };
}

/** A browser in memory: its end forgets what does not last. */
class MemoryBrowser implements Browser {
  open: Tab[] = [];
  lasting: readonly BrowserRule[] = [];
  passing: readonly BrowserRule[] = [];
  withoutUpload: readonly PagesWithoutUpload[] = [];
  /** It takes no scripts for pages. */
  isFull = false;
  ended: number[] = [];
  went: string[] = [];
  disk = new Map<string, unknown>();
  memory = new Map<string, unknown>();

  setLasting(rules: readonly BrowserRule[]): Promise<void> {
    this.lasting = rules;
    return Promise.resolve();
  }
  setPassing(rules: readonly BrowserRule[]): Promise<void> {
    this.passing = rules;
    return Promise.resolve();
  }
  setWithoutUpload(pages: readonly PagesWithoutUpload[]): Promise<void> {
    if (this.isFull) return Promise.reject(new Error("no more scripts"));
    this.withoutUpload = pages;
    return Promise.resolve();
  }
  endUpload(tab: number): Promise<void> {
    this.ended.push(tab);
    return Promise.resolve();
  }
  rules(): Promise<HeldRules> {
    return Promise.resolve({ lasting: this.lasting, passing: this.passing });
  }
  tabs(): Promise<readonly Tab[]> {
    return Promise.resolve(this.open);
  }
  go(tab: number, url: string): Promise<void> {
    this.went.push(url);
    this.open = this.open.map((one) => (one.id === tab ? { id: tab, url } : one));
    return Promise.resolve();
  }
  keep(name: string, value: unknown): Promise<void> {
    this.disk.set(name, structuredClone(value));
    return Promise.resolve();
  }
  kept(name: string): Promise<unknown> {
    return Promise.resolve(this.disk.get(name));
  }
  remember(name: string, value: unknown): Promise<void> {
    this.memory.set(name, structuredClone(value));
    return Promise.resolve();
  }
  remembered(name: string): Promise<unknown> {
    return Promise.resolve(this.memory.get(name));
  }

  /** The browser ends and begins again. */
  restart(): void {
    this.memory.clear();
    this.passing = [];
  }

  sees(url: string): string {
    return done(this, url) ?? "opened";
  }
}

/** A machine's clocks, both of which the test moves. */
class Times {
  wallMs = 500_000;
  steadyMs = 10;
  wall = (): number => this.wallMs;
  steady = (): number => this.steadyMs;
  pass(ms: number): void {
    this.wallMs += ms;
    this.steadyMs += ms;
  }
}

async function awake(browser = new MemoryBrowser(), times = new Times(), more: Partial<GuardConfig> = {}) {
  return { browser, times, guard: await Guard.wake(browser, { ...config, ...more }, times) };
}

const granted = (ends: Instant, version = 2): PolicyDocument =>
  sampleDocument({ version, grants: [sampleGrant("g", ["whatsapp"], { ends })] });

const URL_BLOCKED = "https://web.whatsapp.com/a?b=c";
const PAGE = `${SERVER}/blocked?url=https://web.whatsapp.com/`;

describe("the guard", () => {
  test("takes a page away, and gives back the very page when it is granted", async () => {
    const { browser, guard } = await awake();
    assert.equal(await guard.receive(await sent(sampleDocument(), 500_000)), undefined);
    browser.open = [{ id: 1, url: "https://intranet.example/" }];
    await guard.begins({ id: 1, url: URL_BLOCKED });
    browser.open = [{ id: 1, url: PAGE }]; // the browser's own rules led there
    await guard.shows({ id: 1, url: PAGE });
    assert.deepEqual(browser.went, []);
    await guard.receive(await sent(granted(instant(900_000)), 500_001));
    assert.deepEqual(browser.went, [URL_BLOCKED]);
    assert.equal(browser.sees(URL_BLOCKED), "allow");
  });

  test("pages that are open without uploads take no files, also those that are shown already; what opens them comes after", async () => {
    const { browser, guard } = await awake();
    browser.open = [{ id: 7, url: URL_BLOCKED }];
    const open = (upload: boolean, version: number): PolicyDocument => {
      const ends = instant(900_000);
      return sampleDocument({ version, grants: [sampleGrant("g", ["whatsapp"], { ends, upload })] });
    };
    await guard.receive(await sent(open(true, 2), 500_000));
    assert.deepEqual([browser.withoutUpload, browser.ended], [[], []]);
    await guard.receive(await sent(open(false, 3), 500_001));
    assert.deepEqual(
      browser.withoutUpload.flatMap(({ matches }) => matches),
      ["*://*.whatsapp.com/*", "*://wa.me/*"],
    );
    assert.deepEqual(browser.ended, [7]);
    await guard.receive(await sent(open(true, 4), 500_002));
    assert.deepEqual([browser.withoutUpload, browser.ended], [[], [7]]);
  });

  test("where uploads cannot be kept in nothing is opened, what ends is closed all the same, and it is tried again", async () => {
    const { browser, guard } = await awake();
    const isOpen = (): readonly boolean[] =>
      [URL_BLOCKED, "https://weixin.qq.com/"].map((url) => browser.sees(url) === "allow");
    const both = [
      sampleGrant("a", ["whatsapp"], { ends: instant(900_000), upload: true }),
      sampleGrant("b", ["wechat"], { ends: instant(900_000), upload: false }),
    ];
    await guard.receive(await sent(sampleDocument({ version: 2, grants: both.slice(0, 1) }), 500_000));
    assert.deepEqual(isOpen(), [true, false]);
    browser.isFull = true;
    const next = await sent(sampleDocument({ version: 3, grants: both.slice(1) }), 500_001);
    await assert.rejects(guard.receive(next), /no more scripts/);
    assert.deepEqual(isOpen(), [false, false]);
    browser.isFull = false;
    await guard.tick();
    assert.deepEqual(isOpen(), [false, true]);
  });

  test("whoever asked in the tab that was stopped gets the page there, once; other pages of the server stay", async () => {
    const { browser, guard } = await awake();
    await guard.receive(await sent(sampleDocument(), 500_000));
    const asked = `${SERVER}/access/requests/rq_1`;
    for (const id of [1, 2]) await guard.begins({ id, url: URL_BLOCKED });
    browser.open = [
      { id: 1, url: asked },
      { id: 2, url: `${SERVER}/access/ask?url=https://web.whatsapp.com/` },
      { id: 3, url: asked },
    ];
    await guard.receive(await sent(sampleDocument({ version: 2 }), 500_001));
    assert.deepEqual(browser.went, [], "nothing was granted yet");
    await guard.receive(await sent(granted(instant(900_000), 3), 500_002));
    assert.deepEqual(browser.went, [URL_BLOCKED], "what is being written, and tabs that nothing was taken from, stay");
    browser.open = [{ id: 1, url: asked }];
    await guard.shows({ id: 1, url: asked });
    assert.deepEqual(browser.went, [URL_BLOCKED], "whoever goes back to the request may read it");
  });

  test("closes what is open when the grant ends, by its own time, also without a network; a clock that is turned back opens nothing", async () => {
    const { browser, guard, times } = await awake();
    await guard.receive(await sent(granted(instant(560_000)), 500_000));
    browser.open = [{ id: 1, url: URL_BLOCKED }];
    assert.equal(await guard.tick(), 40_000, "hours begin with a minute");
    times.pass(59_999);
    await guard.tick();
    assert.deepEqual(browser.went, []);
    times.pass(1);
    await guard.tick();
    assert.deepEqual(browser.went, [PAGE]);
    assert.match(browser.sees(URL_BLOCKED), /^to /);
    times.wallMs = 1000;
    await guard.tick();
    assert.match(browser.sees(URL_BLOCKED), /^to /);
    const again = await awake(browser, times);
    await again.guard.tick();
    assert.match(browser.sees(URL_BLOCKED), /^to /, "also after the guard slept");
  });

  test("keeps the last policy over the browser's end, and a grant that ended meanwhile was never open after", async () => {
    const { browser, guard, times } = await awake();
    await guard.receive(await sent(granted(instant(560_000)), 500_000));
    assert.equal(browser.sees(URL_BLOCKED), "allow");
    browser.restart();
    assert.match(browser.sees(URL_BLOCKED), /^to /, "before the guard is awake");
    times.pass(1000);
    const second = await awake(browser, times);
    assert.equal(second.guard.version, 2);
    await second.guard.tick();
    assert.equal(browser.sees(URL_BLOCKED), "allow");
    browser.restart();
    times.pass(100_000);
    await (await awake(browser, times)).guard.tick();
    assert.match(browser.sees(URL_BLOCKED), /^to /);
  });

  test("takes no policy that is not signed by a key it knows, is older, of another server, or not whole", async () => {
    const { browser, guard } = await awake();
    const good = await sent(sampleDocument({ version: 5 }), 500_000);
    assert.equal(await guard.receive(good), undefined);
    const { privateKey: other } = generateKeyPairSync("ed25519");
    const open = granted(instant(900_000), 6);
    assert.equal(await guard.receive(await sent(open, 500_001, other)), "signature");
    const fresh = await sent(open, 500_001);
    assert.equal(await guard.receive({ ...fresh, signed: fresh.signed.replace("900000", "990000") }), "signature");
    assert.equal(await guard.receive({ ...fresh, signatures: {} }), "signature");
    assert.equal(
      await guard.receive({ ...fresh, signatures: { "ed25519:p_2": fresh.signatures[KEY] ?? "" } }),
      "signature",
    );
    assert.equal(await guard.receive({ ...fresh, signatures: { toString: "x" } }), "signature");
    assert.equal(await guard.receive({ ...fresh, base: `${fresh.base} ` }), "no-base");
    assert.equal(await guard.receive(await sent(granted(instant(900_000), 4), 500_001)), "older");
    assert.equal(
      await guard.receive(await sent(granted(instant(900_000), 5), 499_999)),
      "older",
      "an earlier one again",
    );
    assert.equal(
      await guard.receive(await sent({ ...open, installation: "evil.example" }, 500_001)),
      "other-installation",
    );
    assert.equal(guard.version, 5);
    assert.match(browser.sees(URL_BLOCKED), /^to /);
    const { base: _, ...lean } = fresh;
    assert.equal(await guard.receive(lean), undefined, "the base that is there will do");
  });

  test("proves by the rules that the browser really has that it blocks; a browser that lost them does not prove it", async () => {
    const { browser, guard } = await awake();
    assert.equal(await guard.prove(), undefined);
    await guard.receive(await sent(sampleDocument(), 500_000));
    assert.deepEqual(await guard.prove(), { target: "whatsapp.com", found: "blocked" });
    await guard.receive(await sent(granted(instant(900_000)), 500_001));
    assert.deepEqual(
      await guard.prove(),
      { target: "weixin.qq.com", found: "blocked" },
      "what is granted proves nothing",
    );
    browser.lasting = [];
    assert.deepEqual(await guard.prove(), { target: "weixin.qq.com", found: "allowed" });
  });

  test("before there was ever a policy, what holds for every desktop is blocked", async () => {
    const { services, rules, grants: _g, machines: _m, ...head } = sampleDocument({ version: 0 });
    const { browser, guard } = await awake(undefined, undefined, { initial: { head, base: { services, rules } } });
    await guard.tick();
    assert.match(browser.sees(URL_BLOCKED), /^to /);
    assert.equal(guard.version, 0);
  });

  test("a page that came from a site's own store or the browser's memory is taken away as well", async () => {
    const { browser, guard } = await awake();
    await guard.receive(await sent(sampleDocument(), 500_000));
    for (const url of [URL_BLOCKED, "https://web.whatsapp.com./x", "https://user@wa.me/", "http://203.0.113.7/"]) {
      browser.open = [{ id: 1, url }];
      await guard.shows({ id: 1, url });
      assert.match(browser.went.at(-1) ?? "", /^https:\/\/chat\.gov\.example\/blocked\?url=/, url);
    }
    const before = browser.went.length;
    for (const url of [
      "chrome://settings/",
      "about:blank",
      "data:text/html,x",
      `${SERVER}/chat`,
      "http://127.0.0.1:9/",
      "https://example.org/",
    ])
      await guard.shows({ id: 1, url });
    assert.equal(browser.went.length, before);
  });
});

describe("a page that tries to get itself opened", () => {
  test("cannot use our page to go anywhere: only what was taken from this tab, or what a grant opens anyway", async () => {
    const { browser, guard } = await awake();
    await guard.receive(await sent(granted(instant(900_000)), 500_000));
    for (const [address, leads] of [
      ["https://evil.example/", undefined],
      ["javascript:alert(1)", undefined],
      ["data:text/html,x", undefined],
      ["https://evil@web.whatsapp.com/", undefined],
      ["https://web.whatsapp.com@evil.example/", undefined],
      ["https://web.whatsapp.com.evil.example/", undefined],
      ["https://wx.qq.com/", undefined],
      ["//web.whatsapp.com/", undefined],
      ["file:///etc/passwd", undefined],
      ["https://WEB.whatsapp.com/x", "https://web.whatsapp.com/x"],
    ] as const) {
      browser.went = [];
      const url = `${SERVER}/blocked?url=${address}`;
      browser.open = [{ id: 7, url }];
      await guard.shows({ id: 7, url });
      assert.deepEqual(browser.went, leads === undefined ? [] : [leads], address);
      await guard.closed(7);
    }
    for (const url of [
      `${SERVER}/blocked?url=https://web.whatsapp.com/&url=https://evil.example/`,
      `${SERVER}/blocked/?url=https://web.whatsapp.com/`,
      `${SERVER}.evil.example/blocked?url=https://web.whatsapp.com/`,
      `https://evil.example/${SERVER}/blocked?url=https://web.whatsapp.com/`,
    ]) {
      browser.went = [];
      await guard.shows({ id: 8, url });
      assert.deepEqual(browser.went, [], url);
    }
  });

  test("a page that cannot be opened is not tried for ever", async () => {
    const { browser, guard } = await awake();
    await guard.receive(await sent(sampleDocument(), 500_000));
    await guard.begins({ id: 1, url: URL_BLOCKED });
    await guard.receive(await sent(granted(instant(900_000)), 500_001));
    for (let round = 0; round < 10; round += 1) await guard.shows({ id: 1, url: PAGE });
    assert.deepEqual(browser.went, [URL_BLOCKED, URL_BLOCKED, URL_BLOCKED]);
  });

  test("only pages of the server, in a tab of their own, are heard", () => {
    const good = { origin: SERVER, frameId: 0 };
    const ticket = { type: "ticket", ticket: "abc.def" };
    assert.deepEqual(hearPage(ticket, good, SERVER), ticket);
    for (const sender of [
      { ...good, origin: "https://evil.example" },
      { ...good, origin: "https://chat.gov.example.evil.example" },
      { ...good, origin: "http://chat.gov.example" },
      { ...good, origin: "https://chat.gov.example:444" },
      { ...good, origin: undefined },
      { ...good, frameId: 3 },
      { ...good, id: "abcdefghijklmnopabcdefghijklmnop" },
      { origin: "null", frameId: 0 },
    ])
      assert.equal(hearPage(ticket, sender, SERVER), undefined);
    for (const message of [
      null,
      5,
      "ticket",
      { type: "open" },
      { type: "ticket" },
      { type: "ticket", ticket: "a b" },
      { type: "ticket", ticket: "x".repeat(1025) },
    ])
      assert.equal(hearPage(message, good, SERVER), undefined);
  });
});

test("the guard and the contract mean the same", () => {
  assert.deepEqual({ ...wire }, { GUARD_PING_MS, GUARD_SOCKET_PATH });
});
