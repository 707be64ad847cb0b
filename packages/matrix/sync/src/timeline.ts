import type { Rooms, StoredEvent } from "@causeway/matrix-rooms";
import type { RoomView } from "./view.ts";

/** The new events of a room, oldest first. */
export interface Timeline {
  readonly events: readonly StoredEvent[];
  /** Whether events between the last sync and the first of these were left out. */
  readonly limited: boolean;
  /** The history before the first of these begins at this position. */
  readonly before: number;
  /** Whether the tail in memory held everything since the last sync. */
  readonly fromMemory: boolean;
}

/** The most events that are looked through for those that a filter wants. */
const MAX_LOOKED_THROUGH = 1000;
const PAGE = 100;

/** Collects a room's timeline: from memory when the reader is not far behind, else from the disk. */
export async function collectTimeline(view: RoomView, rooms: Rooms): Promise<Timeline> {
  const { room, from, to, filter } = view;
  const wanted = filter.timeline;
  if (from > 0 && room.tailStart <= from) {
    const fresh = newerThan(room.tail, from).filter((event) => event.pos <= to);
    const events = wanted === undefined ? fresh : fresh.filter((event) => wanted(event, room.id));
    const kept = filter.timelineLimit === 0 ? [] : events.slice(-filter.timelineLimit);
    return { events: kept, limited: kept.length < events.length, before: beforeOf(kept, events, to), fromMemory: true };
  }
  return await readTimeline(view, rooms);
}

function newerThan(tail: readonly StoredEvent[], from: number): readonly StoredEvent[] {
  let first = tail.length;
  while (first > 0 && (tail[first - 1]?.pos ?? 0) > from) first -= 1;
  return tail.slice(first);
}

function beforeOf(kept: readonly StoredEvent[], all: readonly StoredEvent[], to: number): number {
  const first = kept[0] ?? all.at(-1);
  if (first === undefined) return to;
  return kept.length === 0 ? first.pos : first.pos - 1;
}

/** A timeline from the disk: only what the reader may see. */
export async function readTimeline(view: RoomView, rooms: Rooms): Promise<Timeline> {
  const { room, from, to, filter } = view;
  const visible = await rooms.visibilityFor(room, view.user);
  const found: StoredEvent[] = [];
  let next = to;
  let looked = 0;
  let ended = false;
  let isHidden = false;
  while (found.length <= filter.timelineLimit && looked < MAX_LOOKED_THROUGH && !ended && !isHidden) {
    const limit = Math.min(PAGE, filter.timelineLimit + 1);
    const page = await rooms.page(room, { from, to: next, limit, newestFirst: true });
    ended = page.length < limit;
    looked += page.length;
    for (const event of page) {
      isHidden = !visible(event);
      if (isHidden) break;
      if (filter.timeline === undefined || filter.timeline(event, room.id)) found.push(event);
    }
    next = (page.at(-1)?.pos ?? 1) - 1;
  }
  const events = withTransactions(room, found.slice(0, filter.timelineLimit).reverse());
  const limited = found.length > events.length || isHidden || (!ended && looked >= MAX_LOOKED_THROUGH);
  return { events, limited, before: (events[0]?.pos ?? to + 1) - 1, fromMemory: false };
}

/** The sender's device knows its own events by their transaction, which only memory has. */
function withTransactions(room: RoomView["room"], events: readonly StoredEvent[]): readonly StoredEvent[] {
  return events.map((event) => {
    if (event.pos <= room.tailStart) return event;
    const kept = room.tail.find((one) => one.pos === event.pos);
    return kept?.sentWith === undefined ? event : { ...event, sentWith: kept.sentWith };
  });
}
