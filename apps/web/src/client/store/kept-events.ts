import type { IEvent, IUnsigned } from "matrix-js-sdk";
import type { IRoomEvent, IStateEvent } from "matrix-js-sdk/lib/sync-accumulator.js";

/** An event as the server gave it. */
export type KeptEvent = IRoomEvent & { readonly state_key?: string; readonly redacts?: string };

/** What a page of history holds: events from the newest to the oldest, and the memberships of those who wrote them. */
export interface PageContent {
  readonly events: readonly KeptEvent[];
  readonly state: readonly IStateEvent[];
}

/** Something that was said later of an event: that it is deleted, or how it reads now. */
export interface Change {
  readonly target: string;
  readonly kind: "redaction" | "edit";
  readonly by: KeptEvent;
}

/** What an event changes in another one; undefined for most. */
export function changeIn(event: KeptEvent): Change | undefined {
  if (event.unsigned?.redacted_because !== undefined) return undefined;
  if (event.type === "m.room.redaction") {
    const target: unknown = event.redacts ?? event.content["redacts"];
    return typeof target === "string" ? { target, kind: "redaction", by: event } : undefined;
  }
  const target = editedBy(event);
  return target === undefined ? undefined : { target, kind: "edit", by: event };
}

/** The event that another one edits. */
export function editedBy(event: KeptEvent): string | undefined {
  const { rel_type: type, event_id: target }: Readonly<Record<string, unknown>> = Object(event.content["m.relates_to"]);
  return type === "m.replace" && typeof target === "string" ? target : undefined;
}

/** An event after a change; the very same one when the change is not about it. */
export function afterChange(event: KeptEvent, change: Change): KeptEvent {
  if (change.kind === "redaction") {
    if (event.event_id === change.target) return redacted(event, change.by);
    if (editOf(event)?.event_id === change.target) return withEdit(event, undefined);
    return withoutReply(event, change);
  }
  if (event.event_id !== change.target || event.sender !== change.by.sender || isRedacted(event)) return event;
  const before = editOf(event);
  const isNewer = before === undefined || isBefore(before, change.by);
  return isNewer ? withEdit(event, change.by) : event;
}

function isRedacted(event: KeptEvent): boolean {
  return event.unsigned?.redacted_because !== undefined;
}

function isBefore(one: KeptEvent, other: KeptEvent): boolean {
  return one.origin_server_ts < other.origin_server_ts || one.event_id === other.event_id;
}

function editOf(event: KeptEvent): KeptEvent | undefined {
  return event.unsigned?.["m.relations"]?.["m.replace"];
}

/** The newest message of a thread stands in its first one as well. */
function withoutReply(event: KeptEvent, { target, by }: Change): KeptEvent {
  const relations = event.unsigned?.["m.relations"];
  const latest: KeptEvent | undefined = relations?.["m.thread"]?.latest_event;
  if (relations === undefined || latest?.event_id !== target) return event;
  const thread: unknown = { ...relations["m.thread"], latest_event: redacted(latest, by) };
  return { ...event, unsigned: { ...event.unsigned, "m.relations": { ...relations, "m.thread": thread } } };
}

function withEdit(event: KeptEvent, edit: KeptEvent | undefined): KeptEvent {
  const { "m.replace": _before, ...relations } = event.unsigned?.["m.relations"] ?? {};
  const unsigned: IUnsigned = {
    ...event.unsigned,
    "m.relations": edit === undefined ? relations : { ...relations, "m.replace": edit },
  };
  return { ...event, unsigned };
}

/** What stays of an event's content for the room to make sense; everything else goes with its deletion, whatever the room's version. */
const KEPT: Readonly<Record<string, readonly string[]>> = {
  "m.room.member": ["membership"],
  "m.room.create": ["creator", "room_version", "type", "predecessor"],
  "m.room.join_rules": ["join_rule", "allow"],
  "m.room.history_visibility": ["history_visibility"],
};

function redacted(event: KeptEvent, because: KeptEvent): KeptEvent {
  const { type, event_id, sender, origin_server_ts, room_id, state_key } = event;
  const kept = KEPT[type] ?? [];
  const content = Object.fromEntries(Object.entries(event.content).filter(([key]) => kept.includes(key)));
  const redaction: IEvent = { ...because, unsigned: because.unsigned ?? {} };
  const unsigned: IUnsigned = { redacted_because: redaction };
  return {
    ...{ type, event_id, sender, origin_server_ts, content, unsigned },
    ...(room_id === undefined ? {} : { room_id }),
    ...(state_key === undefined ? {} : { state_key }),
  };
}

/** Events after some changes; the very same list when they are about none of them. */
export function afterChanges(events: readonly KeptEvent[], changes: readonly Change[]): readonly KeptEvent[] {
  const after = events.map((event) => changes.reduce(afterChange, event));
  return after.some((event, at) => event !== events[at]) ? after : events;
}

/** Whether a change is about this event alone. What is said of another event may stand in that one as well. */
export function settles(event: KeptEvent, change: Change): boolean {
  if (event.event_id !== change.target) return false;
  return change.kind === "edit" || (event.content["m.relates_to"] === undefined && !isRedacted(event));
}

/** Events as a page keeps them: without what is true only when the server says it. */
export function asKept(events: readonly KeptEvent[]): readonly KeptEvent[] {
  return structuredClone(events).map((event) => {
    const { _localTs: _tag, ...kept } = { _localTs: undefined, ...event };
    if (kept.unsigned !== undefined) delete kept.unsigned.age;
    return kept;
  });
}

/** Events as the server would give them now: their age is counted from what they say themselves. */
export function asGiven(events: readonly KeptEvent[], now: number): IRoomEvent[] {
  return structuredClone(events).map((event) => ({
    ...event,
    unsigned: { ...event.unsigned, age: Math.max(0, now - event.origin_server_ts) },
  }));
}

/** A page that was sealed by this device, read from JSON. */
export function parseContent(value: unknown): PageContent | undefined {
  const { events, state } = Object(value);
  return Array.isArray(events) && Array.isArray(state) ? { events, state } : undefined;
}
