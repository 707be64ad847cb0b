import type { UserId } from "@causeway/base";
import type { ReadDb } from "@causeway/platform";
import { contentOf, type Room } from "./room.ts";
import { statePieceHistory } from "./store.ts";
import type { StoredEvent } from "./stored-event.ts";

/** Whether somebody may see an event of a room. */
export type Visibility = (event: StoredEvent) => boolean;

const everything: Visibility = () => true;

interface Step {
  readonly pos: number;
  readonly value: string;
}

const OPENNESS = ["joined", "invited", "shared", "world_readable"];

/** What a reader may see of a room's history (client-server API, "Room history visibility"). */
export async function visibilityFor(db: ReadDb, room: Room, user: UserId): Promise<Visibility> {
  const now = room.entry("m.room.history_visibility", "");
  const joined = room.entry("m.room.member", user)?.content["membership"] === "join";
  const open = now?.content["history_visibility"] ?? "shared";
  const neverChanged = now === undefined || !now.event.extra.includes('"replaces_state"');
  if (neverChanged && ((open === "shared" && joined) || open === "world_readable")) return everything;
  const [settings, memberships] = await Promise.all([
    history(db, room, { type: "m.room.history_visibility", stateKey: "", member: "history_visibility" }),
    history(db, room, { type: "m.room.member", stateKey: user, member: "membership" }),
  ]);
  return (event) => isVisible(event, { settings, memberships, user });
}

async function history(
  db: ReadDb,
  room: Room,
  piece: { readonly type: string; readonly stateKey: string; readonly member: string },
): Promise<readonly Step[]> {
  const events = await statePieceHistory(db, room.number, piece);
  return events.map((event) => ({ pos: event.pos, value: String(contentOf(event)[piece.member]) }));
}

interface Past {
  readonly settings: readonly Step[];
  readonly memberships: readonly Step[];
  readonly user: UserId;
}

function isVisible(event: StoredEvent, past: Past): boolean {
  const setting = mostOpen(valueAt(past.settings, event.pos - 1) ?? "shared", event, past);
  if (setting === "world_readable") return true;
  const before = valueAt(past.memberships, event.pos - 1);
  const own = event.type === "m.room.member" && event.stateKey === past.user;
  const after = own ? valueAt(past.memberships, event.pos) : before;
  if (before === "join" || after === "join") return true;
  // One's own membership events are always one's own affair: the invitation, the removal.
  if (own) return true;
  if (setting === "invited" && before === "invite") return true;
  return setting === "shared" && past.memberships.some((step) => step.pos > event.pos && step.value === "join");
}

/** An event that changes the setting is seen under the more open of the two. */
function mostOpen(before: string, event: StoredEvent, past: Past): string {
  if (event.type !== "m.room.history_visibility" || event.stateKey !== "") return before;
  const after = valueAt(past.settings, event.pos) ?? before;
  return OPENNESS.indexOf(after) > OPENNESS.indexOf(before) ? after : before;
}

function valueAt(steps: readonly Step[], pos: number): string | undefined {
  let value: string | undefined;
  for (const step of steps) {
    if (step.pos > pos) break;
    value = step.value;
  }
  return value;
}
