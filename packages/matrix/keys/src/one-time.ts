import {
  canonicalJson,
  failure,
  ok,
  parseDeviceId,
  parseUserId,
  type DeviceId,
  type Result,
  type UserId,
} from "@causeway/base";
import { UnmetExpectation } from "@causeway/platform";
import type { KeysOptions } from "./create-keys.ts";
import type { KeyJson } from "./identities.ts";
import { Locks } from "./locks.ts";
import {
  addOneTimeKey,
  allKeys,
  fallbackKey,
  markFallbackUsed,
  oldestKey,
  putFallbackKey,
  readCounts,
  takeOneTimeKey,
  type KeyQueue,
} from "./store-one-time.ts";

/** Keys as clients upload them: `<algorithm>:<id>` to a key. */
export type UploadedKeys = Readonly<Record<string, string | KeyJson>>;

/** What a device has left. */
export interface KeyCountsView {
  readonly counts: Readonly<Record<string, number>>;
  readonly unusedFallback: readonly string[];
}

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

  /** Adds keys. The same key again is fine; another key under the same id is refused, because the first may have been given out. */
  async upload(
    user: UserId,
    device: DeviceId,
    keys: { readonly oneTime: UploadedKeys; readonly fallback: UploadedKeys },
  ): Promise<Result<object>> {
    const oneTime = parseKeys(keys.oneTime);
    const fallback = parseKeys(keys.fallback);
    if (oneTime === undefined || fallback === undefined)
      return failure("M_INVALID_PARAM", "A key's name is not `<algorithm>:<id>`.");
    if (oneTime.length + fallback.length === 0) return ok({});
    return await this.#locks.holding([`${user}\0${device}`], async () => {
      const present = new Map(
        (await allKeys(this.#options.db, user, device)).map((row) => [`${row.algorithm}:${row.key_id}`, row.key]),
      );
      const fresh = oneTime.filter((key) => !present.has(`${key.algorithm}:${key.keyId}`));
      const clash = oneTime.some((key) => (present.get(`${key.algorithm}:${key.keyId}`) ?? key.text) !== key.text);
      if (clash) return failure("M_INVALID_PARAM", "There is another one-time key of this id already.");
      if (present.size + fresh.length > this.#options.limits.maxOneTimeKeys)
        return failure("M_INVALID_PARAM", "There are too many one-time keys.");
      await this.#keep(user, device, { fresh, fallback });
      return ok({});
    });
  }

  async #keep(
    user: UserId,
    device: DeviceId,
    keys: { readonly fresh: readonly ParsedKey[]; readonly fallback: readonly ParsedKey[] },
  ): Promise<void> {
    const tx = this.#options.db.begin();
    for (const key of keys.fallback)
      putFallbackKey(tx, { user, device, algorithm: key.algorithm }, { key_id: key.keyId, key: key.text });
    for (const key of keys.fresh) {
      addOneTimeKey(
        tx,
        { user, device, algorithm: key.algorithm },
        { key_id: key.keyId, key: key.text, place: tx.position() },
      );
    }
    tx.onCommitted(() => this.#changed(user, device));
    await tx.commit();
  }

  #changed(user: UserId, device: DeviceId): void {
    this.#counts.delete(`${user}\0${device}`);
    this.#options.listener.keyCountsChanged(user, device);
  }

  /** Takes one key of each queue that is asked for, all in one transaction: one-time keys while there are any, then the fallback key. */
  async claim(
    wanted: Readonly<Record<string, Readonly<Record<string, string>>>>,
  ): Promise<Record<string, Record<string, Record<string, unknown>>>> {
    const queues: KeyQueue[] = [];
    for (const [name, devices] of Object.entries(wanted)) {
      const user = parseUserId(name);
      for (const [id, algorithm] of Object.entries(devices)) {
        const device = parseDeviceId(id);
        if (user !== undefined && device !== undefined) queues.push({ user, device, algorithm });
      }
    }
    return await this.#locks.holding(
      queues.map((queue) => `${queue.user}\0${queue.device}`),
      () => this.#take(queues),
    );
  }

  async #take(queues: readonly KeyQueue[]): Promise<Record<string, Record<string, Record<string, unknown>>>> {
    const { db } = this.#options;
    const found: Record<string, Record<string, Record<string, unknown>>> = {};
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

function parseKeys(keys: UploadedKeys): readonly ParsedKey[] | undefined {
  const parsed: ParsedKey[] = [];
  for (const [name, key] of Object.entries(keys)) {
    const colon = name.indexOf(":");
    if (colon < 1 || colon === name.length - 1) return undefined;
    parsed.push({ algorithm: name.slice(0, colon), keyId: name.slice(colon + 1), text: canonicalJson(key) });
  }
  return parsed;
}
