import { parseEventId } from "@causeway/base";
import type { AuthGraph, KnownEvent } from "./auth-graph.ts";
import type { RoomVersion } from "./room-versions.ts";

/** The create event of an event's room: one of its `auth_events`, or in version 12 the one that its room id stands for. */
export function createEventOf(version: RoomVersion, graph: AuthGraph, event: KnownEvent): KnownEvent | undefined {
  if (event.type === "m.room.create") return event;
  if (!version.createEventIsRoom) return graph.authEventOf(event, "m.room.create", "");
  const id = parseEventId(`$${event.room_id?.slice(1) ?? ""}`);
  const create = id === undefined ? undefined : graph.event(id);
  return create?.type === "m.room.create" ? create : undefined;
}
