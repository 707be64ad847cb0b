import type { UserId } from "@causeway/base";
import { outcomeOf, type PushEvent } from "@causeway/matrix-push-rules";
import { PowerLevels, type Content, type RoomVersion } from "@causeway/matrix-events";
import { Callers } from "./callers.ts";
import { lookupIn } from "./compose.ts";
import { mentionsIn } from "./mentions.ts";
import type { Room } from "./room.ts";
import type { RuleBook } from "./rule-book.ts";

/** How an event calls: `quiet` notifies where messages do not, `loud` is a highlight; the others call everybody in the room. */
export type CallKind = "quiet" | "loud" | "room" | "tombstone";

/** A call of one member, or of everybody. */
export interface Call {
  readonly user: UserId | "everybody";
  readonly kind: CallKind;
}

/** The most people whom one event can call one by one. */
const MAX_CALLED = 200;

/** What calls are worked out from. */
export interface CallingEvent {
  readonly type: string;
  readonly sender: UserId;
  readonly stateKey: string | undefined;
  readonly content: Content;
}

/** Whom a new event calls by name, by a word, or as a member of the room: what their push rules make of it, the sender never. */
export function callsOf(
  event: CallingEvent,
  place: { readonly room: Room; readonly version: RoomVersion; readonly book: RuleBook },
): readonly Call[] {
  const { room, book } = place;
  if (event.type === "m.room.tombstone" && event.stateKey === "") return [{ user: "everybody", kind: "tombstone" }];
  const found = new Set<UserId>();
  const mentions = mentionsIn(event.content);
  for (const user of mentions?.users ?? []) found.add(user);
  // Encrypted text is read by nobody here, so that rooms that are encrypted need no index.
  const { body } = event.content;
  const isText = typeof body === "string" && event.stateKey === undefined;
  if (isText || room.callers !== undefined) {
    room.callers ??= new Callers(room, book);
    if (isText) for (const user of room.callers.calledBy(body)) found.add(user);
    for (const user of room.callers.special()) found.add(user);
  }
  found.delete(event.sender);
  const callsRoom = event.stateKey === undefined && mayBeForAll(event, mentions);
  if (found.size === 0 && !callsRoom) return [];
  const levels = new PowerLevels(place.version, lookupIn(room));
  const mayNotify = (key: string): boolean => levels.of(event.sender) >= levels.toNotify(key);
  const calls: Call[] = callsRoom && mayNotify("room") ? [{ user: "everybody", kind: "room" }] : [];
  for (const user of [...found].slice(0, MAX_CALLED)) {
    const kind = callOf(user, event, { ...place, mayNotify });
    if (kind !== undefined) calls.push({ user, kind });
  }
  return calls;
}

/** Whether an event wants to call the whole room: by saying so, or, from before events could say so, by its text. */
function mayBeForAll(event: CallingEvent, mentions: ReturnType<typeof mentionsIn>): boolean {
  if (mentions !== undefined) return mentions.room;
  const { body } = event.content;
  return typeof body === "string" && /(?<![A-Za-z0-9_])@room(?![A-Za-z0-9_])/i.test(body);
}

function callOf(
  user: UserId,
  event: CallingEvent,
  place: { readonly room: Room; readonly book: RuleBook; readonly mayNotify: (key: string) => boolean },
): CallKind | undefined {
  const { room, book, mayNotify } = place;
  const { membership, displayname } = room.entry("m.room.member", user)?.content ?? {};
  if (membership !== "join") return undefined;
  const memberCount = room.counts().joined;
  const seen: PushEvent = {
    type: event.type,
    sender: event.sender,
    room_id: room.id,
    content: event.content,
    ...(event.stateKey === undefined ? {} : { state_key: event.stateKey }),
  };
  const displayName = typeof displayname === "string" ? displayname : undefined;
  const outcome = outcomeOf(book.rulesOf(user), seen, { displayName, memberCount, mayNotify });
  // A call of the whole room is kept once for all.
  if (outcome === undefined || outcome.rule.rule_id === ".m.rule.is_room_mention") return undefined;
  if (outcome.rule.rule_id === ".m.rule.roomnotif") return undefined;
  if (outcome.highlights) return "loud";
  const counts = book.modeFor(user, { id: room.id, isDirect: memberCount === 2 }) === "all";
  return outcome.notifies && !counts ? "quiet" : undefined;
}
