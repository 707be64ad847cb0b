import { z } from "zod";
import { endpoint } from "../endpoint.ts";
import { queryBool, queryInt } from "../fields.ts";

export { syncFilter, type EventFilterJson, type RoomEventFilterJson } from "./filter.ts";

/** `GET /sync` (client-server API, "Syncing"). */
export const getSync = endpoint({
  method: "GET",
  path: "/_matrix/client/v3/sync",
  access: { action: "matrix.use" },
  summary: "Everything that is new.",
  query: z.object({
    filter: z.string().max(65_536).optional(),
    since: z.string().max(256).optional(),
    full_state: queryBool.default(false),
    set_presence: z.enum(["offline", "online", "unavailable"]).default("online"),
    timeout: queryInt({ min: 0, max: 3_600_000 }).default(0),
    use_state_after: queryBool.default(false),
    "org.matrix.msc4222.use_state_after": queryBool.default(false),
  }),
  errors: ["M_UNKNOWN_POS", "M_INVALID_PARAM"],
  rate: "sync",
});
