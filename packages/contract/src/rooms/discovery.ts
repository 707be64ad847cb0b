import { z } from "zod";
import { endpoint } from "../endpoint.ts";
import { queryBool, queryInt, roomAlias, roomId, userId } from "../fields.ts";
import { via } from "./paths.ts";

const access = { action: "matrix.use" } as const;
const roomOrAlias = z.object({ roomIdOrAlias: z.union([roomId, roomAlias]) });

/** `GET /rooms/{roomId}/hierarchy` (client-server API, "Discovering rooms within spaces"). */
export const getHierarchy = endpoint({
  method: "GET",
  path: "/_matrix/client/v1/rooms/:roomId/hierarchy",
  access,
  summary: "The rooms of a space that one may enter or look into.",
  params: z.object({ roomId }),
  query: z.object({
    suggested_only: queryBool.default(false),
    limit: queryInt({ min: 1, max: 50 }).default(20),
    max_depth: queryInt({ min: 0, max: 100 }).default(100),
    from: z.string().max(256).optional(),
  }),
  errors: ["M_FORBIDDEN", "M_INVALID_PARAM"],
  rate: "read",
});

/** `GET /room_summary/{roomIdOrAlias}` (client-server API, "Room previews"), and the paths that clients used before. */
export const getRoomSummary = endpoint({
  method: "GET",
  path: [
    "/_matrix/client/v1/room_summary/:roomIdOrAlias",
    "/_matrix/client/unstable/im.nheko.summary/summary/:roomIdOrAlias",
    "/_matrix/client/unstable/im.nheko.summary/rooms/:roomIdOrAlias/summary",
  ],
  access,
  summary: "What a room that one may enter or look into says of itself.",
  params: roomOrAlias,
  query: z.object({ via }),
  errors: ["M_NOT_FOUND"],
  rate: "read",
});

/** `GET /mutual_rooms`. */
export const getMutualRooms = endpoint({
  method: "GET",
  path: "/_matrix/client/v1/mutual_rooms",
  access,
  summary: "The rooms that one shares with somebody.",
  query: z.object({ user_id: userId, from: z.string().max(256).optional() }),
  errors: ["M_INVALID_PARAM"],
  rate: "read",
});

/** `GET /rooms/{roomId}/timestamp_to_event`. */
export const getEventByTimestamp = endpoint({
  method: "GET",
  path: "/_matrix/client/v1/rooms/:roomId/timestamp_to_event",
  access,
  summary: "The event that is closest to a point in time.",
  params: z.object({ roomId }),
  query: z.object({ ts: queryInt({ min: 0, max: Number.MAX_SAFE_INTEGER }), dir: z.enum(["f", "b"]) }),
  errors: ["M_FORBIDDEN", "M_NOT_FOUND"],
  rate: "read",
});
