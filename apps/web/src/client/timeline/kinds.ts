import { EventType, type MatrixEvent } from "matrix-js-sdk";
import { POLL } from "../polls/poll.ts";

const MESSAGES = new Set<string>([
  EventType.RoomMessage,
  EventType.RoomMessageEncrypted,
  EventType.Sticker,
  ...POLL.start,
]);

/** Whether an event is something that somebody said, and not a change of it. */
export function isMessage(event: MatrixEvent): boolean {
  return MESSAGES.has(event.getType()) && !event.isRelation("m.replace");
}
