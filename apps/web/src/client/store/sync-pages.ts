import { Category, type IRooms, type ISyncResponse } from "matrix-js-sdk/lib/sync-accumulator.js";

const categories = [Category.Join, Category.Invite, Category.Leave, Category.Knock] as const;

/** The ids of every room that a sync, or a page of one, speaks of. */
export function roomsIn(rooms: Partial<IRooms> | undefined): readonly string[] {
  const ids = categories.flatMap((category) => Object.keys(rooms?.[category] ?? {}));
  return [...new Set(ids)];
}

/** A sync that speaks of one room, or of none. */
export function withOneRoom(
  nextBatch: string,
  of?: { readonly roomId: string; readonly rooms: Partial<IRooms> },
): ISyncResponse {
  const rooms: IRooms = { join: {}, invite: {}, leave: {}, knock: {} };
  if (of !== undefined) {
    const { join, invite, leave, knock } = of.rooms;
    copy(join, rooms.join, of.roomId);
    copy(invite, rooms.invite, of.roomId);
    copy(leave, rooms.leave, of.roomId);
    copy(knock, rooms.knock, of.roomId);
  }
  return { next_batch: nextBatch, rooms, account_data: { events: [] } };
}

function copy<T>(from: Readonly<Record<string, T>> | undefined, to: Record<string, T>, id: string): void {
  const value = from?.[id];
  if (value !== undefined) to[id] = value;
}

/** Pages put together again. */
export function joinRooms(pages: readonly IRooms[]): IRooms {
  const all: IRooms = { join: {}, invite: {}, leave: {}, knock: {} };
  for (const { join, invite, leave, knock } of pages) {
    Object.assign(all.join, join);
    Object.assign(all.invite, invite);
    Object.assign(all.leave, leave);
    Object.assign(all.knock, knock);
  }
  return all;
}
