import { failure, ok, type EventId, type Result, type RoomId, type UserId } from "@causeway/base";
import { JsonText } from "@causeway/platform";
import { historyToken, parseHistoryToken } from "./history-token.ts";
import type { Room } from "./room.ts";
import type { RoomsCore } from "./rooms.ts";
import { bundlesFor } from "./bundles.ts";
import { eventsById, page, stateAt, statePieceAt } from "./store.ts";
import { readRelations, readThreadRoots } from "./store-relations.ts";
import { eventText, type StoredEvent } from "./stored-event.ts";
import { visibilityFor, type Visibility } from "./visibility.ts";

/** Which part of a history is wanted. */
export interface HistoryWish {
  readonly from: string | undefined;
  readonly to: string | undefined;
  readonly dir: "b" | "f";
  readonly limit: number;
  readonly filter: string | undefined;
}

/** A test of events from a filter, and whether members are loaded lazily. */
interface HistoryFilter {
  readonly wants: (event: StoredEvent) => boolean;
  readonly lazyMembers: boolean;
}

/** Reads history for people, and shows each only what they may see. */
export class Reading {
  #core: RoomsCore;

  constructor(core: RoomsCore) {
    this.#core = core;
  }

  /** A room that somebody is or was in, or that anybody may read; refused like one that does not exist otherwise. */
  async open(user: UserId, roomId: RoomId): Promise<Result<{ readonly room: Room; readonly visible: Visibility }>> {
    const room = await this.#core.registry.get(roomId);
    const head = this.#core.options.db.stream.head();
    const membership = room?.membershipAt(head, user);
    const open = room?.contentAt(head, "m.room.history_visibility")["history_visibility"] === "world_readable";
    if (room === undefined || !(open || membership === "join" || membership === "leave" || membership === "ban")) {
      return failure("M_FORBIDDEN", "You are not in this room.");
    }
    return ok({ room, visible: await visibilityFor(this.#core.options.db, room, user) });
  }

  /** A page of history. */
  async messages(user: UserId, roomId: RoomId, wish: HistoryWish): Promise<Result<JsonText>> {
    const opened = await this.open(user, roomId);
    if (!opened.ok) return opened;
    const filter = readFilter(wish.filter);
    if (!filter.ok) return filter;
    const back = wish.dir === "b";
    const head = this.#core.options.db.stream.head();
    const from = wish.from === undefined || wish.from === "" ? (back ? head : 0) : parseHistoryToken(wish.from);
    const to = wish.to === undefined || wish.to === "" ? (back ? 0 : head) : parseHistoryToken(wish.to);
    if (from === undefined || to === undefined)
      return failure("M_INVALID_PARAM", "query `from` or `to`: not a token of this server");
    const { room, visible } = opened.value;
    const limit = Math.max(1, Math.min(wish.limit, this.#core.options.limits.maxPage));
    const range = back ? { from: to, to: Math.min(from, head) } : { from, to: Math.min(to, head) };
    const events = await page(this.#core.options.db, room.number, { ...range, limit, newestFirst: back });
    const chunk = events.filter((event) => visible(event) && filter.value.wants(event));
    const last = events.at(-1);
    const more = events.length === limit && last !== undefined;
    const end = last === undefined ? undefined : back ? last.pos - 1 : last.pos;
    const members = filter.value.lazyMembers ? await this.#membersFor(room, chunk) : [];
    const parts = [
      `"start":"${historyToken(from)}"`,
      ...(more && end !== undefined ? [`"end":"${historyToken(end)}"`] : []),
      `"chunk":[${await this.#texts(user, chunk)}]`,
      `"state":[${members.map((event) => eventText(event)).join(",")}]`,
    ];
    return ok(new JsonText(`{${parts.join(",")}}`));
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

  async #texts(user: UserId, events: readonly StoredEvent[]): Promise<string> {
    const bundles = await bundlesFor(this.#core.options.db, user, events);
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
  ): Promise<Result<{ readonly room: Room; readonly visible: Visibility; readonly event: StoredEvent }>> {
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
    return found.ok ? ok(new JsonText(await this.#texts(user, [found.value.event]))) : found;
  }

  /** An event with those around it, and the state after the last of them. */
  async context(
    user: UserId,
    roomId: RoomId,
    wish: { readonly eventId: EventId; readonly limit: number; readonly filter: string | undefined },
  ): Promise<Result<JsonText>> {
    const found = await this.event(user, roomId, wish.eventId);
    if (!found.ok) return found;
    const filter = readFilter(wish.filter);
    if (!filter.ok) return filter;
    const { room, visible, event } = found.value;
    const { db, limits } = this.#core.options;
    const limit = Math.min(wish.limit, limits.maxPage);
    const half = Math.floor(limit / 2);
    const [before, after] = await Promise.all([
      page(db, room.number, { from: 0, to: event.pos - 1, limit: half, newestFirst: true }),
      page(db, room.number, { from: event.pos, to: db.stream.head(), limit: limit - half, newestFirst: false }),
    ]);
    const seen = (events: readonly StoredEvent[]): StoredEvent[] =>
      events.filter((one) => visible(one) && filter.value.wants(one));
    const until = after.at(-1)?.pos ?? event.pos;
    const around = [...seen(before), event, ...seen(after)];
    const state = filter.value.lazyMembers
      ? [
          ...(await this.#membersFor(room, around)),
          ...(await stateAt(db, room.number, until)).filter((one) => one.type !== "m.room.member"),
        ]
      : await stateAt(db, room.number, until);
    const parts = [
      `"start":"${historyToken((before.at(-1)?.pos ?? event.pos) - 1)}"`,
      `"end":"${historyToken(until)}"`,
      `"event":${await this.#texts(user, [event])}`,
      `"events_before":[${await this.#texts(user, seen(before))}]`,
      `"events_after":[${await this.#texts(user, seen(after))}]`,
      `"state":[${state.map((one) => eventText(one)).join(",")}]`,
    ];
    return ok(new JsonText(`{${parts.join(",")}}`));
  }

  /** The events that relate to one. */
  async relations(
    user: UserId,
    roomId: RoomId,
    wish: {
      readonly eventId: EventId;
      readonly relType?: string;
      readonly type?: string;
      readonly from: string | undefined;
      readonly to: string | undefined;
      readonly dir: "b" | "f";
      readonly limit: number;
    },
  ): Promise<Result<JsonText>> {
    const found = await this.event(user, roomId, wish.eventId);
    if (!found.ok) return found;
    const head = this.#core.options.db.stream.head();
    const back = wish.dir === "b";
    const from = wish.from === undefined ? (back ? head : 0) : parseHistoryToken(wish.from);
    const to = wish.to === undefined ? (back ? 0 : head) : parseHistoryToken(wish.to);
    if (from === undefined || to === undefined)
      return failure("M_INVALID_PARAM", "query `from` or `to`: not a token of this server");
    const limit = Math.max(1, Math.min(wish.limit, this.#core.options.limits.maxPage));
    const events = await readRelations(this.#core.options.db, wish.eventId, {
      relType: wish.relType,
      type: wish.type,
      from: back ? to : from,
      to: back ? from : to,
      newestFirst: back,
      limit,
    });
    const last = events.at(-1);
    const end =
      events.length < limit || last === undefined
        ? []
        : [`"next_batch":"${historyToken(back ? last.pos - 1 : last.pos)}"`];
    const start = wish.from === undefined ? [] : [`"prev_batch":"${historyToken(from)}"`];
    const chunk = await this.#texts(user, events.filter(found.value.visible));
    return ok(new JsonText(`{${[`"chunk":[${chunk}]`, ...end, ...start].join(",")}}`));
  }

  /** A room's threads, the latest first. */
  async threads(
    user: UserId,
    roomId: RoomId,
    wish: { readonly from: string | undefined; readonly limit: number; readonly participated: boolean },
  ): Promise<Result<JsonText>> {
    const opened = await this.open(user, roomId);
    if (!opened.ok) return opened;
    const before = wish.from === undefined ? Number.MAX_SAFE_INTEGER : parseHistoryToken(wish.from);
    if (before === undefined) return failure("M_INVALID_PARAM", "query `from`: not a token of this server");
    const limit = Math.max(1, Math.min(wish.limit, this.#core.options.limits.maxPage));
    const { room, visible } = opened.value;
    const roots = await readThreadRoots(this.#core.options.db, room.number, {
      before,
      limit,
      by: wish.participated ? user : undefined,
    });
    const events = await eventsById(
      this.#core.options.db,
      roots.map((root) => root.eventId),
    );
    const byId = new Map(events.map((event) => [event.eventId, event]));
    const ordered = roots.flatMap((root) => byId.get(root.eventId) ?? []).filter(visible);
    const last = roots.at(-1);
    const end = roots.length < limit || last === undefined ? "" : `,"next_batch":"${historyToken(last.lastPos - 1)}"`;
    return ok(new JsonText(`{"chunk":[${await this.#texts(user, ordered)}]${end}}`));
  }
}

function readFilter(text: string | undefined): Result<HistoryFilter> {
  if (text === undefined || text === "") return ok({ wants: () => true, lazyMembers: false });
  let given: Readonly<Record<string, unknown>>;
  try {
    given = { ...JSON.parse(text) };
  } catch {
    return failure("M_INVALID_PARAM", "query `filter`: not JSON");
  }
  const list = (name: string): ReadonlySet<unknown> | undefined =>
    Array.isArray(given[name]) ? new Set(given[name]) : undefined;
  const [types, notTypes, senders, notSenders] = [
    list("types"),
    list("not_types"),
    list("senders"),
    list("not_senders"),
  ];
  const containsUrl = given["contains_url"];
  const relTypes = list("related_by_rel_types");
  if (relTypes !== undefined)
    return failure(
      "M_INVALID_PARAM",
      "query `filter`: `related_by_rel_types` is not offered; use the endpoint for threads",
    );
  return ok({
    lazyMembers: given["lazy_load_members"] === true,
    wants: (event) =>
      types?.has(event.type) !== false &&
      notTypes?.has(event.type) !== true &&
      senders?.has(event.sender) !== false &&
      notSenders?.has(event.sender) !== true &&
      (typeof containsUrl !== "boolean" || /"url":"/.test(event.client) === containsUrl),
  });
}
