import type { MatrixClient } from "matrix-js-sdk";
import { CrossSigningKey } from "matrix-js-sdk/lib/crypto-api/index.js";
import { ConnectionError, HTTPError } from "matrix-js-sdk/lib/http-api/errors.js";
import type { DeviceKeys } from "../matrix/device-keys.ts";
import type { MasterKey } from "./custodian-key.ts";
import type { Masters } from "./custodians.ts";
import { newer, readKnown, type Known } from "./known.ts";

const OWN_KEY = "org.causeway.custody.key";
const KNOWN = "org.causeway.custody.known";
const KNOWN_HERE = "custody-known";
const ASKED_HERE = "custody-asked";

/** The secrets of custody: in the account's secret storage, which every device of the person reads, and on this device. */
export class CustodySecrets {
  #client: MatrixClient;
  #keys: DeviceKeys;

  constructor(client: MatrixClient, keys: DeviceKeys) {
    this.#client = client;
    this.#keys = keys;
  }

  /** The key of the account's secret storage: what is split. */
  recoveryKey(): Uint8Array<ArrayBuffer> | undefined {
    return this.#keys.recoveryKey();
  }

  /** The secret half of one's own key as a custodian. */
  ownKey(): Promise<string | undefined> {
    return this.#read(OWN_KEY);
  }

  async keepOwnKey(secretKey: string): Promise<void> {
    await this.#client.secretStorage.store(OWN_KEY, secretKey);
  }

  /** What this person's devices know of custodians: the newer of what is stored and what is here. */
  async known(): Promise<Known> {
    const here = readKnown(textOf(await this.#keys.shelf.get(KNOWN_HERE)));
    return newer(here, readKnown(await this.#read(KNOWN)));
  }

  async keepKnown(known: Known): Promise<void> {
    const text = JSON.stringify(known);
    await this.#keys.shelf.put(KNOWN_HERE, bytesOf(text));
    await this.#client.secretStorage.store(KNOWN, text);
  }

  /** The secret half of the key with which this device asks for its recovery. */
  async askedWith(): Promise<string | undefined> {
    return textOf(await this.#keys.shelf.get(ASKED_HERE));
  }

  async keepAskedWith(secretKey: string): Promise<void> {
    await this.#keys.shelf.put(ASKED_HERE, bytesOf(secretKey));
  }

  async forgetAskedWith(): Promise<void> {
    await this.#keys.shelf.remove(ASKED_HERE);
  }

  /** One's own master key, to sign with. */
  async ownMaster(): Promise<MasterKey | undefined> {
    const publicKey = await this.#client.getCrypto()?.getCrossSigningKeyId(CrossSigningKey.Master);
    const secretKey = await this.#read("m.cross_signing.master");
    return typeof publicKey !== "string" || secretKey === undefined ? undefined : { publicKey, secretKey };
  }

  /** The master keys of people, as the server shows them now. */
  async mastersOf(users: readonly string[]): Promise<Masters> {
    if (users.length === 0) return {};
    const { master_keys: all = {} } = await this.#client.downloadKeysForUsers([...users]);
    return Object.fromEntries(
      users.flatMap((user) => {
        const [name, key] = Object.entries(all[user]?.keys ?? {})[0] ?? [];
        return name?.startsWith("ed25519:") === true && typeof key === "string" ? [[user, key]] : [];
      }),
    );
  }

  /**
   * A secret; undefined when there is none, or one of a storage that was given up. It throws when the server cannot be asked: another
   * one would be made in the place of that which is there.
   */
  async #read(name: string): Promise<string | undefined> {
    const { secretStorage } = this.#client;
    const [stored, key] = [await secretStorage.getKey(), this.recoveryKey()];
    if (stored === null || key === undefined || !(await secretStorage.checkKey(key, stored[1])))
      throw new Error("the account's secret storage is not open");
    return await secretStorage.get(name).catch((error: unknown) => {
      if (error instanceof HTTPError || error instanceof ConnectionError) throw error;
      return undefined;
    });
  }
}

function textOf(bytes: Uint8Array | undefined): string | undefined {
  return bytes === undefined ? undefined : new TextDecoder().decode(bytes);
}

function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}
