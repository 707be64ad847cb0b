import type { UserId } from "@causeway/base";
import type { Room, StateEntry } from "@causeway/matrix-rooms";
import type { AnswerSources } from "./answer.ts";
import { deviceListChanges, type DeviceListChanges } from "./device-lists.ts";
import { changedOnDisk } from "./room-sections.ts";

/** Whose devices changed for somebody in `(from, to]`. */
export async function keyChangesBetween(
  user: UserId,
  range: { readonly from: number; readonly to: number },
  sources: AnswerSources,
): Promise<DeviceListChanges> {
  const memberships = await sources.rooms.membershipsOf(user);
  const joined: { room: Room; cameIn: boolean }[] = [];
  const left: { room: Room; own: StateEntry }[] = [];
  for (const number of new Set(await changedOnDisk({ user, ...range }, memberships, sources))) {
    const room = await sources.rooms.room(number);
    const own = room?.entryAt(range.to, "m.room.member", user);
    if (room === undefined || own === undefined) continue;
    const now = own.content["membership"];
    if (now === "join") joined.push({ room, cameIn: (memberships.get(number)?.since ?? 0) > range.from });
    else if (now === "leave" || now === "ban") left.push({ room, own });
  }
  return await deviceListChanges({ user, ...range, joined, left }, sources);
}
