import { ClientEvent, KnownMembership, RoomEvent, SyncState, type MatrixClient } from "matrix-js-sdk";
import { isLiveSync } from "../matrix/live-sync.ts";
import type { Outbox } from "../outbox.ts";
import { listIn, numberIn, partOf } from "../read-json.ts";
import type { Notes } from "../store/notes.ts";
import { Model } from "../view-model.ts";
import { DelayRefused, type DelayedApi } from "./delayed-api.ts";
import {
  LATER,
  laterKey,
  merged,
  parseLater,
  readDelayed,
  type DelayedList,
  type LaterFault,
  type LaterMessage,
} from "./later-message.ts";
import { openDelayed, sealFor } from "./seal-message.ts";

/** So soon after its time a message is looked for again; the server sends within ten seconds. */
const AFTER_MS = 1500;
const AGAIN_MS = 5000;
/** More than a browser's timer can wait would fire at once. */
const LONGEST_WAIT_MS = 6 * 60 * 60_000;
/** A refusal for this time or less is of haste, not of how many wait. */
const SHORT_MS = 60_000;
/** The failures that somebody has seen on this device. */
const SEEN = "about later-seen";

/** What is to be sent, and when. */
export interface LaterWish {
  readonly content: Readonly<Record<string, unknown>>;
  readonly at: number;
}

/**
 * Messages that are sent later. The server keeps them, encrypted as their rooms are, and sends them when this device is away; what
 * it does not have yet waits here for the connection. The list is the server's, read with this device's keys, so that each device
 * of a person has the same one.
 */
export class LaterModel extends Model<readonly LaterMessage[]> {
  #client: MatrixClient;
  #api: DelayedApi;
  #notes: Notes;
  #outbox: Outbox;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isPlacing = false;
  #isStale = true;
  #refreshing: Promise<void> | undefined;
  /** Counts what was changed here, so that an answer from before it is not believed. */
  #changes = 0;
  #opening = new Set<string>();
  #isOver = false;

  constructor(parts: {
    readonly client: MatrixClient;
    readonly api: DelayedApi;
    readonly notes: Notes;
    readonly outbox: Outbox;
  }) {
    super(inOrder(parts.notes.all(LATER).flatMap(parseLater)));
    this.#client = parts.client;
    this.#api = parts.api;
    this.#notes = parts.notes;
    this.#outbox = parts.outbox;
    parts.client.on(ClientEvent.Sync, (state, _before, data) => {
      if (!isLiveSync(state, data)) this.#isStale ||= state === SyncState.Error || state === SyncState.Reconnecting;
      else void this.#catchUp();
    });
    parts.client.on(RoomEvent.Timeline, (event, room, toStart) => {
      const isOwn = event.getSender() === parts.client.getSafeUserId() && toStart !== true && event.status === null;
      if (isOwn && this.snapshot().some((one) => one.roomId === room?.roomId && one.state === "scheduled"))
        void this.refresh();
    });
    document.addEventListener("visibilitychange", this.#shown);
  }

  /** What waits here goes first: the server may have it already, and only its answer was lost. */
  async #catchUp(): Promise<void> {
    await this.#placeAll();
    if (this.#isStale) await this.refresh();
  }

  readonly #shown = (): void => {
    // Another device may have changed something meanwhile.
    if (document.visibilityState === "visible" && this.snapshot().length > 0) void this.refresh();
  };

  /** The time, as the server has it. */
  now(): number {
    return this.#api.now();
  }

  find(id: string): LaterMessage | undefined {
    return this.snapshot().find((one) => one.id === id);
  }

  /** Has a message sent later. It is kept at once, and scheduled as soon as the server answers. */
  schedule(roomId: string, { content, at }: LaterWish): void {
    this.#put({ id: this.#client.makeTxnId(), roomId, at, content, state: "queued" });
    void this.#placeAll();
  }

  /** Changes what is sent, or when. The server gives up what it has before it gets the new one, so that never both are sent. */
  change({ roomId, id }: Pick<LaterMessage, "roomId" | "id">, { content, at }: LaterWish): void {
    const before = this.find(id);
    const next = { id: this.#client.makeTxnId(), roomId, at, content } as const;
    if (before === undefined || before.state === "sent") {
      this.#put({ ...next, state: "failed", fault: { kind: "already" } });
      return;
    }
    this.#drop(before);
    const replaces = before.state === "scheduled" ? before.delayId : before.replaces;
    this.#put({ ...next, state: "queued", replaces });
    void this.#placeAll();
  }

  /** Sends one now. */
  async sendNow(id: string): Promise<void> {
    const message = this.find(id);
    if (message === undefined) return;
    const { roomId, content, state, delayId } = message;
    await this.#asking(message, async () => {
      if (state === "scheduled" && delayId !== undefined) {
        await this.#api.act(delayId, "send");
        this.#isStale = true;
        await this.refresh();
        return;
      }
      if (message.replaces !== undefined) await this.#api.act(message.replaces, "cancel");
      if (content === undefined) return;
      this.#outbox.say(roomId, content);
      this.#drop(message);
    });
  }

  /** Gives one up; `undo` brings it back until `tidy` forgets it. */
  async cancel(id: string): Promise<void> {
    const message = this.find(id);
    if (message === undefined) return;
    const known = message.state === "scheduled" ? message.delayId : message.replaces;
    await this.#asking(message, async () => {
      if (known !== undefined) await this.#api.act(known, "cancel");
      this.#drop(message);
      this.set(inOrder([...this.snapshot(), { ...message, state: "cancelled", fault: undefined }]));
    });
  }

  /** Schedules again what was given up. */
  undo(id: string): void {
    const message = this.find(id);
    if (message?.state !== "cancelled" || message.content === undefined) return;
    this.#drop(message);
    this.schedule(message.roomId, { content: message.content, at: message.at });
  }

  /** Forgets of a room what was sent or given up; somebody has seen it. */
  tidy(roomId: string): void {
    const isOver = ({ state }: LaterMessage): boolean => state === "sent" || state === "cancelled";
    const left = this.snapshot().filter((one) => one.roomId !== roomId || !isOver(one));
    if (left.length < this.snapshot().length) this.set(left);
  }

  /** Asks the server what it keeps. */
  refresh(): Promise<void> {
    this.#isStale = true;
    this.#refreshing ??= this.#refresh().finally(() => {
      this.#refreshing = undefined;
    });
    return this.#refreshing;
  }

  async #refresh(): Promise<void> {
    try {
      while (this.#isStale && !this.#isOver) {
        this.#isStale = false;
        const before = this.#changes;
        const list = readDelayed(await this.#api.list());
        if (this.#changes !== before) {
          this.#isStale = true;
          continue;
        }
        this.#take(merged(this.snapshot(), list, this.#seen(list)));
        this.#read(list);
      }
    } catch {
      this.#isStale = true; // the next sync asks again
    }
    this.#plan();
  }

  #take(messages: readonly LaterMessage[]): void {
    const before = new Map(this.snapshot().map((one) => [one.id, one]));
    for (const one of messages) if (before.get(one.id) !== one) this.#keep(one);
    const left = new Set(messages.map(({ id }) => id));
    for (const one of before.values()) if (!left.has(one.id)) this.#notes.remove(laterKey(one));
    this.set(inOrder(messages));
  }

  /** Reads what this device does not know yet of what the server keeps, as soon as it has the keys. */
  #read({ waiting, over }: DelayedList): void {
    const unread = new Set(this.snapshot().flatMap((one) => (one.content === undefined ? [one.delayId] : [])));
    for (const one of [...waiting, ...over]) {
      if (!unread.has(one.delayId) || this.#opening.has(one.delayId)) continue;
      this.#opening.add(one.delayId);
      openDelayed(this.#client, one, (content) => {
        const now = this.snapshot().find(({ delayId }) => delayId === one.delayId);
        if (now !== undefined && !this.#isOver) this.#put({ ...now, content });
      });
    }
  }

  async #placeAll(): Promise<void> {
    if (this.#isPlacing) return;
    this.#isPlacing = true;
    try {
      for (;;) {
        const next = this.snapshot().find(({ state }) => state === "queued");
        if (next === undefined || this.#isOver || !(await this.#place(next))) return;
      }
    } finally {
      this.#isPlacing = false;
      this.#plan();
    }
  }

  /** Hands one to the server; false when it cannot be reached and the queue waits. */
  async #place(message: LaterMessage): Promise<boolean> {
    const { id, roomId, content = {}, replaces } = message;
    const membership = this.#client.getRoom(roomId)?.getMyMembership();
    if (membership === undefined) return false;
    if (membership !== KnownMembership.Join) return this.#fail(message, { kind: "left" });
    // What it was to replace stays as it is.
    if (message.at <= this.now()) return this.#fail({ ...message, replaces: undefined }, { kind: "past" });
    try {
      // What is certainly refused is refused while what it replaces is still scheduled.
      const isFar = message.at - this.now() > (await this.#farthest());
      if (replaces !== undefined && !isFar) {
        await this.#api.act(replaces, "cancel");
        if (!this.#isThere(id)) return true;
        this.#put({ ...message, replaces: undefined });
      }
      const wire = await sealFor(this.#client, roomId, content);
      const delayMs = Math.max(1, Math.round(message.at - this.now()));
      const delayId = await this.#api.schedule({ roomId, ...wire, txnId: id, delayMs });
      for (const twin of this.snapshot()) if (twin.delayId === delayId && twin.id !== id) this.#drop(twin);
      if (this.#isThere(id)) this.#put({ ...message, replaces: undefined, state: "scheduled", delayId });
      else await this.#api.act(delayId, "cancel");
      if (replaces !== undefined && isFar) await this.#api.act(replaces, "cancel");
      return true;
    } catch (error) {
      if (!(error instanceof DelayRefused) || isForNow(error)) return false;
      const now = this.find(id);
      if (now?.state !== "queued") return true;
      const isAlready = now.replaces !== undefined && (error.status === 409 || error.status === 404);
      return this.#fail(
        { ...now, replaces: undefined },
        isAlready ? { kind: "already" } : refusalOf(error, this.now()),
      );
    }
  }

  /** How far ahead the server lets a message be scheduled, as it says; unknown is any distance. */
  async #farthest(): Promise<number> {
    const capabilities: unknown = await this.#client.getCapabilities();
    const most = numberIn(partOf(capabilities, "org.matrix.msc4140.delayed_events"), "max_delay_ms");
    return most ?? Number.POSITIVE_INFINITY;
  }

  #isThere(id: string): boolean {
    return this.find(id)?.state === "queued";
  }

  #fail(message: LaterMessage, fault: LaterFault): true {
    this.#put({ ...message, state: "failed", fault });
    void this.refresh(); // what it was to replace is there still
    return true;
  }

  /** Does something with one; when the server cannot be reached or refuses, the message says so and is as it was. */
  async #asking(message: LaterMessage, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      const now = this.find(message.id);
      const isRefused = error instanceof DelayRefused && !isForNow(error);
      if (now !== undefined)
        this.#put({ ...now, fault: isRefused ? refusalOf(error, this.now()) : { kind: "unreachable" } });
      // What it was is not what the server knows: it was sent, or changed on another device.
      if (isRefused) void this.refresh();
    }
  }

  #put(message: LaterMessage): void {
    this.#changes += 1;
    this.#keep(message);
    this.set(inOrder([...this.snapshot().filter(({ id }) => id !== message.id), message]));
    this.#plan();
  }

  #keep(message: LaterMessage): void {
    const { id: _id, roomId: _room, ...value } = message;
    if (message.state === "sent" || message.state === "cancelled") this.#notes.remove(laterKey(message));
    else this.#notes.put(laterKey(message), value);
  }

  #drop(message: LaterMessage): void {
    this.#changes += 1;
    this.#notes.remove(laterKey(message));
    // The server goes on telling of what failed for some days.
    if (message.state === "failed" && message.delayId !== undefined)
      this.#notes.put(SEEN, [...listIn({ ids: this.#notes.get(SEEN) }, "ids"), message.delayId]);
    this.set(this.snapshot().filter(({ id }) => id !== message.id));
  }

  /** What somebody has seen, as far as the server still tells of it. */
  #seen({ over }: DelayedList): ReadonlySet<string> {
    const told = new Set(over.map(({ delayId }) => delayId));
    const all = listIn({ ids: this.#notes.get(SEEN) }, "ids").filter((id) => typeof id === "string");
    const seen = all.filter((id) => told.has(id));
    if (seen.length < all.length) this.#notes.put(SEEN, seen);
    return new Set(seen);
  }

  /** Looks again when the next one is due. */
  #plan(): void {
    clearTimeout(this.#timer);
    if (this.#isOver) return;
    const [next] = this.snapshot().filter(({ state }) => state === "scheduled");
    if (next === undefined) return;
    const left = next.at + AFTER_MS - this.now();
    this.#timer = setTimeout(() => void this.refresh(), Math.min(left > 0 ? left : AGAIN_MS, LONGEST_WAIT_MS));
  }

  /** Asks for nothing more. */
  stop(): void {
    this.#isOver = true;
    clearTimeout(this.#timer);
    document.removeEventListener("visibilitychange", this.#shown);
  }
}

function inOrder(messages: readonly LaterMessage[]): readonly LaterMessage[] {
  return messages.toSorted((left, right) => left.at - right.at);
}

/** Whether a refusal is of the moment: the same may be taken a little later. */
function isForNow({ status, retryAfterMs = 0 }: DelayRefused): boolean {
  return status >= 500 || status === 401 || (status === 429 && retryAfterMs <= SHORT_MS);
}

function refusalOf({ words, mostMs }: DelayRefused, now: number): LaterFault {
  return { kind: "refused", words, ...(mostMs === undefined ? {} : { latest: now + mostMs }) };
}
