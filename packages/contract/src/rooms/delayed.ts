import { z } from "zod";
import { endpoint } from "../endpoint.ts";
import { jsonObject, roomId } from "../fields.ts";
import { txnId } from "./paths.ts";

const BASE = "/_matrix/client/unstable/org.matrix.msc4140";
const type = z.string().min(1).max(255);
const delayId = z.string().min(1).max(255);
const action = z.enum(["send", "cancel", "restart"]);

/** The query of a send that is to happen later (MSC4140). */
export const delayQuery = z.object({
  "org.matrix.msc4140.delay": z
    .string()
    .regex(/^[0-9]{1,15}$/, "not a whole number of milliseconds")
    .transform(Number)
    .refine((ms) => ms > 0, "not more than 0")
    .optional(),
  "org.matrix.msc4140.parent_delay_id": z.never("a delay after another event's is not offered").optional(),
});

/** `PUT /rooms/{roomId}/delayed_event/{eventType}/{txnId}` (MSC4140). */
export const delayEvent = endpoint({
  method: "PUT",
  path: `${BASE}/rooms/:roomId/delayed_event/:eventType/:txnId`,
  access: { action: "matrix.use" },
  summary: "Has an event sent later.",
  params: z.object({ roomId, eventType: type, txnId }),
  body: z.object({
    delay_ms: z.number().int().min(1).max(Number.MAX_SAFE_INTEGER),
    state_key: z.string().max(255).optional(),
    content: jsonObject,
  }),
  errors: ["M_FORBIDDEN", "M_TOO_LARGE", "M_LIMIT_EXCEEDED"],
  rate: "send",
});

/** `GET /delayed_events`. */
export const listDelayed = endpoint({
  method: "GET",
  path: `${BASE}/delayed_events`,
  access: { action: "matrix.use" },
  summary: "One's events that wait to be sent, and those of the last days that no longer do.",
  query: z.object({
    status: z.enum(["scheduled", "finalised"]).optional(),
    delay_id: z
      .union([delayId, z.array(delayId).max(1000)])
      .optional()
      .transform((given) => (typeof given === "string" ? [given] : given)),
  }),
  errors: [],
  rate: "read",
});

/** `GET /delayed_events/{delayId}`. */
export const getDelayed = endpoint({
  method: "GET",
  path: `${BASE}/delayed_events/:delayId`,
  access: { action: "matrix.use" },
  summary: "One of one's events that wait, or waited, to be sent.",
  params: z.object({ delayId }),
  errors: ["M_NOT_FOUND"],
  rate: "read",
});

/** `POST /delayed_events/{delayId}/{action}`. */
export const manageDelayed = endpoint({
  method: "POST",
  path: `${BASE}/delayed_events/:delayId/:action`,
  access: { action: "matrix.use" },
  summary: "Sends an event that waits now, lets it wait anew, or gives it up.",
  params: z.object({ delayId, action }),
  errors: ["M_NOT_FOUND", "M_FORBIDDEN"],
  rate: "send",
});

/** `POST /delayed_events/{delayId}`: an older form of the same. */
export const manageDelayedByBody = endpoint({
  method: "POST",
  path: `${BASE}/delayed_events/:delayId`,
  access: { action: "matrix.use" },
  summary: "Sends an event that waits now, lets it wait anew, or gives it up.",
  params: z.object({ delayId }),
  body: z.object({ action }),
  errors: ["M_NOT_FOUND", "M_FORBIDDEN"],
  rate: "send",
});
