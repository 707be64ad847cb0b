import { failure, failureAs, ok, type EventId, type Result, type UserId } from "@causeway/base";
import type { Content } from "@causeway/matrix-events";
import { relationOf, type DeclaredRelation } from "./draft.ts";
import { contentOf, type Room } from "./room.ts";
import type { RoomsCore } from "./rooms.ts";
import { eventsById } from "./store.ts";
import { hasAnnotation } from "./store-relations.ts";
import type { StoredEvent } from "./stored-event.ts";

/** How far indirect relations are followed to find the thread of an event (client-server API, "Threaded read receipts"). */
const MAX_HOPS = 3;

/** An event of a room: from memory when it is one of the newest. */
export async function eventIn(core: RoomsCore, room: Room, eventId: EventId): Promise<StoredEvent | undefined> {
  const event =
    room.tail.findLast((one) => one.eventId === eventId) ?? (await eventsById(core.options.db, [eventId]))[0];
  return event?.room === room.number ? event : undefined;
}

/** The thread that an event belongs to, directly or through what it relates to; undefined for the main timeline. */
export async function threadOf(core: RoomsCore, room: Room, event: StoredEvent): Promise<EventId | undefined> {
  let now: StoredEvent | undefined = event;
  for (let hop = 0; hop <= MAX_HOPS && now !== undefined; hop += 1) {
    if (now.thread !== undefined) return now.thread;
    const relation: DeclaredRelation | undefined = relationOf(contentOf(now));
    now = relation === undefined ? undefined : await eventIn(core, room, relation.target);
  }
  return undefined;
}

/**
 * The thread that a new event goes into. An event that itself relates to another is no root of a thread (client-server API,
 * "Validation of m.thread relationships"); one that is not in the room is ignored, as every relation beyond the room is.
 */
export async function threadFor(core: RoomsCore, room: Room, content: Content): Promise<Result<EventId | undefined>> {
  const relation = relationOf(content);
  if (relation?.relType !== "m.thread") return ok(undefined);
  const root = await eventIn(core, room, relation.target);
  if (root === undefined) return ok(undefined);
  return relationOf(contentOf(root)) === undefined
    ? ok(root.eventId)
    : failureAs(400, "M_UNKNOWN", "A thread cannot begin at an event that relates to another.");
}

/** Reactions that are being sent: of the same one at once from two devices, one becomes an event. */
export class Annotations {
  #core: RoomsCore;
  #sending = new Map<string, Promise<unknown>>();

  constructor(core: RoomsCore) {
    this.#core = core;
  }

  /** Sends an annotation unless the sender has sent the same already; everything else is sent as it is. */
  async sendOnce<T>(
    event: { readonly type: string; readonly sender: UserId; readonly room: Room; readonly content: Content },
    send: () => Promise<Result<T>>,
  ): Promise<Result<T>> {
    const { type, sender, room } = event;
    const relation = relationOf(event.content);
    if (relation?.relType !== "m.annotation" || relation.key === undefined) return await send();
    const { target, key } = relation;
    const name = JSON.stringify([room.number, target, type, sender, key]);
    for (let other = this.#sending.get(name); other !== undefined; other = this.#sending.get(name)) await other;
    const sending = this.#sendNew({ room: room.number, target, type, sender, key }, send);
    this.#sending.set(
      name,
      sending.catch(() => undefined),
    );
    try {
      return await sending;
    } finally {
      this.#sending.delete(name);
    }
  }

  async #sendNew<T>(
    annotation: Parameters<typeof hasAnnotation>[1],
    send: () => Promise<Result<T>>,
  ): Promise<Result<T>> {
    const again = await hasAnnotation(this.#core.options.db, annotation);
    return again ? failure("M_DUPLICATE_ANNOTATION") : await send();
  }
}
