import type { CryptoCallbacks } from "matrix-js-sdk/lib/crypto-api/index.js";
import { openShelf, type Sealer, type SecretShelf } from "../store/secret-shelf.ts";

/** The secrets that one device of one account holds, beside those inside the encryption library. */
export interface DeviceKeys {
  /** Encrypts the library's own store on this device. */
  readonly storageKey: Uint8Array<ArrayBuffer>;
  /** Encrypts what is written before there is time to ask the browser; see `Journal`. */
  readonly journalKey: Uint8Array<ArrayBuffer>;
  readonly callbacks: CryptoCallbacks;
  /** Encrypts whatever else is kept of the account on this device. */
  readonly sealer: Sealer;
  /** A few more secrets of this device; deleted with the others. */
  readonly shelf: Pick<SecretShelf, "get" | "put" | "remove">;
  /** The key of the account's secret storage, when this device knows it. */
  recoveryKey(): Uint8Array<ArrayBuffer> | undefined;
  keepRecoveryKey(key: Uint8Array<ArrayBuffer>): Promise<void>;
  forget(): Promise<void>;
}

/** Reads the device's secrets, or makes them. They lie wrapped by a key that the browser keeps and never shows. */
export async function keysOfDevice(name: string): Promise<DeviceKeys> {
  const shelf = await openShelf(name);
  const storageKey = await keyNamed(shelf, "storage");
  const journalKey = await keyNamed(shelf, "journal");
  let recovery = await shelf.get("recovery");
  const keep = async (key: Uint8Array<ArrayBuffer>): Promise<void> => {
    recovery = key;
    await shelf.put("recovery", key);
  };
  return {
    storageKey,
    journalKey,
    sealer: shelf,
    shelf,
    callbacks: {
      getSecretStorageKey: ({ keys }) => {
        const [id] = Object.keys(keys);
        return Promise.resolve(id === undefined || recovery === undefined ? null : [id, recovery]);
      },
      cacheSecretStorageKey: (_id, _info, key) => void keep(key),
    },
    recoveryKey: () => recovery,
    keepRecoveryKey: keep,
    forget: () => shelf.destroy(),
  };
}

async function keyNamed(shelf: SecretShelf, name: string): Promise<Uint8Array<ArrayBuffer>> {
  const kept = await shelf.get(name);
  if (kept !== undefined) return kept;
  const key = crypto.getRandomValues(new Uint8Array(32));
  await shelf.put(name, key);
  return key;
}
