import { failure, ok, type Result, type UserId } from "@causeway/base";
import { getNotifications } from "@causeway/contract";
import type { Outcome } from "@causeway/matrix-push-rules";
import { JsonText, serve, type Route } from "@causeway/platform";
import type { Looker } from "./gate.ts";
import { judge } from "./judging.ts";
import { markOf, type Reader } from "./reader.ts";
import type { Receipts } from "./receipts.ts";
import { contentOf, type Room } from "./room.ts";
import type { RoomsCore } from "./rooms.ts";
import { page } from "./store.ts";
import { joinedRoomsByAge } from "./store-memberships.ts";
import { eventText, type RoomNumber, type StoredEvent } from "./stored-event.ts";

/** What is listed. */
interface Wish {
  /** Nothing after this. */
  readonly before: number;
  readonly limit: number;
  readonly highlightsOnly: boolean;
}

/** Events that are looked through for one answer. */
const MAX_LOOKED_THROUGH = 2000;
const PAGE = 25;

/** `GET /notifications`. */
export function notificationRoutes(core: RoomsCore, receipts: Receipts): readonly Route[] {
  return [
    serve(getNotifications, async ({ caller, query }) => {
      const { from = `n${core.options.db.stream.head()}`, limit, only } = query;
      const match = /^n([0-9]{1,16})$/.exec(from);
      if (match === null) return failure("M_INVALID_PARAM", "query `from`: not a token of this server");
      const wish = { before: Number(match[1]), limit, highlightsOnly: only === "highlight" };
      return await new Listing(core, await receipts.reader(caller.user), caller).list(wish);
    }),
  ];
}

/** A room whose events are not all looked at yet. */
interface Source {
  readonly room: RoomNumber;
  readonly since: number;
  /** Events up to this are still to be read. */
  next: number;
}

/** Lists what somebody was notified of, by what their rules make of each event now, through all of their rooms by age. */
class Listing {
  #core: RoomsCore;
  #reader: Reader;
  #looker: Looker;
  #user: UserId;

  constructor(core: RoomsCore, reader: Reader, looker: Looker) {
    this.#core = core;
    this.#reader = reader;
    this.#looker = looker;
    this.#user = looker.user;
  }

  async list(wish: Wish): Promise<Result<JsonText>> {
    const found: string[] = [];
    let last = wish.before;
    let looked = 0;
    const rules = this.#core.book.rulesOf(this.#user);
    for await (const { room, event } of this.#events(wish.before)) {
      looked += 1;
      if (this.#core.gate.hides(this.#looker, room)) continue;
      const outcome = judge(room, { user: this.#user, rules }, { ...event, content: contentOf(event) });
      const isWanted = outcome?.notifies === true && (!wish.highlightsOnly || outcome.highlights);
      if (isWanted && found.length === wish.limit) return answer(found, last - 1);
      if (isWanted) found.push(this.#text(room, event, outcome));
      last = event.pos;
      if (looked === MAX_LOOKED_THROUGH) return answer(found, last - 1);
    }
    return answer(found, undefined);
  }

  /** The events of all rooms, the newest first; of each room only since the reader came in. */
  async *#events(before: number): AsyncGenerator<{ readonly room: Room; readonly event: StoredEvent }> {
    const { db } = this.#core.options;
    const joined = await joinedRoomsByAge(db, this.#user);
    const sources: Source[] = joined.map((one) => ({ ...one, next: Math.min(one.lastPos, before) }));
    const ready: { readonly room: Room; readonly event: StoredEvent }[] = [];
    for (;;) {
      const source = sources.reduce<Source | undefined>(
        (best, one) => (one.next > (best?.next ?? 0) ? one : best),
        undefined,
      );
      while (ready.length > 0 && (ready[0]?.event.pos ?? 0) > (source?.next ?? 0)) {
        const first = ready.shift();
        if (first !== undefined) yield first;
      }
      if (source === undefined) return;
      const events = await page(db, source.room, {
        from: source.since,
        to: source.next,
        limit: PAGE,
        newestFirst: true,
      });
      source.next = events.length < PAGE ? 0 : (events.at(-1)?.pos ?? 1) - 1;
      const room = events.length === 0 ? undefined : await this.#core.registry.get(source.room);
      if (room === undefined) continue;
      ready.push(...events.map((event) => ({ room, event })));
      ready.sort((left, right) => right.event.pos - left.event.pos);
    }
  }

  #text(room: Room, event: StoredEvent, outcome: Outcome): string {
    const marks = ["", event.thread ?? "main"].map((thread) => markOf(this.#reader, room.number, thread).eventPos);
    const isRead = Math.max(...marks) >= event.pos;
    return (
      `{"actions":${JSON.stringify(outcome.rule.actions)},"event":${eventText(event)},"read":${isRead},` +
      `"room_id":${JSON.stringify(room.id)},"ts":${event.ts}}`
    );
  }
}

function answer(found: readonly string[], next: number | undefined): Result<JsonText> {
  const token = next === undefined || next < 1 ? "" : `,"next_token":"n${next}"`;
  return ok(new JsonText(`{"notifications":[${found.join(",")}]${token}}`));
}
