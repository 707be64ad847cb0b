import type { UserId } from "@causeway/base";
import { PowerLevels, roomVersion, type Content } from "@causeway/matrix-events";
import { outcomeOf, type Outcome, type Ruleset } from "@causeway/matrix-push-rules";
import { lookupIn } from "./compose.ts";
import type { Room } from "./room.ts";

/** What rules look at in an event of a room. */
export interface JudgedEvent {
  readonly type: string;
  readonly sender: UserId;
  readonly stateKey: string | undefined;
  readonly content: Content;
}

/** What somebody's rules make of an event, in the room as it now is. Nobody is notified of what they sent themselves. */
export function judge(
  room: Room,
  reader: { readonly user: UserId; readonly rules: Ruleset },
  event: JudgedEvent,
): Outcome | undefined {
  if (event.sender === reader.user) return undefined;
  const { displayname } = room.entry("m.room.member", reader.user)?.content ?? {};
  const seen = {
    type: event.type,
    sender: event.sender,
    room_id: room.id,
    content: event.content,
    ...(event.stateKey === undefined ? {} : { state_key: event.stateKey }),
  };
  return outcomeOf(reader.rules, seen, {
    displayName: typeof displayname === "string" ? displayname : undefined,
    memberCount: room.counts().joined,
    mayNotify: (key) => mayNotify(room, event.sender, key),
  });
}

/** Whether a sender has the power to notify in a way; `room` calls the whole room. */
export function mayNotify(room: Room, sender: UserId, key: string): boolean {
  const version = roomVersion(room.version);
  if (version === undefined) return false;
  const levels = new PowerLevels(version, lookupIn(room));
  return levels.of(sender) >= levels.toNotify(key);
}
