import { parseUserId, type UserId } from "@causeway/base";
import type { Room, Rooms, StateEntry, StoredEvent } from "@causeway/matrix-rooms";
import { changesIn } from "./changes.ts";
import type { Hub } from "./hub.ts";
import type { SyncKeys } from "./ports.ts";
import { membershipBefore, membershipIn } from "./timeline-text.ts";

/** Whose devices a client must ask for again, and whose it may forget (client-server API, "Tracking the device list for a user"). */
export interface DeviceListChanges {
  readonly changed: readonly UserId[];
  readonly left: readonly UserId[];
}

/** For whom, and since when. */
export interface DeviceListWish {
  readonly user: UserId;
  readonly from: number;
  readonly to: number;
  /** The joined rooms with something new, and whether the reader came in since. */
  readonly joined: readonly { readonly room: Room; readonly cameIn: boolean }[];
  /** The rooms that the reader left since, and how. */
  readonly left: readonly { readonly room: Room; readonly own: StateEntry }[];
}

/** What working that out needs. */
export interface DeviceListSources {
  readonly hub: Hub;
  readonly keys: SyncKeys;
  readonly rooms: Rooms;
  readonly limits: { readonly maxDeviceListUsers: number };
}

/** So many people are looked up by their own rooms; for more it is cheaper to look through those of the reader. */
const FEW = 20;

/** Works out the device list changes. Nothing at a first sync: a new client asks for everybody whom it meets. */
export async function deviceListChanges(wish: DeviceListWish, sources: DeviceListSources): Promise<DeviceListChanges> {
  if (wish.from === 0) return { changed: [], left: [] };
  const { hub, keys, rooms, limits } = sources;
  const changed = new Set<UserId>();
  const gone = new Set<UserId>();
  const updated =
    hub.deviceLists.between(wish.from, wish.to) ?? (await keys.deviceListChangesSince(wish.from, wish.to));
  for (const { user, onlyFor } of updated) {
    if (onlyFor !== undefined && onlyFor !== wish.user) continue;
    if (user === wish.user || changed.has(user) || (await shareRoom(wish.user, user, { rooms }))) changed.add(user);
  }
  for (const { room, cameIn } of wish.joined) await addOfJoined(wish, { room, cameIn, rooms }, { changed, gone });
  for (const { room, own } of wish.left) addOfLeft(wish, { room, own }, gone);
  const left = await without(gone, wish, rooms);
  for (const user of left) changed.delete(user);
  return { changed: [...changed].slice(0, limits.maxDeviceListUsers), left: left.slice(0, limits.maxDeviceListUsers) };
}

interface Found {
  readonly changed: Set<UserId>;
  readonly gone: Set<UserId>;
}

async function addOfJoined(
  wish: DeviceListWish,
  joined: { readonly room: Room; readonly cameIn: boolean; readonly rooms: Rooms },
  into: Found,
): Promise<void> {
  const { room } = joined;
  const encrypted = room.entryAt(wish.to, "m.room.encryption", "")?.event;
  if (encrypted === undefined) return;
  // Where encryption has only just begun, everybody is somebody to encrypt for.
  const isNew = joined.cameIn || (encrypted.pos > wish.from && !encrypted.extra.includes('"replaces_state"'));
  if (isNew) {
    for (const entry of room.entriesAt(wish.to, "m.room.member"))
      if (isIn(entry.content["membership"])) add(into.changed, entry.event);
    return;
  }
  for (const event of await changesIn({ room }, wish, joined.rooms)) {
    if (event.type !== "m.room.member") continue;
    const now = membershipIn(event);
    if (!isIn(now)) add(into.gone, event);
    else if (membershipBefore(event) !== now) add(into.changed, event);
  }
}

function isIn(membership: unknown): boolean {
  return membership === "join" || membership === "invite";
}

function add(to: Set<UserId>, event: StoredEvent): void {
  const user = parseUserId(event.stateKey ?? "");
  if (user !== undefined) to.add(user);
}

/** Those who were in a room when the reader left it. */
function addOfLeft(
  wish: DeviceListWish,
  left: { readonly room: Room; readonly own: StateEntry },
  gone: Set<UserId>,
): void {
  const { room, own } = left;
  if (room.entryAt(wish.to, "m.room.encryption", "") === undefined || membershipBefore(own.event) !== "join") return;
  for (const { event, content } of room.entriesAt(wish.to, "m.room.member"))
    if (content["membership"] === "join" || event.pos > own.event.pos) add(gone, event);
}

/** Those of them with whom the reader shares no encrypted room any more. */
async function without(gone: ReadonlySet<UserId>, wish: DeviceListWish, rooms: Rooms): Promise<readonly UserId[]> {
  const others = [...gone].filter((user) => user !== wish.user);
  if (others.length === 0) return [];
  const isEncrypted = (room: Room): boolean => room.entryAt(wish.to, "m.room.encryption", "") !== undefined;
  const left: UserId[] = [];
  if (others.length <= FEW) {
    for (const user of others) if (!(await shareRoom(wish.user, user, { rooms, isEncrypted }))) left.push(user);
    return left;
  }
  const remaining: Room[] = [];
  for (const membership of (await rooms.membershipsOf(wish.user)).values()) {
    const room = membership.membership === "join" ? await rooms.room(membership.room) : undefined;
    if (room !== undefined && isEncrypted(room)) remaining.push(room);
  }
  return others.filter((user) => !remaining.some((room) => room.membershipAt(wish.to, user) === "join"));
}

/** Whether two people are in one room (of a kind). */
async function shareRoom(
  one: UserId,
  other: UserId,
  where: { readonly rooms: Rooms; readonly isEncrypted?: (room: Room) => boolean },
): Promise<boolean> {
  const { rooms, isEncrypted } = where;
  const [mine, theirs] = await Promise.all([rooms.membershipsOf(one), rooms.membershipsOf(other)]);
  const [few, many] = mine.size <= theirs.size ? [mine, theirs] : [theirs, mine];
  for (const [number, membership] of few) {
    if (membership.membership !== "join" || many.get(number)?.membership !== "join") continue;
    if (isEncrypted === undefined) return true;
    const room = await rooms.room(number);
    if (room !== undefined && isEncrypted(room)) return true;
  }
  return false;
}
