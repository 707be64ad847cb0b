import { z } from "zod";
import { endpoint } from "../endpoint.ts";
import { jsonObject, roomId, userId } from "../fields.ts";
import { syncFilter } from "../sync/filter.ts";

const access = { action: "matrix.use" } as const;
const type = z.string().min(1).max(255);
const user = "/_matrix/client/v3/user/:userId";
const global = z.object({ userId, type });
const inRoom = z.object({ userId, roomId, type });
const tag = z.object({ userId, roomId, tag: z.string().min(1).max(255) });

/** `GET /user/{userId}/account_data/{type}`. */
export const getAccountData = endpoint({
  method: "GET",
  path: `${user}/account_data/:type`,
  access,
  summary: "A piece of one's account data.",
  params: global,
  errors: ["M_FORBIDDEN", "M_NOT_FOUND"],
  rate: "read",
});
/** `PUT /user/{userId}/account_data/{type}`. */
export const putAccountData = endpoint({
  method: "PUT",
  path: `${user}/account_data/:type`,
  access,
  summary: "Keeps a piece of account data.",
  params: global,
  body: jsonObject,
  errors: ["M_FORBIDDEN", "M_TOO_LARGE"],
  rate: "write",
});
/** `GET /user/{userId}/rooms/{roomId}/account_data/{type}`. */
export const getRoomAccountData = endpoint({
  method: "GET",
  path: `${user}/rooms/:roomId/account_data/:type`,
  access,
  summary: "A piece of one's account data of a room.",
  params: inRoom,
  errors: ["M_FORBIDDEN", "M_NOT_FOUND"],
  rate: "read",
});
/** `PUT /user/{userId}/rooms/{roomId}/account_data/{type}`. */
export const putRoomAccountData = endpoint({
  method: "PUT",
  path: `${user}/rooms/:roomId/account_data/:type`,
  access,
  summary: "Keeps a piece of account data of a room.",
  params: inRoom,
  body: jsonObject,
  errors: ["M_FORBIDDEN", "M_TOO_LARGE"],
  rate: "write",
});
/** `GET /user/{userId}/rooms/{roomId}/tags`. */
export const getTags = endpoint({
  method: "GET",
  path: `${user}/rooms/:roomId/tags`,
  access,
  summary: "One's tags of a room.",
  params: z.object({ userId, roomId }),
  errors: ["M_FORBIDDEN"],
  rate: "read",
});
/** `PUT /user/{userId}/rooms/{roomId}/tags/{tag}`. */
export const putTag = endpoint({
  method: "PUT",
  path: `${user}/rooms/:roomId/tags/:tag`,
  access,
  summary: "Tags a room.",
  params: tag,
  body: z.looseObject({ order: z.number().min(0).max(1).optional() }),
  bodyOptional: true,
  errors: ["M_FORBIDDEN", "M_TOO_LARGE"],
  rate: "write",
});
/** `DELETE /user/{userId}/rooms/{roomId}/tags/{tag}`. */
export const deleteTag = endpoint({
  method: "DELETE",
  path: `${user}/rooms/:roomId/tags/:tag`,
  access,
  summary: "Takes a tag off a room.",
  params: tag,
  errors: ["M_FORBIDDEN"],
  rate: "write",
});
/** `POST /user/{userId}/filter`. */
export const createFilter = endpoint({
  method: "POST",
  path: `${user}/filter`,
  access,
  summary: "Keeps a filter.",
  params: z.object({ userId }),
  body: syncFilter,
  errors: ["M_FORBIDDEN", "M_TOO_LARGE"],
  rate: "write",
});
/** `GET /user/{userId}/filter/{filterId}`. */
export const getFilter = endpoint({
  method: "GET",
  path: `${user}/filter/:filterId`,
  access,
  summary: "A filter.",
  params: z.object({ userId, filterId: z.string().max(64) }),
  errors: ["M_FORBIDDEN", "M_NOT_FOUND"],
  rate: "read",
});
