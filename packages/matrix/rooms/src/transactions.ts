import { instant, type DeviceId, type EventId, type Instant, type UserId } from "@causeway/base";
import type { Database } from "@causeway/platform";
import { expireTransactions, findTransaction, recentTransactions, type TransactionKey } from "./store-transactions.ts";

interface DeviceTransactions {
  readonly made: Map<string, Promise<EventId>>;
  /** Fingerprints of what was left out of memory: only what looks like one of them is looked up. Undefined: anything may be. */
  left: Set<number> | undefined;
}

/** So many fingerprints are kept for a device that sends without end; afterwards everything is looked up. */
const MAX_FINGERPRINTS = 100_000;

/** FNV-1a in 30 bits, which the engine keeps without an object of its own. */
function fingerprint(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash & 0x3fffffff;
}

function mayBeOnDisk(device: DeviceTransactions, txn: string): boolean {
  return device.left === undefined || (device.left.size > 0 && device.left.has(fingerprint(txn)));
}

/** How many transaction ids are remembered. */
export interface TransactionLimits {
  readonly perDevice: number;
  readonly devices: number;
}

/** Transaction ids, so that a request sent again makes nothing again; they hold across restarts because the event's own transaction keeps them. */
export class Transactions {
  #db: Database;
  #limits: TransactionLimits;
  #devices = new Map<string, Promise<DeviceTransactions>>();

  constructor(db: Database, limits: TransactionLimits) {
    this.#db = db;
    this.#limits = limits;
  }

  /**
   * Runs `make` once for a key: a second call, at the same time or after a restart, gets the first one's event.
   * When `make` fails the key is free again.
   */
  async once(key: TransactionKey, make: () => Promise<EventId>): Promise<EventId> {
    const device = await this.#device(key.user, key.device);
    const known = device.made.get(key.txn);
    if (known !== undefined) return await known;
    const making = mayBeOnDisk(device, key.txn) ? this.#lookUpOr(key, make) : make();
    device.made.set(key.txn, making);
    this.#trim(device);
    try {
      return await making;
    } catch (error) {
      if (device.made.get(key.txn) === making) device.made.delete(key.txn);
      throw error;
    }
  }

  async #lookUpOr(key: TransactionKey, make: () => Promise<EventId>): Promise<EventId> {
    return (await findTransaction(this.#db, key)) ?? (await make());
  }

  #device(user: UserId, device: DeviceId): Promise<DeviceTransactions> {
    const name = `${user}\0${device}`;
    const known = this.#devices.get(name);
    if (known !== undefined) return known;
    const loading = this.#load(name, user, device);
    this.#devices.set(name, loading);
    for (const oldest of this.#devices.keys()) {
      if (this.#devices.size <= this.#limits.devices) break;
      this.#devices.delete(oldest);
    }
    return loading;
  }

  async #load(name: string, user: UserId, device: DeviceId): Promise<DeviceTransactions> {
    try {
      const rows = await recentTransactions(this.#db, { user, device }, this.#limits.perDevice);
      const made = new Map<string, Promise<EventId>>();
      for (const [txn, eventId] of rows.toReversed()) made.set(txn, Promise.resolve(eventId));
      return { made, left: rows.length < this.#limits.perDevice ? new Set() : undefined };
    } catch (error) {
      this.#devices.delete(name);
      throw error;
    }
  }

  /** Many at once: a map that loses its oldest one by one is searched through what it has lost, each time. */
  #trim(device: DeviceTransactions): void {
    const { perDevice } = this.#limits;
    if (device.made.size <= perDevice) return;
    for (const oldest of device.made.keys()) {
      if (device.made.size <= perDevice * 0.75) return;
      device.made.delete(oldest);
      device.left?.add(fingerprint(oldest));
      if ((device.left?.size ?? 0) > MAX_FINGERPRINTS) device.left = undefined;
    }
  }

  /** Forgets on disk what no client repeats any more. */
  async expire(now: Instant): Promise<void> {
    const tx = this.#db.begin();
    expireTransactions(tx, instant(now - KEPT_MS));
    await tx.commit();
  }
}

const KEPT_MS = 30 * 24 * 60 * 60_000;
