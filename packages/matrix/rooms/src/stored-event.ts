import type { DeviceId, EventId, Instant, UserId } from "@causeway/base";

/** A room's number inside this server: the position of its create event. */
export type RoomNumber = number;

/**
 * An event as it is kept. Its JSON was written once, when it was appended, and is concatenated into every answer.
 */
export interface StoredEvent {
  /** Its position in the server's one stream. */
  readonly pos: number;
  readonly room: RoomNumber;
  readonly eventId: EventId;
  readonly type: string;
  readonly sender: UserId;
  readonly stateKey: string | undefined;
  readonly ts: Instant;
  /** How many events that can notify the room held when this one was in, itself included. */
  readonly ordinal: number;
  /** The same, without those in threads. */
  readonly mainOrdinal: number;
  /** The root of the thread that it is in. */
  readonly thread: EventId | undefined;
  /** The event as clients get it, without `unsigned`. */
  readonly client: string;
  /** What is always in its `unsigned`, as the inside of an object: `"prev_content":{…},"replaces_state":"$…"`, or empty. */
  readonly extra: string;
  /** The request that it came with, for the sender's own echo; only while it is in memory since it was sent. */
  readonly sentWith: SentWith | undefined;
}

/** The device that sent an event, and its transaction id. */
export interface SentWith {
  readonly device: DeviceId;
  readonly id: string;
}

/** What an answer adds to an event's `unsigned`. */
export interface UnsignedAdditions {
  readonly ageMs?: number;
  readonly transactionId?: string | undefined;
  /** The reader's own membership when it happened. */
  readonly membership?: string | undefined;
  /** JSON of `m.relations`. */
  readonly relations?: string | undefined;
}

/** An event's JSON for one reader: the kept text with its `unsigned` (client-server API, "Room event format"). */
export function eventText(event: StoredEvent, add: UnsignedAdditions = {}): string {
  let inside = event.extra;
  if (add.ageMs !== undefined) inside = join(inside, `"age":${add.ageMs}`);
  if (add.transactionId !== undefined) inside = join(inside, `"transaction_id":${JSON.stringify(add.transactionId)}`);
  if (add.membership !== undefined) inside = join(inside, `"membership":${JSON.stringify(add.membership)}`);
  if (add.relations !== undefined) inside = join(inside, `"m.relations":${add.relations}`);
  return inside === "" ? event.client : `${event.client.slice(0, -1)},"unsigned":{${inside}}}`;
}

function join(left: string, right: string): string {
  return left === "" ? right : `${left},${right}`;
}
