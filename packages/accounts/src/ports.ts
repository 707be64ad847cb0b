import type { DeviceId, UserId } from "@causeway/base";
import type { Tx } from "@causeway/platform";

/** What ends with a session in the same transaction: the device's keys. Called directly before the commit; it may reserve positions. */
export interface SessionsEnding {
  endDevices(tx: Tx, user: UserId, devices: readonly DeviceId[]): void;
}

/** Told after the commit. */
export interface AccountsListener {
  /** The sessions of these devices have ended, also when the same device signed in again: what waits on them must end. Must not throw. */
  sessionsEnded(user: UserId, devices: readonly DeviceId[]): void;
  /** The account has ended: the person leaves their rooms. Told again after a restart until it has succeeded once. */
  accountDeactivated(user: UserId): void | Promise<void>;
}
