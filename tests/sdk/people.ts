import { ClientEvent, createClient, type MatrixClient, type MatrixEvent } from "matrix-js-sdk";
import type { Logger } from "matrix-js-sdk/lib/logger.js";

export const PASSWORD = "a long enough password";

/** Somebody signed in with matrix-js-sdk and its Rust crypto. */
export interface SdkPerson extends AsyncDisposable {
  readonly client: MatrixClient;
  readonly userId: string;
  /** Waits until an event of a room, decrypted, passes a test. */
  event(roomId: string, test: (event: MatrixEvent) => boolean): Promise<MatrixEvent>;
  /** Waits until something is so; looks again at every sync. */
  until(what: string, test: () => boolean | Promise<boolean>): Promise<void>;
  /** Holds the key of secret storage. */
  readonly secrets: { key: Uint8Array<ArrayBuffer> | undefined };
}

/** The SDK says much; only the tests speak here. */
const silent: Logger = {
  trace: () => undefined,
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  getChild: () => silent,
};

/** Makes an account by open registration. */
export async function register(url: string, name: string): Promise<void> {
  const client = createClient({ baseUrl: url, logger: silent });
  await client.registerRequest({
    username: name,
    password: PASSWORD,
    auth: { type: "m.login.dummy" },
    inhibit_login: true,
  });
}

/** Signs in on a new device and starts to sync. */
export async function signIn(url: string, name: string): Promise<SdkPerson> {
  const login = await createClient({ baseUrl: url, logger: silent }).loginRequest({
    type: "m.login.password",
    identifier: { type: "m.id.user", user: name },
    password: PASSWORD,
  });
  const secrets: { key: Uint8Array<ArrayBuffer> | undefined } = { key: undefined };
  const client = createClient({
    baseUrl: url,
    logger: silent,
    userId: login.user_id,
    deviceId: login.device_id,
    accessToken: login.access_token,
    timelineSupport: true,
    cryptoCallbacks: {
      getSecretStorageKey: ({ keys }) => {
        const [id] = Object.keys(keys);
        return Promise.resolve(id === undefined || secrets.key === undefined ? null : [id, secrets.key]);
      },
      cacheSecretStorageKey: (_id, _info, key) => {
        secrets.key = key;
      },
    },
  });
  await client.initRustCrypto({ useIndexedDB: false });
  await client.startClient({ initialSyncLimit: 20, threadSupport: true, lazyLoadMembers: true });
  const person: SdkPerson = {
    client,
    userId: login.user_id,
    secrets,
    event: (roomId, test) => waitForEvent(client, roomId, test),
    until: (what, test) => waitUntil(client, what, test),
    [Symbol.asyncDispose]: () => {
      client.stopClient();
      return Promise.resolve();
    },
  };
  await person.until("the first sync", () => client.isInitialSyncComplete());
  return person;
}

/** The longest that anything may take before a test says that it did not happen. */
const PATIENCE_MS = 60_000;

async function waitUntil(client: MatrixClient, what: string, test: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  while (!(await test())) {
    if (Date.now() > deadline) throw new Error(`did not happen: ${what}`);
    await new Promise<void>((resolve) => {
      const timer = setTimeout(done, 250);
      function done(): void {
        clearTimeout(timer);
        client.off(ClientEvent.Sync, done);
        resolve();
      }
      client.on(ClientEvent.Sync, done);
    });
  }
}

async function waitForEvent(
  client: MatrixClient,
  roomId: string,
  test: (event: MatrixEvent) => boolean,
): Promise<MatrixEvent> {
  let found: MatrixEvent | undefined;
  await waitUntil(client, "an event", () => {
    const room = client.getRoom(roomId);
    const threads = room?.getThreads().flatMap((thread) => thread.events) ?? [];
    found = [...(room?.getLiveTimeline().getEvents() ?? []), ...threads].find(test);
    return found !== undefined;
  });
  if (found === undefined) throw new Error("an event was found and lost");
  return found;
}
