import type { Clock, DeviceId, UserId } from "@causeway/base";
import type { Database, Route, Tx } from "@causeway/platform";
import { Backups } from "./backup.ts";
import { backupRoutes } from "./handlers-backup.ts";
import { dehydratedRoutes } from "./handlers-dehydrated.ts";
import { deviceKeyRoutes } from "./handlers-devices.ts";
import { Identities } from "./identities.ts";
import { OneTimeKeys, type KeyCountsView } from "./one-time.ts";
import type { Devices, HiddenRooms, Interactive, KeysLimits, KeysListener } from "./ports.ts";
import { findDehydrated } from "./store-dehydrated.ts";
import { readDeviceListChanges, removeUserRows, type DeviceListChange } from "./store-devices.ts";
import type { ToDeviceRow } from "./store-to-device.ts";
import { ToDevice } from "./to-device.ts";

/** What keys are made of. */
export interface KeysOptions {
  readonly db: Database;
  readonly clock: Clock;
  readonly limits: KeysLimits;
  readonly devices: Devices;
  readonly interactive: Interactive;
  readonly hidden: HiddenRooms;
  readonly listener: KeysListener;
  /** Told of work that failed after its answer was given. */
  readonly failed: (error: unknown) => void;
}

/** What the rest of the server may ask of keys. */
export interface Keys {
  readonly routes: readonly Route[];
  keyCounts(user: UserId, device: DeviceId): Promise<KeyCountsView>;
  deviceListChangesSince(from: number, to: number): Promise<readonly DeviceListChange[]>;
  toDeviceSince(
    user: UserId,
    device: DeviceId,
    range: { readonly from: number; readonly to: number; readonly limit: number },
  ): Promise<readonly ToDeviceRow[]>;
  acknowledgeToDevice(user: UserId, device: DeviceId, upTo: number): void;
  /** Collects the end of devices into a transaction that is committed directly afterwards. */
  removeDevices(tx: Tx, user: UserId, devices: readonly DeviceId[]): void;
  /** Forgets everything of an account that has ended; again is fine. */
  removeUser(user: UserId): Promise<void>;
  /** Forgets what has become too old; to be called from time to time. */
  expire(): Promise<void>;
}

/** Builds the keys of this server's users. */
export function createKeys(options: KeysOptions): Keys {
  const identities = new Identities(options);
  const oneTime = new OneTimeKeys(options);
  const toDevice = new ToDevice(options, async (user) => (await findDehydrated(options.db, user))?.device);
  const parts = { options, identities, oneTime, toDevice };
  return {
    routes: [
      ...deviceKeyRoutes(parts),
      ...backupRoutes(new Backups(options), options.hidden),
      ...dehydratedRoutes(parts),
    ],
    keyCounts: (user, device) => oneTime.counts(user, device),
    deviceListChangesSince: (from, to) => readDeviceListChanges(options.db, from, to),
    toDeviceSince: (user, device, range) => toDevice.since(user, device, range),
    acknowledgeToDevice: (user, device, upTo) => toDevice.acknowledge(user, device, upTo),
    removeDevices: (tx, user, devices) => {
      identities.removeDevices(tx, user, devices);
      tx.onCommitted(() => oneTime.forget(user, devices));
    },
    removeUser: (user) => identities.change(user, (tx) => removeUserRows(tx, user)),
    expire: () => toDevice.expire(),
  };
}
