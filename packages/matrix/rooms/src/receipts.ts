import {
  failure,
  ok,
  type Clock,
  type EventId,
  type Instant,
  type Result,
  type RoomId,
  type UserId,
} from "@causeway/base";
import type { AppendedEvent } from "./appended.ts";
import { isRedacted } from "./redacted-form.ts";
import { addCall, markName, setMark, type Reader } from "./reader.ts";
import type { Room } from "./room.ts";
import type { RoomsCore } from "./rooms.ts";
import { eventIn, threadOf } from "./relating.ts";
import {
  forgetHighlights,
  callsOfUser,
  putReceipt,
  receiptsChanged,
  receiptsOfUser,
  roomsWithReceipts,
  type Receipt,
  type ReceiptKind,
} from "./store-receipts.ts";
import type { RoomNumber, StoredEvent } from "./stored-event.ts";
import { unreadOf, type Unread } from "./unread.ts";
import type { UserData } from "./user-data.ts";

/** Told of receipts after their commit. Must not throw. */
export interface ReceiptsListener {
  receiptChanged(receipt: Receipt): void;
}

const MAX_READERS = 50_000;
/** Own messages count as read; that is kept from time to time, because losing it costs a number on a badge. */
const FLUSH_MS = 5_000;

/** How far people have read, and so what they have not. */
export class Receipts {
  #core: RoomsCore;
  #data: UserData;
  #clock: Clock;
  #listener: ReceiptsListener;
  #readers = new Map<UserId, Promise<Reader>>();
  #ready = new Map<UserId, Reader>();
  /** What people have read by writing and what is not kept yet, by person and mark. */
  #own = new Map<UserId, Map<string, Receipt>>();
  /** The last receipt of each room, as far as known: most answers have none to look for. */
  #lastOfRoom = new Map<RoomNumber, number>();
  #timer: NodeJS.Timeout;

  constructor(options: { readonly core: RoomsCore; readonly data: UserData; readonly listener: ReceiptsListener }) {
    this.#core = options.core;
    this.#data = options.data;
    this.#clock = options.core.options.clock;
    this.#listener = options.listener;
    this.#timer = setInterval(
      () => void this.flush().catch((error: unknown) => this.#core.options.failed(error)),
      FLUSH_MS,
    );
    this.#timer.unref();
  }

  /** Keeps a receipt; one that is not further than the last changes nothing. */
  async read(
    user: UserId,
    roomId: RoomId,
    what: { readonly eventId: EventId; readonly kind: "public" | "private"; readonly thread: string },
  ): Promise<Result<object>> {
    const found = await this.#eventIn(user, roomId, what.eventId);
    if (!found.ok) return found;
    const { event, room } = found.value;
    if (what.thread !== "" && what.thread !== ((await threadOf(this.#core, room, event)) ?? "main"))
      return failure("M_INVALID_PARAM", "body `thread_id`: the event is not of this thread");
    const reader = await this.reader(user);
    const mark = reader.marks.get(markName(event.room, what.thread, what.kind));
    if (mark !== undefined && mark.eventPos >= event.pos) return ok({});
    const tx = this.#core.options.db.begin();
    const receipt = receiptFor(event, user, {
      kind: what.kind,
      thread: what.thread,
      ts: this.#clock.now(),
      pos: tx.position(),
    });
    putReceipt(tx, receipt);
    if (what.thread === "") forgetHighlights(tx, receipt);
    tx.onCommitted(() => this.#take(receipt, reader));
    await tx.commit();
    return ok({});
  }

  #take(receipt: Receipt, reader: Reader): void {
    setMark(reader, receipt);
    this.#lastOfRoom.set(receipt.room, receipt.pos);
    this.#listener.receiptChanged(receipt);
  }

  /** Keeps where somebody's fully-read line is. */
  async setFullyRead(user: UserId, roomId: RoomId, eventId: EventId): Promise<Result<object>> {
    const found = await this.#eventIn(user, roomId, eventId);
    return found.ok ? await this.#data.keep(user, { roomId, type: "m.fully_read" }, { event_id: eventId }) : found;
  }

  async #eventIn(
    user: UserId,
    roomId: RoomId,
    eventId: EventId,
  ): Promise<Result<{ readonly event: StoredEvent; readonly room: Room }>> {
    const room = await this.#core.registry.get(roomId);
    if (room?.membershipAt(this.#core.options.db.stream.head(), user) !== "join")
      return failure("M_FORBIDDEN", "You are not in this room.");
    const event = await eventIn(this.#core, room, eventId);
    return event === undefined ? failure("M_NOT_FOUND", "No such event.") : ok({ event, room });
  }

  /** How far somebody has read everywhere, and what calls them; stays up to date while it is in memory. */
  async reader(user: UserId): Promise<Reader> {
    const known = this.#readers.get(user);
    if (known !== undefined) return await known;
    const reading = this.#load(user);
    this.#readers.set(user, reading);
    reading.catch(() => this.#readers.delete(user));
    for (const oldest of this.#readers.keys()) {
      if (this.#readers.size <= MAX_READERS) break;
      this.#readers.delete(oldest);
      this.#ready.delete(oldest);
    }
    return await reading;
  }

  async #load(user: UserId): Promise<Reader> {
    const reader: Reader = { marks: new Map(), calls: new Map() };
    // What comes while the rows are being read is taken up at once; a row that is read as well counts once.
    this.#ready.set(user, reader);
    const { db } = this.#core.options;
    const waiting = [...(this.#own.get(user)?.values() ?? [])];
    const [receipts, calls] = await Promise.all([receiptsOfUser(db, user), callsOfUser(db, user)]);
    for (const receipt of [...receipts, ...waiting]) setMark(reader, receipt);
    for (const row of calls) addCall(reader, row.room, row);
    return reader;
  }

  /** Takes up events that are durable: who writes has read, and who is called by name has a call more. */
  appended(events: readonly AppendedEvent[]): void {
    for (const one of events) {
      this.#wrote(one);
      this.#called(one);
      for (const event of one.rewritten) if (isRedacted(event)) this.#redacted(event);
    }
  }

  /** Who writes into a thread has read it; who comes in has nothing unread of what was before; other state says nothing of that. */
  #wrote({ event, membership }: AppendedEvent): void {
    const user = event.sender;
    const comesIn = membership?.user === user && membership.after === "join" && membership.before !== "join";
    if (event.stateKey !== undefined && !comesIn) return;
    const thread = comesIn ? "" : (event.thread ?? "main");
    const receipt = receiptFor(event, user, { kind: "own", thread, ts: event.ts, pos: 0 });
    const reader = this.#ready.get(user);
    if (reader !== undefined) setMark(reader, receipt);
    const waiting = this.#own.get(user) ?? new Map<string, Receipt>();
    this.#own.set(user, waiting.set(markName(event.room, thread, "own"), receipt));
  }

  #called({ calls, event, room }: AppendedEvent): void {
    const { pos, thread } = event;
    for (const { user, kind } of calls) {
      if (user !== "everybody") {
        const reader = this.#ready.get(user);
        if (reader !== undefined) addCall(reader, event.room, { pos, thread, kind });
        continue;
      }
      for (const [member, reader] of this.#ready) {
        if (member !== event.sender && room.entry("m.room.member", member)?.content["membership"] === "join")
          addCall(reader, event.room, { pos, thread, kind });
      }
    }
  }

  #redacted(event: StoredEvent): void {
    for (const reader of this.#ready.values()) {
      const calls = reader.calls.get(event.room);
      if (calls?.some((call) => call.pos === event.pos) === true)
        reader.calls.set(
          event.room,
          calls.filter((call) => call.pos !== event.pos),
        );
    }
  }

  /** Keeps what people have read by writing. */
  async flush(): Promise<void> {
    if (this.#own.size === 0) return;
    const taken = [...this.#own].map(([user, waiting]) => ({ user, marks: [...waiting] }));
    const tx = this.#core.options.db.begin();
    for (const { marks } of taken) for (const [, receipt] of marks) putReceipt(tx, receipt);
    await tx.commit();
    // Only now: who is read in between finds each mark here or on the disk.
    for (const { user, marks } of taken) {
      const waiting = this.#own.get(user);
      for (const [name, receipt] of marks) if (waiting?.get(name) === receipt) waiting.delete(name);
      if (waiting?.size === 0) this.#own.delete(user);
    }
  }

  /** Keeps what is still to be kept, and stops. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.flush();
  }

  /** What somebody has not read in a room. */
  async unread(room: Room, user: UserId, options: { readonly threads: boolean }): Promise<Unread> {
    const reader = await this.reader(user);
    const rules = await this.#data.rulesOf(user);
    return await unreadOf(this.#core.options.db, { room, user, reader, rules }, options);
  }

  /** The `content` of an `m.receipt` event with the receipts in `(from, to]` that a reader may see. */
  async receiptsSince(
    room: RoomNumber,
    reader: UserId,
    range: { readonly from: number; readonly to: number },
  ): Promise<string | undefined> {
    if ((this.#lastOfRoom.get(room) ?? Number.MAX_SAFE_INTEGER) <= range.from) return undefined;
    const receipts = await receiptsChanged(this.#core.options.db, room, range);
    const content: Record<string, Record<string, Record<string, object>>> = {};
    // Nothing is after the last of these; a receipt that comes meanwhile has said so itself.
    const last = Math.max(range.from, ...receipts.map((one) => one.pos));
    this.#lastOfRoom.set(room, Math.max(this.#lastOfRoom.get(room) ?? 0, last));
    for (const one of receipts) {
      if (one.kind === "private" && one.user !== reader) continue;
      const type = one.kind === "public" ? "m.read" : "m.read.private";
      const users = ((content[one.eventId] ??= {})[type] ??= {});
      users[one.user] = one.thread === "" ? { ts: one.ts } : { ts: one.ts, thread_id: one.thread };
    }
    return Object.keys(content).length === 0 ? undefined : JSON.stringify(content);
  }

  /** Whether a reader's own marks changed after a position. */
  readSince(room: RoomNumber, user: UserId, from: number): boolean {
    const reader = this.#ready.get(user);
    for (const kind of ["public", "private"] as const)
      if ((reader?.marks.get(markName(room, "", kind))?.pos ?? 0) > from) return true;
    return false;
  }

  /** Rooms of somebody with receipts in `(from, to]`. */
  roomsWithReceipts(
    user: UserId,
    range: { readonly from: number; readonly to: number },
  ): Promise<readonly RoomNumber[]> {
    return roomsWithReceipts(this.#core.options.db, user, range);
  }
}

function receiptFor(
  event: StoredEvent,
  user: UserId,
  made: { readonly kind: ReceiptKind; readonly thread: string; readonly ts: Instant; readonly pos: number },
): Receipt {
  const { eventId, pos: eventPos, mainOrdinal, ordinal, room } = event;
  return {
    room,
    user,
    kind: made.kind,
    thread: made.thread,
    eventId,
    eventPos,
    mainOrdinal,
    ordinal,
    ts: made.ts,
    pos: made.pos,
  };
}
