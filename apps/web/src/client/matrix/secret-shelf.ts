/** A few secrets of one device, wrapped with AES-GCM by a key that cannot be taken out of the browser. */
export interface SecretShelf {
  get(name: string): Promise<Uint8Array<ArrayBuffer> | undefined>;
  put(name: string, secret: Uint8Array<ArrayBuffer>): Promise<void>;
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
  return {
    get: async (secret) => {
      const wrapped: unknown = await done(db.transaction(STORE).objectStore(STORE).get(secret));
      return isWrapped(wrapped) ? await unwrap(key, wrapped) : undefined;
    },
    put: async (secret, bytes) => {
      const iv = crypto.getRandomValues(new Uint8Array(12));
      const wrapped: Wrapped = { iv, bytes: await crypto.subtle.encrypt({ name: "AES-GCM", iv }, key, bytes) };
      await done(db.transaction(STORE, "readwrite").objectStore(STORE).put(wrapped, secret));
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

async function unwrap(key: CryptoKey, wrapped: Wrapped): Promise<Uint8Array<ArrayBuffer> | undefined> {
  try {
    return new Uint8Array(await crypto.subtle.decrypt({ name: "AES-GCM", iv: wrapped.iv }, key, wrapped.bytes));
  } catch {
    return undefined;
  }
}

function done<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error("IndexedDB refused"));
  });
}
