import { parseUserId, type UserId } from "@causeway/base";
import type { Rooms, StoredEvent } from "@causeway/matrix-rooms";
import { changesIn } from "./changes.ts";
import { toldMembers } from "./told-members.ts";
import type { Timeline } from "./timeline.ts";
import type { RoomView } from "./view.ts";

/** What a state is collected from and for. */
export interface StateWish {
  readonly timeline: Timeline;
  /** Members whom the reader must know beside those who sent something. */
  readonly heroes: readonly UserId[];
  readonly rooms: Rooms;
}

/**
 * The state that a reader needs beside a timeline: with a gap or at a first sync, as it was before the timeline's first event;
 * for `state_after`, as it is after its last (client-server API, "Syncing"). State that a filter took out of the timeline is here.
 */
export async function collectState(view: RoomView, wish: StateWish): Promise<readonly StoredEvent[]> {
  const whole = view.from === 0 || view.fullState;
  const events = whole ? await wholeState(view, wish) : await changedState(view, wish.timeline, wish.rooms);
  const needed = view.filter.lazyMembers ? await addMembers(view, { ...wish, whole }, events) : events;
  const { state } = view.filter;
  return state === undefined ? needed : needed.filter((event) => state(event, view.room.id));
}

/** The position up to which the state counts. */
function until(view: RoomView, timeline: Timeline): number {
  const first = timeline.events[0];
  return view.stateAfter !== undefined || first === undefined ? view.to : first.pos - 1;
}

async function wholeState(view: RoomView, wish: StateWish): Promise<readonly StoredEvent[]> {
  const { timeline, rooms } = wish;
  const end = until(view, timeline);
  const hidden = hiddenFrom(view, timeline);
  const isWanted = wantedMember(view, wish);
  const events: StoredEvent[] = [];
  for (const { event } of view.room.entriesAt(view.to)) {
    if (event.type === "m.room.member" && !isWanted(event.stateKey ?? "")) continue;
    if (event.pos <= end || hidden(event)) events.push(event);
    else if (event.extra.includes('"replaces_state"')) {
      const piece = { type: event.type, stateKey: event.stateKey ?? "", pos: end };
      const before = await rooms.statePieceAt(view.room, piece);
      if (before !== undefined) events.push(before);
    }
  }
  return events;
}

/** Whether a filter took an event out of the timeline. */
function hiddenFrom(view: RoomView, timeline: Timeline): (event: StoredEvent) => boolean {
  if (view.filter.timeline === undefined) return () => false;
  const shown = new Set(timeline.events.map((event) => event.pos));
  return (event) => !shown.has(event.pos);
}

/** Whether a member is wanted at once: everybody, or with lazy loading only oneself, the senders and those who name the room. */
function wantedMember(view: RoomView, wish: StateWish): (user: string) => boolean {
  if (!view.filter.lazyMembers) return () => true;
  const wanted = new Set<string>([view.user, ...wish.heroes, ...wish.timeline.events.map((event) => event.sender)]);
  // Clients of the state after take no state from the timeline, so who comes or goes in it is wanted as well.
  if (view.stateAfter !== undefined) {
    for (const { type, stateKey } of wish.timeline.events) {
      if (type === "m.room.member" && stateKey !== undefined) wanted.add(stateKey);
    }
  }
  return (user) => wanted.has(user);
}

/** The state that changed since the last sync and is not in the timeline. */
export async function changedState(view: RoomView, timeline: Timeline, rooms: Rooms): Promise<readonly StoredEvent[]> {
  const isFiltered = view.filter.timeline !== undefined && view.stateAfter === undefined;
  if (timeline.fromMemory && !timeline.limited && !isFiltered && view.stateAfter === undefined) return [];
  const end = until(view, timeline);
  const before = await changesIn(view, { from: view.from, to: end }, rooms);
  if (!isFiltered || end >= view.to) return before;
  const hidden = hiddenFrom(view, timeline);
  const later = (await changesIn(view, { from: end, to: view.to }, rooms)).filter(hidden);
  const replaced = new Set(later.map(pieceOf));
  return [...before.filter((event) => !replaced.has(pieceOf(event))), ...later];
}

function pieceOf(event: StoredEvent): string {
  return `${event.type}\0${event.stateKey ?? ""}`;
}

/** With lazy loading: the members who sent something or name the room, unless this device knows them as they are. */
async function addMembers(
  view: RoomView,
  wish: StateWish & { readonly whole: boolean },
  events: readonly StoredEvent[],
): Promise<readonly StoredEvent[]> {
  const told = toldMembers(view, wish.whole);
  const has = new Set(events.map((event) => (event.type === "m.room.member" ? event.stateKey : undefined)));
  const added: StoredEvent[] = [];
  const end = until(view, wish.timeline);
  for (const user of new Set([...wish.timeline.events.map((event) => event.sender), ...wish.heroes])) {
    if (has.has(user)) continue;
    const member = await memberAt(view, user, { end, rooms: wish.rooms });
    if (member !== undefined && (view.filter.redundantMembers || !told.knows(user, member))) added.push(member);
  }
  const all = [...events, ...added];
  for (const event of [...all, ...wish.timeline.events]) {
    const user = event.type === "m.room.member" ? parseUserId(event.stateKey ?? "") : undefined;
    if (user !== undefined) told.tell(user, event);
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
