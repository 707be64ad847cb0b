import { failure, ok, parseDeviceId, parseUserId, type DeviceId, type Result, type UserId } from "@causeway/base";
import { UnmetExpectation, type Tx } from "@causeway/platform";
import { createHash } from "node:crypto";
import type { KeysOptions } from "./create-keys.ts";
import type { KeyJson } from "./identities.ts";
import { keptJson } from "./kept-json.ts";
import { Locks } from "./locks.ts";
import {
  addOneTimeKey,
  allKeys,
  fallbackKey,
  markFallbackUsed,
  oldestKey,
  putFallbackKey,
  putUploaded,
  readCounts,
  readUploaded,
  takeOneTimeKey,
  type KeyQueue,
  type UploadedName,
} from "./store-one-time.ts";

/** Keys as clients upload them: `<algorithm>:<id>` to a key. */
export type UploadedKeys = Readonly<Record<string, string | KeyJson>>;

/** What a device has left. */
export interface KeyCountsView {
  readonly counts: Readonly<Record<string, number>>;
  readonly unusedFallback: readonly string[];
}

/** What a device uploads. */
export interface KeyUpload {
  readonly oneTime: UploadedKeys;
  readonly fallback: UploadedKeys;
  /** Whatever was there under its name is gone with this upload. */
  readonly isNewDevice?: boolean;
  /** Collects first into the same transaction. */
  readonly also?: ((tx: Tx) => void) | undefined;
}

/** Keys by user, device and name. */
type ClaimedKeys = Record<string, Record<string, Record<string, unknown>>>;

interface ParsedKey {
  readonly algorithm: string;
  readonly keyId: string;
  readonly text: string;
}

/** One-time and fallback keys: each one-time key is given out once, the oldest first. */
export class OneTimeKeys {
  #options: KeysOptions;
  #locks = new Locks();
  #counts = new Map<string, Promise<KeyCountsView>>();

  constructor(options: KeysOptions) {
    this.#options = options;
  }

  /** What a device has left; from memory while nothing changes. */
  counts(user: UserId, device: DeviceId): Promise<KeyCountsView> {
    const name = `${user}\0${device}`;
    const known = this.#counts.get(name);
    if (known !== undefined) return known;
    // A client that sees no count at all for its algorithm would not know that it has run out.
    const reading = readCounts(this.#options.db, user, device).then((read) => ({
      ...read,
      counts: { signed_curve25519: 0, ...read.counts },
    }));
    this.#counts.set(name, reading);
    reading.catch(() => this.#counts.delete(name));
    for (const oldest of this.#counts.keys()) {
      if (this.#counts.size <= this.#options.limits.maxUsersInMemory) break;
      this.#counts.delete(oldest);
    }
    return reading;
  }

  /**
   * Adds keys. The same key again is fine, and is not kept again when it has been given out since; another key under the same
   * id is refused.
   */
  async upload(user: UserId, device: DeviceId, keys: KeyUpload): Promise<Result<object>> {
    const oneTime = parseKeys(keys.oneTime, this.#options.limits.maxKeyBytes);
    if (!oneTime.ok) return oneTime;
    const fallback = parseKeys(keys.fallback, this.#options.limits.maxKeyBytes);
    if (!fallback.ok) return fallback;
    if (oneTime.value.length + fallback.value.length === 0 && keys.also === undefined) return ok({});
    return await this.#locks.holding([`${user}\0${device}`], async () => {
      const { db, limits } = this.#options;
      const present = keys.isNewDevice === true ? [] : await allKeys(db, user, device);
      const before = keys.isNewDevice === true ? [] : await readUploaded(db, user, device);
      // A key's text, or its mark for one that has been given out.
      const known = new Map([
        ...before,
        ...present.map((row) => [nameOf(row.algorithm, row.key_id), row.key] as const),
      ]);
      const fresh = oneTime.value.filter((key) => !known.has(nameOf(key.algorithm, key.keyId)));
      const isClash = (key: ParsedKey): boolean => {
        const text = known.get(nameOf(key.algorithm, key.keyId));
        return text !== undefined && text !== key.text && text !== markOf(key.text);
      };
      if (oneTime.value.some(isClash))
        return failure("M_INVALID_PARAM", "There is another one-time key of this id already.");
      if (present.length + fresh.length > limits.maxOneTimeKeys)
        return failure("M_INVALID_PARAM", "There are too many one-time keys.");
      const names = [...before, ...fresh.map((key) => [nameOf(key.algorithm, key.keyId), markOf(key.text)] as const)];
      const uploaded = fresh.length === 0 ? undefined : names.slice(-limits.maxOneTimeKeys);
      await this.#keep(user, device, { fresh, fallback: fallback.value, uploaded, also: keys.also });
      return ok({});
    });
  }

  async #keep(
    user: UserId,
    device: DeviceId,
    keys: {
      readonly fresh: readonly ParsedKey[];
      readonly fallback: readonly ParsedKey[];
      readonly uploaded: readonly UploadedName[] | undefined;
      readonly also: ((tx: Tx) => void) | undefined;
    },
  ): Promise<void> {
    const tx = this.#options.db.begin();
    keys.also?.(tx);
    for (const key of keys.fallback)
      putFallbackKey(tx, { user, device, algorithm: key.algorithm }, { key_id: key.keyId, key: key.text });
    for (const key of keys.fresh) {
      addOneTimeKey(
        tx,
        { user, device, algorithm: key.algorithm },
        { key_id: key.keyId, key: key.text, place: tx.position() },
      );
    }
    if (keys.uploaded !== undefined) putUploaded(tx, { user, device }, keys.uploaded);
    tx.onCommitted(() => this.#changed(user, device));
    await tx.commit();
  }

  #changed(user: UserId, device: DeviceId): void {
    this.#counts.delete(`${user}\0${device}`);
    this.#options.listener.keyCountsChanged(user, device);
  }

  /** Takes one key of each queue that is asked for, all in one transaction: one-time keys while there are any, then the fallback key. */
  async claim(wanted: Readonly<Record<string, Readonly<Record<string, string>>>>): Promise<Result<ClaimedKeys>> {
    const queues: KeyQueue[] = [];
    for (const [name, devices] of Object.entries(wanted)) {
      const user = parseUserId(name);
      for (const [id, algorithm] of Object.entries(devices)) {
        const device = parseDeviceId(id);
        if (user !== undefined && device !== undefined) queues.push({ user, device, algorithm });
      }
    }
    if (queues.length > this.#options.limits.maxClaims)
      return failure("M_TOO_LARGE", "These are too many keys for one request.");
    return await this.#locks.holding(
      queues.map((queue) => `${queue.user}\0${queue.device}`),
      async () => ok(await this.#take(queues)),
    );
  }

  async #take(queues: readonly KeyQueue[]): Promise<ClaimedKeys> {
    const { db } = this.#options;
    const found: ClaimedKeys = {};
    const rows = await Promise.all(queues.map(async (queue) => await oldestKey(db, queue)));
    const last = await Promise.all(
      queues.map(async (queue, index) => (rows[index] === undefined ? await fallbackKey(db, queue) : undefined)),
    );
    const tx = db.begin();
    queues.forEach((queue, index) => {
      const oneTime = rows[index];
      const row = oneTime ?? last[index];
      if (row === undefined) return;
      if (oneTime === undefined) markFallbackUsed(tx, queue, row.key_id);
      else takeOneTimeKey(tx, queue, row.key_id);
      const devices = (found[queue.user] ??= {});
      devices[queue.device] = { [`${queue.algorithm}:${row.key_id}`]: JSON.parse(row.key) };
      tx.onCommitted(() => this.#changed(queue.user, queue.device));
    });
    try {
      await tx.commit();
    } catch (error) {
      // A device that was signed out meanwhile took its keys with it: what is left is asked for again.
      if (error instanceof UnmetExpectation) return await this.#take(queues);
      throw error;
    }
    return found;
  }

  /** Forgets in memory what devices had, after they were removed. */
  forget(user: UserId, devices: readonly DeviceId[]): void {
    for (const device of devices) this.#counts.delete(`${user}\0${device}`);
  }
}

function nameOf(algorithm: string, keyId: string): string {
  return `${algorithm}:${keyId}`;
}

/** Enough of a hash to tell the same key from another one of its name. */
function markOf(text: string): string {
  return createHash("sha256").update(text).digest("base64").slice(0, 16);
}

function parseKeys(keys: UploadedKeys, maxBytes: number): Result<readonly ParsedKey[]> {
  const parsed: ParsedKey[] = [];
  for (const [name, key] of Object.entries(keys)) {
    const colon = name.indexOf(":");
    if (colon < 1 || colon === name.length - 1)
      return failure("M_INVALID_PARAM", "A key's name is not `<algorithm>:<id>`.");
    const text = keptJson(key, maxBytes);
    if (!text.ok) return text;
    parsed.push({ algorithm: name.slice(0, colon), keyId: name.slice(colon + 1), text: text.value });
  }
  return ok(parsed);
}
