import {
  ClientEvent,
  EventStatus,
  EventType,
  KnownMembership,
  RoomEvent,
  type MatrixClient,
  type MatrixEvent,
} from "matrix-js-sdk";
import { HTTPError } from "matrix-js-sdk/lib/http-api/errors.js";
import { isLiveSync } from "./matrix/live-sync.ts";
import { keptOf, parseKept, SAID, type KeptMessage } from "./outbox-kept.ts";
import { noteKey, type Notes } from "./store/notes.ts";
import { Model } from "./view-model.ts";

/** Whether a message that did not go only waits for the server, and goes out by itself. What the server refused does not. */
export function isWaiting(event: MatrixEvent): boolean {
  if (event.status !== EventStatus.NOT_SENT) return false;
  const { error } = event;
  if (!(error instanceof HTTPError)) return true;
  const status = error.httpStatus ?? 0;
  return status === 429 || status >= 500 || status === 0;
}

/**
 * Everything that is said goes through here. It is kept on this device until the server has it, so that neither a reload nor
 * a dead battery loses it, and sent in its order as soon as the server answers. The snapshot is how many messages wait.
 */
export class Outbox extends Model<number> {
  #client: MatrixClient;
  #notes: Notes;
  #isSending = false;
  /** What this visit has given to the SDK. */
  #handed = new Set<string>();

  constructor(client: MatrixClient, notes: Notes) {
    super(0);
    this.#client = client;
    this.#notes = notes;
    client.on(RoomEvent.LocalEchoUpdated, (event) => {
      if (event.status === null || event.status === EventStatus.SENT || event.status === EventStatus.CANCELLED) {
        this.#forgetOne(event.getRoomId(), event.getTxnId());
      }
      this.set(this.#waiting().length);
    });
    client.on(ClientEvent.Sync, (state, _before, data) => {
      if (!isLiveSync(state, data)) return;
      this.#resume();
      void this.#send();
    });
  }

  /** Says something in a room, a message unless it is of another type. It is in the timeline at once; what the server refuses shows there. */
  say(roomId: string, content: Readonly<Record<string, unknown>>, type?: string): void {
    const txnId = this.#client.makeTxnId();
    const message: KeptMessage = { roomId, txnId, content, ...(type === undefined ? {} : { type }) };
    this.#notes.put(noteKey(SAID, roomId, txnId), keptOf(message));
    void this.#hand(message);
  }

  /**
   * Takes up what an earlier visit could not send, once the server has told of its room. The server knows each by its
   * transaction, so nothing is said twice.
   */
  #resume(): void {
    const pending = new Set(this.#pending().map((event) => event.getTxnId()));
    for (const message of this.#notes.all(SAID).flatMap(parseKept)) {
      const membership = this.#client.getRoom(message.roomId)?.getMyMembership();
      if (membership === KnownMembership.Leave || membership === KnownMembership.Ban)
        this.#forgetOne(message.roomId, message.txnId);
      const isNew = !pending.has(message.txnId) && !this.#handed.has(message.txnId);
      if (isNew && membership === KnownMembership.Join) void this.#hand(message);
    }
  }

  async #hand({ roomId, txnId, content, type = EventType.RoomMessage }: KeptMessage): Promise<void> {
    this.#handed.add(txnId);
    try {
      // The SDK's types know no mixture of relations, and not every type of event.
      await this.#client.sendEvent(roomId, null, type as never, content as never, txnId);
      this.#forgetOne(roomId, txnId);
    } catch {
      // It stands in the timeline as not sent.
    }
  }

  #forgetOne(roomId: string | undefined, txnId: string | undefined): void {
    if (roomId !== undefined && txnId !== undefined) this.#notes.remove(noteKey(SAID, roomId, txnId));
  }

  #pending(): readonly MatrixEvent[] {
    return this.#client.getRooms().flatMap((room) => room.getPendingEvents());
  }

  #waiting(): readonly MatrixEvent[] {
    return this.#pending().filter(isWaiting);
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
