import {
  EventStatus,
  EventType,
  MatrixEventEvent,
  RelationType,
  RoomEvent,
  RoomMemberEvent,
  RoomStateEvent,
  type MatrixClient,
  type MatrixEvent,
  type Room,
} from "matrix-js-sdk";
import { personIn, type PersonView } from "../people.ts";
import { coalesced, gathered, Model } from "../view-model.ts";
import { readersIn, tellRead } from "../threads/reading.ts";
import { newestIn } from "../threads/thread-of.ts";
import { ThreadWindow } from "../threads/thread-window.ts";
import type { ThreadsModel } from "../threads/threads.ts";
import { EventWindow, type HistoryWindow } from "./event-window.ts";
import { keepingSame } from "./same-items.ts";
import { itemsOf, type TimelineItem } from "./items.ts";
import { isMessage } from "./kinds.ts";
import { mentionsIn, type Mention } from "./mentions.ts";
import { ownReaction } from "./reactions.ts";

/** A room's messages as far as they are loaded. */
export interface Timeline {
  readonly items: readonly TimelineItem[];
  /** Whether older messages are on their way. */
  readonly isLoading: boolean;
  /** Whether the last attempt to load something did not succeed. */
  readonly hasFailed: boolean;
  readonly hasOlder: boolean;
  /** Whether the newest message is not among them. */
  readonly hasNewer: boolean;
  readonly typing: readonly PersonView[];
  /** What was read last, until what follows it has been in sight. */
  readonly firstUnread: string | undefined;
}

/** With fewer lines than this the room is filled up from its history at once. */
const FEW = 30;
/** A step back may meet only what is not shown here; so many such steps are taken at once. */
const MOST_STEPS = 10;
/** What takes less than this is not called loading. */
const SLOW_MS = 150;

/** Follows the messages of a room, or of one of its threads, while somebody looks, and does what can be done with them. */
export class TimelineModel extends Model<Timeline> {
  readonly roomId: string;
  /** The root of the thread that it shows; undefined for what stands in the room itself. */
  readonly thread: string | undefined;
  #client: MatrixClient;
  #threads: ThreadsModel;
  #window: HistoryWindow | undefined;
  #readUpTo: string | undefined;
  /** The last event that was told to be read. */
  #told: string | undefined;
  /** Until it has been in sight once. */
  #unreadIsAbove = true;
  #unfollow: (() => void) | undefined;
  #isBusy = false;
  /** What is being loaded: a link that is opened waits for it. */
  #current: Promise<unknown> | undefined;
  #refresh = coalesced(() => this.#rebuild());
  #refreshSoon = gathered(() => this.#rebuild());

  constructor(client: MatrixClient, threads: ThreadsModel, thread?: string) {
    const nothing = { items: [], typing: [], firstUnread: undefined };
    super({ ...nothing, isLoading: false, hasFailed: false, hasOlder: true, hasNewer: false });
    this.#client = client;
    this.#threads = threads;
    this.roomId = threads.roomId;
    this.thread = thread;
  }

  get #room(): Room | null {
    return this.#client.getRoom(this.roomId);
  }

  protected override watched(): void {
    this.#readUpTo = this.#readMark();
    this.#unreadIsAbove = true;
    this.#unfollow = this.#follow();
    this.#current = this.#open();
  }

  protected override unwatched(): void {
    this.#unfollow?.();
    this.#unfollow = undefined;
  }

  async #open(): Promise<void> {
    const room = this.#room;
    if (room === null) return;
    if (this.#window?.isLeftBehind === true) this.#window = undefined;
    // Another place may be opened meanwhile: that one was asked for.
    if (this.#window === undefined) {
      const end = await this.#windowOn(room);
      this.#window ??= end;
    } else await this.#window.extend();
    this.#rebuild();
    if (this.snapshot().items.length < FEW) await this.older();
  }

  /** A window at the newest messages, or around one of them. */
  async #windowOn(room: Room, at?: string): Promise<HistoryWindow> {
    const { thread: root } = this;
    if (root === undefined) return await EventWindow.open(this.#client, room, at);
    const { rootOf } = this.#threads;
    const window = new ThreadWindow({ client: this.#client, room, root, rootOf });
    if (at !== undefined) await window.reach(at);
    return window;
  }

  /** Shows the part of the history around an event; resolves to whether there is such an event. */
  async openAt(id: string): Promise<boolean> {
    const room = this.#room;
    if (room === null) return false;
    await this.#idle();
    if (this.#window?.events.some((event) => event.getId() === id) === true) return true;
    return await this.#loading(async () => {
      this.#window = await this.#windowOn(room, id);
    });
  }

  /** Where the unread messages begin is in sight. */
  unreadSeen(): void {
    this.#unreadIsAbove = false;
    this.patch({ firstUnread: undefined });
  }

  /** Goes back to the newest messages. */
  async openEnd(): Promise<void> {
    if (this.#window?.hasNewer !== true) return;
    this.#window = undefined;
    await this.#open();
  }

  /** Brings older messages. */
  async older(): Promise<void> {
    const window = this.#window;
    if (window?.hasOlder !== true) return;
    const shown = (): number => window.events.filter((event) => isMessage(event) && this.#isHere(event)).length;
    await this.#loading(async () => {
      const before = shown();
      for (let step = 0; step < MOST_STEPS && window.hasOlder && shown() === before; step += 1) await window.older();
    });
  }

  #isHere(event: MatrixEvent): boolean {
    return this.#threads.rootOf(event) === this.thread || (event.getId() ?? "") === this.thread;
  }

  /** Brings newer messages, when what is shown does not reach to the end. */
  async newer(): Promise<void> {
    const window = this.#window;
    if (window?.hasNewer === true) await this.#loading(() => window.newer());
  }

  /** One step at a time; a step that fails is tried again by the next scroll. */
  async #idle(): Promise<void> {
    let seen: unknown;
    while (seen !== this.#current) {
      seen = this.#current;
      await seen;
    }
  }

  #loading(step: () => Promise<void>): Promise<boolean> {
    if (this.#isBusy) return Promise.resolve(false);
    const current = this.#take(step);
    this.#current = current;
    return current;
  }

  async #take(step: () => Promise<void>): Promise<boolean> {
    this.#isBusy = true;
    const slow = setTimeout(() => this.patch({ isLoading: true }), SLOW_MS);
    let isDone = true;
    try {
      await step();
    } catch {
      isDone = false;
    }
    clearTimeout(slow);
    this.#isBusy = false;
    if (this.snapshot().hasFailed === isDone) this.patch({ hasFailed: !isDone });
    this.#rebuild();
    return isDone;
  }

  #follow(): () => void {
    const client = this.#client;
    const room = this.#room;
    const grown = (event: MatrixEvent, where: Room | undefined): void => {
      if (where?.roomId === this.roomId) void this.#window?.extend().then(this.#refresh);
      else if (event.getRoomId() === this.roomId) this.#refresh();
    };
    const changed = (event: MatrixEvent): void => {
      if (event.getRoomId() === this.roomId) this.#refresh();
    };
    const roomChanged = (_event: unknown, where: Room): void => {
      if (where.roomId === this.roomId) this.#refresh();
    };
    const decrypted = (event: MatrixEvent): void => {
      if (event.getRoomId() === this.roomId) this.#refreshSoon();
    };
    const typing = (): void => this.patch({ typing: this.#typing() });
    const leave = this.#threads.subscribe(this.#refreshSoon);
    client.on(RoomEvent.Timeline, grown);
    client.on(RoomEvent.LocalEchoUpdated, roomChanged);
    client.on(RoomEvent.Redaction, roomChanged);
    client.on(RoomEvent.Receipt, roomChanged);
    client.on(MatrixEventEvent.Decrypted, decrypted);
    client.on(MatrixEventEvent.Replaced, changed);
    client.on(RoomStateEvent.Members, changed);
    client.on(RoomMemberEvent.Typing, typing);
    room?.on(RoomEvent.TimelineReset, this.#reset);
    return () => {
      leave();
      client.off(RoomEvent.Timeline, grown);
      client.off(RoomEvent.LocalEchoUpdated, roomChanged);
      client.off(RoomEvent.Redaction, roomChanged);
      client.off(RoomEvent.Receipt, roomChanged);
      client.off(MatrixEventEvent.Decrypted, decrypted);
      client.off(MatrixEventEvent.Replaced, changed);
      client.off(RoomStateEvent.Members, changed);
      client.off(RoomMemberEvent.Typing, typing);
      room?.off(RoomEvent.TimelineReset, this.#reset);
    };
  }

  /** After a gap the SDK begins a new timeline, and so does the window on it. */
  readonly #reset = (): void => {
    this.#window = undefined;
    void this.#open();
  };

  #rebuild(): void {
    const room = this.#room;
    const window = this.#window;
    if (room === null || window === undefined) {
      this.patch({ isLoading: false });
      return;
    }
    const { hasOlder, hasNewer } = window;
    const events = hasNewer ? window.events : [...window.events, ...room.getPendingEvents()];
    const { thread } = this;
    const threaded = thread === undefined ? undefined : readersIn(room, thread);
    const made = itemsOf({
      client: this.#client,
      room,
      events,
      readUpTo: this.#readUpTo,
      hasAll: !hasOlder && thread === undefined,
      isHere: (event) => this.#isHere(event),
      find: (id) => window.find(id),
      readersOf: (event) => threaded?.get(event.getId() ?? "") ?? (thread === undefined ? readersOf(room, event) : []),
      threadBelow: thread === undefined ? (event) => this.#threads.summaryOf(event) : undefined,
    });
    const items = keepingSame(this.snapshot().items, made);
    const firstUnread = this.#unreadIsAbove ? this.#readUpTo : undefined;
    this.patch({
      isLoading: this.#isBusy && this.snapshot().isLoading,
      items,
      hasOlder,
      hasNewer,
      typing: this.#typing(),
      firstUnread,
    });
  }

  #typing(): readonly PersonView[] {
    // Nobody tells in which thread they type: it is shown where the room is.
    if (this.thread !== undefined) return [];
    const room = this.#room;
    const me = this.#client.getSafeUserId();
    const typing = room?.getMembers().filter(({ typing: isTyping, userId }) => isTyping && userId !== me) ?? [];
    return typing.map(({ userId }) => personIn(this.#client, room, userId));
  }

  #unread(room: Room): number {
    return this.thread === undefined
      ? room.getRoomUnreadNotificationCount()
      : room.getThreadUnreadNotificationCount(this.thread);
  }

  #readMark(): string | undefined {
    const room = this.#room;
    if (room === null || this.#unread(room) === 0) return undefined;
    const me = this.#client.getSafeUserId();
    if (this.thread === undefined) return room.getEventReadUpTo(me) ?? undefined;
    const read = [...readersIn(room, this.thread)].find(([, readers]) => readers.includes(me));
    return read?.[0] ?? this.thread;
  }

  /** Somebody sees the newest message: tells the server and the others. */
  async read(): Promise<void> {
    const room = this.#room;
    const last = room === null ? undefined : (newestIn(room, this.thread) ?? this.#newestFetched());
    const id = last?.getId();
    if (room === null || last === undefined || id === undefined || id === this.#told) return;
    const me = this.#client.getSafeUserId();
    const isKnown = room.findEventById(id) !== undefined;
    if (last.getSender() === me ? this.#unread(room) === 0 : isKnown && room.hasUserReadEvent(me, id)) return;
    this.#told = id;
    await tellRead(this.#client, last, this.thread).catch(() => {
      this.#told = undefined;
    });
  }

  /** The newest message of a thread in which nothing was said for long: it is not in the room's timeline. */
  #newestFetched(): MatrixEvent | undefined {
    const { thread } = this;
    if (thread === undefined) return undefined;
    return this.#window?.events.findLast((event) => event.status === null && event.getId() !== thread);
  }

  /** A message that is shown, or was. */
  find(id: string): MatrixEvent | undefined {
    return this.#window?.find(id) ?? this.#room?.findEventById(id);
  }

  /** The newest message of the thread that the server has; clients that know no threads see an answer to it. */
  newest(): string | undefined {
    const { thread } = this;
    if (thread === undefined) return undefined;
    const last = this.#window?.events.findLast((event) => event.status === null && isMessage(event));
    return last?.getId() ?? thread;
  }

  /** Who wrote a message. */
  senderOf(id: string): string | undefined {
    return this.find(id)?.getSender();
  }

  /** The text of an own message, to be edited. */
  textOf(id: string): string {
    const body: unknown = this.find(id)?.getContent()["body"];
    return typeof body === "string" ? body : "";
  }

  /** Who is called in a message. */
  mentionsOf(id: string): readonly Mention[] {
    const event = this.find(id);
    return event === undefined ? [] : mentionsIn(event.getContent());
  }

  /** Adds the own reaction, or takes it back. */
  async react(id: string, emoji: string): Promise<void> {
    const room = this.#room;
    if (room === null) return;
    const mine = ownReaction(this.#client, room, { id, emoji });
    const mineId = mine?.getId();
    if (mineId !== undefined) await this.#client.redactEvent(this.roomId, mineId);
    else {
      const relation = { rel_type: RelationType.Annotation as const, event_id: id, key: emoji };
      await this.#client.sendEvent(this.roomId, EventType.Reaction, { "m.relates_to": relation });
    }
  }

  /** Deletes a message for everybody; a line that says so stays. */
  async remove(id: string): Promise<void> {
    await this.#client.redactEvent(this.roomId, id);
  }

  /** Sends a message again that did not go. */
  async retry(id: string): Promise<void> {
    const room = this.#room;
    const event = this.#pending(id);
    if (room !== null && event?.status === EventStatus.NOT_SENT) {
      await this.#client.resendEvent(event, room).catch(() => undefined);
    }
  }

  /** Gives up a message that did not go; returns its text, so that it is not lost. */
  discard(id: string): string {
    const event = this.#pending(id);
    if (event === undefined) return "";
    const body: unknown = event.getContent()["body"];
    this.#client.cancelPendingEvent(event);
    return typeof body === "string" ? body : "";
  }

  #pending(id: string): MatrixEvent | undefined {
    return this.#room?.getPendingEvents().find((event) => event.getId() === id);
  }
}

function readersOf(room: Room, event: MatrixEvent): readonly string[] {
  return room
    .getReceiptsForEvent(event)
    .filter(({ type }) => type === "m.read")
    .map(({ userId }) => userId);
}
