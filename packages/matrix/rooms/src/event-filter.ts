import { failure, ok, type Result } from "@causeway/base";
import { contentOf } from "./room.ts";
import type { StoredEvent } from "./stored-event.ts";

/** A filter of a room's events, ready to be applied (client-server API, "Filtering", `RoomEventFilter`). */
export interface EventFilter {
  readonly wants: (event: StoredEvent) => boolean;
  /** Set when only events are wanted that others relate to. */
  readonly relatedBy: RelatedBy | undefined;
  readonly lazyMembers: boolean;
}

/** Events are wanted that have children of one of these types, by one of these people; undefined: of any. */
export interface RelatedBy {
  readonly relTypes: readonly string[] | undefined;
  readonly senders: readonly string[] | undefined;
}

/** Everything is wanted. */
export const noFilter: EventFilter = { wants: () => true, relatedBy: undefined, lazyMembers: false };

const LISTS = [
  "types",
  "not_types",
  "senders",
  "not_senders",
  "rooms",
  "not_rooms",
  "related_by_rel_types",
  "related_by_senders",
] as const;
const SWITCHES = ["lazy_load_members", "include_redundant_members", "contains_url", "unread_thread_notifications"];
const MAX_NAMES = 500;

type Lists = { readonly [name in (typeof LISTS)[number]]?: readonly string[] | undefined };

/** Reads a filter from a query string; refuses one that is not well formed. */
export function parseEventFilter(text: string | undefined, roomId: string): Result<EventFilter> {
  if (text === undefined || text === "") return ok(noFilter);
  const given = objectOf(text);
  if (given === undefined) return failure("M_INVALID_PARAM", "query `filter`: not a JSON object");
  const lists: { [name in (typeof LISTS)[number]]?: readonly string[] | undefined } = {};
  for (const name of LISTS) {
    const value = given[name];
    if (value === undefined || value === null) continue;
    if (!isNames(value)) return failure("M_INVALID_PARAM", `query \`filter\`: \`${name}\` is not a list of texts`);
    lists[name] = value;
  }
  for (const name of SWITCHES) {
    if (given[name] !== undefined && typeof given[name] !== "boolean")
      return failure("M_INVALID_PARAM", `query \`filter\`: \`${name}\` is not true or false`);
  }
  return ok(filterOf(lists, { ...given, roomId }));
}

function objectOf(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

function isNames(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.length <= MAX_NAMES && value.every((one) => typeof one === "string");
}

function filterOf(lists: Lists, more: Readonly<Record<string, unknown>>): EventFilter {
  const type = among(lists.types?.map(glob), lists.not_types?.map(glob));
  const sender = among(lists.senders?.map(same), lists.not_senders?.map(same));
  const inRoom = among(lists.rooms?.map(same), lists.not_rooms?.map(same))(String(more["roomId"]));
  const containsUrl = more["contains_url"];
  const relatedBy = { relTypes: lists.related_by_rel_types, senders: lists.related_by_senders };
  return {
    lazyMembers: more["lazy_load_members"] === true,
    relatedBy: relatedBy.relTypes === undefined && relatedBy.senders === undefined ? undefined : relatedBy,
    wants: (event) =>
      inRoom &&
      type(event.type) &&
      sender(event.sender) &&
      (typeof containsUrl !== "boolean" || hasUrl(event) === containsUrl),
  };
}

type Test = (text: string) => boolean;

/** One of those that are wanted, and none of those that are not; a list of nothing wants nothing. */
function among(wanted: readonly Test[] | undefined, unwanted: readonly Test[] = []): Test {
  return (text) => !unwanted.some((test) => test(text)) && (wanted === undefined || wanted.some((test) => test(text)));
}

function same(name: string): Test {
  return (text) => text === name;
}

/** A name in which `*` stands for anything. */
function glob(pattern: string): Test {
  if (!pattern.includes("*")) return same(pattern);
  const parts = pattern.split("*");
  const first = parts[0] ?? "";
  const last = parts.at(-1) ?? "";
  const middle = parts.slice(1, -1);
  return (text) => {
    if (text.length < first.length + last.length || !text.startsWith(first) || !text.endsWith(last)) return false;
    const end = text.length - last.length;
    let at = first.length;
    for (const part of middle) {
      const found = text.indexOf(part, at);
      if (found < 0 || found + part.length > end) return false;
      at = found + part.length;
    }
    return true;
  };
}

function hasUrl(event: StoredEvent): boolean {
  return typeof contentOf(event)["url"] === "string";
}
