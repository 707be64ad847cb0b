import {
  MatrixEventEvent,
  NotificationCountType,
  RoomEvent,
  type MatrixClient,
  type MatrixEvent,
  type Room,
} from "matrix-js-sdk";
import { threadOf } from "./thread-of.ts";

/** So many of a room's newest events are looked at when somebody reads. */
const FAR = 100;

/**
 * Counts the unread messages of threads in encrypted rooms, which the server cannot, as the SDK does for the rooms themselves: it
 * leaves threads out when it is not to divide the timelines. Returns how to stop.
 */
export function countThreads(client: MatrixClient): () => void {
  const decrypted = (event: MatrixEvent): void => countOne(client, event);
  const read = (receipt: MatrixEvent, room: Room): void => recount(client, receipt, room);
  client.on(MatrixEventEvent.Decrypted, decrypted);
  client.on(RoomEvent.Receipt, read);
  return () => {
    client.off(MatrixEventEvent.Decrypted, decrypted);
    client.off(RoomEvent.Receipt, read);
  };
}

function countOne(client: MatrixClient, event: MatrixEvent): void {
  const thread = threadOf(event);
  const room = client.getRoom(event.getRoomId());
  const id = event.getId();
  if (thread === undefined || room === null || id === undefined) return;
  if (room.findEventById(id) === undefined || room.hasUserReadEvent(client.getSafeUserId(), id)) return;
  const actions = client.getPushActionsForEvent(event, true);
  const more = (type: NotificationCountType): void =>
    room.setThreadUnreadNotificationCount(thread, type, room.getThreadUnreadNotificationCount(thread, type) + 1);
  if (actions?.notify === true) more(NotificationCountType.Total);
  if (actions?.tweaks.highlight === true) more(NotificationCountType.Highlight);
}

/**
 * When somebody has read, the SDK counts the mentions of the last messages again, those in threads among those of the room, and of
 * threads none. Here each is counted where it belongs.
 */
function recount(client: MatrixClient, receipt: MatrixEvent, room: Room): void {
  const me = client.getSafeUserId();
  if (!room.hasEncryptionStateEvent()) return;
  for (const place of placesRead(receipt.getContent(), me)) {
    const mentions = unreadMentions(client, room, place);
    if (mentions === undefined) continue;
    if (place === undefined) room.setUnreadNotificationCount(NotificationCountType.Highlight, mentions);
    else room.setThreadUnreadNotificationCount(place, NotificationCountType.Highlight, mentions);
  }
}

/** The threads, and the room itself (undefined), that somebody has read in according to a receipt. */
export function placesRead(content: unknown, userId: string): ReadonlySet<string | undefined> {
  const places = new Set<string | undefined>();
  for (const ofEvent of Object.values(Object(content))) {
    for (const ofType of Object.values(Object(ofEvent))) {
      const mine: unknown = Object(ofType)[userId];
      if (typeof mine !== "object" || mine === null) continue;
      const thread: unknown = Object(mine).thread_id;
      places.add(typeof thread === "string" && thread !== "main" ? thread : undefined);
    }
  }
  return places;
}

/** Undefined when the read ones lie further back than is looked. */
function unreadMentions(client: MatrixClient, room: Room, place: string | undefined): number | undefined {
  const me = client.getSafeUserId();
  let mentions = 0;
  const events = room.getLiveTimeline().getEvents();
  for (const event of events.slice(-FAR).toReversed()) {
    if (threadOf(event) !== place) continue;
    if (room.hasUserReadEvent(me, event.getId() ?? "")) return mentions;
    if (client.getPushActionsForEvent(event)?.tweaks.highlight === true) mentions += 1;
  }
  return events.length <= FAR ? mentions : undefined;
}
