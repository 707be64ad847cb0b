import { failure, ok, type Result } from "@causeway/base";
import { syncFilter, type EventFilterJson, type RoomEventFilterJson } from "@causeway/contract";
import type { StoredEvent } from "@causeway/matrix-rooms";

/** A filter of a sync, ready to be applied (client-server API, "Filtering"). */
export interface SyncFilter {
  readonly timelineLimit: number;
  readonly lazyMembers: boolean;
  readonly redundantMembers: boolean;
  readonly threadCounts: boolean;
  readonly includeLeave: boolean;
  readonly wantsRoom: (roomId: string) => boolean;
  /** What is wanted of a room's parts; undefined when all of it is. */
  readonly timeline: EventTest | undefined;
  readonly state: EventTest | undefined;
  readonly ephemeral: (type: string, roomId: string) => boolean;
  readonly accountData: (type: string) => boolean;
  readonly roomAccountData: (type: string, roomId: string) => boolean;
  /** Whose presence is wanted; undefined: nobody's. */
  readonly presence: ((sender: string) => boolean) | undefined;
}

/** Whether an event of a room is wanted. */
export type EventTest = (event: StoredEvent, roomId: string) => boolean;

/** How many events of a room a sync carries at most, and when nothing is asked for. */
export interface TimelineLimits {
  readonly defaultTimeline: number;
  readonly maxTimeline: number;
}

/** Reads a filter; refuses one that is not well formed. */
export function parseFilter(given: unknown, limits: TimelineLimits): Result<SyncFilter> {
  const parsed = syncFilter.safeParse(given ?? {});
  if (!parsed.success)
    return failure("M_INVALID_PARAM", `query \`filter\`: ${parsed.error.issues[0]?.path.join(".") ?? ""} is not valid`);
  const { room = {}, account_data: accountData = {}, presence = {} } = parsed.data;
  const { timeline = {}, state = {} } = room;
  return ok({
    timelineLimit: Math.min(Math.max(timeline.limit ?? limits.defaultTimeline, 0), limits.maxTimeline),
    lazyMembers: state.lazy_load_members === true,
    redundantMembers: state.include_redundant_members === true,
    threadCounts: timeline.unread_thread_notifications === true,
    includeLeave: room.include_leave === true,
    wantsRoom: listed(room.rooms, room.not_rooms),
    timeline: eventTest(timeline),
    state: eventTest(state),
    ephemeral: byTypeInRoom(room.ephemeral ?? {}),
    accountData: byType(accountData),
    roomAccountData: byTypeInRoom(room.account_data ?? {}),
    presence: byType(presence)("m.presence") ? listed(presence.senders, presence.not_senders) : undefined,
  });
}

function listed(
  wanted: readonly string[] | undefined,
  unwanted: readonly string[] | undefined,
): (value: string) => boolean {
  if (wanted === undefined && unwanted === undefined) return () => true;
  const yes = wanted === undefined ? undefined : new Set(wanted);
  const no = new Set(unwanted ?? []);
  return (value) => !no.has(value) && (yes === undefined || yes.has(value));
}

function typed(filter: EventFilterJson): ((type: string) => boolean) | undefined {
  const { types, not_types: notTypes } = filter;
  if (types === undefined && (notTypes === undefined || notTypes.length === 0)) return undefined;
  const yes = types?.map(pattern);
  const no = (notTypes ?? []).map(pattern);
  return (type) => !no.some((test) => test(type)) && (yes === undefined || yes.some((test) => test(type)));
}

/** A name in which `*` stands for anything. */
function pattern(glob: string): (text: string) => boolean {
  if (!glob.includes("*")) return (text) => text === glob;
  const parts = glob.split("*");
  const [first = ""] = parts;
  const last = parts.at(-1) ?? "";
  const middle = parts.slice(1, -1).filter((part) => part !== "");
  return (text) => {
    if (text.length < first.length + last.length || !text.startsWith(first) || !text.endsWith(last)) return false;
    let at = first.length;
    for (const part of middle) {
      const found = text.indexOf(part, at);
      if (found < 0 || found + part.length > text.length - last.length) return false;
      at = found + part.length;
    }
    return true;
  };
}

function byType(filter: EventFilterJson): (type: string) => boolean {
  return typed(filter) ?? ((): boolean => true);
}

function byTypeInRoom(filter: RoomEventFilterJson): (type: string, roomId: string) => boolean {
  const wants = byType(filter);
  const inRoom = listed(filter.rooms, filter.not_rooms);
  return (type, roomId) => wants(type) && inRoom(roomId);
}

function eventTest(filter: RoomEventFilterJson): EventTest | undefined {
  const tests: EventTest[] = [];
  const type = typed(filter);
  if (type !== undefined) tests.push((event) => type(event.type));
  if (filter.senders !== undefined || (filter.not_senders ?? []).length > 0) {
    const sender = listed(filter.senders, filter.not_senders);
    tests.push((event) => sender(event.sender));
  }
  if (filter.rooms !== undefined || (filter.not_rooms ?? []).length > 0) {
    const inRoom = listed(filter.rooms, filter.not_rooms);
    tests.push((_event, roomId) => inRoom(roomId));
  }
  const { contains_url: containsUrl } = filter;
  if (containsUrl !== undefined) tests.push((event) => hasUrl(event) === containsUrl);
  return tests.length === 0 ? undefined : (event, roomId) => tests.every((test) => test(event, roomId));
}

function hasUrl(event: StoredEvent): boolean {
  const parsed: { readonly content?: { readonly url?: unknown } } = JSON.parse(event.client);
  return typeof parsed.content?.url === "string";
}
