import { z } from "zod";

const names = z.array(z.string().max(512)).max(5000).optional();
const eventFilter = z.looseObject({
  limit: z.number().int().optional(),
  types: names,
  not_types: names,
  senders: names,
  not_senders: names,
});
const roomEventFilter = eventFilter.extend({
  rooms: names,
  not_rooms: names,
  contains_url: z.boolean().optional(),
  lazy_load_members: z.boolean().optional(),
  include_redundant_members: z.boolean().optional(),
  unread_thread_notifications: z.boolean().optional(),
  related_by_rel_types: names,
  related_by_senders: names,
});

/** A filter of events by type and sender (client-server API, "Filtering", `EventFilter`). */
export type EventFilterJson = z.output<typeof eventFilter>;
/** The same within rooms (`RoomEventFilter`). */
export type RoomEventFilterJson = z.output<typeof roomEventFilter>;

/** The filter of a sync (`Filter`); what it has beyond that is kept and means nothing. */
export const syncFilter = z.looseObject({
  account_data: eventFilter.optional(),
  presence: eventFilter.optional(),
  event_fields: names,
  event_format: z.enum(["client", "federation"]).optional(),
  room: z
    .looseObject({
      rooms: names,
      not_rooms: names,
      include_leave: z.boolean().optional(),
      account_data: roomEventFilter.optional(),
      ephemeral: roomEventFilter.optional(),
      state: roomEventFilter.optional(),
      timeline: roomEventFilter.optional(),
    })
    .optional(),
});
