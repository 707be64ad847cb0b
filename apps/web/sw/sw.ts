/// <reference lib="webworker" />
export {};

declare const self: ServiceWorkerGlobalScope;
/** Put in front of this file by the build. */
declare const BUILD: {
  readonly version: string;
  /** Fetched at once. */
  readonly assets: readonly string[];
  /** Kept when they are first needed: few people see every emoji. */
  readonly fonts: readonly string[];
  readonly page: string;
  readonly nonce: string;
  /** What is said of a push when no page is there to say more, by language. */
  readonly words: Readonly<Record<string, { readonly one: string; readonly many: string; readonly app: string }>>;
};

const ASSETS = `causeway-assets-${BUILD.version}`;
/** The headers of the page as the server last sent it, without its nonce. */
const POLICY = "causeway-policy";
const POLICY_KEY = "/policy";

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(ASSETS).then((cache) => cache.addAll([...BUILD.assets])));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(forgetOldBuilds().then(() => self.clients.claim()));
});

async function forgetOldBuilds(): Promise<void> {
  for (const name of await caches.keys()) {
    if (name.startsWith("causeway-assets-") && name !== ASSETS) await caches.delete(name);
  }
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin !== self.location.origin || request.method !== "GET") return;
  if (request.mode === "navigate") {
    if (isPage(url.pathname)) event.respondWith(page(request));
    return;
  }
  if (BUILD.assets.includes(url.pathname) || BUILD.fonts.includes(url.pathname)) event.respondWith(asset(request));
});

/** Addresses that the server answers itself are never taken for a page of the client. */
function isPage(path: string): boolean {
  return !/^\/(_matrix|_synapse|causeway|\.well-known|healthz|readyz|tlog|dns-query|blocked|metrics)(\/|$)/.test(path);
}

async function asset(request: Request): Promise<Response> {
  const cache = await caches.open(ASSETS);
  const kept = await cache.match(request.url);
  if (kept !== undefined) return kept;
  const response = await fetch(request);
  if (response.ok) await cache.put(request.url, response.clone());
  return response;
}

/** The page always comes from the server; without a network it is made here, with a nonce of its own and the server's policy. */
async function page(request: Request): Promise<Response> {
  try {
    const response = await fetch(request);
    await rememberPolicy(response);
    return response;
  } catch (error) {
    const made = await makePage();
    if (made === undefined) throw error;
    return made;
  }
}

async function rememberPolicy(response: Response): Promise<void> {
  const policy = response.headers.get("content-security-policy");
  if (!response.ok || policy === null) return;
  const cache = await caches.open(POLICY);
  await cache.put(POLICY_KEY, new Response(policy.replaceAll(/'nonce-[^']+'/g, `'nonce-${BUILD.nonce}'`)));
}

async function makePage(): Promise<Response | undefined> {
  const cache = await caches.open(POLICY);
  const policy = await (await cache.match(POLICY_KEY))?.text();
  if (policy === undefined) return undefined;
  const nonce = btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(16))));
  return new Response(BUILD.page.replaceAll(BUILD.nonce, nonce), {
    headers: {
      "content-type": "text/html; charset=utf-8",
      "content-security-policy": policy.replaceAll(BUILD.nonce, nonce),
      "x-content-type-options": "nosniff",
      "referrer-policy": "no-referrer",
    },
  });
}

/** Where the page wrote down the person's language; see `client/notify/worker-link.ts`. */
const TOLD = "causeway-told";
const LANGUAGE = "/language";
/** All news that no page could say more of, in one notification. */
const GENERIC_TAG = "causeway";
/** A page that does not answer within this time is not there. */
const ANSWER_MS = 1500;

/** What a push says: which room has news, and of which message. Never a word. */
interface Push {
  readonly roomId: string;
  readonly eventId: string;
}

/** The rooms behind the generic notification, each with its newest message. */
interface Generic {
  readonly rooms: Readonly<Record<string, string>>;
  readonly count: number;
}

/** One push after another: each sees what the one before it has shown. */
let turn: Promise<void> = Promise.resolve();

self.addEventListener("push", (event) => {
  turn = turn.then(() => tell(readPush(event.data))).catch(() => undefined);
  event.waitUntil(turn);
});

function readPush(data: PushMessageData | null): Push | undefined {
  try {
    const { room_id: roomId, event_id: eventId }: { room_id?: unknown; event_id?: unknown } = Object(data?.json());
    return typeof roomId === "string" && typeof eventId === "string" ? { roomId, eventId } : undefined;
  } catch {
    return undefined;
  }
}

/** The pages of the app that are open; the server has others at this address, which answer nothing. */
async function appPages(): Promise<readonly WindowClient[]> {
  const pages = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  return pages.filter(({ url }) => isPage(new URL(url).pathname));
}

/** Shows nothing to somebody who is looking at the app; else what a page of it can say, and without one that there is something. */
async function tell(push: Push | undefined): Promise<void> {
  const pages = await appPages();
  if (push === undefined || pages.some((page) => page.focused)) return;
  const answers = await Promise.all(pages.map((page) => ask(page, push)));
  if (answers.includes("read")) return;
  const words = answers.find((answer) => typeof answer === "object");
  if (typeof words !== "object") return await tellGenerically(push);
  const { title, body } = words;
  await self.registration.showNotification(title, { ...looks(), body, tag: `room:${push.roomId}`, data: push });
}

function looks(): NotificationOptions {
  return { icon: "/icon-192.png", badge: "/icon-192.png" };
}

/** What a page knows of a push: its words, that it was read, or nothing. */
function ask(
  page: Client,
  push: Push,
): Promise<{ readonly title: string; readonly body: string } | "read" | undefined> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    const timer = setTimeout(() => resolve(undefined), ANSWER_MS);
    port1.addEventListener("message", ({ data }: MessageEvent<unknown>) => {
      clearTimeout(timer);
      const { title, body }: { title?: unknown; body?: unknown } = Object(data);
      if (data === "read") resolve("read");
      else resolve(typeof title === "string" && typeof body === "string" ? { title, body } : undefined);
    });
    port1.start();
    page.postMessage({ kind: "push", ...push }, [port2]);
  });
}

async function tellGenerically({ roomId, eventId }: Push): Promise<void> {
  const [shown] = await self.registration.getNotifications({ tag: GENERIC_TAG });
  const before = genericOf(shown?.data);
  const data: Generic = { rooms: { ...before.rooms, [roomId]: eventId }, count: before.count + 1 };
  const language = await languageTold();
  const words = BUILD.words[language] ?? BUILD.words["en"];
  const body = (data.count === 1 ? words?.one : words?.many.replace("{count}", String(data.count))) ?? "";
  await self.registration.showNotification(words?.app ?? "", {
    ...looks(),
    body,
    tag: GENERIC_TAG,
    lang: language,
    data,
  });
}

function genericOf(data: unknown): Generic {
  const { rooms, count }: { rooms?: unknown; count?: unknown } = Object(data);
  if (typeof count !== "number" || typeof rooms !== "object" || rooms === null) return { rooms: {}, count: 0 };
  const texts = Object.entries(rooms).filter((one): one is [string, string] => typeof one[1] === "string");
  return { rooms: Object.fromEntries(texts), count };
}

async function languageTold(): Promise<string> {
  const cache = await caches.open(TOLD);
  return (await (await cache.match(LANGUAGE))?.text()) ?? "en";
}

self.addEventListener("notificationclick", (event) => {
  const opening = open(event.notification);
  event.waitUntil(opening);
});

/** Leads to the room: in a page that is there, else in a new one. What stands for several rooms leads to the list. */
async function open(notification: Notification): Promise<void> {
  notification.close();
  const push = chosenOf(notification.data);
  const pages = await appPages();
  const page = pages.find(({ visibilityState }) => visibilityState === "visible") ?? pages[0];
  if (page === undefined) {
    await self.clients.openWindow(pathOf(push));
    return;
  }
  if (push !== undefined) page.postMessage({ kind: "open", ...push });
  // Without it the room is open all the same, behind what is in front.
  await page.focus().catch(() => undefined);
}

function chosenOf(data: unknown): Push | undefined {
  const { roomId, eventId }: { roomId?: unknown; eventId?: unknown } = Object(data);
  if (typeof roomId === "string") return { roomId, eventId: typeof eventId === "string" ? eventId : "" };
  const [only, more] = Object.entries(genericOf(data).rooms);
  return only === undefined || more !== undefined ? undefined : { roomId: only[0], eventId: only[1] };
}

function pathOf(push: Push | undefined): string {
  if (push === undefined) return "/chat";
  const at = push.eventId === "" ? "" : `?at=${encodeURIComponent(push.eventId)}`;
  return `/chat/${encodeURIComponent(push.roomId)}${at}`;
}
