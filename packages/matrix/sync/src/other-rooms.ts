import { eventText, type Membership, type Room, type Rooms, type StoredEvent } from "@causeway/matrix-rooms";
import { membershipIn, timelineText, type Timeline } from "./timeline-text.ts";
import type { View } from "./view.ts";

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

/** The JSON of a room that somebody has left, up to the event by which they left. */
export async function leftRoomText(
  view: View,
  room: Room,
  left: { readonly membership: Membership; readonly rooms: Rooms },
): Promise<string> {
  const to = left.membership.pos;
  const page = await left.rooms.page(room, {
    from: view.from,
    to,
    limit: view.filter.timelineLimit + 1,
    newestFirst: true,
  });
  const visible = await left.rooms.visibilityFor(room, view.user);
  const shown = page.filter(visible);
  const wanted = view.filter.timeline === undefined ? shown : shown.filter(view.filter.timeline);
  const events = wanted.slice(0, Math.max(1, view.filter.timelineLimit)).reverse();
  const timeline: Timeline = {
    events,
    limited: page.length > view.filter.timelineLimit || shown.length < page.length,
    before: (events[0]?.pos ?? to + 1) - 1,
    fromMemory: false,
  };
  const end = view.stateAfter === undefined ? timeline.before : to;
  const own = { type: "m.room.member", stateKey: view.user };
  const before = await left.rooms.statePieceAt(room, { ...own, pos: to - 1 });
  // Somebody who was never in may know nothing but how they left.
  const wasIn =
    (before !== undefined && membershipIn(before) === "join") ||
    events.some((event) => event.type !== "m.room.member" || event.stateKey !== view.user) ||
    shown.length > 1;
  const changed = wasIn && view.from > 0 ? await left.rooms.stateChangedIn(room, { from: view.from, to: end }) : [];
  const leave = await left.rooms.statePieceAt(room, { ...own, pos: to });
  const isTold = view.stateAfter === undefined || leave === undefined || changed.some(({ pos }) => pos === leave.pos);
  const state = isTold ? changed : [...changed, leave];
  const text = await timelineText({ ...view, room }, timeline, left.rooms);
  return `{"${view.stateAfter ?? "state"}":{"events":[${state.map((event) => eventText(event)).join(",")}]},${text},"account_data":{"events":[]}}`;
}
