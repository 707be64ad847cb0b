import {
  ClientEvent,
  EventStatus,
  EventType,
  KnownMembership,
  RoomEvent,
  SyncState,
  type MatrixClient,
  type MatrixEvent,
} from "matrix-js-sdk";
import { HTTPError } from "matrix-js-sdk/lib/http-api/errors.js";
import { addKept, parseKept, withoutKept, type KeptMessage } from "./outbox-kept.ts";
import type { Shelf } from "./session/session.ts";
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
  #shelf: Shelf;
  #key: string;
  #isSending = false;
  /** What this visit has given to the SDK. */
  #handed = new Set<string>();

  constructor(client: MatrixClient, shelf: Shelf) {
    super(0);
    this.#client = client;
    this.#shelf = shelf;
    this.#key = `causeway.outbox ${client.getSafeUserId()}`;
    client.on(RoomEvent.LocalEchoUpdated, (event) => {
      if (event.status === null || event.status === EventStatus.SENT || event.status === EventStatus.CANCELLED) {
        this.#forgetOne(event.getTxnId());
      }
      this.set(this.#waiting().length);
    });
    client.on(ClientEvent.Sync, (state, _before, data) => {
      if (state !== SyncState.Syncing && state !== SyncState.Prepared) return;
      if (data?.fromCache === true) return;
      this.#resume();
      void this.#send();
    });
  }

  /** Says something in a room. It is in the timeline at once; what the server refuses shows there. */
  say(roomId: string, content: Readonly<Record<string, unknown>>): void {
    const message: KeptMessage = { roomId, txnId: this.#client.makeTxnId(), content };
    this.#keep(addKept(this.#kept(), message));
    void this.#hand(message);
  }

  /**
   * Takes up what an earlier visit could not send, once the server has told of its room. The server knows each by its
   * transaction, so nothing is said twice.
   */
  #resume(): void {
    const pending = new Set(this.#pending().map((event) => event.getTxnId()));
    for (const message of this.#kept()) {
      const membership = this.#client.getRoom(message.roomId)?.getMyMembership();
      if (membership === KnownMembership.Leave || membership === KnownMembership.Ban) this.#forgetOne(message.txnId);
      const isNew = !pending.has(message.txnId) && !this.#handed.has(message.txnId);
      if (isNew && membership === KnownMembership.Join) void this.#hand(message);
    }
  }

  /** Deletes what is kept, when the account leaves this device. */
  forget(): void {
    this.#shelf.removeItem(this.#key);
  }

  async #hand({ roomId, txnId, content }: KeptMessage): Promise<void> {
    this.#handed.add(txnId);
    try {
      await this.#client.sendEvent(roomId, null, EventType.RoomMessage, content as never, txnId); // the SDK's type knows no mixture of relations
      this.#forgetOne(txnId);
    } catch {
      // It stands in the timeline as not sent.
    }
  }

  #kept(): readonly KeptMessage[] {
    return parseKept(this.#shelf.getItem(this.#key));
  }

  #keep(kept: readonly KeptMessage[]): void {
    try {
      if (kept.length === 0) this.#shelf.removeItem(this.#key);
      else this.#shelf.setItem(this.#key, JSON.stringify(kept));
    } catch {
      // The device has no space left: the message lives as long as the page.
    }
  }

  #forgetOne(txnId: string | undefined): void {
    const kept = this.#kept();
    const rest = withoutKept(kept, txnId);
    if (rest.length !== kept.length) this.#keep(rest);
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
