import { parseRoomId } from "@causeway/base";
import type { Membership, Room, RoomNumber, StateEntry } from "@causeway/matrix-rooms";
import type { AnswerSources } from "./answer.ts";
import { commaSeparated } from "./comma-separated.ts";
import { gatedLeaveText, gatedRoomText } from "./gated-room.ts";
import { joinedRoomText } from "./joined-room.ts";
import { leftRoomText, outsideText } from "./other-rooms.ts";
import { membershipBefore } from "./timeline-text.ts";
import type { View } from "./view.ts";

/** What the rooms' part of an answer is made from. */
export interface RoomsContext {
  readonly memberships: ReadonlyMap<RoomNumber, Membership>;
  /** Account data of rooms that is new, by room id. */
  readonly roomData: ReadonlyMap<string, readonly string[]>;
  readonly liveFrom: number;
  readonly sources: AnswerSources;
}

/** The rooms' part of an answer. */
export interface RoomSections {
  readonly text: string;
  readonly isEmpty: boolean;
  /** The joined rooms that were looked at, and whether the reader came in since the last sync. */
  readonly joined: readonly { readonly room: Room; readonly cameIn: boolean }[];
  /** The rooms that the reader left since. */
  readonly left: readonly { readonly room: Room; readonly own: StateEntry }[];
  /** A room was read from disk after the view's moment: what it was then is not known, and all of it is to be done again. */
  readonly isStale: boolean;
}

type Kind = "join" | "invite" | "knock" | "leave";

/** Writes the rooms' part of an answer: it costs what changed. */
export async function roomSections(view: View, context: RoomsContext): Promise<RoomSections> {
  const sections: Record<Kind, string[]> = { join: [], invite: [], knock: [], leave: [] };
  const joined: { room: Room; cameIn: boolean }[] = [];
  const left: { room: Room; own: StateEntry }[] = [];
  let isStale = false;
  for (const number of await candidates(view, context)) {
    const membership = context.memberships.get(number);
    const room = membership === undefined ? undefined : await context.sources.rooms.room(number);
    if (membership === undefined || room === undefined) continue;
    isStale ||= room.knownFrom > view.to;
    // What the disk is about to say is not said yet: the membership as of this view.
    const own = room.entryAt(view.to, "m.room.member", view.user);
    if (own === undefined) continue;
    const now = own.content["membership"];
    const isNew = own.event.pos > view.from;
    if (now === "join") joined.push({ room, cameIn: cameIn(view, own, membership) });
    else if (isNew && (now === "leave" || now === "ban")) left.push({ room, own });
    if (!view.filter.wantsRoom(room.id)) continue;
    const one = await sectionOf(view, { room, own, membership }, context);
    if (one !== undefined) sections[one.kind].push(`${JSON.stringify(room.id)}:${one.text}`);
  }
  const parts = Object.entries(sections).flatMap(([kind, texts]) =>
    texts.length === 0 ? [] : [`"${kind}":{${commaSeparated(texts)}}`],
  );
  const text = parts.length === 0 ? "" : `{${commaSeparated(parts)}}`;
  return { text, isEmpty: parts.length === 0, joined, left, isStale };
}

interface OwnRoom {
  readonly room: Room;
  readonly own: StateEntry;
  readonly membership: Membership;
}

async function sectionOf(
  view: View,
  { room, own, membership }: OwnRoom,
  context: RoomsContext,
): Promise<{ readonly kind: Kind; readonly text: string } | undefined> {
  const now = own.content["membership"];
  const isNew = own.event.pos > view.from;
  const accountData = context.roomData.get(room.id) ?? [];
  switch (now) {
    case "join": {
      const text = await joinedText(view, { room, own, membership }, context);
      return text === undefined ? undefined : { kind: now, text };
    }
    case "invite":
    case "knock":
      if (!(isNew || view.fullState) || (now === "invite" && view.ignored.has(own.event.sender))) return undefined;
      return { kind: now, text: outsideText(view, room, now) };
    case "leave":
    case "ban": {
      // Who has just left is told so, also when they have forgotten the room on another device.
      const isAsked = (view.from === 0 || view.fullState) && view.filter.includeLeave && !membership.forgotten;
      if (!isAsked && !(isNew && view.from > 0)) return undefined;
      const { rooms, gate } = context.sources;
      if (gate.hides(view, room)) return { kind: "leave", text: gatedLeaveText(own.event) };
      return { kind: "leave", text: await leftRoomText(view, { room, own, rooms, accountData }) };
    }
    default:
      return undefined;
  }
}

async function joinedText(view: View, found: OwnRoom, context: RoomsContext): Promise<string | undefined> {
  const { room, own, membership } = found;
  const { sources, roomData, liveFrom } = context;
  // A join after the last sync makes the whole room new; a changed name of a member who was in does not.
  const isComing = cameIn(view, own, membership);
  if (sources.gate.hides(view, room)) return gatedRoomText({ ...view, room, from: isComing ? 0 : view.from });
  // So does what has just been opened for the device.
  const isNew = isComing || sources.gate.shownSince(view, room) > view.from;
  return await joinedRoomText(
    { ...view, room, from: isNew ? 0 : view.from },
    {
      rooms: sources.rooms,
      receipts: sources.receipts,
      live: sources.live,
      accountData: roomData.get(room.id) ?? [],
      liveSince: isNew ? 0 : liveFrom,
    },
  );
}

function cameIn(view: View, own: StateEntry, membership: Membership): boolean {
  if (own.event.pos <= view.from) return false;
  if (membership.pos === own.event.pos) return membership.since > view.from;
  // The membership has moved on beyond this view.
  return membershipBefore(own.event) !== "join";
}

/** The rooms that can have something new: in memory for those who were here lately, else found on disk. */
async function candidates(view: View, context: RoomsContext): Promise<readonly RoomNumber[]> {
  const { memberships, roomData, liveFrom, sources } = context;
  if (view.from === 0 || view.fullState) return [...memberships.keys()];
  const found = new Set(view.person.changedSince(view.from) ?? (await changedOnDisk(view, memberships, sources)));
  for (const number of sources.live.roomsChangedSince(liveFrom)) if (view.person.watched.has(number)) found.add(number);
  for (const id of roomData.keys()) {
    const parsed = parseRoomId(id);
    const room = parsed === undefined ? undefined : await sources.rooms.room(parsed);
    if (room !== undefined) found.add(room.number);
  }
  return [...found];
}

/** Every room that can have changed since a position, for a reader of whom memory knows nothing. */
export async function changedOnDisk(
  view: Pick<View, "user" | "from" | "to">,
  memberships: ReadonlyMap<RoomNumber, Membership>,
  sources: Pick<AnswerSources, "rooms" | "receipts">,
): Promise<readonly RoomNumber[]> {
  const found: RoomNumber[] = [];
  for (const membership of memberships.values()) {
    if (membership.membership !== "join" && membership.pos > view.from) found.push(membership.room);
  }
  const [events, receipts] = await Promise.all([
    sources.rooms.roomsChangedSince(view.user, view.from),
    sources.receipts.roomsWithReceipts(view.user, { from: view.from, to: view.to }),
  ]);
  return [...found, ...events, ...receipts];
}
