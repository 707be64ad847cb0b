import { pushService, type PushService, type PushSubscriber } from "@causeway/testkit-push";
import type { CDPSession, Locator, Page } from "playwright-core";
import { register } from "../sdk/people.ts";
import { startServer, type TestServer } from "../server.ts";
import { buildClient, type TestBrowser } from "./browser.ts";
import { overHttp } from "./over-http.ts";
import { comeIn, type Person } from "./people.ts";

/** Amy and Bob, each at a browser, in an encrypted room; and a push service on loopback that the server may call. */
export interface Scene {
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

/** Lets both in; Amy has made the room, and Bob has joined. */
export async function setScene(things: AsyncDisposableStack): Promise<Scene> {
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
  const [amy, bob] = await Promise.all([
    comeIn(server.url, things, { name: "amy" }),
    comeIn(server.url, things, { name: "bob" }),
  ]);
  const { page, context } = amy;
  await amy.makeRoom("Harbour", "bob");
  const room = decodeURIComponent(new URL(page.url()).pathname.split("/").at(-1) ?? "");
  await bob.join("Harbour");
  // Without this every page believes that it has the keyboard.
  const cdp = await context.newCDPSession(page);
  await cdp.send("Emulation.setFocusEmulationEnabled", { enabled: false });
  return {
    ...{ push, server, browser: amy, bob, room },
    elsewhere: await overHttp(server.url, "amy"),
    deliver: deliverBy(cdp, amy, server.url),
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
export async function chooseOnDesktop({ browser }: Scene): Promise<void> {
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
export function unexpected({ complaints }: TestBrowser): readonly string[] {
  return complaints.filter((line) => !line.includes("status of 403"));
}

const PATIENCE_MS = 30_000;

/** The notifications that stand on the desktop. */
export function standing(page: Page): Promise<readonly { tag: string; title: string; body: string }[]> {
  return page.evaluate(async () => {
    const worker = await navigator.serviceWorker.ready;
    return (await worker.getNotifications()).map(({ tag, title, body }) => ({ tag, title, body }));
  });
}

/** Looks again until something is so; in the end it says what it saw last. */
export async function until<T>(look: () => Promise<T>, isSo: (seen: T) => boolean): Promise<T> {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    const seen = await look();
    if (isSo(seen)) return seen;
    if (Date.now() > deadline) throw new Error(`did not happen; the last that was seen: ${JSON.stringify(seen)}`);
    await new Promise((done) => setTimeout(done, 50));
  }
}

/** Puts another window before the app's. */
export async function lookAway({ browser }: Scene): Promise<Page> {
  const other = await browser.context.newPage();
  await other.bringToFront();
  await browser.page.waitForFunction(() => !document.hasFocus());
  return other;
}

/** Takes that window away again. */
export async function lookBack({ browser }: Scene, other: Page): Promise<void> {
  await other.close();
  await browser.page.bringToFront();
  await browser.page.waitForFunction(() => document.hasFocus());
}

/** Counts the tones that the page strikes; they are struck all the same. */
export async function countTones(page: Page): Promise<void> {
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

/** The toasts that are shown. */
export function toastsOn(page: Page): Locator {
  return page.getByRole("region", { name: "New messages (F8)" }).getByRole("listitem");
}

/** Goes to the settings of notifications. */
export async function openSettings(page: Page): Promise<void> {
  await page.getByRole("link", { name: "Settings" }).click();
  await page.getByRole("heading", { name: "Notifications" }).waitFor();
}

/** What a browser gives away of a subscription, in the place of Chromium's own, which asks a push service of its maker. */
export async function subscribeWith(page: Page, url: string, keys: PushSubscriber): Promise<void> {
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
