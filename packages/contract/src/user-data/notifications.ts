import { z } from "zod";
import { endpoint } from "../endpoint.ts";
import { queryInt } from "../fields.ts";

/** `GET /notifications` (client-server API, "Listing notifications"). */
export const getNotifications = endpoint({
  method: "GET",
  path: "/_matrix/client/v3/notifications",
  access: { action: "matrix.use" },
  summary: "Events that one was notified of, the newest first.",
  query: z.object({
    from: z.string().max(64).optional(),
    limit: queryInt({ min: 1, max: 100 }).default(20),
    only: z.string().max(64).optional(),
  }),
  errors: ["M_INVALID_PARAM"],
  rate: "read",
});
