import type { DeviceId, UserId } from "@causeway/base";
import type { Tx } from "@causeway/platform";

/** What ends with a session in the same transaction: the device's keys. Called directly before the commit; it may reserve positions. */
export interface SessionsEnding {
  endDevices(tx: Tx, user: UserId, devices: readonly DeviceId[]): void;
}

/** Told after the commit. Must not throw. */
export interface AccountsListener {
  sessionsEnded(user: UserId, devices: readonly DeviceId[]): void;
  accountDeactivated(user: UserId): void;
}
