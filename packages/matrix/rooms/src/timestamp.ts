import { failure, ok, type Result, type RoomId, type UserId } from "@causeway/base";
import type { Reading, OpenRoom } from "./reading.ts";
import type { RoomsCore } from "./rooms.ts";
import { page } from "./store.ts";
import type { StoredEvent } from "./stored-event.ts";

/** Events that may not be seen are stepped over, up to so many. */
const MAX_STEPS = 1000;
const STEP = 100;

/**
 * The event closest to a point in time in one direction. Positions of a room follow its clock, so that halving finds the place;
 * no index by time has to be kept for every message.
 */
export async function eventAtTime(
  parts: { readonly core: RoomsCore; readonly reading: Reading },
  user: UserId,
  wish: { readonly roomId: RoomId; readonly ts: number; readonly dir: "f" | "b" },
): Promise<Result<object>> {
  const opened = await parts.reading.open(user, wish.roomId);
  if (!opened.ok) return opened;
  const forwards = wish.dir === "f";
  const place = await placeOf(parts.core, opened.value, forwards ? wish.ts : wish.ts + 1);
  const found = await firstVisible(parts.core, opened.value, { place, forwards });
  return found === undefined
    ? failure("M_NOT_FOUND", "There is no event in this direction.")
    : ok({ event_id: found.eventId, origin_server_ts: found.ts });
}

/** The position after which the first event is that is not before a time. */
async function placeOf(core: RoomsCore, { room }: OpenRoom, ts: number): Promise<number> {
  const { db } = core.options;
  let [before, after] = [room.number - 1, db.stream.head()];
  while (before < after) {
    const middle = before + Math.floor((after - before) / 2);
    const [next] = await page(db, room.number, { from: middle, to: after, limit: 1, newestFirst: false });
    if (next === undefined || next.ts >= ts) after = middle;
    else before = next.pos;
  }
  return before;
}

async function firstVisible(
  core: RoomsCore,
  { room, visible }: OpenRoom,
  from: { readonly place: number; readonly forwards: boolean },
): Promise<StoredEvent | undefined> {
  const { db } = core.options;
  let { place } = from;
  for (let looked = 0; looked < MAX_STEPS; looked += STEP) {
    const range = from.forwards ? { from: place, to: db.stream.head() } : { from: 0, to: place };
    const events = await page(db, room.number, { ...range, limit: STEP, newestFirst: !from.forwards });
    const found = events.find(visible);
    const last = events.at(-1);
    if (found !== undefined || last === undefined) return found;
    place = from.forwards ? last.pos : last.pos - 1;
  }
  return undefined;
}
