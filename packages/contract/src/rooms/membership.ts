import { z } from "zod";
import { endpoint } from "../endpoint.ts";
import { jsonObject, roomAlias, roomId, userId } from "../fields.ts";
import { inRoom, roomParams, via } from "./paths.ts";

const reason = z.string().max(2000).optional();
const aboutSomebody = z.object({ user_id: userId, reason });
const joinBody = z.object({ reason, third_party_signed: jsonObject.optional() });
const roomOrAlias = z.object({ roomIdOrAlias: z.union([roomId, roomAlias]) });
const remote = z.object({ via, server_name: via });

/** `POST /rooms/{roomId}/join`. */
export const joinRoom = endpoint({
  method: "POST",
  path: inRoom("/join"),
  access: { action: "matrix.use" },
  summary: "Joins a room by its id.",
  params: roomParams,
  body: joinBody,
  bodyOptional: true,
  errors: ["M_FORBIDDEN", "M_UNABLE_TO_AUTHORISE_JOIN", "M_UNABLE_TO_GRANT_JOIN"],
  rate: "write",
});

/** `POST /join/{roomIdOrAlias}`. */
export const joinByIdOrAlias = endpoint({
  method: "POST",
  path: "/_matrix/client/v3/join/:roomIdOrAlias",
  access: { action: "matrix.use" },
  summary: "Joins a room by its id or an alias.",
  params: roomOrAlias,
  query: remote,
  body: joinBody,
  bodyOptional: true,
  errors: ["M_FORBIDDEN", "M_NOT_FOUND"],
  rate: "write",
});

/** `POST /knock/{roomIdOrAlias}`. */
export const knockRoom = endpoint({
  method: "POST",
  path: "/_matrix/client/v3/knock/:roomIdOrAlias",
  access: { action: "matrix.use" },
  summary: "Asks to be let into a room.",
  params: roomOrAlias,
  query: remote,
  body: z.object({ reason }),
  bodyOptional: true,
  errors: ["M_FORBIDDEN", "M_NOT_FOUND"],
  rate: "write",
});

/** `POST /rooms/{roomId}/leave`. */
export const leaveRoom = endpoint({
  method: "POST",
  path: inRoom("/leave"),
  access: { action: "matrix.use" },
  summary: "Leaves a room, or declines an invitation.",
  params: roomParams,
  body: z.object({ reason }),
  bodyOptional: true,
  errors: ["M_FORBIDDEN"],
  rate: "write",
});

/** `POST /rooms/{roomId}/forget`. */
export const forgetRoom = endpoint({
  method: "POST",
  path: inRoom("/forget"),
  access: { action: "matrix.use" },
  summary: "Forgets a room that one has left.",
  params: roomParams,
  errors: ["M_UNKNOWN"],
  rate: "write",
});

/** `POST /rooms/{roomId}/invite`. */
export const inviteToRoom = endpoint({
  method: "POST",
  path: inRoom("/invite"),
  access: { action: "matrix.use" },
  summary: "Invites somebody.",
  params: roomParams,
  // An invitation of a third-party id comes by the same path; it has other members.
  body: z.looseObject({ user_id: userId.optional(), reason }),
  errors: ["M_FORBIDDEN", "M_NOT_FOUND", "M_THREEPID_DENIED"],
  rate: "write",
});

/** `POST /rooms/{roomId}/kick`. */
export const kickFromRoom = endpoint({
  method: "POST",
  path: inRoom("/kick"),
  access: { action: "matrix.use" },
  summary: "Removes somebody.",
  params: roomParams,
  body: aboutSomebody,
  errors: ["M_FORBIDDEN"],
  rate: "write",
});

/** `POST /rooms/{roomId}/ban`. */
export const banFromRoom = endpoint({
  method: "POST",
  path: inRoom("/ban"),
  access: { action: "matrix.use" },
  summary: "Removes somebody for good.",
  params: roomParams,
  body: aboutSomebody,
  errors: ["M_FORBIDDEN"],
  rate: "write",
});

/** `POST /rooms/{roomId}/unban`. */
export const unbanFromRoom = endpoint({
  method: "POST",
  path: inRoom("/unban"),
  access: { action: "matrix.use" },
  summary: "Lets somebody be invited again.",
  params: roomParams,
  body: aboutSomebody,
  errors: ["M_FORBIDDEN"],
  rate: "write",
});

/** `GET /joined_rooms`. */
export const getJoinedRooms = endpoint({
  method: "GET",
  path: "/_matrix/client/v3/joined_rooms",
  access: { action: "matrix.use" },
  summary: "The rooms that one is in.",
  errors: [],
  rate: "read",
});
