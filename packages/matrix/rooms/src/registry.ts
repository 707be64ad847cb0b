import { roomVersion } from "@causeway/matrix-events";
import type { RoomId } from "@causeway/base";
import type { ReadDb, Stream } from "@causeway/platform";
import { Room } from "./room.ts";
import { findRoom, page, stateAt, referencesOf } from "./store.ts";
import type { RoomNumber } from "./stored-event.ts";

/** How much of the rooms is kept in memory. */
export interface RegistryLimits {
  /** Rooms in memory; beyond it the least recently used go. */
  readonly maxLoadedRooms: number;
  /** Newest events kept of each. */
  readonly tailEvents: number;
}

/** The rooms in memory: read from disk at their first use, one copy of each, so that each has one writer. */
export class RoomRegistry {
  #db: ReadDb & { readonly stream: Stream };
  #limits: RegistryLimits;
  #ready: () => Promise<void>;
  #rooms = new Map<RoomId, Room>();
  #usedLast: Room | undefined;
  #numbers = new Map<RoomNumber, Room>();
  #loading = new Map<RoomId | RoomNumber, Promise<Room | undefined>>();

  /** Rooms are read when `ready` has resolved: what their writer needs in memory beside them. */
  constructor(
    db: ReadDb & { readonly stream: Stream },
    limits: RegistryLimits,
    ready: () => Promise<void> = () => Promise.resolve(),
  ) {
    this.#db = db;
    this.#limits = limits;
    this.#ready = ready;
  }

  /** Every room in memory. */
  all(): Iterable<Room> {
    return this.#rooms.values();
  }

  /** The room when it is in memory. */
  loaded(room: RoomId | RoomNumber): Room | undefined {
    if (typeof room === "number") return this.#numbers.get(room);
    const found = this.#rooms.get(room);
    // The one that was used last is where it belongs: taking it out first only to put it back makes a busy room expensive.
    if (found !== undefined && found !== this.#usedLast) {
      this.#rooms.delete(room);
      this.#rooms.set(room, found);
      this.#usedLast = found;
    }
    return found;
  }

  /** The room, read from disk when it must be; undefined when there is none. */
  async get(room: RoomId | RoomNumber): Promise<Room | undefined> {
    const loaded = this.loaded(room);
    if (loaded !== undefined) return loaded;
    const underWay = this.#loading.get(room);
    if (underWay !== undefined) return await underWay;
    const loading = this.#load(room).finally(() => this.#loading.delete(room));
    this.#loading.set(room, loading);
    return await loading;
  }

  async #load(wanted: RoomId | RoomNumber): Promise<Room | undefined> {
    await this.#ready();
    const row = await findRoom(this.#db, wanted);
    if (row === undefined) return undefined;
    const room = new Room(row);
    for (const event of await stateAt(this.#db, row.number, row.progress.lastPos))
      room.setState(event, { keepReplaced: false });
    if (roomVersion(row.version)?.eventIds === "chosen-by-server") await this.#loadReferences(room);
    const newest = await page(this.#db, row.number, {
      from: 0,
      to: row.progress.lastPos,
      limit: this.#limits.tailEvents,
      newestFirst: true,
    });
    room.tail.push(...newest.toReversed());
    room.tailStart = newest.length < this.#limits.tailEvents ? 0 : (newest.at(-1)?.pos ?? 1) - 1;
    // Somebody may have asked by id and by number at once: the first copy is the one.
    const first = this.#rooms.get(row.id);
    if (first !== undefined) return first;
    this.add(room);
    return room;
  }

  async #loadReferences(room: Room): Promise<void> {
    const { lastPos, lastEventId } = room.progress;
    for (const { eventId, hash } of await referencesOf(this.#db, room.number, lastPos)) {
      room.references.set(eventId, hash);
      if (eventId === lastEventId) room.progress.lastReference = hash;
    }
  }

  /** Takes up a room that has just been made. */
  add(room: Room): void {
    this.#rooms.set(room.id, room);
    this.#usedLast = room;
    this.#numbers.set(room.number, room);
    for (const old of this.#rooms.values()) {
      if (this.#rooms.size <= this.#limits.maxLoadedRooms) return;
      if (old.pending === 0 && old !== room) this.#remove(old);
    }
  }

  /** Forgets what a lost transaction left in memory: the next use reads the disk again. */
  drop(room: Room): void {
    if (this.#rooms.get(room.id) === room) this.#remove(room);
  }

  #remove(room: Room): void {
    this.#rooms.delete(room.id);
    if (this.#usedLast === room) this.#usedLast = undefined;
    this.#numbers.delete(room.number);
  }

  /** How many rooms are in memory. */
  get size(): number {
    return this.#rooms.size;
  }
}
