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
