import { fold } from "@causeway/base";
import type { SealedDb } from "../store/sealed-db.ts";
import { packed, unpackedAll, type Entry } from "./entry.ts";
import { fits, wordsOf, type MessageQuery } from "./query.ts";

/** A message that was found. */
export interface Hit extends Entry {
  readonly roomId: string;
}

interface Kept {
  entry: Entry;
  /** Made at the first search that looks at it. */
  folded: string | undefined;
  readonly page: number;
}

interface RoomIndex {
  readonly byId: Map<string, Kept>;
  /** How many entries the last page has. */
  last: { page: number; count: number };
}

/** How far a room's history has been taken in: tokens from which older messages are to be fetched. */
export interface Reach {
  readonly from: readonly Stretch[];
}

/** A stretch of history that is not in the index yet. */
export interface Stretch {
  readonly token: string;
  /** It ends where something is known already: a gap, not the way to the beginning. */
  readonly isGap: boolean;
}

const PAGE = "page ";
const REACH = "reach ";
/** A page is sealed and written as one: small enough for a change, large enough for few rows. */
const PAGE_ENTRIES = 400;
/** Changes come in bursts. */
const GATHER_MS = 1000;
/** A search lets the page breathe after so many messages. */
const SLICE = 4000;
/** The most messages that a device keeps; more are found on the server's side or by scrolling. */
export const MOST_ENTRIES = 300_000;

/** The words of messages in encrypted rooms, on this device, sealed; searched in memory. */
export class MessageIndex {
  #db: SealedDb;
  #rooms = new Map<string, RoomIndex>();
  #reach = new Map<string, Reach>();
  #dirty = new Set<string>();
  #gone = new Set<string>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #writing: Promise<void> = Promise.resolve();
  #count = 0;
  #isClosed = false;

  private constructor(db: SealedDb) {
    this.#db = db;
  }

  /** Opens what the device has kept. */
  static async open(db: SealedDb): Promise<MessageIndex> {
    const index = new MessageIndex(db);
    for (const [key, page] of await db.all(PAGE)) index.#take(key, unpackedAll(page));
    for (const [key, reach] of await db.all(REACH)) index.#reach.set(key.slice(REACH.length), parseReach(reach));
    return index;
  }

  get size(): number {
    return this.#count;
  }

  #take(key: string, entries: readonly Entry[]): void {
    const [, roomId = "", number = "0"] = key.split(" ");
    const room = this.#room(roomId);
    const page = Number(number);
    for (const entry of entries) room.byId.set(entry.id, { entry, folded: undefined, page });
    this.#count += entries.length;
    if (page >= room.last.page) room.last = { page, count: entries.length };
  }

  #room(roomId: string): RoomIndex {
    let room = this.#rooms.get(roomId);
    if (room === undefined) {
      room = { byId: new Map(), last: { page: 0, count: 0 } };
      this.#rooms.set(roomId, room);
    }
    return room;
  }

  has(roomId: string, id: string): boolean {
    return this.#rooms.get(roomId)?.byId.has(id) === true;
  }

  /** Takes a message in, or its new words. */
  put(roomId: string, entry: Entry): void {
    const room = this.#room(roomId);
    const known = room.byId.get(entry.id);
    if (known !== undefined) {
      if (known.entry.text === entry.text && known.entry.hasFile === entry.hasFile) return;
      known.entry = entry;
      known.folded = undefined;
      this.#touch(`${PAGE}${roomId} ${known.page}`);
      return;
    }
    if (this.#count >= MOST_ENTRIES) return;
    if (room.last.count >= PAGE_ENTRIES) room.last = { page: room.last.page + 1, count: 0 };
    room.last.count += 1;
    this.#count += 1;
    room.byId.set(entry.id, { entry, folded: undefined, page: room.last.page });
    this.#touch(`${PAGE}${roomId} ${room.last.page}`);
  }

  /** Forgets a message that was deleted. */
  remove(roomId: string, id: string): void {
    const room = this.#rooms.get(roomId);
    const known = room?.byId.get(id);
    if (room === undefined || known === undefined) return;
    room.byId.delete(id);
    this.#count -= 1;
    this.#touch(`${PAGE}${roomId} ${known.page}`);
  }

  /** Forgets a room that one is no longer in. */
  removeRoom(roomId: string): void {
    const room = this.#rooms.get(roomId);
    this.#reach.delete(roomId);
    this.#gone.add(REACH + roomId);
    if (room !== undefined) {
      this.#count -= room.byId.size;
      for (let page = 0; page <= room.last.page; page += 1) this.#gone.add(`${PAGE}${roomId} ${page}`);
      this.#rooms.delete(roomId);
    }
    this.#plan();
  }

  /** What is still to be fetched of a room; undefined when nobody has looked yet. */
  reachOf(roomId: string): Reach | undefined {
    return this.#reach.get(roomId);
  }

  /** Remembers what is still to be fetched, in the same transaction as what was. */
  setReach(roomId: string, reach: Reach): void {
    this.#reach.set(roomId, reach);
    this.#touch(REACH + roomId);
  }

  /** Messages with the words of a query, the latest first. Gives the page a breath now and then; `isOver` ends it early. */
  async search(query: MessageQuery, isOver: () => boolean): Promise<readonly Hit[]> {
    const hits: Hit[] = [];
    const matches = wordsOf(query.text);
    let looked = 0;
    const rooms = query.roomId === undefined ? [...this.#rooms.keys()] : [query.roomId];
    for (const roomId of rooms) {
      for (const kept of [...(this.#rooms.get(roomId)?.byId.values() ?? [])]) {
        looked += 1;
        if (looked % SLICE === 0) {
          await breath();
          if (isOver()) return [];
        }
        if (!fits(query, kept.entry)) continue;
        kept.folded ??= fold(kept.entry.text);
        if (matches(kept.entry.text, kept.folded)) hits.push({ ...kept.entry, roomId });
      }
    }
    return hits.toSorted((left, right) => right.at - left.at);
  }

  #touch(key: string): void {
    this.#dirty.add(key);
    this.#gone.delete(key);
    this.#plan();
  }

  #plan(): void {
    if (!this.#isClosed) this.#timer ??= setTimeout(() => void this.save(), GATHER_MS);
  }

  /** Writes what changed. A write that fails (no space) is tried again with the next change; what is lost is fetched anew. */
  save(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const put = new Map([...this.#dirty].map((key) => [key, this.#valueOf(key)]));
    const remove = [...this.#gone];
    this.#dirty.clear();
    this.#gone.clear();
    if (put.size + remove.length === 0) return this.#writing;
    this.#writing = this.#writing
      .then(() => this.#db.commit({ put, remove }))
      .catch(() => {
        for (const key of put.keys()) this.#dirty.add(key);
      });
    return this.#writing;
  }

  #valueOf(key: string): unknown {
    const [kind, roomId = "", page = "0"] = key.split(" ");
    if (`${kind} ` === REACH) return this.#reach.get(roomId) ?? { from: [] };
    const room = this.#rooms.get(roomId);
    return [...(room?.byId.values() ?? [])]
      .filter((kept) => kept.page === Number(page))
      .map((kept) => packed(kept.entry));
  }

  async close(): Promise<void> {
    await this.save();
    this.#isClosed = true;
    this.#db.close();
  }

  async destroy(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    await this.#writing;
    await this.#db.destroy();
  }
}

function parseReach(value: unknown): Reach {
  const from: unknown = Object(value).from;
  if (!Array.isArray(from)) return { from: [] };
  return {
    from: from.flatMap((one: unknown): readonly Stretch[] => {
      const { token, isGap } = Object(one);
      return typeof token === "string" ? [{ token, isGap: isGap === true }] : [];
    }),
  };
}

function breath(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}
