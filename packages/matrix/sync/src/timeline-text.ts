import { eventText, historyToken, type Rooms, type StoredEvent } from "@causeway/matrix-rooms";
import type { Timeline } from "./timeline.ts";
import type { RoomView } from "./view.ts";

export type { Timeline };

/** The timeline's JSON; what came from the disk carries its bundled aggregations. */
export async function timelineText(view: RoomView, timeline: Timeline, rooms: Rooms): Promise<string> {
  const bundles = timeline.fromMemory ? undefined : await rooms.bundlesFor(view.user, timeline.events);
  const texts = timeline.events.map((event) =>
    eventText(event, {
      ageMs: Math.max(0, view.now - event.ts),
      transactionId: transactionOf(event, view),
      membership: view.from > 0 ? "join" : undefined,
      relations: bundles?.get(event.eventId),
    }),
  );
  const limited = timeline.limited || (view.from === 0 && timeline.before > 0);
  return `"timeline":{"events":[${texts.join(",")}],"limited":${limited},"prev_batch":"${historyToken(timeline.before)}"}`;
}

function transactionOf({ sentWith, sender }: StoredEvent, view: RoomView): string | undefined {
  return sentWith?.device === view.deviceId && sender === view.user ? sentWith.id : undefined;
}
