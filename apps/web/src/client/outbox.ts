import { ClientEvent, EventStatus, RoomEvent, SyncState, type MatrixClient, type MatrixEvent } from "matrix-js-sdk";
import { HTTPError } from "matrix-js-sdk/lib/http-api/errors.js";
import { Model } from "./view-model.ts";

/** Whether a message that did not go only waits for the server, and goes out by itself. What the server refused does not. */
export function isWaiting(event: MatrixEvent): boolean {
  if (event.status !== EventStatus.NOT_SENT) return false;
  const { error } = event;
  if (!(error instanceof HTTPError)) return true;
  const status = error.httpStatus ?? 0;
  return status === 429 || status >= 500 || status === 0;
}

/** Sends what waits, in its order, as soon as the server answers again. The snapshot is how many messages wait. */
export class Outbox extends Model<number> {
  #client: MatrixClient;
  #isSending = false;

  constructor(client: MatrixClient) {
    super(0);
    this.#client = client;
    client.on(RoomEvent.LocalEchoUpdated, () => this.set(this.#waiting().length));
    client.on(ClientEvent.Sync, (state) => {
      if (state === SyncState.Syncing || state === SyncState.Prepared) void this.#send();
    });
  }

  #waiting(): readonly MatrixEvent[] {
    return this.#client
      .getRooms()
      .flatMap((room) => room.getPendingEvents())
      .filter(isWaiting);
  }

  async #send(): Promise<void> {
    if (this.#isSending) return;
    this.#isSending = true;
    try {
      for (const event of this.#waiting()) {
        const room = this.#client.getRoom(event.getRoomId());
        if (room !== null && isWaiting(event)) await this.#client.resendEvent(event, room);
      }
    } catch {
      // The next sync tries again.
    } finally {
      this.#isSending = false;
      this.set(this.#waiting().length);
    }
  }
}
