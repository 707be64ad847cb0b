import { z } from "zod";
import { endpoint } from "../endpoint.ts";
import { jsonObject, keptText, roomId } from "../fields.ts";

const versionPath = "/_matrix/client/v3/room_keys/version";
const keysPath = "/_matrix/client/v3/room_keys/keys";
const access = { action: "matrix.use" } as const;
const newVersion = z.object({ algorithm: keptText(255), auth_data: jsonObject, version: z.string().optional() });
const versionParams = z.object({ version: z.string().max(20) });
const versionQuery = z.object({ version: z.string().max(20) });
const sessionId = keptText(255);
const sessionData = z.object({
  first_message_index: z.number().int().min(0),
  forwarded_count: z.number().int().min(0),
  is_verified: z.boolean(),
  session_data: jsonObject,
});
const roomData = z.object({ sessions: z.record(sessionId, sessionData) });
const allData = z.object({ rooms: z.record(keptText(255), roomData) });

/** `POST /room_keys/version` (client-server API, "Server-side key backups"). */
export const createBackup = endpoint({
  method: "POST",
  path: versionPath,
  access,
  summary: "Begins a key backup.",
  body: newVersion,
  errors: ["M_TOO_LARGE"],
  rate: "write",
});
/** `GET /room_keys/version`. */
export const getCurrentBackup = endpoint({
  method: "GET",
  path: versionPath,
  access,
  summary: "The present key backup.",
  errors: ["M_NOT_FOUND"],
  rate: "read",
});
/** `GET /room_keys/version/{version}`. */
export const getBackup = endpoint({
  method: "GET",
  path: `${versionPath}/:version`,
  access,
  summary: "A key backup.",
  params: versionParams,
  errors: ["M_NOT_FOUND"],
  rate: "read",
});
/** `PUT /room_keys/version/{version}`. */
export const updateBackup = endpoint({
  method: "PUT",
  path: `${versionPath}/:version`,
  access,
  summary: "Changes what proves a key backup.",
  params: versionParams,
  body: newVersion,
  errors: ["M_NOT_FOUND", "M_INVALID_PARAM", "M_TOO_LARGE"],
  rate: "write",
});
/** `DELETE /room_keys/version/{version}`. */
export const deleteBackup = endpoint({
  method: "DELETE",
  path: `${versionPath}/:version`,
  access,
  summary: "Ends a key backup.",
  params: versionParams,
  errors: ["M_NOT_FOUND"],
  rate: "write",
});

const roomParams = z.object({ roomId });
const sessionParams = z.object({ roomId, sessionId });
const large = 20 * 1_048_576;

/** `PUT /room_keys/keys`. */
export const putBackupKeys = endpoint({
  method: "PUT",
  path: keysPath,
  access,
  summary: "Keeps keys.",
  query: versionQuery,
  body: allData,
  errors: ["M_NOT_FOUND", "M_WRONG_ROOM_KEYS_VERSION", "M_TOO_LARGE"],
  rate: "write",
  maxBodyBytes: large,
});
/** `PUT /room_keys/keys/{roomId}`. */
export const putBackupRoom = endpoint({
  method: "PUT",
  path: `${keysPath}/:roomId`,
  access,
  summary: "Keeps a room's keys.",
  params: roomParams,
  query: versionQuery,
  body: roomData,
  errors: ["M_NOT_FOUND", "M_WRONG_ROOM_KEYS_VERSION", "M_TOO_LARGE"],
  rate: "write",
  maxBodyBytes: large,
});
/** `PUT /room_keys/keys/{roomId}/{sessionId}`. */
export const putBackupSession = endpoint({
  method: "PUT",
  path: `${keysPath}/:roomId/:sessionId`,
  access,
  summary: "Keeps a key.",
  params: sessionParams,
  query: versionQuery,
  body: sessionData,
  errors: ["M_NOT_FOUND", "M_WRONG_ROOM_KEYS_VERSION", "M_TOO_LARGE"],
  rate: "write",
});
/** `GET /room_keys/keys`. */
export const getBackupKeys = endpoint({
  method: "GET",
  path: keysPath,
  access,
  summary: "All keys of a backup.",
  query: versionQuery,
  errors: ["M_NOT_FOUND"],
  rate: "read",
});
/** `GET /room_keys/keys/{roomId}`. */
export const getBackupRoom = endpoint({
  method: "GET",
  path: `${keysPath}/:roomId`,
  access,
  summary: "A room's keys in a backup.",
  params: roomParams,
  query: versionQuery,
  errors: ["M_NOT_FOUND"],
  rate: "read",
});
/** `GET /room_keys/keys/{roomId}/{sessionId}`. */
export const getBackupSession = endpoint({
  method: "GET",
  path: `${keysPath}/:roomId/:sessionId`,
  access,
  summary: "A key in a backup.",
  params: sessionParams,
  query: versionQuery,
  errors: ["M_NOT_FOUND"],
  rate: "read",
});
/** `DELETE /room_keys/keys`. */
export const deleteBackupKeys = endpoint({
  method: "DELETE",
  path: keysPath,
  access,
  summary: "Removes all keys of a backup.",
  query: versionQuery,
  errors: ["M_NOT_FOUND"],
  rate: "write",
});
/** `DELETE /room_keys/keys/{roomId}`. */
export const deleteBackupRoom = endpoint({
  method: "DELETE",
  path: `${keysPath}/:roomId`,
  access,
  summary: "Removes a room's keys from a backup.",
  params: roomParams,
  query: versionQuery,
  errors: ["M_NOT_FOUND"],
  rate: "write",
});
/** `DELETE /room_keys/keys/{roomId}/{sessionId}`. */
export const deleteBackupSession = endpoint({
  method: "DELETE",
  path: `${keysPath}/:roomId/:sessionId`,
  access,
  summary: "Removes a key from a backup.",
  params: sessionParams,
  query: versionQuery,
  errors: ["M_NOT_FOUND"],
  rate: "write",
});
