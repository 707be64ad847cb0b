import type { IStoredClientOpts } from "matrix-js-sdk";
import type { ISavedSync } from "matrix-js-sdk/lib/store/index.js";
import { MemoryStore } from "matrix-js-sdk/lib/store/memory.js";
import { SyncAccumulator, type IMinimalEvent, type ISyncResponse } from "matrix-js-sdk/lib/sync-accumulator.js";
import type { IStateEventWithRoomId } from "matrix-js-sdk/lib/@types/search.js";
import { History, HISTORY, type Fetched } from "./history.ts";
import { LiveRoom } from "./live-room.ts";
import type { SealedChange, SealedDb } from "./sealed-db.ts";
import { isGated, labelIn } from "./room-label.ts";
import { joinRooms, roomsIn, withOneRoom } from "./sync-pages.ts";

/** Changes come in bursts; what changed is written once for a burst. */
const GATHER_MS = 500;
/** How much history is kept, beside what is live: some 150,000 messages. */
const MOST_HISTORY_BYTES = 64 * 1024 * 1024;

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
  #rooms = new Map<string, LiveRoom>();
  #history: History;
  #isManaged = false;
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
    this.#history = new History({
      read: (key) => db.get(key),
      changed: () => this.#plan(),
      now: Date.now,
      mostBytes: MOST_HISTORY_BYTES,
    });
    document.addEventListener("visibilitychange", this.#flushWhenHidden);
  }

  readonly #flushWhenHidden = (): void => {
    if (document.visibilityState === "hidden") void this.save(true);
  };

  override async startup(): Promise<void> {
    const [[rooms, members], meta, history] = await Promise.all([
      Promise.all([this.#db.texts(ROOM), this.#db.all(MEMBERS)]),
      this.#db.get(META),
      this.#db.get(HISTORY),
    ]);
    const kept = parseMeta(meta);
    if (kept === undefined) return;
    this.#isNew = false;
    this.#options = kept.clientOptions;
    const sync: ISyncResponse = { ...withOneRoom(kept.nextBatch), account_data: { events: [...kept.accountData] } };
    this.#account.accumulate(sync, true);
    for (const [key, text] of rooms) this.#room(key.slice(ROOM.length)).load(text, kept.nextBatch);
    this.#history.load(history);
    for (const [key, events] of members) {
      this.#members.set(key.slice(MEMBERS.length), events as IStateEventWithRoomId[]); // sealed by this very class
    }
  }

  #room(roomId: string): LiveRoom {
    let room = this.#rooms.get(roomId);
    if (room === undefined) {
      room = new LiveRoom(roomId);
      this.#rooms.set(roomId, room);
    }
    return room;
  }

  override isNewlyCreated(): Promise<boolean> {
    return Promise.resolve(this.#isNew);
  }

  override getSavedSync(): Promise<ISavedSync | null> {
    if (this.#isNew) return Promise.resolve(null);
    const { nextBatch, accountData } = structuredClone(this.#account.getJSON());
    const roomsData = joinRooms([...this.#rooms.values()].map((room) => room.asSync()));
    return Promise.resolve({ nextBatch, roomsData, accountData });
  }

  override getSavedSyncToken(): Promise<string | null> {
    return Promise.resolve(this.#isNew ? null : this.#account.getNextBatchToken());
  }

  override setSyncData(sync: ISyncResponse): Promise<void> {
    // NOTE The SDK goes on to change the events that it was given.
    const given = structuredClone({ next_batch: sync.next_batch, rooms: sync.rooms, account_data: sync.account_data });
    const head = this.#isNew ? undefined : this.#account.getNextBatchToken();
    this.#account.accumulate({ ...withOneRoom(given.next_batch), account_data: given.account_data });
    for (const roomId of roomsIn(given.rooms)) {
      this.#takeRoom(roomId, withOneRoom(given.next_batch, { roomId, rooms: given.rooms }), head);
      this.#dirty.add(ROOM + roomId);
    }
    this.#isNew = false;
    this.#plan();
    return Promise.resolve();
  }

  #takeRoom(roomId: string, sync: ISyncResponse, head: string | undefined): void {
    // A room that this device may not see any more: nothing of it stays here.
    if (isGated(sync.rooms.join[roomId])) {
      this.#rooms.delete(roomId);
      this.#members.delete(roomId);
      this.#dirty.add(MEMBERS + roomId);
    }
    const { gap, shed, changes } = this.#room(roomId).take(sync, head);
    if (sync.rooms.leave[roomId] !== undefined || !this.#keepsHistory(roomId)) {
      this.#history.forget(roomId);
      return;
    }
    if (gap !== undefined) this.#history.gap(roomId, gap);
    if (shed !== undefined) this.#history.shed(roomId, shed);
    this.#history.change(roomId, changes);
  }

  /** On somebody's own device nothing that is not for everybody stays. */
  #keepsHistory(roomId: string): boolean {
    return this.#isManaged || labelIn(this.#room(roomId).json().join[roomId]) === "unclassified";
  }

  /** Whether this device is the government's, as the server said last. */
  setManaged(isManaged: boolean): void {
    if (isManaged === this.#isManaged) return;
    this.#isManaged = isManaged;
    for (const roomId of this.#rooms.keys()) if (!this.#keepsHistory(roomId)) this.#history.forget(roomId);
    this.#plan();
  }

  /** A page of a room's history that is here; `isRead`: somebody looks at it. */
  findHistory(roomId: string, token: string, isRead: boolean): Promise<Fetched | undefined> {
    return this.#history.find(roomId, token, isRead);
  }

  /** Keeps a page of history that was fetched with a token; gives what of it is new, and from where to go on. */
  async keepHistory(
    roomId: string,
    fetched: Fetched,
    from: { readonly token: string; readonly isRead: boolean },
  ): Promise<Fetched> {
    if (!this.#rooms.has(roomId) || !this.#keepsHistory(roomId)) return fetched;
    return await this.#history.keep(roomId, fetched, { ...from, live: this.#room(roomId).live.token });
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
    this.#writing = this.#writing.then(() => this.#commit({ put, remove }));
  }

  /** A write that fails (no space) loses nothing that the server does not have; the next one tries with what changes then. */
  async #commit({ put, remove }: SealedChange): Promise<void> {
    await this.#history.settled();
    const history = this.#history.take();
    try {
      await this.#db.commit({
        put: new Map([...put, ...history.put]),
        remove: [...remove, ...history.remove],
      });
      this.#history.written();
    } catch (error) {
      for (const key of [...put.keys(), ...remove]) if (key !== META) this.#dirty.add(key);
      this.#history.giveBack(history, error instanceof DOMException && error.name === "QuotaExceededError");
    }
  }

  #valueOf(key: string): unknown {
    if (key.startsWith(MEMBERS)) return this.#members.get(key.slice(MEMBERS.length));
    const rooms = this.#rooms.get(key.slice(ROOM.length))?.json();
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
    this.#room(roomId).remove(ids);
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
