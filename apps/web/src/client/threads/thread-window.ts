import { Direction, EventType, type MatrixClient, type MatrixEvent, type Room } from "matrix-js-sdk";
import { readFetched } from "../matrix/fetched-events.ts";
import type { HistoryWindow } from "../timeline/event-window.ts";
import { relationOf } from "./thread-of.ts";

/** How many events one step brings. */
const PAGE = 60;
/** So many events can arrive at once. */
const RECENT = 100;
/** A message that a link leads to is looked for so far back. */
const MOST_STEPS = 80;

/** A thread's messages: those that the room's own timeline has, and those further back, from the server. It ends at the newest. */
export class ThreadWindow implements HistoryWindow {
  readonly hasNewer = false;
  readonly isLeftBehind = false;
  #client: MatrixClient;
  #room: Room;
  #root: string;
  #rootOf: (event: MatrixEvent) => string | undefined;
  /** By id: what is not in the room's own timeline, as far as that is loaded. */
  #fetched = new Map<string, MatrixEvent>();
  #next: string | undefined;
  #hasAll = false;

  constructor(parts: {
    readonly client: MatrixClient;
    readonly room: Room;
    readonly root: string;
    readonly rootOf: (event: MatrixEvent) => string | undefined;
  }) {
    this.#client = parts.client;
    this.#room = parts.room;
    this.#root = parts.root;
    this.#rootOf = parts.rootOf;
  }

  /** The root, and what was said below it, the oldest first. */
  get events(): readonly MatrixEvent[] {
    const replies = new Map<string, MatrixEvent>();
    for (const [id, event] of this.#fetched)
      if (id !== this.#root) replies.set(id, this.#room.findEventById(id) ?? event);
    for (const event of this.#room.getLiveTimeline().getEvents()) {
      if (this.#rootOf(event) === this.#root) replies.set(event.getId() ?? "", event);
    }
    const root = this.find(this.#root);
    const ordered = [...replies.values()].toSorted((left, right) => left.getTs() - right.getTs());
    return root === undefined ? ordered : [root, ...ordered];
  }

  get hasOlder(): boolean {
    return !this.#hasAll;
  }

  /** A message of the thread, or its root. */
  find(id: string): MatrixEvent | undefined {
    return this.#room.findEventById(id) ?? this.#fetched.get(id);
  }

  /** Brings what was said earlier, with the reactions and edits of it. */
  async older(): Promise<void> {
    if (this.#hasAll) return;
    if (this.find(this.#root) === undefined) await this.#fetchRoot();
    const { chunk, next_batch: next } = await this.#client.fetchRelations(this.#room.roomId, this.#root, null, null, {
      dir: Direction.Backward,
      limit: PAGE,
      recurse: true,
      ...(this.#next === undefined ? {} : { from: this.#next }),
    });
    await this.#take(chunk);
    this.#next = next;
    this.#hasAll = next === undefined;
  }

  newer(): Promise<void> {
    return Promise.resolve();
  }

  /** What arrives is in the room's own timeline; only deletions of what is not there are to be taken over. */
  extend(): Promise<void> {
    for (const event of this.#room.getLiveTimeline().getEvents().slice(-RECENT)) {
      const id = event.getType() === EventType.RoomRedaction ? event.getAssociatedId() : undefined;
      const target = this.#fetched.get(id ?? "");
      if (target?.isRedacted() === false) target.makeRedacted(event, this.#room);
    }
    return Promise.resolve();
  }

  /** Goes back as far as a message; throws when it is not in the thread. */
  async reach(id: string): Promise<void> {
    const isThere = (): boolean => this.events.some((event) => event.getId() === id);
    for (let step = 0; step < MOST_STEPS && !isThere() && !this.#hasAll; step += 1) await this.older();
    if (!isThere()) throw new Error("there is no such message in this thread");
  }

  async #fetchRoot(): Promise<void> {
    await this.#take([await this.#client.fetchRoomEvent(this.#room.roomId, this.#root)]);
  }

  async #take(chunk: Parameters<typeof readFetched>[2]): Promise<void> {
    const events = await readFetched(this.#client, this.#room.roomId, chunk);
    for (const event of events) {
      const id = event.getId() ?? "";
      if (id !== this.#root && this.#rootOf(event) !== this.#root) continue;
      this.#fetched.set(id, event);
      this.#room.relations.aggregateParentEvent(event);
    }
    for (const event of events) await this.#aggregate(event);
  }

  /** Reactions and edits of what is not in the room's timeline are not known to the room by themselves. */
  async #aggregate(event: MatrixEvent): Promise<void> {
    const target = this.find(relationOf(event)?.to ?? "");
    if (target === undefined || this.#rootOf(event) === this.#root) return;
    await this.#room.relations.aggregateChildEvent(event, this.#room.getUnfilteredTimelineSet(), target);
  }
}
