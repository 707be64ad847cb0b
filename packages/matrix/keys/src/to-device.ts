import { failure, ok, parseDeviceId, parseUserId, type DeviceId, type Result, type UserId } from "@causeway/base";
import { UnmetExpectation, type Caller } from "@causeway/platform";
import type { KeysOptions } from "./create-keys.ts";
import type { KeyJson } from "./identities.ts";
import {
  addToDevice,
  markSent,
  readToDevice,
  removeSentBefore,
  removeToDevice,
  wasSent,
  type ToDeviceRow,
} from "./store-to-device.ts";

/** Messages by user and device; `*` is every device of a user. */
export type Messages = Readonly<Record<string, Readonly<Record<string, KeyJson>>>>;

interface Outgoing {
  readonly user: UserId;
  readonly device: DeviceId;
  readonly text: string;
}

/** Messages from device to device: in order, kept until the receiver's next token acknowledges them. */
export class ToDevice {
  #options: KeysOptions;
  /** Devices that receive although nobody is signed in with them. */
  #alsoOf: (user: UserId) => Promise<DeviceId | undefined>;

  constructor(options: KeysOptions, alsoOf: (user: UserId) => Promise<DeviceId | undefined>) {
    this.#options = options;
    this.#alsoOf = alsoOf;
  }

  /** Sends messages, all in one transaction; the same transaction id again sends nothing. */
  async send(
    caller: Caller,
    wish: { readonly type: string; readonly txnId: string; readonly messages: Messages },
  ): Promise<Result<object>> {
    const { db, clock, limits, listener } = this.#options;
    const key = { user: caller.user, device: caller.device, txn: `${wish.type}/${wish.txnId}` };
    if (await wasSent(db, key)) return ok({});
    const outgoing = await this.#addressed(caller, wish);
    if (outgoing.length > limits.maxToDeviceMessages)
      return failure("M_TOO_LARGE", "These are too many messages for one request.");
    if (outgoing.some((one) => Buffer.byteLength(one.text) > limits.maxToDeviceBytes))
      return failure("M_TOO_LARGE", "A message is too large.");
    const tx = db.begin();
    markSent(tx, key, clock.now());
    for (const one of outgoing) {
      const pos = tx.position();
      addToDevice(tx, one, { pos, text: one.text });
      tx.onCommitted(() => listener.toDevice(one, pos, one.text));
    }
    try {
      await tx.commit();
    } catch (error) {
      if (!(error instanceof UnmetExpectation) && !(await wasSent(db, key))) throw error; // the same request, sent twice at once
    }
    return ok({});
  }

  async #addressed(
    caller: Caller,
    wish: { readonly type: string; readonly messages: Messages },
  ): Promise<readonly Outgoing[]> {
    const outgoing: Outgoing[] = [];
    for (const [name, byDevice] of Object.entries(wish.messages)) {
      const user = parseUserId(name);
      if (user === undefined) continue;
      const devices = await this.#devicesOf(user);
      for (const [id, content] of Object.entries(byDevice)) {
        const text = JSON.stringify({ type: wish.type, sender: caller.user, content });
        const device = parseDeviceId(id);
        const to = id === "*" ? devices : devices.filter((one) => one === device);
        for (const one of to) outgoing.push({ user, device: one, text });
      }
    }
    return outgoing;
  }

  async #devicesOf(user: UserId): Promise<readonly DeviceId[]> {
    const [known, left] = await Promise.all([this.#options.devices.devicesOf(user), this.#alsoOf(user)]);
    return [...known.map((one) => one.device), ...(left === undefined ? [] : [left])];
  }

  /** Messages for a device in `(from, to]`, oldest first. */
  since(
    user: UserId,
    device: DeviceId,
    range: { readonly from: number; readonly to: number; readonly limit: number },
  ): Promise<readonly ToDeviceRow[]> {
    return readToDevice(this.#options.db, { user, device }, range);
  }

  /** Forgets transactions that are too old to be tried again. */
  async expire(): Promise<void> {
    const { db, clock, limits } = this.#options;
    const tx = db.begin();
    removeSentBefore(tx, clock.now() - limits.rememberSentMs);
    await tx.commit();
  }

  /** Forgets what a device has; the next token says it again should this be lost. */
  acknowledge(user: UserId, device: DeviceId, upTo: number): void {
    const tx = this.#options.db.begin();
    removeToDevice(tx, { user, device }, upTo);
    tx.commit().catch((error: unknown) => this.#options.failed(error));
  }
}
