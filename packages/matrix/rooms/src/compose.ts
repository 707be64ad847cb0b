import { canonicalJson, type EventId, type Instant, type RoomId, type UserId } from "@causeway/base";
import {
  authTypesFor,
  hashEvent,
  MAX_EVENT_BYTES,
  sizeFault,
  stateKeyOf,
  type AuthEvent,
  type Content,
  type HashedEvent,
  type RoomVersion,
  type StateLookup,
} from "@causeway/matrix-events";
import type { ToSign } from "@causeway/platform";
import type { Signer } from "./ports.ts";
import type { Room } from "./room.ts";
import type { StoredEvent } from "./stored-event.ts";

/** What goes into a new event beside its place in the room. */
export interface Ingredients {
  readonly type: string;
  readonly sender: UserId;
  readonly stateKey: string | undefined;
  readonly content: Content;
  readonly redacts: EventId | undefined;
  /** Room versions 1 and 2 alone: the id that this server gives it. */
  readonly eventId?: EventId | undefined;
  readonly ts: Instant;
}

/** A room's place for a new event; undefined values for the create event. */
export interface Place {
  readonly version: RoomVersion;
  readonly roomId: RoomId | undefined;
  readonly room: Room | undefined;
}

/** A room's state as the authorisation rules ask for it. */
export function lookupIn(room: Room): StateLookup {
  return (type, stateKey) => {
    const entry = room.entry(type, stateKey);
    return entry === undefined ? undefined : authEventOf(entry.event, entry.content);
  };
}

/** A kept event as the authorisation rules see it. */
export function authEventOf(event: StoredEvent, content: Content): AuthEvent {
  return {
    type: event.type,
    sender: event.sender,
    content,
    event_id: event.eventId,
    ...(event.stateKey === undefined ? {} : { state_key: event.stateKey }),
  };
}

/** The event as the rules check it before it is built. */
export function candidate(made: Ingredients, place: Place): AuthEvent {
  return {
    type: made.type,
    sender: made.sender,
    content: made.content,
    ...(made.stateKey === undefined ? {} : { state_key: made.stateKey }),
    ...(place.roomId === undefined || (place.version.createEventIsRoom && place.room === undefined)
      ? {}
      : { room_id: place.roomId }),
    ...(made.redacts === undefined ? {} : { redacts: made.redacts }),
    ...(made.eventId === undefined ? {} : { event_id: made.eventId }),
    prev_events: place.room === undefined ? [] : [place.room.progress.lastEventId],
  };
}

/** Hashes an event at its place; the signature comes with the text that is kept. */
export function build(made: Ingredients, place: Place, signer: Signer): HashedEvent {
  const { room, version } = place;
  const event = candidate(made, place);
  const authEvents: EventId[] = [];
  if (room !== undefined) {
    const seen = new Set<string>();
    for (const [type, stateKey] of authTypesFor(version, event)) {
      const entry = seen.has(stateKeyOf(type, stateKey)) ? undefined : room.entry(type, stateKey);
      seen.add(stateKeyOf(type, stateKey));
      if (entry !== undefined) authEvents.push(entry.event.eventId);
    }
  }
  const redactsInside = version.senderIsCreator && made.redacts !== undefined;
  return hashEvent(
    version,
    {
      type: made.type,
      sender: made.sender,
      content: redactsInside ? { ...made.content, redacts: made.redacts } : made.content,
      ...(event.room_id === undefined ? {} : { room_id: event.room_id }),
      ...(made.stateKey === undefined ? {} : { state_key: made.stateKey }),
      ...(made.redacts === undefined || redactsInside ? {} : { redacts: made.redacts }),
      origin_server_ts: made.ts,
      depth: (room?.progress.depth ?? 0) + 1,
      prev_events: event.prev_events ?? [],
      auth_events: authEvents,
      ...(made.eventId === undefined
        ? {}
        : { event_id: made.eventId, references: referencesIn(room, [...authEvents, ...(event.prev_events ?? [])]) }),
    },
    signer,
  );
}

/** The reference hashes of events of a room whose version names others by them. */
function referencesIn(room: Room | undefined, ids: readonly EventId[]): ReadonlyMap<EventId, string> {
  const found = new Map<EventId, string>();
  for (const id of ids) {
    const hash = id === room?.progress.lastEventId ? room.progress.lastReference : room?.references.get(id);
    if (hash === undefined) throw new Error("the reference hash of an event is not known");
    found.set(id, hash);
  }
  return found;
}

/** The reference hash of an event that has just been built. */
export function referenceOf(built: HashedEvent, signer: Signer): string {
  return signer.sha256(built.toSign);
}

/** An event as clients get it, without `unsigned` (client-server API, "Room event format"). */
export function clientTextOf(built: HashedEvent, roomId: RoomId, redacts: EventId | undefined): string {
  const { pdu } = built;
  const optional = (name: string, value: string | undefined): string =>
    value === undefined ? "" : `"${name}":${canonicalJson(value)},`;
  return (
    `{"content":${built.contentJson},"event_id":${canonicalJson(built.eventId)},"origin_server_ts":${pdu.origin_server_ts},` +
    // Clients look for it here in every room version (client-server API, "m.room.redaction").
    `${optional("redacts", redacts)}"room_id":${canonicalJson(roomId)},"sender":${canonicalJson(pdu.sender)},` +
    `${optional("state_key", pdu.state_key)}"type":${canonicalJson(pdu.type)}}`
  );
}

/** As long as every ed25519 signature in base64. */
const ANY_SIGNATURE = "A".repeat(86);

/** What only servers need of an event (`auth_events`, `prev_events`, `depth`, `hashes`, `signatures`), kept apart from the text that clients get: its text with the signature, or for a writer that signs. */
export function restOf(built: HashedEvent, signer: Signer, later: boolean): string | ToSign {
  const { pdu } = built;
  const [before = "", after = ""] = signaturesOf(signer, "\n").split("\n");
  const begun =
    `{"auth_events":${canonicalJson(pdu.auth_events)},"prev_events":${canonicalJson(pdu.prev_events)},` +
    `"depth":${pdu.depth},"hashes":${canonicalJson(pdu.hashes)},` +
    // Where events name others by their hashes, each hash is kept with its event.
    `${pdu.event_id === undefined ? "" : `"reference":"${referenceOf(built, signer)}",`}"signatures":${before}`;
  return later
    ? { sign: built.toSign, before: begun, after: `${after}}` }
    : `${begun}${signer.sign(built.toSign)}${after}}`;
}

function signaturesOf(signer: Signer, signature: string): string {
  return `{"${signer.serverName}":{"${signer.keyId}":"${signature}"}}`;
}

/** More than the names of members, and a redacted event's id, can add. */
const OTHER_MEMBERS = 1024;

/** Why an event is too large to be sent, or undefined. */
export function tooLarge(built: HashedEvent, signer: Signer): string | undefined {
  const signatures = signaturesOf(signer, ANY_SIGNATURE);
  // What is signed holds everything but what redaction takes from the content.
  const atMost = built.toSign.length + built.contentJson.length + signatures.length + OTHER_MEMBERS;
  return sizeFault(built.pdu, () => (atMost * 3 <= MAX_EVENT_BYTES ? "" : built.jsonWith(signatures)));
}
