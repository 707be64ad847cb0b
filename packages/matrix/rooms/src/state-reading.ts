import type { RoomsCore } from "./rooms.ts";
import type { Room } from "./room.ts";
import { stateAt, statePieceAt } from "./store.ts";
import type { StoredEvent } from "./stored-event.ts";

/** With so many pieces that changed since, the disk is asked for the whole at once. */
const MAX_PIECES = 50;

/** A room's state as of a position: from memory, with what has changed since from the disk. */
export async function stateUpTo(
  core: RoomsCore,
  room: Room,
  wish: { readonly until: number; readonly wants: (type: string, stateKey: string) => boolean },
): Promise<readonly StoredEvent[]> {
  const { db } = core.options;
  const events: StoredEvent[] = [];
  const changed: StoredEvent[] = [];
  for (const { event } of room.entriesAt(db.stream.head())) {
    if (!wish.wants(event.type, event.stateKey ?? "")) continue;
    if (event.pos <= wish.until) events.push(event);
    else if (event.extra.includes('"replaces_state"')) changed.push(event);
  }
  if (changed.length > MAX_PIECES) {
    const all = await stateAt(db, room.number, wish.until);
    return all.filter((event) => wish.wants(event.type, event.stateKey ?? ""));
  }
  for (const { type, stateKey = "" } of changed) {
    const before = await statePieceAt(db, room.number, { type, stateKey, pos: wish.until });
    if (before !== undefined) events.push(before);
  }
  return events;
}
