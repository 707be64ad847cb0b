import { parseUserId, type UserId } from "@causeway/base";
import type { Rooms } from "@causeway/matrix-rooms";
import { changesIn } from "./changes.ts";
import type { RoomView } from "./view.ts";

/** A room's summary for one reader. */
export interface Summary {
  readonly text: string;
  /** The members who stand for a room without a name. */
  readonly heroes: readonly UserId[];
}

const COUNTED = new Set(["m.room.member", "m.room.name", "m.room.canonical_alias"]);

/** The summary when it may have changed since the last sync, whatever a filter says of the events that changed it. */
export async function summaryOf(view: RoomView, rooms: Rooms): Promise<Summary | undefined> {
  const isNew = view.from === 0 || view.fullState;
  if (!isNew) {
    const changes = await changesIn(view, { from: view.from, to: view.to }, rooms);
    if (!changes.some((event) => COUNTED.has(event.type))) return undefined;
  }
  const { joined, invited } = view.room.counts();
  const heroes = heroesOf(view);
  const text = JSON.stringify({
    ...(heroes.length === 0 ? {} : { "m.heroes": heroes }),
    "m.joined_member_count": joined,
    "m.invited_member_count": invited,
  });
  return { text, heroes };
}

/** Up to five other members who stand for a room without a name (client-server API, "Calculating the display name for a room"). */
function heroesOf(view: RoomView): readonly UserId[] {
  const { room, to } = view;
  if (room.contentAt(to, "m.room.name")["name"] || room.contentAt(to, "m.room.canonical_alias")["alias"]) return [];
  const present: UserId[] = [];
  const gone: UserId[] = [];
  for (const entry of room.entriesAt(to, "m.room.member")) {
    const user = parseUserId(entry.event.stateKey ?? "");
    if (user === undefined || user === view.user) continue;
    const membership = entry.content["membership"];
    if (membership === "join" || membership === "invite") present.push(user);
    else if (gone.length < 5 && (membership === "leave" || membership === "ban")) gone.push(user);
    if (present.length === 5) break;
  }
  return present.length > 0 ? present : gone;
}
