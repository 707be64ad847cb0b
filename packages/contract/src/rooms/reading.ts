import { z } from "zod";
import { endpoint } from "../endpoint.ts";
import { eventId, queryBool, queryInt, roomAlias, roomId, userId } from "../fields.ts";
import { inRoom } from "./paths.ts";

const access = { action: "matrix.use" } as const;
const room = z.object({ roomId });
const event = z.object({ roomId, eventId });
const token = z.string().max(256).optional();
const limit = queryInt({ min: 0, max: 1000 }).default(10);
const dir = z.enum(["b", "f"]);
const filter = z.string().max(65_536).optional();

/** `GET /rooms/{roomId}/messages` (client-server API, "Getting events for a room"). */
export const getMessages = endpoint({
  method: "GET",
  path: inRoom("/messages"),
  access,
  summary: "A page of a room's history.",
  params: room,
  query: z.object({ from: token, to: token, dir, limit, filter }),
  errors: ["M_FORBIDDEN", "M_INVALID_PARAM"],
  rate: "read",
});
/** `GET /rooms/{roomId}/context/{eventId}`. */
export const getContext = endpoint({
  method: "GET",
  path: inRoom("/context/:eventId"),
  access,
  summary: "An event with those around it.",
  params: event,
  query: z.object({ limit, filter }),
  errors: ["M_NOT_FOUND"],
  rate: "read",
});
/** `GET /rooms/{roomId}/event/{eventId}`. */
export const getEvent = endpoint({
  method: "GET",
  path: inRoom("/event/:eventId"),
  access,
  summary: "One event.",
  params: event,
  errors: ["M_NOT_FOUND"],
  rate: "read",
});
/** `GET /rooms/{roomId}/members`. */
export const getMembers = endpoint({
  method: "GET",
  path: inRoom("/members"),
  access,
  summary: "Who is, was or may be in a room.",
  params: room,
  query: z.object({ at: token, membership: z.string().optional(), not_membership: z.string().optional() }),
  errors: ["M_FORBIDDEN"],
  rate: "read",
});
/** `GET /rooms/{roomId}/joined_members`. */
export const getJoinedMembers = endpoint({
  method: "GET",
  path: inRoom("/joined_members"),
  access,
  summary: "Who is in a room.",
  params: room,
  errors: ["M_FORBIDDEN"],
  rate: "read",
});

const relationsQuery = z.object({
  from: token,
  to: token,
  dir: dir.default("b"),
  limit,
  recurse: queryBool.default(false),
});
const relationsBase = "/_matrix/client/v1/rooms/:roomId/relations/:eventId";
/** `GET /rooms/{roomId}/relations/{eventId}` (client-server API, "Relationships API"). */
export const getRelations = endpoint({
  method: "GET",
  path: relationsBase,
  access,
  summary: "The events that relate to one.",
  params: event,
  query: relationsQuery,
  errors: ["M_NOT_FOUND"],
  rate: "read",
});
/** `GET /rooms/{roomId}/relations/{eventId}/{relType}`. */
export const getRelationsOf = endpoint({
  method: "GET",
  path: `${relationsBase}/:relType`,
  access,
  summary: "The events that relate to one in one way.",
  params: z.object({ roomId, eventId, relType: z.string().max(255) }),
  query: relationsQuery,
  errors: ["M_NOT_FOUND"],
  rate: "read",
});
/** `GET /rooms/{roomId}/relations/{eventId}/{relType}/{eventType}`. */
export const getRelationsOfType = endpoint({
  method: "GET",
  path: `${relationsBase}/:relType/:eventType`,
  access,
  summary: "The events of one type that relate to one in one way.",
  params: z.object({ roomId, eventId, relType: z.string().max(255), eventType: z.string().max(255) }),
  query: relationsQuery,
  errors: ["M_NOT_FOUND"],
  rate: "read",
});
/** `GET /rooms/{roomId}/threads`. */
export const getThreads = endpoint({
  method: "GET",
  path: "/_matrix/client/v1/rooms/:roomId/threads",
  access,
  summary: "A room's threads, the latest first.",
  params: room,
  query: z.object({ from: token, include: z.enum(["all", "participated"]).default("all"), limit }),
  errors: ["M_FORBIDDEN"],
  rate: "read",
});

const alias = z.object({ roomAlias });
const aliasPath = "/_matrix/client/v3/directory/room/:roomAlias";
/** `GET /directory/room/{roomAlias}`. */
export const getAlias = endpoint({
  method: "GET",
  path: aliasPath,
  access,
  summary: "The room of an alias.",
  params: alias,
  errors: ["M_NOT_FOUND"],
  rate: "read",
});
/** `PUT /directory/room/{roomAlias}`. */
export const putAlias = endpoint({
  method: "PUT",
  path: aliasPath,
  access,
  summary: "Gives a room an alias.",
  params: alias,
  body: z.object({ room_id: roomId }),
  errors: ["M_FORBIDDEN", "M_ROOM_IN_USE"],
  rate: "write",
});
/** `DELETE /directory/room/{roomAlias}`. */
export const deleteAlias = endpoint({
  method: "DELETE",
  path: aliasPath,
  access,
  summary: "Takes an alias away.",
  params: alias,
  errors: ["M_FORBIDDEN", "M_NOT_FOUND"],
  rate: "write",
});
/** `GET /rooms/{roomId}/aliases`. */
export const getRoomAliases = endpoint({
  method: "GET",
  path: inRoom("/aliases"),
  access,
  summary: "A room's aliases on this server.",
  params: room,
  errors: ["M_FORBIDDEN"],
  rate: "read",
});

const listPath = "/_matrix/client/v3/directory/list/room/:roomId";
/** `GET /directory/list/room/{roomId}`. */
export const getVisibility = endpoint({
  method: "GET",
  path: listPath,
  access,
  summary: "Whether a room is published.",
  params: room,
  errors: ["M_NOT_FOUND"],
  rate: "read",
});
/** `PUT /directory/list/room/{roomId}`. */
export const putVisibility = endpoint({
  method: "PUT",
  path: listPath,
  access,
  summary: "Publishes a room, or no longer.",
  params: room,
  body: z.object({ visibility: z.enum(["public", "private"]).default("public") }),
  bodyOptional: true,
  errors: ["M_FORBIDDEN", "M_NOT_FOUND"],
  rate: "write",
});
/** `GET /publicRooms`. */
export const getPublicRooms = endpoint({
  method: "GET",
  path: "/_matrix/client/v3/publicRooms",
  access,
  summary: "The published rooms.",
  query: z.object({ limit: queryInt({ min: 1, max: 500 }).default(100), since: token, server: z.string().optional() }),
  errors: ["M_INVALID_PARAM"],
  rate: "read",
});
/** `POST /publicRooms`. */
export const searchPublicRooms = endpoint({
  method: "POST",
  path: "/_matrix/client/v3/publicRooms",
  access,
  summary: "Published rooms by a part of their name.",
  query: z.object({ server: z.string().optional() }),
  body: z.object({
    limit: z.number().int().min(1).optional(),
    since: z.string().optional(),
    filter: z
      .object({
        generic_search_term: z.string().max(500).nullish(),
        room_types: z.array(z.string().max(255).nullable()).max(50).nullish(),
      })
      .nullish(),
  }),
  bodyOptional: true,
  errors: ["M_INVALID_PARAM"],
  rate: "read",
});

const profilePath = "/_matrix/client/v3/profile/:userId";
// A name that is too long has a code of its own.
const profileField = z.object({ userId, keyName: z.string().min(1).max(2000) });
/** `GET /profile/{userId}`. */
export const getProfile = endpoint({
  method: "GET",
  path: profilePath,
  access,
  summary: "What somebody shows of themselves.",
  params: z.object({ userId }),
  errors: ["M_NOT_FOUND"],
  rate: "read",
});
/** `GET /profile/{userId}/{keyName}`. */
export const getProfileField = endpoint({
  method: "GET",
  path: `${profilePath}/:keyName`,
  access,
  summary: "One field of a profile.",
  params: profileField,
  errors: ["M_NOT_FOUND"],
  rate: "read",
});
/** `PUT /profile/{userId}/{keyName}`. */
export const putProfileField = endpoint({
  method: "PUT",
  path: `${profilePath}/:keyName`,
  access,
  summary: "Sets a field of one's profile.",
  params: profileField,
  body: z.record(z.string(), z.unknown()),
  errors: ["M_FORBIDDEN", "M_MISSING_PARAM", "M_PROFILE_TOO_LARGE", "M_KEY_TOO_LARGE"],
  rate: "write",
});
/** `DELETE /profile/{userId}/{keyName}`. */
export const deleteProfileField = endpoint({
  method: "DELETE",
  path: `${profilePath}/:keyName`,
  access,
  summary: "Takes a field out of one's profile.",
  params: profileField,
  errors: ["M_FORBIDDEN"],
  rate: "write",
});
