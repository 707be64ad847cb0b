import { createClient, PendingEventOrdering, type MatrixClient } from "matrix-js-sdk";
import { initAsync } from "@matrix-org/matrix-sdk-crypto-wasm";
import wasmUrl from "virtual:crypto-wasm";
import type { Session, Shelf } from "../session/session.ts";
import { Tokens } from "../session/tokens.ts";
import { EventStore } from "../store/event-store.ts";
import { Journal } from "../store/journal.ts";
import { Notes } from "../store/notes.ts";
import { openSealedDb, type SealedDb } from "../store/sealed-db.ts";
import { keysOfDevice, type DeviceKeys } from "./device-keys.ts";
import { readHistoryFromStore } from "./history-source.ts";
import { quiet } from "./logger.ts";

/** A Matrix client of the SDK with its Rust encryption, not yet syncing, and how to take its stores away again. */
export interface OpenClient {
  readonly client: MatrixClient;
  readonly keys: DeviceKeys;
  readonly tokens: Tokens;
  /** A page of a room's history, for what nobody looks at: the search index. */
  readonly fetchHistory: MatrixClient["createMessagesRequest"];
  /** Says whether the device is the government's; until then it keeps no history that is not for everybody. */
  readonly setManaged: (isManaged: boolean) => void;
  /** Where the words of messages lie, sealed. */
  openIndex(): Promise<SealedDb>;
  /** What somebody wrote and did not send yet, sealed. */
  readonly notes: Notes;
  /** Begins to sync. */
  start(): Promise<void>;
  /** Deletes everything that this device kept of the account. */
  forget(): Promise<void>;
}

/** Opens the stores of an account on this device. Loading the WebAssembly and reading the stores go side by side. */
export async function openClient(
  server: string,
  session: Session,
  parts: { readonly shelf: Shelf; readonly tokensChanged: (session: Session) => void },
): Promise<OpenClient> {
  const name = `causeway-${session.userId}-${session.deviceId}`;
  await forgetOthers(name);
  const keys = await keysOfDevice(name);
  const notes = await Notes.open(
    await openSealedDb(`${name}-notes`, keys.sealer),
    new Journal(parts.shelf, keys.journalKey),
  );
  const store = new EventStore(await openSealedDb(`${name}-events`, keys.sealer), localStorage);
  const tokens = new Tokens({
    server,
    session,
    changed: (next) => {
      parts.tokensChanged(next);
      client.setAccessToken(next.accessToken);
    },
  });
  const client = createClient({
    fetchFn: tokens.fetch,
    baseUrl: server,
    userId: session.userId,
    deviceId: session.deviceId,
    accessToken: session.accessToken,
    store,
    logger: quiet,
    timelineSupport: true,
    useAuthorizationHeader: true,
    disableVoip: true,
    cryptoCallbacks: keys.callbacks,
  });
  const fetchHistory = readHistoryFromStore(client, store);
  await Promise.all([initAsync(wasmUrl), store.startup()]);
  await client.initRustCrypto({ cryptoDatabasePrefix: name, storageKey: keys.storageKey });
  return {
    client,
    keys,
    tokens,
    notes,
    fetchHistory,
    setManaged: (isManaged) => store.setManaged(isManaged),
    openIndex: () => openSealedDb(`${name}-search`, keys.sealer),
    start: () =>
      client.startClient({
        lazyLoadMembers: true,
        // The SDK's threads ask the server for each at every start and show nothing without it (docs/adr/0083-threads.md).
        threadSupport: false,
        initialSyncLimit: 20,
        pendingEventOrdering: PendingEventOrdering.Detached,
      }),
    forget: async () => {
      await notes.destroy();
      await forget(client, { name, keys });
    },
  };
}

/** What an earlier session left behind, when it ended while the app was closed. */
async function forgetOthers(name: string): Promise<void> {
  const databases = (await indexedDB.databases?.().catch(() => [])) ?? [];
  for (const { name: other = "" } of databases) {
    if (other.startsWith("causeway-") && !other.startsWith(name)) indexedDB.deleteDatabase(other);
  }
}

async function forget(client: MatrixClient, kept: { readonly name: string; readonly keys: DeviceKeys }): Promise<void> {
  client.stopClient();
  await client.clearStores({ cryptoDatabasePrefix: kept.name }).catch(() => undefined);
  await kept.keys.forget();
  // The SDK leaves the number of its filter behind, under the account's name.
  for (const key of Object.keys(localStorage)) if (key.startsWith("mxjssdk_")) localStorage.removeItem(key);
}
