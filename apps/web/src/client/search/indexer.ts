import {
  ClientEvent,
  Direction,
  KnownMembership,
  MatrixEventEvent,
  RoomEvent,
  type IRoomEvent,
  type MatrixClient,
  type MatrixEvent,
  type Room,
} from "matrix-js-sdk";
import { editOf, entryOf } from "./entry.ts";
import { MOST_ENTRIES, type MessageIndex, type Stretch } from "./message-index.ts";

/** Between two pages of history: it must not be felt. */
const PAUSE_MS = 1500;
/** After a failure: the network is away, or keys are. */
const PAUSE_AFTER_FAILURE_MS = 30_000;
const PAGE = 100;
/** Edits whose messages are still further back. */
const MOST_EDITS = 1000;

/** Keeps the index up with the encrypted rooms: what arrives at once, what lies back a page at a time while nothing else happens. */
export class Indexer {
  #client: MatrixClient;
  #index: MessageIndex;
  #ask: MatrixClient["createMessagesRequest"];
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isOver = false;
  /** By message: who edited it last, and its words then. Going back, an edit is met before what it edits. */
  #edits = new Map<string, { readonly sender: string | undefined; readonly text: string }>();
  #unfollow: () => void;

  constructor(client: MatrixClient, index: MessageIndex, fetch: MatrixClient["createMessagesRequest"]) {
    this.#client = client;
    this.#ask = fetch;
    this.#index = index;
    this.#unfollow = this.#follow();
    for (const room of client.getRooms()) this.#takeRoom(room);
    this.#plan(PAUSE_MS);
  }

  /** Ends; the index stays open. */
  stop(): void {
    this.#isOver = true;
    clearTimeout(this.#timer);
    this.#unfollow();
  }

  #follow(): () => void {
    const client = this.#client;
    const arrived = (event: MatrixEvent): void => this.#take(event);
    const deleted = (event: MatrixEvent, room: Room): void => {
      const id = event.event.redacts ?? event.getAssociatedId();
      if (id !== undefined) this.#index.remove(room.roomId, id);
    };
    const gap = (room: Room | undefined): void => {
      if (room !== undefined) queueMicrotask(() => this.#noteGap(room));
    };
    const moved = (room: Room): void => {
      if (room.getMyMembership() === KnownMembership.Leave) this.#index.removeRoom(room.roomId);
      else this.#takeRoom(room);
    };
    client.on(RoomEvent.Timeline, arrived);
    client.on(MatrixEventEvent.Decrypted, arrived);
    client.on(MatrixEventEvent.Replaced, arrived);
    client.on(RoomEvent.Redaction, deleted);
    client.on(RoomEvent.TimelineReset, gap);
    client.on(RoomEvent.MyMembership, moved);
    client.on(ClientEvent.Room, moved);
    return () => {
      client.off(RoomEvent.Timeline, arrived);
      client.off(MatrixEventEvent.Decrypted, arrived);
      client.off(MatrixEventEvent.Replaced, arrived);
      client.off(RoomEvent.Redaction, deleted);
      client.off(RoomEvent.TimelineReset, gap);
      client.off(RoomEvent.MyMembership, moved);
      client.off(ClientEvent.Room, moved);
    };
  }

  #isIndexed(room: Room | null): room is Room {
    return room !== null && room.getMyMembership() === KnownMembership.Join && room.hasEncryptionStateEvent();
  }

  #take(event: MatrixEvent): void {
    const room = this.#client.getRoom(event.getRoomId());
    if (!this.#isIndexed(room)) return;
    const entry = entryOf(event);
    if (entry !== undefined) this.#index.put(room.roomId, entry);
  }

  /** A room from now on: what is here of it, and from where to go back. */
  #takeRoom(room: Room): void {
    if (!this.#isIndexed(room)) return;
    const timeline = room.getLiveTimeline();
    for (const event of timeline.getEvents()) this.#take(event);
    if (this.#index.reachOf(room.roomId) !== undefined) return;
    const token = timeline.getPaginationToken(Direction.Backward);
    this.#index.setReach(room.roomId, { from: token === null ? [] : [{ token, isGap: false }] });
  }

  /** Messages were missed: from the new beginning back to something that is known. */
  #noteGap(room: Room): void {
    if (!this.#isIndexed(room)) return;
    const token = room.getLiveTimeline().getPaginationToken(Direction.Backward);
    const known = this.#index.reachOf(room.roomId);
    if (token === null || known?.from.some((one) => one.token === token) === true) return;
    const isGap = known !== undefined;
    this.#index.setReach(room.roomId, { from: [...(known?.from ?? []), { token, isGap }] });
    this.#plan(PAUSE_MS);
  }

  #plan(pauseMs: number): void {
    if (!this.#isOver) this.#timer ??= setTimeout(() => void this.#step(), pauseMs);
  }

  async #step(): Promise<void> {
    this.#timer = undefined;
    const next = this.#next();
    if (next === undefined) return;
    try {
      await this.#fetch(next.room, next.stretch);
      this.#plan(PAUSE_MS);
    } catch {
      this.#plan(PAUSE_AFTER_FAILURE_MS);
    }
  }

  /** Gaps come first: what was said last is looked for most. */
  #next(): { readonly room: Room; readonly stretch: Stretch } | undefined {
    if (this.#index.size >= MOST_ENTRIES) return undefined;
    let found: { readonly room: Room; readonly stretch: Stretch } | undefined;
    for (const room of this.#client.getRooms()) {
      if (!this.#isIndexed(room)) continue;
      for (const stretch of this.#index.reachOf(room.roomId)?.from ?? []) {
        if (stretch.isGap) return { room, stretch };
        found ??= { room, stretch };
      }
    }
    return found;
  }

  async #fetch(room: Room, stretch: Stretch): Promise<void> {
    const { roomId } = room;
    const { chunk, end } = await this.#ask(roomId, stretch.token, PAGE, Direction.Backward);
    const events = await this.#readable(chunk);
    if (this.#isOver) return;
    const unreadable = events.some((event) => event.isDecryptionFailure());
    // Keys come with the admission of the device and from the backup: until there is one, nothing would be read at all.
    if (unreadable && (await this.#client.getCrypto()?.getActiveSessionBackupVersion()) === null)
      throw new Error("there are no keys yet");
    let meetsKnown = false;
    for (const event of events) {
      this.#noteEdit(event);
      const entry = entryOf(event);
      if (entry === undefined) continue;
      meetsKnown ||= this.#index.has(roomId, entry.id);
      const edit = this.#edits.get(entry.id);
      this.#edits.delete(entry.id);
      this.#index.put(roomId, edit?.sender === entry.sender ? { ...entry, text: edit.text } : entry);
    }
    const others = (this.#index.reachOf(roomId)?.from ?? []).filter((one) => one.token !== stretch.token);
    const isOver = end === undefined || chunk.length === 0 || (stretch.isGap && meetsKnown);
    this.#index.setReach(roomId, { from: isOver ? others : [...others, { ...stretch, token: end }] });
  }

  #noteEdit(event: MatrixEvent): void {
    const edit = editOf(event);
    if (edit === undefined || this.#edits.has(edit.of)) return;
    if (this.#edits.size >= MOST_EDITS) this.#edits.clear();
    this.#edits.set(edit.of, { sender: event.getSender(), text: edit.text });
  }

  async #readable(chunk: readonly IRoomEvent[]): Promise<readonly MatrixEvent[]> {
    const mapper = this.#client.getEventMapper({ decrypt: false });
    const events = chunk.map((event) => mapper(event));
    for (const event of events) await this.#client.decryptEventIfNeeded(event);
    return events;
  }
}
