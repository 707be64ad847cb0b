import type { EventId, Instant, RoomId, UserId } from "@causeway/base";
import {
  authTypesFor,
  buildEvent,
  redact,
  sizeFault,
  stateKeyOf,
  type AuthEvent,
  type BuiltEvent,
  type Content,
  type RoomVersion,
  type StateLookup,
} from "@causeway/matrix-events";
import type { Signer } from "./ports.ts";
import type { Room } from "./room.ts";
import type { StoredEvent } from "./stored-event.ts";

/** The members of an event that only servers see; kept apart from the text that clients get. */
export const SERVER_ONLY = ["auth_events", "prev_events", "depth", "hashes", "signatures"] as const;

/** What goes into a new event beside its place in the room. */
export interface Ingredients {
  readonly type: string;
  readonly sender: UserId;
  readonly stateKey: string | undefined;
  readonly content: Content;
  readonly redacts: EventId | undefined;
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
    prev_events: place.room === undefined ? [] : [place.room.progress.lastEventId],
  };
}

/** Hashes and signs an event at its place. */
export function build(made: Ingredients, place: Place, signer: Signer): BuiltEvent {
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
  return buildEvent(
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
    },
    signer,
  );
}

/** The two texts of an event: as clients get it without `unsigned`, and what only servers need. */
export function textsOf(
  built: BuiltEvent,
  roomId: RoomId,
  redacts: EventId | undefined,
): { readonly client: string; readonly rest: string } {
  const { pdu } = built;
  const client = {
    content: pdu.content,
    event_id: built.eventId,
    origin_server_ts: pdu.origin_server_ts,
    // Clients look for it here in every room version (client-server API, "m.room.redaction").
    ...(redacts === undefined ? {} : { redacts }),
    room_id: roomId,
    sender: pdu.sender,
    ...(pdu.state_key === undefined ? {} : { state_key: pdu.state_key }),
    type: pdu.type,
  };
  const rest = Object.fromEntries(SERVER_ONLY.map((name) => [name, pdu[name]]));
  return { client: JSON.stringify(client), rest: JSON.stringify(rest) };
}

/** Why an event is too large to be sent, or undefined. */
export function tooLarge(built: BuiltEvent): string | undefined {
  return sizeFault(built.pdu);
}

/** An event as it is kept after its redaction, with the event that did it (client-server API, "Redactions"). */
export function redactedForm(version: RoomVersion, event: StoredEvent, because: StoredEvent): StoredEvent {
  const parsed: Content = JSON.parse(event.client);
  const { content }: Record<string, unknown> = redact(version, parsed);
  const client = JSON.stringify({
    ...parsed,
    content,
    ...(version.senderIsCreator || parsed["redacts"] === undefined ? {} : { redacts: undefined }),
  });
  return { ...event, client, extra: `"redacted_because":${because.client}` };
}
