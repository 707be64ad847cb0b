declare const brand: unique symbol;

/** `@localpart:server` (Matrix specification, appendices, "User identifiers"). */
export type UserId = string & { readonly [brand]: "UserId" };
/** `!opaque:server`, or `!hash` from room version 12 on (appendices, "Room IDs"). */
export type RoomId = string & { readonly [brand]: "RoomId" };
/** `$hash`, or `$opaque:server` in room versions 1 and 2. */
export type EventId = string & { readonly [brand]: "EventId" };
/** `#alias:server`. */
export type RoomAlias = string & { readonly [brand]: "RoomAlias" };
/** Opaque, at most 255 bytes. */
export type DeviceId = string & { readonly [brand]: "DeviceId" };
/** `host`, `host:port`, `1.2.3.4`, `[::1]:8448` (appendices, "Server name"). */
export type ServerName = string & { readonly [brand]: "ServerName" };

const MAX_ID_BYTES = 255;
const SERVER_NAME = /^(?:\[[0-9a-fA-F:.]{2,45}\]|[0-9]{1,3}(?:\.[0-9]{1,3}){3}|[A-Za-z0-9.-]{1,255})(?::[0-9]{1,5})?$/;
// NOTE Historical ids may hold any printable ASCII but `:`; ids made here follow the strict grammar (`isStrictLocalpart`).
const USER_LOCALPART = /^[\x21-\x39\x3B-\x7E]*$/;
const STRICT_LOCALPART = /^[a-z0-9._=/+-]{1,200}$/;

function shortEnough(text: string): boolean {
  if (!text.isWellFormed()) return false;
  // A unit of UTF-16 is three bytes of UTF-8 at most: most ids need no counting.
  if (text.length * 3 <= MAX_ID_BYTES) return true;
  return text.length <= MAX_ID_BYTES && new TextEncoder().encode(text).length <= MAX_ID_BYTES;
}

/** Reads a server name, or returns undefined. */
export function parseServerName(text: string): ServerName | undefined {
  return SERVER_NAME.test(text) ? (text as ServerName) : undefined;
}

/** Reads a user id, historical ones included, or returns undefined. */
export function parseUserId(text: string): UserId | undefined {
  if (!text.startsWith("@") || !shortEnough(text)) return undefined;
  const colon = text.indexOf(":");
  if (colon < 0 || !USER_LOCALPART.test(text.slice(1, colon))) return undefined;
  return parseServerName(text.slice(colon + 1)) === undefined ? undefined : (text as UserId);
}

/** Reads a room id of any version, or returns undefined. */
export function parseRoomId(text: string): RoomId | undefined {
  return text.startsWith("!") && text.length > 1 && shortEnough(text) && !text.includes("\0")
    ? (text as RoomId)
    : undefined;
}

/** Reads an event id of any version, or returns undefined. */
export function parseEventId(text: string): EventId | undefined {
  return text.startsWith("$") && text.length > 1 && shortEnough(text) && !text.includes("\0")
    ? (text as EventId)
    : undefined;
}

/** Reads a room alias, or returns undefined. */
export function parseRoomAlias(text: string): RoomAlias | undefined {
  if (!text.startsWith("#") || !shortEnough(text) || text.includes("\0")) return undefined;
  const colon = text.indexOf(":");
  if (colon < 2) return undefined;
  return parseServerName(text.slice(colon + 1)) === undefined ? undefined : (text as RoomAlias);
}

/** Reads a device id, or returns undefined. */
export function parseDeviceId(text: string): DeviceId | undefined {
  return text.length > 0 && shortEnough(text) && !text.includes("\0") ? (text as DeviceId) : undefined;
}

/** Whether a localpart may be given to a new user (appendices, "User identifiers"). */
export function isStrictLocalpart(text: string): boolean {
  return STRICT_LOCALPART.test(text);
}

/** The user id of a strict localpart on a server. */
export function userIdOf(localpart: string, server: ServerName): UserId {
  return `@${localpart}:${server}` as UserId;
}

/** The localpart that a server speaks under; nobody can have it. */
export const SYSTEM_LOCALPART = "causeway";

/** The user that a server speaks as: `@causeway:<server>`. It has no account, so nobody can sign in as it. */
export function systemUserOf(server: ServerName): UserId {
  return userIdOf(SYSTEM_LOCALPART, server);
}

/** The part between `@` and the first colon. */
export function localpartOf(id: UserId): string {
  return id.slice(1, id.indexOf(":"));
}

/** The server that a user or alias belongs to. */
export function serverOf(id: UserId | RoomAlias): ServerName {
  return id.slice(id.indexOf(":") + 1) as ServerName;
}
