import { parseUserId, type UserId } from "@causeway/base";
import type { Content } from "@causeway/matrix-events";
import type { Room } from "./room.ts";

/** The most people whom one event can call by name. */
const MAX_MENTIONS = 200;

/**
 * Whom an unencrypted event calls by name (client-server API, "User and room mentions"): joined members, not the sender;
 * `everybody` when it calls the room and the sender may.
 */
export function mentioned(
  room: Room,
  content: Content,
  sender: { readonly user: UserId; readonly mayCallRoom: () => boolean },
): readonly UserId[] | "everybody" {
  const mentions = content["m.mentions"];
  if (typeof mentions !== "object" || mentions === null) return [];
  const { room: wholeRoom, user_ids: ids }: Record<string, unknown> = { ...mentions };
  if (wholeRoom === true && sender.mayCallRoom()) return "everybody";
  if (!Array.isArray(ids)) return [];
  const people = new Set<UserId>();
  for (const id of ids.slice(0, MAX_MENTIONS)) {
    const user = typeof id === "string" ? parseUserId(id) : undefined;
    if (user === undefined || user === sender.user) continue;
    if (room.entry("m.room.member", user)?.content["membership"] === "join") people.add(user);
  }
  return [...people];
}
