import {
  canonicalJson,
  failure,
  NotCanonicalError,
  ok,
  parseEventId,
  parseRoomId,
  type EventId,
  type Result,
} from "@causeway/base";
import type { UserId } from "@causeway/base";
import type { Hashing } from "./crypto.ts";
import type { Content, Pdu, Signatures } from "./event.ts";
import { eventIdOf } from "./hashes.ts";
import { isUserId } from "./id-text.ts";
import { isRecord } from "./power-levels.ts";
import type { RoomVersion } from "./room-versions.ts";
import { sizeFault } from "./size.ts";

/** The most events that one may name (server-server API, "PDUs"). */
const MAX_AUTH_EVENTS = 10;
const MAX_PREV_EVENTS = 20;

/** An event of another server, whose form is that of its room version; nothing is said of its hashes, signatures and rights. */
export interface ReadPdu {
  readonly eventId: EventId;
  readonly pdu: Pdu;
}

/** Why an event has not the form of its room version. */
class Misshapen extends Error {}

/**
 * Reads an event as servers exchange it (server-server API, "Checks performed on receipt of a PDU", the first). What it is hashed
 * and signed over is the value that was given, not the `pdu`, which holds what is known of an event and nothing else.
 */
export function readPdu(version: RoomVersion, value: unknown, hashing: Hashing): Result<ReadPdu> {
  try {
    if (!isRecord(value)) throw new Misshapen("the event is no object");
    const pdu = pduIn(version, value);
    const eventId = eventIdOf(version, value, hashing);
    if (eventId === undefined) throw new Misshapen("`event_id` is none");
    const whole = { ...value, unsigned: undefined };
    if (version.strictJson) canonicalJson(whole); // throws where it has none
    const fault = sizeFault(pdu, () => JSON.stringify(whole));
    return fault === undefined ? ok({ eventId, pdu }) : failure("M_TOO_LARGE", fault);
  } catch (error) {
    if (error instanceof Misshapen || error instanceof NotCanonicalError) return failure("M_BAD_JSON", error.message);
    throw error;
  }
}

function pduIn(version: RoomVersion, event: Content): Pdu {
  const roomId = roomIn(version, event);
  return {
    type: textIn(event, "type"),
    sender: senderIn(event),
    content: recordOf(event, "content"),
    origin_server_ts: integerIn(event, "origin_server_ts", Number.MIN_SAFE_INTEGER),
    depth: integerIn(event, "depth", 0),
    prev_events: idsIn(version, event, { name: "prev_events", most: MAX_PREV_EVENTS }),
    auth_events: idsIn(version, event, { name: "auth_events", most: MAX_AUTH_EVENTS }),
    hashes: { sha256: textIn(recordOf(event, "hashes"), "sha256") },
    signatures: signaturesIn(event),
    ...(roomId === undefined ? {} : { room_id: roomId }),
    ...(event["state_key"] === undefined ? {} : { state_key: textIn(event, "state_key") }),
    ...(event["redacts"] === undefined || version.senderIsCreator ? {} : { redacts: textIn(event, "redacts") }),
    ...(event["unsigned"] === undefined ? {} : { unsigned: recordOf(event, "unsigned") }),
    ...(version.eventIds === "chosen-by-server" ? { event_id: eventIdIn(event["event_id"]) } : {}),
  };
}

function textIn(event: Content, name: string): string {
  const value = event[name];
  if (typeof value !== "string") throw new Misshapen(`\`${name}\` is no text`);
  return value;
}

function integerIn(event: Content, name: string, least: number): number {
  const value = event[name];
  if (typeof value !== "number" || !Number.isSafeInteger(value) || value < least)
    throw new Misshapen(`\`${name}\` is no integer that it may be`);
  return value;
}

function recordOf(event: Content, name: string): Content {
  const value = event[name];
  if (!isRecord(value)) throw new Misshapen(`\`${name}\` is no object`);
  return value;
}

function senderIn(event: Content): UserId {
  const sender = textIn(event, "sender");
  if (!isUserId(sender)) throw new Misshapen("`sender` is no user id");
  return sender as UserId; // read here: wider than base's own parser, for historical ids
}

/** The create event of version 12 has no room id: it makes it. */
function roomIn(version: RoomVersion, event: Content): Pdu["room_id"] | undefined {
  if (version.createEventIsRoom && event["type"] === "m.room.create" && event["room_id"] === undefined)
    return undefined;
  const id = parseRoomId(textIn(event, "room_id"));
  if (id === undefined) throw new Misshapen("`room_id` is none");
  return id;
}

function eventIdIn(value: unknown): EventId {
  const id = typeof value === "string" ? parseEventId(value) : undefined;
  if (id === undefined) throw new Misshapen("an event id is none");
  return id;
}

/** Ids; in versions 1 and 2 each with a hash of what it names. */
function idsIn(
  version: RoomVersion,
  event: Content,
  list: { readonly name: string; readonly most: number },
): EventId[] {
  const value = event[list.name];
  if (!Array.isArray(value)) throw new Misshapen(`\`${list.name}\` is no list`);
  if (value.length > list.most) throw new Misshapen(`\`${list.name}\` has more than ${list.most} entries`);
  const entries: readonly unknown[] = value;
  return entries.map((entry) => {
    if (version.eventIds !== "chosen-by-server") return eventIdIn(entry);
    if (!Array.isArray(entry) || entry.length !== 2 || !isRecord(entry[1]))
      throw new Misshapen("a reference is no pair");
    return eventIdIn(entry[0]);
  });
}

function signaturesIn(event: Content): Signatures {
  const signatures = Object.entries(recordOf(event, "signatures")).map(([entity, byKey]) => {
    if (!isRecord(byKey)) throw new Misshapen("`signatures` has no objects by key");
    return [entity, Object.fromEntries(Object.keys(byKey).map((keyId) => [keyId, textIn(byKey, keyId)]))] as const;
  });
  return Object.fromEntries(signatures);
}
