import { z } from "zod";
import { endpoint } from "../endpoint.ts";
import { eventId, roomId, userId } from "../fields.ts";
import { inRoom } from "./paths.ts";

const access = { action: "matrix.use" } as const;
const presence = z.enum(["online", "offline", "unavailable"]);

/** `POST /rooms/{roomId}/receipt/{receiptType}/{eventId}` (client-server API, "Receipts"). */
export const sendReceipt = endpoint({
  method: "POST",
  path: inRoom("/receipt/:receiptType/:eventId"),
  access,
  summary: "Says how far one has read.",
  params: z.object({ roomId, eventId, receiptType: z.enum(["m.read", "m.read.private", "m.fully_read"]) }),
  // What is wrong with a thread's id has a code of its own, so that it is looked at later.
  body: z.object({ thread_id: z.unknown().optional() }),
  bodyOptional: true,
  errors: ["M_FORBIDDEN", "M_NOT_FOUND", "M_INVALID_PARAM"],
  rate: "write",
});

/** `POST /rooms/{roomId}/read_markers`. */
export const setReadMarkers = endpoint({
  method: "POST",
  path: inRoom("/read_markers"),
  access,
  summary: "Says how far one has read.",
  params: z.object({ roomId }),
  body: z.object({
    "m.fully_read": eventId.optional(),
    "m.read": eventId.optional(),
    "m.read.private": eventId.optional(),
  }),
  errors: ["M_FORBIDDEN", "M_NOT_FOUND"],
  rate: "write",
});

/** `PUT /rooms/{roomId}/typing/{userId}`. */
export const setTyping = endpoint({
  method: "PUT",
  path: inRoom("/typing/:userId"),
  access,
  summary: "Says that one is typing.",
  params: z.object({ roomId, userId }),
  body: z.object({ typing: z.boolean(), timeout: z.number().int().min(0).optional() }),
  errors: ["M_FORBIDDEN"],
  rate: "write",
});

/** `GET /presence/{userId}/status`. */
export const getPresence = endpoint({
  method: "GET",
  path: "/_matrix/client/v3/presence/:userId/status",
  access,
  summary: "Whether somebody is there.",
  params: z.object({ userId }),
  errors: ["M_FORBIDDEN"],
  rate: "read",
});

/** `PUT /presence/{userId}/status`. */
export const setPresence = endpoint({
  method: "PUT",
  path: "/_matrix/client/v3/presence/:userId/status",
  access,
  summary: "Says that one is there.",
  params: z.object({ userId }),
  body: z.object({ presence, status_msg: z.string().max(1000).nullish() }),
  errors: ["M_FORBIDDEN"],
  rate: "write",
});
