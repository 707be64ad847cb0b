import { z } from "zod";
import { endpoint } from "../endpoint.ts";
import { queryInt } from "../fields.ts";

/** `GET /causeway/v1/administration/rooms`: in pages; `next` of one is `after` of the following. */
export const listRooms = endpoint({
  method: "GET",
  path: "/causeway/v1/administration/rooms",
  access: { action: "accounts.read" },
  summary: "Rooms in the order in which they were made: names, labels and counts, never content.",
  query: z.object({
    after: queryInt({ min: 0, max: Number.MAX_SAFE_INTEGER }).default(0),
    limit: queryInt({ min: 1, max: 50 }).default(50),
  }),
  errors: ["NOT_PERMITTED"],
  rate: "read",
});

/** `GET /causeway/v1/administration/health`. */
export const getHealth = endpoint({
  method: "GET",
  path: "/causeway/v1/administration/health",
  access: { action: "accounts.read" },
  summary:
    "How the server is: whether it can write, the space that is left, since when it runs, what it has yet to do.",
  errors: ["NOT_PERMITTED"],
  rate: "read",
});
