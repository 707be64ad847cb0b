import { failure, ok, type Result, type RoomId, type UserId } from "@causeway/base";
import { upgradeRoom } from "@causeway/contract";
import { roomVersion } from "@causeway/matrix-events";
import { serve, type Route } from "@causeway/platform";
import { isOffered } from "./handlers-create.ts";
import type { Profiles } from "./profiles.ts";
import type { RoomsCore } from "./rooms.ts";
import { moveToReplacement } from "./store-aliases.ts";
import { closingOf, replacementOf, tombstoneOf, type UpgradeWish } from "./upgrade.ts";
import type { UserData } from "./user-data.ts";

/** What an upgrade works with. */
export interface UpgradeParts {
  readonly core: RoomsCore;
  readonly profiles: Profiles;
  readonly data: UserData;
}

/** `POST /rooms/{roomId}/upgrade`. */
export function upgradeRoutes(parts: UpgradeParts): readonly Route[] {
  return [
    serve(upgradeRoom, async ({ caller, params, body }) => {
      const version = isOffered(body.new_version) ? roomVersion(body.new_version) : undefined;
      const room = await parts.core.registry.get(params.roomId);
      if (room?.entry("m.room.member", caller.user)?.content["membership"] !== "join")
        return failure("M_FORBIDDEN", "You are not in this room.");
      if (version === undefined) return failure("M_UNSUPPORTED_ROOM_VERSION");
      return await replaceRoom(parts, params.roomId, {
        by: caller.user,
        profile: await parts.profiles.forMember(caller.user),
        version,
        additionalCreators: version.createEventIsRoom ? (body.additional_creators ?? []) : [],
      });
    }),
  ];
}

async function replaceRoom(parts: UpgradeParts, roomId: RoomId, wish: UpgradeWish): Promise<Result<object>> {
  const done = await parts.core.writer.replace(roomId, {
    by: wish.by,
    version: wish.version.id,
    hashedId: wish.version.createEventIsRoom,
    replacement: (old, tombstone) => replacementOf(old, wish, tombstone),
    tombstone: (replacement) => tombstoneOf(wish.by, replacement),
    closing: (old) => closingOf(old, wish.by),
    also: (tx, { old, room }) => moveToReplacement(tx, old.id, room.id),
  });
  if (!done.ok) return done;
  await parts.data.carryOver(wish.by, roomId, done.value.id);
  return ok({ replacement_room: done.value.id });
}

/** Takes somebody's settings of a room that was replaced along, when they come into the one that replaced it. */
export async function carryOverOnJoin(
  parts: Omit<UpgradeParts, "profiles">,
  user: UserId,
  roomId: RoomId,
): Promise<void> {
  const { core, data } = parts;
  const head = core.options.db.stream.head();
  const room = await core.registry.get(roomId);
  const predecessor: unknown = room?.contentAt(head, "m.room.create")["predecessor"];
  const named: unknown =
    typeof predecessor === "object" && predecessor !== null ? Reflect.get(predecessor, "room_id") : undefined;
  if (typeof named !== "string") return;
  // Anybody can name a predecessor; it counts when that room says the same.
  const old = [...(await core.memberships.of(user)).values()].find((one) => one.roomId === named);
  const before = old === undefined ? undefined : await core.registry.get(old.room);
  if (before?.contentAt(head, "m.room.tombstone")["replacement_room"] !== roomId) return;
  await data.carryOver(user, before.id, roomId);
}
