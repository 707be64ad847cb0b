import { done } from "./indexed-db.ts";
import type { Sealer } from "./secret-shelf.ts";

/** What one commit changes: values to put, keys to delete. */
export interface SealedChange {
  readonly put: ReadonlyMap<string, unknown>;
  readonly remove: readonly string[];
}

/** Values under keys in IndexedDB, every one encrypted. */
export interface SealedDb {
  /** All values whose key begins so. What cannot be read is left out. */
  all(prefix: string): Promise<ReadonlyMap<string, unknown>>;
  /** The same as JSON, for who does not need all of them at once. */
  texts(prefix: string): Promise<ReadonlyMap<string, string>>;
  /** One value; undefined for none, and for one that cannot be read. */
  get(key: string): Promise<unknown>;
  /** One transaction: everything or nothing. */
  commit(change: SealedChange): Promise<void>;
  close(): void;
  destroy(): Promise<void>;
}

const STORE = "sealed";
const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Opens a database of sealed values. */
export async function openSealedDb(name: string, sealer: Sealer): Promise<SealedDb> {
  const request = indexedDB.open(name, 1);
  request.onupgradeneeded = () => request.result.createObjectStore(STORE);
  const db = await done(request);
  return {
    all: async (prefix) => {
      const texts = await readAll(db, sealer, prefix);
      return new Map([...texts].map(([key, text]) => [key, JSON.parse(text)]));
    },
    texts: (prefix) => readAll(db, sealer, prefix),
    get: async (key) => {
      const bytes = await sealer.open(await done(db.transaction(STORE).objectStore(STORE).get(key)));
      return bytes === undefined ? undefined : JSON.parse(decoder.decode(bytes));
    },
    commit: async ({ put, remove }) => {
      const sealed = await Promise.all(
        [...put].map(async ([key, value]) => [key, await sealer.seal(encoder.encode(JSON.stringify(value)))] as const),
      );
      const transaction = db.transaction(STORE, "readwrite");
      const store = transaction.objectStore(STORE);
      for (const [key, value] of sealed) store.put(value, key);
      for (const key of remove) store.delete(key);
      await committed(transaction);
    },
    close: () => db.close(),
    destroy: async () => {
      db.close();
      await done(indexedDB.deleteDatabase(name)).catch(() => undefined);
    },
  };
}

async function readAll(db: IDBDatabase, sealer: Sealer, prefix: string): Promise<ReadonlyMap<string, string>> {
  const store = db.transaction(STORE).objectStore(STORE);
  const range = IDBKeyRange.bound(prefix, `${prefix}\uffff`);
  const [keys, values] = await Promise.all([done(store.getAllKeys(range)), done<unknown[]>(store.getAll(range))]);
  const opened = await Promise.all(values.map((value) => sealer.open(value)));
  const found = new Map<string, string>();
  for (const [index, bytes] of opened.entries()) {
    if (bytes === undefined) continue;
    const key = keys[index];
    if (typeof key === "string") found.set(key, decoder.decode(bytes));
  }
  return found;
}

function committed(transaction: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error ?? new Error("IndexedDB gave up"));
  });
}
