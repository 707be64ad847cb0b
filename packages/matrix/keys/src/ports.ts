import type { DeviceId, UserId } from "@causeway/base";
import type { Caller, HttpReply } from "@causeway/platform";

/** A device that is signed in. */
export interface KnownDevice {
  readonly device: DeviceId;
  readonly name: string | undefined;
}

/** Which devices people are signed in with. */
export interface Devices {
  devicesOf(user: UserId): Promise<readonly KnownDevice[]>;
}

/** Asks a caller for more than their token. */
export interface Interactive {
  check(
    caller: Caller,
    operation: string,
    given: { readonly auth: unknown; readonly ip: string },
  ): Promise<{ readonly done: true } | { readonly done: false; readonly reply: HttpReply }>;
}

/** Told after the commit, in the order of positions. Must not throw. */
export interface KeysListener {
  toDevice(user: UserId, device: DeviceId, pos: number, text: string): void;
  deviceListChanged(user: UserId, pos: number): void;
  keyCountsChanged(user: UserId, device: DeviceId): void;
}

/** Limits of keys; the configuration fills them. */
export interface KeysLimits {
  readonly maxOneTimeKeys: number;
  readonly maxToDeviceMessages: number;
  readonly maxToDeviceBytes: number;
  readonly maxBackupSessionBytes: number;
  readonly maxUsersInMemory: number;
}

/** The limits when nothing else is configured. */
export const defaultKeysLimits: KeysLimits = {
  maxOneTimeKeys: 500,
  maxToDeviceMessages: 5000,
  maxToDeviceBytes: 65_536,
  maxBackupSessionBytes: 65_536,
  maxUsersInMemory: 20_000,
};
