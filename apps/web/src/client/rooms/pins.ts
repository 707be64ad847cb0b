import { EventType, type MatrixClient, type MatrixEvent, type Room } from "matrix-js-sdk";
import { personIn, type PersonView } from "../people.ts";
import { contentOf, type MessageContent } from "../timeline/content.ts";

/** The newest are shown; a room in which everything is pinned has nothing pinned. */
const MOST = 50;

/** A message that somebody pinned. */
export interface PinnedMessage {
  readonly id: string;
  readonly at: number;
  readonly sender: PersonView;
  readonly content: MessageContent;
}

/** The ids of a room's pinned messages, the one pinned last at the end. */
export function pinnedIn(room: Room): readonly string[] {
  const pinned: unknown = room.currentState.getStateEvents(EventType.RoomPinnedEvents, "")?.getContent()["pinned"];
  if (!Array.isArray(pinned)) return [];
  const ids = pinned.filter((id): id is string => typeof id === "string" && id.startsWith("$"));
  return [...new Set(ids)].slice(-MOST);
}

/** Whether somebody may pin messages in a room. */
export function mayPin(client: MatrixClient, room: Room): boolean {
  return room.currentState.maySendStateEvent(EventType.RoomPinnedEvents, client.getSafeUserId());
}

/** Pins a message, or takes it down when it is pinned. */
export async function togglePin(client: MatrixClient, room: Room, id: string): Promise<void> {
  const now = pinnedIn(room);
  const pinned = now.includes(id) ? now.filter((one) => one !== id) : [...now, id];
  await client.sendStateEvent(room.roomId, EventType.RoomPinnedEvents, { pinned });
}

/** Reads pinned messages, the one pinned last first; what is gone or cannot be seen is left out. */
export async function readPinned(
  client: MatrixClient,
  roomId: string,
  ids: readonly string[],
): Promise<readonly PinnedMessage[]> {
  const room = client.getRoom(roomId);
  if (room === null) return [];
  const events = await Promise.all(ids.toReversed().map((id) => readEvent(client, room, id).catch(() => undefined)));
  return events.flatMap((event): readonly PinnedMessage[] => {
    const id = event?.getId();
    if (event === undefined || id === undefined || event.isRedacted()) return [];
    const sender = personIn(client, room, event.getSender() ?? "");
    return [{ id, at: event.getTs(), sender, content: contentOf(event) }];
  });
}

async function readEvent(client: MatrixClient, room: Room, id: string): Promise<MatrixEvent> {
  const known = room.findEventById(id);
  if (known !== undefined) return known;
  const event = client.getEventMapper({ decrypt: false })(await client.fetchRoomEvent(room.roomId, id));
  await client.decryptEventIfNeeded(event);
  return event;
}
