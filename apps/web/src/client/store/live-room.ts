import { SyncAccumulator, type IRooms, type ISyncResponse } from "matrix-js-sdk/lib/sync-accumulator.js";
import type { Shed } from "./history.ts";
import { afterChange, changeIn, settles, type Change, type KeptEvent } from "./kept-events.ts";
import type { Entrance } from "./history-runs.ts";
import { withOneRoom } from "./sync-pages.ts";

/** A room has at least so many live events when some of them go over to its history. */
const LEAST_LIVE = 20;
/** With more of them than this they do. */
const MOST_LIVE = 60;

/** What a sync did to a room, beside what it brought. */
export interface Moved {
  /** Live events that are history now. */
  readonly shed?: Shed;
  /** The live events of before; what came after them was missed. */
  readonly gap?: Shed;
  /** Deletions and edits of events that are not live. */
  readonly changes: readonly Change[];
}

/** One room as `/sync` told of it: its state and its newest events, which are what a start reads. */
export class LiveRoom {
  readonly #roomId: string;
  #accumulator: SyncAccumulator | undefined;
  /** What was kept, until somebody needs it: most rooms are not spoken of for long. */
  #kept: { readonly text: string; readonly nextBatch: string } | undefined;
  /** Tokens of the server and at which live event they stand. A start knows the first only. */
  #entrances: readonly Entrance[] = [];

  constructor(roomId: string) {
    this.#roomId = roomId;
  }

  /** Takes up what was kept, as JSON of `json`. */
  load(text: string, nextBatch: string): void {
    this.#kept = { text, nextBatch };
  }

  #opened(): SyncAccumulator {
    if (this.#accumulator !== undefined) return this.#accumulator;
    this.#accumulator = newAccumulator();
    if (this.#kept !== undefined) {
      const { text, nextBatch } = this.#kept;
      this.#kept = undefined;
      this.#accumulator.accumulate({ ...withOneRoom(nextBatch), rooms: parseRooms(text) }, true);
      const { events, token } = this.live;
      this.#entrances = events.length === 0 || token === undefined ? [] : [{ token, at: 0 }];
    }
    return this.#accumulator;
  }

  /** Everything of the room, to be kept. */
  json(): IRooms {
    return this.#opened().getJSON(true).roomsData;
  }

  /** Everything of the room, as a sync would tell it; whoever asks may change it. */
  asSync(): IRooms {
    if (this.#kept === undefined) return structuredClone(this.#opened().getJSON().roomsData);
    const rooms = parseRooms(this.#kept.text);
    const now = Date.now();
    for (const event of rooms.join[this.#roomId]?.timeline.events ?? []) countAge(event, now);
    return rooms;
  }

  /** The newest events, and from where one goes back before them. */
  get live(): { readonly events: KeptEvent[]; readonly token: string | undefined } {
    const { events = [], prev_batch: token } = this.json().join[this.#roomId]?.timeline ?? {};
    return { events, token: token ?? undefined };
  }

  /** Takes in what a sync says of the room. `head` is where the sync before it ended. */
  take(sync: ISyncResponse, head: string | undefined): Moved {
    const section = sync.rooms.join[this.#roomId]?.timeline;
    const isGap = section?.limited === true;
    const before = isGap ? this.live : undefined;
    if (isGap) this.#entrances = [];
    const arrived = section?.events ?? [];
    const at = isGap ? 0 : this.live.events.length;
    this.#opened().accumulate(sync);
    if (arrived.length > 0 && typeof section?.prev_batch === "string")
      this.#entrances = [...this.#entrances, { token: section.prev_batch, at }];
    const changes = this.#apply(arrived);
    const shed = this.#shed(sync.next_batch);
    const gap: Shed | undefined =
      before === undefined || head === undefined
        ? undefined
        : { events: before.events.toReversed(), from: head, end: before.token };
    return { changes, ...(shed === undefined ? {} : { shed }), ...(gap === undefined ? {} : { gap }) };
  }

  /** Changes what the arrived events change among the live ones; gives the changes that may be about others. */
  #apply(arrived: readonly KeptEvent[]): readonly Change[] {
    const changes = arrived.flatMap((event) => changeIn(event) ?? []);
    if (changes.length === 0) return [];
    const { events } = this.live;
    const others = changes.filter((change) => !events.some((event) => settles(event, change)));
    for (const event of events) {
      const after = changes.reduce(afterChange, event);
      if (after !== event) replace(event, after);
    }
    return others;
  }

  /** Beyond a certain number the older ones are history, from a place on that has a token. */
  #shed(nextBatch: string): Shed | undefined {
    const { events, token } = this.live;
    if (events.length <= MOST_LIVE) return undefined;
    const cut = this.#entrances.findLast(({ at }) => at > 0 && events.length - at >= LEAST_LIVE);
    if (cut === undefined) return undefined;
    const rooms = this.json();
    const room = rooms.join[this.#roomId];
    if (room === undefined) return undefined;
    const timeline = { events: events.slice(cut.at), prev_batch: cut.token };
    const rest = { ...rooms, join: { [this.#roomId]: { ...room, timeline } } };
    this.#accumulator = newAccumulator();
    this.#accumulator.accumulate({ ...withOneRoom(nextBatch), rooms: rest }, true);
    this.#entrances = this.#entrances
      .filter(({ at }) => at >= cut.at)
      .map((entrance) => ({ ...entrance, at: entrance.at - cut.at }));
    return { events: events.slice(0, cut.at).toReversed(), from: cut.token, end: token };
  }

  remove(ids: string[]): void {
    this.#opened().removeEventsFromRoom(this.#roomId, ids);
    this.#entrances = this.#entrances.slice(0, 1).filter(({ at }) => at === 0);
  }
}

/** It never cuts by itself: it would cut wherever it has a token, and be left with one event. */
function newAccumulator(): SyncAccumulator {
  return new SyncAccumulator({ maxTimelineEntries: Number.MAX_SAFE_INTEGER });
}

function parseRooms(text: string): IRooms {
  return JSON.parse(text); // sealed by this very class
}

/** The accumulator writes down when an event came, by this device's clock. */
function countAge(event: KeptEvent & { _localTs?: number }, now: number): void {
  const { _localTs: came } = event;
  if (came === undefined) return;
  delete event._localTs;
  event.unsigned = { ...event.unsigned, age: now - came };
}

function replace(event: KeptEvent, by: KeptEvent): void {
  for (const key of Object.keys(event)) Reflect.deleteProperty(event, key);
  Object.assign(event, by);
}
