import { parseUserId, type UserId } from "@causeway/base";
import type { Membership, Room, Rooms, RoomNumber } from "@causeway/matrix-rooms";
import type { Hub } from "./hub.ts";
import type { SyncKeys } from "./ports.ts";
import type { View } from "./view.ts";

/** Whose devices a client must ask for again, and whose it may forget (client-server API, "Tracking the device list for a user"). */
export interface DeviceListChanges {
  readonly changed: readonly UserId[];
  readonly left: readonly UserId[];
}

/** What working that out needs. */
export interface DeviceListSources {
  readonly hub: Hub;
  readonly keys: SyncKeys;
  readonly rooms: Rooms;
  /** The joined rooms with something new. */
  readonly changedRooms: readonly Room[];
  readonly memberships: ReadonlyMap<RoomNumber, Membership>;
}

/** The most members of a room that is newly joined who are named at once. */
const MAX_NEW_MEMBERS = 5000;

/** Works out the device list changes of a view. Nothing at a first sync: a new client asks for everybody whom it meets. */
export async function deviceListChanges(view: View, sources: DeviceListSources): Promise<DeviceListChanges> {
  if (view.from === 0) return { changed: [], left: [] };
  const { hub, keys, rooms } = sources;
  const changed = new Set<UserId>();
  const mayHaveLeft = new Set<UserId>();
  const updated =
    hub.deviceLists.between(view.from, view.to) ?? (await keys.deviceListChangesSince(view.from, view.to));
  for (const user of new Set(updated)) {
    if (user === view.user || (await sharesEncryptedRoom(view, user, rooms))) changed.add(user);
  }
  for (const room of sources.changedRooms) {
    if (room.entryAt(view.to, "m.room.encryption", "") !== undefined)
      addMembers(view, room, { changed, mayHaveLeft, since: sources.memberships.get(room.number)?.since ?? 0 });
  }
  for (const membership of sources.memberships.values()) {
    if (membership.pos <= view.from || membership.pos > view.to || membership.membership === "join") continue;
    const room = await rooms.room(membership.room);
    for (const entry of room?.entriesAt(view.to, "m.room.member") ?? []) {
      const user = parseUserId(entry.event.stateKey ?? "");
      if (user !== undefined && mayHaveLeft.size < MAX_NEW_MEMBERS) mayHaveLeft.add(user);
    }
  }
  const left: UserId[] = [];
  for (const user of mayHaveLeft) {
    if (user !== view.user && !(await sharesEncryptedRoom(view, user, rooms))) left.push(user);
  }
  for (const user of left) changed.delete(user);
  return { changed: [...changed], left };
}

function addMembers(
  view: View,
  room: Room,
  into: { readonly changed: Set<UserId>; readonly mayHaveLeft: Set<UserId>; readonly since: number },
): void {
  const encrypted = room.entryAt(view.to, "m.room.encryption", "")?.event;
  const isNew = into.since > view.from || (encrypted?.pos ?? 0) > view.from;
  for (const entry of room.entriesAt(view.to, "m.room.member")) {
    if (!isNew && entry.event.pos <= view.from) continue;
    const user = parseUserId(entry.event.stateKey ?? "");
    if (user === undefined || into.changed.size >= MAX_NEW_MEMBERS) continue;
    const membership = entry.content["membership"];
    if (membership === "join" || membership === "invite") into.changed.add(user);
    else into.mayHaveLeft.add(user);
  }
}

async function sharesEncryptedRoom(view: View, other: UserId, rooms: Rooms): Promise<boolean> {
  const [mine, theirs] = await Promise.all([rooms.membershipsOf(view.user), rooms.membershipsOf(other)]);
  const [few, many] = mine.size <= theirs.size ? [mine, theirs] : [theirs, mine];
  for (const [number, membership] of few) {
    if (membership.membership !== "join" || many.get(number)?.membership !== "join") continue;
    if (await isEncrypted(view, number, rooms)) return true;
  }
  return false;
}

async function isEncrypted(view: View, number: RoomNumber, rooms: Rooms): Promise<boolean> {
  const room = await rooms.room(number);
  return room?.entryAt(view.to, "m.room.encryption", "") !== undefined;
}
