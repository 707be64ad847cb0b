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

/** Rooms that a device may see nothing of. */
export interface HiddenRooms {
  hides(caller: Caller, roomId: string): Promise<boolean> | boolean;
}

/** Told after the commit, in the order of positions. Must not throw. */
export interface KeysListener {
  toDevice(to: { readonly user: UserId; readonly device: DeviceId }, pos: number, text: string): void;
  /** Somebody's keys changed, for everybody who shares a room with them or for one person. */
  deviceListChanged(change: { readonly user: UserId; readonly onlyFor: UserId | undefined }, pos: number): void;
  keyCountsChanged(user: UserId, device: DeviceId): void;
}

/** Limits of keys; the configuration fills them. */
export interface KeysLimits {
  /** One-time keys that a device has at once, and names of those that are remembered after they were given out. */
  readonly maxOneTimeKeys: number;
  /** Bytes of one one-time or fallback key. */
  readonly maxKeyBytes: number;
  /** Bytes of a device's keys, or of a cross-signing key, with its signatures. */
  readonly maxKeysBytes: number;
  /** One-time keys that one request may claim. */
  readonly maxClaims: number;
  /** Keys that one request may sign. */
  readonly maxSignedKeys: number;
  readonly maxToDeviceMessages: number;
  readonly maxToDeviceBytes: number;
  /** How long a sent transaction is remembered. */
  readonly rememberSentMs: number;
  readonly maxBackupSessionBytes: number;
  readonly maxBackupAuthBytes: number;
  readonly maxDehydratedBytes: number;
  readonly dehydratedEventsPerAnswer: number;
  readonly maxUsersInMemory: number;
}

/** The limits when nothing else is configured. */
export const defaultKeysLimits: KeysLimits = {
  maxOneTimeKeys: 500,
  maxKeyBytes: 10_000,
  maxKeysBytes: 65_536,
  maxClaims: 20_000,
  maxSignedKeys: 1000,
  maxToDeviceMessages: 5000,
  maxToDeviceBytes: 65_536,
  rememberSentMs: 7 * 86_400_000,
  maxBackupSessionBytes: 65_536,
  maxBackupAuthBytes: 65_536,
  maxDehydratedBytes: 1_048_576,
  dehydratedEventsPerAnswer: 100,
  maxUsersInMemory: 20_000,
};
