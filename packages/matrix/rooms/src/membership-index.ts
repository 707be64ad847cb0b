import type { UserId } from "@causeway/base";
import type { ReadDb } from "@causeway/platform";
import type { RoomNumber } from "./stored-event.ts";
import { membershipsOf, type Membership } from "./store-memberships.ts";

interface Loaded {
  readonly rooms: Map<RoomNumber, Membership>;
  /** Changes that became durable while the rows were being read. */
  missed: Membership[] | undefined;
  readonly ready: Promise<ReadonlyMap<RoomNumber, Membership>>;
}

/** Which rooms people are in: read once for each person who is active, then kept up to date after every commit. */
export class MembershipIndex {
  #db: ReadDb;
  #maxPeople: number;
  #people = new Map<UserId, Loaded>();

  constructor(db: ReadDb, maxPeople: number) {
    this.#db = db;
    this.#maxPeople = maxPeople;
  }

  /** Everything that somebody is to any room, by room. The map stays up to date while it is held in the index. */
  of(user: UserId): Promise<ReadonlyMap<RoomNumber, Membership>> {
    const known = this.#people.get(user);
    if (known !== undefined) {
      this.#people.delete(user);
      this.#people.set(user, known);
      return known.ready;
    }
    const rooms = new Map<RoomNumber, Membership>();
    const loaded: Loaded = { rooms, missed: [], ready: this.#load(user, rooms) };
    this.#people.set(user, loaded);
    this.#makeRoom();
    return loaded.ready;
  }

  /** The same when it is in memory already. */
  loaded(user: UserId): ReadonlyMap<RoomNumber, Membership> | undefined {
    const known = this.#people.get(user);
    return known === undefined || known.missed !== undefined ? undefined : known.rooms;
  }

  /** Takes up a durable change. */
  apply(user: UserId, now: Membership): void {
    const known = this.#people.get(user);
    if (known === undefined) return;
    if (known.missed === undefined) put(known.rooms, now);
    else known.missed.push(now);
  }

  async #load(user: UserId, rooms: Map<RoomNumber, Membership>): Promise<ReadonlyMap<RoomNumber, Membership>> {
    try {
      const rows = await membershipsOf(this.#db, user);
      for (const row of rows) rooms.set(row.room, row);
    } catch (error) {
      this.#people.delete(user);
      throw error;
    }
    const loaded = this.#people.get(user);
    for (const change of loaded?.missed ?? []) {
      if (change.pos > (rooms.get(change.room)?.pos ?? 0)) put(rooms, change);
    }
    if (loaded !== undefined) loaded.missed = undefined;
    return rooms;
  }

  #makeRoom(): void {
    for (const [user, loaded] of this.#people) {
      if (this.#people.size <= this.#maxPeople) return;
      if (loaded.missed === undefined) this.#people.delete(user);
    }
  }
}

function put(rooms: Map<RoomNumber, Membership>, now: Membership): void {
  const before = rooms.get(now.room);
  rooms.set(now.room, before?.membership === now.membership ? { ...now, since: before.since } : now);
}
