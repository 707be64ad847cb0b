import { parseUserId, type UserId } from "@causeway/base";
import type { Content } from "@causeway/matrix-events";

/** The most people whom one event can mention. */
const MAX_MENTIONS = 200;

/** Whom an event says that it mentions (client-server API, "User and room mentions"). */
export interface Mentions {
  readonly users: readonly UserId[];
  readonly room: boolean;
}

/** Reads `m.mentions`; undefined for an event from a client that does not say whom it mentions. */
export function mentionsIn(content: Content): Mentions | undefined {
  const mentions = content["m.mentions"];
  if (typeof mentions !== "object" || mentions === null || Array.isArray(mentions)) return undefined;
  const { room, user_ids: ids }: Content = { ...mentions };
  const given: readonly unknown[] = Array.isArray(ids) ? ids.slice(0, MAX_MENTIONS) : [];
  const users = given.flatMap((id) => (typeof id === "string" ? (parseUserId(id) ?? []) : []));
  return { users: [...new Set(users)], room: room === true };
}
