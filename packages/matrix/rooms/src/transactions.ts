import { instant, type DeviceId, type EventId, type Instant, type UserId } from "@causeway/base";
import type { Database } from "@causeway/platform";
import { expireTransactions, findTransaction, recentTransactions, type TransactionKey } from "./store-transactions.ts";

interface DeviceTransactions {
  readonly made: Map<string, Promise<EventId>>;
  /** False once something was left out of memory: then what is not here is looked up. */
  complete: boolean;
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
    const making = device.complete ? make() : this.#lookUpOr(key, make);
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
      return { made, complete: rows.length < this.#limits.perDevice };
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
      device.complete = false;
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
