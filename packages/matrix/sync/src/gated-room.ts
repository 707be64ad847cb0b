import { eventText, LABEL, type StoredEvent } from "@causeway/matrix-rooms";
import type { RoomView } from "./view.ts";

/** What a device is told of a room that it may not see: that it is there, its name and its label. */
const SHOWN = ["m.room.create", "m.room.name", LABEL];

/** A hidden room's JSON, or undefined while what is shown of it has not changed. */
export function gatedRoomText(view: RoomView): string | undefined {
  const entries = SHOWN.flatMap((type) => view.room.entryAt(view.to, type, "") ?? []);
  const isNew = view.fullState || entries.some(({ event }) => event.pos > view.from);
  if (!isNew) return undefined;
  const events = entries.map(({ event }) => eventText(event)).join(",");
  const parts = [
    `"org.causeway.gated":true`,
    `"${view.stateAfter ?? "state"}":{"events":[${events}]}`,
    `"timeline":{"events":[],"limited":false}`,
    `"ephemeral":{"events":[]}`,
    `"account_data":{"events":[]}`,
    `"unread_notifications":{"notification_count":0,"highlight_count":0}`,
  ];
  return `{${parts.join(",")}}`;
}

/** What a device is told of a hidden room that the reader has left: that they have. */
export function gatedLeaveText(own: StoredEvent): string {
  return `{"org.causeway.gated":true,"state":{"events":[]},"timeline":{"events":[${eventText(own)}],"limited":false}}`;
}
