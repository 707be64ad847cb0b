import type { IRoomEvent, IStateEvent } from "matrix-js-sdk/lib/sync-accumulator.js";
import {
  continues,
  joined,
  meetingOf,
  parseRuns,
  placeOf,
  idsOf,
  tooMuch,
  withFetched,
  withGap,
  withNewest,
  without,
  withReplaced,
  type Changed,
  type KeptPage,
  type Entrance,
  type Runs,
} from "./history-runs.ts";
import {
  afterChanges,
  asGiven,
  asKept,
  changeIn,
  settles,
  type Change,
  type KeptEvent,
  type PageContent,
} from "./kept-events.ts";
import { PageShelf } from "./page-shelf.ts";
import type { SealedChange } from "./sealed-db.ts";

/** A part of a room's history, as `GET /messages` answers. */
export interface Fetched {
  start?: string;
  end?: string;
  chunk: IRoomEvent[];
  state?: IStateEvent[];
}

/** What is no longer among a room's live events: from the newest to the oldest, and the tokens around it. */
export interface Shed {
  readonly events: readonly KeptEvent[];
  /** From where one goes back into them. */
  readonly from: string;
  /** From where the history goes on. */
  readonly end: string | undefined;
}

/** With which token something was fetched, where the live events of the room begin, and whether somebody looks at it. */
export interface Asked {
  readonly token: string;
  readonly live: string | undefined;
  readonly isRead: boolean;
}

/** What the pages are read from, and how much they may be. */
export interface HistoryOptions {
  readonly read: (key: string) => Promise<unknown>;
  /** Something is to be written. */
  readonly changed: () => void;
  readonly now: () => number;
  readonly mostBytes: number;
}

/** The row that says which pages there are. */
export const HISTORY = "history";
/** A page takes in what leaves the live events until it holds so many. */
const PAGE_EVENTS = 100;
/** Of a room's last changes so many are remembered. */
const MOST_RECENT = 100;
/** After a write for which there was no space. */
const LESS = 0.5;

/**
 * The history that lies further back than a room's live events, as far as this device has seen it: in pages that lead from one to
 * the next by the server's tokens, so that nothing is ever shown side by side that is not. What is changed is written by the owner
 * in the same transaction as the live events.
 */
export class History {
  #options: HistoryOptions;
  #mostBytes: number;
  #rooms = new Map<string, Runs>();
  /** Changes that the kept pages have yet to be looked through for. */
  #pending = new Map<string, readonly Change[]>();
  /** The last changes of each room: an answer that was on its way may be from before them. */
  #recent = new Map<string, readonly Change[]>();
  #lastId = 0;
  #pages: PageShelf;
  #isDirty = false;
  #work: Promise<unknown> = Promise.resolve();

  constructor(options: HistoryOptions) {
    this.#options = options;
    this.#mostBytes = options.mostBytes;
    this.#pages = new PageShelf(options.read);
  }

  /** Takes up what was kept. */
  load(index: unknown): void {
    const { rooms, lastId, pending } = Object(index);
    for (const [roomId, runs] of Object.entries(Object(rooms))) this.#rooms.set(roomId, parseRuns(runs));
    if (Number.isSafeInteger(lastId)) this.#lastId = lastId;
    for (const [roomId, changes] of Object.entries(Object(pending)))
      if (Array.isArray(changes)) this.#lookThrough(roomId, changes, 0);
  }

  /** The page that a token leads to; undefined for one that is not here. `isRead`: somebody looks at it. */
  find(roomId: string, token: string, isRead: boolean): Promise<Fetched | undefined> {
    if (placeOf(this.#runs(roomId), token) === undefined) return Promise.resolve(undefined);
    return this.#then(() => this.#find(roomId, token, isRead));
  }

  async #find(roomId: string, token: string, isRead: boolean): Promise<Fetched | undefined> {
    const place = placeOf(this.#runs(roomId), token);
    if (place === undefined) return undefined;
    const { page, at } = place;
    const content = await this.#pages.get(page.id);
    if (content === undefined) {
      this.#drop(roomId, new Set([page.id]));
      return undefined;
    }
    if (isRead) this.#set(roomId, withReplaced(this.#runs(roomId), { ...page, read: this.#options.now() }));
    const events = afterChanges(content.events.slice(at), this.#pending.get(roomId) ?? []);
    return {
      start: token,
      ...(page.end === undefined ? {} : { end: page.end }),
      chunk: asGiven(events, this.#options.now()),
      state: structuredClone([...content.state]),
    };
  }

  /** Keeps what was fetched, when it continues what is kept; what it ran into is given from there on. */
  keep(roomId: string, fetched: Fetched, from: Asked): Promise<Fetched> {
    return this.#then(async () => {
      const runs = this.#runs(roomId);
      if (!continues(runs, from.token, from.live) || placeOf(runs, from.token) !== undefined) return fetched;
      if (fetched.chunk.length === 0) {
        if (fetched.end === undefined) this.#endAt(roomId, from.token);
        return fetched;
      }
      // What lies behind the gap may be what is deleted here.
      const changes = fetched.chunk.flatMap((event) => changeIn(event) ?? []);
      if (runs.length > 1) this.#lookThrough(roomId, changes, 1);
      return await this.#take(roomId, fetched, from);
    });
  }

  async #take(roomId: string, fetched: Fetched, from: Asked): Promise<Fetched> {
    const runs = this.#runs(roomId);
    const ids = fetched.chunk.map(({ event_id: id }) => id);
    const meeting = meetingOf(runs, ids);
    if (meeting?.after === 0) {
      const entrances: readonly Entrance[] = [{ token: from.token, at: 0 }, ...meeting.page.entrances];
      this.#apply(roomId, joined(withReplaced(runs, { ...meeting.page, entrances }), meeting));
      return (await this.#find(roomId, from.token, from.isRead)) ?? fetched;
    }
    const chunk = fetched.chunk.slice(0, meeting?.after);
    const end = meeting === undefined ? fetched.end : meeting.page.entrances[0]?.token;
    const events = afterChanges(asKept(chunk), this.#recent.get(roomId) ?? []);
    const content = { events, state: structuredClone(fetched.state ?? []) };
    const page = this.#page(content, { from: from.token, end, read: from.isRead ? this.#options.now() : 0 });
    if (page !== undefined) this.#apply(roomId, withFetched(runs, page, meeting));
    const { end: _end, ...rest } = fetched;
    return { ...rest, chunk, ...(end === undefined ? {} : { end }) };
  }

  /** The page before this token is the last: there is nothing further back. */
  #endAt(roomId: string, token: string): void {
    const last = this.#runs(roomId)[0]?.find(({ end }) => end === token);
    if (last !== undefined) this.#set(roomId, withReplaced(this.#runs(roomId), { ...last, end: undefined }));
  }

  /** Takes over what is no longer among the live events. */
  shed(roomId: string, shed: Shed): void {
    void this.#then(() => this.#shed(roomId, shed));
  }

  async #shed(roomId: string, { events, from, end }: Shed): Promise<void> {
    const kept = asKept(events);
    const [newest] = this.#runs(roomId)[0] ?? [];
    const fits =
      newest !== undefined && newest.entrances[0]?.token === end && newest.count + kept.length <= PAGE_EVENTS;
    const before = fits ? await this.#pages.get(newest.id) : undefined;
    if (before === undefined || newest === undefined) {
      this.#shedAlone(roomId, { events: kept, from, end });
      return;
    }
    const content = { events: [...kept, ...before.events], state: before.state };
    const entrances = [
      { token: from, at: 0 },
      ...newest.entrances.map(({ token, at }) => ({ token, at: at + kept.length })),
    ];
    this.#rewrite(roomId, { ...newest, newest: kept[0]?.event_id ?? newest.newest, entrances }, content);
  }

  #shedAlone(roomId: string, { events, from, end }: Shed): void {
    const page = this.#page({ events, state: [] }, { from, end, read: this.#options.now() });
    if (page !== undefined) this.#apply(roomId, { runs: withNewest(this.#runs(roomId), page), dropped: [] });
  }

  /** Something was missed in a room: what was live until then is kept apart from what comes. */
  gap(roomId: string, shed: Shed): void {
    void this.#then(async () => {
      if (shed.events.length > 0) await this.#shed(roomId, shed);
      if (this.#rooms.has(roomId)) this.#apply(roomId, withGap(this.#runs(roomId)));
    });
  }

  /** Deletions and edits of events that are not live: the kept pages follow. */
  change(roomId: string, changes: readonly Change[]): void {
    if (changes.length === 0) return;
    this.#recent.set(roomId, [...(this.#recent.get(roomId) ?? []), ...changes].slice(-MOST_RECENT));
    void this.#then(() => {
      if (this.#rooms.has(roomId)) this.#lookThrough(roomId, changes, 0);
    });
  }

  /** Forgets everything of a room. */
  forget(roomId: string): void {
    void this.#then(() => {
      if (!this.#rooms.has(roomId)) return;
      this.#drop(roomId, new Set(idsOf(this.#runs(roomId))));
      this.#rooms.delete(roomId);
      this.#pending.delete(roomId);
      this.#recent.delete(roomId);
    });
  }

  /** Goes through a room's pages, from a run on, one at a time; until that is done the changes are applied to what is read. */
  #lookThrough(roomId: string, changes: readonly Change[], fromRun: number): void {
    if (changes.length === 0) return;
    this.#pending.set(roomId, [...(this.#pending.get(roomId) ?? []), ...changes]);
    this.#touch();
    let open = changes;
    let ids = idsOf(this.#runs(roomId).slice(fromRun));
    const step = async (): Promise<void> => {
      const [id, ...rest] = ids;
      ids = rest;
      if (id !== undefined && open.length > 0) {
        open = await this.#lookAt(roomId, id, open);
        void this.#then(step);
        return;
      }
      const left = (this.#pending.get(roomId) ?? []).filter((change) => !changes.includes(change));
      if (left.length > 0) this.#pending.set(roomId, left);
      else this.#pending.delete(roomId);
      this.#touch();
    };
    void this.#then(step);
  }

  /** Changes a page; gives the changes that may be about others as well. */
  async #lookAt(roomId: string, id: number, changes: readonly Change[]): Promise<readonly Change[]> {
    const page = this.#runs(roomId)
      .flat()
      .find((one) => one.id === id);
    const content = page === undefined ? undefined : await this.#pages.get(id);
    if (page === undefined || content === undefined) return changes;
    const events = afterChanges(content.events, changes);
    if (events !== content.events) this.#rewrite(roomId, page, { ...content, events });
    return changes.filter((change) => !content.events.some((event) => settles(event, change)));
  }

  #runs(roomId: string): Runs {
    return this.#rooms.get(roomId) ?? [];
  }

  #page(content: PageContent, about: { from: string; end: string | undefined; read: number }): KeptPage | undefined {
    const newest = content.events[0]?.event_id;
    if (newest === undefined) return undefined;
    this.#lastId += 1;
    this.#pages.put(this.#lastId, content);
    return {
      id: this.#lastId,
      newest,
      entrances: [{ token: about.from, at: 0 }],
      end: about.end,
      count: content.events.length,
      bytes: sizeOf(content),
      read: about.read,
    };
  }

  #rewrite(roomId: string, page: KeptPage, content: PageContent): void {
    this.#pages.put(page.id, content);
    const about = { ...page, count: content.events.length, bytes: sizeOf(content) };
    this.#apply(roomId, { runs: withReplaced(this.#runs(roomId), about), dropped: [] });
  }

  #set(roomId: string, runs: Runs): void {
    this.#rooms.set(roomId, runs);
    this.#touch();
  }

  #apply(roomId: string, { runs, dropped }: Changed): void {
    this.#set(roomId, runs);
    this.#pages.remove(dropped);
    this.#makeSpace();
  }

  #drop(roomId: string, ids: ReadonlySet<number>): void {
    this.#set(roomId, without(this.#runs(roomId), ids));
    this.#pages.remove(ids);
  }

  #makeSpace(): void {
    const gone = tooMuch([...this.#rooms.values()].flat(2), this.#mostBytes);
    if (gone.size > 0) for (const roomId of this.#rooms.keys()) this.#drop(roomId, gone);
  }

  #touch(): void {
    this.#isDirty = true;
    this.#options.changed();
  }

  /** One step after the other. */
  #then<T>(step: () => Promise<T> | T): Promise<T> {
    const done = this.#work.then(step);
    this.#work = done.catch(() => undefined);
    return done;
  }

  /** Waits until what was asked is done. */
  async settled(): Promise<void> {
    await this.#work;
  }

  /** What is to be written; then `written` or `giveBack` is called. */
  take(): SealedChange {
    if (!this.#isDirty) return { put: new Map(), remove: [] };
    this.#isDirty = false;
    const { put, remove } = this.#pages.take();
    const [rooms, pending] = [Object.fromEntries(this.#rooms), Object.fromEntries(this.#pending)];
    return { put: new Map([...put, [HISTORY, { rooms, pending, lastId: this.#lastId }]]), remove };
  }

  /** What was taken is written. */
  written(): void {
    this.#pages.written();
  }

  /** It could not be written. When that was for want of space, there will be less of it. */
  giveBack(change: SealedChange, isFull: boolean): void {
    if (!change.put.has(HISTORY)) return;
    this.#pages.giveBack(change.remove);
    this.#isDirty = true;
    if (!isFull) return;
    const bytes = [...this.#rooms.values()].flat(2).reduce((sum, page) => sum + page.bytes, 0);
    this.#mostBytes = Math.min(this.#mostBytes, bytes * LESS);
    this.#makeSpace();
  }
}

function sizeOf(content: PageContent): number {
  return JSON.stringify(content).length;
}
