import type { UserId } from "@causeway/base";
import type { StoredEvent } from "@causeway/matrix-rooms";
import type { ToldMember } from "./person.ts";
import type { RoomView } from "./view.ts";

/** Rooms and members that one device's lazy loading is remembered for. */
const MAX_ROOMS = 200;
const MAX_MEMBERS = 2000;

/** What a device knows of a room's members. */
export interface ToldMembers {
  /** Whether it has this event; an answer that it has not confirmed does not count, because it may have been lost. */
  knows(user: UserId, member: StoredEvent): boolean;
  tell(user: UserId, member: StoredEvent): void;
}

/** What the device of a view has been told; `fresh` forgets it, when everything is said anew. */
export function toldMembers(view: RoomView, fresh: boolean): ToldMembers {
  const members = membersOf(view, fresh);
  return {
    knows: (user, member) => {
      const told = members.get(user);
      return told !== undefined && told.pos === member.pos && told.at <= view.from;
    },
    tell: (user, member) => {
      if (members.get(user)?.pos !== member.pos) members.set(user, { pos: member.pos, at: view.to });
    },
  };
}

function membersOf(view: RoomView, fresh: boolean): Map<UserId, ToldMember> {
  const rooms = view.device.toldMembers;
  const known = fresh ? undefined : rooms.get(view.room.number);
  if (known !== undefined && known.size < MAX_MEMBERS) return known;
  const empty = new Map<UserId, ToldMember>();
  rooms.delete(view.room.number);
  rooms.set(view.room.number, empty);
  for (const oldest of rooms.keys()) {
    if (rooms.size <= MAX_ROOMS) break;
    rooms.delete(oldest);
  }
  return empty;
}
