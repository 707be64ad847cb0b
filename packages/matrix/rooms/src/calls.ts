import type { UserId } from "@causeway/base";
import { Callers } from "./callers.ts";
import { judge, mayNotify, type JudgedEvent } from "./judging.ts";
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

/** Whom a new event calls by name, by a word, or as a member of the room: what their push rules make of it, the sender never. */
export function callsOf(event: JudgedEvent, place: { readonly room: Room; readonly book: RuleBook }): readonly Call[] {
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
  const calls: Call[] = callsRoom && mayNotify(room, event.sender, "room") ? [{ user: "everybody", kind: "room" }] : [];
  for (const user of [...found].slice(0, MAX_CALLED)) {
    const kind = callOf(user, event, place);
    if (kind !== undefined) calls.push({ user, kind });
  }
  return calls;
}

/** Whether an event wants to call the whole room: by saying so, or, from before events could say so, by its text. */
function mayBeForAll(event: JudgedEvent, mentions: ReturnType<typeof mentionsIn>): boolean {
  if (mentions !== undefined) return mentions.room;
  const { body } = event.content;
  return typeof body === "string" && body.includes("@") && /(?<![A-Za-z0-9_])@room(?![A-Za-z0-9_])/i.test(body);
}

function callOf(
  user: UserId,
  event: JudgedEvent,
  place: { readonly room: Room; readonly book: RuleBook },
): CallKind | undefined {
  const { room, book } = place;
  if (room.entry("m.room.member", user)?.content["membership"] !== "join") return undefined;
  const outcome = judge(room, { user, rules: book.rulesOf(user) }, event);
  // A call of the whole room is kept once for all.
  if (outcome === undefined || outcome.rule.rule_id === ".m.rule.is_room_mention") return undefined;
  if (outcome.rule.rule_id === ".m.rule.roomnotif") return undefined;
  if (outcome.highlights) return "loud";
  const counts = book.modeFor(user, { id: room.id, isDirect: room.counts().joined === 2 }) === "all";
  return outcome.notifies && !counts ? "quiet" : undefined;
}
