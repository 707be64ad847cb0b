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
    const events = wanted === undefined ? fresh : fresh.filter(wanted);
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

async function readTimeline(view: RoomView, rooms: Rooms): Promise<Timeline> {
  const { room, from, to, filter } = view;
  const visible = await rooms.visibilityFor(room, view.user);
  const found: StoredEvent[] = [];
  let next = to;
  let looked = 0;
  let ended = false;
  while (found.length <= filter.timelineLimit && looked < MAX_LOOKED_THROUGH && !ended) {
    const limit = Math.min(PAGE, filter.timelineLimit + 1);
    const page = await rooms.page(room, { from, to: next, limit, newestFirst: true });
    ended = page.length < limit;
    looked += page.length;
    for (const event of page) {
      if (!visible(event)) ended = true;
      else if (filter.timeline === undefined || filter.timeline(event)) found.push(event);
      if (ended && !visible(event)) break;
    }
    next = (page.at(-1)?.pos ?? 1) - 1;
  }
  const events = found.slice(0, filter.timelineLimit).reverse();
  const limited = found.length > events.length || (!ended && looked >= MAX_LOOKED_THROUGH);
  return { events, limited, before: (events[0]?.pos ?? to + 1) - 1, fromMemory: false };
}
