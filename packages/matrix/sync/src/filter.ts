import { failure, ok, type Result } from "@causeway/base";
import type { StoredEvent } from "@causeway/matrix-rooms";
import { z } from "zod";

const names = z.array(z.string()).optional();
const eventFilter = z.object({
  limit: z.number().int().optional(),
  types: names,
  not_types: names,
  senders: names,
  not_senders: names,
});
const roomEventFilter = eventFilter.extend({
  rooms: names,
  not_rooms: names,
  contains_url: z.boolean().optional(),
  lazy_load_members: z.boolean().optional(),
  include_redundant_members: z.boolean().optional(),
  unread_thread_notifications: z.boolean().optional(),
});
const syncFilter = z.object({
  account_data: eventFilter.optional(),
  presence: eventFilter.optional(),
  event_fields: names,
  room: z
    .object({
      rooms: names,
      not_rooms: names,
      include_leave: z.boolean().optional(),
      account_data: roomEventFilter.optional(),
      ephemeral: roomEventFilter.optional(),
      state: roomEventFilter.optional(),
      timeline: roomEventFilter.optional(),
    })
    .optional(),
});

type EventFilter = z.output<typeof roomEventFilter>;

/** A filter of a sync, ready to be applied (client-server API, "Filtering"). */
export interface SyncFilter {
  readonly timelineLimit: number;
  readonly lazyMembers: boolean;
  readonly redundantMembers: boolean;
  readonly threadCounts: boolean;
  readonly includeLeave: boolean;
  readonly wantsRoom: (roomId: string) => boolean;
  /** Undefined when every event of a timeline is wanted. */
  readonly timeline: ((event: StoredEvent) => boolean) | undefined;
  readonly state: ((event: StoredEvent) => boolean) | undefined;
  readonly ephemeral: (type: string) => boolean;
  readonly accountData: (type: string) => boolean;
  readonly roomAccountData: (type: string) => boolean;
  readonly presence: boolean;
  /** Tells filters apart, so that one room's answer can be shared by readers with the same one. */
  readonly key: string;
}

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
  const filter = parsed.data;
  const room = filter.room ?? {};
  const timeline = { ...room.timeline };
  const state = { ...room.state };
  return ok({
    timelineLimit: Math.min(Math.max(timeline.limit ?? limits.defaultTimeline, 0), limits.maxTimeline),
    lazyMembers: (state.lazy_load_members ?? timeline.lazy_load_members) === true,
    redundantMembers: (state.include_redundant_members ?? timeline.include_redundant_members) === true,
    threadCounts: timeline.unread_thread_notifications === true,
    includeLeave: room.include_leave === true,
    wantsRoom: listed(room.rooms, room.not_rooms),
    timeline: eventTest(timeline),
    state: eventTest(state),
    ephemeral: byType(room.ephemeral),
    accountData: byType(filter.account_data),
    roomAccountData: byType(room.account_data),
    presence: byType(filter.presence)("m.presence"),
    key: JSON.stringify([timeline, state]),
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

function typed(filter: Pick<EventFilter, "types" | "not_types">): ((type: string) => boolean) | undefined {
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

function byType(filter: Pick<EventFilter, "types" | "not_types"> | undefined): (type: string) => boolean {
  return typed(filter ?? {}) ?? ((): boolean => true);
}

function eventTest(filter: EventFilter): ((event: StoredEvent) => boolean) | undefined {
  const tests: ((event: StoredEvent) => boolean)[] = [];
  const type = typed(filter);
  if (type !== undefined) tests.push((event) => type(event.type));
  if (filter.senders !== undefined || (filter.not_senders ?? []).length > 0) {
    const sender = listed(filter.senders, filter.not_senders);
    tests.push((event) => sender(event.sender));
  }
  const { contains_url: containsUrl } = filter;
  if (containsUrl !== undefined) tests.push((event) => hasUrl(event) === containsUrl);
  return tests.length === 0 ? undefined : (event) => tests.every((test) => test(event));
}

function hasUrl(event: StoredEvent): boolean {
  const parsed: { readonly content?: { readonly url?: unknown } } = JSON.parse(event.client);
  return typeof parsed.content?.url === "string";
}
