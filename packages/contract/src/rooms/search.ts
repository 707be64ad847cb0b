import { z } from "zod";
import { endpoint } from "../endpoint.ts";

const names = z.array(z.string().max(255)).max(1000).optional();
const contextLimit = z.number().int().min(0).default(5);

const roomEvents = z.object({
  search_term: z.string().max(1000),
  keys: z
    .array(z.enum(["content.body", "content.name", "content.topic"]))
    .max(3)
    .optional(),
  filter: z
    .object({
      limit: z.number().int().min(1).optional(),
      rooms: names,
      not_rooms: names,
      senders: names,
      not_senders: names,
      types: names,
      not_types: names,
      contains_url: z.boolean().optional(),
      related_by_rel_types: names,
      related_by_senders: names,
    })
    .optional(),
  order_by: z.enum(["rank", "recent"]).default("rank"),
  event_context: z
    .object({
      before_limit: contextLimit,
      after_limit: contextLimit,
      include_profile: z.boolean().default(false),
    })
    .optional(),
  include_state: z.boolean().default(false),
  groupings: z
    .object({
      group_by: z
        .array(z.object({ key: z.enum(["room_id", "sender"]) }))
        .max(2)
        .default([]),
    })
    .optional(),
});

/** What is searched for among the events of rooms (client-server API, "Server Side Search"). */
export type RoomEventsSearch = z.output<typeof roomEvents>;

/** `POST /search`. */
export const searchEvents = endpoint({
  method: "POST",
  path: "/_matrix/client/v3/search",
  access: { action: "matrix.use" },
  summary: "Finds events by words, in rooms that one is or was in.",
  query: z.object({ next_batch: z.string().max(512).optional() }),
  body: z.object({ search_categories: z.object({ room_events: roomEvents.optional() }) }),
  errors: ["M_BAD_JSON", "M_INVALID_PARAM"],
  rate: "read",
});
