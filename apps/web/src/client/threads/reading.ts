import { ReceiptType, type MatrixClient, type MatrixEvent, type Room } from "matrix-js-sdk";

/** The name of what is not in a thread, in receipts (client-server API, "Threaded read receipts"). */
const MAIN = "main";

/**
 * Tells the server and the others that somebody has read up to an event of a thread, or of the room itself: then the threads stay
 * unread.
 */
export async function tellRead(client: MatrixClient, event: MatrixEvent, thread: string | undefined): Promise<void> {
  const roomId = event.getRoomId();
  const id = event.getId();
  const marks = thread === undefined && roomId !== undefined && id !== undefined;
  // Both at once: where one fails, nobody would hear of the other.
  await Promise.all([
    client.sendReceipt(event, ReceiptType.Read, { thread_id: thread ?? MAIN }),
    marks ? client.setRoomReadMarkers(roomId, id) : undefined,
  ]);
}

/** Who has read up to which message of a thread: the SDK keeps these receipts aside until it has a thread of its own. */
export function readersIn(room: Room, thread: string): ReadonlyMap<string, readonly string[]> {
  const cached = room.cachedThreadReadReceipts.get(thread) ?? [];
  const latest = new Map<string, (typeof cached)[number]>();
  for (const one of cached) if (one.receiptType === "m.read") latest.set(one.userId, one);
  // What is overtaken is of no use to anybody, and every receipt would add to it.
  if (latest.size < cached.length / 2) room.cachedThreadReadReceipts.set(thread, [...latest.values()]);
  const readers = new Map<string, string[]>();
  for (const { eventId, userId } of latest.values()) readers.set(eventId, [...(readers.get(eventId) ?? []), userId]);
  return readers;
}
