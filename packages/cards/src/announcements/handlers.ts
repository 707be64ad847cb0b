import {
  ackAnnouncement,
  chaseAnnouncement,
  getAnnouncement,
  listAnnouncements,
  postAnnouncement,
  withdrawAnnouncement,
} from "@causeway/contract";
import type { UserId } from "@causeway/base";
import { serve, type Route } from "@causeway/platform";
import type { Announcements } from "./announcements.ts";

/** The endpoints of announcements; `noted` is told of each acknowledgement, so that its card shows it. */
export function announcementRoutes(
  announcements: Announcements,
  noted: (user: UserId, id: string) => void,
): readonly Route[] {
  return [
    serve(postAnnouncement, ({ caller, body }) => announcements.post(caller.user, body)),
    serve(listAnnouncements, ({ caller, query }) => announcements.list(caller.user, { ...query, from: query.from })),
    serve(getAnnouncement, ({ caller, params }) => announcements.get(caller.user, params.announcementId)),
    serve(ackAnnouncement, async ({ caller, params }) => {
      const done = await announcements.ack(caller.user, params.announcementId);
      if (done.ok) noted(caller.user, params.announcementId);
      return done;
    }),
    serve(chaseAnnouncement, ({ caller, params }) => announcements.chase(caller.user, params.announcementId)),
    serve(withdrawAnnouncement, ({ caller, params }) => announcements.withdraw(caller.user, params.announcementId)),
  ];
}
