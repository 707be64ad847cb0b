import { canonicalJson, type EventId, type RoomId } from "@causeway/base";
import type { Content, Pdu } from "./event.ts";
import type { RoomVersion } from "./room-versions.ts";

/** Where an event stands: what its own members may leave out. */
export interface EventPlace {
  readonly version: RoomVersion;
  readonly eventId: EventId;
  /** Left out where the answer names the room already, as `/sync` does. */
  readonly roomId?: RoomId;
  /** The canonical JSON of the content where it is at hand (`BuiltEvent.contentJson`). */
  readonly contentJson?: string;
}

/** An event as clients get it (client-server API, "Room event format"), without `unsigned`. */
export function clientEvent(pdu: Pdu, place: EventPlace): Record<string, unknown> {
  const redacts = redactsOf(pdu);
  return {
    content: contentFor(pdu, place.version),
    event_id: place.eventId,
    origin_server_ts: pdu.origin_server_ts,
    ...(redacts === undefined ? {} : { redacts }),
    ...(place.roomId === undefined ? {} : { room_id: place.roomId }),
    sender: pdu.sender,
    ...(pdu.state_key === undefined ? {} : { state_key: pdu.state_key }),
    type: pdu.type,
  };
}

/** The canonical JSON of `clientEvent`. */
export function clientText(pdu: Pdu, place: EventPlace): string {
  const content = contentFor(pdu, place.version);
  const contentJson = content === pdu.content ? (place.contentJson ?? canonicalJson(content)) : canonicalJson(content);
  const redacts = redactsOf(pdu);
  const optional = (name: string, value: string | undefined): string =>
    value === undefined ? "" : `"${name}":${canonicalJson(value)},`;
  return (
    `{"content":${contentJson},"event_id":${canonicalJson(place.eventId)},"origin_server_ts":${pdu.origin_server_ts},` +
    `${optional("redacts", redacts)}${optional("room_id", place.roomId)}"sender":${canonicalJson(pdu.sender)},` +
    `${optional("state_key", pdu.state_key)}"type":${canonicalJson(pdu.type)}}`
  );
}

/** Adds `unsigned`, itself the text of an object, to the text of an object that has none. Nothing is parsed. */
export function withUnsigned(text: string, unsigned: string): string {
  return unsigned === "{}" ? text : `${text.slice(0, -1)},"unsigned":${unsigned}}`;
}

/** Clients look for `redacts` beside the content and in it, whichever place a room version has (version 11, "Event format"). */
function redactsOf(pdu: Pdu): string | undefined {
  if (pdu.type !== "m.room.redaction") return undefined;
  const inside = pdu.content["redacts"];
  return pdu.redacts ?? (typeof inside === "string" ? inside : undefined);
}

function contentFor(pdu: Pdu, version: RoomVersion): Content {
  const redacts = version.senderIsCreator ? undefined : redactsOf(pdu);
  return redacts === undefined ? pdu.content : { ...pdu.content, redacts };
}
