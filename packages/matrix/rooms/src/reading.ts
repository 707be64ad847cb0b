import { failure, ok, type EventId, type Result, type RoomId, type UserId } from "@causeway/base";
import { JsonText } from "@causeway/platform";
import { bundlesFor } from "./bundles.ts";
import { parseEventFilter, type EventFilter } from "./event-filter.ts";
import { historyToken, parseHistoryToken } from "./history-token.ts";
import type { Room } from "./room.ts";
import type { RoomsCore } from "./rooms.ts";
import { stateUpTo } from "./state-reading.ts";
import { eventsById, page, statePieceAt } from "./store.ts";
import { withChildren } from "./store-relations.ts";
import { eventText, type StoredEvent } from "./stored-event.ts";
import type { UserData } from "./user-data.ts";
import { visibilityFor, type Visibility } from "./visibility.ts";

/** Which part of a history is wanted. */
export interface HistoryWish {
  readonly from: string | undefined;
  readonly to: string | undefined;
  readonly dir: "b" | "f";
  readonly limit: number;
  readonly filter: string | undefined;
}

/** A room that somebody may look into. */
export interface OpenRoom {
  readonly room: Room;
  readonly visible: Visibility;
  /** For somebody who has left: nothing after this is theirs to see. */
  readonly until: number | undefined;
}

/** A part of a room's history: `(from, to]`, read in one direction. */
export interface HistoryRange {
  readonly from: number;
  readonly to: number;
  readonly newestFirst: boolean;
}

/** Events that are looked through for those that a filter wants, before a page is given back as it is. */
const MAX_LOOKED_THROUGH = 2000;
const FILTERED_PAGE = 100;

/** Reads history for people, and shows each only what they may see. */
export class Reading {
  #core: RoomsCore;
  #data: UserData;

  constructor(core: RoomsCore, data: UserData) {
    this.#core = core;
    this.#data = data;
  }

  /** A room that somebody is or was in, or that anybody may read; refused like one that does not exist otherwise. */
  async open(user: UserId, roomId: RoomId): Promise<Result<OpenRoom>> {
    const { db } = this.#core.options;
    const room = await this.#core.registry.get(roomId);
    const head = db.stream.head();
    const own = room?.entryAt(head, "m.room.member", user);
    const membership = own?.content["membership"];
    const open = room?.contentAt(head, "m.room.history_visibility")["history_visibility"] === "world_readable";
    const wasIn = membership === "leave" || membership === "ban";
    if (room === undefined || !(open || membership === "join" || wasIn) || (await this.#hasForgotten(user, room)))
      return failure("M_FORBIDDEN", "You are not in this room.");
    const until = wasIn && !open ? own?.event.pos : undefined;
    return ok({ room, visible: await visibilityFor(db, room, user), until });
  }

  async #hasForgotten(user: UserId, room: Room): Promise<boolean> {
    return (await this.#core.memberships.of(user)).get(room.number)?.forgotten === true;
  }

  /** A page of history. */
  async messages(user: UserId, roomId: RoomId, wish: HistoryWish): Promise<Result<JsonText>> {
    const opened = await this.open(user, roomId);
    if (!opened.ok) return opened;
    const filter = parseEventFilter(wish.filter, roomId);
    if (!filter.ok) return filter;
    const range = this.rangeOf(wish);
    if (!range.ok) return range;
    const { start, ...part } = range.value;
    const limit = this.limited(wish.limit);
    const { chunk, end } = await this.#collect(opened.value, part, { limit, filter: filter.value });
    const members = filter.value.lazyMembers ? await this.#membersFor(opened.value.room, chunk) : [];
    const parts = [
      `"start":"${historyToken(start)}"`,
      ...(end === undefined ? [] : [`"end":"${historyToken(end)}"`]),
      `"chunk":[${await this.texts(user, opened.value, chunk)}]`,
      ...(members.length === 0 ? [] : [`"state":[${members.map((event) => eventText(event)).join(",")}]`]),
    ];
    return ok(new JsonText(`{${parts.join(",")}}`));
  }

  /** Reads the tokens of a request; what is not given is an end of the history. */
  rangeOf(wish: Pick<HistoryWish, "from" | "to" | "dir">): Result<HistoryRange & { readonly start: number }> {
    const head = this.#core.options.db.stream.head();
    const back = wish.dir === "b";
    const read = (token: string | undefined, otherwise: number): number | undefined =>
      token === undefined || token === "" ? otherwise : parseHistoryToken(token);
    const from = read(wish.from, back ? head : 0);
    const to = read(wish.to, back ? 0 : head);
    if (from === undefined || to === undefined)
      return failure("M_INVALID_PARAM", "query `from` or `to`: not a token of this server");
    const range = back ? { from: to, to: Math.min(from, head) } : { from, to: Math.min(to, head) };
    return ok({ ...range, newestFirst: back, start: from });
  }

  /** How many are given at once. */
  limited(limit: number): number {
    return Math.max(1, Math.min(limit, this.#core.options.limits.maxPage));
  }

  /** Goes through the history until there are enough events, and says where to go on; undefined where it ends. */
  async #collect(
    opened: OpenRoom,
    range: HistoryRange,
    wish: { readonly limit: number; readonly filter: EventFilter },
  ): Promise<{ readonly chunk: readonly StoredEvent[]; readonly end: number | undefined }> {
    const { db } = this.#core.options;
    const chunk: StoredEvent[] = [];
    let { from, to } = range;
    let looked = 0;
    while (chunk.length < wish.limit && looked < MAX_LOOKED_THROUGH) {
      const size = looked === 0 ? wish.limit : Math.max(FILTERED_PAGE, wish.limit);
      const found = await page(db, opened.room.number, { from, to, limit: size, newestFirst: range.newestFirst });
      looked += found.length;
      const wanted = await this.#wanted(opened, found, wish.filter);
      const taken = wanted.slice(0, wish.limit - chunk.length);
      chunk.push(...taken);
      const isFull = chunk.length === wish.limit && (taken.length < wanted.length || found.length === size);
      const last = isFull ? (taken.length < wanted.length ? taken.at(-1) : found.at(-1)) : found.at(-1);
      if (last === undefined || (!isFull && found.length < size)) return { chunk, end: undefined };
      if (range.newestFirst) to = last.pos - 1;
      else from = last.pos;
    }
    return { chunk, end: range.newestFirst ? to : from };
  }

  async #wanted(
    opened: OpenRoom,
    events: readonly StoredEvent[],
    filter: EventFilter,
  ): Promise<readonly StoredEvent[]> {
    const wanted = events.filter((event) => opened.visible(event) && filter.wants(event));
    if (filter.relatedBy === undefined) return wanted;
    const parents = await withChildren(
      this.#core.options.db,
      wanted.map((event) => event.eventId),
      { room: opened.room.number, ...filter.relatedBy },
    );
    return wanted.filter((event) => parents.has(event.eventId));
  }

  async #membersFor(room: Room, events: readonly StoredEvent[]): Promise<readonly StoredEvent[]> {
    const { db } = this.#core.options;
    const found: StoredEvent[] = [];
    for (const sender of new Set(events.map((event) => event.sender))) {
      const now = room.entryAt(db.stream.head(), "m.room.member", sender)?.event;
      const last = events.findLast((event) => event.sender === sender)?.pos ?? 0;
      const then =
        now !== undefined && now.pos <= last
          ? now
          : await statePieceAt(db, room.number, { type: "m.room.member", stateKey: sender, pos: last });
      if (then !== undefined) found.push(then);
    }
    return found;
  }

  /** The JSON of events for a reader, with their bundled aggregations. */
  async texts(user: UserId, opened: Pick<OpenRoom, "until">, events: readonly StoredEvent[]): Promise<string> {
    const reader = { user, ignored: await this.#data.ignoredBy(user), until: opened.until };
    const bundles = await bundlesFor(this.#core.options.db, reader, events);
    const now = this.#core.options.clock.now();
    return events
      .map((event) => eventText(event, { ageMs: Math.max(0, now - event.ts), relations: bundles.get(event.eventId) }))
      .join(",");
  }

  /** One event of a room. */
  async event(
    user: UserId,
    roomId: RoomId,
    eventId: EventId,
  ): Promise<Result<OpenRoom & { readonly event: StoredEvent }>> {
    const opened = await this.open(user, roomId);
    if (!opened.ok) return failure("M_NOT_FOUND", "No such event.");
    const [event] = await eventsById(this.#core.options.db, [eventId]);
    if (event === undefined || event.room !== opened.value.room.number || !opened.value.visible(event))
      return failure("M_NOT_FOUND", "No such event.");
    return ok({ ...opened.value, event });
  }

  /** One event's JSON. */
  async eventJson(user: UserId, roomId: RoomId, eventId: EventId): Promise<Result<JsonText>> {
    const found = await this.event(user, roomId, eventId);
    return found.ok ? ok(new JsonText(await this.texts(user, found.value, [found.value.event]))) : found;
  }

  /** An event with those around it, and the state after the last of them. */
  async context(
    user: UserId,
    roomId: RoomId,
    wish: { readonly eventId: EventId; readonly limit: number; readonly filter: string | undefined },
  ): Promise<Result<JsonText>> {
    const found = await this.event(user, roomId, wish.eventId);
    if (!found.ok) return found;
    const filter = parseEventFilter(wish.filter, roomId);
    if (!filter.ok) return filter;
    const { room, event } = found.value;
    const limit = Math.min(wish.limit, this.#core.options.limits.maxPage);
    const half = Math.floor(limit / 2);
    const { before, after } = await this.around(found.value, {
      before: half,
      after: limit - half,
      filter: filter.value,
    });
    const until = after.end ?? this.#core.options.db.stream.head();
    const around = [...before.chunk, event, ...after.chunk];
    const senders = filter.value.lazyMembers ? new Set<string>(around.map((one) => one.sender)) : undefined;
    const state = await stateUpTo(this.#core, room, {
      until: after.chunk.at(-1)?.pos ?? event.pos,
      wants: (type, stateKey) => type !== "m.room.member" || senders?.has(stateKey) !== false,
    });
    const parts = [
      `"start":"${historyToken(before.end ?? 0)}"`,
      `"end":"${historyToken(until)}"`,
      `"event":${await this.texts(user, found.value, [event])}`,
      `"events_before":[${await this.texts(user, found.value, before.chunk)}]`,
      `"events_after":[${await this.texts(user, found.value, after.chunk)}]`,
      `"state":[${state
        .filter((one) => filter.value.wants(one))
        .map((one) => eventText(one))
        .join(",")}]`,
    ];
    return ok(new JsonText(`{${parts.join(",")}}`));
  }

  /** The events before and after one, with where the history goes on to either side of them. */
  async around(
    found: OpenRoom & { readonly event: StoredEvent },
    wish: { readonly before: number; readonly after: number; readonly filter: EventFilter },
  ): Promise<Record<"before" | "after", { chunk: readonly StoredEvent[]; end: number | undefined }>> {
    const { event } = found;
    const back: HistoryRange = { from: 0, to: event.pos - 1, newestFirst: true };
    const on: HistoryRange = { from: event.pos, to: this.#core.options.db.stream.head(), newestFirst: false };
    const [before, after] = await Promise.all([
      this.#collect(found, back, { limit: wish.before, filter: wish.filter }),
      this.#collect(found, on, { limit: wish.after, filter: wish.filter }),
    ]);
    return { before, after };
  }
}
