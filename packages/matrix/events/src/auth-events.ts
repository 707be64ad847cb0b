import { allow, refuse, type Decision } from "@causeway/base";
import { authTypesFor } from "./auth-types.ts";
import { stateKeyOf, type AuthEvent, type StateLookup } from "./event.ts";
import type { RoomVersion } from "./room-versions.ts";

/** An event that another names among its `auth_events`, or the create event behind a room id. */
export interface NamedEvent extends AuthEvent {
  /** It was rejected when it was received (server-server API, "Rejection"). */
  readonly rejected?: boolean;
}

/**
 * The rules about the events that an event names as its `auth_events` (each room version, "Considering the event's
 * `auth_events`"), and in version 12 about the create event that its room id stands for.
 */
export function checkAuthEvents(
  version: RoomVersion,
  event: AuthEvent,
  named: { readonly authEvents: readonly NamedEvent[]; readonly create?: NamedEvent | undefined },
): Decision {
  if (event.type === "m.room.create") return allow; // decided by its own rules, which leave no room for others
  const room = version.createEventIsRoom ? checkRoom(event, named.create) : checkHasCreate(named.authEvents);
  if (!room.allowed) return room;
  const wanted = new Set(authTypesFor(version, event).map(([type, stateKey]) => stateKeyOf(type, stateKey)));
  for (const authEvent of named.authEvents) {
    if (authEvent.rejected === true) return refuse("an authorising event was itself rejected");
    if (authEvent.room_id !== event.room_id) return refuse("an authorising event is of another room");
    if (authEvent.state_key === undefined) return refuse("an authorising event is no state");
    // A key that was met once is wanted no more, so that a second one is refused as well.
    if (!wanted.delete(stateKeyOf(authEvent.type, authEvent.state_key)))
      return refuse("an authorising event is named twice or has no bearing");
  }
  return allow;
}

function checkRoom(event: AuthEvent, create: NamedEvent | undefined): Decision {
  const isCreate = create?.type === "m.room.create" && create.rejected !== true;
  return isCreate && create.event_id !== undefined && event.room_id === `!${create.event_id.slice(1)}`
    ? allow
    : refuse("the room id is not that of an accepted create event");
}

function checkHasCreate(authEvents: readonly NamedEvent[]): Decision {
  return authEvents.some((event) => event.type === "m.room.create")
    ? allow
    : refuse("no create event is among the authorising events");
}

/** The state that a few events make up, the later ones before the earlier: to check an event against its `auth_events`. */
export function stateFrom(events: readonly AuthEvent[]): StateLookup {
  return (type, stateKey) => events.findLast((event) => event.type === type && event.state_key === stateKey);
}
