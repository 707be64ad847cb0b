import { pushService, PushSubscriber, type PushService } from "@causeway/testkit-push";
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { CDPSession, Page } from "playwright-core";
import { PASSWORD, register } from "../sdk/people.ts";
import { startServer, type TestServer } from "../server.ts";
import {
  accessibilityFaults,
  buildClient,
  hasBrowser,
  openBrowser,
  picture,
  signIn,
  type TestBrowser,
} from "./browser.ts";
import { overHttp } from "./over-http.ts";
import { person, type Person } from "./people.ts";

/** Amy and Bob, each at a browser, in an encrypted room; and a push service on loopback that the server may call. */
interface Scene {
  readonly push: PushService;
  readonly server: TestServer;
  readonly browser: TestBrowser;
  readonly bob: Person;
  readonly room: string;
  /** A push as the push service brings it, decrypted. */
  readonly deliver: (data: string) => Promise<void>;
  /** Amy on another device. */
  readonly elsewhere: Awaited<ReturnType<typeof overHttp>>;
}

async function setScene(things: AsyncDisposableStack): Promise<Scene> {
  buildClient();
  const push = things.use(await pushService());
  const env = {
    CAUSEWAY_PUSH_WEB_HOSTS: JSON.stringify([push.host]),
    CAUSEWAY_PUSH_PRIVATE_NETWORKS: '["127.0.0.1"]',
    CAUSEWAY_PUSH_GRACE_MS: "50",
    // A device of the office: RESTRICTED rooms are kept from others.
    CAUSEWAY_DEVICES_MANAGED_NETWORKS: "127.0.0.0/8",
  };
  const server = things.use(await startServer({ env }));
  for (const name of ["amy", "bob"]) await register(server.url, name);
  const browser = things.use(await openBrowser());
  const { page, context } = browser;
  const other = things.use(await openBrowser());
  await Promise.all([
    signIn(page, server.url, { name: "amy", password: PASSWORD }),
    signIn(other.page, server.url, { name: "bob", password: PASSWORD }),
  ]);
  const [amy, bob] = [person(page), person(other.page)];
  await amy.makeRoom("Harbour", "bob");
  const room = decodeURIComponent(new URL(page.url()).pathname.split("/").at(-1) ?? "");
  await bob.join("Harbour");
  // Without this every page believes that it has the keyboard.
  const cdp = await context.newCDPSession(page);
  await cdp.send("Emulation.setFocusEmulationEnabled", { enabled: false });
  return {
    push,
    server,
    browser,
    bob,
    room,
    elsewhere: await overHttp(server.url, "amy"),
    deliver: deliverBy(cdp, browser, server.url),
  };
}

/** Gives a push to the service worker as the browser does when its push service has brought one, and waits until it has acted. */
function deliverBy(cdp: CDPSession, { context }: TestBrowser, origin: string): (data: string) => Promise<void> {
  const registration = new Promise<string>((resolve) => {
    cdp.on("ServiceWorker.workerRegistrationUpdated", ({ registrations }) => {
      const [first] = registrations;
      if (first !== undefined) resolve(first.registrationId);
    });
  });
  const enabled = cdp.send("ServiceWorker.enable");
  return async (data) => {
    await enabled;
    const [worker] = context.serviceWorkers();
    // Hears of the push after the worker's own listener, and then waits for what that has begun.
    const listen = 'self.addEventListener("push", () => done(turn), { once: true })';
    await worker?.evaluate(`void (self.handled = new Promise((done) => ${listen}))`);
    await cdp.send("ServiceWorker.deliverPushMessage", { origin, registrationId: await registration, data });
    await worker?.evaluate("self.handled");
  };
}

/** Chooses the one notification that stands. No system is there to press it: the service worker is told as the browser tells it. */
async function chooseOnDesktop({ browser }: Scene): Promise<void> {
  const [worker] = browser.context.serviceWorkers();
  await worker?.evaluate(async () => {
    const registration: ServiceWorkerRegistration = Reflect.get(globalThis, "registration");
    const [notification] = await registration.getNotifications();
    const event: Event = Reflect.construct(Reflect.get(globalThis, "NotificationEvent"), [
      "notificationclick",
      { notification },
    ]);
    globalThis.dispatchEvent(event);
  });
}

/** What the browser complained of; that a host is refused it writes down as well. */
function unexpected({ complaints }: TestBrowser): readonly string[] {
  return complaints.filter((line) => !line.includes("status of 403"));
}

const PATIENCE_MS = 30_000;

/** The notifications that stand on the desktop. */
function standing(page: Page): Promise<readonly { tag: string; title: string; body: string }[]> {
  return page.evaluate(async () => {
    const worker = await navigator.serviceWorker.ready;
    return (await worker.getNotifications()).map(({ tag, title, body }) => ({ tag, title, body }));
  });
}

/** Looks again until something is so; in the end it says what it saw last. */
async function until<T>(look: () => Promise<T>, isSo: (seen: T) => boolean): Promise<T> {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    const seen = await look();
    if (isSo(seen)) return seen;
    if (Date.now() > deadline) throw new Error(`did not happen; the last that was seen: ${JSON.stringify(seen)}`);
    await new Promise((done) => setTimeout(done, 50));
  }
}

/** Puts another window before the app's. */
async function lookAway({ browser }: Scene): Promise<Page> {
  const other = await browser.context.newPage();
  await other.bringToFront();
  await browser.page.waitForFunction(() => !document.hasFocus());
  return other;
}

async function lookBack({ browser }: Scene, other: Page): Promise<void> {
  await other.close();
  await browser.page.bringToFront();
  await browser.page.waitForFunction(() => document.hasFocus());
}

/** Counts the tones that the page strikes; they are struck all the same. */
async function countTones(page: Page): Promise<void> {
  await page.evaluate(() => {
    Reflect.set(globalThis, "tones", 0);
    globalThis.OscillatorNode = class extends OscillatorNode {
      override start(at?: number): void {
        Reflect.set(globalThis, "tones", Number(Reflect.get(globalThis, "tones")) + 1);
        super.start(at);
      }
    };
  });
}

async function openSettings(page: Page): Promise<void> {
  await page.getByRole("link", { name: "Settings" }).click();
  await page.getByRole("heading", { name: "Notifications" }).waitFor();
}

/** What a browser gives away of a subscription, in the place of Chromium's own, which asks a push service of its maker. */
async function subscribeWith(page: Page, url: string, keys: PushSubscriber): Promise<void> {
  const given = { url, p256dh: keys.p256dh, auth: keys.auth };
  await page.evaluate(({ url: endpoint, p256dh, auth }) => {
    const bytes = (text: string): ArrayBuffer =>
      Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (sign) => sign.charCodeAt(0)).buffer;
    let now: object | null = null;
    Object.assign(PushManager.prototype, {
      getSubscription: () => Promise.resolve(now),
      subscribe: ({ applicationServerKey }: { applicationServerKey: string }) => {
        now = {
          endpoint,
          options: { applicationServerKey: bytes(applicationServerKey) },
          getKey: (name: string) => bytes(name === "auth" ? auth : p256dh),
          unsubscribe: () => {
            now = null;
            return Promise.resolve(true);
          },
        };
        return Promise.resolve(now);
      },
    });
  }, given);
}

if (hasBrowser()) {
  describe("notifications", () => {
    const things = new AsyncDisposableStack();
    let scene: Scene;
    before(async () => {
      scene = await setScene(things);
    });
    after(() => things.disposeAsync());

    test("a message in a room that is not open comes as a toast, which the keyboard leads to, and opens at the message", async () => {
      const { browser, bob } = scene;
      const { page } = browser;
      const amy = person(page);
      await bob.say("in the open room");
      await amy.sees("in the open room");
      const toasts = page.getByRole("region", { name: "New messages (F8)" }).getByRole("listitem");
      assert.equal(await toasts.count(), 0, "nobody is told what they are looking at");
      await openSettings(page);
      await bob.say("the tide is high");
      await toasts.getByText("bob: the tide is high").waitFor();
      await page.waitForFunction(() => document.title === "(1) Causeway");
      assert.match((await page.locator('link[rel="icon"]').getAttribute("href")) ?? "", /unread/);
      assert.deepEqual(await accessibilityFaults(page), []);
      await picture(page, "toast-1280");
      await page.getByRole("radio", { name: "English" }).focus();
      await page.keyboard.press("F8");
      await page.keyboard.press("Escape");
      await toasts.first().waitFor({ state: "detached" });
      assert.equal(
        await page.getByRole("radio", { name: "English" }).evaluate((radio) => radio === document.activeElement),
        true,
      );
      await bob.makeRoom("Pier", "amy");
      await toasts.getByText("bob invites you").waitFor();
      await bob.open("Harbour");
      await bob.say("the tide is low");
      await toasts.getByText("bob: the tide is low").waitFor();
      await page.keyboard.press("F8");
      await page.keyboard.press("Enter");
      await amy.message("the tide is low").waitFor();
      assert.match(page.url(), /\?at=/);
      await toasts.getByText("the tide is low").waitFor({ state: "detached" });
      await amy.page.getByRole("link", { name: /Pier/ }).first().click();
      await page.getByRole("button", { name: "Decline" }).click();
      await toasts.first().waitFor({ state: "detached" });
      await page.waitForFunction(() => document.title === "Causeway");
    });

    test("what is chosen in the settings and in a room's details are push rules, which decide over encrypted messages", async () => {
      const { browser, bob, room, elsewhere } = scene;
      const { page } = browser;
      await openSettings(page);
      const toasts = page.getByRole("region", { name: "New messages (F8)" }).getByRole("listitem");
      await page.getByRole("radiogroup", { name: "Direct messages" }).getByText("Mentions and keywords").click();
      await page.getByRole("textbox", { name: "New keyword" }).fill("颱風");
      await page.keyboard.press("Enter");
      await page.getByRole("list", { name: "Keywords" }).getByText("颱風").waitFor();
      await until(
        () => elsewhere("GET", "/pushrules/"),
        (rules) => JSON.stringify(rules).includes("颱風"),
      );
      await bob.say("nothing much");
      await bob.say("一號颱風訊號");
      await toasts.getByText("bob: 一號颱風訊號").waitFor();
      assert.equal(await toasts.getByText("2 new messages").count(), 0, "only one of them was told");
      await toasts.getByRole("link").click();
      await page.getByRole("button", { name: "Details" }).click();
      await page.getByRole("radiogroup", { name: "Notifications" }).getByText("All messages").click();
      await until(
        () => elsewhere("GET", "/pushrules/"),
        (rules) => Object(Object(rules).global).room.some((rule: { rule_id: string }) => rule.rule_id === room),
      );
      await picture(page, "room-level-1280");
      assert.deepEqual(await accessibilityFaults(page), []);
      await openSettings(page);
      await bob.say("all is told again");
      await toasts.getByText("bob: all is told again").waitFor();
      await page.getByRole("button", { name: "Close notice of Harbour" }).click();
      await toasts.first().waitFor({ state: "detached" });
    });

    test("in quiet hours nothing is told, and the count goes on", async () => {
      const { browser, bob, elsewhere } = scene;
      const { page } = browser;
      const toasts = page.getByRole("region", { name: "New messages (F8)" }).getByRole("listitem");
      await page.getByText("Keep quiet hours").click();
      await page.getByText(/22:00 to 07:00 the next day/).waitFor();
      for (const day of ["Mon", "Tue", "Wed", "Thu", "Fri"]) await page.getByText(day, { exact: true }).click();
      await page.getByText("All day").click();
      await page.getByRole("button", { name: "Add these hours" }).click();
      await page.getByText("Every day, all day").waitFor();
      await until(
        () => elsewhere("GET", "/user/@amy:localhost/account_data/org.causeway.quiet"),
        (kept) => JSON.stringify(kept).includes("24:00"),
      );
      await bob.say("at night");
      await page.waitForFunction(() => document.title === "(2) Causeway");
      await picture(page, "settings-notify-1280");
      assert.equal(await toasts.count(), 0);
      assert.equal(await page.evaluate(() => document.scrollingElement?.scrollTop), 0, "the frame stays where it is");
      await page.getByText("Keep quiet hours").click();
      await countTones(page);
      await page.getByText("Sound", { exact: true }).click();
      await bob.say("in the morning");
      await toasts.getByText("bob: in the morning").waitFor();
      await page.waitForFunction(() => Reflect.get(globalThis, "tones") === 2);
      assert.deepEqual(unexpected(browser), []);
    });

    test("on the desktop there is one notification a room, when it is wanted, without its words, until it is read elsewhere", async () => {
      const { browser, bob, room, elsewhere } = scene;
      const { page, context } = browser;
      assert.equal(await page.evaluate(() => Notification.permission), "default", "nobody is asked at the start");
      await context.grantPermissions(["notifications"]);
      await page.getByText("Desktop notifications").click();
      await page.getByRole("checkbox", { name: "Desktop notifications", checked: true }).waitFor();
      const tag = `room:${room}`;
      let other = await lookAway(scene);
      await bob.say("nobody else may read this");
      await until(
        () => standing(page),
        (shown) => shown.length === 1,
      );
      assert.deepEqual(await standing(page), [{ tag, title: "Harbour", body: "New message from bob" }]);
      await lookBack(scene, other);
      await page.getByText("Show the words").click();
      other = await lookAway(scene);
      await bob.say("the second");
      await until(
        () => standing(page),
        ([shown]) => shown?.body === "bob: the second",
      );
      assert.equal((await standing(page)).length, 1, "the next takes the place of the one before");
      const { chunk } = Object(await elsewhere("GET", `/rooms/${room}/messages?dir=b&limit=1`));
      await elsewhere("POST", `/rooms/${room}/receipt/m.read/${chunk[0].event_id}`);
      await until(
        () => standing(page),
        (shown) => shown.length === 0,
      );
      await lookBack(scene, other);
      assert.deepEqual(unexpected(browser), []);
    });

    test("a push says ids alone, encrypted to the browser; hosts that the operator has not named are refused", async () => {
      const { push, browser, bob, room, elsewhere } = scene;
      const { page } = browser;
      const keys = new PushSubscriber();
      const tick = page.getByRole("checkbox", { name: "While Causeway is closed" });
      await subscribeWith(page, "https://push.elsewhere.test/1", keys);
      await page.getByText("While Causeway is closed").click();
      await page.getByText(/The push service of this browser \(push\.elsewhere\.test\) is not one/).waitFor();
      assert.deepEqual(await elsewhere("GET", "/pushers"), { pushers: [] });
      await subscribeWith(page, `${push.url}/sub/amy`, keys);
      await page.getByText("While Causeway is closed").click();
      await page.getByRole("checkbox", { name: "While Causeway is closed", checked: true }).waitFor();
      await bob.say("secret words");
      await push.until(1);
      const [got] = push.got;
      assert.ok(got !== undefined);
      assert.equal(got.body.includes("secret"), false);
      const { event_id: eventId, ...rest } = Object(keys.read(got));
      assert.deepEqual(rest, { room_id: room, highlight: false });
      assert.match(eventId, /^\$/);

      await page.getByText("Desktop notifications").click();
      await scene.deliver(JSON.stringify({ room_id: "!elsewhere", event_id: "$1" }));
      const other = await lookAway(scene);
      await scene.deliver(JSON.stringify(keys.read(got)));
      const tag = `room:${room}`;
      const shown = await until(
        () => standing(page),
        ({ length }) => length > 0,
      );
      assert.deepEqual(shown, [{ tag, title: "Harbour", body: "bob: secret words" }], "nothing while somebody looked");
      await chooseOnDesktop(scene);
      await person(page).message("secret words").waitFor();
      assert.equal(new URL(page.url()).searchParams.get("at"), eventId);
      await lookBack(scene, other);
      await openSettings(page);
      await page.getByText("While Causeway is closed").click();
      await page.getByRole("checkbox", { name: "While Causeway is closed", checked: false }).waitFor();
      assert.deepEqual(await elsewhere("GET", "/pushers"), { pushers: [] });
      assert.ok(await tick.isEnabled());
      assert.deepEqual(unexpected(browser), []);
    });

    test("of a labelled room nothing is said outside of the app; without a page several are one, in one's language", async () => {
      const { browser, bob, room, elsewhere, server } = scene;
      const { page } = browser;
      const tag = `room:${room}`;
      await page.getByText("Desktop notifications").click();
      await page.getByRole("checkbox", { name: "Desktop notifications", checked: true }).waitFor();
      const other = await lookAway(scene);
      await elsewhere("PUT", `/rooms/${room}/state/org.causeway.label/`, { label: "RESTRICTED" });
      await bob.page.getByText("RESTRICTED", { exact: true }).first().waitFor();
      await bob.say("for few eyes");
      await bob.sees("for few eyes");
      await until(
        () => standing(page),
        (shown) => shown.length === 1,
      );
      assert.deepEqual(await standing(page), [{ tag, title: "Causeway", body: "New message in a RESTRICTED room" }]);
      await lookBack(scene, other);
      await page.getByText("繁體中文").click();
      await page.getByRole("heading", { name: "通知" }).waitFor();
      // A page of the server that is none of the app's.
      await page.goto(`${server.url}/healthz`);
      await scene.deliver(JSON.stringify({ room_id: "!one", event_id: "$1" }));
      await scene.deliver("not what a server says");
      await scene.deliver(JSON.stringify({ room_id: "!two", event_id: "$2" }));
      await until(
        () => standing(page),
        (shown) => shown.some(({ body }) => body === "2 則新訊息"),
      );
      assert.equal((await standing(page)).filter((one) => one.tag !== tag).length, 1);
      await page.goto(`${server.url}/settings`);
      await until(
        () => standing(page),
        (shown) => shown.every(({ body }) => body !== "2 則新訊息"),
      );
      assert.deepEqual(unexpected(browser), []);
    });

    test("the settings fit a phone, in each language and both themes, and axe finds nothing", async () => {
      const { page } = scene.browser;
      await page.setViewportSize({ width: 390, height: 844 });
      const names = [
        ["繁體中文", "dark", "通知"],
        ["简体中文", "light", "通知"],
        ["English", "dark", "Notifications"],
      ] as const;
      for (const [language, theme, title] of names) {
        await page.getByText(language).click();
        await page.emulateMedia({ colorScheme: theme });
        const heading = page.getByRole("heading", { name: title, exact: true });
        await heading.waitFor();
        await heading.evaluate((node) => node.scrollIntoView());
        await picture(page, `settings-notify-390-${language}`);
        await page
          .locator("section h3")
          .last()
          .evaluate((node) => node.scrollIntoView());
        await picture(page, `settings-notify-device-390-${language}`);
        assert.deepEqual(await accessibilityFaults(page), []);
        assert.ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= 390);
      }
      await scene.bob.say("on a phone");
      const toast = page.getByRole("region", { name: "New messages (F8)" }).getByRole("listitem");
      await toast.getByText("bob: on a phone").waitFor();
      await picture(page, "toast-390");
      assert.deepEqual(await accessibilityFaults(page), []);
      await toast.getByRole("link").click();
      await person(page).message("on a phone").waitFor();
      assert.deepEqual(unexpected(scene.browser), []);
    });
  });
}
