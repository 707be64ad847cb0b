import { Direction, type MatrixClient } from "matrix-js-sdk";
import type { EventStore } from "../store/event-store.ts";

/** Asks for a page of a room's history; `messages` of the SDK's client. */
type Ask = MatrixClient["createMessagesRequest"];

/**
 * The SDK's timelines get older events from what this device kept, and from the server what it did not, which is kept then.
 * Returns the same for those who only pass through: what nobody looks at is the first to go when there is too much.
 */
export function readHistoryFromStore(client: MatrixClient, store: EventStore): Ask {
  const ask = client.createMessagesRequest.bind(client);
  const through =
    (isRead: boolean): Ask =>
    async (...asked) => {
      const [roomId, token, , dir, filter] = asked;
      if (dir !== Direction.Backward || token === null || filter !== undefined) return await ask(...asked);
      const kept = await store.findHistory(roomId, token, isRead);
      if (kept !== undefined) return kept;
      return await store.keepHistory(roomId, await ask(...asked), { token, isRead });
    };
  client.createMessagesRequest = through(true);
  return through(false);
}
