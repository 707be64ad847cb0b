import type { DeviceId, EventId, UserId } from "@causeway/base";
import type { Room, RoomNumber } from "@causeway/matrix-rooms";

/** What sync asks of the keys of devices. */
export interface SyncKeys {
  /** One-time keys left by algorithm (0 included), and the algorithms whose fallback key is unused. */
  keyCounts(user: UserId, device: DeviceId): Promise<KeyCounts> | KeyCounts;
  /** Whose devices changed in `(from, to]`. */
  deviceListChangesSince(from: number, to: number): Promise<readonly DeviceListChange[]>;
  /** Messages for a device in `(from, to]`, oldest first, at most `limit`. */
  toDeviceSince(user: UserId, device: DeviceId, range: ToDeviceRange): Promise<readonly ToDeviceMessage[]>;
  /** Forgets messages that the device has; does not wait for the disk. */
  acknowledgeToDevice(user: UserId, device: DeviceId, upTo: number): void;
}

/** Somebody's keys changed: for everybody who shares a room with them, or for one person only. */
export interface DeviceListChange {
  readonly user: UserId;
  readonly onlyFor: UserId | undefined;
}

/** Counts for `device_one_time_keys_count` and `device_unused_fallback_key_types`. */
export interface KeyCounts {
  readonly counts: Readonly<Record<string, number>>;
  readonly unusedFallback: readonly string[];
}

/** Which messages are wanted. */
export interface ToDeviceRange {
  readonly from: number;
  readonly to: number;
  readonly limit: number;
}

/** A message to a device: its JSON as the device gets it. */
export interface ToDeviceMessage {
  readonly pos: number;
  readonly text: string;
}

/** A piece of account data: the JSON of the whole event, `{"type":…,"content":…}`. */
export interface AccountDatum {
  readonly type: string;
  readonly text: string;
}

/** What sync asks of people's own data. */
export interface SyncUserData {
  globalChangedSince(user: UserId, from: number, to: number): Promise<readonly AccountDatum[]>;
  /** By room id. */
  roomChangedSince(user: UserId, from: number, to: number): Promise<ReadonlyMap<string, readonly AccountDatum[]>>;
  allGlobal(user: UserId): Promise<readonly AccountDatum[]>;
  allRoom(user: UserId): Promise<ReadonlyMap<string, readonly AccountDatum[]>>;
  /** Whom somebody does not want to hear of. */
  ignoredBy(user: UserId): Promise<ReadonlySet<UserId>>;
  /** A stored filter's JSON, or undefined. */
  filterOf(user: UserId, filterId: string): Promise<unknown>;
}

/** What sync asks of receipts. */
export interface SyncReceipts {
  /** The `content` of an `m.receipt` event with the receipts in `(from, to]` that a reader may see, or undefined when there are none. */
  receiptsSince(
    room: RoomNumber,
    reader: UserId,
    range: { readonly from: number; readonly to: number },
  ): Promise<string | undefined> | string | undefined;
  /** Counts of what a reader has not read. `threads`: apart by thread. */
  unread(room: Room, reader: UserId, options: { readonly threads: boolean }): Promise<UnreadCounts> | UnreadCounts;
  /** Whether the reader's own read marks changed after a position. */
  readSince(room: RoomNumber, reader: UserId, from: number): boolean;
  /** Rooms of a reader with receipts in `(from, to]`; for readers who were away. */
  roomsWithReceipts(
    reader: UserId,
    range: { readonly from: number; readonly to: number },
  ): Promise<readonly RoomNumber[]>;
}

/** `unread_notifications` and `unread_thread_notifications`. */
export interface UnreadCounts {
  readonly notifications: number;
  readonly highlights: number;
  readonly threads: ReadonlyMap<EventId, { readonly notifications: number; readonly highlights: number }>;
}

/** What sync asks of what lives in memory only. */
export interface SyncLive {
  /** The run of the server, part of tokens. */
  readonly boot: string;
  /** The present sequence number. */
  sequence(): number;
  /** When the typing of a room last changed. */
  typingChangedAt(room: RoomNumber): number;
  /** Rooms where typing changed after a sequence number. */
  roomsChangedSince(sequence: number): readonly RoomNumber[];
  /** Who is typing in a room. */
  typingUsers(room: RoomNumber): readonly UserId[];
  /** JSON of `m.presence` events of those who are wanted, that a reader may see and that changed after a sequence number. */
  presenceSince(
    reader: UserId,
    sequence: number,
    wants: (user: UserId) => boolean,
  ): Promise<readonly string[]> | readonly string[];
  /** Takes note that somebody is there. */
  seen(user: UserId, presence: "online" | "offline" | "unavailable"): void;
}
