import type { DeviceId, UserId } from "@causeway/base";
import type { RoomNumber } from "@causeway/matrix-rooms";
import type { AccountDatum, ToDeviceMessage } from "./ports.ts";
import { RecentLog } from "./recent-log.ts";
import { tokenOwner, type TokenOwner } from "./token.ts";

/** A device that syncs: what waits for it, and how far it has come. */
export interface SyncingDevice {
  readonly toDevice: RecentLog<ToDeviceMessage>;
  since: number;
  /** The last message handed out that is not acknowledged yet; -1 when that is not known. */
  handedOut: number;
  seenAt: number;
  /** How often its counts of keys have changed, and as of how many changes they were last told. */
  keyNews: number;
  keyNewsTold: number;
  /** Members that it has been told of, by room (lazy loading). */
  readonly toldMembers: Map<RoomNumber, Map<UserId, ToldMember>>;
  /** Requests that wait at this moment. */
  waiting: number;
  /** The marks of its tokens. */
  readonly owner: TokenOwner;
}

/** A member that a device was told of: by which event, and in the answer up to which position. */
export interface ToldMember {
  readonly pos: number;
  /** It counts once the device says that it has come as far. */
  readonly at: number;
}

/** Somebody who syncs: everything that changed for them since their slowest device last asked. */
export class Person {
  readonly user: UserId;
  readonly devices = new Map<DeviceId, SyncingDevice>();
  readonly accountData: RecentLog<{ readonly roomId: string | undefined; readonly datum: AccountDatum }>;
  readonly waiters = new Set<() => void>();
  /** How often there was something new: tells an answer that things changed while it was being built. */
  news = 0;
  /** Rooms that are watched for this person. */
  readonly watched = new Set<RoomNumber>();
  #changed = new Map<RoomNumber, number>();
  #changedFrom: number;
  #newest: RoomNumber | undefined;

  constructor(user: UserId, head: number) {
    this.user = user;
    this.accountData = new RecentLog(head, 200);
    this.#changedFrom = head;
  }

  /** Takes note that a room has something new. */
  roomChanged(room: RoomNumber, pos: number): void {
    // The newest stays the newest: taking it out first only to put it back makes a busy room expensive for each of its readers.
    if (room !== this.#newest) this.#changed.delete(room);
    this.#changed.set(room, pos);
    this.#newest = room;
  }

  /** The rooms with something new after `from`; undefined when that is longer ago than memory reaches. */
  changedSince(from: number): RoomNumber[] | undefined {
    if (from < this.#changedFrom) return undefined;
    const rooms: RoomNumber[] = [];
    for (const [room, pos] of this.#changed) if (pos > from) rooms.push(room);
    return rooms;
  }

  /** Forgets what every device has had, so that the next answer costs what is new and nothing else. */
  prune(): void {
    let oldest = Number.MAX_SAFE_INTEGER;
    for (const device of this.devices.values()) oldest = Math.min(oldest, device.since);
    if (oldest <= this.#changedFrom || oldest === Number.MAX_SAFE_INTEGER) return;
    for (const [room, pos] of this.#changed) {
      if (pos > oldest) break;
      this.#changed.delete(room);
      if (room === this.#newest) this.#newest = undefined;
    }
    this.#changedFrom = oldest;
  }

  /** The device, from its first sync on. */
  device(id: DeviceId, now: number, head: number): SyncingDevice {
    const known = this.devices.get(id);
    if (known !== undefined) {
      known.seenAt = now;
      return known;
    }
    const device: SyncingDevice = {
      toDevice: new RecentLog(head, 1000),
      since: 0,
      handedOut: -1,
      seenAt: now,
      keyNews: 0,
      keyNewsTold: 0,
      toldMembers: new Map(),
      waiting: 0,
      owner: tokenOwner(this.user, id),
    };
    this.devices.set(id, device);
    return device;
  }
}
