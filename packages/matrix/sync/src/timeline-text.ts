import { eventText, historyToken, type Rooms, type StoredEvent } from "@causeway/matrix-rooms";
import { commaSeparated } from "./comma-separated.ts";
import type { Timeline } from "./timeline.ts";
import type { RoomView } from "./view.ts";

export type { Timeline };

/** The timeline's JSON; what came from the disk carries its bundled aggregations. */
export async function timelineText(view: RoomView, timeline: Timeline, rooms: Rooms): Promise<string> {
  const bundles = timeline.fromMemory ? undefined : await rooms.bundlesFor(view.user, timeline.events);
  const memberships = membershipsAt(view, timeline.events);
  const texts = timeline.events.map((event, index) =>
    eventText(event, {
      ageMs: Math.max(0, view.now - event.ts),
      transactionId: transactionOf(event, view),
      membership: memberships[index],
      relations: bundles?.get(event.eventId),
    }),
  );
  return `"timeline":{"events":[${commaSeparated(texts)}],"limited":${timeline.limited},"prev_batch":"${historyToken(timeline.before)}"}`;
}

/** The reader's membership at each event, the change that it makes included (client-server API, "Room event format"). */
function membershipsAt(view: RoomView, events: readonly StoredEvent[]): readonly string[] {
  const memberships: string[] = [];
  const entry = view.room.entryAt(view.to, "m.room.member", view.user);
  let own = entry?.event;
  let now = textIn({ content: entry?.content }, "content");
  for (const event of events.toReversed()) {
    // The last change counts also where a filter has taken it out of the timeline.
    if (own !== undefined && event.pos < own.pos) [now, own] = [membershipBefore(own), undefined];
    const isOwn = event.type === "m.room.member" && event.stateKey === view.user;
    memberships.push(isOwn ? membershipIn(event) : now);
    if (isOwn) [now, own] = [membershipBefore(event), undefined];
  }
  return memberships.reverse();
}

/** What a membership event says. */
export function membershipIn(event: StoredEvent): string {
  return textIn(JSON.parse(event.client), "content");
}

/** What the membership was before an event changed it. */
export function membershipBefore(event: StoredEvent): string {
  return textIn(JSON.parse(`{${event.extra}}`), "prev_content");
}

function textIn(event: Readonly<Record<string, unknown>>, part: "content" | "prev_content"): string {
  const membership: unknown = Object(event[part])["membership"];
  return typeof membership === "string" ? membership : "leave";
}

function transactionOf({ sentWith, sender }: StoredEvent, view: RoomView): string | undefined {
  return sentWith?.device === view.deviceId && sender === view.user ? sentWith.id : undefined;
}
