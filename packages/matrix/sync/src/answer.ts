import type { Membership, Room, RoomNumber, Rooms } from "@causeway/matrix-rooms";
import { deviceListChanges } from "./device-lists.ts";
import type { Hub } from "./hub.ts";
import { joinedRoomText } from "./joined-room.ts";
import type { SyncLimits } from "./limits.ts";
import { leftRoomText, outsideText } from "./other-rooms.ts";
import type { AccountDatum, SyncKeys, SyncLive, SyncReceipts, SyncUserData, ToDeviceMessage } from "./ports.ts";
import { formatToken, type SyncToken } from "./token.ts";
import type { View } from "./view.ts";

/** What answers are made from. */
export interface AnswerSources {
  readonly hub: Hub;
  readonly rooms: Rooms;
  readonly keys: SyncKeys;
  readonly userData: SyncUserData;
  readonly receipts: SyncReceipts;
  readonly live: SyncLive;
  readonly limits: SyncLimits;
}

/** Where a request stands beside its view. */
export interface Standing {
  readonly epoch: number;
  readonly toDeviceFrom: number;
  /** Typing and presence after this are new. */
  readonly liveFrom: number;
}

/** An answer: its JSON, and whether there is anything in it. */
export interface SyncAnswer {
  readonly text: string;
  readonly isEmpty: boolean;
  readonly token: SyncToken;
}

/** Builds the answer to one sync. */
export async function buildAnswer(view: View, standing: Standing, sources: AnswerSources): Promise<SyncAnswer> {
  const liveTo = sources.live.sequence();
  const data = await accountDataOf(view, sources);
  const memberships = await sources.rooms.membershipsOf(view.user);
  const sections = await roomSections(view, {
    memberships,
    roomData: data.byRoom,
    liveFrom: standing.liveFrom,
    sources,
  });
  const toDevice = await toDeviceOf(view, standing, sources);
  const lists = await deviceListChanges(view, { ...sources, changedRooms: sections.rooms, memberships });
  const presence = view.filter.presence ? await sources.live.presenceSince(view.user, standing.liveFrom) : [];
  const counts = await sources.keys.keyCounts(view.user, view.deviceId);
  const token: SyncToken = {
    epoch: standing.epoch,
    pos: view.to,
    toDevice: toDevice.upTo,
    live: liveTo,
    boot: sources.live.boot,
  };
  const isEmpty =
    sections.isEmpty &&
    data.global.length + toDevice.messages.length + lists.changed.length + lists.left.length + presence.length === 0 &&
    !view.device.keyCountsChanged;
  const unused = JSON.stringify(counts.unusedFallback);
  const parts = [
    `"next_batch":"${formatToken(token)}"`,
    ...(data.global.length === 0 ? [] : [`"account_data":{"events":[${data.global.join(",")}]}`]),
    ...(presence.length === 0 ? [] : [`"presence":{"events":[${presence.join(",")}]}`]),
    ...(sections.text === "" ? [] : [`"rooms":${sections.text}`]),
    ...(toDevice.messages.length === 0
      ? []
      : [`"to_device":{"events":[${toDevice.messages.map((one) => one.text).join(",")}]}`]),
    ...(lists.changed.length + lists.left.length === 0 ? [] : [`"device_lists":${JSON.stringify(lists)}`]),
    `"device_one_time_keys_count":${JSON.stringify(counts.counts)}`,
    `"device_unused_fallback_key_types":${unused}`,
    `"org.matrix.msc2732.device_unused_fallback_key_types":${unused}`,
  ];
  return { text: `{${parts.join(",")}}`, isEmpty, token };
}

interface NewAccountData {
  readonly global: readonly string[];
  readonly byRoom: ReadonlyMap<string, readonly string[]>;
}

async function accountDataOf(view: View, sources: AnswerSources): Promise<NewAccountData> {
  const { userData } = sources;
  const texts = (data: readonly AccountDatum[], wants: (type: string) => boolean): string[] =>
    data.filter((one) => wants(one.type)).map((one) => one.text);
  const recent = view.from === 0 ? undefined : view.person.accountData.between(view.from, view.to);
  const byRoom = new Map<string, readonly string[]>();
  if (recent !== undefined) {
    const global = recent.filter((one) => one.roomId === undefined).map((one) => one.datum);
    for (const { roomId, datum } of recent) {
      if (roomId !== undefined)
        byRoom.set(roomId, [...(byRoom.get(roomId) ?? []), ...texts([datum], view.filter.roomAccountData)]);
    }
    return { global: texts(global, view.filter.accountData), byRoom };
  }
  const [global, rooms] = await Promise.all(
    view.from === 0
      ? [userData.allGlobal(view.user), userData.allRoom(view.user)]
      : [
          userData.globalChangedSince(view.user, view.from, view.to),
          userData.roomChangedSince(view.user, view.from, view.to),
        ],
  );
  for (const [room, data] of rooms) byRoom.set(room, texts(data, view.filter.roomAccountData));
  return { global: texts(global, view.filter.accountData), byRoom };
}

async function toDeviceOf(
  view: View,
  standing: Standing,
  sources: AnswerSources,
): Promise<{ readonly messages: readonly ToDeviceMessage[]; readonly upTo: number }> {
  const { toDeviceFrom: from } = standing;
  const limit = sources.limits.toDevicePerAnswer;
  const all =
    view.device.toDevice.between(from, view.to) ??
    (await sources.keys.toDeviceSince(view.user, view.deviceId, { from, to: view.to, limit: limit + 1 }));
  const messages = all.slice(0, limit);
  view.device.handedOut = Math.max(view.device.handedOut, messages.at(-1)?.pos ?? 0);
  return { messages, upTo: all.length > limit ? (messages.at(-1)?.pos ?? from) : view.to };
}

interface RoomsContext {
  readonly memberships: ReadonlyMap<RoomNumber, Membership>;
  readonly roomData: ReadonlyMap<string, readonly string[]>;
  readonly liveFrom: number;
  readonly sources: AnswerSources;
}

interface Sections {
  readonly text: string;
  readonly isEmpty: boolean;
  /** The joined rooms that were looked at. */
  readonly rooms: readonly Room[];
}

async function roomSections(view: View, context: RoomsContext): Promise<Sections> {
  const sections: Record<"join" | "invite" | "knock" | "leave", string[]> = {
    join: [],
    invite: [],
    knock: [],
    leave: [],
  };
  const rooms: Room[] = [];
  for (const number of await candidates(view, context)) {
    const membership = context.memberships.get(number);
    if (membership === undefined || membership.forgotten || !view.filter.wantsRoom(membership.roomId)) continue;
    const room = await context.sources.rooms.room(number);
    if (room === undefined) continue;
    const name = JSON.stringify(room.id);
    // What the disk is about to say is not said yet: the membership as of this view.
    const now = room.membershipAt(view.to, view.user);
    if (now === "join") {
      rooms.push(room);
      const text = await joinedText(view, room, { membership, context });
      if (text !== undefined) sections.join.push(`${name}:${text}`);
    } else if (membership.pos > view.from && (now === "invite" || now === "knock")) {
      sections[now].push(`${name}:${outsideText(view, room, now)}`);
    } else if (membership.pos > view.from && membership.pos <= view.to && (view.from > 0 || view.filter.includeLeave)) {
      sections.leave.push(`${name}:${await leftRoomText(view, room, { membership, rooms: context.sources.rooms })}`);
    }
  }
  const parts = Object.entries(sections).flatMap(([kind, texts]) =>
    texts.length === 0 ? [] : [`"${kind}":{${texts.join(",")}}`],
  );
  return { text: parts.length === 0 ? "" : `{${parts.join(",")}}`, isEmpty: parts.length === 0, rooms };
}

async function joinedText(
  view: View,
  room: Room,
  found: { readonly membership: Membership; readonly context: RoomsContext },
): Promise<string | undefined> {
  const { sources, roomData, liveFrom } = found.context;
  // A join after the last sync makes the whole room new; a changed name of a member who was in does not.
  const cameIn = found.membership.since > view.from;
  return await joinedRoomText(
    { ...view, room, from: cameIn ? 0 : view.from },
    {
      rooms: sources.rooms,
      receipts: sources.receipts,
      live: sources.live,
      accountData: roomData.get(room.id) ?? [],
      liveSince: cameIn ? 0 : liveFrom,
    },
  );
}

/** The rooms that can have something new: in memory for those who were here lately, else found on disk. */
async function candidates(view: View, context: RoomsContext): Promise<readonly RoomNumber[]> {
  const { memberships, roomData, liveFrom, sources } = context;
  if (view.from === 0 || view.fullState) return [...memberships.keys()];
  const found = new Set(view.person.changedSince(view.from) ?? (await changedOnDisk(view, memberships, sources)));
  for (const number of sources.live.roomsChangedSince(liveFrom)) if (view.person.watched.has(number)) found.add(number);
  if (roomData.size > 0)
    for (const membership of memberships.values()) if (roomData.has(membership.roomId)) found.add(membership.room);
  return [...found];
}

async function changedOnDisk(
  view: View,
  memberships: ReadonlyMap<RoomNumber, Membership>,
  sources: AnswerSources,
): Promise<readonly RoomNumber[]> {
  const found: RoomNumber[] = [];
  for (const membership of memberships.values()) {
    if (membership.membership !== "join" && membership.pos > view.from) found.push(membership.room);
  }
  const [events, receipts] = await Promise.all([
    sources.rooms.roomsChangedSince(view.user, view.from),
    sources.receipts.roomsWithReceipts(view.user, { from: view.from, to: view.to }),
  ]);
  return [...found, ...events, ...receipts];
}
