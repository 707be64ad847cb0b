import { failure, ok, type EventId, type Result, type RoomId, type UserId } from "@causeway/base";
import { JsonText } from "@causeway/platform";
import { historyToken, parseHistoryToken } from "./history-token.ts";
import type { Reading } from "./reading.ts";
import type { RoomsCore } from "./rooms.ts";
import { eventsById } from "./store.ts";
import { readRelations, readThreadRoots } from "./store-relations.ts";

/** Which children of an event are wanted. */
export interface RelationsWish {
  readonly eventId: EventId;
  readonly relType?: string;
  readonly type?: string;
  readonly from: string | undefined;
  readonly to: string | undefined;
  readonly dir: "b" | "f";
  readonly limit: number;
  readonly recurse: boolean;
}

/** With `recurse`, so many relations may lie between an event and what is found. */
const RECURSION_DEPTH = 3;

/** Finds events by how they relate to others. */
export class Related {
  #core: RoomsCore;
  #reading: Reading;

  constructor(core: RoomsCore, reading: Reading) {
    this.#core = core;
    this.#reading = reading;
  }

  /** The events that relate to one. */
  async relations(user: UserId, roomId: RoomId, wish: RelationsWish): Promise<Result<JsonText>> {
    const found = await this.#reading.event(user, roomId, wish.eventId);
    if (!found.ok) return found;
    const range = this.#reading.rangeOf(wish);
    if (!range.ok) return range;
    const { start, from, to, newestFirst } = range.value;
    const limit = this.#reading.limited(wish.limit);
    const events = await readRelations(this.#core.options.db, found.value.event, {
      relType: wish.relType,
      type: wish.type,
      from,
      to: Math.min(to, found.value.until ?? to),
      newestFirst,
      limit: limit + 1,
      depth: wish.recurse ? RECURSION_DEPTH : 1,
    });
    const shown = events.slice(0, limit);
    const last = shown.at(-1);
    const more = events.length > limit && last !== undefined;
    const parts = [
      `"chunk":[${await this.#reading.texts(user, found.value, shown.filter(found.value.visible))}]`,
      ...(more ? [`"next_batch":"${historyToken(newestFirst ? last.pos - 1 : last.pos)}"`] : []),
      ...(wish.from === undefined ? [] : [`"prev_batch":"${historyToken(start)}"`]),
      ...(wish.recurse ? [`"recursion_depth":${RECURSION_DEPTH}`] : []),
    ];
    return ok(new JsonText(`{${parts.join(",")}}`));
  }

  /** A room's threads, the latest first. */
  async threads(
    user: UserId,
    roomId: RoomId,
    wish: { readonly from: string | undefined; readonly limit: number; readonly participated: boolean },
  ): Promise<Result<JsonText>> {
    const opened = await this.#reading.open(user, roomId);
    if (!opened.ok) return opened;
    const before = wish.from === undefined ? Number.MAX_SAFE_INTEGER : parseHistoryToken(wish.from);
    if (before === undefined) return failure("M_INVALID_PARAM", "query `from`: not a token of this server");
    const limit = this.#reading.limited(wish.limit);
    const { room, visible } = opened.value;
    const roots = await readThreadRoots(this.#core.options.db, room.number, {
      before,
      limit: limit + 1,
      by: wish.participated ? user : undefined,
      until: opened.value.until ?? Number.MAX_SAFE_INTEGER,
    });
    const shown = roots.slice(0, limit);
    const events = await eventsById(
      this.#core.options.db,
      shown.map((root) => root.eventId),
    );
    const byId = new Map(events.map((event) => [event.eventId, event]));
    const ordered = shown.flatMap((root) => byId.get(root.eventId) ?? []).filter(visible);
    const last = shown.at(-1);
    const end = roots.length > limit && last !== undefined ? `,"next_batch":"${historyToken(last.lastPos - 1)}"` : "";
    return ok(new JsonText(`{"chunk":[${await this.#reading.texts(user, opened.value, ordered)}]${end}}`));
  }
}
