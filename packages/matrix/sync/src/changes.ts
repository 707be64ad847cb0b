import type { Rooms, StoredEvent } from "@causeway/matrix-rooms";
import type { RoomView } from "./view.ts";

/** The last change of each piece of a room's state in `(from, to]`, oldest first; from memory when the reader is not far behind. */
export async function changesIn(
  view: Pick<RoomView, "room">,
  range: { readonly from: number; readonly to: number },
  rooms: Pick<Rooms, "stateChangedIn">,
): Promise<readonly StoredEvent[]> {
  const { room } = view;
  if (range.to <= range.from) return [];
  if (room.tailStart > range.from) return await rooms.stateChangedIn(room, range);
  const last = new Map<string, StoredEvent>();
  for (let index = room.tail.length - 1; index >= 0; index -= 1) {
    const event = room.tail[index];
    if (event === undefined || event.pos <= range.from) break;
    if (event.stateKey === undefined || event.pos > range.to) continue;
    const piece = `${event.type}\0${event.stateKey}`;
    if (!last.has(piece)) last.set(piece, event);
  }
  return [...last.values()].reverse();
}
