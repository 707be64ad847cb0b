import { parseUserId, type UserId } from "@causeway/base";
import type { Rooms, StoredEvent } from "@causeway/matrix-rooms";
import type { Timeline } from "./timeline.ts";
import type { RoomView } from "./view.ts";

/**
 * The state that a reader needs beside a timeline: with a gap or at a first sync, as it was before the timeline's first event;
 * for `state_after`, as it is after its last (client-server API, "Syncing").
 */
export async function collectState(view: RoomView, timeline: Timeline, rooms: Rooms): Promise<readonly StoredEvent[]> {
  const whole = view.from === 0 || view.fullState;
  const events = whole ? await wholeState(view, timeline, rooms) : await changedState(view, timeline, rooms);
  const needed = view.filter.lazyMembers ? await addSenders(view, { timeline, whole, rooms }, events) : events;
  const { state } = view.filter;
  return state === undefined ? needed : needed.filter(state);
}

/** The position up to which the state counts. */
function until(view: RoomView, timeline: Timeline): number {
  const first = timeline.events[0];
  return view.stateAfter !== undefined || first === undefined ? view.to : first.pos - 1;
}

async function wholeState(view: RoomView, timeline: Timeline, rooms: Rooms): Promise<readonly StoredEvent[]> {
  const end = until(view, timeline);
  const events: StoredEvent[] = [];
  const skip = wantedMember(view, timeline);
  for (const entry of view.room.entriesAt(view.to)) {
    const { event } = entry;
    if (event.type === "m.room.member" && !skip(event.stateKey ?? "")) continue;
    if (event.pos <= end) events.push(event);
    else if (event.extra.includes('"replaces_state"')) {
      const before = await rooms.statePieceAt(view.room, {
        type: event.type,
        stateKey: event.stateKey ?? "",
        pos: end,
      });
      if (before !== undefined) events.push(before);
    }
  }
  return events;
}

/** Whether a member is wanted at once: everybody, or with lazy loading only oneself and the senders. */
function wantedMember(view: RoomView, timeline: Timeline): (user: string) => boolean {
  if (!view.filter.lazyMembers) return () => true;
  const wanted = new Set<string>([view.user, ...timeline.events.map((event) => event.sender)]);
  for (const hero of heroesOf(view)) wanted.add(hero);
  return (user) => wanted.has(user);
}

async function changedState(view: RoomView, timeline: Timeline, rooms: Rooms): Promise<readonly StoredEvent[]> {
  const end = until(view, timeline);
  if (end <= view.from) return [];
  if (!timeline.fromMemory) return await rooms.stateChangedIn(view.room, { from: view.from, to: end });
  if (!timeline.limited && view.stateAfter === undefined) return [];
  const last = new Map<string, StoredEvent>();
  for (const event of view.room.tail) {
    if (event.stateKey === undefined || event.pos <= view.from || event.pos > end) continue;
    const key = `${event.type}\0${event.stateKey}`;
    last.delete(key);
    last.set(key, event);
  }
  return [...last.values()];
}

interface SenderContext {
  readonly timeline: Timeline;
  readonly whole: boolean;
  readonly rooms: Rooms;
}

/** With lazy loading: the members who sent something, unless this device knows them as they are. */
async function addSenders(
  view: RoomView,
  context: SenderContext,
  events: readonly StoredEvent[],
): Promise<readonly StoredEvent[]> {
  const told = toldMembers(view, context.whole);
  const has = new Set(events.map((event) => (event.type === "m.room.member" ? event.stateKey : undefined)));
  const added: StoredEvent[] = [];
  const end = until(view, context.timeline);
  for (const sender of new Set(context.timeline.events.map((event) => event.sender))) {
    if (has.has(sender)) continue;
    const member = await memberAt(view, sender, { end, rooms: context.rooms });
    if (member === undefined) continue;
    if (!view.filter.redundantMembers && told.get(sender) === member.pos) continue;
    added.push(member);
  }
  const all = [...events, ...added];
  for (const event of [...all, ...context.timeline.events]) {
    const user = event.type === "m.room.member" ? parseUserId(event.stateKey ?? "") : undefined;
    if (user !== undefined) told.set(user, event.pos);
  }
  return all;
}

async function memberAt(
  view: RoomView,
  user: UserId,
  at: { readonly end: number; readonly rooms: Rooms },
): Promise<StoredEvent | undefined> {
  const now = view.room.entryAt(view.to, "m.room.member", user)?.event;
  if (now === undefined || now.pos <= at.end) return now;
  return await at.rooms.statePieceAt(view.room, { type: "m.room.member", stateKey: user, pos: at.end });
}

/** Rooms and members that one device's lazy loading is remembered for. */
const MAX_TOLD_ROOMS = 200;
const MAX_TOLD_MEMBERS = 2000;

function toldMembers(view: RoomView, fresh: boolean): Map<UserId, number> {
  const rooms = view.device.toldMembers;
  const known = fresh ? undefined : rooms.get(view.room.number);
  if (known !== undefined && known.size < MAX_TOLD_MEMBERS) return known;
  const empty = new Map<UserId, number>();
  rooms.delete(view.room.number);
  rooms.set(view.room.number, empty);
  for (const oldest of rooms.keys()) {
    if (rooms.size <= MAX_TOLD_ROOMS) break;
    rooms.delete(oldest);
  }
  return empty;
}

/** Up to five other members who stand for a room without a name (client-server API, "Calculating the display name for a room"). */
export function heroesOf(view: RoomView): readonly UserId[] {
  const { room, to } = view;
  if (room.contentAt(to, "m.room.name")["name"] || room.contentAt(to, "m.room.canonical_alias")["alias"]) return [];
  const present: UserId[] = [];
  const gone: UserId[] = [];
  for (const entry of room.entriesAt(to, "m.room.member")) {
    const user = parseUserId(entry.event.stateKey ?? "");
    if (user === undefined || user === view.user) continue;
    const membership = entry.content["membership"];
    if (membership === "join" || membership === "invite") present.push(user);
    else if (gone.length < 5) gone.push(user);
    if (present.length === 5) break;
  }
  return present.length > 0 ? present : gone;
}
