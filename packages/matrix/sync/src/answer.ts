import type { Gate, Rooms } from "@causeway/matrix-rooms";
import { commaSeparated } from "./comma-separated.ts";
import { deviceListChanges } from "./device-lists.ts";
import type { Hub } from "./hub.ts";
import type { SyncLimits } from "./limits.ts";
import type { AccountDatum, SyncKeys, SyncLive, SyncReceipts, SyncUserData, ToDeviceMessage } from "./ports.ts";
import { roomSections } from "./room-sections.ts";
import { formatToken } from "./token.ts";
import type { View } from "./view.ts";

/** What answers are made from. */
export interface AnswerSources {
  readonly hub: Hub;
  readonly rooms: Rooms;
  readonly keys: SyncKeys;
  readonly userData: SyncUserData;
  readonly receipts: SyncReceipts;
  readonly live: SyncLive;
  readonly gate: Pick<Gate, "hides" | "shownSince">;
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
  /** Something was read from disk that is newer than the view: the answer is to be built again. */
  readonly isStale: boolean;
  /** As of how many changes the counts of keys were read. */
  readonly keyNews: number;
}

/** Builds the answer to one sync. */
export async function buildAnswer(view: View, standing: Standing, sources: AnswerSources): Promise<SyncAnswer> {
  const liveTo = sources.live.sequence();
  const { keyNews, keyNewsTold } = view.device;
  const data = await accountDataOf(view, sources);
  const memberships = await sources.rooms.membershipsOf(view.user);
  const context = { memberships, roomData: data.byRoom, liveFrom: standing.liveFrom, sources };
  const sections = await roomSections(view, context);
  const toDevice = await toDeviceOf(view, standing, sources);
  const lists = await deviceListChanges({ ...view, joined: sections.joined, left: sections.left }, sources);
  const { presence: wants } = view.filter;
  const presence =
    wants === undefined ? [] : await sources.live.presenceSince(view.user, standing.liveFrom, (user) => wants(user));
  const counts = await sources.keys.keyCounts(view.user, view.deviceId);
  const isEmpty =
    sections.isEmpty &&
    data.global.length + toDevice.messages.length + lists.changed.length + lists.left.length + presence.length === 0 &&
    keyNews === keyNewsTold;
  const token = formatToken({
    epoch: standing.epoch,
    pos: view.to,
    toDevice: toDevice.upTo,
    live: liveTo,
    boot: sources.live.boot,
    owner: view.device.owner,
  });
  const unused = JSON.stringify(counts.unusedFallback);
  const parts = [
    `"next_batch":"${token}"`,
    ...(data.global.length === 0 ? [] : [`"account_data":{"events":[${commaSeparated(data.global)}]}`]),
    ...(presence.length === 0 ? [] : [`"presence":{"events":[${presence.join(",")}]}`]),
    ...(sections.text === "" ? [] : [`"rooms":${sections.text}`]),
    ...(toDevice.messages.length === 0
      ? []
      : [`"to_device":{"events":[${commaSeparated(toDevice.messages.map((one) => one.text))}]}`]),
    ...(lists.changed.length + lists.left.length === 0 ? [] : [`"device_lists":${JSON.stringify(lists)}`]),
    `"device_one_time_keys_count":${JSON.stringify(counts.counts)}`,
    `"device_unused_fallback_key_types":${unused}`,
    `"org.matrix.msc2732.device_unused_fallback_key_types":${unused}`,
  ];
  return { text: `{${commaSeparated(parts)}}`, isEmpty, isStale: sections.isStale, keyNews };
}

interface NewAccountData {
  readonly global: readonly string[];
  readonly byRoom: ReadonlyMap<string, readonly string[]>;
}

async function accountDataOf(view: View, sources: AnswerSources): Promise<NewAccountData> {
  const recent = view.from === 0 ? undefined : view.person.accountData.between(view.from, view.to);
  const byRoom = new Map<string, readonly string[]>();
  const { filter } = view;
  const take = (room: string, data: readonly AccountDatum[]): void => {
    const texts = lastOfEach(data.filter((one) => filter.roomAccountData(one.type, room)));
    if (texts.length > 0) byRoom.set(room, texts);
  };
  const global = (data: readonly AccountDatum[]): readonly string[] =>
    lastOfEach(data.filter((one) => filter.accountData(one.type)));
  if (recent !== undefined) {
    const rooms = Map.groupBy(recent, (one) => one.roomId);
    for (const [room, data] of rooms)
      if (room !== undefined)
        take(
          room,
          data.map((one) => one.datum),
        );
    return { global: global((rooms.get(undefined) ?? []).map((one) => one.datum)), byRoom };
  }
  const { userData } = sources;
  const [own, rooms] = await Promise.all(
    view.from === 0
      ? [userData.allGlobal(view.user), userData.allRoom(view.user)]
      : [
          userData.globalChangedSince(view.user, view.from, view.to),
          userData.roomChangedSince(view.user, view.from, view.to),
        ],
  );
  for (const [room, data] of rooms) take(room, data);
  return { global: global(own), byRoom };
}

/** What changed several times is said once, as it is now. */
function lastOfEach(data: readonly AccountDatum[]): readonly string[] {
  const last = new Map<string, string>();
  for (const { type, text } of data) {
    last.delete(type);
    last.set(type, text);
  }
  return [...last.values()];
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
