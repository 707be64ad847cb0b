import { z } from "zod";
import { endpoint } from "../endpoint.ts";
import { eventId, roomId, userId } from "../fields.ts";
import { inRoom } from "./paths.ts";

const access = { action: "matrix.use" } as const;
const reason = z.string().max(4000);
const withReason = z.object({ reason });

/** `POST /rooms/{roomId}/report` (client-server API, "Reporting content"). */
export const reportRoom = endpoint({
  method: "POST",
  path: inRoom("/report"),
  access,
  summary: "Reports a room.",
  params: z.object({ roomId }),
  body: withReason,
  errors: ["M_NOT_FOUND"],
  rate: "write",
});

/** `POST /rooms/{roomId}/report/{eventId}`. */
export const reportEvent = endpoint({
  method: "POST",
  path: inRoom("/report/:eventId"),
  access,
  summary: "Reports an event.",
  params: z.object({ roomId, eventId }),
  body: z.object({ reason: reason.optional() }),
  bodyOptional: true,
  errors: ["M_NOT_FOUND"],
  rate: "write",
});

/** `POST /users/{userId}/report`. */
export const reportUser = endpoint({
  method: "POST",
  path: "/_matrix/client/v3/users/:userId/report",
  access,
  summary: "Reports somebody.",
  params: z.object({ userId }),
  body: withReason,
  errors: ["M_NOT_FOUND"],
  rate: "write",
});
