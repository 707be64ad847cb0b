import { done } from "./indexed-db.ts";

/** Encrypts with AES-GCM under a key that the browser keeps and never shows. */
export interface Sealer {
  seal(bytes: Uint8Array<ArrayBuffer>): Promise<unknown>;
  /** Undefined for what this key did not seal, or what was changed since. */
  open(sealed: unknown): Promise<Uint8Array<ArrayBuffer> | undefined>;
}

/** A few secrets of one device, sealed. */
export interface SecretShelf extends Sealer {
  get(name: string): Promise<Uint8Array<ArrayBuffer> | undefined>;
  put(name: string, secret: Uint8Array<ArrayBuffer>): Promise<void>;
  remove(name: string): Promise<void>;
  destroy(): Promise<void>;
}

const STORE = "secrets";
const WRAPPING = "wrapping-key";

interface Wrapped {
  readonly iv: Uint8Array<ArrayBuffer>;
  readonly bytes: ArrayBuffer;
}

/** Opens the shelf of a device; the first time a wrapping key is made. */
export async function openShelf(device: string): Promise<SecretShelf> {
  const name = `${device}-secrets`;
  const db = await openDb(name);
  const key = await wrappingKey(db);
  const sealer = sealerOf(key);
  return {
    ...sealer,
    get: async (secret) => await sealer.open(await done(db.transaction(STORE).objectStore(STORE).get(secret))),
    put: async (secret, bytes) => {
      const sealed = await sealer.seal(bytes);
      await done(db.transaction(STORE, "readwrite").objectStore(STORE).put(sealed, secret));
    },
    remove: async (secret) => {
      await done(db.transaction(STORE, "readwrite").objectStore(STORE).delete(secret));
    },
    destroy: async () => {
      db.close();
      await done(indexedDB.deleteDatabase(name)).catch(() => undefined);
    },
  };
}

function openDb(name: string): Promise<IDBDatabase> {
  const request = indexedDB.open(name, 1);
  request.onupgradeneeded = () => request.result.createObjectStore(STORE);
  return done(request);
}

async function wrappingKey(db: IDBDatabase): Promise<CryptoKey> {
  const kept: unknown = await done(db.transaction(STORE).objectStore(STORE).get(WRAPPING));
  if (kept instanceof CryptoKey) return kept;
  const made = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
  // NOTE Two tabs may get here at once; the one that writes first wins, and the other takes its key.
  const store = db.transaction(STORE, "readwrite").objectStore(STORE);
  const first: unknown = await done(store.get(WRAPPING));
  if (first instanceof CryptoKey) return first;
  await done(store.put(made, WRAPPING));
  return made;
}

function isWrapped(value: unknown): value is Wrapped {
  return typeof value === "object" && value !== null && "iv" in value && "bytes" in value;
}

function sealerOf(key: CryptoKey): Sealer {
  return {
    seal: async (bytes) => {
      const iv = crypto.getRandomValues(new Uint8Array(12));
      const wrapped: Wrapped = { iv, bytes: await crypto.subtle.encrypt({ name: "AES-GCM", iv }, key, bytes) };
      return wrapped;
    },
    open: async (sealed) => {
      if (!isWrapped(sealed)) return undefined;
      try {
        return new Uint8Array(await crypto.subtle.decrypt({ name: "AES-GCM", iv: sealed.iv }, key, sealed.bytes));
      } catch {
        return undefined;
      }
    },
  };
}
