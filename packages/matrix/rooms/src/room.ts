import type { EventId, RoomId, UserId } from "@causeway/base";
import type { Callers } from "./callers.ts";
import type { RoomNumber, StoredEvent } from "./stored-event.ts";

/** A piece of a room's state: the event that set it, and what it replaced while that is not yet durable. */
export class StateEntry {
  readonly event: StoredEvent;
  replaced: StateEntry | undefined;
  #content: Readonly<Record<string, unknown>> | undefined;

  constructor(event: StoredEvent, replaced?: StateEntry) {
    this.event = event;
    this.replaced = replaced;
  }

  /** The event's content, parsed once. */
  get content(): Readonly<Record<string, unknown>> {
    this.#content ??= contentOf(this.event);
    return this.#content;
  }
}

/** The content of a kept event. Our own text, so it is an object. */
export function contentOf(event: StoredEvent): Readonly<Record<string, unknown>> {
  const parsed: { content?: Record<string, unknown> } = JSON.parse(event.client);
  return parsed.content ?? {};
}

/** How far a room has come: what the next event builds on. */
export interface Progress {
  lastPos: number;
  lastEventId: EventId;
  depth: number;
  ordinal: number;
  mainOrdinal: number;
  /** The reference hash of the last event, in the versions whose events name others by it. */
  lastReference?: string;
}

/** For so long, and in so many times the number, the newest events stay in memory in a burst. */
const BURST_MS = 5000;
const BURST = 20;
/** Taking one event off the front moves all the others, so they go together, in a burst as well. */
const TRIM_AT_ONCE = 50;

/** A room in memory. Its one writer runs ahead of the disk; readers ask for what is durable (`…At(head)`). */
export class Room {
  readonly number: RoomNumber;
  readonly id: RoomId;
  readonly version: string;
  readonly creator: UserId;
  readonly progress: Progress;
  /** What the room was before this position is not known here, where something has changed since. */
  readonly knownFrom: number;
  /** The newest events, oldest first; every event after `tailStart` is among them. */
  readonly tail: StoredEvent[] = [];
  tailStart: number;
  /** Transactions on their way to the disk. */
  pending = 0;
  /** Whom a text in this room may call; made when it is first needed. */
  callers: Callers | undefined;
  /** Reference hashes of state events, in the versions whose events name others by them (1 and 2). */
  readonly references = new Map<EventId, string>();
  #state = new Map<string, Map<string, StateEntry>>();
  #joined = 0;
  #invited = 0;

  constructor(made: {
    readonly number: RoomNumber;
    readonly id: RoomId;
    readonly version: string;
    readonly creator: UserId;
    readonly progress: Progress;
  }) {
    this.number = made.number;
    this.id = made.id;
    this.version = made.version;
    this.creator = made.creator;
    this.progress = made.progress;
    this.knownFrom = made.progress.lastPos;
    this.tailStart = made.progress.lastPos;
  }

  /** The state that the next event is checked against. */
  entry(type: string, stateKey: string): StateEntry | undefined {
    return this.#state.get(type)?.get(stateKey);
  }

  /** The state as of a position that is durable: what readers may see. */
  entryAt(head: number, type: string, stateKey: string): StateEntry | undefined {
    return durable(this.entry(type, stateKey), head);
  }

  /** The content of a piece of durable state, or an empty object. */
  contentAt(head: number, type: string, stateKey = ""): Readonly<Record<string, unknown>> {
    return this.entryAt(head, type, stateKey)?.content ?? {};
  }

  /** All durable state, or that of one type. */
  *entriesAt(head: number, type?: string): Generator<StateEntry> {
    const maps = type === undefined ? this.#state.values() : [this.#state.get(type) ?? new Map<string, StateEntry>()];
    for (const map of maps) {
      for (const entry of map.values()) {
        const seen = durable(entry, head);
        if (seen !== undefined) yield seen;
      }
    }
  }

  /** Somebody's durable membership; `undefined` for people who never had one. */
  membershipAt(head: number, user: UserId): string | undefined {
    const membership = this.entryAt(head, "m.room.member", user)?.content["membership"];
    return typeof membership === "string" ? membership : undefined;
  }

  /** How many are joined and invited (ahead of the disk by at most what is being committed). */
  counts(): { readonly joined: number; readonly invited: number } {
    return { joined: this.#joined, invited: this.#invited };
  }

  /** Puts an event into the state, keeping what it replaced until `settle`. */
  setState(event: StoredEvent, options: { readonly keepReplaced: boolean }): StateEntry {
    const stateKey = event.stateKey ?? "";
    let map = this.#state.get(event.type);
    if (map === undefined) {
      map = new Map();
      this.#state.set(event.type, map);
    }
    const before = map.get(stateKey);
    const entry = new StateEntry(event, options.keepReplaced ? before : undefined);
    map.set(stateKey, entry);
    if (event.type === "m.room.member") {
      this.#count(before, entry);
      this.callers?.stale(stateKey);
    }
    return entry;
  }

  /** Takes a state event back that never became durable. */
  unsetState(entry: StateEntry): void {
    const map = this.#state.get(entry.event.type);
    const stateKey = entry.event.stateKey ?? "";
    if (map?.get(stateKey) !== entry) return;
    if (entry.replaced === undefined) map.delete(stateKey);
    else map.set(stateKey, entry.replaced);
    if (entry.event.type !== "m.room.member") return;
    this.#count(entry, entry.replaced);
    this.callers?.stale(stateKey);
  }

  #count(before: StateEntry | undefined, after: StateEntry | undefined): void {
    const was = before?.content["membership"];
    const is = after?.content["membership"];
    if (was === is) return;
    if (was === "join") this.#joined -= 1;
    if (was === "invite") this.#invited -= 1;
    if (is === "join") this.#joined += 1;
    if (is === "invite") this.#invited += 1;
  }

  /** Replaces an event that has been redacted, wherever it is held. */
  replaceEvent(redacted: StoredEvent): void {
    const index = this.tail.findIndex((event) => event.pos === redacted.pos);
    if (index >= 0) this.tail[index] = redacted;
    const entry = redacted.stateKey === undefined ? undefined : this.entry(redacted.type, redacted.stateKey);
    if (entry?.event.pos === redacted.pos) this.setState(redacted, { keepReplaced: false });
  }

  /** Adds a durable event to the tail, which in a burst holds more than at rest: nobody shall fall behind it between two syncs. */
  pushTail(event: StoredEvent, maxTail: number): void {
    this.tail.push(event);
    const tooMany = this.tail.length - maxTail;
    if (tooMany < TRIM_AT_ONCE || tooMany % TRIM_AT_ONCE !== 0) return;
    const youngest = event.ts - BURST_MS;
    let gone = 0;
    while (this.tail.length - gone > maxTail) {
      const oldest = this.tail[gone];
      if (oldest === undefined || (oldest.ts > youngest && this.tail.length - gone <= maxTail * BURST)) break;
      this.tailStart = oldest.pos;
      gone += 1;
    }
    if (gone > 0) this.tail.splice(0, gone);
  }
}

function durable(entry: StateEntry | undefined, head: number): StateEntry | undefined {
  let seen = entry;
  while (seen !== undefined && seen.event.pos > head) seen = seen.replaced;
  return seen;
}
