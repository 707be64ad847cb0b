import type { IStoredClientOpts } from "matrix-js-sdk";
import type { ISavedSync } from "matrix-js-sdk/lib/store/index.js";
import { MemoryStore } from "matrix-js-sdk/lib/store/memory.js";
import {
  SyncAccumulator,
  type IMinimalEvent,
  type IRooms,
  type ISyncResponse,
} from "matrix-js-sdk/lib/sync-accumulator.js";
import type { IStateEventWithRoomId } from "matrix-js-sdk/lib/@types/search.js";
import { joinRooms, roomsIn, withOneRoom } from "./sync-pages.ts";
import type { SealedDb } from "./sealed-db.ts";

/** Changes come in bursts; what changed is written once for a burst. */
const GATHER_MS = 500;
/** How many of a room's newest events are kept; what is older comes from the server. */
const MOST_EVENTS = 200;

const META = "meta";
const ROOM = "room ";
const MEMBERS = "members ";

interface Meta {
  readonly nextBatch: string;
  readonly accountData: readonly IMinimalEvent[];
  readonly clientOptions?: IStoredClientOpts | undefined;
}

/**
 * The account's rooms and events on this device, encrypted, a page a room. A change writes the pages of the rooms that changed and
 * the position in the sync in one transaction, so that a start finds all of them or what was before.
 */
export class EventStore extends MemoryStore {
  #db: SealedDb;
  #pages = new Map<string, SyncAccumulator>();
  #account = new SyncAccumulator();
  #members = new Map<string, IStateEventWithRoomId[]>();
  #dirty = new Set<string>();
  #options: IStoredClientOpts | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #writing: Promise<void> = Promise.resolve();
  #isNew = true;

  constructor(db: SealedDb, localStorage: Storage) {
    super({ localStorage });
    this.#db = db;
    document.addEventListener("visibilitychange", this.#flushWhenHidden);
  }

  readonly #flushWhenHidden = (): void => {
    if (document.visibilityState === "hidden") void this.save(true);
  };

  override async startup(): Promise<void> {
    const [meta, rooms, members] = await Promise.all([META, ROOM, MEMBERS].map((prefix) => this.#db.all(prefix)));
    const kept = parseMeta(meta?.get(META));
    if (kept === undefined) return;
    this.#isNew = false;
    this.#options = kept.clientOptions;
    const sync: ISyncResponse = { ...withOneRoom(kept.nextBatch), account_data: { events: [...kept.accountData] } };
    this.#account.accumulate(sync, true);
    for (const [key, page] of rooms ?? []) {
      const one: ISyncResponse = { ...withOneRoom(kept.nextBatch), rooms: page as IRooms }; // sealed by this very class
      this.#page(key.slice(ROOM.length)).accumulate(one, true);
    }
    for (const [key, events] of members ?? []) {
      this.#members.set(key.slice(MEMBERS.length), events as IStateEventWithRoomId[]); // sealed by this very class
    }
  }

  #page(roomId: string): SyncAccumulator {
    let page = this.#pages.get(roomId);
    if (page === undefined) {
      page = new SyncAccumulator({ maxTimelineEntries: MOST_EVENTS });
      this.#pages.set(roomId, page);
    }
    return page;
  }

  override isNewlyCreated(): Promise<boolean> {
    return Promise.resolve(this.#isNew);
  }

  override getSavedSync(): Promise<ISavedSync | null> {
    if (this.#isNew) return Promise.resolve(null);
    const { nextBatch, accountData } = this.#account.getJSON();
    const roomsData = joinRooms([...this.#pages.values()].map((page) => page.getJSON().roomsData));
    return Promise.resolve(structuredClone({ nextBatch, roomsData, accountData }));
  }

  override getSavedSyncToken(): Promise<string | null> {
    return Promise.resolve(this.#isNew ? null : this.#account.getNextBatchToken());
  }

  override setSyncData(sync: ISyncResponse): Promise<void> {
    // NOTE The SDK goes on to change the events that it was given.
    const given = structuredClone({ next_batch: sync.next_batch, rooms: sync.rooms, account_data: sync.account_data });
    this.#account.accumulate({ ...withOneRoom(given.next_batch), account_data: given.account_data });
    for (const roomId of roomsIn(given.rooms)) {
      this.#page(roomId).accumulate(withOneRoom(given.next_batch, { roomId, rooms: given.rooms }));
      this.#dirty.add(ROOM + roomId);
    }
    this.#isNew = false;
    this.#plan();
    return Promise.resolve();
  }

  override wantsSave(): boolean {
    return false; // it plans its own
  }

  override save(isForced: boolean): Promise<void> {
    if (isForced) this.#write();
    return this.#writing;
  }

  #plan(): void {
    this.#timer ??= setTimeout(() => this.#write(), GATHER_MS);
  }

  #write(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#isNew) return;
    const { nextBatch, accountData } = this.#account.getJSON(true);
    const meta: Meta = { nextBatch, accountData, clientOptions: this.#options };
    const put = new Map<string, unknown>([[META, meta]]);
    const remove: string[] = [];
    for (const key of this.#dirty) {
      const value = this.#valueOf(key);
      if (value === undefined) remove.push(key);
      else put.set(key, value);
    }
    this.#dirty.clear();
    // A write that fails (no space) loses nothing that the server does not have; the next one tries with what changes then.
    this.#writing = this.#writing.then(() => this.#db.commit({ put, remove })).catch(() => this.#retry(put, remove));
  }

  #retry(put: ReadonlyMap<string, unknown>, remove: readonly string[]): void {
    for (const key of [...put.keys(), ...remove]) if (key !== META) this.#dirty.add(key);
  }

  #valueOf(key: string): unknown {
    if (key.startsWith(MEMBERS)) return this.#members.get(key.slice(MEMBERS.length));
    const rooms = this.#pages.get(key.slice(ROOM.length))?.getJSON(true).roomsData;
    return rooms === undefined || roomsIn(rooms).length === 0 ? undefined : rooms;
  }

  override getOutOfBandMembers(roomId: string): Promise<IStateEventWithRoomId[] | null> {
    return Promise.resolve(this.#members.get(roomId) ?? null);
  }

  override setOutOfBandMembers(roomId: string, events: IStateEventWithRoomId[]): Promise<void> {
    this.#members.set(roomId, events);
    this.#dirty.add(MEMBERS + roomId);
    this.#plan();
    return Promise.resolve();
  }

  override clearOutOfBandMembers(roomId: string): Promise<void> {
    this.#members.delete(roomId);
    this.#dirty.add(MEMBERS + roomId);
    this.#plan();
    return Promise.resolve();
  }

  override getClientOptions(): Promise<IStoredClientOpts | undefined> {
    return Promise.resolve(this.#options);
  }

  override storeClientOptions(options: IStoredClientOpts): Promise<void> {
    this.#options = options;
    this.#plan();
    return Promise.resolve();
  }

  override removeEventsFromRoom(roomId: string, ids: string[]): Promise<void> {
    this.#page(roomId).removeEventsFromRoom(roomId, ids);
    this.#dirty.add(ROOM + roomId);
    this.#plan();
    return Promise.resolve();
  }

  override async deleteAllData(): Promise<void> {
    await this.destroy();
    await this.#db.destroy();
  }

  override async destroy(): Promise<void> {
    document.removeEventListener("visibilitychange", this.#flushWhenHidden);
    clearTimeout(this.#timer);
    await this.#writing;
    this.#db.close();
  }
}

function parseMeta(value: unknown): Meta | undefined {
  const { nextBatch, accountData, clientOptions } = Object(value);
  return typeof nextBatch === "string" && Array.isArray(accountData)
    ? { nextBatch, accountData, clientOptions }
    : undefined;
}
