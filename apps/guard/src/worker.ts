import { GUARD_PING_MS, GUARD_SOCKET_PATH } from "./wire.ts";
import { thisBrowser } from "./browser.ts";
import { Connection, readHeard, type GuardSocket, type Identity, type SocketEvents } from "./connection.ts";
import { Guard } from "./guard.ts";
import type { GuardConfig } from "./policy.ts";
import { hearPage } from "./page-messages.ts";

/** What is looked at when nothing else wakes the guard: also without a network, every grant ends within this. */
const ALARM = "look";
const ALARM_MINUTES = 0.5;

/** Everything that is there once the guard is awake. */
interface Awake {
  readonly guard: Guard;
  readonly connection: Connection;
  readonly config: GuardConfig;
}

// NOTE A browser only wakes a worker for events that it listens to from its first moment, so all are named before anything is awaited.
const awake: Promise<Awake> = wake();
chrome.webNavigation.onBeforeNavigate.addListener(({ tabId, frameId, url }) => {
  if (frameId === 0) inGuard(({ guard }) => guard.begins({ id: tabId, url }));
});
chrome.webNavigation.onCommitted.addListener(({ tabId, frameId, url }) => {
  if (frameId === 0) inGuard(({ guard }) => guard.shows({ id: tabId, url }));
});
// Pages of the web client follow each other without being loaded.
chrome.webNavigation.onHistoryStateUpdated.addListener(({ tabId, frameId, url }) => {
  if (frameId === 0) inGuard(({ guard }) => guard.shows({ id: tabId, url }));
});
chrome.tabs.onRemoved.addListener((tabId) => inGuard(({ guard }) => guard.closed(tabId)));
chrome.alarms.onAlarm.addListener(() => inGuard(look));
chrome.runtime.onStartup.addListener(() => inGuard(look));
chrome.runtime.onInstalled.addListener(() => inGuard(look));
chrome.runtime.onMessageExternal.addListener((message: unknown, sender, answer: (value: unknown) => void) => {
  void awake
    .then(async ({ guard, connection, config }) => {
      const heard = hearPage(message, sender, config.server);
      if (heard === undefined) return answer(undefined);
      if (heard.type === "ticket") await chrome.storage.local.set({ ticket: heard.ticket });
      if (heard.type === "forget") await chrome.storage.local.remove("ticket");
      if (heard.type !== "state") connection.again();
      answer({ version: guard.version, isConnected: connection.isOpen });
    })
    .catch(complain);
  return true; // answered later
});

async function wake(): Promise<Awake> {
  const config = await readConfig();
  const source = { wall: () => Date.now(), steady: () => performance.now() };
  const guard = await Guard.wake(thisBrowser, config, source);
  const connection = new Connection({
    open: (events) => openSocket(config.server, events),
    identity,
    base: () => guard.base(),
    receive: async (policy) => {
      const fault = await guard.receive(policy);
      lookAt(guard);
      return fault === undefined ? { version: guard.version, proof: await guard.prove() } : { fault };
    },
    refused: (what) => chrome.storage.local.remove(what),
    later: (work, ms) => {
      const timer = setTimeout(work, ms);
      return () => clearTimeout(timer);
    },
    pingMs: GUARD_PING_MS,
  });
  // NOTE A browser that guesses connects to a page before it asks whether it may load it.
  await chrome.privacy.network.networkPredictionEnabled.set({ value: false });
  await chrome.alarms.create(ALARM, { periodInMinutes: ALARM_MINUTES });
  lookAt(guard);
  connection.start();
  return { guard, connection, config };
}

function openSocket(server: string, events: SocketEvents): GuardSocket {
  const socket = new WebSocket(server.replace(/^http/, "ws") + GUARD_SOCKET_PATH);
  socket.addEventListener("open", () => events.opened());
  socket.addEventListener("message", ({ data }) => events.heard(data));
  socket.addEventListener("close", () => events.lost());
  return socket;
}

/** What the server put into the extension; management may name another address of it. */
async function readConfig(): Promise<GuardConfig> {
  const response = await fetch(chrome.runtime.getURL("config.json"));
  const config: GuardConfig = await response.json();
  const managed = await chrome.storage.managed.get("server").catch(() => ({}));
  const server: unknown = Reflect.get(managed, "server");
  const isAddress = typeof server === "string" && /^https?:\/\/[^/?#@]+$/.test(server);
  return isAddress ? { ...config, server } : config;
}

async function identity(): Promise<Identity> {
  const kept = await chrome.storage.local.get(["ticket", "machineToken"]);
  const managed = await chrome.storage.managed.get("machineToken").catch(() => ({}));
  const text = (value: unknown): string | undefined => (typeof value === "string" && value !== "" ? value : undefined);
  return { ticket: text(kept["ticket"]), machineToken: text(Reflect.get(managed, "machineToken")) };
}

let timer: ReturnType<typeof setTimeout> | undefined;

/** Looks at the time, and sets the next look. */
function lookAt(guard: Guard): void {
  clearTimeout(timer);
  guard
    .tick()
    .then((waitMs) => {
      clearTimeout(timer);
      timer = setTimeout(() => lookAt(guard), waitMs);
    })
    .catch(complain);
}

async function look({ guard, connection, config }: Awake): Promise<void> {
  lookAt(guard);
  connection.start();
  if (!connection.isOpen) await poll(guard, config);
}

/** Where a socket does not get through, the policy is asked for. */
async function poll(guard: Guard, { server }: GuardConfig): Promise<void> {
  const { ticket, machineToken } = await identity();
  const base = await guard.base();
  const response = await fetch(`${server}/causeway/v1/guard/policy`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ type: "hello", protocol: 1, ticket, machineToken, base }),
  }).catch(() => undefined);
  if (response?.ok !== true) return;
  const { messages }: { readonly messages?: unknown } = Object(await response.json());
  for (const one of Array.isArray(messages) ? messages : []) {
    const heard = readHeard(one);
    if (heard?.type === "policy") await guard.receive(heard);
    if (heard?.type === "refused") await chrome.storage.local.remove(heard.what);
  }
  lookAt(guard);
}

function inGuard(work: (awake: Awake) => Promise<void>): void {
  awake.then(work).catch(complain);
}

/** Only what happened, never where: the console of an extension is read by whoever sits there. */
function complain(error: unknown): void {
  console.error("causeway guard:", error instanceof Error ? error.message : "something went wrong");
}
