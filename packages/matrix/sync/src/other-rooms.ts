import { eventText, type Room, type Rooms, type StateEntry, type StoredEvent } from "@causeway/matrix-rooms";
import { commaSeparated } from "./comma-separated.ts";
import { changedState } from "./state.ts";
import { membershipBefore, membershipIn, timelineText, type Timeline } from "./timeline-text.ts";
import { readTimeline } from "./timeline.ts";
import type { RoomView, View } from "./view.ts";

/** What somebody outside may know of a room (client-server API, "Stripped state"). */
const STRIPPED = [
  "m.room.create",
  "m.room.join_rules",
  "m.room.canonical_alias",
  "m.room.avatar",
  "m.room.name",
  "m.room.encryption",
  "m.room.topic",
];

/** The JSON of an invitation or a knock: the room's stripped state and the membership event itself. */
export function outsideText(view: View, room: Room, kind: "invite" | "knock"): string {
  const events = STRIPPED.flatMap((type) => room.entryAt(view.to, type, "")?.event ?? []);
  const own = room.entryAt(view.to, "m.room.member", view.user)?.event;
  const inviter = own === undefined ? undefined : room.entryAt(view.to, "m.room.member", own.sender)?.event;
  const all = [...events, ...(inviter === undefined || inviter === own ? [] : [inviter])].map(stripped);
  if (own !== undefined) all.push(eventText(own));
  return `{"${kind}_state":{"events":[${all.join(",")}]}}`;
}

function stripped(event: StoredEvent): string {
  const { content, sender, state_key, type }: Record<string, unknown> = JSON.parse(event.client);
  return JSON.stringify({ content, sender, state_key, type });
}

/** A room that somebody has left, and what a part of an answer says of it. */
export interface LeftRoom {
  readonly room: Room;
  /** The event by which they left. */
  readonly own: StateEntry;
  readonly rooms: Rooms;
  readonly accountData: readonly string[];
}

/** The JSON of a room that somebody has left, up to the event by which they left. */
export async function leftRoomText(view: View, left: LeftRoom): Promise<string> {
  const { room, own, rooms } = left;
  const filter = { ...view.filter, timelineLimit: Math.max(1, view.filter.timelineLimit) };
  const until: RoomView = { ...view, filter, room, to: own.event.pos };
  const timeline = await readTimeline(until, rooms);
  const state = await stateOfLeft(until, { timeline, own, rooms });
  const wanted = filter.state === undefined ? state : state.filter((event) => filter.state?.(event, room.id));
  // How they left is said in any case, where a client would read it.
  const isTold = view.stateAfter === undefined || wanted.some((event) => event.pos === own.event.pos);
  const all = isTold ? wanted : [...wanted, own.event];
  const text = await timelineText(until, timeline, rooms);
  return `{"${view.stateAfter ?? "state"}":{"events":[${commaSeparated(all.map((event) => eventText(event)))}]},${text},"account_data":{"events":[${left.accountData.join(",")}]}}`;
}

/** Since the last sync for who was in then; all of it for who came and went; nothing for who was never in. */
async function stateOfLeft(
  view: RoomView,
  left: { readonly timeline: Timeline; readonly own: StateEntry; readonly rooms: Rooms },
): Promise<readonly StoredEvent[]> {
  const { timeline, own, rooms } = left;
  const piece = { type: "m.room.member", stateKey: view.user, pos: view.from };
  const then = view.from === 0 ? undefined : await rooms.statePieceAt(view.room, piece);
  if (then !== undefined && membershipIn(then) === "join") return await changedState(view, timeline, rooms);
  const sawOthers = timeline.events.some((event) => event.type !== "m.room.member" || event.stateKey !== view.user);
  if (membershipBefore(own.event) !== "join" && !sawOthers) return [];
  const all = await changedState({ ...view, from: 0 }, { ...timeline, fromMemory: false }, rooms);
  if (!view.filter.lazyMembers) return all;
  const needed = new Set<string>([view.user, ...timeline.events.map((event) => event.sender)]);
  return all.filter((event) => event.type !== "m.room.member" || needed.has(event.stateKey ?? ""));
}
