import type { RoomId, UserId } from "@causeway/base";
import { roomVersion, type Content } from "@causeway/matrix-events";
import { allowedRooms } from "./membership.ts";
import type { RoomsCore } from "./rooms.ts";
import type { Room } from "./room.ts";

/** What a room says of itself to people outside (client-server API, `RoomSummary`). */
export interface RoomSummary {
  readonly room_id: RoomId;
  readonly num_joined_members: number;
  readonly world_readable: boolean;
  readonly guest_can_join: boolean;
  readonly name?: string | undefined;
  readonly topic?: string | undefined;
  readonly canonical_alias?: string | undefined;
  readonly avatar_url?: string | undefined;
  readonly join_rule?: string | undefined;
  readonly room_type?: string | undefined;
}

/** The summary of a room as of what is durable. What is not a text where a text belongs is left out. */
export function summaryOf(room: Room, head: number): RoomSummary {
  const content = (type: string, member: string): unknown => room.contentAt(head, type)[member];
  const text = (type: string, member: string): string | undefined => {
    const value = content(type, member);
    return typeof value === "string" ? value : undefined;
  };
  return {
    room_id: room.id,
    num_joined_members: room.counts().joined,
    name: text("m.room.name", "name"),
    topic: topicOf(room.contentAt(head, "m.room.topic")),
    canonical_alias: text("m.room.canonical_alias", "alias"),
    avatar_url: text("m.room.avatar", "url"),
    join_rule: text("m.room.join_rules", "join_rule") ?? "invite",
    room_type: text("m.room.create", "type"),
    world_readable: content("m.room.history_visibility", "history_visibility") === "world_readable",
    guest_can_join: content("m.room.guest_access", "guest_access") === "can_join",
  };
}

/** The same with what is told of a single room: its version, its encryption, and whose members may enter. */
export function fullSummaryOf(room: Room, head: number): RoomSummary & Content {
  const rule = room.contentAt(head, "m.room.join_rules");
  const allowed = isRestricted(room, rule["join_rule"]) ? allowedRooms(rule) : [];
  const algorithm = room.contentAt(head, "m.room.encryption")["algorithm"];
  return {
    ...summaryOf(room, head),
    room_version: room.version,
    ...(typeof algorithm === "string" ? { encryption: algorithm } : {}),
    ...(allowed.length === 0 ? {} : { allowed_room_ids: allowed }),
  };
}

/** The topic as plain text: of the list of texts the plain one, else the old member. */
function topicOf(content: Content): string | undefined {
  const { topic, "m.topic": rich } = content;
  const texts: unknown = typeof rich === "object" && rich !== null ? Reflect.get(rich, "m.text") : undefined;
  if (Array.isArray(texts)) {
    for (const one of texts) {
      const { body, mimetype = "text/plain" }: Content = { ...(typeof one === "object" ? one : {}) };
      if (mimetype === "text/plain" && typeof body === "string") return body;
    }
  }
  return typeof topic === "string" ? topic : undefined;
}

function isRestricted(room: Room, rule: unknown): boolean {
  const version = roomVersion(room.version);
  return (
    (rule === "restricted" && version?.restrictedJoins === true) ||
    (rule === "knock_restricted" && version?.knockRestrictedJoins === true)
  );
}

/**
 * Whether somebody may know of a room: they are in it or invited, could join or knock, or anybody may read it (client-server API,
 * `GET /rooms/{roomId}/hierarchy`). Who is banned may not.
 */
export async function mayKnowOf(core: RoomsCore, user: UserId, room: Room): Promise<boolean> {
  const head = core.options.db.stream.head();
  const membership = room.membershipAt(head, user);
  if (membership === "join" || membership === "invite") return true;
  if (room.contentAt(head, "m.room.history_visibility")["history_visibility"] === "world_readable") return true;
  if (membership === "ban") return false;
  const content = room.contentAt(head, "m.room.join_rules");
  const { join_rule: rule } = content;
  const version = roomVersion(room.version);
  if (rule === "public" || (rule === "knock" && version?.knocking === true)) return true;
  if (rule === "knock_restricted" && version?.knockRestrictedJoins === true) return true;
  if (!isRestricted(room, rule)) return false;
  const mine = await core.memberships.of(user);
  const joined = new Set([...mine.values()].filter((one) => one.membership === "join").map((one) => one.roomId));
  return allowedRooms(content).some((other) => joined.has(other));
}
